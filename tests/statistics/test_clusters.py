"""Items in groups: held against statsmodels' cluster-robust errors, and against what grouping may do."""

from __future__ import annotations

import math

import numpy
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from govkit.statistics.clusters import clustered_interval, clustered_stderr, design_effect
from govkit.statistics.intervals import mean_interval

grouped = st.lists(
    st.tuples(st.integers(0, 100).map(lambda score: score / 100), st.sampled_from("abcdefgh")), min_size=4, max_size=60
)


@given(pairs=grouped)
@settings(max_examples=60, deadline=None)
def test_the_error_agrees_with_statsmodels_or_is_the_simple_one_where_that_is_larger(
    pairs: list[tuple[float, str]],
) -> None:
    scores, groups = [score for score, _ in pairs], [group for _, group in pairs]
    if len(set(groups)) < 2 or max(scores) - min(scores) < 1e-6:
        assert clustered_stderr(scores, groups) is None
        return
    codes = numpy.array([ord(group) for group in groups])
    fitted = sm.OLS(numpy.array(scores), numpy.ones(len(scores))).fit(cov_type="cluster", cov_kwds={"groups": codes})
    simple = float(numpy.std(scores, ddof=1)) / math.sqrt(len(scores))
    assert clustered_stderr(scores, groups) == pytest.approx(max(float(fitted.bse[0]), simple), rel=1e-9, abs=1e-12)


def test_groups_of_one_change_nothing() -> None:
    scores = [0.1, 0.4, 0.4, 0.9, 0.3, 0.7]
    names = [str(index) for index in range(6)]
    single, simple = clustered_interval(scores, names, 0.95), mean_interval(scores, 0.95)
    assert single is not None
    assert simple is not None
    assert single[:2] == pytest.approx(simple[:2])
    assert design_effect([0, 1, 1, 0, 1, 1], names, 0.95) == 1


def test_copies_of_items_are_worth_no_more_than_the_items() -> None:
    scores, names = [1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0], "abcdefgh"
    assert design_effect([s for s in scores for _ in range(10)], [g for g in names for _ in range(10)], 0.95) > 10


def test_scores_that_do_not_differ_are_worth_their_groups() -> None:
    assert design_effect([1.0] * 100, [str(i % 20) for i in range(100)], 0.95) == 5
    assert design_effect([1.0, 0.0], ["a", "a"], 0.95) == 2
    assert clustered_interval([1.0, 1.0], ["a", "b"], 0.95) is None


@given(pairs=grouped)
@settings(max_examples=60, deadline=None)
def test_grouping_never_adds_items(pairs: list[tuple[float, str]]) -> None:
    scores, groups = [round(score) * 1.0 for score, _ in pairs], [group for _, group in pairs]
    assert design_effect(scores, groups, 0.95) >= 1


def test_the_scale_is_kept_and_lengths_must_fit() -> None:
    bounds = clustered_interval([0.0, 1.0, 1.0, 1.0], ["a", "b", "b", "c"], 0.95, 0.0, 1.0)
    assert bounds is not None
    assert (bounds.low, bounds.high) == (0.0, 1.0)
    assert bounds.method == "clustered t, 3 groups"
    with pytest.raises(ValueError, match="2 scores, but 1 groups"):
        clustered_stderr([0.0, 1.0], ["a"])
