"""Held against the distributions of scipy.stats."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from govkit.statistics.quantiles import MissingLibrary, beta_quantile, t_quantile, t_tails


@given(probability=st.floats(1e-6, 1 - 1e-6), a=st.floats(1, 1e5), b=st.floats(1, 1e5))
@settings(max_examples=100, deadline=None)
def test_beta_quantile_agrees_with_the_distribution(probability: float, a: float, b: float) -> None:
    assert beta_quantile(probability, a, b) == pytest.approx(stats.beta.ppf(probability, a, b), rel=1e-7)


@pytest.mark.parametrize("freedom", [1, 2, 3, 10, 29, 299, 10_000])
@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.9, 0.95, 0.99, 0.9999])
def test_t_quantile_agrees_with_scipy(confidence: float, freedom: int) -> None:
    assert t_quantile(confidence, freedom) == pytest.approx(stats.t.ppf(0.5 + confidence / 2, freedom), rel=1e-8)


@pytest.mark.parametrize("t", [0.0, 0.1, -1.0, 2.5, 30.0])
def test_t_tails_agree_with_scipy(t: float) -> None:
    assert t_tails(t, 7) == pytest.approx(2 * stats.t.sf(abs(t), 7), rel=1e-9)


def test_without_scipy_the_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(MissingLibrary) as caught:
        t_quantile(0.95, 9)
    assert caught.value.name == "scipy"
