"""SGLang's benchmark: like vLLM's, with other keys, and silent on failures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from govkit.model.evidence import Reading
from tests.collectors.given import by_measure, read_as, read_sample, refusal, sample, tokens

ROW = json.loads(sample("sglang_bench/serving.jsonl").read_text().splitlines()[0])


def read(folder: Path, **changed: Any) -> Reading:
    return read_as(folder, "sglang-bench", {**ROW, **changed})


def test_two_runs_differ_in_their_rate() -> None:
    reading = read_sample("sglang_bench/serving.jsonl")
    slow, fast = (one for one in reading.measurements if one.measure == "sglang-bench/request-latency/p99")
    assert (slow.value, slow.conditions["request-rate"], slow.place) == (1406.9, "8", "line 1")
    assert (fast.value, fast.conditions["request-rate"], fast.place) == (2110.5, "unlimited", "line 2")
    assert (slow.n, slow.n_basis, slow.quantile, slow.unit) == (200, "requests", 0.99, "ms")
    assert slow.conditions.items() >= {("precision", "bfloat16"), ("quantisation", "fp8"), ("input-tokens", "512")}
    assert reading.model is not None
    assert reading.model.id == "example/small-llm"
    assert reading.status == "complete"


def test_how_many_failed_is_not_known_unless_every_request_is_listed(tmp_path: Path) -> None:
    one = by_measure(read(tmp_path))["sglang-bench/answered"]
    assert (one.value, one.n, one.successes) == (None, None, None)
    told = by_measure(read(tmp_path, errors=[""] * 200 + ["timeout"] * 20))["sglang-bench/answered"]
    assert (told.successes, told.n) == (200, 220)


def test_a_failure_without_words_is_one_all_the_same(tmp_path: Path) -> None:
    told = by_measure(read(tmp_path, errors=[""] * 220))["sglang-bench/answered"]
    assert (told.successes, told.n) == (200, 220)


def test_nothing_answered_is_an_error(tmp_path: Path) -> None:
    reading = read(tmp_path, completed=0, mean_ttft_ms=0.0)
    assert (reading.status, "failed-run" in tokens(reading.warnings)) == ("error", True)
    assert by_measure(reading)["sglang-bench/time-to-first-token/mean"].value is None


def test_lengths_count_only_for_random_data(tmp_path: Path) -> None:
    stated = by_measure(read(tmp_path, dataset_name="sharegpt"))["sglang-bench/answered"].conditions
    assert "input-tokens" not in stated
    ids = by_measure(read(tmp_path, dataset_name="random-ids"))["sglang-bench/answered"].conditions
    assert ids["input-tokens"] == "512"


def test_a_file_without_the_server_names_no_model(tmp_path: Path) -> None:
    reading = read(tmp_path, server_info=None)
    assert reading.model is None
    assert "precision" not in reading.measurements[0].conditions


def test_several_models_are_told(tmp_path: Path) -> None:
    other = {**ROW, "server_info": {"model_path": "example/other"}}
    reading = read_as(tmp_path, "sglang-bench", f"{json.dumps(ROW)}\n{json.dumps(other)}\n")
    assert (reading.model, "several-models" in tokens(reading.warnings)) == (None, True)


def test_results_of_vllm_are_not_claimed(tmp_path: Path) -> None:
    content = sample("vllm_bench/serve_0.33.0.json").read_bytes()
    assert refusal(tmp_path, content, "sglang-bench").ident == "unreadable-evidence"
