"""Metrics by group, as `govkit.metric_frame` writes a Fairlearn MetricFrame: each value with the size of its group.

Format: `govkit.metric-frame/1`, defined in `govkit/metric_frame.py`. Fairlearn itself writes no file.
Measures: `fairlearn/<metric>` over everybody and by group (sensitive and control features are conditions), and
`fairlearn/<metric>/difference`, `fairlearn/<metric>/ratio` as Fairlearn computes them (method as a condition).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field, ValidationError

from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import fields, instant, pointer, whole_successes
from govkit.errors import CollectorError
from govkit.model.base import Name, Record
from govkit.model.control import Unit
from govkit.model.evidence import DatasetRef, Interval, Measurement, ModelRef, Reading, ToolRef

FORMAT = "fairlearn"
VERSION = "2"

SCHEMA = "govkit.metric-frame/1"
_FAMILY = "govkit.metric-frame/"


class Entry(Record):
    """One value over everybody, or of one group."""

    value: float | None
    n: int = Field(ge=0)
    interval: Interval | None = None
    control: dict[Name, Name] = Field(default_factory=dict)
    group: dict[Name, Name] = Field(default_factory=dict)


class Spread(Record):
    """A difference or ratio across groups."""

    kind: Literal["difference", "ratio"]
    method: Name
    value: float | None
    control: dict[Name, Name] = Field(default_factory=dict)


class Metric(Record):
    """One metric, over everybody and by group."""

    name: Name
    unit: Unit | None = None
    higher_is_better: bool | None = None
    count: Name
    """What counts the items the metric is taken over."""
    proportion: bool = False
    overall: tuple[Entry, ...]
    by_group: tuple[Entry, ...]
    spreads: tuple[Spread, ...] = ()


class Frame(Record):
    """A whole file."""

    schema_: Literal["govkit.metric-frame/1"] = Field(alias="schema")
    tool: ToolRef
    at: str | None = None
    dataset: DatasetRef | None = None
    model: ModelRef | None = None
    sensitive_features: tuple[Name, ...] = Field(min_length=1)
    control_features: tuple[Name, ...] = ()
    metrics: tuple[Metric, ...] = Field(min_length=1)


def sniff(source: Source) -> Sniffed | None:
    """The schema says so."""
    schema = fields(source.document).get("schema")
    if not isinstance(schema, str) or not schema.startswith(_FAMILY):
        return None
    return Sniffed(FORMAT, 0.99, schema.removeprefix(_FAMILY)[:20] or None, f"schema {_FAMILY}")


def collect(source: Source) -> Reading:
    """Every metric over everybody, by group, and its spreads."""
    frame = _frame(source.json_document())
    moment = instant(frame.at)
    found: list[Measurement] = []
    empty = 0
    for index, metric in enumerate(frame.metrics):
        found += _entries(metric, "overall", metric.overall, index)
        found += _entries(metric, "by_group", metric.by_group, index)
        found += _spreads(metric, index)
        empty = max(empty, sum(entry.n == 0 for entry in metric.by_group))
    warnings = [f"empty-groups: {empty} groups have no items that a metric could be taken of, and are left out"]
    warnings = [*warnings[: bool(empty)], *dict.fromkeys(said for metric in frame.metrics for said in _apart(metric))]
    update = {"dataset": frame.dataset, "at": moment.at, "at_text": moment.text}
    return Reading(
        format=FORMAT,
        format_version="1",
        collector=FORMAT,
        collector_version=VERSION,
        tool=frame.tool,
        model=frame.model,
        status="complete",
        at=moment.at,
        at_text=moment.text,
        measurements=tuple(one.model_copy(update=update) for one in found),
        warnings=tuple(warnings),
    )


def _apart(metric: Metric) -> Iterator[str]:
    """A note on items that are in no group: rows whose feature is missing drop out of every group."""
    whole, grouped = sum(one.n for one in metric.overall), sum(one.n for one in metric.by_group)
    if grouped != whole:
        yield f"items-without-group: by {metric.count} there are {whole} items, and {grouped} of them in groups"


def _frame(document: Any) -> Frame:
    schema = fields(document).get("schema")
    if isinstance(schema, str) and schema.startswith(_FAMILY) and schema != SCHEMA:
        raise CollectorError(f"has the schema {schema[:60]!r}, and {SCHEMA} is read", fix="use a newer govkit")
    try:
        return Frame.model_validate_json(json.dumps(document), strict=True)  # text is no number here
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        at = pointer(*first["loc"])
        fix = "write the file with `govkit.metric_frame.dump_metric_frame`"
        raise CollectorError(f"is not {SCHEMA}: {at or 'the document'}: {first['msg']}", fix=fix, pointer=at) from error


def _entries(metric: Metric, part: str, entries: tuple[Entry, ...], index: int) -> Iterator[Measurement]:
    for place, entry in enumerate(entries):
        if part == "by_group" and entry.n == 0:
            continue
        k = whole_successes(entry.value, entry.n) if metric.proportion else None
        doubts = [] if entry.value is not None else ["not-a-number: the frame has no number here"]
        if metric.proportion and k is None and entry.value is not None:
            doubts.append(f"count-conflict: {entry.value:.6g} is no whole number out of {entry.n}")
        interval = entry.interval
        if interval is not None and (entry.value is None or not interval.low <= entry.value <= interval.high):
            doubts.append("bad-interval: the interval does not hold the value, and is dropped")
            interval = None
        if interval is not None and interval.low == interval.high:
            doubts.append("zero-width: an interval without width is no certainty, and is dropped")
            interval = None
        yield Measurement(
            measure=f"fairlearn/{metric.name}"[:200],
            value=entry.value,
            unit=metric.unit,
            higher_is_better=metric.higher_is_better,
            n=entry.n,
            n_basis="items",
            successes=k,
            interval=interval,
            conditions={**entry.control, **entry.group},
            place=pointer("metrics", index, part, place),
            warnings=tuple(doubts),
        )


def _spreads(metric: Metric, index: int) -> Iterator[Measurement]:
    """A difference is best at 0, and a ratio (the smaller over the larger) at 1, whichever way the metric points."""
    hollow = any(one.n == 0 and one.value is not None for one in metric.by_group)
    for place, spread in enumerate(metric.spreads):
        doubts = [] if spread.value is not None else ["not-a-number: the frame has no number here"]
        if hollow:
            doubts.append("empty-group: a group without items is compared too, with the value that stands in for none")
        yield Measurement(
            measure=f"fairlearn/{metric.name}/{spread.kind}"[:200],
            value=spread.value,
            unit="ratio" if spread.kind == "ratio" else metric.unit,
            higher_is_better=spread.kind == "ratio",
            conditions={**spread.control, "method": spread.method},
            place=pointer("metrics", index, "spreads", place),
            warnings=tuple(doubts),
        )
