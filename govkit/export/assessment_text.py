"""An assessment for the terminal: one screen that says whether the gate is open, and which number broke it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from govkit.model.assessment import Assessment, Check, Finding

WIDTH = 100
_WORDS = {"met": "met", "not-met": "NOT MET", "inconclusive": "undecided", "not-judged": "no answer"}


def screen(assessment: Assessment, *, every: bool = False) -> str:
    """Verdict, counts, what closes the gate with its reason, risks; with `every`, all checks too."""
    return "\n".join(_lines(assessment, every))


def _lines(assessment: Assessment, every: bool) -> Iterator[str]:
    gate = assessment.gate
    verdict = "GATE OPEN" if gate.open else "GATE CLOSED"
    yield f"{assessment.system} {assessment.release}  {verdict}  as of {assessment.as_of:%Y-%m-%d %H:%M} UTC"
    yield ""
    for row in assessment.coverage:
        judged = row.satisfied + row.not_satisfied
        rest = f", {row.not_applicable} not applicable" if row.not_applicable else ""
        label = f"{row.title} ({row.catalog})" if row.catalog != "controls" else row.title
        yield f"  {row.satisfied:>3} of {judged:>3}  {label}{rest}"
    yield from _blocking(assessment)
    yield from _accepted(assessment)
    yield from _risks(assessment)
    if every:
        yield ""
        yield "Every check"
        for check in assessment.checks:
            yield from _check(check)
    yield ""
    yield f"inputs {assessment.inputs_digest}"


def _blocking(assessment: Assessment) -> Iterator[str]:
    """Controls and risks first; requirements only follow from them and are counted."""
    gate = assessment.gate
    if gate.open:
        return
    yield ""
    yield "What closes the gate"
    requirements = [item for item in gate.because if ":" in item.subject]
    for item in gate.because:
        if ":" in item.subject:
            continue
        yield from _paragraph(f"{item.subject}  {item.reason}", item.text)
        for check in assessment.checks:
            if check.control == item.subject and check.outcome != "met":
                yield from _evidence(check)
    alone = [item for item in requirements if item.reason == "no-control"]
    rest = len(requirements) - len(alone)
    if rest:
        yield f"  {rest} requirement{'s' * (rest != 1)} of the frameworks in scope follow from these controls."
    if alone:
        names = ", ".join(item.subject for item in alone[:8]) + (" ..." if len(alone) > 8 else "")
        yield from _paragraph(f"{len(alone)} requirements no control in use claims", names)


def _accepted(assessment: Assessment) -> Iterator[str]:
    findings = [f for f in assessment.findings if f.kind == "control" and f.accepted and f.state == "not-satisfied"]
    if findings:
        yield ""
        yield "Not satisfied, and accepted for now"
        for finding in findings:
            yield from _paragraph(f"{finding.subject}  {finding.reason}", _acceptance(assessment, finding))


def _acceptance(assessment: Assessment, finding: Finding) -> str:
    parts = []
    for risk in assessment.risks:
        if risk.risk in finding.accepted:
            valid = [state for state in risk.acceptances if state.state == "valid"]
            parts += [f"{risk.risk} accepted by {state.by} until {state.until}: {state.reason}" for state in valid]
    return " ".join(parts) or finding.title


def _risks(assessment: Assessment) -> Iterator[str]:
    above = [risk for risk in assessment.risks if risk.above_appetite or risk.not_holding]
    if not above:
        return
    yield ""
    yield "Risks to know"
    for risk in above:
        held = f"; not helped by {', '.join(risk.not_holding)}" if risk.not_holding else ""
        accepted = ", accepted" if risk.accepted else ""
        yield from _paragraph(f"{risk.risk}  {risk.level}{accepted}", f"{risk.title} (was {risk.inherent_level}{held})")


def _check(check: Check) -> Iterator[str]:
    yield from _paragraph(f"{check.id}  {_WORDS[check.outcome]}  {check.reason}", check.explanation)
    yield from _evidence(check)


def _evidence(check: Check) -> Iterator[str]:
    for item in check.used[:2]:
        commit = f" commit {item.commit[:10]}" if item.commit else " not committed"
        day = f" {item.at:%Y-%m-%d}" if item.at else ""
        yield f"      {item.role}: {item.path} {item.place} sha256 {item.sha256[:12]}{commit}{day}"
    for warning in check.warnings:
        yield from textwrap.wrap(f"note: {warning}", WIDTH, initial_indent="      ", subsequent_indent="      ")


def _paragraph(head: str, text: str) -> Iterator[str]:
    yield f"  {head}"
    yield from textwrap.wrap(text, WIDTH, initial_indent="    ", subsequent_indent="    ", break_long_words=False)
