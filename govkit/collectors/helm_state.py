"""When the requests of a HELM run were made, and how many failed, from `scenario_state.json`, which may be very large.

The file is searched as bytes and not parsed: it holds every prompt and answer. Inside a text a quotation mark has a
backslash before it, so that a prompt cannot be taken for a field.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from govkit.collectors.source import Source
from govkit.collectors.values import instant

_PIECE = 1 << 20
_OVERLAP = 512
_SPACE = rb"\s{0,64}"
_FIELD = re.compile(
    rb'(?<!\\)"(?:request_datetime"' + _SPACE + rb":" + _SPACE + rb"(?P<at>\d{9,11})(?=[\s,}\]])"
    rb'|success"' + _SPACE + rb":" + _SPACE + rb"(?P<success>true|false)" + _SPACE + rb"," + _SPACE + rb'"embedding")'
)
"""Source: helm/common/request.py, `RequestResult`: the field `embedding` follows `success`."""


class Requests(NamedTuple):
    """What is known of the requests."""

    last: datetime | None = None
    made: int = 0
    failed: int = 0


def requests(source: Source) -> Requests:
    """The latest request, how many there were, and how many did not succeed; in constant memory."""
    latest = made = failed = 0
    with source.stream() as stream:
        held, more = b"", True
        while more:
            piece = stream.read(_PIECE)
            more = bool(piece)
            held += piece
            safe = len(held) - (_OVERLAP if more else 0)
            done = 0
            for found in _FIELD.finditer(held):
                if found.start() >= safe:
                    break
                done = found.end()
                latest = max(latest, int(found["at"] or 0))
                made += found["success"] is not None
                failed += found["success"] == b"false"
            held = held[max(done, safe - 1, 0) :]
    return Requests(instant(latest).at if latest else None, made, failed)
