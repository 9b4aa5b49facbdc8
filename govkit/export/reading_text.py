"""One reading for people: what the file is, what it says, what govkit computes from it, and every doubt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from govkit.export.columns import plural
from govkit.model.evidence import Interval, Measurement, Reading

HEADINGS = ("measure", "value", "unit", "n", "the tool says", "govkit computes", "conditions")


class Computed(NamedTuple):
    """The interval govkit would stand by, with its method, and what it found odd about the tool's numbers."""

    interval: Interval | None
    notes: tuple[str, ...] = ()


def reading_text(reading: Reading, computed: Sequence[Computed]) -> str:
    """The reading as a table; `computed` has one entry per measurement, in their order."""
    return "\n".join(_lines(reading, computed))


def _lines(reading: Reading, computed: Sequence[Computed]) -> Iterator[str]:
    yield _line("format", f"{reading.format} {reading.format_version or ''}")
    if reading.tool is not None:
        yield _line("tool", f"{reading.tool.name} {reading.tool.version or ''}")
    if reading.model is not None:
        revision = f" at {reading.model.revision} ({reading.model.revision_kind})" if reading.model.revision else ""
        yield _line("model", f"{reading.model.id}{revision}")
    if reading.run_id is not None:
        yield _line("run", reading.run_id)
    yield _line("status", reading.status)
    if reading.flags:
        yield _line("flags", ", ".join(reading.flags))
    yield _line("measured", reading.at.isoformat() if reading.at else reading.at_text or "the file does not say")
    yield ""
    rows = [_row(one, own) for one, own in zip(reading.measurements, computed, strict=True)]
    yield from _table([HEADINGS, *rows])
    for item in reading.samples:
        scored = plural(len(item.scores), "single item")
        yield f"scores of {scored} for {item.measure}{_conditions(item.conditions, ' (', ')')}"
    doubts = _doubts(reading, computed)
    if doubts:
        yield ""
        yield "warnings:"
        yield from (f"  {doubt}" for doubt in doubts)


def _line(word: str, text: str) -> str:
    return f"{word:<9} {text.strip()}"


def _row(one: Measurement, own: Computed) -> tuple[str, ...]:
    return (
        one.measure,
        _number(one.value),
        one.unit or "-",
        _count(one),
        _told(one),
        _interval(own.interval) if own.interval else "-",
        _conditions(one.conditions),
    )


def _count(one: Measurement) -> str:
    if one.n is None:
        return "unknown"
    k = f"{one.successes}/" if one.successes is not None else ""
    groups = f" in {one.clusters} groups" if one.clusters is not None and one.clusters < one.n else ""
    missing = f", {one.missing} missing" if one.missing else ""
    return f"{k}{one.n}{groups}{missing}"


def _number(value: float | None) -> str:
    if value is None:
        return "none"
    return f"{value:.0f}" if value == int(value) and abs(value) < 1e15 else f"{value:.6g}"


def _told(one: Measurement) -> str:
    method = f" {one.stderr_method}" if one.stderr_method else ""
    parts = [f"se {one.stderr:.4g}{method}"] if one.stderr is not None else []
    parts += [_interval(one.interval)] if one.interval is not None else []
    return "; ".join(parts) or "-"


def _interval(given: Interval) -> str:
    return f"{given.low:.4g} to {given.high:.4g} ({given.level * 100:.3g} %, {given.method})"


def _conditions(conditions: dict[str, str], before: str = "", after: str = "") -> str:
    text = ", ".join(f"{word}={value}" for word, value in conditions.items())
    return f"{before}{text}{after}" if text else ""


def _table(rows: list[tuple[str, ...]]) -> Iterable[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _doubts(reading: Reading, computed: Sequence[Computed]) -> list[str]:
    """Warnings about the whole file, then those about values, each once with the measures it concerns."""
    concerned: dict[str, list[str]] = {}
    for one, own in zip(reading.measurements, computed, strict=True):
        for warning in (*one.warnings, *own.notes):
            concerned.setdefault(warning, []).append(one.measure)
    found = list(reading.warnings)
    for warning, measures in concerned.items():
        names = list(dict.fromkeys(measures))
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        found.append(f"{warning} ({', '.join(names[:3])}{more})")
    return found
