"""One walk through a document: what it defines, what it refers to, which digests it states."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from govkit.oscal.documents import OscalDocument
from govkit.yaml_lines import Path

REFERENCES = frozenset(
    (
        *("observation-uuid", "risk-uuid", "finding-uuid", "response-uuid", "activity-uuid", "task-uuid"),
        *("actor-uuid", "subject-uuid", "component-uuid", "party-uuid", "subject-placeholder-uuid"),
        *("implementation-statement-uuid", "implementation-uuid", "provided-uuid", "responsibility-uuid"),
        *("role-id", "control-id", "statement-id", "objective-id", "target-id", "param-id", "id-ref"),
    )
)
LISTED = frozenset(("party-uuids", "location-uuids", "role-ids", "with-ids", "statement-ids"))
"""Keys that refer to something by uuid or id, one or several. Source: OSCAL 1.2.3 JSON schemas."""

IDENTIFIED = frozenset(("controls", "groups", "parts", "params", "roles"))
"""Lists whose entries have ids of their own that others refer to."""

_WATCHED = REFERENCES | {"uuid", "id", "href"}

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
    def kind(self) -> str:
        """The key that object stands under."""
        return self.spot[1]

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
        self.hrefs: list[Reference] = []
        for key, value, spot in self._walk((document.body, "", None, None)):
            if key == "id":
                self._id(value, spot)
            elif key == "href":
                self.hrefs.append(Reference(key, value, spot))
            elif key == "uuid":
                name = value.lower()
                if self.uuids.setdefault(name, spot) is not spot:
                    self.again.setdefault(name, []).append(spot)
            else:
                self.references.append(Reference(key, value, spot))

    def spots(self, uuid: str) -> list[Spot]:
        """Everything with that uuid; one thing, unless the document is wrong."""
        name = uuid.lower()
        first = self.uuids.get(name)
        return [first, *self.again.get(name, ())] if first else []

    def mentioned(self) -> set[str]:
        """Uuids that something in the document refers to as `#uuid`, links and prose alike, in lower case."""
        return {found.decode().lower() for found in _FRAGMENT.findall(self.document.content)}

    def _id(self, value: str, spot: Spot) -> None:
        known = self.ids.get(spot[1])
        if known is not None and known.setdefault(value, spot) is not spot:
            self.again_ids.append((value, spot))

    def _walk(self, root: Spot) -> list[tuple[str, str, Spot]]:
        """Every text under a watched key. The hot loop of a check: all values of a document pass here."""
        found: list[tuple[str, str, Spot]] = []
        todo: list[Spot] = [root]
        push, pop, out = todo.append, todo.pop, found.append
        while todo:
            spot = pop()
            for key, value in spot[0].items():
                what = type(value)
                if what is str:
                    if key in _WATCHED:
                        out((key, value, spot))
                elif what is list:
                    for index, item in enumerate(value):
                        if type(item) is dict:
                            push((item, key, index, spot))
                        elif key in LISTED and type(item) is str:
                            self.references.append(Reference(key, item, spot, index))
                elif what is dict:
                    push((value, key, None, spot))
        return found


def path_of(spot: Spot) -> Path:
    """The path of an object, below the root of the document."""
    steps: list[str | int] = []
    while spot[3] is not None:
        steps[:0] = (spot[1],) if spot[2] is None else (spot[1], spot[2])
        spot = spot[3]
    return tuple(steps)
