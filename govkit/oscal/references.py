"""Uuids, roles and links of a document: is there what they name, and is it of the right kind?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from govkit.errors import Place, Problem
from govkit.model.checked import MOST, Answers, Note
from govkit.oscal.following import Follower, Given, local
from govkit.oscal.imports import chain
from govkit.oscal.naming import is_uuid
from govkit.oscal.walking import Reference, Spot, Walked, path_of


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
    "member-of-organizations": Target("party", ("parties",)),
    "location-uuids": Target("location", ("locations",)),
    "subject-placeholder-uuid": Target("subject placeholder", ()),
    "implementation-statement-uuid": Target("implementation statement", ()),
    "implementation-uuid": Target("implementation", ()),
    "provided-uuid": Target("what another system provides", ()),
    "responsibility-uuid": Target("responsibility", ()),
}
LEFT_OUT = "this is what a profile selected, and what the link names may not be part of it"

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
    again = [(name, spot) for name, spots in walked.again.items() for spot in spots]
    _unique(walked, "uuids stand once", "uuid", [walked.uuids], again, answers)
    groups: list[tuple[str, tuple[str, ...]]] = [("role ids stand once", ("roles",))]
    if walked.document.root == "catalog":
        groups += [
            ("ids of groups, controls and parts stand once", ("groups", "controls", "parts")),
            ("ids of parameters stand once", ("params",)),
        ]
    for question, kinds in groups:
        again = [(name, spot) for name, spot in walked.again_ids if spot[1] in kinds]
        _unique(walked, question, "id", [walked.ids[kind] for kind in kinds], again, answers)


def _unique(
    walked: Walked,
    question: str,
    key: str,
    named: Sequence[dict[str, Spot]],
    again: Sequence[tuple[str, Spot]],
    answers: Answers,
) -> None:
    answer = answers.to(question)
    names = set().union(*named)
    if not again and len(names) == sum(map(len, named)):
        answer.holds += len(names)
        return
    found: dict[str, list[Spot]] = {}
    for name, spot in (*(item for one in named for item in one.items()), *again):
        found.setdefault(name, []).append(spot)
    for name, spots in found.items():
        if len(spots) == 1:
            answer.holds += 1
            continue
        first, *others = sorted(walked.document.place(*path_of(spot), key) for spot in spots[:MOST])
        what = f"{key} {name[:60]!r} stands {len(spots)} times, first at {first}"
        fix = "give each thing a uuid of its own" if key == "uuid" else "keep one, or give one another id"
        for place in others:
            answer.add(Problem(place, "duplicate-id", what, fix))


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
        links = [(href, spot) for href, spot in self.walked.hrefs if spot[1] == "links" and href[:1] == "#"]
        self._links(links)
        for href, spot in self.walked.hrefs:
            if spot[1] == "relevant-evidence":
                self._evidence(Reference("href", href, spot))

    def _at(self, reference: Reference) -> Callable[[], Place]:
        return lambda: self.document.place(*reference.path)

    def _owner(self, reference: Reference) -> str:
        """What refers, in words: `finding`; `...` when it is nothing of its own."""
        for step in reversed(reference.path):
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
        found = self.walked.spots(reference.value)
        why: tuple[str, ...] = ()
        if not found and not target.own:
            below, why = self._below
            found = [spot for walked in below for spot in walked.spots(reference.value)]
        if any(not target.kinds or spot[1] in target.kinds for spot in found):
            answer.holds += 1
            return
        place, name = self._at(reference), reference.value[:60]
        if found:
            wanted = " or ".join(target.kinds)
            what = f"{reference.key} {name!r} names something under {found[0][1]!r}, not under {wanted!r}"
            answer.breaks(place, "dangling-reference", what, f"name one of the {wanted}")
        elif why:
            answer.cannot_tell(place, f"{reference.key} {name}", "; ".join(why))
        else:
            what = f"{reference.key} {name!r} names nothing that there is"
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
        place = self._at(reference)
        if known:
            answer.holds += 1
        elif why:
            answer.cannot_tell(place, f"role {reference.value[:60]}", "; ".join(why))
        else:
            what = f"role {reference.value[:60]!r} is not among the roles in `metadata`"
            answer.breaks(place, "dangling-reference", what, "add it to `metadata.roles`")

    def _evidence(self, href: Reference) -> None:
        """Evidence of an observation: a resource of this document, or a file beside it."""
        answer = self.answers.to("observation → evidence")
        place = self._at(href)
        if href.value.startswith("#"):
            if any(spot[1] == "resources" for spot in self.walked.spots(href.value[1:])):
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

    def _links(self, links: Sequence[tuple[str, Spot]]) -> None:
        """Links inside the document: to a uuid, or to an id here or in a catalog it builds on."""
        answer = self.answers.to("link → something in the document")
        names = self.walked.names()
        open_ = [(href, spot) for href, spot in links if href[1:] not in names and href[1:].lower() not in names]
        answer.holds += len(links) - len(open_)
        if not open_:
            return
        below, why = self._below
        why = (*why, LEFT_OUT) if self.walked.document.selection else why
        names = frozenset().union(*(walked.names() for walked in below))
        for href, spot in open_:
            where = self._at(Reference("href", href, spot))
            if href[1:] in names or href[1:].lower() in names:
                answer.holds += 1
            elif why and not (why == (LEFT_OUT,) and is_uuid(href[1:])):
                answer.cannot_tell(where, f"link {href[:80]}", "; ".join(why))
            else:
                what = f"the link {href[:80]!r} names nothing in the document"
                answer.breaks(where, "dangling-reference", what, "correct it, or add what it names")


def unused(walked: Walked) -> Iterator[Note]:
    """Resources that nothing in the document refers to: worth a look, not wrong."""
    found = {name: spot for name, spot in walked.uuids.items() if spot[1] == "resources"}
    for href, _ in walked.hrefs:
        found.pop(href[1:].lower(), None)
    for reference in walked.references:
        found.pop(reference.value.lower(), None)
    mentioned = walked.mentioned() if found else ()
    for name, spot in found.items():
        if name not in mentioned:
            yield Note(walked.document.place(*path_of(spot), "uuid"), f"nothing refers to the resource {name}")
