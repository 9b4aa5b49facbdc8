"""Many scores in little memory say the same as a plain dictionary."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govkit.collectors import mapping_samples, mapping_tally
from govkit.collectors.mapping_tally import Tally
from govkit.collectors.values import item_key
from govkit.errors import CollectorError

ROWS = st.lists(
    st.tuples(
        st.integers(0, 30).map(str),
        st.integers(-4, 4).map(lambda quarter: quarter / 4),
        st.sampled_from([("x",), ("y",)]),
        st.sampled_from(["p", "q", None]),
    )
)


@given(rows=ROWS)
def test_items_groups_and_clusters_are_those_of_the_rows(
    rows: list[tuple[str, float, tuple[str, ...], str | None]],
) -> None:
    tally = Tally(clustered=True)
    plain: dict[str, list[float]] = {}
    inside: dict[tuple[str, ...], dict[str, list[float]]] = {}
    for key, score, group, cluster in rows:
        tally.add(key, score, group, cluster)
        plain.setdefault(item_key(key), []).append(score)
        inside.setdefault(group, {}).setdefault(key, []).append(score)
    found = {item.key: item.score for item in tally.items()}
    assert found == {key: sum(several) / len(several) for key, several in plain.items()}
    assert list(found) == sorted(found)
    assert math.fsum(tally.whole().scores) == pytest.approx(math.fsum(found.values()))
    groups = {group: len(one.scores) for group, one in tally.by_group().items()}
    assert groups == {group: len(keys) for group, keys in inside.items()}
    last = {key: cluster for key, _, _, cluster in rows if cluster is not None}
    alone = len({key for key, *_ in rows} - last.keys())
    assert tally.whole().clusters == (len(set(last.values())) + alone if last else None)


def test_too_many_rows_or_groups_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for most in ("MOST_ROWS", "MOST_GROUPS"):
        with monkeypatch.context() as patched:
            patched.setattr(mapping_tally, most, 2)
            tally = Tally(clustered=False)
            for number in range(2):
                tally.add(str(number), 1.0, (str(number),), None)
            with pytest.raises(CollectorError) as caught:
                tally.add("2", 1.0, ("2",), None)
            assert caught.value.ident == "too-large"


def test_of_very_many_items_a_draw_is_kept_and_all_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping_samples, "MOST", 5)
    tally = Tally(clustered=False)
    for number in range(20):
        tally.add(str(number), float(number % 2), (), None)
    kept = mapping_samples._kept("m", {}, tally, tally.whole())
    assert list(kept.scores) == sorted(item_key(str(number)) for number in range(20))[:5]
    assert len(tally.whole().scores) == 20
