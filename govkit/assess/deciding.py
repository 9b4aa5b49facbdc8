"""A usable value, change or spread held against its bar."""

from __future__ import annotations

from govkit.assess.bars import against_bar, margin, needed
from govkit.assess.comparing import Compared
from govkit.assess.missing import completed_worst_and_best
from govkit.assess.question import Candidate
from govkit.assess.uncertainty import estimate, independent
from govkit.assess.unusable import Unusable
from govkit.assess.usability import factor, rests_on
from govkit.assess.verdict import Verdict, judged_not
from govkit.assess.wording import number, sentence
from govkit.model.assessment import Extremes, Outcome, Reason, Runs
from govkit.model.control import Criterion, Unit
from govkit.model.project import Policy

_REASONS: dict[Outcome, Reason] = {
    "met": "bar-cleared",
    "not-met": "bar-missed",
    "inconclusive": "interval-spans-bar",
}
# Units of shares and scores, which rest on items. A time, a cost or a count may be a total.
_OF_ITEMS: tuple[Unit, ...] = ("proportion", "percent", "points", "score")


def decide(
    criterion: Criterion, candidate: Candidate, result: Compared, history: Runs | None, policy: Policy, level: float
) -> Verdict:
    """Met, missed or undecided; a yes must rest on enough items, and for safety survive those that are missing."""
    shown = result.estimate
    if criterion.interval == "ignore":
        shown = shown._replace(interval=None)
        result = result._replace(estimate=shown)
    own = criterion.of == "worst" and criterion.interval != "ignore"  # the extreme of many needs an interval of its own
    if (own or criterion.interval == "required") and shown.interval is None and not criterion.reported:
        why = "; ".join(shown.notes)
        known = f"{criterion.title}: the value is {shown.value:.4g}, but its uncertainty is not known"
        bad = Unusable("no-uncertainty", f"{known} ({why})." if why else f"{known}.")
        return judged_not(bad, candidate, others=result.others, result=result, runs=history)
    outcome = against_bar(criterion, shown.value, shown.interval)
    undecided = outcome == "inconclusive" and criterion.of in ("value", "worst")
    more = needed(criterion, candidate.measurement, shown) if undecided else None
    text = sentence(criterion, candidate, shown, outcome, result.words, more)
    side = margin(criterion, shown.value, shown.interval)
    verdict = Verdict(outcome, _REASONS[outcome], text, candidate, result, result.others, more, history, margin=side)
    few = _too_few(criterion, candidate, result, policy) if outcome == "met" else None
    if few is not None:
        return verdict._replace(outcome="not-judged", reason=few.reason, explanation=f"{text} {few.explanation}")
    return _with_missing(verdict, criterion, candidate, level)


def _too_few(criterion: Criterion, candidate: Candidate, result: Compared, policy: Policy) -> Unusable | None:
    """The policy's fewest items, for criteria that name none: below it a share or score may fail, but not pass."""
    judged_as_it_stands = criterion.reported or criterion.interval == "ignore" or not candidate.sampled
    if policy.min_n is None or criterion.min_n is not None or judged_as_it_stands:
        return None
    m = candidate.measurement
    unit = criterion.unit or m.unit
    if unit not in _OF_ITEMS and not (unit is None and m.n is not None):
        return None
    count = result.n if criterion.of not in ("value", "worst") and result.n is not None else independent(m)
    if count is not None and count >= policy.min_n:
        return None
    have = rests_on(m) if count is None or count == independent(m) else f"rests on {count:,} items"
    what = f"That does not count yet: it {have}, and the policy asks for {policy.min_n:,}."
    return Unusable("sample-too-small", what)


def _with_missing(verdict: Verdict, criterion: Criterion, candidate: Candidate, level: float) -> Verdict:
    """The verdict with what the value would be if all missing items had scored worst, and if all had scored best."""
    m = candidate.measurement
    ends = completed_worst_and_best(m) if criterion.of in ("value", "worst") else None
    if ends is None:
        return verdict
    scale = factor(m.unit, criterion.unit) or 1.0
    found = [estimate(end, level, scale=scale, safety=criterion.safety) for end in ends]
    low, high = (end.value for end in found)
    missing = m.missing or 0
    unit = criterion.unit or m.unit
    text = f"{missing:,} items are missing; counted as 0 or as 1 the value would be {number(low, unit)} to "
    text += number(high, unit)
    intervals = [None if criterion.interval == "ignore" else end.interval for end in found]
    outcomes = [against_bar(criterion, end.value, span) for end, span in zip(found, intervals, strict=True)]
    spoilt = verdict.outcome == "met" and any(outcome != "met" for outcome in outcomes)
    text += ", which does not clear the bar in both cases" if spoilt else ""
    verdict = verdict._replace(
        extremes=Extremes(items=missing, low=low, high=high), warnings=(*verdict.warnings, f"missing-items: {text}")
    )
    if not spoilt or not criterion.safety:
        return verdict
    said = f"{verdict.explanation} {text[:1].upper()}{text[1:]}; for safety the worst case counts."
    return verdict._replace(outcome="not-judged", reason="items-missing", explanation=said)
