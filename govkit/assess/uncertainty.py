"""The interval around one measurement, from the best that is known about it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import fmean, stdev
from typing import NamedTuple

from govkit.model.control import IN_HUNDREDTHS, Unit
from govkit.model.evidence import Interval, Measurement, SampleScores
from govkit.statistics.clusters import clustered_interval, clustered_stderr, design_effect
from govkit.statistics.comparisons import Mean, Rate
from govkit.statistics.intervals import (
    LARGE_SAMPLE,
    Bounds,
    alike,
    bounded_mean_interval,
    clipped,
    clopper_pearson,
    mean_interval,
    mean_interval_from_stderr,
    wilson,
    z_score,
)
from govkit.statistics.quantiles import t_quantile

# How far a tool's standard error may lie from the one its own numbers give. A bootstrap or groups explain more.
# Source: govkit judgement; n or n - 1 under the root differ by 5 % at 11 items, 1,000 resamples by 2 %.
_AGREES, _AGREES_LOOSELY = 0.05, 0.10
# How far the mean of some of the items may lie from that of all. Source: govkit judgement; tools print two decimals.
_NEAR = 0.005
# A standard error below this part of its value is none. Source: govkit judgement; of a share of one half it would take
# 10^12 items.
_NO_ERROR = 1e-6


class Estimate(NamedTuple):
    """A value in the criterion's unit with the interval govkit stands by, and what the reader must know about it."""

    value: float
    interval: Interval | None
    notes: tuple[str, ...] = ()
    worth: float = 1.0
    """By how much groups, or a larger error of the tool, divide the number of items."""
    narrow: Interval | None = None
    """Where there is no interval to stand by: the tool's own, of a lower level. What even that leaves open is open."""
    spoilt: bool = False
    """The file states an uncertainty that cannot be right, so its value alone is worth nothing."""


def _interval(bounds: Bounds | None, level: float, scale: float = 1.0) -> Interval | None:
    """Zero-width bounds are missing knowledge, not certainty."""
    if bounds is None or bounds.low >= bounds.high:
        return None
    return Interval(low=bounds.low * scale, high=bounds.high * scale, level=level, method=bounds.method)


def estimate(
    m: Measurement, level: float, *, scale: float = 1.0, samples: SampleScores | None = None, safety: bool = False
) -> Estimate:
    """Value and interval of one measurement at a two-sided level; `scale` converts to the criterion's unit.

    Counts and scores of single items win over a reported error, a reported error over a reported interval: the more
    govkit can recompute, the less it has to believe. Where a tool's own error is larger than it should be, it counts.
    """
    assert m.value is not None, "values that are not numbers are sorted out before"
    unit = unit_of(samples, m) if samples is not None else None
    counted = bool(m.successes is not None and m.n)
    differ = samples is not None and unit is None and not (counted and not samples.clusters)
    notes = (_unused(m, samples),) if differ and samples is not None else ()
    items = samples if unit is not None else None
    if counted:
        found = _rate(m, level, items, safety)
    elif items is not None and unit is not None and len(items.scores) > 1:
        found = _scores(m, level, items, unit)
    elif m.stderr is not None:
        found = _from_stderr(m, level)
    elif m.interval is not None:
        found = _reported(m.interval, m.value, level)
    else:
        found = Estimate(m.value, None)
    return found._replace(
        value=m.value * scale,
        interval=_scaled(found.interval, scale),
        narrow=_scaled(found.narrow, scale),
        notes=(*notes, *found.notes),
    )


def _unused(m: Measurement, samples: SampleScores) -> str:
    """Why the scores are left aside: they are a part of the items, whose mean is near, or they give another value."""
    kept = len(samples.scores)
    if m.n is not None and kept < m.n and unit_of(samples, m, _NEAR) is not None:
        return f"samples-fewer: scores of {kept:,} of {m.n:,} items are there; the interval does without them"
    return "samples-differ: the scores of single items do not give this value and are not used"


def whole(unit: Unit | None) -> float:
    """What all items are in this unit: 100 where it counts in hundredths."""
    return 100.0 if unit in IN_HUNDREDTHS else 1.0


def _scaled(interval: Interval | None, scale: float) -> Interval | None:
    if interval is None:
        return None
    return interval.model_copy(update={"low": interval.low * scale, "high": interval.high * scale})


def unit_of(samples: SampleScores, m: Measurement, rounded: float | None = None) -> float | None:
    """What the items' scores are multiplied by to give this value; None when they do not give it.

    With `rounded`, the share by which the value may lie off, they may also be a draw from the n items.
    """
    if m.value is None or not samples.scores or (rounded is None and m.n not in (None, len(samples.scores))):
        return None
    mean = fmean(samples.scores.values())
    units = (1.0, 100.0) if m.unit in IN_HUNDREDTHS else (1.0,)
    near = (
        unit for unit in units if math.isclose(mean * unit, m.value, rel_tol=1e-6, abs_tol=(rounded or 1e-6) * unit)
    )
    return next(near, None)


def _ordered(samples: SampleScores) -> tuple[list[float], list[str]]:
    """Scores and the groups they belong to, in order of the items' keys; an item without a group is its own."""
    keys = sorted(samples.scores)
    return [samples.scores[key] for key in keys], [samples.clusters.get(key, f"item {key}") for key in keys]


def _groups(m: Measurement) -> float:
    """By how much groups divide the items when only their number is known: all of a group count as one."""
    return m.n / m.clusters if m.n and m.clusters and m.clusters < m.n and m.n_basis != "clusters" else 1.0


def independent(m: Measurement) -> int | None:
    """How many items or groups stand for themselves; None when the file does not say, as of trials of unknown items."""
    if m.n_basis == "trials" and m.clusters is None:
        return None
    return m.n if m.n is None or m.clusters is None else min(m.n, m.clusters)


def fewest(measurements: Iterable[Measurement]) -> int | None:
    """How many items or groups the smallest of them rests on; None when one does not say."""
    counts = [independent(measurement) for measurement in measurements]
    return None if None in counts else min(count for count in counts if count is not None)


def _rate(m: Measurement, level: float, samples: SampleScores | None, safety: bool) -> Estimate:
    """k of n: Wilson's interval, the exact one at the ends and where safety asks for it."""
    assert m.successes is not None
    assert m.n
    worth, notes = _worth(m, level, samples)
    exact = safety or m.successes in (0, m.n)
    bounds = (clopper_pearson if exact else wilson)(m.successes / worth, m.n / worth, level)
    bounds = as_of(bounds, m.n / worth if worth > 1.0 else None)
    if independent(m) is None:
        text = "nobody says how many items the trials are of; where they repeat some, the interval is too narrow"
        notes = (*notes, f"repeats-unknown: {text}")
    return Estimate(0.0, _interval(bounds, level, whole(m.unit)), notes, worth)


def as_of(bounds: Bounds, *fewer: float | None) -> Bounds:
    """The bounds, with a method that says as how many items those count that hang together."""
    counts = " and ".join(f"{count:,.0f}" if count >= 1000 else f"{count:.4g}" for count in fewer if count is not None)
    return bounds._replace(method=f"{bounds.method}, as of {counts} independent items") if counts else bounds


def _worth(m: Measurement, level: float, samples: SampleScores | None) -> tuple[float, tuple[str, ...]]:
    """By how much groups, and an error of the tool that is larger than that of k in n, divide the items."""
    assert m.successes is not None
    assert m.n
    grouped = design_effect(*_ordered(samples), level) if samples is not None and samples.clusters else _groups(m)
    rate = m.successes / m.n
    if m.stderr is None or m.n < 2 or not 0.0 < rate < 1.0:
        return grouped, ()
    ratio = m.stderr / (math.sqrt(rate * (1.0 - rate) / (m.n - 1)) * whole(m.unit))
    larger = max(1.0, ratio * ratio) if ratio > 1.0 + _tolerance(m) else 1.0
    return max(grouped, larger), _inconsistent(m, ratio, "k of n")


def _tolerance(m: Measurement) -> float:
    return _AGREES if m.stderr_method in (None, "analytic") else _AGREES_LOOSELY


def _inconsistent(m: Measurement, ratio: float, ours: str) -> tuple[str, ...]:
    """Says that the tool's error is not the one its own numbers give; groups explain a larger one."""
    explained = m.stderr_method == "clustered" or (m.clusters is not None and m.n is not None and m.clusters < m.n)
    if abs(ratio - 1.0) <= _tolerance(m) or (ratio > 1.0 and explained):
        return ()
    assert m.stderr is not None
    return (
        f"stderr-inconsistent: the tool's standard error is {m.stderr:.4g}, that of {ours} is {m.stderr / ratio:.4g}; "
        "the wider interval is used",
    )


def _scores(m: Measurement, level: float, samples: SampleScores, unit: float) -> Estimate:
    """Scores of single items: by groups, on a scale with two ends, or without; a larger error of the tool counts."""
    scores, groups = _ordered(samples)
    if alike(scores):
        return Estimate(0.0, None)
    simple = stdev(scores) / math.sqrt(len(scores))
    low, high = (end if end is None else end / unit for end in _scale(m))
    if len(set(groups)) < len(groups):
        own = clustered_interval(scores, groups, level, low, high)
    elif m.clusters == 1:
        own = None
    elif _groups(m) > 1.0:
        method = f"{'t' if (m.clusters or 0) < LARGE_SAMPLE else 'normal'}, by {m.clusters} groups"
        own = clipped(_mean(fmean(scores), simple * math.sqrt(_groups(m)), m.clusters, level, method), low, high)
    elif m.unit in ("proportion", "percent") and min(scores) >= 0.0 and max(scores) <= 1.0:
        own = bounded_mean_interval(scores, level, 0.0, 1.0)
    else:
        own = mean_interval(scores, level)
    found = _interval(own, level, unit)
    if m.stderr is None:
        return Estimate(0.0, found)
    ratio = m.stderr / (simple * unit)
    larger = _from_stderr(_told(m, samples), level).interval if ratio > 1.0 + _tolerance(m) else None
    return Estimate(0.0, _wider(found, larger), _inconsistent(m, ratio, "the single scores"))


def _told(m: Measurement, samples: SampleScores) -> Measurement:
    """The tool's error as it stands where the scores themselves tell how much the items of a group agree."""
    return m.model_copy(update={"stderr_method": "clustered"}) if samples.clusters else m


def _wider(one: Interval | None, other: Interval | None) -> Interval | None:
    if one is None or other is None:
        return one or other
    return other if other.high - other.low > (one.high - one.low) * (1.0 + _AGREES) else one


def _from_stderr(m: Measurement, level: float) -> Estimate:
    """The tool's standard error, taken for what it is worth: widened for groups and for few items."""
    assert m.value is not None
    assert m.stderr is not None
    stderr, count = _allowing(m), independent(m)
    if _noise(m):
        return Estimate(0.0, None, ("zero-stderr: the reported standard error is noise of rounding, not certainty",))
    if count is not None and count < 2:
        return Estimate(0.0, None, ("stderr-unusable: one item or group has no standard error",))
    by = f" by {m.clusters} groups" if m.stderr_method != "clustered" and _groups(m) > 1.0 else ""
    few = count is not None and count < LARGE_SAMPLE
    method = f"Student's t, from stderr{by}" if few else f"normal, from stderr{by}"
    bounds = clipped(_mean(m.value, stderr, count, level, method), *_scale(m))
    note = "n-unknown: the interval rests on the tool's standard error alone" if count is None else ""
    note = f"small-sample: n = {count}; the interval uses Student's t" if few else note
    return Estimate(0.0, _interval(bounds, level), (note,) if note else ())


def _scale(m: Measurement) -> tuple[float | None, float | None]:
    """Ends of the scale of a share; a difference of shares, which may be negative, has none."""
    top = {"proportion": 1.0, "percent": 100.0}.get(m.unit or "")
    return (None, None) if top is None or m.value is None or not 0.0 <= m.value <= top else (0.0, top)


def _mean(value: float, stderr: float, count: int | None, level: float, method: str) -> Bounds:
    return mean_interval_from_stderr(value, stderr * _widening(count, level), level)._replace(method=method)


def _widening(count: int | None, level: float) -> float:
    """How much wider Student's t is than the normal interval; 1 for a large or unknown number."""
    if count is None or count >= LARGE_SAMPLE:
        return 1.0
    return t_quantile(level, count - 1) / z_score(level)


def _reported(given: Interval, value: float, level: float) -> Estimate:
    if not given.low <= value <= given.high or given.low >= given.high:
        note = "interval-unusable: the reported interval is empty or does not hold its own value"
        return Estimate(0.0, None, (note,), spoilt=given.low != given.high or given.low != value)
    if given.level + 1e-9 < level:
        note = f"interval-too-narrow: reported at {given.level:.0%}, {level:.0%} is asked for"
        return Estimate(0.0, None, (note,), narrow=given)
    return Estimate(0.0, given.model_copy(update={"method": f"reported: {given.method}"}))


def comparable(m: Measurement, samples: SampleScores | None, scale: float, level: float) -> Rate | Mean | None:
    """The value in a form that can be compared with another: counts, or a mean with its error. None without either.

    `scale` converts to the unit of the comparison; counts need one in which all items are 1.
    """
    assert m.value is not None
    unit = unit_of(samples, m) if samples is not None else None
    items = samples if unit is not None else None
    if m.successes is not None and m.n and math.isclose(scale * whole(m.unit), 1.0):
        worth, _ = _worth(m, level, items)
        return Rate(m.successes / worth, m.n / worth)
    if items is not None and unit is not None and len(items.scores) > 1:
        return _mean_of(m, items, unit, scale)
    count = independent(m)
    if m.stderr is None or _noise(m) or (count is not None and count < 2):
        return None
    return Mean(m.value * scale, _allowing(m) * scale, _freedom(count))


def fewer(m: Measurement, compared: Rate | Mean) -> float | None:
    """As how many items those of a rate count that hang together; None where each counts."""
    thinned = isinstance(compared, Rate) and m.n is not None and not math.isclose(compared.n, m.n)
    return compared.n if isinstance(compared, Rate) and thinned else None


def _noise(m: Measurement) -> bool:
    """True of a standard error that no number of items explains: what equal scores leave after rounding."""
    return m.stderr is not None and m.value is not None and m.stderr <= _NO_ERROR * abs(m.value)


def _allowing(m: Measurement) -> float:
    """The tool's standard error, widened for groups unless it allows for them; 0 when there is none."""
    return 0.0 if m.stderr is None else m.stderr * (1.0 if m.stderr_method == "clustered" else math.sqrt(_groups(m)))


def _mean_of(m: Measurement, items: SampleScores, unit: float, scale: float) -> Mean | None:
    scores, groups = _ordered(items)
    stderr, count = None if alike(scores) else clustered_stderr(scores, groups), len(set(groups))
    if stderr is None or m.clusters == 1:
        return None
    if not items.clusters and m.clusters is not None:
        stderr, count = stderr * math.sqrt(_groups(m)), min(count, m.clusters)
    return Mean(fmean(scores) * unit * scale, max(stderr * unit, _allowing(_told(m, items))) * scale, _freedom(count))


def _freedom(count: int | None) -> float | None:
    return None if count is None or count >= LARGE_SAMPLE else count - 1
