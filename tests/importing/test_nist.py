"""What NIST publishes about the AI RMF: the Playbook and the CPRT export, as catalogs and as words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from govkit.errors import InputError
from govkit.importing.planning import plan_texts
from govkit.importing.texts import lay_over
from tests.importing.builders import DATA, as_json, asked, dropped, imported, problems, refused, shipped

PLAYBOOK: list[dict[str, Any]] = json.loads((DATA / "nist_playbook.json").read_bytes())
CPRT: dict[str, Any] = json.loads((DATA / "nist_cprt_ai_rmf.json").read_bytes())
TAXONOMY: dict[str, Any] = json.loads((DATA / "nist_cprt_taxonomy.json").read_bytes())


def test_the_playbook_becomes_a_catalog_with_everything_in_it() -> None:
    found = imported((DATA / "nist_playbook.json").read_bytes())
    catalog = found.catalog
    assert catalog is not None
    assert catalog.counts == {"function": 1, "category": 1, "subcategory": 2}
    assert [(r.id, r.parent) for r in catalog.requirements] == [
        ("GOVERN", None),
        ("GOVERN 1", "GOVERN"),
        ("GOVERN 1.1", "GOVERN 1"),
        ("GOVERN 1.3", "GOVERN 1"),
    ]
    entry = catalog.requirements[2]
    assert entry.title == PLAYBOOK[0]["description"]
    kept = {prop.name: prop.value for prop in entry.props}
    assert set(kept) == {
        "about",
        "suggested-actions",
        "transparency-and-documentation",
        "references",
        "ai-actor",
        "topic",
    }
    assert kept["suggested-actions"] == PLAYBOOK[0]["section_actions"]
    assert [prop.value for prop in entry.props if prop.name == "topic"] == PLAYBOOK[0]["Topic"]
    assert (found.dropped, [leaf.id for leaf in catalog.leaves()]) == ((), ["GOVERN 1.1", "GOVERN 1.3"])


def test_its_age_and_that_it_was_cut_are_told() -> None:
    found = imported((DATA / "nist_playbook.json").read_bytes())
    assert "30 of 72 statements differ" in found.doubts[0]
    assert (
        found.doubts[1] == "The published Playbook has 72 entries, this file has 2: it was cut, or is another edition."
    )
    whole = [{**PLAYBOOK[0], "title": f"GOVERN 1.{n}"} for n in range(1, 73)]
    assert len(imported(as_json(whole)).doubts) == 1


def test_a_number_of_entries_may_be_demanded() -> None:
    content = (DATA / "nist_playbook.json").read_bytes()
    assert imported(content, asked(expected={"subcategory": 2})).catalog is not None
    (told,) = refused(content, asked(expected={"subcategory": 72}))
    assert (str(told.where), told.ident) == ("--expect", "wrong-count")
    assert "holds 2 (1 function, 1 category, 2 subcategory)" in told.what


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ([PLAYBOOK[0], PLAYBOOK[0]], ("given.file:20#/1", "duplicate-id")),
        ([PLAYBOOK[0], {**PLAYBOOK[1], "description": 3}], ("given.file:20#/1", "bad-value")),
        ([PLAYBOOK[0], "entry"], ("given.file:20#/1", "bad-value")),
        ([PLAYBOOK[0], {**PLAYBOOK[1], "section_about": "x" * 20_001}], ("given.file:20#/1", "bad-value")),
    ],
)
def test_what_is_wrong_in_the_playbook(entries: list[Any], found: tuple[str, str]) -> None:
    assert problems(as_json(entries)) == [found]


def test_the_export_becomes_a_catalog_in_its_own_order() -> None:
    found = imported((DATA / "nist_cprt_ai_rmf.json").read_bytes())
    catalog = found.catalog
    assert catalog is not None
    assert (catalog.id, catalog.edition, catalog.counts) == (
        "ai_100_1_0_0",
        "CPRT 1.1.0",
        {"function": 3, "category": 4, "subcategory": 4},
    )
    assert [r.id for r in catalog.requirements] == [
        *("GOVERN", "GOVERN 1", "GOVERN 1.3", "GOVERN 2", "GOVERN 2.3"),
        *("MANAGE", "MANAGE 2", "MANAGE 2.3", "MAP", "MAP 1", "MAP 1.1"),
    ]
    entry = catalog.requirements[4]
    assert (entry.parent, [(prop.name, prop.group) for prop in entry.props]) == (
        "GOVERN 2",
        [("suggested-action", "SA-GOVERN 2.3-1"), ("suggested-action", "SA-GOVERN 2.3-2")],
    )
    assert entry.props[0].value == "Declare risk tolerances for developing or using AI systems."
    assert dropped(found) == {"sort elements": 11}
    assert "36 of 91 statements differ" in found.doubts[0]
    assert "this file has 3 function, 4 category, 4 subcategory" in found.doubts[1]
    assert [leaf.id for leaf in catalog.leaves()] == ["GOVERN 1.3", "GOVERN 2.3", "MANAGE 2.3", "MAP 1.1"]


def test_another_publication_and_the_outer_object() -> None:
    found = imported((DATA / "nist_cprt_taxonomy.json").read_bytes())
    assert found.catalog is not None
    assert (found.catalog.id, found.catalog.counts) == ("ai_taxonomy_1_0_0", {"domain": 2, "category": 1})
    assert [(r.id, r.title, r.parent) for r in found.catalog.requirements][-1] == ("2.1", "Attack Classification", "2")
    assert found.doubts == ()


def changed(**parts: Any) -> str:
    return as_json({**CPRT, **parts})


def element(**parts: Any) -> dict[str, Any]:
    return {**CPRT["elements"][0], **parts}


def link(source: str, dest: str) -> dict[str, Any]:
    return {**CPRT["relationships"][0], "source_element_identifier": source, "dest_element_identifier": dest}


def test_what_belongs_to_nothing_is_counted() -> None:
    loose = element(element_type="party", element_identifier="P1")
    found = imported(changed(elements=[*CPRT["elements"], loose]))
    assert dropped(found) == {"party elements": 1, "sort elements": 11}


def test_relationships_with_another_publication_are_counted() -> None:
    elsewhere = {**CPRT["relationships"][0], "dest_doc_identifier": "CSF_2_0_0", "dest_element_identifier": "GV"}
    changed = {**CPRT, "relationships": [*CPRT["relationships"], elsewhere, elsewhere]}
    found = imported(as_json(changed))
    assert dropped(found)["relationships to other publications"] == 2
    assert problems(as_json({**CPRT, "relationships": [3]}))[0][1] == "bad-value"


def test_an_entry_with_two_parents_stands_under_the_first() -> None:
    found = imported(changed(relationships=[*CPRT["relationships"], link("MAP", "GOVERN 1")]))
    assert found.catalog is not None
    assert found.catalog.requirements[1].parent == "GOVERN"
    assert dropped(found)["second parents"] == 1


@pytest.mark.parametrize(
    ("parts", "ident"),
    [
        ({"elements": [*CPRT["elements"], element()]}, "duplicate-id"),
        ({"elements": [*CPRT["elements"], element(text=None)]}, "bad-value"),
        ({"elements": [*CPRT["elements"], 7]}, "bad-value"),
        ({"relationships": [*CPRT["relationships"], link("GOVERN", "GOVERN 9")]}, "unknown-element"),
        ({"elements": [], "relationships": []}, "empty-catalog"),
        ({"documents": []}, "missing-entry"),
    ],
)
def test_what_is_wrong_in_an_export(parts: dict[str, Any], ident: str) -> None:
    assert {found for _, found in problems(changed(**parts))} == {ident}


def test_parents_in_a_circle() -> None:
    around = [link("GOVERN", "GOVERN 1"), link("GOVERN 1", "GOVERN 1.3"), link("GOVERN 1.3", "GOVERN")]
    found = problems(changed(relationships=around))
    assert {ident for _, ident in found} == {"circular-parent"}


@pytest.mark.parametrize("name", ["nist_playbook.json", "nist_cprt_ai_rmf.json"])
def test_their_words_may_be_laid_over_the_shipped_catalog(name: str) -> None:
    library = shipped()
    found = imported((DATA / name).read_bytes())
    laid = lay_over(found, "nist-ai-rmf-1.0", library)
    assert laid.overlay.texts["GOVERN 1.3"].startswith("Processes and procedures are in place to determine")
    assert laid.overlay.note is not None
    assert "older than the publication" in laid.overlay.note
    plan = plan_texts(laid.imported, laid.overlay, None, library)
    assert list(plan.files) == ["nist-ai-rmf-1.0.yaml"]
    assert found.file.sha256.encode() in plan.files["nist-ai-rmf-1.0.yaml"]
    assert plan.lines == "frameworks:\n  - {id: nist-ai-rmf-1.0, overlay: texts/nist-ai-rmf-1.0.yaml}\n"


def test_what_an_overlay_has_no_place_for_is_counted() -> None:
    laid = lay_over(imported((DATA / "nist_playbook.json").read_bytes()), "nist-ai-rmf-1.0", shipped())
    assert dropped(laid.imported) == {
        **dict.fromkeys(("about", "suggested-actions", "transparency-and-documentation", "references", "ai-actor"), 2),
        "topic": 5,
    }
    extra = [*PLAYBOOK, {**PLAYBOOK[0], "title": "GOVERN 1.99"}]
    laid = lay_over(imported(as_json(extra)), "nist-ai-rmf-1.0", shipped())
    assert dropped(laid.imported)["entries that nist-ai-rmf-1.0 does not have"] == 1


@pytest.mark.parametrize(
    ("catalog", "ident"), [("nist-ai-rmf", "unknown-catalog"), ("iso-42001-2023", "unknown-requirement")]
)
def test_words_for_a_catalog_that_has_no_such_ids(catalog: str, ident: str) -> None:
    with pytest.raises(InputError) as raised:
        lay_over(imported((DATA / "nist_playbook.json").read_bytes()), catalog, shipped())
    assert [(str(p.where), p.ident) for p in raised.value.problems] == [("--texts-for", ident)]


def test_words_alone_need_no_day_of_publication() -> None:
    content = (DATA / "nist_playbook.json").read_bytes()
    assert imported(content, asked(head={"as_of": "2026-06-11"}, texts_only=True)).catalog is not None
    assert [i for _, i in problems(content, asked(head={"as_of": "2026-06-11"}))] == ["missing-entry"]
