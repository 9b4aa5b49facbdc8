"""Held against SciPy."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from govkit.statistics.beta import beta_cdf, beta_quantile, t_quantile, t_tails

shapes = st.floats(0.5, 1e6)


@given(x=st.floats(0, 1), a=shapes, b=shapes)
@settings(max_examples=150, deadline=None)
def test_beta_cdf_agrees_with_scipy(x: float, a: float, b: float) -> None:
    assert beta_cdf(x, a, b) == pytest.approx(special.betainc(a, b, x), rel=1e-7, abs=1e-12)


@given(probability=st.floats(1e-6, 1 - 1e-6), a=st.floats(1, 1e5), b=st.floats(1, 1e5))
@settings(max_examples=100, deadline=None)
def test_beta_quantile_agrees_with_scipy(probability: float, a: float, b: float) -> None:
    assert beta_quantile(probability, a, b) == pytest.approx(special.betaincinv(a, b, probability), rel=1e-7)


@pytest.mark.parametrize("freedom", [1, 2, 3, 10, 29, 299, 10_000])
@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.9, 0.95, 0.99, 0.9999])
def test_t_quantile_agrees_with_scipy(confidence: float, freedom: int) -> None:
    assert t_quantile(confidence, freedom) == pytest.approx(stats.t.ppf(0.5 + confidence / 2, freedom), rel=1e-8)


@pytest.mark.parametrize("t", [0.0, 0.1, -1.0, 2.5, 30.0])
def test_t_tails_agree_with_scipy(t: float) -> None:
    assert t_tails(t, 7) == pytest.approx(2 * stats.t.sf(abs(t), 7), rel=1e-9)
