"""Uuids, roles and links of a document: is there what they name, and is it of the right kind?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from typing import NamedTuple

from govkit.errors import Place
from govkit.model.checked import MOST, Answers, Note
from govkit.oscal.documents import OscalDocument
from govkit.oscal.following import Follower, Given, local
from govkit.oscal.imports import chain
from govkit.oscal.walking import Link, Node, Reference, Walked, path_of


class Target(NamedTuple):
    """What a key refers to."""

    word: str
    kinds: tuple[str, ...]
    """Keys under which such things are defined; empty: anything with a uuid."""
    own: bool = False
    """True: it stands in the same document. Else it may stand in one that this document builds on."""


_TARGETS = {
    "observation-uuid": Target("observation", ("observations",), own=True),
    "risk-uuid": Target("risk", ("risks",), own=True),
    "finding-uuid": Target("finding", ("findings",), own=True),
    "response-uuid": Target("response", ("remediations",), own=True),
    "activity-uuid": Target("activity", ("activities",)),
    "task-uuid": Target("task", ("tasks",)),
    "component-uuid": Target("component", ("components",)),
    "party-uuid": Target("party", ("parties",)),
    "party-uuids": Target("party", ("parties",)),
    "location-uuids": Target("location", ("locations",)),
    "subject-placeholder-uuid": Target("subject placeholder", ()),
    "implementation-statement-uuid": Target("implementation statement", ()),
    "implementation-uuid": Target("implementation", ()),
    "provided-uuid": Target("what another system provides", ()),
    "responsibility-uuid": Target("responsibility", ()),
}
_ACTORS = {"tool": "components", "assessment-platform": "assessment-platforms", "party": "parties"}
_SUBJECTS = {
    "component": "components",
    "inventory-item": "inventory-items",
    "location": "locations",
    "party": "parties",
    "user": "users",
    "resource": "resources",
}
"""What the types of actors and subjects are defined under. Source: OSCAL 1.2.3 metaschema, assessment-common."""

_OWNERS = {
    "findings": "finding",
    "risks": "risk",
    "observations": "observation",
    "poam-items": "plan item",
    "tasks": "task",
    "components": "component",
    "assessment-platforms": "platform",
}


def unique(walked: Walked, answers: Answers) -> None:
    """Every uuid, and every id of a catalog, stands for one thing only."""
    document = walked.document
    _unique(document, "uuids stand once", walked.uuids, answers)
    _unique(document, "role ids stand once", walked.ids["roles"], answers)
    if document.root == "catalog":
        named: dict[str, list[Node]] = {}
        for kind in ("groups", "controls", "parts"):
            for name, nodes in walked.ids[kind].items():
                named.setdefault(name, []).extend(nodes)
        _unique(document, "ids of groups, controls and parts stand once", named, answers)
        _unique(document, "ids of parameters stand once", walked.ids["params"], answers)


def _unique(document: OscalDocument, question: str, named: dict[str, list[Node]], answers: Answers) -> None:
    answer = answers.to(question)
    for name, nodes in named.items():
        if len(nodes) == 1:
            answer.holds += 1
            continue
        key = "uuid" if question.startswith("uuid") else "id"
        first, *others = sorted(path_of((node.link, key)) for node in nodes[:MOST])
        what = f"{key} {name[:60]!r} stands {len(nodes)} times, first at {document.place(*first[1:])}"
        fix = "give each thing a uuid of its own" if key == "uuid" else "keep one, or give one another id"
        for path in others:
            answer.breaks(partial(document.place, *path[1:]), "duplicate-id", what, fix)


def spot(document: OscalDocument, link: Link) -> Callable[[], Place]:
    """Works out the place of a node when it is asked for."""
    return lambda: document.place(*path_of(link)[1:])


class References:
    """Answers for the references of one document."""

    def __init__(self, follower: Follower, given: Given, answers: Answers) -> None:
        self.follower, self.given, self.answers = follower, given, answers
        self.walked = follower.walked(given)
        self.document = given.document

    @cached_property
    def _below(self) -> tuple[Sequence[Walked], tuple[str, ...]]:
        found, why = chain(self.follower, self.given)
        return [self.follower.walked(item) for item in found], why

    def check(self) -> None:
        """Uuids, roles, links and evidence."""
        for reference in self.walked.references:
            if reference.key in ("role-id", "role-ids"):
                self._role(reference)
            elif reference.key in ("actor-uuid", "subject-uuid"):
                self._typed(reference)
            elif reference.key in _TARGETS:
                self._uuid(reference, _TARGETS[reference.key], self._owner(reference))
        for href in self.walked.hrefs:
            self._href(href)

    def _owner(self, reference: Reference) -> str:
        """What refers, in words: `finding`; `...` when it is nothing of its own."""
        for step in reversed(path_of(reference.link)):
            if step in _OWNERS:
                return _OWNERS[str(step)]
        return "..."

    def _typed(self, reference: Reference) -> None:
        kind = reference.holder.get("type")
        known = _ACTORS if reference.key == "actor-uuid" else _SUBJECTS
        where = known.get(kind) if isinstance(kind, str) else None
        word = "component, platform or party" if known is _ACTORS else "component, party or other subject"
        owner = "actor" if known is _ACTORS else "subject"
        self._uuid(reference, Target(word, (where,) if where else ()), owner)

    def _uuid(self, reference: Reference, target: Target, owner: str) -> None:
        answer = self.answers.to(f"{owner} → {target.word}")
        found = list(self.walked.uuids.get(reference.value.lower(), ()))
        why: tuple[str, ...] = ()
        if not found and not target.own:
            below, why = self._below
            found = [node for walked in below for node in walked.uuids.get(reference.value.lower(), ())]
        if any(not target.kinds or node.kind in target.kinds for node in found):
            answer.holds += 1
            return
        place = spot(self.document, reference.link)
        if found:
            wanted = " or ".join(target.kinds)
            what = f"{reference.key} {reference.value!r} names something under {found[0].kind!r}, not under {wanted!r}"
            answer.breaks(place, "dangling-reference", what, f"name one of the {wanted}")
        elif why:
            answer.cannot_tell(place, f"{reference.key} {reference.value}", "; ".join(why))
        else:
            what = f"{reference.key} {reference.value[:60]!r} names nothing that there is"
            listed = " or ".join(target.kinds) or "what is meant"
            fix = f"correct the uuid, or add the missing entry to {listed}"
            answer.breaks(place, "dangling-reference", what, fix)

    def _role(self, reference: Reference) -> None:
        answer = self.answers.to("... → role")
        why: tuple[str, ...] = ()
        known = reference.value in self.walked.ids["roles"]
        if not known:
            below, why = self._below
            known = any(reference.value in walked.ids["roles"] for walked in below)
        place = spot(self.document, reference.link)
        if known:
            answer.holds += 1
        elif why:
            answer.cannot_tell(place, f"role {reference.value[:60]}", "; ".join(why))
        else:
            what = f"role {reference.value[:60]!r} is not among the roles in `metadata`"
            answer.breaks(place, "dangling-reference", what, "add it to `metadata.roles`")

    def _href(self, href: Reference) -> None:
        path = path_of(href.link)
        if "relevant-evidence" in path:
            self._evidence(href)
        elif href.value.startswith("#") and "links" in path:
            self._link(href)

    def _evidence(self, href: Reference) -> None:
        """Evidence of an observation: a resource of this document, or a file beside it."""
        answer = self.answers.to("observation → evidence")
        place = spot(self.document, href.link)
        if href.value.startswith("#"):
            nodes = self.walked.uuids.get(href.value[1:].lower(), ())
            if any(node.kind == "resources" for node in nodes):
                answer.holds += 1
                return
            what = f"the evidence {href.value[:60]!r} is no resource of this document"
            fix = "name the uuid of a resource in `back-matter`, or add the resource"
            answer.breaks(place, "dangling-reference", what, fix)
            return
        file, why = local(self.given.file, href.value)
        if file is not None:
            answer.holds += 1
        else:
            answer.cannot_tell(place, f"evidence {href.value[:80]}", why)

    def _link(self, href: Reference) -> None:
        """A link inside the document: to a uuid, or to an id of a catalog it builds on."""
        answer = self.answers.to("link → something in the document")
        name = href.value[1:]
        why: tuple[str, ...] = ()
        known = self._named(self.walked, name)
        if not known:
            below, why = self._below
            known = any(self._named(walked, name) for walked in below)
        if known:
            answer.holds += 1
        elif why:
            place = spot(self.document, href.link)
            answer.cannot_tell(place, f"link {href.value[:80]}", "; ".join(why))
        else:
            place = spot(self.document, href.link)
            what = f"the link {href.value[:80]!r} names nothing in the document"
            answer.breaks(place, "dangling-reference", what, "correct it, or add what it names")

    @staticmethod
    def _named(walked: Walked, name: str) -> bool:
        return name.lower() in walked.uuids or any(name in ids for ids in walked.ids.values())


def unused(walked: Walked) -> Iterator[Note]:
    """Resources that nothing in the document refers to: worth a look, not wrong."""
    used = {reference.value.lower() for reference in walked.references} | walked.mentioned
    for name, nodes in walked.uuids.items():
        for node in nodes:
            if node.kind == "resources" and name not in used:
                yield Note(spot(walked.document, (node.link, "uuid"))(), f"nothing refers to the resource {name}")
