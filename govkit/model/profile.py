"""Profiles: which requirements of which catalogs somebody in a given position must look at, and why."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from pydantic import Field

from govkit.model.base import Name, Record, Text
from govkit.model.catalog import Property, Source
from govkit.model.control import Slug, SystemKind
from govkit.model.project import Role, Tier


class Position(NamedTuple):
    """Where somebody stands towards an AI system: what a profile's rules ask about."""

    role: Role
    kind: SystemKind
    tier: Tier


class Rule(Record):
    """Some requirements of one catalog, for some positions; every rule says why."""

    id: Slug
    """Unique in the profile: what is in or out names the rules behind it."""
    catalog: Slug
    include: tuple[Name, ...] = ("*",)
    """Requirement ids as printed, or globs over them; groups bring everything below them."""
    exclude: tuple[Name, ...] = ()
    """Taken out of this rule again, with everything below; ids or globs. Another rule may still bring them in."""
    roles: tuple[Role, ...] = ()
    """Roles of the organisation it is for; empty means every role. Likewise the next two."""
    kinds: tuple[SystemKind, ...] = ()
    tiers: tuple[Tier, ...] = ()
    binding: bool = True
    """False: worth looking at, and nothing closes a gate because of it."""
    reason: Text
    """Why a requirement named here is in, in words a board member understands."""
    otherwise: Text | None = None
    """Why it is out for everybody else; follows the sentence made from the rule's conditions."""
    sources: tuple[Name, ...] = ()
    """Ids of the profile's `sources`."""


class Profile(Record):
    """A choice of requirements across catalogs. Tailors; never makes a verdict."""

    id: Slug
    title: Name
    publisher: Name
    edition: Name
    as_of: date
    licence: Text
    status: Text
    summary: Text
    sources: tuple[Source, ...] = Field(min_length=1)
    set_parameters: dict[Name, tuple[Text, ...]] = Field(default_factory=dict)
    """Parameter id to the values the profile sets."""
    props: tuple[Property, ...] = ()
    rules: tuple[Rule, ...]

    def catalogs(self) -> tuple[str, ...]:
        """The catalogs its rules name, in their order."""
        return tuple(dict.fromkeys(rule.catalog for rule in self.rules))
