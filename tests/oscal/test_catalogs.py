"""Catalogs as OSCAL and back: nothing is lost, the schema is met, the same bytes each time."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from govkit.catalogs.loading import shipped_library
from govkit.errors import InputError
from govkit.model.catalog import Catalog, Requirement, Source
from govkit.oscal.documents import OscalDocument, parse_document
from govkit.oscal.reading_catalog import read_catalog
from govkit.oscal.schemas import check_schema
from govkit.oscal.writing_catalog import catalog_document
from tests.oscal.records import catalogs

SHIPPED = shipped_library().catalogs


def document(made: dict[str, Any]) -> OscalDocument:
    return parse_document(json.dumps(made).encode(), "d.json")


def small(*requirements: Requirement, **changed: Any) -> Catalog:
    head = {"id": "c-1", "title": "T", "publisher": "P", "edition": "1", "published": "2026-01-01"}
    rest = {"as_of": "2026-02-01", "licence": "L", "status": "S", "sources": [Source(id="S1", ref="R")], "counts": {}}
    return Catalog.model_validate({**head, **rest, "requirements": requirements, **changed})


def entry(ident: str, kind: str = "control", **changed: Any) -> Requirement:
    return Requirement.model_validate({"id": ident, "kind": kind, "title": ident, "summary": "Do it.", **changed})


def body(catalog: Catalog) -> dict[str, Any]:
    made: dict[str, Any] = catalog_document(catalog)["catalog"]
    return made


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_catalog_comes_back_as_it_was_and_fits_the_schema(name: str) -> None:
    made = document(catalog_document(SHIPPED[name]))
    assert check_schema(made).problems == ()
    read = read_catalog(made)
    assert read.record == SHIPPED[name]
    assert read.doubts == ()


@settings(max_examples=80, deadline=None)
@given(catalog=catalogs())
def test_any_catalog_comes_back_as_it_was_and_fits_the_schema(catalog: Catalog) -> None:
    made = document(catalog_document(catalog))
    assert check_schema(made).problems == ()
    assert read_catalog(made).record == catalog


def test_groups_hold_groups_or_controls_and_never_both() -> None:
    made = body(
        small(
            entry("1", "clause"),
            entry("1.1", "subclause", parent="1"),
            entry("1.2", "clause", parent="1"),
            entry("1.2.1", "clause", parent="1.2"),
            entry("2", "clause"),
            entry("2.1", "clause", parent="2"),
            entry("2.1.1", "subclause", parent="2.1"),
            entry("3", "subclause"),
            entry("3.1", "clause", parent="3"),
        )
    )
    one, two = made["groups"]
    assert [item["id"] for item in one["controls"]] == ["cl-1.1", "cl-1.2"]
    assert [item["id"] for item in one["controls"][1]["controls"]] == ["cl-1.2.1"]
    assert [item["id"] for item in two["groups"]] == ["cl-2.1"]
    assert [item["id"] for item in made["controls"][0]["controls"]] == ["cl-3.1"]


def test_printed_numbers_and_order_are_properties_that_oscal_knows() -> None:
    made = body(small(entry("MEASURE 2.3", aliases=["MS-2.3"])))["controls"][0]
    assert made["id"] == "measure-2.3"
    assert [(p["name"], p["value"]) for p in made["props"] if "ns" not in p] == [
        ("label", "MEASURE 2.3"),
        ("sort-id", "1"),
        ("alt-identifier", "MS-2.3"),
    ]


def test_ids_that_give_one_token_are_kept_apart() -> None:
    catalog = small(entry("A 1"), entry("a-1"), entry("A.1"))
    assert [item["id"] for item in body(catalog)["controls"]] == ["a-1", "a-1-2", "a.1"]
    assert read_catalog(document(catalog_document(catalog))).record == catalog


def test_the_statement_is_our_summary_and_says_so_unless_the_text_may_be_shown() -> None:
    own, quoted = body(small(entry("1"), entry("2", text="The text.")))["controls"]
    assert own["parts"][0]["prose"] == "Do it."
    assert own["parts"][0]["props"][0]["value"] == "own-words"
    assert [part["prose"] for part in quoted["parts"]] == ["The text.", "Do it."]
    assert quoted["parts"][0]["props"][0]["value"] == "verbatim"


def test_of_a_copyrighted_standard_it_is_said_that_its_text_is_not_there() -> None:
    assert "text of the publication is not included" in body(SHIPPED["iso-42001-2023"])["metadata"]["remarks"]


def test_nothing_is_written_empty() -> None:
    def empty(value: Any) -> bool:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return value in ([], {}, "") or any(map(empty, inner))

    assert not any(empty(catalog_document(catalog)) for catalog in SHIPPED.values())


def test_another_record_is_another_document_and_the_same_is_the_same() -> None:
    one, same, other = small(entry("1")), small(entry("1")), small(entry("1", summary="Do more."))
    assert catalog_document(one) == catalog_document(same)
    assert body(one)["uuid"] != body(other)["uuid"]


def test_an_id_that_stands_twice_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        catalog_document(small(entry("1"), entry("1")))
    assert [problem.ident for problem in caught.value.problems] == ["duplicate-id"]


def test_a_day_that_oscal_cannot_say_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        catalog_document(small(entry("1"), as_of="1815-06-09"))
    assert [problem.ident for problem in caught.value.problems] == ["not-exportable"]
