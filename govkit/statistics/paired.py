"""The same items scored twice: what changed, and whether chance explains it."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

from govkit.statistics.clusters import clustered_interval, design_effect
from govkit.statistics.comparisons import Rate
from govkit.statistics.intervals import LARGE_SAMPLE, RESAMPLES, Bounds, alike, mean_interval
from govkit.statistics.quantiles import MissingLibrary, t_tails


class PairedResult(NamedTuple):
    """Two releases compared on the same items."""

    n: int
    """Items both have."""
    only_before: int
    only_after: int
    before: float
    """Mean over the shared items, as is `after`."""
    after: float
    difference: float
    """after - before."""
    bounds: Bounds | None
    """Around `difference`; None when it cannot be estimated, which is not certainty."""
    fell: int
    """Items whose score is lower after; a regression where higher is better."""
    rose: int
    p_value: float | None
    """Two-sided, for no difference; None when it cannot be computed."""
    test: str
    """Which test `p_value` is of."""


def paired_difference(
    before: Mapping[str, float],
    after: Mapping[str, float],
    confidence: float,
    groups: Mapping[str, str] | None = None,
) -> PairedResult:
    """Compare scores of the same items, matched by key. Raises ValueError when no key is shared.

    `groups` tells which items hang together; an item it does not name stands alone.
    Source: Miller 2024, arXiv:2411.00640, section 4 (paired differences remove the variance between items).
    """
    keys = sorted(before.keys() & after.keys())
    if not keys:
        raise ValueError("no item is in both")
    old, new = [before[key] for key in keys], [after[key] for key in keys]
    changes = [_change(a, b) for a, b in zip(old, new, strict=True)]
    grouped = [(groups or {}).get(key, f"item {key}") for key in keys]
    fell, rose = sum(change < 0 for change in changes), sum(change > 0 for change in changes)
    if set(old) | set(new) <= {0, 1}:
        bounds: Bounds | None = _rates(old, new, changes, grouped, confidence)
        test = _tested(changes, grouped, fell, rose)
    else:
        # What the changes may differ by for nothing follows from the scores they are differences of.
        still = alike(changes, max(map(abs, old + new)))
        bounds = None if still else _means(changes, grouped, confidence)
        test = Tested(None, "none") if bounds is None else _tested(changes, grouped)
    return PairedResult(
        n=len(keys),
        only_before=len(before) - len(keys),
        only_after=len(after) - len(keys),
        before=fmean(old),
        after=fmean(new),
        difference=fmean(changes),
        bounds=bounds,
        fell=fell,
        rose=rose,
        p_value=test.p_value,
        test=test.name,
    )


def _change(before: float, after: float) -> float:
    """The difference; 0 where it is no more than floating point's noise, as between 0.3 and 0.1 + 0.2."""
    return 0.0 if math.isclose(before, after, rel_tol=1e-12) else after - before


class Tested(NamedTuple):
    """The probability of a change at least this large if nothing had changed, and the test that gives it."""

    p_value: float | None
    name: str


def _rates(
    old: Sequence[float], new: Sequence[float], changes: Sequence[float], groups: Sequence[str], confidence: float
) -> Bounds:
    """Newcombe's interval; items that hang together count for as many as they are worth."""
    cells = Counter(zip(old, new, strict=True))
    worth = 1.0 / design_effect(changes, groups, confidence)
    both, fell, rose, neither = (cells[pair] * worth for pair in ((1, 1), (1, 0), (0, 1), (0, 0)))
    found = newcombe_paired(both, fell, rose, neither, confidence)
    return found if worth == 1.0 else found._replace(method=f"{found.method}, {len(set(groups))} groups")


def _means(changes: Sequence[float], groups: Sequence[str], confidence: float) -> Bounds | None:
    single = len(set(groups)) == len(groups)
    bounds = mean_interval(changes, confidence) if single else clustered_interval(changes, groups, confidence)
    return None if bounds is None else bounds._replace(method=f"{bounds.method}, paired")


def _tested(
    changes: Sequence[float], groups: Sequence[str], fell: int | None = None, rose: int | None = None
) -> Tested:
    """Exact McNemar for single 0/1 items, a permutation of signs for few items or groups, Student's t for many."""
    sums: dict[str, float] = defaultdict(float)
    for change, group in zip(changes, groups, strict=True):
        sums[group] += change
    single = len(sums) == len(changes)
    if single and fell is not None and rose is not None:
        return Tested(mcnemar(fell, rose), "exact McNemar")
    totals = list(sums.values())
    of = "items" if single else "groups"
    if len(totals) < LARGE_SAMPLE:
        moved = sum(total != 0.0 for total in totals)
        drawn = f", {RESAMPLES} resamples, seed 0" if 2**moved > RESAMPLES else ""
        name = f"{'' if drawn else 'exact '}permutation of signs over {len(totals)} {of}{drawn}"
        return Tested(sign_flips(totals), name)
    return Tested(None if alike(totals) else _t_test(totals), f"paired t over {len(totals)} {of}")


def sign_flips(changes: Sequence[float], seed: int = 0) -> float:
    """Probability of so large a mean change if each change were as likely to go the other way: two-sided.

    Exact for few changes, else from random signs; the same seed gives the same answer. Raises MissingLibrary without
    SciPy.
    Source: Fisher 1935, The Design of Experiments, section 21, as `scipy.stats.permutation_test` computes it.
    """
    moved = sorted(change for change in changes if change)  # turning a 0 round changes nothing
    if len(moved) < 2 or abs(math.fsum(moved)) <= 1e-12 * math.fsum(map(abs, moved)):
        return 1.0  # nothing is nearer to 0 than what adds up to 0
    try:
        import numpy
        from scipy.stats import permutation_test
    except ImportError as error:
        raise MissingLibrary("permutation tests need SciPy", name="scipy") from error
    found = permutation_test(
        (numpy.asarray(moved, dtype=float),),
        lambda sample, axis: numpy.mean(sample, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=RESAMPLES,
        batch=500,  # bounds the memory to 500 resamples at a time
        rng=numpy.random.default_rng(seed),
    )
    return float(found.pvalue)


def _t_test(changes: Sequence[float]) -> float:
    mean, n = fmean(changes), len(changes)
    stderr = math.sqrt(math.fsum((change - mean) ** 2 for change in changes) / (n - 1) / n)
    return t_tails(mean / stderr, n - 1)


def newcombe_paired(both: float, fell: float, rose: float, neither: float, confidence: float) -> Bounds:
    """Interval of the change of a rate on the same items: (rose - fell) / n.

    Counts of items that were 1 in both, only before, only after, in neither.
    Source: Newcombe 1998, Stat. Med. 17:2635-2650, method 10 (Wilson limits, joined by a corrected phi coefficient).
    """
    n = both + fell + rose + neither
    before, after = Rate(both + fell, n), Rate(both + rose, n)
    old, new = before.bounds(confidence), after.bounds(confidence)
    phi = _corrected_phi(both, fell, rose, neither)
    change = (rose - fell) / n

    def reach(first: float, second: float) -> float:
        return math.sqrt(max(0.0, first * first - 2.0 * phi * first * second + second * second))

    low = change - reach(after.value - new.low, old.high - before.value)
    high = change + reach(new.high - after.value, before.value - old.low)
    return Bounds(max(-1.0, low), min(1.0, high), "Newcombe, paired")


def _corrected_phi(both: float, fell: float, rose: float, neither: float) -> float:
    """Correlation of the two outcomes; positive ones are shrunk by n/2, as Newcombe's method 10 asks."""
    product = (both + fell) * (rose + neither) * (both + rose) * (fell + neither)
    if product == 0:
        return 0.0
    cross = float(both * neither - fell * rose)
    if cross > 0:
        cross = max(0.0, cross - (both + fell + rose + neither) / 2.0)
    return cross / math.sqrt(product)


def mcnemar(fell: int, rose: int) -> float:
    """Probability of so uneven a split of the items that changed, if either direction were as likely: two-sided, exact.

    Source: McNemar 1947, Psychometrika 12:153-157; the exact form is the binomial sign test.
    """
    n, fewer = fell + rose, min(fell, rose)
    if fell == rose:
        return 1.0
    log_term = math.lgamma(n + 1) - math.lgamma(fewer + 1) - math.lgamma(n - fewer + 1) - n * math.log(2.0)
    term = total = 1.0
    for k in range(fewer, 0, -1):  # from the largest term of the tail down
        term *= k / (n - k + 1)
        total += term
        if term < 1e-17 * total:
            break
    return min(1.0, 2.0 * total * math.exp(log_term))
