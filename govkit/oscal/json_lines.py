"""Lines of values in a JSON text that a strict parser has already accepted. Works only where somebody asks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from govkit.files import parse_json

Path = tuple[str | int, ...]
"""Keys and indexes from the top of a document down to a node."""

_STRUCTURE = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],]', re.DOTALL)
_COLON = re.compile(rb"\s*:\s*")
_BLANK = re.compile(rb"[\s\xef\xbb\xbf]*")


class _Child(NamedTuple):
    shown: int
    """Offset a reader looks for: of the key in an object, of the value in a list."""
    value: int


class _Scan(NamedTuple):
    """A container that is being scanned: what was passed so far, and what is still to come."""

    found: dict[str | int, _Child]
    rest: Iterator[tuple[str | int, _Child]]


class JsonLines:
    """Finds the line of the node at a path; only containers on the way are scanned, and no further than needed."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._scans: dict[int, _Scan] = {}

    def line(self, path: Path) -> int:
        """Line of the node, from 1; of the nearest enclosing node when there is none."""
        shown = value = self._after(0)
        for step in path:
            child = self._child(value, step)
            if child is None:
                break
            shown, value = child
        return bisect_right(self._breaks, shown) + 1

    @cached_property
    def _breaks(self) -> list[int]:
        return [found.start() for found in re.finditer(rb"\n", self.content)]

    def _child(self, start: int, step: str | int) -> _Child | None:
        if start not in self._scans:
            opening = self.content[start : start + 1]
            rest = self._members(start) if opening == b"{" else self._items(start) if opening == b"[" else iter(())
            self._scans[start] = _Scan({}, rest)
        found, rest = self._scans[start]
        while step not in found:
            passed = next(rest, None)
            if passed is None:
                return None
            found[passed[0]] = passed[1]
        return found[step]

    def _members(self, start: int) -> Iterator[tuple[str | int, _Child]]:
        depth = 0
        for token in _STRUCTURE.finditer(self.content, start):
            first = token.group()[:1]
            if first in b"{[":
                depth += 1
            elif first in b"}]":
                depth -= 1
                if depth == 0:
                    return
            elif depth == 1 and first == b'"':
                colon = _COLON.match(self.content, token.end())
                if colon:
                    yield str(parse_json(token.group())), _Child(token.start(), colon.end())

    def _items(self, start: int) -> Iterator[tuple[str | int, _Child]]:
        begins, depth, index = self._after(start + 1), 0, 0
        for token in _STRUCTURE.finditer(self.content, start):
            first = token.group()[:1]
            if first in b"{[":
                depth += 1
                if depth == 1:
                    yield index, _Child(begins, begins)
            elif first in b"}]":
                depth -= 1
                if depth == 0:
                    return
            elif depth == 1 and first == b",":
                index, begins = index + 1, self._after(token.end())
                yield index, _Child(begins, begins)

    def _after(self, offset: int) -> int:
        blank = _BLANK.match(self.content, offset)
        return blank.end() if blank else offset
