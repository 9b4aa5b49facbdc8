"""What a reader of a yes should know: doubts beside met checks, and what moved since the baseline release."""

from __future__ import annotations

from collections.abc import Iterator

from govkit.export.columns import wrapped
from govkit.model.assessment import Assessment, Check

_NAMED = 6
"""Checks named for one doubt; the rest is counted."""
_ELSEWHERE = "bar-moved"  # among what moved, with the bar as it was
_OF_FILES = (
    *("from-binding", "condition-conflict", "method-conflict", "digest-conflict", "items-not-shown"),
    *("count-from-mapping", "scaled", "known-format", "suppressed-findings", "skipped-tests"),
    *("price-stale", "price-ended", "price-later"),
)
"""Warnings of files that concern whose word a value is; the others stand beside their check."""


def moved(assessment: Assessment) -> Iterator[str]:
    """Settings that moved since the baseline release, and checks that were given up with a reason."""
    told = [item for item in assessment.differences if item.direction == "moved"]
    told += [d for d in assessment.differences if d.direction == "gone" and d.subject not in assessment.gone]
    if not told:
        return
    yield ""
    yield f"Moved since {assessment.baseline}"
    for item in told:
        yield wrapped(f"{item.subject}: {item.text}", 4, "  ")


def doubts(assessment: Assessment) -> Iterator[str]:
    """Every kind of doubt that did not stop a check, with the checks it is about."""
    found: dict[str, dict[str, None]] = {}
    for check in assessment.checks:
        for token in _tokens(check):
            found.setdefault(token, {})[check.id] = None
    if not found:
        return
    yield ""
    yield "To know about the checks that are met (`--all` tells the whole of it)"
    for token, checks in sorted(found.items()):
        named = ", ".join(list(checks)[:_NAMED]) + (f" and {len(checks) - _NAMED} more" if len(checks) > _NAMED else "")
        yield wrapped(f"{token}: {named}", 4, "  ")


def _tokens(check: Check) -> Iterator[str]:
    if check.severity == "advisory":
        if check.outcome != "met":
            yield "advisory, not met"
        return
    if check.outcome != "met":
        return
    if any(used.role == "judged" and used.commit is None and used.method == "TEST" for used in check.used):
        yield "not committed"
    words = (warning.partition(":")[0] for warning in check.warnings)
    yield from (word for word in words if word != _ELSEWHERE)
    told = {warning.partition(":")[0] for used in check.used for warning in used.warnings}
    yield from (token for token in _OF_FILES if token in told)
    if check.runs is not None and check.runs.failed_earlier:
        yield "met after a run that was not"


def runs_told(check: Check) -> Iterator[str]:
    """How many runs there were, and how many of them did not meet the bar."""
    if check.runs is not None:
        failed = check.runs.failed_earlier
        also = f"; {failed} of the others did not meet the bar" if failed else ""
        low, high = check.runs.low, check.runs.high
        yield f"runs: {check.runs.count} runs, {low:.4g} to {high:.4g}; the newest is judged{also}"
