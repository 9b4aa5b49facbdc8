"""lighteval results: `results/<model>/results_<time>.json`.

Format: `lighteval/logging/evaluation_tracker.py` and `info_loggers.py`, read at 0.13, and the result that lighteval's
documentation shows (2024). Files of single documents are Parquet and are not read.
Measures: `lighteval/<task>/<metric>`; few-shot count, task version and, of rows that average over tasks, `aggregate`
are conditions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from govkit.collectors.lighteval_tasks import Metric, Task, Tasks, task_of
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import (
    Number,
    Spread,
    Warnings,
    agrees_with_binary,
    fields,
    name,
    number,
    pointer,
    revision_kind,
    section,
    spread,
    whole_successes,
)
from govkit.errors import CollectorError
from govkit.files import finite
from govkit.model.evidence import Flag, Measurement, ModelRef, Reading, RunStatus, ToolRef

FORMAT = "lighteval"
VERSION = "2"

BINARY = frozenset({"acc", "acc_norm", "acc_norm_nospace", "em", "qem", "pem", "pqem", "perfect_em", "exact_match"})
"""Metrics that are 0 or 1 for every document. Source: lighteval/metrics/metrics_sample.py, read at 0.13."""

_STDERR = "_stderr"
_SHA = re.compile(r"[0-9a-f]{40}")
_SETTINGS = ("max_samples", "num_fewshot_seeds", "override_batch_size", "model_dtype", "model_size")
_MODEL_SETTINGS = ("dtype", "batch_size", "system_prompt", "override_chat_template", "seed")
_GENERATION = ("temperature", "top_p", "top_k", "seed", "max_new_tokens")
_NO_DATE = "no-date: the file holds no date; lighteval writes it into the file's name only"


def sniff(source: Source) -> Sniffed | None:
    """Results with a general configuration and the configuration of every task."""
    if not _is_result(source.document):
        return None
    return Sniffed(FORMAT, 0.95, None, "config_general, config_tasks and results")


def _is_result(document: Any) -> bool:
    return isinstance(document, dict) and all(
        isinstance(document.get(key), dict) for key in ("config_general", "config_tasks", "results")
    )


def collect(source: Source) -> Reading:
    """Every metric of every task, and the averages lighteval adds."""
    document = source.json_document()
    if not _is_result(document):
        fix = "check the format; `govkit read FILE` without --format says what the file looks like"
        raise CollectorError("is not a result file of lighteval", fix=fix)
    tasks = Tasks(document)
    measured = tuple(_measurements(document, tasks))
    status, limited = _status(document, tasks)
    model, doubts, flags = _model(section(document, "config_general"))
    sha = name(section(document, "config_general").get("lighteval_sha"), 60)
    return Reading(
        format=FORMAT,
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name="lighteval", version=f"commit {sha}" if sha and sha != "?" else None),
        model=model,
        status=status,
        flags=flags,
        config=_config(section(document, "config_general")),
        measurements=measured,
        warnings=(
            *limited,
            *_unmeasured(tasks),
            *doubts,
            _NO_DATE,
            *(() if measured else ("no-measurements: the file holds no metric",)),
        ),
    )


def _status(document: dict[str, Any], tasks: Tasks) -> tuple[RunStatus, Warnings]:
    """Results are written at the end, so what is there is complete unless fewer documents were asked for."""
    if not tasks.measured:
        return "unknown", ()
    counted = [(task.name, tasks.documents(task), tasks.planned(task)) for task in tasks.measured]
    short = [f"{task} {n} of {whole}" for task, n, whole in counted if n is not None and whole and n < whole]
    whole_run = bool(counted) and all(n is not None and n == whole for _, n, whole in counted)
    limit = section(document, "config_general").get("max_samples")
    if limit is not None and not whole_run:
        return "partial", (f"limited-run: at most {name(limit, 20)} documents of every task were evaluated",)
    if short:
        return "partial", (f"limited-run: fewer documents than the task holds: {', '.join(short[:5])}",)
    return "complete", ()


def _unmeasured(tasks: Tasks) -> Warnings:
    missing = [name(key, 60) or "?" for key in tasks.unmeasured()]
    listed = ", ".join(missing[:5])
    return (f"no-result: {len(missing)} task(s) that were asked for have no result: {listed}",) if missing else ()


def _model(general: dict[str, Any]) -> tuple[ModelRef | None, Warnings, tuple[Flag, ...]]:
    config = fields(general.get("model_config"))
    ident = name(general.get("model_name")) or name(config.get("model_name"))
    sha, branch = name(general.get("model_sha")), name(config.get("revision")) or name(general.get("model_revision"))
    revision = sha if sha and _SHA.fullmatch(sha) else branch
    if ident is None:
        return None, ("model-unknown: the file does not name the model it measured",), ()
    mocked: tuple[Flag, ...] = ("mock-model",) if ident == "dummy" else ()
    doubts = ["mock-model: the model 'dummy' gives random answers; nothing was measured"] if mocked else []
    kind = revision_kind(revision)
    if kind == "mutable":
        doubts.append(f"mutable-revision: {revision!r} is a branch, which can move; the file gives no commit")
    elif revision is None:
        doubts.append("model-unpinned: the file gives no revision of the model")
    return ModelRef(id=ident, revision=revision, revision_kind=kind), tuple(doubts), mocked


def _config(general: dict[str, Any]) -> dict[str, str]:
    config = fields(general.get("model_config"))
    generation = section(config, "generation_parameters")
    stated = [(key, general.get(key)) for key in _SETTINGS] + [(key, config.get(key)) for key in _MODEL_SETTINGS]
    stated += [(f"generation {key}", generation.get(key)) for key in _GENERATION]
    return {key: text for key, raw in stated if (text := name(raw, 100)) is not None}


def _measurements(document: dict[str, Any], tasks: Tasks) -> Iterator[Measurement]:
    for key, row in section(document, "results").items():
        task = task_of(key)
        for word in fields(row):
            if not (word.endswith(_STDERR) and word.removesuffix(_STDERR) in row):
                yield _one(document, tasks, task, row, word)


def _one(document: dict[str, Any], tasks: Tasks, task: Task, row: dict[str, Any], word: str) -> Measurement:
    value, warnings = number(row[word])
    metric, n = tasks.metric(task, word), tasks.documents(task)
    repeated = _repeated(document) and not task.aggregate
    error, doubts = _error(task, metric, row.get(f"{word}{_STDERR}"), n, repeated)
    binary = word.partition(":")[0] in BINARY and _is_mean(metric) and not task.aggregate
    rate = binary and value is not None and 0 <= value <= 1
    said = [*warnings, *doubts]
    if tasks.filled_in(task, word):
        value, rate = None, False
        said.append("filled-in: lighteval counts 0 for tasks that lack a metric of the first task of their group")
    if n is None and not task.aggregate:
        said.append("no-count: the file does not say how many documents the value rests on")
    if metric.aggregation is not None and not _is_mean(metric):
        said.append(f"not-a-mean: the value is made from all documents by {metric.aggregation[:60]!r}, not their mean")
    if metric.judged:
        said.append("judge-model: a model gave the scores, and the file does not name it")
    return Measurement(
        measure=name(f"lighteval/{task.name}/{word}") or FORMAT,
        value=value,
        unit="proportion" if rate else None,
        higher_is_better=metric.higher_is_better,
        n=n,
        n_basis="items" if n is not None else None,
        successes=_successes(Number(value), n, error) if rate and not repeated else None,
        stderr=error,
        stderr_method="analytic" if error is not None else None,
        planned=tasks.planned(task),
        flags=("judge-unvalidated",) if metric.judged else (),
        conditions=_conditions(document, tasks, task, metric),
        dataset=tasks.dataset(task),
        place=pointer("results", task.key, word),
        warnings=tuple(said),
    )


def _is_mean(metric: Metric) -> bool:
    """As lighteval itself tells means from other aggregations: by the function's name."""
    return metric.aggregation is not None and "mean" in metric.aggregation.lower()


def _repeated(document: dict[str, Any]) -> bool:
    """Whether every document was asked several times, with other examples in the prompt."""
    seeds = finite(section(document, "config_general").get("num_fewshot_seeds"))
    return seeds is not None and seeds > 1


def _error(task: Task, metric: Metric, raw: Any, n: int | None, repeated: bool) -> Spread:
    """The standard error of a mean over documents. Of anything else lighteval's is wrong, and is left out.

    Source: lighteval/metrics/utils/stderr.py, `bootstrap_stderr` divides the deviation of its draws by their root.
    """
    if repeated and finite(raw) is not None:
        return Spread(
            None, ("repeated-documents: lighteval's error takes every answer to the same document for another one",)
        )
    if finite(raw) is None or (_is_mean(metric) and not task.aggregate):
        return spread(raw, n)
    if task.aggregate:
        return Spread(None, ("averaged-stderr: lighteval averages the tasks' standard errors, which gives none",))
    if metric.aggregation is None:
        return Spread(
            None, ("unclear-stderr: the file does not say whether the metric is a mean, so its error is not used",)
        )
    return Spread(
        None, ("wrong-stderr: of what is no mean lighteval gives an error that is too small by the root of its draws",)
    )


def _successes(value: Number, n: int | None, error: float | None) -> int | None:
    if value.value is None or n is None or not agrees_with_binary(value.value, n, error):
        return None
    return whole_successes(value.value, n)


def _conditions(document: dict[str, Any], tasks: Tasks, task: Task, metric: Metric) -> dict[str, str]:
    stated = {
        "few-shot": task.shots,
        "few-shot-seeds": section(document, "config_general")["num_fewshot_seeds"] if _repeated(document) else None,
        "task-version": tasks.version(task, section(document, "versions")),
        "aggregate": task.aggregate,
        "aggregation": metric.aggregation if metric.aggregation and not _is_mean(metric) else None,
    }
    return {word: text for word, raw in stated.items() if (text := name(raw)) is not None}
