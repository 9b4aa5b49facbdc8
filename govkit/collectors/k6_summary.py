"""k6 end-of-test summaries, in their three shapes.

Format: what `handleSummary(data)` is given, what `--summary-export` writes (`js/summary.go` of grafana/k6, read at
commit 070b159a), and the machine-readable summary 1.0 of k6 1.5 and later (`internal/lib/summary/machine_readable.go`,
commit 03e69699). In the first a threshold's `ok: true` means that it held, in the second `true` that it was crossed.
Measures `k6/<metric>/<mean or pNN>` for times in ms, rates, checks and thresholds; what a script measures for itself
has no unit that the file tells. n counts requests or samples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.load_figures import FAILED, SERIAL, Run, quantile, rate, settings, time
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import Warnings, count, fields, instant, listing, name, section
from govkit.errors import CollectorError
from govkit.files import finite
from govkit.model.evidence import Measurement, Reading, ToolRef

FORMAT = "k6"
VERSION = "3"

_TAGGED = re.compile(r"([^{}]{1,120})\{([^{}]{0,200})\}")
_HTTP_TIMES = frozenset(
    (
        "http_req_duration",
        "http_req_waiting",
        "http_req_blocked",
        "http_req_connecting",
        "http_req_receiving",
        "http_req_sending",
        "http_req_tls_handshaking",
    )
)
_TOTALS = frozenset({"http_reqs", "iterations", "data_sent", "data_received"})
"""Counters of every run, which say how long it was and nothing else."""

_EXPORTED = frozenset({"value", "passes", "fails", "count", "rate", "avg", "med", "min", "max", "thresholds"})


class _Metric(NamedTuple):
    name: str
    tags: str | None
    values: dict[str, Any]
    thresholds: dict[str, bool | None]
    """Expression to whether it held."""
    timed: bool
    """True when the values are times; the exported shape does not say, so only k6's own names count there."""
    place: tuple[str | int, ...]


def _shape(document: Any) -> str | None:
    results = section(document, "results")
    if {"version", "metadata", "results"} <= set(fields(document)) and "k6Version" in section(document, "metadata"):
        return "machine-readable" if isinstance(results.get("metrics"), list) else None
    metrics = section(document, "metrics")
    if not metrics or not all(isinstance(one, dict) for one in metrics.values()):
        return None
    if all({"type", "contains", "values"} <= set(one) for one in metrics.values()):
        return "handleSummary"
    own = {"iterations", "http_reqs", "iteration_duration", "vus", "data_sent"} & set(metrics)
    flat = all(set(one) <= _EXPORTED or any(quantile(key) for key in one) for one in metrics.values())
    return "summary-export" if own and flat and "root_group" in document else None


def sniff(source: Source) -> Sniffed | None:
    """One of the three shapes."""
    shape = _shape(source.document)
    reasons = {
        "handleSummary": "metrics with type, contains and values",
        "summary-export": "metrics with flat values, and root_group",
        "machine-readable": "metadata.k6Version and a list of metrics",
    }
    return Sniffed(FORMAT, 0.9, shape, reasons[shape]) if shape else None


def collect(source: Source) -> Reading:
    """Times, rates, checks and thresholds."""
    document = source.json_document()
    shape = _shape(document)
    if shape is None:
        fix = "write it with `handleSummary`, or with `k6 run --summary-export FILE`"
        raise CollectorError("is not a summary of k6", fix=fix)
    metrics = list(_metrics(document, shape))
    run = _run(metrics)
    metadata = section(document, "metadata")
    moment = instant(metadata.get("generatedAt"))
    return Reading(
        format=FORMAT,
        format_version=shape,
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name="k6", version=name(metadata.get("k6Version"))),
        status="error" if run.status == "error" else "unknown",
        at=moment.at,
        at_text=moment.text,
        measurements=tuple(_measurements(metrics, run, shape)),
        warnings=(SERIAL, *((FAILED,) if run.status == "error" else ()), *_dropped(metrics)),
    )


def _dropped(metrics: list[_Metric]) -> Warnings:
    """Said where k6 could not make the load that was asked for."""
    lost = sum(count(one.values.get("count")) or 0 for one in metrics if one.name == "dropped_iterations")
    return (f"load-not-reached: k6 dropped {lost} iterations that it could not start in time",) if lost else ()


def _metrics(document: dict[str, Any], shape: str) -> Iterator[_Metric]:
    if shape == "machine-readable":
        for index, raw in enumerate(listing(section(document, "results"), "metrics")):
            one = fields(raw)
            yield _metric(one.get("name"), one, section(one, "values"), ("results", "metrics", index, "values"))
        return
    for key, one in section(document, "metrics").items():
        flat = shape == "summary-export"
        place = ("metrics", key) if flat else ("metrics", key, "values")
        yield _metric(key, one, one if flat else section(one, "values"), place, flat=flat)


def _metric(
    raw: Any, one: dict[str, Any], values: dict[str, Any], place: tuple[str | int, ...], *, flat: bool = False
) -> _Metric:
    full = name(raw) or "metric"
    tagged = _TAGGED.fullmatch(full)
    bare = tagged[1] if tagged else full
    timed = bare in _HTTP_TIMES or bare == "iteration_duration" if flat else one.get("contains") == "time"
    held = {name(text) or "-": _held(state, flat) for text, state in section(one, "thresholds").items()}
    return _Metric(bare, tagged[2] if tagged else None, values, held, timed, place)


def _held(state: Any, flat: bool) -> bool | None:
    """Whether a threshold held: `ok` in the one shape, the opposite of a bare true or false in the other."""
    told = state if flat else fields(state).get("ok")
    if not isinstance(told, bool):
        return None
    return not told if flat else told


def _run(metrics: list[_Metric]) -> Run:
    """Requests that did not fail, and those that did. In `http_req_failed` what passes is what failed."""
    plain = {one.name: one.values for one in metrics if one.tags is None}
    failures = _yes_no(plain.get("http_req_failed", {}))
    made = count(plain.get("http_reqs", {}).get("count"))
    conditions = settings(concurrency=plain.get("vus_max", {}).get("max", plain.get("vus_max", {}).get("value")))
    if failures is None:
        return Run(FORMAT, made, None, made, conditions)
    failed, good = failures
    return Run(FORMAT, good, failed, good + failed, conditions)


class _YesNo(NamedTuple):
    yes: int
    no: int


def _yes_no(values: dict[str, Any]) -> _YesNo | None:
    """How often a rate metric was and was not true; None when the file does not count it."""
    yes, no = count(values.get("passes", values.get("matches"))), count(values.get("fails"))
    whole = count(values.get("total"))
    if yes is not None and no is None and whole is not None and whole >= yes:
        no = whole - yes
    return None if yes is None or no is None else _YesNo(yes, no)


def _measurements(metrics: list[_Metric], run: Run, shape: str) -> Iterator[Measurement]:
    for one in metrics:
        here = run._replace(conditions={**run.conditions, **({"tags": one.tags} if one.tags else {})})
        if one.timed:
            yield from _times(one, here)
        elif one.name == "http_reqs" and "rate" in one.values:
            doubts = (_included(run),) if run.failed else ()
            place = here.at(*one.place, "rate")
            yield rate(here, "requests-per-second", one.values["rate"], "requests-per-s", place, doubts=doubts)
        elif one.name in ("checks", "http_req_failed"):
            yield _share(one, here)
        else:
            yield from _own(one, here)
        for text, held in one.thresholds.items():
            yield _threshold(one, here, text, held, shape)


def _included(run: Run) -> str:
    return f"failures-included: {run.failed} failed requests are among them"


def _times(one: _Metric, run: Run) -> Iterator[Measurement]:
    """Request times include those of requests that failed, except under the tag of expected responses."""
    expected = one.tags == "expected_response:true"
    own = count(one.values.get("count"))
    http = one.name in _HTTP_TIMES and (one.tags is None or expected)
    n = own if own is not None else run.answered if http else None
    numbers = [finite(raw) for key, raw in one.values.items() if key == "avg" or quantile(key)]
    empty = n == 0 or (n is None and not any(numbers))
    doubts: Warnings = ("no-samples: nothing was measured, and k6 writes 0 then",) if empty else ()
    if http and not expected and run.failed:
        doubts += (_included(run),)
    at = run if http else run._replace(answered=n, failed=None, planned=None)
    for key, raw in one.values.items():
        share = quantile({"p95": "p(95)", "p90": "p(90)"}.get(key, key))
        if key == "avg" or (share is not None and share >= 0.5):
            value = None if empty else raw
            yield time(at, one.name, value, "ms", run.at(*one.place, key), share=share, n=n, zero=True, doubts=doubts)


def _share(one: _Metric, run: Run) -> Measurement:
    """Requests that did not fail, or checks that held, as k of n."""
    counted = _yes_no(one.values)
    good = None if counted is None else counted.yes if one.name == "checks" else counted.no
    n = None if counted is None else counted.yes + counted.no
    return Measurement(
        measure=f"k6/{'checks' if one.name == 'checks' else 'answered'}",
        value=good / n if n and good is not None else None,
        unit="proportion",
        higher_is_better=True,
        n=n or None,
        n_basis=("trials" if one.name == "checks" else "requests") if n else None,
        successes=good if n else None,
        conditions=run.conditions,
        place=run.at(*one.place),
        warnings=() if n else ("no-samples: nothing was counted",),
    )


def _own(one: _Metric, run: Run) -> Iterator[Measurement]:
    """What a script counts or measures for itself: a share, a count, or a mean and quantiles, without a direction."""
    counted = _yes_no(one.values)
    if counted is not None:
        n = counted.yes + counted.no
        yield Measurement(
            measure=name(f"k6/{one.name}/share") or FORMAT,
            value=counted.yes / n if n else None,
            unit="proportion",
            n=n or None,
            n_basis="trials" if n else None,
            successes=counted.yes if n else None,
            conditions=run.conditions,
            place=run.at(*one.place),
            warnings=() if n else ("no-samples: nothing was counted",),
        )
        return
    if "avg" in one.values:
        at = run._replace(answered=None, failed=None, planned=None)
        for figure in _times(one, at):
            yield figure.model_copy(update={"unit": None, "higher_is_better": None})
    elif "count" in one.values and one.name not in _TOTALS:
        counted_up = count(one.values["count"])
        yield Measurement(
            measure=name(f"k6/{one.name}/count") or FORMAT,
            value=counted_up or None,
            unit="count",
            conditions=run.conditions,
            place=run.at(*one.place, "count"),
            warnings=() if counted_up else ("no-samples: nothing was counted, or the script never came that far",),
        )


def _threshold(one: _Metric, run: Run, text: str, held: bool | None, shape: str) -> Measurement:
    """1 when it held, 0 when it was crossed; no value where nothing was measured: k6 lets it hold then."""
    counted = _yes_no(one.values)
    numbers = [finite(raw) for raw in one.values.values()]
    empty = (counted.yes + counted.no == 0) if counted else not any(numbers)
    doubts = ("no-samples: nothing was measured, and k6 lets a threshold hold then",) if empty else ()
    full = one.name + (f"{{{one.tags}}}" if one.tags else "")
    place = run.at(*(one.place if shape == "summary-export" else one.place[:-1]), "thresholds", text)
    return Measurement(
        measure="k6/threshold",
        value=None if empty or held is None else float(held),
        unit="count",
        higher_is_better=True,
        conditions={**run.conditions, "metric": name(full) or one.name, "threshold": text},
        place=place,
        warnings=doubts,
    )
