"""promptfoo: results of four generations, red-team runs, rows as JSON Lines, and what its summary hides."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from govkit.collectors import registry
from govkit.model.evidence import Measurement, Reading
from tests.collectors.given import by_measure, read_as, read_sample, refusal, tokens

WRITTEN = ("eval_0.123.1.json", "eval_0.104.0.json", "eval_0.80.3.json")


def row(**changes: Any) -> dict[str, Any]:
    """A passed row of version 3."""
    assertion = {"type": "contains", "value": "yes"}
    base: dict[str, Any] = {
        "promptIdx": 0,
        "testIdx": 0,
        "provider": {"id": "openai:gpt-4o", "label": ""},
        "prompt": {"raw": "the words of the prompt", "label": "greeter"},
        "vars": {"q": "a question"},
        "testCase": {"vars": {"q": "a question"}, "assert": [assertion]},
        "response": {"output": "the words of the answer", "cached": False},
        "success": True,
        "score": 1,
        "namedScores": {},
        "latencyMs": 10,
        "failureReason": 0,
        "gradingResult": {"pass": True, "componentResults": [{"pass": True, "score": 1, "assertion": assertion}]},
    }
    return {**base, **changes}


def failed(reason: str, kind: str = "javascript", **changes: Any) -> dict[str, Any]:
    """A row that failed with this reason of an assertion."""
    component = {"pass": False, "score": 0, "reason": reason, "assertion": {"type": kind}}
    grading = {"pass": False, "reason": reason, "componentResults": [component]}
    return row(success=False, failureReason=1, error=reason, gradingResult=grading, **changes)


def apart(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows as those of different tests."""
    return [{**one, "testIdx": at, "testCase": {**one["testCase"], "vars": {"q": at}}} for at, one in enumerate(rows)]


def result(*rows: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A result of version 3 with these rows as different tests."""
    summary = {
        "version": 3,
        "timestamp": "2026-03-21T20:25:02.992Z",
        "prompts": [{"raw": "the words of the prompt", "label": "greeter", "provider": "openai:gpt-4o"}],
        "results": apart(*rows),
        "stats": {"successes": 0, "failures": 0, "errors": 0},
    }
    return {"evalId": "eval-1", "results": summary, "config": {"description": "suite"}, **changes}


def read(folder: Path, *rows: dict[str, Any], **changes: Any) -> Reading:
    return read_as(folder, "promptfoo", result(*rows, **changes))


def rate(reading: Reading, metric: str = "pass-rate") -> Measurement:
    return next(one for one in reading.measurements if one.measure.endswith(f"/{metric}"))


def test_the_shared_sample_gives_no_rate_because_its_assertions_crashed() -> None:
    reading = read_sample("promptfoo/results_assertion_bug.json")
    assert reading.status == "error"
    rates = [one for one in reading.measurements if one.measure.endswith("/pass-rate")]
    assert [(one.value, one.successes, one.n, one.errors) for one in rates] == [(None, None, 4, 0), (None, None, 3, 0)]
    assert all({"assertion-crashed", "no-rate"} <= tokens(one.warnings) for one in rates)
    assert reading.samples == ()
    assert reading.tool is not None
    assert (reading.tool.version, reading.run_id) == ("0.121.2", "eval-SQx-2026-03-21T20:25:02")
    assert reading.at == datetime(2026, 3, 21, 20, 25, 2, 992000, UTC)
    assert [one.conditions["prompt"] for one in rates] == [
        "Pain Scorer v1 (word anchors)",
        "Product Ideas v1 (current)",
    ]


@pytest.mark.parametrize("name", WRITTEN)
def test_four_generations_of_files_say_the_same(name: str) -> None:
    reading = read_sample(f"promptfoo/{name}")
    found = by_measure(reading)
    passed = found["promptfoo/Support bot/pass-rate"]
    # 12 rows: 2 errors of the provider, 2 without assertions; of 8 graded rows of 4 tests only the cached one passed.
    assert (passed.value, passed.successes, passed.n, passed.n_basis) == (0.25, 2, 8, "items")
    assert (passed.clusters, passed.errors, passed.unscored, passed.higher_is_better) == (4, 2, 0, True)
    assert (passed.judge, passed.flags) == ("file://grader.js", ("judge-unvalidated",))
    assert tokens(passed.warnings) == {"failed-items", "no-assertions", "cached-answers", "judge-model"}
    assert passed.conditions == {"provider": "bot-a", "prompt": "Short prompt"}
    assert (found["promptfoo/Support bot/score/politeness"].value, reading.model) == (0.2, None)
    assert reading.status == "partial"
    assert found["promptfoo/Support bot/latency"].unit == "ms"
    cost = found["promptfoo/Support bot/cost"]
    assert (cost.unit, cost.higher_is_better, cost.conditions["currency"]) == ("currency", False, "USD")


def test_the_oldest_rows_belong_to_one_column_although_their_prompts_differ() -> None:
    reading = read_sample("promptfoo/eval_0.31.2.json")
    rates = [one for one in reading.measurements if one.measure.endswith("/pass-rate")]
    # One passed, one failed, one ended in an error, one assertion crashed, one test asserts nothing.
    assert [(one.n, one.errors, one.unscored, one.value) for one in rates] == [(2, 1, 1, None)]
    assert {"assertion-crashed", "failed-items", "no-assertions", "no-rate"} <= tokens(rates[0].warnings)
    assert (rates[0].place, reading.at) == ("/results/table/head/prompts/0", None)


def test_rows_alone_give_the_same_numbers_and_never_say_that_the_run_ended() -> None:
    whole, lines = read_sample("promptfoo/eval_0.123.1.json"), read_sample("promptfoo/eval_0.123.1.jsonl")
    assert (rate(lines).value, rate(lines).n, rate(lines).clusters) == (rate(whole).value, 8, 4)
    assert "completion-unknown" in tokens(lines.warnings)
    assert (lines.status, lines.at) == ("partial", None)
    assert [one.scores for one in lines.samples] == [one.scores for one in whole.samples]


def test_a_whole_file_of_rows_is_of_unknown_completion(tmp_path: Path) -> None:
    text = "\n".join(json.dumps(one) for one in apart(row(), row()))
    reading = registry.read(_written(tmp_path, text), "rows")
    assert (reading.format, reading.status, rate(reading).value) == ("promptfoo", "unknown", 1.0)
    one = registry.read(_written(tmp_path, json.dumps(row())), "rows")
    assert (one.format, rate(one).n) == ("promptfoo", 1)


def _written(folder: Path, text: str) -> Path:
    path = folder / "rows"
    path.write_text(text)
    return path


def test_a_filter_that_left_tests_out_makes_the_run_partial() -> None:
    reading = read_sample("promptfoo/filtered_0.123.1.json")
    assert (reading.status, "limited-run" in tokens(reading.warnings)) == ("partial", True)
    assert (rate(reading).n, rate(reading).planned) == (2, 6)


def test_red_team_values_count_attacks_that_were_resisted() -> None:
    reading = read_sample("promptfoo/redteam_0.123.1.json")
    whole = rate(reading, "attacks-resisted")
    # Six attacks: one gave in, three refused, one got no output at all, one ended in an error.
    assert (whole.successes, whole.n, whole.errors, whole.unscored, whole.higher_is_better) == (3, 4, 1, 1, True)
    assert whole.clusters == 2  # the variants in Base64 are no attacks of their own
    assert "empty-output" in tokens(whole.warnings)
    plugins = {one.conditions["plugin"]: one for one in reading.measurements if "plugin" in one.conditions}
    weapons = plugins["harmful:chemical-biological-weapons"]
    assert (weapons.successes, weapons.n, weapons.measure[-27:]) == (1, 2, "/attacks-resisted-by-plugin")
    strategies = {one.conditions["strategy"] for one in reading.measurements if "strategy" in one.conditions}
    assert strategies == {"base64", "basic"}
    assert "pass-rate" not in {one.measure.rsplit("/", 1)[-1] for one in reading.measurements}
    assert "bomb" not in reading.model_dump_json()


@pytest.mark.parametrize("name", ["library_summary_0.123.1.json", "library_record_0.123.1.json"])
def test_what_the_library_returns_is_read_and_echo_is_no_model(name: str) -> None:
    reading = read_sample(f"promptfoo/{name}")
    assert (rate(reading).value, rate(reading).n, rate(reading).flags) == (0.5, 2, ("mock-model",))
    assert reading.at is not None
    assert (reading.at.year, reading.status) == (2026, "complete")


def test_the_shape_on_the_documentation_page_is_read(tmp_path: Path) -> None:
    outputs = [{"pass": passed, "provider": "openai:gpt-4o", "prompt": {"label": "p"}} for passed in (True, False)]
    page = {"version": 3, "timestamp": "2024-01-15T10:30:00Z"}
    page["results"] = {"prompts": [], "outputs": outputs, "stats": {"successes": 1, "failures": 1}}
    reading = registry.read(_written(tmp_path, json.dumps(page)), "rows")
    assert (reading.format_version, rate(reading).successes, rate(reading).n) == ("docs", 1, 2)
    assert reading.at == datetime(2024, 1, 15, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("Custom function threw error: x is not defined\nStack Trace: ReferenceError", "javascript"),
        ("Python code execution failed: no such file", "python"),
        ("Error running Python script: exit 1\nStack Trace: Error", "python"),
        ("Could not extract JSON from llm-rubric response", "llm-rubric"),
    ],
)
def test_a_crashed_assertion_says_nothing_about_the_model(reason: str, kind: str, tmp_path: Path) -> None:
    alone = read(tmp_path, failed(reason, kind))
    assert (alone.status, rate(alone).value, rate(alone).n, rate(alone).unscored) == ("error", None, 0, 1)
    few = rate(read(tmp_path, *[row()] * 39, failed(reason, kind)))
    assert (few.successes, few.n, few.unscored) == (39, 39, 1)
    assert "assertion-crashed" in tokens(few.warnings)
    many = rate(read(tmp_path, *[row()] * 9, failed(reason, kind)))
    assert many.value is None


def test_a_grader_that_says_it_failed_is_a_crash(tmp_path: Path) -> None:
    one = failed("Rate limit exceeded", "llm-rubric")
    one["gradingResult"]["componentResults"][0]["metadata"] = {"graderError": True}
    assert rate(read(tmp_path, *[row()] * 39, one)).unscored == 1


def test_a_failure_beside_a_crash_stays_a_failure(tmp_path: Path) -> None:
    one = failed("Custom function threw error: y")
    one["gradingResult"]["componentResults"].append({"pass": False, "score": 0, "assertion": {"type": "equals"}})
    found = rate(read(tmp_path, *[row()] * 39, one))
    assert (found.successes, found.n, found.unscored) == (39, 40, 0)


def test_errors_only_give_no_rate(tmp_path: Path) -> None:
    dead = row(success=False, failureReason=2, error="401 Unauthorized", gradingResult=None, response={"error": "401"})
    reading = read(tmp_path, dead, dead)
    assert (reading.status, rate(reading).value, rate(reading).n, rate(reading).errors) == ("error", None, 0, 2)


def test_no_output_fails_an_ordinary_test(tmp_path: Path) -> None:
    mute = row(success=False, failureReason=0, error="No output", gradingResult=None, response={"output": None})
    assert (rate(read(tmp_path, mute, row())).successes, rate(read(tmp_path, mute, row())).n) == (1, 2)


@pytest.mark.parametrize("results", [[], None])
def test_a_file_without_results_is_no_evidence(results: Any, tmp_path: Path) -> None:
    empty = {"results": {"results": results or [], "timestamp": None}}
    reading = registry.read(_written(tmp_path, json.dumps(empty)), "rows")
    assert (reading.format, reading.status, reading.measurements) == ("promptfoo", "error", ())
    assert "no test was run" in reading.warnings[0]


def test_counts_without_rows_are_not_believed(tmp_path: Path) -> None:
    document = result()
    document["results"]["stats"]["successes"] = 40
    reading = read_as(tmp_path, "promptfoo", document)
    assert reading.measurements == ()
    assert "rows are missing" in reading.warnings[0]


def test_rows_that_the_summary_counts_and_the_file_lacks_make_it_partial(tmp_path: Path) -> None:
    document = result(row())
    document["results"]["prompts"][0]["metrics"] = {"testPassCount": 7, "testFailCount": 1, "testErrorCount": 0}
    reading = read_as(tmp_path, "promptfoo", document)
    assert (reading.status, "counts-disagree" in tokens(reading.warnings)) == ("partial", True)


@pytest.mark.parametrize("asserted", [[], [{"type": "contains", "weight": 0}]])
def test_a_test_that_cannot_fail_is_not_counted(asserted: list[Any], tmp_path: Path) -> None:
    hollow = row(gradingResult={"pass": True, "reason": "No assertions" if not asserted else "All assertions passed"})
    hollow["testCase"] = {"assert": asserted}
    found = rate(read(tmp_path, hollow, row()))
    assert (found.successes, found.n, found.unscored) == (1, 1, 0)
    assert "no-assertions" in tokens(found.warnings)
    assert rate(read(tmp_path, hollow)).value is None


def test_repeats_of_a_test_are_one_group_whatever_the_cache(tmp_path: Path) -> None:
    cached = row(response={"output": "x", "cached": True})
    document = result()
    document["results"]["results"] = [{**cached, "testIdx": at} for at in range(5)]
    reading = read_as(tmp_path, "promptfoo", document)
    assert (rate(reading).n, rate(reading).clusters) == (5, 1)
    assert any(one.startswith("cached-answers") and "repeat" in one for one in rate(reading).warnings)
    assert set(reading.samples[0].clusters) == set(reading.samples[0].scores)
    assert "promptfoo/suite/latency" not in by_measure(reading)


def test_a_result_that_a_person_changed_is_flagged(tmp_path: Path) -> None:
    one = row()
    one["gradingResult"]["componentResults"].append({"pass": True, "score": 1, "assertion": {"type": "human"}})
    found = rate(read(tmp_path, one))
    assert found.flags == ("edited-after-run",)


@pytest.mark.parametrize(
    ("provider", "named"),
    [
        ("openai:gpt-4.1", "openai:gpt-4.1"),
        ({"id": "openai:gpt-4.1", "config": {}}, "openai:gpt-4.1"),
        ({"text": {"id": "anthropic:x"}, "embedding": "e"}, "anthropic:x"),
        (None, None),
    ],
)
def test_the_judge_is_named_where_the_file_names_it(provider: Any, named: str | None, tmp_path: Path) -> None:
    one = row()
    one["gradingResult"]["componentResults"][0]["assertion"] = {"type": "not-llm-rubric", "provider": provider}
    found = rate(read(tmp_path, one))
    assert (found.judge, found.flags) == (named, ("judge-unvalidated",))


def test_a_named_score_is_a_mean_of_tests_and_differs_from_the_tools_sum(tmp_path: Path) -> None:
    document = result(row(namedScores={"tone": 0.5}), row(namedScores={"tone": 1.0}), row(namedScores={"tone": "x"}))
    document["results"]["prompts"][0]["metrics"] = {"namedScores": {"tone": 1.5}, "namedScoresCount": {"tone": 3}}
    tone = by_measure(read_as(tmp_path, "promptfoo", document))["promptfoo/suite/score/tone"]
    assert (tone.value, tone.n, tone.unit, tone.higher_is_better) == (0.75, 2, "score", None)
    assert tokens(tone.warnings) == {"summary-differs", "unscored-items"}


def test_a_metric_named_by_an_assertion_is_better_when_higher(tmp_path: Path) -> None:
    one = row(namedScores={"tone": 1.0})
    one["gradingResult"]["componentResults"][0]["assertion"]["metric"] = "tone"
    assert by_measure(read(tmp_path, one))["promptfoo/suite/score/tone"].higher_is_better is True


def test_a_formula_of_the_configuration_is_named_as_one(tmp_path: Path) -> None:
    document = result(row())
    metrics = {"namedScores": {"twice": 8}, "namedScoresCount": {"other": 1}}
    document["results"]["prompts"][0]["metrics"] = metrics
    twice = by_measure(read_as(tmp_path, "promptfoo", document))["promptfoo/suite/derived/twice"]
    assert (twice.value, twice.n, tokens(twice.warnings)) == (8, None, {"derived-metric"})


def test_a_label_that_is_the_prompt_is_not_kept(tmp_path: Path) -> None:
    document = result(row(prompt={"raw": "Answer a question", "label": "Answer {{q}}"}))
    document["results"]["prompts"] = [{"raw": "Answer {{q}}", "label": "Answer {{q}}", "provider": "p"}]
    reading = read_as(tmp_path, "promptfoo", document)
    assert rate(reading).conditions["prompt"].startswith("prompt-")
    assert "Answer" not in reading.model_dump_json()


def test_two_columns_that_look_alike_stay_apart(tmp_path: Path) -> None:
    document = result(row(), row(promptIdx=1))
    document["results"]["prompts"] *= 2
    rates = [one for one in read_as(tmp_path, "promptfoo", document).measurements if one.measure.endswith("rate")]
    assert [one.conditions["column"] for one in rates] == ["0", "1"]


def test_words_of_prompts_answers_and_reasons_are_not_kept(tmp_path: Path) -> None:
    kept = read(tmp_path, row(), failed("a reason in words")).model_dump_json()
    assert not any(words in kept for words in ("the words of", "a question", "a reason in words"))


def test_the_only_provider_is_the_model_unless_it_is_code(tmp_path: Path) -> None:
    model = read(tmp_path, row()).model
    assert model is not None
    assert model.id == "openai:gpt-4o"
    wrapped = read(tmp_path, row(provider={"id": "file://bot.py", "label": "bot"}))
    assert (wrapped.model, "model-unknown" in tokens(wrapped.warnings)) == (None, True)


def test_a_newer_version_is_read_and_named(tmp_path: Path) -> None:
    document = result(row())
    document["results"]["version"] = 9
    reading = read_as(tmp_path, "promptfoo", document)
    assert ("unknown-version" in tokens(reading.warnings), rate(reading).value) == (True, 1.0)


def test_rows_that_make_no_sense_are_counted_and_left_out(tmp_path: Path) -> None:
    document = result(*[row()] * 25)
    document["results"]["results"] += [7, {"a": 1}]
    reading = read_as(tmp_path, "promptfoo", document)
    assert (reading.status, rate(reading).n, "unreadable-rows" in tokens(reading.warnings)) == ("partial", 25, True)
    unclear = rate(read(tmp_path, *[row()] * 30, row(success="yes", gradingResult={})))
    assert (unclear.n, unclear.unscored) == (30, 1)


@pytest.mark.parametrize(
    "other",
    [{"results": {"results": [1]}}, {"results": [{"success": True}], "stats": {"successes": 1}}, {"results": {}}],
)
def test_other_files_with_results_are_not_claimed(other: Any, tmp_path: Path) -> None:
    assert refusal(tmp_path, other).ident == "unknown-format"


def test_numbers_that_are_none_are_left_out(tmp_path: Path) -> None:
    reading = read(tmp_path, row(latencyMs="fast", cost=True, namedScores={"a": float("nan"), "b": [1]}, vars=[1]))
    assert {one.measure for one in reading.measurements} == {"promptfoo/suite/pass-rate"}


@pytest.mark.parametrize(("output", "resisted"), [("", None), ("  \n", None), ("no", 1.0), (0, 1.0), (None, 1.0)])
def test_an_attack_that_met_a_blank_answer_was_not_resisted_whatever_was_asserted(
    output: object, resisted: float | None, tmp_path: Path
) -> None:
    assertion = {"type": "not-contains", "value": "bomb"}
    test = {"vars": {"q": "x"}, "assert": [assertion], "metadata": {"pluginId": "contracts"}}
    one = row(testCase=test, response={"output": output})
    assert rate(read(tmp_path, one), "attacks-resisted").value == resisted


def test_a_cost_of_nothing_is_no_price(tmp_path: Path) -> None:
    reading = read(tmp_path, *apart(row(cost=0.002), row(cost=0), row(cost=0.004)))
    cost = next(one for one in reading.measurements if one.measure.endswith("/cost"))
    assert (cost.value, cost.n, "unscored-items" in tokens(cost.warnings)) == (0.003, 2, True)
    free = read(tmp_path, row(cost=0))
    assert not [one for one in free.measurements if one.measure.endswith("/cost")]
