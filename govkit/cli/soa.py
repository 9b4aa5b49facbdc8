"""`govkit soa`: the Statement of Applicability."""

from __future__ import annotations

from typing import Annotated

import typer

from govkit.cli.ending import harmless
from govkit.cli.invocation import Invocation, instant
from govkit.cli.judging import Opened, find_release, judge_opened, open_here
from govkit.errors import ExitCode, Place
from govkit.export.soa import rows, soa_csv, soa_json, soa_lines
from govkit.export.soa_lacks import Asked, lacks, lacks_lines
from govkit.files import inside, read_bytes
from govkit.model.assessment import Finding
from govkit.yaml_lines import load_yaml

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def soa(
    ctx: typer.Context,
    release: Annotated[
        str | None, typer.Option("--release", "-r", help="Also show the finding of this release.")
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="As of this date or instant.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON (govkit.soa/1).")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the table as CSV.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 10 when the statement lacks something.")] = False,
) -> None:
    """Show the Statement of Applicability and what it lacks.

    Reads soa.yaml and the catalogs in scope: every Annex A control is compared, and silence excludes nothing. With a
    release, its findings are shown beside. Writes nothing.

    Example: govkit soa --release 1.2
    """
    if as_json and as_csv:
        raise typer.BadParameter("choose one of --json and --csv")
    invocation: Invocation = ctx.obj
    opened = open_here(invocation)
    when = instant(as_of)
    findings: tuple[Finding, ...] = ()
    if release is not None:
        judged = judge_opened(opened, find_release(opened.project, release), when).assessment
        findings, release = judged.findings, judged.release
    found = rows(opened.project, opened.library.catalogs, findings)
    problems = lacks(Asked(opened.project, _places(opened), Place(opened.project.statement_file), when.date()), found)
    if as_json:
        typer.echo(soa_json(opened.project, found, problems, release))
    elif as_csv:
        typer.echo(soa_csv(found), nl=False)
    else:
        for line in soa_lines(opened.project, found):
            typer.echo(harmless(line))
        if problems:
            typer.echo(f"\nWhat it lacks ({len(problems)})")
            for line in lacks_lines(problems):
                typer.echo(harmless(line))
    if strict and problems:
        raise typer.Exit(ExitCode.VERDICT)


def _places(opened: Opened) -> dict[str, Place]:
    """Requirement to where its line stands."""
    if opened.project.statement is None:
        return {}
    name = opened.project.statement_file
    document = load_yaml(read_bytes(inside(opened.root, name), shown=name), name)
    return {
        line.requirement: document.place(("lines", index)) for index, line in enumerate(opened.project.statement.lines)
    }
