"""How many items a claim needs."""

from __future__ import annotations

import math

from govkit.statistics.intervals import z_score


def items_to_decide_rate(rate: float, bar: float, confidence: float) -> int | None:
    """Items at which Wilson's interval around this rate no longer spans the bar; None when they are equal.

    Rate and bar in [0, 1]. The rate is taken as it stands: a forecast, not a promise. An exact (Clopper-Pearson)
    interval needs a few items more.
    Source: Wilson 1927: a limit equals the bar when (rate - bar)² = z² bar (1 - bar) / n.
    """
    if rate == bar:
        return None
    return max(1, math.ceil(z_score(confidence) ** 2 * bar * (1.0 - bar) / (rate - bar) ** 2))


def items_to_decide(value: float, bar: float, n: int, low: float, high: float) -> int | None:
    """Items at which an interval that is low..high at n items no longer spans the bar; None when they are equal.

    The side of the interval towards the bar shrinks with the square root of the number of items; for means,
    differences, gaps.
    Source: the standard error of a mean is the standard deviation divided by √n.
    """
    if value == bar:
        return None
    towards = value - low if bar < value else high - value
    return max(1, math.ceil(n * (towards / (value - bar)) ** 2)) if math.isfinite(towards) else None


def rule_of_three(n: int) -> float:
    """The rate that n trials without a single failure exclude at 95 % (one-sided): about 3/n.

    Source: Hanley and Lippman-Hand 1983, JAMA 249:1743-1745.
    """
    if n < 1:
        raise ValueError("no items: n is 0")
    return min(1.0, 3.0 / n)
