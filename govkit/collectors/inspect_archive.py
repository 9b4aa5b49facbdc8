"""The parts of an Inspect log, from a `.eval` archive or a JSON file; sample transcripts are never opened."""

from __future__ import annotations

from typing import Any, NamedTuple

from govkit.collectors.registry import Source
from govkit.collectors.values import listing
from govkit.collectors.zip_members import Archive, is_zip
from govkit.errors import CollectorError
from govkit.files import parse_json

HEADER = "header.json"
START = "_journal/start.json"
_SUMMARIES = "_journal/summaries/"


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


def load(source: Source) -> Log:
    """The log; raises CollectorError when it is broken, unsafe or none."""
    if is_zip(source.head):
        return _from_archive(Archive(source.content))
    document = source.json_document()
    if not looks_like_log(document):
        fix = "check the format; `govkit read FILE` without --format says what the file looks like"
        raise CollectorError("is not an Inspect log", fix=fix)
    return Log(document, listing(document, "reductions"), listing(document, "samples"), True, "")


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


def _from_archive(archive: Archive) -> Log:
    header, finished = _member(archive, HEADER), True
    if header is None:
        header, finished = _member(archive, START), False
    if not isinstance(header, dict) or not isinstance(header.get("eval"), dict):
        fix = "write the log again with Inspect; its header is missing or not what Inspect writes"
        raise CollectorError("is a zip archive without the header of an Inspect log", fix=fix)
    rows = _member(archive, "summaries.json")
    if rows is None:
        rows = []
        for name in archive.names():
            if name.startswith(_SUMMARIES) and name.endswith(".json"):
                part = _member(archive, name)
                rows += part if isinstance(part, list) else []
    reductions = _member(archive, "reductions.json")
    place = f"{HEADER if finished else START}#"
    return Log(header, _list(reductions), _list(rows), finished, place)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _member(archive: Archive, name: str) -> Any:
    content = archive.read(name)
    if content is None:
        return None
    try:
        return parse_json(content)
    except ValueError as error:
        fix = "write the log again with Inspect; it may have been cut off"
        raise CollectorError(f"{name}: {error}", fix=fix, ident="broken-json") from error
