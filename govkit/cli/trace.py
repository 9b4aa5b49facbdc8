"""`govkit trace`: says who?"""

from __future__ import annotations

import json
from typing import Annotated

import typer

from govkit.cli.ending import harmless
from govkit.cli.invocation import Invocation, instant
from govkit.cli.judging import find_release, judge_opened, open_here
from govkit.errors import InputError, Place, Problem
from govkit.export.trace import Trail, trail_text
from govkit.files import nearest
from govkit.model.project import Project

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def trace(
    ctx: typer.Context,
    ident: Annotated[
        str, typer.Argument(metavar="ID", help="Requirement, control, check, risk, evidence file, digest or commit.")
    ],
    release: Annotated[
        str | None, typer.Option("--release", "-r", help="Release to look at; the last one when not given.")
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="As of this date or instant.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the trail as JSON (govkit.trace/1).")] = False,
) -> None:
    """Follow one id from requirement to file, digest and commit, and back.

    From a requirement, control, check or risk it goes down to every measurement, file, SHA-256 and commit behind it;
    from a file, digest or commit it goes up to everything that rests on it. Reads the project; writes nothing.

    Example: govkit trace "MEASURE 2.5" --release 1.2
    """
    invocation: Invocation = ctx.obj
    opened = open_here(invocation)
    judged = judge_opened(opened, find_release(opened.project, release or _last(opened.project)), instant(as_of))
    trail = Trail(judged.assessment, opened.project.controls)
    found = trail.matches(ident)
    if not found:
        near = nearest(ident, trail.known(), count=3)
        fix = f"did you mean {', '.join(near)}?" if near else "`govkit assess RELEASE --all` lists the ids"
        what = f"{ident!r} is not part of the assessment of {judged.assessment.release}"
        raise InputError([Problem(Place("trace"), "unknown-id", what, fix)])
    trails = [trail.of(name) for name in found]
    if as_json:
        document = {
            "schema": "govkit.trace/1",
            "release": judged.assessment.release,
            "as_of": judged.assessment.as_of.isoformat(),
            "inputs_digest": judged.assessment.inputs_digest,
            "trails": trails,
        }
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    for item in trails:
        typer.echo(harmless("\n".join(trail_text(item))))


def _last(project: Project) -> str:
    return project.releases[-1].version if project.releases else ""
