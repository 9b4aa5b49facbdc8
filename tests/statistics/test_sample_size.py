"""Numbers of items that decide."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from govkit.statistics.intervals import clopper_pearson, mean_interval_from_stderr
from govkit.statistics.sample_size import (
    clean_items,
    items_for_quantile,
    items_to_decide,
    items_to_decide_rate,
    rule_of_three,
)


@given(
    rate=st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0])),
    bar=st.floats(0.01, 0.99),
    confidence=st.floats(0.8, 0.99),
    worth=st.one_of(st.just(1.0), st.floats(1, 20)),
    exact=st.booleans(),
)
@settings(deadline=None)
def test_the_forecast_decides_and_one_item_less_does_not(
    rate: float, bar: float, confidence: float, worth: float, *, exact: bool
) -> None:
    """statsmodels' intervals at n and n - 1 items; where all or none passed the exact one is used."""
    if rate == bar or abs(rate - bar) < 1e-3 or 0.0 < rate < 1e-9:
        return
    n = items_to_decide_rate(rate, bar, confidence, exact=exact, worth=worth)
    method = "beta" if exact or rate in (0.0, 1.0) else "wilson"

    def spans(items: int) -> bool:
        effective = items / worth
        low, high = proportion_confint(rate * effective, effective, 1 - confidence, method=method)
        low, high = (0.0 if rate == 0.0 else low), (1.0 if rate == 1.0 else high)
        return bool(low + 1e-7 < bar < high - 1e-7)

    def clears(items: int) -> bool:
        effective = items / worth
        low, high = proportion_confint(rate * effective, effective, 1 - confidence, method=method)
        low, high = (0.0 if rate == 0.0 else low), (1.0 if rate == 1.0 else high)
        return bool(not low - 1e-7 < bar < high + 1e-7)

    assert n is not None
    assert not spans(n)
    assert n == 1 or not clears(n - 1)


def test_forecasts_by_hand() -> None:
    """91 % against 90 %: 1.95996² x 0.9 x 0.1 / 0.01² = 3457.3, and twice that where two items count as one.

    The exact interval needs 3,480: statsmodels has a lower limit of 0.8999987 at 3,479 and 0.9000002 at 3,480.
    None of n against 10 %: 1 - 0.025^(1/n) is below 0.1 from ln 0.025 / ln 0.9 = 35.01 on.
    """
    assert items_to_decide_rate(0.91, 0.9, 0.95) == 3458
    assert items_to_decide_rate(0.91, 0.9, 0.95, exact=True) == 3480
    assert items_to_decide_rate(0.0, 0.1, 0.95) == 36
    assert items_to_decide_rate(1.0, 0.9, 0.95) == 36
    assert items_to_decide_rate(0.91, 0.9, 0.95, worth=2.0) == 6915


def test_a_value_on_the_bar_is_never_decided() -> None:
    assert items_to_decide_rate(0.7, 0.7, 0.95) is None
    assert items_to_decide(3.0, 3.0, 100, 2.0, 4.0) is None


@pytest.mark.parametrize("bar", [0.4, 0.45, 0.55, 0.6])
def test_an_interval_of_a_mean_shrinks_with_the_root_of_n(bar: float) -> None:
    spread, n = 3.0, 100
    low, high, _ = mean_interval_from_stderr(0.5, spread / math.sqrt(n), 0.95)
    needed = items_to_decide(0.5, bar, n, low, high)
    assert needed is not None
    decided = mean_interval_from_stderr(0.5, spread / math.sqrt(needed), 0.95)
    open_still = mean_interval_from_stderr(0.5, spread / math.sqrt(needed - 1), 0.95)
    assert not decided.low < bar < decided.high
    assert open_still.low < bar < open_still.high


def test_an_interval_without_end_decides_nothing() -> None:
    assert items_to_decide(1.0, 2.0, 10, 0.5, math.inf) is None


def test_rule_of_three_is_near_the_exact_limit() -> None:
    assert rule_of_three(300) == pytest.approx(clopper_pearson(0, 300, 0.90).high, abs=1e-4)
    assert rule_of_three(2) == 1
    with pytest.raises(ValueError, match="n is 0"):
        rule_of_three(0)


@given(bar=st.floats(0.0005, 0.9), confidence=st.floats(0.8, 0.995))
def test_so_many_clean_items_show_the_bar_and_one_less_does_not(bar: float, confidence: float) -> None:
    n = clean_items(bar, confidence)
    assert clopper_pearson(0, n, confidence).high <= bar + 1e-12
    if n > 1:
        assert clopper_pearson(0, n - 1, confidence).high > bar - 1e-12


def test_no_number_of_clean_items_shows_that_nothing_ever_fails() -> None:
    with pytest.raises(ValueError, match="no number"):
        clean_items(0.0, 0.95)


@pytest.mark.parametrize(("quantile", "items"), [(0.99, 1000), (0.95, 200), (0.5, 20), (0.01, 1000), (0.999, 10_000)])
def test_a_quantile_needs_ten_items_beyond_it(quantile: float, items: int) -> None:
    assert items_for_quantile(quantile) == items


def test_one_is_no_quantile() -> None:
    with pytest.raises(ValueError, match="no quantile"):
        items_for_quantile(1.0)
