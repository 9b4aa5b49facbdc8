"""PyRIT: attack results, conversations and memory of two versions; success is the attacker's."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from govkit.collectors import registry
from govkit.model.evidence import Measurement, Reading
from tests.collectors.given import by_measure, read_sample, refusal, sample, tokens, written

BOTH = ("results_1.1.0.json", "memory_1.1.0.db", "results_0.10.0.json", "memory_0.10.0.db")


def attack(outcome: str, objective: str = "words of an objective", **changes: Any) -> dict[str, Any]:
    """An attack result of 1.x on gpt-4o that a model decided."""
    target = {"class_name": "OpenAIChatTarget", "model_name": "gpt-4o"}
    scorer = {"class_name": "SelfAskTrueFalseScorer", "children": {"chat_target": {"model_name": "judge-1"}}}
    strategy = {"class_name": "CrescendoAttack", "children": {"objective_target": target, "objective_scorer": scorer}}
    composite = {"class_name": "AtomicAttack", "children": {"attack_technique": {"children": {"attack": strategy}}}}
    base = {"conversation_id": "c", "objective": objective, "outcome": outcome, "error_type": None}
    return {**base, "atomic_attack_identifier": composite, "timestamp": "2026-05-01T10:00:00Z", **changes}


def read(folder: Path, content: Any) -> Reading:
    return registry.read(written(folder, content), "export")


def rate(reading: Reading) -> Measurement:
    return next(one for one in reading.measurements if one.measure.endswith("/attack-success"))


@pytest.mark.parametrize("name", BOTH)
def test_results_and_memory_of_two_versions_say_the_same(name: str) -> None:
    found = rate(read_sample(f"pyrit/{name}"))
    # Four attacks: one got through, two (with one objective) did not, one broke down.
    assert (found.value, found.successes, found.n, found.clusters) == (1 / 3, 1, 3, 2)
    assert (found.higher_is_better, found.unit, found.n_basis) == (False, "proportion", "items")
    assert found.errors == (1 if "1.1.0" in name else None)


def test_what_broke_down_is_told_only_by_versions_that_keep_it() -> None:
    assert "errors-unknown" in tokens(read_sample("pyrit/results_0.10.0.json").warnings)
    assert "errors-unknown" not in tokens(read_sample("pyrit/results_1.1.0.json").warnings)
    assert "failed-items" in tokens(rate(read_sample("pyrit/memory_1.1.0.db")).warnings)


def test_a_scorer_that_asks_no_model_is_no_judge_and_an_unnamed_one_may_be() -> None:
    plain = rate(read_sample("pyrit/results_1.1.0.json"))
    assert (plain.judge, plain.flags) == (None, ())
    unnamed = rate(read_sample("pyrit/results_0.10.0.json"))  # asdict prints the score as a text
    assert (unnamed.judge, unnamed.flags) == (None, ("judge-unvalidated",))


def test_dates_and_versions_are_those_of_the_results() -> None:
    results = read_sample("pyrit/results_1.1.0.json")
    assert results.at is not None
    assert (results.at.date().isoformat(), results.status) == ("2026-11-25", "unknown")
    assert results.tool is not None
    assert results.tool.version == "1.1.0"
    memory = read_sample("pyrit/memory_1.1.0.db")
    assert (memory.at, (memory.at_text or "")[:10]) == (None, "2026-11-25")  # written without a zone
    assert {"completion-unknown", "memory-of-all-runs"} <= tokens(memory.warnings)


def test_undetermined_attacks_are_unscored_and_errors_apart(tmp_path: Path) -> None:
    rows = [attack(outcome, str(at)) for at, outcome in enumerate(["success", "failure", "failure", "undetermined"])]
    found = rate(read(tmp_path, [*rows, attack("error", "4"), attack("shrug", "5")]))
    assert (found.successes, found.n, found.errors, found.unscored) == (1, 3, 1, 2)
    assert found.measure == "pyrit/gpt-4o/attack-success"
    assert (found.judge, found.flags) == ("judge-1", ("judge-unvalidated",))


def test_attacks_that_all_broke_down_give_no_rate(tmp_path: Path) -> None:
    dead = attack("error", atomic_attack_identifier=None)
    found = rate(read(tmp_path, [dead, dead]))
    assert (found.value, found.n, found.errors, "no-rate" in tokens(found.warnings)) == (None, 0, 2, True)


def test_attacks_with_one_objective_are_one_group(tmp_path: Path) -> None:
    rows = [attack("failure", "same") for _ in range(5)] + [attack("success", "other")]
    reading = read(tmp_path, rows)
    assert (rate(reading).n, rate(reading).clusters) == (6, 2)
    assert len(set(reading.samples[0].clusters.values())) == 2


def test_slices_have_names_of_their_own(tmp_path: Path) -> None:
    rows = [
        attack("success", targeted_harm_categories=["violence"]),
        attack("failure", "b", targeted_harm_categories=[]),
    ]
    found = by_measure(read(tmp_path, rows))
    assert found["pyrit/gpt-4o/attack-success-by-harm"].conditions == {"target": "gpt-4o", "harm": "violence"}
    assert found["pyrit/gpt-4o/attack-success-by-attack"].conditions["attack"] == "CrescendoAttack"
    assert (found["pyrit/gpt-4o/attack-success-by-harm"].n, found["pyrit/gpt-4o/attack-success"].n) == (1, 2)


@pytest.mark.parametrize(
    ("state", "status"),
    [("COMPLETED", "complete"), ("FAILED", "error"), ("CANCELLED", "cancelled"), ("IN_PROGRESS", "partial")],
)
def test_a_scenario_says_how_it_ended(state: str, status: str, tmp_path: Path) -> None:
    scenario = {
        "scenario_run_state": state,
        "attack_results": {"base64": [attack("success")], "plain": [attack("failure")]},
    }
    reading = read(tmp_path, scenario)
    assert (reading.status, reading.format_version) == (status, "scenario")
    techniques = {
        one.conditions["technique"]: one.value for one in reading.measurements if "technique" in one.conditions
    }
    assert techniques == {"base64": 1.0, "plain": 0.0}
    assert rate(reading).place == "/attack_results"


def test_lines_and_pages_of_results_are_read(tmp_path: Path) -> None:
    rows = [attack("success"), attack("failure", "b")]
    lines = read(tmp_path, "\n".join(map(json.dumps, rows)))
    page = read(tmp_path, {"items": rows, "pagination": {"has_more": True}})
    assert rate(lines).value == rate(page).value == 0.5
    assert lines.at == datetime(2026, 5, 1, 10, tzinfo=UTC)


def test_the_only_model_is_named(tmp_path: Path) -> None:
    model = read(tmp_path, [attack("failure")]).model
    assert model is not None
    assert model.id == "gpt-4o"
    assert read_sample("pyrit/results_1.1.0.json").model is None  # a class is no model


def test_conversations_give_scores_and_failed_responses_but_no_rate() -> None:
    reading = read_sample("pyrit/conversations_0.10.0.json")
    found = by_measure(reading)
    scored = found["pyrit/SubStringScorer/true"]
    assert (scored.value, scored.successes, scored.n, scored.higher_is_better) == (1 / 3, 1, 3, None)
    assert (scored.conditions, tokens(scored.warnings)) == ({"category": "compliance"}, {"numbers-as-text"})
    failed = {
        one.conditions["error"]: one.value
        for one in reading.measurements
        if one.measure == "pyrit/conversations/failed-responses"
    }
    assert failed == {"blocked": 0, "processing": 1, "empty": 0, "unknown": 0}
    assert "no-outcomes" in tokens(reading.warnings)
    assert not any("attack-success" in measure for measure in found)


def test_in_csv_the_scores_are_texts_of_python_and_are_not_taken_apart() -> None:
    reading = read_sample("pyrit/conversations_0.10.0.csv")
    assert "scores-not-read" in tokens(reading.warnings)
    assert {one.measure for one in reading.measurements} == {"pyrit/conversations/failed-responses"}
    assert {one.n for one in reading.measurements} == {4}


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("true_false", "False", 0.0),
        ("float_scale", "0.25", 0.25),
        ("float_scale", "high", None),
        ("true_false", "2", None),
    ],
)
def test_scores_are_texts_and_read_as_their_kind_says(kind: str, raw: str, value: float | None, tmp_path: Path) -> None:
    piece = json.loads(sample("pyrit/conversations_0.10.0.json").read_text())[1]
    piece["scores"] = [{"score_value": raw, "score_type": kind, "score_category": "harm"}]
    found = next(one for one in read(tmp_path, [piece]).measurements if one.conditions.get("category") == "harm")
    assert (found.value, found.unscored, found.flags) == (value, int(value is None), ("judge-unvalidated",))


def test_odd_pieces_do_no_harm(tmp_path: Path) -> None:
    pieces = json.loads(sample("pyrit/conversations_0.10.0.json").read_text())
    pieces[1] |= {"sequence": float("nan"), "conversation_id": float("inf")}
    assert by_measure(read(tmp_path, [*pieces, 7]))["pyrit/SubStringScorer/true"].n == 3


def test_words_of_objectives_prompts_and_answers_are_not_kept(tmp_path: Path) -> None:
    kept = read(tmp_path, [attack("success", outcome_reason="words of a reason")]).model_dump_json()
    assert "words of" not in kept
    for name in ("conversations_0.10.0.json", "memory_1.1.0.db"):
        assert "vault" not in read_sample(f"pyrit/{name}").model_dump_json()


@pytest.mark.parametrize(
    "other",
    [
        [{"probe": "a", "response": "b"}],
        [{"outcome": "success"}],
        [{"role": "user"}],
        {"attack_results": {"a": []}},
        [],
    ],
)
def test_other_files_are_not_claimed(other: Any, tmp_path: Path) -> None:
    assert refusal(tmp_path, other).ident == "unknown-format"


def test_another_database_is_not_claimed_and_a_cut_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE results (outcome TEXT)")
    assert refusal(tmp_path, path.read_bytes()).ident == "unknown-format"
    assert "AttackResultEntries" in refusal(tmp_path, path.read_bytes(), format="pyrit").what
    content = sample("pyrit/memory_1.1.0.db").read_bytes()
    assert refusal(tmp_path, content[:5000], format="pyrit").ident == "unreadable-evidence"


def test_a_memory_without_results_is_no_evidence(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.write_bytes(sample("pyrit/memory_1.1.0.db").read_bytes())
    with sqlite3.connect(path) as database:
        database.execute("DELETE FROM AttackResultEntries")
    reading = registry.read(path, "empty.db")
    assert (reading.status, reading.measurements) == ("error", ())
    assert "no-measurements" in tokens(reading.warnings)


def test_reading_the_memory_leaves_it_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    path.write_bytes(sample("pyrit/memory_1.1.0.db").read_bytes())
    registry.read(path, "memory.db")
    assert path.read_bytes() == sample("pyrit/memory_1.1.0.db").read_bytes()
    assert [one.name for one in tmp_path.iterdir()] == ["memory.db"]
