"""What the project's profile put out or made guidance, and why. Shows nothing where a project has no profile."""

from __future__ import annotations

from typing import NamedTuple

from govkit.model.assessment import Finding
from govkit.model.tailored import alike, counted
from govkit.report.views.index import Fact, Index, Link
from govkit.report.words import KINDS, ROLES, TIERS
from govkit.report.words import counted as number

GUIDANCE = "Guidance: closes no gate"


class LeftOut(NamedTuple):
    """Requirements of one framework that the profile puts out for one reason."""

    framework: str
    reason: str
    requirements: tuple[Link, ...]


def profile_facts(index: Index) -> tuple[Fact, ...]:
    """Which profile tailored the requirements, who stands behind it, and for which position it was asked."""
    profile, system = index.assessment.profile, index.system
    if profile is None:
        return ()
    found = [
        Fact("Profile", f"{profile.title} ({profile.id}), edition {profile.edition}"),
        Fact("Status of the profile", profile.status),
        Fact("Digest of the profile", profile.sha256, mono=True),
    ]
    if system:
        position = f"{ROLES[system.role]}. {KINDS[system.kind]}. Tier: {TIERS[system.tier]}."
        found.append(Fact("Asked for", position))
    return tuple(found)


def note(index: Index) -> str:
    """For a reader of the summary: that a profile sorted the requirements, and what it left out; empty without one."""
    profile, findings = index.assessment.profile, index.assessment.findings
    if profile is None:
        return ""
    out = sum(finding.reason == "out-of-profile" for finding in findings)
    guidance = sum(finding.guidance for finding in findings)
    return (
        "A profile sorted what the standards ask by the role of the organisation, the kind of system and how much can "
        f"go wrong. It left out {number(out, 'requirement')}, and {number(guidance, 'more counts', 'more count')} as "
        f"guidance only; the full assessment says why. Who stands behind the profile: {profile.status}"
    )


def left_out(index: Index) -> tuple[LeftOut, ...]:
    """What the profile put out and no line of the Statement of Applicability brought back, by framework and reason."""
    said = {f.subject: f.tailored for f in index.assessment.findings if f.tailored and f.reason == "out-of-profile"}
    titles = {use.id: use.title for use in index.assessment.catalogs}
    return tuple(
        LeftOut(
            titles.get(catalog, catalog),
            " ".join(group.said.reasons),
            tuple(index.to_requirement(f"{catalog}:{printed}") for printed in group.ids),
        )
        for catalog, groups in alike(said).items()
        for group in groups
    )


def in_short(index: Index, findings: list[Finding]) -> str:
    """The profile's effect on one framework in one sentence; empty without a profile."""
    profile = index.assessment.profile
    said = [finding.tailored for finding in findings if finding.tailored]
    if profile is None:
        return ""
    if not said:
        return f"The profile {profile.id} does not speak of this framework: everything in it applies"
    counts = counted(said)
    parts = f"{counts.binding} bind, {counts.guidance} are guidance, {counts.out} are out"
    return f"By the profile {profile.id}, of {number(len(said), 'requirement')} {parts}"


def why(finding: Finding, reason: str) -> str:
    """The reason of a finding, with what the statement or the profile says."""
    if finding.reason == "out-of-profile" and finding.tailored:
        return " ".join(finding.tailored.reasons)
    if finding.state == "not-applicable" and finding.applicability:
        return finding.applicability
    return f"{reason}. {GUIDANCE}" if finding.guidance and reason else GUIDANCE if finding.guidance else reason
