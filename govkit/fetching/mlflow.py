"""Runs from an MLflow tracking server, as one document to keep as evidence.

What is kept of a run: id, name, experiment, status, times, metrics, parameters, tags, datasets and models. Left out are
names of people and where artifacts lie. Source: MLflow's REST interface 2.0, asked and answered by MLflow 3.17.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from govkit.errors import InputError, Place, Problem, SurroundingsError
from govkit.fetching.http import Client

SCHEMA = "govkit.mlflow-runs/1"
MOST_RUNS = 500
MOST_VALUES = 100_000
"""Runs of one experiment, and values of one metric. Source: govkit judgement."""

_API = "/api/2.0/mlflow"
_INFO = ("run_id", "run_name", "experiment_id", "status", "start_time", "end_time", "lifecycle_stage")
_PEOPLE = frozenset({"mlflow.user", "mlflow.databricks.notebookPath", "mlflow.databricks.webappURL"})
_RUN = re.compile(r"/runs/([0-9a-zA-Z_-]{1,64})")
_EXPERIMENT = re.compile(r"/experiments/([0-9]{1,32})")


def run_in(fragment: str) -> str | None:
    """The run that the address of MLflow's web page shows, as in `#/experiments/1/runs/abc`."""
    found = _RUN.search(fragment)
    return found[1] if found else None


def experiment_in(fragment: str) -> str | None:
    """The number of the experiment that the address of MLflow's web page shows, as in `#/experiments/1`."""
    found = _EXPERIMENT.search(fragment)
    return found[1] if found else None


def runs(client: Client, base: str, idents: Iterable[str], *, history: bool) -> dict[str, Any]:
    """A document with these runs; raises SurroundingsError."""
    found = [_run(_part(client.get(f"{_API}/runs/get", {"run_id": ident}), "run")) for ident in idents]
    return _document(client, base, found, history)


def numbered(client: Client, name: str) -> str:
    """The number of the experiment with this name; raises SurroundingsError."""
    answer = client.get(f"{_API}/experiments/get-by-name", {"experiment_name": name})
    return str(_part(answer, "experiment").get("experiment_id"))


def experiment(client: Client, base: str, ident: str, *, history: bool) -> dict[str, Any]:
    """A document with all runs of an experiment that were not deleted; raises SurroundingsError, also for none."""
    found: list[dict[str, Any]] = []
    token: str | None = None
    while True:
        body = {"experiment_ids": [ident], "max_results": 100, "order_by": ["attributes.start_time ASC"]}
        answer = client.post(f"{_API}/runs/search", body | ({"page_token": token} if token else {}))
        found += [_run(run) for run in _list(answer, "runs")]
        token = _next(answer)
        if len(found) > MOST_RUNS:
            what = f"the experiment has more than {MOST_RUNS} runs"
            raise SurroundingsError(what, fix="name the runs that are evidence with --run")
        if token is None:
            break
    if not found:
        fix = "name another experiment; of a deleted one restore it on the server first"
        raise SurroundingsError("the experiment has no run, or none that was not deleted", fix=fix)
    return _document(client, base, found, history)


def _document(client: Client, base: str, found: list[dict[str, Any]], history: bool) -> dict[str, Any]:
    if history:
        for run in found:
            run["history"] = {
                str(one.get("key")): _history(client, run["info"]["run_id"], str(one.get("key")))
                for one in _list(run["data"], "metrics")
            }
    idents = sorted({str(run["info"].get("experiment_id")) for run in found})
    names = {ident: _name(client, ident) for ident in idents}
    return {"schema": SCHEMA, "server": base, "experiments": names, "runs": found}


def _name(client: Client, ident: str) -> Any:
    return _part(client.get(f"{_API}/experiments/get", {"experiment_id": ident}), "experiment").get("name")


def _run(run: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a run, in a fixed order."""
    info, content, inputs = _part(run, "info"), _optional(run, "data"), _optional(run, "inputs")
    ident = info.get("run_id") or info.get("run_uuid")
    if not isinstance(ident, str):
        raise SurroundingsError("the server's answer holds no run id", fix="check that it is an MLflow server")
    kept = {key: info[key] for key in _INFO if key in info} | {"run_id": ident}
    tags = [_nameless(tag) for tag in _list(content, "tags") if tag.get("key") not in _PEOPLE]
    datasets = [
        {
            "dataset": {key: _part(one, "dataset").get(key) for key in ("name", "digest")},
            "tags": _sorted(_list(one, "tags")),
        }
        for one in _list(inputs, "dataset_inputs")
    ]
    return {
        "info": kept,
        "data": {
            "metrics": _sorted(_list(content, "metrics")),
            "params": _sorted(_list(content, "params")),
            "tags": _sorted(tags),
        },
        "inputs": {"dataset_inputs": datasets},
        "outputs": {"model_outputs": _list(_optional(run, "outputs"), "model_outputs")},
    }


def _nameless(tag: dict[str, Any]) -> dict[str, Any]:
    """A tag; of the source's path only the last part, for it may lie in somebody's home."""
    if tag.get("key") != "mlflow.source.name":
        return tag
    return tag | {"value": str(tag.get("value")).replace("\\", "/").rstrip("/").rpartition("/")[2]}


def _history(client: Client, run: str, key: str) -> list[Any]:
    """Every value of a metric, in the order in which the server tells them."""
    found: list[Any] = []
    token: str | None = None
    while True:
        query = {"run_id": run, "metric_key": key, "max_results": "25000"}
        answer = client.get(f"{_API}/metrics/get-history", query | ({"page_token": token} if token else {}))
        found += [{part: one.get(part) for part in ("value", "timestamp", "step")} for one in _list(answer, "metrics")]
        token = _next(answer)
        if len(found) > MOST_VALUES:
            what = f"the metric {key[:100]!r} has more than {MOST_VALUES} values"
            raise SurroundingsError(what, fix="leave out --history")
        if token is None:
            return found


def _sorted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: str(row.get("key")))


def _part(answer: Any, key: str) -> dict[str, Any]:
    found = answer.get(key) if isinstance(answer, dict) else None
    if not isinstance(found, dict):
        what = f"the server's answer holds no {key!r}"
        raise SurroundingsError(what, fix="check that the address is that of an MLflow tracking server")
    return found


def _optional(answer: dict[str, Any], key: str) -> dict[str, Any]:
    found = answer.get(key)
    return found if isinstance(found, dict) else {}


def _list(answer: Any, key: str) -> list[dict[str, Any]]:
    found = answer.get(key) if isinstance(answer, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _next(answer: Any) -> str | None:
    token = answer.get("next_page_token") if isinstance(answer, dict) else None
    return token if isinstance(token, str) and token else None


def nothing_asked(address: str) -> InputError:
    """The refusal of a call that names no run and no experiment."""
    fix = "add either --run RUN_ID or --experiment NAME, or give the address of a run's or an experiment's page"
    return InputError([Problem(Place(address[:200]), "missing-entry", "says which server, but not which run", fix)])
