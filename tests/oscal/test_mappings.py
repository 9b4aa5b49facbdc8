"""Mappings as OSCAL and back; what is made of the mapping collections of others."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from govkit.catalogs.loading import shipped_library
from govkit.errors import InputError
from govkit.oscal.documents import OscalDocument, parse_document
from govkit.oscal.naming import NAMESPACE
from govkit.oscal.reading_mapping import read_mappings
from govkit.oscal.schemas import check_schema
from govkit.oscal.writing_catalog import catalog_document
from govkit.oscal.writing_mapping import mapping_document
from tests.oscal.records import Crosswalk, mappings

LIBRARY = shipped_library()
CROSSWALK = LIBRARY.mappings["nist-ai-rmf-1.0__iso-42001-2023"]


def document(made: dict[str, Any]) -> OscalDocument:
    return parse_document(json.dumps(made).encode(), "d.json")


def written(name: str) -> dict[str, Any]:
    mapping = LIBRARY.mappings[name]
    return mapping_document(mapping, LIBRARY.catalogs[mapping.source], LIBRARY.catalogs[mapping.target])


@pytest.mark.parametrize("name", LIBRARY.mappings)
def test_every_shipped_mapping_comes_back_as_it_was_and_fits_the_schema(name: str) -> None:
    made = document(written(name))
    assert check_schema(made).problems == ()
    read = read_mappings(made)
    assert read.record == (LIBRARY.mappings[name],)
    assert read.doubts == ()


@settings(max_examples=80, deadline=None)
@given(crosswalk=mappings())
def test_any_mapping_comes_back_as_it_was_and_fits_the_schema(crosswalk: Crosswalk) -> None:
    made = document(mapping_document(*crosswalk))
    assert check_schema(made).problems == ()
    assert read_mappings(made).record == (crosswalk.mapping,)


def test_an_untyped_pair_gets_a_word_of_ours_and_never_an_invented_one() -> None:
    maps = written(CROSSWALK.id)["mapping-collection"]["mappings"][0]["maps"]
    assert {(item["ns"], item["relationship"]) for item in maps} == {(NAMESPACE, "related")}


def test_every_map_is_one_pair_with_its_own_sources_and_confidence() -> None:
    body = written(CROSSWALK.id)["mapping-collection"]
    maps = body["mappings"][0]["maps"]
    assert len(maps) == len(CROSSWALK.pairs) == 280
    assert {(len(item["sources"]), len(item["targets"])) for item in maps} == {(1, 1)}
    first = maps[0]
    resources = {item["uuid"]: item["title"] for item in body["back-matter"]["resources"]}
    assert [resources[link["href"][1:]] for link in first["links"]] == ["S1", "S2", "S3", "S4"]
    assert first["confidence-score"] == {"category": "medium"}
    assert (first["sources"][0]["id-ref"], first["targets"][0]["id-ref"]) == ("govern-1.1", "cl-4.1")


def test_of_a_group_its_text_is_mapped() -> None:
    maps = written("owasp-llm-2026__nist-ai-rmf-1.0")["mapping-collection"]["mappings"][0]["maps"]
    groups = [item["targets"][0] for item in maps if item["targets"][0]["type"] == "statement"]
    assert groups
    parts = [part["id"] for part in _parts(catalog_document(LIBRARY.catalogs["nist-ai-rmf-1.0"])["catalog"])]
    assert {item["id-ref"] for item in groups} <= set(parts)


def _parts(holder: dict[str, Any]) -> list[dict[str, Any]]:
    inner = [part for key in ("groups", "controls") for item in holder.get(key, ()) for part in _parts(item)]
    return [*holder.get("parts", ()), *inner]


def test_ids_without_a_pair_are_the_gap_summary() -> None:
    mapping = written(CROSSWALK.id)["mapping-collection"]["mappings"][0]
    assert mapping["target-gap-summary"]["unmapped-controls"] == [
        {"with-ids": ["cl-4.2", "cl-6.3", "cl-7.5.1", "cl-7.5.2", "cl-8.1"]}
    ]
    assert "source-gap-summary" not in mapping


def test_a_mapping_that_nobody_reviewed_is_a_draft_and_none_is_called_complete() -> None:
    found = {written(name)["mapping-collection"]["provenance"]["status"] for name in LIBRARY.mappings}
    assert found <= {"draft", "not-complete"}
    assert written(CROSSWALK.id)["mapping-collection"]["provenance"]["status"] == "draft"


def test_a_rationale_that_nobody_stated_is_said_to_be_none() -> None:
    provenance = written(CROSSWALK.id)["mapping-collection"]["provenance"]
    assert "states none" in provenance["remarks"]


def test_a_mapping_without_pairs_is_refused() -> None:
    empty = CROSSWALK.model_copy(update={"pairs": ()})
    with pytest.raises(InputError) as caught:
        mapping_document(empty, LIBRARY.catalogs[empty.source], LIBRARY.catalogs[empty.target])
    assert [problem.ident for problem in caught.value.problems] == ["not-exportable"]
