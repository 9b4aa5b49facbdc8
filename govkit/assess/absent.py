"""Why there is no measurement to judge: another release's, unreadable, not yet there, or none at all."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from govkit.assess.question import Candidate, Pool, Question
from govkit.assess.unusable import Unusable
from govkit.model.control import Criterion
from govkit.model.evidence import Evidence
from govkit.model.project import Project, Release


def nothing(criterion: Criterion, found: Sequence[Candidate], question: Question, pool: Pool) -> Unusable:
    """The reason, with what was found instead."""
    version = question.release.version
    if found:
        names = sorted({c.evidence.release or "no release" for c in found})
        text = f"{criterion.measure} was measured for {', '.join(names)}, not for {version}."
        return Unusable("wrong-release", text)
    for item in pool.unreadable:
        if awaited(item, criterion) and item.release in (None, version) and item.problem:
            text = f"{item.path} should hold {criterion.measure} but cannot be read: {item.problem.what}."
            return Unusable("unreadable-evidence", text)
    if pool.future(criterion):
        text = f"{criterion.measure} was only measured after {question.as_of:%Y-%m-%d}."
        return Unusable("no-evidence", text)
    where = ", ".join(f"{key} = {value}" for key, value in criterion.where.items())
    text = f"No bound evidence holds {criterion.measure}{f' with {where}' if where else ''}."
    return Unusable("no-evidence", text)


def awaited(item: Evidence, criterion: Criterion) -> bool:
    """True of a file that was bound to deliver the measure."""
    return any(fnmatchcase(criterion.measure, glob) or fnmatchcase(glob, criterion.measure) for glob in item.expected)


def first_release(question: Question) -> Unusable:
    """A comparison without a baseline: nothing to compare with yet, or a baseline nobody named."""
    release = question.release
    before = [other.version for other in question.project.releases if _precedes(other, release, question.project)]
    if before:
        text = f"{release.version} is not the first release, {before[-1]} came before it, but it names no baseline."
        return Unusable("not-comparable", text)
    return Unusable("no-baseline", "This is the first release; there is nothing to compare it with.")


def _precedes(other: Release, release: Release, project: Project) -> bool:
    """True of a release of the same system that is not later: by its baseline, by its date, else by its place."""
    if other.system != release.system or other.version == release.version or _descends(other, release, project):
        return False
    if other.date is not None and release.date is not None and other.date != release.date:
        return other.date < release.date
    listed = [item.version for item in project.releases]
    return listed.index(other.version) < listed.index(release.version)


def _descends(other: Release, release: Release, project: Project) -> bool:
    seen: set[str] = set()
    while other.baseline is not None and other.baseline not in seen:
        seen.add(other.baseline)
        if other.baseline == release.version:
            return True
        found = project.release(other.baseline)
        if found is None:
            return False
        other = found
    return False
