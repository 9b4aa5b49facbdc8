"""Files that no collector reads, but that are known: the refusal names what to use instead."""

from __future__ import annotations

import bz2
import gzip
import zipfile
from pathlib import Path

import pytest

from tests.collectors.given import refusal

LOCUST = "_stats.csv"
K6 = "--summary-export"
MLPERF = "mlperf_log_summary.txt"

KNOWN: dict[str, tuple[str, str, str]] = {
    "failures": ("Method,Name,Error,Occurrences\nPOST,chat,boom,3\n", "failures Locust", LOCUST),
    "new failures": ("Method,Name,Error,Occurrences,First Seen,Last Seen\n", "failures Locust", LOCUST),
    "exceptions": ('Count,Message,Traceback,Nodes\n3,"two\nlines","at x",local\n', "exceptions Locust", LOCUST),
    "history": (
        "Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%\n1795649112,0,,Aggregated,0.0,0.0,N/A\n",
        "history of Locust",
        LOCUST,
    ),
    "k6 json": (
        '{"type":"Metric","data":{"name":"http_reqs","type":"counter","contains":"default","thresholds":[]},'
        '"metric":"http_reqs"}\n{"metric":"http_reqs","type":"Point","data":{"value":1}}\n',
        "single samples of k6",
        K6,
    ),
    "k6 csv": ("metric_name,timestamp,metric_value,check\nhttp_reqs,1595325560,1.0,\n", "single samples of k6", K6),
    "guidellm csv": ("Run Info,Run Info,Benchmark\nModel,Backend,Strategy\n", "GuideLLM", "kind=json"),
    "old guidellm csv": ("Type,Run Id,Id,Name,Start Time\nb,1,2,x,3\n", "GuideLLM", "kind=json"),
    "llmperf": (
        '[{"error_code": null, "inter_token_latency_s": 0.1, "ttft_s": 0.2, "end_to_end_latency_s": 1.1}]',
        "LLMPerf",
        "_summary.json",
    ),
    "inference-perf": (
        '[{"start_time": 1.1, "end_time": 2.1, "request": "{}", "response": null, "info": {}, "error": null}]',
        "single requests of inference-perf",
        "summary_lifecycle_metrics.json",
    ),
    "inference-perf prometheus": (
        '{"load_summary": {}, "successes": {"count": 8695, "queue_len": {"mean": 51}}, "failures": {}}',
        "Prometheus",
        "lifecycle",
    ),
    "mlperf accuracy": ("accuracy=76.456%, good=38228, total=50000\n", "accuracy of an MLPerf run", MLPERF),
    "mlperf rouge": ("{'rouge1': '44.4312', 'gen_len': 28195}\n", "accuracy of an MLPerf run", MLPERF),
    "mlperf detail": (':::MLLOG {"key": "loadgen_version"}\n', "detailed log", MLPERF),
    "mlperf answers": ('[{"seq_id": 0, "qsl_idx": 1, "data": "00"}]', "log of answers", MLPERF),
    "aiperf": (
        '{"schema_version": "1.4", "aiperf_version": "0.13.0", "request_latency": {"unit": "ms", "avg": 1.0}}',
        "AIPerf",
        "--mapping",
    ),
    "genai-perf": (
        '{"request_throughput": {"unit": "requests/sec", "avg": 0.8}, "input_config": {"model": "m"}}',
        "GenAI-Perf",
        "--mapping",
    ),
    "trtllm-bench": (
        '{"engine": {"model": "m"}, "machine": {}, "world_info": {}, "request_info": {"num_requests": 3},'
        ' "performance": {"total_latency_ms": 1.0}, "dataset": {}}',
        "trtllm-bench",
        "--mapping",
    ),
    "sglang batch": (
        '{"run_name": "default", "batch_size": 16, "input_len": 40, "output_len": 512, "overall_throughput": 5368.8}\n'
        * 2,
        "single batches of SGLang",
        "--mapping",
    ),
    "sglang offline": (
        '{"backend": "engine", "successful_requests": 10, "total_latency": 3.5, "total_throughput": 700.0}\n',
        "offline benchmark of SGLang",
        "--mapping",
    ),
    "vllm dashboard": (
        '[{"benchmark": {"name": "vLLM benchmark"}, "model": {"name": "m"}, "metric": {"name": "mean_ttft_ms",'
        ' "benchmark_values": [35.0]}}]',
        "dashboard",
        ".pytorch",
    ),
}


@pytest.mark.parametrize("kind", KNOWN)
def test_a_known_file_of_no_use_names_the_one_to_use(tmp_path: Path, kind: str) -> None:
    text, looks, fix = KNOWN[kind]
    for begin in ("", "\ufeff"):
        error = refusal(tmp_path, begin + text)
        assert error.ident == "unknown-format"
        assert looks in str(error)
        assert fix in error.fix


def test_packed_results_are_to_be_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.writestr("results.json", "{}")
    for content in (gzip.compress(b"{}"), bz2.compress(b"{}"), (tmp_path / "packed.zip").read_bytes()):
        assert "unpack it" in refusal(tmp_path, content).fix
