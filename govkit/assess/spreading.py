"""The slices of one measure: how far they are apart, and how the worst of them does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govkit.assess.comparing import Compared, held, times
from govkit.assess.question import Candidate, Pool, SeriesKey
from govkit.assess.uncertainty import Estimate, as_of, comparable, fewer, fewest, independent, whole
from govkit.assess.unusable import Unusable
from govkit.assess.usability import factor
from govkit.model.control import Criterion
from govkit.statistics.comparisons import Mean, Rate
from govkit.statistics.slices import gap_interval, ratio_interval


def slices(candidates: Sequence[Candidate], across: str) -> dict[SeriesKey, dict[str, Candidate]]:
    """Candidates grouped into families that differ only in the condition `across`, keyed by slice.

    Of a slice there may be several of which nobody can say which is the newest: each is one of the family.
    """
    families: dict[SeriesKey, dict[str, Candidate]] = {}
    for candidate in candidates:
        conditions = candidate.measurement.conditions
        if across not in conditions:
            continue
        measure, series, dataset = candidate.series
        family = (measure, tuple(pair for pair in series if pair[0] != across), dataset)
        slices_of = families.setdefault(family, {})
        name, again = conditions[across], 1
        while name in slices_of:
            again += 1
            name = f"{conditions[across]} (run {again})"
        slices_of[name] = candidate
    return families


def spread(candidates: Mapping[str, Candidate], criterion: Criterion, pool: Pool, level: float) -> Compared | Unusable:
    """Largest gap (or smallest ratio) between the slices of one measure."""
    small = _small(candidates, criterion)
    if small is not None:
        return small
    estimates: dict[str, Rate | Mean] = {}
    values: dict[str, float] = {}
    thinned: list[float] = []
    for name, candidate in candidates.items():
        unit = criterion.unit if criterion.of == "gap" and criterion.unit else candidate.measurement.unit
        scale = factor(candidate.measurement.unit, criterion.unit if criterion.of == "gap" else None) or 1.0
        assert candidate.measurement.value is not None
        values[name] = candidate.measurement.value * scale
        made = comparable(candidate.measurement, pool.samples(candidate), scale / whole(unit), level)
        if made is not None:
            estimates[name] = made
            thinned += [count for count in (fewer(candidate.measurement, made),) if count is not None]
    lowest, highest = min(values, key=lambda n: (values[n], n)), max(values, key=lambda n: (values[n], n))
    if criterion.of == "ratio" and values[highest] <= 0:
        return Unusable("not-comparable", "Every slice is 0, so their ratio means nothing.")
    value = values[highest] - values[lowest] if criterion.of == "gap" else values[lowest] / values[highest]
    bounds = None
    if len(estimates) == len(values):
        found = gap_interval(estimates, level) if criterion.of == "gap" else ratio_interval(estimates, level)
        size = whole(unit) if criterion.of == "gap" else 1.0
        bounds = as_of(times(found.bounds, size), *thinned) if found else None
    words = (
        f"between {criterion.across} = {lowest} ({values[lowest]:.3g}) and {highest} ({values[highest]:.3g}), "
        f"{len(values)} slices"
    )
    others = tuple(candidates.values())
    return Compared(
        Estimate(value, held(bounds, level)), words, others, None, fewest(one.measurement for one in others)
    )


def _small(candidates: Mapping[str, Candidate], criterion: Criterion) -> Unusable | None:
    if criterion.min_n is None:
        return None
    counts = {name: independent(candidate.measurement) for name, candidate in candidates.items()}
    small = [
        f"{name} ({'unknown' if count is None else count})"
        for name, count in counts.items()
        if count is None or count < criterion.min_n
    ]
    if not small:
        return None
    return Unusable("sample-too-small", f"Fewer than {criterion.min_n} items in {', '.join(small)}.")
