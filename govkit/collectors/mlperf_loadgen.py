"""MLPerf LoadGen summaries: `mlperf_log_summary.txt`.

Format: `loadgen/results.cc` of mlcommons/inference, read at commit 05a9cec3, and summaries of rounds v0.5, v0.7, v1.1,
v3.1 and v4.1. Nanoseconds become milliseconds. Measures `mlperf/<time>/<mean or pNN>` and `mlperf/<rate>`, with the
scenario as a condition. A run that LoadGen calls INVALID has failed. The file names no model and no date; how many
queries were issued it says only for SingleStream and MultiStream, else a least number is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from govkit.collectors.load_figures import SERIAL, Run, rate, settings, time
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import name
from govkit.errors import CollectorError
from govkit.model.control import Unit
from govkit.model.evidence import Measurement, Reading, RunStatus, ToolRef

FORMAT = "mlperf"
VERSION = "2"

_TITLE = b"MLPerf Results Summary"
_MOST_LINES = 2_000
"""Lines read. Source: govkit judgement; summaries seen have 50 to 90."""
_LONGEST_LINE = 10_000
"""Characters of one line. Source: govkit judgement; lines seen have at most 120."""

_TIME = re.compile(
    r"(?:(?P<mean>Mean)|(?P<share>\d+(?:\.\d+)?) percentile) "
    r"(?P<what>latency|first token latency|time to output token) \(ns\)",
    re.IGNORECASE,
)
_TIMES = {
    "latency": "request-latency",
    "first token latency": "time-to-first-token",
    "time to output token": "time-per-output-token",
}
_RATES: dict[str, tuple[str, Unit]] = {
    "samples per second": ("samples-per-second", "requests-per-s"),
    "scheduled samples per second": ("samples-per-second-scheduled", "requests-per-s"),
    "completed samples per second": ("samples-per-second", "requests-per-s"),
    "qps w/ loadgen overhead": ("samples-per-second", "requests-per-s"),
    "tokens per second": ("output-tokens-per-second", "tokens-per-s"),
    "completed tokens per second": ("output-tokens-per-second", "tokens-per-s"),
    "tps w/ loadgen overhead": ("output-tokens-per-second", "tokens-per-s"),
}
_ESTIMATE = re.compile(r"\* Early stopping (\d+(?:\.\d+)?)th percentile estimate: (\d{1,18})\s*$")
_PROCESSED = re.compile(r"\* Processed at least \d+ queries \((\d{1,15})\)")
_END = re.compile(r"(?i)(?:no|[0-9]{1,9}) errors? encountered")
"""The last line of a summary. Source: those of v0.5 to v4.1; one without it was cut off, maybe inside a number."""
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


class _Line(NamedTuple):
    number: int
    key: str
    """In lower case, blanks run together."""
    text: str
    heading: str
    """`query`, `sample` or `` : what the times below are counted by, in MultiStream."""

    @property
    def value(self) -> float | None:
        return float(self.text) if _NUMBER.fullmatch(self.text) else None


class _Summary(NamedTuple):
    lines: tuple[_Line, ...]
    bare: tuple[tuple[int, str], ...]
    """Lines without a colon, or that begin with a star."""

    def word(self, key: str) -> str | None:
        """The text after a key; None when it does not stand there."""
        return next((line.text for line in self.lines if line.key == key), None)

    def whole(self, key: str) -> int | None:
        """A whole number after a key."""
        text = self.word(key)
        return int(text) if text is not None and re.fullmatch(r"\d{1,15}", text) else None


def sniff(source: Source) -> Sniffed | None:
    """A text that begins with the title LoadGen prints."""
    if _TITLE not in source.head[:2_000]:
        return None
    begins = source.head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"=====", _TITLE))
    return Sniffed(FORMAT, 0.95, None, "the title MLPerf Results Summary") if begins else None


def collect(source: Source) -> Reading:
    """Times and rates of one run; raises CollectorError when it does not say whether the run is valid."""
    if sniff(source) is None:
        raise CollectorError("is not an mlperf_log_summary.txt", fix="use the summary that LoadGen writes")
    summary = _parsed(source)
    verdict, scenario = summary.word("result is"), name(summary.word("scenario"))
    if verdict not in ("VALID", "INVALID") or scenario is None:
        fix = "run LoadGen to the end and use the summary it writes; this one may have been cut off"
        raise CollectorError("does not say for which scenario, or whether the result is valid", fix=fix)
    if not any(_END.match(text) for _, text in summary.bare):
        fix = "copy the summary again, or run LoadGen to the end; this one was cut off"
        raise CollectorError("does not end as LoadGen ends a summary, with how many errors there were", fix=fix)
    scenario = scenario.replace(" ", "")
    failed = [text for _, text in summary.bare if re.search(r"[1-9]\d* ERROR|[1-9]\d* errors? encountered", text)]
    status: RunStatus = "error" if verdict == "INVALID" or failed else "complete"
    run = _run(summary, scenario)
    sut = name(summary.word("sut name"))
    return Reading(
        format=FORMAT,
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name="MLPerf LoadGen"),
        status=status,
        config={"SUT": sut} if sut else {},
        measurements=tuple(_measurements(summary, run, scenario)),
        warnings=(SERIAL, *_doubts(summary, verdict, scenario, failed)),
    )


def _parsed(source: Source) -> _Summary:
    lines: list[_Line] = []
    bare: list[tuple[int, str]] = []
    heading = ""
    for number, raw in source.lines():
        if number > _MOST_LINES:
            raise CollectorError(f"has more than {_MOST_LINES} lines", fix="use the summary, not the detailed log")
        if len(raw) > _LONGEST_LINE:
            what = f"line {number} is longer than any that LoadGen writes in a summary"
            raise CollectorError(what, fix="use the summary, not the detailed log", line=number)
        text = raw.decode("utf-8", "replace").strip()
        if text.lower().startswith(("per-query latency", "per-sample latency", "intervals between")):
            heading = {"per-q": "query", "per-s": "sample"}.get(text.lower()[:5], "interval")
        elif text.startswith("==="):
            heading = ""
        if text.startswith("*") or ":" not in text:
            bare.append((number, text))
            continue
        key, _, value = text.partition(":")
        lines.append(_Line(number, " ".join(key.lower().split()), value.strip(), heading))
    return _Summary(tuple(lines), tuple(bare))


def _run(summary: _Summary, scenario: str) -> Run:
    """Queries issued where LoadGen says how many, else the least number it made sure of."""
    processed = [int(found[1]) for _, text in summary.bare if (found := _PROCESSED.search(text))]
    conditions = settings(
        scenario=scenario,
        request_rate=_target(summary) if scenario == "Server" else None,
        samples_per_query=summary.whole("samples_per_query") if scenario.startswith("MultiStream") else None,
    )
    return Run(FORMAT, processed[0] if processed else _least(summary), None, None, conditions, in_pointer=False)


def _target(summary: _Summary) -> float | None:
    return next((line.value for line in summary.lines if line.key == "target_qps"), None)


def _least(summary: _Summary) -> int | None:
    """The least number of samples of a run whose `Min queries satisfied` is Yes: queries times samples in each."""
    least, each = summary.whole("min_query_count"), summary.whole("samples_per_query")
    if summary.word("min queries satisfied") != "Yes" or least is None or each is None:
        return None
    many = (summary.word("scenario") or "").replace(" ", "").startswith("MultiStream")
    return least if many else least * each


def _measurements(summary: _Summary, run: Run, scenario: str) -> Iterator[Measurement]:
    counted = any(_PROCESSED.search(text) for _, text in summary.bare)
    doubts = () if counted or run.answered is None else (
        "at-least: n is the least number that LoadGen made sure of; how many there were the summary does not say",
    )  # fmt: skip
    seen: set[str] = set()
    for line in summary.lines:
        at = run._replace(place=f"line {line.number}")
        timed = _TIME.fullmatch(line.key)
        if timed and scenario != "Offline" and line.heading != "interval":
            by = {"counted-by": line.heading} if line.heading else {}
            what = _TIMES[timed["what"].lower()]
            share = None if timed["mean"] else float(timed["share"]) / 100
            if share is None or 0.5 <= share < 1:
                one = at._replace(conditions={**run.conditions, **by})
                yield time(one, what, line.value, "ms", one.place, share=share, scale=1e-6, doubts=doubts)
        elif line.key in _RATES and _RATES[line.key][0] not in seen:
            what, unit = _RATES[line.key]
            seen.add(what)
            yield rate(at, what, line.value, unit, at.place, doubts=doubts)
    yield from _estimates(summary, run)


def _estimates(summary: _Summary, run: Run) -> Iterator[Measurement]:
    """Early stopping: a bound that holds with 99 % confidence for the percentile, from the run as it is."""
    for number, text in summary.bare:
        found = _ESTIMATE.search(text)
        if found and 0 < float(found[1]) < 100:
            at = run._replace(place=f"line {number}")
            share = float(found[1]) / 100
            yield time(at, "request-latency-early-stopping", float(found[2]), "ms", at.place, share=share, scale=1e-6)


def _doubts(summary: _Summary, verdict: str, scenario: str, failed: list[str]) -> Iterator[str]:
    if verdict == "INVALID":
        unmet = [line.key for line in summary.lines if line.key.endswith("satisfied") and line.text.upper() == "NO"]
        yield f"failed-run: LoadGen calls the result INVALID ({', '.join(unmet) or 'no reason given'})"
    if failed:
        yield "failed-run: LoadGen met errors during the test; see its detailed log"
    if scenario == "Offline":
        yield "offline-times: times in the Offline scenario count from the start of the whole batch and are not read"
    if any(re.match(r"[1-9]\d* warnings? encountered", text) for _, text in summary.bare):
        yield "tool-warning: LoadGen warned during the test; see its detailed log"
    if summary.word("performance_issue_same") not in (None, "0", "false"):
        yield "same-sample: one sample was repeated all the time, which an audit does and a benchmark does not"
