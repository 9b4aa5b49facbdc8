"""inference-perf: seconds, whole runs and stages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from govkit.model.evidence import Reading
from tests.collectors.given import by_measure, read_as, read_sample, refusal, sample, tokens

REPORT = json.loads(sample("inference_perf/summary_lifecycle_metrics.json").read_text())


def read(folder: Path, **changed: Any) -> Reading:
    return read_as(folder, "inference-perf", {**REPORT, **changed})


def test_a_real_summary_is_read() -> None:
    reading = read_sample("inference_perf/summary_lifecycle_metrics.json")
    found = by_measure(reading)
    one = found["inference-perf/time-to-first-token/p99"]
    assert (one.value, one.unit, one.quantile, one.n) == (3.3292115439707413, "s", 0.99, 38717)
    assert (found["inference-perf/answered"].successes, found["inference-perf/answered"].n) == (38717, 38717)
    assert (reading.model, reading.at, reading.status) == (None, None, "complete")
    assert not [one for one in reading.measurements if one.quantile is not None and one.quantile < 0.5]


def test_a_stage_names_the_rate_that_was_asked_for() -> None:
    reading = read_sample("inference_perf/stage_0_lifecycle_metrics.json")
    load = json.loads(sample("inference_perf/stage_0_lifecycle_metrics.json").read_text())["load_summary"]
    assert float(reading.measurements[0].conditions["request-rate"]) == load["requested_rate"]


def test_a_run_of_which_every_request_ran_out_of_time_has_no_times() -> None:
    reading = read_sample("inference_perf/summary_0.7.0_all_failed.json")
    assert (reading.status, "failed-run" in tokens(reading.warnings)) == ("error", True)
    answered = by_measure(reading)["inference-perf/answered"]
    assert (answered.value, answered.successes, answered.n) == (0.0, 0, 40)
    assert {one.value for one in reading.measurements if one.higher_is_better is False} <= {None}
    assert by_measure(reading)["inference-perf/requests-per-second"].value is None


def test_nothing_answered_is_an_error(tmp_path: Path) -> None:
    none = {**REPORT["successes"], "count": 0, "latency": {"request_latency": {"mean": 0.0, "p99": 0.0}}}
    reading = read(tmp_path, successes=none, failures={"count": 9, "request_latency": None})
    assert (reading.status, "failed-run" in tokens(reading.warnings)) == ("error", True)
    assert by_measure(reading)["inference-perf/request-latency/p99"].value is None
    assert by_measure(reading)["inference-perf/answered"].n == 9


def test_counts_that_disagree_are_told(tmp_path: Path) -> None:
    reading = read(tmp_path, load_summary={**REPORT["load_summary"], "count": 40000})
    assert tokens(by_measure(reading)["inference-perf/answered"].warnings) == {"count-conflict"}


def test_parts_that_are_null_are_left_out(tmp_path: Path) -> None:
    good = {**REPORT["successes"], "latency": {"request_latency": None}, "prompt_len": None}
    reading = read(tmp_path, successes=good)
    assert "inference-perf/request-latency/mean" not in by_measure(reading)


def test_other_files_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, {"successes": {"count": 1}}, "inference-perf").ident == "unreadable-evidence"


def test_requests_that_were_sent_late_are_told(tmp_path: Path) -> None:
    """Numbers of a stage of the same demo, in which the client could not keep up."""
    load = {"count": 38717, "requested_rate": 80.88, "achieved_rate": 39.07, "schedule_delay": {"mean": 28.35}}
    found = by_measure(read(tmp_path, load_summary=load))
    assert tokens(found["inference-perf/request-latency/p99"].warnings) == {"rate-missed", "queue-left-out"}
    assert tokens(found["inference-perf/requests-per-second"].warnings) == {"rate-missed"}
    in_time = read_sample("inference_perf/awq_stage_0_lifecycle_metrics.json")
    assert not [one for one in in_time.measurements if one.warnings]
