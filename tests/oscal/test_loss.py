"""The loss report says what a reader finds: it follows the document, not a list."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given, settings

from govkit.model.catalog import Catalog
from govkit.oscal.exporting import Exported, exported_catalog, exported_mapping
from govkit.oscal.loss import Loss, loss, loss_document, loss_text
from tests.oscal.exports import LIBRARY, every_export
from tests.oscal.records import catalogs
from tests.oscal.test_catalogs import entry, small


def rows(found: Loss) -> dict[str, tuple[str, int]]:
    return {row.field: (row.how, row.values) for row in found.rows}


def of(made: Exported, document: dict[str, Any]) -> Loss:
    """The report on another document than the one that was made."""
    return loss(made.kind, made.record, made.ident, document, b"", made.reader)


def catalog(*requirements: Any, **changed: Any) -> Exported:
    return exported_catalog(small(*requirements, **changed), "json", with_text=True)


def test_each_value_is_told_by_where_it_stands() -> None:
    made = catalog(entry("1", roles=("provider",), expected_evidence=("A plan",), amended_by="one\ntwo"))
    found = rows(made.loss())
    assert found["requirements.title"] == ("native", 1)
    assert found["requirements.summary"] == ("native", 1)
    assert found["requirements.roles"] == ("property", 1)
    assert found["requirements.expected_evidence"] == ("part", 1)
    assert found["requirements.amended_by"] == ("remarks", 1)


def test_what_is_taken_out_of_the_document_is_missing_in_the_report() -> None:
    made = catalog(entry("1", amended_by="then"), entry("2"))
    document = copy.deepcopy(made.document)
    controls = document["catalog"]["controls"]
    controls[0]["props"] = [item for item in controls[0]["props"] if item["name"] != "amended-by"]
    del controls[1]["parts"]
    found = of(made, document)
    assert found.omitted == ("requirements/1/amended_by", "requirements/2/summary")
    assert "NOT CARRIED 2: requirements.amended_by (1), requirements.summary (1)" in loss_text(found)


def test_a_value_that_changed_on_the_way_is_not_carried() -> None:
    made = catalog(entry("1"))
    document = copy.deepcopy(made.document)
    document["catalog"]["controls"][0]["title"] = "Another"
    assert of(made, document).omitted == ("requirements/1/title",)


def test_an_order_that_changed_on_the_way_is_not_carried() -> None:
    made = catalog(entry("1"), entry("2"))
    document = copy.deepcopy(made.document)
    one, two = document["catalog"]["controls"]
    one["props"][1]["value"], two["props"][1]["value"] = "2", "1"
    assert of(made, document).omitted == ("requirements/order",)


def test_a_word_for_a_relation_that_oscal_lacks_is_ours_and_one_it_has_is_native() -> None:
    mapping = LIBRARY.mappings["nist-ai-rmf-1.0__iso-42001-2023"]
    ends = LIBRARY.catalogs[mapping.source], LIBRARY.catalogs[mapping.target]
    for word, how in (("supports", "property"), ("subset_of", "native")):
        changed = mapping.model_copy(update={"pairs": (mapping.pairs[0].model_copy(update={"relationship": word}),)})
        assert rows(exported_mapping(changed, *ends, "json").loss())["pairs.relationship"] == (how, 1)


def test_the_words_of_a_standard_that_stay_out_are_reported() -> None:
    made = exported_catalog(small(entry("1", text="The text.")), "json", with_text=False)
    assert b"The text." not in made.content
    assert made.loss().omitted == ("requirements/1/text",)


def test_every_shipped_record_is_carried_whole() -> None:
    assert [item.ident for item in every_export() if item.loss().omitted] == []


@settings(max_examples=40, deadline=None)
@given(made=catalogs())
def test_of_any_catalog_nothing_is_omitted(made: Catalog) -> None:
    assert exported_catalog(made, "json", with_text=True).loss().omitted == ()


def test_the_document_adds_up() -> None:
    found = catalog(entry("1", roles=("provider",))).loss()
    made = loss_document(found)
    json.dumps(made)
    assert made["schema"] == "govkit.loss/1"
    assert sum(made["values"].values()) == sum(row["values"] for row in made["fields"])
    assert made["omitted"] == []
