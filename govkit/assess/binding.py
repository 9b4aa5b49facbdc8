"""Is a file evidence for this very release? By its bytes or the model's digest; never by a model's name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from govkit.assess.question import Candidate
from govkit.assess.unusable import Unusable
from govkit.model.control import Criterion
from govkit.model.evidence import Evidence, Reading
from govkit.model.project import Policy, Release

_SHA = re.compile(r"[0-9a-f]{7,64}")
"""The id of a commit, whole or cut short: what does not move."""


def misbound(
    candidate: Candidate, criterion: Criterion, release: Release, policy: Policy, releases: Sequence[Release]
) -> Unusable | None:
    """Why a test result is not bound to the release firmly enough, or None.

    Documents, registers and git are about the organisation or the repository, not about a model, and are not asked.
    """
    if not candidate.sampled:
        return None
    evidence = candidate.evidence
    listed = _listed(evidence, release)
    if not listed and evidence.path in {item.path for item in release.evidence}:
        text = f"{evidence.path} is not the file that {release.version} lists: its bytes have another digest."
        return Unusable("not-bound", text)
    if criterion.release == "any":
        return None
    digests, measured = release.model_digests(), evidence.artefact_sha256
    if measured is not None and digests and measured not in digests:
        names = ", ".join(sorted(digest[:12] for digest in digests))
        text = f"{evidence.path} measured the model with digest {measured[:12]}; that of {release.version} has {names}."
        return Unusable("wrong-release", text)
    by_digest = measured is not None and measured in digests
    other = None if by_digest else _another(candidate, release, releases)
    if other is not None:
        return Unusable("wrong-release", other)
    if policy.binding == "declared" or listed or (policy.binding == "digest" and by_digest):
        return _movable(candidate, release, policy, certain=by_digest)
    wanted = "is not in its manifest" if policy.binding == "manifest" else _neither(release)
    return Unusable("not-bound", f"{evidence.path} is given for {release.version}, but {wanted}.")


def _another(candidate: Candidate, release: Release, releases: Sequence[Release]) -> str | None:
    """Says that the file names another model: at another commit, or by the name another release gives its own."""
    reading = candidate.evidence.reading
    model = reading.model if reading else None
    mine = [artefact for artefact in release.artefacts if artefact.kind == "model"]
    if model is None or not mine:
        return None
    path, said = candidate.evidence.path, model.revision or ""
    named = [artefact.revision for artefact in mine if artefact.id == model.id and artefact.revision]
    fixed = sorted(revision for revision in named if _SHA.fullmatch(revision))
    if fixed and _SHA.fullmatch(said) and not any(_agree(said, revision) for revision in fixed):
        return f"{path} measured {model.id} at {said[:12]}; that of {release.version} is at {fixed[0][:12]}."
    theirs = [
        other.version
        for other in releases
        if other.system == release.system and any(a.kind == "model" and a.id == model.id for a in other.artefacts)
    ]
    if theirs and release.version not in theirs:
        return f"{path} measured {model.id}, which is the model of {', '.join(theirs)}, not of {release.version}."
    return None


def _listed(evidence: Evidence, release: Release) -> bool:
    return evidence.sha256 in {item.sha256 for item in release.evidence}


def differs(candidate: Candidate, release: Release) -> str | None:
    """A sentence when the file names another model than the release does, and no digest or list settles it."""
    reading, digests = candidate.evidence.reading, release.model_digests()
    model = reading.model if reading else None
    mine = [artefact for artefact in release.artefacts if artefact.kind == "model"]
    settled = candidate.evidence.artefact_sha256 in digests or _listed(candidate.evidence, release)
    if not candidate.sampled or model is None or not mine or settled:
        return None
    measured = candidate.evidence.artefact_sha256
    if measured is not None and digests:
        return (
            f"{candidate.evidence.path} measured the model with digest {measured[:12]}, not that of {release.version}"
        )
    path, same = candidate.evidence.path, [artefact for artefact in mine if artefact.id == model.id]
    if not same:
        names = ", ".join(sorted(artefact.id for artefact in mine))
        return (
            f"{path} names its model {model.id}, {release.version} names {names}; nothing shows that they are the same"
        )
    revisions = sorted({artefact.revision for artefact in same if artefact.revision})
    if model.revision is None or not revisions or any(_agree(model.revision, one) for one in revisions):
        return None
    return f"{path} measured {model.id} at {model.revision}; that of {release.version} is at {', '.join(revisions)}"


def _agree(one: str, other: str) -> bool:
    """True of two ids of commits, one of which may be cut short."""
    return one.startswith(other) or other.startswith(one)


def shared(candidate: Candidate, release: Release, evidence: Sequence[Evidence]) -> str | None:
    """A sentence when the same bytes are also given for another release."""
    digest = candidate.evidence.sha256
    copies = {item.release for item in evidence if item.sha256 != digest and _alike(item, candidate.evidence)}
    others = {item.release for item in evidence if item.sha256 == digest} - {None, release.version}
    if not others and copies - {None, release.version} and candidate.sampled:
        named = ", ".join(sorted(other for other in copies if other and other != release.version))
        return (
            f"{candidate.evidence.path} says the same as a file of {named}, to the instant: one is a copy of the other"
        )
    if not others or not candidate.sampled or candidate.evidence.artefact_sha256 in release.model_digests():
        return None
    named = ", ".join(sorted(other for other in others if other))
    return f"the bytes of {candidate.evidence.path} are also given for {named}; nothing shows whose result it is"


def _alike(one: Evidence, other: Evidence) -> bool:
    """True of two files that give the same values for the same instant, though their bytes differ."""
    first, second = one.reading, other.reading
    if first is None or second is None or not first.measurements:
        return False
    dated = first.at is not None or all(m.at is not None for m in first.measurements)
    return dated and first.at == second.at and list(_said(first)) == list(_said(second))


def _said(reading: Reading) -> Iterator[tuple[object, ...]]:
    for m in reading.measurements:
        yield m.measure, m.value, m.n, m.successes, m.at, sorted(m.conditions.items())


def _neither(release: Release) -> str:
    missing = "" if release.model_digests() else f" ({release.version} names no digest of a model)"
    return f"neither holds the digest of its model{missing} nor is in its manifest"


def _movable(candidate: Candidate, release: Release, policy: Policy, *, certain: bool) -> Unusable | None:
    if certain or policy.mutable_revision == "warn":
        return None
    moves = movable(candidate, release)
    return Unusable("not-bound", moves) if moves else None


def movable(candidate: Candidate, release: Release) -> str | None:
    """A sentence when the file names its model by a revision that may stand for another model tomorrow."""
    reading = candidate.evidence.reading
    model = reading.model if reading else None
    if model is None or model.revision_kind != "mutable" or not candidate.sampled:
        return None
    if candidate.evidence.artefact_sha256 in release.model_digests():
        return None
    revision = f"{model.id} at {model.revision}" if model.revision else model.id
    return f"{candidate.evidence.path} names its model as {revision}, which can stand for another model tomorrow."
