"""Checks → findings on controls → findings on requirements → coverage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from govkit.model.assessment import CONSERVATIVE, Check, Coverage, Finding, Reason, State
from govkit.model.catalog import ALWAYS_BINDING, Catalog, Requirement
from govkit.model.control import Control
from govkit.model.project import Applicability, Project, Statement
from govkit.model.tailored import Tailored


def most_conservative(reasons: Iterable[Reason]) -> Reason:
    """The reason that says the worst; there must be at least one."""
    return min(reasons, key=CONSERVATIVE.index)


def control_finding(control: Control, checks: Sequence[Check]) -> Finding:
    """Satisfied when it has at least one gate check and all are met. Empty is never true."""
    gating = [check for check in checks if check.severity == "gate"]
    compared = [check for check in gating if check.reason != "no-baseline"]
    state: State = "satisfied"
    reason: Reason = "bar-cleared"
    if not gating:
        state, reason = "not-satisfied", "no-criterion"
    elif not compared:
        state, reason = "not-applicable", "no-baseline"
    else:
        failing = [check.reason for check in compared if check.outcome != "met"]
        if failing:
            state, reason = "not-satisfied", most_conservative(failing)
    return Finding(
        subject=control.id,
        kind="control",
        catalog="controls",
        title=control.title,
        state=state,
        reason=reason,
        checks=tuple(check.id for check in checks),
    )


def requirement_findings(
    catalog: Catalog,
    project: Project,
    system: str,
    controls: Mapping[str, Finding],
    claims: Mapping[str, Sequence[str]],
) -> list[Finding]:
    """One finding per leaf requirement. Silence in the Statement of Applicability excludes nothing.

    Where the statement is silent, the project's profile may put a requirement out for this system.
    """
    lines, tailored = statement_lines(project.statement), project.tailored.get(system, {})
    found = []
    for item in catalog.leaves():
        full = f"{catalog.id}:{item.id}"
        decided = Decided(lines.get(full), tailored.get(full))
        found.append(_requirement(catalog, item, decided, controls, claims.get(full, ())))
    return found


def statement_lines(statement: Statement | None) -> dict[str, Applicability]:
    """Full requirement id to its line."""
    return {line.requirement: line for line in statement.lines} if statement else {}


class Decided(NamedTuple):
    """What was decided about a requirement before any evidence: by a person, and by the profile."""

    line: Applicability | None
    tailored: Tailored | None

    def out(self) -> Reason | None:
        """Why the requirement does not apply; a line, whatever it says, wins over the profile."""
        if self.line is not None:
            return None if self.line.necessary else "excluded"
        return "out-of-profile" if self.tailored is not None and not self.tailored.included else None


def _requirement(
    catalog: Catalog,
    item: Requirement,
    decided: Decided,
    controls: Mapping[str, Finding],
    claiming: Sequence[str],
) -> Finding:
    out = None if item.kind in ALWAYS_BINDING else decided.out()
    judged = [controls[name] for name in claiming if controls[name].state != "not-applicable"]
    state: State = "satisfied"
    reason: Reason = "bar-cleared"
    if out is not None:
        state, reason = "not-applicable", out
    elif not claiming:
        state, reason = "not-satisfied", "no-control"
    elif not judged:
        state, reason = "not-satisfied", "no-baseline"
    else:
        failing = [finding.reason for finding in judged if finding.state != "satisfied"]
        if failing:
            state, reason = "not-satisfied", most_conservative(failing)
    return Finding(
        subject=f"{catalog.id}:{item.id}",
        kind="requirement",
        catalog=catalog.id,
        title=item.title,
        state=state,
        reason=reason,
        controls=tuple(claiming),
        applicability=decided.line.reason if decided.line else None,
        tailored=decided.tailored,
    )


def claims_of(controls: Iterable[Control]) -> dict[str, tuple[str, ...]]:
    """Full requirement id to the controls that claim it, in their order."""
    found: dict[str, list[str]] = {}
    for control in controls:
        for requirement in control.requirements:
            found.setdefault(requirement, []).append(control.id)
    return {requirement: tuple(names) for requirement, names in found.items()}


def coverage(ident: str, title: str, findings: Sequence[Finding], parents: Mapping[str, str]) -> Coverage:
    """Counts of findings, in all and by parent."""
    by_parent: dict[str, list[int]] = {}
    totals = [0, 0, 0]
    for finding in findings:
        column = ("satisfied", "not-satisfied", "not-applicable").index(finding.state)
        totals[column] += 1
        parent = parents.get(finding.subject)
        if parent is not None:
            by_parent.setdefault(parent, [0, 0, 0])[column] += 1
    return Coverage(
        catalog=ident,
        title=title,
        satisfied=totals[0],
        not_satisfied=totals[1],
        not_applicable=totals[2],
        by_parent={name: (counts[0], counts[1], counts[2]) for name, counts in by_parent.items()},
    )


def parents_of(catalog: Catalog) -> dict[str, str]:
    """Full id of every leaf to the id of the group it is counted under: its nearest ancestor that is never judged."""
    items = {item.id: item for item in catalog.requirements}
    found = {}
    for leaf in catalog.leaves():
        parent = leaf.parent
        while parent is not None and catalog.judges(items[parent].kind):
            parent = items[parent].parent
        if parent is not None:
            found[f"{catalog.id}:{leaf.id}"] = parent
    return found
