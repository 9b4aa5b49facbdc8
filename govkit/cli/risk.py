"""`govkit risk`: the register, one risk, and accepting what is left of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from govkit.assess.residual import evidence_behind
from govkit.cli.ending import harmless
from govkit.cli.invocation import Invocation, instant
from govkit.cli.judging import Opened, find_release, judge_opened, open_here
from govkit.editing import append_item
from govkit.errors import InputError, Place, Problem
from govkit.export.risks import Register, acceptance_json, detail, overview, risk_json, risks_json
from govkit.model.assessment import RiskResult
from govkit.model.project import Project
from govkit.model.risk import LONGEST_DAYS, Acceptance, Risk
from govkit.validation import problems_of, unknown
from govkit.yaml_lines import Document

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)

Ident = Annotated[str, typer.Argument(metavar="RISK", help="Id of the risk.")]
ReleaseOption = Annotated[str | None, typer.Option("--release", "-r", help="Judge this release for residual levels.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="As of this date or instant.")]


@app.callback()
def risk() -> None:
    """List, show and accept risks.

    Reads risks.yaml; with a release, computes what is left after the controls that hold.

    Example: govkit risk list --release 1.2
    """


@app.command("list")
def list_risks(
    ctx: typer.Context,
    release: ReleaseOption = None,
    as_of: AsOf = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON (govkit.risks/1).")] = False,
) -> None:
    """Every risk with its level before and after controls, owner, treatment and acceptance.

    Reads the project; writes nothing. Without a release only the level before controls is known.

    Example: govkit risk list --release 1.2
    """
    register = _register(open_here(ctx.obj), release, as_of)
    if as_json:
        typer.echo(risks_json(register))
        return
    for line in overview(register):
        typer.echo(harmless(line))
    if not register.project.risks:
        typer.echo("the register is empty")


@app.command()
def show(
    ctx: typer.Context,
    ident: Ident,
    release: ReleaseOption = None,
    as_of: AsOf = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON (govkit.risk/1).")] = False,
) -> None:
    """Everything about one risk: how each control moves it, the checks behind, who accepted it.

    Reads the project; writes nothing. Without a release no control has been judged, so nothing has moved.

    Example: govkit risk show R-03 --release 1.2
    """
    opened = open_here(ctx.obj)
    item = _find(opened.project, ident)
    register = _register(opened, release, as_of)
    if as_json:
        typer.echo(risk_json(register, item))
        return
    for line in detail(register, item):
        typer.echo(harmless(line))


@app.command()
def accept(
    ctx: typer.Context,
    ident: Ident,
    release: Annotated[str, typer.Option("--release", "-r", help="Release the acceptance is for.")],
    by: Annotated[str, typer.Option("--by", help="Who accepts, by name.")],
    until: Annotated[str, typer.Option("--until", help="Last day it holds, for example 2027-03-31.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it may be accepted for that time.")],
    role: Annotated[str | None, typer.Option("--role", help="In which role.")] = None,
    covers: Annotated[
        list[str] | None,
        typer.Option(
            "--covers",
            metavar="CONTROL",
            help="Control of the risk that is not satisfied; may be given several times.",
            show_default="all that are not satisfied",
        ),
    ] = None,
    as_of: AsOf = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON (govkit.acceptance/1).")] = False,
) -> None:
    """Accept what is left of a risk, for a time, on the evidence of today.

    Judges the release, freezes the residual level and the digests of the evidence behind the controls it covers, and
    appends that to risks.yaml; comments and earlier acceptances stay as they are. It ends on its day, when the residual
    rises, or when that evidence changes. Commit it: git then says who wrote it, and when.

    Example: govkit risk accept R-03 -r 1.2 --by "Dr Okafor" --until 2027-03-31 --reason "Checked by hand until then"
    """
    invocation: Invocation = ctx.obj
    opened, when = open_here(invocation), instant(as_of)
    item = _find(opened.project, ident)
    chosen = find_release(opened.project, release)
    problems = [*_bad_words(by, reason), *_bad_day(until, when.date()), *_foreign(item, covers or ())]
    if problems:
        raise InputError(problems)
    register = Register(opened.project, when.date(), judge_opened(opened, chosen, when).assessment)
    result = _open(register, item, release)
    covered = _covered(register, item, covers)
    frozen = {
        "risk": ident,
        "release": chosen.version,
        "at": when.isoformat(),
        "likelihood": result.likelihood,
        "impact": result.impact,
        "level": result.level,
        "covers": covered,
        "evidence": list(evidence_behind(covered, [check for name in covered for check in register.checks(name)])),
    }
    entry = _entry({**frozen, "by": by.strip(), "role": role, "until": until, "reason": reason.strip()})
    path = opened.project.risks_file
    append_item(opened.root / path, ["acceptances"], entry, shown=path)
    _tell(invocation, result, entry, path, when, as_json=as_json)


def _open(register: Register, item: Risk, release: str) -> RiskResult:
    """The risk as it was judged; refused when it was not."""
    result = register.result(item)
    if result is not None:
        return result
    fix = "choose a risk that is open and belongs to this system; `govkit risk list` shows them"
    what = f"{item.id} is closed" if item.status == "closed" else f"{item.id} is not about the system of {release}"
    raise InputError([Problem(Place(register.project.risks_file), "closed-risk", what, fix)])


def _tell(
    invocation: Invocation, result: RiskResult, entry: dict[str, Any], path: str, when: datetime, *, as_json: bool
) -> None:
    notes = _notes(result, when)
    if as_json:
        typer.echo(acceptance_json(entry, path, notes))
        return
    for note in notes:
        invocation.note(note)
    what = f", covering {', '.join(entry['covers'])}" if entry.get("covers") else ""
    frozen = f"{entry['risk']} accepted at {entry['level']} by {entry['by']} until {entry['until']}{what}"
    typer.echo(f"{frozen}; written to {path}")


def _register(opened: Opened, release: str | None, as_of: str | None) -> Register:
    when = instant(as_of)
    if release is None:
        return Register(opened.project, when.date())
    judged = judge_opened(opened, find_release(opened.project, release), when)
    return Register(opened.project, when.date(), judged.assessment)


def _find(project: Project, ident: str) -> Risk:
    for item in project.risks:
        if item.id == ident:
            return item
    known = [item.id for item in project.risks]
    listing = f"risks: {', '.join(known) or 'none'}"
    raise InputError([unknown(ident, known, Place(project.risks_file), "risk", listing)])


def _bad_words(by: str, reason: str) -> list[Problem]:
    fix = "say who accepts it (--by) and why (--reason): somebody will ask"
    empty = [option for option, text in (("--by", by), ("--reason", reason)) if not text.strip()]
    return [Problem(Place(option), "missing-reason", "is empty", fix) for option in empty]


def _bad_day(until: str, today: date) -> list[Problem]:
    latest = today + timedelta(days=LONGEST_DAYS)
    try:
        last = date.fromisoformat(until)
    except ValueError:
        what, fix = f"{until!r} is not a date", "write a date like 2027-03-31"
    else:
        if today <= last <= latest:
            return []
        what, fix = f"{until} has passed already", "name a day that is still to come"
        if last > latest:
            what = f"{until} is more than {LONGEST_DAYS} days ahead; what is left of a risk is looked at every year"
            fix = f"name a day by {latest}, and accept it anew then"
    return [Problem(Place("--until"), "bad-date", what, fix)]


def _foreign(item: Risk, asked: list[str] | tuple[()]) -> list[Problem]:
    """Controls that are to be covered and are none of the risk's own."""
    own = [reduction.control for reduction in item.controls]
    listing = f"controls of {item.id}: {', '.join(own) or 'none'}"
    return [unknown(name, own, Place("--covers"), "control", listing) for name in asked if name not in own]


def _covered(register: Register, item: Risk, asked: list[str] | None) -> list[str]:
    """The risk's controls that are not satisfied, or those of them that were asked for."""
    failing = {
        reduction.control
        for reduction in item.controls
        if (finding := register.finding(reduction.control)) and finding.state == "not-satisfied"
    }
    fix = f"leave it out; not satisfied are: {', '.join(sorted(failing)) or 'none'}"
    problems = [
        Problem(Place("--covers"), "nothing-to-accept", f"{name} needs no acceptance in this release", fix)
        for name in asked or ()
        if name not in failing
    ]
    if problems:
        raise InputError(problems)
    return sorted(set(asked)) if asked else sorted(failing)


def _entry(given: dict[str, Any]) -> dict[str, Any]:
    """The acceptance as it is written, checked like one that is read."""
    try:
        made = Acceptance.model_validate(given)
    except ValidationError as error:
        found = problems_of(error, Document("risk accept", given, {}), (), Acceptance)
        raise InputError(Problem(Place("risk accept"), one.ident, one.what, one.fix) for one in found) from error
    return {key: value for key, value in made.model_dump(mode="json").items() if value not in (None, [])}


def _notes(result: RiskResult, when: datetime) -> list[str]:
    notes = []
    if not result.above_appetite:
        notes.append(f"{result.risk} is {result.level}, which nobody has to accept; the entry is kept all the same")
    if result.accepted:
        notes.append(f"{result.risk} was accepted already; the earlier entry stays as it is")
    if when > instant(None):
        notes.append(f"the entry is dated {when:%Y-%m-%d %H:%M} UTC, which is still to come; it holds from then on")
    return notes
