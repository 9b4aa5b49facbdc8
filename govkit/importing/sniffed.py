"""What a file is taken for."""

from __future__ import annotations

from typing import NamedTuple


class Sniffed(NamedTuple):
    """A format, and why."""

    format: str
    version: str | None
    reason: str
