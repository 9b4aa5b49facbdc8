"""Controls and their checks, each with the evidence it rests on."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup

from govkit.model.assessment import Check, Finding, Used
from govkit.report.charts import dot_plot
from govkit.report.numbers import bar_words, check_quantity, day, quantity
from govkit.report.views.index import Index, Link, finding_status
from govkit.report.visible import anchor
from govkit.report.words import (
    EVIDENCE_ROLES,
    METHODS,
    OUTCOMES,
    RUN_STATUS,
    SEVERITY,
    Status,
    counted,
    reason_words,
    said,
)


class EvidenceLine(NamedTuple):
    """Where a value was read: enough to find file, version and spot again."""

    link: Link
    path: str
    sha256: str
    commit: str
    when: str
    place: str
    detail: str


class CheckRow(NamedTuple):
    """One criterion judged."""

    id: str
    anchor: Markup
    title: str
    status: Status
    reason: str
    severity: str
    explanation: str
    value: str
    interval: str
    bar: str
    bar_from: str
    bar_set: str
    plot: Markup | None
    notes: tuple[str, ...]
    evidence: tuple[EvidenceLine, ...]


class ControlBlock(NamedTuple):
    """One control: what is asked, what was found."""

    id: str
    anchor: Markup
    title: str
    status: Status
    reason: str
    asked: str
    method: str
    owner: str
    requirements: tuple[Link, ...]
    risks: tuple[Link, ...]
    accepted: tuple[Link, ...]
    bars_set: str
    """When all of its bars were set; empty when they differ, and then each check says it."""
    checks: tuple[CheckRow, ...]


class Theme(NamedTuple):
    """Controls that belong together."""

    title: str
    anchor: Markup
    blocks: tuple[ControlBlock, ...]


def themes(index: Index) -> tuple[Theme, ...]:
    """All judged controls by theme, in the order of the project."""
    grouped: dict[str, list[ControlBlock]] = {}
    for finding in index.assessment.findings:
        if finding.kind == "control":
            control = index.controls.get(finding.subject)
            grouped.setdefault(control.theme if control else "other", []).append(_block(index, finding))
    return tuple(
        Theme(title[:1].upper() + title[1:], anchor("t", title), tuple(blocks)) for title, blocks in grouped.items()
    )


def _block(index: Index, finding: Finding) -> ControlBlock:
    control = index.controls.get(finding.subject)
    rows = tuple(check_row(index, index.checks[ident]) for ident in finding.checks if ident in index.checks)
    settings = {row.bar_set for row in rows}
    common = next(iter(settings)) if len(settings) == 1 else ""
    return ControlBlock(
        id=finding.subject,
        anchor=anchor("c", finding.subject),
        title=finding.title,
        status=finding_status(finding),
        reason="" if finding.reason == "bar-cleared" else reason_words(finding.reason),
        asked=control.summary if control else "This control is not in the project any more.",
        method=METHODS[control.method] if control else "",
        owner=(control.owner or "") if control else "",
        requirements=index.claimed_by(control) if control else (),
        risks=tuple(index.to_risk(ident) for ident in index.risks_of.get(finding.subject, ())),
        accepted=tuple(index.to_risk(ident) for ident in finding.accepted),
        bars_set=common,
        checks=tuple(row._replace(bar_set="") for row in rows) if common else rows,
    )


def check_row(index: Index, check: Check) -> CheckRow:
    """A check with its numbers in words."""
    criterion = index.criterion(check)
    interval = ""
    if check.interval:
        low, high = (check_quantity(check, bound) for bound in (check.interval.low, check.interval.high))
        interval = f"{low} to {high} ({check.interval.level * 100:.3g} %, {check.interval.method})"
    set_by = ""
    if check.bar_set:
        known = check.bar_set
        when = f"on {day(known.at)} by {known.by or 'unknown'}, commit {(known.commit or '')[:10]}"
        set_by = when if known.commit else "in no commit yet"
    return CheckRow(
        id=check.id,
        anchor=anchor("k", check.id),
        title=check.title,
        status=OUTCOMES[check.outcome],
        reason="" if check.outcome == "met" else reason_words(check.reason),
        severity="" if check.severity == "gate" else SEVERITY[check.severity],
        explanation=_explained(check),
        value="" if check.value is None else check_quantity(check, check.value),
        interval=interval,
        bar=bar_words(check, criterion),
        bar_from=check.bar_from or "",
        bar_set=set_by,
        plot=dot_plot(check, criterion),
        notes=_notes(check),
        evidence=tuple(evidence_line(index, used) for used in check.used),
    )


def _explained(check: Check) -> str:
    """The explanation without the title, which stands above it."""
    rest = check.explanation.removeprefix(f"{check.title}: ")
    return rest[:1].upper() + rest[1:]


def _notes(check: Check) -> tuple[str, ...]:
    found = []
    if check.runs:
        low, high = (quantity(value, check.unit) for value in (check.runs.low, check.runs.high))
        text = f"{counted(check.runs.count, 'run')} of this measure, {low} to {high}; the newest is judged."
        earlier = check.runs.failed_earlier
        found.append(f"{text} {counted(earlier, 'earlier run')} missed the bar." if earlier else text)
    if check.bar_set and check.bar_set.moved_since:
        found.append(f"The bar moved since the baseline release; before, it was: {check.bar_set.moved_since}.")
    if check.comparison:
        p = check.comparison.p_value
        shown = "below 0.001" if p < 0.001 else f"{p:.3f}"
        found.append(
            f"If nothing had changed, a change this large had the probability {shown} ({check.comparison.method})."
        )
    warnings = dict.fromkeys((*check.warnings, *(w for used in check.used for w in used.warnings)))
    return (*found, *(said(text) for text in warnings if not text.startswith("bar-moved:")))


def evidence_line(index: Index, used: Used) -> EvidenceLine:
    """One cited value: file, digest, commit, date, place."""
    coded = index.cited(used)
    link = Link(coded.code, Markup("#") + coded.anchor) if coded else Link("file", None)
    detail = [EVIDENCE_ROLES[used.role]]
    if used.value is not None:
        detail.append(f"{quantity(used.value, used.unit)}" + (f" of {used.n:,}" if used.n is not None else ""))
    detail += [f"{key} = {value}" for key, value in sorted(used.conditions.items())]
    if used.status != "complete":
        detail.append(RUN_STATUS[used.status])
    detail += [f"judge {used.judge}"] if used.judge and "judge" not in used.conditions else []
    detail += [f"{used.clusters:,} groups"] if used.clusters is not None else []
    detail += _told(used)
    return EvidenceLine(
        link=link,
        path=used.path,
        sha256=used.sha256[:12],
        commit=f"commit {used.commit[:10]}" if used.commit else "not committed",
        when=day(used.committed or used.at) or "no date",
        place=used.place,
        detail=", ".join(part for part in detail if part),
    )


def _told(used: Used) -> list[str]:
    """The tool's own uncertainty with its method, beside the check's interval, so that both can be computed again."""
    found = []
    if used.stderr is not None:
        method = f" ({used.stderr_method})" if used.stderr_method else ""
        found.append(f"tool's standard error {used.stderr:.4g}{method}")
    if used.interval is not None:
        low, high = (quantity(bound, used.unit) for bound in (used.interval.low, used.interval.high))
        found.append(f"tool's interval {low} to {high} ({used.interval.level * 100:.3g} %, {used.interval.method})")
    return found
