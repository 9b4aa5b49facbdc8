"""One walk through a document: what it defines, what it refers to, which digests it states."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from govkit.oscal.documents import OscalDocument
from govkit.oscal.json_lines import Path

REFERENCES = frozenset(
    (
        *("observation-uuid", "risk-uuid", "finding-uuid", "response-uuid", "activity-uuid", "task-uuid"),
        *("actor-uuid", "subject-uuid", "component-uuid", "party-uuid", "subject-placeholder-uuid"),
        *("implementation-statement-uuid", "implementation-uuid", "provided-uuid", "responsibility-uuid"),
        *("role-id", "control-id", "statement-id", "objective-id", "target-id", "param-id", "id-ref"),
    )
)
LISTED = frozenset(
    ("party-uuids", "location-uuids", "member-of-organizations", "role-ids", "with-ids", "statement-ids")
)
"""Keys that refer to something by uuid or id, one or several. Source: OSCAL 1.2.3 JSON schemas."""

IDENTIFIED = frozenset(("controls", "groups", "parts", "params", "roles"))
"""Lists whose entries have ids of their own that others refer to."""

_WATCHED = REFERENCES | {"uuid"}

_FRAGMENT = re.compile(rb"#([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})")

Spot = tuple[dict[str, Any], str, int | None, Any]
"""An object, the key it stands under, its index when that is a list, and the spot of the object around it.

A plain tuple, and the way up is only walked when somebody asks for it: a large document has 50,000 of them.
"""


class Reference(NamedTuple):
    """A place that names something else."""

    key: str
    value: str
    spot: Spot
    number: int | None = None
    """In the list under the key, when there is one."""

    @property
    def holder(self) -> dict[str, Any]:
        """The object it stands in."""
        return self.spot[0]

    @property
    def path(self) -> Path:
        """Below the root of the document."""
        end = (self.key,) if self.number is None else (self.key, self.number)
        return (*path_of(self.spot), *end)


class Walked:
    """What one walk found."""

    def __init__(self, document: OscalDocument) -> None:
        self.document = document
        self.uuids: dict[str, Spot] = {}
        """By uuid in lower case, the first that the walk met."""
        self.ids: dict[str, dict[str, Spot]] = {kind: {} for kind in sorted(IDENTIFIED)}
        self.again: dict[str, list[Spot]] = {}
        """The others with a uuid that the walk had met before."""
        self.again_ids: list[tuple[str, Spot]] = []
        self.references: list[Reference] = []
        self.hrefs: list[tuple[str, Spot]] = []
        self._walk((document.body, "", None, None))

    def spots(self, uuid: str) -> list[Spot]:
        """Everything with that uuid; one thing, unless the document is wrong."""
        name = uuid.lower()
        first = self.uuids.get(name)
        return [first, *self.again.get(name, ())] if first else []

    def mentioned(self) -> set[str]:
        """Uuids that something in the document refers to as `#uuid`, links and prose alike, in lower case."""
        return {found.decode().lower() for found in _FRAGMENT.findall(self.document.content)}

    def names(self) -> frozenset[str]:
        """Every uuid, in lower case, and every id."""
        return frozenset(self.uuids).union(*self.ids.values())

    def _walk(self, root: Spot) -> None:
        """The hot loop of a check: all values of a document pass here, so it calls what it must."""
        todo, push_href, ids, again = [root], self.hrefs.append, self.ids, self.again_ids
        push, pop = todo.append, todo.pop
        while todo:
            spot = pop()
            for key, value in spot[0].items():
                what = type(value)
                if what is str:
                    if key == "id":
                        known = ids.get(spot[1])
                        if known is not None and known.setdefault(value, spot) is not spot:
                            again.append((value, spot))
                    elif key == "href":
                        push_href((value, spot))
                    elif key in _WATCHED:
                        self._named(key, value, spot)
                elif what is list:
                    inner = key != "props"  # half of the objects of a catalog, and only their uuid matters
                    for index, item in enumerate(value):
                        if type(item) is dict:
                            if inner or "uuid" in item:
                                push((item, key, index, spot))
                        elif key in LISTED and type(item) is str:
                            self.references.append(Reference(key, item, spot, index))
                elif what is dict:
                    push((value, key, None, spot))

    def _named(self, key: str, value: str, spot: Spot) -> None:
        if key != "uuid":
            self.references.append(Reference(key, value, spot))
        elif self.uuids.setdefault(value.lower(), spot) is not spot:
            self.again.setdefault(value.lower(), []).append(spot)


def path_of(spot: Spot) -> Path:
    """The path of an object, below the root of the document."""
    steps: list[str | int] = []
    while spot[3] is not None:
        steps[:0] = (spot[1],) if spot[2] is None else (spot[1], spot[2])
        spot = spot[3]
    return tuple(steps)
