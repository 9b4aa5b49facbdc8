"""Whole processes, timed: what a person at the terminal waits for."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

GOVKIT = (sys.executable, "-m", "govkit")
NOTHING = (sys.executable, "-c", "pass")
ACCEPTED = (0, 10)  # done, or a verdict: a closed gate is a result


def process(command: Sequence[str | Path], folder: Path | None = None) -> float:
    """Seconds one process takes; ends the benchmark when it fails."""
    begun = time.perf_counter()
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    taken = time.perf_counter() - begun
    if done.returncode not in ACCEPTED:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stderr}")
    return taken


def median(run: Callable[[], float], times: int) -> float:
    """Median of some runs, after one that warms the file cache."""
    run()
    return statistics.median(run() for _ in range(times))


def told(what: str, seconds: float, *, peer: tuple[str, float] | None = None, budget: float | None = None) -> str:
    """One line of a table: what was timed, how long it took, how that compares."""
    line = f"{what:44} {seconds:8.3f} s"
    if peer is not None:
        line += f"   {seconds / peer[1]:6.1f} x {peer[0]}"
    if budget is not None:
        line += f"   budget {budget:g} s: {'within' if seconds <= budget else 'OVER'}"
    return line


def runs_asked() -> int:
    """How often to repeat: the first argument, or 9."""
    return int(sys.argv[1]) if len(sys.argv) > 1 else 9
