"""Catalogs, mappings and overlays as YAML that people read: the same record gives the same bytes.

What is written here is read back by `yaml_lines` to the same record. A text is put down bare where no reader can
mistake it, as a folded paragraph or a block of lines where it is long, and else between double quotes.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from govkit.model.base import Record
from govkit.yaml_lines import scalar

WIDTH = 118
"""Longest line, where words allow it. Source: govkit judgement; the line length of this repository is 120."""

FLOW = 100
"""Longest entry that is put on one line: `{id: S1, ref: the booklet}`. Source: govkit judgement."""

_BARE = re.compile(r"[^\W_](?:[\w ,./()'’+*=;–—-]*[\w./()'’+*=;–—-])?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*")
_WORDS = frozenset({"yes", "no", "on", "off", "y", "n", "true", "false", "null"})
"""Words that older readers of YAML take for something else than text."""


def dump(record: Record, comment: str = "") -> bytes:
    """The record as YAML, without what is as it is by default; `comment` stands above it, a `#` before every line."""
    plain = record.model_dump(mode="json", exclude_defaults=True)
    above = [f"# {line}".rstrip() for line in comment.splitlines()]
    return ("\n".join([*above, *_entries(plain, 0)]) + "\n").encode()


def _entries(mapping: Mapping[str, Any], indent: int) -> Iterator[str]:
    for key, value in mapping.items():
        yield from _pair(f"{' ' * indent}{_word(key)}:", value, indent)


def _pair(head: str, value: Any, indent: int) -> Iterator[str]:
    """A key and its value, on one line or on several."""
    line = _flow(value)
    if line is not None and _fits(value, f"{head} {line}"):
        yield f"{head} {line}"
        return
    if isinstance(value, str):
        yield from _text(head, value, indent)
        return
    yield head
    if isinstance(value, dict):
        yield from _entries(value, indent + 2)
    else:
        yield from _items(value, indent + 2)


def _items(values: Sequence[Any], indent: int) -> Iterator[str]:
    dash = f"{' ' * indent}-"
    for value in values:
        line = _flow(value)
        if line is not None and _fits(value, f"{dash} {line}"):
            yield f"{dash} {line}"
        elif isinstance(value, str):
            yield from _text(dash, value, indent)
        elif isinstance(value, dict):
            first, *rest = _entries(value, indent + 2)
            yield f"{dash} {first[indent + 2 :]}"
            yield from rest
        else:
            raise TypeError("a list in a list is in none of our records")


def _fits(value: Any, line: str) -> bool:
    return len(line) <= (FLOW if isinstance(value, dict | list) else WIDTH) or not isinstance(value, dict | list | str)


def _flow(value: Any) -> str | None:
    """The value on one line; None when it has parts that need more."""
    if isinstance(value, dict):
        parts = [(key, _inline(item)) for key, item in value.items()]
        if any(line is None for _, line in parts):
            return None
        return "{" + ", ".join(f"{_word(key, inline=True)}: {line}" for key, line in parts) + "}"
    if isinstance(value, list):
        lines = [_inline(item) for item in value]
        return None if any(line is None for line in lines) else "[" + ", ".join(map(str, lines)) + "]"
    return _scalar(value, inline=False)


def _inline(value: Any) -> str | None:
    """A part of a value on one line; None when it has parts of its own."""
    return None if isinstance(value, dict | list) else _scalar(value, inline=True)


def _scalar(value: Any, *, inline: bool) -> str | None:
    if isinstance(value, str):
        return None if "\n" in value else _word(value, inline=inline)
    return json.dumps(value, allow_nan=False)


def _word(text: str, *, inline: bool = False) -> str:
    """A text on one line, bare or between double quotes; between brackets (`inline`) a comma would end it."""
    bare = _BARE.fullmatch(text) and text.isprintable() and not _DATE.fullmatch(text) and not (inline and "," in text)
    if bare and text.casefold() not in _WORDS and isinstance(scalar(text), str) and scalar(text) == text:
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    """Between double quotes; everything invisible is spelled out."""
    return "".join(c if c.isprintable() else _escaped(c) for c in json.dumps(text, ensure_ascii=False))


def _escaped(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def _text(head: str, text: str, indent: int) -> Iterator[str]:
    """A long text below its key: folded when it is one paragraph, line by line when it has several."""
    pad = " " * (indent + 2)
    lines = text.split("\n")
    if len(lines) == 1 and text.isprintable() and text == " ".join(text.split()):
        yield f"{head} >-"
        for line in textwrap.wrap(text, WIDTH - len(pad), break_long_words=False, break_on_hyphens=False):
            yield pad + line
    elif len(lines) > 1 and all(map(_plain_line, lines)) and lines[0] and lines[-1] and not lines[0].startswith(" "):
        yield f"{head} |-"
        for line in lines:
            yield (pad + line).rstrip()
    else:
        yield f"{head} {_quoted(text)}"


def _plain_line(line: str) -> bool:
    return line.isprintable() and line == line.rstrip()
