"""The risk register as computed for the release, and who accepted what."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from markupsafe import Markup

from govkit.model.assessment import RiskResult
from govkit.report.charts import heat
from govkit.report.numbers import day
from govkit.report.views.index import Index, Link
from govkit.report.visible import anchor
from govkit.report.words import ACCEPTANCE, TREATMENTS, Status


class AcceptanceRow(NamedTuple):
    """One written decision to live with a risk."""

    risk: Link
    by: str
    at: str
    until: str
    level: str
    reason: str
    covers: tuple[Link, ...]
    status: Status


class RiskRow(NamedTuple):
    """One risk with its level before and after the controls that hold."""

    id: str
    anchor: Markup
    title: str
    story: str
    affected: str
    related: tuple[Link, ...]
    inherent: str
    residual: str
    status: Status
    moved_by: tuple[Link, ...]
    not_holding: tuple[Link, ...]
    treatment: str
    owner: str
    review: str


class Grade(NamedTuple):
    """One step of a scale in words."""

    number: int
    label: str
    meaning: str


class Register(NamedTuple):
    """Everything the chapter on risks shows."""

    rows: tuple[RiskRow, ...]
    acceptances: tuple[AcceptanceRow, ...]
    inherent: Markup
    residual: Markup
    likelihood: tuple[Grade, ...]
    impact: tuple[Grade, ...]
    appetite: str
    above: int


def register(index: Index) -> Register:
    """The register, highest residual first."""
    scale = index.project.scale
    results = sorted(index.assessment.risks, key=lambda result: worst_first(index, result))
    return Register(
        rows=tuple(_row(index, result) for result in results),
        acceptances=tuple(row for result in results for row in _acceptances(index, result)),
        inherent=heat(scale, index.assessment.risks, residual=False),
        residual=heat(scale, index.assessment.risks, residual=True),
        likelihood=tuple(Grade(i, g.label, g.meaning) for i, g in enumerate(scale.likelihood, start=1)),
        impact=tuple(Grade(i, g.label, g.meaning) for i, g in enumerate(scale.impact, start=1)),
        appetite=scale.appetite,
        above=sum(result.above_appetite for result in results),
    )


def worst_first(index: Index, result: RiskResult) -> tuple[int, int, str]:
    """Sort key: highest level first, then the larger product, then the id."""
    scale = index.project.scale
    rank = scale.rank(result.level) if result.level in scale.levels else len(scale.levels)
    return -rank, -result.likelihood * result.impact, result.risk


def risk_status(result: RiskResult) -> Status:
    """Whether the level is within appetite, accepted, or open."""
    if not result.above_appetite:
        return Status("Within appetite", "good")
    return Status("Above appetite, accepted", "open") if result.accepted else Status("Above appetite", "bad")


def _level(level: str, likelihood: int, impact: int) -> str:
    return f"{level} ({likelihood} × {impact})"


def _row(index: Index, result: RiskResult) -> RiskRow:
    risk = index.risks.get(result.risk)
    story = f"Because: {risk.cause} It may happen: {risk.event} Then: {risk.consequence}" if risk else ""
    treatment = ""
    if risk:
        due = f", due {day(risk.treatment.due)}" if risk.treatment.due else ""
        treatment = f"{TREATMENTS[risk.treatment.option]}: {risk.treatment.plan} ({risk.treatment.owner}{due})"
    return RiskRow(
        id=result.risk,
        anchor=anchor("x", result.risk),
        title=result.title,
        story=story,
        affected=risk.affected if risk else "",
        related=tuple(index.to_related(name) for name in risk.related) if risk else (),
        inherent=_level(result.inherent_level, result.inherent_likelihood, result.inherent_impact),
        residual=_level(result.level, result.likelihood, result.impact),
        status=risk_status(result),
        moved_by=tuple(index.to_control(name) for name in dict.fromkeys(result.moved_by)),
        not_holding=tuple(index.to_control(name) for name in dict.fromkeys(result.not_holding)),
        treatment=treatment,
        owner=risk.owner if risk else "",
        review=day(risk.review_by) if risk else "",
    )


def _acceptances(index: Index, result: RiskResult) -> list[AcceptanceRow]:
    return [
        AcceptanceRow(
            risk=index.to_risk(result.risk),
            by=f"{state.by}, {state.role}" if state.role else state.by,
            at=day(state.at),
            until=iso_day(state.until),
            level=state.level,
            reason=state.reason,
            covers=tuple(index.to_control(name) for name in state.covers),
            status=ACCEPTANCE[state.state],
        )
        for state in result.acceptances
    ]


def iso_date(text: str) -> date | None:
    """The date an ISO text means; None for any other text."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def iso_day(text: str) -> str:
    """An ISO date as reports write dates; any other text as it is."""
    return day(iso_date(text)) or text
