"""Whether a promptfoo run may be relied on: what it left out, what was lost, and whether its own sums agree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.promptfoo_tally import MOST_LOST, Tallies
from govkit.collectors.values import count, fields, name, section
from govkit.model.evidence import Measurement, RunStatus

KNOWN_VERSIONS = frozenset({1, 2, 3, 4})
"""Of the summary 1 to 3; 4 is that of the file the viewer writes. Source: promptfoo `models/eval.ts`, 0.123.1."""


class Shape(NamedTuple):
    """Where in a document what stands."""

    version: str
    summary: dict[str, Any]
    rows: tuple[str, ...]
    """Keys that lead to the rows."""
    prompts: tuple[str, ...]
    """Keys that lead to the prompts."""


def standing(
    document: dict[str, Any], shape: Shape, tallies: Tallies, measured_ones: tuple[Measurement, ...], odd: int
) -> tuple[RunStatus, tuple[str, ...]]:
    """Status of the run. promptfoo writes its file at the end, also when the run was broken off."""
    whole = [one for one in measured_ones if not one.conditions.keys() & {"plugin", "strategy"}]
    rates = [one for one in whole if one.unscored is not None]
    lost = [one for one in rates if one.value is None or _share_lost(one) > MOST_LOST]
    partial = [*_limited(document, tallies), *_disagreeing(tallies), *_odd(odd)]
    notes = [*_new_version(shape.version, document), *_left_out(tallies)]
    if not tallies.rows:
        counted = section(shape.summary, "stats")
        said = any(count(counted.get(key)) for key in ("successes", "failures", "errors"))
        why = "its summary counts tests, but the rows are missing" if said else "no test was run"
        return "error", (f"no-measurements: the file holds no result: {why}", *partial, *notes)
    if all(one.value is None for one in rates):
        return "error", ("failed-run: no test was graded as it was meant to be", *partial, *notes)
    if len(lost) == len(rates):
        partial.append("lost-items: more than 5 % of the tests have no score, with every prompt and provider")
    return ("partial" if partial else "complete"), (*partial, *notes)


def _share_lost(one: Measurement) -> float:
    missing = one.missing or 0
    return missing / max(1, (one.n or 0) + missing)


def planned_tests(document: dict[str, Any], config: dict[str, Any]) -> int | None:
    """Tests of a whole run with one prompt and provider; None where the configuration makes them in other ways."""
    tests = config.get("tests")
    if not isinstance(tests, list) or not tests or config.get("scenarios"):
        return None
    for test in tests:
        stated = fields(test)
        several = any(isinstance(value, list) for value in section(stated, "vars").values())
        if (
            not stated
            or several
            or "repeat" in section(stated, "options")
            or stated.keys() & {"prompts", "providers", "path"}
        ):
            return None
    repeat = section(document, "runtimeOptions").get("repeat") or section(config, "evaluateOptions").get("repeat")
    return len(tests) * (count(repeat) or 1)


def _limited(document: dict[str, Any], tallies: Tallies) -> list[str]:
    """Filters of the command line are not written down, but the tests they left out are."""
    planned = planned_tests(document, section(document, "config"))
    if planned is None or not tallies.tests or len(tallies.tests) >= planned:
        return []
    return [f"limited-run: {len(tallies.tests)} of the {planned} tests of the configuration were run"]


def _disagreeing(tallies: Tallies) -> list[str]:
    """Columns of which promptfoo's summary counts more, or other, results than there are rows."""
    found = []
    for conditions, tally in tallies.named():
        index = tally.column.position
        if index is None or index >= len(tallies.prompts):
            continue
        summary = section(tallies.prompts[index], "metrics")
        counts = [count(summary.get(key)) for key in ("testPassCount", "testFailCount", "testErrorCount")]
        total = sum(one or 0 for one in counts)
        if counts[0] is not None and total != tally.rows:
            where = f"{conditions['prompt']} with {conditions['provider']}"
            found.append(f"counts-disagree: the summary counts {total} results of {where}, the file holds {tally.rows}")
    return found[:5]


def _odd(odd: int) -> list[str]:
    return [f"unreadable-rows: {odd} rows are no results of promptfoo and are left out"] if odd else []


def _new_version(version: str, document: dict[str, Any]) -> Iterator[str]:
    stated = [version, *([name(document["version"], 20) or "?"] if document.get("version") is not None else [])]
    for one in dict.fromkeys(stated):
        if one.isdecimal() and int(one) not in KNOWN_VERSIONS:
            yield f"unknown-version: version {one} is newer than the versions known here"


def _left_out(tallies: Tallies) -> Iterator[str]:
    lost = tallies.left_out + sum(tally.left_out for tally in tallies.columns.values())
    if lost:
        yield f"too-many-names: {lost} values of more than 500 named metrics, plugins or columns are left out"
