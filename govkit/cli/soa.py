"""`govkit soa`: the Statement of Applicability."""

from __future__ import annotations

import textwrap
from typing import Annotated

import typer

from govkit.cli.invocation import Invocation, instant
from govkit.cli.judging import find_release, judge_opened, open_here
from govkit.errors import ExitCode
from govkit.export.problems_json import problem_json
from govkit.export.soa import Row, lacks, rows, soa_csv, soa_json
from govkit.model.assessment import Finding

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def soa(
    ctx: typer.Context,
    release: Annotated[
        str | None, typer.Option("--release", "-r", help="Also show the finding of this release.")
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Judge the release as of this date or instant.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON (govkit.soa/1).")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print as CSV.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 10 when the statement lacks something.")] = False,
) -> None:
    """Show the Statement of Applicability and what it lacks.

    Reads soa.yaml and the catalogs in scope: every Annex A control is compared, and silence excludes nothing. With a
    release, its findings are shown beside. Writes nothing.

    Example: govkit soa --release 1.2
    """
    invocation: Invocation = ctx.obj
    opened = open_here(invocation)
    findings: tuple[Finding, ...] = ()
    if release is not None:
        chosen = find_release(opened.project, release)
        findings = judge_opened(opened, chosen, instant(as_of)).assessment.findings
    found = rows(opened.project, opened.library.catalogs, findings)
    problems = lacks(opened.project, found, opened.project.statement_file)
    if as_json:
        typer.echo(soa_json(opened.project, found, [problem_json(problem) for problem in problems], release))
    elif as_csv:
        typer.echo(soa_csv(found), nl=False)
    else:
        _show(opened.project.statement is not None, found)
        if problems:
            typer.echo("\nWhat it lacks")
            for problem in problems:
                typer.echo(textwrap.indent(str(problem), "  "))
    if strict and problems:
        raise typer.Exit(ExitCode.VERDICT)


def _show(written: bool, found: list[Row]) -> None:
    necessary = sum(1 for row in found if row.line and row.line.necessary)
    excluded = sum(1 for row in found if row.line and not row.line.necessary)
    head = f"{len(found)} requirements compared: {necessary} necessary, {excluded} not"
    typer.echo(head if written else f"{head}; there is no soa.yaml yet")
    for row in found:
        word = "no line" if row.line is None else "necessary" if row.line.necessary else "not necessary"
        finding = f"  {row.finding.state}" if row.finding else ""
        typer.echo(f"\n{row.requirement}  {row.title}\n  {word}{finding}")
        if row.line is None:
            continue
        typer.echo(textwrap.fill(row.line.reason, 100, initial_indent="  ", subsequent_indent="  "))
        links = [*row.line.controls, *row.line.risks, *row.line.obligations]
        if links:
            typer.echo(textwrap.fill(", ".join(links), 100, initial_indent="  -> ", subsequent_indent="     "))
