"""JUnit XML: which tests of a suite passed, as pytest, Maven Surefire, googletest, Jest and many others write it.

Format: `testsuites` and `testsuite`, nested or not; no version, and no schema that all writers keep. Cases are counted
one by one; the counts that suites state are only compared with them. Messages, output and properties are not read.
Measures of every suite, and of all without `<suite>/`: `junit/<suite>/passed-share` (k of n tests that ran), counts:
`junit/<suite>/failures`, `.../errors`, `.../skipped`, and `.../flaky` where the report tells of reruns.
"""

from __future__ import annotations

from collections.abc import Iterator

from govkit.collectors.junit_cases import Outcome
from govkit.collectors.junit_report import Report, Tally
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.xml_events import events, root_of
from govkit.errors import CollectorError
from govkit.model.evidence import Measurement, Reading, SampleScores

FORMAT = "junit"
VERSION = "3"

_STATED = (b"tests=", b"failures=", b"errors=", b"timestamp=", b"time=")

_TOLD: tuple[tuple[Outcome, str], ...] = (
    ("skipped", "skipped-tests: {} of {} tests were skipped; the share is of those that ran"),
    ("expected-to-fail", "expected-failures: {} of {} tests are marked as expected to fail, and count as unscored"),
    ("flaky", "reruns: {} of {} tests failed and passed when they were run again, which does not count as a pass"),
)


def sniff(source: Source) -> Sniffed | None:
    """The outermost element is `testsuites`, or a `testsuite` with counts or cases."""
    if source.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"<" or b"internalid=" in source.head:
        return None  # the second is a plan of tests, as TestLink exports it
    root = root_of(source.head)
    if root is None or root.tag not in ("testsuites", "testsuite"):
        return None
    if root.tag == "testsuite" and not any(mark in root.attributes for mark in _STATED):
        return Sniffed(FORMAT, 0.7, None, "a testsuite with test cases") if b"<testcase" in source.head else None
    return Sniffed(FORMAT, 0.9, None, f"XML whose outermost element is {root.tag}")


def collect(source: Source) -> Reading:
    """Every suite with test cases of its own, and the whole."""
    report = Report()
    for event in events(source):
        report.take(event)
        if not report.is_report:
            fix = "check the format; `govkit read FILE` without --format says what the file looks like"
            raise CollectorError("is not a JUnit XML report", fix=fix)
    if report.whole.outcomes and not report.evident:
        what = "lists test cases, and nothing in it says that any of them was run"
        raise CollectorError(what, fix="run the tests, and keep the report that the runner writes")
    measurements, samples = list(_measurements(report.whole, "junit")), _samples(report.whole, "junit")
    for label, tally in report.suites.items():
        measurements += _measurements(tally, f"junit/{label}")
        samples += _samples(tally, f"junit/{label}")
    return Reading(
        format=FORMAT,
        collector=FORMAT,
        collector_version=VERSION,
        status=report.status,
        at=report.whole.when.at,
        at_text=report.whole.when.text,
        measurements=tuple(measurements),
        samples=tuple(samples),
        warnings=(*report.notes, *_about(report)),
    )


def _about(report: Report) -> Iterator[str]:
    """What a reader of the shares must know."""
    whole = report.whole
    if not whole.outcomes:
        yield "no-measurements: the report lists no test"
    for outcome, text in _TOLD:
        if found := whole.of(outcome):
            yield text.format(found, sum(whole.outcomes.values()))
    if report.planned:
        yield f"planned-tests: {report.planned} tests are only planned (`test.todo` of Jest), and count as skipped"
    if report.unclear:
        words = ", ".join(repr(word) for word in sorted(report.unclear)[:5])
        yield f"unclear-outcome: {whole.of('unclear')} tests end in a way that is not known here ({words})"
    yield from whole.kept.note()


def _measurements(tally: Tally, prefix: str) -> Iterator[Measurement]:
    n, k = tally.ran, tally.of("passed")
    listed = sum(tally.outcomes.values())
    yield Measurement(
        measure=f"{prefix}/passed-share",
        value=k / n if n else None,
        unit="proportion",
        higher_is_better=True,
        n=n,
        n_basis="items",
        successes=k if n else None,
        clusters=tally.kept.clusters if tally.kept.kept.rows == n else None,
        unscored=tally.of("unclear", "expected-to-fail"),
        at=tally.when.at,
        at_text=tally.when.text,
        place=tally.place or "/",
        warnings=() if n else ("nothing-to-count: no test ran",),
    )
    errored = tally.of("errored")
    # No failure among tests that crashed or never ran is none of those that were asked: each count says of how many.
    counted = {"failures": (tally.of("failed"), n - errored), "errors": (errored, n)}
    counted["skipped"] = (tally.of("skipped"), listed)
    if tally.reruns:
        counted["flaky"] = (tally.of("flaky"), n - errored)
    for word, (found, among) in counted.items():
        yield Measurement(
            measure=f"{prefix}/{word}",
            value=found if listed else None,
            unit="count",
            higher_is_better=None if word == "skipped" else False,
            n=among,
            n_basis="items",
            errors=errored if among == n - errored and errored else None,
            at=tally.when.at,
            at_text=tally.when.text,
            place=tally.place or "/",
            warnings=() if listed else ("nothing-to-count: no test is listed",),
        )


def _samples(tally: Tally, prefix: str) -> list[SampleScores]:
    found = tally.kept.samples(f"{prefix}/passed-share", {}, binary=True)
    return [found] if found is not None else []
