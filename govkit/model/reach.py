"""Which requirements the controls in use lead to. Says nothing about evidence."""

from __future__ import annotations

from govkit.model.base import Name, Record


class Part(Record):
    """One part of a catalog, counted."""

    id: Name
    title: Name
    total: int
    """Requirements in it that are judged."""
    reached: int
    """Those that at least one control claims."""


class Reach(Record):
    """One catalog, counted."""

    catalog: Name
    title: Name
    total: int
    reached: int
    parts: tuple[Part, ...] = ()
    """By the parent of the requirements, in the order of the catalog."""
    unreached: tuple[Name, ...] = ()
    """Ids as printed."""
