"""What is kept of the samples of an Inspect log: so little that 200,000 of them fit into some tens of megabytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from govkit.collectors.values import fields, listing, name, section
from govkit.collectors.zip_members import MAX_ENTRIES
from govkit.errors import CollectorError

MOST_ROWS = MAX_ENTRIES
"""Samples times epochs of one log. Source: an archive holds a member for each, and no more members are read."""
_SHARED = 10_000
_NOTHING: Mapping[str, Any] = {}


class Row(NamedTuple):
    """One sample in one epoch; what does not occur there is empty or None."""

    id: Any
    scores: Mapping[str, Any]
    """Value by scorer."""
    metadata: Mapping[str, Any]
    """Of the sample's metadata the fields that grouped metrics are taken over."""
    limit: str | None
    """Which limit stopped the sample."""


class Reduction(NamedTuple):
    """The scores of one scorer, reduced over epochs."""

    scorer: Any
    reducer: Any
    values: tuple[tuple[Any, Any], ...]
    """Sample id and value."""


class Rows:
    """Makes rows of summaries or samples. Rows with the same scores share them in memory."""

    def __init__(self, group_keys: frozenset[str]) -> None:
        self._group_keys = group_keys
        self._shared: dict[Any, Mapping[str, Any]] = {}

    def all(self, given: Iterable[Any]) -> tuple[Row, ...]:
        """A row for each; raises CollectorError when there are too many."""
        found: list[Row] = []
        for one in given:
            if len(found) >= MOST_ROWS:
                what = f"holds more than the {MOST_ROWS} samples that are read"
                raise CollectorError(what, fix="split the run into several logs", ident="too-large")
            found.append(self._row(fields(one)))
        return tuple(found)

    def _row(self, given: dict[str, Any]) -> Row:
        scores = {key: one["value"] for key, one in section(given, "scores").items() if "value" in fields(one)}
        metadata = section(given, "metadata") if self._group_keys else {}
        groups = {key: metadata[key] for key in self._group_keys & metadata.keys()}
        return Row(given.get("id"), self._once(scores), self._once(groups), _limit(given.get("limit")))

    def _once(self, values: dict[str, Any]) -> Mapping[str, Any]:
        """The same mapping for the same values, as long as there are few that differ."""
        if not values:
            return _NOTHING
        try:
            key = tuple((word, type(value), value) for word, value in values.items())
            found = self._shared.get(key)
            if found is None and len(self._shared) < _SHARED:
                self._shared[key] = values
        except TypeError:  # a value that is a list or an object
            return values
        return values if found is None else found


def _limit(stated: Any) -> str | None:
    """The kind of a limit: a text in a summary, an object with its type in a whole sample."""
    return name(fields(stated).get("type", stated) if stated else None, 20)


def reduction(stated: dict[str, Any]) -> Reduction:
    """The pairs of an entry of `reductions`."""
    pairs = ((one.get("sample_id"), one.get("value")) for one in listing(stated, "samples") if isinstance(one, dict))
    return Reduction(stated.get("scorer"), stated.get("reducer"), tuple(pairs))


def reductions_of(stated: list[Any]) -> tuple[Reduction, ...]:
    """Of entries that were read whole."""
    return tuple(reduction(one) for one in stated if isinstance(one, dict))
