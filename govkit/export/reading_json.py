"""One reading as JSON (`govkit.reading/1`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from govkit.errors import Problem
from govkit.export.problems_json import problem_json
from govkit.export.reading_text import Computed
from govkit.model.evidence import Measurement, Reading, SampleScores


class Shown(NamedTuple):
    """The file, and how sure the choice of collector is (None when it was named by hand, or nothing fits)."""

    path: str
    sha256: str | None
    size: int | None
    confidence: float | None


def reading_json(
    shown: Shown, reading: Reading | None, problems: Iterable[Problem] = (), computed: Sequence[Computed] = ()
) -> str:
    """The reading, or why there is none, with the same keys in both cases; `computed` has one entry per measurement."""
    found: dict[str, Any] = {
        "schema": "govkit.reading/1",
        "path": shown.path,
        "sha256": shown.sha256,
        "size": shown.size,
        "format": None,
        "format_version": None,
        "confidence": shown.confidence,
        "collector": None,
        "collector_version": None,
        "tool": None,
        "model": None,
        "status": None,
        "flags": [],
        "run_id": None,
        "method": None,
        "at": None,
        "at_text": None,
        "config": {},
        "measurements": [],
        "samples": [],
        "warnings": [],
    }
    if reading is not None:
        whole = reading.model_dump(mode="json", exclude={"measurements", "samples"})
        found |= {key: whole[key] for key in whole if key in found}
        found["measurements"] = [_measurement(*both) for both in zip(reading.measurements, computed, strict=True)]
        found["samples"] = [_samples(one) for one in reading.samples]
    found["problems"] = [problem_json(problem) for problem in problems]
    return json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False)


def _measurement(one: Measurement, own: Computed) -> dict[str, Any]:
    """As read, and beside it what govkit computes: the tool's `stderr` and `interval` stay as they are."""
    interval = own.interval.model_dump(mode="json") if own.interval else None
    return {**one.model_dump(mode="json"), "computed": {"interval": interval, "notes": list(own.notes)}}


def _samples(one: SampleScores) -> dict[str, Any]:
    """Scores of single items are counted here, not listed: they may be many."""
    return {"measure": one.measure, "conditions": one.conditions, "binary": one.binary, "items": len(one.scores)}
