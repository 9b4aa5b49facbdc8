"""Numbers from scores and labels: shares with their counts, calibration, intervals. No model, no files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score
from survey import SEED, Flags, Floats, Numbers, Words

Z_95 = 1.959963984540054
BINS = 15
REPLICATES = 1000
LIST_SHARE = 0.5
"""The outreach staff can call half of the patients in a year."""

Statistic = Callable[[Floats], float]
"""A number from one weight per item."""


@dataclass(frozen=True)
class Share:
    """k of n."""

    k: int
    n: int

    def document(self) -> dict[str, Any]:
        """The share with its counts and its Wilson interval; value and interval are null when n is 0."""
        value = round(self.k / self.n, 6) if self.n else None
        return {"value": value, "k": self.k, "n": self.n, "interval": wilson(self.k, self.n)}


def wilson(k: int, n: int) -> dict[str, Any] | None:
    """The 95 % score interval of k of n, none for n = 0. Source: Wilson 1927, JASA 22:209-212."""
    if n == 0:
        return None
    centre = (k + Z_95**2 / 2) / (n + Z_95**2)
    half = Z_95 / (n + Z_95**2) * sqrt(k * (n - k) / n + Z_95**2 / 4)
    return {
        "low": round(max(0.0, centre - half), 6),
        "high": round(min(1.0, centre + half), 6),
        "level": 0.95,
        "method": "Wilson score",
    }


def share(counted: Flags, among: Flags) -> Share:
    """How many of the rows in `among` are also in `counted`."""
    return Share(k=int((counted & among).sum()), n=int(among.sum()))


def call_list(score: Floats, item: Words) -> Flags:
    """True for the half of the patients with the highest scores; equal scores go by item, as good as by lot."""
    order = np.lexsort((item, -score))
    listed = np.zeros(len(score), dtype=np.bool_)
    listed[order[: round(len(score) * LIST_SHARE)]] = True
    return listed


def calibration_error(score: Floats, label: Numbers, weight: Floats) -> float:
    """Expected calibration error of the probability of a visit, 15 bins of equal width; 0 is perfect.

    Source: Guo et al. 2017, arXiv:1706.04599, eq. 3, with the positive class in place of the predicted one.
    """
    place = np.minimum((score * BINS).astype(np.int64), BINS - 1)
    excess = np.bincount(place, weights=weight * (label - score), minlength=BINS)
    return float(np.abs(excess).sum() / weight.sum())


def brier(score: Floats, label: Numbers, weight: Floats) -> float:
    """Mean squared distance of probability and outcome; 0 is perfect, 0.25 is a coin."""
    return float(np.average((score - label) ** 2, weights=weight))


def ranking(score: Floats, label: Numbers, weight: Floats) -> float:
    """Area under the ROC curve: how often a patient with a visit is ranked above one without."""
    return float(roc_auc_score(label, score, sample_weight=weight))


def bootstrap(statistic: Statistic, household: Numbers) -> dict[str, Any]:
    """The 95 % percentile interval over 1,000 seeded resamples of whole households."""
    _, member = np.unique(household, return_inverse=True)
    households = int(member.max()) + 1
    generator = np.random.default_rng(SEED)
    chances = np.full(households, 1 / households)
    draws = [statistic(generator.multinomial(households, chances)[member].astype(float)) for _ in range(REPLICATES)]
    low, high = np.percentile(draws, [2.5, 97.5])
    return {
        "low": round(float(low), 6),
        "high": round(float(high), 6),
        "level": 0.95,
        "method": f"percentile bootstrap, {REPLICATES} resamples of {households} households, seed {SEED}",
    }


def share_of(counted: Flags, among: Flags) -> Statistic:
    """The weighted share of `counted` among `among`."""

    def weighted(weight: Floats) -> float:
        return float(weight[counted & among].sum() / weight[among].sum())

    return weighted


def stability_index(before: Floats, after: Floats) -> float:
    """Population stability index between two samples of one column; 0 is no change.

    A column with at most ten values is compared value by value, any other over the deciles of `before`; a share
    of 0 counts as half a row. Source: Siddiqi 2006, Credit Risk Scorecards, ch. 10 (0.1 minor, 0.25 major change).
    """
    values = np.unique(np.concatenate([before, after]))
    if len(values) > 10:
        edges = np.unique(np.quantile(before, np.linspace(0, 1, 11)))[1:-1]
        before, after = np.digitize(before, edges).astype(float), np.digitize(after, edges).astype(float)
        values = np.arange(len(edges) + 1, dtype=float)
    was = np.array([max(float((before == value).sum()), 0.5) / len(before) for value in values])
    now = np.array([max(float((after == value).sum()), 0.5) / len(after) for value in values])
    return float(((now - was) * np.log(now / was)).sum())
