"""`govkit assess`: judge a release."""

from __future__ import annotations

from typing import Annotated

import typer

from govkit.cli.ending import harmless
from govkit.cli.invocation import Invocation, instant
from govkit.cli.judging import assessment_bytes, judge_release, keep
from govkit.errors import ExitCode
from govkit.export.assessment_text import screen

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def assess(
    ctx: typer.Context,
    release: Annotated[str, typer.Argument(help="Version or tag of the release.")],
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Judge as of this date (end of that day, UTC) or instant.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the assessment as JSON (govkit.assessment/1).")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="List every check, not only those that are not met.")] = False,
    record: Annotated[bool, typer.Option(help="Keep the assessment below records/assessments.")] = True,
) -> None:
    """Judge a release and say whether its gate is open.

    Reads the project's files, the bound evidence and git. Writes one frozen JSON below records/assessments (not with
    --no-record). Exits 0 when the gate is open and 10 when it is closed.

    Example: govkit assess 1.2 --as-of 2026-11-20
    """
    invocation: Invocation = ctx.obj
    judged = judge_release(invocation, release, instant(as_of))
    assessment = judged.assessment
    for problem in assessment.problems:
        invocation.note(str(problem))
    if record:
        kept = keep(judged.opened, assessment)
        invocation.detail(f"kept as {kept.as_posix()}")
    if as_json:
        typer.echo(assessment_bytes(assessment).decode(), nl=False)
    else:
        typer.echo(harmless(screen(assessment, every=every)))
    if not assessment.gate.open:
        raise typer.Exit(ExitCode.VERDICT)
