"""Control, statement and parameter ids that a document names, held against the catalogs it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from govkit.files import nearest
from govkit.model.checked import Answers, Note
from govkit.oscal.following import Follower, Given
from govkit.oscal.imports import Catalogs, catalogs, followed, imports
from govkit.oscal.json_lines import Path
from govkit.oscal.walking import Reference, Walked

_KINDS = {
    "control-id": ("controls",),
    "with-ids": ("controls",),
    "statement-id": ("parts",),
    "statement-ids": ("parts",),
    "objective-id": ("parts",),
    "target-id": ("parts",),
    "param-id": ("params",),
}
_WORDS = {"controls": "control", "parts": "statement", "params": "parameter", "groups": "group"}

MOST_NAMES = 5
MOST_HINTS = 20
"""Wrong ids for which the nearest is looked up; each costs a look at every id of the catalogs."""

Shipped = Callable[[str], frozenset[str] | None]
"""From an href to the ids of the shipped catalog that it names, as OSCAL spells them; None when it names none."""


class _Known(NamedTuple):
    """The ids that may be named at some place."""

    catalogs: Sequence[Walked]
    why: tuple[str, ...]
    """Why there may be more."""
    shipped: frozenset[str] | None = None

    def has(self, name: str, kinds: Sequence[str]) -> bool:
        return any(name in walked.ids[kind] for walked in self.catalogs for kind in kinds) or (
            self.shipped is not None and name in self.shipped
        )

    def names(self, kinds: Sequence[str]) -> list[str]:
        found = [name for walked in self.catalogs for kind in kinds for name in walked.ids[kind]]
        return [*found, *sorted(self.shipped or ())]


class Selections:
    """Answers for the ids of one document."""

    def __init__(self, follower: Follower, given: Given, answers: Answers, shipped: Shipped) -> None:
        self.follower, self.given, self.answers, self.shipped = follower, given, answers, shipped
        self.supplied = [item for item in follower.given if item.document.root == "catalog"]
        self._by_start: dict[Path, _Known] = {}
        self._sides: dict[Path, _Known] = {}
        self._grouped: dict[str, list[tuple[str, Path]]] = {}

    def check(self) -> None:
        """Every id of a control, part or parameter of a catalog."""
        if self.given.document.root == "catalog":
            return
        for reference in self.follower.walked(self.given).references:
            path = reference.path
            if reference.key == "id-ref" or (reference.key == "with-ids" and path[0] == "mappings"):
                self._mapped(reference, path)
            elif reference.key in _KINDS:
                kinds = _KINDS[reference.key]
                question = f"{_WORDS[kinds[0]]} id → catalog"
                self._id(reference, path, question, kinds, self._around(path))

    def _mapped(self, reference: Reference, path: Path) -> None:
        """An id on one side of a mapping: the catalog of that side has it."""
        side = "target-resource" if {"targets", "target-gap-summary"} & set(path) else "source-resource"
        base = path[: 2 if len(path) > 1 and isinstance(path[1], int) else 1]
        word = "source" if side == "source-resource" else "target"
        kinds = ("parts",) if reference.holder.get("type") == "statement" else ("controls",)
        question, start = f"{word} id of a mapping → catalog", (*base, side)
        if start not in self._sides:
            self._sides[start] = self._side(start)
        known = self._sides[start]
        if kinds == ("controls",) and not known.has(reference.value, kinds) and known.has(reference.value, ("groups",)):
            self._grouped.setdefault(word, []).append((reference.value, path))
            kinds = ("groups",)
        self._id(reference, path, question, kinds, known)

    def notes(self) -> Iterator[Note]:
        """Groups that a mapping names: OSCAL has no word for them there, so it can only call them controls."""
        for word, found in self._grouped.items():
            names = list(dict.fromkeys(name for name, _ in sorted(found, key=lambda item: str(item[1]))))
            shown = ", ".join(names[:MOST_NAMES]) + " ..." * (len(names) > MOST_NAMES)
            what = (
                f"{len(found)} times the {word} side names a group, not a control; other tools may not find it: {shown}"
            )
            yield Note(self.given.document.place(*found[0][1]), what)

    def _around(self, path: Path) -> _Known:
        """The catalogs that an id at a place may come from: those of its own import, or those of the document."""
        root = self.given.document.root
        if root == "profile" and path[0] == "imports":
            return self._of(path[:2])
        if root == "component-definition":
            return self._of(
                path[: path.index("control-implementations") + 2] if "control-implementations" in path else ()
            )
        return self._of(())

    def _side(self, path: Path) -> _Known:
        known = self._of(path)
        if known.why and not known.catalogs:
            for one in imports(self.given):
                for href in self.follower.hrefs(self.given, one.href) if one.path[:-1] == path else ():
                    shipped = self.shipped(href)
                    if shipped is not None:
                        return _Known((), (), shipped)
        return known

    def _of(self, start: Path) -> _Known:
        """Ids of the catalogs behind the imports whose path begins like this."""
        if start not in self._by_start:
            self._by_start[start] = self._resolved(start)
        return self._by_start[start]

    def _resolved(self, start: Path) -> _Known:
        found: dict[object, Given] = {}
        why: dict[str, None] = {}
        relevant = [one for one in imports(self.given) if one.path[: len(start)] == start]
        for one in relevant:
            end = followed(self.follower, self.given, one)
            below = catalogs(self.follower, end.given) if end.given else Catalogs((), ())
            if end.given is None:
                why[f"{one.href[:80]!r}: {end.why or 'what it names is wrong'}"] = None
            elif not below.found and not below.why:
                why[f"{one.href[:80]!r} leads to no catalog"] = None
            found |= {item.key: item for item in below.found}
            why |= dict.fromkeys(below.why)
        if not relevant:
            why["it names no plan, profile or catalog that it rests on"] = None
        if why and self.supplied and not start:
            # The user says which catalogs count for the document as a whole: what none of them has is wrong.
            found |= {item.key: item for item in self.supplied}
            why = {}
        return _Known([self.follower.walked(item) for item in found.values()], tuple(why))

    def _id(self, reference: Reference, path: Path, question: str, kinds: tuple[str, ...], known: _Known) -> None:
        answer = self.answers.to(question)
        if known.has(reference.value, kinds):
            answer.holds += 1
            return
        where = partial(self.given.document.place, *path)
        what = f"{reference.key} {reference.value[:60]!r}"
        other = next(
            (kind for kind in ("controls", "groups", "parts", "params") if known.has(reference.value, (kind,))), None
        )
        if other and known.shipped is None:
            said = f"{what} names a {_WORDS[other]}, not a {_WORDS[kinds[0]]}"
            answer.breaks(where, "dangling-reference", said, f"name a {_WORDS[kinds[0]]}")
        elif known.why:
            answer.cannot_tell(where, what, "; ".join(known.why))
        else:
            near = nearest(reference.value[:60], known.names(kinds)) if len(answer.broken) < MOST_HINTS else ()
            hint = f"did you mean {near[0]!r}? " if near else ""
            said = f"{what} is in none of the catalogs it rests on"
            fix = f"{hint}correct it, or name the catalog that has it"
            answer.breaks(where, "dangling-reference", said, fix)
