"""LLMPerf summaries (ray-project, archived): `*_summary.json`.

Format: `token_benchmark_ray.py`, read at commit 004d3afb. Times are in seconds. Measures `llmperf/<time>/<mean or pNN>`
and rates a second; n is `results_num_completed_requests`. Requests still open when the time was up are counted nowhere.
Some whole numbers are written in quotes; of those only counts are read, with a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.load_figures import FAILED, SERIAL, Run, answered_share, quantile, rate, settings, time, total
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import count, instant, name
from govkit.errors import CollectorError
from govkit.model.evidence import Measurement, ModelRef, Reading, ToolRef

FORMAT = "llmperf"
VERSION = "1"

_TIME = re.compile(r"results_(inter_token_latency|ttft|end_to_end_latency)_s_(?:quantiles_)?(p\d+|mean)")
_TIMES = {
    "inter_token_latency": "inter-token-latency",
    "ttft": "time-to-first-token",
    "end_to_end_latency": "request-latency",
}
_ANSWERED, _FAILED, _MADE = (
    "results_num_completed_requests",
    "results_number_errors",
    "results_num_requests_started",
)


class _Count(NamedTuple):
    value: int | None
    quoted: bool


def _is_summary(document: Any) -> bool:
    return isinstance(document, dict) and _ANSWERED in document and any(map(_TIME.fullmatch, document))


def sniff(source: Source) -> Sniffed | None:
    """A summary."""
    document = source.document
    if not _is_summary(document):
        return None
    return Sniffed(FORMAT, 0.95, name(document.get("version")), "results_num_completed_requests and times in seconds")


def collect(source: Source) -> Reading:
    """Times and rates of the requests that were answered."""
    document = source.json_document()
    if not _is_summary(document):
        raise CollectorError("is not an LLMPerf summary", fix="use the file whose name ends in _summary.json")
    counts = {key: _counted(document.get(key)) for key in (_ANSWERED, _FAILED, _MADE)}
    run = _run(document, counts)
    moment = instant(document.get("timestamp"))
    ident = name(document.get("model"))
    quoted = [key for key, one in counts.items() if one.quoted]
    texts = (f"text-number: {', '.join(quoted)} written in quotes, as LLMPerf does",) if quoted else ()
    return Reading(
        format=FORMAT,
        format_version=name(document.get("version")),
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name="LLMPerf"),
        model=ModelRef(id=ident) if ident else None,
        status=run.status,
        at=moment.at,
        at_text=moment.text,
        measurements=tuple(_measurements(document, run, counts[_MADE].value)),
        warnings=(SERIAL, *((FAILED,) if run.status == "error" else ()), *texts),
    )


def _counted(raw: Any) -> _Count:
    """A count; LLMPerf turns whole numbers of NumPy into text."""
    if isinstance(raw, str) and re.fullmatch(r"\d{1,12}", raw):
        return _Count(int(raw), True)
    return _Count(count(raw), False)


def _run(document: dict[str, Any], counts: dict[str, _Count]) -> Run:
    conditions = settings(
        concurrency=document.get("num_concurrent_requests"),
        input_tokens=document.get("mean_input_tokens"),
        output_tokens=document.get("mean_output_tokens"),
    )
    answered, failed = counts[_ANSWERED].value, counts[_FAILED].value
    made = None if answered is None or failed is None else answered + failed
    return Run(FORMAT, answered, failed, made, conditions)


def _measurements(document: dict[str, Any], run: Run, made: int | None) -> Iterator[Measurement]:
    known = run.planned is None or made is None or run.planned == made
    doubt = () if known else (f"count-conflict: {run.planned} requests ended, but {made} were started",)
    yield answered_share(run, f"/{_ANSWERED}", doubts=doubt)
    for key, raw in document.items():
        found = _TIME.fullmatch(key)
        share = quantile(found[2]) if found else None
        if found and (share is None or share >= 0.5):
            yield time(run, _TIMES[found[1]], raw, "s", run.at(key), share=share)
    key = "results_mean_output_throughput_token_per_s"
    if key in document:
        yield rate(run, "output-tokens-per-second", document[key], "tokens-per-s", run.at(key))
    key = "results_num_completed_requests_per_min"
    if key in document:
        yield rate(run, "requests-per-second", document[key], "requests-per-s", run.at(key), scale=1 / 60)
    for side in ("input", "output"):
        key = f"results_number_{side}_tokens_mean"
        if key in document:
            yield total(run, f"{side}-tokens-mean", document[key], "tokens", run.at(key))
