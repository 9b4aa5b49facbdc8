"""Metric frames: the size of every group, and nothing that contradicts it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from govkit.model.evidence import Measurement, Reading
from tests.collectors.given import read_as, read_sample, refusal, sample, tokens

ONE, TWO = "fairlearn/frame_0.15.json", "fairlearn/frame_controls_0.15.json"


def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sample(ONE).read_text())
    return found


def of(reading: Reading, measure: str) -> list[Measurement]:
    return [one for one in reading.measurements if one.measure == measure]


def test_every_value_has_the_count_of_what_it_is_taken_over() -> None:
    reading = read_sample(ONE)
    whole, female, male = of(reading, "fairlearn/true_positive_rate")
    assert [(one.successes, one.n, one.conditions) for one in (whole, female, male)] == [
        (183, 221, {}), (97, 117, {"sex": "F"}), (86, 104, {"sex": "M"}),
    ]  # fmt: skip
    assert (whole.unit, whole.higher_is_better, whole.n_basis) == ("proportion", True, "items")
    assert whole.dataset is not None
    assert whole.dataset.id == "made-up applicants"
    assert female.place == "/metrics/2/by_group/0"
    assert of(reading, "fairlearn/selection_rate")[0].higher_is_better is None
    assert (reading.status, reading.at) == ("complete", datetime(2026, 11, 25, 12, tzinfo=UTC))
    assert reading.tool is not None
    assert (reading.tool.name, reading.tool.version) == ("fairlearn", "0.15.0")


def test_intervals_are_the_tools_with_their_method() -> None:
    interval = of(read_sample(ONE), "fairlearn/accuracy")[0].interval
    assert interval is not None
    assert (interval.low, interval.high, interval.level, interval.method) == (0.7525, 0.8338125, 0.95, "bootstrap")


def test_undeclared_metrics_have_no_unit_and_no_successes() -> None:
    reading = read_sample(TWO)
    found = of(reading, "fairlearn/accuracy")
    assert {(one.unit, one.successes, one.higher_is_better) for one in found} == {(None, None, None)}
    assert found[0].conditions == {"region": "north"}
    assert found[2].conditions == {"region": "north", "sex": "F", "age": "old"}
    assert tokens(reading.warnings) == {"empty-groups"}
    assert len(found) == 2 + 7


def test_a_share_that_is_none_is_told(tmp_path: Path) -> None:
    odd = document()
    odd["metrics"][0]["by_group"][0]["n"] = 7
    one = of(read_as(tmp_path, "fairlearn", odd), "fairlearn/accuracy")[1]
    assert (one.successes, one.n, tokens(one.warnings)) == (None, 7, {"count-conflict"})


def test_an_interval_beside_the_value_is_dropped(tmp_path: Path) -> None:
    odd = document()
    odd["metrics"][0]["overall"][0]["interval"]["high"] = 0.76
    one = of(read_as(tmp_path, "fairlearn", odd), "fairlearn/accuracy")[0]
    assert (one.interval, tokens(one.warnings)) == (None, {"bad-interval"})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("metrics",), []),
        (("metrics", 0, "by_group", 0, "n"), -1),
        (("metrics", 0, "by_group", 0, "n"), None),
        (("metrics", 0, "by_group", 0, "value"), "0.5"),
        (("metrics", 0, "by_group", 0, "value"), float("nan")),
        (("metrics", 0, "unit"), "apples"),
        (("metrics", 0, "count"), None),
        (("sensitive_features",), []),
        (("extra",), 1),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(path: tuple[Any, ...], value: Any, tmp_path: Path) -> None:
    odd = document()
    owner = odd
    for key in path[:-1]:
        owner = owner[key]
    owner[path[-1]] = value
    error = refusal(tmp_path, odd, "fairlearn")
    assert (error.ident, error.pointer) == ("unreadable-evidence", "".join(f"/{key}" for key in path))


def test_a_newer_schema_asks_for_a_newer_govkit(tmp_path: Path) -> None:
    assert "newer govkit" in refusal(tmp_path, {**document(), "schema": "govkit.metric-frame/2"}).fix
