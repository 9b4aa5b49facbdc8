"""Evidently: drift of data, quality of data, and performance of classifiers and regressions, with the tests on them.

Formats: reports (`.json()`) and snapshots (`.dumps()`) since 0.7, reports and test suites up to 0.6 (files of 0.7.23;
writers read at 0.4.40, 0.6.7, 0.7.0 and 0.7.23). Values about the reference data are not read.
Measures: `evidently/drift/...` (`p-value` or `distance` per column, by the method; `drifted-columns`), which say that
data changed and nothing about performance; `evidently/classification/...`, `evidently/regression/...`,
`evidently/data/...`; `evidently/tests/passed` (k of n) and `evidently/tests/met` (1 or 0 per test).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from govkit.collectors import evidently_legacy, evidently_metrics, evidently_tests
from govkit.collectors.evidently_entries import (
    Entry,
    parsed_call,
    report_entries,
    snapshot_entries,
    snapshot_tests,
)
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import Warnings, When, instant, listing, name, section
from govkit.errors import CollectorError
from govkit.model.evidence import DatasetRef, Measurement, ModelRef, Reading, RunStatus, ToolRef

FORMAT = "evidently"
VERSION = "3"

Shape = Literal["report", "snapshot", "report before 0.7", "test suite before 0.7"]

_STATUSES = tuple(evidently_tests.STATUSES)
_DRIFT = "drift-only: drift says that the data changed; it says nothing about how good the model's answers are"
_ROWS = (
    "count-of-rows: n counts the rows of the data; rows without target, prediction or value are left out by "
    "Evidently, and the file does not say how many"
)
_NO_DATE = "no-date: a report since 0.7 holds no date; a snapshot (`.dumps()`) does"
_NO_MODEL = "model-unknown: the file does not name the model"


class Found(NamedTuple):
    """What one shape of file holds."""

    measurements: list[Measurement]
    warnings: Warnings
    status: RunStatus = "complete"


def sniff(source: Source) -> Sniffed | None:
    """Metrics or tests as one of the four shapes writes them."""
    document = source.document
    shape = _shape(document)
    if shape is None:
        return None
    version = name(document.get("version"), 40) if shape.endswith("0.7") else None
    return Sniffed(FORMAT, 0.95, version, f"the metrics and tests of an Evidently {shape}")


def _shape(document: Any) -> Shape | None:
    if not isinstance(document, dict):
        return None
    metrics, tests = listing(document, "metrics"), listing(document, "tests")
    if isinstance(document.get("metric_results"), dict) and isinstance(document.get("top_level_metrics"), list):
        return "snapshot"
    if metrics and all(_is_legacy_metric(one) for one in metrics):
        known = any(one["metric"] in evidently_legacy.METRICS for one in metrics)
        return "report before 0.7" if known or isinstance(document.get("version"), str) else None
    if metrics and isinstance(document.get("tests"), list) and all(one == {} or _is_metric(one) for one in metrics):
        return "report" if any(one != {} for one in metrics) else None
    if tests and all(_is_legacy_test(one) for one in tests) and "total_tests" in section(document, "summary"):
        return "test suite before 0.7"
    return None


def _is_metric(node: Any) -> bool:
    return (
        isinstance(node, dict) and isinstance(node.get("id"), str) and "value" in node and parsed_call(node) is not None
    )


def _is_legacy_metric(node: Any) -> bool:
    return isinstance(node, dict) and isinstance(node.get("metric"), str) and isinstance(node.get("result"), dict)


def _is_legacy_test(node: Any) -> bool:
    return isinstance(node, dict) and {"name", "group"} <= node.keys() and node.get("status") in _STATUSES


def collect(source: Source) -> Reading:
    """The metrics and tests of a report, a snapshot or a test suite."""
    document = source.json_document()
    shape = _shape(document)
    if shape is None:
        fix = "check the format; `govkit read FILE` without --format says what the file looks like"
        raise CollectorError("is no report, snapshot or test suite of Evidently", fix=fix)
    found = _READERS[shape](document)
    metadata = section(document, "metadata")
    model, moment = name(metadata.get("model_id")), _moment(document)
    dataset = name(metadata.get("dataset_id"))
    if dataset is not None:
        about = DatasetRef(id=dataset)
        found = found._replace(measurements=[one.model_copy(update={"dataset": about}) for one in found.measurements])
    legacy = shape.endswith("0.7")
    return Reading(
        format=FORMAT,
        format_version=name(document.get("version"), 40) if legacy else None,
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name="Evidently", version=name(document.get("version"), 40) if legacy else None),
        model=ModelRef(id=model) if model else None,
        status=found.status,
        at=moment.at,
        at_text=moment.text,
        config={key: text for key in ("reference_id", "batch_size") if (text := name(metadata.get(key))) is not None},
        measurements=tuple(found.measurements),
        warnings=(*_said(found, shape, model), *found.warnings),
    )


def _moment(document: dict[str, Any]) -> When:
    """Evidently writes local time without a zone; that is kept as text."""
    return instant(document.get("timestamp")) if isinstance(document.get("timestamp"), str) else When()


def _said(found: Found, shape: Shape, model: str | None) -> Iterator[str]:
    if not model:
        yield _NO_MODEL
    if shape == "report":
        yield _NO_DATE
    if any(one.measure.startswith("evidently/drift/") for one in found.measurements):
        yield _DRIFT
    if any(_counts_all_rows(one) for one in found.measurements):
        yield _ROWS
    if not found.measurements:
        yield "no-measurements: the file holds no value that is read"


def _counts_all_rows(one: Measurement) -> bool:
    """Whether n are the rows of the data, whatever Evidently left out; a share of a column knows its own."""
    return one.n_basis in ("records", "items") and (
        one.successes is None or one.measure == "evidently/classification/accuracy"
    )


def _entries(entries: list[Entry], tests: list[evidently_tests.Outcome]) -> Found:
    known = evidently_metrics.rows(entries)
    measured: list[Measurement] = []
    unread: set[str] = set()
    for one in entries:
        values = list(evidently_metrics.measurements(one, known))
        measured += values
        if not values:
            unread.add(one.kind)
    said = _unread(sorted(unread))
    return Found([*measured, *evidently_tests.measurements(tests)], said)


def _unread(kinds: list[str]) -> Warnings:
    if not kinds:
        return ()
    more = f" and {len(kinds) - 8} more" if len(kinds) > 8 else ""
    listed = ", ".join(kind[:60] for kind in kinds[:8])
    return (f"not-read: metrics of which no value is read, tables and plots among them: {listed}{more}",)


def _report(document: dict[str, Any]) -> Found:
    tests = evidently_tests.outcomes(evidently_tests.tests_of(document))
    found = _entries(list(report_entries(document)), tests)
    empty = sum(one == {} for one in document["metrics"])
    return _partly(found, empty, len(document["metrics"]))


def _snapshot(document: dict[str, Any]) -> Found:
    entries, tests = list(snapshot_entries(document)), evidently_tests.outcomes(snapshot_tests(document))
    found = _entries(entries, tests)
    tops = {key for key in document["top_level_metrics"] if isinstance(key, str)}
    return _partly(found, len(tops) - len(entries), len(tops))


def _partly(found: Found, empty: int, whole: int) -> Found:
    """A metric that was asked for and has no result makes the file a part of what was planned."""
    if not empty:
        return found
    said = f"missing-results: {empty} of {whole} metrics have no result"
    return found._replace(warnings=(*found.warnings, said), status="partial")


def _legacy_report(document: dict[str, Any]) -> Found:
    return Found(list(evidently_legacy.measurements(document)), _unread(evidently_legacy.unread(document)))


def _legacy_suite(document: dict[str, Any]) -> Found:
    tests = evidently_tests.outcomes(evidently_tests.tests_of(document))
    measured = [*evidently_tests.measurements(tests), *evidently_tests.legacy_drift(document)]
    stated = section(document, "summary").get("total_tests")
    if stated != len(tests):
        return Found(
            measured,
            (f"missing-results: the summary counts {name(stated, 20)} tests, the file holds {len(tests)}",),
            "partial",
        )
    return Found(measured, ())


_READERS = {
    "report": _report,
    "snapshot": _snapshot,
    "report before 0.7": _legacy_report,
    "test suite before 0.7": _legacy_suite,
}
