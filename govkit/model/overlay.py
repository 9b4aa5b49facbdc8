"""Verbatim text that a user lays over a catalog, from a copy the licence of which is theirs."""

from __future__ import annotations

from pydantic import Field

from govkit.model.base import Name, Record, Sha256, Text
from govkit.model.control import Slug


class Overlay(Record):
    """The words of a standard, requirement by requirement. Shown to the user; never exported unless asked for."""

    catalog: Slug
    source: Text
    """The copy the words were taken from."""
    licence: Text
    """What may be done with them."""
    note: Text | None = None
    """What a reader must know about this wording, for example that a later text differs."""
    texts: dict[Name, Text] = Field(min_length=1)
    """Requirement id, as printed or an alias, to its words."""


class Wording(Record):
    """The words of one requirement, and the copy they come from."""

    text: Text
    source: Text
    licence: Text
    note: Text | None = None
    file: Name
    """The overlay, relative to govkit.yaml."""
    sha256: Sha256
    """Of the overlay file."""
