"""A file, or a folder that is one result, as a collector is given it: read as late and as little as possible."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any, NamedTuple

from govkit.errors import CollectorError
from govkit.files import TOO_MANY, Digest, digest_of, folder_members, head_of, inside, parse_json, read_bytes

HEAD_BYTES = 64 * 1024
DOCUMENT_BYTES = 50 * 1024 * 1024
FIRST_LINE_BYTES = 8 * 1024 * 1024
"""How much is looked at to recognise a file.

Source: govkit judgement; aggregate result files seen are 4 to 700 KB, one row of a sample file up to 100 KB.
"""

LINE_BYTES = 64 * 1024 * 1024
"""Longest line read. Source: govkit judgement; a row with a whole transcript has been seen at 3 MB."""


@dataclass(frozen=True)
class Source:
    """A file, or a folder that is one piece of evidence."""

    path: Path
    shown: str
    """The name to print, relative to the project."""
    head: bytes
    """The first 64 KB; empty for a folder."""
    size: int
    """Bytes of the file; of all files of a folder."""
    members: tuple[str, ...] | None = None
    """Of a folder: its files, relative, with forward slashes, sorted; None for a file."""

    @property
    def is_folder(self) -> bool:
        """Whether this is a folder."""
        return self.members is not None

    def member(self, relative: str) -> Source | None:
        """A file of the folder; None when the folder has no file of that name."""
        if self.members is None or relative not in self.members:
            return None
        return opened(inside(self.path, relative), f"{self.shown}/{relative}")

    @cached_property
    def content(self) -> bytes:
        """The whole file; raises InputError when it is too large."""
        return read_bytes(self.path, shown=self.shown)

    @property
    def _is_held(self) -> bool:
        """Whether all of the file is in memory already."""
        return "content" in self.__dict__

    def digest(self) -> Digest:
        """SHA-256 and size; of a small file, of what `content`, `lines` and `stream` give. Raises InputError."""
        if self._is_held:
            return Digest(hashlib.sha256(self.content).hexdigest(), len(self.content))
        return digest_of(self.path, shown=self.shown)

    def stream(self) -> IO[bytes]:
        """The file, open for reading from its beginning; whoever asks closes it."""
        return io.BytesIO(self.content) if self._is_held else self.path.open("rb")

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Number (from 1) and bytes of every line that is not blank, in constant memory; raises CollectorError."""
        with self.stream() as stream:
            number = 0
            while line := stream.readline(LINE_BYTES + 1):
                number += 1
                if len(line) > LINE_BYTES:
                    fix = "split the row, or leave the transcript out of it"
                    what = f"line {number} is longer than the {LINE_BYTES >> 20} MB that are read"
                    raise CollectorError(what, fix=fix, ident="too-large", line=number)
                if number == 1:
                    line = line.removeprefix(b"\xef\xbb\xbf")
                if line.strip():
                    yield number, line

    def rows(self) -> Iterator[tuple[int, Any]]:
        """Number and JSON value of every line that is not blank; raises CollectorError with the line that is broken."""
        for number, line in self.lines():
            try:
                yield number, parse_json(line)
            except ValueError as error:
                fix = "write the file again; it may have been cut off"
                raise CollectorError(f"line {number}: {error}", fix=fix, ident="broken-json", line=number) from error

    @property
    def starts_as_json(self) -> bool:
        """Whether the first visible character may begin a JSON document."""
        return self.head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[", b'"')

    @cached_property
    def json_fault(self) -> str | None:
        """Why the file is not one JSON document; None when it is one."""
        return self._parsed[1]

    @cached_property
    def document(self) -> Any:
        """The JSON value of the whole file; None when it is not one document, or larger than 50 MB."""
        return self._parsed[0]

    @cached_property
    def _parsed(self) -> tuple[Any, str | None]:
        if not self.starts_as_json:
            return None, "does not begin like JSON"
        if self.size > DOCUMENT_BYTES:
            return None, f"is larger than the {DOCUMENT_BYTES >> 20} MB read to recognise a file"
        if self.has_rows:
            return None, "holds one JSON value after the other, line by line"
        try:
            return unwrapped(parse_json(self.content)), None
        except ValueError as error:
            return None, str(error)

    @cached_property
    def has_rows(self) -> bool:
        """Whether the first line is a JSON value of its own and something follows it: JSON Lines."""
        if self.first_row is None:
            return False
        with self.stream() as stream:
            stream.readline(FIRST_LINE_BYTES)
            while piece := stream.read(4096):
                if piece.strip():
                    return True
        return False

    @cached_property
    def first_row(self) -> Any:
        """The JSON value of the first line, which JSON Lines formats are recognised by; None when it is none."""
        if not self.starts_as_json:
            return None
        line = self._first_line
        if line is None or line.rstrip()[-1:] not in (b"}", b"]", b'"'):
            return None
        try:
            return parse_json(line)
        except ValueError:
            return None

    @cached_property
    def _first_line(self) -> bytes | None:
        if b"\n" in self.head or len(self.head) == self.size:
            return self.head.split(b"\n", 1)[0]
        with self.stream() as stream:
            line = stream.readline(FIRST_LINE_BYTES)
        return line if line.endswith(b"\n") or len(line) == self.size else None

    def json_document(self) -> Any:
        """The JSON value of the whole file, of any size that may be read; raises CollectorError when there is none."""
        if self.json_fault is None:
            return self.document
        try:
            return unwrapped(parse_json(self.content))
        except ValueError as error:
            raise broken_json(str(error)) from error


class Sniffed(NamedTuple):
    """What a file is taken for, and why."""

    format: str
    confidence: float
    version: str | None
    reason: str


def opened(path: Path, shown: str) -> Source:
    """The file with its beginning read, or the folder with its list of files; raises InputError."""
    if path.is_dir():
        members = folder_members(path, shown=shown)
        size = sum((path / name).stat().st_size for name in members)
        return Source(path, shown, b"", size, members)
    head = head_of(path, HEAD_BYTES, shown=shown)
    source = Source(path, shown, head.content, head.size)
    if len(head.content) == head.size:
        source.__dict__["content"] = head.content  # fills the cached property: a small file is read once
    return source


def unwrapped(value: Any) -> Any:
    """The value inside a document that was encoded twice: a JSON text that is one string holding JSON."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        return parse_json(value)
    return value


def broken_json(fault: str) -> CollectorError:
    """The refusal of a file that should be JSON; `fault` may name the line."""
    import re

    if fault == TOO_MANY:
        return CollectorError(fault, fix="name the aggregate results, or cut the file", ident="too-large")
    line = re.search(r"at line (\d+)", fault)
    fix = "write the file again with the tool that made it; it may have been cut off or edited by hand"
    return CollectorError(fault, fix=fix, ident="broken-json", line=int(line.group(1)) if line else 0)
