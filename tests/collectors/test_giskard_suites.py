"""Giskard: suites of version 3, judged by their checks, and the tests of version 2."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govkit.model.evidence import Measurement, Reading
from tests.collectors.given import by_measure, read_as, read_sample, tokens


def check(status: str, kind: str = "equals", **spec: Any) -> dict[str, Any]:
    details = {"check_kind": kind, "check_name": "c", "check_spec": {"kind": kind, **spec}}
    return {"status": status, "message": None, "metrics": [], "details": details}


def scenario(*checks: dict[str, Any], scenario_name: str = "s", **changes: Any) -> dict[str, Any]:
    step = {"results": list(checks), "error": None}
    base = {"scenario_name": scenario_name, "steps": [step], "final_trace": {}, "tags": [], "status": "pass"}
    return {**base, **changes}


def read(folder: Path, *scenarios: dict[str, Any], **changes: Any) -> Reading:
    counts = dict.fromkeys(("passed_count", "failed_count", "errored_count", "skipped_count"), 0)
    return read_as(folder, "giskard", {"results": list(scenarios), **counts, **changes})


def rate(reading: Reading) -> Measurement:
    return by_measure(reading)["giskard/scenarios/pass-rate"]


def test_a_suite_is_counted_from_its_checks() -> None:
    reading = read_sample("giskard/suite_3.0.1.json")
    found = rate(reading)
    # Giskard says 7 passed; one of them has no check at all.
    assert (found.successes, found.n, found.errors, found.clusters) == (6, 7, 2, 6)
    assert (found.higher_is_better, found.flags, reading.status) == (True, ("judge-unvalidated",), "complete")
    assert {"nothing-asserted", "skipped-items", "failed-items", "judge-model"} <= tokens(found.warnings)
    assert {"repeated-runs", "skipped-checks", "model-unknown"} <= tokens(reading.warnings)
    by_tag = {one.conditions["tag"]: (one.successes, one.n) for one in reading.measurements if "tag" in one.conditions}
    assert by_tag == {"security:low": (1, 2), "type:adv": (1, 1)}
    checks = by_measure(reading)["giskard/checks/fn/pass-rate"]
    assert (checks.successes, checks.n, checks.errors, checks.flags) == (6, 7, 1, ())


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (scenario(check("pass"), check("skip")), (1, 1, 0)),
        (scenario(check("pass"), check("fail")), (0, 1, 0)),
        (scenario(check("fail"), check("error")), (0, 0, 1)),
        (scenario(check("skip")), (None, 0, 0)),
        (scenario(), (None, 0, 0)),
        (scenario(check("pass"), steps=[]), (None, 0, 0)),
        (scenario(check("pass"), status="fail"), (0, 1, 0)),
        (scenario(check("PASS")), (1, 1, 0)),
        (scenario(check("wonderful")), (None, 0, 1)),
        (scenario(steps=[{"results": [check("skip")], "error": {"message": "down"}}]), (None, 0, 1)),
    ],
)
def test_a_scenario_is_as_good_as_its_worst_check(
    row: dict[str, Any], outcome: tuple[int | None, int, int], tmp_path: Path
) -> None:
    found = rate(read(tmp_path, row))
    assert (found.successes, found.n, found.errors or 0) == (outcome[0] if outcome[1] else None, *outcome[1:])


def test_a_suite_that_counts_more_than_it_holds_is_partial(tmp_path: Path) -> None:
    reading = read(tmp_path, scenario(check("pass")), passed_count=1, failed_count=3)
    assert (reading.status, "results-missing" in tokens(reading.warnings)) == ("partial", True)


def test_an_empty_suite_is_nothing(tmp_path: Path) -> None:
    reading = read(tmp_path)
    assert (reading.status, reading.measurements) == ("error", ())


@pytest.mark.parametrize(
    ("one", "judge", "flagged"),
    [
        (check("pass", "groundedness", judge={"generator": {"model": "openai/gpt-4o"}}), "openai/gpt-4o", True),
        (check("pass", "all_of", checks=[{"kind": "toxicity", "judge": {"kind": "llm"}}]), None, True),
        (check("pass", "conformity", judge=None), None, True),
        (check("pass", "home_made"), None, True),
        (check("pass", "not", check={"kind": "equals"}), None, False),
        (check("pass", "fn"), None, False),
        (check("skip", "conformity"), None, False),
    ],
)
def test_a_model_that_decides_is_named_where_the_file_does(
    one: dict[str, Any], judge: str | None, flagged: bool, tmp_path: Path
) -> None:
    found = rate(read(tmp_path, scenario(one, check("pass"))))
    assert (found.judge, found.flags) == (judge, ("judge-unvalidated",) if flagged else ())


def test_a_single_scenario_and_results_by_group_are_read(tmp_path: Path) -> None:
    alone = read_as(tmp_path, "giskard", scenario(check("fail")))
    assert (rate(alone).successes, rate(alone).n) == (0, 1)
    suite = {"results": [scenario(check("pass"))], "passed_count": 1, "failed_count": 0, "errored_count": 0}
    grouped = {"suite_result": {**suite, "skipped_count": 0}, "key": "security", "groups": {}}
    assert rate(read_as(tmp_path, "giskard", grouped)).n == 1


def test_metrics_of_checks_are_told_to_be_left_out(tmp_path: Path) -> None:
    measured = {**check("pass"), "metrics": [{"name": "similarity", "value": 0.9}]}
    assert "metrics-not-read" in tokens(read(tmp_path, scenario(measured)).warnings)


def test_the_tests_of_version_2_give_a_share_and_figures() -> None:
    reading = read_sample("giskard/tests_2.19.2.json")
    found = by_measure(reading)
    share, accuracy = found["giskard/tests/pass-rate"], found["giskard/test/Accuracy"]
    assert (share.value, share.successes, share.n) == (0.5, 2, 4)
    assert {"same-names", "no-figure"} <= tokens(share.warnings)
    assert (accuracy.value, accuracy.unit, accuracy.higher_is_better, accuracy.n) == (0.65125, None, None, None)
    assert found["giskard/test/boom"].value is None


def test_a_result_that_is_no_word_of_giskard_has_no_score(tmp_path: Path) -> None:
    reading = read_as(tmp_path, "giskard", {"a": {"result": "passed?", "metric_value": "0.9"}})
    share = by_measure(reading)["giskard/tests/pass-rate"]
    assert (share.value, share.n, share.unscored) == (None, 0, 1)
    assert by_measure(reading)["giskard/test/a"].value is None
