"""Rows of a HELM `stats.json`, and how many instances stand behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.values import count, fields, name, section

ORIGINAL, WORST, PERTURBED = "original", "worst", "perturbed"
_OF_ALL = frozenset({"name", "robustness", "fairness", "computed_on"})
"""What every perturbation says of itself; the rest are its settings. Source: `perturbation_description.py`, 0.5.16."""
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
    kinds: frozenset[str] = frozenset()
    """Which summaries its perturbation belongs to."""


def is_stats(document: Any) -> bool:
    """Whether a JSON value is a list of HELM's statistics."""
    first = document[0] if isinstance(document, list) and document else None
    return name(section(first, "name").get("name")) is not None and {"count", "sum"} <= fields(first).keys()


def rows(document: Any) -> Iterator[Row]:
    """Every statistic that has a name."""
    for index, raw in enumerate(document if isinstance(document, list) else ()):
        found = named(raw)
        if found is not None:
            yield Row(*found, fields(raw).get("mean"), count(fields(raw).get("count")), index, _kinds(raw))


def _kinds(raw: Any) -> frozenset[str]:
    perturbation = section(section(raw, "name"), "perturbation")
    return frozenset(kind for kind in _SUMMARIES if perturbation.get(kind) is True)


def named(raw: Any) -> tuple[str, Context] | None:
    """Metric and context of a statistic."""
    about = section(raw, "name")
    metric = name(about.get("name"))
    if metric is None:
        return None
    perturbation = section(about, "perturbation")
    kind = _shown(perturbation) or ("unnamed" if about.get("perturbation") else None)
    on = name(perturbation.get("computed_on")) or PERTURBED
    return metric, Context(name(about.get("split")), name(about.get("sub_split")), kind, on if kind else None)


def _shown(perturbation: dict[str, Any]) -> str | None:
    """Name and settings: one run may hold several of a name."""
    settings = (
        f"{key}={text}" for key in sorted(perturbation.keys() - _OF_ALL) if (text := name(perturbation[key], 40))
    )
    called = name(perturbation.get("name"))
    return name(" ".join((called, *settings)), 100) if called else None


def repeated(found: list[Row]) -> set[str]:
    """Summaries of which no perturbation was run: they only repeat the plain values."""
    run = {kind for row in found if row.context.perturbation not in (None, *_SUMMARIES) for kind in row.kinds}
    return {row.context.perturbation for row in found if row.context.perturbation in _SUMMARIES - run}


class Instances:
    """How many instances there are in each context: the mean of the statistic `num_instances`."""

    def __init__(self, found: list[Row]) -> None:
        self._counts = {row.context: count(row.mean) for row in found if row.metric == "num_instances"}

    def of(self, context: Context) -> int | None:
        """Instances behind a statistic: of a summary all of the split, else those that the perturbation changed."""
        if context.perturbation in _SUMMARIES and context.computed_on == WORST:
            return self._counts.get(context.plain)
        if context.computed_on in (ORIGINAL, WORST):
            context = context._replace(computed_on=PERTURBED)
        return self._counts.get(context)
