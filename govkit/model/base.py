"""Base of every record and the field types they share."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

# C0/C1 controls, zero-width and bidirectional characters: they can make one id look like another.
_VISIBLE = r"^[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+$"

Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_VISIBLE, strip_whitespace=True)]
"""An identifier or short title: one line, visible characters only."""

PathName = Annotated[str, StringConstraints(min_length=1, max_length=4_096, pattern=_VISIBLE)]
"""The path of a file as it is: tools name folders after all settings of a run, and a blank at the end belongs to it."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
"""Prose, possibly of several paragraphs."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 digest in lower-case hexadecimal."""


def seen(path: str) -> str:
    """The path with every character that cannot be shown, or not be written, by its number: `a[U+001B].json`."""
    if path.isascii() and path.isprintable():
        return path
    return "".join(c if re.match(_VISIBLE, c) and not "\ud800" <= c <= "\udfff" else f"[U+{ord(c):04X}]" for c in path)


class Record(BaseModel):
    """Base of every record: frozen, unknown keys refused, NaN and infinity refused."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        coerce_numbers_to_str=True,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        defer_build=True,  # commands that need few records start sooner
    )
