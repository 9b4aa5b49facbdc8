"""Residual risk from the controls that hold, and acceptances held against what is true now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Literal

from govkit.model.assessment import AcceptanceState, Check, Finding, RiskResult
from govkit.model.project import Project, Release
from govkit.model.risk import LONGEST_DAYS, Acceptance, Risk, RiskScale

State = Literal["valid", "expired", "residual-rose", "evidence-changed", "other-release", "not-yet"]


def evidence_behind(controls: Iterable[str], checks: Iterable[Check]) -> tuple[str, ...]:
    """Digests of the evidence the checks of these controls used, sorted."""
    wanted = set(controls)
    return tuple(sorted({item.sha256 for check in checks if check.control in wanted for item in check.used}))


def risk_results(
    project: Project, release: Release, findings: Mapping[str, Finding], checks: Sequence[Check], as_of: datetime
) -> list[RiskResult]:
    """Every open risk of the release's system, with its residual computed now."""
    return [
        _result(risk, project, release, findings, checks, as_of)
        for risk in project.risks
        if risk.status == "open" and (not risk.systems or release.system in risk.systems)
    ]


def _result(
    risk: Risk,
    project: Project,
    release: Release,
    findings: Mapping[str, Finding],
    checks: Sequence[Check],
    as_of: datetime,
) -> RiskResult:
    likelihood, impact = risk.likelihood, risk.impact
    moved, missing = [], []
    for reduction in risk.controls:
        finding = findings.get(reduction.control)
        if finding is None or finding.state != "satisfied":
            missing.append(reduction.control)
            continue
        moved.append(reduction.control)
        if reduction.reduces == "likelihood":
            likelihood = max(1, likelihood - reduction.steps)
        else:
            impact = max(1, impact - reduction.steps)
    level = project.scale.level(likelihood, impact)
    states = tuple(
        _acceptance(acceptance, project, release, level, checks, as_of)
        for acceptance in project.acceptances
        if acceptance.risk == risk.id
    )
    return RiskResult(
        risk=risk.id,
        title=risk.title,
        inherent_likelihood=risk.likelihood,
        inherent_impact=risk.impact,
        inherent_level=project.scale.level(risk.likelihood, risk.impact),
        likelihood=likelihood,
        impact=impact,
        level=level,
        moved_by=tuple(moved),
        not_holding=tuple(missing),
        above_appetite=project.scale.above_appetite(level),
        acceptances=states,
        accepted=any(state.state == "valid" for state in states),
    )


def _acceptance(
    acceptance: Acceptance,
    project: Project,
    release: Release,
    level: str,
    checks: Sequence[Check],
    as_of: datetime,
) -> AcceptanceState:
    return AcceptanceState(
        by=acceptance.by,
        role=acceptance.role,
        at=acceptance.at,
        until=acceptance.until.isoformat(),
        reason=acceptance.reason,
        level=acceptance.level,
        covers=acceptance.covers,
        state=_validity(acceptance, project, release, level, checks, as_of),
    )


def _validity(
    acceptance: Acceptance,
    project: Project,
    release: Release,
    level: str,
    checks: Sequence[Check],
    as_of: datetime,
) -> State:
    """Stale when it expired, the residual rose, or the evidence it saw is no longer, or cannot have been, the evidence.

    Whatever day it names, it holds for a year at most; whatever level it names, it holds for that of its numbers.
    """
    last = min(acceptance.until, acceptance.at.date() + timedelta(days=LONGEST_DAYS))
    if acceptance.release != release.version:
        return "other-release"
    if acceptance.at > as_of:
        return "not-yet"
    if datetime.combine(last, time(23, 59, 59), UTC) < as_of:
        return "expired"
    if project.scale.rank(level) > _accepted(acceptance, project.scale):
        return "residual-rose"
    if evidence_behind(acceptance.covers, checks) != tuple(sorted(acceptance.evidence)):
        return "evidence-changed"
    if _not_there_yet(acceptance, checks):
        return "evidence-changed"
    return "valid"


def _not_there_yet(acceptance: Acceptance, checks: Sequence[Check]) -> bool:
    """True of one that names results from after it was given: nobody can have seen them. A day may be a time zone."""
    seen = (item.at for check in checks if check.control in acceptance.covers for item in check.used)
    return any(at is not None and at - acceptance.at > timedelta(days=1) for at in seen)


def _accepted(acceptance: Acceptance, scale: RiskScale) -> int:
    """Rank of the level that was accepted; below all when its numbers or its level are none of the scale."""
    there = acceptance.likelihood <= len(scale.likelihood) and acceptance.impact <= len(scale.impact)
    if not there or acceptance.level not in scale.levels:
        return -1
    return min(scale.rank(acceptance.level), scale.rank(scale.level(acceptance.likelihood, acceptance.impact)))


def covered(results: Iterable[RiskResult]) -> dict[str, tuple[str, ...]]:
    """Control to the risks whose valid acceptance covers it; a risk speaks for its own controls only."""
    found: dict[str, list[str]] = {}
    for result in results:
        own = {*result.moved_by, *result.not_holding}
        for state in result.acceptances:
            if state.state == "valid":
                for control in own.intersection(state.covers):
                    found.setdefault(control, []).append(result.risk)
    return {control: tuple(dict.fromkeys(risks)) for control, risks in found.items()}
