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
    "identical",
    "equivalent",
    "equal",
    "subset_of",
    "superset_of",
    "intersects_with",
    "contrary",
    "child_of",
    "parent_of",
    "none",
]
"""What the source end is to the target end; `related` is a concept crosswalk's untyped pair. `none` says that somebody
looked and states that there is no relationship. Source: NIST IR 8477."""

Style = Literal["concept", "supportive", "set-theory", "structural"]
Rationale = Literal["syntactic", "semantic", "functional"]
"""On what a relationship rests: the words, their meaning, or what is achieved. Source: NIST IR 8477, section 4.3."""
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


class Property(Record):
    """A name and value that somebody else's document carries and govkit has no field for; kept as it was."""

    name: Name
    value: Text
    ns: Name | None = None
    class_: Name | None = Field(default=None, alias="class")
    group: Name | None = None
    uuid: Name | None = None
    remarks: Text | None = None


class Parameter(Record):
    """A value a standard leaves open for the organisation to fill in."""

    id: Name
    label: Name | None = None
    values: tuple[Text, ...] = ()
    choices: tuple[Text, ...] = ()
    """What may be chosen from, when the standard lists it."""
    props: tuple[Property, ...] = ()


class Milestone(Record):
    """A day on which something in a standard or law begins, ends or changes."""

    on: date
    what: Text


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
    roles: tuple[Name, ...] = ()
    """Who must do it, in the catalog's own words (`roles` of the catalog); empty means everyone."""
    applies_from: dict[Name, date] = Field(default_factory=dict)
    """Route (`routes` of the catalog) to the first day it binds there; empty means that no date is known."""
    amended_by: Text | None = None
    """What a later text changed, in our own words, with its number."""
    text: Text | None = None
    """The standard's own words; only where the licence allows it, or in a copy the user brought."""
    params: tuple[Parameter, ...] = ()
    props: tuple[Property, ...] = ()


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
    superseded_by: Slug | None = None
    """Id of the catalog of the edition that replaced this one, when there is one."""
    sources: tuple[Source, ...] = Field(min_length=1)
    notes: tuple[Text, ...] = ()
    judged: tuple[Name, ...] | None = None
    """Level names that are judged; None: every level that does not merely group or describe."""
    roles: dict[Name, Text] = Field(default_factory=dict)
    """Each word under `roles` of a requirement, explained."""
    routes: dict[Name, Text] = Field(default_factory=dict)
    """Each word under `applies_from` of a requirement, explained."""
    calendar: tuple[Milestone, ...] = ()
    props: tuple[Property, ...] = ()
    counts: dict[str, int]
    """Level name to number of requirements; `control` counts the controls on offer, too."""
    requirements: tuple[Requirement, ...] = ()
    controls: tuple[Control, ...] = ()

    def leaves(self) -> tuple[Requirement, ...]:
        """The requirements that are judged: nothing in the catalog has them as parent, and their level asks something.

        Objectives and characteristics describe; they are never judged.
        """
        parents = {item.parent for item in self.requirements}
        return tuple(r for r in self.requirements if r.id not in parents and self.judges(r.kind))

    def judges(self, kind: str) -> bool:
        """Whether entries of this level ask something, and do not merely group or describe."""
        return kind in self.judged if self.judged is not None else kind not in NOT_JUDGED


NOT_JUDGED = frozenset({"objective", "characteristic", "area", "function", "category", "clause"})
"""Level names that only group or describe."""

ALWAYS_BINDING = frozenset({"clause", "subclause"})
"""Level names that nothing can put out of scope: a management-system clause always binds; only Annex A controls and
other frameworks' outcomes can be tailored.

Source: ISO/IEC 42001:2023, 6.1.3 (what a Statement of Applicability is about), in our words."""


class Pair(Record):
    """A typed (or untyped) edge between one requirement of each of two catalogs."""

    source: Name
    target: Name
    relationship: Relationship = "related"
    target_as_printed: Name | None = None
    sources: tuple[Name, ...] = ()
    agreement: int | None = Field(default=None, ge=1)
    """How many readings of the source document show this pair; readings of one document are not independent."""
    confidence: Confidence | None = None
    note: Text | None = None
    rationale: Rationale | None = None
    property_: Literal["example-of", "integral-to", "precedes"] | None = Field(default=None, alias="property")
    """How a supportive relationship supports. Source: NIST IR 8477, section 4.2."""
    basis: Basis | None = None
    """Where it differs from the mapping's."""
    reviewed_by: tuple[Name, ...] = ()
    """In addition to those who reviewed the whole mapping."""
    props: tuple[Property, ...] = ()


class Unmatched(Record):
    """A requirement for which a source looked for a counterpart and says that there is none."""

    id: Name
    sources: tuple[Name, ...] = Field(min_length=1)
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
    """Ids that are judged on their own and stand in no pair, or only in pairs that say `none`."""
    unmatched: dict[Literal["source", "target"], tuple[Unmatched, ...]] = Field(default_factory=dict)
    """Those for which a source says so; an id that merely stands in no pair may never have been looked at."""
    rationale: Rationale | None = None
    """For every pair that states none of its own."""
    props: tuple[Property, ...] = ()
    pairs: tuple[Pair, ...]


class Mapped(NamedTuple):
    """A pair seen from one of its ends."""

    mapping: Mapping
    pair: Pair
    relationship: Relationship
    """What this end is to the other one."""
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
