"""Marks in the samples of an Inspect log that scores were edited, or given, after the run.

Source: inspect_ai 0.3.285, log/_score.py (`edit_score`: the score keeps a history, the sample an event `score_edit`)
and _eval/score.py (`score`: events of scoring, with the time at which it was done); logs of 0.3.160 and 0.3.285.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from govkit.collectors.inspect_stream import STREAMED_BYTES, events, whole
from govkit.collectors.values import fields, instant, listing, section
from govkit.collectors.zip_members import Archive

SEARCHED_BYTES = 32 * 1024 * 1024 * 1024
"""Unpacked samples of a whole log that are searched. Source: govkit judgement; several times a log of 2 GB."""

LATE = timedelta(seconds=5)
"""After the end of the run. Source: govkit judgement; the header gives whole seconds."""

_SAMPLES = "samples/"
_PIECE = 1024 * 1024
_OVERLAP = 4096
_HISTORY = re.compile(rb'"history"\s*:\s*\[\s*\{|"event"\s*:\s*"score_edit"')
_SCORE_EVENT = re.compile(rb'"event"\s*:\s*"score"')
_TIME = re.compile(rb'"timestamp"\s*:\s*"([^"\\]{10,40})"')


class Edits(NamedTuple):
    """What was found."""

    edited: int = 0
    """Samples with a score that somebody edited."""
    late: bool = False
    """Whether a sample was scored after the run had ended."""
    unsearched: str | None = None
    """Why the samples could not be searched; None when they were, or when there is no value to change."""


def searched_samples(samples: list[Any], ended: datetime | None) -> Edits:
    """The marks in samples that were read already."""
    if not samples:
        return Edits(unsearched="the log holds no samples")
    edited = sum(any(listing(one, "history") for one in section(row, "scores").values()) for row in samples)
    moments = (fields(one).get("timestamp") for row in samples for one in listing(row, "events") if _is_scoring(one))
    return Edits(edited, any(_is_late(moment, ended) for moment in moments))


def searched(archive: Archive, ended: datetime | None) -> Edits:
    """The marks in the transcripts of an archive, which are read piece by piece and kept nowhere."""
    members = [one for one in archive.names() if _may_tell(one)]
    if not members:
        return Edits(unsearched="the log holds no samples")
    if sum(archive.size(one) or 0 for one in members) > SEARCHED_BYTES:
        return Edits(unsearched=f"the samples are larger than the {SEARCHED_BYTES >> 30} GB that are searched")
    edited: set[str] = set()
    late = False
    for member in members:
        marks = _marks(archive, member, ended)
        if marks.edited or (marks.late and not late):
            marks = _proved(archive, member, ended)
        if marks.edited:
            edited.add(member.removeprefix(_SAMPLES).partition("/")[0])
        late = late or marks.late
    return Edits(len(edited), late)


def _may_tell(member: str) -> bool:
    """A whole sample; of one in pieces the shell, which holds its scores, and its events."""
    if not member.startswith(_SAMPLES) or not member.endswith(".json"):
        return False
    inner = member.removeprefix(_SAMPLES).split("/")
    return len(inner) == 1 or inner[1:] == ["sample.json"] or inner[-2] == "events"


class _Marks(NamedTuple):
    edited: bool
    late: bool


def _marks(archive: Archive, member: str, ended: datetime | None) -> _Marks:
    """What may be a mark, by the bytes alone: a transcript that speaks of one gives it as well."""
    edited = late = False
    for text in _windows(archive, member):
        edited = edited or (_speaks(text) and _HISTORY.search(text) is not None)
        if ended is not None and not late:
            late = any(_is_late(moment, ended) for moment in _scorings(text))
    return _Marks(edited, late)


def _speaks(text: bytes) -> bool:
    return b'"history"' in text or b'"score_edit"' in text


def _windows(archive: Archive, member: str) -> Iterator[bytes]:
    """The member in pieces; each begins with the end of the one before, so that nothing is cut in two."""
    if (archive.size(member) or 0) <= STREAMED_BYTES:
        yield archive.read(member) or b""
        return
    with archive.stream(member) as stream:
        held = b""
        while piece := stream.read(_PIECE):
            yield held + piece
            held = (held + piece)[-_OVERLAP:]


def _scorings(text: bytes) -> Iterator[str]:
    """When events of scoring happened: the time stands shortly before the kind of the event."""
    at = text.find(b'"score"')
    while at >= 0:
        begin = max(0, at - _OVERLAP // 2)
        if _SCORE_EVENT.search(text, max(0, at - 64), at + 7):
            times = _TIME.findall(text, begin, at)
            if times:
                yield times[-1].decode(errors="replace")
        at = text.find(b'"score"', at + 7)


def _is_scoring(event: Any) -> bool:
    return fields(event).get("event") == "score"


def _is_late(moment: Any, ended: datetime | None) -> bool:
    at = instant(moment).at if isinstance(moment, str) else None
    return at is not None and ended is not None and at > ended + LATE


def _proved(archive: Archive, member: str, ended: datetime | None) -> _Marks:
    """The marks where they count: at a score of the sample, or among its own events."""
    if (archive.size(member) or 0) <= STREAMED_BYTES:
        found = whole(archive, member)
        own = found if isinstance(found, list) else listing(found, "events")
        happened = [event for event in own if isinstance(event, dict)]
        edited = any(listing(one, "history") for one in section(found, "scores").values())
        edited = edited or any(event.get("event") == "score_edit" for event in happened)
        return _Marks(edited, any(_is_late(one.get("timestamp"), ended) for one in happened if _is_scoring(one)))
    return _proved_piecewise(events(archive, member), ended)


_AT_HISTORY = re.compile(r"scores\..+\.history\.item")


def _proved_piecewise(happened: Iterable[tuple[str, str, Any]], ended: datetime | None) -> _Marks:
    edited = late = False
    moment: Any = None
    for place, kind, value in happened:
        if kind == "start_map" and place.startswith("scores."):
            edited = edited or _AT_HISTORY.fullmatch(place) is not None
        elif place in ("events.item.timestamp", "item.timestamp"):
            moment = value
        elif place in ("events.item.event", "item.event"):
            edited = edited or value == "score_edit"
            late = late or (value == "score" and _is_late(moment, ended))
    return _Marks(edited, late)
