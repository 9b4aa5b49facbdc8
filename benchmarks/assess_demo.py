"""How long a judgement of the example takes, from the command to the last line. Usage: assess_demo.py [RUNS]."""

from __future__ import annotations

from _demo import AS_OF, demo
from _timing import GOVKIT, NOTHING, median, process, runs_asked, told

BUDGET = 1.0
"""Seconds. Source: govkit judgement; one may run it after every edit."""


def main() -> None:
    times = runs_asked()
    nothing = median(lambda: process(NOTHING), times)
    with demo() as (folder, releases):
        for version in releases:
            command = [*GOVKIT, "-C", folder, "assess", version, "--as-of", AS_OF]
            seconds = median(lambda command=command: process(command), times)  # type: ignore[misc]
            print(told(f"govkit assess {version}", seconds, peer=("python -c pass", nothing), budget=BUDGET))


if __name__ == "__main__":
    main()
