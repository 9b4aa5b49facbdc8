"""Scores of single samples in an Inspect log: reduced over epochs by Inspect, or averaged here when it did not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from govkit.collectors.inspect_rows import Reduction, Row
from govkit.collectors.values import item_key, name, score
from govkit.model.evidence import SampleScores

_LETTERS = {"C": 1.0, "I": 0.0, "P": 0.5, "N": 0.0}
_WORDS = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}
"""Source: inspect_ai/scorer/_metric.py, `value_to_float`, read at 0.3.285."""


class Items(NamedTuple):
    """Score of every sample by sample id, and how many samples have none that can be read."""

    scores: dict[str, float]
    unreadable: int
    zeros: int = 0
    """Samples in whose scores Inspect read a 0 although what was given is neither a number nor a letter it knows."""

    @property
    def binary(self) -> bool:
        """Whether every score is 0 or 1."""
        return set(self.scores.values()) <= {0.0, 1.0}


def score_value(raw: Any) -> float | None:
    """A score as Inspect counts it, except that what it cannot read stays None instead of becoming 0."""
    if isinstance(raw, bool):
        return float(raw)
    if isinstance(raw, str):
        if raw in _LETTERS:
            return _LETTERS[raw]
        if raw.lower() in _WORDS:
            return _WORDS[raw.lower()]
        try:
            return score(float(raw))
        except ValueError:
            return None
    return score(raw)


def _part(raw: Any, score_name: str) -> Any:
    """The value of one score; a scorer may give several under their names."""
    return raw.get(score_name) if isinstance(raw, dict) else raw


def _identity(raw: Any) -> str | None:
    """Sample ids are whole numbers or texts; 1 and "1" are two samples."""
    return f"{type(raw).__name__}:{raw}" if isinstance(raw, int | str) and not isinstance(raw, bool) else None


def items_of(stated: dict[str, Any], reductions: Sequence[Reduction], rows: Sequence[Row]) -> Items | None:
    """The samples' scores for one entry of `results.scores`; None when the log holds none."""
    scorer, wanted = stated.get("scorer") or stated.get("name"), str(stated.get("name"))
    reducer = stated.get("reducer")
    for reduced in reductions:
        same = reduced.scorer in (scorer, wanted)
        if same and (reducer is None or reduced.reducer in (None, reducer)):
            found = _averaged((ident, _part(value, wanted)) for ident, value in reduced.values)
            return _without_zeros(found, _given(rows, str(scorer), wanted))
    if reducer not in (None, "mean"):
        return None
    averaged = _averaged(_given(rows, str(scorer), wanted))
    return averaged if averaged.scores or averaged.unreadable else None


def _given(rows: Iterable[Row], scorer: str, wanted: str) -> Iterator[tuple[Any, Any]]:
    """Sample id and score as the scorer gave it, one for every sample and epoch that has a score."""
    for row in rows:
        key = scorer if scorer in row.scores else wanted
        if key in row.scores:
            yield row.id, _part(row.scores[key], wanted)


def _without_zeros(reduced: Items, given: Iterable[tuple[Any, Any]]) -> Items:
    """The scores without those that Inspect made out of nothing; NaN and null it counts as unscored by itself."""
    odd = {_identity(ident) for ident, raw in given if isinstance(raw, str | dict | list) and score_value(raw) is None}
    kept = {ident: value for ident, value in reduced.scores.items() if ident not in odd or value >= 1}
    zeros = len(reduced.scores) - len(kept)
    return Items(kept, reduced.unreadable + zeros, zeros)


def _averaged(pairs: Iterable[tuple[Any, Any]]) -> Items:
    sums: dict[str, float] = {}
    times: dict[str, int] = {}
    unreadable = 0
    for ident, raw in pairs:
        key, value = _identity(ident), score_value(raw)
        if key is None or value is None:
            unreadable += 1
        elif key in sums:
            sums[key] += value
            times[key] = times.get(key, 1) + 1
        else:
            sums[key] = value
    for key, several in times.items():
        sums[key] /= several
    return Items(sums, unreadable)


def sample_scores(measure: str, conditions: dict[str, str], items: Items) -> SampleScores:
    """The record, keyed by a hash of the sample id."""
    hashed = {item_key(key): value for key, value in items.scores.items()}
    return SampleScores(measure=measure, conditions=conditions, binary=items.binary, scores=hashed)


def nameless(rows: Iterable[Row]) -> tuple[str, ...]:
    """A warning when samples have no id that can be used: they are in no slice."""
    lost = sum(_identity(row.id) is None for row in rows)
    return (f"sample-unknown: {lost} samples have no id; their scores are in no slice",) if lost else ()


def slices(rows: Iterable[Row], group_key: str) -> dict[str, set[str]]:
    """Sample ids by the value of a metadata field, which grouped metrics are taken over."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        key = _identity(row.id)
        if key is not None and group_key in row.metadata:
            found[name(row.metadata[group_key]) or str(row.metadata[group_key])[:200]].add(key)
    return found
