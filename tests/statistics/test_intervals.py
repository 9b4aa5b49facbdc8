"""Held against statsmodels and SciPy, and against what an interval has to be."""

from __future__ import annotations

import math
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from govkit.statistics.intervals import (
    LARGE_SAMPLE,
    Bounds,
    MissingLibrary,
    bootstrap_interval,
    clopper_pearson,
    mean_interval,
    mean_interval_from_stderr,
    t_interval,
    wilson,
)

counts = st.integers(1, 20_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
levels = st.floats(0.5, 0.9999)
some_scores = st.lists(st.integers(0, 1000).map(lambda score: score / 1000), min_size=2, max_size=40)


@given(count=counts, level=levels)
@settings(max_examples=100, deadline=None)
def test_wilson_agrees_with_statsmodels(count: tuple[int, int], level: float) -> None:
    expected = proportion_confint(*count, alpha=1 - level, method="wilson")
    assert wilson(*count, level)[:2] == pytest.approx(expected, abs=1e-9)


@given(count=counts, level=levels)
@settings(max_examples=100, deadline=None)
def test_clopper_pearson_agrees_with_statsmodels(count: tuple[int, int], level: float) -> None:
    expected = proportion_confint(*count, alpha=1 - level, method="beta")
    assert clopper_pearson(*count, level)[:2] == pytest.approx(expected, rel=1e-7, abs=1e-12)


def test_no_failure_in_33_is_not_certainty() -> None:
    assert wilson(0, 33, 0.95).high == pytest.approx(0.10427, abs=5e-6)
    assert clopper_pearson(0, 33, 0.95).high == pytest.approx(0.10576, abs=5e-6)
    assert clopper_pearson(5, 5, 0.95).low == pytest.approx(0.4782, abs=5e-5)


@given(count=counts, level=levels)
@settings(max_examples=50, deadline=None)
def test_intervals_of_a_proportion_hold_it_and_stay_on_its_scale(count: tuple[int, int], level: float) -> None:
    k, n = count
    for bounds in (wilson(k, n, level), clopper_pearson(k, n, level)):
        assert 0 <= bounds.low <= k / n <= bounds.high <= 1
        assert bounds.low < bounds.high


@given(count=counts, level=levels)
@settings(max_examples=50, deadline=None)
def test_success_and_failure_mirror_each_other(count: tuple[int, int], level: float) -> None:
    k, n = count
    for interval in (wilson, clopper_pearson):
        here, there = interval(k, n, level), interval(n - k, n, level)
        assert (here.low, here.high) == pytest.approx((1 - there.high, 1 - there.low), abs=1e-9)


@given(count=counts, factor=st.integers(2, 10), level=levels)
@settings(max_examples=50, deadline=None)
def test_more_items_at_the_same_rate_narrow_the_interval(count: tuple[int, int], factor: int, level: float) -> None:
    k, n = count
    for interval in (wilson, clopper_pearson):
        assert interval(k * factor, n * factor, level).width < interval(k, n, level).width


@given(count=counts, level=st.floats(0.5, 0.99))
@settings(max_examples=50, deadline=None)
def test_more_confidence_widens_the_interval(count: tuple[int, int], level: float) -> None:
    for interval in (wilson, clopper_pearson):
        assert interval(*count, level).width < interval(*count, level + 0.009).width


@given(count=counts)
@settings(max_examples=50, deadline=None)
def test_the_exact_interval_covers_at_least_what_it_says(count: tuple[int, int]) -> None:
    k, n = count
    low, high, _ = clopper_pearson(k, n, 0.95)
    assert k == 0 or stats.binom.sf(k - 1, n, low) == pytest.approx(0.025, rel=1e-5)
    assert k == n or stats.binom.cdf(k, n, high) == pytest.approx(0.025, rel=1e-5)


@pytest.mark.parametrize("interval", [wilson, clopper_pearson])
@pytest.mark.parametrize(("k", "n", "level"), [(0, 0, 0.95), (-1, 5, 0.95), (6, 5, 0.95), (1, 5, 1.0), (1, 5, 0.0)])
def test_a_count_or_level_that_is_none_is_refused(interval: object, k: int, n: int, level: float) -> None:
    with pytest.raises(ValueError, match=r"n is 0|not a proportion|not between"):
        interval(k, n, level)  # type: ignore[operator]


def test_a_mean_with_its_standard_error() -> None:
    bounds = mean_interval_from_stderr(0.5, 0.1, 0.95)
    assert bounds[:2] == pytest.approx((0.304004, 0.695996), abs=1e-6)


def test_an_interval_stays_on_the_scale_of_its_value() -> None:
    assert mean_interval_from_stderr(0.99, 0.1, 0.95, low=0, high=1).high == 1
    assert mean_interval_from_stderr(0.01, 0.1, 0.95, low=0, high=1).low == 0


@pytest.mark.parametrize("stderr", [0.0, -0.1, math.nan, math.inf])
def test_a_standard_error_of_nothing_is_not_certainty(stderr: float) -> None:
    with pytest.raises(ValueError, match="no interval"):
        mean_interval_from_stderr(0.5, stderr, 0.95)


def test_a_value_off_its_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="outside its scale"):
        mean_interval_from_stderr(1.2, 0.1, 0.95, low=0, high=1)


@given(scores=some_scores, level=levels)
@settings(max_examples=50, deadline=None)
def test_t_interval_agrees_with_scipy(scores: list[float], level: float) -> None:
    bounds = t_interval(scores, level)
    if bounds is None:
        assert min(scores) == max(scores)
        return
    expected = stats.ttest_1samp(scores, 0.0).confidence_interval(level)
    assert bounds[:2] == pytest.approx((expected.low, expected.high), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("scores", [[0.5], [0.5] * 10, [0.5] * LARGE_SAMPLE, [0.0, 0.0], [0.1 + 0.2, 0.3]])
def test_scores_that_do_not_differ_have_no_interval(scores: list[float]) -> None:
    assert mean_interval(scores, 0.95) is None
    assert t_interval(scores, 0.95) is None
    assert bootstrap_interval(scores, 0.95, seed=1) is None


@pytest.mark.parametrize("scores", [[], [0.1, math.nan], [0.1, math.inf]])
def test_no_scores_or_no_numbers_are_refused(scores: list[float]) -> None:
    with pytest.raises(ValueError, match=r"n is 0|finite"):
        t_interval(scores, 0.95)


def test_small_samples_use_t_and_large_ones_the_normal() -> None:
    small, large = [0.0, 0.5, 1.0], [0.2, 0.7] * (LARGE_SAMPLE // 2)
    assert mean_interval(small, 0.95, low=0, high=1) == Bounds(0, 1, "t")
    found = mean_interval(large, 0.95)
    assert found is not None
    assert found.method == "normal"
    assert found[:2] == pytest.approx((0.45 - 0.028337, 0.45 + 0.028337), abs=1e-6)


def test_the_bootstrap_repeats_itself_and_is_near_the_normal_interval() -> None:
    scores = [(i * 37 % 101) / 100 for i in range(200)]
    first, again = bootstrap_interval(scores, 0.95, seed=7), bootstrap_interval(scores, 0.95, seed=7)
    normal = t_interval(scores, 0.95)
    assert first == again
    assert first is not None
    assert normal is not None
    assert first[:2] == pytest.approx(normal[:2], abs=0.005)


def test_the_bootstrap_names_the_package_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    with pytest.raises(MissingLibrary) as raised:
        bootstrap_interval([0.1, 0.9], 0.95, seed=1)
    assert raised.value.name == "scipy"
