"""The two parts of an SSSOM/TSV file: metadata as YAML behind `#`, or beside the file, and rows below a header."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import NamedTuple

from govkit.errors import InputError, Place, Problem
from govkit.importing.asked import Asked
from govkit.importing.drafting import refuse
from govkit.importing.source import MAX_ALIASES, Source
from govkit.yaml_lines import Document, load_yaml

NEEDED = ("subject_id", "predicate_id", "object_id", "mapping_justification")


class Block(NamedTuple):
    """The two parts of a file."""

    metadata: Document
    rows: list[tuple[int, dict[str, str]]]
    """Line, and column to cell."""


def parted(source: Source, asked: Asked) -> Block:
    """Metadata and rows; raises InputError."""
    if source.text is None:
        raise InputError([Problem(Place(source.shown), "broken-table", "not UTF-8 text", "SSSOM files are UTF-8")])
    lines = source.text.split("\n")
    above = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    if above and asked.described is not None and set(asked.described.value) - {"govkit"}:
        fix = "take one of the two away: SSSOM allows the metadata in the file or beside it, never both"
        what = "the file has metadata of its own, and --mapping gives more"
        raise InputError([Problem(Place(asked.described.path), "several-parts", what, fix)])
    metadata = _metadata([line[1:] for line in lines[:above]], source.shown, asked)
    return Block(metadata, _rows(source, "\n".join(lines[above:]), above))


def _metadata(block: list[str], shown: str, asked: Asked) -> Document:
    """The YAML block of the file, with `govkit:` of a file of the user's own; else the whole of that file."""
    given = asked.described
    blanks = min((len(line) - len(line.lstrip(" ")) for line in block if line.strip()), default=0)
    text = "\n".join(line[blanks:] for line in block)
    found = load_yaml(text.encode(), shown, most_aliases=MAX_ALIASES)
    if found.value is not None and not isinstance(found.value, dict):
        what, fix = "the metadata should be `key: value` lines", "get the file again; SSSOM asks for YAML behind each #"
        raise InputError([Problem(found.place(), "bad-value", what, fix)])
    if given is None:
        return found
    whole = {**(found.value or {}), **given.value}
    return Document(given.path, whole, {**found.spots, **given.spots})


def _rows(source: Source, table: str, above: int) -> list[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(table, newline=""), delimiter="\t", strict=True)
    found: list[tuple[int, dict[str, str]]] = []
    problems: list[Problem] = []
    header: list[str] = []
    try:
        for cells in reader:
            where = Place(source.shown, above + reader.line_num)
            if not header:
                header = [cell.strip() for cell in cells]
                problems += _unfit_header(header, where)
            elif any(cell.strip() for cell in cells):
                if len(cells) > len(header):
                    fix = "put a value that holds a tab or a line break between double quotes"
                    what = f"{len(cells)} cells under {len(header)} columns"
                    problems.append(Problem(where, "broken-table", what, fix))
                found.append((where.line, dict(zip(header, map(str.strip, cells), strict=False))))
    except csv.Error as error:
        where = Place(source.shown, above + reader.line_num)
        fix = "a value that holds a tab, a line break or a double quote stands between double quotes"
        problems.append(Problem(where, "broken-table", f"the table cannot be read: {error}", fix))
    refuse(problems)
    return found


def _unfit_header(header: list[str], where: Place) -> list[Problem]:
    missing = [name for name in NEEDED if name not in header and not (name == NEEDED[3] and "match_type" in header)]
    twice = [name for name, count in Counter(header).items() if count > 1 and name]
    fix = "SSSOM asks for it; get the file again, or export it with a current tool"
    found = [Problem(where, "missing-entry", f"there is no column {name!r}", fix) for name in missing]
    return [
        *found,
        *(Problem(where, "duplicate-id", f"the column {name!r} stands twice", "keep one") for name in twice),
    ]
