"""Samples with something put into their texts: into every one, or only into those of some fields."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import tempfile
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

Field = tuple[str, ...]
"""Keys that lead to a text, `*` for every place in a list; ends in `+` for one more key beside those of an object."""


class Sample(NamedTuple):
    """The fields of a file, and the file with a text put into some of them."""

    fields: tuple[Field, ...]
    written: Callable[[frozenset[Field], str], bytes]


def sample_of(path: Path) -> Sample:
    """A file taken apart by what it is: JSON, JSON Lines, zip of JSON, XML, CSV, SQLite, or lines of text."""
    content = path.read_bytes()
    if content.startswith(b"SQLite format 3\0"):
        return _database(content)
    if content.startswith(b"PK\x03\x04"):
        return _archive(path)
    if path.suffix == ".csv":
        return _table(content.decode("utf-8-sig"))
    if content.lstrip().startswith(b"<?xml") or path.suffix == ".xml":
        return _xml(content)
    return _json(content) or _rows(content) or _lines(content.decode())


def _walk(value: Any, at: Field = ()) -> Iterator[Field]:
    if isinstance(value, dict):
        if value:
            yield (*at, "+")
        for key, inner in value.items():
            yield from _walk(inner, (*at, str(key)))
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, (*at, "*"))
    elif isinstance(value, str):
        yield at


def _put(value: Any, chosen: frozenset[Field], text: str, at: Field = ()) -> Any:
    if isinstance(value, dict):
        found = {key: _put(inner, chosen, text, (*at, str(key))) for key, inner in value.items()}
        if value and (*at, "+") in chosen:
            key, inner = next(iter(found.items()))
            found[f"{key}{text}"] = inner
        return found
    if isinstance(value, list):
        return [_put(inner, chosen, text, (*at, "*")) for inner in value]
    return f"{value}{text}" if isinstance(value, str) and at in chosen else value


def _fields(value: Any) -> tuple[Field, ...]:
    return tuple(dict.fromkeys(_walk(value)))


def _json(content: bytes) -> Sample | None:
    try:
        value = json.loads(content)
    except ValueError:
        return None
    return Sample(_fields(value), lambda chosen, text: json.dumps(_put(value, chosen, text)).encode())


def _rows(content: bytes) -> Sample | None:
    try:
        rows = [json.loads(line) for line in content.splitlines() if line.strip()]
    except ValueError:
        return None

    def written(chosen: frozenset[Field], text: str) -> bytes:
        return b"".join(json.dumps(row).encode() + b"\n" for row in _put(rows, chosen, text))

    return Sample(_fields(rows), written)


def _archive(path: Path) -> Sample:
    """Members that Deflate packs; one packed otherwise is left out, and the fields with it."""
    members: dict[str, Any] = {}
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                members[entry.filename] = json.loads(archive.read(entry))

    def written(chosen: frozenset[Field], text: str) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name, value in members.items():
                archive.writestr(name, json.dumps(_put(value, chosen, text, (name,))))
        return stream.getvalue()

    return Sample(
        tuple(dict.fromkeys(field for name, one in members.items() for field in _walk(one, (name,)))), written
    )


def _xml(content: bytes) -> Sample:
    def texts(root: ET.Element) -> Iterator[tuple[Field, ET.Element, str | None]]:
        for element in root.iter():
            yield (element.tag, "text()"), element, None
            for attribute in element.attrib:
                yield (element.tag, attribute), element, attribute

    def written(chosen: frozenset[Field], text: str) -> bytes:
        root = ET.fromstring(content)
        for field, element, attribute in list(texts(root)):
            if field in chosen and attribute is None:
                element.text = f"{element.text or ''}{text}"
            elif field in chosen and attribute is not None:
                element.set(attribute, f"{element.get(attribute)}{text}")
        return ET.tostring(root)

    root = ET.fromstring(content)
    return Sample(tuple(dict.fromkeys(field for field, _, _ in texts(root))), written)


def _table(content: str) -> Sample:
    head, *rows = list(csv.reader(io.StringIO(content, newline="")))

    def written(chosen: frozenset[Field], text: str) -> bytes:
        stream = io.StringIO(newline="")
        writer = csv.writer(stream)
        writer.writerow(head)
        for row in rows:
            named = zip([*head, *[""] * len(row)], row, strict=False)
            writer.writerow([f"{cell}{text}" if (column,) in chosen else cell for column, cell in named])
        return stream.getvalue().encode()

    return Sample(tuple((column,) for column in dict.fromkeys(head)), written)


def _lines(content: str) -> Sample:
    lines = content.splitlines()

    def written(chosen: frozenset[Field], text: str) -> bytes:
        return "\n".join(f"{line}{text}" if (str(at),) in chosen else line for at, line in enumerate(lines)).encode()

    return Sample(tuple((str(at),) for at, line in enumerate(lines) if line.strip()), written)


def _database(content: bytes) -> Sample:
    def opened(folder: str) -> tuple[Path, sqlite3.Connection]:
        path = Path(folder) / "copy.db"
        path.write_bytes(content)
        return path, sqlite3.connect(path)

    def written(chosen: frozenset[Field], text: str) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path, connection = opened(folder)
            connection.execute("PRAGMA journal_mode = DELETE")
            for table, column in sorted(chosen):
                quoted = f'"{column}"'
                change = f"UPDATE OR IGNORE \"{table}\" SET {quoted} = {quoted} || ? WHERE typeof({quoted}) = 'text'"
                connection.execute(change, (text,))
            connection.commit()
            connection.close()
            return path.read_bytes()

    with tempfile.TemporaryDirectory() as folder:
        _, connection = opened(folder)
        tables = [str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = [
            (table, str(row[1])) for table in tables for row in connection.execute(f'PRAGMA table_info("{table}")')
        ]
        connection.close()
    return Sample(tuple(found), written)


def read_with(sample: Sample, fields: Sequence[Field], text: str, reads: Callable[[bytes], bool]) -> list[Field]:
    """As many of the fields as can hold the text together so that `reads` still says yes, found by halving."""
    kept: list[Field] = []

    def grow(more: Sequence[Field]) -> None:
        if not more:
            return
        if reads(sample.written(frozenset([*kept, *more]), text)):
            kept.extend(more)
        elif len(more) > 1:
            grow(more[: len(more) // 2])
            grow(more[len(more) // 2 :])

    grow(fields)
    return kept
