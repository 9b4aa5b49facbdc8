"""Looking things up: names, claims, mapped ids, reach."""

from __future__ import annotations

from pathlib import Path

import pytest

from govkit.catalogs.covering import reach
from govkit.model.reach import Part
from tests.catalogs.builders import CATALOG, CONTROLS, MAPPING, SECOND, loaded


@pytest.mark.parametrize(
    "text", ["toy-1.0:T 1", "T 1", "TY-1", "t 1", "  T   1 ", "ty-1", "toy-1.0:TY-1", "TOY-1.0:t 1"]
)
def test_every_spelling_of_an_id_finds_it(tmp_path: Path, text: str) -> None:
    assert loaded(tmp_path).resolve(text) == ("toy-1.0:T 1",)


@pytest.mark.parametrize("text", ["", "T 9", "play-2:T 1", "T1", ":", "toy-1.0:", "toy-1.0"])
def test_what_is_no_id_finds_nothing(tmp_path: Path, text: str) -> None:
    assert loaded(tmp_path).resolve(text) == ()


def test_a_control_is_found_by_its_id(tmp_path: Path) -> None:
    assert loaded(tmp_path).resolve("h-edge-01") == ("H-EDGE-01",)


def test_an_id_of_two_catalogs_gives_both(tmp_path: Path) -> None:
    play = SECOND.replace("id: P.2", "id: T 1")
    mapping = MAPPING.replace("target: [P.2]", "target: [T 1]")
    assert loaded(tmp_path, play=play, mapping=mapping).resolve("T 1") == ("play-2:T 1", "toy-1.0:T 1")


def test_claims_name_only_what_is_claimed(tmp_path: Path) -> None:
    library = loaded(tmp_path)
    assert library.claims(library.controls().values()) == {"toy-1.0:T 1": ("H-EDGE-01",), "play-2:P.1": ("H-EDGE-01",)}
    assert library.claims([]) == {}


def test_a_requirement_by_its_full_id_only(tmp_path: Path) -> None:
    library = loaded(tmp_path)
    found = library.requirement("toy-1.0:T 1")
    assert found is not None
    assert found.title == "No sharp edges"
    assert library.requirement("T 1") is None


def test_mapped_ids_are_seen_from_both_ends(tmp_path: Path) -> None:
    library = loaded(tmp_path)
    assert [(m.other, m.title) for m in library.mapped("toy-1.0:T 1")] == [("play-2:P.1", "Safe play")]
    assert [m.other for m in library.mapped("play-2:P.1")] == ["toy-1.0:T 1", "toy-1.0:T 2"]
    assert library.mapped("play-2:P.2") == ()


def test_reach_counts_by_part_and_names_the_rest(tmp_path: Path) -> None:
    library = loaded(tmp_path)
    found = reach(library.catalogs["toy-1.0"], library.claims(library.controls().values()))
    assert (found.reached, found.total, found.unreached) == (1, 2, ("T 2",))
    assert found.parts == (Part(id="T", title="Toys", total=2, reached=1),)


def test_reach_of_requirements_without_parent(tmp_path: Path) -> None:
    found = reach(loaded(tmp_path).catalogs["play-2"], ["play-2:P.2"])
    assert [(part.id, part.reached, part.total) for part in found.parts] == [("P.1", 0, 1), ("P.2", 1, 1)]
    assert found.unreached == ("P.1",)


def test_claims_on_a_parent_reach_none_of_its_parts(tmp_path: Path) -> None:
    house = CONTROLS.replace('"toy-1.0:T 1"', '"toy-1.0:T"')
    library = loaded(tmp_path, house=house, toy=CATALOG)
    assert reach(library.catalogs["toy-1.0"], library.claims(library.controls().values())).reached == 0
