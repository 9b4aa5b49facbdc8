"""Runs of MLflow as a mapping sees them: every run is a row, with its parameters, metrics and tags."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from govkit.collectors.mapping_file import Entry, Mapping
from govkit.collectors.mapping_lookup import Block, Missing, Tree, fits, resolved, steps
from govkit.collectors.mlflow_assessments import Scored
from govkit.collectors.mlflow_runs import Logged, Run, behind_of, conditions, judged, late, moment, said_of
from govkit.collectors.source import Source
from govkit.model.evidence import Measurement, RunStatus


class Runs(Tree):
    """The runs of a store that were not deleted."""

    sparse = True

    def __init__(self, source: Source, mapping: Mapping) -> None:
        from govkit.collectors.mlflow import found_in

        super().__init__(None)
        store = found_in(source)
        self._runs = {f"run {run.id}": run for run in store.runs if not run.deleted}
        self._chosen = mapping.defaults.where

    def whole(self) -> Block:
        """The one run that fits `where` of the defaults; what holds for the whole file is read from it."""
        fitting = [block for block in self.blocks(None) if fits(self, block, self._chosen)]
        return fitting[0] if len(fitting) == 1 else Block(None, f"{len(fitting)} runs")

    def blocks(self, each: str | None) -> Iterator[Block]:  # noqa: ARG002  (runs are all there is)
        """Every run."""
        for place, run in self._runs.items():
            yield Block(_row(run), place)

    def look(self, block: Block, reference: str) -> Any:
        """The value in a run; raises Missing."""
        if block.value is None:
            why = f"{block.place} fit `where` of the defaults, so nothing says which run {reference[:60]} is of"
            raise Missing(reference, why)
        return resolved(block, reference)

    def completed(self, entry: Entry, found: Sequence[tuple[Block, Measurement]]) -> list[Measurement]:
        """The measurements with what their runs say: how they ended, when, and which of several they are."""
        return [
            self._completed(entry, self._runs[block.place], measurement, len(found) > 1) for block, measurement in found
        ]

    def _completed(self, entry: Entry, run: Run, measurement: Measurement, several: bool) -> Measurement:
        logged = _logged(run, entry.value)
        notes = [*logged.notes, *said_of(run, logged)] if logged else []
        if isinstance(entry.n, str) and entry.n.startswith("/params/"):
            notes.append(f"count-from-parameter: n is the parameter {steps(entry.n)[-1]!r} that the run was given")
        update: dict[str, Any] = {
            "status": run.ended,
            "flags": (*late(run, logged), *judged(behind_of(run, logged))) if logged else (),
            "judge": measurement.judge or (behind_of(run, logged).judge if logged else None),
            "conditions": {**(conditions(run) if several else {}), **measurement.conditions},
            "warnings": (*measurement.warnings, *notes),
        }
        if measurement.at is None and measurement.at_text is None:
            update["at"] = (moment(logged.at_ms).at if logged else None) or run.when.at
        if logged is not None:
            update["place"] = logged.place
            update["dataset"] = measurement.dataset or logged.dataset
            update |= _counted(measurement, behind_of(run, logged))
        return measurement.model_copy(update=update)


def _counted(measurement: Measurement, behind: Scored) -> dict[str, Any]:
    """The count of items that an evaluation of MLflow kept, where the mapping gives none."""
    if measurement.n is not None or behind.n is None:
        return {}
    kept = ("n", "planned", "errors", "unscored")
    return {key: getattr(behind, key) for key in kept} | {
        "n_basis": "items",
        "successes": behind.successes if measurement.value is not None else None,
    }


def _row(run: Run) -> dict[str, Any]:
    return {
        "run_id": run.id,
        "run_name": run.name,
        "experiment": run.experiment,
        "status": run.status,
        "params": run.params,
        "metrics": {one.key: one.raw for one in run.metrics},
        "tags": {key: text for key, text in run.tags.items() if key != "mlflow.user"},
    }


def _logged(run: Run, reference: str | None) -> Logged | None:
    """The metric a reference leads to."""
    parts = steps(reference or "")
    if len(parts) != 2 or parts[0] != "metrics":
        return None
    return next((one for one in run.metrics if one.key == parts[1]), None)


def joint_status(measurements: Sequence[Measurement]) -> RunStatus:
    """How the runs behind the values ended: as all of them did, else `partial`."""
    ended = {one.status or "unknown" for one in measurements}
    return ended.pop() if len(ended) == 1 else "partial" if ended else "unknown"
