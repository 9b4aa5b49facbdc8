"""Metrics of Evidently since 0.7: as reports and as snapshots write them, in one shape."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.values import fields, listing, name, pointer, section

_CALL = re.compile(r"([A-Za-z_][A-Za-z0-9_.]{0,100})\((.*)\)", re.DOTALL)
_PARAMETER = re.compile(r",(?=[a-z_]{1,40}=)")
_RESULT = "evidently:metric_result_v2:"


class Entry(NamedTuple):
    """One metric: its class, what it was asked for, and what came out, as a report would write it."""

    kind: str
    params: dict[str, Any]
    value: Any
    place: str
    around: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    """In a snapshot: the keys that stand before and after those of a report."""

    def at(self, *keys: str) -> str:
        """The place of a part of the value, by the keys a report has for it."""
        before, after = self.around
        return self.place + pointer(*before, *keys, *after)


def report_entries(document: dict[str, Any]) -> Iterator[Entry]:
    """The metrics of what `Snapshot.json()` writes, in list order."""
    for index, metric in enumerate(listing(document, "metrics")):
        node, place = fields(metric), pointer("metrics", index)
        call = parsed_call(node)
        if call is not None:
            params = section(node, "config") or call[1]
            yield entry(params, node.get("value"), f"{place}/value", call[0])


def parsed_call(node: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """Class and parameters out of `ValueDrift(column=age,method=psi)`; None for what is no such text.

    Up to 0.7.0 reports write the text as `metric_id`, and nothing else about the parameters.
    """
    raw = node.get("metric_name", node.get("metric_id"))
    found = _CALL.fullmatch(raw[:4000]) if isinstance(raw, str) else None
    if found is None:
        return None
    pairs = (part.partition("=") for part in _PARAMETER.split(found.group(2)))
    return found.group(1), {key: value for key, equals, value in pairs if equals}


def entry(params: dict[str, Any], value: Any, place: str, kind: str = "") -> Entry:
    """One metric; a metric that is computed for each value of a column is unpacked, and the value kept as `group`."""
    kind = (name(params.get("type")) or kind).rpartition(":")[2]
    inner = section(params, "metric")
    if kind == "GroupByMetric" and inner:
        group = f"{name(params.get('column_name')) or '?'}={name(params.get('label')) or '?'}"
        return entry({**inner, "group": group}, value, place)
    return Entry(kind or "unnamed", params, value, place)


def snapshot_entries(document: dict[str, Any]) -> Iterator[Entry]:
    """The metrics of what `Snapshot.dumps()` writes: those on top, as a report lists them."""
    results = section(document, "metric_results")
    tops = [key for key in listing(document, "top_level_metrics") if isinstance(key, str)]
    for key in dict.fromkeys(tops):
        result = section(results, key)
        if result:
            params = section(section(section(result, "metric_value_location"), "metric"), "params")
            before = ("values",) if _type(result) == "ByLabelValue" else ()
            after = () if _type(result) == "ByLabelCountValue" else ("value",)
            read = entry(params, _value(result), pointer("metric_results", key))
            yield read._replace(around=(before, after))


def snapshot_tests(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Place and result of every test that hangs on a metric on top."""
    results = section(document, "metric_results")
    tops = [key for key in listing(document, "top_level_metrics") if isinstance(key, str)]
    for key in dict.fromkeys(tops):
        for index, test in enumerate(listing(section(results, key), "tests")):
            yield pointer("metric_results", key, "tests", index), test


def _type(result: dict[str, Any]) -> str:
    return (name(result.get("type")) or "").removeprefix(_RESULT)


def _value(result: dict[str, Any]) -> Any:
    """The value as a report would write it, or None for a kind of result that is not known."""

    def inner(key: str) -> Any:
        return section(result, key).get("value")

    def by_label(key: str) -> dict[str, Any]:
        return {label: fields(one).get("value") for label, one in section(result, key).items()}

    match _type(result):
        case "SingleValue" | "DataframeValue":
            return result.get("value")
        case "CountValue":
            return {"count": inner("count"), "share": inner("share")}
        case "MeanStdValue":
            return {"mean": inner("mean"), "std": inner("std")}
        case "ByLabelValue":
            return by_label("values")
        case "ByLabelCountValue":
            return {"counts": by_label("counts"), "shares": by_label("shares")}
        case _:
            return None
