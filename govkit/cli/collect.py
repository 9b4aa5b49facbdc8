"""`govkit collect`: read all bound evidence into immutable records."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from govkit.cli.invocation import Invocation, instant
from govkit.cli.judging import open_here
from govkit.errors import InputError
from govkit.export.problems_json import problem_json
from govkit.gather import Gatherer
from govkit.model.evidence import Evidence

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def collect(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was read as JSON (govkit.collect/1).")] = False,
) -> None:
    """Read all bound evidence into immutable records.

    Reads every file bound in govkit.yaml. Writes one JSON per file and digest below records/evidence and never changes
    one that is there: two branches that both collected merge without conflict. Files that cannot be read are listed as
    problems (exit 3); the others are still recorded.

    Example: govkit collect
    """
    invocation: Invocation = ctx.obj
    opened = open_here(invocation)
    gatherer = Gatherer(opened.project, opened.root, opened.history, collected=instant(None))
    files = gatherer.files()
    commits = opened.history.file_commits(gatherer.paths(files)) if opened.history.available else {}
    found: list[Evidence] = []
    for evidence in invocation.progress(gatherer.each(files, commits), len(files), "reading evidence"):
        found.append(evidence)
        if evidence.reading:
            values, sha256 = len(evidence.reading.measurements), evidence.sha256[:12]
            invocation.detail(f"{evidence.path}: {evidence.reading.format}, {values} values, sha256 {sha256}")
    problems = tuple(dict.fromkeys(gatherer.problems))
    if as_json:
        document = {
            "schema": "govkit.collect/1",
            "written": gatherer.written,
            "evidence": [_row(item) for item in found],
            "problems": [problem_json(problem) for problem in sorted(problems)],
        }
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
        if problems:
            raise typer.Exit(InputError.exit_code)
        return
    values = sum(len(item.reading.measurements) for item in found if item.reading)
    typer.echo(f"{len(found)} evidence files, {values} values read, {gatherer.written} new records")
    if problems:
        raise InputError(problems)


def _row(item: Evidence) -> dict[str, object]:
    reading = item.reading
    return {
        "path": item.path,
        "sha256": item.sha256,
        "release": item.release,
        "commit": item.commit,
        "format": reading.format if reading else None,
        "measurements": len(reading.measurements) if reading else 0,
    }
