"""How many items a claim needs."""

from __future__ import annotations

import math

from govkit.statistics.intervals import clopper_pearson, z_score


def items_to_decide_rate(
    rate: float, bar: float, confidence: float, *, exact: bool = False, worth: float = 1.0
) -> int | None:
    """Fewest items at which the interval around this rate no longer spans the bar; None when they are equal.

    Rate in [0, 1], bar in (0, 1). The rate is taken as it stands: a forecast, not a promise. The interval is Wilson's,
    or the exact one when asked for and at rates of 0 and 1, where every judgement uses it. Where items hang together,
    `worth` of them count as one.
    Source: Wilson 1927: a limit equals the bar when (rate - bar)² = z² bar (1 - bar) / n.
    """
    if rate == bar:
        return None
    if rate in (0.0, 1.0):
        return _rounded_up(worth * _clean(bar if rate == 0.0 else 1.0 - bar, confidence))
    found = _rounded_up(worth * z_score(confidence) ** 2 * bar * (1.0 - bar) / (rate - bar) ** 2)
    return _exactly(rate, bar, confidence, worth, found) if exact else found


def _exactly(rate: float, bar: float, confidence: float, worth: float, start: int) -> int:
    """The same by Clopper and Pearson's interval: doubled until it decides, then halved down to the first that does."""

    def decides(items: int) -> bool:
        low, high, _ = clopper_pearson(rate * items / worth, items / worth, confidence)
        return high <= bar or low >= bar

    below, enough = 0, start
    while not decides(enough):
        below, enough = enough, 2 * enough
    while enough - below > 1:
        middle = (below + enough) // 2
        below, enough = (below, middle) if decides(middle) else (middle, enough)
    return enough


def _rounded_up(items: float) -> int:
    return max(1, math.ceil(items - 1e-9 * items))


def clean_items(bar: float, confidence: float) -> int:
    """Items without a single failure that show a rate of failures of at most `bar`, by the exact two-sided interval.

    Bar in (0, 1). At 95 %: about 3.7 / bar; 3 / bar where one side is enough, which is the rule of three.
    Source: Clopper and Pearson 1934 at k = 0: the upper limit is 1 - (tail)^(1/n).
    """
    return _rounded_up(_clean(bar, confidence))


def _clean(bar: float, confidence: float) -> float:
    tail = (1.0 - confidence) / 2.0
    if not 0.0 < bar < 1.0 or not 0.0 < tail < 0.5:
        raise ValueError(f"no number of items shows a rate of {bar} at {confidence}")
    return math.log(tail) / math.log1p(-bar)


def items_for_quantile(quantile: float) -> int:
    """Fewest items from which a quantile may be taken: ten beyond it.

    Source: govkit judgement; with ten beyond it, its rank is uncertain by about a third (√10 of 10).
    """
    if not 0.0 < quantile < 1.0:
        raise ValueError(f"{quantile} is no quantile")
    return math.ceil(round(10.0 / min(quantile, 1.0 - quantile), 6))


def items_to_decide(value: float, bar: float, n: int, low: float, high: float) -> int | None:
    """Items that suffice for an interval of a mean, low..high at n items, to span the bar no more; None on the bar.

    The side of the interval towards the bar shrinks with the square root of the number of items. With few items it
    shrinks faster, for Student's t comes nearer to the normal interval, so fewer may do.
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
