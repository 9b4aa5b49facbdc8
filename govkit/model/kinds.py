"""What controls look for: kinds of documents, registers and attestations, and the meaning of measure names."""

from __future__ import annotations

from pydantic import Field

from govkit.model.base import Name, Record, Text
from govkit.model.control import Slug, Unit


class Kind(Record):
    """One kind of paper, list or statement."""

    id: Slug
    """The name that measures and front matter use."""
    title: Name
    summary: Text
    fields: tuple[Name, ...] = ()
    """What it must say: front matter keys, headings, or the keys of every entry of a register."""
    used_by: tuple[Name, ...] = ()
    """Controls that look for it."""


class Kinds(Record):
    """Every kind that is known."""

    documents: tuple[Kind, ...] = ()
    registers: tuple[Kind, ...] = ()
    attestations: tuple[Kind, ...] = ()


class Meaning(Record):
    """What a measure name stands for."""

    means: Text
    unit: Unit
    higher_is_better: bool | None = None
    """None when neither way is better as such."""
    used_by: tuple[Name, ...] = ()


class Measures(Record):
    """The measures that controls name, except those govkit reads itself (document, register, attestation, git)."""

    measures: dict[Name, Meaning] = Field(default_factory=dict)
