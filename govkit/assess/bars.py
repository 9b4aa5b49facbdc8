"""A value with its interval against a bar: cleared, missed, or not decided, and what would decide it."""

from __future__ import annotations

import math
from typing import assert_never

from govkit.assess.uncertainty import Estimate
from govkit.assess.wording import number
from govkit.model.assessment import Outcome
from govkit.model.control import NEVER_NEGATIVE, Criterion, Unit
from govkit.model.evidence import Interval, Measurement
from govkit.statistics.sample_size import items_to_decide, items_to_decide_rate, rule_of_three


def against_bar(criterion: Criterion, value: float, interval: Interval | None) -> Outcome:
    """Met when the whole interval clears the bar, not met when the whole of it fails, else inconclusive.

    Without an interval the value itself is compared; whether that is allowed was decided before.
    """
    if criterion.reported:
        return "met"
    low, high = (interval.low, interval.high) if interval else (value, value)
    if criterion.at_least is not None:
        return _sided(_reaches(low, criterion.at_least), not _reaches(high, criterion.at_least))
    if criterion.at_most is not None:
        return _sided(_reaches(criterion.at_most, high), not _reaches(criterion.at_most, low))
    if criterion.between is not None:
        floor, ceiling = criterion.between
        inside = _reaches(low, floor) and _reaches(ceiling, high)
        return _sided(inside, not _reaches(high, floor) or not _reaches(ceiling, low))
    assert criterion.equals is not None, "criteria without a bar are sorted out before"
    # An exact number is compared as such: no interval around a sampled rate could ever equal it.
    return "met" if abs(value - criterion.equals) <= 1e-9 else "not-met"


def _reaches(one: float, other: float) -> bool:
    """One is at least the other, up to the noise of floating point: 0.57 as a percentage is 56.99999999999999."""
    return one >= other or math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-15)


_TOP: dict[Unit | None, float] = {"proportion": 1.0, "percent": 100.0, "points": 100.0}


def never_missed(criterion: Criterion, unit: Unit | None) -> bool:
    """True of a bar that no value in this unit can miss: at least 0 % of a share, a loss of at most 100 points."""
    lowest, highest = _ends(criterion, unit)
    floor, ceiling = criterion.between or (criterion.at_least, criterion.at_most)
    if floor is None and ceiling is None:
        return False
    return (floor is None or floor <= lowest) and (ceiling is None or ceiling >= highest)


def _ends(criterion: Criterion, unit: Unit | None) -> tuple[float, float]:
    """Between which numbers the compared quantity lies whatever was measured."""
    top = _TOP.get("proportion" if criterion.of == "flips" and criterion.unit is None else unit, math.inf)
    match criterion.of:
        case "value" | "worst" | "flips":
            share = top < math.inf and unit != "points"
            return (0.0 if share or unit in NEVER_NEGATIVE else -top), top
        case "change":
            return -top, top
        case "gap":
            return 0.0, top
        case "ratio":
            return 0.0, 1.0
        case "relative_change":
            return -1.0, math.inf
        case _:
            assert_never(criterion.of)


def _sided(cleared: bool, failed: bool) -> Outcome:
    return "met" if cleared else "not-met" if failed else "inconclusive"


def margin(criterion: Criterion, value: float, interval: Interval | None) -> float:
    """How far the weaker end of the interval lies on the good side of the bar; 0 where there are no sides."""
    low, high = (interval.low, interval.high) if interval else (value, value)
    if criterion.at_least is not None:
        return low - criterion.at_least
    if criterion.at_most is not None:
        return criterion.at_most - high
    if criterion.between is not None:
        return min(low - criterion.between[0], criterion.between[1] - high)
    return 0.0


def needed(criterion: Criterion, m: Measurement, shown: Estimate) -> int | None:
    """Items that would decide an inconclusive check if the effect stays the same."""
    bar = criterion.at_least if criterion.at_least is not None else criterion.at_most
    if bar is None or not m.n or shown.interval is None:
        return None
    whole = _WHOLE.get(criterion.unit or m.unit)
    if m.successes is None or whole is None or not 0.0 < bar < whole:
        return items_to_decide(shown.value, bar, m.n, *_unclipped(shown.value, shown.interval, whole))
    rate, level = m.successes / m.n, shown.interval.level
    return items_to_decide_rate(rate, bar / whole, level, exact=criterion.safety, worth=shown.worth)


_WHOLE: dict[Unit | None, float] = {"proportion": 1.0, "percent": 100.0}


def _unclipped(value: float, interval: Interval, whole: float | None) -> tuple[float, float]:
    """Both ends as far from the value as they were before the scale's end cut one off."""
    low, high = interval.low, interval.high
    if whole is None:
        return low, high
    return (2 * value - high if low <= 0.0 else low), (2 * value - low if high >= whole else high)


def _failed(criterion: Criterion, m: Measurement) -> int | None:
    """Items on the wrong side of a one-sided bar; None where there are no counts of them."""
    one_sided = criterion.at_least is not None or criterion.at_most is not None
    if m.successes is None or m.n is None or m.unit not in _WHOLE or criterion.unit not in (None, *_WHOLE):
        return None
    return (m.successes if criterion.at_most is not None else m.n - m.successes) if one_sided else None


def none_failed(criterion: Criterion, m: Measurement, shown: Estimate) -> str:
    """What can be said when nothing failed and that still does not suffice; empty otherwise."""
    if not m.n or _failed(criterion, m) != 0:
        return ""
    excluded = number(rule_of_three(max(1, round(m.n / shown.worth))), "proportion")
    return f" None failed, which excludes failure rates above about {excluded} (rule of three, 95 % on one side)."
