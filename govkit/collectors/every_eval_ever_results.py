"""Single results of an Every Eval Ever record: value, direction, uncertainty, data and judge, as stated there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors import every_eval_ever_stated as stated
from govkit.collectors.values import (
    Spread,
    Warnings,
    agrees_with_binary,
    count,
    fields,
    listing,
    name,
    number,
    section,
    spread,
    whole_successes,
)
from govkit.files import finite
from govkit.model.control import Unit
from govkit.model.evidence import (
    Interval,
    Measurement,
    NBasis,
    StderrMethod,
)

UNITS: dict[str, Unit] = {
    "proportion": "proportion",
    "percent": "percent",
    "percentage": "percent",
    "points": "points",
    "score": "score",
    "ms": "ms",
    "milliseconds": "ms",
    "s": "s",
    "seconds": "s",
    "tokens": "tokens",
    "count": "count",
    "ratio": "ratio",
    "tokens-per-s": "tokens-per-s",
    "requests-per-s": "requests-per-s",
    "minutes": "minutes",
    "hours": "hours",
    "days": "days",
    "index": "index",
    "currency": "currency",
    "bytes": "bytes",
    "kWh": "kWh",
    "Wh": "Wh",
    "kgCO2e": "kgCO2e",
}
"""Words for units that records use, the schema's own examples among them; any other word is kept as a condition."""

_BASES: tuple[NBasis, ...] = ("clusters", "trials", "requests", "fields", "entries", "records", "unknown")
_GENERATION = ("temperature", "top_p", "top_k", "max_tokens", "reasoning")
_METHODS: dict[str, StderrMethod] = {"analytic": "analytic", "bootstrap": "bootstrap", "clustered": "clustered"}


class Items(NamedTuple):
    """How many items a value rests on, how many there are in all, and what is doubtful about it."""

    n: int | None
    whole: int | None
    warnings: Warnings = ()


def measure_of(result: dict[str, Any]) -> str:
    """`every-eval-ever/<evaluation>/<metric>`; records before 0.3 name no metric."""
    metric = section(result, "metric_config")
    parts = (name(result.get("evaluation_name")), name(metric.get("metric_id") or metric.get("metric_name"), 100))
    return name("/".join(["every-eval-ever", *filter(None, parts)])) or "every-eval-ever"


def one(result: dict[str, Any], place: str) -> Measurement:
    """What one entry of `evaluation_results` says."""
    metric, details = section(result, "metric_config"), section(result, "score_details")
    uncertainty = section(details, "uncertainty")
    value, doubts = number(details.get("score"), "the score")
    value, outside = _within(value, metric)
    items = _items(result, uncertainty)
    error, method, unsure = _error(uncertainty, items.n)
    interval, narrow = _interval(uncertainty or details, value)
    binary = metric.get("score_type") == "binary" and value is not None and 0 <= value <= 1
    lower = metric.get("lower_is_better")
    judge, scored = _judge(metric), bool(section(metric, "llm_scoring"))
    when = stated.moment(result.get("evaluation_timestamp"))
    told = section(details, "details")
    basis = next((one for one in _BASES if one == told.get("n_basis")), "items")
    said = (*doubts, *outside, *items.warnings, *unsure, *narrow)
    return Measurement(
        measure=measure_of(result),
        value=value,
        unit=UNITS.get(name(metric.get("metric_unit")) or "") or ("proportion" if binary else None),
        higher_is_better=not lower if isinstance(lower, bool) else None,
        n=items.n,
        n_basis=basis if items.n is not None else None,
        successes=_successes(value, items.n, error) if binary else None,
        stderr=error.stderr,
        stderr_method=method if error.stderr is not None else None,
        interval=interval,
        planned=items.whole if items.whole is not None else stated.count_of(told, "planned"),
        errors=stated.count_of(told, "errors"),
        unscored=stated.count_of(told, "unscored"),
        judge=judge or name(told.get("judge")),
        status=stated.status_of(told),
        flags=tuple(dict.fromkeys((*(["judge-unvalidated"] if scored else []), *stated.flags_of(told)))),
        conditions=_conditions(result, metric),
        dataset=stated.dataset(section(result, "source_data")),
        at=when.at,
        at_text=when.text,
        place=f"{place}/score_details/score",
        warnings=(*said, *(("judge-model: a model gave the scores",) if scored else ())),
    )


def _within(value: float | None, metric: dict[str, Any]) -> tuple[float | None, Warnings]:
    """The value, unless it is outside the bounds the record itself states, or stands for "unknown"."""
    if value is None:
        return None, ()
    if metric.get("score_type") == "levels" and metric.get("has_unknown_level") is True and value == -1:
        return None, ("level-unknown: a score of -1 stands for a level that is not known",)
    low, high = finite(metric.get("min_score")), finite(metric.get("max_score"))
    if (low is not None and value < low) or (high is not None and value > high):
        return None, (f"bad-value: {value:g} is outside the bounds that the record states for the metric",)
    return value, ()


def _items(result: dict[str, Any], uncertainty: dict[str, Any]) -> Items:
    """n as stated, else the samples that are listed as used; repeated answers to a sample count once."""
    source = section(result, "source_data")
    n, whole = count(uncertainty.get("num_samples")), stated.whole_of(source)
    listed = stated.samples_of(source)
    said: list[str] = []
    if n is None and listed:
        n = listed
        said.append("n-from-samples: n counts the sample_ids that the record lists as used")
    if n is None:
        said.append("no-count: the record does not say how many samples the value rests on")
    elif listed and listed < n:
        said.append(f"repeated-samples: {n} answers to {listed} samples; n counts the samples")
        n = listed
    if n is not None and whole is not None and n < whole:
        said.append(f"limited-run: {n} of the {whole} samples of the data were used")
    # The same number counts epochs more than once in some records, so more samples than the data has is no plan.
    return Items(n, whole if n is not None and whole is not None and n <= whole else None, tuple(said))


def _error(uncertainty: dict[str, Any], n: int | None) -> tuple[Spread, StderrMethod | None, Warnings]:
    """The standard error and how it was made; "bootstrap" without a number of draws is a label that is often wrong."""
    given = section(uncertainty, "standard_error")
    found = spread(given.get("value"), n)
    method = name(given.get("method"), 40)
    said = list(found.warnings)
    known = _METHODS.get(method or "")
    if found.stderr is not None and known == "bootstrap" and count(uncertainty.get("num_bootstrap_samples")) is None:
        known = None
        said.append(
            "stderr-method-unclear: called bootstrap, without a number of draws; converters before 0.3 call every "
            "standard error so"
        )
    return found, known, tuple(said)


def _interval(owner: dict[str, Any], value: float | None) -> tuple[Interval | None, Warnings]:
    """The interval as stated; without a level, a width or the value in it there is none."""
    given = section(owner, "confidence_interval")
    if not given:
        return None, ()
    low, high, level = (finite(given.get(key)) for key in ("lower", "upper", "confidence_level"))
    if low is None or high is None or value is None or not low <= value <= high:
        return None, ("bad-interval: the interval does not hold the value, and is dropped",)
    if low == high:
        return None, ("zero-width: an interval without width is no certainty, and is dropped",)
    if level is None or not 0 < level < 1:
        return None, ("interval-level-unknown: the record does not say at which level, so the interval is dropped",)
    method = name(given.get("method"), 100) or "not stated in the record"
    return Interval(low=low, high=high, level=level, method=method), ()


def _successes(value: float | None, n: int | None, error: Spread) -> int | None:
    if value is None or n is None or not agrees_with_binary(value, n, error.stderr):
        return None
    return whole_successes(value, n)


def _judge(metric: dict[str, Any]) -> str | None:
    """The models that gave the scores, when models did."""
    judges = [section(fields(one), "model_info") for one in listing(section(metric, "llm_scoring"), "judges")]
    named = [text for one in judges if (text := name(one.get("id") or one.get("name"), 60)) is not None]
    return name(", ".join(dict.fromkeys(named)))


def _conditions(result: dict[str, Any], metric: dict[str, Any]) -> dict[str, str]:
    """What the value holds for: parameters of the metric, and how the model was asked."""
    told: dict[str, Any] = {**section(metric, "metric_parameters")}
    unit = name(metric.get("metric_unit"), 40)
    if unit and unit not in UNITS:
        told["unit"] = unit
    data = name(section(result, "source_data").get("dataset_name"), 100)
    if data and data != "unknown" and data != name(result.get("evaluation_name"), 100):
        told["dataset"] = data
    arguments = section(section(result, "generation_config"), "generation_args")
    told |= {key: arguments.get(key) for key in _GENERATION}
    return {name(key, 60) or "?": text for key, raw in told.items() if (text := _text(raw)) is not None}


def _text(raw: Any) -> str | None:
    return str(raw).lower() if isinstance(raw, bool) else name(raw, 100)


def overlapping(results: list[dict[str, Any]]) -> Iterator[str]:
    """Names of evaluations that have others as their parts, so that counting both counts samples twice."""
    names = sorted({text for one in results if (text := name(one.get("evaluation_name")))})
    for whole in names:
        parts = [part for part in names if part != whole and re.match(re.escape(whole) + r"[\s._:/|-]", part)]
        if parts or re.search(r"\b(overall|average|mean|total)\b", whole, re.IGNORECASE):
            yield whole
