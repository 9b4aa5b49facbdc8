"""What a profile says about one requirement, and which profile a project works by. Never a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pydantic import Field

from govkit.model.base import Name, Record, Sha256, Text
from govkit.model.control import Slug


class Tailored(Record):
    """In or out for somebody in one position, and why."""

    included: bool
    binding: bool
    """False for what is out, and for what is in as guidance: nothing closes a gate because of it."""
    reasons: tuple[Text, ...] = Field(min_length=1)
    """One sentence for every rule that speaks, in the order of the profile."""
    rules: tuple[Slug, ...] = ()
    """The rules that bring it in; else those that name it for somebody else; empty when no rule decides."""
    sources: tuple[Name, ...] = ()
    """Ids of the profile's sources that these rules rest on."""

    @property
    def guidance(self) -> bool:
        """True when it is in, and binds nobody."""
        return self.included and not self.binding


class ProfileInUse(Record):
    """The profile that tailors a project."""

    id: Slug
    title: Name
    edition: Name
    status: Text
    sha256: Sha256


class Alike(Record):
    """Requirements of one catalog of which the profile says the same."""

    said: Tailored
    ids: tuple[Name, ...]
    """As printed, in the order of the catalog."""


def alike(tailored: Mapping[str, Tailored]) -> dict[str, tuple[Alike, ...]]:
    """Catalog to its requirements, those of which the profile says the same together: binding, guidance, out."""
    found: dict[str, dict[Tailored, list[str]]] = {}
    for full, said in tailored.items():
        catalog, _, printed = full.partition(":")
        found.setdefault(catalog, {}).setdefault(said, []).append(printed)
    return {
        catalog: tuple(
            Alike(said=said, ids=tuple(ids))
            for said, ids in sorted(groups.items(), key=lambda group: (not group[0].included, not group[0].binding))
        )
        for catalog, groups in found.items()
    }


def over_systems(tailored: Mapping[str, Mapping[str, Tailored]]) -> dict[str, Tailored]:
    """System to requirement to what the profile says → requirement to what it says of all systems together.

    In when it is in for one of them, binding when it binds for one. Reasons name their system where systems differ.
    """
    found: dict[str, dict[str, Tailored]] = {}
    for system, mine in tailored.items():
        for full, said in mine.items():
            found.setdefault(full, {})[system] = said
    return {full: _together(said) for full, said in found.items()}


def _together(said: Mapping[str, Tailored]) -> Tailored:
    first, *rest = said.values()
    if all(one == first for one in rest):
        return first
    included = any(one.included for one in said.values())
    speaking = {system: one for system, one in said.items() if one.included == included}
    return Tailored(
        included=included,
        binding=any(one.binding for one in speaking.values()),
        reasons=tuple(f"{system}: {reason}" for system, one in speaking.items() for reason in one.reasons),
        rules=tuple(dict.fromkeys(rule for one in speaking.values() for rule in one.rules)),
        sources=tuple(dict.fromkeys(source for one in speaking.values() for source in one.sources)),
    )


class Counted(NamedTuple):
    """How many requirements are in and bind, are in as guidance, and are out."""

    binding: int
    guidance: int
    out: int


def counted(tailored: Iterable[Tailored]) -> Counted:
    """The three counts."""
    found = [(said.included, said.binding) for said in tailored]
    return Counted(found.count((True, True)), found.count((True, False)), sum(not included for included, _ in found))
