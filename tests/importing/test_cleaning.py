"""Words of others in the forms our records take."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govkit.importing.cleaning import HEADLINE, headline, ident, items, one_line, prose, slug
from govkit.model.catalog import Requirement


@given(st.text(max_size=400))
def test_a_slug_is_one_or_nothing(text: str) -> None:
    made = slug(text)
    assert made == "" or (re.fullmatch(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*", made) and len(made) <= 80)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("NIST-AI-RMF-1.0", "nist-ai-rmf-1.0"),
        ("AI_100_1_0_0", "ai_100_1_0_0"),
        ("Été: 2 – b", "ete-2-b"),
        ("--a..b__c-", "a.b_c"),
        ("漢字", ""),
    ],
)
def test_slugs(text: str, made: str) -> None:
    assert slug(text) == made


@given(st.text(max_size=400))
def test_a_headline_fits_a_title(text: str) -> None:
    made = headline(text)
    assert len(made) <= HEADLINE + 1
    if made:
        Requirement(id="x", kind="k", title=made, summary=made)


def test_headlines() -> None:
    assert headline("A short one.") == "A short one."
    assert headline("First sentence. " + "More words follow. " * 10) == "First sentence."
    assert headline("word " * 60) == " ".join(["word"] * 24) + "…"


@given(st.text(max_size=200))
def test_what_is_one_line_has_no_other_line(text: str) -> None:
    assert one_line(text) == one_line(one_line(text))
    assert len(one_line(text).splitlines()) <= 1


@pytest.mark.parametrize(
    ("value", "made"),
    [
        (None, None),
        ("", None),
        ("\n  \n", None),
        (["a"], None),
        (True, None),
        (1.5, "1.5"),
        ("a \r\nb\r", "a\nb"),
        ("\u200ba", "a"),
    ],
)
def test_prose(value: object, made: str | None) -> None:
    assert prose(value) == made


def test_items_of_a_list_and_of_lines() -> None:
    assert list(items(["- a", " b ", ""])) == ["a", "b"]
    assert list(items("* a\n\n  - b\n• c\n-d")) == ["a", "b", "c", "-d"]
    assert list(items(None)) == []


def test_an_id_keeps_what_would_make_it_look_like_another() -> None:
    assert ident("  A  1\n") == "A 1"
    assert ident("A\u200b1") == "A\u200b1"
