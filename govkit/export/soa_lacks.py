"""What a Statement of Applicability lacks: what an auditor would ask for and not find. Judges no evidence.

Source: ISO/IEC 42001:2023, 6.1.3, in our words: necessary controls, a reason for each that is in and each that is out,
compared with the whole of Annex A. Plan, owner and status are good practice and not asked for there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from govkit.errors import Place, Problem
from govkit.export.columns import wrapped
from govkit.export.soa import Row
from govkit.model.catalog import ALWAYS_BINDING
from govkit.model.project import Applicability, Project, Statement

NO_REASON = frozenset({"", "tbd", "tba", "tbc", "todo", "fixme", "na", "none", "unknown", "tobedetermined", "tobedone"})
NOT_DECIDED = ("notdecided", "notyetdecided", "tobedecided", "undecided")


class Asked(NamedTuple):
    """What the statement is held against."""

    project: Project
    places: Mapping[str, Place]
    """Requirement to its line in the file."""
    file: Place
    today: date


def undecided(reason: str) -> bool:
    """True for a reason that gives none: the starter file's, `TBD`, `n/a`, signs only."""
    said = re.sub(r"[\W_]+", "", reason.casefold())
    return said in NO_REASON or said.startswith(NOT_DECIDED)


def lacks(asked: Asked, found: Sequence[Row]) -> list[Problem]:
    """Every gap, in the order of the statement: its head first."""
    statement = asked.project.statement
    found = [row for row in found if not row.by_profile]
    if statement is None:
        fix = f"write {asked.file.path} with one line for each of them; `govkit init` in an empty folder shows the form"
        what = f"there is no Statement of Applicability; {len(found)} requirements would need a line"
        return [Problem(asked.file, "no-statement", what, fix)] if found else []
    problems = list(_approval(asked, statement))
    for row in found:
        problems += _row(asked, row)
    return problems


def _approval(asked: Asked, statement: Statement) -> Iterator[Problem]:
    fix = "let the management that answers for it approve this version, and write down who and when"
    if not statement.approved_by:
        yield Problem(asked.file, "statement-not-approved", "the statement names nobody who approved it", fix)
    if not statement.approved_on:
        yield Problem(asked.file, "statement-not-approved", "the statement has no date of approval", fix)
    elif statement.approved_on > asked.today:
        what = f"the statement is approved on {statement.approved_on}, which is after {asked.today}"
        yield Problem(asked.file, "statement-not-approved", what, fix)


def _row(asked: Asked, row: Row) -> Iterator[Problem]:
    line = row.line
    place = asked.places.get(row.requirement, asked.file)
    if line is None:
        fix = "add a line: necessary or not, and why; silence excludes nothing"
        if row.tailored and not any(said.included for _, said in row.tailored):
            fix = "the profile puts it out; if you agree, add a line that says so and why, for a person must decide"
        yield Problem(place, "statement-missing-line", f"{row.requirement} has no line", fix)
        return
    if not row.in_scope:
        fix = "put its catalog under `frameworks:` in govkit.yaml, or remove the line"
        what = f"{row.requirement} belongs to a catalog that is not in scope, so nobody judges it"
        yield Problem(place, "statement-not-in-scope", what, fix)
    if undecided(line.reason):
        fix = "decide whether it is necessary, and write the reason"
        yield Problem(place, "statement-undecided", f"nobody has decided about {row.requirement}", fix)
    yield from _necessary(asked, row, line, place) if line.necessary else _excluded(row, line, place)


def _excluded(row: Row, line: Applicability, place: Place) -> Iterator[Problem]:
    if row.kind in ALWAYS_BINDING:
        fix = "clauses always bind, and the verdict ignores this line: remove it, or set `necessary: true`"
        yield Problem(place, "statement-excludes-clause", f"{row.requirement} cannot be excluded", fix)
    if line.controls:
        fix = "set `necessary: true` if these controls answer it, or take them out of the line"
        what = f"{row.requirement} is excluded, and yet answered by {', '.join(line.controls)}"
        yield Problem(place, "statement-excluded-in-use", what, fix)


def _necessary(asked: Asked, row: Row, line: Applicability, place: Place) -> Iterator[Problem]:
    if not line.risks and not line.obligations:
        fix = "name a risk it treats or a duty that asks for it"
        yield Problem(place, "statement-no-link", f"{row.requirement} is tied to no risk and no duty", fix)
    foreign = [name for name in line.controls if name not in row.claimed_by]
    if foreign:
        fix = "name a control that lists it under `requirements:`, or write one of your own that does"
        what = f"{', '.join(foreign)} stands for {row.requirement}, but is no evidence for it"
        yield Problem(place, "statement-other-control", what, fix)
    if row.claimed_by:
        return
    fix = "put a control in use that is evidence for it, or write `plan:` and `due:`"
    what = f"nothing in use is evidence for {row.requirement}"
    if not line.plan or not line.due:
        yield Problem(place, "statement-no-control", f"{what}, and no plan with a date says when it will be", fix)
    elif line.due < asked.today:
        yield Problem(place, "statement-no-control", f"{what}, and its plan was due on {line.due}", fix)


def lacks_lines(problems: Iterable[Problem]) -> Iterator[str]:
    """The gaps for a person, those of one kind together: 38 of a kind are one thing to do, not 38."""
    for (ident, fix), group in groupby(
        sorted(problems, key=lambda p: (p.ident, p.fix)), key=lambda p: (p.ident, p.fix)
    ):
        gaps = sorted(group, key=lambda problem: problem.where)
        for problem in gaps:
            yield wrapped(f"{problem.where}: {problem.what}", 6, "  ")
        yield wrapped(f"fix: {fix} [{ident}]", 9, "    ")
