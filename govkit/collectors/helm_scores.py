"""Scores of the single instances of a HELM run, from `per_instance_stats.json`."""

from __future__ import annotations

import math
from collections import defaultdict
from statistics import fmean, stdev
from typing import Any

from govkit.collectors.helm_stats import Context, named
from govkit.collectors.kept import Kept
from govkit.collectors.values import fields, item_key, listing, name, score
from govkit.model.evidence import SampleScores

Key = tuple[str, Context]


class Scores:
    """The mean of every instance over its trials, of the instances as they were."""

    def __init__(self, document: Any) -> None:
        self._sums: dict[Key, dict[str, list[float]]] = defaultdict(dict)
        for row in document if isinstance(document, list) else ():
            ident = name(fields(row).get("instance_id"))
            if ident is not None and not fields(row).get("perturbation"):
                self._add(ident, row)

    def _add(self, ident: str, row: dict[str, Any]) -> None:
        for raw in listing(row, "stats"):
            found, value = named(raw), score(fields(raw).get("mean"))
            if found is None or value is None or found[1].perturbation is not None:
                continue
            total = self._sums[found].setdefault(ident, [0.0, 0.0])
            total[0] += value
            total[1] += 1

    def of(self, metric: str, context: Context) -> dict[str, float]:
        """Instance to score; empty when there are none."""
        return {ident: total / times for ident, (total, times) in self._sums.get((metric, context), {}).items()}


def give(found: dict[str, float], value: float | None) -> bool:
    """Whether the scores of the single instances give the value of the run."""
    return bool(found) and value is not None and math.isclose(fmean(found.values()), value, rel_tol=1e-6, abs_tol=1e-9)


def standard_error(found: dict[str, float]) -> float:
    """Of the mean of at least two scores; 0 when all are the same."""
    return stdev(found.values()) / math.sqrt(len(found))


def samples(measure: str, conditions: dict[str, str], context: Context, found: dict[str, float]) -> SampleScores:
    """The scores as a record, keyed by a hash of the instance's id and split."""
    kept = Kept()
    for ident, value in found.items():
        kept.add(item_key("helm", ident, context.split, context.sub_split), value)
    return SampleScores(measure=measure, conditions=conditions, binary=kept.binary, scores=kept.scores())
