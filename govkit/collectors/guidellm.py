"""GuideLLM reports, JSON or YAML: one or several benchmarks of a language-model server at different loads.

Format: files of 0.3.1 (no `metadata`), 0.5.3 (report version 1) and 0.8.1 (report version 2), and the schemas of
vllm-project/guidellm read at commits 03820eba and 2ffffa8d. Only `successful` is read. Measures
`guidellm/<time>/<mean or pNN>`, request latency in seconds, all others in ms, and rates a second. n is the metric's own
`count`, or the requests answered where it counts tokens: tokens of one request are not independent.
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
    time,
    total,
)
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import (
    Warnings,
    count,
    fields,
    instant,
    listing,
    name,
    number,
    pointer,
    section,
    whole_successes,
)
from govkit.errors import CollectorError, InputError
from govkit.files import finite
from govkit.model.control import Unit
from govkit.model.evidence import Interval, Measurement, ModelRef, Reading, ToolRef
from govkit.yaml_lines import load_yaml

FORMAT = "guidellm"
VERSION = "2"

_KNOWN = (1, 2)
_YAML_BYTES = 2 * 1024 * 1024
"""Largest YAML read. Source: govkit judgement; YAML is read some fifty times slower than JSON."""

_ALIASES = 10_000  # the program that writes YAML names an object once and points to it afterwards

_TIMES: tuple[tuple[str, str, Unit], ...] = (
    ("request_latency", "request-latency", "s"),
    ("request_scheduled_latency", "scheduled-latency", "s"),
    ("time_to_first_token_ms", "time-to-first-token", "ms"),
    ("time_per_output_token_ms", "time-per-output-token", "ms"),
    ("inter_token_latency_ms", "inter-token-latency", "ms"),
)
_RATES: tuple[tuple[str, str, Unit], ...] = (
    ("requests_per_second", "requests-per-second", "requests-per-s"),
    ("request_goodput", "goodput", "requests-per-s"),
    ("output_tokens_per_second", "output-tokens-per-second", "tokens-per-s"),
    ("tokens_per_second", "tokens-per-second", "tokens-per-s"),
)
_TOTALS = (("prompt_token_count", "input-tokens"), ("output_token_count", "output-tokens"))
_QUANTILES = {"p001": 0.001, "p01": 0.01, "p05": 0.05, "p999": 0.999}
"""Names that do not say what they seem to say: p01 is the 1st percentile, p001 the 0.1th."""

_YAML_MARK = re.compile(rb"(?m)^ +(?:completed_strategies:|module: guidellm\.|guidellm_version:)")


def sniff(source: Source) -> Sniffed | None:
    """A report with `benchmarks` that hold `metrics` by status of the requests."""
    document = source.document
    if document is None and _looks_like_yaml(source):
        return Sniffed(FORMAT, 0.8, "yaml", "YAML with `benchmarks`, made by GuideLLM")
    if not _is_report(document):
        return None
    return Sniffed(FORMAT, 0.95, _version(document), "benchmarks, with metrics by status of the requests")


def _looks_like_yaml(source: Source) -> bool:
    begins = source.head.startswith((b"args:", b"benchmarks:"))
    return begins and b"\nbenchmarks:" in b"\n" + source.head and bool(_YAML_MARK.search(source.head))


def _yaml(source: Source) -> Any:
    """The report in a YAML file; raises CollectorError."""
    if source.size > _YAML_BYTES:
        fix = "write the report as JSON: `guidellm run ... --output kind=json`"
        raise CollectorError(f"is a YAML report of more than {_YAML_BYTES >> 20} MB", fix=fix, ident="too-large")
    try:
        document = load_yaml(source.content, source.shown, most_aliases=_ALIASES).value
    except InputError as error:
        problem = error.problems[0]
        fix = "write the report as JSON: `guidellm run ... --output kind=json`"
        raise CollectorError(problem.what, fix=fix, line=problem.where.line) from error
    if not _is_report(document):
        raise CollectorError("is not a GuideLLM report", fix="write it with `guidellm run ... --output kind=json`")
    return document


def _is_report(document: Any) -> bool:
    benchmarks = listing(document, "benchmarks")
    metrics = [section(one, "metrics") for one in benchmarks]
    return bool(metrics) and all("successful" in section(one, "request_latency") for one in metrics)


def _version(document: Any) -> str | None:
    stated = section(document, "metadata").get("version")
    return name(stated) if stated is not None else "before 1"


def collect(source: Source) -> Reading:
    """Every benchmark of the report; its load is a condition of its values."""
    document = _yaml(source) if _looks_like_yaml(source) else source.json_document()
    if not _is_report(document):
        fix = "write it with `guidellm run ... --output kind=json`"
        raise CollectorError("is not a GuideLLM report with finished benchmarks", fix=fix)
    found: list[Measurement] = []
    runs = []
    for index, raw in enumerate(listing(document, "benchmarks")):
        benchmark = fields(raw)
        run = _run(document, benchmark, pointer("benchmarks", index))
        moment = instant(benchmark.get("end_time"))
        found += [
            one.model_copy(update={"at": moment.at, "status": run.status}) for one in _measurements(benchmark, run)
        ]
        runs.append(run)
    metadata = section(document, "metadata")
    ended = [one.at for one in found if one.at is not None]
    return Reading(
        format=FORMAT,
        format_version=_version(document),
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name="GuideLLM", version=name(metadata.get("guidellm_version"))),
        model=_model(document),
        status=joined_status(runs),
        at=max(ended, default=None),
        config=_config(document),
        measurements=tuple(found),
        warnings=(SERIAL, *_doubts(document, runs)),
    )


def _doubts(document: dict[str, Any], runs: list[Run]) -> Iterator[str]:
    version = section(document, "metadata").get("version")
    if version is not None and version not in _KNOWN:
        yield f"unknown-version: report version {name(version, 20)} is newer than those known ({_KNOWN[-1]})"
    if any(run.status == "error" for run in runs):
        yield FAILED
    told = sum(len(listing(one, "warnings")) for one in listing(document, "benchmarks"))
    if told:
        yield f"tool-warning: GuideLLM itself warns of {told} thing(s); see `warnings` in the file"


def _backend(document: dict[str, Any]) -> dict[str, Any]:
    """Where each generation says what was tested."""
    first = fields(next(iter(listing(document, "benchmarks")), None))
    spec = section(section(section(document, "config"), "spec"), "backend")
    worker = section(first, "worker")
    older = {"model": worker.get("backend_model"), "target": worker.get("backend_target")} if worker else {}
    return spec or section(section(first, "config"), "backend") or older


def _model(document: dict[str, Any]) -> ModelRef | None:
    ident = name(_backend(document).get("model") or section(document, "args").get("model"))
    return ModelRef(id=ident) if ident else None


def _config(document: dict[str, Any]) -> dict[str, str]:
    spec = section(section(document, "config"), "spec")
    seed = section(spec, "seed").get("value", section(document, "args").get("random_seed"))
    labels = section(section(section(document, "config"), "metadata"), "labels")
    stated = {"seed": name(seed), **{name(key, 60) or "-": name(value, 80) for key, value in list(labels.items())[:20]}}
    return {key: text for key, text in stated.items() if text is not None}


def _run(document: dict[str, Any], benchmark: dict[str, Any], place: str) -> Run:
    totals = section(section(benchmark, "metrics"), "request_totals") or section(benchmark, "request_totals")
    answered, failed = count(totals.get("successful")), count(totals.get("errored"))
    planned = None if answered is None or failed is None else answered + failed
    strategy = section(section(benchmark, "config") or section(benchmark, "args"), "strategy")
    kind = strategy.get("type_") or strategy.get("kind")
    conditions = settings(
        strategy=kind,
        concurrency=strategy.get("streams") or strategy.get("max_concurrency"),
        request_rate=strategy.get("rate") if kind in ("constant", "poisson", "async") else None,
        **_lengths(document, benchmark),
    )
    return Run(FORMAT, answered, failed, planned, conditions, place)


def _lengths(document: dict[str, Any], benchmark: dict[str, Any]) -> dict[str, Any]:
    """Lengths asked for in synthetic data: `prompt_tokens=256,output_tokens=128`, or an object with these keys."""
    data = listing(section(section(document, "config"), "spec"), "data") or listing(section(document, "args"), "data")
    stated: Any = data[0] if len(data) == 1 else section(benchmark, "request_loader").get("data")
    if isinstance(stated, str):
        stated = dict(re.findall(r"(\w+)=(\d{1,9})\b", stated)) if re.fullmatch(r"[\w=,. ]{1,400}", stated) else {}
    words = {"prompt_tokens": "input_tokens", "output_tokens": "output_tokens"}
    return {new: fields(stated).get(old) for old, new in words.items()}


def _measurements(benchmark: dict[str, Any], run: Run) -> Iterator[Measurement]:
    metrics = section(benchmark, "metrics")
    level = finite(section(benchmark, "config").get("confidence"))
    cut = count(
        section(metrics, "request_totals").get("incomplete", section(benchmark, "request_totals").get("incomplete"))
    )
    open_ended = (f"cut-off: {cut} requests were running when the test ended; they count neither way",) if cut else ()
    yield answered_share(run, run.at("metrics", "request_totals"), doubts=open_ended)
    objectives = run._replace(conditions={**run.conditions, **_objectives(benchmark)})
    if metrics.get("slo_attainment") is not None:
        yield _attainment(metrics, objectives, open_ended)
    for key, what, unit in _TIMES:
        yield from _times(section(metrics, key).get("successful"), run, key, what, unit, level, cut or 0)
    for key, what, unit in _RATES:
        found = section(section(metrics, key), "successful")
        if found:
            at = objectives if what == "goodput" else run
            yield rate(at, what, found.get("mean"), unit, run.at("metrics", key, "successful", "mean"))
    for key, what in _TOTALS:
        found = section(section(metrics, key), "successful")
        if count(found.get("count")):
            yield total(run, what, found.get("total_sum"), "tokens", run.at("metrics", key, "successful", "total_sum"))
    yield total(run, "duration", benchmark.get("duration"), "s", run.at("duration"))


def _objectives(benchmark: dict[str, Any]) -> dict[str, str]:
    """What a request had to keep to for the goodput, in ms; without it a share of good requests says nothing."""
    return settings(**{f"slo_{key}": raw for key, raw in section(section(benchmark, "config"), "slo").items()})


def _attainment(metrics: dict[str, Any], run: Run, doubts: Warnings) -> Measurement:
    """Requests that kept every objective, of those that could be held against them; failures count as late."""
    n = count(metrics.get("slo_determined_requests"))
    value, warnings = number(metrics["slo_attainment"])
    left = (run.planned or 0) - (n or 0)
    if n and left > 0:
        warnings += (f"undecided: {left} requests that ended have no time to hold against the objectives",)
    return Measurement(
        measure=f"{FORMAT}/slo-attainment",
        value=value if n else None,
        unit="proportion",
        higher_is_better=True,
        n=n or None,
        n_basis="requests" if n else None,
        successes=whole_successes(value, n),
        conditions=run.conditions,
        place=run.at("metrics", "slo_attainment"),
        warnings=(*warnings, *doubts, *(() if n else ("no-requests: no request could be held against them",))),
    )


def _times(raw: Any, run: Run, key: str, what: str, unit: Unit, level: float | None, cut: int) -> Iterator[Measurement]:
    """Mean and percentiles of one metric; nothing where it has no observation."""
    given = fields(raw)
    seen = count(given.get("count"))
    if not given or (seen == 0 and run.answered):
        return
    tokens = seen is not None and run.answered is not None and seen > run.answered
    n = run.answered if tokens else seen
    doubts: Warnings = ("token-weighted: every token counts once; n are the requests they come from",) if tokens else ()
    if cut:
        doubts += (f"cut-off: {cut} requests were running when the test ended and are left out; slow ones more often",)
    where = ("metrics", key, "successful")
    span = _interval(given.get("mean_ci"), level)
    yield time(run, what, given.get("mean"), unit, run.at(*where, "mean"), n=n, interval=span, doubts=doubts)
    listed = section(given, "percentiles")
    if "p50" not in listed and "median" in given:
        median = given["median"]
        yield time(run, what, median, unit, run.at(*where, "median"), share=0.5, n=n, doubts=doubts)
    for word, value in listed.items():
        share = _QUANTILES.get(word) or quantile(word)
        if share is not None and share >= 0.5:
            place = run.at(*where, "percentiles", word)
            span = _interval(section(given, "percentile_cis").get(word), level)
            yield time(run, what, value, unit, place, share=share, n=n, interval=span, doubts=doubts)


def _interval(raw: Any, level: float | None) -> Interval | None:
    """As GuideLLM reports it, since 0.8; one of no width says nothing."""
    low, high = finite(fields(raw).get("lower")), finite(fields(raw).get("upper"))
    if low is None or high is None or level is None or not 0 < level < 1 or low >= high:
        return None
    return Interval(low=low, high=high, level=level, method="GuideLLM, requests taken as independent")
