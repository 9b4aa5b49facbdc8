"""A mapping between two catalogs, or a list of them, as JSON; each document names its schema and version."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Dict
from typing import Any

from govkit.model.catalog import Catalog, Mapping
from govkit.model.crosswalk import Alone, Crosswalk, Edge, readings


def mappings_document(mappings: Iterable[Mapping], digests: Dict[str, str]) -> dict[str, Any]:
    """What each mapping says about itself (`govkit.mappings/1`)."""
    return {
        "schema": "govkit.mappings/1",
        "mappings": [{**mapping_head(mapping), "sha256": digests.get(mapping.id)} for mapping in mappings],
    }


def crosswalk_document(crosswalk: Crosswalk, sha256: str | None) -> dict[str, Any]:
    """One mapping with every pair, in the direction that is asked for (`govkit.mapping/1`).

    `stored` names its direction in the file; with `turned`, the relationship words are turned round.
    """
    mapping = crosswalk.mapping
    head = {key: value for key, value in mapping_head(mapping).items() if key not in ("gaps", "unmatched")}
    return {
        "schema": "govkit.mapping/1",
        **head,
        "sha256": sha256,
        "source": crosswalk.source.id,
        "target": crosswalk.target.id,
        "stored": {"source": mapping.source, "target": mapping.target},
        "turned": crosswalk.turned,
        "pairs": [_edge(edge, _titles(crosswalk.source), _titles(crosswalk.target)) for edge in crosswalk.edges],
        "unmapped": {
            "source": [_alone(item) for item in crosswalk.source_alone],
            "target": [_alone(item) for item in crosswalk.target_alone],
        },
        "judged": {"source": len(crosswalk.source.leaves()), "target": len(crosswalk.target.leaves())},
    }


def mapping_head(mapping: Mapping) -> dict[str, Any]:
    """Everything but the pairs, and how many readings show how many pairs; null: not recorded."""
    plain = mapping.model_dump(mode="json", exclude={"pairs"})
    return {**plain, "readings": [{"readings": n, "pairs": pairs} for n, pairs in readings(mapping).items()]}


def _edge(edge: Edge, sources: Dict[str, str], targets: Dict[str, str]) -> dict[str, Any]:
    own = edge.pair.model_dump(mode="json", exclude={"source", "target", "relationship", "target_as_printed"})
    return {
        "source": edge.source,
        "source_title": sources[edge.source],
        "relationship": edge.relationship,
        "target": edge.target,
        "target_title": targets[edge.target],
        "source_as_printed": edge.source_as_printed,
        "target_as_printed": edge.target_as_printed,
        **own,
    }


def _alone(alone: Alone) -> dict[str, Any]:
    stated = alone.stated.model_dump(mode="json", exclude={"id"}) if alone.stated else None
    return {"id": alone.requirement.id, "title": alone.requirement.title, "stated": stated}


def _titles(catalog: Catalog) -> dict[str, str]:
    return {requirement.id: requirement.title for requirement in catalog.requirements}
