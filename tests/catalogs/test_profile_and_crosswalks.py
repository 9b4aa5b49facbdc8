"""NIST AI 600-1 and the mappings to the AI RMF and to the EU AI Act hold what their sources hold, and no more.

Source of the numbers: NIST AI 600-1, July 2024, as counted in its SOURCE.md; for the Act, the two tables named in the
mappings.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest

from govkit.catalogs.loading import Library, shipped_library
from govkit.model.catalog import Catalog, Mapping

NIST, PROFILE, ISO, ACT = "nist-ai-rmf-1.0", "nist-ai-600-1", "iso-42001-2023", "eu-ai-act-2026"

FUNCTIONS = {"GV": "GOVERN", "MP": "MAP", "MS": "MEASURE", "MG": "MANAGE"}
ACTIONS = {"GV": 58, "MP": 39, "MS": 72, "MG": 43}
RISKS = {
    "cbrn-information-or-capabilities": 31,
    "confabulation": 18,
    "dangerous-violent-or-hateful-content": 31,
    "data-privacy": 29,
    "environmental-impacts": 4,
    "harmful-bias-or-homogenization": 57,
    "human-ai-configuration": 58,
    "information-integrity": 73,
    "information-security": 51,
    "intellectual-property": 28,
    "obscene-degrading-and-or-abusive-content": 14,
    "value-chain-and-component-integration": 36,
}
WITHOUT_ACTIONS = {
    *("GOVERN 2.2", "GOVERN 2.3", "GOVERN 3.1", "GOVERN 5.2", "MAP 1.3", "MAP 1.4", "MAP 1.5", "MAP 1.6"),
    *("MAP 3.1", "MAP 3.2", "MAP 3.3", "MAP 3.5", "MAP 4.2", "MEASURE 1.2", "MEASURE 2.1", "MEASURE 2.4"),
    *("MEASURE 3.1", "MEASURE 4.1", "MEASURE 4.3", "MANAGE 1.1", "MANAGE 1.2", "MANAGE 1.4", "MANAGE 2.1"),
}
BOTH_TABLES = {
    *(("GOVERN 2.2", "Art. 4"), ("MAP 1.1", "Art. 9"), ("MAP 5.1", "Art. 9"), ("MAP 2.3", "Art. 10")),
    *(("MEASURE 2.11", "Art. 10"), ("MAP 3.5", "Art. 14"), ("MEASURE 2.5", "Art. 15"), ("MEASURE 2.6", "Art. 15")),
    *(("MEASURE 2.7", "Art. 15"), ("MANAGE 4.1", "Art. 26"), ("MAP 1.1", "Art. 27"), ("MAP 5.1", "Art. 27")),
    *(("GOVERN 6.1", "Art. 53"), ("MAP 4.1", "Art. 53"), ("MANAGE 4.1", "Art. 72"), ("MANAGE 4.3", "Art. 73")),
}


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped_library()


@pytest.fixture(scope="module")
def profile(library: Library) -> Catalog:
    return library.catalogs[PROFILE]


def mapping(library: Library, source: str, target: str) -> Mapping:
    return library.mappings[f"{source}__{target}"]


def test_the_profile_has_12_risks_and_212_actions(profile: Catalog) -> None:
    kinds = Counter(item.kind for item in profile.requirements)
    assert kinds == {"risk": 12, "action": 212}
    assert [item.id for item in profile.requirements if item.kind == "risk"] == list(RISKS)
    assert len({item.id for item in profile.requirements}) == 224
    assert str(profile.published) == "2024-07-26"


def test_actions_are_numbered_without_a_hole_in_each_subcategory(profile: Catalog) -> None:
    numbers: dict[str, list[int]] = {}
    for leaf in profile.leaves():
        found = re.fullmatch(r"((GV|MP|MS|MG)-[1-6]\.[0-9]{1,2})-([0-9]{3})", leaf.id)
        assert found is not None, leaf.id
        numbers.setdefault(found[1], []).append(int(found[3]))
    assert len(numbers) == 49
    # GV-1.1-002 stands in the reading guide only: GOVERN 1.1 has one action.
    assert numbers["GV-1.1"] == [1]
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
    assert Counter(leaf.id[:2] for leaf in profile.leaves()) == ACTIONS
    assert next(leaf for leaf in profile.leaves() if leaf.id == "GV-4.3-001").aliases == ("GV4.3--001",)


def test_each_action_names_the_risks_printed_beside_it(profile: Catalog) -> None:
    assert Counter(risk for leaf in profile.leaves() for risk in leaf.related) == RISKS
    related = {leaf.id: set(leaf.related) for leaf in profile.leaves()}
    assert all(related.values())
    assert related["MS-2.10-001"] == {"human-ai-configuration", "information-integrity", "intellectual-property"}
    assert related["MG-3.2-004"] == {"human-ai-configuration", "dangerous-violent-or-hateful-content"}
    assert related["GV-1.4-002"] == {
        "cbrn-information-or-capabilities",
        "data-privacy",
        "obscene-degrading-and-or-abusive-content",
    }


def test_risks_are_described_and_actions_are_judged(profile: Catalog) -> None:
    assert profile.judged == ("action",)
    assert {leaf.kind for leaf in profile.leaves()} == {"action"}
    assert len(profile.leaves()) == 212


@pytest.mark.parametrize("name", [NIST, ISO, PROFILE, ACT])
def test_every_judged_entry_says_what_it_asks_and_what_would_show_it(library: Library, name: str) -> None:
    leaves = library.catalogs[name].leaves()
    assert leaves
    for leaf in leaves:
        assert 5 <= len(leaf.summary.split()) <= 30, leaf.id
        assert leaf.expected_evidence, leaf.id
        assert all(len(line.split()) >= 2 for line in leaf.expected_evidence), leaf.id


def test_no_two_actions_are_explained_alike(profile: Catalog) -> None:
    assert len({item.summary for item in profile.requirements}) == 224
    lines = [line for leaf in profile.leaves() for line in leaf.expected_evidence]
    assert len(set(lines)) == len(lines) > 2 * 212


def test_every_action_stands_under_the_subcategory_of_its_number(library: Library) -> None:
    found = mapping(library, PROFILE, NIST)
    assert (found.style, found.basis, found.reviewed_by) == ("structural", "published", ())
    assert {pair.source for pair in found.pairs} == {leaf.id for leaf in library.catalogs[PROFILE].leaves()}
    assert len(found.pairs) == 212
    for pair in found.pairs:
        code, number, _ = pair.source.split("-")
        assert pair.target == f"{FUNCTIONS[code]} {number}"
        assert (pair.relationship, pair.agreement) == ("child_of", 2)
    subcategories = {leaf.id for leaf in library.catalogs[NIST].leaves()}
    assert len({pair.target for pair in found.pairs}) == 49
    assert subcategories - {pair.target for pair in found.pairs} == set(found.gaps["target"]) == WITHOUT_ACTIONS
    assert {item.id for item in found.unmatched["target"]} == WITHOUT_ACTIONS
    assert found.gaps["source"] == ()


def test_the_rmf_and_the_act_are_related_by_70_pairs_of_which_16_stand_in_both_tables(library: Library) -> None:
    found = mapping(library, NIST, ACT)
    assert len(found.pairs) == len({(pair.source, pair.target) for pair in found.pairs}) == 70
    assert len({pair.source for pair in found.pairs}) == 40
    assert len({pair.target for pair in found.pairs}) == 22
    assert Counter(pair.sources for pair in found.pairs if pair.agreement == 1).total() == 54
    assert {(pair.source, pair.target) for pair in found.pairs if pair.sources == ("P", "Q")} == BOTH_TABLES
    assert Counter(pair.agreement for pair in found.pairs) == {1: 54, 2: 16}
    assert {pair.confidence for pair in found.pairs if pair.agreement == 1} == {"low"}
    assert {item.id for item in found.unmatched["target"]} == {"Art. 43", "Art. 47", "Art. 48"}


def test_iso_42001_and_the_act_are_related_by_74_pairs_all_of_low_confidence(library: Library) -> None:
    found = mapping(library, ISO, ACT)
    assert len(found.pairs) == len({(pair.source, pair.target) for pair in found.pairs}) == 74
    assert len({pair.target for pair in found.pairs}) == 19
    # Where two readings agree, one of them names the whole area only: no pair is confirmed as such.
    assert {pair.sources for pair in found.pairs if pair.agreement == 2} == {("P-area", "Q")}
    assert Counter(pair.agreement for pair in found.pairs) == {1: 53, 2: 21}
    assert {pair.confidence for pair in found.pairs} == {"low"}
    assert {item.id for item in found.unmatched["target"]} == {"Art. 43", "Art. 47", "Art. 48", "Art. 49"}
    area = next(pair for pair in found.pairs if (pair.source, pair.target) == ("A.6.2", "Art. 15"))
    assert (area.sources, area.agreement) == (("P",), 1)


@pytest.mark.parametrize("source", [NIST, ISO])
def test_pairs_with_the_act_say_no_more_than_their_sources(library: Library, source: str) -> None:
    found = mapping(library, source, ACT)
    assert {pair.relationship for pair in found.pairs} == {"related"}
    assert (found.style, found.basis, found.reviewed_by) == ("concept", "derived", ())
    assert "unreviewed" in found.status
    assert found.disclosure is not None
    assert "not evidence of conformity" in found.disclosure
    assert all(item.commit and len(item.commit) == 40 for item in found.sources)
    judged = {leaf.id for leaf in library.catalogs[ACT].leaves()}
    assert {pair.target for pair in found.pairs} <= judged
    assert {pair.source for pair in found.pairs} <= {item.id for item in library.catalogs[source].requirements}


@pytest.mark.parametrize(("source", "target"), [(PROFILE, NIST), (NIST, ISO), (NIST, ACT), (ISO, ACT)])
def test_what_stands_in_no_pair_is_listed_on_both_sides(library: Library, source: str, target: str) -> None:
    found = mapping(library, source, target)
    paired = {"source": {pair.source for pair in found.pairs}, "target": {pair.target for pair in found.pairs}}
    assert set(found.gaps["source"]) == {leaf.id for leaf in library.catalogs[source].leaves()} - paired["source"]
    assert set(found.gaps["target"]) == {leaf.id for leaf in library.catalogs[target].leaves()} - paired["target"]
