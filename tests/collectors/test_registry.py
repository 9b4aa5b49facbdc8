"""Files are recognised by content; nothing, or two things, is refused with a way out."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from govkit.collectors import registry
from govkit.collectors.source import HEAD_BYTES
from govkit.errors import CollectorError, InputError
from tests.collectors.given import DATA, refusal, sample, written

KNOWN = {
    "lm_eval/results_2026-01-21T03-44-18.458309.json": ("lm-eval", "0.4"),
    "lm_eval/legacy_v03_pythia-160m_step143000.json": ("lm-eval", "0.3"),
    "lm_eval/samples_math_perturbed_full_2026-01-21T03-44-18.458309.jsonl": ("lm-eval", "0.4-samples"),
    "inspect_log/popularity_deflate.eval": ("inspect", "eval"),
    "inspect_log/popularity_zstd.eval": ("inspect", "eval"),
    "inspect_log/epochs2_limit2.eval": ("inspect", "eval"),
    "inspect_log/cvebench_mean_only.json": ("inspect", "2"),
    "inspect_log/cancelled_no-samples.json": ("inspect", "2"),
    "great_expectations/validation_1.24.1.json": ("great-expectations", "1.24.1"),
    "great_expectations/checkpoint_0.11.8.json": ("great-expectations", "0.11.8+4.g4ab34df3.dirty"),
    "croissant/mnist_1.1.json": ("croissant", "1.1"),
    "croissant/simple_join_1.0.json": ("croissant", "1.0"),
    "junit/pytest_junit.fail.xml": ("junit", None),
    "junit/pytest_9.2.0.xml": ("junit", None),
    "junit/surefire_flaky.xml": ("junit", None),
    "junit/disabled.xml": ("junit", None),
    "junit/bazel_suite-logs.xml": ("junit", None),
    "codecarbon/emissions_2020.csv": ("codecarbon", None),
    "codecarbon/emissions_2.1.3.csv": ("codecarbon", None),
    "codecarbon/emissions_3.3.2.csv": ("codecarbon", None),
    "cyclonedx/machine-learning_1.6.json": ("cyclonedx", "1.6"),
    "cyclonedx/environment_1.6.json": ("cyclonedx", "1.6"),
    "cyclonedx/model-card-with-dataset_1.7.json": ("cyclonedx", "1.7"),
    "fairlearn/frame_0.15.json": ("fairlearn", "1"),
    "fairlearn/frame_controls_0.15.json": ("fairlearn", "1"),
    "vllm_bench/serve_0.33.0.json": ("vllm-bench", None),
    "vllm_bench/serve_0.33.0_all_failed.json": ("vllm-bench", None),
    "vllm_bench/serve_0.33.0_appended.jsonl": ("vllm-bench", "appended"),
    "vllm_offline/latency.json": ("vllm-offline", "latency"),
    "vllm_offline/throughput.json": ("vllm-offline", "throughput"),
    "sglang_bench/serving.jsonl": ("sglang-bench", None),
    "guidellm/report_0.3.1.json": ("guidellm", "before 1"),
    "guidellm/report_0.5.3.json": ("guidellm", "1"),
    "guidellm/report_0.8.1.json": ("guidellm", "2"),
    "inference_perf/summary_lifecycle_metrics.json": ("inference-perf", "summary"),
    "inference_perf/stage_0_lifecycle_metrics.json": ("inference-perf", "stage"),
    "llmperf/together_7b_summary.json": ("llmperf", "2023-08-31"),
    "k6/handle_summary.json": ("k6", "handleSummary"),
    "k6/summary_export.json": ("k6", "summary-export"),
    "k6/machine_readable.json": ("k6", "machine-readable"),
    "locust/mixed_2.47.0.json": ("locust", "json"),
    "mlflow/empty_2.x.db": ("mlflow", "sqlite"),
    "mlflow/store_3.17.2.db": ("mlflow", "sqlite"),
    "mlflow/evaluation_3.17.2.db": ("mlflow", "sqlite"),
    "mlflow/run_3.17.2.json": ("mlflow", "rest"),
    "mlflow/run_odd_3.17.2.json": ("mlflow", "rest"),
    "sarif/trivy.sarif": ("sarif", "2.1.0"),
    "sarif/bandit_1.9.4.sarif": ("sarif", "2.1.0"),
    "sarif/bandit_clean.sarif": ("sarif", "2.1.0"),
    "sarif/bandit_skipped_file.sarif": ("sarif", "2.1.0"),
    "sarif/ruff_clean.sarif": ("sarif", "2.1.0"),
    "every_eval_ever/llama-pro-8b_0.2.0.json": ("every-eval-ever", "0.2.0"),
    "every_eval_ever/ai2_arc_qwen2.5-0.5b_0.2.0.json": ("every-eval-ever", "0.2.0"),
    "ai_verify/test_result_examples.json": ("ai-verify", "0.9.0"),
    "ai_verify/fairness_regression_output.json": ("ai-verify", "output"),
    "ai_verify/robustness_output.json": ("ai-verify", "output"),
    "ai_verify/blur_corruptions_output.json": ("ai-verify", "output"),
    "evidently/report_drift.json": ("evidently", None),
    "evidently/report_classification.json": ("evidently", None),
    "evidently/report_regression.json": ("evidently", None),
    "evidently/snapshot_drift.json": ("evidently", None),
    "evidently/snapshot_classification.json": ("evidently", None),
    "evidently/legacy_report.json": ("evidently", "0.7.23"),
    "evidently/legacy_classification.json": ("evidently", "0.7.23"),
    "evidently/legacy_regression.json": ("evidently", "0.7.23"),
    "evidently/legacy_suite.json": ("evidently", "0.7.23"),
    "evidently/legacy_suite_regression.json": ("evidently", "0.7.23"),
    "helm/mmlu-philosophy-gpt2/stats.json": ("helm", "stats"),
    "lighteval/results_gpt2_gsm8k.json": ("lighteval", None),
    "lighteval/results_0.13.json": ("lighteval", None),
    "hugging_face/sample_simple_model_index.md": ("hugging-face", "model-index"),
    "hugging_face/eval_results.yaml": ("hugging-face", "eval-results"),
    "robustbench/Xiao2020Enhancing.json": ("robustbench", None),
    "robustbench/Tian2022Deeper_DeiT-B.json": ("robustbench", None),
    "robustbench/AlexNet.json": ("robustbench", None),
    "robustbench/Alayrac2019Labels.json": ("robustbench", None),
}


@pytest.mark.parametrize("name", registry.BUILTIN)
def test_every_built_in_collector_keeps_the_contract(name: str) -> None:
    module = importlib.import_module(registry.BUILTIN[name])
    assert name == module.FORMAT
    assert module.VERSION
    assert module.__doc__
    assert callable(module.sniff)
    assert callable(module.collect)


@pytest.mark.parametrize(("name", "expected"), KNOWN.items())
def test_samples_are_recognised_whatever_they_are_called(name: str, expected: tuple[str, str], tmp_path: Path) -> None:
    disguised = written(tmp_path, sample(name).read_bytes(), "evidently_report.txt")
    sniffed = registry.identify(disguised, "evidently_report.txt")
    assert (sniffed.format, sniffed.version) == expected
    assert 0 < sniffed.confidence <= 1
    assert sniffed.reason


def test_keys_far_into_a_document_are_seen(tmp_path: Path) -> None:
    document = json.loads(sample("lm_eval/results_2026-01-21T03-44-18.458309.json").read_text())
    padded = {"pretty_env_info": "x" * (2 * HEAD_BYTES), **document}
    assert registry.identify(written(tmp_path, padded), "e").format == "lm-eval"


def test_a_document_encoded_twice_is_unwrapped_once(tmp_path: Path) -> None:
    once = sample("croissant/simple_join_1.0.json").read_text()
    assert registry.read(written(tmp_path, json.dumps(once)), "e").format == "croissant"
    assert refusal(tmp_path, json.dumps(json.dumps(once))).ident == "unknown-format"


def test_lookalikes_are_refused() -> None:
    name = "NOT_evidently_lookalike.json"
    with pytest.raises(CollectorError) as caught:
        registry.identify(sample(f"recognised/{name}"), name)
    assert caught.value.ident == "unknown-format"
    assert "--mapping" in caught.value.fix


@pytest.mark.parametrize(
    ("content", "looks"),
    [
        ({"testRunData": {"testCases": []}}, "DeepEval"),
        ({"data_drift": {"name": "data_drift", "data": {"utility_columns": {}}}, "timestamp": ""}, "Evidently 0.1"),
        ("a,b\n1,2\n3,4\n", "CSV"),
        ('{"a": 1}\n{"a": 2}\n', "JSON Lines"),
        ([], "nothing to read"),
        ([1], "JSON list"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (bytes(range(256)) * 4, "binary"),
        ("just words", "text of no known kind"),
    ],
)
def test_an_unknown_file_is_called_what_it_looks_like(content: object, looks: str, tmp_path: Path) -> None:
    error = refusal(tmp_path, content)
    assert error.ident == "unknown-format"
    assert looks in error.what
    assert "mapping" in error.fix


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"").ident == "empty-file"


@pytest.mark.parametrize("name", [name for name in KNOWN if not name.endswith((".jsonl", ".yaml", ".md"))])
def test_a_truncated_file_is_refused_and_says_so(name: str, tmp_path: Path) -> None:
    content = sample(name).read_bytes()
    error = refusal(tmp_path, content[: len(content) // 2])
    assert error.ident in ("broken-json", "broken-xml", "unreadable-evidence")
    assert "again" in error.fix
    if name.endswith(".json"):
        assert error.line > 0


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path, '{"results": {}, "results": {"a": 1}}')
    assert (error.ident, "twice" in error.what) == ("broken-json", True)


def test_nesting_beyond_reason_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, '{"a":' * 200_000).ident == "broken-json"


def test_a_folder_or_a_missing_file_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(InputError) as missing:
        registry.identify(tmp_path / "nowhere", "e")
    assert missing.value.problems[0].ident == "missing-file"
    with pytest.raises(CollectorError) as folder:
        registry.identify(tmp_path, "e")
    assert folder.value.ident == "unknown-format"


def test_an_unknown_format_offers_the_nearest(tmp_path: Path) -> None:
    error = refusal(tmp_path, {}, format="lm-evall")
    assert (error.ident, "'lm-eval'" in error.fix) == ("unknown-collector", True)


@pytest.mark.parametrize("format", sorted(set(registry.BUILTIN) - {"document", "register", "attestation"}))
def test_a_forced_format_does_not_make_a_file_fit(format: str, tmp_path: Path) -> None:
    for content in ({}, [], {"results": 1, "eval": 2, "statistics": []}, "words", b"\0\1\2"):
        error = refusal(tmp_path, content, format=format)
        assert error.ident in ("unreadable-evidence", "broken-json", "broken-xml", "broken-yaml", "no-mapping")


@pytest.fixture(autouse=True)
def _forgotten_packages() -> Iterator[None]:
    """What is installed is looked up once; a test that installs something needs it looked up again."""
    registry.formats.cache_clear()
    yield
    registry.formats.cache_clear()


def installed(folder: Path, monkeypatch: pytest.MonkeyPatch, **collectors: str) -> None:
    """An installed package with collectors of its own, by name."""
    for name, source in collectors.items():
        (folder / f"acme_{name}.py").write_text(source)
    points = "".join(f"{name} = acme_{name}\n" for name in collectors)
    package = folder / "acme-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text(f"[govkit.collectors]\n{points}")
    monkeypatch.syspath_prepend(str(folder))
    for name in collectors:
        monkeypatch.delitem(sys.modules, f"acme_{name}", raising=False)


PLUGIN = """
from govkit.collectors.source import Sniffed
from govkit.model.evidence import Reading
FORMAT = "{name}"
VERSION = "7"
def sniff(source):
    return Sniffed(FORMAT, 0.9, None, "begins with ACME") if source.head.startswith(b"ACME") else None
def collect(source):
    return Reading(format=FORMAT, collector=FORMAT, collector_version=VERSION)
"""


def test_an_installed_package_adds_a_collector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(tmp_path, monkeypatch, one=PLUGIN.format(name="one"))
    assert registry.read(written(tmp_path, "ACME 1"), "e").collector_version == "7"


def test_two_collectors_that_both_fit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(tmp_path, monkeypatch, one=PLUGIN.format(name="one"), two=PLUGIN.format(name="two"))
    error = refusal(tmp_path, "ACME 1")
    assert error.ident == "ambiguous-format"
    assert "one (begins with ACME)" in error.what
    assert "--format" in error.fix


@pytest.mark.parametrize("broken", ["def sniff(source): 1/0", "import nothing_of_that_name"])
def test_a_broken_package_is_named_and_hides_no_other_format(
    broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path, monkeypatch, three=broken)
    error = refusal(tmp_path, "ACME 1")
    assert (error.ident, "'three'" in error.what) == ("collector-failed", True)
    assert registry.identify(sample("croissant/mnist_1.1.json"), "e").format == "croissant"


def test_a_built_in_format_cannot_be_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(tmp_path, monkeypatch, croissant="raise SystemError")
    assert registry.read(sample("croissant/mnist_1.1.json"), "e").format == "croissant"


def test_every_sample_folder_says_where_its_files_come_from() -> None:
    for folder in (
        "lm_eval",
        "inspect_log",
        "great_expectations",
        "croissant",
        "recognised",
        "junit",
        "sarif",
        "codecarbon",
        "cyclonedx",
        "fairlearn",
        "mlflow",
        "promptfoo",
        "garak",
        "robustbench",
        "hugging_face",
        "vllm_bench",
        "vllm_offline",
        "sglang_bench",
        "guidellm",
        "inference_perf",
        "llmperf",
        "mlperf",
        "k6",
        "locust",
        "deepeval",
        "giskard",
        "pyrit",
        "lighteval",
        "helm",
        "evidently",
        "ai_verify",
        "every_eval_ever",
    ):
        told = (DATA / folder / "README.md").read_text()
        for path in (DATA / folder).iterdir():
            assert path.name == "README.md" or path.name in told
            assert path.stat().st_size < (50_000 if path.suffix == ".db" else 25_000)
