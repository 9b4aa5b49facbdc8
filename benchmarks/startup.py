"""How long govkit takes to say something, next to Python that says nothing. Usage: startup.py [RUNS]."""

from __future__ import annotations

from _timing import GOVKIT, NOTHING, median, process, runs_asked, told

BUDGET = 0.25
"""Seconds. Source: govkit judgement; a quarter of a second still feels immediate."""
COMMANDS = (("--help",), ("show",), ("show", "MEASURE", "2.3"), ("show", "--help"))


def main() -> None:
    times = runs_asked()
    nothing = median(lambda: process(NOTHING), times)
    print(told("python -c pass", nothing))
    for arguments in COMMANDS:
        seconds = median(lambda arguments=arguments: process([*GOVKIT, *arguments]), times)  # type: ignore[misc]
        print(told(f"govkit {' '.join(arguments)}", seconds, peer=("python -c pass", nothing), budget=BUDGET))


if __name__ == "__main__":
    main()
