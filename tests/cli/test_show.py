"""`govkit show`, as text and as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from govkit.catalogs.loading import shipped_library
from govkit.cli.main import app
from govkit.cli.show import _answer
from govkit.errors import ExitCode, InputError
from tests.catalogs.builders import CATALOG

ISO_CROSSWALK = "nist-ai-rmf-1.0__iso-42001-2023"


def show(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["-C", str(folder), "show", *words])


def text(folder: Path, *words: str) -> str:
    result = show(folder, *words)
    assert result.exit_code == 0, result.output
    return result.stdout


def document(folder: Path, *words: str) -> dict[str, Any]:
    found = json.loads(text(folder, *words, "--json"))
    assert isinstance(found, dict)
    return found


def test_without_argument_it_lists_catalogs_and_mappings(tmp_path: Path) -> None:
    found = document(tmp_path)
    assert found["schema"] == "govkit.catalogs/1"
    catalogs = {item["id"]: item for item in found["catalogs"]}
    assert {"govkit-baseline", "iso-42001-2023", "nist-ai-rmf-1.0", "eu-ai-act-2026"} <= set(catalogs)
    nist = catalogs["nist-ai-rmf-1.0"]
    assert nist["counts"] == {"function": 4, "category": 19, "subcategory": 72, "characteristic": 7}
    assert (nist["edition"], nist["as_of"], nist["judged"]) == ("1.0", "2026-11-23", 72)
    assert nist["licence"]
    assert catalogs["govkit-baseline"]["offers"] == 84
    mappings = {item["id"]: item["counts"]["pairs"] for item in found["mappings"]}
    assert mappings["nist-ai-rmf-1.0__iso-42001-2023"] == 280


def test_the_list_as_text_names_counts_edition_and_licence(tmp_path: Path) -> None:
    shown = text(tmp_path)
    for part in (
        "4 functions, 19 categories, 72 subcategories, 7 characteristics",
        "84 controls on offer",
        "edition 1.0",
    ):
        assert part in shown
    assert "280 pairs of 72 ids with 65, 15 of low confidence" in shown
    assert "13 of 280 pairs rest on one reading, 198 on two, 65 on three, 4 on four; reviewed by nobody" in shown
    found = document(tmp_path)
    assert shown.count("Licence: ") == len(found["catalogs"]) + len(found["mappings"])


@pytest.mark.parametrize("words", [("nist-ai-rmf-1.0",), ("NIST-AI-RMF-1.0",), ("nist", "rmf"), ("nist", "ai", "rmf")])
def test_a_catalog_as_json(tmp_path: Path, words: tuple[str, ...]) -> None:
    found = document(tmp_path, *words)
    assert (found["schema"], found["id"], found["edition"]) == ("govkit.catalog/1", "nist-ai-rmf-1.0", "1.0")
    assert {"title", "licence", "sources", "counts", "sha256"} <= set(found)
    requirements = {item["id"]: item for item in found["requirements"]}
    assert len(requirements) == 102
    shown = requirements["MEASURE 2.3"]
    assert (shown["kind"], shown["parent"], shown["full_id"]) == (
        "subcategory",
        "MEASURE 2",
        "nist-ai-rmf-1.0:MEASURE 2.3",
    )
    assert "GK-PERF-01" in shown["controls"]
    assert shown["summary"]
    assert shown["expected_evidence"]
    assert [name for name, item in requirements.items() if item["judged"] and not item["controls"]] == []
    assert requirements["safe"]["kind"] == "characteristic"


def test_a_name_that_fits_two_catalogs_gives_both(tmp_path: Path) -> None:
    hits = {hit["id"] for hit in document(tmp_path, "nist")["hits"]}
    assert hits >= {"nist-ai-600-1", "nist-ai-rmf-1.0"}


def test_a_mapping_is_shown_by_its_id(tmp_path: Path) -> None:
    found = document(tmp_path, ISO_CROSSWALK.upper())
    assert (found["schema"], found["id"], found["turned"]) == ("govkit.mapping/1", ISO_CROSSWALK, False)
    shown = text(tmp_path, ISO_CROSSWALK)
    assert "13 of 280 pairs rest on one reading" in shown
    assert max(len(line) for line in shown.splitlines()) <= 100


def test_a_catalog_without_levels_is_a_plain_list(tmp_path: Path) -> None:
    lines = text(tmp_path, "nist-ai-600-1").splitlines()
    assert lines[lines.index("Risks: described, not judged") + 2].startswith("  confabulation ")
    actions = [line for line in lines if line[:3] in ("GV-", "MP-", "MS-", "MG-")]
    assert [line.split()[0] for line in actions[:3]] == ["GV-1.1-001", "GV-1.2-001", "GV-1.2-002"]
    assert len(actions) == 212
    assert "" not in lines[lines.index(actions[0]) :]


def test_every_iso_annex_a_control_is_claimed_in_the_json(tmp_path: Path) -> None:
    found = document(tmp_path, "iso-42001-2023")
    controls = [item for item in found["requirements"] if item["kind"] == "control"]
    assert len(controls) == 38
    assert all(item["controls"] for item in controls)


def test_a_catalog_as_text_is_a_tree_with_counts(tmp_path: Path) -> None:
    lines = text(tmp_path, "iso", "42001").splitlines()
    row = next(line for line in lines if line.split()[:1] == ["6.1.2"])
    assert row.startswith("    6.1.2  ")
    assert row.endswith("2 controls")
    assert next(line for line in lines if line.split()[:1] == ["6.1"]).startswith("  6.1  ")
    assert max(len(line) for line in lines) <= 100


def test_the_baseline_as_text_lists_controls_by_theme(tmp_path: Path) -> None:
    shown = text(tmp_path, "govkit-baseline")
    assert shown.index("\nPerformance\n") < shown.index("GK-PERF-01") < shown.index("\nRobustness\n")
    assert max(len(line) for line in shown.splitlines()) <= 100


@pytest.mark.parametrize("words", [("nist-ai-rmf-1.0:MEASURE 2.3",), ("MEASURE", "2.3"), ("ms-2.3",)])
def test_a_requirement_under_any_of_its_names(tmp_path: Path, words: tuple[str, ...]) -> None:
    found = document(tmp_path, *words)
    assert (found["schema"], found["full_id"]) == ("govkit.requirement/1", "nist-ai-rmf-1.0:MEASURE 2.3")
    by_mapping = {item["mapping"]: [] for item in found["mapped"]}
    for item in found["mapped"]:
        by_mapping[item["mapping"]].append(item)
    actions, pairs = (by_mapping[f"{end}"] for end in ("nist-ai-600-1__nist-ai-rmf-1.0", ISO_CROSSWALK))
    assert [item["id"] for item in actions] == [f"nist-ai-600-1:MS-2.3-00{number}" for number in (1, 2, 3, 4)]
    assert {(item["relationship"], item["this_is"]) for item in actions} == {("parent_of", "target")}
    assert {item["id"] for item in pairs} == {"iso-42001-2023:A.6.2.6", "iso-42001-2023:A.7.4"}
    pair = pairs[0]
    assert (pair["relationship"], pair["this_is"], pair["agreement"], pair["confidence"]) == (
        "related",
        "source",
        2,
        "medium",
    )
    assert pair["sources"] == ["S1", "S3"]
    mapping = next(item for item in found["mappings"] if item["id"] == ISO_CROSSWALK)
    assert "Annex B" in mapping["disclosure"]
    assert mapping["reviewed_by"] == []


def test_a_requirement_as_text_says_what_leads_to_it_and_how_sure_that_is(tmp_path: Path) -> None:
    shown = text(tmp_path, "MAP", "1.4")
    for part in (
        "nist-ai-rmf-1.0:MAP 1.4  (also MP-1.4)",
        "Controls that are evidence for it",
        "iso-42001-2023:A.2.2",
        "confidence low, 3 readings (S1, S2, S4), printed as B.2.2",
        "Read this first: ",
        "Reviewed by: nobody.",
    ):
        assert part in shown
    assert max(len(line) for line in shown.splitlines()) <= 100


def test_an_iso_requirement_sees_the_pairs_from_its_end(tmp_path: Path) -> None:
    found = document(tmp_path, "A.6.2.5")
    assert found["documented_information"]
    assert {item["this_is"] for item in found["mapped"]} == {"target"}
    assert all(item["id"].startswith("nist-ai-rmf-1.0:") for item in found["mapped"])


def test_a_parent_lists_its_parts(tmp_path: Path) -> None:
    assert document(tmp_path, "A.6.1")["children"] == ["A.6.1.2", "A.6.1.3"]
    shown = text(tmp_path, "A.6.1")
    assert "Made up of" in shown
    assert "Not judged on its own" in shown


def test_every_entry_of_every_shipped_catalog_is_shown() -> None:
    """No entry of a shipped catalog breaks the text view or leaves the width."""
    library = shipped_library()
    for name in (*library.full_ids(), *library.controls(), *library.measures, *library.catalogs, *library.mappings):
        found, lines = _answer(library, name)
        assert str(found["schema"]).startswith("govkit.")
        assert max(len(line) for text in lines for line in text.splitlines()) <= 100, name
        json.dumps(found, allow_nan=False)


def test_a_control_with_its_criteria(tmp_path: Path) -> None:
    found = document(tmp_path, "gk-fair-01")
    assert (found["schema"], found["id"], found["catalog"]) == ("govkit.control/1", "GK-FAIR-01", "govkit-baseline")
    assert "nist-ai-rmf-1.0:MEASURE 2.11" in found["requirements"]
    criterion = found["criteria"][0]
    assert (criterion["between"], criterion["bar"]) == ([0.8, 1.25], "between 0.8 and 1.25")
    assert criterion["means"]
    shown = text(tmp_path, "GK-FAIR-01")
    assert "Criterion selection-ratio: between 0.8 and 1.25" in shown
    assert "bar from: four-fifths rule" in shown


def test_a_criterion_without_bar_says_that_the_project_sets_it(tmp_path: Path) -> None:
    assert document(tmp_path, "GK-PERF-01")["criteria"][0]["bar"] is None
    assert "Criterion score: no bar: the project must set its own" in text(tmp_path, "GK-PERF-01")


def test_a_kind_of_document_says_what_to_fill_in(tmp_path: Path) -> None:
    found = document(tmp_path, "impact-assessment")
    assert found["schema"] == "govkit.kind/1"
    assert [(kind["group"], kind["used_by"]) for kind in found["kinds"]] == [("documents", ["GK-GOV-03"])]
    assert "Fields that must be filled in" in text(tmp_path, "impact-assessment")


def test_a_measure_says_what_it_means(tmp_path: Path) -> None:
    found = document(tmp_path, "performance/score")
    assert (found["schema"], found["unit"], found["higher_is_better"]) == ("govkit.measure/1", "proportion", True)
    assert "higher is better" in text(tmp_path, "performance/score")


def test_words_search_titles_and_summaries(tmp_path: Path) -> None:
    found = document(tmp_path, "data quality")
    assert (found["schema"], found["query"]) == ("govkit.search/1", "data quality")
    assert "iso-42001-2023:A.7.4" in [hit["id"] for hit in found["hits"][:3]]
    assert {"id", "type", "title", "summary", "score"} == set(found["hits"][0])
    shown = text(tmp_path, "data", "quality")
    assert "Quality of data for AI systems" in shown
    assert f"and {len(found['hits']) - 12} more; another word narrows it" in shown


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("MEASURE 9.9", "'MEASURE 2.9'"),
        ("GK-PRF-01", "'GK-PERF-01'"),
        ("nist-ai-rmf-1.0:MESURE 2.3", "'nist-ai-rmf-1.0:MEASURE 2.3'"),
        ("A.6.2.14", "'A.6.2.4'"),
        ("Art. 98", "'Art. 9'"),
        ("Art. 4b", "'Art. 4'"),
        ("Annex III(9)", "'Annex III(8)'"),
    ],
)
def test_an_unknown_id_is_answered_with_the_nearest(tmp_path: Path, asked: str, near: str) -> None:
    result = show(tmp_path, asked)
    assert isinstance(result.exception, InputError)
    (problem,) = result.exception.problems
    assert problem.ident == "unknown-id"
    assert near in problem.fix
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("nist-ai-rmf-1.1", "nist-ai-rmf-1.0"),
        ("nist-ai-rmf-0.1", "nist-ai-rmf-1.0"),
        ("owasp-llm-2024", "owasp-llm-2025"),
    ],
)
def test_another_edition_is_never_shown_in_place_of_the_one_asked_for(tmp_path: Path, asked: str, near: str) -> None:
    result = show(tmp_path, asked)
    assert isinstance(result.exception, InputError)
    (found,) = result.exception.problems
    assert (found.ident, near in found.fix) == ("unknown-id", True)


@pytest.mark.parametrize(
    ("asked", "found"), [("nist-ai-rmf-1", "nist-ai-rmf-1.0"), ("by-position", "by-position-2026")]
)
def test_the_beginning_of_an_id_is_enough_where_one_thing_fits(tmp_path: Path, asked: str, found: str) -> None:
    assert text(tmp_path, asked).startswith(f"{found}\n")


def test_one_word_is_searched_for_even_where_a_profile_begins_with_it(tmp_path: Path) -> None:
    assert document(tmp_path, "evaluation")["schema"] == "govkit.search/1"


@pytest.mark.parametrize("asked", ["zzqqzz", "\x1b[31m", ":", "é" * 500, "A." * 5_000, "a" * 100_000, "[", "--"])
def test_what_fits_nothing_is_a_problem_not_a_crash(tmp_path: Path, asked: str) -> None:
    result = show(tmp_path, "--", asked)
    assert isinstance(result.exception, InputError), result.output


def test_an_unknown_id_exits_3_and_keeps_stdout_for_json(tmp_path: Path) -> None:
    call = [sys.executable, "-m", "govkit", "show", "MEASURE 9.9"]
    plain = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, env=_environment())
    assert (plain.returncode, plain.stdout) == (ExitCode.FILES, "")
    assert "did you mean 'MEASURE 2.9'" in plain.stderr
    asked = subprocess.run([*call, "--json"], cwd=tmp_path, capture_output=True, text=True, env=_environment())
    assert json.loads(asked.stdout)["schema"] == "govkit.problems/1"


def _environment() -> dict[str, str]:
    """The package as it lies here, from whatever folder it is called."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}


def test_a_projects_own_catalog_is_shown_inside_the_project(tmp_path: Path) -> None:
    _project(tmp_path, "[nist-ai-rmf-1.0, {id: toy-1.0, path: mine}]")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/catalog.yaml").write_text(CATALOG, encoding="utf-8")
    assert document(tmp_path, "T 1")["full_id"] == "toy-1.0:T 1"
    assert "No control claims it." in text(tmp_path, "TY-1")


def test_an_id_that_stands_in_two_catalogs_gives_both_to_choose_from(tmp_path: Path) -> None:
    _project(tmp_path, "[{id: toy-1.0, path: mine}]")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/catalog.yaml").write_text(CATALOG.replace("[TY-1]", "[A.6.2.4]"), encoding="utf-8")
    found = document(tmp_path, "a.6.2.4")
    assert found["schema"] == "govkit.search/1"
    assert [hit["id"] for hit in found["hits"]] == ["iso-42001-2023:A.6.2.4", "toy-1.0:T 1"]
    assert document(tmp_path, "toy-1.0:A.6.2.4")["full_id"] == "toy-1.0:T 1"


def test_escape_sequences_of_a_users_catalog_do_not_reach_the_terminal(tmp_path: Path) -> None:
    _project(tmp_path, "[{id: toy-1.0, path: mine}]")
    (tmp_path / "mine").mkdir()
    hostile = CATALOG.replace("summary: Nobody is cut by a toy.", r'summary: "red \e[31m\x07 alert"')
    (tmp_path / "mine/catalog.yaml").write_text(hostile, encoding="utf-8")
    shown = text(tmp_path, "T 1")
    assert "red [31m alert" in shown
    assert "\x1b" not in shown


def test_a_project_with_problems_still_sees_the_shipped_catalogs(tmp_path: Path) -> None:
    (tmp_path / "govkit.yaml").write_text("organisation: [", encoding="utf-8")
    result = show(tmp_path, "MS-2.3")
    assert result.exit_code == 0
    assert "only the shipped catalogs are shown" in result.stderr
    assert "MEASURE 2.3" in result.stdout


def _project(folder: Path, frameworks: str) -> None:
    (folder / "govkit.yaml").write_text(
        "organisation: {name: Example Ltd}\n"
        "systems:\n"
        "  - {id: triage, name: Triage, kind: classifier, purpose: Sorts letters., owner: Ada}\n"
        f"frameworks: {frameworks}\n",
        encoding="utf-8",
    )


def test_a_number_of_two_editions_gives_both_the_current_one_first(tmp_path: Path) -> None:
    found = document(tmp_path, "LLM03")
    assert [hit["id"] for hit in found["hits"]] == ["owasp-llm-2026:LLM03:2026", "owasp-llm-2025:LLM03:2025"]
    assert "2 entries fit 'LLM03'\n" in text(tmp_path, "LLM03")
    assert document(tmp_path, "LLM03:2025")["full_id"] == "owasp-llm-2025:LLM03:2025"
    assert "superseded by owasp-llm-2026" in text(tmp_path, "LLM03:2025")


def test_words_that_begin_several_catalogs_list_them_the_current_ones_first(tmp_path: Path) -> None:
    found = document(tmp_path, "owasp")
    assert [(hit["type"], hit["id"]) for hit in found["hits"]] == [
        ("catalog", "owasp-agentic-2026"),
        ("catalog", "owasp-llm-2026"),
        ("catalog", "owasp-llm-2025"),
    ]
    assert document(tmp_path, "owasp", "agentic")["id"] == "owasp-agentic-2026"
    assert document(tmp_path, "mitre", "atlas")["id"] == "mitre-atlas-2026.09"
    assert "owasp-llm-2025 (superseded by owasp-llm-2026)" in text(tmp_path)


def test_single_entries_stand_close_and_those_not_judged_under_a_heading(tmp_path: Path) -> None:
    lines = text(tmp_path, "mitre-atlas-2026.09").splitlines()
    start = lines.index("Tactics: described, not judged")
    assert [line.split()[0] for line in lines[start + 1 : start + 3]] == ["AML.TA0002", "AML.TA0003"]
    first = next(number for number, line in enumerate(lines) if line.startswith("AML.M0000"))
    assert (lines[first - 1], lines[first + 1].split()[0]) == ("", "AML.M0001")
    objectives = text(tmp_path, "nist-ai-100-2-e2025")
    assert "described, not judged" not in objectives  # the objectives group the attacks below them
    assert "  NISTAML.051" in objectives
