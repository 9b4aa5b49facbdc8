"""The file store of MLflow: a folder of runs, of an experiment, or of one run. Artifacts are never opened."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from govkit.collectors.mlflow_runs import NUMBERED, Logged, Run, Store, bounded, experiment_label, models_told
from govkit.collectors.source import Source
from govkit.collectors.values import name
from govkit.errors import CollectorError, InputError
from govkit.files import finite
from govkit.model.evidence import DatasetRef, ModelRef
from govkit.yaml_lines import load_yaml

META = "meta.yaml"
_INNER = frozenset({"artifacts", "datasets", "inputs", "metrics", "models", "outputs", "params", "tags", "traces"})
"""Folders of a run or experiment, which hold `meta.yaml` files of other things."""

_LONGEST = 64 * 1024
"""Bytes of a parameter, tag or description. Source: MLflow allows a parameter 6,000 characters, a tag 8,000."""

_MOST_LINES = 1_000_000


def looks_like_store(source: Source) -> bool:
    """Whether a folder holds descriptions of runs or experiments; never raises."""
    if source.members is None:
        return False
    for path in _described(source)[:3]:
        member = source.member(path)
        if member is not None and _marked(member.head):
            return True
    return False


def _marked(head: bytes) -> bool:
    return b"experiment_id:" in head and (b"lifecycle_stage:" in head or b"artifact_location:" in head)


def _described(source: Source) -> list[str]:
    """Descriptions of runs and experiments: not of models, datasets and traces, and nothing among artifacts."""
    found = []
    for path in source.members or ():
        folders = path.split("/")[:-1]
        if path.rpartition("/")[2] == META and not _INNER & set(folders) and len(folders) <= 5:
            found.append(path)
    return sorted(found, key=lambda path: (path.count("/"), path))


def store(source: Source) -> Store:
    """Every run in the folder; raises CollectorError."""
    return Store("file store", None, bounded(_Folder(source).runs()))


class _Folder:
    """A folder and its files by name."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._members = source.members or ()

    def runs(self) -> Iterator[Run]:
        """Every run; one that cannot be read refuses the whole, because a missing run would not be noticed."""
        experiments: dict[str, dict[str, Any]] = {}
        for path in _described(self._source):
            told = self._meta(path)
            folder = path.rpartition("/")[0]
            if "run_id" in told or "run_uuid" in told:
                above = folder.rpartition("/")[0] if "/" in folder else ""
                yield self._run(folder, told, experiments.get(above, {}) if folder else {})
            elif "experiment_id" in told:
                experiments[folder] = told

    def _run(self, folder: str, told: dict[str, Any], experiment: dict[str, Any]) -> Run:
        ident = str(told.get("run_id") or told.get("run_uuid"))
        tags = self._texts(folder, "tags")
        status = told.get("status", 1)
        number = finite(status)
        run = Run(
            id=ident,
            name=name(told.get("run_name") or told.get("name") or tags.get("mlflow.runName"), 80),
            experiment=experiment_label(experiment.get("name"), told.get("experiment_id")),
            status=NUMBERED.get(int(number), str(status)) if number is not None else str(status),
            deleted="deleted" in (told.get("lifecycle_stage"), experiment.get("lifecycle_stage"))
            or ".trash" in folder.split("/"),
            started_ms=told.get("start_time"),
            ended_ms=told.get("end_time"),
            metrics=tuple(self._metrics(folder)),
            params=self._texts(folder, "params"),
            tags=tags,
            datasets=tuple(sorted(self._datasets(folder))),
        )
        return run._replace(models=tuple(self._models(folder, ident)) or models_told(run))

    def _below(self, folder: str, part: str) -> list[str]:
        prefix = f"{folder}/{part}/" if folder else f"{part}/"
        return self._by_part.get(prefix, [])

    @cached_property
    def _by_part(self) -> dict[str, list[str]]:
        """Files by the folder of a run and the part they belong to: large stores are not searched run by run."""
        found: dict[str, list[str]] = {}
        for path in self._members:
            folders = path.split("/")[:-1]
            inner = next((index for index, one in enumerate(folders) if one in _INNER), None)
            if inner is not None:
                found.setdefault("/".join(folders[: inner + 1]) + "/", []).append(path)
        return found

    def _texts(self, folder: str, part: str) -> dict[str, str]:
        prefix = len(f"{folder}/{part}/" if folder else f"{part}/")
        found = {}
        for path in self._below(folder, part):
            member = self._source.member(path)
            if member is not None and member.size <= _LONGEST:
                found[path[prefix:]] = member.head.decode("utf-8", "replace")
        return found

    def _metrics(self, folder: str) -> Iterator[Logged]:
        prefix = len(f"{folder}/metrics/" if folder else "metrics/")
        for path in self._below(folder, "metrics"):
            member = self._source.member(path)
            if member is not None:
                yield _latest(path[prefix:], path, member)

    def _meta(self, path: str) -> dict[str, Any]:
        member = self._source.member(path)
        if member is None or member.size > _LONGEST:
            raise CollectorError(f"{path} is larger than a description of MLflow", fix="name the folder MLflow wrote")
        try:
            told = load_yaml(member.content, path).value
        except InputError as error:
            problem = error.problems[0]
            what = f"{path}: {problem.what}"
            raise CollectorError(what, fix=problem.fix, ident="broken-yaml", line=problem.where.line) from error
        if not isinstance(told, dict):
            raise CollectorError(f"{path} does not describe a run or experiment", fix="copy the folder again")
        return told

    def _datasets(self, folder: str) -> Iterator[str]:
        """Datasets a run was given, with what they were for; their names stand with the experiment."""
        above = folder.rpartition("/")[0]
        for path in self._below(folder, "inputs"):
            if not path.endswith(f"/{META}"):
                continue
            used = self._meta(path)
            described = f"{above}/datasets/{used.get('source_id')}/{META}".lstrip("/")
            told = self._meta(described) if folder and described in self._members else {}
            label = name(told.get("name"), 60) or name(used.get("source_id"), 60) or "unnamed"
            tags = used.get("tags")
            use = name(tags.get("mlflow.data.context"), 40) if isinstance(tags, dict) else None
            yield " ".join(
                part for part in (label, name(told.get("digest"), 20), f"for {use}" if use else None) if part
            )

    def _models(self, folder: str, run: str) -> Iterator[ModelRef]:
        """Models a run logged since MLflow 3: they lie with the experiment."""
        above = folder.rpartition("/")[0]
        for path in self._below(above, "models") if folder else ():
            if path.endswith(f"/{META}") and path.count("/") == (f"{above}/" if above else "").count("/") + 2:
                told = self._meta(path)
                if told.get("source_run_id") == run and told.get("lifecycle_stage") != "deleted":
                    ident = name(told.get("model_id"))
                    yield ModelRef(id=name(told.get("name")) or ident or "model", revision=ident)


def _latest(key: str, path: str, member: Source) -> Logged:
    """The value with the highest step, then time, then value, as MLflow chooses it; NaN stands against nothing."""
    best: tuple[tuple[float, float, float], Logged] | None = None
    broken = times = 0
    for number, line in member.lines():
        if number > _MOST_LINES:
            fix = "fetch the run from the server"
            raise CollectorError(f"{path} has more than {_MOST_LINES} values", fix=fix, ident="too-large")
        times += 1
        logged = _line(key, line, f"{path} line {number}")
        if logged is None:
            broken += 1
            continue
        rank = (finite(logged.step) or 0.0, finite(logged.at_ms) or 0.0, logged.raw)
        if best is None or rank > best[0]:
            best = (rank, logged)
    notes = (f"broken-line: {broken} of {times} values cannot be read, so the last may be missing",) if broken else ()
    if best is None or broken:
        held = best[1] if best else Logged(key, None, None, None, path)
        return held._replace(raw=None, times=times, notes=notes or ("not-a-number: no value was logged",))
    return best[1]._replace(times=times)


def _line(key: str, line: bytes, place: str) -> Logged | None:
    """`time value`, `time value step`, or `time value step dataset digest`; None for anything else.

    MLflow's own reader forgets the step of the third form, and refuses names of datasets with blanks in them.
    """
    fields = line.decode("utf-8", "replace").strip().split(" ")
    if len(fields) not in (2, 3) and len(fields) < 5:
        return None
    try:
        at, value = int(fields[0]), float(fields[1])
        step = int(fields[2]) if len(fields) > 2 else 0
    except (ValueError, OverflowError):
        return None
    ident = name(" ".join(fields[3:-1])) if len(fields) >= 5 else None
    dataset = DatasetRef(id=ident, revision=name(fields[-1])) if ident else None
    return Logged(key, value, at, step, place, dataset=dataset)
