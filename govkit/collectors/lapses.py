"""Times that a register keeps: from one date of an entry to another, the slowest case of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple, Protocol

from govkit.collectors.papers import until_end_of
from govkit.collectors.values import name
from govkit.errors import CollectorError


class Lapse(NamedTuple):
    """A time from one field to another."""

    measure: str
    start: str
    end: str
    unit: Literal["hours", "days"]
    by: str | None = None
    """Field whose value becomes a condition."""


LAPSES: dict[str, tuple[Lapse, ...]] = {
    "incidents": (
        Lapse("incident/hours-to-log", "detected_at", "logged_at", "hours"),
        Lapse("incident/hours-to-contain", "detected_at", "contained_at", "hours", "severity"),
    ),
    "concerns": (Lapse("concern/days-to-first-answer", "date", "first_answer_on", "days"),),
}
"""Kind of register to the times it keeps. Source: frameworks/govkit-baseline/kinds.yaml and measures.yaml."""

_UNITS = {"hours": timedelta(hours=1), "days": timedelta(days=1)}


class Dated(Protocol):
    """An entry whose dates are known."""

    @property
    def value(self) -> Mapping[str, Any]:
        """Its fields."""

    @property
    def dates(self) -> Mapping[str, datetime]:
        """Its dates."""

    @property
    def line(self) -> int:
        """Where it stands."""

    @property
    def name(self) -> str:
        """What it is called."""


class Case(NamedTuple):
    """The slowest entry of a group, as fields of a Measurement."""

    group: str
    fields: dict[str, Any]


def slowest(lapse: Lapse, entries: Sequence[Dated]) -> Iterator[Case]:
    """For each group the longest time, and until when no open entry exceeds it.

    An entry that has begun and not ended takes at least as long as it takes until now, and now is not known here: so
    the value holds until the open entry would be the slowest, and there is none when no entry has ended.
    """
    groups: dict[str, list[Dated]] = {}
    for entry in entries:
        if lapse.start in entry.dates:
            groups.setdefault(_group(lapse, entry), []).append(entry)
    for group, members in sorted(groups.items()):
        ended = [(_took(lapse, entry), entry) for entry in members if lapse.end in entry.dates]
        pending = [entry for entry in members if lapse.end not in entry.dates]
        longest, worst = max(ended, key=lambda item: item[0], default=(None, members[0]))
        fields: dict[str, Any] = {
            "value": None if longest is None else longest / _UNITS[lapse.unit],
            "unit": lapse.unit,
            "higher_is_better": False,
            "n": len(ended),
            "place": f"line {worst.line}",
        }
        if pending:
            oldest = min(pending, key=lambda entry: entry.dates[lapse.start])
            fields["warnings"] = (f"not-ended: {oldest.name} has no {lapse.end} yet",)
            if longest is not None:
                ends = oldest.dates[lapse.start] + longest
                fields["valid_until"] = until_end_of(ends) if lapse.unit == "days" else ends
        yield Case(group, fields)


def _group(lapse: Lapse, entry: Dated) -> str:
    return (name(entry.value.get(lapse.by), 80) or "not stated") if lapse.by else ""


def _took(lapse: Lapse, entry: Dated) -> timedelta:
    end = entry.dates[lapse.end]
    if lapse.unit == "hours" and len(str(entry.value[lapse.end]).strip()) <= len("2026-11-20"):
        # A day without an hour: it may have been late.
        end = until_end_of(end)
    took = end - entry.dates[lapse.start]
    if took < timedelta(0):
        what = f"{entry.name}: {lapse.end} lies before {lapse.start}"
        raise CollectorError(what, fix="put the two dates right", ident="bad-date", line=entry.line)
    return took
