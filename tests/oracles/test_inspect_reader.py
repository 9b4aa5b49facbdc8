"""Inspect's own reader and ours say the same of every sample. Runs where `inspect_ai` is installed (`.[oracles]`)."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from govkit.collectors import registry
from govkit.model.evidence import Measurement
from tests.collectors.given import DATA

log_reader = pytest.importorskip("inspect_ai.log", reason="the oracle is an optional package of 300 MB")

LOGS = [
    DATA / "inspect_log" / name
    for name in (
        "popularity_deflate.eval",
        "popularity_zstd.eval",
        "epochs2_limit2.eval",
        "cvebench_mean_only.json",
        "cancelled_no-samples.json",
    )
]
"""From the other samples so much of each transcript was cut that the tool itself refuses them."""

COMPANIONS = {"stderr", "bootstrap_stderr", "std", "var", "ci", "ci_wilson"}
ENDED = {"success": "complete", "cancelled": "cancelled", "error": "error", "started": "partial"}


def stated(log: Any) -> dict[tuple[str, str], float]:
    """(scorer, metric) to value, of the metrics that are no groups and say nothing about another one's uncertainty."""
    found = {}
    for score in log.results.scores if log.results else ():
        for metric in score.metrics.values():
            name = metric.name.rsplit("/", 1)[-1]
            if name not in COMPANIONS and not getattr(metric, "group", None):
                found[score.scorer, name] = metric.value
    return found


def ours(measurements: tuple[Measurement, ...]) -> dict[tuple[str, str], float | None]:
    return {(one.conditions["scorer"], one.measure.rsplit("/", 1)[-1]): one.value for one in measurements}


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.name)
def test_values_status_and_model_are_those_of_the_tool(path: Path) -> None:
    log = log_reader.read_eval_log(str(path), header_only=True)
    reading = registry.read(path, path.name, format="inspect")
    assert reading.model is not None
    assert reading.model.id == log.eval.model
    if reading.status != "partial":  # a limited run is partial here, and a success there
        assert reading.status == ENDED[log.status]
    found = ours(reading.measurements)
    for key, value in stated(log).items():
        assert key in found
        assert found[key] == value or (found[key] is None and not math.isfinite(value))


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.name)
def test_scores_of_single_samples_are_as_many_as_the_tool_has(path: Path) -> None:
    log = log_reader.read_eval_log(str(path))
    if not log.samples:
        return
    scored = {(sample.id, name) for sample in log.samples for name in (sample.scores or {})}
    for one in registry.read(path, path.name, format="inspect").samples:
        ids = {ident for ident, name in scored if name == one.conditions["scorer"]}
        assert len(one.scores) <= len(ids)
