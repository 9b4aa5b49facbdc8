"""What a new project may begin with: frameworks, statement and risks proposed for a position. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from govkit.catalogs.loading import Library
from govkit.catalogs.tailoring import tailor
from govkit.files import read_bytes, shipped
from govkit.model.base import Name, Record, Text
from govkit.model.control import Slug, SystemKind
from govkit.model.profile import Position, Profile
from govkit.model.project import Role, Tier
from govkit.model.risk import Reduction
from govkit.model.tailored import Counted, Tailored, counted
from govkit.yaml_lines import load_yaml


class StarterRisk(Record):
    """A common risk, before a project makes it its own."""

    title: Name
    kinds: tuple[SystemKind, ...] = ()
    tiers: tuple[Tier, ...] = ()
    cause: Name
    event: Name
    consequence: Name
    affected: Name
    phase: Name
    related: tuple[Name, ...] = ()
    controls: tuple[Reduction, ...]


class Proposal(Record):
    """What the Statement of Applicability might say of some Annex A controls, where the answer is plain."""

    requirements: tuple[Name, ...]
    roles: tuple[Role, ...] = ()
    kinds: tuple[SystemKind, ...] = ()
    tiers: tuple[Tier, ...] = ()
    necessary: bool
    reason: Text


class Starter(Record):
    """templates/project/starter.yaml."""

    minimal_controls: tuple[Name, ...]
    profile: Slug
    frameworks: dict[Slug, Name]
    """Catalog to why somebody might want it, in one line."""
    statement: tuple[Proposal, ...]
    likelihood: int
    impact: dict[Tier, int]
    risks: tuple[StarterRisk, ...]


class Framework(NamedTuple):
    """A catalog that may be put in scope."""

    id: str
    why: str
    gate: bool
    chosen: bool
    """False: it stands in the file as a comment."""
    counts: Counted | None
    """What the profile makes of it; None when the profile does not name it."""

    def in_words(self) -> str:
        """`4 bind, 10 guidance, 22 out`, of its requirements; says when the profile does not name it."""
        if self.counts is None:
            return "the profile does not speak of it"
        parts = ((self.counts.binding, "bind"), (self.counts.guidance, "guidance"), (self.counts.out, "out"))
        return ", ".join(f"{number} {what}" for number, what in parts if number)


class Proposed(NamedTuple):
    """The profile and frameworks proposed for a position."""

    profile: Profile | None
    """None when it would do nothing for the frameworks that were chosen."""
    frameworks: tuple[Framework, ...]
    tailored: dict[str, Tailored]
    """What the profile says of the frameworks that were chosen."""


@cache
def starter() -> Starter:
    """The shipped starter set."""
    path = shipped("templates") / "project" / "starter.yaml"
    return Starter.model_validate(load_yaml(read_bytes(path), path.name).value)


def propose(library: Library, position: Position, wanted: Sequence[str] | None) -> Proposed:
    """Frameworks for a position; `wanted` overrules what the profile proposes, in the order given.

    Chosen is what binds somebody in this position. What is only guidance stands there as a comment, and what is out for
    this position is left away. At tier minimal nothing chosen closes the gate.
    """
    shipped_starter = starter()
    profile = library.profiles[shipped_starter.profile]
    tailored = tailor(profile, library.catalogs, position)
    counts = {name: _counts(tailored, name) for name in profile.catalogs()}
    chosen = tuple(wanted) if wanted is not None else tuple(name for name, found in counts.items() if found.binding)
    others = tuple(n for n, found in counts.items() if found.binding + found.guidance and n not in chosen)
    frameworks = []
    for name in (*chosen, *others):
        found = counts.get(name)
        gate = position.tier != "minimal" and (found is None or found.binding > 0)
        why = shipped_starter.frameworks.get(name, library.catalogs[name].title)
        frameworks.append(Framework(name, why, gate, name in chosen, found))
    in_scope = {full: said for full, said in tailored.items() if full.partition(":")[0] in chosen}
    return Proposed(profile if in_scope else None, tuple(frameworks), in_scope)


def _counts(tailored: dict[str, Tailored], catalog: str) -> Counted:
    return counted(said for full, said in tailored.items() if full.startswith(f"{catalog}:"))


def proposal(printed: str, position: Position) -> Proposal | None:
    """What is proposed for an Annex A control; None where nothing makes the answer plain."""
    return next((p for p in starter().statement if printed in p.requirements and _fits(p, position)), None)


def risks_for(position: Position) -> Iterator[StarterRisk]:
    """The common risks of a system of this kind and tier."""
    return (risk for risk in starter().risks if _fits(risk, position))


def _fits(entry: StarterRisk | Proposal, position: Position) -> bool:
    roles = entry.roles if isinstance(entry, Proposal) else ()
    wanted = ((roles, position.role), (entry.kinds, position.kind), (entry.tiers, position.tier))
    return all(not words or word in words for words, word in wanted)
