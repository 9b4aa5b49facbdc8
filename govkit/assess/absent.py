"""Why there is no measurement to judge: another release's, unreadable, not yet there, or none at all."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from govkit.assess.question import Candidate, Pool, Question
from govkit.assess.unusable import Unusable
from govkit.model.control import Criterion


def nothing(criterion: Criterion, found: Sequence[Candidate], question: Question, pool: Pool) -> Unusable:
    """The reason, with what was found instead."""
    version = question.release.version
    if found:
        names = sorted({c.evidence.release or "no release" for c in found})
        text = f"{criterion.measure} was measured for {', '.join(names)}, not for {version}."
        return Unusable("wrong-release", text)
    for item in pool.unreadable:
        wanted = any(
            fnmatchcase(criterion.measure, glob) or fnmatchcase(glob, criterion.measure) for glob in item.expected
        )
        if wanted and item.release in (None, version) and item.problem:
            text = f"{item.path} should hold {criterion.measure} but cannot be read: {item.problem.what}."
            return Unusable("unreadable-evidence", text)
    if pool.future(criterion):
        text = f"{criterion.measure} was only measured after {question.as_of:%Y-%m-%d}."
        return Unusable("no-evidence", text)
    where = ", ".join(f"{key} = {value}" for key, value in criterion.where.items())
    text = f"No bound evidence holds {criterion.measure}{f' with {where}' if where else ''}."
    return Unusable("no-evidence", text)


def first_release(question: Question) -> Unusable:
    """A comparison without a baseline: nothing to compare with yet, or a baseline nobody named."""
    release = question.release
    others = [r for r in question.project.releases if r.system == release.system]
    if others and others[0].version != release.version:
        text = f"{release.version} is not the first release, but names no baseline to be compared with."
        return Unusable("not-comparable", text)
    return Unusable("no-baseline", "This is the first release; there is nothing to compare it with.")
