"""vLLM benchmarks without a server: `vllm bench latency --output-json` and `vllm bench throughput --output-json`.

Format: `vllm/benchmarks/latency.py` and `throughput.py`, read at commits 00cae075 and 02028314. Neither file names the
model, the batch or the lengths: state them in the binding. Measures `vllm-offline/batch-latency/<mean or pNN>` in
seconds (n: batches timed), `vllm-offline/requests-per-second` and `vllm-offline/tokens-per-second` (n: requests).
"""

from __future__ import annotations

import math
from typing import Any

from govkit.collectors.load_figures import Run, quantile, rate, time, total
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import count, listing, section
from govkit.errors import CollectorError
from govkit.files import finite
from govkit.model.evidence import Measurement, Reading, ToolRef

FORMAT = "vllm-offline"
VERSION = "1"

_LATENCY = frozenset({"avg_latency", "latencies", "percentiles"})
_THROUGHPUT = frozenset({"elapsed_time", "num_requests", "total_num_tokens", "requests_per_second"})
_BARE = "no-setup: the file names neither model, batch nor lengths; state them in the binding"


def _kind(document: Any) -> str | None:
    if not isinstance(document, dict):
        return None
    if set(document) >= _LATENCY and isinstance(document["latencies"], list):
        return "latency"
    return "throughput" if set(document) >= _THROUGHPUT else None


def sniff(source: Source) -> Sniffed | None:
    """Latency of batches, or throughput."""
    kind = _kind(source.document)
    reasons = {
        "latency": "avg_latency, latencies and percentiles",
        "throughput": "elapsed_time and requests_per_second",
    }
    return Sniffed(FORMAT, 0.9, kind, reasons[kind]) if kind else None


def collect(source: Source) -> Reading:
    """Times of batches, or rates."""
    document = source.json_document()
    kind = _kind(document)
    if kind is None:
        fix = "write it with `vllm bench latency --output-json FILE` or `vllm bench throughput --output-json FILE`"
        raise CollectorError("is not a result of `vllm bench latency` or `vllm bench throughput`", fix=fix)
    found = _latency(document) if kind == "latency" else _throughput(document)
    return Reading(
        format=FORMAT,
        format_version=kind,
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name=f"vLLM bench {kind}"),
        status="complete" if any(one.value is not None for one in found) else "error",
        measurements=tuple(found),
        warnings=(_BARE,),
    )


def _latency(document: dict[str, Any]) -> list[Measurement]:
    timed = [finite(one) for one in listing(document, "latencies")]
    run = Run(FORMAT, len(timed))
    mean = finite(document["avg_latency"])
    numbers = [one for one in timed if one is not None]
    agrees = mean is not None and numbers and math.isclose(mean, math.fsum(numbers) / len(numbers), rel_tol=1e-6)
    doubts = () if agrees or not numbers else ("mean-conflict: the mean is not that of the times listed",)
    found = [time(run, "batch-latency", mean if agrees else None, "s", "/avg_latency", n_basis="trials", doubts=doubts)]
    for word, raw in section(document, "percentiles").items():
        share = quantile(word)
        if share is not None:
            place = run.at("percentiles", word)
            found.append(time(run, "batch-latency", raw, "s", place, share=share, n_basis="trials"))
    return found


def _throughput(document: dict[str, Any]) -> list[Measurement]:
    run = Run(FORMAT, count(document["num_requests"]))
    found = [
        rate(run, "requests-per-second", document["requests_per_second"], "requests-per-s", "/requests_per_second")
    ]
    if "tokens_per_second" in document:
        tokens = document["tokens_per_second"]
        found.append(rate(run, "tokens-per-second", tokens, "tokens-per-s", "/tokens_per_second"))
    found.append(total(run, "tokens", document["total_num_tokens"], "tokens", "/total_num_tokens"))
    found.append(total(run, "duration", document["elapsed_time"], "s", "/elapsed_time"))
    return found
