"""How far the truth may be from one measured value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist, fmean, stdev
from typing import NamedTuple

from govkit.statistics.quantiles import MissingLibrary, beta_quantile, t_quantile

# From here on the normal approximation of a mean is good enough; below it the intervals are too narrow.
# Source: Bowyer, Aitchison, Ivanova 2025, arXiv:2503.01747 (intervals from the central limit theorem fail below a few
# hundred items); Miller 2024, arXiv:2411.00640 (recommends them for large evaluations).
LARGE_SAMPLE = 300
# Scores closer than this, as a part of the largest, are equal up to the noise of floating point.
# Source: govkit judgement; 0.1 + 0.2 and 0.3 differ by 2e-16 of themselves, sums of 10^6 scores by about 1e-13.
_NOISE = 1e-10
# Below this many items a bootstrap is too narrow, and Student's t is used instead.
# Source: govkit judgement after Hesterberg 2015, Am. Stat. 69:371-386 (bootstrap intervals of small samples).
ENOUGH_TO_RESAMPLE = 30
RESAMPLES = 9_999  # Source: SciPy's default for `bootstrap` and `permutation_test`


class Bounds(NamedTuple):
    """Two ends of an interval of confidence, and how they were computed."""

    low: float
    high: float
    method: str

    @property
    def width(self) -> float:
        """Distance between the ends."""
        return self.high - self.low


def clipped(bounds: Bounds, low: float | None, high: float | None) -> Bounds:
    """The interval kept inside its scale, where that has an end."""
    return bounds._replace(
        low=bounds.low if low is None else max(low, bounds.low),
        high=bounds.high if high is None else min(high, bounds.high),
    )


def z_score(confidence: float) -> float:
    """The number of standard errors that covers `confidence` on both sides: 1.96 at 0.95."""
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence is {confidence}, not between 0 and 1")
    return NormalDist().inv_cdf(0.5 + confidence / 2.0)


def _check_count(k: float, n: float) -> None:
    if n <= 0:
        raise ValueError("no items: n is 0")
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is not a proportion")


def wilson(k: float, n: float, confidence: float) -> Bounds:
    """Interval of a proportion of k in n, good for any k and for small n; parts of items for an effective size.

    Source: Wilson 1927, J. Am. Stat. Assoc. 22:209-212; recommended by Brown, Cai and DasGupta 2001, Stat. Sci. 16:101.
    """
    z = z_score(confidence)
    _check_count(k, n)
    rate = k / n
    # (n rate + z²/2 ± z √(n rate (1 - rate) + z²/4)) / (n + z²)
    middle = (k + z * z / 2.0) / (n + z * z)
    half = z * math.sqrt(n * rate * (1.0 - rate) + z * z / 4.0) / (n + z * z)
    return Bounds(max(0.0, middle - half) if k else 0.0, min(1.0, middle + half) if k < n else 1.0, "Wilson")


def clopper_pearson(k: float, n: float, confidence: float) -> Bounds:
    """Interval of a proportion of k in n that never covers less than it says; wider than Wilson's.

    Source: Clopper and Pearson 1934, Biometrika 26:404-413, in the form with quantiles of the beta distribution.
    """
    z_score(confidence)
    _check_count(k, n)
    tail = (1.0 - confidence) / 2.0
    if k == 0:
        return Bounds(0.0, -math.expm1(math.log(tail) / n), "Clopper-Pearson")
    if k == n:
        return Bounds(math.exp(math.log(tail) / n), 1.0, "Clopper-Pearson")
    return Bounds(beta_quantile(tail, k, n - k + 1), beta_quantile(1.0 - tail, k + 1, n - k), "Clopper-Pearson")


def mean_interval_from_stderr(
    value: float, stderr: float, confidence: float, low: float | None = None, high: float | None = None
) -> Bounds:
    """Interval of a mean whose standard error is known, kept inside the scale [low, high] where it has one.

    Raises ValueError when the standard error is not a positive number (0 means that it could not be estimated)
    or the value lies outside its scale.
    Source: Miller 2024, arXiv:2411.00640, section 2 (central limit theorem).
    """
    z = z_score(confidence)
    if not (math.isfinite(value) and math.isfinite(stderr) and stderr > 0.0):
        raise ValueError(f"{value} with standard error {stderr} has no interval")
    if (low is not None and value < low) or (high is not None and value > high):
        raise ValueError(f"{value} lies outside its scale, {low} to {high}")
    return clipped(Bounds(value - z * stderr, value + z * stderr, "normal, from stderr"), low, high)


def t_interval(scores: Sequence[float], confidence: float) -> Bounds | None:
    """Interval of the mean of scores; None when they do not differ, or are fewer than two: that is not certainty.

    Source: Student 1908, Biometrika 6:1-25.
    """
    z_score(confidence)
    spread = _spread(scores)
    if spread is None:
        return None
    mean, half = fmean(scores), t_quantile(confidence, len(scores) - 1) * spread
    return Bounds(mean - half, mean + half, "t")


def alike(scores: Sequence[float], scale: float | None = None) -> bool:
    """True when scores differ by no more than floating point's noise at their own (or the given) magnitude."""
    largest = max(abs(min(scores)), abs(max(scores))) if scale is None else scale
    return max(scores) - min(scores) <= _NOISE * largest


def _spread(scores: Sequence[float]) -> float | None:
    """Standard error of the mean; None when it cannot be estimated."""
    if not scores:
        raise ValueError("no items: n is 0")
    if not all(math.isfinite(score) for score in scores):
        raise ValueError("a score is not a finite number")
    if len(scores) < 2 or alike(scores):
        return None
    return stdev(scores) / math.sqrt(len(scores))


def mean_interval(
    scores: Sequence[float], confidence: float, low: float | None = None, high: float | None = None
) -> Bounds | None:
    """Interval of the mean of scores, kept inside the scale: normal for large samples, Student's t for small ones.

    None when the scores do not differ, or are fewer than two.
    """
    if len(scores) >= LARGE_SAMPLE:
        spread = _spread(scores)
        if spread is None:
            return None
        return mean_interval_from_stderr(fmean(scores), spread, confidence, low, high)._replace(method="normal")
    bounds = t_interval(scores, confidence)
    return None if bounds is None else clipped(bounds, low, high)


def bounded_mean_interval(
    scores: Sequence[float], confidence: float, low: float, high: float, seed: int = 0
) -> Bounds | None:
    """Interval of the mean of scores on a scale with two ends, which are often skewed towards one of them.

    Normal for large samples, BCa bootstrap for smaller ones, Student's t for very small ones; kept inside the scale.
    None when the scores do not differ, or are fewer than two.
    """
    if ENOUGH_TO_RESAMPLE <= len(scores) < LARGE_SAMPLE:
        found = bootstrap_interval(scores, confidence, seed)
        if found is None or (math.isfinite(found.low) and math.isfinite(found.high)):
            return None if found is None else clipped(found, low, high)
    return mean_interval(scores, confidence, low, high)


def bootstrap_interval(scores: Sequence[float], confidence: float, seed: int) -> Bounds | None:
    """Interval of the mean of scores without assuming its distribution; the same seed gives the same interval.

    They are sorted first, so whoever has the scores gets the same digits.

    None when the scores do not differ, or are fewer than two. Raises MissingLibrary without SciPy.
    Source: Efron 1987, J. Am. Stat. Assoc. 82:171-185 (bias-corrected and accelerated bootstrap).
    """
    z_score(confidence)
    if _spread(scores) is None:
        return None
    try:
        import numpy
        from scipy.stats import bootstrap
    except ImportError as error:
        raise MissingLibrary("the bootstrap needs SciPy", name="scipy") from error
    found = bootstrap(
        (numpy.sort(numpy.asarray(scores, dtype=float)),),  # the order of the items changes nothing
        numpy.mean,
        n_resamples=RESAMPLES,
        batch=500,  # bounds the memory to 500 resamples at a time
        confidence_level=confidence,
        method="BCa",
        rng=numpy.random.default_rng(seed),
    ).confidence_interval
    return Bounds(float(found.low), float(found.high), f"BCa bootstrap, {RESAMPLES} resamples, seed {seed}")
