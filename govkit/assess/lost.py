"""What the baseline release was measured on and this one is not: whatever is left out cannot pass."""

from __future__ import annotations

from collections.abc import Iterable

from govkit.assess.question import Candidate, Pool, Question, for_release
from govkit.assess.unusable import Unusable
from govkit.assess.usability import completed
from govkit.model.control import Criterion

_MAGIC = "*?["


def lost(criterion: Criterion, question: Question, pool: Pool) -> Unusable | None:
    """Says which slices, or which measures of a glob, the baseline release has and this one lacks."""
    version = question.release.baseline
    baseline = question.project.release(version) if version else None
    several = criterion.across is not None or any(character in criterion.measure for character in _MAGIC)
    if baseline is None or not several or criterion.release == "any":
        return None
    found = pool.matching(criterion)
    mine = for_release(found, criterion, question.release)
    theirs = [c for c in for_release(found, criterion, baseline) if completed(c, question.project.policy)]
    gone = sorted(_parts(criterion, theirs) - _parts(criterion, mine))
    if not mine or not gone:
        return None
    named = "; ".join(gone[:5]) + (f" and {len(gone) - 5} more" if len(gone) > 5 else "")
    return Unusable(
        "no-evidence", f"{baseline.version} was measured on this and {question.release.version} not: {named}."
    )


def _parts(criterion: Criterion, candidates: Iterable[Candidate]) -> set[str]:
    if criterion.across is None:
        return {c.measurement.measure for c in candidates}
    found = ((c.measurement.measure, c.measurement.conditions.get(criterion.across)) for c in candidates)
    return {f"{measure}, {criterion.across} = {value}" for measure, value in found if value is not None}
