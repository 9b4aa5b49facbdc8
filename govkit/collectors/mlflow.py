"""MLflow tracking: metrics of runs, from its SQLite store, its file store, or a saved answer of its server.

Format: SQLite stores of 1.x to 3.x (tables alembic_version, runs, latest_metrics), folders `mlruns/`, of one experiment
or of one run, and the JSON of `runs/get`, `runs/search` and `govkit fetch mlflow`; read in MLflow 3.17.2 and in stores
of 1.x to 3.x. Nothing is written into a store, no artifact is opened, nothing is unpickled.
Measures: `mlflow/<experiment>/<metric>`. MLflow keeps no count, unit, direction or error with a metric: a mapping file
with `format: mlflow` says what is what, and may take the count from a parameter.
"""

from __future__ import annotations

from govkit.collectors import mlflow_answers, mlflow_files, mlflow_sqlite, sqlite_file
from govkit.collectors.mlflow_runs import FORMAT as FORMAT
from govkit.collectors.mlflow_runs import VERSION as VERSION
from govkit.collectors.mlflow_runs import Store, reading
from govkit.collectors.source import Sniffed, Source
from govkit.errors import CollectorError
from govkit.model.evidence import Reading


def sniff(source: Source) -> Sniffed | None:
    """Tables, descriptions or answers of MLflow."""
    if source.is_folder:
        found = mlflow_files.looks_like_store(source)
        return Sniffed(FORMAT, 0.9, "file store", "a folder with descriptions of MLflow runs") if found else None
    if source.head.startswith(sqlite_file.MAGIC):
        match mlflow_sqlite.looks_like_store(source):
            case True:
                return Sniffed(FORMAT, 0.95, "sqlite", "an SQLite file with the tables of MLflow")
            case None:
                return Sniffed(FORMAT, 0.2, "sqlite", "an SQLite file too broken to look into")
            case _:
                return None
    if mlflow_answers.looks_like_answer(source.document):
        return Sniffed(FORMAT, 0.9, "rest", "runs with info and data, as MLflow's server gives them")
    return None


def found_in(source: Source) -> Store:
    """The runs in any kind of store; raises CollectorError."""
    if source.is_folder:
        store = mlflow_files.store(source)
        if not store.runs and not mlflow_files.looks_like_store(source):
            fix = "name `mlruns/`, the folder of an experiment, or the folder of a run"
            raise CollectorError("is a folder without descriptions of MLflow runs", fix=fix)
        return store
    if source.head.startswith(sqlite_file.MAGIC):
        return mlflow_sqlite.store(source)
    document = source.json_document()
    if not mlflow_answers.looks_like_answer(document):
        fix = "check the format; `govkit read FILE` without --format says what the file looks like"
        raise CollectorError("is not a store or an answer of MLflow", fix=fix)
    return mlflow_answers.store(document)


def collect(source: Source) -> Reading:
    """The latest value of every metric of every run."""
    return reading(found_in(source))
