"""SGLang serving benchmarks: `python -m sglang.bench_serving --output-file`, one run a line.

Format: `python/sglang/bench_serving.py`, read at commit 50a61368 and in release 0.5.23. A descendant of vLLM's
benchmark with other keys: no date and no number of requests planned or failed, so how many failed is not known; the
model only where `server_info` of newer files names it. Measures `sglang-bench/<time>/<mean or pNN>` in ms and rates a
second; n is `completed`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from govkit.collectors.load_figures import (
    FAILED,
    SERIAL,
    Run,
    answered_share,
    joined_status,
    quantile,
    rate,
    settings,
    total,
)
from govkit.collectors.load_figures import time as timed
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import Warnings, count, listing, name, section
from govkit.errors import CollectorError
from govkit.model.evidence import Measurement, ModelRef, Reading, ToolRef

FORMAT = "sglang-bench"
VERSION = "2"

_TIME = re.compile(r"(mean|median|p\d+(?:\.\d+)?)_(e2e_latency|ttft|tpot|itl)_ms")
_TIMES = {
    "ttft": "time-to-first-token",
    "tpot": "time-per-output-token",
    "itl": "inter-token-latency",
    "e2e_latency": "request-latency",
}
_RANDOM = ("random", "random-ids")
"""Data of the lengths that the file names; with other data these are defaults that nothing used."""

_RATES = (
    ("request_throughput", "requests-per-second", "requests-per-s"),
    ("output_throughput", "output-tokens-per-second", "tokens-per-s"),
    ("input_throughput", "input-tokens-per-second", "tokens-per-s"),
    ("total_throughput", "tokens-per-second", "tokens-per-s"),
)


def is_run(value: Any) -> bool:
    """Whether a JSON value is what the benchmark writes."""
    needed = {"backend", "completed", "request_throughput", "mean_e2e_latency_ms", "duration"}
    return isinstance(value, dict) and needed <= set(value)


def sniff(source: Source) -> Sniffed | None:
    """One run, or one a line."""
    value = source.first_row if source.has_rows else source.document
    return Sniffed(FORMAT, 0.95, None, "backend, completed and mean_e2e_latency_ms") if is_run(value) else None


def collect(source: Source) -> Reading:
    """Times and rates of every run."""
    listed = list(_runs(source))
    runs = [_run(row, place, in_pointer) for row, place, in_pointer in listed]
    found: list[Measurement] = []
    for (row, _, _), run in zip(listed, runs, strict=True):
        ended = None if len(runs) == 1 else run.status
        found += [one.model_copy(update={"status": ended}) for one in _measurements(row, run)]
    failed: Warnings = (FAILED,) if any(run.status == "error" for run in runs) else ()
    models = {name(section(row, "server_info").get("model_path")) for row, _, _ in listed}
    several: Warnings = ("several-models: the runs in this file name different models",) if len(models) > 1 else ()
    ident = models.pop() if len(models) == 1 else None
    return Reading(
        format=FORMAT,
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name="sglang.bench_serving"),
        model=ModelRef(id=ident) if ident else None,
        status=joined_status(runs),
        measurements=tuple(found),
        warnings=(SERIAL, *failed, *several),
    )


def _runs(source: Source) -> Iterator[tuple[dict[str, Any], str, bool]]:
    fix = "check the format; `govkit read FILE` without --format says what the file looks like"
    rows = source.rows() if source.has_rows else [(0, source.json_document())]
    for number, row in rows:
        if not is_run(row):
            place = f"line {number} " if number else ""
            raise CollectorError(f"{place}is not a result of sglang.bench_serving", fix=fix, line=number)
        yield row, f"line {number}" if number else "", not number


def _run(row: dict[str, Any], place: str, in_pointer: bool) -> Run:
    """A detailed file lists the error of every request, which may be empty for one that failed, too."""
    errors, answered = listing(row, "errors"), count(row.get("completed"))
    failed = max(sum(bool(one) for one in errors), len(errors) - (answered or 0)) if errors else None
    random = row.get("dataset_name") in _RANDOM
    server = section(row, "server_info")
    conditions = settings(
        precision=server.get("dtype"),
        quantisation=server.get("quantization"),
        dataset=row.get("dataset_name"),
        concurrency=row.get("max_concurrency"),
        request_rate=row.get("request_rate"),
        input_tokens=row.get("random_input_len") if random else None,
        output_tokens=row.get("random_output_len") if random else None,
    )
    return Run(FORMAT, answered, failed, None, conditions, place, in_pointer)


def _measurements(row: dict[str, Any], run: Run) -> Iterator[Measurement]:
    yield answered_share(run, run.at("completed"))
    given = {key: found for key in row if (found := _TIME.fullmatch(key))}
    for key, found in given.items():
        if found[1] != "median" or f"p50_{found[2]}_ms" not in given:
            yield timed(run, _TIMES[found[2]], row[key], "ms", run.at(key), share=quantile(found[1]))
    for key, what, unit in _RATES:
        if row.get(key) is not None:
            yield rate(
                run, what, row[key], "requests-per-s" if unit == "requests-per-s" else "tokens-per-s", run.at(key)
            )
    for key, what in (("total_input_tokens", "input-tokens"), ("total_output_tokens", "output-tokens")):
        if row.get(key) is not None:
            yield total(run, what, row[key], "tokens", run.at(key))
    yield total(run, "duration", row.get("duration"), "s", run.at("duration"))
