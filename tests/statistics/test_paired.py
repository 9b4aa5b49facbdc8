"""The same items twice: held against statsmodels, SciPy and published results."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as oracle_mcnemar
from statsmodels.stats.multitest import multipletests

from govkit.statistics.comparisons import newcombe
from govkit.statistics.paired import holm, mcnemar, newcombe_paired, paired_difference

cells = st.integers(0, 500)
thousandths = st.integers(0, 1000).map(lambda score: score / 1000)


@given(fell=st.integers(0, 3000), rose=st.integers(0, 3000))
@settings(max_examples=100, deadline=None)
def test_mcnemar_agrees_with_statsmodels(fell: int, rose: int) -> None:
    expected = oracle_mcnemar([[10, fell], [rose, 10]], exact=True).pvalue
    assert mcnemar(fell, rose) == pytest.approx(min(1.0, expected), rel=1e-8, abs=1e-300)


def test_mcnemar_of_large_counts_agrees_with_scipy() -> None:
    assert mcnemar(500_000, 502_000) == pytest.approx(stats.binomtest(500_000, 1_002_000).pvalue, rel=1e-6)


def test_newcombe_paired_agrees_with_the_published_example() -> None:
    """Cavo et al. 2012 (59, 6, 16, 80), as computed in Fagerland, Lydersen, Laake 2017, chapter 8."""
    assert newcombe_paired(59, 16, 6, 80, 0.95)[:2] == pytest.approx((-0.1186, -0.0046), abs=5e-5)


@given(both=cells, fell=cells, rose=cells, neither=cells)
@settings(max_examples=50, deadline=None)
def test_the_interval_of_a_paired_change_holds_it_and_turns_round(
    both: int, fell: int, rose: int, neither: int
) -> None:
    n = both + fell + rose + neither
    if n == 0:
        return
    here, back = newcombe_paired(both, fell, rose, neither, 0.95), newcombe_paired(both, rose, fell, neither, 0.95)
    assert -1 <= here.low <= (rose - fell) / n <= here.high <= 1
    assert here.low < here.high
    assert (here.low, here.high) == pytest.approx((-back.high, -back.low))


@given(a=st.integers(1, 20), b=st.integers(1, 20), c=st.integers(1, 20), d=st.integers(1, 20))
def test_items_that_are_unrelated_gain_nothing_from_pairing(a: int, b: int, c: int, d: int) -> None:
    """Independent margins (both·neither = fell·rose): the paired interval is the unpaired one."""
    both, fell, rose, neither = a * c, a * d, b * c, b * d
    n = both + fell + rose + neither
    expected = newcombe(both + fell, n, both + rose, n, 0.95)
    assert newcombe_paired(both, fell, rose, neither, 0.95)[:2] == pytest.approx(expected[:2])


def test_items_that_agree_make_the_paired_interval_narrower() -> None:
    assert newcombe_paired(700, 20, 10, 270, 0.95).width < newcombe(720, 1000, 710, 1000, 0.95).width / 2


def test_binary_scores_are_matched_by_key() -> None:
    before = {"a": 1, "b": 1, "c": 0, "d": 0, "only before": 1}
    after = {"d": 1, "c": 0, "b": 0, "a": 1, "x": 0, "y": 0}
    found = paired_difference(before, after, 0.95)
    assert (found.n, found.only_before, found.only_after, found.fell, found.rose) == (4, 1, 2, 1, 1)
    assert (found.before, found.after, found.difference, found.p_value) == (0.5, 0.5, 0.0, 1.0)
    assert found.bounds == newcombe_paired(1, 1, 1, 1, 0.95)
    assert found.method == "Newcombe, paired; exact McNemar"


def test_items_that_never_changed_are_not_certainty() -> None:
    same = {str(i): float(i % 4 > 0) for i in range(100)}
    found = paired_difference(same, same, 0.95)
    assert found.bounds is not None
    assert found.bounds.low < 0 < found.bounds.high
    assert found.p_value == 1


@given(pairs=st.lists(st.tuples(thousandths, thousandths), min_size=2, max_size=50))
@settings(max_examples=50, deadline=None)
def test_scores_agree_with_scipys_paired_t(pairs: list[tuple[float, float]]) -> None:
    before = {str(i): pair[0] for i, pair in enumerate(pairs)} | {"shift": 0.25}
    after = {str(i): pair[1] for i, pair in enumerate(pairs)} | {"shift": 0.75}
    found = paired_difference(before, after, 0.95)
    changes = [after[key] - before[key] for key in before]
    if max(changes) - min(changes) < 1e-6:
        return
    oracle = stats.ttest_rel(list(after.values()), list(before.values()))
    expected = oracle.confidence_interval(0.95)
    assert found.bounds is not None
    assert found.bounds[:2] == pytest.approx((expected.low, expected.high), rel=1e-6, abs=1e-9)
    assert found.p_value == pytest.approx(oracle.pvalue, rel=1e-6, abs=1e-12)


def test_scores_that_all_move_alike_have_no_interval() -> None:
    found = paired_difference({"a": 0.1, "b": 0.2, "c": 0.6}, {"a": 0.3, "b": 0.4, "c": 0.8}, 0.95)
    assert (found.bounds, found.p_value, found.rose) == (None, None, 3)
    assert found.difference == pytest.approx(0.2)


def test_releases_without_a_shared_item_cannot_be_paired() -> None:
    with pytest.raises(ValueError, match="no item is in both"):
        paired_difference({"a": 1}, {"b": 1}, 0.95)


@given(p_values=st.lists(st.floats(0, 1), min_size=1, max_size=30))
@settings(max_examples=40, deadline=None)
def test_holm_agrees_with_statsmodels(p_values: list[float]) -> None:
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1], abs=1e-9)


def test_holm_of_nothing_is_nothing_and_of_no_probability_is_refused() -> None:
    assert holm([]) == ()
    with pytest.raises(ValueError, match="not between"):
        holm([0.2, float("nan")])
