"""SSSOM: what a row says becomes our word or a weaker one, and what cannot be said is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from govkit.export.mapping_sssom import crosswalk_sssom
from govkit.importing.sssom_words import _several
from govkit.model.catalog import Mapping
from govkit.model.crosswalk import crosswalk
from govkit.model.imported import Imported
from tests.importing.builders import DATA, asked, dropped, imported, problems, refused, shipped, toys, without

META = """\
#curie_map:
#  toy-1.0: https://example.org/toy/
#  play: https://example.org/play/
#  skos: http://www.w3.org/2004/02/skos/core#
#mapping_set_title: Toys to play
#license: https://creativecommons.org/publicdomain/zero/1.0/
#mapping_date: 2026-03-04
#comment: Made for a test
"""
COLUMNS = "subject_id predicate_id object_id mapping_justification predicate_modifier comment confidence reviewer_label"
MANUAL = "semapv:ManualMappingCuration"
GOOD = f"toy-1.0:T 1;skos:closeMatch;play:P.1;{MANUAL}"


def table(*rows: str, columns: str = COLUMNS, meta: str = META) -> str:
    """Rows with `;` for tabs."""
    lines = ["\t".join(columns.split()), *(row.replace(";", "\t") for row in rows)]
    return meta + "".join(f"{line}\n" for line in lines)


def read(folder: Path, *rows: str, **options: str) -> Imported:
    library = toys(folder)
    return imported(table(*rows, **options), asked(library, catalogs={"play": "play-2"}, id="pairs", head={}))


@pytest.mark.parametrize(
    ("predicate", "modifier", "relationship", "rationale", "style"),
    [
        ("skos:exactMatch", "", "equivalent", "semantic", "supportive"),
        ("skos:closeMatch", "", "related", None, "concept"),
        ("skos:relatedMatch", "", "related", None, "concept"),
        ("rdfs:seeAlso", "", "related", None, "concept"),
        ("skos:broadMatch", "", "subset_of", "semantic", "set-theory"),
        ("skos:narrowMatch", "", "superset_of", "semantic", "set-theory"),
        ("rdfs:subClassOf", "", "subset_of", "semantic", "set-theory"),
        ("owl:sameAs", "", "equal", "semantic", "set-theory"),
        ("skos:mappingRelation", "", "related", None, "concept"),
        ("skos:mappingRelation", "Not", "none", "semantic", "concept"),
    ],
)
def test_a_predicate_becomes_our_word(
    tmp_path: Path, predicate: str, modifier: str, relationship: str, rationale: str | None, style: str
) -> None:
    mapping = read(tmp_path, f"toy-1.0:T 1;{predicate};play:P.1;{MANUAL};{modifier}").mappings[0]
    pair = mapping.pairs[0]
    assert (pair.source, pair.target) == ("T 1", "P.1")
    assert (pair.relationship, pair.rationale, mapping.style) == (relationship, rationale, style)
    said = f"not {predicate}" if modifier else predicate
    assert ("predicate", said) in [(prop.name, prop.value) for prop in pair.props]


def test_lexical_matching_rests_on_the_words(tmp_path: Path) -> None:
    pair = read(tmp_path, "toy-1.0:T 1;skos:broadMatch;play:P.1;semapv:LexicalMatching").mappings[0].pairs[0]
    assert pair.rationale == "syntactic"


def test_a_row_keeps_who_says_it_and_how_sure_they_were(tmp_path: Path) -> None:
    mapping = read(tmp_path, f'toy-1.0:T 1;skos:closeMatch;play:P.1;{MANUAL};;"A ""good"" one";0.85;Ada|Bob').mappings[
        0
    ]
    pair = mapping.pairs[0]
    assert (pair.note, pair.reviewed_by, pair.confidence) == ('A "good" one', ("Ada", "Bob"), None)
    assert ("confidence", "0.85") in [(prop.name, prop.value) for prop in pair.props]
    assert ("mapping-justification", MANUAL) in [(prop.name, prop.value) for prop in pair.props]
    assert (mapping.title, str(mapping.as_of), mapping.disclosure) == ("Toys to play", "2026-03-04", "Made for a test")
    assert mapping.licence == "https://creativecommons.org/publicdomain/zero/1.0/"


def test_one_mapping_for_each_style(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        f"toy-1.0:T 1;skos:exactMatch;play:P.1;{MANUAL}",
        f"toy-1.0:T 2;skos:broadMatch;play:P.1;{MANUAL}",
        f"toy-1.0:T 2;skos:closeMatch;play:P.2;{MANUAL}",
        f"toy-1.0:T 1;skos:mappingRelation;play:P.2;{MANUAL};Not",
    )
    assert [(m.id, [(p.source, p.target) for p in m.pairs]) for m in found.mappings] == [
        ("pairs--toy-1.0__play-2--supportive", [("T 1", "P.1")]),
        ("pairs--toy-1.0__play-2--set-theory", [("T 2", "P.1"), ("T 1", "P.2")]),
        ("pairs--toy-1.0__play-2--concept", [("T 2", "P.2")]),
    ]
    assert "broadMatch" in found.doubts[0]


def test_rows_about_the_same_pair_are_joined_and_the_weakest_stands(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        f"toy-1.0:T 1;skos:exactMatch;play:P.1;{MANUAL};;first",
        "toy-1.0:TY-1;skos:relatedMatch;play:P.1;semapv:UnspecifiedMatching;;second",
    )
    (pair,) = found.mappings[0].pairs
    assert (pair.relationship, pair.rationale) == ("related", None)
    assert pair.note == (
        "first\nsecond\nThe file says equivalent, related of this pair, in different rows; the weakest is kept."
    )
    assert found.doubts == ("Rows that repeat a pair: 1; they were joined with it.",)


def test_a_denial_of_one_relationship_leaves_the_others_open(tmp_path: Path) -> None:
    found = read(
        tmp_path, f"toy-1.0:T 1;skos:exactMatch;play:P.1;{MANUAL};Not", f"toy-1.0:T 2;skos:closeMatch;play:P.1;{MANUAL}"
    )
    assert [pair.source for pair in found.mappings[0].pairs] == ["T 2"]
    assert dropped(found) == {"rows negated": 1}


def test_entries_without_a_counterpart_are_kept_by_name(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        f"toy-1.0:T 1;skos:exactMatch;sssom:NoTermFound;{MANUAL}",
        f"toy-1.0:T 2;skos:closeMatch;play:P.1;{MANUAL}",
    )
    assert dropped(found) == {"rows without a counterpart": 1}
    assert [(prop.name, prop.value) for prop in found.mappings[0].props] == [("no-term-found", "toy-1.0:T 1")]


def test_literals_are_no_pairs(tmp_path: Path) -> None:
    columns = "subject_id predicate_id object_id mapping_justification subject_type"
    rows = (f";skos:exactMatch;play:P.1;{MANUAL};rdfs literal", f"toy-1.0:T 2;skos:closeMatch;play:P.1;{MANUAL};")
    assert dropped(read(tmp_path, *rows, columns=columns)) == {"rows of a plain text": 1}


def test_ids_are_found_with_other_separators_and_by_alias(tmp_path: Path) -> None:
    found = read(tmp_path, *(f"toy-1.0:{name};skos:closeMatch;play:p.1;{MANUAL}" for name in ("t-1", "T_1", "ty-1")))
    assert [pair.source for pair in found.mappings[0].pairs] == ["T 1"]


def test_columns_that_nobody_knows_are_passed_over(tmp_path: Path) -> None:
    columns = "subject_id ext_mine predicate_id object_id mapping_justification"
    assert read(tmp_path, f"toy-1.0:T 1;7;skos:closeMatch;play:P.1;{MANUAL}", columns=columns).mappings


def test_the_old_column_for_the_kind_of_match(tmp_path: Path) -> None:
    columns = "subject_id predicate_id object_id match_type"
    pair = read(tmp_path, "toy-1.0:T 1;skos:broadMatch;play:P.1;Lexical", columns=columns).mappings[0].pairs[0]
    assert pair.rationale == "syntactic"
    row = "toy-1.0:T 1;skos:broadMatch;play:P.1;Magic"
    assert problems(table(row, columns=columns), wanted(tmp_path / "x")) == [("given.file:10", "unknown-justification")]


def wanted(folder: Path, described: str | None = None):  # type: ignore[no-untyped-def]  # the type is Asked
    return asked(toys(folder), catalogs={"play": "play-2"}, id="pairs", described=described)


@pytest.mark.parametrize(
    ("row", "ident"),
    [
        (f"toy-1.0:T 1;ex:covers;play:P.1;{MANUAL}", "unknown-predicate"),
        (f"toy-1.0:T 1;skos:exactMatch;play:P.1;{MANUAL};NOT", "unknown-modifier"),
        (f"toy-1.0:T 9;skos:exactMatch;play:P.1;{MANUAL}", "unknown-requirement"),
        (f"toys:T 1;skos:exactMatch;play:P.1;{MANUAL}", "unknown-prefix"),
        (f"skos:T 1;skos:exactMatch;play:P.1;{MANUAL}", "unknown-catalog"),
        (f"https://example.org/toy/1;skos:exactMatch;play:P.1;{MANUAL}", "bad-value"),
        (f"T 1;skos:exactMatch;play:P.1;{MANUAL}", "bad-value"),
        ("toy-1.0:T 1;skos:exactMatch;play:P.1;", "missing-entry"),
        (f";skos:exactMatch;play:P.1;{MANUAL}", "missing-entry"),
        (f"toy-1.0:T 1;skos:exactMatch;play:P.1;{MANUAL};;;;;;x", "broken-table"),
        (f'toy-1.0:T 1;skos:exactMatch;play:P.1;{MANUAL};;"open', "broken-table"),
    ],
)
def test_what_is_wrong_in_a_row_has_its_line(tmp_path: Path, row: str, ident: str) -> None:
    good = f"toy-1.0:T 2;skos:closeMatch;play:P.1;{MANUAL}"
    found = problems(table(good, row), wanted(tmp_path))
    assert found == [("given.file:11", ident)], found


def test_a_pair_that_is_and_is_not(tmp_path: Path) -> None:
    rows = (f"toy-1.0:T 1;skos:exactMatch;play:P.1;{MANUAL}", f"toy-1.0:T 1;skos:mappingRelation;play:P.1;{MANUAL};Not")
    assert problems(table(*rows), wanted(tmp_path)) == [("given.file:11", "contradiction")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (table(), [("given.file", "empty-catalog")]),
        (table(columns="subject_id predicate_id object_id"), [("given.file:9", "missing-entry")]),
        (table(columns=f"{COLUMNS} comment"), [("given.file:9", "duplicate-id")]),
        (table(GOOD, meta=META.replace("#license", "#x")), [("given.file", "missing-entry")]),
        (table(meta="#a: [\n"), [("given.file:2:1", "broken-yaml")]),
        (table(meta="#- a\n"), [("given.file:1:1", "bad-value")]),
    ],
)
def test_files_that_are_broken(tmp_path: Path, text: str, found: list[tuple[str, str]]) -> None:
    assert problems(text, asked(toys(tmp_path), catalogs={"play": "play-2"}, head={})) == found


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    assert problems(table().encode() + b"\xff\xfe", wanted(tmp_path), format="sssom") == [
        ("given.file", "broken-table")
    ]


def test_metadata_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    row = f"toy:one;ex:covers;play:P.1;{MANUAL}"
    external = META.replace("#", "").replace("toy-1.0:", "toy:") + (
        "govkit:\n"
        "  catalogs:\n"
        "    toy: {catalog: toy-1.0, ids: {one: T 1}}\n"
        "    play: play-2\n"
        '  predicates: {"ex:covers": supports}\n'
    )
    found = imported(table(row, meta=""), asked(toys(tmp_path), id="pairs", described=external, head={}))
    (pair,) = found.mappings[0].pairs
    assert (pair.source, pair.relationship, found.mappings[0].title) == ("T 1", "supports", "Toys to play")


def test_rows_of_a_vocabulary_nobody_wants_are_counted(tmp_path: Path) -> None:
    meta = META.replace("#mapping_set_title", "#  other: https://example.org/other/\n#mapping_set_title")
    rows = (f"toy-1.0:T 1;skos:closeMatch;play:P.1;{MANUAL}", f"toy-1.0:T 1;skos:closeMatch;other:9;{MANUAL}")
    assert [i for _, i in problems(table(*rows, meta=meta), wanted(tmp_path))] == ["unknown-catalog"]
    guide = "govkit: {leave_out: [other]}\n"
    found = imported(table(*rows, meta=meta), wanted(tmp_path / "x", guide))
    assert dropped(found) == {"rows of a vocabulary left out": 1}


@pytest.mark.parametrize(
    ("guide", "found"),
    [
        ("govkit: {predicate: {}}\n", ("describe.yaml:1:10", "unknown-key")),
        ("govkit: {catalogs: {play: {catalog: plays}}}\n", ("describe.yaml:1:21", "unknown-catalog")),
        ("license: mine\n", ("describe.yaml", "several-parts")),
    ],
)
def test_a_guide_that_is_wrong(tmp_path: Path, guide: str, found: tuple[str, str]) -> None:
    text = table(f"toy-1.0:T 1;skos:closeMatch;play:P.1;{MANUAL}")
    assert problems(text, asked(toys(tmp_path), described=guide)) == [found]


def test_an_author_who_means_broad_the_other_way_round_can_be_read(tmp_path: Path) -> None:
    guide = 'govkit: {predicates: {"skos:broadMatch": superset_of}}\n'
    found = imported(table(f"toy-1.0:T 1;skos:broadMatch;play:P.1;{MANUAL}"), wanted(tmp_path, guide))
    assert found.mappings[0].pairs[0].relationship == "superset_of"


def test_a_real_file_between_two_shipped_catalogs() -> None:
    guide = """\
govkit:
  catalogs:
    owasp-asi:
      catalog: owasp-agentic-2026
      ids:
        asi01-agent-goal-hijack: ASI01
        asi02-tool-misuse-and-exploitation: ASI02
        asi03-identity-and-privilege-abuse: ASI03
        asi04-agentic-supply-chain-vulnerabilities: ASI04
    owasp-llm-2.0:
      catalog: owasp-llm-2025
      ids:
        llm01-prompt-injection: LLM01:2025
        llm062025-excessive-agency: LLM06:2025
        llm032025-supply-chain: LLM03:2025
"""
    content = (DATA / "owasp_asi_to_llm.sssom.tsv").read_bytes()
    found = imported(content, asked(described=guide, id="ibm", head={}))
    assert [(m.id, m.style, len(m.pairs)) for m in found.mappings] == [
        ("ibm--owasp-agentic-2026__owasp-llm-2025--set-theory", "set-theory", 3),
        ("ibm--owasp-agentic-2026__owasp-llm-2025--concept", "concept", 2),
    ]
    first = found.mappings[0].pairs[0]
    assert (first.source, first.target, first.relationship) == ("ASI01", "LLM01:2025", "subset_of")
    assert first.note is not None
    assert "broader than the mechanism" in first.note, "the author means it the other way round: hence the doubt"
    assert "skos:broadMatch or skos:narrowMatch: 3" in found.doubts[0]


def test_nothing_is_guessed_about_the_catalogs_of_a_real_file() -> None:
    told = refused((DATA / "owasp_asi_to_llm.sssom.tsv").read_bytes(), asked(head={}))
    assert [(problem.ident, problem.where.line) for problem in told] == [("unknown-catalog", 12)] * 2
    assert "--catalog owasp-llm-2.0=" in told[1].fix


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ("a|b", ["a", "b"]),
        (r"a\|b", ["a|b"]),
        (r"a\\|b", ["a\\", "b"]),
        (r"a\b", [r"a\b"]),
        ("a\\", ["a\\"]),
        ("", []),
        ("|", []),
    ],
)
def test_several_values_in_one_cell(cell: str, values: list[str]) -> None:
    assert _several(cell) == values


@pytest.mark.parametrize("name", sorted(shipped().mappings))
def test_what_govkit_wrote_says_the_same_again(name: str) -> None:
    library = shipped()
    mapping = library.mappings[name]
    looked_at = crosswalk(mapping, library.catalogs[mapping.source], library.catalogs[mapping.target])
    found = imported(crosswalk_sssom(looked_at), asked(without(name), head={}))
    [made] = found.mappings
    assert (made.id, made.style, made.as_of) == (f"{mapping.source}__{mapping.target}", mapping.style, mapping.as_of)
    assert said(made) == said(mapping)
    assert alone(made) == alone(mapping)


def said(mapping: Mapping) -> dict[tuple[str, str], tuple[str | None, ...]]:
    return {(pair.source, pair.target): (pair.relationship, pair.property_) for pair in mapping.pairs}


def alone(mapping: Mapping) -> dict[str, set[str]]:
    return {side: {item.id for item in items} for side, items in mapping.unmatched.items() if items}


OURS = """\
#curie_map:
#  GOVKIT: https://govkit.invalid/
#  toy-1.0: https://example.org/toy/
#  play: https://govkit.invalid/catalog/play-2/
#extension_definitions:
#- slot_name: word
#  property: GOVKIT:relationship
#- slot_name: how
#  property: GOVKIT:manner
#- slot_name: sure
#  property: GOVKIT:confidence
#license: mine
#mapping_date: 2026-03-04
"""
EXACT = "subject_id predicate_id object_id mapping_justification predicate_modifier word how sure"


@pytest.mark.parametrize(
    ("predicate", "modifier", "word", "found"),
    [
        ("skos:relatedMatch", "", "supports", ("supports", "supportive")),
        ("skos:closeMatch", "", "equal", ("equal", "set-theory")),
        ("skos:broadMatch", "", "child_of", ("child_of", "structural")),
        ("skos:broadMatch", "", "", ("subset_of", "set-theory")),
        ("skos:relatedMatch", "Not", "none", ("none", "concept")),
        ("skos:broadMatch", "", "superset_of", "contradiction"),
        ("skos:relatedMatch", "", "none", "contradiction"),
        ("skos:exactMatch", "", "equal", "contradiction"),
        ("skos:relatedMatch", "", "suports", "unknown-relationship"),
    ],
)
def test_a_word_of_ours_is_read_where_the_predicate_allows_it(
    tmp_path: Path, predicate: str, modifier: str, word: str, found: tuple[str, str] | str
) -> None:
    how = "integral-to" if word == "supports" else ""
    row = f"toy-1.0:T%201;{predicate};play:P.1;{MANUAL};{modifier};{word};{how};high"
    content, wanted = table(row, columns=EXACT, meta=OURS), asked(toys(tmp_path), id="pairs", head={})
    if isinstance(found, str):
        assert problems(content, wanted) == [("given.file:15", found)]
        return
    [mapping] = imported(content, wanted).mappings
    [pair] = mapping.pairs
    assert (pair.relationship, mapping.style) == found
    assert ("sure", "high") in [(prop.name, prop.value) for prop in pair.props]
    assert (pair.confidence, pair.property_ or "") == (None, how)


@pytest.mark.parametrize(("word", "how"), [("equal", "integral-to"), ("supports", "somehow")])
def test_a_manner_goes_with_support_and_is_one_of_three(tmp_path: Path, word: str, how: str) -> None:
    row = f"toy-1.0:T 1;skos:relatedMatch;play:P.1;{MANUAL};;{word};{how};"
    wanted = asked(toys(tmp_path), id="pairs", head={})
    ident = "contradiction" if word == "equal" else "bad-value"
    assert problems(table(row, columns=EXACT, meta=OURS), wanted) == [("given.file:15", ident)]


def test_what_no_field_holds_is_counted(tmp_path: Path) -> None:
    columns = "subject_id predicate_id object_id mapping_justification subject_label other"
    meta = META + "#mapping_tool: by hand\n"
    content = table(f"toy-1.0:T 1;skos:closeMatch;play:P.1;{MANUAL};Toy one;", columns=columns, meta=meta)
    found = imported(content, asked(toys(tmp_path), catalogs={"play": "play-2"}, id="pairs", head={}))
    assert dropped(found) == {"cells of 'subject_label'": 1, "slots of the metadata": 1}
    assert found.dropped[1].why == "mapping_tool"


def test_an_entry_without_a_counterpart_is_unmatched_where_the_file_says_so_of_every_relationship(
    tmp_path: Path,
) -> None:
    rows = [
        f"toy-1.0:T 1;skos:closeMatch;play:P.1;{MANUAL}",
        f"toy-1.0:T 2;skos:relatedMatch;sssom:NoTermFound;{MANUAL};;none here",
        f"sssom:NoTermFound;skos:exactMatch;play:P.2;{MANUAL}",
        f"toy-1.0:T 1;skos:relatedMatch;sssom:NoTermFound;{MANUAL}",
    ]
    found = read(tmp_path, *rows)
    [mapping] = found.mappings
    [item] = mapping.unmatched["source"]
    assert (item.id, item.note, "target" in mapping.unmatched) == ("T 2", "none here", False)
    assert ("no-term-found", "play:P.2") in [(prop.name, prop.value) for prop in mapping.props]
    assert dropped(found) == {"rows without a counterpart": 2}
