"""The parts of an Inspect log, from a `.eval` archive or a JSON file.

Of sample transcripts nothing is kept; they are searched for marks of scores that were edited, which stand nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.source import Source
from govkit.collectors.values import fields, listing, section
from govkit.collectors.zip_members import Archive, is_zip
from govkit.errors import CollectorError
from govkit.files import parse_json

HEADER = "header.json"
START = "_journal/start.json"
_SUMMARIES = "_journal/summaries/"
_SAMPLES = "samples/"
_EDITED = b'"provenance"'
"""What an edited score holds, and one of the run does not. Source: inspect_ai/scorer/_metric.py, `ScoreEdit`, 0.3.285.
"""

SEARCHED_BYTES = 256 * 1024 * 1024
"""Transcripts of a whole log that are searched. Source: govkit judgement; that many take about half a second."""

STREAMED_BYTES = 16 * 1024 * 1024
"""Members larger than this are read piece by piece. Source: govkit judgement; parsed, a list is ten times as big."""


class Log(NamedTuple):
    """A log without its transcripts."""

    header: dict[str, Any]
    reductions: list[Any]
    rows: list[Any]
    """One per sample and epoch, with `id`, `epoch`, `scores` and `metadata`."""
    finished: bool
    """False when the run never wrote its header."""
    place: str
    """What stands before a JSON pointer: the member's name and `#`, or nothing."""
    edited: int = 0
    """Samples with a score that somebody edited."""
    searched: bool = True
    """False when there was too much to search for edited scores."""


def load(source: Source) -> Log:
    """The log; raises CollectorError when it is broken, unsafe or none."""
    if is_zip(source.head):
        with Archive(source.path) as archive:
            return _from_archive(archive)
    document = source.json_document()
    if not looks_like_log(document):
        fix = "check the format; `govkit read FILE` without --format says what the file looks like"
        raise CollectorError("is not an Inspect log", fix=fix)
    rows = listing(document, "samples")
    return Log(document, listing(document, "reductions"), rows, True, "", sum(map(_was_edited, rows)))


def looks_like_log(document: Any) -> bool:
    """Whether a JSON value is an Inspect log, with or without its samples."""
    if not isinstance(document, dict) or not isinstance(document.get("eval"), dict):
        return False
    return (
        "task" in document["eval"] and "model" in document["eval"] and ("status" in document or "version" in document)
    )


def is_log_archive(names: tuple[str, ...]) -> bool:
    """Whether an archive with these members is an Inspect log."""
    return HEADER in names or START in names


class Header(NamedTuple):
    """A log without its samples and their scores."""

    value: dict[str, Any]
    member: str
    """Which member it was read from: the journal's start when the run never ended."""


def header_of(archive: Archive) -> Header:
    """The header alone, no other member is touched; raises CollectorError when there is none."""
    for member in (HEADER, START):
        found = _member(archive, member)
        if isinstance(found, dict) and isinstance(found.get("eval"), dict):
            return Header(found, member)
        if found is not None:
            break
    fix = "write the log again with Inspect; its header is missing or not what Inspect writes"
    raise CollectorError("is a zip archive without the header of an Inspect log", fix=fix)


def _from_archive(archive: Archive) -> Log:
    header, member = header_of(archive)
    parts = ["summaries.json"] if archive.size("summaries.json") is not None else _journal(archive)
    rows = [_row(row) for part in parts for row in _elements(archive, part)]
    reductions = list(_elements(archive, "reductions.json"))
    transcripts = [one for one in archive.names() if one.startswith(_SAMPLES) and one.endswith(".json")]
    searched = sum(archive.size(one) or 0 for one in transcripts) <= SEARCHED_BYTES
    edited = sum(_is_edited(archive, one) for one in transcripts) if searched else 0
    return Log(header, reductions, rows, member == HEADER, f"{member}#", edited, searched)


def _is_edited(archive: Archive, transcript: str) -> bool:
    """Whether a score of this sample was edited; what merely talks of provenance is read to tell."""
    content = archive.read(transcript) or b""
    return _EDITED in content and _was_edited(_member(archive, transcript))


def _was_edited(row: Any) -> bool:
    return any(listing(one, "history") for one in section(row, "scores").values())


def _journal(archive: Archive) -> list[str]:
    """The summaries written while the run went on, in the order in which they were written."""
    parts = [name for name in archive.names() if name.startswith(_SUMMARIES) and name.endswith(".json")]
    return sorted(parts, key=lambda name: (len(name), name))


def _row(row: Any) -> dict[str, Any]:
    """What is used of a sample's summary; the rest holds prompts and answers, and may be large."""
    given = fields(row)
    scores = {key: {"value": one["value"]} for key, one in section(given, "scores").items() if "value" in fields(one)}
    metadata = {key: value for key, value in section(given, "metadata").items() if not isinstance(value, dict | list)}
    kept: dict[str, Any] = {key: given[key] for key in ("id", "epoch", "error", "limit") if key in given}
    return kept | {"scores": scores, "metadata": metadata}


def _elements(archive: Archive, name: str) -> Iterator[Any]:
    """The elements of a member that is a JSON list; a large one is read piece by piece."""
    size = archive.size(name)
    if size is not None and size > STREAMED_BYTES:
        try:
            yield from _streamed(archive, name)
            return
        except _NotStrict:
            pass  # Inspect writes NaN, which only the reader of whole documents takes
    whole = _member(archive, name)
    yield from whole if isinstance(whole, list) else ()


class _NotStrict(ValueError):
    """The member is no strict JSON."""


def _streamed(archive: Archive, name: str) -> list[Any]:
    import ijson

    with archive.stream(name) as stream:
        try:
            return [
                _row(one) if name != "reductions.json" else one for one in ijson.items(stream, "item", use_float=True)
            ]
        except ijson.JSONError as error:
            raise _NotStrict from error


def _member(archive: Archive, name: str) -> Any:
    content = archive.read(name)
    if content is None:
        return None
    try:
        return parse_json(content)
    except ValueError as error:
        fix = "write the log again with Inspect; it may have been cut off"
        raise CollectorError(f"{name}: {error}", fix=fix, ident="broken-json") from error
