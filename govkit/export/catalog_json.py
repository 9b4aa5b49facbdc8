"""Catalogs, requirements, controls and searches as JSON; each document names its schema and version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dict
from typing import Any

from govkit.export.mapping_json import mapping_head
from govkit.model.catalog import Catalog, Hit, Mapped, Mapping, Requirement
from govkit.model.control import Control, Criterion
from govkit.model.kinds import Kind, Meaning
from govkit.model.overlay import Wording
from govkit.model.profile import Profile
from govkit.model.reach import Reach

Claims = Dict[str, tuple[str, ...]]
"""Full requirement id to the ids of the controls that claim it."""


def catalogs_document(
    catalogs: Iterable[Catalog], mappings: Iterable[Mapping], profiles: Iterable[Profile], digests: Dict[str, str]
) -> dict[str, Any]:
    """Every catalog, mapping and profile there is (`govkit.catalogs/1`)."""
    return {
        "schema": "govkit.catalogs/1",
        "catalogs": [{**_head(catalog), "sha256": digests.get(catalog.id)} for catalog in catalogs],
        "mappings": [{**mapping_head(mapping), "sha256": digests.get(mapping.id)} for mapping in mappings],
        "profiles": [
            {**profile.model_dump(mode="json", exclude={"rules"}), "sha256": digests.get(profile.id)}
            for profile in profiles
        ],
    }


def catalog_document(catalog: Catalog, claims: Claims, sha256: str | None) -> dict[str, Any]:
    """One catalog with everything in it (`govkit.catalog/1`)."""
    judged = {leaf.id for leaf in catalog.leaves()}
    return {
        "schema": "govkit.catalog/1",
        **_head(catalog),
        "sha256": sha256,
        "sources": [source.model_dump(exclude_none=True) for source in catalog.sources],
        "notes": list(catalog.notes),
        "requirements": [_requirement(catalog.id, item, item.id in judged, claims) for item in catalog.requirements],
        "controls": [_control(control) for control in catalog.controls],
    }


def requirement_document(
    catalog: Catalog, requirement: Requirement, claims: Claims, mapped: Sequence[Mapped]
) -> dict[str, Any]:
    """One requirement with what it is mapped to (`govkit.requirement/1`)."""
    mappings = {item.mapping.id: item.mapping for item in mapped}
    return {
        "schema": "govkit.requirement/1",
        "catalog": _head(catalog),
        **_requirement(catalog.id, requirement, requirement in catalog.leaves(), claims),
        "children": [item.id for item in catalog.requirements if item.parent == requirement.id],
        "mapped": [_mapped(item) for item in mapped],
        "mappings": [mapping_head(mapping) for mapping in mappings.values()],
    }


def text_document(requirement: Requirement, wording: Wording | None) -> dict[str, Any]:
    """The standard's own words, for a document of somebody who asked for them."""
    copy = wording.model_dump(mode="json") if wording else None
    return {"text": requirement.text, "text_from_your_copy": copy}


def control_document(control: Control, catalog: str, measures: Dict[str, Meaning]) -> dict[str, Any]:
    """One control with its criteria (`govkit.control/1`)."""
    entry = _control(control)
    for made in entry["criteria"]:
        meaning = measures.get(made["measure"])
        made["means"] = meaning.means if meaning else None
    return {"schema": "govkit.control/1", "catalog": catalog, **entry}


def kind_document(name: str, kinds: Iterable[tuple[str, Kind]]) -> dict[str, Any]:
    """The documents, registers or attestations of that name (`govkit.kind/1`)."""
    found = [{"group": group, **kind.model_dump(mode="json")} for group, kind in kinds]
    return {"schema": "govkit.kind/1", "id": name, "kinds": found}


def measure_document(name: str, meaning: Meaning) -> dict[str, Any]:
    """What a measure stands for (`govkit.measure/1`)."""
    return {"schema": "govkit.measure/1", "measure": name, **meaning.model_dump(mode="json")}


def search_document(query: str, hits: Iterable[Hit]) -> dict[str, Any]:
    """What a search found, best first (`govkit.search/1`)."""
    return {"schema": "govkit.search/1", "query": query, "hits": [hit._asdict() for hit in hits]}


def coverage_document(basis: str, reaches: Iterable[Reach]) -> dict[str, Any]:
    """How far controls reach (`govkit.coverage/1`); basis is `project` or `baseline`."""
    catalogs = [reach.model_dump(mode="json", exclude_none=True) for reach in reaches]
    return {"schema": "govkit.coverage/1", "basis": basis, "catalogs": catalogs}


def _head(catalog: Catalog) -> dict[str, Any]:
    plain = catalog.model_dump(mode="json", exclude={"sources", "notes", "requirements", "controls"})
    return {**plain, "judged": len(catalog.leaves()), "offers": len(catalog.controls)}


def _requirement(catalog: str, requirement: Requirement, judged: bool, claims: Claims) -> dict[str, Any]:
    full = f"{catalog}:{requirement.id}"
    return {
        "id": requirement.id,
        "full_id": full,
        "aliases": list(requirement.aliases),
        "kind": requirement.kind,
        "parent": requirement.parent,
        "judged": judged,
        "title": requirement.title,
        "summary": requirement.summary,
        "expected_evidence": list(requirement.expected_evidence),
        "documented_information": requirement.documented_information,
        "related": list(requirement.related),
        "roles": list(requirement.roles),
        "applies_from": {route: first.isoformat() for route, first in requirement.applies_from.items()},
        "amended_by": requirement.amended_by,
        "controls": list(claims.get(full, ())),
    }


def _control(control: Control) -> dict[str, Any]:
    plain = control.model_dump(mode="json", exclude={"criteria"}, exclude_none=True)
    return {**plain, "criteria": [_criterion(criterion) for criterion in control.criteria]}


def _mapped(item: Mapped) -> dict[str, Any]:
    plain = item.pair.model_dump(mode="json", exclude={"source", "target"}, exclude_none=True)
    here = "source" if item.other.partition(":")[0] == item.mapping.target else "target"
    ends = {"this_is": here, "id": item.other, "title": item.title}
    return {"mapping": item.mapping.id, **ends, **plain, "relationship": item.relationship}


def _criterion(criterion: Criterion) -> dict[str, Any]:
    plain = criterion.model_dump(mode="json", exclude_none=True)
    return {**plain, "bar": criterion.bar() if criterion.has_bar() else None}
