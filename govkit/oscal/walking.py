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

_FRAGMENT = re.compile(r"#([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})")

Link = tuple[Any, ...]
"""How a node was reached: (link of the node above, step, ...); the root has the empty one."""


class Node(NamedTuple):
    """An object of the document that has a uuid or an id."""

    kind: str
    """The key it stands under: `components`, `observations`."""
    link: Link


class Reference(NamedTuple):
    """A place that names something else."""

    key: str
    value: str
    holder: dict[str, Any]
    """The object it stands in."""
    link: Link


class Walked:
    """What one walk found."""

    def __init__(self, document: OscalDocument) -> None:
        self.document = document
        self.uuids: dict[str, list[Node]] = {}
        """By uuid in lower case."""
        self.ids: dict[str, dict[str, list[Node]]] = {kind: {} for kind in sorted(IDENTIFIED)}
        self.references: list[Reference] = []
        self.hrefs: list[Reference] = []
        self.digests: list[Reference] = []
        """Objects with `hashes` and the href they belong to."""
        self.mentioned: set[str] = set()
        """Uuids that some text refers to as `#uuid`, in lower case."""
        self._walk({document.root: document.body})

    def _walk(self, whole: dict[str, Any]) -> None:
        todo: list[tuple[dict[str, Any], str, Link]] = [(whole, "", ())]
        while todo:
            holder, kind, link = todo.pop()
            for key, value in holder.items():
                if type(value) is str:
                    if key == "uuid":
                        self.uuids.setdefault(value.lower(), []).append(Node(kind, link))
                    elif key == "id" and kind in IDENTIFIED:
                        self.ids[kind].setdefault(value, []).append(Node(kind, link))
                    elif key in REFERENCES:
                        self.references.append(Reference(key, value, holder, (link, key)))
                    elif key == "href":
                        self._href(value, holder, link)
                    if "#" in value:
                        self.mentioned.update(found.lower() for found in _FRAGMENT.findall(value))
                elif type(value) is dict:
                    todo.append((value, key, (link, key)))
                elif type(value) is list:
                    listed = key in LISTED
                    for index, item in enumerate(value):
                        if type(item) is dict:
                            todo.append((item, key, (link, key, index)))
                        elif listed and type(item) is str:
                            self.references.append(Reference(key, item, holder, (link, key, index)))

    def _href(self, value: str, holder: dict[str, Any], link: Link) -> None:
        found = Reference("href", value, holder, (link, "href"))
        self.hrefs.append(found)
        if "hashes" in holder:
            self.digests.append(found)


def path_of(link: Link) -> Path:
    """The path of a link, from the root of the document on."""
    steps: list[str | int] = []
    while link:
        steps[:0] = link[1:]
        link = link[0]
    return tuple(steps)
