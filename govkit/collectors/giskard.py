"""Giskard: scans of version 2, what `ScanReport.to_json()` writes, and results of suites of versions 2 and 3.

Format: giskard 2.19.2, `scanner/report.py`: sentences and no figures, so findings are counted, no more; for suites see
`giskard_tests` and `giskard_suite`. Measures of a scan: `giskard/<detector>/findings` and `giskard/findings`, by level.
The sentences are not kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from govkit.collectors import giskard_suite, giskard_tests
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import fields, name, pointer
from govkit.errors import CollectorError
from govkit.model.evidence import Measurement, Reading, RunStatus, SampleScores, ToolRef

FORMAT = "giskard"
VERSION = "1"

LEVELS = ("major", "medium", "minor")
"""Source: giskard `scanner/issues.py`, IssueLevel, 2.19.2."""

MOST_DETECTORS = 500
"""Detectors read. Source: govkit judgement; giskard 2.19.2 has about 25."""

_ENDING = "Detector"


def sniff(source: Source) -> Sniffed | None:
    """An object of detectors, each with lists of sentences by level, or the results of a suite."""
    if giskard_suite.suite_of(source.document) is not None:
        return Sniffed(FORMAT, 0.9, "suite", "results of scenarios with their checks")
    if giskard_tests.is_tests(source.document):
        return Sniffed(FORMAT, 0.8, "tests", "tests by name, each with result and metric_value")
    if not _is_scan(source.document):
        return None
    return Sniffed(FORMAT, 0.8, None, "detectors with lists of sentences by level (major, medium, minor)")


def _is_scan(document: Any) -> bool:
    found = fields(document)
    if not 0 < len(found) <= MOST_DETECTORS or not any(str(key).endswith(_ENDING) for key in found):
        return False
    return all(isinstance(levels, dict) and _are_levels(levels) for levels in found.values())


def _are_levels(levels: dict[str, Any]) -> bool:
    sentences = all(isinstance(one, list) and all(isinstance(word, str) for word in one) for one in levels.values())
    return sentences and set(levels) <= {*LEVELS, "info"}


def collect(source: Source) -> Reading:
    """Counts of findings, or shares of scenarios. That none is found is not shown to mean that a detector looked."""
    document = source.json_document()
    suite = giskard_suite.suite_of(document)
    if suite is not None:
        return _of_suite(giskard_suite.Suite(suite))
    if giskard_tests.is_tests(document):
        return _of_tests(document)
    if not _is_scan(document):
        fix = "check the format; `govkit read FILE` without --format says what the file looks like"
        raise CollectorError("is neither a scan of Giskard nor the result of a suite", fix=fix)
    idle = sorted(str(key) for key, levels in document.items() if not any(levels.values()))
    warnings = [
        "completion-unknown: the file does not say whether a detector ran, did not apply or broke down",
        "model-unknown: Giskard's JSON names no model, no data and no date",
    ]
    if idle:
        shown = name(", ".join(idle), 160)
        warnings.insert(
            0, f"nothing-found: {len(idle)} detectors list no finding, which need not mean they ran: {shown}"
        )
    return Reading(
        format=FORMAT,
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name="giskard"),
        status="unknown",
        measurements=tuple(_measured(document)),
        warnings=tuple(warnings),
    )


def _of_suite(suite: giskard_suite.Suite) -> Reading:
    """Shares of scenarios that passed. A suite has results only when it was run to its end."""
    pairs = list(giskard_suite.measured(suite))
    status: RunStatus = "error" if not pairs else "partial" if suite.stated > suite.rows else "complete"
    return _scored("suite", status, pairs, giskard_suite.doubts(suite))


def _of_tests(document: dict[str, Any]) -> Reading:
    """The share of tests that passed. Giskard writes the file after the last test."""
    doubts = ("model-unknown: Giskard's JSON names no model, no data and no date",)
    return _scored("tests", "complete", list(giskard_tests.measured(document)), doubts)


def _scored(
    form: str, status: RunStatus, pairs: list[tuple[Measurement, SampleScores | None]], doubts: Iterable[str]
) -> Reading:
    return Reading(
        format=FORMAT,
        format_version=form,
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name="giskard"),
        status=status,
        measurements=tuple(one for one, _ in pairs),
        samples=tuple(scores for _, scores in pairs if scores is not None),
        warnings=tuple(doubts),
    )


def _measured(document: dict[str, Any]) -> Iterator[Measurement]:
    whole: Counter[str] = Counter(dict.fromkeys(LEVELS, 0))
    for detector, levels in document.items():
        label = name(detector, 120) or "unnamed"
        counts = {**dict.fromkeys(LEVELS, 0), **{level: len(found) for level, found in levels.items()}}
        whole.update(counts)
        for level, found in counts.items():
            place = pointer(detector, level) if level in levels else pointer(detector)
            yield _count(f"giskard/{label}/findings", level, found, place)
    for level, found in whole.items():
        yield _count("giskard/findings", level, found, "")


def _count(measure: str, level: str, found: int, place: str) -> Measurement:
    return Measurement(
        measure=name(measure) or FORMAT,
        value=found,
        unit="count",
        higher_is_better=False,
        conditions={"level": level},
        place=place,
    )
