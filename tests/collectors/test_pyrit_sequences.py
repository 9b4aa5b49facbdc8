"""PyRIT: steps of sequences, silent targets, scorers made of others, and whom an attack was made on."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from govkit.collectors import pyrit_attacks, registry
from govkit.collectors.pyrit_identifiers import judge_of
from govkit.model.evidence import Measurement, Reading
from tests.collectors.given import read_sample, refusal, sample, tokens
from tests.collectors.test_pyrit import attack, rate, read


def slices(reading: Reading, target: str) -> dict[str, Measurement]:
    """Rates on a target, by the attack, the whole under its name."""
    found = [one for one in reading.measurements if one.conditions.get("target") == target]
    return {
        one.conditions.get("attack", "all"): one for one in found if {"harm", "technique"}.isdisjoint(one.conditions)
    }


def test_a_sequence_counts_once_and_its_steps_only_by_their_kind() -> None:
    found = slices(read_sample("pyrit/sequence_1.1.0.json"), "fake-1")
    # `blocked thing` and the sequence failed; `blank it` met no word; the two steps belong to the sequence.
    assert (found["all"].successes, found["all"].n, found["all"].unscored) == (0, 2, 1)
    assert (found["PromptSendingAttack"].n, found["SequentialAttack"].n) == (3, 1)


def test_a_sequence_that_got_through_in_its_second_step_is_one_success(tmp_path: Path) -> None:
    steps = [attack("failure", attack_result_id="1"), attack("success", attack_result_id="2")]
    whole = attack("success", atomic_attack_identifier=None, metadata={"child_attack_result_ids": ["1", "2"]})
    found = slices(read(tmp_path, [whole, *steps]), "gpt-4o")
    assert (found["all"].successes, found["all"].n, found["all"].judge) == (1, 1, "judge-1")
    assert (found["CrescendoAttack"].successes, found["CrescendoAttack"].n) == (1, 2)
    alone = read(tmp_path, [whole])
    assert "target-unknown" in tokens(rate(alone).warnings)
    without = slices(read(tmp_path, steps), "gpt-4o")
    assert (without["all"].successes, without["all"].n) == (1, 2)


def test_more_attacks_than_can_be_held_together_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyrit_attacks, "MOST_ATTACKS", 2)
    lines = "\n".join(json.dumps(attack("failure", str(at))) for at in range(3))
    assert refusal(tmp_path, lines).ident == "too-large"


def test_attacks_that_broke_down_do_not_ask_for_their_target(tmp_path: Path) -> None:
    broken = rate(read(tmp_path, [attack("error", atomic_attack_identifier=None)]))
    assert "target-unknown" not in tokens(broken.warnings)


@pytest.mark.parametrize(
    ("response", "unscored"),
    [
        ({"converted_value": " \n", "converted_value_data_type": "text"}, 1),
        ({"converted_value": "", "response_error": "none"}, 1),
        ({"converted_value": "down", "response_error": "processing"}, 1),
        ({"converted_value": "", "response_error": "blocked", "converted_value_data_type": "error"}, 0),
        ({"converted_value": "", "converted_value_data_type": "image_path"}, 0),
        ({"converted_value": "no", "response_error": "none"}, 0),
        (None, 0),
        ("assistant: no", 0),
    ],
)
def test_an_attack_that_failed_on_silence_has_no_score(response: Any, unscored: int, tmp_path: Path) -> None:
    found = rate(read(tmp_path, [attack("failure", last_response=response), attack("success", "b")]))
    assert (found.successes, found.n, found.unscored) == (1, 2 - unscored, unscored)
    assert ("empty-answers" in tokens(found.warnings)) == bool(unscored)


def test_a_success_stays_one_whatever_the_last_response_says(tmp_path: Path) -> None:
    found = rate(read(tmp_path, [attack("success", last_response={"converted_value": ""})]))
    assert (found.successes, found.n) == (1, 1)


def test_a_scorer_made_of_scorers_without_a_model_asks_none() -> None:
    plain = {"class_name": "PlagiarismScorer"}
    threshold = {"class_name": "FloatScaleThresholdScorer", "children": {"sub_scorers": [plain]}}
    nested = {"class_name": "TrueFalseInverterScorer", "children": {"scorer": threshold}}
    assert judge_of(threshold) == judge_of(nested) == (False, None)
    model = {"class_name": "SelfAskTrueFalseScorer", "children": {"target": {"model_name": "judge-1"}}}
    both = {"class_name": "TrueFalseCompositeScorer", "children": {"scorers": [nested, model]}}
    assert judge_of(both) == (True, "judge-1")
    unnamed = {"class_name": "TrueFalseCompositeScorer", "children": {"scorers": [plain, {"class_name": "NewScorer"}]}}
    assert judge_of(unnamed) == (True, "TrueFalseCompositeScorer")
    assert judge_of({"class_name": "FloatScaleThresholdScorer"}) == (True, "FloatScaleThresholdScorer")


def test_a_scorer_nested_without_an_end_is_bounded() -> None:
    deep: dict[str, Any] = {"class_name": "PlagiarismScorer"}
    for _ in range(50):
        deep = {"class_name": "TrueFalseInverterScorer", "children": {"scorer": deep, "other": deep}}
    assert judge_of(deep)[0] is True  # what lies deeper is not looked at, so a model cannot be ruled out


def memory(tmp_path: Path, *statements: str) -> Path:
    """A copy of a shipped memory of 0.10, changed."""
    path = tmp_path / "memory.db"
    path.write_bytes(sample("pyrit/memory_0.10.0.db").read_bytes())
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path


PIECES = (
    "CREATE TABLE PromptMemoryEntries (id, conversation_id, role, response_error, converted_value_data_type,"
    " converted_value, prompt_target_identifier)"
)


def test_the_pieces_of_an_old_memory_name_the_target(tmp_path: Path) -> None:
    named = """'{"class_name": "Fake", "model_name": "fake-9"}'"""
    values = f"'', conversation_id, 'user', 'none', 'text', 'x', {named}"
    filled = f"INSERT INTO PromptMemoryEntries SELECT {values} FROM AttackResultEntries"
    reading = registry.read(memory(tmp_path, PIECES, filled), "memory")
    assert rate(reading).measure == "pyrit/fake-9/attack-success"
    assert reading.model is not None
    assert "target-unknown" in tokens(rate(read_sample("pyrit/memory_0.10.0.db")).warnings)


def test_the_last_answer_in_a_memory_may_be_silent(tmp_path: Path) -> None:
    filled = (
        "INSERT INTO PromptMemoryEntries SELECT last_response_id, conversation_id, 'assistant', 'none', 'text',"
        " ' ' || char(10), NULL FROM AttackResultEntries WHERE outcome = 'failure' AND last_response_id IS NOT NULL"
    )
    found = rate(registry.read(memory(tmp_path, PIECES, filled), "memory"))
    assert (found.successes, found.n, found.unscored) == (1, 1, 2)


def test_of_one_conversation_in_a_memory_the_newest_result_counts(tmp_path: Path) -> None:
    path = memory(
        tmp_path,
        "CREATE TABLE again AS SELECT * FROM AttackResultEntries WHERE outcome = 'success'",
        "UPDATE again SET id = 'another', timestamp = '2027-01-01', outcome = 'failure'",
        "INSERT INTO AttackResultEntries SELECT * FROM again",
    )
    reading = registry.read(path, "memory")
    assert (rate(reading).successes, rate(reading).n) == (0, 3)
    assert "repeated-rows" in tokens(reading.warnings)


def test_a_duckdb_memory_is_named_for_what_it_is(tmp_path: Path) -> None:
    assert "DuckDB" in str(refusal(tmp_path, b"\x00" * 8 + b"DUCK" + b"\x00" * 100))
