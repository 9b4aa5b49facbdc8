"""Everything a report may refer to, by id, and the links between the parts of a report."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from functools import cached_property
from typing import NamedTuple

from markupsafe import Markup

from govkit.model.assessment import Assessment, Check, EvidenceUse, Finding, RiskResult, Used
from govkit.model.catalog import Catalog, Mapping, Requirement
from govkit.model.control import Control, Criterion
from govkit.model.project import Project, Release, System
from govkit.model.risk import Risk
from govkit.report.visible import anchor
from govkit.report.words import ACCEPTED, STATES, Status


class Link(NamedTuple):
    """A name that leads to its place in the same report; no place, no link."""

    text: str
    href: Markup | None = None


class Fact(NamedTuple):
    """A line of a table of facts."""

    label: str
    value: str
    mono: bool = False
    href: Markup | None = None


class Coded(NamedTuple):
    """An evidence file under the short code that this report gives it."""

    code: str
    use: EvidenceUse
    anchor: Markup


class Index:
    """The records of one report, found by id."""

    def __init__(
        self,
        assessment: Assessment,
        project: Project,
        catalogs: MappingOf[str, Catalog],
        mappings: MappingOf[str, Mapping],
    ) -> None:
        self.assessment, self.project = assessment, project
        self.catalogs = {use.id: catalogs[use.id] for use in assessment.catalogs if use.id in catalogs}
        self.mappings = mappings
        self.checks: dict[str, Check] = {check.id: check for check in assessment.checks}
        self.findings: dict[str, Finding] = {finding.subject: finding for finding in assessment.findings}
        self.results: dict[str, RiskResult] = {result.risk: result for result in assessment.risks}
        self.risks: dict[str, Risk] = {risk.id: risk for risk in project.risks}
        self.controls: dict[str, Control] = {control.id: control for control in project.controls}

    @property
    def system(self) -> System | None:
        """The system that was judged."""
        return next((system for system in self.project.systems if system.id == self.assessment.system), None)

    @property
    def release(self) -> Release | None:
        """The release that was judged."""
        return self.project.release(self.assessment.release)

    @cached_property
    def requirements(self) -> dict[str, Requirement]:
        """Requirements of the catalogs in scope by full id."""
        return {f"{catalog.id}:{r.id}": r for catalog in self.catalogs.values() for r in catalog.requirements}

    @cached_property
    def checks_of(self) -> dict[str, list[Check]]:
        """Control id to its checks."""
        found: dict[str, list[Check]] = {}
        for check in self.assessment.checks:
            found.setdefault(check.control, []).append(check)
        return found

    @cached_property
    def risks_of(self) -> dict[str, list[str]]:
        """Control id to the risks it is meant to reduce."""
        found: dict[str, list[str]] = {}
        for risk in self.project.risks:
            for name in dict.fromkeys(reduction.control for reduction in risk.controls):
                found.setdefault(name, []).append(risk.id)
        return found

    @cached_property
    def evidence(self) -> dict[tuple[str, str, str | None], Coded]:
        """(path, digest, release) to the file under its code: this release's first, then the organisation's."""
        order = {self.assessment.release: 0, None: 1}
        found = {}
        ranked = sorted(self.assessment.evidence, key=lambda use: order.get(use.release, 2))
        for number, use in enumerate(ranked, start=1):
            code = f"E{number}"
            found[use.path, use.sha256, use.release] = Coded(code, use, anchor("e", code))
        return found

    def criterion(self, check: Check) -> Criterion | None:
        """The criterion behind a check, if the project still has it."""
        control = self.controls.get(check.control)
        return next((c for c in control.criteria if c.id == check.criterion), None) if control else None

    def cited(self, used: Used) -> Coded | None:
        """The evidence file a check cites."""
        return self.evidence.get((used.path, used.sha256, used.release))

    def to_control(self, ident: str) -> Link:
        """A control; linked when the report has a block for it."""
        known = ident in self.findings or ident in self.checks_of
        return Link(ident, Markup("#") + anchor("c", ident) if known else None)

    def to_requirement(self, full: str) -> Link:
        """A requirement under the number its standard prints; linked when it was judged."""
        href = Markup("#") + anchor("r", full) if full in self.findings else None
        return Link(full.partition(":")[2] or full, href)

    def claimed_by(self, control: Control) -> tuple[Link, ...]:
        """What a control stands for in the catalogs in scope; what it claims elsewhere is nothing to this project."""
        return tuple(
            self.to_requirement(full) for full in control.requirements if full.partition(":")[0] in self.catalogs
        )

    def to_related(self, full: str) -> Link:
        """A catalog entry by its full id, for its catalog need not be in scope; linked when it was judged."""
        return Link(full, self.to_requirement(full).href)

    def to_risk(self, ident: str) -> Link:
        """A risk of the register."""
        return Link(ident, Markup("#") + anchor("x", ident) if ident in self.results else None)

    def to_check(self, ident: str) -> Link:
        """A check."""
        return Link(ident, Markup("#") + anchor("k", ident) if ident in self.checks else None)

    def to_subject(self, ident: str) -> Link:
        """Whatever a gate reason or a difference is about."""
        if ident in self.checks:
            return self.to_check(ident)
        if ident in self.results:
            return self.to_risk(ident)
        finding = self.findings.get(ident)
        if finding and finding.kind == "requirement":
            return self.to_requirement(ident)
        return self.to_control(ident)

    def evidence_of(self, controls: tuple[str, ...]) -> tuple[str, ...]:
        """Codes of the files that the checks of these controls rest on, in the order of the appendix."""
        checks = [check for name in controls for check in self.checks_of.get(name, ())]
        found = {coded.code for check in checks for used in check.used if (coded := self.cited(used))}
        return tuple(sorted(found, key=lambda code: int(code[1:])))


def finding_status(finding: Finding) -> Status:
    """State in words; an accepted gap says so, and stays a gap."""
    return ACCEPTED if finding.accepted and finding.state == "not-satisfied" else STATES[finding.state]


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key that puts A.6.2.4 before A.6.2.10."""
    found: list[tuple[int, int, str]] = []
    for part in text.replace(".", " ").split():
        found.append((0, int(part), "") if part.isdigit() and len(part) < 9 else (1, 0, part))
    return tuple(found)
