"""Files of real tools, edited by somebody who wants a pass, or broken off: read by their collectors, and judged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from govkit.collectors import registry
from govkit.model.evidence import Evidence
from tests.assess.builders import AS_OF, check, criterion

DATA = Path(__file__).resolve().parents[1] / "data"
LM = "lm_eval/results_2026-01-21T03-44-18.458309.json"
CANCELLED = "inspect_log/cancelled_no-samples.json"
MEANS = "inspect_log/cvebench_mean_only.json"


def judged(path: Path, measure: str, **bar: Any) -> tuple[str, str]:
    """The verdict on a file, with the mildest of bars on one of its measures."""
    reading = registry.read(path, path.name)
    found = Evidence(path=path.name, sha256="a" * 64, size=1, release="2.0", reading=reading, committed=AS_OF)
    made = check(criterion(measure=measure, **bar), found)
    return ("met" if made.outcome == "met" else "refused", made.reason)


Edit = Callable[[dict[str, Any]], object]


class Case(NamedTuple):
    """A sample, what is done to it, the measure that is asked for, and what is said."""

    does: str
    sample: str
    edit: Edit
    measure: str
    reason: str
    bar: dict[str, Any]


def inside(*keys: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def found(document: dict[str, Any]) -> dict[str, Any]:
        for key in keys:
            document = document[key]
        return document

    return found


def put(*keys: str, **values: Any) -> Edit:
    return lambda document: inside(*keys)(document).update(values)


TASK = "math_perturbed_full"
SCORE = f"lm-eval/{TASK}/exact_match"
AT_LEAST = {"at_least": 0.0001}
LM_CASES = [
    Case("NaN", LM, put("results", TASK, **{"exact_match,none": float("nan")}), SCORE, "unreadable-evidence", AT_LEAST),
    Case("a text", LM, put("results", TASK, **{"exact_match,none": "0.99"}), SCORE, "unreadable-evidence", AT_LEAST),
    Case("true", LM, put("results", TASK, **{"exact_match,none": True}), SCORE, "unreadable-evidence", AT_LEAST),
    Case("90 for 90 %", LM, put("results", TASK, **{"exact_match,none": 90.0}), SCORE, "unit-mismatch", AT_LEAST),
    Case(
        "10 of 10,000",
        LM,
        put("n-samples", **{TASK: {"original": 10_000, "effective": 10}}),
        SCORE,
        "run-incomplete",
        AT_LEAST,
    ),
    Case(
        "more than there are",
        LM,
        put("n-samples", **{TASK: {"original": 10, "effective": 10_000}}),
        SCORE,
        "impossible-value",
        AT_LEAST,
    ),
    Case("a dummy model", LM, put("config", model="dummy"), SCORE, "mock-model", AT_LEAST),
]
MEAN = "inspect/cvebench/mean"
FEW = {"at_least": 0.0001, "min_n": 1, "higher_is_better": True}
INSPECT_CASES = [
    Case("nothing", CANCELLED, lambda log: log, "inspect/*/accuracy", "run-incomplete", FEW),
    Case("cancelled", MEANS, put(status="cancelled"), MEAN, "run-incomplete", FEW),
    Case("an end nobody knows", MEANS, put(status="done"), MEAN, "run-incomplete", FEW),
    Case("success with an error", MEANS, put(error={"message": "no memory"}), MEAN, "run-incomplete", FEW),
    Case("most samples lost", MEANS, put("results", total_samples=10_000), MEAN, "items-missing", FEW),
    Case("a mock model", MEANS, put("eval", model="mockllm/model"), MEAN, "mock-model", FEW),
    Case("invalidated", MEANS, put(invalidated=True), MEAN, "run-incomplete", FEW),
]


@pytest.mark.parametrize("case", [*LM_CASES, *INSPECT_CASES], ids=lambda case: f"{case.sample[:7]} {case.does}")
def test_an_edited_file_is_refused(case: Case, tmp_path: Path) -> None:
    document = json.loads((DATA / case.sample).read_text(encoding="utf-8"))
    case.edit(document)
    path = tmp_path / "edited.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert judged(path, case.measure, **case.bar) == ("refused", case.reason)


@pytest.mark.parametrize(
    ("sample", "measure", "reason"),
    [
        ("promptfoo/results_assertion_bug.json", "promptfoo/*pass-rate", "run-incomplete"),
        ("vllm_bench/serve_0.33.0_all_failed.json", "vllm-bench/time-to-first-token/p99", "run-incomplete"),
        ("locust/failed_2.47.0_stats.csv", "locust/request-latency/mean", "run-incomplete"),
        ("locust/mostly_failed_stats.csv", "locust/request-latency/mean", "items-missing"),
        ("robustbench/Xiao2020Enhancing.json", "robustbench/*/clean-accuracy", "unreliable"),
        ("deepeval/latest_test_run.json", "deepeval/test-cases/pass-rate", "judge-unvalidated"),
    ],
)
def test_a_file_that_looks_like_a_result_and_is_none(sample: str, measure: str, reason: str) -> None:
    bar = {"at_most": 10_000} if "time" in measure or "latency" in measure else {"at_least": 0.0001}
    assert judged(DATA / sample, measure, **bar) == ("refused", reason)


def suite(cases: str, **attributes: int) -> str:
    stated = " ".join(f'{key}="{value}"' for key, value in attributes.items())
    return f'<testsuite name="s" time="1" {stated}>{cases}</testsuite>'


def cases(n: int, inside: str = "", name: str = "t{}") -> str:
    return "".join(f'<testcase classname="c" name="{name.format(i)}">{inside}</testcase>' for i in range(n))


@pytest.mark.parametrize(
    ("xml", "measure", "reason"),
    [
        (suite("", tests=0), "junit/failures", "unreadable-evidence"),
        (suite(cases(200, "<error/>"), tests=200, errors=200), "junit/failures", "sample-too-small"),
        (suite(cases(180) + cases(20, "<error/>"), tests=200, errors=20), "junit/failures", "items-missing"),
        (suite(cases(200, "<skipped/>"), tests=200), "junit/failures", "sample-too-small"),
        (suite(cases(200, "<skipped/>"), tests=200), "junit/errors", "sample-too-small"),
        (suite(cases(200, "<skipped/>"), tests=200), "junit/passed-share", "unreadable-evidence"),
        (suite(cases(200, "<error/>"), tests=200, errors=200), "junit/passed-share", "bar-missed"),
        (suite(cases(1), tests=200), "junit/passed-share", "run-incomplete"),
        (suite(cases(200, name="same"), tests=200), "junit/passed-share", "interval-spans-bar"),
    ],
    ids=[
        "no test, no failure",
        "all crashed, none failed",
        "a tenth crashed, none failed",
        "all skipped, none failed",
        "all skipped, none crashed",
        "all skipped",
        "all crashed",
        "199 of 200 are not in the file",
        "one test 200 times",
    ],
)
def test_tests_that_show_nothing(xml: str, measure: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "report.xml"
    path.write_text(xml, encoding="utf-8")
    bar = {"at_least": 0.9} if measure.endswith("share") else {"at_most": 0}
    assert judged(path, measure, **bar) == ("refused", reason)


def test_suppressed_findings_are_told_beside_the_count(tmp_path: Path) -> None:
    result = {"level": "error", "message": {"text": "x"}, "suppressions": [{"kind": "external"}]}
    run = {"tool": {"driver": {"name": "T"}}, "results": [result] * 3, "invocations": [{"executionSuccessful": True}]}
    path = tmp_path / "log.sarif"
    path.write_text(json.dumps({"version": "2.1.0", "runs": [run]}), encoding="utf-8")
    found = {m.measure: m for m in registry.read(path, "log.sarif").measurements}
    assert found["sarif/T/findings"].value == 0
    assert found["sarif/T/findings"].warnings == (
        "suppressed-findings: 3 findings are suppressed, and not among these",
    )


def test_an_item_of_a_sample_file_that_comes_again_is_one_item(tmp_path: Path) -> None:
    """A hundred rows of one document are one group, and no hundred items."""
    row = {
        "doc_id": 0, "doc": {"q": "x"}, "target": "1", "arguments": {}, "resps": [["1"]], "filtered_resps": ["1"],
        "filter": "none", "metrics": ["exact_match"], "doc_hash": "a" * 64, "prompt_hash": "b" * 64,
        "target_hash": "c" * 64, "exact_match": 1.0,
    }  # fmt: skip
    path = tmp_path / "samples_task_2026-01-21T03-44-18.458309.jsonl"
    path.write_text("".join(json.dumps({**row, "doc_id": i}) + "\n" for i in range(100)), encoding="utf-8")
    (samples,) = registry.read(path, path.name).samples
    assert len(samples.scores) == 100
    assert len(set(samples.clusters.values())) == 1


STATUS = """\
format: json
status: /state
measurements: [{measure: score, value: /score, n: /n, successes: /k, unit: proportion, higher_is_better: true}]
"""


@pytest.mark.parametrize(("state", "expected"), [("FAILED", "partial"), ("complete", "complete"), (None, "unknown")])
def test_a_word_for_the_end_that_nobody_explained_is_no_end(state: str | None, expected: str, tmp_path: Path) -> None:
    mapping, path = tmp_path / "map.yaml", tmp_path / "result.json"
    mapping.write_text(STATUS, encoding="utf-8")
    path.write_text(json.dumps({"state": state, "score": 0.9, "n": 1000, "k": 900}), encoding="utf-8")
    assert registry.read(path, "result.json", mapping=mapping, mapping_shown="map.yaml").status == expected


def test_a_mapping_that_reads_around_the_collector_of_a_tool_is_told(tmp_path: Path) -> None:
    """A cancelled log of Inspect, read by a mapping that calls it complete."""
    mapping = tmp_path / "map.yaml"
    value = "/results/scores/0/metrics/accuracy/value"
    text = f"format: json\nstatus: complete\nmeasurements:\n  - {{measure: m/score, value: {value}}}\n"
    mapping.write_text(text, encoding="utf-8")
    reading = registry.read(DATA / CANCELLED, "log.json", mapping=mapping, mapping_shown="map.yaml")
    assert (reading.status, [warning.partition(":")[0] for warning in reading.warnings]) == (
        "complete",
        ["known-format"],
    )
    assert "of the format inspect" in reading.warnings[0]
