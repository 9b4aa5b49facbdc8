"""Mapping collections that govkit did not write: they say no more here than they do there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govkit.catalogs.loading import shipped_library
from govkit.errors import InputError, Problem
from govkit.model.catalog import Catalog, Mapping, Pair
from govkit.oscal.documents import parse_document
from govkit.oscal.reading import Read
from govkit.oscal.reading_mapping import load_mappings, read_mappings
from tests.oscal.builders import mapping, metadata, parsed, uuid, with_value, written
from tests.oscal.records import small_catalog
from tests.oscal.test_foreign_catalogs import DATA, JUNK, _paths

CROSSWALK = DATA / "nist_ai_rmf_to_iso_42001_mapping-collection.json"
OLD = DATA / "NIST-CSF_v2-to-NIST-800-53_rev5_mapping-collection.json"
LIBRARY = shipped_library().catalogs


def one(word: str, sources: list[str], targets: list[str], **more: Any) -> dict[str, Any]:
    items = {"sources": sources, "targets": targets}
    made = {key: [{"type": "control", "id-ref": name} for name in names] for key, names in items.items()}
    return {"uuid": uuid(f"{word} {sources} {targets}"), "relationship": word, **made, **more}


def collection(*maps: dict[str, Any], **more: Any) -> dict[str, Any]:
    document = with_value(mapping(), "mapping-collection/mappings/0/maps", list(maps))
    document["mapping-collection"]["mappings"][0] |= more
    return document


def read(document: dict[str, Any], **asked: Any) -> tuple[Mapping, ...]:
    return read_mappings(parsed(document), **asked).record


def pair(document: dict[str, Any]) -> Pair:
    ((found,),) = (item.pairs for item in read(document))
    return found


def refused(document: dict[str, Any], **asked: Any) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        read(document, **asked)
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("word", "relationship", "rationale"),
    [
        ("subset-of", "subset_of", None),
        ("superset-of", "superset_of", None),
        ("intersects-with", "intersects_with", None),
        ("no-relationship", "none", None),
        ("equal-to", "equal", "syntactic"),
        ("equivalent-to", "equal", "semantic"),
    ],
)
def test_a_map_between_two_keeps_its_word(word: str, relationship: str, rationale: str | None) -> None:
    found = pair(collection(one(word, ["a"], ["b"])))
    assert (found.relationship, found.rationale) == (relationship, rationale)


def test_a_map_between_sets_says_nothing_of_single_pairs() -> None:
    single, several = one("equal-to", ["a"], ["b"]), one("equal-to", ["c"], ["d", "e"])
    typed, sets = read(collection(single, several))
    assert [(item.source, item.target, item.relationship) for item in typed.pairs] == [("a", "b", "equal")]
    assert [(item.source, item.target, item.relationship) for item in sets.pairs] == [
        ("c", "d", "related"),
        ("c", "e", "related"),
    ]
    assert (typed.style, sets.style, sets.id) == ("set-theory", "concept", f"{typed.id}-sets")
    assert [item.value for item in sets.pairs[0].props if item.name == "oscal-relationship"] == ["equal-to"]
    assert "as wholes" in (sets.pairs[0].note or "")


def test_a_word_of_another_namespace_is_kept_and_not_interpreted() -> None:
    found = pair(collection(one("equal-to", ["a"], ["b"], ns="https://example.org/ns")))
    assert found.relationship == "related"
    assert {item.name: item.value for item in found.props} == {
        "oscal-relationship": "equal-to",
        "relationship-ns": "https://example.org/ns",
    }


def test_what_a_pair_has_no_field_for_is_kept() -> None:
    more = {
        "confidence-score": {"percentage": 0.9},
        "coverage": {"target-coverage": 0.5},
        "props": [{"name": "mine", "ns": "https://example.org/ns", "value": "x"}],
        "remarks": "Looked at twice.",
    }
    found = pair(collection(one("subset-of", ["a"], ["b"], **more)))
    assert found.note == "Looked at twice."
    assert {item.name: item.value for item in found.props} == {
        "mine": "x",
        "confidence-score": '{"percentage":0.9}',
        "coverage": '{"target-coverage":0.5}',
    }
    assert (
        pair(collection(one("subset-of", ["a"], ["b"], **{"confidence-score": {"category": "low"}}))).confidence
        == "low"
    )


def test_what_is_said_of_single_ends_and_of_the_catalogs_is_kept() -> None:
    made = one("subset-of", ["a"], ["b"])
    made["targets"][0]["remarks"] = "Only the first sentence."
    (found,) = read(collection(made))
    assert [(item.name, item.value) for item in found.pairs[0].props] == [
        ("target-item", '{"id-ref":"b","remarks":"Only the first sentence."}')
    ]
    assert [item.value for item in found.props if item.name == "source-resource"] == [
        '{"href":"catalog.json","type":"catalog"}'
    ]
    assert (
        found.status == "The document says status 'draft' and method 'human' of itself. Read from OSCAL; not reviewed."
    )


def test_one_mapping_may_stand_without_a_list() -> None:
    document = collection(one("subset-of", ["a"], ["b"]))
    body = document["mapping-collection"]
    body["mappings"] = body["mappings"][0]
    assert pair(document).relationship == "subset_of"


def test_before_1_2_the_word_stood_in_an_object() -> None:
    made = one("subset-of", ["a"], ["b"])
    made["relationship"] = {"type": "subset-of"}
    assert pair(collection(made)).relationship == "subset_of"


def test_identifiers_become_printed_ids_when_the_catalogs_are_known() -> None:
    document = collection(one("subset-of", ["govern-1.1"], ["cl-6.1.2"]), one("subset-of", ["GV-1.2"], ["A.6.2.4"]))
    body = document["mapping-collection"]["mappings"][0]
    body["source-resource"]["href"] = "nist-ai-rmf-1.0.json"
    body["target-resource"]["href"] = "iso-42001-2023.json"
    (found,) = read(document, catalogs=LIBRARY)
    assert (found.source, found.target) == ("nist-ai-rmf-1.0", "iso-42001-2023")
    assert [(item.source, item.target) for item in found.pairs] == [("GOVERN 1.1", "6.1.2"), ("GOVERN 1.2", "A.6.2.4")]


def test_a_statement_stands_for_its_control() -> None:
    document = collection(one("subset-of", ["govern-1.1_smt"], ["x"]))
    document["mapping-collection"]["mappings"][0]["source-resource"]["href"] = "nist-ai-rmf-1.0.json"
    (found,) = read(document, catalogs={"nist-ai-rmf-1.0": LIBRARY["nist-ai-rmf-1.0"]})
    assert found.pairs[0].source == "GOVERN 1.1"


def test_an_identifier_that_the_catalog_lacks_is_refused_with_the_nearest() -> None:
    document = collection(one("subset-of", ["govern-1.11"], ["x"]))
    document["mapping-collection"]["mappings"][0]["source-resource"]["href"] = "nist-ai-rmf-1.0.json"
    (found,) = refused(document, catalogs=LIBRARY)
    assert found.ident == "unknown-requirement"
    assert found.where.pointer.endswith("/maps/0/sources/0/id-ref")
    assert "govern-1.1" in found.fix


def test_a_pair_twice_is_read_once_and_two_words_for_it_are_refused() -> None:
    same = collection(one("subset-of", ["a"], ["b"]), one("subset-of", ["a"], ["b"], remarks="again"))
    found = read_mappings(parsed(same))
    assert len(found.record[0].pairs) == 1
    assert "duplicate-id" in {doubt.ident for doubt in found.doubts}
    (problem,) = refused(collection(one("subset-of", ["a"], ["b"]), one("equal-to", ["a"], ["b"])))
    assert problem.ident == "duplicate-id"


def test_several_mappings_become_several() -> None:
    document = collection(one("subset-of", ["a"], ["b"]))
    body = document["mapping-collection"]
    body["mappings"].append({**body["mappings"][0], "uuid": uuid("second"), "maps": [one("equal-to", ["c"], ["d"])]})
    first, second = read(document, ident="mine")
    assert (first.id, second.id) == ("mine", "mine-2")


def test_a_release_that_had_no_mappings_is_a_doubt() -> None:
    found = read_mappings(parsed(mapping(metadata=metadata(oscal_version="1.0.4"))))
    assert [doubt.ident for doubt in found.doubts] == ["version-contradiction"]


def test_gaps_of_the_document_are_kept_and_not_checked() -> None:
    gap = {"uuid": uuid("gap"), "unmapped-controls": [{"with-ids": ["c-9"]}]}
    (found,) = read(collection(one("subset-of", ["a"], ["b"]), **{"source-gap-summary": gap}))
    assert found.gaps == {}
    assert [(item.name, item.value) for item in found.props if item.name.endswith("-gap")] == [("source-gap", "c-9")]


def test_too_many_pairs_are_refused() -> None:
    names = [f"n{number}" for number in range(400)]
    found = refused(collection(one("subset-of", names, names)))
    assert [problem.ident for problem in found] == ["too-large"]


def test_a_published_crosswalk_is_read_with_its_doubts() -> None:
    found = read_mappings(parse_document(CROSSWALK.read_bytes(), "c.json"))
    typed, sets = found.record
    assert [(item.source, item.target) for item in typed.pairs] == [("GV-1.7", "iso-iec-42001_B-6-2-6")]
    assert len(sets.pairs) == 11
    assert {item.relationship for item in sets.pairs} == {"related"}
    assert typed.licence == "Not stated in the document."
    assert [doubt.where.pointer for doubt in found.doubts] == ["/mapping-collection/provenance/method"]


def test_misspelled_keys_are_named_with_what_is_meant() -> None:
    with pytest.raises(InputError) as caught:
        load_mappings(OLD, "old.json")
    found = caught.value.problems
    assert {problem.ident for problem in found} == {"missing-entry"}
    assert len(found) == 7
    assert all("'id_ref'" in problem.fix for problem in found)


def test_it_can_be_written_and_read_again(tmp_path: Path) -> None:
    from govkit.oscal.writing_mapping import mapping_document

    for found in read(collection(one("equal-to", ["a"], ["b"]), one("equal-to", ["c"], ["d", "e"]))):
        ends = [small_catalog(name, ["a", "b", "c", "d", "e"]) for name in (found.source, found.target)]
        again = written(tmp_path, mapping_document(found, *ends))
        assert load_mappings(again, "m.json") == (found,)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_whatever_stands_in_a_collection_it_is_read_or_refused(data: st.DataObject) -> None:
    document = json.loads(data.draw(st.sampled_from([CROSSWALK, OLD])).read_text(encoding="utf-8"))
    changed = with_value(document, data.draw(st.sampled_from(_paths(document))), data.draw(JUNK.filter(bool)))
    assert outcome(json.dumps(changed).encode(), data.draw(st.sampled_from([{}, LIBRARY])))


def outcome(content: bytes, catalogs: dict[str, Catalog]) -> Read[tuple[Mapping, ...]] | tuple[Problem, ...]:
    try:
        return read_mappings(parse_document(content, "d.json"), catalogs=catalogs)
    except InputError as error:
        return error.problems
