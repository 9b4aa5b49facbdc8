"""A usable value, change or spread held against its bar."""

from __future__ import annotations

from typing import NamedTuple

from govkit.assess.bars import against_bar, margin, needed, none_failed
from govkit.assess.comparing import Compared
from govkit.assess.missing import completed_worst_and_best
from govkit.assess.question import Candidate
from govkit.assess.uncertainty import estimate, independent
from govkit.assess.unusable import Unusable
from govkit.assess.usability import factor, rests_on
from govkit.assess.verdict import Verdict, judged_not
from govkit.assess.wording import number, sentence
from govkit.model.assessment import Extremes, Outcome, Reason, Runs
from govkit.model.control import Criterion, Quantity, Unit
from govkit.model.evidence import NBasis

_REASONS: dict[Outcome, Reason] = {
    "met": "bar-cleared",
    "not-met": "bar-missed",
    "inconclusive": "interval-spans-bar",
}
_ALONE = "point-only: the value alone was compared; its uncertainty is unknown"
_IN_FULL = "counted-in-full: it is stated that nothing was drawn from anything, so no interval is asked for; the value "
_IGNORED = "interval-ignored: the criterion asks for the value alone, however uncertain it is; the value "
_STATING = ("mapped", "every-eval-ever")
"""Formats in which a mapping, or the record itself, says freely what n counts."""
_ON_ITS_OWN: tuple[Quantity, ...] = ("value", "worst")
"""Quantities that rest on one measurement; the others rest on two or more, and on the smallest of them."""
_COMPLETE: tuple[NBasis, ...] = ("fields", "entries", "records")
"""What is counted in full: nothing was drawn from anything."""
# Units of shares and scores, which rest on items. A time, a cost or a count may be a total.
_OF_ITEMS: tuple[Unit, ...] = ("proportion", "percent", "points", "score", "ratio", "index")


class Strictness(NamedTuple):
    """What the project asks of a yes beyond the criterion's own words."""

    level: float
    min_n: int | None
    interval_needed: bool
    """Whether a rate or score whose uncertainty nobody knows is refused, where the criterion leaves that open."""


def decide(
    criterion: Criterion, candidate: Candidate, result: Compared, history: Runs | None, strict: Strictness
) -> Verdict:
    """Met, missed or undecided; a yes must rest on enough items, and for safety survive those that are missing."""
    shown = result.estimate
    if criterion.interval == "ignore":
        shown = shown._replace(interval=None, narrow=None, spoilt=False)
        result = result._replace(estimate=shown)
    own = criterion.of == "worst" and criterion.interval != "ignore"  # the extreme of many needs an interval of its own
    if (own or criterion.interval == "required") and shown.interval is None and not criterion.reported:
        why = "; ".join(shown.notes)
        known = f"{criterion.title}: the value is {shown.value:.4g}, but its uncertainty is not known"
        unsure = Unusable("no-uncertainty", f"{known} ({why})." if why else f"{known}.")
        return judged_not(unsure, candidate, others=result.others, result=result, runs=history)
    if shown.narrow is not None and against_bar(criterion, shown.value, shown.narrow) != "met":
        shown = shown._replace(interval=shown.narrow)  # too narrow to grant, and wide enough to deny
        result = result._replace(estimate=shown)
    outcome = against_bar(criterion, shown.value, shown.interval)
    undecided = outcome == "inconclusive" and criterion.of in ("value", "worst")
    more = needed(criterion, candidate.measurement, shown) if undecided else None
    text = sentence(criterion, candidate, shown, outcome, result.words, more)
    text += none_failed(criterion, candidate.measurement, shown) if undecided else ""
    side = margin(criterion, shown.value, shown.interval)
    verdict = Verdict(outcome, _REASONS[outcome], text, candidate, result, result.others, more, history, margin=side)
    if outcome == "met" and _drawn(criterion, candidate):
        alone = shown.interval is None and criterion.equals is None
        few = _too_few(criterion, candidate, result, strict.min_n)
        if few is None and alone and (strict.interval_needed or shown.spoilt):
            few = Unusable("no-uncertainty", "That does not count yet: nobody knows how uncertain the value is.")
        if few is not None:
            return verdict._replace(outcome="not-judged", reason=few.reason, explanation=f"{text} {few.explanation}")
        if alone:
            verdict = verdict._replace(warnings=(_ALONE,))
    if (
        outcome == "met"
        and criterion.interval == "ignore"
        and not criterion.reported
        and _of_items(criterion, candidate)
    ):
        verdict = verdict._replace(warnings=(*verdict.warnings, f"{_IGNORED}{rests_on(candidate.measurement)}"))
    if outcome == "met" and _said_to_be_all(criterion, candidate):
        few = _too_few(criterion, candidate, result, strict.min_n)
        if few is not None or shown.interval is None:
            verdict = verdict._replace(warnings=(*verdict.warnings, f"{_IN_FULL}{rests_on(candidate.measurement)}"))
    return _with_missing(verdict, criterion, candidate, strict.level)


def _said_to_be_all(criterion: Criterion, candidate: Candidate) -> bool:
    """True of a test result whose n items are called all there are, so that nobody asks how sure it is.

    Elsewhere the collector knows by the measure what it counts.
    """
    reading, basis = candidate.evidence.reading, candidate.measurement.n_basis
    stated = reading is not None and reading.format in _STATING and reading.method == "TEST"
    return stated and basis in _COMPLETE and criterion.interval != "ignore" and not criterion.reported


def _drawn(criterion: Criterion, candidate: Candidate) -> bool:
    """True of a rate or score of items that stand for more than themselves, where the criterion asks how sure it is."""
    return criterion.interval != "ignore" and _of_items(criterion, candidate)


def _of_items(criterion: Criterion, candidate: Candidate) -> bool:
    m = candidate.measurement
    if criterion.reported or not candidate.sampled or m.n_basis in _COMPLETE:
        return False
    unit = criterion.unit or m.unit
    return unit is None or unit in _OF_ITEMS


def _too_few(criterion: Criterion, candidate: Candidate, result: Compared, least: int | None) -> Unusable | None:
    """The policy's fewest items, for criteria that name none: below it a share or score may fail, but not pass."""
    if least is None or criterion.min_n is not None:
        return None
    m = candidate.measurement
    count = independent(m) if criterion.of in _ON_ITS_OWN else result.n
    if count is not None and count >= least:
        return None
    have = f"rests on {count:,} items" if count is not None else "does not say on how many, in one value or more"
    have = rests_on(m) if count == independent(m) else have
    what = f"That does not count yet: it {have}, and the policy asks for {least:,}."
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
