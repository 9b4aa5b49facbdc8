"""Whole processes, timed: what a person at the terminal waits for."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

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
        env=INSTALLED,
        check=False,
    )
    taken = time.perf_counter() - begun
    _ended_well(command, done.returncode, done.stderr)
    return taken


def _ended_well(command: Sequence[str | Path], code: int, said: str) -> None:
    if code not in ACCEPTED:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {code}:\n{said}")


INSTALLED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""The environment without the switch that makes Python compile every module anew; what pip installed is compiled."""


class Cost(NamedTuple):
    """What one process took."""

    seconds: float
    megabytes: float
    """Peak resident memory."""


def cost(command: Sequence[str | Path], folder: Path | None = None) -> Cost:
    """Time and peak memory of one process; ends the benchmark when it fails."""
    with tempfile.TemporaryFile() as output:
        begun = time.perf_counter()
        started = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            env=INSTALLED,
        )
        _, status, usage = os.wait4(started.pid, 0)
        seconds = time.perf_counter() - begun
        started.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        _ended_well(command, started.returncode, output.read().decode(errors="replace"))
    return Cost(seconds, usage.ru_maxrss / 1000)


def typical(run: Callable[[], Cost], times: int) -> Cost:
    """Median time and largest memory of some runs, after one that warms the file cache."""
    run()
    costs = [run() for _ in range(times)]
    return Cost(statistics.median(one.seconds for one in costs), max(one.megabytes for one in costs))


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
