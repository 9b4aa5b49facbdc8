"""What the loader refuses, and where it says the mistake is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from govkit.catalogs.loading import Folder, add_own, load_catalog
from govkit.errors import InputError
from tests.catalogs.builders import CATALOG, CONTROLS, KINDS, MAPPING, MEASURES, loaded, only, problems, write

TOY = "frameworks/toy-1.0/catalog.yaml"
HOUSE = "frameworks/house/catalog.yaml"
CROSS = "frameworks/mappings/toy-1.0__play-2.yaml"


def line(text: str, word: str) -> int:
    """The line a word first stands on."""
    return text[: text.index(word)].count("\n") + 1


def test_a_sound_folder_loads_whole(tmp_path: Path) -> None:
    library = loaded(tmp_path)
    assert list(library.catalogs) == ["house", "play-2", "toy-1.0"]
    assert list(library.mappings) == ["toy-1.0__play-2"]
    assert list(library.controls()) == ["H-EDGE-01"]
    assert [kind.id for kind in library.kinds.documents] == ["edge-report"]
    assert library.measures["edges/felt"].unit == "proportion"
    assert set(library.digests) == {"house", "play-2", "toy-1.0", "toy-1.0__play-2"}


@pytest.mark.parametrize(
    "key", ["licence", "sources", "as_of", "edition", "status", "publisher", "published", "counts"]
)
def test_what_a_catalog_must_say_about_itself(tmp_path: Path, key: str) -> None:
    kept, skipping = [], False
    for row in CATALOG.splitlines():
        skipping = row.startswith(f"{key}:") or (skipping and row.startswith(" "))
        if not skipping:
            kept.append(row)
    found = problems(tmp_path, toy="\n".join(kept))
    assert (found[0].where.path, found[0].ident) == (TOY, "missing-entry")
    assert found[0].what == f"{key}: is missing"
    assert len(found) == 1


@pytest.mark.parametrize("key", ["licence", "sources", "as_of", "basis", "style", "status", "counts"])
def test_what_a_mapping_must_say_about_itself(tmp_path: Path, key: str) -> None:
    kept, skipping = [], False
    for row in MAPPING.splitlines():
        skipping = row.startswith(f"{key}:") or (skipping and row.startswith(" "))
        if not skipping:
            kept.append(row)
    found = problems(tmp_path, mapping="\n".join(kept))
    assert [(p.where.path, p.ident, p.what) for p in found] == [(CROSS, "missing-entry", f"{key}: is missing")]


def test_sources_may_not_be_an_empty_list(tmp_path: Path) -> None:
    text = CATALOG.replace("sources:\n  - {id: S1, ref: the booklet}", "sources: []")
    assert only(problems(tmp_path, toy=text)) == (TOY, line(text, "sources:"), "bad-value")


@pytest.mark.parametrize(
    ("key", "value", "what"),
    [("as_of", "yesterday", "as_of: 'yesterday' is no day"), ("licence", '""', "licence: is empty")],
)
def test_a_head_that_says_nothing_is_told_in_plain_words(tmp_path: Path, key: str, value: str, what: str) -> None:
    text = re.sub(rf"^{key}: .*$", f"{key}: {value}", CATALOG, count=1, flags=re.MULTILINE)
    (found,) = problems(tmp_path, toy=text)
    assert (found.ident, found.what) == ("bad-value", what)


def test_an_unknown_key_is_answered_with_the_nearest(tmp_path: Path) -> None:
    text = CATALOG.replace("    aliases: [TY-1]", "    alias: [TY-1]")
    found = problems(tmp_path, toy=text)
    assert only(found) == (TOY, line(text, "alias:"), "unknown-key")
    assert found[0].fix == "did you mean 'aliases'?"


def test_a_wrong_count_names_both_numbers(tmp_path: Path) -> None:
    text = CATALOG.replace("rule: 2}", "rule: 3}")
    found = problems(tmp_path, toy=text)
    assert only(found) == (TOY, line(text, "counts:"), "wrong-count")
    assert found[0].what == "counts say 3 of rule, the file holds 2"


def test_a_kind_nobody_counts_is_a_wrong_count(tmp_path: Path) -> None:
    found = problems(tmp_path, toy=CATALOG.replace("chapter: 1, ", ""))
    assert only(found)[2] == "wrong-count"
    assert "1 of chapter" in found[0].what


def test_a_kind_that_is_counted_and_absent_is_a_wrong_count(tmp_path: Path) -> None:
    assert only(problems(tmp_path, toy=CATALOG.replace("rule: 2}", "rule: 2, annex: 1}")))[2] == "wrong-count"


def test_offered_controls_are_counted(tmp_path: Path) -> None:
    found = problems(tmp_path, house=CONTROLS.replace("control: 1", "control: 2"))
    assert only(found) == (HOUSE, line(CONTROLS, "counts:"), "wrong-count")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{id: T 2, kind", "{id: T 1, kind"),  # an id twice
        ("{id: T 2, kind", "{id: T 2, aliases: [TY-1], kind"),  # an alias twice
        ("{id: T 2, kind", "{id: T 2, aliases: [T 1], kind"),  # an alias that is an id
    ],
)
def test_a_name_that_stands_twice(tmp_path: Path, old: str, new: str) -> None:
    # Without `related` and the gap, a second T 1 has no further consequence.
    text = CATALOG.replace("    related: [T 2]\n", "").replace(old, new)
    mapping = MAPPING.replace("  - {source: T 2, target: P.1, sources: [S1], agreement: 1, confidence: low}\n", "")
    mapping = mapping.replace("pairs: 2, source_ids: 2", "pairs: 1, source_ids: 1").replace(
        "low_confidence: 1", "low_confidence: 0"
    )
    mapping = mapping.replace("gaps: {source: [], target: [P.2]}\n", "")
    found = problems(tmp_path, toy=text, mapping=mapping)
    assert only(found) == (TOY, line(text, new), "duplicate-id")
    assert f"first at {TOY}:" in found[0].what


@pytest.mark.parametrize(
    ("key", "old", "new"), [("parent", "parent: T\n", "parent: TT\n"), ("related", "[T 2]", "[T 3]")]
)
def test_a_parent_or_related_id_that_is_not_there(tmp_path: Path, key: str, old: str, new: str) -> None:
    text = CATALOG.replace(old, new)
    assert only(problems(tmp_path, toy=text)) == (TOY, line(text, new), "unknown-requirement")


EXPLAINED = """\
roles: {maker: Makes toys.}
routes: {wood: The toy is of wood.}
counts:"""
USED = """\
    title: No sharp edges
    roles: [maker]
    applies_from: {wood: "2026-01-01"}
"""


@pytest.mark.parametrize(
    ("old", "new", "ident"),
    [
        ("roles: [maker]", "roles: [maker, seller]", "unknown-role"),
        ('{wood: "2026-01-01"}', '{wood: "2026-01-01", cloth: "2026-01-01"}', "unknown-route"),
        ("{maker: Makes toys.}", "{maker: Makes toys., seller: Sells toys.}", "unused-word"),
        ("{wood: The toy is of wood.}", "{wood: The toy is of wood., cloth: Soft.}", "unused-word"),
    ],
)
def test_roles_and_routes_are_explained_where_used_and_used_where_explained(
    tmp_path: Path, old: str, new: str, ident: str
) -> None:
    sound = CATALOG.replace("counts:", EXPLAINED).replace("    title: No sharp edges\n", USED)
    assert loaded(tmp_path / "sound", toy=sound).catalogs["toy-1.0"].roles == {"maker": "Makes toys."}
    path, line, found = only(problems(tmp_path / "broken", toy=sound.replace(old, new)))
    assert (path, found) == ("frameworks/toy-1.0/catalog.yaml", ident)
    assert line > 0


def test_a_circle_of_parents_is_refused(tmp_path: Path) -> None:
    text = CATALOG.replace("{id: T, kind: chapter,", "{id: T, parent: T 1, kind: chapter,")
    found = problems(tmp_path, toy=text)
    assert {p.ident for p in found if p.where.path == TOY} == {"circular-parent"}


def test_a_catalog_without_content_is_refused(tmp_path: Path) -> None:
    text = CATALOG[: CATALOG.index("requirements:")]
    assert (TOY, "empty-catalog") in {(p.where.path, p.ident) for p in problems(tmp_path, toy=text)}


def test_broken_yaml_gives_its_line(tmp_path: Path) -> None:
    text = CATALOG.replace("status: Current.", "status: [Current.")
    found = [p for p in problems(tmp_path, toy=text) if p.where.path == TOY]
    assert [p.ident for p in found] == ["broken-yaml"]
    assert found[0].where.line > line(text, "status:")


def test_a_list_instead_of_a_catalog(tmp_path: Path) -> None:
    assert only([p for p in problems(tmp_path, toy="- id: toy") if p.where.path == TOY])[2] == "bad-value"


def test_a_broken_catalog_is_not_blamed_on_those_that_refer_to_it(tmp_path: Path) -> None:
    assert {p.where.path for p in problems(tmp_path, toy="[")} == {TOY}


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    toy = CATALOG.replace("licence: Public domain.\n", "").replace(
        "parent: T, title: No small", "parent: X, title: No small"
    )
    toy = toy.replace("summary: All about toys.", "sumary: All about toys.").replace("rule: 2}", "rule: 5}")
    house = CONTROLS.replace("play-2:P.1", "play-2:P.7")
    mapping = MAPPING.replace("T 2, target: P.1", "T 2, target: P.9").replace("target_ids: 1", "target_ids: 2")
    found = {(p.where.path, p.ident) for p in problems(tmp_path, toy=toy, house=house, mapping=mapping)}
    assert {
        (TOY, "missing-entry"),
        (TOY, "unknown-key"),
        (TOY, "unknown-requirement"),
        (TOY, "wrong-count"),
        (HOUSE, "unknown-requirement"),
        (CROSS, "unknown-requirement"),
    } <= found


def test_a_control_that_claims_what_no_catalog_has(tmp_path: Path) -> None:
    text = CONTROLS.replace("toy-1.0:T 1", "toy-1.0:T 11")
    found = problems(tmp_path, house=text)
    assert only(found) == (HOUSE, line(text, "requirements:"), "unknown-requirement")
    assert "did you mean 'toy-1.0:T 1'?" in found[0].fix


def test_a_control_that_leans_on_a_pair_no_mapping_has(tmp_path: Path) -> None:
    found = problems(tmp_path, house=CONTROLS.replace("T 1>P.1", "T 1>P.2"))
    assert only(found) == (HOUSE, line(CONTROLS, "crosswalk_support"), "unknown-pair")


def test_criteria_of_a_control_have_their_own_ids(tmp_path: Path) -> None:
    again = "      - {id: share, title: Again, measure: edges/felt, equals: 1}\n"
    found = problems(tmp_path, house=CONTROLS + again)
    assert {p.ident for p in found if p.where.path == HOUSE} == {"bad-value"}
    assert "more than one criterion 'share'" in found[0].what


def test_a_control_id_in_two_catalogs(tmp_path: Path) -> None:
    controls = CONTROLS[CONTROLS.index("controls:\n") :].replace('"play-2:P.1"', '"toy-1.0:T 2"')
    toy = CATALOG.replace("rule: 2}", "rule: 2, control: 1}") + controls
    found = problems(tmp_path, toy=toy)
    assert only(found) == (TOY, line(toy, "id: H-EDGE-01"), "duplicate-id")


def test_a_catalog_id_twice(tmp_path: Path) -> None:
    found = problems(tmp_path, play=CATALOG)
    assert ("frameworks/toy-1.0/catalog.yaml", "duplicate-id") in {(p.where.path, p.ident) for p in found}


@pytest.mark.parametrize("ident", ["Toy 1", "toy:1", "toy/1", "../toy"])
def test_a_catalog_id_is_a_plain_word(tmp_path: Path, ident: str) -> None:
    found = problems(tmp_path, toy=CATALOG.replace("id: toy-1.0", f'id: "{ident}"'))
    assert (TOY, 1, "bad-value") in {(p.where.path, p.where.line, p.ident) for p in found}


@pytest.mark.parametrize(
    ("old", "new", "ident"),
    [
        ("source: T 2,", "source: T 9,", "unknown-requirement"),
        ("source: T 2, target: P.1", "source: T 2, target: P.3", "unknown-requirement"),
        ("confidence: low", "confidence: lowest", "bad-value"),
        ("pairs: 2,", "pairs: 3,", "wrong-count"),
        ("pairs: 2, ", "", "wrong-count"),
        ("source_ids: 2", "source_ids: 1", "wrong-count"),
        ("low_confidence: 1", "low_confidence: 0", "wrong-count"),
        ("low_confidence: 1", "lowconfidence: 1", "unknown-count"),
        ("target: [P.2]", "target: []", "wrong-count"),
        ("source: []", "source: [T 1]", "wrong-count"),
        ("target: play-2", "target: play-3", "unknown-catalog"),
        ("source: T 1, target: P.1, sources: [S1]", "source: T 1, target: P.1, sources: [S2]", "unknown-source"),
    ],
)  # fmt: skip
def test_a_mapping_that_does_not_fit(tmp_path: Path, old: str, new: str, ident: str) -> None:
    text = MAPPING.replace(old, new)
    assert text != MAPPING
    found = problems(tmp_path, mapping=text)
    assert ident in {p.ident for p in found}
    assert {p.where.path for p in found} == {CROSS}
    changed = next(i for i, (a, b) in enumerate(zip(MAPPING.splitlines(), text.splitlines(), strict=True), 1) if a != b)
    assert changed in {p.where.line for p in found if p.ident == ident}


def test_a_pair_twice(tmp_path: Path) -> None:
    text = (
        MAPPING.replace("source: T 2", "source: T 1")
        .replace("source_ids: 2", "source_ids: 1")
        .replace("gaps: {source: []", "gaps: {source: [T 2]")
    )
    assert only(problems(tmp_path, mapping=text)) == (CROSS, len(text.splitlines()), "duplicate-id")


def test_kinds_and_measures_are_used_by_controls_that_exist(tmp_path: Path) -> None:
    found = problems(tmp_path, kinds=KINDS.replace("H-EDGE-01", "H-EDGE-02"), measures=MEASURES.replace("-01", "-03"))
    assert [(p.where.path, p.ident) for p in found] == [
        ("frameworks/house/kinds.yaml", "unknown-control"),
        ("frameworks/house/measures.yaml", "unknown-control"),
    ]
    assert "did you mean 'H-EDGE-01'?" in found[0].fix


def test_a_kind_twice(tmp_path: Path) -> None:
    text = KINDS.replace("registers: []", "  - {id: edge-report, title: Again, summary: Again.}")
    assert only(problems(tmp_path, kinds=text)) == ("frameworks/house/kinds.yaml", 3, "duplicate-id")


def test_a_single_catalog_file_is_checked_alone(tmp_path: Path) -> None:
    path = write(tmp_path) / "house/catalog.yaml"
    assert load_catalog(path, "mine.yaml").controls[0].id == "H-EDGE-01"
    path.write_text(CONTROLS.replace("control: 1", "control: 4"), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        load_catalog(path, "mine.yaml")
    assert [p.where.path for p in raised.value.problems] == ["mine.yaml"]


def test_a_user_catalog_joins_the_library(tmp_path: Path) -> None:
    library = loaded(tmp_path / "shipped")
    mine = tmp_path / "mine"
    mine.mkdir()
    text = CONTROLS.replace("id: house", "id: mine").replace("H-EDGE-01", "M-1")
    (mine / "catalog.yaml").write_text(text, encoding="utf-8")
    grown = add_own(library, [Folder(mine, "frameworks/mine")])
    assert set(grown.catalogs) == {*library.catalogs, "mine"}
    assert set(grown.controls()) == {"H-EDGE-01", "M-1"}
    assert set(library.controls()) == {"H-EDGE-01"}


def test_a_user_catalog_cannot_take_the_place_of_another(tmp_path: Path) -> None:
    library = loaded(tmp_path / "shipped")
    with pytest.raises(InputError) as raised:
        add_own(library, [Folder(tmp_path / "shipped/toy-1.0", "copy")])
    assert [(p.where.path, p.ident) for p in raised.value.problems] == [("copy/catalog.yaml", "duplicate-id")]


def test_a_user_catalog_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        add_own(loaded(tmp_path), [Folder(tmp_path / "nowhere", "nowhere")])
    assert [(p.where.path, p.ident) for p in raised.value.problems] == [("nowhere/catalog.yaml", "missing-file")]


def test_a_user_catalog_that_is_a_link_out_of_its_folder(tmp_path: Path) -> None:
    library = loaded(tmp_path / "shipped")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/catalog.yaml").symlink_to(tmp_path / "shipped/toy-1.0/catalog.yaml")
    with pytest.raises(InputError) as raised:
        add_own(library, [Folder(tmp_path / "mine", "mine")])
    assert [p.ident for p in raised.value.problems] == ["outside-project"]


def test_a_catalog_may_name_the_edition_that_replaced_it(tmp_path: Path) -> None:
    library = loaded(tmp_path, toy=CATALOG.replace("status: Current.", "status: Old.\nsuperseded_by: play-2"))
    assert library.catalogs["toy-1.0"].superseded_by == "play-2"
    assert [name for name in ("toy-1.0", "toy-1.0:T 1", "play-2", "H-EDGE-01") if library.superseded(name)] == [
        "toy-1.0",
        "toy-1.0:T 1",
    ]


@pytest.mark.parametrize(("later", "ident"), [("play-3", "unknown-catalog"), ("toy-1.0", "bad-value")])
def test_the_later_edition_exists_and_is_another_one(tmp_path: Path, later: str, ident: str) -> None:
    text = CATALOG.replace("status: Current.", f"status: Old.\nsuperseded_by: {later}")
    assert only(problems(tmp_path, toy=text)) == (TOY, line(text, "superseded_by"), ident)
