"""Answers of MLflow's server, saved as JSON: `runs/get`, `runs/search`, and what `govkit fetch mlflow` writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from govkit.collectors.mlflow_runs import Logged, Run, Store, bounded, experiment_label, models_told, unclamped
from govkit.collectors.values import Warnings, fields, listing, name, pointer, section
from govkit.errors import CollectorError
from govkit.files import finite
from govkit.model.evidence import DatasetRef, ModelRef

SCHEMA = "govkit.mlflow-runs/1"
_FAMILY = "govkit.mlflow-runs/"


def looks_like_answer(document: Any) -> bool:
    """Whether a JSON document is such an answer."""
    if str(fields(document).get("schema", "")).startswith(_FAMILY):
        return True
    run = section(document, "run") or (fields(listing(document, "runs")[0]) if listing(document, "runs") else {})
    info = section(run, "info")
    return ("run_id" in info or "run_uuid" in info) and "experiment_id" in info and "status" in info


def store(document: Any) -> Store:
    """Every run in the answer; raises CollectorError."""
    schema = fields(document).get("schema")
    if isinstance(schema, str) and schema.startswith(_FAMILY) and schema != SCHEMA:
        raise CollectorError(f"has the schema {schema[:60]!r}, and {SCHEMA} is read", fix="use a newer govkit")
    notes: Warnings = ()
    if fields(document).get("next_page_token"):
        notes = ("limited-run: the answer says that there are more runs than it holds",)
    return Store("rest", None, bounded(_runs(document)), notes)


def _runs(document: dict[str, Any]) -> Iterator[Run]:
    names = section(document, "experiments")
    if section(document, "run"):
        yield _run(section(document, "run"), pointer("run"), names)
    for index, raw in enumerate(listing(document, "runs")):
        yield _run(fields(raw), pointer("runs", index), names)


def _run(run: dict[str, Any], place: str, names: dict[str, Any]) -> Run:
    info, content = section(run, "info"), section(run, "data")
    ident = name(info.get("run_id") or info.get("run_uuid"), 80)
    if ident is None:
        raise CollectorError(f"{place} has no run id", fix="save the whole answer of the server", pointer=place)
    tags = _texts(content, "tags")
    experiment = info.get("experiment_id")
    found = Run(
        id=ident,
        name=name(info.get("run_name") or tags.get("mlflow.runName"), 80),
        experiment=experiment_label(names.get(str(experiment)), experiment),
        status=str(info.get("status")),
        deleted=info.get("lifecycle_stage") == "deleted",
        started_ms=_whole(info.get("start_time")),
        ended_ms=_whole(info.get("end_time")),
        metrics=tuple(_metrics(run, content, place)),
        params=_texts(content, "params"),
        tags=tags,
        datasets=tuple(sorted(_datasets(run))),
    )
    return found._replace(models=tuple(_models(run)) or models_told(found))


def _whole(raw: Any) -> Any:
    """Whole numbers of 64 bits, which the protocol's JSON writes as text."""
    return int(raw) if isinstance(raw, str) and raw.isascii() and raw.isdecimal() and len(raw) < 20 else raw


def _float(raw: Any) -> Any:
    """The protocol's JSON writes what is no number as text."""
    return float(raw) if raw in ("NaN", "Infinity", "-Infinity") else unclamped(raw)


def _texts(content: dict[str, Any], part: str) -> dict[str, str]:
    given = [fields(one) for one in listing(content, part)]
    return {str(one["key"]): one["value"] for one in given if "key" in one and isinstance(one.get("value"), str)}


def _metrics(run: dict[str, Any], content: dict[str, Any], place: str) -> Iterator[Logged]:
    for index, raw in enumerate(listing(content, "metrics")):
        metric = fields(raw)
        key = str(metric.get("key"))
        ident = name(metric.get("dataset_name"))
        dataset = DatasetRef(id=ident, revision=name(metric.get("dataset_digest"))) if ident else None
        one = Logged(
            key,
            _float(metric.get("value")),
            _whole(metric.get("timestamp")),
            _whole(metric.get("step", 0)),
            place + pointer("data", "metrics", index),
            dataset=dataset,
        )
        yield _checked(one, listing(section(run, "history"), key))


def _checked(one: Logged, history: list[Any]) -> Logged:
    """The value, held against the saved history of the metric: it must be its latest."""
    if not history:
        return one
    ranks = [_rank(fields(value)) for value in history]
    mine = (finite(one.step) or 0.0, finite(one.at_ms) or 0.0, finite(one.raw) or 0.0)
    if max(ranks) != mine:
        note = "history-conflict: the value is not the latest of the metric's history"
        return one._replace(raw=None, times=len(ranks), notes=(note,))
    return one._replace(times=len(ranks))


def _rank(value: dict[str, Any]) -> tuple[float, float, float]:
    step, at = finite(_whole(value.get("step", 0))), finite(_whole(value.get("timestamp")))
    return (step or 0.0, at or 0.0, finite(_float(value.get("value"))) or 0.0)


def _datasets(run: dict[str, Any]) -> Iterator[str]:
    for raw in listing(section(run, "inputs"), "dataset_inputs"):
        dataset = section(raw, "dataset")
        uses = [
            fields(tag).get("value") for tag in listing(raw, "tags") if fields(tag).get("key") == "mlflow.data.context"
        ]
        use = name(uses[0], 40) if uses else None
        parts = (name(dataset.get("name"), 60), name(dataset.get("digest"), 20), f"for {use}" if use else None)
        yield " ".join(part for part in parts if part) or "unnamed"


def _models(run: dict[str, Any]) -> Iterator[ModelRef]:
    """Models a run logged since MLflow 3."""
    for raw in listing(section(run, "outputs"), "model_outputs"):
        ident = name(fields(raw).get("model_id"))
        if ident:
            yield ModelRef(id=ident, revision=ident)
