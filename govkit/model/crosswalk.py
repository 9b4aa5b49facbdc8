"""A mapping looked at from either of its catalogs: words turned round, readings counted, what has no pair.

Nothing here puts two mappings together: relationships are not transitive (NIST IR 8477).
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from govkit.model.catalog import Catalog, Mapping, Pair, Relationship, Requirement, Unmatched

SSSOM_BASE = "https://govkit.invalid/"
"""What our SSSOM files call things by: a domain that can never exist, since no publisher gave its requirements
addresses. Source: RFC 2606."""

INVERSE: dict[Relationship, Relationship] = {
    "related": "related",
    "supports": "is_supported_by",
    "is_supported_by": "supports",
    "identical": "identical",
    "equivalent": "equivalent",
    "equal": "equal",
    "subset_of": "superset_of",
    "superset_of": "subset_of",
    "intersects_with": "intersects_with",
    "contrary": "contrary",
    "child_of": "parent_of",
    "parent_of": "child_of",
    "none": "none",
}
"""What the target end is to the source end, when the source end is this to the target end."""

FITTING: dict[str, tuple[Relationship, ...]] = {
    "concept": ("related", "none"),
    "supportive": ("supports", "is_supported_by", "identical", "equivalent", "contrary", "none"),
    "set-theory": ("subset_of", "superset_of", "equal", "intersects_with", "none"),
    "structural": ("child_of", "parent_of"),
}
"""The words each style has. Source: NIST IR 8477, section 4; `none` in a concept crosswalk is govkit's, for a source
that says so."""


class Edge(NamedTuple):
    """A pair as it reads from the catalog that is asked about."""

    source: str
    target: str
    relationship: Relationship
    """What the source is to the target."""
    source_as_printed: str | None
    target_as_printed: str | None
    pair: Pair


class Alone(NamedTuple):
    """A judged requirement that stands in no pair, or only in pairs that say `none`."""

    requirement: Requirement
    stated: Unmatched | None
    """None: nobody says that there is no counterpart."""


class Crosswalk(NamedTuple):
    """A mapping in the direction that is asked for."""

    mapping: Mapping
    source: Catalog
    target: Catalog
    turned: bool
    """Whether this is the other direction than the one that is stored."""
    edges: tuple[Edge, ...]
    """In the order of the source catalog, then of the target catalog."""
    source_alone: tuple[Alone, ...]
    target_alone: tuple[Alone, ...]


def crosswalk(mapping: Mapping, source: Catalog, target: Catalog) -> Crosswalk:
    """The mapping between two catalogs, read from `source` to `target`; turned round when it is stored otherwise."""
    turned = (source.id, target.id) != (mapping.source, mapping.target)
    assert not turned or (target.id, source.id) == (mapping.source, mapping.target)
    edges = [_turned(pair) if turned else _straight(pair) for pair in mapping.pairs]
    first, second = _ranks(source), _ranks(target)
    edges.sort(key=lambda edge: (first[edge.source], second[edge.target]))
    paired = [edge for edge in edges if edge.relationship != "none"]
    stated = {item.id: item for item in mapping.unmatched.get("target" if turned else "source", ())}
    back = {item.id: item for item in mapping.unmatched.get("source" if turned else "target", ())}
    return Crosswalk(
        mapping=mapping,
        source=source,
        target=target,
        turned=turned,
        edges=tuple(edges),
        source_alone=_alone(source, {edge.source for edge in paired}, stated),
        target_alone=_alone(target, {edge.target for edge in paired}, back),
    )


def readings(mapping: Mapping) -> dict[int | None, int]:
    """How many readings show a pair, to how many pairs, fewest first; None, at the end: not known."""
    counted = Counter(pair.agreement for pair in mapping.pairs)
    known = sorted(number for number in counted if number is not None)
    return {number: counted[number] for number in (*known, *([None] if None in counted else []))}


def _straight(pair: Pair) -> Edge:
    return Edge(pair.source, pair.target, pair.relationship, None, pair.target_as_printed, pair)


def _turned(pair: Pair) -> Edge:
    return Edge(pair.target, pair.source, INVERSE[pair.relationship], pair.target_as_printed, None, pair)


def _ranks(catalog: Catalog) -> dict[str, int]:
    return {requirement.id: rank for rank, requirement in enumerate(catalog.requirements)}


def _alone(catalog: Catalog, paired: set[str], stated: dict[str, Unmatched]) -> tuple[Alone, ...]:
    return tuple(Alone(leaf, stated.get(leaf.id)) for leaf in catalog.leaves() if leaf.id not in paired)
