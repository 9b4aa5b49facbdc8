"""Is a file evidence for this very release? By its bytes or the model's digest; never by a model's name."""

from __future__ import annotations

from govkit.assess.question import Candidate
from govkit.assess.unusable import Unusable
from govkit.model.control import Criterion
from govkit.model.project import Policy, Release


def misbound(candidate: Candidate, criterion: Criterion, release: Release, policy: Policy) -> Unusable | None:
    """Why a test result is not bound to the release firmly enough, or None.

    Documents, registers and git are about the organisation or the repository, not about a model, and are not asked.
    """
    if not candidate.sampled or criterion.release == "any":
        return None
    evidence = candidate.evidence
    listed = evidence.sha256 in {item.sha256 for item in release.evidence}
    if not listed and evidence.path in {item.path for item in release.evidence}:
        text = f"{evidence.path} is not the file that {release.version} lists: its bytes have another digest."
        return Unusable("not-bound", text)
    digests, measured = release.model_digests(), evidence.artefact_sha256
    if measured is not None and digests and measured not in digests:
        names = ", ".join(sorted(digest[:12] for digest in digests))
        text = f"{evidence.path} measured the model with digest {measured[:12]}; that of {release.version} has {names}."
        return Unusable("wrong-release", text)
    by_digest = measured is not None and measured in digests
    if policy.binding == "declared" or listed or (policy.binding == "digest" and by_digest):
        return _movable(candidate, release, policy, certain=by_digest)
    wanted = "is not in its manifest" if policy.binding == "manifest" else _neither(release)
    return Unusable("not-bound", f"{evidence.path} is given for {release.version}, but {wanted}.")


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
