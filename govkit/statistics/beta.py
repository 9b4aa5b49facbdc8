"""The incomplete beta function and what follows from it: exact binomial limits and Student's t.

Written out here because importing SciPy takes longer than judging a release. The tests hold it against SciPy.
"""

from __future__ import annotations

import math
from collections.abc import Callable

_TINY = 1e-300
_PRECISION = 1e-15
# The continued fraction needs about sqrt(max(a, b)) steps; this is enough for samples of 10^9.
_STEPS = 100_000


def beta_cdf(x: float, a: float, b: float) -> float:
    """Probability that a Beta(a, b) variable is at most `x`: the regularised incomplete beta function I_x(a, b).

    `x` in [0, 1]; `a` and `b` above 0.
    Source: NIST Digital Library of Mathematical Functions 8.17.22 (continued fraction) and 8.17.4 (symmetry);
    evaluated by Lentz's method as modified by Thompson and Barnett 1986.
    """
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - beta_cdf(1.0 - x, b, a)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return min(1.0, math.exp(log_front) / a / _continued_fraction(x, a, b))


def _continued_fraction(x: float, a: float, b: float) -> float:
    value = upper = 1.0
    lower = 0.0
    for step in range(1, _STEPS):
        half = step // 2
        if step % 2:
            term = -(a + half) * (a + b + half) * x / ((a + step - 1) * (a + step))
        else:
            term = half * (b - half) * x / ((a + step - 1) * (a + step))
        lower = 1.0 / _away_from_zero(1.0 + term * lower)
        upper = _away_from_zero(1.0 + term / upper)
        value *= upper * lower
        if abs(upper * lower - 1.0) < _PRECISION:
            return value
    raise ArithmeticError(f"the incomplete beta function did not converge at x={x}, a={a}, b={b}")


def _away_from_zero(number: float) -> float:
    return number if abs(number) > _TINY else _TINY


def beta_quantile(probability: float, a: float, b: float) -> float:
    """The `x` in [0, 1] below which a Beta(a, b) variable falls with this probability."""
    return _root(lambda x: beta_cdf(x, a, b) - probability, 0.0, 1.0)


def t_tails(t: float, freedom: float) -> float:
    """Probability that Student's t with `freedom` degrees of freedom is further from 0 than `t`, both sides together.

    Source: Abramowitz and Stegun 1964, 26.7.1 with 26.5.27.
    """
    return beta_cdf(freedom / (freedom + t * t), freedom / 2.0, 0.5)


def t_quantile(confidence: float, freedom: float) -> float:
    """The `t` that Student's t stays within, on both sides, with probability `confidence`."""
    ceiling = 2.0
    while t_tails(ceiling, freedom) > 1.0 - confidence:
        ceiling *= 2.0
    return _root(lambda t: 1.0 - confidence - t_tails(t, freedom), 0.0, ceiling)


def _root(rising: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function crosses zero, to the last bit, by halving."""
    while True:
        middle = (low + high) / 2.0
        if middle in (low, high):
            return middle
        if rising(middle) < 0.0:
            low = middle
        else:
            high = middle
