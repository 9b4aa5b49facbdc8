"""The SQLite store of MLflow, opened so that nothing is written: not the file, no journal, no lock."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

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
from govkit.collectors.values import Warnings, name
from govkit.errors import CollectorError
from govkit.model.evidence import DatasetRef, ModelRef

MAGIC = b"SQLite format 3\0"
NEEDED = frozenset({"alembic_version", "runs", "latest_metrics"})

_WORK = 50_000_000
"""Steps of SQLite's machine after which a query is given up; a store of 2,000 runs takes some 5 million."""
_LONGEST = 16 * 1024 * 1024
"""Bytes of one value; parameters hold up to 6,000 characters."""

_TAGS = ("mlflow.source.git.commit", "mlflow.source.name", "mlflow.autologging", "mlflow.log-model.history")
_MOST_ROWS = 200_000


def looks_like_store(source: Source) -> bool | None:
    """Whether an SQLite file has the tables of MLflow; None when it is too broken to tell. Never raises."""
    if source.is_folder or not source.head.startswith(MAGIC):
        return False
    try:
        _whole(source)
        with _opened(source) as database:
            return database.tables.keys() >= NEEDED
    except CollectorError:
        return None


class _Database:
    """The tables of an open file; raises CollectorError."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        # Views and virtual tables are left out: what they run is up to whoever made the file.
        listed = self.rows("SELECT name, name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE TABLE%'")
        self.tables = {str(table): self._columns(str(table)) for table, _ in listed[:500]}

    def _columns(self, table: str) -> frozenset[str]:
        quoted = table.replace('"', '""')
        return frozenset(str(row[1]) for row in self.rows(f'PRAGMA table_info("{quoted}")'))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query, up to a bound."""
        try:
            found = self._connection.execute(query).fetchmany(_MOST_ROWS + 1)
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise _too_large() from error
            raise _broken(error) from error
        except (sqlite3.Error, OverflowError) as error:
            raise _broken(error) from error
        if len(found) > _MOST_ROWS:
            raise _too_large()
        return found

    def select(self, table: str, *columns: str, keys: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
        """These columns of a table, None for one that this version does not have; `keys` picks rows by their key."""
        known = self.tables.get(table, frozenset())
        if not known:
            return []
        wanted = ", ".join(f'"{column}"' if column in known else "NULL" for column in columns)
        chosen = f" WHERE key IN ({', '.join(map(repr, keys))})" if keys else ""
        return self.rows(f'SELECT {wanted} FROM "{table}"{chosen}')  # noqa: S608  (all names are ours, not the file's)


def _too_large() -> CollectorError:
    fix = "keep one experiment in the store, or fetch single runs from the server"
    return CollectorError("holds more than can be read as evidence", fix=fix, ident="too-large")


def _broken(error: Exception) -> CollectorError:
    fix = "copy the file again while no server is running"
    return CollectorError(f"is a broken SQLite file: {name(str(error), 200)}", fix=fix)


@contextmanager
def _opened(source: Source) -> Iterator[_Database]:
    address = source.path.resolve().as_uri() + "?mode=ro&immutable=1"
    try:
        connection = sqlite3.connect(address, uri=True)
    except sqlite3.Error as error:
        raise _broken(error) from error
    try:
        left = [_WORK // 10_000]

        def spent() -> int:
            left[0] -= 1
            return left[0] < 0

        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        connection.set_progress_handler(spent, 10_000)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "query_only = ON"):
            connection.execute(f"PRAGMA {pragma}")
        yield _Database(connection)
    except sqlite3.Error as error:
        raise _broken(error) from error
    finally:
        connection.close()


def store(source: Source) -> Store:
    """Every run in the file; raises CollectorError."""
    _whole(source)
    with _opened(source) as database:
        missing = NEEDED - database.tables.keys()
        if missing:
            what = f"is an SQLite file without MLflow's tables ({', '.join(sorted(missing))})"
            raise CollectorError(what, fix="name the file behind `sqlite:///...` in the tracking URI")
        versions = [name(row[0], 40) for row in database.select("alembic_version", "version_num")]
        return Store("sqlite", versions[0] if versions else None, bounded(_runs(database)), _notes(source))


def _whole(source: Source) -> None:
    """Raises CollectorError for a file that is shorter than it says."""
    head = source.head
    size = int.from_bytes(head[16:18], "big") if len(head) >= 100 else 0
    pages = int.from_bytes(head[28:32], "big")
    page = 65536 if size == 1 else size
    if not head.startswith(MAGIC) or (head[24:28] == head[92:96] and page * pages > source.size):
        fix = "copy the file again while no server is running"
        what = "is cut off" if head.startswith(MAGIC) else "is not an SQLite file"
        raise CollectorError(what, fix=fix)


def _notes(source: Source) -> Warnings:
    if source.head[18:19] != b"\x02":
        return ()
    return ("write-ahead-log: what MLflow had not yet written into the file itself is not seen",)


def _runs(database: _Database) -> Iterator[Run]:
    rows = database.select(
        "runs", "run_uuid", "name", "status", "start_time", "end_time", "lifecycle_stage", "experiment_id"
    )
    if len(rows) > MOST_RUNS:
        raise _too_large()
    experiments = {
        row[0]: row[1:] for row in database.select("experiments", "experiment_id", "name", "lifecycle_stage")
    }
    metrics, params, tags = _metrics(database), _texts(database, "params"), _texts(database, "tags", _TAGS)
    datasets, models = _datasets(database), _models(database)
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
            metrics=tuple(sorted(metrics.get(run, []), key=lambda one: one.key)),
            params=params.get(run, {}),
            tags=tags.get(run, {}),
            datasets=tuple(sorted(datasets.get(run, []))),
            models=tuple(models.get(run, [])),
        )


def _metrics(database: _Database) -> dict[str, list[Logged]]:
    rows = database.select("latest_metrics", "run_uuid", "key", "value", "timestamp", "step", "is_nan")
    if len(rows) > MOST_VALUES:
        raise _too_large()
    measured_on = _measured_on(database)
    found: dict[str, list[Logged]] = defaultdict(list)
    for run, key, value, at, step, is_nan in rows:
        raw = float("nan") if is_nan else unclamped(value)
        dataset = measured_on.get((run, key, step, at))
        place = f"latest_metrics where run_uuid = {run} and key = {key}"
        found[str(run)].append(Logged(str(key), raw, at, step, place, dataset=dataset))
    return found


def _texts(database: _Database, table: str, keys: tuple[str, ...] = ()) -> dict[str, dict[str, str]]:
    """Keys and values by run."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for run, key, value in database.select(table, "run_uuid", "key", "value", keys=keys):
        if isinstance(value, str):
            found[str(run)][str(key)] = value
    return found


def _measured_on(database: _Database) -> dict[tuple[Any, ...], DatasetRef]:
    """The dataset of a metric that was logged with a model and a dataset; since MLflow 3."""
    found: dict[tuple[Any, ...], DatasetRef | None] = {}
    columns = ("run_id", "metric_name", "metric_step", "metric_timestamp_ms", "dataset_name", "dataset_digest")
    for *key, label, digest in database.select("logged_model_metrics", *columns):
        ident = name(label)
        if ident is not None:
            one = DatasetRef(id=ident, revision=name(digest))
            found[tuple(key)] = one if found.get(tuple(key), one) == one else None
    return {key: one for key, one in found.items() if one is not None}


def _datasets(database: _Database) -> dict[str, list[str]]:
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


def _models(database: _Database) -> dict[str, list[ModelRef]]:
    """Models a run logged; since MLflow 3."""
    found: dict[str, list[ModelRef]] = defaultdict(list)
    for ident, label, run, stage in database.select(
        "logged_models", "model_id", "name", "source_run_id", "lifecycle_stage"
    ):
        if run and stage != "deleted":
            found[str(run)].append(ModelRef(id=name(label) or name(ident) or "model", revision=name(ident)))
    return found
