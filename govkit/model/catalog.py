"""Catalogs of requirements, and mappings between them."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from pydantic import Field

from govkit.model.base import Name, Record, Text
from govkit.model.control import Control, Slug

Relationship = Literal[
    "related",
    "supports",
    "is_supported_by",
    "equivalent",
    "equal",
    "subset_of",
    "superset_of",
    "intersects_with",
    "contrary",
    "none",
]
"""NIST IR 8477 relationship types; `related` is a concept crosswalk's untyped pair. Source: NIST IR 8477."""

Style = Literal["concept", "supportive", "set-theory", "structural"]
Basis = Literal["published", "derived", "govkit"]
Confidence = Literal["low", "medium", "high"]
DocumentedInformation = Literal["document", "record", "document-as-needed", "record-as-needed", "not-explicit", "no"]


class Source(Record):
    """Where a fact of a catalog or mapping was read."""

    id: Name
    ref: Text
    commit: str | None = None
    checked: str | None = None
    what: str | None = None


class Requirement(Record):
    """One thing a standard asks, under its own number and level name."""

    id: Name
    """As printed by the standard: `MEASURE 2.3`, `A.6.2.4`; the full id adds the catalog in front."""
    aliases: tuple[Name, ...] = ()
    kind: Name
    parent: Name | None = None
    title: Name
    summary: Text
    """One plain-language sentence in our own words."""
    expected_evidence: tuple[Text, ...] = ()
    documented_information: DocumentedInformation | None = None
    related: tuple[Name, ...] = ()


class Catalog(Record):
    """One edition of one standard."""

    id: Slug
    """Holds the edition: a later edition is another catalog."""
    title: Name
    publisher: Name
    edition: Name
    published: date
    as_of: date
    licence: Text
    status: Text
    sources: tuple[Source, ...] = Field(min_length=1)
    notes: tuple[Text, ...] = ()
    counts: dict[str, int]
    """Level name to number of requirements; `control` counts the controls on offer, too."""
    requirements: tuple[Requirement, ...] = ()
    controls: tuple[Control, ...] = ()

    def leaves(self) -> tuple[Requirement, ...]:
        """The requirements that are judged: nothing in the catalog has them as parent, and their level asks something.

        Objectives and characteristics describe; they are never judged.
        """
        parents = {item.parent for item in self.requirements}
        return tuple(r for r in self.requirements if r.id not in parents and r.kind not in NOT_JUDGED)


NOT_JUDGED = frozenset({"objective", "characteristic", "area", "function", "category", "clause"})
"""Level names that only group or describe."""


class Pair(Record):
    """A typed (or untyped) edge between one requirement of each of two catalogs."""

    source: Name
    target: Name
    relationship: Relationship = "related"
    target_as_printed: Name | None = None
    sources: tuple[Name, ...] = ()
    agreement: int | None = None
    """How many readings of the source document show this pair; readings of one document are not independent."""
    confidence: Confidence | None = None
    note: Text | None = None


class Mapping(Record):
    """A crosswalk. Never composed with another: relationships are not transitive (NIST IR 8477)."""

    id: Name
    title: Name
    source: Name
    target: Name
    style: Style
    as_of: date
    licence: Text
    status: Text
    basis: Basis
    reviewed_by: tuple[Name, ...] = ()
    disclosure: Text | None = None
    sources: tuple[Source, ...] = Field(min_length=1)
    counts: dict[str, int]
    """`pairs`, and any of `source_ids`, `target_ids` (distinct ones), `low_confidence`."""
    gaps: dict[Literal["source", "target"], tuple[Name, ...]] = Field(default_factory=dict)
    """Ids that are judged on their own and stand in no pair."""
    pairs: tuple[Pair, ...]


class Mapped(NamedTuple):
    """A pair seen from one of its ends."""

    mapping: Mapping
    pair: Pair
    other: str
    """Full id of the other end."""
    title: str
    """Title of the other end."""


class Hit(NamedTuple):
    """Something that fits the words of a search."""

    id: str
    """Full requirement id, control id or catalog id."""
    type: Literal["catalog", "requirement", "control"]
    title: str
    summary: str
    score: float
    """Higher fits better; comparable within one search only."""
