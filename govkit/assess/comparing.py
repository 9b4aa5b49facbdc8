"""Changes and flips against the baseline release."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from govkit.assess.counterpart import changed_settings
from govkit.assess.question import Candidate, Pool
from govkit.assess.uncertainty import Estimate, as_of, comparable, fewer, fewest, unit_of, whole
from govkit.assess.unusable import Unusable
from govkit.assess.usability import factor
from govkit.model.assessment import Comparison
from govkit.model.control import Criterion
from govkit.model.evidence import Interval, SampleScores
from govkit.statistics.clusters import design_effect
from govkit.statistics.comparisons import Rate, difference, relative_change
from govkit.statistics.intervals import Bounds, clopper_pearson, wilson
from govkit.statistics.paired import paired_difference

# How far a reported value may lie from the mean of its scores. Source: govkit judgement; tools print two decimals.
_ROUNDED = 0.005


class Compared(NamedTuple):
    """A value, change, gap or ratio with its interval, in the criterion's unit, and words that explain it."""

    estimate: Estimate
    words: str
    others: tuple[Candidate, ...] = ()
    """The other measurements it rests on: the baseline's value, or the slices."""
    comparison: Comparison | None = None
    n: int | None = None
    """Items or groups a change or spread rests on: the fewest behind any of its values; None when one does not say."""


def times(bounds: Bounds, scale: float) -> Bounds:
    """Both ends in another unit."""
    return bounds._replace(low=bounds.low * scale, high=bounds.high * scale)


def held(bounds: Bounds | None, level: float) -> Interval | None:
    """Bounds as a record; None for those without width or end."""
    if bounds is None or not bounds.low < bounds.high or bounds.high == float("inf"):
        return None
    return Interval(low=bounds.low, high=bounds.high, level=level, method=bounds.method)


class Pair(NamedTuple):
    """Scores of the same items in both releases."""

    before: SampleScores
    after: SampleScores
    unit: float
    """What the scores are multiplied by to give the values."""

    @property
    def groups(self) -> dict[str, str]:
        """Item to the group it belongs to in either release."""
        return {**self.before.clusters, **self.after.clusters}

    @property
    def shared(self) -> list[str]:
        """Keys of the items both releases have, in order."""
        return sorted(self.before.scores.keys() & self.after.scores.keys())


def paired(candidate: Candidate, other: Candidate, pool: Pool, most: float) -> Pair | Unusable | None:
    """The scores of both releases; None when there are none, Unusable when too many items are in one of them only.

    Scores that do not give the value they stand beside are not used: they belong to another run.
    """
    after, before = pool.samples(candidate), pool.samples(other)
    if after is None or before is None:
        return None
    unit = unit_of(after, candidate.measurement, _ROUNDED)
    if unit is None or unit_of(before, other.measurement, _ROUNDED) != unit:
        return None
    every, shared = len(before.scores.keys() | after.scores.keys()), before.scores.keys() & after.scores.keys()
    if shared and every - len(shared) <= most * every:
        return Pair(before, after, unit)
    return Unusable(
        "not-comparable",
        f"Only {len(shared):,} of {every:,} items were scored in both releases; what changed on the rest is unknown.",
    )


def change(
    candidate: Candidate, other: Candidate, criterion: Criterion, pool: Pool, level: float, most: float
) -> Compared | Unusable:
    """This release minus the baseline: item by item where both have scores, else as two samples (low power).

    `most` is the share of items that may be in one release only.
    """
    now, then = candidate.measurement.value, other.measurement.value
    if then is None or now is None or candidate.measurement.unit != other.measurement.unit:
        return Unusable("not-comparable", f"The baseline's {other.measurement.measure} has no value in the same unit.")
    if _same_number(candidate, other):
        text = (
            f"Both releases are given one and the same number: {candidate.evidence.path} {candidate.measurement.place}."
        )
        return Unusable("not-comparable", text)
    pair = paired(candidate, other, pool, most)
    if isinstance(pair, Unusable):
        return pair
    if criterion.of == "flips":
        return _flips(candidate, other, pair, criterion, level)
    if criterion.of == "change" and pair is not None:
        return _paired(candidate, other, pair, criterion, level)
    return _unpaired(candidate, other, criterion, pool, level)


def _same_number(candidate: Candidate, other: Candidate) -> bool:
    """True when the bytes and the spot in them are the same: a result held against its own copy."""
    same = candidate.evidence.sha256 == other.evidence.sha256
    return same and candidate.sampled and candidate.measurement.place == other.measurement.place


def _left_out(pair: Pair) -> tuple[str, ...]:
    lost = len(pair.before.scores) + len(pair.after.scores) - 2 * len(pair.shared)
    return (f"unpaired-items: {lost:,} items are in one release only and were left out",) if lost else ()


def _paired(candidate: Candidate, other: Candidate, pair: Pair, criterion: Criterion, level: float) -> Compared:
    scale = factor(candidate.measurement.unit, criterion.unit) or 1.0
    result = paired_difference(pair.before.scores, pair.after.scores, level, pair.groups)
    bounds, scale = result.bounds, scale * pair.unit
    scaled = times(bounds, scale) if bounds else None
    words = (
        f"on the same {result.n:,} items: {result.rose:,} rose and {result.fell:,} fell since {other.evidence.release}"
    )
    notes = (*_left_out(pair), *changed_settings(candidate, other))
    estimate = Estimate(result.difference * scale, held(scaled, level), notes)
    test = None if result.p_value is None else Comparison(method=result.test, p_value=result.p_value)
    return Compared(estimate, words, (other,), test, len({pair.groups.get(key, key) for key in pair.shared}))


def _flips(
    candidate: Candidate, other: Candidate, pair: Pair | None, criterion: Criterion, level: float
) -> Compared | Unusable:
    """Share of items that were right and are wrong now. An average that rose can hide many.

    Source: Yan et al. 2021, arXiv:2011.09161 (negative flip rate: right-to-wrong items as a share of all).
    """
    if pair is None or not (pair.before.binary and pair.after.binary):
        what = (
            "Both releases need scores of 0 or 1 for the same items; without them nobody can tell which ones flipped."
        )
        return Unusable("not-comparable", what)
    better = (
        candidate.measurement.higher_is_better if criterion.higher_is_better is None else criterion.higher_is_better
    )
    if better is None:
        name = candidate.measurement.measure
        return Unusable("direction-unknown", f"Nothing says whether a higher {name} is better or worse.")
    right, wrong = (1.0, 0.0) if better else (0.0, 1.0)
    flipped = [float(pair.before.scores[key] == right and pair.after.scores[key] == wrong) for key in pair.shared]
    groups = [pair.groups.get(key, f"item {key}") for key in pair.shared]
    k, n = int(sum(flipped)), len(flipped)
    worth = design_effect(flipped, groups, level)
    exact = criterion.safety or k in (0, n)
    bounds = as_of(
        (clopper_pearson if exact else wilson)(k / worth, n / worth, level), n / worth if worth > 1.0 else None
    )
    words = f"{k:,} of the same {n:,} items were right at {other.evidence.release} and are wrong now"
    scale = factor("proportion", criterion.unit) or 1.0
    scaled = times(bounds, scale)
    notes = (*_left_out(pair), *changed_settings(candidate, other))
    return Compared(Estimate(k / n * scale, held(scaled, level), notes, worth), words, (other,), None, len(set(groups)))


def _unpaired(
    candidate: Candidate, other: Candidate, criterion: Criterion, pool: Pool, level: float
) -> Compared | Unusable:
    scale = factor(candidate.measurement.unit, criterion.unit if criterion.of == "change" else None) or 1.0
    now, then = candidate.measurement, other.measurement
    assert now.value is not None
    assert then.value is not None
    unit = criterion.unit if criterion.of == "change" and criterion.unit else now.unit
    after = comparable(now, pool.samples(candidate), scale / whole(unit), level)
    before = comparable(then, pool.samples(other), scale / whole(unit), level)
    value = (now.value - then.value) * scale
    bounds: Bounds | None = None
    if criterion.of == "change":
        words = f"since {other.evidence.release}, compared as two separate samples (low power)"
        bounds = times(difference(before, after, level), whole(unit)) if before and after else None
    else:
        if then.value <= 0:
            return Unusable(
                "not-comparable", "The baseline's value is not above 0, so a relative change means nothing."
            )
        value /= then.value * scale
        words = f"relative to {other.evidence.release}"
        bounds = relative_change(before, after, level) if before and after else None
    if bounds and before and after and (fewer(then, before) or fewer(now, after)):
        bounds = as_of(bounds, *(one.n for one in (before, after) if isinstance(one, Rate)))
    notes = (
        *_doubts(candidate, other, criterion, pool, known=bool(before and after)),
        *changed_settings(candidate, other),
    )
    return Compared(Estimate(value, held(bounds, level), notes), words, (other,), None, fewest((now, then)))


def _doubts(candidate: Candidate, other: Candidate, criterion: Criterion, pool: Pool, *, known: bool) -> Iterator[str]:
    if not known:
        yield "no-interval: one of the two values has no known uncertainty"
    if criterion.of == "change" and pool.samples(candidate) is not None and pool.samples(other) is not None:
        yield "samples-differ: the scores of single items do not give the reported values and are not used"
