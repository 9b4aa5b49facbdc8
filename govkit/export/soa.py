"""The Statement of Applicability as rows, what it lacks, and as JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from govkit.errors import Place, Problem
from govkit.model.assessment import Finding
from govkit.model.catalog import Catalog
from govkit.model.project import Applicability, Project

UNDECIDED = "Not decided yet"
"""How the starter file begins a reason that nobody has written."""

COLUMNS = (
    "requirement", "title", "necessary", "reason", "controls", "risks", "obligations", "status", "owner", "plan",
    "due", "finding",
)  # fmt: skip


class Row(NamedTuple):
    """One requirement with its line, if it has one, and its finding, if a release was judged."""

    requirement: str
    title: str
    kind: str
    line: Applicability | None
    finding: Finding | None


def rows(project: Project, catalogs: Mapping[str, Catalog], findings: Iterable[Finding] = ()) -> list[Row]:
    """Every Annex A control of the catalogs in scope, and every other requirement the statement speaks of."""
    lines = {line.requirement: line for line in project.statement.lines} if project.statement else {}
    judged = {finding.subject: finding for finding in findings if finding.kind == "requirement"}
    found = []
    for use in project.frameworks:
        catalog = catalogs[use.id]
        for item in catalog.requirements:
            full = f"{use.id}:{item.id}"
            if item.kind == "control" or full in lines:
                found.append(Row(full, item.title, item.kind, lines.get(full), judged.get(full)))
    return found


def lacks(project: Project, found: Sequence[Row], path: str) -> list[Problem]:
    """What an auditor would ask for and not find. Source: ISO/IEC 42001:2023, 6.1.3, in our words."""
    place = Place(path)
    problems = []
    statement = project.statement
    if statement is None or not statement.approved_by or not statement.approved_on:
        fix = "add `version`, `approved_by` and `approved_on` at the top"
        problems.append(Problem(place, "statement-not-approved", "the statement names no approver and date", fix))
    for row in found:
        problems += _row_lacks(project, row, place)
    return problems


def _row_lacks(project: Project, row: Row, place: Place) -> list[Problem]:
    line = row.line
    if line is None:
        fix = f"add a line for {row.requirement}: necessary or not, and why; silence excludes nothing"
        return [Problem(place, "statement-missing-line", f"{row.requirement} has no line", fix)]
    problems = []
    if line.reason.startswith(UNDECIDED):
        fix = "decide whether it is necessary, and write the reason"
        problems.append(Problem(place, "statement-undecided", f"nobody has decided about {row.requirement}", fix))
    if not line.necessary and row.kind in ("clause", "subclause"):
        fix = "clauses always bind; only Annex A controls can be left out"
        problems.append(Problem(place, "statement-excludes-clause", f"{row.requirement} cannot be excluded", fix))
    if not line.necessary:
        return problems
    if not line.risks and not line.obligations:
        fix = "name a risk it treats or a duty that asks for it"
        problems.append(Problem(place, "statement-no-link", f"{row.requirement} is tied to no risk and no duty", fix))
    used = {control.id for control in project.controls}
    claimed = any(row.requirement in control.requirements for control in project.controls)
    if not claimed and not used.intersection(line.controls) and not (line.plan and line.due):
        fix = "put a control in use that is evidence for it, or write `plan:` and `due:`"
        problems.append(
            Problem(place, "statement-no-control", f"nothing in use is evidence for {row.requirement}", fix)
        )
    return problems


def values(row: Row) -> dict[str, Any]:
    """One row as plain values under the names of COLUMNS."""
    line = row.line
    return {
        "requirement": row.requirement,
        "title": row.title,
        "necessary": line.necessary if line else None,
        "reason": line.reason if line else None,
        "controls": list(line.controls) if line else [],
        "risks": list(line.risks) if line else [],
        "obligations": list(line.obligations) if line else [],
        "status": line.status if line else None,
        "owner": line.owner if line else None,
        "plan": line.plan if line else None,
        "due": line.due.isoformat() if line and line.due else None,
        "finding": {"state": row.finding.state, "reason": row.finding.reason} if row.finding else None,
    }


def soa_json(project: Project, found: Sequence[Row], problems: Sequence[dict[str, Any]], release: str | None) -> str:
    """The statement as one document (`govkit.soa/1`)."""
    statement = project.statement
    document = {
        "schema": "govkit.soa/1",
        "version": statement.version if statement else None,
        "approved_by": statement.approved_by if statement else None,
        "approved_on": statement.approved_on.isoformat() if statement and statement.approved_on else None,
        "release": release,
        "lines": [values(row) for row in found],
        "lacks": list(problems),
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def soa_csv(found: Sequence[Row]) -> str:
    """The statement as CSV; cells that a spreadsheet would execute begin with an apostrophe."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in found:
        cells = values(row)
        cells["finding"] = f"{row.finding.state} ({row.finding.reason})" if row.finding else ""
        writer.writerow([_cell(cells[name]) for name in COLUMNS])
    return stream.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, list):
        value = "; ".join(value)
    text = "" if value is None else {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    # Spreadsheets run cells that begin so. Source: OWASP, "CSV Injection", with the full-width forms.
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")) else text
