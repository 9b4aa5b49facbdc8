"""Libraries of CISO Assistant: both spellings, every loss counted, nothing guessed. All files here are our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.importing.builders import asked, dropped, imported, problems, refused, toys

LIBRARY = """\
urn: urn:acme:risk:library:house-1
locale: en
ref_id: House-1
name: House rules, first edition
description: Rules for a small house
copyright: Copyright Acme, for use by its customers
version: 3
publication_date: 2026-05-04
provider: Acme
packager: acme
objects:
  framework:
    urn: urn:acme:risk:framework:house-1
    ref_id: House-1
    name: House rules
    description: What everybody keeps to.
    min_score: 1
    requirement_nodes:
    - urn: urn:acme:risk:req_node:house-1:a
      assessable: false
      depth: 1
      ref_id: A
      name: Doors
    - urn: urn:acme:risk:req_node:house-1:a.1
      assessable: true
      depth: 2
      parent_urn: urn:acme:risk:req_node:house-1:A
      ref_id: A.1
      name: Doors are closed
      description: |-
        Every door is closed at night.

        Also in summer.
      annotation: Ask the neighbours.
      typical_evidence: |-
        - A photograph
        - A log
      implementation_groups: [core]
      importance: mandatory
      threats:
      - urn:acme:risk:threat:t1
      reference_controls:
      - urn:acme:risk:function:c1
      questions:
        urn:acme:risk:req_node:house-1:a.1:q1: {type: text, text: How}
      translations: {fr: {name: Portes}}
    - urn: urn:acme:risk:req_node:house-1:node4
      assessable: true
      depth: 2
      parent_urn: urn:acme:risk:req_node:house-1:a
      description: Windows are looked at before anybody leaves, and again by whoever comes home first in the evening.
  threats:
  - urn: urn:acme:risk:threat:t1
    ref_id: T1
    name: Thief
"""

MAPPINGS = """\
urn: urn:acme:risk:library:toys-to-play
locale: en
ref_id: toys-to-play
name: Toys to play
copyright: Facts
version: 1
publication_date: 2026-05-04
provider: Acme
objects:
  requirement_mapping_sets:
  - urn: urn:acme:risk:req_mapping_set:toys-to-play
    ref_id: toys-to-play
    name: Toys to play
    source_framework_urn: urn:acme:risk:framework:toy-1.0
    target_framework_urn: urn:acme:risk:framework:play-2
    requirement_mappings:
    - source_requirement_urn: urn:acme:risk:req_node:toy-1.0:t-1
      target_requirement_urn: urn:acme:risk:req_node:play-2:p.1
      relationship: subset
      rationale: semantic
      strength_of_relationship: 7
    - source_requirement_urn: urn:acme:risk:req_node:toy-1.0:ty-1
      target_requirement_urn: urn:acme:risk:req_node:play-2:p.2
      relationship: not_related
      rationale: functional
      annotation: Looked at twice.
"""
REVERSE = """\
  - urn: urn:acme:risk:req_mapping_set:play-to-toys
    ref_id: play-to-toys
    source_framework_urn: urn:acme:risk:framework:play-2
    target_framework_urn: urn:acme:risk:framework:toy-1.0
    requirement_mappings:
    - source_requirement_urn: urn:acme:risk:req_node:play-2:p.1
      target_requirement_urn: urn:acme:risk:req_node:toy-1.0:t-1
      relationship: superset
      rationale: semantic
    - source_requirement_urn: urn:acme:risk:req_node:play-2:p.2
      target_requirement_urn: urn:acme:risk:req_node:toy-1.0:ty-1
      relationship: not_related
      rationale: functional
"""


def test_a_framework_becomes_a_catalog() -> None:
    found = imported(LIBRARY, asked(head={}))
    catalog = found.catalog
    assert catalog is not None
    assert (catalog.id, catalog.title, catalog.publisher) == ("house-1", "House rules", "Acme")
    assert (catalog.edition, str(catalog.published), str(catalog.as_of)) == (
        "library version 3",
        "2026-05-04",
        "2026-05-04",
    )
    assert catalog.licence == "Copyright Acme, for use by its customers"
    assert catalog.counts == {"section": 1, "requirement": 2}
    assert [leaf.id for leaf in catalog.leaves()] == ["A.1", "node4"]
    assert (found.format, found.format_version) == ("CISO Assistant library", "3")


def test_a_node_keeps_what_govkit_has_a_place_for() -> None:
    catalog = imported(LIBRARY).catalog
    assert catalog is not None
    node = catalog.requirements[1]
    assert (node.title, node.summary, node.parent) == ("Doors are closed", "Doors are closed", "A")
    assert node.text == "Every door is closed at night.\n\nAlso in summer."
    assert node.expected_evidence == ("A photograph", "A log")
    assert [(prop.name, prop.value) for prop in node.props] == [
        ("annotation", "Ask the neighbours."),
        ("importance", "mandatory"),
        ("implementation-group", "core"),
    ]


def test_a_node_without_name_and_number_gets_them_from_its_text_and_urn() -> None:
    found = imported(LIBRARY)
    assert found.catalog is not None
    node = found.catalog.requirements[2]
    assert node.id == "node4"
    assert (
        node.title
        == "Windows are looked at before anybody leaves, and again by whoever comes home first in the evening."
    )
    assert node.text is None, "the title is the whole text"
    assert found.doubts == ("Entries without a title: 1; theirs is the beginning of the text.",)


def test_everything_left_out_is_counted_with_a_reason() -> None:
    found = imported(LIBRARY)
    assert dropped(found) == {"min score": 1, "questions": 1, "reference controls": 1, "threats": 2, "translations": 1}
    assert all(item.why for item in found.dropped)


def test_the_newer_spelling_says_the_same() -> None:
    newer = LIBRARY.replace("  framework:\n    urn:", "  frameworks:\n  - urn:")
    assert imported(newer).catalog == imported(LIBRARY).catalog.model_copy(  # type: ignore[union-attr]  # there is one
        update={"sources": imported(newer).catalog.sources}  # type: ignore[union-attr]  # its digest differs
    )


def test_ids_that_stand_twice_are_taken_from_the_urns() -> None:
    catalog = imported(LIBRARY.replace("ref_id: A.1", "ref_id: A")).catalog
    assert catalog is not None
    assert [requirement.id for requirement in catalog.requirements] == ["a", "a.1", "node4"]


def test_the_end_of_a_urn_finds_the_node_too() -> None:
    text = LIBRARY.replace("house-1:a.1\n", "house-1:door-1\n")
    catalog = imported(text).catalog
    assert catalog is not None
    assert catalog.requirements[1].aliases == ("door-1",)


def test_an_assessable_entry_above_others_is_told() -> None:
    found = imported(LIBRARY.replace("assessable: false", "assessable: true"))
    assert "Assessable entries above others: 1 (A); govkit judges only the lowest ones." in found.doubts


def test_mappings_between_catalogs_that_are_here(tmp_path: Path) -> None:
    found = imported(MAPPINGS, asked(toys(tmp_path), head={}, id="acme-pairs"))
    mapping = found.mappings[0]
    assert (found.catalog, len(found.mappings)) == (None, 1)
    assert (mapping.id, mapping.source, mapping.target, mapping.style) == (
        "acme-pairs",
        "toy-1.0",
        "play-2",
        "set-theory",
    )
    assert [(p.source, p.target, p.relationship, p.rationale, p.note) for p in mapping.pairs] == [
        ("T 1", "P.1", "subset_of", "semantic", None),
        ("T 1", "P.2", "none", "functional", "Looked at twice."),
    ]
    assert [(prop.name, prop.value) for prop in mapping.pairs[0].props] == [("strength-of-relationship", "7")]


def test_the_same_set_read_backwards_is_left_out(tmp_path: Path) -> None:
    found = imported(MAPPINGS + REVERSE, asked(toys(tmp_path), id="acme-pairs"))
    assert len(found.mappings) == 1
    assert dropped(found) == {"reverse mapping sets": 1}


def test_a_set_in_the_other_direction_that_says_something_else_is_kept(tmp_path: Path) -> None:
    other = REVERSE.replace("relationship: superset", "relationship: equal")
    found = imported(MAPPINGS + other, asked(toys(tmp_path), id="acme-pairs"))
    assert [(m.id, m.source) for m in found.mappings] == [
        ("acme-pairs--toy-1.0__play-2", "toy-1.0"),
        ("acme-pairs--play-2__toy-1.0", "play-2"),
    ]


def test_the_old_spelling_of_a_mapping(tmp_path: Path) -> None:
    old = MAPPINGS.replace("requirement_mapping_sets:\n  - urn", "requirement_mapping_set:\n    urn")
    assert len(imported(old, asked(toys(tmp_path), id="acme-pairs")).mappings) == 1


def test_a_framework_and_its_mappings_in_one_library(tmp_path: Path) -> None:
    pairs = MAPPINGS.partition("objects:\n")[2].replace(
        "urn:acme:risk:framework:toy-1.0", "urn:acme:risk:framework:house-1"
    )
    pairs = pairs.replace("toy-1.0:t-1", "house-1:a.1").replace("toy-1.0:ty-1", "house-1:node4")
    found = imported(LIBRARY + pairs, asked(toys(tmp_path)))
    assert found.catalog is not None
    assert [(m.id, m.pairs[0].source) for m in found.mappings] == [("house-1__play-2", "A.1")]
    only = imported(LIBRARY + pairs, asked(toys(tmp_path / "x"), only="House-1"))
    assert (only.catalog is not None, only.mappings) == (True, ())


def test_which_catalog_is_meant_must_be_said_when_the_names_differ(tmp_path: Path) -> None:
    text = MAPPINGS.replace("framework:toy-1.0", "framework:toys")
    (first,) = refused(text, asked(toys(tmp_path)))
    assert (str(first.where), first.ident) == ("given.file:14:5", "unknown-catalog")
    assert "--catalog toys=" in first.fix
    assert (
        imported(text, asked(toys(tmp_path / "x"), catalogs={"toys": "toy-1.0"}, id="a")).mappings[0].source
        == "toy-1.0"
    )


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("    - urn: urn:acme:risk:req_node:house-1:node4\n      assess", "    - assess"), [(47, "missing-entry")]),
        (("house-1:node4", "house-1:A.1"), [(47, "duplicate-id")]),
        (("parent_urn: urn:acme:risk:req_node:house-1:a\n", "parent_urn: urn:b\n"), [(50, "unknown-requirement")]),
        (("copyright: Copyright Acme, for use by its customers\n", ""), [(0, "missing-entry")]),
        (("publication_date: 2026-05-04\n", ""), [(0, "missing-entry")] * 2),
        (("publication_date: 2026-05-04", "publication_date: May 2026"), [(0, "bad-value")] * 2),
        (
            ("depth: 1\n", "depth: 1\n      parent_urn: urn:acme:risk:req_node:house-1:a\n"),
            [(19, "circular-parent"), (25, "circular-parent"), (48, "circular-parent")],
        ),
        (("provider: Acme\n", ""), [(0, "missing-entry")]),
        (("ref_id: A.1", f"ref_id: {'x' * 201}"), [(24, "bad-value")]),
        (("Also in summer.", "y" * 20_000), [(24, "bad-value")]),
        (("    requirement_nodes:\n", "    requirement_nodes: none\n    x:\n"), [(18, "bad-value")]),
        (("    requirement_nodes:\n", "    nodes:\n"), [(0, "empty-catalog")]),
    ],
)
def test_what_is_wrong_is_told_with_its_line(change: tuple[str, str], found: list[tuple[int, str]]) -> None:
    assert change[0] in LIBRARY
    told = refused(LIBRARY.replace(*change), asked(head={}))
    assert [(problem.where.line, problem.ident) for problem in told] == found


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("relationship: subset", "relationship: overlaps"), ("given.file:17:7", "unknown-relationship")),
        (("play-2:p.1", "play-2:p.9"), ("given.file:17:7", "unknown-requirement")),
        (("      rationale: semantic\n", ""), ("given.file:17:7", "missing-rationale")),
        (("relationship: not_related", "relationship: intersect"), None),
    ],
)
def test_what_is_wrong_in_a_mapping(tmp_path: Path, change: tuple[str, str], found: tuple[str, str] | None) -> None:
    library = toys(tmp_path)
    text = MAPPINGS.replace(*change)
    if found is None:
        assert imported(text, asked(library, id="x")).mappings[0].pairs[1].relationship == "intersects_with"
    else:
        assert problems(text, asked(library, id="x")) == [found]


def test_a_rationale_may_be_said_for_the_whole_file(tmp_path: Path) -> None:
    text = MAPPINGS.replace("      rationale: semantic\n", "")
    found = imported(text, asked(toys(tmp_path), id="x", head={"rationale": "functional"}))
    assert found.mappings[0].rationale == "functional"
    assert found.doubts == ("Pairs that do not say on what they rest: 1; 'functional' is what you said.",)


def test_a_pair_that_is_said_to_be_and_not_to_be(tmp_path: Path) -> None:
    text = MAPPINGS.replace("toy-1.0:ty-1", "toy-1.0:t-1").replace("play-2:p.2", "play-2:p.1")
    assert problems(text, asked(toys(tmp_path), id="x")) == [("given.file:22:7", "contradiction")]


def test_libraries_without_anything_to_read() -> None:
    empty = "urn: urn:acme:risk:library:x\nobjects:\n  risk_matrix: [{ref_id: m}]\n"
    assert problems(empty) == [("given.file:2:1", "empty-catalog")]
    two = LIBRARY.replace(
        "  framework:\n    urn:", "  frameworks:\n  - {ref_id: other, requirement_nodes: []}\n  - urn:"
    )
    (told,) = refused(two)
    assert (told.ident, "--only other" in told.fix) == ("several-parts", True)
    assert imported(two, asked(only="House-1")).catalog is not None
    assert problems(two, asked(only="Hause-1")) == [("--only", "unknown-part")]


def test_aliases_that_a_program_wrote_are_read_and_bombs_are_not() -> None:
    shared = LIBRARY.replace("implementation_groups: [core]", "implementation_groups: &id001 [core]")
    node = (
        "    - urn: urn:acme:risk:req_node:house-1:n{}\n      assessable: true\n      implementation_groups: *id001\n"
    )
    nodes = "".join(node.format(number) for number in range(300))
    catalog = imported(shared.replace("\n  threats:\n", f"\n{nodes}  threats:\n")).catalog
    assert catalog is not None
    assert catalog.counts["requirement"] == 302
    bomb = "urn: urn:a\nobjects: {}\na: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(8)
    )
    assert problems(bomb)[0][1] == "bad-alias"
