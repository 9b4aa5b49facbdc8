"""(project, catalogs, evidence, instant) → Assessment. Pure: the same question gives the same answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from govkit.assess.differences import differences
from govkit.assess.findings import claims_of, control_finding, coverage, parents_of, requirement_findings
from govkit.assess.judging import Judge
from govkit.assess.question import Pool, Question
from govkit.assess.residual import covered, risk_results
from govkit.assess.settings import settings_moved
from govkit.model.assessment import (
    Assessment,
    CatalogUse,
    Check,
    Coverage,
    EvidenceUse,
    Finding,
    Gate,
    GateReason,
    RiskResult,
)
from govkit.model.control import Control, SystemKind
from govkit.model.project import Project, Release


class Judged(NamedTuple):
    """One release judged, before it is compared with another."""

    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]
    risks: tuple[RiskResult, ...]


class Gone(NamedTuple):
    """A check or a risk of the baseline release that is not looked at any more."""

    subject: str
    reason: str | None
    """Why the project does without it; None: it says nothing, and that closes the gate."""


def assess(question: Question) -> Assessment:
    """The judgement of the question's release as of its instant."""
    judged = judge(question)
    before = _before(question)
    missing = _gone(question, judged)
    gone = tuple(item.subject for item in missing if item.reason is None)
    moved = differences(before, judged, {item.subject: item.reason or "" for item in missing}) if before else []
    told = list(settings_moved(question, judged.checks))
    subjects = {item.subject for item in told}
    moved = [item for item in moved if item.direction != "gone" or item.subject not in subjects] + told
    release = question.release
    return Assessment(
        govkit=question.govkit,
        system=release.system,
        release=release.version,
        tag=release.tag,
        commit=release.commit,
        baseline=release.baseline,
        as_of=question.as_of,
        inputs_digest=inputs_digest(question),
        catalogs=_catalogs(question),
        profile=question.project.profile,
        gate=_gate(question, judged, gone),
        checks=judged.checks,
        findings=judged.findings,
        coverage=_coverage(question, judged.findings),
        risks=judged.risks,
        differences=tuple(moved),
        gone=gone,
        undecided=question.project.undecided,
        evidence=_evidence(question, judged.checks),
        problems=tuple(sorted(question.problems)),
    )


def judge(question: Question) -> Judged:
    """Checks, findings and risks of the question's release."""
    project, release = question.project, question.release
    pool = Pool(question.evidence, question.as_of)
    judging = Judge(question, pool)
    controls = controls_for(project, release)
    checks = tuple(judging.check(control, criterion) for control in controls for criterion in control.criteria)
    by_control: dict[str, list[Check]] = {}
    for check in checks:
        by_control.setdefault(check.control, []).append(check)
    states = {control.id: control_finding(control, by_control.get(control.id, ())) for control in controls}
    risks = risk_results(project, release, states, checks, question.as_of)
    accepted = covered(risks)
    claims = claims_of(controls)
    findings = list(states.values())
    for use in project.frameworks:
        findings += requirement_findings(question.catalogs[use.id], project, release.system, states, claims)
    return Judged(checks, tuple(_with_acceptance(f, states, accepted) for f in findings), tuple(risks))


def controls_for(project: Project, release: Release) -> tuple[Control, ...]:
    """The controls in use that make sense for the kind of system released."""
    kind: SystemKind = project.system(release.system).kind
    return tuple(c for c in project.controls if not c.applies_to or kind in c.applies_to)


def _with_acceptance(
    finding: Finding, states: Mapping[str, Finding], accepted: Mapping[str, tuple[str, ...]]
) -> Finding:
    """An unsatisfied requirement is covered only when every control that fails it is."""
    if finding.state != "not-satisfied":
        return finding
    if finding.kind == "control":
        return finding.model_copy(update={"accepted": accepted.get(finding.subject, ())})
    failing = [name for name in finding.controls if states[name].state == "not-satisfied"]
    if not failing or any(name not in accepted for name in failing):
        return finding
    risks = tuple(dict.fromkeys(risk for name in failing for risk in accepted[name]))
    return finding.model_copy(update={"accepted": risks})


def _before(question: Question) -> tuple[Sequence[Check], Sequence[Finding], Sequence[RiskResult]] | None:
    """The baseline release: as it was judged then, if that was kept, else judged now under today's bars."""
    previous = question.previous
    if previous is not None:
        return previous.checks, previous.findings, previous.risks
    version = question.release.baseline
    baseline = question.project.release(version) if version else None
    return judge(replace(question, release=baseline, previous=None)) if baseline else None


def _gone(question: Question, judged: Judged) -> tuple[Gone, ...]:
    """Checks and risks of the baseline release that are gone: of its kept assessment, and of its files in git."""
    kept, asked = question.previous, question.asked_before
    checks = [check.id for check in kept.checks] if kept else []
    risks = [risk.risk for risk in kept.risks] if kept else []
    if asked is not None:
        checks, risks = [*checks, *asked.checks], [*risks, *asked.risks]
    now = {check.id for check in judged.checks}
    reasons = {item.id: item.reason for item in question.project.declined}
    register = {r.id for r in question.project.risks if not r.systems or question.release.system in r.systems}
    return (
        *(
            Gone(ident, reasons.get(ident) or reasons.get(ident.partition("/")[0]))
            for ident in dict.fromkeys(checks)
            if ident not in now
        ),
        *(Gone(ident, None) for ident in dict.fromkeys(risks) if ident not in register),
    )


def _gate(question: Question, judged: Judged, gone: Sequence[str]) -> Gate:
    gating = {use.id for use in question.project.frameworks if use.gate} | {"controls"}
    because: list[GateReason] = []
    accepted: list[str] = []
    for finding in judged.findings:
        if finding.catalog not in gating or finding.state != "not-satisfied" or finding.guidance:
            continue
        if finding.accepted:
            accepted.append(finding.subject)
            continue
        text = f"{finding.subject} {finding.title}: {finding.state}."
        if finding.kind == "control":
            failing = [c for c in judged.checks if c.control == finding.subject and c.outcome != "met"]
            worst = next((c for c in failing if c.reason == finding.reason), None)
            text = worst.explanation if worst else text
        because.append(GateReason(subject=finding.subject, reason=finding.reason, text=text))
    for risk in judged.risks:
        if risk.above_appetite and not risk.accepted:
            text = f"{risk.title}: {risk.level} after controls, above what the organisation accepts without a decision."
            because.append(GateReason(subject=risk.risk, reason="risk-above-appetite", text=text))
        elif risk.above_appetite:
            accepted.append(risk.risk)
    for ident in gone:
        text = f"{ident} was looked at for release {question.release.baseline}, is not any more, and nobody says why."
        because.append(GateReason(subject=ident, reason="finding-gone", text=text))
    if not judged.checks:
        text = "No control in use has a criterion, so nothing was judged."
        because.append(GateReason(subject="controls", reason="no-criterion", text=text))
    elif all(check.reason == "no-baseline" for check in judged.checks):
        text = "Every check compares with an earlier release, and this is the first, so nothing was judged."
        because.append(GateReason(subject="controls", reason="no-baseline", text=text))
    return Gate(open=not because, because=tuple(because), accepted=tuple(accepted))


def _catalogs(question: Question) -> tuple[CatalogUse, ...]:
    return tuple(
        CatalogUse(
            id=use.id,
            title=question.catalogs[use.id].title,
            edition=question.catalogs[use.id].edition,
            sha256=question.catalog_digests[use.id],
            gate=use.gate,
        )
        for use in question.project.frameworks
    )


def _coverage(question: Question, findings: Sequence[Finding]) -> tuple[Coverage, ...]:
    controls = [finding for finding in findings if finding.kind == "control"]
    found = [coverage("controls", "Controls in use", controls, {})]
    for use in question.project.frameworks:
        catalog = question.catalogs[use.id]
        mine = [finding for finding in findings if finding.catalog == use.id]
        found.append(coverage(use.id, catalog.title, mine, parents_of(catalog)))
    return tuple(found)


def _evidence(question: Question, checks: Iterable[Check]) -> tuple[EvidenceUse, ...]:
    """Every file the judgement was given for this release or its baseline, used or not: nothing is lost."""
    by_file: dict[tuple[str, str, str | None], set[str]] = {}
    for check in checks:
        for cited in check.used:
            by_file.setdefault((cited.path, cited.sha256, cited.release), set()).add(check.id)
    versions = {None, question.release.version, question.release.baseline}
    found = []
    for item in question.evidence:
        users = by_file.get((item.path, item.sha256, item.release), set())
        if item.release not in versions and not users:
            continue
        reading = item.reading
        found.append(
            EvidenceUse(
                path=item.path,
                sha256=item.sha256,
                size=item.size,
                commit=item.commit,
                committed=item.committed,
                author=item.author,
                release=item.release,
                format=reading.format if reading else None,
                tool=reading.tool if reading else None,
                status=reading.status if reading else None,
                measurements=len(reading.measurements) if reading else 0,
                checks=tuple(sorted(users)),
                warnings=reading.warnings if reading else (),
                problem=item.problem,
            )
        )
    return tuple(sorted(found, key=lambda use: (use.path, use.release or "", use.sha256)))


def inputs_digest(question: Question) -> str:
    """SHA-256 over everything the judgement depends on: project files, catalogs, evidence, bars, release, instant."""
    profile = question.project.profile
    parts: dict[str, object] = {
        "as_of": question.as_of.isoformat(),
        "govkit": question.govkit,
        "release": question.release.version,
        "project": [[item.path, item.sha256] for item in question.project.files],
        "catalogs": sorted([use.id, question.catalog_digests[use.id]] for use in question.project.frameworks),
        "evidence": sorted(
            [item.path, item.sha256, item.release or "", item.commit or ""] for item in question.evidence
        ),
        "bars": {key: bar.model_dump(mode="json") for key, bar in question.bars.items()},
        "policy": question.policy_set.model_dump(mode="json") if question.policy_set else None,
        "baseline": question.previous.inputs_digest if question.previous else None,
    }
    if question.asked_before is not None:
        parts["asked_before"] = question.asked_before.model_dump(mode="json")
    if profile is not None:
        parts["profile"] = [profile.id, profile.sha256]
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
