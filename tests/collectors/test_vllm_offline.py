"""vLLM without a server: batches timed, and rates."""

from __future__ import annotations

import json
from pathlib import Path

from tests.collectors.given import by_measure, read_as, read_sample, refusal, sample, tokens

LATENCY = json.loads(sample("vllm_offline/latency.json").read_text())


def test_batches_are_counted() -> None:
    reading = read_sample("vllm_offline/latency.json")
    one = by_measure(reading)["vllm-offline/batch-latency/p99"]
    assert (one.unit, one.quantile, one.n, one.n_basis) == ("s", 0.99, 10, "trials")
    assert one.place == "/percentiles/99"
    assert by_measure(reading)["vllm-offline/batch-latency/mean"].value == LATENCY["avg_latency"]
    assert (tokens(reading.warnings), reading.model) == ({"no-setup"}, None)


def test_throughput_is_read() -> None:
    found = by_measure(read_sample("vllm_offline/throughput.json"))
    assert (found["vllm-offline/requests-per-second"].value, found["vllm-offline/requests-per-second"].n) == (50, 1000)
    assert found["vllm-offline/tokens-per-second"].value == 32000


def test_a_mean_of_other_times_is_not_believed(tmp_path: Path) -> None:
    one = by_measure(read_as(tmp_path, "vllm-offline", {**LATENCY, "avg_latency": 0.4}))
    mean = one["vllm-offline/batch-latency/mean"]
    assert (mean.value, "mean-conflict" in tokens(mean.warnings)) == (None, True)


def test_no_batches_is_an_error(tmp_path: Path) -> None:
    reading = read_as(tmp_path, "vllm-offline", {"avg_latency": 0.0, "latencies": [], "percentiles": {"99": 0.0}})
    assert reading.status == "error"
    assert {one.value for one in reading.measurements} == {None}


def test_other_files_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, {"latencies": 3}, "vllm-offline").ident == "unreadable-evidence"
