"""Registers: YAML lists of dated entries, such as incidents, suppliers, training or decisions.

Recognised by `register: <kind>` and `entries:`. Measures, each with the condition `register`: `register/entries`,
`register/open` (entries without closed_on), `register/complete` (k of n entries with every field of the kind),
`register/overdue` (0 until the earliest due date of an open entry, after which the value no longer holds),
`register/closed-in-time` (k of n entries closed on or before their due date), and for the kinds that keep times
`incident/hours-to-log`, `incident/hours-to-contain` and `concern/days-to-first-answer`: the slowest case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from govkit.collectors.lapses import LAPSES, slowest
from govkit.collectors.papers import day, filled, has_key, kinds, missing, parsed, until_end_of
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import name
from govkit.errors import CollectorError
from govkit.model.evidence import Measurement, Reading
from govkit.yaml_lines import Document

FORMAT = "register"
VERSION = "2"

_NAMED = 20  # entries named in a warning; a longer list helps nobody
_COMMON = ("id", "date", "owner")
_OBSERVED = ("date", "logged_at", "detected_at")


class Entry(NamedTuple):
    """One entry, its dates read."""

    value: Mapping[str, Any]
    dates: Mapping[str, datetime]
    line: int

    @property
    def name(self) -> str:
        """Its id, else where it stands."""
        return name(self.value.get("id"), 60) or f"the entry in line {self.line}"

    @property
    def closed(self) -> bool:
        """True when it says on which day it was done."""
        return "closed_on" in self.dates


def sniff(source: Source) -> Sniffed | None:
    """A YAML file with the keys `register` and `entries`."""
    if source.starts_as_json or not (has_key(source, "register") and has_key(source, "entries")):
        return None
    return Sniffed(FORMAT, 0.9, None, "YAML with the keys `register` and `entries`")


def collect(source: Source) -> Reading:
    """Counts over the entries; raises CollectorError on duplicate ids, bad dates or a wrong shape."""
    document = parsed(source.content, source.shown, "the register")
    kind = document.value.get("register")
    if not isinstance(kind, str) or not filled(kind):
        line = document.place(("register",)).line
        raise CollectorError("does not say which register it is", fix="write `register: <kind>`", line=line)
    entries = _entries(document)
    looked_at = day(document.value.get("reviewed_on"), "reviewed_on", line=document.place(("reviewed_on",)).line)
    made = [next((entry.dates[key] for key in _OBSERVED if key in entry.dates), None) for entry in entries]
    newest = max((when for when in (*made, looked_at) if when), default=None)
    return Reading(
        format=FORMAT,
        collector=FORMAT,
        collector_version=VERSION,
        status="complete",
        at=newest,
        method="EXAMINE",
        measurements=tuple(_measurements(kind, document.place(("entries",)).line, entries, newest)),
    )


def _entries(document: Document) -> list[Entry]:
    """The entries with their dates; raises CollectorError on a wrong shape, an id that stands twice, or a bad date."""
    listed = document.value.get("entries") or []
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        line = document.place(("entries",)).line
        raise CollectorError("`entries` is not a list of entries", fix="write `- id: ...` for each", line=line)
    found: list[Entry] = []
    seen: dict[str, int] = {}
    for index, item in enumerate(listed):
        line, ident = document.place(("entries", index)).line, str(item.get("id") or "")
        if ident and ident in seen:
            what = f"the id {ident[:60]!r} stands twice, first in line {seen[ident]}"
            raise CollectorError(what, fix="give one of them another id", ident="duplicate-id", line=line)
        seen[ident] = line
        dates = {}
        for key in item:
            if key in ("date", "due") or key.endswith(("_on", "_at", "_until")):
                when = day(item[key], key, line=document.place(("entries", index, key)).line)
                dates.update({key: when} if when else {})
        found.append(Entry(item, dates, line))
    return found


def _measurements(kind: str, line: int, entries: Sequence[Entry], newest: datetime | None) -> Iterator[Measurement]:
    base: dict[str, Any] = {"conditions": {"register": name(kind) or kind}, "at": newest, "place": f"line {line}"}

    def made(measure: str, value: float | None, **more: Any) -> Measurement:
        fixed = {"measure": measure, "value": value, "unit": "count", "n_basis": "entries", **base}
        return Measurement.model_validate({**fixed, **more})

    def share(measure: str, k: int, n: int, **more: Any) -> Measurement:
        return made(measure, k / n, unit="proportion", n=n, successes=k, higher_is_better=True, **more)

    wanted = kinds()["registers"].get(kind, ())
    yield made("register/entries", len(entries))
    pending = [entry for entry in entries if not entry.closed]
    yield made("register/open", len(pending), n=len(entries))
    if entries:
        lacking = {entry.name: names for entry in entries if (names := missing(entry.value, wanted or _COMMON))}
        warnings = [] if wanted else [f"unknown-kind: {name(kind, 60)} is no kind govkit knows"]
        warnings += _named("fields-missing", [f"{who} lacks {', '.join(names)}" for who, names in lacking.items()])
        yield share("register/complete", len(entries) - len(lacking), len(entries), warnings=tuple(warnings))
    yield _overdue(pending, "due" in wanted, made)
    closed = [entry for entry in entries if entry.closed and "due" in entry.dates]
    if closed:
        k = sum(entry.dates["closed_on"] <= until_end_of(entry.dates["due"]) for entry in closed)
        yield share("register/closed-in-time", k, len(closed))
    for lapse in LAPSES.get(kind, ()):
        for case in slowest(lapse, entries):
            group = {lapse.by: case.group} if lapse.by else {}
            yield made(lapse.measure, conditions={**base["conditions"], **group}, **case.fields)


def _overdue(pending: Sequence[Entry], asked: bool, made: Any) -> Measurement:
    """No entry is overdue until the first open one falls due."""
    dated = sorted((entry for entry in pending if "due" in entry.dates), key=lambda entry: entry.dates["due"])
    warnings = [f"next-due: {dated[0].name} is due on {dated[0].dates['due']:%Y-%m-%d}"] if dated else []
    if asked:
        warnings += _named("no-due-date", [entry.name for entry in pending if "due" not in entry.dates])
    until = until_end_of(dated[0].dates["due"]) if dated else None
    found: Measurement = made(
        "register/overdue", 0, n=len(pending), higher_is_better=False, valid_until=until, warnings=tuple(warnings)
    )
    return found


def _named(token: str, items: Sequence[str]) -> list[str]:
    more = f" and {len(items) - _NAMED} more" if len(items) > _NAMED else ""
    return [f"{token}: {'; '.join(items[:_NAMED])}{more}"] if items else []
