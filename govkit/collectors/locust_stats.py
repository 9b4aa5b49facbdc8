"""Locust statistics: `*_stats.csv` (and `*_requests.csv` of old versions), and what `locust --json` prints.

Format: `locust/stats.py`, read at commits 72beb5b1 and 0070e8b3, and files of Locust 2.47.0. Times are in ms and
include those of requests that failed. Measures `locust/request-latency/<mean or pNN>` for every kind of request and,
under the condition `request: all`, for all together. n are the requests that did not fail. The table is written anew
every second and does not say whether the run had ended.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from govkit.collectors.load_figures import FAILED, SERIAL, Run, answered_share, quantile, rate
from govkit.collectors.load_figures import time as timed
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import Warnings, count, fields, instant, name, section
from govkit.errors import CollectorError
from govkit.files import finite
from govkit.model.evidence import Measurement, Reading, ToolRef

FORMAT = "locust"
VERSION = "1"

_NEW = ("Type", "Name", "Request Count", "Failure Count")
_OLD = ("Method", "Name", "# requests", "# failures")
_ALL = ("Aggregated", "Total")
_MOST_ROWS = 5_000
"""Kinds of request read. Source: govkit judgement; more come from addresses that carry ids."""

_JSON_QUANTILES = (0.5, 0.95, 0.99)


class _Entry(NamedTuple):
    run: Run
    old: bool
    mean: Any
    times: tuple[tuple[str, float, Any], ...]
    """Key in the file, quantile and value."""
    rate: Any


def _header(source: Source) -> list[str]:
    line = source.head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0]
    if len(line) > 4_000:
        return []
    try:
        return next(csv.reader([line.decode("utf-8", "replace").strip()]), [])
    except csv.Error:
        return []


def _is_entry(value: Any) -> bool:
    return {"name", "method", "num_requests", "num_failures", "response_times"} <= set(fields(value))


def sniff(source: Source) -> Sniffed | None:
    """The table by its first columns, or the list by its keys."""
    columns = tuple(_header(source)[:4])
    if columns not in (_NEW, _OLD):
        document = source.document
        good = isinstance(document, list) and bool(document) and all(_is_entry(one) for one in document)
        return Sniffed(FORMAT, 0.95, "json", "a list with num_requests and response_times") if good else None
    version = "csv" if columns == _NEW else "csv before 1.0"
    return Sniffed(FORMAT, 0.95, version, f"the columns {', '.join(columns)}")


def collect(source: Source) -> Reading:
    """Times, rates and the share that did not fail, by kind of request and together."""
    as_json = source.starts_as_json and tuple(_header(source)[:4]) not in (_NEW, _OLD)
    entries = _from_json(source) if as_json else list(_from_csv(source))
    if not entries:
        fix = "let Locust run until it has sent requests, then use the file it writes"
        raise CollectorError("holds no statistics of Locust", fix=fix)
    whole = entries[-1].run
    ended = max((finite(fields(one).get("last_request_timestamp")) or 0 for one in source.document or ()), default=0)
    moment = instant(ended or None) if as_json else instant(None)
    return Reading(
        format=FORMAT,
        format_version="json" if as_json else "csv before 1.0" if entries[0].old else "csv",
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name="Locust"),
        status="error" if whole.answered == 0 else "complete" if as_json else "unknown",
        at=moment.at,
        measurements=tuple(one for entry in entries for one in _measurements(entry)),
        warnings=(SERIAL, *_doubts(entries, as_json)),
    )


def _doubts(entries: Sequence[_Entry], as_json: bool) -> Iterator[str]:
    if entries[-1].run.answered == 0:
        yield FAILED
    if as_json:
        yield "derived: quantiles are taken from the rounded times that Locust counts"
    if entries[0].old:
        yield (
            "old-counts: versions before 1.0 differ in whether failed requests are among the requests; "
            "they are taken off, and no share of answered requests is given"
        )


def _from_csv(source: Source) -> Iterator[_Entry]:
    """Every row; raises CollectorError with the line that does not fit the header."""
    columns = _header(source)
    old = tuple(columns[:4]) == _OLD
    if tuple(columns[:4]) not in (_NEW, _OLD):
        raise CollectorError("is not a table of Locust's statistics", fix="use the file that ends in _stats.csv")
    totals: list[_Entry] = []
    others: list[_Entry] = []
    for number, row in _rows(source):
        if number > 1 and row:
            if len(row) != len(columns):
                what = f"line {number} has {len(row)} columns, not {len(columns)}"
                raise CollectorError(what, fix="write the file again; it may have been cut off", line=number)
            whole = row[1] in _ALL and row[0] in ("", "None")
            entry = _csv_entry(dict(zip(columns, row, strict=True)), number, old, whole)
            (totals if whole else others).append(entry)
    yield from others
    yield from totals


def _rows(source: Source) -> Iterator[tuple[int, list[str]]]:
    with source.stream() as stream:
        text = (line.decode("utf-8-sig", "replace") for line in stream)
        try:
            for number, row in enumerate(csv.reader(text, strict=True), start=1):
                if number > _MOST_ROWS:
                    raise CollectorError(
                        f"has more than {_MOST_ROWS} rows", fix="group requests with `name=` in Locust"
                    )
                yield number, row
        except csv.Error as error:
            raise CollectorError(f"is not a table: {error}", fix="write the file again; it may be damaged") from error


def _csv_entry(row: dict[str, str], number: int, old: bool, whole: bool) -> _Entry:
    cells = {key: _cell(text) for key, text in row.items()}
    made, failed = (count(cells[key]) for key in (_OLD[2:] if old else _NEW[2:]))
    times = tuple((key, share, cells[key]) for key in row if key.endswith("%") and (share := quantile(key)) is not None)
    median = "Median response time" if old else "Median Response Time"
    if not any(share == 0.5 for _, share, _ in times):
        times = ((median, 0.5, cells.get(median)), *times)
    label = "all" if whole else f"{row[next(iter(row))]} {row['Name']}"
    run = _run(made, failed, label, f"line {number}")
    mean = cells.get("Average response time" if old else "Average Response Time")
    return _Entry(run, old, mean, times, cells.get("Requests/s"))


def _cell(text: str) -> float | None:
    """The number in a cell; `N/A` stands where no request was made."""
    try:
        return finite(float(text))
    except ValueError:
        return None


def _run(made: int | None, failed: int | None, label: str, place: str) -> Run:
    answered = None if made is None or failed is None else max(made - failed, 0)
    request = {"request": name(label) or "request"}
    return Run(FORMAT, answered, failed, made, request, place, in_pointer=False)


def _from_json(source: Source) -> list[_Entry]:
    document = source.json_document()
    if not (isinstance(document, list) and document and all(_is_entry(one) for one in document)):
        raise CollectorError(
            "is not what `locust --json` prints", fix="save what Locust prints on stdout, and only that"
        )
    listed = [fields(one) for one in document[:_MOST_ROWS]]
    entries = [_json_entry(one, f"{one.get('method')} {one.get('name')}", f"/{at}") for at, one in enumerate(listed)]
    return [*entries, _json_entry(_summed(listed), "all", "")]


def _summed(listed: list[dict[str, Any]]) -> dict[str, Any]:
    """All kinds of request together; a number that is missing in one is missing in the sum."""
    times: dict[str, int | None] = {}
    for one in listed:
        for key, raw in section(one, "response_times").items():
            before, more = times.get(key, 0), count(raw)
            times[key] = None if before is None or more is None else before + more
    found: dict[str, Any] = {"response_times": times}
    for key in ("num_requests", "num_failures", "total_response_time", "num_none_requests"):
        numbers = [finite(one.get(key, 0 if key == "num_none_requests" else None)) for one in listed]
        found[key] = None if None in numbers else sum(one for one in numbers if one is not None)
    return found


def _json_entry(one: dict[str, Any], label: str, place: str) -> _Entry:
    made, failed = count(one.get("num_requests")), count(one.get("num_failures"))
    summed = finite(one.get("total_response_time"))
    mean = summed / made if summed is not None and made else None
    counted = _counted(one, made)
    times = tuple(("response_times", share, _at(counted, share)) for share in _JSON_QUANTILES)
    return _Entry(_run(made, failed, label, place), False, mean, times, None)


def _counted(one: dict[str, Any], made: int | None) -> list[tuple[float, int]]:
    """How often each time was seen; empty when these do not add up to the requests made, for then some are missing."""
    found = [(_cell(key), count(raw)) for key, raw in section(one, "response_times").items()]
    sure = sorted((at, times) for at, times in found if at is not None and times is not None)
    untimed = count(one.get("num_none_requests", 0))
    whole = len(sure) == len(found) and untimed is not None and sum(times for _, times in sure) + untimed == made
    return sure if whole else []


def _at(counted: list[tuple[float, int]], share: float) -> float | None:
    """The smallest time that at least this share of requests did not exceed (nearest rank)."""
    wanted, seen = share * sum(times for _, times in counted), 0
    for moment, times in counted:
        seen += times
        if times and seen >= wanted:
            return moment
    return None


def _measurements(entry: _Entry) -> Iterator[Measurement]:
    run = entry.run
    doubts: Warnings = ()
    if run.failed and run.answered:
        doubts = (f"failures-included: {run.failed} failed requests are among them",)
    if not entry.old:
        yield answered_share(run, run.place)
    yield timed(run, "request-latency", entry.mean, "ms", run.place, zero=True, doubts=doubts)
    for _, share, raw in entry.times:
        if 0.5 <= share < 1:
            yield timed(run, "request-latency", raw, "ms", run.place, share=share, zero=True, doubts=doubts)
    if entry.rate is not None:
        yield rate(run, "requests-per-second", entry.rate, "requests-per-s", run.place, doubts=doubts)
