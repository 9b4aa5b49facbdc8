"""Whatever the bytes, a collector gives a reading or refuses the file; it never crashes."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govkit.collectors import registry
from govkit.errors import CollectorError, InputError
from govkit.model.evidence import Reading
from tests.collectors.given import sample

FILES = {
    "lm-eval": [
        "lm_eval/results_2026-01-21T03-44-18.458309.json",
        "lm_eval/legacy_v03_pythia-160m_step143000.json",
        "lm_eval/samples_math_perturbed_full_2026-01-21T03-44-18.458309.jsonl",
    ],
    "inspect": [
        "inspect_log/epochs2_limit2.eval",
        "inspect_log/popularity_zstd.eval",
        "inspect_log/grouped_ci.json",
        "inspect_log/cancelled_no-samples.json",
    ],
    "promptfoo": [
        "promptfoo/filtered_0.123.1.json",
        "promptfoo/library_record_0.123.1.json",
        "promptfoo/eval_0.123.1.jsonl",
    ],
    "garak": ["garak/scan_0.9.0.16.report.jsonl", "garak/aggregated_0.17.1.report.jsonl", "garak/digest_0.17.1.json"],
    "deepeval": ["deepeval/run_4.3.1.json", "deepeval/run_0.20.80.json"],
    "pyrit": [
        "pyrit/results_0.10.0.json",
        "pyrit/conversations_0.10.0.json",
        "pyrit/conversations_0.10.0.csv",
        "pyrit/memory_0.10.0.db",
    ],
    "giskard": ["giskard/scan_2.19.2.json"],
    "great-expectations": ["great_expectations/validation_1.24.1.json", "great_expectations/checkpoint_0.11.8.json"],
    "vllm-bench": ["vllm_bench/serve_0.33.0.json", "vllm_bench/serve_0.33.0_appended.jsonl"],
    "vllm-offline": ["vllm_offline/latency.json", "vllm_offline/throughput.json"],
    "sglang-bench": ["sglang_bench/serving.jsonl"],
    "guidellm": ["guidellm/report_0.3.1.json", "guidellm/report_0.5.3.json"],
    "inference-perf": ["inference_perf/summary_lifecycle_metrics.json"],
    "llmperf": ["llmperf/together_7b_summary.json"],
    "mlperf": ["mlperf/server_v0.5.txt", "mlperf/multistream_v3.1.txt"],
    "k6": ["k6/handle_summary.json", "k6/summary_export.json", "k6/machine_readable.json"],
    "locust": ["locust/mixed_2.47.0_stats.csv", "locust/mixed_2.47.0.json"],
    "croissant": ["croissant/mnist_1.1.json", "croissant/simple_join_1.0.json"],
    "sarif": ["sarif/trivy.sarif", "sarif/bandit_1.9.4.sarif", "sarif/bandit_skipped_file.sarif"],
    "cyclonedx": [
        "cyclonedx/machine-learning_1.6.json",
        "cyclonedx/environment_1.6.json",
        "cyclonedx/model-card-with-dataset_1.7.json",
    ],
    "fairlearn": ["fairlearn/frame_0.15.json", "fairlearn/frame_controls_0.15.json"],
    "mlflow": [
        "mlflow/empty_2.x.db",
        "mlflow/store_3.17.2.db",
        "mlflow/evaluation_3.17.2.db",
        "mlflow/run_3.17.2.json",
        "mlflow/run_odd_3.17.2.json",
    ],
    "codecarbon": ["codecarbon/emissions_2020.csv", "codecarbon/emissions_2.1.3.csv", "codecarbon/emissions_3.3.2.csv"],
    "junit": [
        "junit/pytest_junit.fail.xml",
        "junit/pytest_9.2.0.xml",
        "junit/surefire_flaky.xml",
        "junit/disabled.xml",
    ],
}
JSON = (".json", ".sarif")
OF_JSON = [format for format, names in FILES.items() if any(name.endswith(JSON) for name in names)]
MAPPING = """
format: json
defaults: {value: /value, n: /n, successes: /k, interval: /interval, stderr: /se}
at: /at
status: /status
model: {id: {pointer: /model}}
measurements:
  - {measure: "a/{kind}", each: /parts/*, key_as: kind, conditions: {of: {pointer: "#/model"}}}
  - {measure: b, successes: {count: /parts, where: {/n: 3}}, n: {count: "/parts/*/n"}}
samples: {measure: c, each: /items/*, key: /id, score: /score, summary: true, by: [/group]}
"""
MAPPED = {
    "at": "2026-01-01T00:00:00Z",
    "status": "complete",
    "model": "m",
    "parts": {
        "x": {"value": 0.5, "n": 4, "k": 2, "interval": {"low": 0.1, "high": 0.9}, "se": 0.1},
        "y": {"value": 1, "n": 3},
    },
    "items": [{"id": "1", "score": 1, "group": "g"}, {"id": "2", "score": 0.5, "group": "h"}],
}
ODD: list[Any] = [
    None,
    True,
    -1,
    0,
    10**30,
    1e308,
    float("nan"),
    float("inf"),
    "",
    "N/A",
    "\u202e",
    [],
    {},
    [[]],
    {"": None},
]

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def outcome(content: bytes, format: str, mapping: str | None = None) -> Reading | None:
    """The reading; None for a proper refusal. Anything else is the failure these tests look for."""
    with tempfile.TemporaryDirectory() as folder:
        path, mapping_path = Path(folder) / "e", Path(folder) / "m.yaml"
        path.write_bytes(content)
        mapping_path.write_text(mapping or "")
        try:
            reading = registry.read(path, "e", format=format, mapping=mapping_path if mapping else None)
        except InputError:
            return None
        except CollectorError as error:
            if error.ident == "collector-failed":
                raise
            return None
    # The record must also survive being written and read back: no NaN, no over-long name, no lone surrogate.
    assert Reading.model_validate_json(reading.model_dump_json()) == reading
    return reading


@st.composite
def mutated_bytes(draw: st.DrawFn, original: bytes) -> bytes:
    """Some bytes overwritten, cut out, doubled or appended."""
    content = bytearray(original)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(content) - 1, 0)))
        kind = draw(st.sampled_from(["flip", "cut", "double", "insert", "end"]))
        if kind == "flip" and content:
            content[at] = draw(st.integers(0, 255))
        elif kind == "cut":
            del content[at : at + draw(st.integers(1, 200))]
        elif kind == "double":
            content[at:at] = content[at : at + draw(st.integers(1, 200))]
        elif kind == "insert":
            content[at:at] = draw(st.binary(max_size=20))
        else:
            del content[at:]
    return bytes(content)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in places(one, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    """The value with something else at one place."""
    if not path:
        return by
    key, *rest = path
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[key] = replaced(value[key], tuple(rest), by)
    return copy


@pytest.mark.parametrize("format", FILES)
def test_no_damage_to_the_bytes_crashes_a_collector(format: str) -> None:
    originals = [sample(name).read_bytes() for name in FILES[format]]

    @QUICK
    @given(st.sampled_from(originals).flatmap(mutated_bytes))
    def check(content: bytes) -> None:
        outcome(content, format)

    check()


@pytest.mark.parametrize("format", OF_JSON)
def test_no_odd_value_anywhere_crashes_a_collector(format: str) -> None:
    documents = {name: json.loads(sample(name).read_text()) for name in FILES[format] if name.endswith(JSON)}
    spots = [(name, place) for name, document in documents.items() for place in places(document)]

    @QUICK
    @given(st.sampled_from(spots), st.sampled_from(ODD))
    def check(spot: tuple[str, tuple[Any, ...]], odd: Any) -> None:
        name, place = spot
        outcome(json.dumps(replaced(documents[name], place, odd)).encode(), format)

    check()


def test_no_odd_value_crashes_a_mapping() -> None:
    spots = places(MAPPED)

    @QUICK
    @given(st.sampled_from(spots), st.sampled_from(ODD))
    def check(place: tuple[Any, ...], odd: Any) -> None:
        outcome(json.dumps(replaced(MAPPED, place, odd)).encode(), "mapped", MAPPING)

    check()


def test_no_damage_to_a_mapping_crashes_it() -> None:
    evidence = json.dumps(MAPPED).encode()

    @QUICK
    @given(mutated_bytes(MAPPING.encode()))
    def check(mapping: bytes) -> None:
        outcome(evidence, "mapped", mapping.decode("utf-8", "replace") or "x")

    check()


def test_the_undamaged_files_are_read() -> None:
    for format, names in FILES.items():
        for name in names:
            assert outcome(sample(name).read_bytes(), format) is not None
    reading = outcome(json.dumps(MAPPED).encode(), "mapped", MAPPING)
    assert reading is not None
    assert len(reading.measurements) == 6
