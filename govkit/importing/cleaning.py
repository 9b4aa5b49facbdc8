"""Other people's words in the forms our records take: one line, a short title, a slug, a list of items."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

HEADLINE = 120
"""Longest title made from a sentence. Source: govkit judgement; longer ones wrap in every table."""

_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""What our names may not hold; the same characters as in model/base.py."""


def one_line(text: str) -> str:
    """The text on one line, without characters that cannot be seen."""
    blanks = " ".join(text.split())
    return " ".join(_INVISIBLE.sub("", blanks).split())


def ident(text: object) -> str:
    """An id with single blanks. What cannot be seen stays in, so that the record refuses it: two ids may look alike."""
    return " ".join(str(text).split())


def hidden(text: object) -> bool:
    """Whether a text holds characters that cannot be seen, other than blanks and ends of lines."""
    return any(_INVISIBLE.match(c) and not c.isspace() for c in str(text))


def prose(value: Any) -> str | None:
    """A text of several lines without the blanks around it; None when there is none. Numbers keep their spelling."""
    if value is None or isinstance(value, bool | dict | list):
        return None
    text = "\n".join(line.rstrip() for line in str(value).replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return _spoken(text).strip("\n ") or None


def _spoken(text: str) -> str:
    return "".join(c for c in text if c == "\n" or c == "\t" or not _INVISIBLE.match(c))


def headline(text: str) -> str:
    """A title for something that has none: its first sentence, or as many words of it as fit."""
    line = one_line(text)
    first = re.split(r"(?<=[.!?;:])\s", line, maxsplit=1)[0]
    chosen = line if len(line) <= HEADLINE else first
    if len(chosen) <= HEADLINE:
        return chosen.rstrip(";:")
    return f"{chosen[:HEADLINE].rsplit(' ', 1)[0].rstrip(',;:')}…"


def slug(text: str) -> str:
    """The text as a plain id: lower-case letters, digits, single hyphens, underscores and dots."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    kept = re.sub(r"[^a-z0-9._-]+", "-", plain)
    return re.sub(r"[-_.]*([-_.])[-_.]*", r"\1", kept).strip("-_.")[:80].rstrip("-_.")


def items(value: Any) -> Iterator[str]:
    """The entries of a list, or the lines of a text, without bullets and blanks."""
    for part in value if isinstance(value, list) else str(value).split("\n") if value is not None else ():
        line = re.sub(r"^\s*(?:[-*•–]\s+)?", "", str(part)).strip()
        if line:
            yield line
