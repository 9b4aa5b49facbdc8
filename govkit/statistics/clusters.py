"""Items that come in groups (questions about one passage, one prompt asked again) say less than as many alone would."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean, stdev

from govkit.statistics.intervals import Bounds, alike, clipped
from govkit.statistics.quantiles import t_quantile


def clustered_stderr(scores: Sequence[float], groups: Sequence[str]) -> float | None:
    """Standard error of the mean of scores that may hang together inside their groups; never below the simple one.

    Both sequences have one entry per item. None with fewer than two groups, or when the scores do not differ.
    Source: Liang and Zeger 1986, Biometrika 73:13-22, with the factor G/(G - 1); for evaluations Miller 2024,
    arXiv:2411.00640, section 3. That it never falls below the simple one is govkit's judgement.
    """
    if len(scores) != len(groups):
        raise ValueError(f"{len(scores)} scores, but {len(groups)} groups")
    count = len(set(groups))
    if count < 2 or alike(scores):
        return None
    mean = fmean(scores)
    sums: dict[str, float] = defaultdict(float)
    for score, group in zip(scores, groups, strict=True):
        sums[group] += score - mean
    robust = math.sqrt(count / (count - 1) * math.fsum(total * total for total in sums.values())) / len(scores)
    return max(robust, stdev(scores) / math.sqrt(len(scores)))


def clustered_interval(
    scores: Sequence[float],
    groups: Sequence[str],
    confidence: float,
    low: float | None = None,
    high: float | None = None,
) -> Bounds | None:
    """Interval of the mean of grouped scores, kept inside the scale; None when it cannot be estimated.

    Student's t has one degree of freedom fewer than there are groups.
    """
    spread = clustered_stderr(scores, groups)
    if spread is None:
        return None
    count = len(set(groups))
    half, mean = t_quantile(confidence, count - 1) * spread, fmean(scores)
    return clipped(Bounds(mean - half, mean + half, f"clustered t, {count} groups"), low, high)


def design_effect(scores: Sequence[float], groups: Sequence[str], confidence: float) -> float:
    """By how much grouping divides the number of 0/1 scores for an interval of their rate; at least 1.

    Where the scores do not differ, every group counts as one item; a single group counts as one item in all.
    Source: Korn and Graubard 1998, Survey Methodology 24:193-201 (effective size with the ratio of Student's t).
    """
    n, count = len(scores), len(set(groups))
    if count >= n:
        return 1.0
    robust = clustered_stderr(scores, groups)
    if robust is None:
        return n / count
    simple = stdev(scores) / math.sqrt(n)
    student = t_quantile(confidence, count - 1) / t_quantile(confidence, n - 1)
    return max(1.0, (robust / simple * student) ** 2)
