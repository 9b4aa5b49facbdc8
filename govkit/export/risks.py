"""The risk register as JSON and as lines for the terminal."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from govkit.model.assessment import Check, RiskResult
from govkit.model.project import Project
from govkit.model.risk import Risk

WIDTH = 100


def risk_values(risk: Risk, project: Project, result: RiskResult | None) -> dict[str, Any]:
    """A risk as plain values; `residual` only when a release was judged."""
    return {
        **risk.model_dump(mode="json", exclude_none=True),
        "inherent_level": project.scale.level(risk.likelihood, risk.impact),
        "residual": result.model_dump(mode="json", exclude_none=True) if result else None,
    }


def risks_json(project: Project, results: dict[str, RiskResult], release: str | None) -> str:
    """The register as one document (`govkit.risks/1`)."""
    document = {
        "schema": "govkit.risks/1",
        "release": release,
        "appetite": project.scale.appetite,
        "risks": [risk_values(risk, project, results.get(risk.id)) for risk in project.risks],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def overview(project: Project, results: dict[str, RiskResult], today: date) -> Iterator[str]:
    """One paragraph a risk: levels, owner, treatment, acceptance, overdue review."""
    for risk in project.risks:
        inherent = project.scale.level(risk.likelihood, risk.impact)
        result = results.get(risk.id)
        levels = f"{inherent} -> {result.level}" if result else inherent
        flags: list[str] = [risk.status] if risk.status == "closed" else []
        if result and result.above_appetite:
            flags.append("accepted" if result.accepted else "ABOVE APPETITE")
        if risk.review_by and risk.review_by < today:
            flags.append(f"review overdue since {risk.review_by}")
        yield f"{risk.id}  {levels}{'  ' + ', '.join(flags) if flags else ''}"
        yield f"    {risk.title}"
        due = f", due {risk.treatment.due}" if risk.treatment.due else ""
        yield f"    owner {risk.owner}; {risk.treatment.option}: {risk.treatment.owner}{due}"


def detail(risk: Risk, project: Project, result: RiskResult | None, checks: Sequence[Check]) -> Iterator[str]:
    """Everything about one risk."""
    yield f"{risk.id}  {risk.title}"
    for label, text in (
        ("cause", risk.cause),
        ("event", risk.event),
        ("consequence", risk.consequence),
        ("affected", risk.affected),
        ("treatment", f"{risk.treatment.option}: {risk.treatment.plan}"),
    ):
        yield from textwrap.wrap(f"{label}: {text}", WIDTH, initial_indent="  ", subsequent_indent="    ")
    inherent = project.scale.level(risk.likelihood, risk.impact)
    yield f"  inherent: likelihood {risk.likelihood}, impact {risk.impact}: {inherent}"
    if result:
        yield f"  residual: likelihood {result.likelihood}, impact {result.impact}: {result.level}"
    for reduction in risk.controls:
        holds = "" if not result else "  holds" if reduction.control in result.moved_by else "  DOES NOT HOLD"
        yield f"  {reduction.control}: {reduction.reduces} down {reduction.steps}{holds}"
        for check in checks:
            if check.control == reduction.control:
                text = f"{check.criterion}: {check.outcome} ({check.reason}). {check.explanation}"
                yield from textwrap.wrap(text, WIDTH, initial_indent="      ", subsequent_indent="      ")
    for state in result.acceptances if result else ():
        text = f"accepted by {state.by} on {state.at:%Y-%m-%d} until {state.until} ({state.state}): {state.reason}"
        yield from textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ")
