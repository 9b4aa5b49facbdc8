"""What a pair of a mapping may say: words of its style, readings it names, confidence it has earned."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govkit.errors import Problem
from govkit.model.catalog import Mapping, Pair, Relationship, Style
from govkit.model.crosswalk import FITTING, INVERSE, crosswalk, readings
from tests.catalogs.builders import CONTROLS, MAPPING, loaded, problems

CROSS = "frameworks/mappings/toy-1.0__play-2.yaml"
FIRST = "{source: T 1, target: P.1, sources: [S1], agreement: 1, confidence: medium, note: In bold.}"


def with_pair(pair: str, style: str = "concept") -> str:
    text = MAPPING.replace(FIRST, pair).replace("style: concept", f"style: {style}")
    words = FITTING[style]
    return text.replace("confidence: low}", f"confidence: low, relationship: {words[0]}}}")


def refused(folder: Path, text: str) -> Problem:
    found = problems(folder, mapping=text)
    assert len(found) == 1, found
    assert (found[0].where.path, found[0].where.line) == (CROSS, 15)
    return found[0]


def test_every_word_has_an_inverse_and_a_style() -> None:
    assert set(INVERSE) == set(get_args(Relationship))
    assert set(FITTING) == set(get_args(Style))
    assert {word for words in FITTING.values() for word in words} == set(INVERSE)


@pytest.mark.parametrize("word", get_args(Relationship))
def test_turning_a_word_round_twice_gives_it_back(word: Relationship) -> None:
    assert INVERSE[INVERSE[word]] == word


@pytest.mark.parametrize(
    ("style", "word"),
    [
        (style, word)
        for style, words in FITTING.items()
        for word in get_args(Relationship)
        if word not in (*words, "none")
    ],
)
def test_a_word_of_another_style_is_refused(tmp_path: Path, style: str, word: str) -> None:
    text = with_pair(f"{{source: T 1, target: P.1, relationship: {word}, rationale: semantic}}", style)
    if style == "set-theory":
        text = text.replace("basis: published", "basis: published\nrationale: semantic")
        found = problems(tmp_path, mapping=text)[0]
    else:
        found = refused(tmp_path, text)
    assert found.ident == "unfit-relationship"
    assert word in found.what
    assert style in found.what
    assert FITTING[style][0] in found.fix


def test_a_pair_without_a_type_belongs_into_a_concept_mapping(tmp_path: Path) -> None:
    text = with_pair("{source: T 1, target: P.1, sources: [S1]}", "supportive")
    assert refused(tmp_path, text).ident == "unfit-relationship"


def test_a_set_relation_says_on_what_it_rests(tmp_path: Path) -> None:
    text = with_pair("{source: T 1, target: P.1, relationship: subset_of}", "set-theory")
    assert [p.ident for p in problems(tmp_path, mapping=text)] == ["missing-rationale"] * 2
    one = text.replace("subset_of}", "subset_of, rationale: functional}", 1)
    assert [p.where.line for p in problems(tmp_path, mapping=one)] == [16]
    whole = loaded(tmp_path, mapping=text.replace("basis: published", "basis: published\nrationale: syntactic"))
    assert whole.mappings["toy-1.0__play-2"].rationale == "syntactic"


def test_a_manner_of_support_needs_support(tmp_path: Path) -> None:
    text = with_pair("{source: T 1, target: P.1, relationship: equivalent, property: precedes}", "supportive")
    found = refused(tmp_path, text)
    assert (found.ident, "precedes" in found.what) == ("unfit-relationship", True)
    good = loaded(tmp_path, mapping=text.replace("equivalent", "is_supported_by"))
    assert good.mappings["toy-1.0__play-2"].pairs[0].property_ == "precedes"


@pytest.mark.parametrize("confidence", ["medium", "high"])
def test_one_reading_earns_low_confidence_unless_a_note_says_why(tmp_path: Path, confidence: str) -> None:
    text = with_pair(f"{{source: T 1, target: P.1, sources: [S1], agreement: 1, confidence: {confidence}}}")
    found = refused(tmp_path, text)
    assert (found.ident, confidence in found.what) == ("unfounded-strength", True)
    loaded(tmp_path, mapping=text.replace(f"confidence: {confidence}}}", f"confidence: {confidence}, note: Checked.}}"))


@pytest.mark.parametrize("sources", ["[]", "[S1]", "[S1, S1]"])
def test_more_readings_than_sources_are_refused(tmp_path: Path, sources: str) -> None:
    text = with_pair(f"{{source: T 1, target: P.1, sources: {sources}, agreement: 2, confidence: medium}}")
    found = refused(tmp_path, text)
    assert found.ident == "unfounded-strength"
    assert "counts 2 readings" in found.what


@pytest.mark.parametrize("number", ["0", "-1"])
def test_readings_are_counted_from_one(tmp_path: Path, number: str) -> None:
    found = problems(tmp_path, mapping=with_pair(f"{{source: T 1, target: P.1, sources: [S1], agreement: {number}}}"))
    assert [p.ident for p in found] == ["bad-value"]


def test_a_pair_that_says_none_is_recorded_and_leaves_its_ends_alone(tmp_path: Path) -> None:
    text = MAPPING.replace(FIRST, "{source: T 1, target: P.2, sources: [S1], relationship: none}")
    text = text.replace("target_ids: 1", "target_ids: 2")
    # T 1 now stands in no pair that relates it to anything.
    missing = problems(tmp_path, mapping=text)
    assert ("wrong-count", True) in {(p.ident, "T 1" in p.what) for p in missing}
    sound = text.replace("gaps: {source: []", "gaps: {source: [T 1]")
    house = CONTROLS.replace("T 1>P.1", "T 2>P.1")
    library = loaded(tmp_path, mapping=sound, house=house)
    assert [item.relationship for item in library.mapped("toy-1.0:T 1")] == ["none"]
    # A control cannot lean on a pair that says there is nothing.
    leaning = problems(tmp_path, mapping=sound, house=CONTROLS.replace("T 1>P.1", "T 1>P.2"))
    assert [p.ident for p in leaning] == ["unknown-pair"]


def test_the_other_end_reads_the_word_turned_round(tmp_path: Path) -> None:
    text = with_pair("{source: T 1, target: P.1, relationship: supports, property: integral-to}", "supportive")
    library = loaded(tmp_path, mapping=text)
    assert [item.relationship for item in library.mapped("toy-1.0:T 1")] == ["supports"]
    assert library.mapped("play-2:P.1")[0].relationship == "is_supported_by"


def test_a_crosswalk_is_read_from_either_end(tmp_path: Path) -> None:
    printed = "{source: T 1, target: P.1, relationship: child_of, target_as_printed: p 1}"
    library = loaded(tmp_path, mapping=with_pair(printed, "structural"))
    toy, play = library.catalogs["toy-1.0"], library.catalogs["play-2"]
    there = crosswalk(library.mappings["toy-1.0__play-2"], toy, play)
    back = crosswalk(library.mappings["toy-1.0__play-2"], play, toy)
    assert (there.turned, back.turned) == (False, True)
    assert [(e.source, e.relationship, e.target, e.target_as_printed) for e in there.edges] == [
        ("T 1", "child_of", "P.1", "p 1"),
        ("T 2", "child_of", "P.1", None),
    ]
    assert [(e.source, e.relationship, e.target, e.source_as_printed) for e in back.edges] == [
        ("P.1", "parent_of", "T 1", "p 1"),
        ("P.1", "parent_of", "T 2", None),
    ]
    assert [a.requirement.id for a in there.target_alone] == [a.requirement.id for a in back.source_alone] == ["P.2"]
    assert there.source_alone == back.target_alone == ()


UNMATCHED = "gaps: {source: [], target: [P.2]}\nunmatched: {target: [{id: P.2, sources: [S1], note: Not in it.}]}"


def test_what_a_source_says_has_no_counterpart_is_kept_apart_from_what_nobody_paired(tmp_path: Path) -> None:
    library = loaded(tmp_path, mapping=MAPPING.replace("gaps: {source: [], target: [P.2]}", UNMATCHED))
    toy, play = library.catalogs["toy-1.0"], library.catalogs["play-2"]
    there = crosswalk(library.mappings["toy-1.0__play-2"], toy, play)
    assert [(alone.requirement.id, alone.stated and alone.stated.note) for alone in there.target_alone] == [
        ("P.2", "Not in it.")
    ]
    back = crosswalk(library.mappings["toy-1.0__play-2"], play, toy)
    assert back.source_alone == there.target_alone
    silent = loaded(tmp_path)
    assert crosswalk(silent.mappings["toy-1.0__play-2"], toy, play).target_alone[0].stated is None


@pytest.mark.parametrize(
    ("old", "new", "ident"),
    [
        ("{id: P.2, sources", "{id: P.1, sources", "unfit-relationship"),
        ("{id: P.2, sources", "{id: P.9, sources", "unfit-relationship"),
        ("sources: [S1], note", "sources: [S9], note", "unknown-source"),
        ("sources: [S1], note", "sources: [], note", "bad-value"),
        ("[{id: P.2, sources", "[{id: P.2, sources: [S1]}, {id: P.2, sources", "duplicate-id"),
    ],
)
def test_what_is_said_to_have_no_counterpart_must_have_none(tmp_path: Path, old: str, new: str, ident: str) -> None:
    text = MAPPING.replace("gaps: {source: [], target: [P.2]}", UNMATCHED)
    assert text != text.replace(old, new)
    found = problems(tmp_path, mapping=text.replace(old, new))
    assert [(p.ident, p.where.line) for p in found] == [(ident, 14)]


@given(st.lists(st.sampled_from([None, 1, 2, 3]), max_size=40))
def test_readings_add_up_to_the_pairs(agreements: list[int | None]) -> None:
    pairs = tuple(
        Pair(source=f"S {i}", target="T", agreement=number, sources=tuple("ABC"[: number or 0]))
        for i, number in enumerate(agreements)
    )
    counted = readings(a_mapping(pairs))
    assert sum(counted.values()) == len(pairs)
    assert [number for number in counted if number is not None] == sorted({n for n in agreements if n is not None})
    assert all(counted[number] == agreements.count(number) for number in counted)


def a_mapping(pairs: tuple[Pair, ...]) -> Mapping:
    return Mapping.model_validate(
        {
            "id": "x",
            "title": "X",
            "source": "a",
            "target": "b",
            "style": "concept",
            "as_of": "2026-11-23",
            "licence": "Facts.",
            "status": "Draft.",
            "basis": "published",
            "sources": [{"id": "S", "ref": "s"}],
            "counts": {"pairs": len(pairs)},
            "pairs": pairs,
        }
    )
