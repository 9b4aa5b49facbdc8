"""Two independent values against each other: their difference and their ratio."""

from __future__ import annotations

import math
from typing import NamedTuple

from govkit.statistics.intervals import Bounds, mean_interval_from_stderr, wilson, z_score
from govkit.statistics.quantiles import t_quantile


class Rate(NamedTuple):
    """A proportion of k in n; parts of items where items hang together and count for less."""

    k: float
    n: float

    @property
    def value(self) -> float:
        """k/n; ZeroDivisionError without items."""
        return self.k / self.n

    @property
    def limits(self) -> str:
        """What its interval is called."""
        return "Wilson"

    def bounds(self, confidence: float) -> Bounds:
        """Wilson's interval."""
        return wilson(self.k, self.n, confidence)


class Mean(NamedTuple):
    """A mean with its standard error."""

    value: float
    stderr: float
    freedom: float | None = None
    """Degrees of freedom of the standard error; None when they are so many, or so unknown, that they do not matter."""

    @property
    def limits(self) -> str:
        """What its interval is called."""
        return "normal" if self.freedom is None else "Student's t"

    def bounds(self, confidence: float) -> Bounds:
        """The interval of the central limit theorem, widened to Student's t where the degrees of freedom are given."""
        wider = 1.0 if self.freedom is None else t_quantile(confidence, self.freedom) / z_score(confidence)
        return mean_interval_from_stderr(self.value, self.stderr * wider, confidence)


Estimate = Rate | Mean
"""A value that knows its own interval."""


def difference(before: Estimate, after: Estimate, confidence: float) -> Bounds:
    """Interval of `after - before` for two independent samples.

    For two rates this is Newcombe's interval; for two means the usual one from √(se₁² + se₂²).
    Source: Newcombe 1998, Stat. Med. 17:873-890, method 10; in general Zou and Donner 2008, Stat. Med. 27:1693-1702.
    """
    old, new = before.bounds(confidence), after.bounds(confidence)
    point = after.value - before.value
    low = point - math.hypot(after.value - new.low, old.high - before.value)
    high = point + math.hypot(new.high - after.value, before.value - old.low)
    both_rates = isinstance(before, Rate) and isinstance(after, Rate)
    if both_rates:
        low, high = max(-1.0, low), min(1.0, high)
    return Bounds(low, high, unpaired(before, after))


def unpaired(*estimates: Estimate) -> str:
    """What the interval of a difference is called, by the intervals it is made of."""
    limits = " and ".join(sorted({one.limits for one in estimates}))
    return f"{'Newcombe' if limits == 'Wilson' else limits}, unpaired"


def ratio(top: Estimate, bottom: Estimate, confidence: float) -> Bounds | None:
    """Interval of `top / bottom` for two independent samples; `high` is infinite when the bottom may be 0.

    None when the bottom is not above 0. The bottom must be a quantity that cannot be negative.
    Source: Donner and Zou 2012, Stat. Methods Med. Res. 21:347-359; Newcombe 2016, same journal 25:1774-1778 (MOVER-R).
    """
    if bottom.value <= 0.0:
        return None
    if top.value < 0.0:
        flipped = _ratio_bounds(-top.value, _negated(top.bounds(confidence)), bottom, confidence)
        return Bounds(-flipped.high, -flipped.low, flipped.method)
    return _ratio_bounds(top.value, top.bounds(confidence), bottom, confidence)


def _negated(bounds: Bounds) -> Bounds:
    return Bounds(-bounds.high, -bounds.low, bounds.method)


def _ratio_bounds(value: float, bounds: Bounds, bottom: Estimate, confidence: float) -> Bounds:
    """Limits R at which 0 is just inside the interval of `value - R * bottom`; each is a root of a quadratic."""
    under = bottom.bounds(confidence)
    product = value * bottom.value
    near, far = under.low, under.high if bounds.low >= 0.0 else under.low
    if near <= 0.0 and bounds.low < 0.0:
        return Bounds(-math.inf, math.inf, "MOVER-R")
    low = _root(product, far * (2.0 * bottom.value - far), bounds.low * (2.0 * value - bounds.low), -1)
    if near <= 0.0:
        return Bounds(low, math.inf, "MOVER-R")
    high = _root(product, near * (2.0 * bottom.value - near), bounds.high * (2.0 * value - bounds.high), 1)
    return Bounds(low, high, "MOVER-R")


def _root(half: float, square: float, constant: float, side: int) -> float:
    """The lower (-1) or upper (1) root of square·R² - 2·half·R + constant, in a form that does not cancel."""
    rooted = math.sqrt(max(0.0, half * half - square * constant))
    if side > 0:
        return (half + rooted) / square
    return constant / (half + rooted) if half + rooted else 0.0


def relative_change(before: Estimate, after: Estimate, confidence: float) -> Bounds | None:
    """Interval of `(after - before) / before` for two independent samples; None when `before` is not above 0."""
    bounds = ratio(after, before, confidence)
    return None if bounds is None else Bounds(bounds.low - 1.0, bounds.high - 1.0, f"{bounds.method}, unpaired")
