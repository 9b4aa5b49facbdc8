"""Lines of values in a JSON text that a strict parser has already accepted. Works only where somebody asks."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple

from govkit.files import parse_json
from govkit.yaml_lines import Path

_STRUCTURE = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],]', re.DOTALL)
_COLON = re.compile(rb"\s*:\s*")
_BLANK = re.compile(rb"[\s\xef\xbb\xbf]*")


class _Child(NamedTuple):
    shown: int
    """Offset a reader looks for: of the key in an object, of the value in a list."""
    value: int


class JsonLines:
    """Finds the line of the node at a path; containers are scanned once, and only those on the way to it."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._known: dict[int, dict[str | int, _Child]] = {}

    def line(self, path: Path) -> int:
        """Line of the node, from 1; of the nearest enclosing node when there is none."""
        begins = _BLANK.match(self.content)
        shown = value = begins.end() if begins else 0
        for step in path:
            child = self._children(value).get(step)
            if child is None:
                break
            shown, value = child
        return bisect_right(self._breaks, shown) + 1

    @cached_property
    def _breaks(self) -> list[int]:
        return [found.start() for found in re.finditer(rb"\n", self.content)]

    def _children(self, start: int) -> dict[str | int, _Child]:
        if start not in self._known:
            opening = self.content[start : start + 1]
            self._known[start] = (
                self._members(start) if opening == b"{" else self._items(start) if opening == b"[" else {}
            )
        return self._known[start]

    def _members(self, start: int) -> dict[str | int, _Child]:
        found: dict[str | int, _Child] = {}
        depth = 0
        for token in _STRUCTURE.finditer(self.content, start):
            first = token.group()[:1]
            if first in b"{[":
                depth += 1
            elif first in b"}]":
                depth -= 1
                if depth == 0:
                    break
            elif depth == 1 and first == b'"':
                colon = _COLON.match(self.content, token.end())
                if colon:
                    found[str(parse_json(token.group()))] = _Child(token.start(), colon.end())
        return found

    def _items(self, start: int) -> dict[str | int, _Child]:
        found: dict[str | int, _Child] = {}
        begins, depth = self._after(start + 1), 0
        for token in _STRUCTURE.finditer(self.content, start):
            first = token.group()[:1]
            if first in b"{[":
                depth += 1
            elif first in b"}]":
                depth -= 1
                if depth == 0:
                    found[len(found)] = _Child(begins, begins)
                    break
            elif depth == 1 and first == b",":
                found[len(found)] = _Child(begins, begins)
                begins = self._after(token.end())
        return found

    def _after(self, offset: int) -> int:
        blank = _BLANK.match(self.content, offset)
        return blank.end() if blank else offset
