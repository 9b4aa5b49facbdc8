"""Mapping → OSCAL mapping collection: one map for each pair, because a map of OSCAL speaks of sets as wholes."""

from __future__ import annotations

from govkit.errors import InputError, Place, Problem
from govkit.model.catalog import Catalog, Mapping, Pair, Relationship
from govkit.oscal.heads import Writing, catalog_resource, metadata, whole, written_day
from govkit.oscal.layout import groups
from govkit.oscal.naming import NAMESPACE, token
from govkit.oscal.properties import Json, encoded, kebab, prop
from govkit.oscal.writing_catalog import identifiers_of, overview_id

OSCALS: dict[Relationship, str] = {
    "equivalent": "equivalent-to",
    "equal": "equal-to",
    "subset_of": "subset-of",
    "superset_of": "superset-of",
    "intersects_with": "intersects-with",
    "none": "no-relationship",
}
"""Words that OSCAL has; the others are written in our namespace. Source: allowed values of `relationship`, 1.2.3."""

HEAD = frozenset({"id", "title", "source", "target", "as_of", "sources", "rationale", "disclosure", "pairs", "props"})
PAIR = frozenset({"source", "target", "relationship", "sources", "confidence", "note", "rationale", "props"})
NAMES = frozenset(map(kebab, Mapping.model_fields))
PAIR_NAMES = frozenset(map(kebab, Pair.model_fields))

METHODS = {"published": "human", "derived": "hybrid", "govkit": "human"}
"""OSCAL's word for how a mapping came about, by its basis; the property `basis` says more. Source: govkit judgement."""

UNSTATED = "OSCAL asks for a matching rationale. This mapping states none, so the word here says nothing."


def mapping_document(mapping: Mapping, source: Catalog, target: Catalog) -> Json:
    """The mapping as an OSCAL 1.2.3 document; the catalogs are those it stands between.

    Raises InputError when it holds no pair, or a date cannot be said in OSCAL.
    """
    if not mapping.pairs:
        fix = "add a pair; OSCAL has no mapping without one"
        raise InputError([Problem(Place(mapping.id), "not-exportable", "the mapping holds no pair", fix)])
    writing = Writing("mapping-collection", mapping, mapping.id)
    for item in mapping.sources:
        writing.source(item)
    ends = {"source": _End(writing, source), "target": _End(writing, target)}
    day = written_day(mapping.as_of, mapping.id, "as_of")
    head = {"title": mapping.title, "last-modified": day, "version": mapping.as_of.isoformat()}
    props = [*encoded(mapping, HEAD), *writing.foreign(mapping.props, NAMES)]
    return whole(
        "mapping-collection",
        writing,
        {
            "metadata": metadata(writing, head, props),
            "provenance": _provenance(mapping),
            "mappings": [_mapping(writing, mapping, ends)],
        },
    )


class _End:
    """One of the two catalogs: its identifiers, and where it is found."""

    def __init__(self, writing: Writing, catalog: Catalog) -> None:
        self.tokens = identifiers_of(catalog.requirements)
        self.groups = groups(catalog)
        self.reference = {"type": "catalog", "href": f"#{catalog_resource(writing, catalog)}"}

    def item(self, name: str) -> Json:
        """A requirement as source or target of a map. OSCAL maps no groups, so of one its text is named."""
        identifier, props = self.identifier(name), [prop("id", name)]
        if name in self.groups:
            props.append(prop("entry", "group"))
            return {"type": "statement", "id-ref": overview_id(identifier), "props": props}
        return {"type": "control", "id-ref": identifier, "props": props}

    def identifier(self, name: str) -> str:
        """The identifier of a requirement; of one that the catalog lacks, what it would be."""
        return self.tokens.get(name) or token(name)


def _provenance(mapping: Mapping) -> Json:
    made: Json = {
        "method": METHODS[mapping.basis],
        "matching-rationale": mapping.rationale or "semantic",
        "status": "not-complete" if mapping.reviewed_by else "draft",
        "mapping-description": mapping.disclosure or mapping.status,
    }
    return made if mapping.rationale else {**made, "remarks": UNSTATED}


def _mapping(writing: Writing, mapping: Mapping, ends: dict[str, _End]) -> Json:
    made: Json = {"uuid": writing.uuid("mapping")}
    if mapping.rationale:
        made["matching-rationale"] = mapping.rationale
    if mapping.disclosure is not None:
        made["mapping-description"] = mapping.disclosure
    made |= {f"{side}-resource": end.reference for side, end in ends.items()}
    made["maps"] = [_map(writing, pair, ends) for pair in mapping.pairs]
    for side, names in mapping.gaps.items():
        tokens = list(dict.fromkeys(ends[side].identifier(name) for name in names))
        if tokens:
            unmapped = [{"with-ids": tokens}]
            made[f"{side}-gap-summary"] = {"uuid": writing.uuid("gap", side), "unmapped-controls": unmapped}
    return made


def _map(writing: Writing, pair: Pair, ends: dict[str, _End]) -> Json:
    known = all(name in writing.sources for name in pair.sources)
    props = [*encoded(pair, PAIR - (set() if known else {"sources"})), *writing.foreign(pair.props, PAIR_NAMES)]
    links = [{"href": f"#{writing.sources[name]}", "rel": "source"} for name in pair.sources if known]
    made: Json = {
        "uuid": writing.uuid("map", pair.source, pair.target),
        "ns": None if pair.relationship in OSCALS else NAMESPACE,
        "relationship": OSCALS.get(pair.relationship) or pair.relationship.replace("_", "-"),
        "matching-rationale": pair.rationale,
        "sources": [ends["source"].item(pair.source)],
        "targets": [ends["target"].item(pair.target)],
        "confidence-score": {"category": pair.confidence} if pair.confidence else None,
        "props": props or None,
        "links": links or None,
        "remarks": pair.note,
    }
    return {key: value for key, value in made.items() if value is not None}
