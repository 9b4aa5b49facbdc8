"""LLMPerf summaries: seconds, and numbers in quotes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from govkit.model.evidence import Reading
from tests.collectors.given import by_measure, read_as, read_sample, refusal, sample, tokens

SUMMARY = json.loads(sample("llmperf/together_7b_summary.json").read_text())


def read(folder: Path, **changed: Any) -> Reading:
    return read_as(folder, "llmperf", {**SUMMARY, **changed})


def test_a_real_summary_is_read() -> None:
    reading = read_sample("llmperf/together_7b_summary.json")
    one = by_measure(reading)["llmperf/time-to-first-token/p99"]
    assert (one.value, one.unit, one.n, one.quantile) == (0.9361088764299665, "s", 150, 0.99)
    assert reading.at == datetime(2023, 12, 19, 11, 33, 21, tzinfo=UTC)
    assert reading.model is not None
    assert reading.model.id == SUMMARY["model"]
    assert one.place == "/results_ttft_s_quantiles_p99"


def test_counts_in_quotes_are_read_and_told(tmp_path: Path) -> None:
    reading = read(tmp_path, results_num_completed_requests="150", results_number_errors="10")
    one = by_measure(reading)["llmperf/answered"]
    assert (one.successes, one.n) == (150, 160)
    assert "text-number" in tokens(reading.warnings)


def test_other_numbers_in_quotes_are_not_guessed(tmp_path: Path) -> None:
    one = by_measure(read(tmp_path, results_ttft_s_mean="0.5"))["llmperf/time-to-first-token/mean"]
    assert one.value is None


def test_nothing_answered_is_an_error(tmp_path: Path) -> None:
    reading = read(tmp_path, results_num_completed_requests=0, results_number_errors=150)
    assert reading.status == "error"
    assert by_measure(reading)["llmperf/request-latency/p99"].value is None


def test_requests_that_are_counted_nowhere_are_told(tmp_path: Path) -> None:
    counts = {"results_num_completed_requests": 150, "results_number_errors": 0, "results_num_requests_started": 155}
    one = by_measure(read(tmp_path, **counts))["llmperf/answered"]
    assert tokens(one.warnings) == {"count-conflict"}


def test_requests_a_minute_become_requests_a_second(tmp_path: Path) -> None:
    one = by_measure(read(tmp_path, results_num_completed_requests_per_min=30.0))["llmperf/requests-per-second"]
    assert one.value == 0.5


def test_other_files_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, {"results_num_completed_requests": 1}, "llmperf").ident == "unreadable-evidence"
