"""Items that failed, stayed unscored or were never run."""

from __future__ import annotations

from typing import Any

import pytest

from govkit.model.project import Policy
from tests.assess.builders import check, counted, criterion, evidence, measurement

AT_LEAST = criterion(at_least=0.8, interval="required")


@pytest.mark.parametrize(
    ("lost", "reason"),
    [
        ({"errors": 52}, "bar-cleared"),
        ({"errors": 53}, "items-missing"),
        ({"errors": 30, "unscored": 30}, "items-missing"),
        ({"planned": 1052}, "bar-cleared"),
        ({"planned": 1100}, "items-missing"),
        ({"errors": 0, "unscored": 0}, "bar-cleared"),
        ({}, "bar-cleared"),
    ],
)
def test_more_than_a_twentieth_may_not_be_missing(lost: dict[str, int], reason: str) -> None:
    assert check(AT_LEAST, evidence(counted(990, 1000, **lost))).reason == reason


def test_the_policy_says_how_many() -> None:
    found = evidence(counted(990, 1000, errors=200))
    assert check(AT_LEAST, found).reason == "items-missing"
    assert check(AT_LEAST, found, policy=Policy(max_error_share=0.2)).outcome == "met"
    one = evidence(counted(990, 1000, errors=1))
    assert check(AT_LEAST, one, policy=Policy(max_error_share=0)).reason == "items-missing"


def test_what_the_value_would_be_with_them_stands_beside_it() -> None:
    made = check(AT_LEAST, evidence(counted(900, 1000, errors=20, unscored=5)))
    assert made.outcome == "met"
    assert made.extremes is not None
    assert made.extremes.items == 25
    assert (made.extremes.low, made.extremes.high) == pytest.approx((900 / 1025, 925 / 1025))
    assert [w for w in made.warnings if w.startswith("missing-items: 25 items are missing; counted as 0 or as 1")]
    assert check(AT_LEAST, evidence(counted(900, 1000, errors=0))).extremes is None


def test_a_mean_and_a_percentage_have_their_ends_too() -> None:
    mean = check(AT_LEAST, evidence(measurement(0.9, stderr=0.005, n=1000, n_basis="items", errors=20)))
    assert mean.extremes is not None
    assert (mean.extremes.low, mean.extremes.high) == pytest.approx((900 / 1020, 920 / 1020))
    percent = criterion(at_least=0.8, unit="proportion")
    given = check(percent, evidence(measurement(90.0, unit="percent", n=1000, errors=20, stderr=0.5)))
    assert given.extremes is not None
    assert (given.extremes.low, given.extremes.high) == pytest.approx((900 / 1020, 920 / 1020))


def test_a_time_has_no_worst_case() -> None:
    wanted = criterion(at_most=300, unit="ms")
    slow = measurement(200, unit="ms", higher_is_better=False, n=1000, errors=20)
    assert check(wanted, evidence(slow)).extremes is None


def test_a_yes_that_hangs_on_the_missing_items_says_so() -> None:
    found = evidence(counted(840, 1000, errors=50))
    made = check(AT_LEAST, found)
    assert made.outcome == "met"
    assert any(warning.endswith("which does not clear the bar in both cases") for warning in made.warnings)


def test_for_safety_the_worst_case_must_clear_the_bar() -> None:
    def attacks(**changes: Any) -> tuple[str, str]:
        wanted = criterion(at_most=0.02, interval="required", safety=True)
        made = check(wanted, evidence(counted(0, 1000, higher_is_better=False, **changes)))
        return made.outcome, made.reason

    assert attacks() == ("met", "bar-cleared")
    assert attacks(errors=2) == ("met", "bar-cleared")
    assert attacks(errors=40) == ("not-judged", "items-missing")
