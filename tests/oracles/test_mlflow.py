"""MLflow's own client as an oracle: the same runs, ends and values. Skipped where MLflow is not installed."""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import Any

import pytest

from govkit.collectors import registry
from govkit.model.evidence import Measurement
from tests.collectors.given import sample

mlflow = pytest.importorskip("mlflow", reason="the oracle is an optional package of 115 MB")

pytestmark = pytest.mark.filterwarnings("ignore")  # MLflow and SQLAlchemy deprecate things of each other

ENDED = {"FINISHED": "complete", "FAILED": "error", "KILLED": "cancelled", "RUNNING": "partial"}
AT = 1767225900000


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client of a store made here: govkit reads a copy, because MLflow writes into what it opens."""
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.chdir(tmp_path)
    return lambda uri: mlflow.tracking.MlflowClient(uri)


def told(client: Any) -> dict[tuple[str, str, str], tuple[float, str]]:
    """Experiment, run and key to value and end, of every run that was not deleted."""
    found = {}
    for experiment in client.search_experiments():
        for run in client.search_runs([experiment.experiment_id], max_results=1000):
            for key, value in run.data.metrics.items():
                ended = ENDED[run.info.status]
                found[experiment.name, run.info.run_id, key] = (value, ended)
    return found


def read(path: Path) -> dict[tuple[str, str, str], Measurement]:
    reading = registry.read(path, path.name)
    found = {}
    for one in reading.measurements:
        _, experiment, key = one.measure.split("/", 2)
        status = one.status or reading.status
        found[experiment, one.conditions["run"], key] = one.model_copy(update={"status": status})
    return found


def compared(
    ours: dict[tuple[str, str, str], Measurement], theirs: dict[tuple[str, str, str], tuple[float, str]]
) -> None:
    assert ours.keys() == theirs.keys()
    for key, (value, ended) in theirs.items():
        one = ours[key]
        assert one.status == ended, key
        if math.isnan(value) or abs(value) >= 1.797e308:
            assert one.value is None, key
        else:
            assert one.value == value, key


def filled(client: Any) -> None:
    """Runs that ended in every way, with values that are hard to choose between."""
    hard = client.create_experiment("hard")
    easy = client.create_experiment("easy")
    for experiment, status in (
        (hard, "FINISHED"),
        (hard, "FAILED"),
        (hard, "KILLED"),
        (hard, None),
        (easy, "FINISHED"),
    ):
        run = client.create_run(experiment, start_time=AT - 1000).info.run_id
        values = (
            ("steps", 0.3, AT, 2), ("steps", 0.9, AT + 5, 1), ("times", 0.1, AT + 1, 0), ("times", 0.2, AT, 0),
            ("ties", 1.0, AT, 0), ("ties", 3.0, AT, 0), ("ties", 2.0, AT, 0), ("minus", -5.0, AT, 0),
            ("a/b/c", 0.5, AT, 0), ("inf", float("inf"), AT, 0), ("nan", float("nan"), AT, 0),
            ("with space", 7.0, AT, 0),
        )  # fmt: skip
        for key, value, at, step in values:
            client.log_metric(run, key, value, at, step)
        client.log_param(run, "test_rows", "2000")
        if status is not None:
            client.set_terminated(run, status, end_time=AT + 1000)
    client.delete_run(client.create_run(hard).info.run_id)
    client.delete_experiment(client.create_experiment("gone"))


@pytest.mark.parametrize("kind", ["sqlite", "file"])
def test_a_store_is_read_as_mlflow_reads_it(kind: str, client: Any, tmp_path: Path) -> None:
    made = tmp_path / ("mlflow.db" if kind == "sqlite" else "mlruns")
    theirs = client(f"sqlite:///{made}" if kind == "sqlite" else made.as_uri())
    filled(theirs)
    copy = tmp_path / "copy"
    (shutil.copy if kind == "sqlite" else shutil.copytree)(made, copy)
    ours = read(copy)
    compared(ours, told(theirs))
    assert len(ours) == 5 * 8


def test_the_sample_is_read_as_mlflow_reads_it(client: Any, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(sample("mlflow/mlruns_2.4.2"), copy)
    compared(read(sample("mlflow/mlruns_2.4.2")), told(client(copy.as_uri())))
