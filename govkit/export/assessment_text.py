"""An assessment for the terminal: one screen that says whether the gate is open, and which number broke it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from govkit.export.assessment_doubts import doubts, moved, runs_told
from govkit.model.assessment import Assessment, Check, Finding, GateReason, Used

WIDTH = 100
MOST = 12
"""Longest list of alike things on the screen."""

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
    yield from _profile(assessment)
    yield from _blocking(assessment)
    yield from _accepted(assessment)
    yield from _risks(assessment)
    if assessment.gate.open or every:
        yield from moved(assessment)
        yield from doubts(assessment)
    if every:
        yield ""
        yield "Every check"
        for check in assessment.checks:
            yield from _check(check)
    yield ""
    yield f"inputs {assessment.inputs_digest}"


def _profile(assessment: Assessment) -> Iterator[str]:
    """Which profile tailored the requirements, and how many it left out or made guidance."""
    if assessment.profile is None:
        return
    out = sum(finding.reason == "out-of-profile" for finding in assessment.findings)
    guidance = sum(finding.guidance for finding in assessment.findings)
    said = f"{out} requirements out, {guidance} in as guidance that closes no gate; `govkit soa` says why"
    yield from _wrapped(f"profile {assessment.profile.id}: {said}", 2, 4)


def _blocking(assessment: Assessment) -> Iterator[str]:
    """What closes the gate, on one screen: alike reasons together, what only follows from them as a count."""
    gate = assessment.gate
    if gate.open:
        return
    yield ""
    yield "What closes the gate"
    own = [item for item in gate.because if ":" not in item.subject]
    yield from _contaminated(assessment, [item.subject for item in own if item.reason == "contaminated"])
    for item in own:
        if item.reason not in ("contaminated", "no-evidence", "no-bar", "risk-above-appetite"):
            yield from _paragraph(f"{item.subject}  {item.reason}", item.text)
            yield from _first_evidence(assessment, item.subject, item.reason)
    for reason, said in (("no-evidence", "nothing bound measures"), ("no-bar", "the project has set no bar for")):
        yield from _together(assessment, [item.subject for item in own if item.reason == reason], reason, said)
    for item in own:
        if item.reason == "risk-above-appetite":
            yield from _wrapped(f"{item.subject}  {item.text}", 2, 4)
    yield from _requirements([item for item in gate.because if ":" in item.subject])


def _contaminated(assessment: Assessment, names: list[str]) -> Iterator[str]:
    """All that one leak takes down, said once; what misses its bar in spite of the leak is told one by one."""
    checks = [c for c in assessment.checks if c.control in names and c.reason == "contaminated"]
    if not checks:
        return
    yield from _wrapped(f"contaminated  {', '.join(names)}", 2, 4)
    sentences = {c.explanation.partition(" Even so: ")[0].removeprefix(_series(c)) for c in checks}
    for text in sorted(sentences):
        yield from _wrapped(text, 4, 4)
    leaks = {(u.path, u.place, u.sha256): u for c in checks for u in c.used if u.role == "defeater"}
    for _, item in sorted(leaks.items()):
        yield _cited(item)
    for check in checks:
        _, even_so, text = check.explanation.partition(" Even so: ")
        if even_so:
            told = f"even so, {check.id} misses its bar: {text}"
            yield from _wrapped(told, 6, 8)


def _series(check: Check) -> str:
    """The opening about several series, which says nothing about the leak."""
    head, found, _ = check.explanation.partition(" series match; this is the least favourable. ")
    return f"{head}{found}" if found else ""


def _together(assessment: Assessment, names: list[str], reason: str, said: str) -> Iterator[str]:
    if not names:
        return
    yield f"  {reason}  {len(names)} control{'s' * (len(names) != 1)}"
    for name in names[:MOST]:
        missing = [c.measure for c in assessment.checks if c.control == name and c.reason == reason]
        yield f"    {name}: {said} {', '.join(dict.fromkeys(missing))}"
    if len(names) > MOST:
        yield f"    and {len(names) - MOST} more; `--all` lists every check"


def _first_evidence(assessment: Assessment, control: str, reason: str) -> Iterator[str]:
    for check in assessment.checks:
        if check.control == control and check.reason == reason:
            yield from (_cited(item) for item in check.used[:1])
            yield from _notes(check)
            return


def _requirements(items: list[GateReason]) -> Iterator[str]:
    alone = [item.subject for item in items if item.reason == "no-control"]
    rest = len(items) - len(alone)
    if rest:
        yield f"  {rest} requirement{'s' * (rest != 1)} of the frameworks in scope follow from these controls."
    if alone:
        names = ", ".join(alone[:MOST]) + (f" and {len(alone) - MOST} more" if len(alone) > MOST else "")
        yield from _paragraph(f"no-control  {len(alone)} requirements no control in use claims", names)


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
    if not above or not assessment.gate.open:  # a closed gate has named its risks already
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
    yield from (_cited(item) for item in check.used[:2])
    yield from _notes(check)
    yield from (f"      note: {text}" for text in runs_told(check))


def _notes(check: Check) -> Iterator[str]:
    for warning in check.warnings:
        yield from _wrapped(f"note: {warning}", 6, 6)


def _cited(item: Used) -> str:
    commit = f" commit {item.commit[:10]}" if item.commit else " not committed"
    day = f" {item.at:%Y-%m-%d}" if item.at else ""
    return f"      {item.role}: {item.path} {item.place} sha256 {item.sha256[:12]}{commit}{day}"


def _wrapped(text: str, first: int, rest: int) -> list[str]:
    """Lines of at most WIDTH columns; ids and paths are never broken."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=" " * first,
        subsequent_indent=" " * rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _paragraph(head: str, text: str) -> Iterator[str]:
    yield f"  {head}"
    yield from _wrapped(text, 4, 4)
