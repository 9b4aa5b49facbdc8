"""SARIF: findings by level; nothing found is only good when the tool says that it went through."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from govkit.collectors.source import DOCUMENT_BYTES
from govkit.model.evidence import Reading
from tests.collectors.given import by_measure, read_as, read_sample, refusal, tokens, written

ENDED = {"executionSuccessful": True, "endTimeUtc": "2026-05-01T10:00:00Z"}


def run(*results: dict[str, Any], tool: str = "T", rules: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    driver = {"name": tool, "rules": rules or []}
    return {"tool": {"driver": driver}, "results": list(results), "invocations": [ENDED], **more}


def log(*runs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"version": "2.1.0", "runs": list(runs), **more}


def read(folder: Path, *runs: dict[str, Any]) -> Reading:
    return read_as(folder, "sarif", log(*runs))


def counts(reading: Reading, tool: str = "T") -> dict[str, float | None]:
    prefix = f"sarif/{tool}/"
    return {m.removeprefix(prefix): one.value for m, one in by_measure(reading).items() if m.startswith(prefix)}


def test_findings_are_counted_by_level() -> None:
    reading = read_sample("sarif/trivy.sarif")
    assert counts(reading, "Trivy") == {"findings": 4, "error": 4, "warning": 0, "note": 0, "suppressed": 0}
    one = by_measure(reading)["sarif/Trivy/error"]
    assert (one.unit, one.higher_is_better, one.n, one.place) == ("count", False, None, "/runs/0/results")
    assert by_measure(reading)["sarif/Trivy/suppressed"].higher_is_better is None
    assert reading.tool is not None
    assert (reading.tool.name, reading.tool.version) == ("Trivy", None)
    assert (reading.status, reading.at, tokens(reading.warnings)) == ("unknown", None, {"unknown-end"})


def test_a_level_left_out_is_that_of_the_format() -> None:
    reading = read_sample("sarif/bandit_1.9.4.sarif")
    assert counts(reading, "Bandit") == {"findings": 4, "error": 0, "warning": 1, "note": 3, "suppressed": 0}
    assert (reading.status, reading.at) == ("complete", datetime(2026, 11, 25, 20, 34, 37, tzinfo=UTC))
    assert reading.tool is not None
    assert reading.tool.version == "1.9.4"


def test_nothing_found_counts_only_when_the_tool_says_that_it_went_through() -> None:
    clean = read_sample("sarif/bandit_clean.sarif")
    assert (clean.status, counts(clean, "Bandit")["findings"]) == ("complete", 0)
    silent = read_sample("sarif/ruff_clean.sarif")
    assert (silent.status, set(counts(silent, "ruff").values())) == ("unknown", {None})
    assert "no clean result" in silent.measurements[0].warnings[0]
    skipped = read_sample("sarif/bandit_skipped_file.sarif")
    assert (skipped.status, tokens(skipped.warnings)) == ("partial", {"failed-run"})


def test_no_list_of_results_is_not_an_empty_list(tmp_path: Path) -> None:
    for results in ({"results": None}, {}):
        bare = {key: value for key, value in run().items() if key != "results"} | results
        reading = read(tmp_path, bare)
        assert set(counts(reading).values()) == {None}
        assert ("null" in reading.measurements[0].warnings[0]) == (results != {})
        assert "run it again" in reading.measurements[0].warnings[0]


def test_undecided_results_are_told_beside_every_level(tmp_path: Path) -> None:
    reading = read(tmp_path, run({"kind": "open"}, {"kind": "review"}, {"level": "note"}))
    assert (counts(reading)["findings"], counts(reading)["note"]) == (3, 1)
    assert tokens(by_measure(reading)["sarif/T/error"].warnings) == {"undecided-results"}


@pytest.mark.parametrize("runs", [{"runs": None}, {}])
def test_a_log_whose_writer_got_at_no_run_is_refused_as_such(runs: dict[str, None], tmp_path: Path) -> None:
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    error = refusal(tmp_path, {"$schema": schema, "version": "2.1.0", **runs})
    assert "SARIF log without runs" in error.what
    assert "again" in error.fix
    assert refusal(tmp_path, {"version": "2.1.0", **runs}).ident == "unknown-format"


@pytest.mark.parametrize(
    ("result", "level"),
    [
        ({"ruleId": "A"}, "note"),
        ({"ruleIndex": 0}, "note"),
        ({"ruleId": "A/1"}, "note"),
        ({"rule": {"id": "A"}}, "note"),
        ({"rule": {"index": 1}}, "error"),
        ({"rule": {"index": 0, "toolComponent": {"index": 0}}}, "error"),
        ({"ruleId": "E"}, "error"),
        ({"ruleId": "unknown"}, "warning"),
        ({"ruleId": "A", "level": "error"}, "error"),
        ({"ruleId": "A", "level": "none"}, "none"),
        ({"ruleId": "A", "level": "catastrophic"}, "error"),
        ({"ruleId": "O"}, "warning"),
        ({}, "warning"),
        ({"ruleIndex": -1, "ruleId": ["A"]}, "warning"),
    ],
)
def test_the_effective_level(result: dict[str, Any], level: str, tmp_path: Path) -> None:
    rules = [
        {"id": "A", "defaultConfiguration": {"level": "note"}},
        {"id": "B", "defaultConfiguration": {"level": "error"}},
        {"id": "O", "defaultConfiguration": {"level": "error"}},
    ]
    overrides = [{"descriptor": {"id": "O"}, "configuration": {"level": "warning"}}]
    one = run(result, rules=rules, invocations=[{**ENDED, "ruleConfigurationOverrides": overrides}])
    one["tool"]["extensions"] = [{"name": "X", "rules": [{"id": "E", "defaultConfiguration": {"level": "error"}}]}]
    found = counts(read(tmp_path, one))
    assert (found["findings"], found[level]) == (1, 1)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"suppressions": []}, {"findings": 1, "suppressed": 0}),
        ({"suppressions": [{"kind": "inSource"}]}, {"findings": 0, "suppressed": 1}),
        ({"suppressions": [{"kind": "external", "status": "accepted"}]}, {"findings": 0, "suppressed": 1}),
        ({"suppressions": [{"kind": "external", "status": "underReview"}]}, {"findings": 1, "suppressed": 0}),
        ({"suppressions": [{"status": "accepted"}, {"status": "rejected"}]}, {"findings": 1, "suppressed": 0}),
        ({"kind": "pass"}, {"findings": 0, "pass": 1}),
        ({"kind": "pass", "level": "error"}, {"findings": 0, "error": 0, "pass": 1}),
        ({"kind": "notApplicable"}, {"findings": 0}),
        ({"kind": "informational"}, {"findings": 0}),
        ({"kind": "open"}, {"findings": 1, "error": 0, "warning": 0, "open": 1}),
        ({"kind": "review"}, {"findings": 1, "review": 1}),
        ({"kind": "review", "suppressions": [{"kind": "external"}]}, {"findings": 0, "suppressed": 1}),
        ({"kind": "open", "baselineState": "new"}, {"findings": 1, "new": 1}),
        ({"kind": "strange"}, {"findings": 1}),
        ({"baselineState": "absent"}, {"findings": 0, "new": 0}),
        ({"baselineState": "new"}, {"findings": 1, "new": 1}),
        ({"baselineState": "unchanged"}, {"findings": 1, "new": 0}),
    ],
)
def test_what_counts_as_a_finding(result: dict[str, Any], expected: dict[str, int], tmp_path: Path) -> None:
    found = counts(read(tmp_path, run(result)))
    assert {word: found[word] for word in expected} == expected


def test_words_nobody_knows_are_counted_as_worst_and_told(tmp_path: Path) -> None:
    reading = read(tmp_path, run({"kind": "strange"}, {"level": "catastrophic"}))
    assert tokens(reading.measurements[0].warnings) == {"unclear-outcome"}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "complete"),
        ({"invocations": []}, "unknown"),
        ({"invocations": [{}]}, "unknown"),
        ({"invocations": [ENDED, {}]}, "unknown"),
        ({"invocations": [ENDED, {"executionSuccessful": False}]}, "error"),
        ({"invocations": [{**ENDED, "processStartFailureMessage": "x"}]}, "error"),
        ({"invocations": [{**ENDED, "toolExecutionNotifications": [{"level": "error"}]}]}, "partial"),
        ({"invocations": [{**ENDED, "toolExecutionNotifications": [{"level": "warning"}]}]}, "complete"),
        ({"externalPropertyFileReferences": {"results": [{"location": {"uri": "file:///etc/passwd"}}]}}, "partial"),
    ],
)
def test_how_the_analysis_ended(changes: dict[str, Any], status: str, tmp_path: Path) -> None:
    assert read(tmp_path, run({"ruleId": "A"}, **changes)).status == status


def test_runs_of_one_tool_are_told_apart_and_each_says_how_it_ended(tmp_path: Path) -> None:
    named = run({}, automationDetails={"id": "python/nightly/"})
    broke = run(invocations=[{"executionSuccessful": False}])
    other = run({}, {}, tool="U")
    reading = read(tmp_path, named, broke, other)
    found = [
        (one.conditions, one.value, one.status) for one in reading.measurements if one.measure.endswith("findings")
    ]
    assert found == [
        ({"run": "python/nightly"}, 1, "complete"),
        ({"run": "run 2"}, 0, "error"),
        ({}, 2, "complete"),
    ]
    assert (reading.status, reading.tool) == ("partial", None)
    twice = read(tmp_path, named, named)
    assert {one.conditions["run"] for one in twice.measurements} == {"python/nightly", "python/nightly (2)"}
    assert twice.measurements[0].status is None


def test_when_it_was_analysed(tmp_path: Path) -> None:
    seen = {"provenance": {"lastDetectionTimeUtc": "2026-05-02T00:00:00.000Z"}}
    dated = read(tmp_path, run(seen, invocations=[]))
    assert dated.at == datetime(2026, 5, 2, tzinfo=UTC)
    began = read(tmp_path, run(seen, invocations=[{"startTimeUtc": "2026-05-03T00:00:00"}]))
    assert (began.at, began.at_text) == (None, "2026-05-03T00:00:00")


def test_the_analysed_commit_is_kept_when_the_runs_agree(tmp_path: Path) -> None:
    source = {"versionControlProvenance": [{"repositoryUri": "https://u:p@h/r", "revisionId": "abc123"}]}
    assert read(tmp_path, run(**source), run(tool="U", **source)).config == {"revision": "abc123"}


def test_no_message_code_or_path_is_kept() -> None:
    text = read_sample("sarif/trivy.sarif").model_dump_json()
    assert not [word for word in ("OpenSSL", "Dockerfile", "CVE-2019") if word in text]


def test_other_versions(tmp_path: Path) -> None:
    newer = read_as(tmp_path, "sarif", {**log(run({})), "version": "2.2.0"})
    assert (counts(newer)["findings"], tokens(newer.warnings)) == (1, {"unknown-version"})
    draft = {**log(run({})), "version": "2.0.0-csd.2.beta.2018-11-28"}
    assert "draft" in refusal(tmp_path, draft).what
    assert refusal(tmp_path, {**log(run({})), "version": "1.0.0"}).ident == "unknown-format"


def test_results_outside_the_runs_make_the_log_a_part(tmp_path: Path) -> None:
    outside = {**log(run({})), "inlineExternalProperties": [{"results": [{"ruleId": "A"}]}]}
    reading = read_as(tmp_path, "sarif", outside)
    assert (reading.status, tokens(reading.warnings)) == ("partial", {"limited-run"})


def test_an_empty_log_is_no_evidence(tmp_path: Path) -> None:
    empty = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": []}
    reading = read_as(tmp_path, "sarif", empty)
    assert (reading.measurements, reading.status, tokens(reading.warnings)) == ((), "unknown", {"no-measurements"})
    assert refusal(tmp_path, {"version": "2.1.0", "runs": []}).ident == "unknown-format"


def test_a_log_too_large_to_parse_for_recognition_is_recognised_by_its_beginning(tmp_path: Path) -> None:
    from govkit.collectors import registry

    big = b'{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "T"}}, "results": []}]}'
    path = written(tmp_path, big + b" " * DOCUMENT_BYTES)
    assert registry.identify(path, "e").format == "sarif"
