"""How long the reports of the example take, HTML and PDF. Usage: report_demo.py [RUNS]."""

from __future__ import annotations

from _demo import AS_OF, demo
from _timing import GOVKIT, NOTHING, median, process, runs_asked, told

BUDGET = 15.0
"""Seconds. Source: govkit judgement; a report is read for longer than it is awaited."""


def main() -> None:
    times = min(3, runs_asked())
    nothing = median(lambda: process(NOTHING), times)
    with demo() as (folder, releases):
        command = [*GOVKIT, "-C", folder, "report", releases[-1], "--as-of", AS_OF]
        seconds = median(lambda: process(command), times)
        print(told(f"govkit report {releases[-1]}", seconds, peer=("python -c pass", nothing), budget=BUDGET))
        for path in sorted(folder.rglob("*.pdf")):
            print(f"{path.relative_to(folder)}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
