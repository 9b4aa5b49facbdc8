"""`govkit risk`: the register, one risk, and accepting what is left of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

import typer

from govkit.assess.residual import evidence_behind
from govkit.cli.invocation import Invocation, instant
from govkit.cli.judging import Judged, Opened, find_release, judge_opened, open_here
from govkit.editing import append_item
from govkit.errors import InputError, Place, Problem
from govkit.export.risks import detail, overview, risks_json
from govkit.model.assessment import RiskResult
from govkit.model.project import Project
from govkit.model.risk import Risk
from govkit.validation import unknown

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)

LONGEST_DAYS = 366
"""Longest time an acceptance may hold. Source: govkit judgement; a residual risk is looked at again every year."""

ReleaseOption = Annotated[str | None, typer.Option("--release", "-r", help="Judge this release for residual levels.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="Judge as of this date or instant.")]


@app.callback()
def risk() -> None:
    """List, show and accept risks.

    Reads risks.yaml; with a release, computes what is left after the controls that hold.

    Example: govkit risk list --release 1.2
    """


def _judged(opened: Opened, release: str | None, as_of: str | None) -> Judged | None:
    if release is None:
        return None
    return judge_opened(opened, find_release(opened.project, release), instant(as_of))


def _results(judged: Judged | None) -> dict[str, RiskResult]:
    return {result.risk: result for result in judged.assessment.risks} if judged else {}


def _find(project: Project, ident: str) -> Risk:
    for item in project.risks:
        if item.id == ident:
            return item
    known = [item.id for item in project.risks]
    raise InputError([unknown(ident, known, Place("risks.yaml"), "risk", f"risks: {', '.join(known) or 'none'}")])


@app.command("list")
def list_risks(
    ctx: typer.Context,
    release: ReleaseOption = None,
    as_of: AsOf = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON (govkit.risks/1).")] = False,
) -> None:
    """Every risk with its level before and after controls, owner and acceptance.

    Reads the project; writes nothing. Without a release only the level before controls is known.

    Example: govkit risk list --release 1.2
    """
    invocation: Invocation = ctx.obj
    opened = open_here(invocation)
    results = _results(_judged(opened, release, as_of))
    if as_json:
        typer.echo(risks_json(opened.project, results, release))
        return
    for line in overview(opened.project, results, instant(as_of).date()):
        typer.echo(line)
    if not opened.project.risks:
        typer.echo("the register is empty")


@app.command()
def show(
    ctx: typer.Context,
    ident: Annotated[str, typer.Argument(metavar="RISK")],
    release: ReleaseOption = None,
    as_of: AsOf = None,
) -> None:
    """Everything about one risk: how each control moves it, the checks behind, who accepted it.

    Reads the project; writes nothing.

    Example: govkit risk show R-03 --release 1.2
    """
    invocation: Invocation = ctx.obj
    opened = open_here(invocation)
    item = _find(opened.project, ident)
    judged = _judged(opened, release, as_of)
    checks = judged.assessment.checks if judged else ()
    for line in detail(item, opened.project, _results(judged).get(ident), checks):
        typer.echo(line)


@app.command()
def accept(
    ctx: typer.Context,
    ident: Annotated[str, typer.Argument(metavar="RISK")],
    release: Annotated[str, typer.Option("--release", "-r", help="Release the acceptance is for.")],
    by: Annotated[str, typer.Option("--by", help="Who accepts, by name.")],
    until: Annotated[str, typer.Option("--until", help="Last day it holds, for example 2027-03-31.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it may be accepted for that time.")],
    role: Annotated[str | None, typer.Option("--role", help="In which role.")] = None,
    covers: Annotated[
        list[str] | None, typer.Option("--covers", help="Control that is not satisfied; may be given several times.")
    ] = None,
    as_of: AsOf = None,
) -> None:
    """Accept what is left of a risk, for a time, on the evidence of today.

    Judges the release, freezes the residual level and the digests of the evidence behind the controls it covers, and
    appends that to risks.yaml; comments and earlier acceptances stay as they are. It ends on its day, when the residual
    rises, or when that evidence changes.

    Example: govkit risk accept R-03 -r 1.2 --by "Dr Okafor" --until 2027-03-31 --reason "Checked by hand until then"
    """
    invocation: Invocation = ctx.obj
    opened = open_here(invocation)
    item = _find(opened.project, ident)
    when = instant(as_of)
    judged = judge_opened(opened, find_release(opened.project, release), when)
    result = _results(judged).get(ident)
    if result is None:
        fix = "choose a risk that is open and belongs to this system"
        raise InputError([Problem(Place("risks.yaml"), "closed-risk", f"{ident} is not open for {release}", fix)])
    last = _last_day(until, when.date())
    if not by.strip() or not reason.strip():
        fix = "say who accepts it (--by) and why (--reason)"
        raise InputError([Problem(Place("--reason"), "missing-reason", "an acceptance needs a name and a reason", fix)])
    covered = _covered(item, result, covers)
    entry = {
        "risk": ident,
        "release": judged.assessment.release,
        "by": by.strip(),
        **({"role": role.strip()} if role and role.strip() else {}),
        "at": when.isoformat(),
        "until": last.isoformat(),
        "reason": reason.strip(),
        "likelihood": result.likelihood,
        "impact": result.impact,
        "level": result.level,
        "covers": list(covered),
        "evidence": list(evidence_behind(covered, judged.assessment.checks)),
    }
    path = opened.project.risks_file
    append_item(opened.root / path, ["acceptances"], entry, shown=path)
    if not result.above_appetite:
        invocation.note(f"{ident} is {result.level}, which needs no acceptance; it is kept all the same")
    what = f", covering {', '.join(covered)}" if covered else ""
    typer.echo(f"{ident} accepted at {result.level} by {by.strip()} until {last}{what}; written to {path}")


def _last_day(until: str, today: date) -> date:
    try:
        last = date.fromisoformat(until)
    except ValueError as error:
        fix = "write a date like 2027-03-31"
        raise InputError([Problem(Place("--until"), "bad-date", f"{until!r} is not a date", fix)]) from error
    if last < today:
        fix = "name a day that is still to come"
        raise InputError([Problem(Place("--until"), "bad-date", f"{until} has passed already", fix)])
    if last > today + timedelta(days=LONGEST_DAYS):
        fix = f"name a day by {today + timedelta(days=LONGEST_DAYS)}, and accept it anew then"
        what = "an acceptance of more than a year would be forgotten"
        raise InputError([Problem(Place("--until"), "bad-date", what, fix)])
    return last


def _covered(item: Risk, result: RiskResult, asked: list[str] | None) -> tuple[str, ...]:
    """The risk's controls that do not hold, or those asked for; each must be one of the risk's own."""
    if not asked:
        return tuple(sorted(set(result.not_holding)))
    own = [reduction.control for reduction in item.controls]
    problems = [
        unknown(name, own, Place("--covers"), "control", f"controls of {item.id}: {', '.join(own)}")
        for name in asked
        if name not in own
    ]
    if problems:
        raise InputError(problems)
    return tuple(sorted(set(asked)))
