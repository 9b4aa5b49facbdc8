"""A verdict as a Check: every measurement it rests on, and every doubt that did not stop it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from govkit.assess.binding import differs, movable, shared
from govkit.assess.flags import warned
from govkit.assess.order import order_of
from govkit.assess.question import Candidate, used
from govkit.assess.usability import Rules
from govkit.assess.verdict import Verdict
from govkit.assess.wording import shown_unit
from govkit.model.assessment import BarSet, Check, Role, Used
from govkit.model.control import ACROSS, Control, Criterion

_UNKNOWN_END = ("unknown-status", "unknown-end", "completion-unknown")
"""Words by which collectors say already that nobody knows how the run ended."""


def check_of(verdict: Verdict, control: Control, criterion: Criterion, rules: Rules, bar: BarSet | None) -> Check:
    """The verdict with everything a reader needs to find it again."""
    candidate, result = verdict.candidate, verdict.result
    shown = result.estimate if result else None
    return Check(
        control=control.id,
        criterion=criterion.id,
        title=criterion.title,
        severity=criterion.severity,
        outcome=verdict.outcome,
        reason=verdict.reason,
        explanation=verdict.explanation,
        measure=candidate.measurement.measure if candidate else criterion.measure,
        of=criterion.of,
        bar=criterion.bar(),
        bar_from=criterion.reason or criterion.source,
        unit=shown_unit(criterion, candidate.measurement) if candidate else criterion.unit,
        value=shown.value if shown else None,
        interval=shown.interval if shown else None,
        n=candidate.measurement.n if candidate else None,
        extremes=verdict.extremes,
        comparison=result.comparison if result else None,
        n_to_decide=verdict.n_to_decide,
        used=tuple(_cited(verdict, criterion, rules)),
        runs=verdict.runs,
        bar_set=bar,
        warnings=tuple(dict.fromkeys(_warnings(verdict, criterion, rules, bar))),
    )


def _cited(verdict: Verdict, criterion: Criterion, rules: Rules) -> Iterator[Used]:
    candidate = verdict.candidate
    if candidate is None:
        return
    yield used(candidate)
    role: Role = "slice" if criterion.of in ACROSS else "baseline"
    yield from (used(other, role) for other in verdict.others if other is not candidate)
    if verdict.defeated_by is not None:
        yield used(verdict.defeated_by, "defeater")
    yield from (used(grader, "grader") for grader in _graders((candidate, *verdict.others), rules))


def _graders(candidates: tuple[Candidate, ...], rules: Rules) -> list[Candidate]:
    """Measurements that show the judges behind these scores to agree with people, each once."""
    own = rules.policy.grader_measure
    judges = dict.fromkeys(c.judge for c in candidates if c.judge is not None and c.measurement.measure != own)
    return [grader for judge in judges for grader in rules.graders(judge)]


def _warnings(verdict: Verdict, criterion: Criterion, rules: Rules, bar: BarSet | None) -> Iterator[str]:
    yield from verdict.result.estimate.notes if verdict.result else ()
    yield from verdict.warnings
    candidate = verdict.candidate
    if candidate is not None:
        yield from warned(candidate, rules.policy, rules.graders)
        yield from _dates(candidate, rules.question.as_of)
        yield from _others(candidate, rules.question.release.version)
        if verdict.reason != "contaminated" and rules.leaks is not None:
            yield from rules.leaks.doubts(candidate)
        moves = movable(candidate, rules.question.release) if criterion.release != "any" else None
        if moves and verdict.reason != "not-bound":
            yield f"mutable-revision: {moves}"
        other = differs(candidate, rules.question.release)
        if other and candidate.evidence.release in (None, rules.question.release.version):
            yield f"model-differs: {other}"
        if verdict.outcome == "met":
            yield from _currency(candidate, criterion)
        twice = shared(candidate, rules.question.release, rules.question.evidence)
        if twice and criterion.release != "any":
            yield f"shared-file: {twice}"
        if criterion.has_bar():
            order = order_of(candidate, bar)
            word = {"after": "bar-set-after-result", "unknown": "order-unknown", "before": ""}[order.standing]
            if word and verdict.reason != word:
                yield f"{word}: {order.text}"
            policy = rules.question.policy_set
            if order.standing == "before" and policy and order_of(candidate, policy).standing == "after":
                yield f"policy-set-after-result: {order_of(candidate, policy).text.replace('The bar', 'The policy')}"
    if bar and bar.moved_since:
        yield f"bar-moved: before this it was {bar.moved_since}"


def _currency(candidate: Candidate, criterion: Criterion) -> Iterator[str]:
    """Money is never converted: a bar that names no currency is cleared by the same number of any."""
    unit = criterion.unit or candidate.measurement.unit
    if (
        unit == "currency"
        and criterion.of in ("value", "worst")
        and "currency" not in criterion.where
        and not criterion.reported
    ):
        named = candidate.measurement.conditions.get("currency")
        value = f"the value is in {named}" if named else "neither does the value"
        yield f"currency-open: the bar names no currency, {value}; add it under `where:`"


def _dates(candidate: Candidate, as_of: datetime) -> Iterator[str]:
    committed = candidate.evidence.committed
    if candidate.sampled and committed is not None and committed > as_of:
        when = f"on {committed:%Y-%m-%d}, after the instant of judgement"
        yield f"committed-later: {candidate.evidence.path} was committed {when}"


def _others(candidate: Candidate, version: str) -> Iterator[str]:
    """What else there was: what stood in the same file before, or that a result is of another release.

    Documents and registers are written on; results, and what somebody stated, are not.
    """
    evidence, reading = candidate.evidence, candidate.evidence.reading
    if evidence.replaced and reading is not None and reading.method != "EXAMINE":
        times = f"{evidence.replaced} other versions are" if evidence.replaced > 1 else "1 other version is"
        yield f"replaced-file: {evidence.path} held something else before: {times} in git"
    if not candidate.sampled:
        return
    told = (*reading.warnings, *candidate.measurement.warnings) if reading else ()
    if candidate.status == "unknown" and not any(warning.startswith(_UNKNOWN_END) for warning in told):
        yield f"unknown-status: {evidence.path} does not say how its run ended"
    if evidence.release not in (None, version):
        yield f"other-release: {evidence.path} is bound to {evidence.release}; the criterion takes any release"
