"""Words from a user's own copy: laid over a catalog, never part of one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from govkit.catalogs.loading import Library
from govkit.catalogs.overlays import read_overlay
from govkit.errors import InputError, Problem
from tests.catalogs.builders import loaded

OVERLAY = """\
catalog: toy-1.0
source: The booklet, our copy number 7
licence: For us alone
note: The second printing differs.
texts:
  T 1: No toy shall have a sharp edge.
  T 2: |-
    No part shall be small.

    Small means less than 3 cm.
"""


def overlaid(folder: Path, text: str = OVERLAY, catalog: str = "toy-1.0") -> Library:
    library = loaded(folder)
    path = folder / "texts.yaml"
    path.write_text(text, encoding="utf-8")
    return library.with_texts(read_overlay(path, "texts.yaml", catalog, library))


def only(folder: Path, text: str, catalog: str = "toy-1.0") -> Problem:
    with pytest.raises(InputError) as raised:
        overlaid(folder, text, catalog)
    assert len(raised.value.problems) == 1, raised.value
    return raised.value.problems[0]


def test_words_are_found_by_full_id_with_the_copy_they_come_from(tmp_path: Path) -> None:
    library = overlaid(tmp_path)
    assert set(library.texts) == {"toy-1.0:T 1", "toy-1.0:T 2"}
    found = library.texts["toy-1.0:T 2"]
    assert found.text == "No part shall be small.\n\nSmall means less than 3 cm."
    assert (found.source, found.licence) == ("The booklet, our copy number 7", "For us alone")
    assert found.note == "The second printing differs."
    assert (found.file, found.sha256) == ("texts.yaml", hashlib.sha256(OVERLAY.encode()).hexdigest())


def test_the_catalog_itself_is_not_changed(tmp_path: Path) -> None:
    requirement = overlaid(tmp_path).requirement("toy-1.0:T 1")
    assert requirement is not None
    assert requirement.text is None
    assert requirement == loaded(tmp_path).requirement("toy-1.0:T 1")


def test_an_alias_names_the_same_requirement(tmp_path: Path) -> None:
    assert set(overlaid(tmp_path, OVERLAY.replace("  T 1:", "  ty-1:")).texts) == {"toy-1.0:T 1", "toy-1.0:T 2"}


def test_an_unknown_id_has_its_line_and_the_nearest_one(tmp_path: Path) -> None:
    problem = only(tmp_path, OVERLAY.replace("  T 2:", "  T 3:"))
    assert (str(problem.where), problem.ident) == ("texts.yaml:7:3", "unknown-requirement")
    assert "did you mean 'T" in problem.fix


def test_an_id_of_another_catalog_is_unknown_here(tmp_path: Path) -> None:
    assert only(tmp_path, OVERLAY.replace("  T 2:", "  P.1:")).ident == "unknown-requirement"


def test_the_same_requirement_under_two_names(tmp_path: Path) -> None:
    problem = only(tmp_path, OVERLAY + "  TY-1: Again.\n")
    assert (problem.where.line, problem.ident) == (11, "duplicate-id")


def test_an_overlay_for_another_catalog(tmp_path: Path) -> None:
    problem = only(tmp_path, OVERLAY, catalog="play-2")
    assert (str(problem.where), problem.ident) == ("texts.yaml:1:1", "wrong-overlay")


@pytest.mark.parametrize(
    ("text", "ident"),
    [
        ("", "bad-value"),
        ("- a", "bad-value"),
        (OVERLAY.replace("licence: For us alone\n", ""), "missing-entry"),
        (OVERLAY.replace("source: The booklet, our copy number 7\n", ""), "missing-entry"),
        (OVERLAY.partition("texts:")[0] + "texts: {}\n", "bad-value"),
        (OVERLAY.replace("note:", "remark:"), "unknown-key"),
        (OVERLAY.replace("licence: For us alone", "licence: [a"), "broken-yaml"),
        (OVERLAY.replace("No toy shall have a sharp edge.", "x" * 20_001), "bad-value"),
    ],
)
def test_an_overlay_that_says_too_little_or_too_much(tmp_path: Path, text: str, ident: str) -> None:
    assert only(tmp_path, text).ident == ident


def test_an_overlay_that_is_not_there(tmp_path: Path) -> None:
    library = loaded(tmp_path)
    with pytest.raises(InputError) as raised:
        read_overlay(tmp_path / "none.yaml", "none.yaml", "toy-1.0", library)
    assert [problem.ident for problem in raised.value.problems] == ["missing-file"]
