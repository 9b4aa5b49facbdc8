"""What `govkit check` looks up again in catalogs, mappings and profiles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from govkit.catalogs.compiling import compile_folder
from govkit.catalogs.inspecting import inspect, unchecked
from govkit.catalogs.loading import Library, load_library, shipped_library
from govkit.files import canonical_json
from govkit.model.catalog import Catalog
from govkit.model.framework_check import FrameworkCheck
from tests.catalogs.builders import CATALOG, MAPPING, loaded, write

TOY, PAIRS = "toy-1.0", "toy-1.0__play-2"


def found(library: Library, name: str) -> dict[str, tuple[str, str]]:
    return {item.question: (item.said, item.found) for item in inspect(library, name).looked}


def test_a_catalog_is_counted_again_in_its_file(tmp_path: Path) -> None:
    looked = found(loaded(tmp_path), TOY)
    assert looked["counts stated are counts found"] == ("holds", "chapter 1, rule 2")
    assert looked["every id stands once"] == ("holds", "3 ids and 1 other names")
    assert "2 levels deep, 1 at the top" in looked["hierarchy is sound"][1]
    assert looked["references lead somewhere"] == ("holds", "1 to other entries, none dangling")
    assert looked["what is judged is known"][1].startswith("rule 2;")


def test_what_the_file_does_not_say_is_not_said(tmp_path: Path) -> None:
    looked = found(loaded(tmp_path), TOY)
    assert looked["every source says what was read in it"] == ("not-said", "not said of S1")
    assert looked["every judged entry names evidence to expect"] == ("not-said", "0 of 2; not T 1, T 2")
    said = CATALOG.replace("related: [T 2]", "related: [T 2]\n    expected_evidence: [A test]")
    assert found(loaded(tmp_path / "b", toy=said), TOY)["every judged entry names evidence to expect"][1] == (
        "1 of 2; not T 2"
    )


def test_controls_on_offer_are_looked_up(tmp_path: Path) -> None:
    looked = found(loaded(tmp_path), "house")
    assert looked["requirements that controls claim are there"] == ("holds", "2 claims, none dangling")
    assert looked["every bar says where it comes from"] == ("not-said", "not H-EDGE-01/share")


def test_a_mapping_is_held_against_both_catalogs(tmp_path: Path) -> None:
    looked = found(loaded(tmp_path), PAIRS)
    assert looked["counts stated are counts found"][1] == "2 pairs of 2 source ids with 1 target ids"
    assert looked["ids on the source side are there"] == ("holds", "all 2 are in toy-1.0")
    assert looked["gaps on the target side are stated"] == ("holds", "1 of 2 judged ids have no pair: P.2")
    assert looked["every pair says in how many readings it was seen"] == ("holds", "2 in 1 reading")
    assert looked["somebody reviewed it"] == ("not-said", "nobody")
    bare = MAPPING.replace("gaps: {source: [], target: [P.2]}\n", "").replace(", agreement: 1, confidence: low", "")
    bare = bare.replace(", low_confidence: 1", "").replace("basis: published", "basis: published\nreviewed_by: [Ada]")
    looked = found(loaded(tmp_path / "b", mapping=bare), PAIRS)
    assert looked["gaps on the target side are stated"][0] == "not-said"
    assert looked["every pair says in how many readings it was seen"] == ("not-said", "1 in 1 reading, 1 not said")
    assert looked["somebody reviewed it"] == ("holds", "Ada")


def test_a_compiled_copy_must_say_what_the_yaml_says(tmp_path: Path) -> None:
    folder = write(tmp_path)
    compile_folder(folder)
    library = load_library(folder, "frameworks")
    assert inspect(library, TOY).problems() == ()
    assert "byte for byte" in found(library, TOY)["the file is the one in use"][1]
    copy = folder / TOY / "catalog.json"
    changed = json.loads(copy.read_text())
    changed["record"]["requirements"][1]["title"] = "Sharp edges"
    copy.write_bytes(canonical_json(changed))
    tampered = load_library(folder, "frameworks")
    assert tampered.catalogs[TOY].requirements[1].title == "Sharp edges"
    assert [problem.ident for problem in inspect(tampered, TOY).problems()] == ["stale-copy"]


def test_records_that_differ_from_their_file_are_told(tmp_path: Path) -> None:
    folder = write(tmp_path)
    compile_folder(folder)
    library = load_library(folder, "frameworks")
    (folder / TOY / "catalog.yaml").write_text(CATALOG.replace("No small parts", "Small parts"))
    check = inspect(library, TOY)
    assert "changed-file" in {problem.ident for problem in check.problems()}


def test_numbers_that_the_loader_would_refuse_are_found_again(tmp_path: Path) -> None:
    folder = write(tmp_path)
    library = load_library(folder, "frameworks")
    other = CATALOG.replace("{chapter: 1, rule: 2}", "{chapter: 1, rule: 3}").replace("parent: T\n", "parent: U\n")
    (folder / TOY / "catalog.yaml").write_text(other.replace("aliases: [TY-1]", "aliases: [T 2]"))
    broken = {item.question for item in inspect(library, TOY).looked if item.said == "broken"}
    assert broken == {
        "the file is the one in use",
        "counts stated are counts found",
        "every id stands once",
        "hierarchy is sound",
    }
    assert all(problem.fix for problem in inspect(library, TOY).problems())


def test_what_nobody_checked_is_read_from_the_source_page(tmp_path: Path) -> None:
    page = "# T\n\n## What was not checked\n- The booklet,\n  page 2.\n- Dates.\n\n## Choices\n- None.\n"
    (tmp_path / "SOURCE.md").write_text(page)
    assert unchecked(tmp_path / "catalog.yaml", "toy") == ("The booklet, page 2.", "Dates.")
    (tmp_path / "SOURCE.md").write_text("# T\n")
    assert unchecked(tmp_path / "catalog.yaml", "toy") is None
    assert unchecked(tmp_path / "none" / "catalog.yaml", "toy") is None


def test_a_page_may_speak_of_several_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text("", encoding="utf-8")
    text = "## What was not checked\n- `one`: The law.\n- `two`: The\n  dates.\n- `three`: Words.\n- All.\n"
    (tmp_path / "SOURCE.md").write_text(text, encoding="utf-8")
    assert unchecked(tmp_path / "one.yaml", "one") == ("The law.", "`three`: Words.", "All.")
    assert unchecked(tmp_path / "two.yaml", "two") == ("The dates.", "`three`: Words.", "All.")


@pytest.fixture(scope="module")
def shipped() -> dict[str, FrameworkCheck]:
    library = shipped_library()
    return {name: inspect(library, name) for name in library.files}


def test_of_everything_shipped_nothing_is_broken_and_every_compiled_copy_is_current(
    shipped: dict[str, FrameworkCheck],
) -> None:
    library = shipped_library()
    assert set(shipped) == {*library.catalogs, *library.mappings, *library.profiles}
    for name, check in shipped.items():
        assert check.problems() == (), name
        assert check.looked[0].found.endswith("byte for byte"), name
        assert check.sha256 == library.digests[name]


def test_every_shipped_catalog_is_explained_and_says_what_nobody_checked(shipped: dict[str, FrameworkCheck]) -> None:
    for name, check in shipped.items():
        if isinstance(check.record, Catalog):
            assert check.unchecked, name
            silent = [item.question for item in check.looked if item.said == "not-said"]
            assert silent == [], name
