"""EleutherAI lm-evaluation-harness: aggregate results, and the per-sample files written next to them.

Format: results of 0.4 (`lm_eval/result_schema.py` and `loggers/evaluation_tracker.py`, read at 0.4.13.dev0 and in files
of 0.4.9.2), of 0.3 and before (`acc` and `acc_stderr` directly under the task), and of the BigScience fork (a list).
Measures: `lm-eval/<task>/<metric>`; the filter, few-shot count and task version are conditions. A per-sample file gives
`lm-eval/<task>/sample-rows` (a count) and the scores of the single items under the metric's own measure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors import lm_eval_model, lm_eval_samples
from govkit.collectors.lm_eval_counts import Counts
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import (
    Number,
    Warnings,
    agrees_with_binary,
    instant,
    listing,
    name,
    number,
    pointer,
    section,
    spread,
    whole_successes,
)
from govkit.errors import CollectorError
from govkit.model.control import Unit
from govkit.model.evidence import Measurement, Reading, RunStatus

FORMAT = "lm-eval"
VERSION = "3"

BINARY = frozenset({"acc", "acc_norm", "acc_mutual_info", "exact_match"})
"""Metrics that are 0 or 1 for every document. (`acc` of a few tasks is a probability: the standard error tells.)

Source: lm_eval/api/task.py, `process_results` of the multiple-choice and generation tasks, and api/metrics.py.
"""

BOOTSTRAPPED = frozenset(
    (
        *("f1", "mcc", "perplexity", "ppl", "word_perplexity", "byte_perplexity", "bits_per_byte"),
        *("bleu", "chrf", "ter", "median"),
    )
)
"""Metrics whose standard error the harness finds by resampling; that of every mean is analytic.

Source: lm_eval/api/metrics.py, `stderr_for_metric`, read at 0.4.13.dev0.
"""

_NOT_METRICS = frozenset({"alias", "name", "sample_len", "sample_count", "samples", " ", ""})
_PLACEHOLDER = "bypass"
_SKIPPING = "nanmean"
"""An aggregation that leaves items without a number out, and whose standard error is resampled. Source: as above."""


class Key(NamedTuple):
    """A result key taken apart: `acc_stderr,none` is the standard error of `acc` under the filter `none`."""

    metric: str
    filter: str | None

    def stderr_key(self) -> str:
        """The key under which the standard error stands."""
        return f"{self.metric}_stderr" + (f",{self.filter}" if self.filter is not None else "")


def sniff(source: Source) -> Sniffed | None:
    """Results of 0.4, of 0.3 and before, of the BigScience fork, or a per-sample file."""
    if lm_eval_samples.has_rows(source):
        return Sniffed(FORMAT, 0.95, "0.4-samples", "rows with doc_id, target, resps and filtered_resps")
    document = source.document
    version = _shape(document)
    if version is None:
        return None
    reasons = {
        "0.4": "results, versions and config, with metrics named `metric,filter`",
        "0.3": "results and versions, with `metric` and `metric_stderr` under each task",
        "bigscience": "a list of results with task_name and prompt_name",
    }
    return Sniffed(FORMAT, 0.95 if version == "0.4" else 0.85, version, reasons[version])


def _shape(document: Any) -> str | None:
    """Which generation of result file a document is."""
    if not isinstance(document, dict) or "config_general" in document:
        return None
    results = document.get("results")
    if isinstance(results, list) and results:
        rows = [row for row in results if isinstance(row, dict) and "task_name" in row and "prompt_name" in row]
        return "bigscience" if len(rows) == len(results) else None
    if not isinstance(results, dict) or not isinstance(document.get("versions"), dict):
        return None
    rows = [row for row in results.values() if isinstance(row, dict)]
    keys = {key for row in rows for key in row}
    named = any("," in key and not key.startswith(",") for key in keys)
    if isinstance(document.get("config"), dict) and (named or "n-samples" in document or "configs" in document):
        return "0.4"
    if named and isinstance(document.get("n-samples"), dict):
        return "0.4"
    legacy = set(document) <= {"results", "versions", "config"} and any(f"{key}_stderr" in keys for key in keys)
    return "0.3" if legacy else None


def collect(source: Source) -> Reading:
    """Every metric of every task and group; a per-sample file gives the scores of its items."""
    if lm_eval_samples.has_rows(source):
        return lm_eval_samples.reading(source, FORMAT, VERSION)
    document = source.json_document()
    version = _shape(document)
    if version is None:
        fix = "check the format; `govkit read FILE` without --format says what the file looks like"
        raise CollectorError("is not a result file of lm-evaluation-harness", fix=fix)
    run = Counts(document)
    identity = lm_eval_model.identity(document)
    moment = instant(document.get("date"))
    measured = [one.model_copy(update={"at": moment.at}) for one in _measurements(document, version, run)]
    status, warnings = _status(document, run)
    if not measured:
        warnings += ("no-measurements: the file holds no metric",)
    kept = lm_eval_samples.embedded(section(document, "samples"))
    return Reading(
        format=FORMAT,
        format_version=version,
        collector=FORMAT,
        collector_version=VERSION,
        tool=identity.tool,
        model=identity.model,
        status=status,
        flags=identity.flags,
        config=lm_eval_model.settings(document),
        at=moment.at,
        at_text=moment.text,
        measurements=tuple(measured),
        samples=kept.samples,
        warnings=(*warnings, *identity.warnings, *kept.doubts),
    )


def _status(document: dict[str, Any], run: Counts) -> tuple[RunStatus, Warnings]:
    """The harness writes results only at the end, so what is there is complete unless fewer items were asked for."""
    config = section(document, "config")
    limit = config.get("limit")
    if limit:
        kept = f"limited-run: the run was limited ({name(limit, 20)}), which takes the first items, not a random sample"
        return ("complete" if run.nothing_left_out else "partial"), (kept,)
    if run.left_out:
        return "partial", (f"limited-run: fewer items than the task holds: {', '.join(run.left_out[:5])}",)
    return ("complete" if config else "unknown"), ()


def _measurements(document: dict[str, Any], version: str, run: Counts) -> Iterator[Measurement]:
    if version == "bigscience":
        for index, row in enumerate(listing(document, "results")):
            for key in _keys(row):
                yield _one(document, run, name(row.get("task_name")) or "task", row, key, ("results", index))
        return
    for part in ("results", "groups"):
        for task, row in section(document, part).items():
            repeated = part == "groups" and task in section(document, "results")
            if isinstance(row, dict) and not repeated:
                for key in _keys(row):
                    yield _one(document, run, task, row, key, (part, task))


def _keys(row: dict[str, Any]) -> Iterator[Key]:
    for key in row:
        metric, comma, applied = key.partition(",")
        text = isinstance(row[key], str) and not comma and f"{metric}_stderr" not in row
        stray = isinstance(row[key], dict | list) or (row[key] is None and not comma)
        if key in _NOT_METRICS or metric.endswith("_stderr") or metric == _PLACEHOLDER or text or stray:
            continue
        yield Key(metric, applied if comma else None)


def _one(
    document: dict[str, Any], run: Counts, task: str, row: dict[str, Any], key: Key, at: tuple[str | int, ...]
) -> Measurement:
    raw_key = key.metric + (f",{key.filter}" if key.filter is not None else "")
    value, warnings = number(row[raw_key])
    n = run.of(task, raw_key)
    stderr, doubts = spread(row.get(key.stderr_key()), n)
    k = _successes(document, run, task, key, Number(value), n, stderr)
    rate = key.metric in BINARY and value is not None and 0 <= value <= 1
    unit: Unit | None = "proportion" if rate else None
    if n is None:
        doubts += ("no-count: the file does not say how many items the value rests on",)
    skipping = _aggregation(document, task, key.metric) == _SKIPPING
    if skipping:
        doubts += ("unscored-items: items without a number are left out of this mean, and not counted",)
    resampled = skipping or key.metric in BOOTSTRAPPED
    return Measurement(
        measure=name(f"lm-eval/{task}/{key.metric}") or FORMAT,
        value=value,
        unit=unit,
        higher_is_better=_direction(document, task, key.metric),
        n=n,
        n_basis="items" if n is not None else None,
        successes=k,
        stderr=stderr,
        stderr_method=None if stderr is None else "bootstrap" if resampled else "analytic",
        planned=run.planned(task),
        conditions=_conditions(document, run, task, row, key),
        dataset=lm_eval_model.dataset(section(section(document, "configs"), task) or row),
        place=pointer(*at, raw_key),
        warnings=(*warnings, *doubts),
    )


def _direction(document: dict[str, Any], task: str, metric: str) -> bool | None:
    stated = section(section(document, "higher_is_better"), task).get(metric)
    return stated if isinstance(stated, bool) else None


def _conditions(document: dict[str, Any], run: Counts, task: str, row: dict[str, Any], key: Key) -> dict[str, str]:
    config = section(document, "config")
    shots = section(document, "n-shot").get(task, config.get("num_fewshot"))
    stated = {
        "filter": key.filter,
        "few-shot": shots,
        "task-version": section(document, "versions").get(task),
        "prompt": row.get("prompt_name"),
        "chat-template": document.get("chat_template_sha"),
        "aggregate": "group" if run.is_group(task) else None,
    }
    return {word: text for word, raw in stated.items() if (text := name(raw)) not in (None, "N/A")}


def _aggregation(document: dict[str, Any], task: str, metric: str) -> str | None:
    """How a task's values become one, where the file says so."""
    for item in listing(section(section(document, "configs"), task), "metric_list"):
        if isinstance(item, dict) and item.get("metric") == metric:
            return name(item.get("aggregation"))
    return None


def _successes(
    document: dict[str, Any], run: Counts, task: str, key: Key, value: Number, n: int | None, stderr: float | None
) -> int | None:
    """k, for metrics declared 0/1 whose value is k/n and whose standard error, where given, is that of k out of n."""
    if key.metric not in BINARY or run.is_group(task) or value.value is None or n is None:
        return None
    listed = listing(section(section(document, "configs"), task), "metric_list")
    means = [item.get("aggregation", "mean") for item in listed if isinstance(item, dict)]
    if any(aggregation != "mean" for aggregation in means):
        return None
    return whole_successes(value.value, n) if agrees_with_binary(value.value, n, stderr) else None
