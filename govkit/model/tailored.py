"""What a profile says about one requirement, and which profile a project works by. Never a verdict."""

from __future__ import annotations

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


class ProfileInUse(Record):
    """The profile that tailors a project."""

    id: Slug
    title: Name
    edition: Name
    status: Text
    sha256: Sha256
