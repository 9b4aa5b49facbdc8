"""The parts of an Inspect log, from a `.eval` archive or a JSON file.

Header, summaries and reductions give every value. Of transcripts nothing is kept; where there are values, they are
searched for marks of changes after the run, which stand nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from govkit.collectors.inspect_edits import Edits, searched, searched_samples
from govkit.collectors.inspect_rows import Reduction, Row, Rows, reductions_of
from govkit.collectors.inspect_stream import elements, reductions, whole
from govkit.collectors.source import Source
from govkit.collectors.values import instant, listing, section
from govkit.collectors.zip_members import Archive, is_zip
from govkit.errors import CollectorError

HEADER = "header.json"
START = "_journal/start.json"
_SUMMARIES = "_journal/summaries/"


class Log(NamedTuple):
    """A log without its transcripts."""

    header: dict[str, Any]
    reductions: tuple[Reduction, ...]
    rows: tuple[Row, ...]
    """One per sample and epoch."""
    finished: bool
    """False when the run never wrote its header."""
    place: str
    """What stands before a JSON pointer: the member's name and `#`, or nothing."""
    edits: Edits = Edits()


def load(source: Source) -> Log:
    """The log; raises CollectorError when it is broken, unsafe or none."""
    if is_zip(source.head):
        with Archive(source.path) as archive:
            return _from_archive(archive)
    document = source.json_document()
    if not looks_like_log(document):
        fix = "check the format; `govkit read FILE` without --format says what the file looks like"
        raise CollectorError("is not an Inspect log", fix=fix)
    samples = listing(document, "samples")
    rows = Rows(_group_keys(document)).all(samples)
    edits = searched_samples(samples, _ended(document)) if _scored(document) else Edits()
    return Log(document, reductions_of(listing(document, "reductions")), rows, True, "", edits)


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
        found = whole(archive, member)
        if isinstance(found, dict) and isinstance(found.get("eval"), dict):
            return Header(found, member)
        if found is not None:
            break
    fix = "write the log again with Inspect; its header is missing or not what Inspect writes"
    raise CollectorError("is a zip archive without the header of an Inspect log", fix=fix)


def _from_archive(archive: Archive) -> Log:
    header, member = header_of(archive)
    parts = ["summaries.json"] if archive.size("summaries.json") is not None else _journal(archive)
    rows = Rows(_group_keys(header)).all(row for part in parts for row in elements(archive, part))
    reduced = reductions(archive, "reductions.json")
    # Where nothing was scored there is no value that an edit could have changed.
    edits = searched(archive, _ended(header)) if _scored(header) else Edits()
    return Log(header, reduced, rows, member == HEADER, f"{member}#", edits)


def _ended(header: dict[str, Any]) -> datetime | None:
    return instant(section(header, "stats").get("completed_at")).at


def _scored(header: dict[str, Any]) -> bool:
    results = section(header, "results")
    return bool(listing(results, "scores") or section(results, "scorer"))


def _journal(archive: Archive) -> list[str]:
    """The summaries written while the run went on, in the order in which they were written."""
    parts = [name for name in archive.names() if name.startswith(_SUMMARIES) and name.endswith(".json")]
    return sorted(parts, key=lambda name: (len(name), name))


def _group_keys(header: dict[str, Any]) -> frozenset[str]:
    """Fields of the samples' metadata that grouped metrics are taken over."""
    return frozenset(_keys(header))


def _keys(header: dict[str, Any]) -> Iterator[str]:
    for score in listing(section(header, "results"), "scores"):
        for metric in section(score, "metrics").values():
            key = section(metric, "params").get("group_key")
            if isinstance(key, str):
                yield key
