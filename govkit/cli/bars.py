"""`govkit bars`: who set each bar, when, and whether it moved."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from govkit.cli.invocation import Invocation

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def bars(
    ctx: typer.Context,
    version: Annotated[str, typer.Argument(metavar="RELEASE", help="Version or tag of the release.")],
    moved: Annotated[bool, typer.Option("--moved", help="Only bars that moved since the baseline release.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON (govkit.bars/1).")] = False,
) -> None:
    """List every bar: who set it, when, in which commit, and whether it moved since the baseline release.

    Reads the project and every committed version of its controls file; writes nothing. A bar the project leaves to the
    catalog counts as set when its control came into use.

    Example: govkit bars 1.2
    """
    from govkit.cli.judging import find_release, open_here
    from govkit.export.bars import bars_document, bars_listed, bars_text
    from govkit.history.bars import bars_of

    invocation: Invocation = ctx.obj
    opened = open_here(invocation)
    project, history = opened.project, opened.history
    release = find_release(project, version)
    baseline = project.release(release.baseline) if release.baseline else None
    found = bars_of(history, project.controls_file, project.controls, baseline)
    listed = bars_listed(project.controls, found)
    if moved:
        listed = [bar for bar in listed if bar.set and bar.set.moved_since]
    for problem in history.problems:
        invocation.note(str(problem))
    if as_json:
        document = bars_document(listed, release, history.available)
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        typer.echo(bars_text(listed, release))
