"""Gaps and ratios across slices."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govkit.statistics.comparisons import Mean, Rate, difference, ratio
from govkit.statistics.slices import gap_interval, ratio_interval

rates = st.integers(1, 500).flatmap(lambda n: st.builds(Rate, st.integers(0, n), st.just(n)))
groups = st.dictionaries(st.sampled_from("abcdef"), rates, min_size=2)


def test_two_slices_are_one_comparison() -> None:
    found = gap_interval({"men": Rate(80, 100), "women": Rate(60, 100)}, 0.95)
    assert (found.lowest, found.highest, found.pairs) == ("women", "men", 1)
    assert found.value == pytest.approx(0.2)
    assert found.bounds[:2] == pytest.approx(difference(Rate(60, 100), Rate(80, 100), 0.95)[:2])


def test_a_ratio_of_two_slices_is_one_comparison() -> None:
    found, alone = (
        ratio_interval({"men": Rate(80, 100), "women": Rate(60, 100)}, 0.95),
        ratio(Rate(60, 100), Rate(80, 100), 0.95),
    )
    assert found is not None
    assert alone is not None
    assert found.value == pytest.approx(0.75)
    assert found.bounds[:2] == pytest.approx(alone[:2])


def test_more_slices_share_the_confidence() -> None:
    two = {"a": Rate(80, 100), "b": Rate(60, 100)}
    four = two | {"c": Rate(70, 100), "d": Rate(70, 100)}
    assert gap_interval(four, 0.95).bounds.width > gap_interval(two, 0.95).bounds.width
    assert gap_interval(four, 0.95).bounds.method.endswith("Bonferroni over 6 pairs")


@given(slices=groups)
@settings(max_examples=50, deadline=None)
def test_gap_and_ratio_lie_in_their_intervals(slices: dict[str, Rate]) -> None:
    gap = gap_interval(slices, 0.95)
    assert 0 <= gap.bounds.low <= gap.value <= gap.bounds.high <= 1
    found = ratio_interval(slices, 0.95)
    if found is None:
        assert not any(rate.k for rate in slices.values())
        return
    assert 0 <= found.bounds.low <= found.value * (1 + 1e-9)
    assert found.value * (1 - 1e-9) <= found.bounds.high <= 1


@given(slices=groups)
@settings(max_examples=50, deadline=None)
def test_the_order_of_slices_changes_nothing(slices: dict[str, Rate]) -> None:
    turned = dict(reversed(slices.items()))
    here, there = gap_interval(slices, 0.95), gap_interval(turned, 0.95)
    assert (here.value, here.lowest, here.highest) == (there.value, there.lowest, there.highest)
    assert here.bounds[:2] == pytest.approx(there.bounds[:2])


def test_equal_slices_have_a_gap_that_may_be_zero() -> None:
    found = gap_interval({"a": Rate(50, 100), "b": Rate(50, 100)}, 0.95)
    assert (found.value, found.bounds.low, found.lowest, found.highest) == (0, 0, "a", "a")
    assert found.bounds.high > 0.1


def test_choosing_the_extremes_afterwards_is_allowed_for() -> None:
    """Five slices with one true rate: a gap is seldom claimed, where looking at the worst pair alone often would."""
    chance = random.Random(5)
    claimed = worst_pair = 0
    for _ in range(500):
        slices = {str(i): Rate(sum(chance.random() < 0.7 for _ in range(200)), 200) for i in range(5)}
        spread = gap_interval(slices, 0.95)
        claimed += spread.bounds.low > 0
        worst_pair += difference(slices[spread.lowest], slices[spread.highest], 0.95).low > 0
    assert claimed <= 0.05 * 500
    assert worst_pair >= 0.20 * 500


def test_means_have_gaps_and_ratios_too() -> None:
    slices = {"a": Mean(10.0, 0.5), "b": Mean(8.0, 0.5)}
    assert gap_interval(slices, 0.95).bounds[:2] == pytest.approx((2 - 1.3859, 2 + 1.3859), abs=1e-4)
    found = ratio_interval(slices, 0.95)
    assert found is not None
    assert found.bounds.low < 0.8 < found.bounds.high < 1


def test_a_spread_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="two slices"):
        gap_interval({"a": Rate(1, 2)}, 0.95)
    with pytest.raises(ValueError, match="negative"):
        ratio_interval({"a": Mean(-1.0, 0.5), "b": Mean(1.0, 0.5)}, 0.95)
    assert ratio_interval({"a": Rate(0, 9), "b": Rate(0, 9)}, 0.95) is None


def test_a_pair_of_zeros_bounds_nothing() -> None:
    found = ratio_interval({"a": Rate(0, 9), "b": Rate(0, 9), "c": Rate(9, 9)}, 0.95)
    assert found is not None
    assert (found.value, found.bounds.low) == (0, 0)
    assert 0 < found.bounds.high < 1
