"""Held against statsmodels, published tables, and what a difference or ratio has to be."""

from __future__ import annotations

import math
from statistics import fmean, stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from govkit.statistics.comparisons import (
    Mean,
    Rate,
    difference,
    ratio,
    relative_change,
)

rates = st.integers(1, 5_000).flatmap(lambda n: st.builds(Rate, st.integers(0, n), st.just(n)))
freedoms = st.one_of(st.none(), st.floats(1, 500))
means = st.builds(Mean, st.floats(0.01, 100), st.floats(0.001, 10), freedoms)


@given(before=rates, after=rates, level=st.floats(0.6, 0.999))
@settings(max_examples=100, deadline=None)
def test_newcombe_agrees_with_statsmodels(before: Rate, after: Rate, level: float) -> None:
    expected = confint_proportions_2indep(*after, *before, method="newcomb", compare="diff", alpha=1 - level)
    assert difference(before, after, level)[:2] == pytest.approx(expected, abs=1e-9)


def test_newcombe_agrees_with_the_paper() -> None:
    """Newcombe 1998, Stat. Med. 17:873-890, table II, contrasts (a) and (b), method 10."""
    assert difference(Rate(48, 80), Rate(56, 70), 0.95)[:2] == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert difference(Rate(3, 10), Rate(9, 10), 0.95)[:2] == pytest.approx((0.1705, 0.8090), abs=5e-5)


@given(before=st.one_of(rates, means), after=st.one_of(rates, means))
@settings(max_examples=50, deadline=None)
def test_turning_a_difference_round_turns_its_interval_round(before: Rate | Mean, after: Rate | Mean) -> None:
    there, back = difference(before, after, 0.95), difference(after, before, 0.95)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert there.low <= after.value - before.value <= there.high


def test_two_means_add_their_variances() -> None:
    bounds = difference(Mean(10.0, 0.3), Mean(11.0, 0.4), 0.95)
    assert bounds[:2] == pytest.approx((1 - 1.959964 * 0.5, 1 + 1.959964 * 0.5), abs=1e-6)


def test_the_name_says_which_limits_were_joined() -> None:
    """10 and 900 degrees of freedom: the half width is √((t₁₀ 0.3)² + (z 0.4)²), with t₁₀ = 2.228, z = 1.960."""
    mixed = difference(Mean(10.0, 0.3, 10), Mean(11.0, 0.4), 0.95)
    assert mixed.method == "Student's t and normal, unpaired"
    assert mixed.high - 1 == pytest.approx(math.hypot(2.228139 * 0.3, 1.959964 * 0.4), abs=1e-5)
    assert difference(Mean(10.0, 0.3, 10), Mean(11.0, 0.4, 20), 0.95).method == "Student's t, unpaired"
    assert difference(Mean(10.0, 0.3), Mean(11.0, 0.4), 0.95).method == "normal, unpaired"
    assert difference(Rate(1, 2), Rate(1, 2), 0.95).method == "Newcombe, unpaired"
    assert difference(Rate(1, 2), Mean(0.5, 0.1), 0.95).method == "Wilson and normal, unpaired"


@given(top=rates, bottom=rates.filter(lambda rate: rate.k > 0))
@settings(max_examples=100, deadline=None)
def test_a_ratio_lies_in_its_interval(top: Rate, bottom: Rate) -> None:
    bounds = ratio(top, bottom, 0.95)
    assert bounds is not None
    assert 0 <= bounds.low <= top.value / bottom.value * (1 + 1e-12)
    assert top.value / bottom.value * (1 - 1e-12) <= bounds.high < math.inf
    assert bounds.low < bounds.high


@given(top=rates.filter(lambda rate: rate.k > 0), bottom=rates.filter(lambda rate: rate.k > 0))
@settings(max_examples=50, deadline=None)
def test_turning_a_ratio_upside_down_does_so_to_its_interval(top: Rate, bottom: Rate) -> None:
    there, back = ratio(top, bottom, 0.95), ratio(bottom, top, 0.95)
    assert there is not None
    assert back is not None
    assert (there.low, there.high) == pytest.approx((1 / back.high, 1 / back.low))


@pytest.mark.parametrize(("top", "bottom"), [(Rate(800, 1000), Rate(900, 1000)), (Rate(4000, 9000), Rate(3000, 8000))])
def test_a_ratio_of_large_samples_agrees_with_the_log_and_score_methods(top: Rate, bottom: Rate) -> None:
    bounds = ratio(top, bottom, 0.95)
    assert bounds is not None
    for method in ("log", "score"):
        expected = confint_proportions_2indep(*top, *bottom, method=method, compare="ratio")
        assert bounds[:2] == pytest.approx(expected, abs=1e-3)


def test_a_ratio_to_nothing_means_nothing() -> None:
    assert ratio(Rate(3, 10), Rate(0, 10), 0.95) is None
    assert relative_change(Rate(0, 10), Rate(3, 10), 0.95) is None


def test_a_bottom_that_may_be_zero_leaves_the_ratio_open_above() -> None:
    bounds = ratio(Mean(5, 0.5), Mean(1, 2), 0.95)
    assert bounds is not None
    assert (bounds.low > 0, bounds.high) == (True, math.inf)
    open_both = ratio(Mean(0.1, 0.5), Mean(1, 2), 0.95)
    assert open_both is not None
    assert (open_both.low, open_both.high) == (-math.inf, math.inf)


@given(top=st.floats(-50, 50), top_error=st.floats(0.01, 5), bottom=st.floats(10, 50), error=st.floats(0.01, 4))
def test_the_ratio_of_means_is_where_their_difference_reaches_zero(
    top: float, top_error: float, bottom: float, error: float
) -> None:
    """Fieller's definition, solved independently: (top - R bottom)² = z² (se² + R² se²) for normal means."""
    bounds = ratio(Mean(top, top_error), Mean(bottom, error), 0.95)
    assert bounds is not None
    for limit in bounds[:2]:
        left = (top - limit * bottom) ** 2
        right = 1.959963984540054**2 * (top_error**2 + limit**2 * error**2)
        assert left == pytest.approx(right, rel=1e-6)


def test_a_relative_change_counts_from_the_value_before() -> None:
    bounds = relative_change(Rate(500, 1000), Rate(600, 1000), 0.95)
    assert bounds is not None
    assert bounds.low < 0.2 < bounds.high
    assert bounds[:2] == pytest.approx((0.1075, 0.3005), abs=2e-3)


@given(
    one=st.lists(st.integers(0, 100).map(lambda score: score / 100), min_size=3, max_size=30),
    other=st.lists(st.integers(0, 100).map(lambda score: score / 100), min_size=3, max_size=30),
)
@settings(max_examples=40, deadline=None)
def test_small_means_are_no_surer_than_welchs_t(one: list[float], other: list[float]) -> None:
    """Each side's own Student's t, joined, is at least as wide as Welch's interval with its larger freedom."""
    if max(one) - min(one) < 0.01 or max(other) - min(other) < 0.01:
        return
    before, after = (
        Mean(fmean(scores), stdev(scores) / math.sqrt(len(scores)), len(scores) - 1) for scores in (one, other)
    )
    bounds = difference(before, after, 0.95)
    welch = stats.ttest_ind(other, one, equal_var=False).confidence_interval(0.95)
    assert bounds.low <= welch.low + 1e-9
    assert welch.high - 1e-9 <= bounds.high
