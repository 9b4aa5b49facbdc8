"""The shipped catalogs hold exactly what the standards number, and every judged requirement is reached.

Source of the numbers: NIST AI 100-1; the numbering of ISO/IEC 42001:2023 as recorded in the SOURCE.md files.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import get_args

import pytest

from govkit.catalogs.covering import reach
from govkit.catalogs.loading import Library, shipped_library
from govkit.files import shipped
from govkit.model.catalog import Catalog, Mapping
from govkit.model.control import SystemKind

NIST, ISO, BASELINE = "nist-ai-rmf-1.0", "iso-42001-2023", "govkit-baseline"
ACT = "eu-ai-act-2026"
SOURCE = shipped("frameworks") / BASELINE / "SOURCE.md"
UNREACHED = {
    NIST: (),
    ISO: (),
    ACT: tuple(f"Art. {number}" for number in ("4a", 5, 6, 8, 16, 21, 22, 23, 24, 43, 47, 48, 49, 52, 54)),
    "owasp-llm-2026": ("LLM08:2026", "LLM09:2026", "LLM10:2026"),
    "owasp-agentic-2026": ("ASI04", "ASI05", "ASI06", "ASI07", "ASI08", "ASI09"),
    "owasp-llm-2025": tuple(f"LLM{number:02}:2025" for number in range(1, 11)),
    "mitre-atlas-2026.09": tuple(
        f"AML.M{number:04}"
        for number in (0, 1, 2, 5, 6, 7, 9, 10, 11, 12, 13, 15, 17, 18, 19, 22, 27, 30, 31, 32, 33, 34, 37, 38, 39)
    ),
    "nist-ai-100-2-e2025": tuple(f"NISTAML.{number:03}" for number in (11, 12, 16, 21, 24, 31, 32, 34, 35, 36)),
    "mit-ai-risk-repository-v4": ("4.1", "4.2", "4.3", "6.1", "6.2", "7.2", "7.5", "7.6"),
    "ai-verify-2.0": (),
    "neurips-paper-checklist-2026": ("1", "3", "5", "8", "9", "11", "14", "16"),
}
"""By catalog the judged ids that no baseline control claims; SOURCE.md of the baseline says why."""

SUBCATEGORIES = {
    "GOVERN": [7, 3, 2, 3, 2, 2],
    "MAP": [6, 3, 5, 2, 2],
    "MEASURE": [3, 13, 3, 3],
    "MANAGE": [4, 4, 2, 3],
}
CODES = {"GOVERN": "GV", "MAP": "MP", "MEASURE": "MS", "MANAGE": "MG"}
CHARACTERISTICS = {
    "valid-and-reliable": "MEASURE 2.5",
    "safe": "MEASURE 2.6",
    "secure-and-resilient": "MEASURE 2.7",
    "accountable-and-transparent": "MEASURE 2.8",
    "explainable-and-interpretable": "MEASURE 2.9",
    "privacy-enhanced": "MEASURE 2.10",
    "fair-with-harmful-bias-managed": "MEASURE 2.11",
}
SUBCLAUSES = {4: 4, 5: 3, 6: 3, 7: 5, 8: 4, 9: 3, 10: 2}
THIRD_LEVEL = {"6.1": 4, "7.5": 3, "9.2": 2, "9.3": 3}
# The first slot of every area or group is its objective, so controls start at the second.
ANNEX_A = {"A.2": 3, "A.3": 2, "A.4": 5, "A.5": 4, "A.6.1": 2, "A.6.2": 7, "A.7": 5, "A.8": 4, "A.9": 3, "A.10": 3}
DOCUMENTED = {"4.3", "5.2", "6.1.2", "6.1.3", "6.2"}


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped_library()


@pytest.fixture(scope="module")
def nist(library: Library) -> Catalog:
    return library.catalogs[NIST]


@pytest.fixture(scope="module")
def iso(library: Library) -> Catalog:
    return library.catalogs[ISO]


@pytest.fixture(scope="module")
def crosswalk(library: Library) -> Mapping:
    return library.mappings[f"{NIST}__{ISO}"]


def ids(catalog: Catalog, kind: str) -> set[str]:
    return {item.id for item in catalog.requirements if item.kind == kind}


def subcategories() -> set[str]:
    return {
        f"{function} {category}.{number}"
        for function, sizes in SUBCATEGORIES.items()
        for category, size in enumerate(sizes, start=1)
        for number in range(1, size + 1)
    }


def annex_a() -> set[str]:
    return {f"{area}.{number}" for area, size in ANNEX_A.items() for number in range(2, size + 2)}


def test_the_ai_rmf_has_4_functions_19_categories_72_subcategories(nist: Catalog) -> None:
    assert ids(nist, "function") == set(SUBCATEGORIES)
    assert ids(nist, "category") == {f"{f} {n}" for f, sizes in SUBCATEGORIES.items() for n in range(1, len(sizes) + 1)}
    assert ids(nist, "subcategory") == subcategories()
    assert [len(sizes) for sizes in SUBCATEGORIES.values()] == [6, 5, 4, 4]
    assert [sum(sizes) for sizes in SUBCATEGORIES.values()] == [19, 18, 22, 13]
    assert len(nist.requirements) == 4 + 19 + 72 + 7


def test_every_subcategory_stands_under_its_category_and_has_its_code(nist: Catalog) -> None:
    for item in nist.requirements:
        if item.kind in ("category", "subcategory"):
            function, number = item.id.split()
            category = number.partition(".")[0]
            assert item.parent == (function if item.kind == "category" else f"{function} {category}")
        if item.kind == "subcategory":
            assert f"{CODES[function]}-{number}" in item.aliases


def test_each_characteristic_names_the_subcategory_that_evaluates_it(nist: Catalog) -> None:
    found = {item.id: item.related for item in nist.requirements if item.kind == "characteristic"}
    assert found == {name: (evaluated,) for name, evaluated in CHARACTERISTICS.items()}


def test_iso_42001_has_7_clauses_and_36_subclauses(iso: Catalog) -> None:
    assert ids(iso, "clause") == {str(number) for number in SUBCLAUSES}
    second = {f"{clause}.{number}" for clause, size in SUBCLAUSES.items() for number in range(1, size + 1)}
    third = {f"{clause}.{number}" for clause, size in THIRD_LEVEL.items() for number in range(1, size + 1)}
    assert (len(second), len(third)) == (24, 12)
    assert ids(iso, "subclause") == second | third


def test_annex_a_has_9_areas_10_objectives_38_controls(iso: Catalog) -> None:
    assert ids(iso, "area") == {f"A.{number}" for number in range(2, 11)}
    assert len(ids(iso, "objective")) == 10
    assert ids(iso, "control") == annex_a()
    assert len(annex_a()) == 38
    assert not annex_a() & {"A.2.1", "A.3.1", "A.4.1", "A.6.1.4", "A.6.1.5", "A.9.1", "A.10.1"}


def test_ten_is_improvement_in_the_printed_order(iso: Catalog) -> None:
    titles = {item.id: item.title for item in iso.requirements}
    assert titles["10.1"] == "Continual improvement"
    assert titles["10.2"].startswith("Nonconformity")


def test_the_clauses_that_ask_for_a_document(iso: Catalog) -> None:
    found = {
        item.id for item in iso.requirements if item.kind == "subclause" and item.documented_information == "document"
    }
    assert found == DOCUMENTED


@pytest.mark.parametrize("catalog", [NIST, ISO])
def test_every_requirement_is_explained_in_one_short_sentence(library: Library, catalog: str) -> None:
    for item in library.catalogs[catalog].requirements:
        assert len(item.summary.split()) <= 30, item.id
        assert item.expected_evidence, item.id


def test_every_judged_requirement_is_reached_by_a_control(library: Library) -> None:
    claimed = library.claims(library.controls().values())
    reached = {name: reach(library.catalogs[name], claimed) for name in (NIST, ISO)}
    assert {name: (found.reached, found.total) for name, found in reached.items()} == {NIST: (72, 72), ISO: (70, 70)}
    assert {leaf.id for leaf in library.catalogs[NIST].leaves()} == subcategories()
    parents = set(THIRD_LEVEL)
    wanted = annex_a() | (ids(library.catalogs[ISO], "subclause") - parents)
    assert {leaf.id for leaf in library.catalogs[ISO].leaves()} == wanted


def test_the_crosswalk_has_280_pairs_between_72_and_65_ids(crosswalk: Mapping, nist: Catalog, iso: Catalog) -> None:
    assert len({(pair.source, pair.target) for pair in crosswalk.pairs}) == len(crosswalk.pairs) == 280
    assert {pair.source for pair in crosswalk.pairs} == subcategories()
    targets = {pair.target for pair in crosswalk.pairs}
    assert len(targets) == 65
    assert annex_a() <= targets
    assert len(targets & ids(iso, "subclause")) == 27
    assert {leaf.id for leaf in iso.leaves()} - targets == {"4.2", "6.3", "7.5.1", "7.5.2", "8.1"}


def test_the_crosswalk_says_no_more_than_its_source(crosswalk: Mapping) -> None:
    assert {pair.relationship for pair in crosswalk.pairs} == {"related"}
    assert Counter(pair.agreement for pair in crosswalk.pairs) == {1: 13, 2: 198, 3: 65, 4: 4}
    assert Counter(pair.confidence for pair in crosswalk.pairs) == {"low": 15, "medium": 265}
    assert {pair.confidence for pair in crosswalk.pairs if pair.agreement == 1} == {"low"}
    assert (crosswalk.style, crosswalk.basis, crosswalk.reviewed_by) == ("concept", "published", ())


def test_pairs_that_contradict_themselves_are_of_low_confidence(crosswalk: Mapping) -> None:
    low = {(pair.source, pair.target): pair for pair in crosswalk.pairs if pair.confidence == "low" and pair.note}
    assert {("GOVERN 3.2", "A.3.2"), ("MAP 1.4", "A.2.2")} <= set(low)


def test_the_hop_from_annex_b_to_annex_a_is_disclosed_and_kept(crosswalk: Mapping) -> None:
    assert crosswalk.disclosure is not None
    assert "Annex B" in crosswalk.disclosure
    for pair in crosswalk.pairs:
        printed = pair.target_as_printed
        assert printed is not None
        if pair.target.startswith("A."):
            assert printed == pair.target.replace("A.", "B.", 1)


def test_baseline_controls_are_numbered_in_their_families(library: Library) -> None:
    names = list(library.catalogs[BASELINE].controls)
    assert len(names) == 84
    families = Counter(control.id.rpartition("-")[0] for control in names)
    numbered = {f"{family}-{number:02}" for family, size in families.items() for number in range(1, size + 1)}
    assert numbered == {control.id for control in names}


def test_baseline_controls_are_complete(library: Library) -> None:
    for control in library.catalogs[BASELINE].controls:
        assert control.requirements, control.id
        assert control.expected_evidence, control.id
        assert any(criterion.severity == "gate" for criterion in control.criteria), control.id
        for criterion in control.criteria:
            assert criterion.source or criterion.reported or not criterion.has_bar(), f"{control.id}/{criterion.id}"


def test_baseline_measures_and_kinds_are_explained(library: Library) -> None:
    kinds = {
        "document": {kind.id for kind in library.kinds.documents},
        "register": {kind.id for kind in library.kinds.registers},
        "attestation": {kind.id for kind in library.kinds.attestations},
    }
    for control in library.controls().values():
        for criterion in control.criteria:
            family = criterion.measure.partition("/")[0]
            if family in kinds:
                assert criterion.where[family] in kinds[family], f"{control.id}/{criterion.id}"
            elif family != "git":
                assert control.id in library.measures[criterion.measure].used_by, f"{control.id}/{criterion.id}"


def test_published_support_is_claimed_only_for_pairs_of_the_control(library: Library) -> None:
    for control in library.controls().values():
        for pair in control.crosswalk_support:
            source, _, target = pair.partition(">")
            assert {f"{NIST}:{source}", f"{ISO}:{target}"} <= set(control.requirements), control.id


@pytest.mark.parametrize("name", UNREACHED)
def test_what_no_control_is_evidence_for_stays_unreached(library: Library, name: str) -> None:
    found = reach(library.catalogs[name], library.claims(library.controls().values()))
    assert found.unreached == UNREACHED[name]
    assert found.reached == found.total - len(UNREACHED[name])


def test_the_baseline_tells_of_every_catalog_how_much_of_it_is_reached(library: Library) -> None:
    claimed = library.claims(library.controls().values())
    counted = [reach(catalog, claimed) for catalog in library.catalogs.values() if catalog.leaves()]
    table = re.findall(r"^\| `(\S+)` \| (\d+) \| (\d+) \|", SOURCE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(table) == sorted((found.catalog, str(found.total), str(found.reached)) for found in counted)


def test_the_first_three_catalogs_are_reached_for_every_kind_of_system(library: Library) -> None:
    everything = set(library.claims(library.controls().values()))
    wanted = {name for name in everything if name.partition(":")[0] in (NIST, ISO, ACT)}
    for kind in get_args(SystemKind):
        fitting = [c for c in library.controls().values() if not c.applies_to or kind in c.applies_to]
        assert wanted - set(library.claims(fitting)) == set(), kind


@pytest.mark.parametrize("name", [NIST, ISO, BASELINE])
def test_catalogs_say_where_they_come_from(library: Library, name: str) -> None:
    catalog = library.catalogs[name]
    assert catalog.licence
    assert catalog.sources
    assert str(catalog.as_of) == "2026-11-23"
    assert len(library.digests[name]) == 64
