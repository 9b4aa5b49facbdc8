"""All shipped catalogs, mappings, kinds and measures: as govkit loads them, and as ruamel.yaml does. [RUNS]."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from _timing import cost, median, runs_asked, told, typical
from ruamel.yaml import YAML

from govkit.catalogs.loading import shipped_library
from govkit.files import shipped
from govkit.yaml_lines import load_yaml

BUDGET = 0.2
"""Seconds for all of them. Source: govkit judgement; every command that knows catalogs waits for it."""
MEMORY = 120
"""Peak megabytes of the whole process. Source: govkit judgement; fits the smallest runners."""
PROCESS = (sys.executable, "-c", "from govkit.catalogs.loading import shipped_library; shipped_library()")


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def with_ruamel(paths: list[Path], kind: str) -> None:
    for path in paths:
        with path.open("rb") as stream:
            YAML(typ=kind).load(stream)


def with_lines(paths: list[Path]) -> None:
    for path in paths:
        load_yaml(path.read_bytes(), path.name)


def main() -> None:
    times = runs_asked()
    paths = sorted(shipped("frameworks").rglob("*.yaml"))
    size = sum(path.stat().st_size for path in paths)
    print(f"{len(paths)} files, {size / 1000:.0f} kB")
    library = median(lambda: timed(shipped_library), times)
    peer = ("govkit", library)
    print(told("govkit: compiled, checked, as records", library, budget=BUDGET))
    whole = typical(lambda: cost(PROCESS), times)
    fits = "within" if whole.megabytes <= MEMORY else "OVER"
    print(told("the same, as a process of its own", whole.seconds))
    print(f"{'peak memory of that process':44} {whole.megabytes:8.0f} MB  budget {MEMORY} MB: {fits}")
    print(
        told("govkit: the YAML alone, with lines", median(lambda: timed(lambda: with_lines(paths)), times), peer=peer)
    )
    for name, kind in (("ruamel.yaml safe (C)", "safe"), ("ruamel.yaml round trip (keeps lines)", "rt")):
        seconds = median(lambda kind=kind: timed(lambda: with_ruamel(paths, kind)), min(times, 3))  # type: ignore[misc]
        print(told(name, seconds, peer=peer))


if __name__ == "__main__":
    main()
