"""Of many items the same ones are kept from every file, and no more than agreed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from govkit.collectors.kept import Kept
from govkit.collectors.values import item_key

items = st.dictionaries(st.integers(0, 10_000), st.sampled_from([0.0, 1.0, 0.5]), max_size=80)


def kept(scores: dict[int, float], most: int) -> Kept:
    found = Kept(most)
    for number, score in scores.items():
        found.add(item_key(number), score)
    return found


@given(scores=items, most=st.integers(1, 40))
def test_those_with_the_smallest_keys_are_kept(scores: dict[int, float], most: int) -> None:
    hashed = {item_key(number): score for number, score in scores.items()}
    assert kept(scores, most).scores() == {key: hashed[key] for key in sorted(hashed)[:most]}


@given(scores=items, other=items, most=st.integers(1, 40))
def test_two_files_with_the_same_items_keep_the_same(
    scores: dict[int, float], other: dict[int, float], most: int
) -> None:
    again = {number: other.get(number, 0.0) for number in sorted(scores, reverse=True)}
    assert kept(scores, most).scores().keys() == kept(again, most).scores().keys()


@given(scores=items, most=st.integers(1, 40))
def test_a_draw_is_said(scores: dict[int, float], most: int) -> None:
    assert bool(kept(scores, most).note()) == (len(scores) > most)


def test_an_item_that_comes_again_is_another_item() -> None:
    found = Kept()
    for score in (1.0, 0.0, 1.0):
        found.add("a" * 32, score)
    assert found.scores() == {"a" * 32: 1.0, "a" * 24 + "00000002": 0.0, "a" * 24 + "00000003": 1.0}


def test_a_missing_score_is_counted_and_not_kept() -> None:
    found = Kept()
    found.add("a" * 32, None)
    found.add("a" * 32, 1.0)
    assert found.rows == 2
    assert found.scores() == {"a" * 24 + "00000002": 1.0}


def test_binary_speaks_of_all_rows_not_only_of_those_kept() -> None:
    found = Kept(1)
    for number, score in enumerate((1.0, 0.0, 1.0, 1.0, 0.5)):
        found.add(item_key(number), score)
    assert not found.binary
