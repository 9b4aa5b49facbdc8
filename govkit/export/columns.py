"""Lines of text for a terminal: wrapped paragraphs and rows with a label. Knows no record."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

WIDTH = 100
"""Columns. Source: govkit judgement; a terminal window beside an editor."""


def plural(count: int, noun: str) -> str:
    """`1 control`, `2 controls`, `no control`, `6 categories`, `3 criteria`, `2 annexes`."""
    many = "criteria" if noun == "criterion" else f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    many = f"{noun}es" if noun.endswith(("x", "s")) else many
    return f"{count or 'no'} {noun if count <= 1 else many}"


def wrapped(text: str, indent: int = 0, first: str | None = None) -> str:
    """The text in lines of at most WIDTH, after a label on the first."""
    pad = " " * indent
    start = pad if first is None else first
    # Ids and options hold hyphens: broken there, nobody could copy them.
    return textwrap.fill(_clean(text), WIDTH, initial_indent=start, subsequent_indent=pad, break_on_hyphens=False)


def unwrapped(text: str, indent: int = 0) -> str:
    """The text in one line, however long: places that people copy must stay whole."""
    return " " * indent + _clean(text)


def row(label: str, text: str, column: int, right: str = "") -> str:
    """A label, a text that wraps under itself from `column` on, and a short word at the right end of the first line."""
    column = max(column, len(label) + 2)
    room = WIDTH - column - (len(right) + 2 if right else 0)
    lines = textwrap.wrap(_clean(text), max(room, 20)) or [""]
    head = f"{label:<{column}}{lines[0]}"
    if right:
        head = f"{head:<{WIDTH - len(right)}}{right}"
    return "\n".join([head.rstrip(), *(f"{'':{column}}{line}" for line in lines[1:])])


def sided(label: str, text: str, column: int, right: Sequence[str]) -> Iterator[str]:
    """A label, a text that wraps under itself from `column` on, and short texts at the right end, one a line."""
    column = max(column, len(label) + 2)
    room = WIDTH - column - max((len(side) + 2 for side in right), default=0)
    lines = textwrap.wrap(_clean(text), max(room, 20)) or [""]
    for number, (line, side) in enumerate(zip_longest(lines, right, fillvalue="")):
        head = f"{label if number == 0 else '':<{column}}{line}"
        yield f"{head:<{WIDTH - len(side)}}{side}".rstrip()


def _clean(text: str) -> str:
    """One line without anything that steers a terminal: a user's catalog may hold escape sequences."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def listing(heading: str, lines: Iterable[str]) -> Iterator[str]:
    """A heading and a dash before every line; nothing when there is none."""
    for number, line in enumerate(lines):
        if number == 0:
            yield f"\n{heading}"
        yield wrapped(line, 4, "  - ")
