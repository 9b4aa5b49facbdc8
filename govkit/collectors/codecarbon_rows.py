"""Records of CodeCarbon, from a table, JSON or JSON Lines; cells of a row that does not fit are not guessed."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.source import Source
from govkit.collectors.values import Number, Warnings, name, number, pointer
from govkit.errors import CollectorError

COLUMNS = frozenset({"timestamp", "project_name", "duration", "emissions"})
_FURTHER = frozenset({"country_name", "country_iso_code"})
_JSON_KEYS = COLUMNS | {"run_id", "energy_consumed", "codecarbon_version"}

_ANCHOR = "country_iso_code"
_ISO_CODE = re.compile(r"[A-Z]{3}")
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")


class Row(NamedTuple):
    """One record."""

    values: dict[str, Any]
    place: str
    of_text: bool
    """Whether all values are text, as in a table."""
    warnings: Warnings = ()

    def text(self, column: str) -> str | None:
        """The words in a column; None where there are none."""
        return name(self.values.get(column), 120)

    def number(self, column: str) -> Number:
        """The number in a column, or why there is none."""
        raw = self.values.get(column)
        if self.of_text and isinstance(raw, str) and _NUMBER.fullmatch(raw.strip()):
            raw = float(raw)
        return number(None if raw == "" else raw, column)


def sniffed_as(source: Source) -> str | None:
    """What shows that a file is CodeCarbon's; None when nothing does."""
    columns = _header(source)
    if columns and columns.keys() >= COLUMNS and columns.keys() & _FURTHER:
        return "a table with timestamp, project_name, duration, emissions and a country"
    if _is_record(source.first_row):
        return "JSON lines with run_id, emissions, energy_consumed and codecarbon_version"
    document = source.document
    first = document[0] if isinstance(document, list) and document else document
    return "JSON with run_id, emissions, energy_consumed and codecarbon_version" if _is_record(first) else None


def _is_record(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() >= _JSON_KEYS


def _header(source: Source) -> dict[str, int]:
    """Column to its place; empty when the first line is no header of distinct names."""
    if source.is_folder or source.starts_as_json or b"project_name" not in source.head.partition(b"\n")[0]:
        return {}
    line = source.head.removeprefix(b"\xef\xbb\xbf").splitlines()[0].decode("utf-8", "replace")
    columns = [cell.strip() for cell in next(csv.reader([line]), [])]
    return {column: place for place, column in enumerate(columns)} if len(set(columns)) == len(columns) else {}


def rows_of(source: Source) -> Iterator[Row]:
    """Every record in the order of the file; raises CollectorError."""
    columns = _header(source)
    if columns:
        yield from _table(source, list(columns))
    elif source.document is not None:
        document = source.document
        for index, value in enumerate(document if isinstance(document, list) else [document]):
            yield _record(value, pointer(index) if isinstance(document, list) else "")
    else:
        for line, value in source.rows():
            yield _record(value, f"line {line}")


def _record(value: Any, place: str) -> Row:
    if not _is_record(value):
        what = f"{place or 'the document'} is not a record of CodeCarbon, as others in this file are"
        raise CollectorError(what, fix="keep records of CodeCarbon in a file of their own")
    return Row(value, place, of_text=False)


def _table(source: Source, columns: list[str]) -> Iterator[Row]:
    with source.stream() as stream:
        stream.seek(-1, os.SEEK_END)
        ended = stream.read(1) in (b"\n", b"\r")
        stream.seek(0)
        reader = csv.reader(io.TextIOWrapper(stream, encoding="utf-8-sig", newline=""), strict=True)
        try:
            next(reader)
            line, cells = 0, list[str]()
            for following in reader:
                if cells:
                    yield _fitted(columns, cells, f"line {line}")
                line, cells = reader.line_num, following
            if cells and not ended and len(cells) < len(columns):
                raise CollectorError(
                    "ends in the middle of a row", fix="copy the file again; it was cut off", line=line
                )
            if cells:
                yield _fitted(columns, cells, f"line {line}")
        except (csv.Error, UnicodeDecodeError) as error:
            fix = "write the file again; it may have been cut off, or saved by a spreadsheet"
            raise CollectorError(f"broken table: {error}", fix=fix, line=reader.line_num) from error


def _fitted(columns: list[str], cells: list[str], place: str) -> Row:
    """A row by column. CodeCarbon may leave out empty cells when it appends, so a row can be shorter than the header.

    The cells up to the country's code are then taken if that code stands where it should: numbers come before it and
    three capitals nowhere else.
    """
    if len(cells) == len(columns):
        return Row(dict(zip(columns, cells, strict=True)), place, of_text=True)
    at = columns.index(_ANCHOR) if _ANCHOR in columns else -1
    told = f"{place} has {len(cells)} cells and the header has {len(columns)}"
    if at >= 0 and at < len(cells) and _ISO_CODE.fullmatch(cells[at]):
        kept = dict(zip(columns[: at + 1], cells[: at + 1], strict=True))
        return Row(kept, place, of_text=True, warnings=(f"short-row: {told}; what follows {_ANCHOR} is not read",))
    what = f"{told}, so nothing tells which cell is which"
    raise CollectorError(what, fix="remove the row, or write the file again", line=int(place.removeprefix("line ")))
