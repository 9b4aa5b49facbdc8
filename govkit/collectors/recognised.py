"""What a file no collector reads looks like, so that the refusal can say what to do instead."""

from __future__ import annotations

import codecs
from typing import Any, NamedTuple

from govkit.collectors.source import Source
from govkit.collectors.values import listing

MAPPING = "write a mapping file that says which value is which measure: `govkit read FILE --mapping MAPPING.yaml`"
RUN = "name the folder it lies in: a run of HELM is read as a whole"
SAVED = "load it with Evidently, and write the result with `.json()`"
WHOLE = "name the report beside it, `*.report.jsonl`: a hit log leaves out every attack that failed"
RESULT = (
    "name the result beside it, `results/<model>/results_<time>.json`; to compare releases document by document, write "
    "this file as JSON Lines and map it, as the section lighteval of docs/collectors.md shows"
)
PAGE = "name the result that the tool writes for programs (JSON, JSON Lines, XML, CSV); it often lies beside the page"
SUITE = "validate a whole suite, and save that result: it says how many expectations there are, and of which data"
CONFORMS = "describe it by Croissant 1.0 or later, which says so in `conformsTo`; mlcroissant writes such files"
CACHE = "name the run itself: `.latest_test_run.json` in the same folder"
CARD = (
    "write results under `model-index`, each with a task, a dataset with type and name, and metrics with type and "
    "value; `govkit read FILE --format hugging-face` says what is missing"
)
UTF_8 = "save it as UTF-8; in PowerShell, `command | Out-File -Encoding utf8 FILE` does"
TYPED = "remove the document type (<!DOCTYPE ...>), which is never read, or have the tool write the file without it"
EXPORT = "export the results as JSON or CSV, then write a mapping file for them"
UNPACK = "unpack it, and name the file or folder that was in it"
K6 = "run k6 with `--summary-export FILE`, or write the summary in `handleSummary`, and use that file"
LOCUST = "use the table of the same run that ends in _stats.csv"
GUIDELLM = "write the report as JSON: `guidellm run ... --output kind=json`"
MLPERF = (
    "for speed use mlperf_log_summary.txt; put the accuracy into a JSON or CSV file and write a mapping file for it"
)


class Impression(NamedTuple):
    """What the file looks like, and a way to have it read."""

    looks: str
    fix: str


class Shape(NamedTuple):
    """Keys (as a path, separated by blanks) of a JSON document, or its first line; words of a text. All are there."""

    name: str
    keys: tuple[str, ...]
    fix: str = MAPPING


_SECTIONS = (
    "data_drift", "data_quality", "cat_target_drift", "num_target_drift", "classification_performance",
    "probabilistic_classification_performance", "regression_performance",
)  # fmt: skip
"""Sections of Evidently's profiles. Source: evidently/model_profile/sections at 0.1.56."""

SHAPES: tuple[Shape, ...] = (
    Shape("a DeepEval test run without its metricsScores", ("testRunData testCases",)),
    Shape("DeepEval's cache of answers", ("test_cases_lookup_map",), CACHE),
    Shape("what `.save()` of Evidently before 0.7 writes", ("suite", "metrics_ids", "test_ids"), SAVED),
    *(Shape("a profile of Evidently 0.1", (f"{section} data utility_columns",)) for section in _SECTIONS),
    Shape("an MTEB result", ("mteb_version", "scores")),
    Shape("a HELM run specification", ("scenario_spec", "adapter_spec"), RUN),
    Shape("HELM scenario state", ("adapter_spec", "request_states"), RUN),
    Shape(
        "a hit log of garak, which holds only attacks that succeeded",
        ("goal", "attempt_id", "probe", "detector"),
        WHOLE,
    ),
    Shape("the result of a single expectation of Great Expectations", ("expectation_config", "exception_info"), SUITE),
    Shape(
        "a Croissant description without `conformsTo`, as 0.8 wrote it",
        ("@type", "distribution", "recordSet"),
        CONFORMS,
    ),
    Shape("HELM per-instance statistics", ("0 instance_id", "0 stats"), RUN),
    Shape("single samples of k6 (`--out json`)", ("metric", "data contains", "data thresholds"), K6),
    Shape(
        "single requests of LLMPerf", ("0 ttft_s", "0 end_to_end_latency_s"), "use the file that ends in _summary.json"
    ),
    Shape(
        "single requests of inference-perf",
        ("0 start_time", "0 end_time", "0 request", "0 info"),
        "use summary_lifecycle_metrics.json, or stage_N_lifecycle_metrics.json, of the same run",
    ),
    Shape(
        "what inference-perf asks of Prometheus",
        ("load_summary", "successes queue_len"),
        "use the file of the same run with lifecycle in its name",
    ),
    Shape("the log of answers of MLPerf LoadGen", ("0 seq_id", "0 qsl_idx"), MLPERF),
    Shape("a report of AIPerf", ("aiperf_version",)),
    Shape("a report of GenAI-Perf, or of AIPerf", ("input_config", "request_latency unit")),
    Shape("a report of GenAI-Perf, or of AIPerf", ("input_config", "request_throughput unit")),
    Shape("a report of trtllm-bench", ("engine", "world_info", "request_info", "performance")),
    Shape("a benchmark of single batches of SGLang", ("run_name", "batch_size", "input_len", "overall_throughput")),
    Shape("an offline benchmark of SGLang", ("backend", "successful_requests", "total_latency", "total_throughput")),
    Shape(
        "a vLLM benchmark in the shape of PyTorch's dashboard",
        ("0 benchmark", "0 model", "0 metric benchmark_values"),
        "use the file of the same run without .pytorch in its name",
    ),
)
"""Source: files of each tool, read in November 2026."""

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"SQLite format 3\0", "an SQLite database of something else than MLflow"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a zip archive without an Inspect log in it"),
    (b"\x89PNG", "a picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"BZh", "a bzip2 archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"ARROW1", "an Arrow file"),
    (b"GGUF", "a model in GGUF"),
    *((b"\x80" + bytes([protocol]), "a Python pickle, which is never loaded") for protocol in range(2, 6)),
)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_XML = (b"<?xml", b"<!doctype")
TEXTS: tuple[Shape, ...] = (
    Shape("a Hugging Face model card whose model index is not valid, or states no result", ("model-index:",), CARD),
)
"""Words that stand in the beginning of a text."""

BEGINNINGS: tuple[tuple[bytes, str, str], ...] = (
    (b"Method,Name,Error,", "the failures Locust counted", LOCUST),
    (b"Count,Message,Traceback,", "the exceptions Locust met", LOCUST),
    (b"Timestamp,User Count,Type,Name,", "the history of Locust's statistics", LOCUST),
    (b"metric_name,timestamp,metric_value,", "single samples of k6 (`--out csv`)", K6),
    (b"Run Info,Run Info,", "a table of GuideLLM, whose header has several lines", GUIDELLM),
    (b"Type,Run Id,Id,Name,", "a table of GuideLLM", GUIDELLM),
    (b":::MLLOG", "the detailed log of MLPerf LoadGen", MLPERF),
    (b"accuracy=", "the accuracy of an MLPerf run", MLPERF),
    (b"{'rouge1':", "the accuracy of an MLPerf run", MLPERF),
)
"""How a text of each tool begins. Source: files of each tool, read in November 2026."""


def _has(value: Any, path: str) -> bool:
    """Whether the keys of a path lead to a value; a whole number also counts into a list."""
    for key in path.split():
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return False
    return True


FOOTER_BYTES = 1024 * 1024
DETAILS = ((b"model_response", b"metric"), (b"num_asked_few_shots", b"metrics"))
"""Columns that lighteval's files of single documents have since 0.11, and had before. Source: `info_loggers.py`."""


def _parquet(source: Source) -> Impression:
    """A Parquet file names its columns at its end; nothing of it is decoded."""
    with source.stream() as stream:
        stream.seek(max(0, source.size - FOOTER_BYTES))
        footer = stream.read(FOOTER_BYTES)
    if any(all(column in footer for column in columns) for columns in DETAILS):
        return Impression("it looks like a Parquet file of lighteval, with the scores of single documents", RESULT)
    return Impression("it looks like a Parquet file", EXPORT)


def begun(source: Source) -> Impression | None:
    """What the first bytes say for certain; None when they say nothing."""
    start = source.head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, looks, fix in BEGINNINGS:
        if start.startswith(mark):
            return Impression(f"it looks like {looks}", fix)
    return None


def impression(source: Source) -> Impression:
    """What a file looks like that no collector reads, and what can be done."""
    if source.head.startswith(b"PAR1"):
        return _parquet(source)
    for start, looks in MAGIC:
        if source.head.startswith(start):
            return Impression(f"it looks like {looks}", UNPACK if "archive" in looks else EXPORT)
    if source.head.startswith(_UTF_16):
        return Impression("it looks like text in UTF-16 or UTF-32", UTF_8)
    if source.head[8:12] == b"DUCK":
        return Impression("it looks like a DuckDB database", EXPORT)
    if (known := begun(source)) is not None:
        return known
    value = source.document if source.document is not None else source.first_row
    if value is not None:
        looks, fix = _json_kind(value, source)
        return Impression(f"it looks like {looks}", fix)
    for shape in TEXTS:
        if all(word.encode() in source.head for word in shape.keys):
            return Impression(f"it looks like {shape.name}", shape.fix)
    if source.head.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        return Impression("it looks like a web page, made for reading", PAGE)
    if source.head.removeprefix(codecs.BOM_UTF8).lstrip()[:15].lower().startswith(_XML):
        return Impression("it looks like XML of no known kind", TYPED if b"<!DOCTYPE" in source.head else EXPORT)
    if b"\0" in source.head:
        return Impression("it is binary and of no known kind", EXPORT)
    lines = source.head.decode("utf-8", "replace").splitlines()
    if len(lines) > 1 and lines[0].count(",") == lines[1].count(",") > 0:
        return Impression("it looks like a CSV table", MAPPING)
    return Impression("it is text of no known kind", EXPORT)


def _json_kind(value: Any, source: Source) -> Impression:
    for shape in SHAPES:
        if all(_has(value, key) for key in shape.keys):
            return Impression(shape.name, shape.fix)
    if source.document is None:
        return Impression("JSON Lines of no known kind", MAPPING)
    if isinstance(value, dict):
        keys = ", ".join(repr(str(key)[:30]) for key in list(value)[:6])
        known = f"a JSON object of no known kind, with the keys {keys}" if keys else "an empty JSON object"
        return Impression(known, MAPPING)
    listed = "a JSON list of no known kind" if listing({"": value}, "") else "JSON with nothing to read"
    return Impression(listed, MAPPING)
