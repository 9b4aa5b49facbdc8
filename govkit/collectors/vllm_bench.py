"""vLLM serving benchmarks: `vllm bench serve --save-result`, one run a file or, with `--append-result`, one a line.

Format: `vllm/benchmarks/serve.py`, read at commits def9ce85 and 009e6d4a, and `benchmarks/benchmark_serving.py` before
it; `vllm/benchmarks/lib/energy.py` for the energy of the GPUs; conversations as `vllm-bench` (in Rust) writes them.
Measures `vllm-bench/<time>/<mean or pNN>` in ms and rates a second. n is `completed`, the requests that were answered;
times are those of answered requests only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from govkit.collectors.load_figures import (
    FAILED,
    SERIAL,
    WORDS,
    Run,
    answered_share,
    joined_status,
    quantile,
    rate,
    settings,
    time,
    total,
)
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import Warnings, count, instant, listing, name
from govkit.errors import CollectorError
from govkit.files import finite
from govkit.model.evidence import Measurement, ModelRef, Reading, ToolRef

FORMAT = "vllm-bench"
VERSION = "2"

_TIME = re.compile(r"(mean|median|p\d+(?:\.\d+)?)_([a-z0-9_]+)_ms")
_TIMES = {
    "ttft": "time-to-first-token",
    "tpot": "time-per-output-token",
    "itl": "inter-token-latency",
    "e2el": "request-latency",
    "client_queue_time": "client-queue-time",
    "e2el_including_client_queue": "request-latency-with-queue",
}
_OWN = frozenset(
    (
        "date",
        "endpoint_type",
        "backend",
        "label",
        "model_id",
        "tokenizer_id",
        "best_of",
        "use_beam_search",
        "num_prompts",
        "request_rate",
        "burstiness",
        "max_concurrency",
        "ramp_up_strategy",
        "ramp_up_start_rps",
        "ramp_up_end_rps",
        "duration",
        "completed",
        "failed",
        "total_input_tokens",
        "total_output_tokens",
        "total_input_sequences",
        "request_throughput",
        "request_goodput",
        "request_goodput:",
        "input_throughput",
        "output_throughput",
        "total_token_throughput",
        "input_sequence_throughput",
        "max_output_tokens_per_s",
        "max_concurrent_requests",
        "rtfx",
    )
)
_MOST_LABELS = 20
"""Settings of the tester's own (`--metadata`) that are kept. Source: govkit judgement; files seen hold up to 8."""


def is_run(value: Any) -> bool:
    """Whether a JSON value is what `bench serve` writes; SGLang's benchmark, a descendant of it, has other keys."""
    if not isinstance(value, dict) or "mean_e2e_latency_ms" in value or "total_output_tokens_retokenized" in value:
        return False
    needed = {"backend", "completed", "request_throughput", "duration", "model_id"} <= set(value)
    return needed and any(isinstance(key, str) and _TIME.fullmatch(key) for key in value)


def sniff(source: Source) -> Sniffed | None:
    """One run, or one a line."""
    if source.has_rows and is_run(source.first_row):
        return Sniffed(FORMAT, 0.95, "appended", "rows with backend, completed, request_throughput and times in ms")
    if not is_run(source.document):
        return None
    return Sniffed(FORMAT, 0.95, None, "backend, completed, request_throughput, model_id and times in ms")


def collect(source: Source) -> Reading:
    """Times, rates and the share of answered requests of every run."""
    listed = list(_runs(source))
    found: list[Measurement] = []
    runs: list[Run] = []
    for row, place, in_pointer in listed:
        run = _run(row, place, in_pointer)
        moment = instant(row.get("date"))
        ended = None if len(listed) == 1 else run.status
        groups = _conversations(row)
        update = {"at": moment.at, "at_text": moment.text, "status": ended, "clusters": groups}
        found += [one.model_copy(update=update) for one in _measurements(row, run)]
        runs.append(run)
    first = listed[0][0]
    moment = instant(first.get("date"))
    models = {name(row.get("model_id")) for row, _, _ in listed} - {None}
    several: Warnings = ("several-models: the runs in this file name different models",) if len(models) > 1 else ()
    failed: Warnings = (FAILED,) if any(run.status == "error" for run in runs) else ()
    return Reading(
        format=FORMAT,
        format_version="appended" if len(listed) > 1 else None,
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name="vLLM bench serve"),
        model=ModelRef(id=str(models.pop())) if len(models) == 1 else None,
        status=joined_status(runs),
        at=moment.at if len(listed) == 1 else None,
        at_text=moment.text if len(listed) == 1 else None,
        config=_config(first) if len(listed) == 1 else {},
        measurements=tuple(found),
        warnings=(SERIAL, *failed, *several),
    )


def _runs(source: Source) -> Iterator[tuple[dict[str, Any], str, bool]]:
    """Every run with its place; raises CollectorError on a line that is none."""
    fix = "check the format; `govkit read FILE` without --format says what the file looks like"
    if not source.has_rows:
        document = source.json_document()
        if not is_run(document):
            raise CollectorError("is not a result of `vllm bench serve`", fix=fix)
        yield document, "", True
        return
    for number, row in source.rows():
        if not is_run(row):
            raise CollectorError(f"line {number} is not a result of `vllm bench serve`", fix=fix, line=number)
        yield row, f"line {number}", False


def _run(row: dict[str, Any], place: str, in_pointer: bool) -> Run:
    """Counts and settings. Older files do not say how many requests failed: those planned less those answered."""
    answered, failed, planned = (count(row.get(key)) for key in ("completed", "failed", "num_prompts"))
    if failed is None and answered is not None and planned is not None and planned >= answered:
        failed = planned - answered
    made = None if answered is None or failed is None else answered + failed
    whole = max((one for one in (planned, made) if one is not None), default=None)
    conditions = settings(
        concurrency=row.get("max_concurrency", row.get("multi_turn_concurrency")),
        turns=row.get("avg_turns_completed"),
        request_rate=row.get("request_rate"),
        burstiness=row.get("burstiness") if row.get("burstiness") != 1 else None,
        ramp_up=row.get("ramp_up_strategy"),
        ramp_up_from=row.get("ramp_up_start_rps"),
        ramp_up_to=row.get("ramp_up_end_rps"),
    )
    labels = {WORDS[key]: text for key in row if key in WORDS and (text := _word(row[key])) is not None}
    return Run(FORMAT, answered, failed, whole, {**labels, **conditions}, place, in_pointer)


def _conversations(row: dict[str, Any]) -> int | None:
    """How many conversations the requests belong to, where one had several turns."""
    talks = count(row.get("num_conversations"))
    return talks if talks and talks < (count(row.get("completed")) or 0) else None


def _word(raw: Any) -> str | None:
    return name(raw, 80) if isinstance(raw, str | int | float) else None


def _config(row: dict[str, Any]) -> dict[str, str]:
    """How the run was made, and what the tester wrote down about it."""
    stated = {key: _word(row.get(key)) for key in ("backend", "tokenizer_id", "num_prompts", "label")}
    own = [key for key in row if key not in _OWN and key not in WORDS and isinstance(row[key], str)]
    stated |= {name(key, 60) or "-": _word(row[key]) for key in own[:_MOST_LABELS]}
    return {key: text for key, text in stated.items() if text is not None}


def _measurements(row: dict[str, Any], run: Run) -> Iterator[Measurement]:
    yield answered_share(run, run.at("completed"), doubts=_counted(row, run))
    yield from _times(row, run)
    for key, what in (("request_throughput", "requests-per-second"), ("request_goodput", "goodput")):
        found = next((one for one in (key, f"{key}:") if row.get(one) is not None), None)
        if found:
            yield rate(run, what, row[found], "requests-per-s", run.at(found))
    for key, what in (
        ("output_throughput", "output-tokens-per-second"),
        ("total_token_throughput", "tokens-per-second"),
        ("input_throughput", "input-tokens-per-second"),
    ):
        if row.get(key) is not None:
            yield rate(run, what, row[key], "tokens-per-s", run.at(key))
    for key, what in (("total_input_tokens", "input-tokens"), ("total_output_tokens", "output-tokens")):
        if row.get(key) is not None:
            yield total(run, what, row[key], "tokens", run.at(key))
    yield total(run, "duration", row.get("duration"), "s", run.at("duration"))
    yield from _energy(row, run)


def _counted(row: dict[str, Any], run: Run) -> Warnings:
    if count(row.get("failed")) is not None or run.failed is None:
        return ()
    return ("failed-derived: the file does not count failures; they are the requests planned less those answered",)


def _times(row: dict[str, Any], run: Run) -> Iterator[Measurement]:
    given = {key: found for key in row if (found := _TIME.fullmatch(key)) and found[2] in _TIMES}
    for key, found in given.items():
        statistic, word = found[1], found[2]
        if statistic == "median" and f"p50_{word}_ms" in given:
            continue
        n, doubts = (None, ()) if word != "tpot" else _with_several_tokens(row)
        share = quantile(statistic)
        yield time(
            run, _TIMES[word], row[key], "ms", run.at(key), share=share, n=n, doubts=(*doubts, *_queue(row, word))
        )


def _with_several_tokens(row: dict[str, Any]) -> tuple[int | None, Warnings]:
    """Answers of one token have no time per further token; how many there are only a detailed file says."""
    lengths = [finite(one) for one in listing(row, "output_lens")]
    if None in lengths:
        return None, (
            "no-count: some entries of output_lens are no numbers, so n holds answers of a single token, too",
        )
    if lengths:
        return sum(one is not None and one > 1 for one in lengths), ()
    return None, ("at-most: answers of a single token are counted in n, but have no time per output token",)


def _queue(row: dict[str, Any], word: str) -> Warnings:
    """With a limit on concurrency a request of a fixed rate waits in the client, and the clock starts after that."""
    limited = finite(row.get("max_concurrency")) is not None and finite(row.get("request_rate")) is not None
    if word not in ("e2el", "ttft") or not limited:
        return ()
    return ("queue-left-out: time in which a request waited in the client for a free place is not part of it",)


def _energy(row: dict[str, Any], run: Run) -> Iterator[Measurement]:
    """Energy of the GPUs that were watched, over the whole run, answered or not. Source: 1 Wh is 3600 J."""
    joules = row.get("gpu_energy_j")
    if joules is None:
        return
    only = "gpu-only: whole GPUs, without processor, memory, cooling and idle machines"
    place = run.at("gpu_energy_j")
    yield total(run, "gpu-energy", joules, "Wh", place, scale=1 / 3600, doubts=(only,))
    if run.answered:
        shared = "derived: the energy of the run over the requests that were answered"
        one = total(run, "gpu-energy-per-1000-requests", joules, "Wh", place, scale=1000 / 3600 / run.answered)
        yield one.model_copy(update={"higher_is_better": False, "warnings": (*one.warnings, only, shared)})
