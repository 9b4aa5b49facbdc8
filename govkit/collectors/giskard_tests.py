"""Giskard 2: results of a test suite, as `TestSuiteResult.to_json()` writes them: a word and a figure per test.

Format: giskard 2.19.2, `core/suite.py`. Neither the threshold nor the size of the data is in the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from govkit.collectors.grouped import Grouped
from govkit.collectors.values import fields, item_key, name, number, pointer
from govkit.model.evidence import Measurement, SampleScores

MOST_TESTS = 2_000
"""Tests read. Source: govkit judgement; a suite made from a scan has some dozens."""

_KEYS = frozenset({"result", "metric_value"})
_WORDS = {"Passed": 1.0, "Failed": 0.0}


def is_tests(document: Any) -> bool:
    """Whether every value of an object is the result of a test."""
    rows = fields(document).values()
    return 0 < len(rows) <= MOST_TESTS and all(isinstance(row, dict) and row.keys() == _KEYS for row in rows)


def measured(document: dict[str, Any]) -> Iterator[tuple[Measurement, SampleScores | None]]:
    """The share of tests that passed, and the figure of each test, whose direction the file does not tell."""
    items = Grouped()
    outcomes = [(str(test), _WORDS.get(str(fields(row).get("result")))) for test, row in document.items()]
    for test, outcome in outcomes:
        if outcome is not None:
            items.add(item_key(test), outcome)
    k, n = sum(outcome == 1.0 for _, outcome in outcomes), sum(outcome is not None for _, outcome in outcomes)
    measure = "giskard/tests/pass-rate"
    yield (
        Measurement(
            measure=measure,
            value=k / n if n else None,
            unit="proportion",
            higher_is_better=True,
            n=n,
            n_basis="items",
            successes=k if n else None,
            unscored=len(outcomes) - n,
            warnings=tuple(_doubts(document, len(outcomes) - n)),
        ),
        items.samples(measure, {}, binary=True),
    )
    for test, row in document.items():
        value, doubts = number(fields(row).get("metric_value"), "the figure")
        label = name(test, 160) or "unnamed"
        place = pointer(test, "metric_value")
        yield (
            Measurement(
                measure=name(f"giskard/test/{label}") or "giskard",
                value=value,
                place=place,
                warnings=(*doubts, "no-count: the file does not say how many items a figure rests on"),
            ),
            None,
        )


def _doubts(document: dict[str, Any], unread: int) -> Iterator[str]:
    yield "same-names: of tests with one name Giskard writes only the last, so that others may be missing"
    failed = [row for row in document.values() if row.get("result") == "Failed" and row.get("metric_value") is None]
    if failed:
        yield f"no-figure: {len(failed)} tests failed without a figure; they may have broken down"
    if unread:
        yield f"unscored-items: {unread} tests have a result that is neither Passed nor Failed"
