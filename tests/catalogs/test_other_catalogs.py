"""The catalogs of risks and attacks hold exactly what their publishers number, and the pairs what they print.

Source of the numbers and titles: the publications and commits named in the SOURCE.md and catalog.yaml files.
"""

from __future__ import annotations

import pytest

from govkit.catalogs.loading import Library, shipped_library
from govkit.files import shipped
from govkit.model.catalog import Catalog, Mapping
from tests.catalogs.published import (
    AI_VERIFY,
    ATLAS_MITIGATIONS,
    ATLAS_TACTICS,
    MIT_DOMAINS,
    MIT_SUBDOMAINS,
    NEURIPS_2026,
    NISTAML_ATTACKS,
    NISTAML_OBJECTIVES,
    OWASP_AGENTIC_2026,
    OWASP_LLM_2025,
    OWASP_LLM_2026,
)

FROM_2025 = (1, 2, 6, 3, 4, 10, 9, 7, 8, 5)
"""Number in 2025 of each entry of 2026, in order."""

ATTRIBUTED = {
    "owasp-llm-2026": ("OWASP Top 10 for LLM Applications 2026", "OWASP GenAI Security Project", "CC BY-SA 4.0"),
    "owasp-llm-2025": ("OWASP Top 10 for LLM Applications 2025", "OWASP GenAI Security Project", "CC BY-SA 4.0"),
    "owasp-agentic-2026": (
        "OWASP Top 10 for Agentic Applications 2026",
        "OWASP GenAI Security Project",
        "CC BY-SA 4.0",
    ),
    "mitre-atlas-2026.09": ("Copyright 2021-2026 MITRE", "Apache", "Changed", "trademark"),
    "nist-ai-100-2-e2025": ("public domain", "17 USC 105"),
    "mit-ai-risk-repository-v4": ("The AI Risk Repository, Slattery et al.", "MIT AI Risk Initiative", "CC BY 4.0"),
    "ai-verify-2.0": ("Copyright AI Verify Foundation", "Apache-2.0", "Changed"),
    "neurips-paper-checklist-2026": ("no licence",),
}
"""Words that the licence of the original asks for, or that say what it is."""

JUDGED = {
    "owasp-llm-2026": "risk",
    "owasp-llm-2025": "risk",
    "owasp-agentic-2026": "risk",
    "mitre-atlas-2026.09": "mitigation",
    "nist-ai-100-2-e2025": "attack",
    "mit-ai-risk-repository-v4": "subdomain",
    "ai-verify-2.0": "principle",
    "neurips-paper-checklist-2026": "question",
}
"""The one level of each catalog that asks something."""

PAIRS = {
    "owasp-llm-2026__owasp-llm-2025": (10, 10, 10),
    "owasp-llm-2026__owasp-agentic-2026": (31, 10, 10),
    "owasp-llm-2026__nist-ai-rmf-1.0": (25, 9, 9),
    "owasp-agentic-2026__owasp-llm-2025": (23, 10, 8),
    "owasp-llm-2026__mitre-atlas-2026.09": (46, 10, 13),
    "owasp-llm-2026__nist-ai-600-1": (39, 10, 8),
    "nist-ai-100-2-e2025__mitre-atlas-2026.09": (4, 1, 4),
}
"""Pairs, distinct ids of the source, distinct ids of the target."""


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped_library()


def titles(catalog: Catalog, kind: str) -> dict[str, str]:
    return {item.id: item.title for item in catalog.requirements if item.kind == kind}


def pairs(mapping: Mapping) -> set[tuple[str, str]]:
    return {(pair.source, pair.target) for pair in mapping.pairs}


@pytest.mark.parametrize(("edition", "wanted"), [("2026", OWASP_LLM_2026), ("2025", OWASP_LLM_2025)])
def test_the_llm_list_has_ten_risks_whose_ids_carry_the_edition(
    library: Library, edition: str, wanted: tuple[str, ...]
) -> None:
    catalog = library.catalogs[f"owasp-llm-{edition}"]
    assert titles(catalog, "risk") == {f"LLM{n:02}:{edition}": title for n, title in enumerate(wanted, start=1)}
    assert [item.aliases for item in catalog.requirements] == [(f"LLM{n:02}",) for n in range(1, 11)]


def test_the_agentic_list_has_ten_risks(library: Library) -> None:
    catalog = library.catalogs["owasp-agentic-2026"]
    assert titles(catalog, "risk") == {f"ASI{n:02}": title for n, title in enumerate(OWASP_AGENTIC_2026, start=1)}
    assert str(catalog.published) == "2025-12-09"


def test_only_the_llm_list_of_2025_is_superseded(library: Library) -> None:
    assert library.catalogs["owasp-llm-2025"].superseded_by == "owasp-llm-2026"
    assert library.catalogs["owasp-llm-2025"].status.startswith("Superseded")
    assert [name for name in library.catalogs if library.superseded(name)] == ["owasp-llm-2025"]
    assert library.superseded("owasp-llm-2025:LLM01:2025")
    assert not library.superseded("owasp-llm-2026:LLM01:2026")


def test_each_entry_of_2026_names_the_one_of_2025_that_it_follows(library: Library) -> None:
    mapping = library.mappings["owasp-llm-2026__owasp-llm-2025"]
    assert pairs(mapping) == {(f"LLM{n:02}:2026", f"LLM{old:02}:2025") for n, old in enumerate(FROM_2025, start=1)}
    published = [pair.source for pair in mapping.pairs if pair.basis == "published"]
    assert (mapping.basis, published) == ("derived", ["LLM08:2026"])
    old, new = titles(library.catalogs["owasp-llm-2025"], "risk"), titles(library.catalogs["owasp-llm-2026"], "risk")
    renamed = {pair.source for pair in mapping.pairs if new[pair.source] != old[pair.target]}
    assert renamed == {"LLM08:2026"}


def test_owasp_maps_to_whole_categories_of_the_ai_rmf(library: Library) -> None:
    mapping = library.mappings["owasp-llm-2026__nist-ai-rmf-1.0"]
    categories = titles(library.catalogs["nist-ai-rmf-1.0"], "category")
    assert {pair.target for pair in mapping.pairs} <= set(categories)
    primary = {(pair.source, pair.target) for pair in mapping.pairs if "primary" in (pair.note or "")}
    assert primary == {
        ("LLM04:2026", "GOVERN 6"),
        ("LLM04:2026", "MAP 4"),
        ("LLM04:2026", "MANAGE 3"),
        ("LLM07:2026", "MEASURE 2"),
    }
    assert mapping.gaps == {"source": ("LLM10:2026",)}


def test_the_agentic_matrix_cites_the_list_of_2025(library: Library) -> None:
    found = pairs(library.mappings["owasp-agentic-2026__owasp-llm-2025"])
    assert {target for source, target in found if source == "ASI09"} == {
        "LLM01:2025",
        "LLM05:2025",
        "LLM06:2025",
        "LLM09:2025",
    }
    assert {target for source, target in found if source == "ASI02"} == {"LLM06:2025"}


def test_owasp_maps_to_tactics_of_atlas_and_one_of_them_was_renamed(library: Library) -> None:
    mapping = library.mappings["owasp-llm-2026__mitre-atlas-2026.09"]
    assert {pair.target for pair in mapping.pairs} <= set(ATLAS_TACTICS)
    renamed = {pair.target for pair in mapping.pairs if "older name AI Attack Staging" in (pair.note or "")}
    assert renamed == {"AML.TA0001"}


def test_owasp_maps_to_risks_of_the_generative_ai_profile(library: Library) -> None:
    mapping = library.mappings["owasp-llm-2026__nist-ai-600-1"]
    risks = titles(library.catalogs["nist-ai-600-1"], "risk")
    untouched = set(risks) - {pair.target for pair in mapping.pairs}
    assert untouched == {
        "cbrn-information-or-capabilities",
        "environmental-impacts",
        "harmful-bias-or-homogenization",
        "obscene-degrading-and-or-abusive-content",
    }
    primary = {(pair.source, pair.target) for pair in mapping.pairs if "primary" in (pair.note or "")}
    assert len(primary) == 18
    assert {target for source, target in primary if source == "LLM07:2026"} == {
        "information-integrity",
        "confabulation",
        "human-ai-configuration",
    }


def test_nist_cites_four_mitigations_for_one_attack(library: Library) -> None:
    found = pairs(library.mappings["nist-ai-100-2-e2025__mitre-atlas-2026.09"])
    assert found == {("NISTAML.018", f"AML.M{number:04}") for number in (0, 1, 2, 4)}


def test_atlas_has_16_tactics_and_40_mitigations(library: Library) -> None:
    catalog = library.catalogs["mitre-atlas-2026.09"]
    assert titles(catalog, "tactic") == ATLAS_TACTICS
    assert titles(catalog, "mitigation") == {f"AML.M{n:04}": name for n, name in enumerate(ATLAS_MITIGATIONS)}
    assert len(ATLAS_MITIGATIONS) == 40


def test_nist_has_5_objectives_and_25_attacks_that_may_serve_several(library: Library) -> None:
    catalog = library.catalogs["nist-ai-100-2-e2025"]
    assert titles(catalog, "objective") == NISTAML_OBJECTIVES
    assert titles(catalog, "attack") == {ident: name for ident, (name, _) in NISTAML_ATTACKS.items()}
    for item in catalog.requirements:
        if item.kind == "attack":
            served = {str(item.parent), *item.related}
            assert served == {f"NISTAML.{number}" for number in NISTAML_ATTACKS[item.id][1]}, item.id


def test_mit_has_7_domains_and_24_subdomains(library: Library) -> None:
    catalog = library.catalogs["mit-ai-risk-repository-v4"]
    assert titles(catalog, "domain") == {str(n): title for n, title in enumerate(MIT_DOMAINS, start=1)}
    assert titles(catalog, "subdomain") == dict(MIT_SUBDOMAINS)
    assert len(MIT_SUBDOMAINS) == 24
    assert all(item.parent == item.id[0] for item in catalog.requirements if item.kind == "subdomain")


@pytest.mark.parametrize(
    ("name", "kind", "wanted"),
    [("ai-verify-2.0", "principle", AI_VERIFY), ("neurips-paper-checklist-2026", "question", NEURIPS_2026)],
)
def test_lists_that_are_numbered_from_one(library: Library, name: str, kind: str, wanted: tuple[str, ...]) -> None:
    assert titles(library.catalogs[name], kind) == {str(n): title for n, title in enumerate(wanted, start=1)}
    assert len(library.catalogs[name].requirements) == len(wanted) == {"principle": 11, "question": 16}[kind]


@pytest.mark.parametrize("name", PAIRS)
def test_mappings_are_untyped_and_say_where_they_come_from(library: Library, name: str) -> None:
    mapping = library.mappings[name]
    sources, targets = {pair.source for pair in mapping.pairs}, {pair.target for pair in mapping.pairs}
    assert (len(pairs(mapping)), len(sources), len(targets)) == PAIRS[name]
    assert mapping.style == "concept"
    assert mapping.disclosure is not None
    assert mapping.disclosure.endswith("A pair never makes a verdict.")
    assert any(source.commit for source in mapping.sources)
    for pair in mapping.pairs:
        assert pair.relationship in ("related", "none")
        assert pair.confidence == ("low" if pair.agreement == 1 else "medium")


@pytest.mark.parametrize("name", JUDGED)
def test_catalogs_are_attributed_explained_and_judged_on_one_level(library: Library, name: str) -> None:
    catalog = library.catalogs[name]
    assert catalog.judged == (JUDGED[name],)
    assert {leaf.kind for leaf in catalog.leaves()} == {JUDGED[name]}
    assert len(catalog.leaves()) == catalog.counts[JUDGED[name]]
    assert str(catalog.as_of) == "2026-11-23"
    assert any(source.commit for source in catalog.sources)
    page = (shipped("frameworks") / name / "SOURCE.md").read_text(encoding="utf-8")
    for words in ATTRIBUTED[name]:
        assert words in catalog.licence
        assert words in page.replace("\n", " ").replace("*", "")
    for item in catalog.requirements:
        assert len(item.summary.split()) <= 30, item.id
        assert bool(item.expected_evidence) == (item.kind == JUDGED[name]), item.id


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("LLM01:2026", ["owasp-llm-2026:LLM01:2026"]),
        ("llm03:2025", ["owasp-llm-2025:LLM03:2025"]),
        ("owasp-llm-2026:LLM03", ["owasp-llm-2026:LLM03:2026"]),
        ("LLM03", ["owasp-llm-2025:LLM03:2025", "owasp-llm-2026:LLM03:2026"]),
        ("ASI01", ["owasp-agentic-2026:ASI01"]),
        ("ASI01:2026", ["owasp-agentic-2026:ASI01"]),
        ("AML.M0000", ["mitre-atlas-2026.09:AML.M0000"]),
        ("aml.ta0002", ["mitre-atlas-2026.09:AML.TA0002"]),
        ("NISTAML.018", ["nist-ai-100-2-e2025:NISTAML.018"]),
        ("7.6", ["mit-ai-risk-repository-v4:7.6"]),
        ("7.3", ["iso-42001-2023:7.3", "mit-ai-risk-repository-v4:7.3"]),
    ],
)
def test_short_names_mean_what_they_can_mean(library: Library, written: str, meant: list[str]) -> None:
    assert sorted(library.resolve(written)) == meant
