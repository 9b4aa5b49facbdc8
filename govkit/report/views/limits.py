"""What was not tested, what is undecided, what the tools warned about, what could not be read, what moved."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup

from govkit.report.numbers import day, file_size
from govkit.report.views.index import Index, Link
from govkit.report.words import DIRECTIONS, RUN_STATUS, Status, reason_words, said


class Untested(NamedTuple):
    """Checks that could not be judged for one reason."""

    reason: str
    checks: tuple[Link, ...]


class Warned(NamedTuple):
    """One warning of a collector and the checks it touches."""

    text: str
    checks: tuple[Link, ...]


class ProblemRow(NamedTuple):
    """One thing wrong in the project's files."""

    where: str
    what: str
    fix: str
    ident: str


class Limits(NamedTuple):
    """Everything the chapter on limits shows."""

    untested: tuple[Untested, ...]
    inconclusive: tuple[Link, ...]
    undecided: tuple[str, ...]
    declined: tuple[tuple[str, str], ...]
    warnings: tuple[Warned, ...]
    stated: int
    """Checks that rest on what a person stated."""
    unused: tuple[Link, ...]
    problems: tuple[ProblemRow, ...]


def limits(index: Index) -> Limits:
    """The chapter on limits."""
    untested: dict[str, list[Link]] = {}
    warned: dict[str, list[Link]] = {}
    for check in index.assessment.checks:
        if check.outcome == "not-judged":
            untested.setdefault(reason_words(check.reason), []).append(index.to_check(check.id))
        for text in dict.fromkeys((*check.warnings, *(w for used in check.used for w in used.warnings))):
            warned.setdefault(said(text), []).append(index.to_check(check.id))
    ours = (None, index.assessment.release)
    unused = [coded for coded in index.evidence.values() if not coded.use.checks and coded.use.release in ours]
    return Limits(
        untested=tuple(Untested(reason, tuple(checks)) for reason, checks in sorted(untested.items())),
        inconclusive=tuple(index.to_check(c.id) for c in index.assessment.checks if c.outcome == "inconclusive"),
        undecided=index.assessment.undecided,
        declined=tuple((item.id, item.reason) for item in index.project.declined),
        warnings=tuple(Warned(text, tuple(checks)) for text, checks in sorted(warned.items())),
        stated=sum(any(u.method == "INTERVIEW" for u in check.used) for check in index.assessment.checks),
        unused=tuple(Link(coded.code, Markup("#") + coded.anchor) for coded in unused),
        problems=tuple(ProblemRow(str(p.where), p.what, p.fix, p.ident) for p in index.assessment.problems),
    )


class Moved(NamedTuple):
    """One thing that changed since the baseline release."""

    subject: Link
    text: str
    status: Status


def changes(index: Index) -> tuple[Moved, ...]:
    """What moved, worse first; values that moved without a change of outcome come last."""
    order = ["worse", "gone", "moved", "new", "better", "same"]
    moved = sorted(index.assessment.differences, key=lambda d: (order.index(d.direction), d.kind, d.subject))
    return tuple(Moved(index.to_subject(d.subject), d.text, DIRECTIONS[d.direction]) for d in moved)


class GateRow(NamedTuple):
    """One thing that closes the gate."""

    subject: Link
    reason: str
    text: str


class GateView(NamedTuple):
    """What closes the gate: causes one by one, requirements as one list, for they follow from their controls."""

    rows: tuple[GateRow, ...]
    requirements: tuple[Link, ...]
    accepted: tuple[Link, ...]


def gate(index: Index) -> GateView:
    """What closes the gate, and what would close it had nobody accepted it."""
    rows, requirements = [], []
    for item in index.assessment.gate.because:
        finding = index.findings.get(item.subject)
        if finding and finding.kind == "requirement" and finding.controls:
            requirements.append(index.to_requirement(item.subject))
        else:
            title = finding.title if finding and finding.kind == "requirement" else ""
            text = f"{title}: no control in use stands for it." if title else item.text
            rows.append(GateRow(index.to_subject(item.subject), reason_words(item.reason), text))
    accepted = tuple(index.to_subject(subject) for subject in index.assessment.gate.accepted)
    return GateView(tuple(rows), tuple(requirements), accepted)


class FileRow(NamedTuple):
    """One evidence file with its full digest."""

    code: str
    anchor: Markup
    path: str
    sha256: str
    commit: str
    when: str
    author: str
    detail: str
    checks: tuple[Link, ...]
    problem: str
    warnings: tuple[str, ...]


def files(index: Index) -> tuple[FileRow, ...]:
    """Every evidence file the judgement was given, used or not."""
    found = []
    for coded in index.evidence.values():
        use = coded.use
        tool = f"{use.tool.name} {use.tool.version or ''}".strip() if use.tool else ""
        detail = [
            f"release {use.release}" if use.release else "whole organisation",
            file_size(use.size),
            use.format or "",
            f"written by {tool}" if tool else "",
            RUN_STATUS[use.status] if use.status and use.status != "complete" else "",
            f"{use.measurements} values read",
        ]
        found.append(
            FileRow(
                code=coded.code,
                anchor=coded.anchor,
                path=use.path,
                sha256=use.sha256,
                commit=use.commit or "",
                when=day(use.committed),
                author=use.author or "",
                detail=", ".join(part for part in detail if part),
                checks=tuple(index.to_check(ident) for ident in use.checks),
                problem=f"{use.problem.what}; {use.problem.fix}" if use.problem else "",
                warnings=tuple(said(text) for text in use.warnings),
            )
        )
    return tuple(found)
