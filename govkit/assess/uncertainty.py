"""The interval around one measurement, and whether it clears a bar."""

from __future__ import annotations

import math
from statistics import stdev
from typing import NamedTuple

from govkit.assess.question import Candidate
from govkit.model.assessment import Outcome
from govkit.model.control import Criterion
from govkit.model.evidence import Interval, SampleScores
from govkit.statistics.comparisons import Mean, Rate
from govkit.statistics.intervals import (
    Bounds,
    alike,
    clopper_pearson,
    mean_interval,
    mean_interval_from_stderr,
    wilson,
    z_score,
)
from govkit.statistics.quantiles import t_quantile
from govkit.statistics.sample_size import items_to_decide, items_to_decide_rate

# Below this many items the normal approximation is too narrow. Source: Bowyer et al. 2025, arXiv:2503.01747.
ENOUGH_FOR_NORMAL = 300


class Estimate(NamedTuple):
    """A value in the criterion's unit with the interval govkit stands by, and what the reader must know about it."""

    value: float
    interval: Interval | None
    notes: tuple[str, ...] = ()


def _interval(bounds: Bounds, level: float, scale: float = 1.0) -> Interval | None:
    """Zero-width bounds are missing knowledge, not certainty."""
    if bounds.low >= bounds.high:
        return None
    return Interval(low=bounds.low * scale, high=bounds.high * scale, level=level, method=bounds.method)


def estimate(
    candidate: Candidate, criterion: Criterion, level: float, scale: float, samples: SampleScores | None
) -> Estimate:
    """Value and interval of one measurement at a two-sided level; `scale` converts to the criterion's unit.

    Counts win over reported errors, reported errors over reported intervals, and single scores come last: the more
    govkit can recompute, the less it has to believe.
    """
    m = candidate.measurement
    assert m.value is not None, "values that are not numbers are sorted out before"
    value = m.value * scale
    if m.successes is not None and m.n:
        exact = criterion.safety or m.successes in (0, m.n)
        bounds = (clopper_pearson if exact else wilson)(m.successes, m.n, level)
        unit_scale = scale * (100.0 if m.unit in ("percent", "points") else 1.0)
        return Estimate(value, _interval(bounds, level, unit_scale))
    if m.stderr is not None:
        return Estimate(value, *_from_stderr(candidate, level, scale))
    if m.interval is not None:
        return Estimate(value, *_reported(m.interval, m.value, level, scale))
    if samples is not None and len(samples.scores) > 1:
        found = mean_interval(tuple(samples.scores.values()), level)
        return Estimate(value, _interval(found, level, scale) if found else None)
    return Estimate(value, None)


def _from_stderr(candidate: Candidate, level: float, scale: float) -> tuple[Interval | None, tuple[str, ...]]:
    m = candidate.measurement
    assert m.value is not None
    assert m.stderr is not None
    low, high = (0.0, 1.0) if m.unit == "proportion" else (None, None)
    notes: tuple[str, ...] = ()
    if m.n is None:
        notes = ("n-unknown: the interval rests on the tool's standard error alone",)
    elif m.n < ENOUGH_FOR_NORMAL:
        notes = (f"small-sample: n = {m.n}; the interval uses Student's t",)
    bounds = mean_interval_from_stderr(m.value, m.stderr * _widening(m.n, level), level, low=low, high=high)
    if notes and m.n is not None:
        bounds = bounds._replace(method="Student's t, from stderr")
    return _interval(bounds, level, scale), notes


def _widening(n: int | None, level: float) -> float:
    """How much wider Student's t is than the normal interval; 1 for large or unknown n."""
    if n is None or n < 2 or n >= ENOUGH_FOR_NORMAL:
        return 1.0
    return t_quantile(level, n - 1) / z_score(level)


def _reported(given: Interval, value: float, level: float, scale: float) -> tuple[Interval | None, tuple[str, ...]]:
    if not given.low <= value <= given.high or given.low >= given.high:
        return None, ("interval-unusable: the reported interval is empty or does not hold its own value",)
    if given.level + 1e-9 < level:
        return None, (f"interval-too-narrow: reported at {given.level:.0%}, {level:.0%} is asked for",)
    made = Interval(
        low=given.low * scale, high=given.high * scale, level=given.level, method=f"reported: {given.method}"
    )
    return made, ()


def comparable(candidate: Candidate, samples: SampleScores | None, scale: float) -> Rate | Mean | None:
    """The value in a form that can be compared with another: counts, or a mean with its error. None without either."""
    m = candidate.measurement
    assert m.value is not None
    if m.successes is not None and m.n and m.unit == "proportion" and scale == 1.0:
        return Rate(m.successes, m.n)
    if m.stderr is not None:
        return Mean(m.value * scale, m.stderr * scale)
    if samples is not None and len(samples.scores) > 1:
        scores = tuple(samples.scores.values())
        return None if alike(scores) else Mean(m.value * scale, stdev(scores) / math.sqrt(len(scores)) * scale)
    return None


def against_bar(criterion: Criterion, value: float, interval: Interval | None) -> Outcome:
    """Met when the whole interval clears the bar, not met when the whole of it fails, else inconclusive.

    Without an interval the value itself is compared; whether that is allowed was decided before.
    """
    if criterion.reported:
        return "met"
    low, high = (interval.low, interval.high) if interval else (value, value)
    if criterion.at_least is not None:
        return _sided(low >= criterion.at_least, high < criterion.at_least)
    if criterion.at_most is not None:
        return _sided(high <= criterion.at_most, low > criterion.at_most)
    if criterion.between is not None:
        floor, ceiling = criterion.between
        return _sided(low >= floor and high <= ceiling, high < floor or low > ceiling)
    assert criterion.equals is not None, "criteria without a bar are sorted out before"
    # An exact number is compared as such: no interval around a sampled rate could ever equal it.
    return "met" if abs(value - criterion.equals) <= 1e-9 else "not-met"


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


def _sided(cleared: bool, failed: bool) -> Outcome:
    return "met" if cleared else "not-met" if failed else "inconclusive"


def needed(criterion: Criterion, candidate: Candidate, shown: Estimate) -> int | None:
    """Items that would decide an inconclusive check if the effect stays the same."""
    bar = criterion.at_least if criterion.at_least is not None else criterion.at_most
    n = candidate.measurement.n
    if bar is None or n is None or shown.interval is None:
        return None
    m = candidate.measurement
    if m.successes is not None and m.unit == "proportion" and criterion.unit in (None, "proportion") and 0 < bar < 1:
        return items_to_decide_rate(m.successes / n, bar, shown.interval.level)
    return items_to_decide(shown.value, bar, n, shown.interval.low, shown.interval.high)
