"""k6 summaries: the same run in three shapes, two of which mean the opposite by `true`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from govkit.model.evidence import Measurement, Reading
from tests.collectors.given import read_as, read_sample, refusal, sample, tokens

SHAPES = ["k6/handle_summary.json", "k6/summary_export.json", "k6/machine_readable.json"]
WITH_THRESHOLDS = SHAPES[:2]


def document(name: str = SHAPES[0]) -> Any:
    return json.loads(sample(name).read_text())


def found(reading: Reading, measure: str, **conditions: str) -> Measurement:
    hits = [
        one
        for one in reading.measurements
        if one.measure == f"k6/{measure}" and conditions.items() <= one.conditions.items()
    ]
    return hits[0]


@pytest.mark.parametrize("name", SHAPES)
def test_what_passes_in_failures_has_failed(name: str) -> None:
    reading = read_sample(name)
    one = found(reading, "answered")
    assert (one.successes, one.n, one.unit, one.n_basis) == (490, 500, "proportion", "requests")
    slow = found(reading, "http_req_duration/p95")
    assert (slow.value, slow.unit, slow.quantile, slow.n, slow.errors) == (310.9, "ms", 0.95, 490, 10)
    assert slow.conditions == {"concurrency": "10"}
    assert "failures-included" in tokens(slow.warnings)
    good = found(reading, "http_req_duration/p95", tags="expected_response:true")
    assert (good.value, good.warnings) == (301.5, ())
    assert (reading.status, reading.model) == ("unknown", None)


@pytest.mark.parametrize("name", WITH_THRESHOLDS)
def test_thresholds_mean_the_same_in_both_shapes(name: str) -> None:
    reading = read_sample(name)
    assert found(reading, "threshold", threshold="p(95)<500").value == 1
    assert found(reading, "threshold", threshold="p(95)<300").value == 0
    assert found(reading, "threshold", threshold="rate<0.05").value == 1
    assert found(reading, "checks").successes == 490


@pytest.mark.parametrize("name", WITH_THRESHOLDS)
def test_a_threshold_without_samples_has_not_held(name: str) -> None:
    reading = read_sample(name)
    one = found(reading, "threshold", tags="name:checkout")
    assert (one.value, tokens(one.warnings)) == (None, {"no-samples"})
    assert found(reading, "http_req_duration/p95", tags="name:checkout").value is None


def test_only_the_newest_shape_names_version_and_moment() -> None:
    new = read_sample(SHAPES[2])
    assert (new.tool.version, new.at is not None) == ("1.5.0", True)
    assert (read_sample(SHAPES[0]).tool.version, read_sample(SHAPES[0]).at) == (None, None)


def test_what_a_script_measures_for_itself_has_no_unit_and_no_direction() -> None:
    for name in WITH_THRESHOLDS:
        one = found(read_sample(name), "tokens_per_answer/p95")
        assert (one.unit, one.higher_is_better, one.n) == (None, None, None)
        assert one.value is not None


def test_a_share_of_the_scripts_own_is_counted_and_has_no_direction(tmp_path: Path) -> None:
    changed = document()
    counts = {"rate": 0.0093, "passes": 98, "fails": 10408}
    changed["metrics"]["http_5xx"] = {"type": "rate", "contains": "default", "values": counts}
    nothing = {"rate": 0, "passes": 0, "fails": 0}
    changed["metrics"]["never"] = {"type": "rate", "contains": "default", "values": nothing}
    reading = read_as(tmp_path, "k6", changed)
    one = found(reading, "http_5xx/share")
    assert (one.successes, one.n, one.unit, one.higher_is_better) == (98, 10506, "proportion", None)
    assert found(reading, "never/share").value is None


def test_a_trend_without_a_sample_has_no_value_although_its_threshold_held(tmp_path: Path) -> None:
    changed = document()
    zeros = {"avg": 0, "p(95)": 0, "max": 0}
    held = {"p(95)<400": {"ok": True}}
    changed["metrics"]["message"] = {"type": "trend", "contains": "default", "values": zeros, "thresholds": held}
    reading = read_as(tmp_path, "k6", changed)
    assert found(reading, "message/p95").value is None
    assert found(reading, "threshold", metric="message").value is None


def test_iterations_that_were_dropped_are_said(tmp_path: Path) -> None:
    changed = document()
    changed["metrics"]["dropped_iterations"] = {
        "type": "counter",
        "contains": "default",
        "values": {"count": 11, "rate": 0.04},
    }
    assert "load-not-reached" in tokens(read_as(tmp_path, "k6", changed).warnings)


def test_every_request_failed(tmp_path: Path) -> None:
    changed = document()
    changed["metrics"]["http_req_failed"]["values"] = {"rate": 1, "passes": 500, "fails": 0}
    reading = read_as(tmp_path, "k6", changed)
    assert (reading.status, "failed-run" in tokens(reading.warnings)) == ("error", True)
    assert found(reading, "http_req_duration/p95").value is None
    assert (found(reading, "answered").value, found(reading, "answered").n) == (0, 500)


def test_checks_that_never_ran_are_no_share(tmp_path: Path) -> None:
    changed = document()
    changed["metrics"]["checks"] = {
        "type": "rate", "contains": "default", "values": {"rate": 0, "passes": 0, "fails": 0},
        "thresholds": {"rate>0.9": {"ok": True}},
    }  # fmt: skip
    reading = read_as(tmp_path, "k6", changed)
    assert (found(reading, "checks").value, found(reading, "checks").n) == (None, None)
    assert found(reading, "threshold", metric="checks").value is None


def test_counts_of_a_trend_are_its_own(tmp_path: Path) -> None:
    changed = document()
    changed["metrics"]["http_req_duration"]["values"] |= {"count": 480, "p(99)": 800.0, "p(99.9)": 1200.0}
    one = found(read_as(tmp_path, "k6", changed), "http_req_duration/p99.9")
    assert (one.n, one.quantile, one.value) == (480, pytest.approx(0.999), 1200.0)


def test_without_failures_every_request_counts(tmp_path: Path) -> None:
    changed = document()
    del changed["metrics"]["http_req_failed"]
    reading = read_as(tmp_path, "k6", changed)
    one = found(reading, "http_req_duration/p95")
    assert (one.n, one.errors) == (500, None)
    assert not [one for one in reading.measurements if one.measure == "k6/answered"]


@pytest.mark.parametrize(("times", "value"), [(1016, 1016.0), (0, None), ("12", None)])
def test_what_a_script_counts_for_itself_is_told_unless_it_is_nothing(tmp_path: Path, times: Any, value: Any) -> None:
    changed = document()
    changed["metrics"]["connection_errors"] = {
        "type": "counter", "contains": "default", "values": {"count": times, "rate": 1.0},
    }  # fmt: skip
    reading = read_as(tmp_path, "k6", changed)
    one = found(reading, "connection_errors/count")
    assert (one.value, one.unit, one.higher_is_better) == (value, "count", None)
    assert ("no-samples" in tokens(one.warnings)) == (value is None)
    assert not [one for one in reading.measurements if one.measure in ("k6/iterations/count", "k6/data_sent/count")]


def test_a_threshold_that_says_neither_is_no_value(tmp_path: Path) -> None:
    changed = document()
    changed["metrics"]["http_req_duration"]["thresholds"] = {"p(95)<500": {"ok": "yes"}}
    assert found(read_as(tmp_path, "k6", changed), "threshold", threshold="p(95)<500").value is None


@pytest.mark.parametrize("content", [{"metrics": {}}, {"metrics": {"http_reqs": {"count": 1}}}, {"metrics": [1]}, []])
def test_other_files_are_refused(content: object, tmp_path: Path) -> None:
    assert refusal(tmp_path, content, "k6").ident == "unreadable-evidence"
