"""Changes against the baseline release, and gaps across slices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from govkit.assess.question import Candidate, Pool, SeriesKey
from govkit.assess.uncertainty import Estimate, comparable
from govkit.assess.usability import Unusable, factor
from govkit.model.control import Criterion
from govkit.model.evidence import Interval
from govkit.statistics.comparisons import Mean, Rate, difference, relative_change
from govkit.statistics.intervals import Bounds
from govkit.statistics.paired import paired_difference
from govkit.statistics.slices import gap_interval, ratio_interval


class Compared(NamedTuple):
    """A change, gap or ratio with its interval, in the criterion's unit, and a sentence part that explains it."""

    estimate: Estimate
    words: str
    p_value: float | None = None
    others: tuple[Candidate, ...] = ()
    """The other measurements it rests on: the baseline's value, or the slices."""


def _held(bounds: Bounds | None, level: float) -> Interval | None:
    if bounds is None or not bounds.low < bounds.high or bounds.high == float("inf"):
        return None
    return Interval(low=bounds.low, high=bounds.high, level=level, method=bounds.method)


def counterpart(candidate: Candidate, baseline: Sequence[Candidate]) -> Candidate | Unusable:
    """The same series in the baseline release, on the same data; else why there is nothing to compare with."""
    same = [other for other in baseline if other.series == candidate.series]
    if not same:
        return Unusable(
            "not-comparable",
            f"The baseline release has no {candidate.measurement.measure} under the same conditions and dataset.",
        )
    other = same[-1]
    now, then = candidate.measurement.dataset, other.measurement.dataset
    if now and then and ((now.sha256, now.revision) != (then.sha256, then.revision)):
        return Unusable(
            "not-comparable",
            f"The dataset {now.id} is not the same file or revision as at the baseline release, so the two values "
            "cannot be compared.",
        )
    return other


def change(
    candidate: Candidate, other: Candidate, criterion: Criterion, pool: Pool, level: float
) -> Compared | Unusable:
    """This release minus the baseline: item by item where both have scores, else as two samples (low power)."""
    scale = factor(candidate.measurement.unit, criterion.unit if criterion.of == "change" else None) or 1.0
    now, then = candidate.measurement.value, other.measurement.value
    if then is None or now is None or candidate.measurement.unit != other.measurement.unit:
        return Unusable("not-comparable", f"The baseline's {other.measurement.measure} has no value in the same unit.")
    if criterion.of == "change":
        paired = _paired(candidate, other, pool, level, scale)
        if paired is not None:
            return paired
    return _unpaired(candidate, other, criterion, pool, level, scale)


def _paired(candidate: Candidate, other: Candidate, pool: Pool, level: float, scale: float) -> Compared | None:
    mine, theirs = pool.samples(candidate), pool.samples(other)
    if mine is None or theirs is None or not mine.scores.keys() & theirs.scores.keys():
        return None
    result = paired_difference(theirs.scores, mine.scores, level)
    lost = result.only_before + result.only_after
    notes = (f"unpaired-items: {lost:,} items are in one release only and were left out",) if lost else ()
    bounds = result.bounds
    scaled = Bounds(bounds.low * scale, bounds.high * scale, bounds.method) if bounds else None
    words = (
        f"on the same {result.n:,} items: {result.rose:,} rose and {result.fell:,} fell since {other.evidence.release}"
    )
    return Compared(Estimate(result.difference * scale, _held(scaled, level), notes), words, result.p_value, (other,))


def _unpaired(
    candidate: Candidate, other: Candidate, criterion: Criterion, pool: Pool, level: float, scale: float
) -> Compared | Unusable:
    assert candidate.measurement.value is not None
    assert other.measurement.value is not None
    after = comparable(candidate, pool.samples(candidate), scale)
    before = comparable(other, pool.samples(other), scale)
    delta = (candidate.measurement.value - other.measurement.value) * scale
    bounds: Bounds | None
    if criterion.of == "change":
        value = delta
        bounds = difference(before, after, level) if before and after else None
        words = f"since {other.evidence.release}, compared as two separate samples (low power)"
    else:
        if other.measurement.value <= 0:
            return Unusable(
                "not-comparable", "The baseline's value is not above 0, so a relative change means nothing."
            )
        value = delta / (other.measurement.value * scale)
        bounds = relative_change(before, after, level) if before and after else None
        words = f"relative to {other.evidence.release}"
    notes = () if before and after else ("no-interval: one of the two values has no known uncertainty",)
    return Compared(Estimate(value, _held(bounds, level), notes), words, None, (other,))


def spread(candidates: Mapping[str, Candidate], criterion: Criterion, pool: Pool, level: float) -> Compared | Unusable:
    """Largest gap (or smallest ratio) between the slices of one measure."""
    small = _small(candidates, criterion)
    if small is not None:
        return small
    estimates: dict[str, Rate | Mean] = {}
    values: dict[str, float] = {}
    for name, candidate in candidates.items():
        scale = factor(candidate.measurement.unit, criterion.unit if criterion.of == "gap" else None) or 1.0
        assert candidate.measurement.value is not None
        values[name] = candidate.measurement.value * scale
        made = comparable(candidate, pool.samples(candidate), scale)
        if made is not None:
            estimates[name] = made
    lowest, highest = min(values, key=lambda n: (values[n], n)), max(values, key=lambda n: (values[n], n))
    if criterion.of == "ratio" and values[highest] <= 0:
        return Unusable("not-comparable", "Every slice is 0, so their ratio means nothing.")
    value = values[highest] - values[lowest] if criterion.of == "gap" else values[lowest] / values[highest]
    bounds = None
    if len(estimates) == len(values):
        found = gap_interval(estimates, level) if criterion.of == "gap" else ratio_interval(estimates, level)
        bounds = found.bounds if found else None
    words = (
        f"between {criterion.across} = {lowest} ({values[lowest]:.3g}) and {highest} ({values[highest]:.3g}), "
        f"{len(values)} slices"
    )
    return Compared(Estimate(value, _held(bounds, level)), words, None, tuple(candidates.values()))


def _small(candidates: Mapping[str, Candidate], criterion: Criterion) -> Unusable | None:
    if criterion.min_n is None:
        return None
    small = [
        f"{name} ({'unknown' if c.measurement.n is None else c.measurement.n})"
        for name, c in candidates.items()
        if c.measurement.n is None or c.measurement.n < criterion.min_n
    ]
    if not small:
        return None
    return Unusable("sample-too-small", f"Fewer than {criterion.min_n} items in {', '.join(small)}.")


def slices(candidates: Sequence[Candidate], across: str) -> dict[SeriesKey, dict[str, Candidate]]:
    """Candidates grouped into families that differ only in the condition `across`, keyed by slice."""
    families: dict[SeriesKey, dict[str, Candidate]] = {}
    for candidate in candidates:
        conditions = candidate.measurement.conditions
        if across not in conditions:
            continue
        measure, series, dataset = candidate.series
        family = (measure, tuple(pair for pair in series if pair[0] != across), dataset)
        families.setdefault(family, {})[conditions[across]] = candidate
    return families
