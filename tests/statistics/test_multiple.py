"""Many tests at once: held against statsmodels."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from govkit.statistics.multiple import Failing, benjamini_hochberg, holm

ALPHA = 0.025
probabilities = st.lists(st.one_of(st.floats(0, 1), st.floats(0, 2 * ALPHA)), min_size=1, max_size=30)


def at(p_values: list[float]) -> Failing:
    """The tests whose p-value is no larger than a part of the error allowed."""
    return lambda part: frozenset(n for n, p in enumerate(p_values) if p <= ALPHA * part)


def called(p_values: list[float], method: str) -> frozenset[int]:
    rejected = multipletests(p_values, alpha=ALPHA, method=method)[0]
    return frozenset(n for n, reject in enumerate(rejected) if reject)


@given(p_values=probabilities)
@settings(max_examples=200, deadline=None)
def test_holm_calls_what_statsmodels_calls_and_the_rest_does_not_stand(p_values: list[float]) -> None:
    found, part = holm(len(p_values), at(p_values))
    assert found == called(p_values, "holm")
    assert len(found) == len(p_values) or at(p_values)(part) <= found


@given(p_values=probabilities)
@settings(max_examples=200, deadline=None)
def test_benjamini_and_hochberg_call_what_statsmodels_calls_and_never_less_than_holm(p_values: list[float]) -> None:
    found, part = benjamini_hochberg(len(p_values), at(p_values))
    assert found == called(p_values, "fdr_bh")
    assert found >= holm(len(p_values), at(p_values))[0]
    assert len(found) == len(p_values) or at(p_values)(part) <= found


def test_the_smallest_of_five_needs_a_fifth_of_the_error() -> None:
    """0.004 <= 0.025/5, then 0.006 <= 0.025/4, then 0.009 > 0.025/3; but 0.009 <= 3 x 0.025/5 (0.015)."""
    p_values = [0.009, 0.004, 0.9, 0.006, 0.5]
    assert holm(5, at(p_values)) == (frozenset({1, 3}), 1 / 3)
    assert benjamini_hochberg(5, at(p_values)) == (frozenset({0, 1, 3}), 4 / 5)


def test_nothing_that_fails_is_nothing_that_is_called() -> None:
    assert holm(2, at([0.5, 0.6])) == (frozenset(), 0.5)
    assert benjamini_hochberg(2, at([0.5, 0.6])) == (frozenset(), 0.5)
    assert holm(1, at([0.001])) == (frozenset({0}), 1.0)
