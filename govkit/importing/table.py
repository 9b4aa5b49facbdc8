"""Tables: CSV, TSV and the like, read as a file of the user's own says which column is what.

A cell is text, whatever it begins with: a formula is never worked out.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from govkit.errors import InputError, Place, Problem
from govkit.importing.asked import Asked
from govkit.importing.cleaning import ident, one_line
from govkit.importing.columns import Columns
from govkit.importing.drafting import Draft, Head, dropping, refuse
from govkit.importing.sniffed import Sniffed
from govkit.importing.source import Source
from govkit.model.imported import Imported
from govkit.validation import record, unknown
from govkit.yaml_lines import Document

TITLE = "Table"
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
FORMULA = ("=", "+", "-", "@")
"""What makes a spreadsheet program take a cell for a formula."""


class Table(NamedTuple):
    """Rows below a header."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    """Line in the file, and cells."""
    delimiter: str


def sniff(source: Source, asked: Asked) -> Sniffed | None:
    """A table is what the user describes as one: nothing in it says so by itself."""
    if asked.described is None or "columns" not in asked.described.value or source.is_json:
        return None
    return Sniffed("table", None, f"{asked.described.path} says which column is what")


def read(source: Source, asked: Asked) -> Imported:
    """One requirement for each row; raises InputError with every Problem."""
    if asked.described is None:
        fix = "write one with `columns:` and name it with --mapping; docs/importing.md shows how"
        what = "a table is read with a file that says which column is what"
        raise InputError([Problem(Place(source.shown), "no-mapping", what, fix)])
    problems: list[Problem] = []
    columns = record(Columns, asked.described, (), asked.described.value, problems)
    refuse(problems)
    assert columns is not None
    table = _table(source, columns, asked.described.path)
    draft, unread = Draft(source), Counter[str]()
    used = columns.names()
    for line, cells in table.rows:
        row = dict(zip(table.header, cells, strict=True))
        _row(draft, columns, row, Place(source.shown, line))
        unread.update(name for name, cell in row.items() if name not in used and cell.strip())
    if not draft.problems:
        draft.problems += _misjudged(columns.catalog.judged or (), draft, asked.described)
    catalog = draft.finish(Head(**columns.catalog.model_dump()), asked, None)
    name = next(word for word, sign in DELIMITERS.items() if sign == table.delimiter)
    return Imported(
        file=source.file,
        format=TITLE,
        format_version=f"{columns.encoding or 'utf-8'}, {name}",
        catalog=catalog,
        ids=f"The column {columns.columns.id!r}, as written.",
        dropped=tuple(
            dropping(f"cells of {name[:150]!r}", n, "the file of --mapping does not name the column")
            for name, n in unread.items()
        ),
        doubts=(*draft.doubts(), *_formulas(table)),
    )


def _misjudged(judged: tuple[str, ...], draft: Draft, described: Document) -> Iterator[Problem]:
    """Levels to judge that no row has."""
    levels = {made.kind for made in draft.requirements()}
    listing = f"levels of the rows: {', '.join(sorted(levels))}"
    for number, level in enumerate(judged if levels else ()):
        if level not in levels:
            yield unknown(level, levels, described.place(("catalog", "judged", number)), "level", listing)


def _formulas(table: Table) -> Iterator[str]:
    found = sum(cell.strip()[:1] in FORMULA and len(cell.strip()) > 1 for _, cells in table.rows for cell in cells)
    if found:
        yield f"Cells that begin like a formula: {found}; they are kept as the text they are."


def _row(draft: Draft, columns: Columns, row: dict[str, str], where: Place) -> None:
    named = columns.columns
    kind = columns.kinds.get(_cell(row, named.kind), _cell(row, named.kind)) or columns.kind
    if not kind:
        fix = f"fill the column {named.kind!r}, or write `kind:` for rows that have none"
        draft.problems.append(Problem(where, "missing-entry", "the row says no level", fix))
        return
    id = ident(_cell(row, named.id))
    if not id:
        fix = "give the row an id, or take it out"
        draft.problems.append(Problem(where, "missing-entry", f"the column {named.id!r} is empty", fix))
        return
    draft.add(
        where,
        id=id,
        kind=kind,
        title=_cell(row, named.title) or None,
        text=_cell(row, named.text) or None,
        summary=_cell(row, named.summary) or None,
        parent=ident(_cell(row, named.parent)) or None,
        aliases=tuple(_several(row, named.aliases, columns.split)),
        expected_evidence=tuple(_several(row, named.evidence, columns.split)),
        related=tuple(_several(row, named.related, columns.split)),
        props=tuple({"name": name, "value": text} for name in named.keep if (text := _cell(row, name))),
    )


def _cell(row: dict[str, str], name: str | None) -> str:
    return row[name].strip() if name is not None else ""


def _several(row: dict[str, str], name: str | None, split: str) -> Iterator[str]:
    for part in _cell(row, name).split(split):
        if part.strip():
            yield part.strip()


def _table(source: Source, columns: Columns, described: str) -> Table:
    text = _decoded(source, columns)
    signs = [DELIMITERS[columns.delimiter]] if columns.delimiter else list(DELIMITERS.values())
    found: list[Table] = []
    faults: list[InputError] = []
    seen: set[str] = set()
    for sign in signs:
        try:
            table = _parsed(source, text, sign)
        except InputError as error:
            faults.append(error)
            continue
        seen |= set(table.header) if len(table.header) > 1 else set()
        if columns.names() <= set(table.header):
            found.append(table)
    if len(found) == 1:
        return found[0]
    if found:
        what = "the columns can be told apart in more than one way"
        fix = "say how: `delimiter: comma` (or semicolon, tab, pipe)"
        raise InputError([Problem(Place(source.shown), "ambiguous-format", what, fix)])
    if faults and (len(signs) == 1 or not seen):
        raise faults[0]
    missing = sorted(columns.names() - seen) or sorted(columns.names())
    listing = f"the table has {', '.join(sorted(seen)[:20]) or 'one column only'}; the names stand in {described}"
    raise InputError([unknown(name, seen, Place(source.shown, 1), "column", listing) for name in missing])


def _decoded(source: Source, columns: Columns) -> str:
    encoding = columns.encoding or ("utf-16" if source.content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    try:
        return source.content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        what = f"is not {encoding.removesuffix('-sig')} text (byte {error.start})"
        fix = "save it as UTF-8, or say what it is: `encoding: cp1252` (what Windows calls ANSI)"
        raise InputError([Problem(Place(source.shown), "broken-table", what, fix)]) from error


def _parsed(source: Source, text: str, sign: str) -> Table:
    """The table as it reads with a delimiter; raises InputError."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    header: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    problems: list[Problem] = []
    begin = 1
    try:
        for cells in reader:
            where, begin = Place(source.shown, begin), reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = [one_line(cell) for cell in cells]
                twice = sorted(name for name, count in Counter(header).items() if count > 1 and name)
                problems += [
                    Problem(where, "duplicate-id", f"the column {name!r} stands twice", "rename one") for name in twice
                ]
            elif len(cells) != len(header):
                fix = "put a cell that holds the delimiter or a line break between double quotes"
                problems.append(Problem(where, "broken-table", f"{len(cells)} cells under {len(header)} columns", fix))
            else:
                rows.append((where.line, cells))
    except csv.Error as error:
        fix = "save it again as CSV; a double quote inside a cell is doubled"
        problems.append(Problem(Place(source.shown, begin), "broken-table", f"cannot be read as a table: {error}", fix))
    refuse(problems)
    return Table(header, rows, sign)
