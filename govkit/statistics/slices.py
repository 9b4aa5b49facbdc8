"""How far the slices of one measure are apart."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations
from typing import NamedTuple

from govkit.statistics.comparisons import Estimate, difference, ratio, unpaired
from govkit.statistics.intervals import Bounds


class Spread(NamedTuple):
    """The distance between the lowest and the highest slice."""

    value: float
    bounds: Bounds
    lowest: str
    """The slice with the smallest value; the first by name when several are equal."""
    highest: str
    pairs: int
    """How many comparisons share the confidence."""


def gap_interval(slices: Mapping[str, Estimate], confidence: float) -> Spread:
    """Largest minus smallest value; the interval holds for the true gap, whichever slices truly are the extremes.

    Every pair is compared at a level raised for their number, so choosing the extremes after looking is allowed for:
    the interval is wider than that of one pair chosen beforehand. Raises ValueError for fewer than two slices.
    Source: Bonferroni inequality over all pairs; each pair as in `comparisons.difference`.
    """
    lowest, highest = _extremes(slices)
    pairs = list(combinations(slices.values(), 2))
    each = [difference(first, second, _shared(confidence, len(pairs))) for first, second in pairs]
    low = max(0.0, *(max(bounds.low, -bounds.high) for bounds in each))
    high = max(max(bounds.high, -bounds.low) for bounds in each)
    value = slices[highest].value - slices[lowest].value
    return Spread(value, Bounds(low, high, _named(unpaired(*slices.values()), len(pairs))), lowest, highest, len(pairs))


def ratio_interval(slices: Mapping[str, Estimate], confidence: float) -> Spread | None:
    """Smallest divided by largest value, 1 is parity; the interval holds whichever slices truly are the extremes.

    For values that cannot be negative. None when every value is 0. Raises ValueError for fewer than two slices.
    Source: Bonferroni inequality over all pairs; each pair as in `comparisons.ratio` (MOVER-R).
    """
    lowest, highest = _extremes(slices)
    if slices[lowest].value < 0.0:
        raise ValueError(f"slice {lowest!r} is negative: a ratio means nothing")
    if slices[highest].value == 0.0:
        return None
    low, high = 1.0, 1.0
    pairs = list(combinations(slices.values(), 2))
    for pair in pairs:
        bottom, top = sorted(pair, key=lambda estimate: estimate.value, reverse=True)
        bounds = ratio(top, bottom, _shared(confidence, len(pairs)))
        if bounds is None:  # both are 0: nothing is known about this pair
            low = 0.0
            continue
        # The smallest ratio is at most that of any pair, in either direction, and at least the least of all.
        low = min(low, max(0.0, bounds.low), _inverse(bounds.high))
        high = min(high, bounds.high, _inverse(bounds.low))
    value = slices[lowest].value / slices[highest].value
    return Spread(value, Bounds(low, high, _named("MOVER-R", len(pairs))), lowest, highest, len(pairs))


def _extremes(slices: Mapping[str, Estimate]) -> tuple[str, str]:
    if len(slices) < 2:
        raise ValueError("a spread needs at least two slices")
    names = sorted(slices)
    return min(names, key=lambda name: slices[name].value), max(names, key=lambda name: slices[name].value)


def _shared(confidence: float, pairs: int) -> float:
    return 1.0 - (1.0 - confidence) / pairs


def _named(method: str, pairs: int) -> str:
    return f"{method}, Bonferroni over {pairs} pairs" if pairs > 1 else method


def _inverse(limit: float) -> float:
    """1/limit; a limit at or below 0 bounds nothing."""
    return 1.0 / limit if limit > 0.0 else math.inf
