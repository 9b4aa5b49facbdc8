"""Search by words over the shipped catalogs."""

from __future__ import annotations

import pytest

from govkit.catalogs.loading import Library, shipped_library
from govkit.catalogs.searching import search


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped_library()


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("data quality", "iso-42001-2023:A.7.4"),
        ("quality of data", "iso-42001-2023:A.7.4"),
        ("data quality", "GK-DATA-03"),
        ("prompt injction", "GK-SEC-01"),
        ("incident", "iso-42001-2023:A.8.4"),
        ("robustness", "GK-ROB-01"),
        ("iso 42001 audit", "iso-42001-2023:9.2"),
        ("INCIDENTS", "iso-42001-2023:A.8.4"),
        ("internal audit", "iso-42001-2023:9.2"),
        ("calibrated confidence", "GK-CAL-01"),
        ("third-party", "nist-ai-rmf-1.0:GOVERN 6"),
        ("nist risk management framework", "nist-ai-rmf-1.0"),
    ],
)
def test_what_is_looked_for_is_among_the_first(library: Library, query: str, wanted: str) -> None:
    assert wanted in [hit.id for hit in search(library, query)[:12]]  # what the terminal shows


@pytest.mark.parametrize("query", ["", "   ", "the of and", "zzzz", "!!", "xqj wvk"])
def test_nothing_fits(library: Library, query: str) -> None:
    assert search(library, query) == ()


def test_hits_come_best_first_and_always_in_the_same_order(library: Library) -> None:
    hits = search(library, "risk treatment plan")
    assert list(hits) == sorted(hits, key=lambda hit: (-hit.score, hit.id))
    assert hits == search(library, "risk treatment plan")


def test_one_common_word_of_three_is_not_enough(library: Library) -> None:
    assert search(library, "system xqjxqj wvkwvk") == ()


def test_an_endless_query_is_answered(library: Library) -> None:
    assert isinstance(search(library, "word " * 5_000 + "x" * 100_000), tuple)
