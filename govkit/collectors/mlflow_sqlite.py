"""The SQLite store of MLflow, opened so that nothing is written: not the file, no journal, no lock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from govkit.collectors.mlflow_assessments import (
    ARTIFACTS,
    IS_EVALUATION,
    RUN_TYPE,
    Assessment,
    Items,
    scored,
    value_of,
)
from govkit.collectors.mlflow_runs import (
    MOST_RUNS,
    MOST_VALUES,
    Logged,
    Run,
    Store,
    bounded,
    experiment_label,
    unclamped,
)
from govkit.collectors.source import Source
from govkit.collectors.sqlite_file import Database, has_tables, opened, too_large
from govkit.collectors.values import Warnings, name
from govkit.errors import CollectorError
from govkit.model.evidence import DatasetRef, ModelRef

NEEDED = frozenset({"alembic_version", "runs", "latest_metrics"})

_TAGS = (
    "mlflow.source.git.commit",
    "mlflow.source.name",
    "mlflow.autologging",
    "mlflow.log-model.history",
    RUN_TYPE,
    IS_EVALUATION,
    ARTIFACTS,
)
_ITEM = "mlflow.eval.requestId"


def looks_like_store(source: Source) -> bool | None:
    """Whether an SQLite file has the tables of MLflow; None when it is too broken to tell. Never raises."""
    return has_tables(source, NEEDED)


def store(source: Source) -> Store:
    """Every run in the file; raises CollectorError."""
    with opened(source) as database:
        missing = NEEDED - database.tables.keys()
        if missing:
            what = f"is an SQLite file without MLflow's tables ({', '.join(sorted(missing))})"
            raise CollectorError(what, fix="name the file behind `sqlite:///...` in the tracking URI")
        versions = [name(row[0], 40) for row in database.select("alembic_version", "version_num")]
        return Store("sqlite", versions[0] if versions else None, bounded(_runs(database)), _notes(source))


def _notes(source: Source) -> Warnings:
    if source.head[18:19] != b"\x02":
        return ()
    return ("write-ahead-log: what MLflow had not yet written into the file itself is not seen",)


def _runs(database: Database) -> Iterator[Run]:
    rows = database.select(
        "runs", "run_uuid", "name", "status", "start_time", "end_time", "lifecycle_stage", "experiment_id"
    )
    if len(rows) > MOST_RUNS:
        raise too_large()
    experiments = {
        row[0]: row[1:] for row in database.select("experiments", "experiment_id", "name", "lifecycle_stage")
    }
    metrics, params, tags = _metrics(database), _texts(database, "params"), _texts(database, "tags", _TAGS)
    datasets, models, evaluations = _datasets(database), _models(database), Evaluations(database)
    for ident, label, status, started, ended, stage, experiment in rows:
        named, experiment_stage = experiments.get(experiment, (None, None))
        run = str(ident)
        yield Run(
            id=run,
            name=name(label, 80),
            experiment=experiment_label(named, experiment),
            status=str(status),
            deleted="deleted" in (stage, experiment_stage),
            started_ms=started,
            ended_ms=ended,
            metrics=tuple(evaluations.behind(run, sorted(metrics.get(run, []), key=lambda one: one.key))),
            params=params.get(run, {}),
            tags=tags.get(run, {}),
            datasets=tuple(sorted(datasets.get(run, []))),
            models=tuple(models.get(run, [])),
        )


def _metrics(database: Database) -> dict[str, list[Logged]]:
    rows = database.select("latest_metrics", "run_uuid", "key", "value", "timestamp", "step", "is_nan")
    if len(rows) > MOST_VALUES:
        raise too_large()
    measured_on = _measured_on(database)
    found: dict[str, list[Logged]] = defaultdict(list)
    for run, key, value, at, step, is_nan in rows:
        raw = float("nan") if is_nan else unclamped(value)
        dataset = measured_on.get((run, key, step, at))
        place = f"latest_metrics where run_uuid = {run} and key = {key}"
        found[str(run)].append(Logged(str(key), raw, at, step, place, dataset=dataset))
    return found


def _texts(database: Database, table: str, keys: tuple[str, ...] = ()) -> dict[str, dict[str, str]]:
    """Keys and values by run."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for run, key, value in database.select(table, "run_uuid", "key", "value", keys=keys):
        if isinstance(value, str):
            found[str(run)][str(key)] = value
    return found


def _measured_on(database: Database) -> dict[tuple[Any, ...], DatasetRef]:
    """The dataset of a metric that was logged with a model and a dataset; since MLflow 3."""
    found: dict[tuple[Any, ...], DatasetRef | None] = {}
    columns = ("run_id", "metric_name", "metric_step", "metric_timestamp_ms", "dataset_name", "dataset_digest")
    for *key, label, digest in database.select("logged_model_metrics", *columns):
        ident = name(label)
        if ident is not None:
            one = DatasetRef(id=ident, revision=name(digest))
            found[tuple(key)] = one if found.get(tuple(key), one) == one else None
    return {key: one for key, one in found.items() if one is not None}


def _datasets(database: Database) -> dict[str, list[str]]:
    """Datasets a run was given, with what they were for."""
    known = {row[0]: row[1:] for row in database.select("datasets", "dataset_uuid", "name", "digest")}
    uses: dict[Any, str] = {}
    for ident, key, value in database.select("input_tags", "input_uuid", "name", "value"):
        if key == "mlflow.data.context" and isinstance(value, str):
            uses[ident] = value
    found: dict[str, list[str]] = defaultdict(list)
    inputs = database.select("inputs", "input_uuid", "source_type", "source_id", "destination_type", "destination_id")
    for ident, source_type, source, destination_type, run in inputs:
        if source_type == "DATASET" and destination_type == "RUN" and source in known:
            label, digest = known[source]
            use = f" for {uses[ident]}" if ident in uses else ""
            found[str(run)].append(f"{name(label, 60)} {name(digest, 20) or ''}{use}".strip())
    return found


def _models(database: Database) -> dict[str, list[ModelRef]]:
    """Models a run logged; since MLflow 3."""
    found: dict[str, list[ModelRef]] = defaultdict(list)
    for ident, label, run, stage in database.select(
        "logged_models", "model_id", "name", "source_run_id", "lifecycle_stage"
    ):
        if run and stage != "deleted":
            found[str(run)].append(ModelRef(id=name(label) or name(ident) or "model", revision=name(ident)))
    return found


class Evaluations:
    """Assessments of single items by run, as `mlflow.genai.evaluate` keeps them.

    A store may hold the traces of a whole service; where there are more than are read, nothing is known of any.
    """

    def __init__(self, database: Database) -> None:
        self._items: dict[str, Items] = {}
        self._assessments: dict[str, list[Assessment]] = {}
        try:
            self._items, self._assessments = _items(database), _assessments(database)
        except CollectorError as error:
            if error.ident != "too-large":
                raise

    def behind(self, run: str, metrics: Iterable[Logged]) -> Iterator[Logged]:
        """The metrics of a run with what stands behind them."""
        items = self._items.get(run)
        if items is None:
            yield from metrics
            return
        mine = [one for trace in items.traces for one in self._assessments.get(trace, [])]
        for one in metrics:
            yield one._replace(scored=scored(one.key, one.raw, mine, items))


def _items(database: Database) -> dict[str, Items]:
    """The traces of every run that answer its items: calls of judges may be traced beside them."""
    told = database.select(
        "trace_request_metadata", "key", "value", "request_id", keys=("mlflow.sourceRun", "mlflow.traceInputs")
    )
    inputs = {str(trace): text for key, text, trace in told if key == "mlflow.traceInputs" and isinstance(text, str)}
    found: dict[str, set[str]] = defaultdict(set)
    for key, run, trace in told:
        if key == "mlflow.sourceRun":
            found[str(run)].add(str(trace))
    failed = {
        str(trace) for trace, status in database.select("trace_info", "request_id", "status") if status == "ERROR"
    }
    marked = {str(row[0]) for row in database.select("trace_tags", "request_id", "key", keys=(_ITEM,))}
    traces = {run: some & marked or some for run, some in found.items()}
    return {run: Items(frozenset(some), frozenset(some & failed), inputs) for run, some in traces.items()}


def _assessments(database: Database) -> dict[str, list[Assessment]]:
    """Assessments by trace, without those that another one replaced."""
    columns = ("trace_id", "name", "assessment_type", "value", "error", "source_type", "source_id", "valid")
    found: dict[str, list[Assessment]] = defaultdict(list)
    for trace, scorer, kind, value, fault, source_type, source, valid in database.select("assessments", *columns):
        if kind == "feedback" and valid != 0:
            judge = name(source, 80) if source_type == "LLM_JUDGE" else None
            one = Assessment(
                str(trace), str(scorer), value_of(value), fault is not None, source_type == "LLM_JUDGE", judge
            )
            found[str(trace)].append(one)
    return found
