"""MLflow runs as they are read from any kind of store, and what they come to as measurements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from govkit.collectors.mlflow_assessments import UNSEEN, Scored, may_be_judged
from govkit.collectors.values import Warnings, When, instant, name, number
from govkit.errors import CollectorError
from govkit.files import finite, parse_json
from govkit.model.evidence import DatasetRef, Flag, Measurement, ModelRef, Reading, RunStatus, SampleScores, ToolRef

FORMAT = "mlflow"
VERSION = "2"

MOST_RUNS = 2_000
MOST_VALUES = 20_000
"""Runs and metrics of one store. Source: govkit judgement; a project that rests on more binds single runs."""

ENDED: dict[str, RunStatus] = {
    "FINISHED": "complete",
    "FAILED": "error",
    "KILLED": "cancelled",
    "RUNNING": "partial",
    "SCHEDULED": "partial",
}
NUMBERED = {1: "RUNNING", 2: "SCHEDULED", 3: "FINISHED", 4: "FAILED", 5: "KILLED"}
"""Source: mlflow/entities/run_status.py and the enum `RunStatus` of its protocol, read at 3.17.2."""

LATE_MS = 60_000
"""A metric that was logged this long after its run had ended was added afterwards. Source: govkit judgement."""

_LARGEST = 1.7976931348623157e308
_MOST_SETTINGS = 60
_SHORT = 80
NO_COUNT = "no-count: MLflow does not keep on how many items a value rests"


class Logged(NamedTuple):
    """The latest value of one metric of a run."""

    key: str
    raw: Any
    at_ms: Any
    step: Any
    place: str
    times: int | None = None
    """How many values were logged; None when that was not looked at."""
    dataset: DatasetRef | None = None
    notes: Warnings = ()
    scored: Scored | None = None
    """What stands behind a metric of an evaluation; None for other metrics."""


class Run(NamedTuple):
    """One run."""

    id: str
    name: str | None
    experiment: str
    """Its name, or its id where the evidence does not hold the name."""
    status: str
    deleted: bool
    started_ms: Any
    ended_ms: Any
    metrics: tuple[Logged, ...]
    params: dict[str, str]
    tags: dict[str, str]
    datasets: tuple[str, ...] = ()
    models: tuple[ModelRef, ...] = ()

    @property
    def ended(self) -> RunStatus:
        """How it ended, in govkit's words; a word nobody knows is not for an end."""
        return ENDED.get(self.status, "unknown" if self.status in ("", "None") else "partial")

    @property
    def when(self) -> When:
        """When it ended; when it began, while it has not."""
        return moment(self.ended_ms) if moment(self.ended_ms).at else moment(self.started_ms)


class Store(NamedTuple):
    """What was found in one piece of evidence."""

    kind: str
    schema: str | None
    runs: tuple[Run, ...]
    notes: Warnings = ()


def unclamped(value: Any) -> Any:
    """Infinity is kept as the largest number there is. Source: sqlalchemy_store.py, `sanitize_metric_value`."""
    return float("inf") if isinstance(value, float) and abs(value) >= _LARGEST else value


def moment(milliseconds: Any) -> When:
    """The instant of Unix milliseconds; nothing for what is no date."""
    value = finite(milliseconds)
    return When(at=instant(value / 1000).at) if value is not None else When()


def experiment_label(raw: Any, ident: Any) -> str:
    """The name of an experiment; of a path in a workspace, which starts with a person's name, the last part."""
    label = name(raw, 80)
    if label is not None and label.startswith("/"):
        label = name(label.rstrip("/").rpartition("/")[2], 80)
    return label or name(ident, 80) or "unnamed"


def bounded(runs: Iterable[Run]) -> tuple[Run, ...]:
    """The runs in a fixed order; raises CollectorError when there are too many to be evidence of anything."""
    found: list[Run] = []
    values = 0
    for run in runs:
        values += len(run.metrics)
        if len(found) >= MOST_RUNS or values > MOST_VALUES:
            what = f"holds more than {MOST_RUNS} runs or {MOST_VALUES} metrics"
            fix = "name the folder of one run or experiment, or fetch single runs from the server"
            raise CollectorError(what, fix=fix, ident="too-large")
        found.append(run)
    return tuple(sorted(found, key=lambda run: (run.experiment, finite(run.started_ms) or 0.0, run.id)))


def reading(store: Store) -> Reading:
    """Every metric of every run that was not deleted."""
    runs = [run for run in store.runs if not run.deleted]
    alone = runs[0] if len(runs) == 1 else None
    statuses = {run.ended for run in runs}
    status: RunStatus = statuses.pop() if len(statuses) == 1 else "partial" if statuses else "unknown"
    versions = {version for run in runs if (version := _version(run))}
    moments = [run.when.at for run in runs if run.when.at]
    return Reading(
        format=FORMAT,
        format_version=name(f"{store.kind} {store.schema or ''}"),
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name="mlflow", version=versions.pop() if len(versions) == 1 else None),
        model=alone.models[0] if alone and len(alone.models) == 1 else None,
        status=status,
        at=max(moments, default=None),
        run_id=name(alone.id) if alone else None,
        config=settings(alone) if alone else {},
        measurements=tuple(
            measurement(run, one, named=alone is None, whole=status) for run in runs for one in run.metrics
        ),
        samples=tuple(one for run in runs for one in samples(run, named=alone is None)),
        warnings=(*store.notes, *_about(store, runs)),
    )


def _about(store: Store, runs: list[Run]) -> Iterator[str]:
    deleted = len(store.runs) - len(runs)
    if deleted:
        yield f"deleted-runs: {deleted} deleted run(s) are left out"
    if not runs:
        yield f"no-measurements: there is no run{' that was not deleted' if deleted else ''}"
    bare = [run for run in runs if not run.metrics]
    if bare:
        yield f"no-measurements: {len(bare)} of {len(runs)} run(s) hold no metric"
    broken = [run for run in runs if run.ended != "complete"]
    for run in broken[:20]:
        yield f"failed-run: run {name(run.name or run.id, 60)} is {name(run.status, 20)}"
    if len(broken) > 20:
        yield f"failed-run: {len(broken) - 20} more runs did not finish"


def measurement(run: Run, logged: Logged, *, named: bool, whole: RunStatus) -> Measurement:
    """One metric; `named` gives it the run as a condition, `whole` is the status of the reading."""
    value, warnings = number(logged.raw)
    logged_at = moment(logged.at_ms).at
    behind = behind_of(run, logged)
    flags: tuple[Flag, ...] = (*late(run, logged), *judged(behind))
    return Measurement(
        measure=name(f"mlflow/{run.experiment}/{logged.key}") or FORMAT,
        value=value,
        unit="proportion" if behind.binary else None,
        n=behind.n,
        n_basis="items" if behind.n is not None else None,
        successes=behind.successes if value is not None else None,
        planned=behind.planned,
        errors=behind.errors,
        unscored=behind.unscored,
        judge=behind.judge,
        flags=flags,
        status=run.ended if run.ended != whole else None,
        conditions=conditions(run) if named else {},
        dataset=logged.dataset,
        at=logged_at or run.when.at,
        place=logged.place[:500],
        warnings=(*warnings, *logged.notes, *said_of(run, logged), *(() if behind.n is not None else (NO_COUNT,))),
    )


def samples(run: Run, *, named: bool) -> Iterator[SampleScores]:
    """Scores of single items behind the means of an evaluation."""
    for logged in run.metrics:
        behind = behind_of(run, logged)
        if behind.scores:
            yield SampleScores(
                measure=name(f"mlflow/{run.experiment}/{logged.key}") or FORMAT,
                conditions=conditions(run) if named else {},
                binary=behind.binary,
                scores=behind.scores,
            )


def behind_of(run: Run, logged: Logged) -> Scored:
    """What stands behind a metric; of an evaluation whose scores are not in the evidence, that this is not known."""
    if logged.scored is not None:
        return logged.scored
    return UNSEEN if may_be_judged(logged.key, run.tags) else Scored()


def judged(behind: Scored) -> tuple[Flag, ...]:
    """The flag of a score that a model gave, or may have given, where its name is not known."""
    return ("judge-unvalidated",) if behind.by_model and behind.judge is None else ()


def said_of(run: Run, logged: Logged) -> Warnings:
    """What a reader of the value must know about how it was logged and how its run ended."""
    step = finite(logged.step)
    found = list(behind_of(run, logged).notes)
    if (step is not None and step > 0) or (logged.times or 0) > 1:
        times = f" of {logged.times} values" if (logged.times or 0) > 1 else ""
        found.append(f"latest-value: the last{times} logged is read (step {step or 0:.0f})")
    if late(run, logged):
        found.append("edited-after-run: the metric was logged after the run had ended")
    if run.ended != "complete":
        found.append(f"failed-run: run {name(run.name or run.id, 60)} is {name(run.status, 20)}")
    return tuple(found)


def late(run: Run, logged: Logged) -> tuple[Flag, ...]:
    """The flag of a metric that was added to a run after it had ended."""
    ended, at = finite(run.ended_ms), finite(logged.at_ms)
    if ended is None or at is None or moment(at).at is None:
        return ()
    return ("edited-after-run",) if at > ended + LATE_MS else ()


def conditions(run: Run) -> dict[str, str]:
    """What tells a run from others."""
    stated = {"run": name(run.id, 80), "run-name": name(run.name, 80)}
    return {word: text for word, text in stated.items() if text}


def settings(run: Run) -> dict[str, str]:
    """Parameters, the commit of the source, and datasets; names of people are not among them."""
    found = {key: text for key in sorted(run.params) if (text := name(run.params[key], _SHORT)) and name(key, _SHORT)}
    stated = {name(key, _SHORT) or key: text for key, text in list(found.items())[:_MOST_SETTINGS]}
    stated |= {
        word: text
        for word, text in (
            ("run name", name(run.name, _SHORT)),
            ("source commit", name(run.tags.get("mlflow.source.git.commit"), _SHORT)),
            ("source", _base(run.tags.get("mlflow.source.name"))),
            ("autologging", name(run.tags.get("mlflow.autologging"), _SHORT)),
            ("datasets", name("; ".join(run.datasets))),
        )
        if text
    }
    return stated


def _base(raw: str | None) -> str | None:
    """The last part of a path: what comes before may be somebody's home."""
    return name((raw or "").replace("\\", "/").rstrip("/").rpartition("/")[2], _SHORT)


def _history(run: Run) -> list[dict[str, Any]]:
    try:
        told = parse_json(run.tags.get("mlflow.log-model.history", "[]"))
    except ValueError:
        return []
    return [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []


def _version(run: Run) -> str | None:
    return next((version for one in _history(run) if (version := name(one.get("mlflow_version"), 40))), None)


def models_told(run: Run) -> tuple[ModelRef, ...]:
    """Models that a run of MLflow before 3 says it logged, by the folder they lie in and the id they got."""
    found = {}
    for one in _history(run):
        ident, uuid = name(one.get("artifact_path"), 100), name(one.get("model_uuid"), 100)
        if ident or uuid:
            found[uuid or ident] = ModelRef(id=ident or uuid or "model", revision=uuid)
    return tuple(found.values())
