"""Rows of a HELM `stats.json`, and how many instances stand behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.values import count, fields, name, section

WORST, PERTURBED = "worst", "perturbed"
_SUMMARIES = frozenset({"robustness", "fairness"})
"""Perturbations that stand for all of a kind. Source: helm/benchmark/metrics/metric.py, worst-case metrics."""


class Context(NamedTuple):
    """The instances a statistic is about."""

    split: str | None = None
    sub_split: str | None = None
    perturbation: str | None = None
    computed_on: str | None = None

    @property
    def plain(self) -> Context:
        """The same instances as they were, without any perturbation."""
        return self._replace(perturbation=None, computed_on=None)


class Row(NamedTuple):
    """One statistic."""

    metric: str
    context: Context
    mean: Any
    trials: int | None
    """How often the run was repeated with other examples in the prompt: what HELM calls `count`."""
    position: int
    """Where it stands in the list, from 0."""


def is_stats(document: Any) -> bool:
    """Whether a JSON value is a list of HELM's statistics."""
    first = document[0] if isinstance(document, list) and document else None
    return name(section(first, "name").get("name")) is not None and {"count", "sum"} <= fields(first).keys()


def rows(document: Any) -> Iterator[Row]:
    """Every statistic that has a name."""
    for index, raw in enumerate(document if isinstance(document, list) else ()):
        found = named(raw)
        if found is not None:
            yield Row(*found, fields(raw).get("mean"), count(fields(raw).get("count")), index)


def named(raw: Any) -> tuple[str, Context] | None:
    """Metric and context of a statistic."""
    about = section(raw, "name")
    metric = name(about.get("name"))
    if metric is None:
        return None
    perturbation = section(about, "perturbation")
    kind = name(perturbation.get("name")) or ("unnamed" if about.get("perturbation") else None)
    on = name(perturbation.get("computed_on")) or PERTURBED
    return metric, Context(name(about.get("split")), name(about.get("sub_split")), kind, on if kind else None)


def was_perturbed(found: list[Row]) -> bool:
    """Whether any perturbation was run: without one, the summaries only repeat the plain values."""
    return any(row.context.perturbation not in (None, *_SUMMARIES) for row in found)


class Instances:
    """How many instances there are in each context: the mean of the statistic `num_instances`."""

    def __init__(self, found: list[Row]) -> None:
        self._counts = {row.context: count(row.mean) for row in found if row.metric == "num_instances"}

    def of(self, context: Context) -> int | None:
        """Instances behind a statistic; a worst case is taken over those of its split."""
        if context.computed_on in (None, PERTURBED):
            return self._counts.get(context)
        return self._counts.get(context.plain) if context.perturbation in _SUMMARIES else None
