"""Whatever stands in a field is shown as text: nothing hidden, nothing endless, nothing run."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from govkit.report.visible import anchor, brief, paragraphs, plain, safe_url, visible


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a\u202eb", "a[U+202E]b"),
        ("zero\u200bwidth", "zero[U+200B]width"),
        ("nul\x00", "nul[U+0000]"),
        ("lone\ud800", "lone[U+D800]"),
        ("soft\u00adhyphen", "soft[U+00AD]hyphen"),
        ("two\n\n  lines\t", "two lines"),
        ("go \U0001f680", "go [rocket]"),
        ("\u06a9\u200c\u0627", "\u06a9\u200c\u0627"),
        ("a\u200cb", "a[U+200C]b"),
        ("caf\u00e9 \u2265 3 \u2192 \u4e2d", "caf\u00e9 \u2265 3 \u2192 \u4e2d"),
    ],
)
def test_hidden_and_unprintable_characters_are_named(given: str, shown: str) -> None:
    assert plain(given) == shown


def test_markup_of_others_is_text() -> None:
    assert visible('<img src=x onerror="a">') == Markup("&lt;img src=x onerror=&#34;a&#34;&gt;")
    assert visible(Markup("<b>ours</b>")) == Markup("<b>ours</b>")


def test_endless_words_are_cut() -> None:
    assert visible("x" * 600) == "x" * 600
    assert visible(f"a {'x' * 3_000} b") == f"a {'x' * 600}…(cut) b"


def test_long_fields_are_cut_and_say_so() -> None:
    shown = plain("word " * 4_000)
    assert len(shown) < 4_100
    assert "cut: 20,000 characters" in shown


def test_a_huge_field_is_no_work() -> None:
    """Two million characters: whatever looked at every pair of them would never end."""
    shown = visible("\n" * 1_000_000 + "<br>" * 250_000)
    assert len(shown) < 30_000
    assert "cut: 2,000,000 characters" in shown


def test_anchors_are_plain_and_keep_different_ids_apart() -> None:
    assert anchor("c", "GK-PERF-01") == "c-GK-PERF-01"
    assert anchor("k", "A/b") != anchor("k", "A-b")
    assert anchor("x", '"><script>').replace("-", "").isalnum()
    assert anchor("x", "\u4e2d\u6587").isascii()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "\\\\unc\\share", "https://a\\b",
        "java\nscript:x", "https://x/\u202e", "vbscript:x", "//host/x", "https:// x", "",
    ],
)  # fmt: skip
def test_unsafe_addresses_are_no_links(address: str) -> None:
    assert safe_url(address) is None


def test_safe_addresses_are_escaped() -> None:
    assert safe_url("https://a.example/?x=1&y=2") == Markup("https://a.example/?x=1&amp;y=2")
    assert safe_url("mailto:office@a.example") == "mailto:office@a.example"


def test_paragraphs_and_brief() -> None:
    assert paragraphs("one\n\ntwo\n \nthree") == ["one", "two", "three"]
    assert len(paragraphs("\n\n".join("abc"[i % 3] for i in range(99)))) == 12
    assert brief("short") == "short"
    assert brief("some more words here", 12) == "some more …"
