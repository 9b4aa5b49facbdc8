"""Who, what, which version, as of when: the facts a report opens with."""

from __future__ import annotations

from govkit.report.numbers import day, moment
from govkit.report.views.index import Fact, Index
from govkit.report.visible import safe_url
from govkit.report.words import KINDS, ROLES, TIERS, counted


def control_facts(index: Index) -> tuple[Fact, ...]:
    """The document control table of the cover."""
    assessment, release = index.assessment, index.release
    found = [Fact("Organisation", index.project.organisation.name)]
    contact = index.project.organisation.contact
    if contact:
        found.append(Fact("Contact", contact, href=safe_url(contact) or safe_url(f"mailto:{contact}")))
    found.append(Fact("System", _system_name(index)))
    found.append(Fact("Release", assessment.release + (f" (tag {assessment.tag})" if assessment.tag else "")))
    found.append(Fact("Commit", assessment.commit or "not known", mono=bool(assessment.commit)))
    if release and release.date:
        found.append(Fact("Released", day(release.date)))
    found.append(
        Fact("Compared with", f"release {assessment.baseline}" if assessment.baseline else "no earlier release")
    )
    found.append(Fact("As of", moment(assessment.as_of)))
    found.append(Fact("Digest of all inputs", assessment.inputs_digest, mono=True))
    found.append(Fact("Judged by", f"govkit {assessment.govkit}"))
    return tuple(found)


def system_facts(index: Index) -> tuple[Fact, ...]:
    """What the system is for, whom it affects, and who can stop it."""
    system, release = index.system, index.release
    if system is None:
        return (Fact("System", index.assessment.system),)
    found = [
        Fact("System", _system_name(index)),
        Fact("What it is for", system.purpose),
        Fact("Kind", KINDS[system.kind]),
        Fact("Role of the organisation", ROLES[system.role]),
        Fact("Tier", TIERS[system.tier]),
        Fact("Owner", system.owner),
        Fact("Who is affected", system.affected or "not stated"),
        Fact("Not made or tested for", system.not_for or "not stated"),
        Fact("Who can stop or overrule it", system.oversight or "not stated"),
    ]
    if release and release.intended_use:
        found.append(Fact("Intended use of this release", release.intended_use))
    if release and release.summary:
        found.append(Fact("What is new in it", release.summary))
    return tuple(found)


def artefact_rows(index: Index) -> tuple[tuple[str, str, str, str], ...]:
    """Parts of the release: kind, id, revision and licence, digest."""
    release = index.release
    if release is None:
        return ()
    return tuple(
        (
            item.kind.capitalize(),
            item.id,
            ", ".join(part for part in (item.revision, f"licence {item.licence}" if item.licence else None) if part),
            item.sha256 or "no digest",
        )
        for item in release.artefacts
    )


def catalog_rows(index: Index) -> tuple[tuple[str, str, str, str], ...]:
    """Catalogs in scope: title, edition, part in the gate, digest."""
    return tuple(
        (use.title, use.edition, "decides the gate" if use.gate else "reported only", use.sha256)
        for use in index.assessment.catalogs
    )


def policy_facts(index: Index) -> tuple[Fact, ...]:
    """How strictly evidence was judged."""
    policy = index.project.policy
    age = f"at most {counted(policy.max_age_days, 'day')}" if policy.max_age_days else "only where a check says so"
    late = {"warn": "reported as a warning", "refuse": "the result does not count"}[policy.bar_after_result]
    unknown = {"accept": "counts", "refuse": "does not count"}[policy.unknown_status]
    return (
        Fact("Confidence of intervals", f"{policy.confidence * 100:.3g} % where a check says nothing else"),
        Fact("Age of evidence", age),
        Fact("Bar set after the result was known", late),
        Fact("Run that does not say how it ended", unknown),
        Fact("Test items found in training data", f"above {policy.contamination_at_most * 100:.3g} % no result counts"),
    )


def _system_name(index: Index) -> str:
    system = index.system
    return f"{system.name} ({system.id})" if system else index.assessment.system
