"""The same items twice: held against statsmodels, SciPy and published results."""

from __future__ import annotations

import math
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as oracle_mcnemar

from govkit.statistics.comparisons import Rate, difference
from govkit.statistics.intervals import LARGE_SAMPLE
from govkit.statistics.paired import mcnemar, newcombe_paired, paired_difference, sign_flips

cells = st.integers(0, 500)
thousandths = st.integers(0, 1000).map(lambda score: score / 1000)


@given(fell=st.integers(0, 3000), rose=st.integers(0, 3000))
@settings(max_examples=100, deadline=None)
def test_mcnemar_agrees_with_statsmodels(fell: int, rose: int) -> None:
    expected = oracle_mcnemar([[10, fell], [rose, 10]], exact=True).pvalue
    assert mcnemar(fell, rose) == pytest.approx(min(1.0, expected), rel=1e-8, abs=1e-290)


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
    expected = difference(Rate(both + fell, n), Rate(both + rose, n), 0.95)
    assert newcombe_paired(both, fell, rose, neither, 0.95)[:2] == pytest.approx(expected[:2])


def test_items_that_agree_make_the_paired_interval_narrower() -> None:
    assert newcombe_paired(700, 20, 10, 270, 0.95).width < difference(Rate(720, 1000), Rate(710, 1000), 0.95).width / 2


def test_binary_scores_are_matched_by_key() -> None:
    before = {"a": 1, "b": 1, "c": 0, "d": 0, "only before": 1}
    after = {"d": 1, "c": 0, "b": 0, "a": 1, "x": 0, "y": 0}
    found = paired_difference(before, after, 0.95)
    assert (found.n, found.only_before, found.only_after, found.fell, found.rose) == (4, 1, 2, 1, 1)
    assert (found.before, found.after, found.difference, found.p_value) == (0.5, 0.5, 0.0, 1.0)
    assert found.bounds == newcombe_paired(1, 1, 1, 1, 0.95)
    assert (found.bounds.method, found.test) == ("Newcombe, paired", "exact McNemar")


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


def test_scores_that_all_move_alike_have_no_interval() -> None:
    found = paired_difference({"a": 0.1, "b": 0.2, "c": 0.6}, {"a": 0.3, "b": 0.4, "c": 0.8}, 0.95)
    assert (found.bounds, found.p_value, found.rose) == (None, None, 3)
    assert found.difference == pytest.approx(0.2)


def test_releases_without_a_shared_item_cannot_be_paired() -> None:
    with pytest.raises(ValueError, match="no item is in both"):
        paired_difference({"a": 1}, {"b": 1}, 0.95)


def test_few_scores_are_tested_by_every_change_of_signs() -> None:
    """All 2^6 signs: 1, 2, 3, 4, 5 and -0.5 give a mean at least as far from 0 in 4 of 64 cases."""
    before = dict.fromkeys("abcdef", 0.0)
    after = dict(zip("abcdef", (1.0, 2.0, 3.0, 4.0, 5.0, -0.5), strict=True))
    found = paired_difference(before, after, 0.95)
    assert found.p_value == pytest.approx(4 / 64)
    assert found.test == "exact permutation of signs over 6 items"


def test_more_signs_than_resamples_are_drawn_and_the_name_says_so() -> None:
    """2^13 = 8,192 ways are all tried, 2^14 = 16,384 are not; a change of 0 has no sign."""

    def name(moved: int) -> str:
        before = {str(i): 0.5 for i in range(20)}
        return paired_difference(before, {str(i): 0.5 + 0.01 * (i + 1) * (i < moved) for i in range(20)}, 0.95).test

    assert name(13) == "exact permutation of signs over 20 items"
    assert name(14) == "permutation of signs over 20 items, 9999 resamples, seed 0"


def test_changes_that_add_up_to_nothing_are_the_least_surprising() -> None:
    """0.1 + 0.2 - 0.3 is 5.6e-17 and stands for 0, which every turning of signs reaches at least."""
    assert sign_flips([0.1, 0.2, -0.3]) == 1.0


def test_noise_of_floating_point_is_no_change() -> None:
    found = paired_difference({"a": 0.3, "b": 0.2, "c": 0.2}, {"a": 0.1 + 0.2, "b": 0.4, "c": 0.1}, 0.95)
    assert (found.rose, found.fell) == (1, 1)


def test_many_scores_are_tested_by_students_t() -> None:
    before = {str(i): (i % 7) / 7 for i in range(LARGE_SAMPLE)}
    after = {str(i): (i % 7) / 7 + (i % 5) / 50 - 0.03 for i in range(LARGE_SAMPLE)}
    found = paired_difference(before, after, 0.95)
    oracle = stats.ttest_rel([after[key] for key in before], list(before.values()))
    assert found.p_value == pytest.approx(oracle.pvalue, rel=1e-6)


@given(changes=st.lists(st.integers(-9, 9), max_size=9))
@settings(max_examples=40, deadline=None)
def test_few_changes_are_turned_round_in_every_way(changes: list[int]) -> None:
    moved = [change for change in changes if change]
    sums = [
        sum(sign * change for sign, change in zip(signs, moved, strict=True))
        for signs in product((1, -1), repeat=len(moved))
    ]
    beyond = min(sum(total >= sum(moved) for total in sums), sum(total <= sum(moved) for total in sums))
    assert sign_flips(changes) == pytest.approx(min(1.0, 2 * beyond / len(sums)))


def test_random_signs_are_near_students_t_and_always_the_same() -> None:
    changes = [math.sin(index) + 0.2 for index in range(200)]
    p_value = sign_flips(changes)
    assert p_value == sign_flips(changes)
    assert p_value == pytest.approx(float(stats.ttest_1samp(changes, 0).pvalue), abs=0.01)


def test_items_of_one_group_count_as_one() -> None:
    """Ten questions about each of 20 passages that fall together: as good as 20 items, not 200."""
    keys = [(passage, question) for passage in range(20) for question in range(10)]
    before = {f"{p}-{q}": 1.0 for p, q in keys}
    after = {f"{p}-{q}": float(p >= 4) for p, q in keys}
    groups = {f"{p}-{q}": str(p) for p, q in keys}
    alone, together = (paired_difference(before, after, 0.95, given) for given in (None, groups))
    assert alone.bounds is not None
    assert together.bounds is not None
    assert together.bounds.low < alone.bounds.low < alone.bounds.high < together.bounds.high
    assert together.bounds.method == "Newcombe, paired, 20 groups"
    assert alone.p_value is not None
    assert together.p_value == pytest.approx(2 * 0.5**4)  # the four passages that fell, each as likely to rise
    assert alone.p_value < 1e-10


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_groups_never_narrow_the_interval(data: st.DataObject) -> None:
    n = data.draw(st.integers(4, 40))
    old = data.draw(st.lists(st.sampled_from([0.0, 0.3, 1.0]), min_size=n, max_size=n))
    new = data.draw(st.lists(st.sampled_from([0.0, 0.4, 1.0]), min_size=n, max_size=n))
    names = data.draw(st.lists(st.sampled_from("abcdef"), min_size=n, max_size=n))
    before, after = ({str(i): score for i, score in enumerate(scores)} for scores in (old, new))
    alone = paired_difference(before, after, 0.95).bounds
    together = paired_difference(before, after, 0.95, {str(i): name for i, name in enumerate(names)}).bounds
    if alone is not None and together is not None:
        assert together.low <= alone.low + 1e-9
        assert alone.high <= together.high + 1e-9
