"""What a release costs to run: time per prediction and its price. The only numbers that differ from run to run."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np
from recipes import Trained
from survey import SEED, Survey

PREDICTIONS = 2000
WARM_UP = 50
DOLLARS_PER_CPU_HOUR = 0.05
"""An assumption, near the list price of one shared core at the large clouds in 2025; change it to yours."""


def operations(trained: Trained, survey: Survey, training_seconds: float) -> dict[str, Any]:
    """Seconds of training, milliseconds of 2,000 single predictions, dollars per 1,000 of them."""
    milliseconds = latencies(trained, survey)
    seconds = float(milliseconds.mean()) / 1000
    return {
        "note": "Measured once on two cores of a shared server: compare releases, not machines.",
        "training_seconds": round(training_seconds, 2),
        "latency_ms": {
            "p50": round(float(np.percentile(milliseconds, 50)), 3),
            "p95": round(float(np.percentile(milliseconds, 95)), 3),
            "mean": round(float(milliseconds.mean()), 3),
            "n": len(milliseconds),
            "how": f"one patient at a time, after {WARM_UP} that do not count",
        },
        "cost_per_1000_predictions": {
            "value": round(seconds * 1000 / 3600 * DOLLARS_PER_CPU_HOUR, 8),
            "unit": "USD",
            "assumption": f"{DOLLARS_PER_CPU_HOUR} USD per CPU-hour; no idle time, no storage, no staff",
        },
    }


def latencies(trained: Trained, survey: Survey) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Milliseconds of each single prediction, on test people drawn with the fixed seed."""
    generator = np.random.default_rng(SEED)
    drawn = generator.choice(np.flatnonzero(survey.tested), WARM_UP + PREDICTIONS, replace=False)
    taken = []
    for row in drawn:
        patient = survey.inputs.iloc[[row]]
        start = perf_counter()
        trained.score(patient)
        taken.append((perf_counter() - start) * 1000)
    return np.array(taken[WARM_UP:], dtype=np.float64)
