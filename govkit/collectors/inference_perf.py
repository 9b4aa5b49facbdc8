"""inference-perf lifecycle reports (kubernetes-sigs): a whole run, or one stage of it.

Format: `inference_perf/reportgen/base.py`, read at commit 010d12fb, and files of its KubeCon 2025 demo. Times are in
seconds. Measures `inference-perf/<time>/<mean or pNN>` and rates a second; n is `successes.count`. The file names no
model, date or version; stage files name the rate that was asked for. Messages of failures are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from govkit.collectors.load_figures import FAILED, SERIAL, Run, answered_share, quantile, rate, settings, time, total
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import count, section
from govkit.errors import CollectorError
from govkit.files import finite
from govkit.model.control import Unit
from govkit.model.evidence import Measurement, Reading, ToolRef

FORMAT = "inference-perf"
VERSION = "1"

_TIMES = {
    "request_latency": "request-latency",
    "time_to_first_token": "time-to-first-token",
    "time_per_output_token": "time-per-output-token",
    "inter_token_latency": "inter-token-latency",
    "normalized_time_per_output_token": "request-latency-per-token",
}
_RATES: tuple[tuple[str, str, Unit], ...] = (
    ("requests_per_sec", "requests-per-second", "requests-per-s"),
    ("input_tokens_per_sec", "input-tokens-per-second", "tokens-per-s"),
    ("output_tokens_per_sec", "output-tokens-per-second", "tokens-per-s"),
    ("total_tokens_per_sec", "tokens-per-second", "tokens-per-s"),
)


def _is_report(document: Any) -> bool:
    good, bad = section(document, "successes"), section(document, "failures")
    return {"count", "latency", "throughput"} <= set(good) and "count" in bad


def sniff(source: Source) -> Sniffed | None:
    """A lifecycle report."""
    document = source.document
    if not _is_report(document):
        return None
    kind = "stage" if "requested_rate" in section(document, "load_summary") else "summary"
    return Sniffed(FORMAT, 0.95, kind, "successes with latency and throughput, and failures")


def collect(source: Source) -> Reading:
    """Times and rates of the requests that succeeded."""
    document = source.json_document()
    if not _is_report(document):
        fix = "use summary_lifecycle_metrics.json or stage_N_lifecycle_metrics.json"
        raise CollectorError("is not a lifecycle report of inference-perf", fix=fix)
    run = _run(document)
    return Reading(
        format=FORMAT,
        format_version="stage" if "requested_rate" in section(document, "load_summary") else "summary",
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name="inference-perf"),
        status=run.status,
        measurements=tuple(_measurements(document, run)),
        warnings=(SERIAL, *((FAILED,) if run.status == "error" else ())),
    )


def _run(document: dict[str, Any]) -> Run:
    load = section(document, "load_summary")
    answered, failed = (count(section(document, part).get("count")) for part in ("successes", "failures"))
    conditions = settings(request_rate=load.get("requested_rate"), concurrency=load.get("concurrency"))
    return Run(FORMAT, answered, failed, count(load.get("count")), conditions)


def _measurements(document: dict[str, Any], run: Run) -> Iterator[Measurement]:
    good = section(document, "successes")
    late = tuple(_late(document))
    yield answered_share(run, "/successes/count", doubts=_conflict(document, run))
    for key, what in _TIMES.items():
        for word, raw in section(section(good, "latency"), key).items():
            share = quantile(word)
            if word == "mean" or (share is not None and share >= 0.5):
                yield time(run, what, raw, "s", run.at("successes", "latency", key, word), share=share, doubts=late)
    for key, what, unit in _RATES:
        if key in section(good, "throughput"):
            place = run.at("successes", "throughput", key)
            yield rate(
                run, what, section(good, "throughput")[key], unit, place, doubts=late[:1] if _missed(document) else ()
            )
    for key, what in (("prompt_tokens", "input-tokens"), ("output_tokens", "output-tokens")):
        if "total" in section(good, key):
            yield total(run, what, section(good, key)["total"], "tokens", run.at("successes", key, "total"))
    for key, what in (("prompt_len", "input-tokens-mean"), ("output_len", "output-tokens-mean")):
        if "mean" in section(good, key):
            yield total(run, what, section(good, key)["mean"], "tokens", run.at("successes", key, "mean"))


def _missed(document: dict[str, Any]) -> bool:
    """Whether requests were sent more slowly than asked, by 5 %. Source: govkit judgement; good stages are nearer."""
    load = section(document, "load_summary")
    asked, sent = finite(load.get("requested_rate")), finite(load.get("achieved_rate"))
    return asked is not None and sent is not None and sent < 0.95 * asked


def _late(document: dict[str, Any]) -> Iterator[str]:
    """The clock of a request starts when it is sent; what it waited for its turn is nowhere in the times."""
    load = section(document, "load_summary")
    if _missed(document):
        asked, sent = load["requested_rate"], load["achieved_rate"]
        yield f"rate-missed: {asked:.4g} requests a second were asked for, and {sent:.4g} were sent"
    delay = finite(section(load, "schedule_delay").get("mean"))
    whole = finite(section(section(section(document, "successes"), "latency"), "request_latency").get("mean"))
    if delay is not None and whole is not None and delay > 0.01 * whole:
        yield f"queue-left-out: requests were sent {delay:.3g} s late on average, which is not part of the times"


def _conflict(document: dict[str, Any], run: Run) -> tuple[str, ...]:
    made = count(section(document, "load_summary").get("count"))
    if made is None or run.answered is None or run.failed is None or made == run.answered + run.failed:
        return ()
    return (f"count-conflict: {run.answered} succeeded and {run.failed} failed, but {made} were sent",)
