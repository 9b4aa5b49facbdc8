"""DeepEval: test runs of four versions, counted from the test cases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govkit.collectors import registry
from govkit.model.evidence import Measurement, Reading
from tests.collectors.given import by_measure, read_as, read_sample, refusal, tokens, written


def metric(score: float | None = 0.9, success: bool | None = True, **changes: Any) -> dict[str, Any]:
    """What one metric said."""
    base = {"name": "Faithfulness", "threshold": 0.5, "success": success, "score": score, "evaluationModel": "gpt-4.1"}
    return {key: value for key, value in {**base, **changes}.items() if value is not None}


def case(number: int, *metrics: dict[str, Any], **changes: Any) -> dict[str, Any]:
    base = {
        "name": f"test_case_{number}",
        "input": f"words of a question {number}",
        "actualOutput": "words of an answer",
    }
    return {**base, "success": True, "metricsData": list(metrics), **changes}


def run(*cases: dict[str, Any], **changes: Any) -> dict[str, Any]:
    base = {"testCases": list(cases), "conversationalTestCases": [], "metricsScores": []}
    return {**base, "testPassed": len(cases), "testFailed": 0, **changes}


def read(folder: Path, *cases: dict[str, Any], **changes: Any) -> Reading:
    return registry.read(written(folder, run(*cases, **changes)), "run")


def rate(reading: Reading, metric: str = "Faithfulness") -> Measurement:
    return by_measure(reading)[f"deepeval/{metric}/pass-rate"]


def test_the_shared_sample_holds_one_case_that_a_judge_scored() -> None:
    reading = read_sample("deepeval/latest_test_run.json")
    found = rate(reading, "AnswerCorrectness [GEval]")
    assert (found.value, found.successes, found.n, found.conditions) == (1.0, 1, 1, {"threshold": "0.5"})
    assert (found.judge, found.flags) == ("google/gemini-3.1-pro-preview:exacto", ("judge-unvalidated",))
    mean = by_measure(reading)["deepeval/AnswerCorrectness [GEval]/score"]
    assert (mean.value, mean.unit, mean.higher_is_better, mean.place) == (1.0, "score", None, "/testRunData/testCases")
    assert (reading.model, reading.at, reading.at_text, reading.status) == (None, None, None, "complete")
    assert reading.tool is not None
    assert reading.tool.version is None


def test_a_judge_that_broke_down_is_an_error_and_no_failure() -> None:
    reading = read_sample("deepeval/run_4.3.1.json")
    found = rate(reading, "Correctness [GEval]")
    assert (found.successes, found.n, found.errors, found.conditions) == (2, 3, 1, {"threshold": "0.6"})
    whole = by_measure(reading)["deepeval/test-cases/pass-rate"]
    assert (whole.successes, whole.n, whole.errors) == (1, 3, 1)  # DeepEval itself counts 1 passed and 3 failed
    plain = rate(reading, "Length")
    assert (plain.successes, plain.n, plain.judge, plain.flags) == (3, 4, None, ())
    assert reading.config == {"model": "gpt-4o", "temperature": "0.2"}  # a prompt among the hyperparameters is not kept


@pytest.mark.parametrize(("version", "counts"), [("2.0", (1, 2, 1)), ("0.20.80", (1, 2, 0))])
def test_older_runs_are_read_and_cannot_say_that_they_ended(version: str, counts: tuple[int, int, int]) -> None:
    reading = read_sample(f"deepeval/run_{version}.json")
    found = next(one for one in reading.measurements if one.measure.endswith("/pass-rate"))
    assert (found.successes, found.n, found.errors) == counts
    assert (reading.status, "completion-unknown" in tokens(reading.warnings)) == ("unknown", True)


def test_cases_are_counted_and_not_the_summary(tmp_path: Path) -> None:
    summary = [{"metric": "Faithfulness", "scores": [0.9, 0.1, 0.2], "passes": 1, "fails": 2, "errors": 0}]
    reading = read(tmp_path, case(1, metric()), metricsScores=summary)
    assert (rate(reading).successes, rate(reading).n) == (1, 1)
    assert "summary-differs" in tokens(reading.warnings)


@pytest.mark.parametrize("broken", [{"score": None}, {"success": None}, {"error": "timeout"}, {"score": "0.9"}])
def test_what_has_no_score_is_an_error(broken: dict[str, Any], tmp_path: Path) -> None:
    reading = read(tmp_path, case(1, metric(**broken)))
    assert (rate(reading).value, rate(reading).n, rate(reading).errors) == (None, 0, 1)


def test_a_case_that_failed_one_metric_has_failed_whatever_broke_besides(tmp_path: Path) -> None:
    reading = read(tmp_path, case(1, metric(error="x"), metric(0.1, False, name="Bias")), case(2, metric()))
    whole = by_measure(reading)["deepeval/test-cases/pass-rate"]
    assert (whole.successes, whole.n, whole.errors) == (1, 2, 0)


def test_thresholds_and_judges_are_kept_apart(tmp_path: Path) -> None:
    reading = read(
        tmp_path, case(1, metric()), case(2, metric(threshold=0.7)), case(3, metric(evaluationModel="other"))
    )
    rates = [one for one in reading.measurements if one.measure == "deepeval/Faithfulness/pass-rate"]
    assert [(one.conditions["threshold"], one.judge, one.n) for one in rates] == [
        ("0.5", "gpt-4.1", 1),
        ("0.5", "other", 1),
        ("0.7", "gpt-4.1", 1),
    ]
    means = [one for one in reading.measurements if one.measure.endswith("/score")]
    assert [one.conditions for one in means] == [{"threshold": "0.5"}, {}, {"threshold": "0.7"}]


def test_a_repeated_question_is_one_group(tmp_path: Path) -> None:
    reading = read(tmp_path, case(1, metric()), case(1, metric(0.2, False)), case(2, metric()))
    assert (rate(reading).n, rate(reading).clusters, rate(reading).successes) == (3, 2, 2)


def test_strict_and_flaky_metrics_and_conversations_are_named(tmp_path: Path) -> None:
    talk = {
        "name": "c",
        "success": False,
        "turns": [{"role": "user", "content": "hi"}],
        "metricsData": [metric(0.1, False)],
    }
    reading = read(
        tmp_path, case(1, metric(strictMode=True), metric(0.0, False, flaky=True)), conversationalTestCases=[talk]
    )
    kinds = {key for one in reading.measurements for key in one.conditions} - {"threshold"}
    assert kinds == {"strict", "flaky", "conversation"}
    whole = by_measure(reading)["deepeval/test-cases/pass-rate"]
    assert (whole.successes, whole.n) == (1, 2)  # a flaky metric decides nothing


def test_only_a_link_is_no_evidence(tmp_path: Path) -> None:
    reading = registry.read(written(tmp_path, {"testRunLink": "https://app.example/run/1"}), "run")
    assert (reading.format, reading.status, reading.measurements) == ("deepeval", "error", ())
    assert "only a link" in reading.warnings[0]


def test_a_run_without_cases_is_no_evidence(tmp_path: Path) -> None:
    assert read(tmp_path).status == "error"
    unmeasured = read(tmp_path, case(1))
    assert (unmeasured.status, unmeasured.measurements) == ("error", ())
    assert "unscored-items" in tokens(unmeasured.warnings)


def test_cases_that_are_counted_and_missing_make_the_run_partial(tmp_path: Path) -> None:
    assert read(tmp_path, case(1, metric()), testPassed=40).status == "partial"


def test_the_name_of_the_file_is_a_date_without_a_zone(tmp_path: Path) -> None:
    path = written(tmp_path, run(case(1, metric())), "test_run_20260417_101010.json")
    reading = registry.read(path, f"evidence/{path.name}")
    assert (reading.at, reading.at_text) == (None, "20260417_101010")
    assert "date-from-file-name" in tokens(reading.warnings)


def test_the_dataset_is_named_where_the_run_names_it(tmp_path: Path) -> None:
    found = rate(read(tmp_path, case(1, metric()), datasetAlias="golden", datasetVersion="3"))
    assert found.dataset is not None
    assert (found.dataset.id, found.dataset.revision) == ("golden", "3")


def test_scores_of_spans_and_expectations_are_left_out(tmp_path: Path) -> None:
    traced = case(1, metric(), {**metric(0.0, False), "expectationsData": {}}, trace={"agentSpans": []})
    reading = read(tmp_path, traced)
    assert (rate(reading).successes, rate(reading).n, "spans-left-out" in tokens(reading.warnings)) == (1, 1, True)


def test_words_of_questions_and_answers_are_not_kept(tmp_path: Path) -> None:
    kept = read(tmp_path, case(1, metric(reason="words of a reason"))).model_dump_json()
    assert "words of" not in kept


@pytest.mark.parametrize("other", [{"testCases": []}, {"metricsScores": [], "testCases": 3}, {"testRunLink": 1}])
def test_other_files_are_not_claimed(other: Any, tmp_path: Path) -> None:
    assert refusal(tmp_path, other).ident == "unknown-format"


def test_odd_cases_do_no_harm(tmp_path: Path) -> None:
    odd = [
        None,
        7,
        {"metricsData": [1, {}]},
        {"metricsData": {"a": 1}},
        {"input": float("nan"), "metricsData": [metric()]},
    ]
    reading = read_as(tmp_path, "deepeval", run(*odd, testPassed=None))  # type: ignore[arg-type]  # odd on purpose
    assert (rate(reading).n, reading.status) == (1, "complete")


def test_a_run_that_broke_off_is_partial(tmp_path: Path) -> None:
    """DeepEval 4.3.1 leaves such a file as `.temp_test_run_data.json` when a metric raises."""
    left = {"testCases": [case(1, metric())], "metricsScores": [], "runDuration": 0.0, "official": False}
    reading = read_as(tmp_path, "deepeval", left)
    assert (reading.status, "broken-off" in tokens(reading.warnings)) == ("partial", True)


def test_the_cache_is_no_run(tmp_path: Path) -> None:
    error = refusal(tmp_path, {"test_cases_lookup_map": {}})
    assert ("cache" in error.what, ".latest_test_run.json" in error.fix) == (True, True)
