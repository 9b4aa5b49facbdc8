"""`govkit demo`: an example project, ready to assess."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from govkit.cli.invocation import Invocation, instant
from govkit.errors import InputError, Place, Problem
from govkit.files import nearest, shipped
from govkit.story import tell

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)

DATES = {"clinic-outreach": "2026-11-20", "language-model": "2026-02-15"}
"""The instant each example is meant to be judged at: its evidence does not grow old with the calendar."""


@app.command()
def demo(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New folder for the example.")],
    example: Annotated[str, typer.Option("--example", help=f"One of {', '.join(DATES)}.")] = "clinic-outreach",
    run: Annotated[bool, typer.Option("--run", help="Also assess its releases and write the reports.")] = False,
) -> None:
    """Make an example project with a git history, ready to assess.

    Writes a git repository into DIR (which must be new or empty): real results of real models, made-up people and
    dates. With --run its releases are assessed on the screen and the reports are written into DIR/reports.

    Example: govkit demo clinic --run
    """
    invocation: Invocation = ctx.obj
    if example not in DATES:
        near = nearest(example, DATES)
        hint = f"did you mean {near[0]!r}? " if near else ""
        fix = f"{hint}examples: {', '.join(DATES)}"
        raise InputError([Problem(Place("--example"), "unknown-example", f"there is no example {example!r}", fix)])
    commits = tell(shipped("examples") / example, folder)
    as_of = DATES[example]
    invocation.note(f"{folder}: {len(commits)} commits, the last is {commits[-1][:10]}")
    if run:
        _run(replace(invocation, root=folder), as_of)
        return
    from govkit.cli.judging import open_here

    last = open_here(replace(invocation, root=folder, quiet=True)).project.releases[-1].version
    typer.echo(f"govkit -C {folder} assess {last} --as-of {as_of}")
    typer.echo(f"govkit -C {folder} report {last} --as-of {as_of}")


def _run(invocation: Invocation, as_of: str) -> None:
    """Every release on the screen, then the reports of the last one."""
    from govkit.cli.judging import find_release, judge_opened, keep, open_here
    from govkit.cli.report import write_reports
    from govkit.export.assessment_text import screen

    opened = open_here(invocation)
    when = instant(as_of)
    judged = None
    for release in opened.project.releases:
        judged = judge_opened(opened, find_release(opened.project, release.version), when)
        keep(opened, judged.assessment)
        typer.echo(screen(judged.assessment))
        typer.echo("")
    if judged is not None:
        for path in write_reports(invocation, judged, invocation.root / "reports"):
            typer.echo(path.as_posix())
