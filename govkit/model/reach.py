"""Which requirements the controls in use lead to. Says nothing about evidence."""

from __future__ import annotations

from govkit.model.base import Name, Record
from govkit.model.tailored import Alike


class Part(Record):
    """One part of a catalog, counted."""

    id: Name
    title: Name
    total: int
    """Requirements in it that are judged."""
    reached: int
    """Those that at least one control claims."""


class InProfile(Record):
    """What the project's profile does to one catalog."""

    profile: Name
    binding: int
    guidance: int
    out: int
    decided: int = 0
    """Requirements with a line in the Statement of Applicability, which goes before the profile; not in the groups."""
    groups: tuple[Alike, ...]
    """Requirements of which it says the same, with its reasons."""


class Reach(Record):
    """One catalog, counted; what the project's profile puts out is not counted, and is told."""

    catalog: Name
    title: Name
    total: int
    reached: int
    parts: tuple[Part, ...] = ()
    """By the parent of the requirements, in the order of the catalog."""
    unreached: tuple[Name, ...] = ()
    """Ids as printed."""
    tailored: InProfile | None = None
