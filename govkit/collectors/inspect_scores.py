"""Scores of single samples in an Inspect log: reduced over epochs by Inspect, or averaged here when it did not."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from govkit.collectors.values import item_key, listing, name, score, section
from govkit.model.evidence import SampleScores

_LETTERS = {"C": 1.0, "I": 0.0, "P": 0.5, "N": 0.0}
_WORDS = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}
"""Source: inspect_ai/scorer/_metric.py, `value_to_float`, read at 0.3.285."""


class Items(NamedTuple):
    """Score of every sample by sample id, and how many samples have none that can be read."""

    scores: dict[str, float]
    unreadable: int

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


def items_of(stated: dict[str, Any], reductions: list[Any], rows: list[Any]) -> Items | None:
    """The samples' scores for one entry of `results.scores`; None when the log holds none."""
    scorer, wanted = stated.get("scorer") or stated.get("name"), str(stated.get("name"))
    reducer = stated.get("reducer")
    for reduced in reductions:
        same = isinstance(reduced, dict) and reduced.get("scorer") in (scorer, wanted)
        if same and (reducer is None or reduced.get("reducer") in (None, reducer)):
            pairs = [
                (one.get("sample_id"), one.get("value")) for one in listing(reduced, "samples") if isinstance(one, dict)
            ]
            return _averaged([(ident, _part(value, wanted)) for ident, value in pairs])
    if reducer not in (None, "mean"):
        return None
    found = []
    for row in rows:
        given = section(row, "scores")
        one = given.get(str(scorer), given.get(wanted))
        if isinstance(one, dict) and "value" in one:
            found.append((row.get("id"), _part(one["value"], wanted)))
    return _averaged(found) if found else None


def _averaged(pairs: list[tuple[Any, Any]]) -> Items:
    values: dict[str, list[float]] = defaultdict(list)
    unreadable = 0
    for ident, raw in pairs:
        key, value = _identity(ident), score_value(raw)
        if key is None or value is None:
            unreadable += 1
        else:
            values[key].append(value)
    return Items({key: sum(several) / len(several) for key, several in values.items()}, unreadable)


def sample_scores(measure: str, conditions: dict[str, str], items: Items) -> SampleScores:
    """The record, keyed by a hash of the sample id."""
    hashed = {item_key(key): value for key, value in items.scores.items()}
    return SampleScores(measure=measure, conditions=conditions, binary=items.binary, scores=hashed)


def slices(rows: list[Any], group_key: str) -> dict[str, set[str]]:
    """Sample ids by the value of a metadata field, which grouped metrics are taken over."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        key = _identity(row.get("id")) if isinstance(row, dict) else None
        metadata = section(row, "metadata")
        if key is not None and group_key in metadata:
            found[name(metadata[group_key]) or str(metadata[group_key])[:200]].add(key)
    return found
