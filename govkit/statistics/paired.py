"""The same items scored twice: what changed, and whether chance explains it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

from govkit.statistics.comparisons import Rate
from govkit.statistics.intervals import Bounds, alike, mean_interval
from govkit.statistics.quantiles import t_tails


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
    """Two-sided, for no difference: exact McNemar for 0/1 scores, else paired t."""
    method: str


def paired_difference(before: Mapping[str, float], after: Mapping[str, float], confidence: float) -> PairedResult:
    """Compare scores of the same items, matched by key. Raises ValueError when no key is shared.

    Source: Miller 2024, arXiv:2411.00640, section 4 (paired differences remove the variance between items).
    """
    keys = sorted(before.keys() & after.keys())
    if not keys:
        raise ValueError("no item is in both")
    old, new = [before[key] for key in keys], [after[key] for key in keys]
    changes = [b - a for a, b in zip(old, new, strict=True)]
    fell, rose = sum(change < 0 for change in changes), sum(change > 0 for change in changes)
    if set(old) | set(new) <= {0, 1}:
        kept = sum(a == b == 1 for a, b in zip(old, new, strict=True))
        bounds: Bounds | None = newcombe_paired(kept, fell, rose, len(keys) - kept - fell - rose, confidence)
        p_value: float | None = mcnemar(fell, rose)
        method = "Newcombe, paired; exact McNemar"
    else:
        # What the changes may differ by for nothing follows from the scores they are differences of.
        scale = max(map(abs, old + new))
        bounds = None if alike(changes, scale) else mean_interval(changes, confidence)
        p_value = None if bounds is None else _t_test(changes)
        method = "paired t" if bounds is None else f"{bounds.method}, paired; paired t"
    return PairedResult(
        n=len(keys),
        only_before=len(before) - len(keys),
        only_after=len(after) - len(keys),
        before=fmean(old),
        after=fmean(new),
        difference=fmean(changes),
        bounds=None if bounds is None else bounds._replace(method=method.split(";")[0]),
        fell=fell,
        rose=rose,
        p_value=p_value,
        method=method,
    )


def _t_test(changes: Sequence[float]) -> float:
    mean, n = fmean(changes), len(changes)
    stderr = math.sqrt(math.fsum((change - mean) ** 2 for change in changes) / (n - 1) / n)
    return t_tails(mean / stderr, n - 1)


def newcombe_paired(both: int, fell: int, rose: int, neither: int, confidence: float) -> Bounds:
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


def _corrected_phi(both: int, fell: int, rose: int, neither: int) -> float:
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


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """The same p-values adjusted for their number, in the same order.

    Source: Holm 1979, Scand. J. Stat. 6:65-70.
    """
    if not all(0.0 <= p <= 1.0 for p in p_values):
        raise ValueError("a p-value is not between 0 and 1")
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = largest
    return tuple(adjusted)
