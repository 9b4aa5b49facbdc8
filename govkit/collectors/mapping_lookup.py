"""Where a mapping's references lead in an evidence file: JSON pointers with stars, or columns of a table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from govkit.collectors.mapping_file import Entry, Mapping, Match
from govkit.collectors.source import Source
from govkit.collectors.values import name
from govkit.errors import CollectorError
from govkit.files import nearest
from govkit.model.evidence import Measurement

_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")


class Block(NamedTuple):
    """A part of the evidence file that references are relative to."""

    value: Any
    place: str
    """JSON pointer, or `line N`."""
    keys: tuple[str, ...] = ()
    """What the stars stood for."""


class Missing(Exception):
    """A reference leads nowhere; whether that is an error, the entry says."""

    def __init__(self, reference: str, why: str) -> None:
        self.reference, self.why = reference, why
        super().__init__(why)


class Evidence(Protocol):
    """An evidence file as the mapping sees it."""

    sparse: bool
    """Whether blocks may lack what `where` asks for; such a block does not fit, instead of refusing the file."""

    def whole(self) -> Block:
        """What the references of the whole file are relative to."""

    def blocks(self, each: str | None) -> Iterator[Block]:
        """The parts one entry is read from: the whole document, every match of `each`, or every row."""

    def look(self, block: Block, reference: str) -> Any:
        """The value a reference leads to; raises Missing."""

    def completed(self, entry: Entry, found: Sequence[tuple[Block, Measurement]]) -> list[Measurement]:
        """The measurements of an entry with what the evidence says of their blocks beside the mapping."""


def opened(source: Source, mapping: Mapping) -> Evidence:
    """The evidence file, parsed as the mapping says; raises CollectorError."""
    if mapping.format == "csv":
        return Table(source, mapping.delimiter)
    if mapping.format == "jsonl":
        return Lines(source)
    if mapping.format == "mlflow":
        from govkit.collectors.mapping_runs import Runs

        return Runs(source, mapping)
    return Tree(source.json_document())


class Tree:
    """A JSON document."""

    sparse = False

    def __init__(self, root: Any) -> None:
        self._root = root

    def whole(self) -> Block:
        """The document."""
        return Block(self._root, "")

    def blocks(self, each: str | None) -> Iterator[Block]:
        """The document itself, or everything `each` matches."""
        yield from [self.whole()] if each is None else matches(self.whole(), each)

    def look(self, block: Block, reference: str) -> Any:
        """The value below the block; `#/...` starts at the top of the document."""
        if reference.startswith("#"):
            return resolved(Block(self._root, ""), reference[1:])
        return resolved(block, reference)

    def completed(self, entry: Entry, found: Sequence[tuple[Block, Measurement]]) -> list[Measurement]:  # noqa: ARG002
        """The measurements: the document says no more than the mapping reads from it."""
        return [measurement for _, measurement in found]


class Lines(Tree):
    """JSON Lines: every line is a block of its own."""

    def __init__(self, source: Source) -> None:
        super().__init__(None)
        self._source = source

    def whole(self) -> Block:
        """The first row: what holds for the whole file stands in every row."""
        return next(self.blocks(None), Block(None, ""))

    def blocks(self, each: str | None) -> Iterator[Block]:  # noqa: ARG002  (rows are all there is)
        """Every row."""
        for number, value in self._source.rows():
            yield Block(value, f"line {number}")


class Table:
    """A CSV table with one header line; every cell is text."""

    sparse = False

    def __init__(self, source: Source, delimiter: str) -> None:
        try:
            text = source.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            what = f"not UTF-8 text (byte {error.start})"
            raise CollectorError(what, fix="save the table as UTF-8") from error
        self._reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        self._rows = list(self._read())

    def _read(self) -> Iterator[Block]:
        columns: list[str] | None = None
        try:
            for cells in self._reader:
                line = self._reader.line_num
                if columns is None:
                    columns = self._header(cells)
                elif cells:
                    yield Block(self._row(columns, cells, line), f"line {line}")
        except csv.Error as error:
            fix = "check the quotes in this line, and the `delimiter:` of the mapping"
            raise CollectorError(f"broken table: {error}", fix=fix, line=self._reader.line_num) from error
        if columns is None:
            raise CollectorError("is empty", fix="run the tool that writes it again", ident="empty-file")

    @staticmethod
    def _header(cells: list[str]) -> list[str]:
        columns = [cell.strip() for cell in cells]
        twice = next((column for column in columns if columns.count(column) > 1), None)
        if twice is not None:
            what = f"two columns are called {twice[:60]!r}"
            raise CollectorError(what, fix="give every column a name of its own", line=1)
        return columns

    @staticmethod
    def _row(columns: list[str], cells: list[str], line: int) -> dict[str, str]:
        if len(cells) != len(columns):
            fix = "check quotes and delimiter in this line; the file may have been cut off"
            raise CollectorError(f"has {len(cells)} cells, and the header has {len(columns)}", fix=fix, line=line)
        return dict(zip(columns, cells, strict=True))

    def whole(self) -> Block:
        """The first row: what holds for the whole file stands in every row."""
        return self._rows[0] if self._rows else Block({}, "")

    def blocks(self, each: str | None) -> Iterator[Block]:  # noqa: ARG002  (rows are all there is)
        """Every row."""
        yield from self._rows

    def look(self, block: Block, reference: str) -> Any:
        """The text in a column; None where the cell is empty."""
        if reference not in block.value:
            near = nearest(reference, block.value)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            columns = ", ".join(list(block.value)[:12])
            raise Missing(reference, f"there is no column {reference[:60]!r} (columns: {columns[:200]}){hint}")
        return block.value[reference] or None

    def completed(self, entry: Entry, found: Sequence[tuple[Block, Measurement]]) -> list[Measurement]:  # noqa: ARG002
        """The measurements: a table says no more than the mapping reads from it."""
        return [measurement for _, measurement in found]


def steps(pointer: str) -> list[str]:
    """The keys of a JSON pointer."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _step(value: Any, key: str) -> Any:
    """One step down; raises KeyError."""
    if isinstance(value, dict):
        return value[key]
    if isinstance(value, list) and key.isascii() and key.isdecimal() and int(key) < len(value):
        return value[int(key)]
    raise KeyError(key)


def resolved(block: Block, pointer: str) -> Any:
    """The value at a JSON pointer (RFC 6901) below a block; raises Missing with how far it led."""
    value, done = block.value, block.place
    for key in steps(pointer):
        try:
            value = _step(value, key)
        except KeyError:
            near = nearest(key, value) if isinstance(value, dict) else ()
            hint = f"; did you mean {near[0]!r}?" if near else ""
            whole = f"{block.place}{pointer}"
            raise Missing(whole, f"there is nothing at {whole[:160]} (it ends at {done or 'the top'}){hint}") from None
        done += f"/{key}"
    return value


def matches(block: Block, pattern: str) -> Iterator[Block]:
    """Every place a pointer with stars matches; a star stands for any key or index."""
    yield from _matches(block, steps(pattern))


def _matches(block: Block, keys: list[str]) -> Iterator[Block]:
    if not keys:
        yield block
        return
    key, *rest = keys
    inner: list[tuple[str, Any]] = []
    if key != "*":
        try:
            inner = [(key, _step(block.value, key))]
        except KeyError:
            return
    elif isinstance(block.value, dict):
        inner = list(block.value.items())
    elif isinstance(block.value, list):
        inner = [(str(index), one) for index, one in enumerate(block.value)]
    for found, one in inner:
        place = f"{block.place}/{found.replace('~', '~0').replace('/', '~1')}"
        stars = (*block.keys, found) if key == "*" else block.keys
        yield from _matches(Block(one, place, stars), rest)


def text_of(raw: Any) -> str | None:
    """A word as mappings compare it: true and false as JSON spells them (Python writes True into tables), 2.0 as 2."""
    if isinstance(raw, str):
        return _short(raw) if len(raw) <= _SHORT else _word(raw)
    if isinstance(raw, bool):
        return str(raw).lower()
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 2**53:
        return str(int(raw))
    return name(raw)


def _word(raw: str) -> str | None:
    return raw.lower() if raw in ("True", "False") else name(raw)


_SHORT = 40
_short = lru_cache(maxsize=1 << 14)(_word)
"""Words of at most so many letters: a table holds few, many times, and every entry of a mapping reads all rows."""


def fits(evidence: Evidence, block: Block, where: Match) -> bool:
    """Whether a block has the texts that `where` asks for; raises Missing."""
    for reference, wanted in where.items():
        choices = (wanted,) if isinstance(wanted, str) else wanted
        try:
            found = evidence.look(block, reference)
        except Missing:
            if evidence.sparse:
                return False
            raise
        if text_of(found) not in choices:
            return False
    return True


def as_number(raw: Any, *, text_numbers: bool) -> Any:
    """The number a text spells, where the mapping says that texts are numbers; anything else as it is."""
    if text_numbers and isinstance(raw, str) and _NUMBER.fullmatch(raw.strip()):
        return float(raw)
    return raw
