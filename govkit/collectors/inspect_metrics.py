"""Metrics of an Inspect log as measurements, with the count, standard error and interval that belong to each."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.inspect_archive import Log
from govkit.collectors.inspect_conditions import conditions, dataset
from govkit.collectors.inspect_scores import Items, items_of, nameless, sample_scores, slices
from govkit.collectors.inspect_status import epochs, failed_samples
from govkit.collectors.values import Spread, count, listing, name, number, pointer, section, spread
from govkit.files import finite
from govkit.model.evidence import Interval, Measurement, SampleScores, StderrMethod

_MEANS = frozenset({"accuracy", "mean"})
_COMPANIONS = frozenset({"stderr", "bootstrap_stderr", "std", "var", "ci", "ci_wilson"})
"""Metrics that say how uncertain a mean is; they are no measures of their own.

Source: inspect_ai/scorer/_metrics, read at 0.3.285.
"""


_ROUNDING = 1e-12
"""Of a value: what is smaller is no standard error. Source: a double holds 16 digits; sums of 200,000 lose four."""


class Found(NamedTuple):
    """What the log says, and what is doubtful about all of it."""

    measurements: tuple[Measurement, ...]
    samples: tuple[SampleScores, ...]
    warnings: tuple[str, ...]


class Scored(NamedTuple):
    """One entry of `results.scores` with what is needed to judge its metrics."""

    score: dict[str, Any]
    metrics: dict[str, dict[str, Any]]
    items: Items | None
    n: int | None
    doubts: tuple[str, ...]
    conditions: dict[str, str]
    place: str


def measured(log: Log) -> Found:
    """All metrics of all scorers."""
    task = name(section(log.header, "eval").get("task"), 120) or "task"
    measurements: list[Measurement] = []
    samples: list[SampleScores] = []
    warnings = dict.fromkeys(nameless(log.rows))
    for index, score in enumerate(_scores(log.header)):
        scored = _scored(log, score, f"{log.place}{pointer('results', 'scores', index)}")
        warnings.update(dict.fromkeys(_judge_warning(scored)))
        for key, metric in scored.metrics.items():
            if _base(key, metric) in _COMPANIONS:
                continue
            one = (_plain if _group_key(metric) is None else _grouped)(log, task, scored, key, metric)
            if one is not None:
                measurements.append(one)
                mean = one.measure.rsplit("/", 1)[-1] in _MEANS and one.conditions == scored.conditions
                if scored.items and scored.items.scores and mean:
                    samples.append(sample_scores(one.measure, one.conditions, scored.items))
    return Found(tuple(measurements), tuple(samples), tuple(warnings))


def _scores(header: dict[str, Any]) -> list[dict[str, Any]]:
    """`results.scores`; logs before 0.3.6 have one `results.scorer` with `results.metrics` beside it."""
    results = section(header, "results")
    if "scorer" in results and "scores" not in results:
        older = section(results, "scorer")
        return [{**older, "scorer": older.get("name"), "metrics": section(results, "metrics")}]
    return [score for score in listing(results, "scores") if isinstance(score, dict)]


def _scored(log: Log, score: dict[str, Any], place: str) -> Scored:
    metrics = {key: one for key, one in section(score, "metrics").items() if isinstance(one, dict)}
    items = items_of(score, log.reductions, log.rows)
    n, doubts = _count(log.header, score, items)
    if items is not None and items.unreadable:
        lost = f"{items.unreadable} samples have a score that cannot be read, which Inspect may count as 0"
        doubts += (f"unscored-items: {lost}",)
    return Scored(score, metrics, items, n, doubts, conditions(log.header, score), place)


def _count(header: dict[str, Any], score: dict[str, Any], items: Items | None) -> tuple[int | None, tuple[str, ...]]:
    """Samples behind a score. `total_samples` is samples times epochs, and is not used."""
    stated = count(score.get("scored_samples"))
    if stated is not None:
        return stated, ()
    if items is not None and items.scores:
        return len(items.scores) + items.zeros, ()
    evaluated = section(header, "eval")
    times = epochs(header)
    completed = count(section(header, "results").get("completed_samples"))
    if completed and completed % times == 0:
        return completed // times, ("estimated-count: n is the completed samples divided by the epochs",)
    listed = len(listing(section(evaluated, "dataset"), "sample_ids"))
    if listed:
        return listed, ("estimated-count: n is the number of samples that were planned",)
    return None, ("no-count: the log does not say how many samples the value rests on",)


def _base(key: str, metric: dict[str, Any]) -> str:
    """The metric's own name: without its package, and the group's name where one metric gives several values."""
    group = metric.get("group")
    named = group if isinstance(group, str) and group else (metric.get("name") or key)
    base = str(named).rsplit("/", 1)[-1]
    return key.rsplit("/", 1)[-1] if base not in _COMPANIONS and not group else base


def _group_key(metric: dict[str, Any]) -> str | None:
    key = section(metric, "params").get("group_key")
    return key if isinstance(key, str) and metric.get("group") else None


def _plain(log: Log, task: str, scored: Scored, key: str, metric: dict[str, Any]) -> Measurement:
    base = _base(key, metric)
    value, warnings = number(metric.get("value"))
    stated = dict(scored.conditions)
    part = name(metric.get("name")) if metric.get("group") else None
    if part is not None:
        stated["part"] = part
    error, interval = Error(Spread(None), None), None
    if base in _MEANS and value is not None:
        error, interval = _stderr(scored, value), _interval(scored, value)
    judge = scored.conditions.get("judge")
    rate = base == "accuracy" and value is not None and 0 <= value <= 1
    return Measurement(
        measure=name(f"inspect/{task}/{base}") or "inspect",
        value=value,
        unit="proportion" if rate else None,
        n=scored.n,
        n_basis="items" if scored.n is not None else None,
        successes=_successes(scored, value) if base == "accuracy" else None,
        stderr=error.spread.stderr,
        stderr_method=error.method if error.spread.stderr is not None else None,
        interval=interval,
        planned=_planned(log.header),
        errors=failed_samples(log.header),
        unscored=_unscored(scored),
        judge=judge,
        flags=("judge-unvalidated",) if judge is not None else (),
        conditions=stated,
        dataset=dataset(log.header),
        place=scored.place + pointer("metrics", key),
        warnings=(*warnings, *error.spread.warnings, *scored.doubts),
    )


def _unscored(scored: Scored) -> int | None:
    """Samples without a score, and those to which Inspect gave a 0 for want of one."""
    stated = count(scored.score.get("unscored_samples"))
    zeros = scored.items.zeros if scored.items else 0
    return (stated or 0) + zeros if zeros else stated


def _grouped(log: Log, task: str, scored: Scored, key: str, metric: dict[str, Any]) -> Measurement | None:
    """One slice of a grouped metric, counted by the samples' metadata; or what it says of all slices together."""
    params = section(metric, "params")
    field, part = _group_key(metric) or "", name(metric.get("name")) or key
    base = str(section(params, "metric").get("name") or metric.get("group")).rsplit("/", 1)[-1]
    if base in _COMPANIONS:
        return None
    value = {"name": base, "value": metric.get("value")}
    place = scored.place + pointer("metrics", key)
    members = slices(log.rows, field)
    inside = members.get(part) or members.get(_untemplated(part, params.get("name_template")))
    if inside is None and part == (name(params.get("all_label")) or "all"):
        return _together(log, task, scored, base, value, params.get("all"), place)
    whole = scored.items.scores if scored.items else {}
    chosen = {ident: whole[ident] for ident in inside or () if ident in whole}
    missing = {"unscored_samples": len(inside) - len(chosen) if inside else None}
    sliced = scored._replace(items=Items(chosen, 0), n=len(chosen) or None, metrics={}, doubts=(), score=missing)
    one = _plain(log, task, sliced, base, value)
    unknown = () if chosen else ("no-count: the log does not say how many samples are in a slice",)
    stated = {**one.conditions, (name(field, 60) or "slice"): part}
    changed = {"conditions": stated, "place": place, "warnings": (*one.warnings, *unknown)}
    return one.model_copy(update=changed | {"planned": None, "errors": None})


def _untemplated(part: str, template: Any) -> str:
    """The slice behind a name that was made with a template such as `topic {group_name}`."""
    before, found, after = str(template).partition("{group_name}")
    fits = bool(found) and part.startswith(before) and part.endswith(after)
    return part[len(before) : len(part) - len(after)] if fits else part


def _together(
    log: Log, task: str, scored: Scored, base: str, value: dict[str, Any], how: Any, place: str
) -> Measurement | None:
    """A grouped metric over all samples, or the mean of its slices; none where it stands beside the groups as well."""
    if how == "groups":
        one = _plain(log, task, scored._replace(items=None, n=None, metrics={}), base, value)
        stated = {**one.conditions, "aggregate": "mean of slices"}
        unknown = "no-count: the mean of slices, each of which weighs the same"
        return one.model_copy(update={"conditions": stated, "place": place, "warnings": (*one.warnings, unknown)})
    if any(_base(key, metric) == base and not _group_key(metric) for key, metric in scored.metrics.items()):
        return None
    return _plain(log, task, scored, base, value).model_copy(update={"place": place})


def _successes(scored: Scored, value: float | None) -> int | None:
    """k, only when the log shows every score and each is 0 or 1."""
    items = scored.items
    if value is None or items is None or items.unreadable or not items.binary or len(items.scores) != scored.n:
        return None
    k = round(sum(items.scores.values()))
    return k if scored.n and abs(value - k / scored.n) <= 1e-6 else None


def _companions(scored: Scored, base: str) -> Iterator[dict[str, Any]]:
    for key, metric in scored.metrics.items():
        if _base(key, metric) == base and not _group_key(metric):
            yield metric


class Error(NamedTuple):
    """A standard error, and how it was computed."""

    spread: Spread
    method: StderrMethod | None


def _stderr(scored: Scored, value: float) -> Error:
    """The standard error beside a mean; from the standard deviation where that is all there is."""
    methods: dict[str, StderrMethod] = {"stderr": "analytic", "bootstrap_stderr": "bootstrap"}
    for base, method in methods.items():
        for metric in _companions(scored, base):
            found = spread(_without_noise(metric.get("value"), value), scored.n)
            cluster = section(metric, "params").get("cluster") or section(metric, "options").get("cluster")
            clustered = [f"clustered: the standard error is clustered by {name(cluster, 60)!r}"] if cluster else []
            whole = Spread(found.stderr, (*found.warnings, *clustered))
            return Error(whole, "clustered" if cluster else method)
    for metric in _companions(scored, "std"):
        deviation = finite(metric.get("value"))
        if deviation and deviation > 0 and scored.n and scored.n > 1:
            note = "stderr-from-std: the standard error is the reported standard deviation over the root of n"
            return Error(Spread(deviation / math.sqrt(scored.n), (note,)), "analytic")
    return Error(Spread(None), None)


def _without_noise(stderr: Any, value: float) -> Any:
    """0 for what rounding leaves of it where all scores are the same, such as 2/3 in every sample."""
    stated = finite(stderr)
    return 0 if stated is not None and abs(stated) <= _ROUNDING * abs(value) else stderr


def _planned(header: dict[str, Any]) -> int | None:
    """Samples of the whole dataset; of a task that makes several of one, those the run was for."""
    whole = count(section(section(header, "eval"), "dataset").get("samples"))
    run = count(section(header, "results").get("total_samples"))
    return whole if whole is None or run is None or epochs(header) > 1 else max(whole, run)


def _interval(scored: Scored, value: float) -> Interval | None:
    """The tool's interval, Wilson's before the t interval; none of zero width or that leaves out the value."""
    for base in ("ci_wilson", "ci"):
        ends = {str(metric.get("name")): metric for metric in _companions(scored, base)}
        low, high = (finite(ends.get(end, {}).get("value")) for end in ("lower", "upper"))
        if low is None or high is None or not low <= value <= high or low == high:
            continue
        params = section(ends["lower"], "params")
        level = finite(params.get("level")) or 0.95
        how = "Wilson" if base == "ci_wilson" else name(params.get("method")) or "t"
        if 0 < level < 1:
            return Interval(low=low, high=high, level=level, method=f"{how} (as Inspect reports it)")
    return None


def _judge_warning(scored: Scored) -> list[str]:
    judge = scored.conditions.get("judge")
    if judge is None:
        return []
    return [f"judge-model: the scores were given by a model ({judge}); no interval here covers its errors"]
