"""The risk register as JSON (`govkit.risks/1`, `govkit.risk/1`) and as lines for the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from govkit.export.columns import wrapped
from govkit.model.assessment import AcceptanceState, Assessment, Check, Finding, RiskResult
from govkit.model.project import Project
from govkit.model.risk import Acceptance, Risk

WORDS: dict[str, str] = {
    "valid": "valid",
    "expired": "no longer valid: its time is over",
    "residual-rose": "no longer valid: the residual level rose",
    "evidence-changed": "no longer valid: the evidence is another than the one it saw",
    "other-release": "for another release",
    "not-yet": "not valid yet: it is dated later than this judgement",
}


class Register(NamedTuple):
    """The register, held against a release when one was judged."""

    project: Project
    today: date
    assessment: Assessment | None = None

    def result(self, risk: Risk) -> RiskResult | None:
        """What the judgement says about a risk; None without one, or when the risk is closed or another system's."""
        found = self.assessment.risks if self.assessment else ()
        return next((result for result in found if result.risk == risk.id), None)

    def inherent(self, risk: Risk) -> str:
        """The level before controls."""
        return self.project.scale.level(risk.likelihood, risk.impact)

    def recorded(self, risk: Risk) -> list[Acceptance]:
        """Every acceptance of a risk that was ever written, for whichever release."""
        return [acceptance for acceptance in self.project.acceptances if acceptance.risk == risk.id]

    def finding(self, control: str) -> Finding | None:
        """The finding on a control, when a release was judged."""
        found = self.assessment.findings if self.assessment else ()
        return next((f for f in found if f.kind == "control" and f.subject == control), None)

    def checks(self, control: str) -> list[Check]:
        """The checks of a control, when a release was judged."""
        return [check for check in self.assessment.checks if check.control == control] if self.assessment else []


def _since(day: date | None, today: date) -> str | None:
    return day.isoformat() if day is not None and day < today else None


def risk_values(register: Register, risk: Risk) -> dict[str, Any]:
    """A risk as plain values; `residual` only when a release was judged."""
    result = register.result(risk)
    open_still = risk.status == "open"
    return {
        **risk.model_dump(mode="json"),
        "inherent_level": register.inherent(risk),
        "residual": result.model_dump(mode="json") if result else None,
        "review_overdue_since": _since(risk.review_by, register.today) if open_still else None,
        "treatment_overdue_since": _since(risk.treatment.due, register.today) if open_still else None,
        "acceptances_recorded": len(register.recorded(risk)),
    }


def _head(register: Register, schema: str) -> dict[str, Any]:
    assessment = register.assessment
    return {
        "schema": schema,
        "release": assessment.release if assessment else None,
        "as_of": assessment.as_of.isoformat() if assessment else None,
        "appetite": register.project.scale.appetite,
    }


def risks_json(register: Register) -> str:
    """The register as one document."""
    found = [risk_values(register, risk) for risk in register.project.risks]
    return json.dumps({**_head(register, "govkit.risks/1"), "risks": found}, indent=2, ensure_ascii=False)


def risk_json(register: Register, risk: Risk) -> str:
    """One risk with the checks behind each of its controls, and what was ever accepted."""
    controls = []
    for reduction in risk.controls:
        finding = register.finding(reduction.control)
        controls.append(
            {
                **reduction.model_dump(mode="json"),
                "finding": {"state": finding.state, "reason": finding.reason} if finding else None,
                "checks": [check.model_dump(mode="json") for check in register.checks(reduction.control)],
            }
        )
    recorded = [acceptance.model_dump(mode="json") for acceptance in register.recorded(risk)]
    found = {"risk": risk_values(register, risk), "controls": controls, "acceptances": recorded}
    return json.dumps({**_head(register, "govkit.risk/1"), **found}, indent=2, ensure_ascii=False)


def overview(register: Register) -> Iterator[str]:
    """One paragraph a risk: levels, owner, treatment, acceptance, what is overdue."""
    for risk in register.project.risks:
        yield f"{risk.id}  {_levels(register, risk)}"
        yield wrapped(risk.title, 4)
        due = f", due {risk.treatment.due}" if risk.treatment.due else ""
        yield wrapped(f"owner {risk.owner}; {risk.treatment.option} by {risk.treatment.owner}{due}", 4)
        yield from _standing(register, risk)


def _levels(register: Register, risk: Risk) -> str:
    inherent, result = register.inherent(risk), register.result(risk)
    if risk.status == "closed":
        return f"{inherent}  closed"
    if result is None:
        return inherent if register.assessment is None else f"{inherent}  not about the system of this release"
    above = "  ABOVE APPETITE" if result.above_appetite and not result.accepted else ""
    accepted = "  accepted" if result.accepted else ""
    return f"{inherent} -> {result.level}{above}{accepted}"


def _standing(register: Register, risk: Risk) -> Iterator[str]:
    """Acceptances and what is overdue."""
    result = register.result(risk)
    states = result.acceptances if result else ()
    if register.assessment is None and register.recorded(risk):
        releases = dict.fromkeys(acceptance.release for acceptance in register.recorded(risk))
        yield wrapped(f"accepted once for {', '.join(releases)}; `--release` says whether that still holds", 4)
    # The last word counts: earlier acceptances stay in the register, and `risk show` lists them all.
    last = next((s for s in states if s.state == "valid"), states[-1] if states else None)
    if last is not None:
        yield wrapped(f"accepted by {last.by} at {last.level} until {last.until}: {WORDS[last.state]}", 4)
    values = risk_values(register, risk)
    if values["review_overdue_since"]:
        yield wrapped(f"review overdue since {values['review_overdue_since']}", 4)
    if values["treatment_overdue_since"]:
        yield wrapped(f"treatment overdue since {values['treatment_overdue_since']}", 4)


def detail(register: Register, risk: Risk) -> Iterator[str]:
    """Everything about one risk."""
    yield wrapped(f"{risk.id}  {risk.title}  ({_levels(register, risk)})", 4, "")
    due = f" (due {risk.treatment.due})" if risk.treatment.due else ""
    parts = (
        ("cause", risk.cause),
        ("event", risk.event),
        ("consequence", risk.consequence),
        ("affected", risk.affected),
        ("phase", risk.phase or "not said"),
        ("owner", risk.owner),
        ("treatment", f"{risk.treatment.option} by {risk.treatment.owner}{due}: {risk.treatment.plan}"),
    )
    for label, text in parts:
        yield wrapped(f"{label}: {text}", 4, "  ")
    scale = register.project.scale
    before = f"likelihood {risk.likelihood} ({scale.likelihood[risk.likelihood - 1].label})"
    yield wrapped(
        f"inherent: {before}, impact {risk.impact} ({scale.impact[risk.impact - 1].label}): {register.inherent(risk)}",
        4,
        "  ",
    )
    if risk.related:
        yield wrapped(f"see also: {', '.join(risk.related)}", 4, "  ")
    result = register.result(risk)
    if result:
        yield f"  residual: likelihood {result.likelihood}, impact {result.impact}: {result.level}"
    yield f"  appetite: {scale.appetite} is the highest level that nobody has to accept"
    for reduction in risk.controls:
        yield from _control(register, result, reduction.control, f"{reduction.reduces} down {reduction.steps}")
    yield from _acceptances(register, risk, result.acceptances if result else ())
    for label in ("review", "treatment"):
        since = risk_values(register, risk)[f"{label}_overdue_since"]
        if since:
            yield f"  {label} overdue since {since}"


def _control(register: Register, result: RiskResult | None, control: str, effect: str) -> Iterator[str]:
    if result is None:
        yield f"  {control}: {effect} while it is satisfied"
        return
    if control in result.moved_by:
        yield f"  {control}: {effect}, satisfied"
    else:
        yield wrapped(f"{control}: would be {effect}, but moves nothing: {_why(register.finding(control))}", 4, "  ")
    for check in register.checks(control):
        text = f"{check.criterion}: {check.outcome} ({check.reason}). {check.explanation}"
        yield wrapped(text, 8, "      ")


def _why(finding: Finding | None) -> str:
    return f"{finding.state} ({finding.reason})" if finding else "it does not fit this kind of system"


def _acceptances(register: Register, risk: Risk, states: Sequence[AcceptanceState]) -> Iterator[str]:
    """Held against the judgement when there is one, else as written."""
    for state in states:
        covers = f", covering {', '.join(state.covers)}" if state.covers else ""
        role = f" ({state.role})" if state.role else ""
        text = f"accepted by {state.by}{role} on {state.at:%Y-%m-%d} at {state.level} until {state.until}{covers}: "
        yield wrapped(f"{text}{WORDS[state.state]}. {state.reason}", 4, "  ")
    if not states:
        for acceptance in register.recorded(risk):
            text = f"accepted for {acceptance.release} by {acceptance.by} on {acceptance.at:%Y-%m-%d}"
            yield wrapped(f"{text} at {acceptance.level} until {acceptance.until}. {acceptance.reason}", 4, "  ")


def acceptance_json(entry: Mapping[str, Any], written_to: str, notes: Sequence[str]) -> str:
    """What was accepted, as one document (`govkit.acceptance/1`)."""
    document = {"schema": "govkit.acceptance/1", "written_to": written_to, "notes": list(notes), "acceptance": entry}
    return json.dumps(document, indent=2, ensure_ascii=False)
