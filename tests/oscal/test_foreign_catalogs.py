"""Catalogs that govkit did not write: what is read, under which names, and what is said about the rest."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govkit.errors import InputError, Problem
from govkit.model.catalog import Catalog, Requirement
from govkit.oscal.documents import parse_document
from govkit.oscal.reading import Read
from govkit.oscal.reading_catalog import load_catalog, read_catalog
from govkit.oscal.writing_catalog import catalog_document, identifiers_of
from tests.oscal.builders import catalog, control, mapping, metadata, parsed, with_value, written

DATA = Path(__file__).resolve().parent.parent / "data" / "oscal"
SP800_53 = DATA / "NIST_SP-800-53_rev5_catalog.json"
CSF = DATA / "NIST_CSF_v2.0_catalog.json"


def read(document: dict[str, Any], **origin: Any) -> Read[Catalog]:
    return read_catalog(parsed(document), **origin)


def entries(found: Catalog) -> dict[str, Requirement]:
    return {entry.id: entry for entry in found.requirements}


def problems(document: Any) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        read_catalog(parsed(document))
    return list(caught.value.problems)


def test_a_catalog_of_nist_is_read_under_its_printed_labels() -> None:
    found = load_catalog(SP800_53, "c.json", ident="nist-sp800-53-r5")
    assert found.id == "nist-sp800-53-r5"
    assert list(entries(found)) == ["ac", "AC-1", "AC-2", "AC-2(3)", "AC-2(4)", "AC-2(7)", "AC-2(10)"]
    assert (found.edition, str(found.as_of), found.publisher) == (
        "5.0.1",
        "2021-06-08",
        "Joint Task Force, Interagency Working Group",
    )
    enhancement = entries(found)["AC-2(3)"]
    assert (enhancement.parent, enhancement.kind, enhancement.aliases) == ("AC-2", "SP800-53-enhancement", ("ac-2.3",))


def test_statements_keep_their_items_and_their_parameters() -> None:
    entry = entries(load_catalog(SP800_53, "c.json"))["AC-2(3)"]
    assert entry.text == (
        "Disable accounts within {{ insert: param, ac-2.3_prm_1 }} when the accounts:\n"
        "(a) Have expired;\n"
        "(b) Are no longer associated with a user or individual;\n"
        "(c) Are in violation of organizational policy; or\n"
        "(d) Have been inactive for {{ insert: param, ac-2.3_prm_2 }}."
    )
    assert entry.summary == "Disable accounts within [organization-defined time period] when the accounts:"
    assert [item.id for item in entry.params] == ["ac-2.3_prm_1", "ac-2.3_prm_2"]


def test_choices_stand_for_a_parameter_without_value() -> None:
    entry = entries(load_catalog(SP800_53, "c.json"))["AC-2(7)"]
    assert entry.summary.endswith("with [a role-based access scheme or an attribute-based access scheme];")


def test_what_is_withdrawn_asks_nothing() -> None:
    found = load_catalog(SP800_53, "c.json")
    assert entries(found)["AC-2(10)"].kind == "withdrawn"
    assert "AC-2(10)" not in {leaf.id for leaf in found.leaves()}
    assert "AC-2(4)" in {leaf.id for leaf in found.leaves()}


def test_what_is_not_read_is_counted_in_the_notes() -> None:
    notes = " ".join(load_catalog(SP800_53, "c.json").notes)
    assert "parts named guidance (2)" in notes
    assert "links related to what is not here (6)" in notes
    assert "says OSCAL 1.0.0." in notes


def test_labels_that_are_more_than_a_number_keep_the_identifier_as_another_name() -> None:
    found = entries(load_catalog(CSF, "c.json"))
    assert (found["Organizational Context (GV.OC)"].aliases, found["GV.OC-01"].aliases) == (("GV.OC",), ())
    assert found["GV.OC-01"].props[0].value == "1st"


def test_identifiers_come_back_when_it_is_written_again() -> None:
    for path in (SP800_53, CSF):
        found = load_catalog(path, "c.json", ident="x-1")
        again = catalog_document(found)
        written_ids = set(identifiers_of(found.requirements).values())
        original = json.loads(path.read_text(encoding="utf-8"))
        assert written_ids == set(_ids(original["catalog"]))
        assert read_catalog(parsed(again)).record == found


def _ids(holder: dict[str, Any]) -> list[str]:
    inner = [*holder.get("groups", ()), *holder.get("controls", ())]
    return [name for item in inner for name in (item["id"], *_ids(item))]


def test_a_release_nobody_knows_is_a_doubt_and_said_in_the_notes() -> None:
    found = read(catalog(metadata=metadata(oscal_version="9.9.9")))
    assert [doubt.ident for doubt in found.doubts] == ["unknown-version"]
    assert "a release that is not known here" in " ".join(found.record.notes)


@pytest.mark.parametrize(
    ("path", "value", "ident"),
    [
        ("catalog/uuid", "f47ac10b-58cc-11e4-8ed6-0800200c9a66", "bad-value"),
        ("catalog/metadata/last-modified", "2026-01-01T00:00:00", "bad-value"),
        ("catalog/groups/0/controls/0/props", [], "empty-list"),
        ("catalog/groups/0/controls/0/parts/0/prose-of-mine", "x", "unknown-key"),
    ],
)
def test_what_breaks_the_schema_and_can_be_read_is_a_doubt(path: str, value: Any, ident: str) -> None:
    found = read(with_value(catalog(), path, value) if ident != "unknown-key" else _extra(path, value))
    assert ident in {doubt.ident for doubt in found.doubts}
    assert len(found.record.requirements) == 5


def _extra(path: str, value: Any) -> dict[str, Any]:
    document = copy.deepcopy(catalog())
    document["catalog"]["groups"][0]["controls"][0]["parts"][0]["prose-of-mine"] = value
    return document


def test_the_licence_is_what_the_document_says_unless_the_user_says_more() -> None:
    plain, said = catalog(), catalog(metadata=metadata(remarks="Released under CC0 1.0."))
    assert read(plain).record.licence == "Not stated in the document."
    assert read(said).record.licence == "Released under CC0 1.0."
    assert read(said, licence="Ours").record.licence == "Ours"
    by_prop = catalog(metadata=metadata(props=[{"name": "license", "value": "MIT"}]))
    by_link = catalog(metadata=metadata(links=[{"rel": "license", "href": "https://example.org/l"}]))
    by_end = catalog(**{"back-matter": {"resources": [{"title": "Licence", "description": "CC BY 4.0"}]}})
    assert [read(item).record.licence for item in (by_prop, by_link, by_end)] == [
        "MIT",
        "https://example.org/l",
        "Licence: CC BY 4.0",
    ]


def test_ids_that_stand_twice_are_refused_with_their_place() -> None:
    twice = catalog(controls=[control("govern-1.1", props=[])])
    (found,) = problems(twice)
    assert found.ident == "duplicate-id"
    assert found.where.pointer == "/catalog/groups/0/controls/0/id"


def test_a_label_that_two_have_names_neither() -> None:
    same = [{"name": "label", "value": "Same"}]
    found = read(catalog(groups=[], controls=[control("a", props=same), control("b", props=same)])).record
    assert list(entries(found)) == ["a", "b"]


def test_who_has_a_label_that_is_anothers_identifier_gives_way() -> None:
    labelled = control("x", props=[{"name": "label", "value": "y"}])
    found = read(catalog(groups=[], controls=[labelled, control("y", props=[])])).record
    assert list(entries(found)) == ["x", "y"]


def test_every_problem_is_told_at_once() -> None:
    document = with_value(catalog(), "catalog/groups/0/controls/0/id", None)
    document = with_value(document, "catalog/groups/1/controls/0/title", 7)
    document = with_value(document, "catalog/metadata/version", "")
    found = {(problem.ident, problem.where.pointer) for problem in problems(document)}
    assert found == {
        ("missing-entry", "/catalog/groups/0/controls/0"),
        ("bad-value", "/catalog/groups/1/controls/0/title"),
        ("missing-entry", "/catalog/metadata"),
    }


def test_a_long_title_is_cut_and_kept() -> None:
    found = read(catalog(groups=[], controls=[control("a", title="t" * 300)])).record
    entry = entries(found)["a"]
    assert len(entry.title) == 200
    assert [item.value for item in entry.props if item.name == "title"] == ["t" * 300]


def test_insertions_that_run_in_a_circle_end() -> None:
    params = [
        {"id": "p1", "select": {"choice": ["{{ insert: param, p2 }}"]}},
        {"id": "p2", "label": "two", "select": {"choice": ["{{ insert: param, p1 }} " * 50]}},
    ]
    parts = [{"name": "statement", "prose": "Do {{ insert: param, p1 }} and {{ insert: param, p9 }}."}]
    found = read(catalog(groups=[], controls=[control("a", params=params, parts=parts)])).record
    assert found.requirements[0].summary.endswith("and {{ insert: param, p9 }}.")


def test_parameters_of_the_catalog_are_inserted_whatever_they_hold() -> None:
    parts = [{"name": "statement", "prose": "Do it in {{ insert: param, days }}."}]
    made = catalog(groups=[], controls=[control("a", parts=parts)], params=[{"id": "days", "values": ["30 days"]}])
    assert read(made).record.requirements[0].summary == "Do it in 30 days."
    assert {problem.ident for problem in problems(with_value(made, "catalog/params/0/values", [7, {}]))} == {
        "bad-value"
    }


def test_other_documents_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_catalog(written(tmp_path, mapping()), "m.json")
    assert caught.value.problems[0].ident == "other-document"
    assert "mapping-collection" in caught.value.problems[0].what


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from(["", "x", "#x", "govern-1.1", "\u200b", "x" * 300]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "name", "props"]), inner),
    max_leaves=4,
)


def outcome(content: bytes) -> Read[Catalog] | tuple[Problem, ...]:
    try:
        return read_catalog(parse_document(content, "d.json"))
    except InputError as error:
        return error.problems


def _paths(value: Any, path: str = "") -> list[str]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, inner in steps for found in (f"{path}/{key}", *_paths(inner, f"{path}/{key}"))]


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_whatever_stands_in_a_document_it_is_read_or_refused(data: st.DataObject) -> None:
    """No other exception, and never a record with nothing of a broken entry in it."""
    sample = json.loads(data.draw(st.sampled_from([SP800_53, CSF])).read_text(encoding="utf-8"))
    for document in (sample, catalog_document(read_catalog(parsed(sample)).record)):
        changed = with_value(document, data.draw(st.sampled_from(_paths(document))), data.draw(JUNK.filter(bool)))
        assert outcome(json.dumps(changed).encode())
