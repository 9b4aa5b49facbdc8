"""DeepEval test runs: `.latest_test_run.json`, `.latest_run_full.json`, `test_run_<time>.json`.

Format: `test_run/test_run.py` and `test_run/api.py`, read at 0.20.80, 1.0.0, 2.0, 3.0.0 and 4.3.1.
Measures: `deepeval/<metric>/pass-rate` (against the tester's threshold, a condition) and `deepeval/<metric>/score`, and
`deepeval/test-cases/pass-rate`. The file names neither the model under test, nor a date, nor DeepEval's version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.deepeval_cases import Cases, Judged, Scores
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import count, fields, listing, name, pointer, section
from govkit.errors import CollectorError
from govkit.model.evidence import DatasetRef, Flag, Measurement, Reading, RunStatus, SampleScores, ToolRef

FORMAT = "deepeval"
VERSION = "2"

_LINK, _DATA = "testRunLink", "testRunData"
_CASES = ("testCases", "conversationalTestCases")
_WRITTEN_NAME = re.compile(r"(?:test_run_)?(\d{8}_\d{6})(?:\.json)?")
_LONGEST_SETTING = 60


class Run(NamedTuple):
    """The run and where in the file it stands."""

    run: dict[str, Any]
    at: tuple[str, ...]


def sniff(source: Source) -> Sniffed | None:
    """A run, or the link that is left of one that was sent elsewhere."""
    document = source.document
    if _run(document) is not None:
        return Sniffed(FORMAT, 0.9, None, "testCases with metricsScores")
    if _is_link(document):
        return Sniffed(FORMAT, 0.9, "link", "nothing but testRunLink")
    return None


def _run(document: Any) -> Run | None:
    outer = fields(document)
    for run, at in ((outer, ()), (section(outer, _DATA), (_DATA,))):
        scored = isinstance(run.get("metricsScores"), list) or isinstance(run.get("metricScores"), list)
        cases = [run.get(key) for key in _CASES if key in run]
        if scored and cases and all(isinstance(one, list) for one in cases):
            return Run(run, at)
    return None


def _is_link(document: Any) -> bool:
    return isinstance(document, dict) and set(document) == {_LINK} and isinstance(document[_LINK], str)


def collect(source: Source) -> Reading:
    """Pass rates and mean scores of every metric, and the scores of single cases."""
    document = source.json_document()
    found = _run(document)
    if found is None and _is_link(document):
        said = "no-measurements: the file is only a link to results at Confident AI; run the tests again without login"
        return _reading(source, {}, "link", "error", (), (), (said,))
    if found is None:
        fix = "check the format; `govkit read FILE` without --format says what the file looks like"
        raise CollectorError("is not a test run of DeepEval", fix=fix)
    cases = Cases()
    for key in _CASES:
        for case in listing(found.run, key):
            if isinstance(case, dict):
                cases.add(case, conversation=key == _CASES[1])
    pairs = tuple(_measured(cases, found.at, _dataset(found.run)))
    status, warnings = _standing(found.run, cases, any_value=bool(pairs))
    measurements = tuple(one for one, _ in pairs)
    samples = tuple(scores for _, scores in pairs if scores is not None)
    return _reading(source, found.run, None, status, measurements, samples, warnings)


def _reading(
    source: Source,
    run: dict[str, Any],
    version: str | None,
    status: RunStatus,
    measurements: tuple[Measurement, ...],
    samples: tuple[SampleScores, ...],
    warnings: tuple[str, ...],
) -> Reading:
    stem = _WRITTEN_NAME.fullmatch(source.shown.replace("\\", "/").rsplit("/", 1)[-1])
    dated = ("date-from-file-name: only the file's name says when the run was, without a time zone",) if stem else ()
    unknown = "model-unknown: DeepEval does not write which model or application was tested"
    return Reading(
        format=FORMAT,
        format_version=version,
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name="deepeval"),
        status=status,
        run_id=name(run.get("identifier")),
        config=dict(_settings(run)),
        at_text=stem[1] if stem else None,
        measurements=measurements,
        samples=samples,
        warnings=(*warnings, unknown, *dated),
    )


def _settings(run: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Short hyperparameters; longer texts are prompts."""
    for key, raw in section(run, "hyperparameters").items():
        word, label = name(raw, _LONGEST_SETTING + 1), name(key, _LONGEST_SETTING)
        if word is not None and label is not None and len(word) <= _LONGEST_SETTING and "prompt" not in label.lower():
            yield label, word


def _dataset(run: dict[str, Any]) -> DatasetRef | None:
    alias = name(run.get("datasetAlias"))
    return None if alias is None else DatasetRef(id=alias, revision=name(run.get("datasetVersion")))


def _standing(run: dict[str, Any], cases: Cases, *, any_value: bool) -> tuple[RunStatus, tuple[str, ...]]:
    """Only a run that was brought to its end counts how many cases passed; before 3.0 it need not say so even then."""
    warnings = list(_disagreeing(run, cases))
    if cases.unmeasured:
        warnings.append(f"unscored-items: {cases.unmeasured} of {cases.count} test cases have no metric")
    if cases.traced:
        warnings.append("spans-left-out: metrics of spans inside a trace are not read, only those of whole cases")
    if cases.left_out:
        warnings.append(f"too-many-names: {cases.left_out} scores of further metrics are left out")
    if not any_value:
        return "error", ("no-measurements: the run holds no test case with a metric", *warnings)
    passed, failed = count(run.get("testPassed")), count(run.get("testFailed"))
    if passed is None and failed is None and "official" in run:
        # Files with this key (seen in 4.3.1) are of versions that count the cases at the end of every run.
        said = "broken-off: the file does not count the cases that passed, which DeepEval does at the end of a run"
        return "partial", (said, *warnings)
    if passed is None and failed is None:
        said = "completion-unknown: the file does not count the cases that passed, so the run may not have ended"
        return "unknown", (said, *warnings)
    if (passed or 0) + (failed or 0) > cases.count:
        said = f"limited-run: the run counts {(passed or 0) + (failed or 0)} cases, the file holds {cases.count}"
        return "partial", (said, *warnings)
    return "complete", tuple(warnings)


def _disagreeing(run: dict[str, Any], cases: Cases) -> Iterator[str]:
    """Metrics of which the summary counts more than the cases hold: it also counts spans."""
    counted: dict[str, int] = {}
    for judged, scores in cases.metrics.items():
        counted[judged.metric] = counted.get(judged.metric, 0) + scores.n + scores.errors
    for one in listing(run, "metricsScores")[:500]:
        metric = name(fields(one).get("metric"), 120) or ""
        parts = [count(fields(one).get(key)) for key in ("passes", "fails", "errors")]
        total = sum(part or 0 for part in parts)
        if parts[0] is not None and total != counted.get(metric, 0):
            said = f"the summary counts {total} scores of {metric!r}, the test cases hold {counted.get(metric, 0)}"
            yield f"summary-differs: {said}; the cases are counted"


def _measured(
    cases: Cases, at: tuple[str, ...], dataset: DatasetRef | None
) -> Iterator[tuple[Measurement, SampleScores | None]]:
    place = pointer(*at, "testCases")
    for judged in sorted(cases.metrics, key=lambda one: tuple(map(str, one))):
        scores = cases.metrics[judged]
        conditions = _conditions(judged)
        judge = (judged.model, judged.model is not None)
        named = f"deepeval/{judged.metric}"
        rate = _rate(scores, f"{named}/pass-rate", conditions, judge)
        yield _placed(rate, place, dataset), scores.verdicts.samples(rate.measure, conditions, binary=True)
        alone = sum(other._replace(threshold=judged.threshold) == judged for other in cases.metrics) == 1
        held = {key: word for key, word in conditions.items() if key != "threshold" or not alone}
        mean = _mean(scores, f"{named}/score", held, judge)
        yield _placed(mean, place, dataset), scores.values.samples(mean.measure, held)
    if cases.whole.n or cases.whole.errors:
        names = name(", ".join(sorted(cases.judges)), 200) if cases.judges else None
        whole = _rate(cases.whole, "deepeval/test-cases/pass-rate", {}, (names, cases.by_model))
        yield _placed(whole, place, dataset), cases.whole.verdicts.samples(whole.measure, {}, binary=True)


def _placed(one: Measurement, place: str, dataset: DatasetRef | None) -> Measurement:
    return one.model_copy(update={"place": place, "dataset": dataset})


def _conditions(judged: Judged) -> dict[str, str]:
    stated = {"threshold": judged.threshold}
    words = {"strict": judged.strict, "flaky": judged.flaky, "conversation": judged.conversation}
    return stated | {word: "true" for word, holds in words.items() if holds}


def _rate(scores: Scores, measure: str, conditions: dict[str, str], judge: tuple[str | None, bool]) -> Measurement:
    """Cases that passed against the tester's own threshold."""
    return Measurement(
        measure=name(measure) or FORMAT,
        value=scores.passed / scores.n if scores.n else None,
        unit="proportion",
        higher_is_better=True,
        n=scores.n,
        n_basis="items",
        successes=scores.passed if scores.n else None,
        clusters=scores.verdicts.clusters,
        errors=scores.errors,
        judge=judge[0],
        flags=_flags(judge),
        conditions=conditions,
        warnings=tuple(_doubts(scores, judge)),
    )


def _mean(scores: Scores, measure: str, conditions: dict[str, str], judge: tuple[str | None, bool]) -> Measurement:
    """The mean score. Some metrics of DeepEval pass below their threshold, so the direction is the metric's own."""
    return Measurement(
        measure=name(measure) or FORMAT,
        value=scores.total / scores.n if scores.n else None,
        unit="score",
        n=scores.n,
        n_basis="items",
        clusters=scores.values.clusters,
        errors=scores.errors,
        judge=judge[0],
        flags=_flags(judge),
        conditions=conditions,
        warnings=tuple(_doubts(scores, judge)),
    )


def _flags(judge: tuple[str | None, bool]) -> tuple[Flag, ...]:
    return ("judge-unvalidated",) if judge[1] else ()


def _doubts(scores: Scores, judge: tuple[str | None, bool]) -> Iterator[str]:
    if scores.errors:
        yield f"failed-items: on {scores.errors} test cases the metric ended in an error; they are not among the n"
    if not scores.n:
        yield "no-rate: no test case has a score"
    if judge[1]:
        yield f"judge-model: the scores were given by a model ({judge[0]}); no interval here covers its errors"
    yield from scores.values.note()
