"""What counts as a number, an instant, a standard error, a count of successes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govkit.collectors.values import (
    agrees_with_binary,
    any_key,
    count,
    instant,
    item_key,
    name,
    number,
    pointer,
    spread,
    whole_successes,
)


@pytest.mark.parametrize(
    ("raw", "value", "token"),
    [
        (0.5, 0.5, None),
        (3, 3.0, None),
        ("0.5", None, "not-a-number: the value is the text '0.5', which is not guessed at"),
        (float("nan"), None, "not-a-number: the value is NaN in the file"),
        (float("inf"), None, "not-a-number: the value is infinite, or too large, in the file"),
        (10**400, None, "not-a-number: the value is infinite, or too large, in the file"),
        (True, None, "not-a-number: the value is true or false, not a number"),
        (None, None, "not-a-number: the value is missing, not a number"),
        ({}, None, "not-a-number: the value is an object, not a number"),
    ],
)
def test_only_finite_numbers_are_numbers(raw: Any, value: float | None, token: str | None) -> None:
    assert number(raw) == (value, () if token is None else (token,))


@pytest.mark.parametrize(
    ("raw", "n", "stderr", "token"),
    [
        (0.1, 10, 0.1, None),
        (0.1, None, 0.1, None),
        (0.0, 10, None, "zero-stderr"),
        (0.1, 1, None, "zero-stderr"),
        (-0.1, 10, None, "bad-stderr"),
        ("N/A", 10, None, None),
        (None, 10, None, None),
        ("0.1", 10, None, "not-a-number"),
        (float("nan"), 10, None, "not-a-number"),
    ],
)
def test_a_standard_error_of_nothing_is_missing(
    raw: Any, n: int | None, stderr: float | None, token: str | None
) -> None:
    found = spread(raw, n)
    assert found.stderr == stderr
    assert [warning.split(":")[0] for warning in found.warnings] == ([] if token is None else [token])


@pytest.mark.parametrize(
    ("raw", "at", "text"),
    [
        (1768964383.5, datetime(2026, 1, 21, 2, 59, 43, 500000, UTC), None),
        ("2025-02-11T15:18:04-05:00", datetime(2025, 2, 11, 20, 18, 4, tzinfo=UTC), None),
        ("2026-03-24T23:12:14Z", datetime(2026, 3, 24, 23, 12, 14, tzinfo=UTC), None),
        ("20200727T171932.962507Z", datetime(2020, 7, 27, 17, 19, 32, 962507, UTC), None),
        ("2026-03-24T23:12:14", None, "2026-03-24T23:12:14"),
        ("2026-03-24", None, "2026-03-24"),
        ("20260818-041350", None, "20260818-041350"),
        ("yesterday", None, "yesterday"),
        ("0001-01-01T00:00:00+23:00", None, "0001-01-01T00:00:00+23:00"),
        (3391296.96, None, "3391296.96"),
        (1768964383000, None, "1768964383000"),
        (None, None, None),
        ("", None, None),
        ([], None, None),
    ],
)
def test_an_instant_needs_a_zone_and_the_hosts_is_never_taken(raw: Any, at: datetime | None, text: str | None) -> None:
    assert instant(raw) == (at, text)


def test_names_are_one_visible_line() -> None:
    assert name("a\u202eb\x00c\nd") == "a?b?c d"
    assert name("x" * 300) == "x" * 199 + "…"
    assert name("lone \ud800 surrogate") == "lone ? surrogate"
    assert [name(raw) for raw in (None, True, "", "  ", [], {})] == [None] * 6
    assert [name(raw) for raw in (1, 1.5)] == ["1", "1.5"]


def test_counts_are_whole_and_not_negative() -> None:
    assert [count(raw) for raw in (0, 10, 10.0, -1, 1.5, "10", True, None, 1e300)] == [0, 10, 10] + [None] * 6


@given(k=st.integers(0, 10_000), n=st.integers(1, 10_000))
def test_successes_come_back_from_their_share(k: int, n: int) -> None:
    share = k / n
    assert whole_successes(share, n) == (k if k <= n else None)


def test_a_share_that_is_no_whole_count_gives_no_successes() -> None:
    assert whole_successes(0.12345, 100) is None
    assert whole_successes(0.5, None) is None
    assert whole_successes(None, 10) is None
    assert whole_successes(0.5, 0) is None


def test_a_standard_error_tells_zero_and_one_from_shades_between() -> None:
    assert agrees_with_binary(0.8, 10, 0.13333333333333333)
    assert not agrees_with_binary(0.8, 10, 0.05)
    assert agrees_with_binary(0.8, 10, None)
    assert not agrees_with_binary(-1, 10, 0.1)


def test_a_key_of_anything_is_that_of_the_item_unless_there_is_none() -> None:
    assert any_key("a", [1]) == item_key("a", [1])
    assert any_key(float("nan")) == any_key(float("nan")) != any_key(float("inf"))


def test_item_keys_are_short_and_do_not_run_together() -> None:
    assert len(item_key("a", "b")) == 32
    assert item_key("a", "b") != item_key("ab")
    assert item_key("a", "b") == item_key("a", "b")


def test_pointers_escape_their_parts() -> None:
    assert pointer("results", "a/b~c", 0) == "/results/a~1b~0c/0"
