"""`govkit read FILE`: what a collector reads from a file. Needs no project."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from govkit.cli.invocation import Invocation
from govkit.collectors import registry
from govkit.errors import CollectorError, ExitCode, InputError, Problem
from govkit.export.reading_json import Shown, reading_json
from govkit.files import digest_of
from govkit.model.evidence import Measurement, Reading

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)

HEADINGS = ("measure", "value", "unit", "n", "uncertainty", "conditions")


class Outcome(NamedTuple):
    """What came of reading one file."""

    shown: Shown
    reading: Reading | None
    problems: tuple[Problem, ...]


@app.command()
def read(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A result file of an evaluation or data tool.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the reading as JSON (govkit.reading/1).")] = False,
    format: Annotated[
        str | None, typer.Option("--format", help="Use this collector; else the content decides.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", metavar="MAPPING", help="Read JSON or CSV as this mapping file says.")
    ] = None,
) -> None:
    """Show what a collector reads from a file: measures, counts, uncertainty, and every doubt about them.

    Reads FILE (and MAPPING), recognised by content, not by name. Writes nothing and needs no project. Exits 3 when the
    file cannot be read or no collector knows it.

    Example: govkit read results.json
    """
    invocation: Invocation = ctx.obj
    outcome = _outcome(file, format, mapping)
    if as_json:
        typer.echo(reading_json(outcome.shown, outcome.reading, outcome.problems))
    elif outcome.reading is not None:
        for line in _lines(outcome.reading):
            typer.echo(line)
    for problem in outcome.problems:
        typer.echo(str(problem), err=True)
    if outcome.problems:
        raise typer.Exit(ExitCode.FILES)
    if outcome.reading is not None:
        invocation.detail(f"read by collector {outcome.reading.collector} {outcome.reading.collector_version}")


def _outcome(file: Path, format: str | None, mapping: Path | None) -> Outcome:
    path = file.as_posix()
    shown = Shown(path, None, None, None)
    try:
        digest = digest_of(file, shown=path)
        shown = Shown(path, digest.sha256, digest.size, None)
        if mapping is None and format is None:
            sniffed = registry.identify(file, path)
            shown, format = shown._replace(confidence=sniffed.confidence), sniffed.format
        return Outcome(shown, registry.read(file, path, format=format, mapping=mapping), ())
    except CollectorError as error:
        return Outcome(shown, None, (error.problem(path),))
    except InputError as error:
        return Outcome(shown, None, error.problems)


def _lines(reading: Reading) -> Iterable[str]:
    """The reading for people: what it is, an aligned table, and the doubts."""
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
    yield from _table([HEADINGS, *(_row(one) for one in reading.measurements)])
    for one in reading.samples:
        yield f"scores of {len(one.scores)} single items for {one.measure}{_conditions(one.conditions, ' (', ')')}"
    doubts = _doubts(reading)
    if doubts:
        yield ""
        yield "warnings:"
        yield from (f"  {doubt}" for doubt in doubts)


def _line(word: str, text: str) -> str:
    return f"{word:<9} {text.strip()}"


def _row(one: Measurement) -> tuple[str, ...]:
    k = f"{one.successes}/" if one.successes is not None else ""
    n = f"{k}{one.n}" if one.n is not None else "unknown"
    return (one.measure, _number(one.value), one.unit or "-", n, _uncertainty(one), _conditions(one.conditions))


def _number(value: float | None) -> str:
    if value is None:
        return "none"
    return f"{value:.0f}" if value == int(value) and abs(value) < 1e15 else f"{value:.6g}"


def _uncertainty(one: Measurement) -> str:
    parts = [f"se {one.stderr:.4g}"] if one.stderr is not None else []
    if one.interval is not None:
        parts.append(f"[{one.interval.low:.4g}, {one.interval.high:.4g}] at {one.interval.level:.0%}")
    return ", ".join(parts) or "-"


def _conditions(conditions: dict[str, str], before: str = "", after: str = "") -> str:
    text = ", ".join(f"{word}={value}" for word, value in conditions.items())
    return f"{before}{text}{after}" if text else ""


def _table(rows: list[tuple[str, ...]]) -> Iterable[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _doubts(reading: Reading) -> list[str]:
    """Warnings about the whole file, then those about values, each once with the measures it concerns."""
    concerned: dict[str, list[str]] = {}
    for one in reading.measurements:
        for warning in one.warnings:
            concerned.setdefault(warning, []).append(one.measure)
    found = list(reading.warnings)
    for warning, measures in concerned.items():
        names = list(dict.fromkeys(measures))
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        found.append(f"{warning} ({', '.join(names[:3])}{more})")
    return found
