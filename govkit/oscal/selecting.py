"""Which controls of a catalog a profile takes: `include-all`, `include-controls`, `exclude-controls`.

Source: OSCAL profile resolution (NIST draft), "Import Phase": exclusion wins, an import without choice takes all,
patterns are globs over identifiers, `with-child-controls: yes` brings every control below.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from govkit.oscal.cursor import Cursor
from govkit.oscal.properties import Json
from govkit.validation import unknown

MOST_PATTERNS = 1_000
"""Patterns in one choice. Source: govkit judgement; each is held against every identifier."""


class Offered:
    """The controls of a catalog, in its order."""

    def __init__(self, catalog: Json) -> None:
        self.controls: dict[str, Json] = {}
        self.below: dict[str, list[str]] = {}
        for control, above in _controls(catalog, ()):
            name = str(control.get("id"))
            self.controls.setdefault(name, control)
            self.below.setdefault(name, [])
            for other in above:
                self.below[other].append(name)

    def chosen(self, choice: Cursor) -> list[str]:
        """The identifiers that an import or an insertion takes, in the order of the catalog."""
        value = choice.value
        taken = set(self.controls)
        if "include-controls" in value:
            taken = set().union(*map(self._named, choice.objects("include-controls")))
        for exclusion in choice.objects("exclude-controls"):
            taken -= self._named(exclusion)
        return [name for name in self.controls if name in taken]

    def _named(self, selector: Cursor) -> set[str]:
        names = set()
        for index, name in enumerate(selector.texts("with-ids")):
            if name in self.controls:
                names.add(name)
            else:
                where = selector.document.place(*selector.path, "with-ids", index)
                selector.found.append(unknown(name, self.controls, where, "control", "the imported catalog lists them"))
        patterns = [item.text("pattern") or "" for item in selector.objects("matching")]
        if len(patterns) > MOST_PATTERNS:
            selector.wrong("too-large", f"more than {MOST_PATTERNS:,} patterns", "name the controls", "matching")
            patterns = []
        names |= {name for name in self.controls for pattern in patterns if fnmatchcase(name, pattern)}
        if selector.text("with-child-controls") == "yes":
            names |= {inner for name in list(names) for inner in self.below[name]}
        return names


def _controls(holder: Json, above: tuple[str, ...]) -> Iterator[tuple[Json, tuple[str, ...]]]:
    """Every control with the identifiers of those it stands in; groups are passed through."""
    for control in listed(holder, "controls"):
        yield control, above
        yield from _controls(control, (*above, str(control.get("id"))))
    for group in listed(holder, "groups"):
        yield from _controls(group, above)


def listed(holder: Json, key: str) -> list[Json]:
    """The objects of a list; what is none is left to the reader of the result."""
    items = holder.get(key)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
