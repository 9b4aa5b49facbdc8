"""Registers: YAML lists of dated entries, such as incidents, suppliers, training or decisions.

Recognised by `register: <kind>` and `entries:`. Measures, each with the condition `register`: `register/entries`,
`register/open` (entries without closed_on), `register/complete` (k of n entries with every field of the kind),
`register/overdue` (0 until the earliest due date of an open entry, after which the value no longer holds),
`register/closed-in-time` (k of n entries closed on or before their due date), and for the kinds that keep times
`incident/hours-to-log`, `incident/hours-to-contain` and `concern/days-to-first-answer`: the slowest case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple

from govkit.collectors.papers import day, filled, has_key, kinds, missing, parsed
from govkit.collectors.registry import Sniffed, Source
from govkit.errors import CollectorError
from govkit.model.evidence import Measurement, Reading
from govkit.yaml_lines import Document

FORMAT = "register"
VERSION = "1"


class Lapse(NamedTuple):
    """A time from one field to another that a kind of register keeps."""

    measure: str
    start: str
    end: str
    unit: str
    by: str | None = None
    """Field whose value becomes a condition."""


LAPSES: dict[str, tuple[Lapse, ...]] = {
    "incidents": (
        Lapse("incident/hours-to-log", "detected_at", "logged_at", "hours"),
        Lapse("incident/hours-to-contain", "detected_at", "contained_at", "hours", "severity"),
    ),
    "concerns": (Lapse("concern/days-to-first-answer", "date", "first_answer_on", "days"),),
}
_SECONDS = {"hours": 3600.0, "days": 86400.0}


def sniff(source: Source) -> Sniffed | None:
    """A YAML file with the keys `register` and `entries`."""
    if source.starts_as_json or not (has_key(source, "register") and has_key(source, "entries")):
        return None
    return Sniffed(FORMAT, 0.9, None, "YAML with the keys `register` and `entries`")


def collect(source: Source) -> Reading:
    """Counts over the entries; raises CollectorError on duplicate ids, bad dates or a wrong shape."""
    document = parsed(source.content, source.shown, "the register")
    kind, entries = document.value.get("register"), document.value.get("entries")
    if not isinstance(kind, str) or not filled(kind):
        raise CollectorError("does not say which register it is", fix="write `register: <kind>`", line=1)
    if entries is None:
        entries = []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        line = document.place(("entries",)).line
        raise CollectorError("`entries` is not a list of entries", fix="write `- id: ...` for each", line=line)
    _unique(document, entries)
    dates = [when for index, entry in enumerate(entries) if (when := _newest(document, index, entry))]
    newest = max(dates, default=None)
    return Reading(
        format=FORMAT,
        collector=FORMAT,
        collector_version=VERSION,
        status="complete",
        at=newest,
        method="EXAMINE",
        measurements=tuple(_measurements(kind, document, entries, newest)),
    )


def _unique(document: Document, entries: Sequence[dict[str, Any]]) -> None:
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        ident = str(entry.get("id", ""))
        if ident and ident in seen:
            line = document.place(("entries", index, "id")).line
            raise CollectorError(f"the id {ident[:60]!r} stands twice", fix="give one of them another id", line=line)
        seen.add(ident)


def _date(document: Document, index: int, entry: dict[str, Any], field: str) -> datetime | None:
    return day(entry.get(field), field, line=document.place(("entries", index, field)).line)


def _newest(document: Document, index: int, entry: dict[str, Any]) -> datetime | None:
    """When the entry was made: `date`, or for incidents when it was logged or seen."""
    found = [_date(document, index, entry, field) for field in ("date", "logged_at", "detected_at")]
    return next((when for when in found if when), None)


def _measurements(
    kind: str, document: Document, entries: Sequence[dict[str, Any]], newest: datetime | None
) -> Iterator[Measurement]:
    base: dict[str, Any] = {"unit": "count", "conditions": {"register": kind}, "at": newest, "place": "line 1"}

    def made(name: str, value: float, **more: Any) -> Measurement:
        return Measurement.model_validate({"measure": f"register/{name}", "value": value, **base, **more})

    total = len(entries)
    open_ones = [(index, entry) for index, entry in enumerate(entries) if not filled(entry.get("closed_on"))]
    yield made("entries", total)
    yield made("open", len(open_ones), n=total, n_basis="entries")
    fields = kinds()["registers"].get(kind, ("id", "date", "owner"))
    lacking = {str(entry.get("id", index + 1)): missing(entry, fields) for index, entry in enumerate(entries)}
    lacking = {ident: names for ident, names in lacking.items() if names}
    warnings = tuple(f"fields-missing: {ident} lacks {', '.join(names)}"[:500] for ident, names in lacking.items())
    k = total - len(lacking)
    share = {"unit": "proportion", "n": total, "n_basis": "entries", "successes": k, "higher_is_better": True}
    if total:
        yield made("complete", k / total, **share, warnings=warnings)
    dues = [due for index, entry in open_ones if (due := _date(document, index, entry, "due"))]
    until = datetime.combine(min(dues).date(), time(23, 59, 59), UTC) if dues else None
    yield made("overdue", 0, n=len(open_ones), n_basis="entries", higher_is_better=False, valid_until=until)
    yield from _in_time(document, entries, made)
    yield from _lapses(kind, document, entries, base)


def _in_time(document: Document, entries: Sequence[dict[str, Any]], made: Any) -> Iterator[Measurement]:
    closed = [
        (due, end)
        for index, entry in enumerate(entries)
        if (due := _date(document, index, entry, "due")) and (end := _date(document, index, entry, "closed_on"))
    ]
    if closed:
        k = sum(end.date() <= due.date() for due, end in closed)
        share = {"unit": "proportion", "n": len(closed), "n_basis": "entries", "successes": k, "higher_is_better": True}
        yield made("closed-in-time", k / len(closed), **share)


def _lapses(
    kind: str, document: Document, entries: Sequence[dict[str, Any]], base: dict[str, Any]
) -> Iterator[Measurement]:
    """The slowest case of each time the kind keeps, by severity where there is one."""
    for lapse in LAPSES.get(kind, ()):
        slowest: dict[str, tuple[timedelta, int]] = {}
        for index, entry in enumerate(entries):
            start, end = (_date(document, index, entry, field) for field in (lapse.start, lapse.end))
            group = str(entry.get(lapse.by, "")) if lapse.by else ""
            if start is None or end is None:
                continue
            if end < start:
                line = document.place(("entries", index, lapse.end)).line
                what = f"{lapse.end} lies before {lapse.start}"
                raise CollectorError(what, fix="put the two dates right", ident="bad-date", line=line)
            slowest[group] = max(slowest.get(group, (timedelta(0), index)), (end - start, index))
        for group, (took, index) in sorted(slowest.items()):
            extra = {lapse.by: group} if lapse.by else {}
            yield Measurement.model_validate(
                {
                    **base,
                    "measure": lapse.measure,
                    "value": took.total_seconds() / _SECONDS[lapse.unit],
                    "unit": lapse.unit,
                    "higher_is_better": False,
                    "n": len(entries),
                    "n_basis": "entries",
                    "conditions": {**base["conditions"], **extra},
                    "place": f"line {document.place(('entries', index)).line}",
                }
            )
