"""Numbers of items that decide."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govkit.statistics.intervals import clopper_pearson, mean_interval_from_stderr, z_score
from govkit.statistics.sample_size import (
    clean_items,
    items_for_quantile,
    items_to_decide,
    items_to_decide_rate,
    rule_of_three,
)


def wilson_limits(rate: float, n: float, confidence: float) -> tuple[float, float]:
    """Wilson's interval of a rate that need not be a whole count."""
    z = z_score(confidence)
    middle, half = rate + z * z / (2 * n), z * math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


@given(rate=st.floats(0, 1), bar=st.floats(0.01, 0.99), confidence=st.floats(0.8, 0.99))
def test_the_forecast_decides_and_one_item_less_does_not(rate: float, bar: float, confidence: float) -> None:
    n = items_to_decide_rate(rate, bar, confidence)
    if abs(rate - bar) < 1e-4:
        assert n is None or n > 1
        return
    assert n is not None
    low, high = wilson_limits(rate, n, confidence)
    assert not low + 1e-9 < bar < high - 1e-9
    if n > 1:
        low, high = wilson_limits(rate, n - 1, confidence)
        assert low < bar + 1e-9
        assert bar < high + 1e-9


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
