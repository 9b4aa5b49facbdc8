"""Tables: only what somebody says a column is, and cells are text."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govkit.errors import InputError
from govkit.importing.asked import Asked
from tests.importing.builders import asked, dropped, imported, problems, refused

COLUMNS = """\
catalog:
  id: house-1
  title: House rules
  publisher: Acme
  edition: "1"
  published: 2026-01-15
  as_of: 2026-11-01
  licence: Internal
  judged: [rule]
columns:
  id: Nr
  title: Title
  text: Words
  parent: Above
  kind: Level
  evidence: Shown by
  keep: [Owner]
kinds: {C: chapter, R: rule}
split: ";"
"""
HEADER = "Nr,Title,Words,Above,Level,Shown by,Owner,Remark"
TABLE = f"""\
{HEADER}
1,Before a model goes out,,,C,,,
1.1,Tested,"Every release is tested, also
the small ones.",1,R,A result; A log,Ada,old
1.2,,"=HYPERLINK(""http://example.org"")",1,R,,-,
"""


def wanted(columns: str = COLUMNS) -> Asked:
    return asked(described=columns, head={})


def test_rows_become_requirements() -> None:
    found = imported(TABLE, wanted())
    catalog = found.catalog
    assert catalog is not None
    assert (catalog.id, catalog.counts, [leaf.id for leaf in catalog.leaves()]) == (
        "house-1",
        {"chapter": 1, "rule": 2},
        ["1.1", "1.2"],
    )
    rule = catalog.requirements[1]
    assert (rule.title, rule.text, rule.parent) == ("Tested", "Every release is tested, also\nthe small ones.", "1")
    assert rule.expected_evidence == ("A result", "A log")
    assert [(prop.name, prop.value) for prop in rule.props] == [("Owner", "Ada")]
    assert dropped(found) == {"cells of 'Remark'": 1}
    assert found.format_version == "utf-8, comma"


def test_a_formula_is_the_text_it_is() -> None:
    found = imported(TABLE, wanted())
    assert found.catalog is not None
    assert found.catalog.requirements[2].title == '=HYPERLINK("http://example.org")'
    assert found.doubts[-1] == "Cells that begin like a formula: 1; they are kept as the text they are."


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_the_delimiter_is_told_by_the_columns(sign: str) -> None:
    text = TABLE.replace("A result; A log", "A result")
    swapped = "\n".join(sign.join(part for part in row) for row in _cells(text)) + "\n"
    catalog = imported(swapped, wanted()).catalog
    assert catalog is not None
    assert catalog.counts == {"chapter": 1, "rule": 2}


def _cells(text: str) -> list[list[str]]:
    import csv
    import io

    rows = list(csv.reader(io.StringIO(text, newline="")))
    return [['"' + cell.replace('"', '""') + '"' for cell in row] for row in rows]


def test_a_delimiter_that_fits_twice_must_be_said() -> None:
    columns = COLUMNS.partition("columns:")[0] + "columns: {id: id}\nkind: rule\n"
    both = "id;x|id\n"
    assert [i for _, i in problems(both + "1;2|3\n", wanted(columns))] == ["ambiguous-format"]
    said = imported("id;x|y\n1;2|3\n", wanted(columns + "delimiter: semicolon\n"))
    assert said.catalog is not None


@pytest.mark.parametrize(
    ("encoding", "said", "works"),
    [
        ("utf-8", "", True),
        ("utf-8-sig", "", True),
        ("utf-16", "", True),
        ("cp1252", "", False),
        ("cp1252", "encoding: cp1252\n", True),
        ("iso-8859-1", "encoding: iso-8859-1\n", True),
    ],
)
def test_encodings_are_told_by_their_mark_or_said(encoding: str, said: str, works: bool) -> None:
    content = TABLE.replace("Tested", "Geprüft").encode(encoding)
    if not works:
        (told,) = refused(content, wanted(COLUMNS + said))
        assert (told.ident, "encoding: cp1252" in told.fix) == ("broken-table", True)
        return
    catalog = imported(content, wanted(COLUMNS + said)).catalog
    assert catalog is not None
    assert catalog.requirements[1].title == "Geprüft"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("1.2,,", "1.1,,"), [("given.file:5", "duplicate-id")]),
        (("1.2,,", ",,"), [("given.file:5", "missing-entry")]),
        ((",1,R,,-,", ",9,R,,-,"), [("given.file:5", "unknown-requirement")]),
        ((",1,R,,-,", ",1.2,R,,-,"), [("given.file:5", "circular-parent")]),
        ((",1,R,,-,", ",1,,,-,"), [("given.file:5", "missing-entry")]),
        ((",1,R,,-,", ",1,R,,-"), [("given.file:5", "broken-table")]),
        (("Remark", "Owner"), [("given.file:1", "duplicate-id")]),
        (("Nr,", "No,"), [("given.file:1", "unknown-column")]),
        (('example.org"")"', 'example.org"")'), [("given.file:5", "broken-table")]),
        (("1.1,Tested", f"1.1,{'x' * 140_000}"), [("given.file:3", "broken-table")]),
    ],
)
def test_what_is_wrong_has_its_line(change: tuple[str, str], found: list[tuple[str, str]]) -> None:
    assert change[0] in TABLE
    assert problems(TABLE.replace(*change), wanted()) == found


def test_characters_nobody_sees_are_taken_out_of_titles_and_told() -> None:
    found = imported(TABLE.replace("Tested", "Te\x00s\u200bted"), wanted())
    assert found.catalog is not None
    assert found.catalog.requirements[1].title == "Tested"
    assert "Entries with characters that cannot be seen: 1; they were taken out." in found.doubts


def test_an_id_with_such_characters_is_refused() -> None:
    assert problems(TABLE.replace("1.2,,", "1.\u200b2,,"), wanted()) == [("given.file:5", "bad-value")]


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (COLUMNS.replace("  id: Nr\n", ""), ("describe.yaml:10:1", "missing-entry")),
        (COLUMNS.replace("  text: Words", "  words: Words"), ("describe.yaml:13:3", "unknown-key")),
        (COLUMNS.replace("  licence: Internal\n", ""), ("given.file", "missing-entry")),
        (COLUMNS.replace("published: 2026-01-15", "published: January"), ("given.file", "bad-value")),
        (COLUMNS.replace("[rule]", "[rule, ruel]"), ("describe.yaml:9:18", "unknown-level")),
        (COLUMNS + "delimiter: dot\n", ("describe.yaml:20:1", "bad-value")),
        (COLUMNS.replace("id: house-1", "id: House 1"), ("describe.yaml:2:3", "bad-value")),
    ],
)
def test_a_description_that_is_wrong(columns: str, found: tuple[str, str]) -> None:
    assert problems(TABLE, wanted(columns)) == [found]


@pytest.mark.parametrize("text", [f"{HEADER}\n", f"{HEADER}\n,,,,,,,\n\n"])
def test_a_table_without_rows(text: str) -> None:
    assert problems(text, wanted()) == [("given.file", "empty-catalog")]


def test_a_table_nobody_describes() -> None:
    (told,) = refused(TABLE)
    assert (told.ident, "--mapping" in told.fix) == ("unknown-format", True)
    assert problems(TABLE, format="table") == [("given.file", "no-mapping")]


@given(title=st.text(min_size=1, max_size=50), words=st.text(max_size=200))
def test_whatever_stands_in_a_cell_is_read_or_refused(title: str, words: str) -> None:
    """No text in a cell ends in anything but a catalog that loads, or a Problem."""
    row = ",".join('"' + cell.replace('"', '""') + '"' for cell in ("1", title, words, "", "R", "", "", ""))
    content = f"{HEADER}\n{row}\n".encode()
    with contextlib.suppress(InputError):
        assert imported(content, wanted()).catalog is not None


def test_the_example_in_the_documentation_is_read() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/importing.md").read_text(encoding="utf-8")
    block = re.findall(r"```yaml\n(catalog:.*?)```", page, re.DOTALL)[0]
    header = "No.;Rule;Wording;In short;Chapter;Level;Shown by;Old number;See also;Owner\n"
    rows = "1;Before;;;;C;;;;\n1.1;Tested;Every release is tested.;Test;1;R;Result / Log;A-1;1;Ada\n"
    catalog = imported((header + rows).encode("cp1252"), wanted(block)).catalog
    assert catalog is not None
    assert catalog.counts == {"chapter": 1, "rule": 1}
    assert catalog.requirements[1].expected_evidence == ("Result", "Log")
