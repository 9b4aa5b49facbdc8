"""Many tests at once: held against statsmodels."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from govkit.statistics.multiple import benjamini_hochberg, holm


@given(p_values=st.lists(st.floats(0, 1), min_size=1, max_size=30))
@settings(max_examples=40, deadline=None)
def test_holm_agrees_with_statsmodels(p_values: list[float]) -> None:
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1], abs=1e-9)


def test_holm_of_nothing_is_nothing_and_of_no_probability_is_refused() -> None:
    assert holm([]) == ()
    with pytest.raises(ValueError, match="not between"):
        holm([0.2, float("nan")])


@given(p_values=st.lists(st.floats(0, 1), min_size=1, max_size=30))
@settings(max_examples=40, deadline=None)
def test_the_false_discovery_rate_agrees_with_statsmodels_and_is_never_stricter_than_holm(
    p_values: list[float],
) -> None:
    found = benjamini_hochberg(p_values)
    assert found == pytest.approx(multipletests(p_values, method="fdr_bh")[1], abs=1e-9)
    assert all(discovered <= strict + 1e-12 for discovered, strict in zip(found, holm(p_values), strict=True))


def test_no_test_has_no_false_discovery() -> None:
    assert benjamini_hochberg([]) == ()
    with pytest.raises(ValueError, match="not between"):
        benjamini_hochberg([1.5])
