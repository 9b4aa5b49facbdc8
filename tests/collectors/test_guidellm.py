"""GuideLLM reports of three generations: only what succeeded, one load at a time."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from govkit.collectors import guidellm
from govkit.model.evidence import Measurement, Reading
from tests.collectors.given import by_measure, read_as, read_sample, refusal, sample, tokens

NEW = "guidellm/report_0.8.1.json"
REPORTS = ["guidellm/report_0.3.1.json", "guidellm/report_0.5.3.json", NEW]


def report(name: str = NEW) -> Any:
    return json.loads(sample(name).read_text())


def as_yaml(document: Any) -> str:
    """With what the samples were cut by, and by which such a file is recognised."""
    document["benchmarks"][0]["environment"] = {"module": "guidellm.scheduler.environments"}
    return yaml.safe_dump(document)


def read(folder: Path, document: Any) -> Reading:
    return read_as(folder, "guidellm", document)


def of(reading: Reading, measure: str) -> list[Measurement]:
    return [one for one in reading.measurements if one.measure == f"guidellm/{measure}"]


@pytest.mark.parametrize("name", REPORTS)
def test_request_latency_is_in_seconds_and_everything_else_in_milliseconds(name: str) -> None:
    reading = read_sample(name)
    first = report(name)["benchmarks"][0]["metrics"]
    found = {one.measure: one for one in reversed(reading.measurements)}
    whole, token = found["guidellm/request-latency/p99"], found["guidellm/time-to-first-token/p99"]
    assert (whole.unit, token.unit) == ("s", "ms")
    assert whole.value == first["request_latency"]["successful"]["percentiles"]["p99"]
    assert token.value == first["time_to_first_token_ms"]["successful"]["percentiles"]["p99"]
    assert (whole.quantile, whole.n_basis, whole.status) == (0.99, "requests", "complete")
    assert reading.model is not None
    assert (reading.model.id, reading.status) == ("mock-model", "complete")
    assert reading.at is not None


def test_versions_are_told() -> None:
    assert [read_sample(name).format_version for name in REPORTS] == ["before 1", "1", "2"]
    assert read_sample(NEW).tool.version == "0.8.1"


def test_several_benchmarks_differ_in_their_load() -> None:
    answered = of(read_sample(NEW), "answered")
    assert [(one.successes, one.n, one.conditions["concurrency"]) for one in answered] == [
        (20, 20, "2"), (14, 20, "4"),
    ]  # fmt: skip
    slow = of(read_sample(NEW), "request-latency/p99")[1]
    assert (slow.n, slow.errors, slow.planned) == (14, 6, 20)


def test_intervals_of_the_tool_are_kept_as_its_own() -> None:
    one = of(read_sample(NEW), "request-latency/mean")[0]
    assert one.interval is not None
    assert one.value is not None
    assert one.interval.low < one.value < one.interval.high
    assert "GuideLLM" in one.interval.method
    assert of(read_sample(REPORTS[0]), "request-latency/mean")[0].interval is None


def test_tokens_are_not_independent_so_requests_are_counted() -> None:
    one = of(read_sample(NEW), "inter-token-latency/p99")[0]
    assert (one.n, "token-weighted" in tokens(one.warnings)) == (20, True)
    assert report()["benchmarks"][0]["metrics"]["inter_token_latency_ms"]["successful"]["count"] > 20


def test_names_of_low_percentiles_are_not_taken_for_high_ones() -> None:
    assert {one.quantile for one in read_sample(NEW).measurements} == {None, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999}


def test_nothing_answered_is_an_error(tmp_path: Path) -> None:
    document = report()
    for benchmark in document["benchmarks"]:
        totals = benchmark["metrics"]["request_totals"]
        totals |= {"successful": 0, "errored": 20}
        benchmark["metrics"]["request_latency"]["successful"] |= {"count": 0, "mean": 0.0}
    reading = read(tmp_path, document)
    assert (reading.status, "failed-run" in tokens(reading.warnings)) == ("error", True)
    assert {one.value for one in of(reading, "request-latency/mean")} == {None}


def test_a_benchmark_without_answers_beside_a_good_one(tmp_path: Path) -> None:
    document = report()
    document["benchmarks"][1]["metrics"]["request_totals"] |= {"successful": 0, "errored": 20}
    reading = read(tmp_path, document)
    assert reading.status == "partial"
    assert [one.status for one in of(reading, "answered")] == ["complete", "error"]


def test_requests_cut_off_at_the_end_are_told(tmp_path: Path) -> None:
    document = report()
    document["benchmarks"][0]["metrics"]["request_totals"]["incomplete"] = 3
    reading = read(tmp_path, document)
    for measure in ("request-latency/p99", "answered"):
        cut, whole = of(reading, measure)
        assert ("cut-off" in tokens(cut.warnings), "cut-off" in tokens(whole.warnings)) == (True, False)


def test_requests_that_kept_the_objectives_are_a_share_of_those_that_could_be_held_against_them(tmp_path: Path) -> None:
    document = report()
    good = document["benchmarks"][0]
    good["config"]["slo"] = {"ttft_ms": 24.0, "tpot_ms": None, "e2el_ms": 85.0}
    good["metrics"] |= {
        "slo_attainment": 0.5,
        "slo_determined_requests": 18,
        "request_goodput": {"successful": {"mean": 7}},
    }
    reading = read(tmp_path, document)
    (one,) = of(reading, "slo-attainment")
    assert (one.value, one.successes, one.n, one.higher_is_better) == (0.5, 9, 18, True)
    assert one.conditions.items() >= {("slo-ttft-ms", "24"), ("slo-e2el-ms", "85"), ("concurrency", "2")}
    assert "slo-tpot-ms" not in one.conditions
    assert "undecided" in tokens(one.warnings)
    (goodput,) = of(reading, "goodput")
    assert (goodput.value, goodput.conditions["slo-ttft-ms"]) == (7, "24")
    good["metrics"]["slo_determined_requests"] = 0
    (none,) = of(read(tmp_path, document), "slo-attainment")
    assert (none.value, none.n, "no-requests" in tokens(none.warnings)) == (None, None, True)


def test_a_newer_report_is_read_with_a_warning(tmp_path: Path) -> None:
    document = report()
    document["metadata"]["version"] = 3
    reading = read(tmp_path, document)
    assert "unknown-version" in tokens(reading.warnings)
    assert by_measure(reading)


def test_warnings_of_the_tool_are_counted(tmp_path: Path) -> None:
    document = report()
    document["benchmarks"][0]["warnings"] = ["SECRET words", "more"]
    reading = read(tmp_path, document)
    assert "tool-warning" in tokens(reading.warnings)
    assert "SECRET" not in reading.model_dump_json()


@pytest.mark.parametrize("name", REPORTS)
def test_yaml_says_the_same(name: str, tmp_path: Path) -> None:
    document = report(name)
    reading = read(tmp_path, as_yaml(document))
    expected = read(tmp_path, document)
    assert [one.value for one in reading.measurements] == [one.value for one in expected.measurements]


def test_yaml_that_is_too_large_broken_or_another_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = as_yaml(report())
    mark = "args: {}\nbenchmarks:\n- metrics: 1\n  environment:\n    module: guidellm.scheduler\n"
    assert refusal(tmp_path, mark, "guidellm").ident == "unreadable-evidence"
    assert refusal(tmp_path, mark + " x: [", "guidellm").ident == "unreadable-evidence"
    monkeypatch.setattr(guidellm, "_YAML_BYTES", 100)
    assert refusal(tmp_path, text, "guidellm").ident == "too-large"


def test_lengths_of_synthetic_data_become_conditions(tmp_path: Path) -> None:
    document = copy.deepcopy(report(REPORTS[1]))
    document["args"]["data"] = ["prompt_tokens=256,output_tokens=128"]
    stated = read(tmp_path, document).measurements[0].conditions
    assert (stated["input-tokens"], stated["output-tokens"]) == ("256", "128")
    document["args"]["data"] = ["org/data-set"]
    assert "input-tokens" not in read(tmp_path, document).measurements[0].conditions


def test_other_files_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, {"benchmarks": [{"metrics": {}}]}, "guidellm").ident == "unreadable-evidence"
