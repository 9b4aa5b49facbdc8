"""vLLM serving benchmarks: what was answered counts, and nothing answered is no time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from govkit.collectors import registry
from govkit.model.evidence import Reading
from tests.collectors.given import by_measure, read_as, read_sample, refusal, sample, tokens

RUN = json.loads(sample("vllm_bench/serve_0.33.0.json").read_text())


def read(folder: Path, **changed: Any) -> Reading:
    row = {key: value for key, value in {**RUN, **changed}.items() if value != "gone"}
    return read_as(folder, "vllm-bench", row)


def test_times_rates_and_settings_of_a_run() -> None:
    reading = read_sample("vllm_bench/serve_0.33.0.json")
    found = by_measure(reading)
    one = found["vllm-bench/time-to-first-token/p99"]
    assert (one.unit, one.quantile, one.n, one.n_basis, one.higher_is_better) == ("ms", 0.99, 40, "requests", False)
    assert (one.errors, one.planned, one.value) == (0, 40, RUN["p99_ttft_ms"])
    assert one.place == "/p99_ttft_ms"
    assert one.conditions == {
        "hardware": "mock", "precision": "none", "concurrency": "4", "request-rate": "20",
    }  # fmt: skip
    assert found["vllm-bench/answered"].successes == 40
    assert found["vllm-bench/requests-per-second"].unit == "requests-per-s"
    assert reading.model is not None
    assert (reading.model.id, reading.status) == ("mock-model", "complete")
    assert tokens(reading.warnings) == {"serial-correlation"}


def test_a_date_without_a_zone_is_no_moment() -> None:
    reading = read_sample("vllm_bench/serve_0.33.0.json")
    assert (reading.at, reading.at_text) == (None, RUN["date"])


def test_nothing_answered_is_an_error_and_gives_no_time() -> None:
    reading = read_sample("vllm_bench/serve_0.33.0_all_failed.json")
    found = by_measure(reading)
    assert reading.status == "error"
    assert "failed-run" in tokens(reading.warnings)
    assert (found["vllm-bench/answered"].successes, found["vllm-bench/answered"].n) == (0, 15)
    times = [one for one in reading.measurements if one.unit in ("ms", "requests-per-s", "tokens-per-s")]
    assert len(times) > 8
    assert {one.value for one in times} == {None}


def test_every_run_of_an_appended_file_stands_for_itself(tmp_path: Path) -> None:
    reading = read_sample("vllm_bench/serve_0.33.0_appended.jsonl")
    answered = [one for one in reading.measurements if one.measure == "vllm-bench/answered"]
    assert [(one.successes, one.n, one.place) for one in answered] == [(20, 20, "line 1"), (25, 40, "line 2")]
    assert [one.conditions["request-rate"] for one in answered] == ["unlimited", "30"]
    failed = {**RUN, "completed": 0, "failed": 40, "model_id": "other"}
    reading = read_as(tmp_path, "vllm-bench", f"{json.dumps(RUN)}\n{json.dumps(failed)}\n")
    assert (reading.status, reading.model) == ("partial", None)
    assert {"failed-run", "several-models"} <= tokens(reading.warnings)
    assert {one.status for one in reading.measurements if one.place == "line 2"} == {"error"}


def test_the_lengths_of_answers_tell_which_have_a_time_per_token() -> None:
    one = by_measure(read_sample("vllm_bench/serve_0.33.0_detailed.json"))["vllm-bench/time-per-output-token/mean"]
    assert (one.n, one.warnings) == (10, ())
    vague = by_measure(read_sample("vllm_bench/serve_0.33.0.json"))["vllm-bench/time-per-output-token/mean"]
    assert "at-most" in tokens(vague.warnings)


def test_goodput_is_found_under_both_names(tmp_path: Path) -> None:
    for key in ("request_goodput", "request_goodput:"):
        changed = {"request_goodput": "gone", "request_goodput:": "gone", key: 1.5}
        one = by_measure(read(tmp_path, **changed))["vllm-bench/goodput"]
        assert (one.value, one.place, one.unit) == (1.5, f"/{key}", "requests-per-s")


def test_failures_that_are_not_counted_are_derived(tmp_path: Path) -> None:
    one = by_measure(read(tmp_path, failed="gone", completed=30))["vllm-bench/answered"]
    assert (one.successes, one.n) == (30, 40)
    assert tokens(one.warnings) == {"failed-derived"}
    unknown = by_measure(read(tmp_path, failed="gone", num_prompts="gone"))["vllm-bench/answered"]
    assert (unknown.value, unknown.n) == (None, None)
    assert by_measure(read(tmp_path, failed=7))["vllm-bench/answered"].n == 47


@pytest.mark.parametrize("rate", ["inf", float("inf")])
def test_an_infinite_rate_is_unlimited(rate: Any, tmp_path: Path) -> None:
    one = by_measure(read(tmp_path, request_rate=rate, max_concurrency=None))["vllm-bench/request-latency/p99"]
    assert one.conditions["request-rate"] == "unlimited"
    assert "concurrency" not in one.conditions
    assert one.warnings == ()


def test_waiting_in_the_client_is_told() -> None:
    one = by_measure(read_sample("vllm_bench/serve_0.33.0.json"))["vllm-bench/time-to-first-token/mean"]
    assert "queue-left-out" in tokens(one.warnings)


def test_zero_negative_and_text_are_no_times(tmp_path: Path) -> None:
    for odd, said in ((0.0, "zero-time"), (-1, "not-a-time"), ("12", "not-a-number")):
        one = by_measure(read(tmp_path, p99_ttft_ms=odd))["vllm-bench/time-to-first-token/p99"]
        assert (one.value, said in tokens(one.warnings)) == (None, True), odd


def test_energy_of_the_gpus_becomes_watt_hours(tmp_path: Path) -> None:
    found = by_measure(read(tmp_path, gpu_energy_j=7200.0))
    assert found["vllm-bench/gpu-energy"].value == 2.0
    one = found["vllm-bench/gpu-energy-per-1000-requests"]
    assert (one.value, one.unit, one.higher_is_better) == (50.0, "Wh", False)
    assert tokens(one.warnings) == {"gpu-only", "derived"}
    none = read(tmp_path, gpu_energy_j=7200.0, completed=0, failed=40)
    assert "vllm-bench/gpu-energy-per-1000-requests" not in by_measure(none)


def test_what_people_call_their_hardware_becomes_a_condition(tmp_path: Path) -> None:
    reading = read(tmp_path, gpu="H100", dtype="bf16", quantization="fp8", hardware="gone", input_len=512)
    stated = by_measure(reading)["vllm-bench/answered"].conditions
    assert stated.items() >= {
        ("hardware", "H100"), ("precision", "bf16"), ("quantisation", "fp8"), ("input-tokens", "512"),
    }  # fmt: skip


def test_results_of_sglang_are_not_claimed() -> None:
    assert read_sample("sglang_bench/serving.jsonl").format == "sglang-bench"


@pytest.mark.parametrize("content", [{"a": 1}, [], '{"a": 1}\n{"a": 2}\n'])
def test_other_files_are_refused(content: object, tmp_path: Path) -> None:
    assert refusal(tmp_path, content, "vllm-bench").ident == "unreadable-evidence"


def test_a_line_that_is_no_run_is_named(tmp_path: Path) -> None:
    error = refusal(tmp_path, f'{json.dumps(RUN)}\n{{"a": 1}}\n', "vllm-bench")
    assert (error.line, "line 2" in error.what) == (2, True)


def test_the_format_is_found_by_content() -> None:
    path = sample("vllm_bench/serve_0.33.0.json")
    assert registry.identify(path, path.name).format == "vllm-bench"


def test_requests_of_one_conversation_are_one_group(tmp_path: Path) -> None:
    talks = {"mode": "multi_turn", "num_conversations": 5, "multi_turn_concurrency": 2, "avg_turns_completed": 8.0}
    reading = read(tmp_path, **talks, max_concurrency="gone", num_prompts="gone", date="2026-09-04T20:33:17Z")
    one = by_measure(reading)["vllm-bench/time-to-first-token/p99"]
    assert (one.n, one.clusters, one.conditions["turns"], one.conditions["concurrency"]) == (40, 5, "8", "2")
    assert reading.at is not None
    assert by_measure(read(tmp_path, num_conversations=40))["vllm-bench/answered"].clusters is None
