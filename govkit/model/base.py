"""Base of every record and the field types they share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

# C0/C1 controls, zero-width and bidirectional characters: they can make one id look like another.
_VISIBLE = r"^[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+$"

Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_VISIBLE, strip_whitespace=True)]
"""An identifier or short title: one line, visible characters only."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
"""Prose, possibly of several paragraphs."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 digest in lower-case hexadecimal."""


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
