"""`govkit read FILE`: what a collector reads from a file. Needs no project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from govkit.cli.ending import harmless
from govkit.cli.invocation import Invocation
from govkit.collectors import registry
from govkit.errors import CollectorError, ExitCode, InputError, Problem
from govkit.export.reading_json import Shown, reading_json
from govkit.export.reading_text import Computed, reading_text
from govkit.files import digest_of
from govkit.model.evidence import Reading

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)


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
    """Show what a collector reads from a file: measures, counts, the tool's own uncertainty, and every doubt.

    Beside what the tool says stands the interval govkit computes (95 %), each with the name of its method.

    Reads FILE (and MAPPING), recognised by content, not by name. Writes nothing and needs no project. Exits 3 when the
    file cannot be read or no collector knows it.

    Example: govkit read results.json
    """
    invocation: Invocation = ctx.obj
    outcome = _outcome(file, format, mapping)
    computed = _computed(outcome.reading) if outcome.reading is not None else []
    if as_json:
        typer.echo(reading_json(outcome.shown, outcome.reading, outcome.problems, computed))
    elif outcome.reading is not None:
        typer.echo(harmless(reading_text(outcome.reading, computed)))
    for problem in outcome.problems:
        typer.echo(harmless(str(problem)), err=True)
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


def _computed(reading: Reading) -> list[Computed]:
    """What govkit computes for every measurement; without SciPy, what would need it is said and left out."""
    from govkit.assess.computed import computed
    from govkit.statistics.quantiles import MissingLibrary

    found = []
    for one in reading.measurements:
        alone = reading.model_copy(update={"measurements": (one,)})
        try:
            (own,) = computed(alone)
        except MissingLibrary as error:
            found.append(Computed(None, (f"not-computed: {error}; pip install 'govkit[stats]'",)))
            continue
        found.append(Computed(own.interval, own.notes) if own else Computed(None))
    return found
