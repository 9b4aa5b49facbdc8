"""The Statement of Applicability as rows, as JSON (`govkit.soa/1`), as CSV, and as lines for the terminal."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from govkit.errors import Problem
from govkit.export.columns import plural, wrapped
from govkit.export.problems_json import problem_json
from govkit.export.profile_text import groups_text
from govkit.model.assessment import Finding
from govkit.model.catalog import Catalog
from govkit.model.project import Applicability, Project
from govkit.model.tailored import ProfileInUse, Tailored, alike

COLUMNS = (
    "requirement", "title", "necessary", "reason", "controls", "claimed_by", "risks", "obligations", "status",
    "owner", "plan", "due", "finding",
)  # fmt: skip

# Spreadsheets run cells that begin so. Source: OWASP, "CSV Injection", with the full-width forms.
EXECUTED = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Row(NamedTuple):
    """One requirement with its line, if it has one, and its finding, if a release was judged."""

    requirement: str
    title: str
    kind: str
    in_scope: bool
    """Whether its catalog stands under `frameworks:`."""
    line: Applicability | None
    claimed_by: tuple[str, ...]
    """Controls in use that are evidence for it, whatever the line says."""
    finding: Finding | None
    tailored: tuple[tuple[str, Tailored], ...] = ()
    """For each system, what the project's profile says."""

    @property
    def by_profile(self) -> bool:
        """True when it is listed only because the profile puts it out, and no line of a statement is expected."""
        return self.line is None and self.kind != "control"


def rows(project: Project, catalogs: Mapping[str, Catalog], findings: Iterable[Finding] = ()) -> list[Row]:
    """Every Annex A control of the catalogs in scope, and every other requirement the statement speaks of.

    With a profile also every requirement in scope that it puts out for some system.
    """
    lines = {line.requirement: line for line in project.statement.lines} if project.statement else {}
    judged = {finding.subject: finding for finding in findings if finding.kind == "requirement"}
    scope = [use.id for use in project.frameworks]
    found = []
    for name in [*scope, *(name for name in catalogs if name not in scope)]:
        for item in catalogs[name].requirements:
            full = f"{name}:{item.id}"
            said = tuple((system, mine[full]) for system, mine in project.tailored.items() if full in mine)
            out = any(not one.included for _, one in said)
            if (item.kind == "control" and name in scope) or full in lines or out:
                claims = tuple(control.id for control in project.controls if full in control.requirements)
                line, finding = lines.get(full), judged.get(full)
                found.append(Row(full, item.title, item.kind, name in scope, line, claims, finding, said))
    return found


def values(row: Row) -> dict[str, Any]:
    """One row as plain values under the names of COLUMNS."""
    line = row.line.model_dump(mode="json") if row.line else {}
    finding = {"state": row.finding.state, "reason": row.finding.reason} if row.finding else None
    known = {"requirement": row.requirement, "title": row.title, "claimed_by": list(row.claimed_by), "finding": finding}
    empty: dict[str, Any] = {"controls": [], "risks": [], "obligations": []}
    found = {name: known[name] if name in known else line.get(name, empty.get(name)) for name in COLUMNS}
    if row.tailored:
        found["profile"] = [{"system": system, **said.model_dump(mode="json")} for system, said in row.tailored]
    return found


def soa_json(project: Project, found: Sequence[Row], problems: Iterable[Problem], release: str | None) -> str:
    """The statement as one document."""
    statement = project.statement
    document: dict[str, Any] = {
        "schema": "govkit.soa/1",
        "version": statement.version if statement else None,
        "approved_by": statement.approved_by if statement else None,
        "approved_on": statement.approved_on.isoformat() if statement and statement.approved_on else None,
        "release": release,
        "lines": [values(row) for row in found],
        "lacks": [problem_json(problem) for problem in problems],
    }
    if project.profile:
        document["profile"] = project.profile.model_dump(mode="json")
    return json.dumps(document, indent=2, ensure_ascii=False)


def soa_csv(found: Sequence[Row]) -> str:
    """The statement as CSV; cells that a spreadsheet would execute begin with an apostrophe."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    columns = [*COLUMNS, *(["profile"] if any(row.tailored for row in found) else [])]
    writer.writerow(columns)
    for row in found:
        cells = values(row)
        cells["finding"] = f"{row.finding.state} ({row.finding.reason})" if row.finding else ""
        cells["profile"] = profile_words(row)
        writer.writerow([cell(cells[name]) for name in columns])
    return stream.getvalue()


def profile_words(row: Row) -> list[str]:
    """What the profile says of a requirement; systems are named where there are several."""
    found = []
    for system, said in row.tailored:
        of = f" for {system}" if len(row.tailored) > 1 else ""
        word = "in" if said.binding else "in as guidance" if said.included else "out"
        found.append(f"{word}{of}: {' '.join(said.reasons)}")
    return found


def cell(value: Any) -> str:
    """A value as one cell that no spreadsheet takes for a formula."""
    if isinstance(value, list):
        value = "; ".join(value)
    text = "" if value is None else {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    return f"'{text}" if text.lstrip(" \u3000").startswith(EXECUTED) else text


def soa_lines(project: Project, found: Sequence[Row]) -> Iterator[str]:
    """The statement for a person: its head, then one paragraph a requirement."""
    statement = project.statement
    if statement:
        by = f", approved by {statement.approved_by}" if statement.approved_by else ", approved by nobody"
        on = f" on {statement.approved_on}" if statement.approved_on else ""
        yield wrapped(f"Statement of Applicability, version {statement.version}{by}{on}")
    else:
        yield f"There is no Statement of Applicability ({project.statement_file}) yet."
    by_profile = [row for row in found if row.by_profile]
    found = [row for row in found if not row.by_profile]
    necessary = sum(1 for row in found if row.line and row.line.necessary)
    excluded = sum(1 for row in found if row.line and not row.line.necessary)
    silent = len(found) - necessary - excluded
    counts = f"{plural(len(found), 'requirement')}: {necessary} necessary, {excluded} not necessary, {silent} without"
    yield f"{counts} a line"
    for row in found:
        yield ""
        yield from _paragraph(row)
    if project.profile:
        yield from _by_profile(project.profile, found, by_profile)


def _by_profile(profile: ProfileInUse, listed: Sequence[Row], out: Sequence[Row]) -> Iterator[str]:
    """Why what is listed above is in, and what the profile puts out without a line."""
    bound = sum(bool(row.tailored) and all(said.binding for _, said in row.tailored) for row in listed)
    counts = f"{bound} of the above in and binding, {len(out)} more out"
    yield "\n" + wrapped(f"Profile {profile.id}: {counts}; a line of the statement brings one back in")
    yield wrapped(f"Status of the profile: {profile.status}", 4, "  ")
    yield from _said(listed, binding=True)
    yield from _said(out, binding=False)


def _said(rows: Sequence[Row], *, binding: bool) -> Iterator[str]:
    """What binds, or else what is out, by system and catalog; what has the same reason together."""
    systems: dict[str, dict[str, Tailored]] = {}
    for row in rows:
        for system, said in row.tailored:
            if said.binding == said.included == binding:
                systems.setdefault(system, {})[row.requirement] = said
    for system, tailored in systems.items():
        for catalog, groups in alike(tailored).items():
            yield f"\n  {catalog}{f' for {system}' if len(rows[0].tailored) > 1 else ''}"
            whole = sum(len(group.ids) for group in groups) if binding else None
            yield from groups_text(groups, 4, whole=whole)


def _paragraph(row: Row) -> Iterator[str]:
    yield wrapped(f"{row.requirement}  {row.title}", 4, "")
    line = row.line
    standing = ["no line" if line is None else "necessary" if line.necessary else "not necessary"]
    if row.finding:
        standing.append(f"finding: {row.finding.state} ({row.finding.reason})")
    if line and line.status:
        standing.append(line.status)
    if line and line.owner:
        standing.append(f"owner {line.owner}")
    yield wrapped("; ".join(standing), 4, "  ")
    controls = line.controls if line and line.controls else row.claimed_by
    if line:
        yield wrapped(line.reason, 4, "  ")
    if controls:
        yield wrapped(f"controls: {', '.join(controls)}", 4, "  ")
    if line and line.risks:
        yield wrapped(f"risks: {', '.join(line.risks)}", 4, "  ")
    if not all(said.binding for _, said in row.tailored):  # else said once, for all of them together
        for words in profile_words(row):
            yield wrapped(f"profile: {words}", 4, "  ")
    for duty in line.obligations if line else ():
        yield wrapped(f"obligation: {duty}", 4, "  ")
    if line and (line.plan or line.due):
        due = f" (due {line.due})" if line.due else " (no date)"
        yield wrapped(f"plan: {line.plan or 'none written'}{due}", 4, "  ")
