"""Elements of an XML file as they come: no tree, no text, no document type, no entities."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from govkit.collectors.source import Source
from govkit.errors import CollectorError

MAX_XML_BYTES = 256 * 1024 * 1024
MAX_DEPTH = 200
MAX_TAG_BYTES = 4 * 1024 * 1024
"""Bounds against files made to exhaust the reader. Source: govkit judgement; test reports seen hold 100 MB at most."""

_PIECE = 64 * 1024
_BEFORE_ROOT = re.compile(rb"\s*(?:<\?.*?\?>|<!--.*?-->)", re.DOTALL)
_ROOT = re.compile(rb"\s*<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>?")


class Root(NamedTuple):
    """The outermost element, as far as the beginning of a file shows it."""

    tag: str
    attributes: bytes
    """As written, not parsed."""


class Event(NamedTuple):
    """An element that begins (`attributes` given) or ends (None)."""

    tag: str
    """Without its namespace."""
    attributes: dict[str, str] | None


def root_of(head: bytes) -> Root | None:
    """The outermost element of what may be an XML file; None when it does not begin like one."""
    at = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    while before := _BEFORE_ROOT.match(head, at):
        at = before.end()
    found = _ROOT.match(head, at)
    return Root(found[1].decode("ascii", "replace"), found[2]) if found else None


class _Gathered:
    """What the parser reports, until it is fetched. Without a `data` method texts are thrown away unread."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise CollectorError(
                f"is nested deeper than the {MAX_DEPTH} levels that are read",
                fix="write the file again with the tool that made it",
                ident="broken-xml",
            )
        plain = {_local(key): value for key, value in attributes.items()}
        self.events.append(Event(_local(tag), plain))

    def end(self, tag: str) -> None:
        self.depth -= 1
        self.events.append(Event(_local(tag), None))

    def fetched(self) -> list[Event]:
        events, self.events = self.events, []
        return events


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _endless() -> CollectorError:
    what = f"has a tag, or a comment, longer than the {MAX_TAG_BYTES >> 20} MB that are read"
    return CollectorError(what, fix="leave captured output out of the report", ident="too-large")


def events(source: Source) -> Iterator[Event]:
    """Every element that begins or ends, in constant memory.

    Raises CollectorError for XML that is broken or cut off, and for a document type or entities, which are ways to
    make a small file large or to have other files read.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    if source.size > MAX_XML_BYTES:
        what = f"is {source.size / 1e6:.0f} MB, more than the {MAX_XML_BYTES / 1e6:.0f} MB of XML that are read"
        raise CollectorError(what, fix="leave captured output out of the report", ident="too-large")
    gathered, fed = _Gathered(), 0
    parser = DefusedXMLParser(target=gathered, forbid_dtd=True)
    try:
        with source.stream() as stream:
            while piece := stream.read(_PIECE):
                parser.feed(piece)
                fed += len(piece)
                # The parser looks at an unfinished tag from its beginning again with every piece it is given.
                if fed - parser.parser.CurrentByteIndex > MAX_TAG_BYTES:
                    raise _endless()
                yield from gathered.fetched()
        parser.close()
        yield from gathered.fetched()
    except ParseError as error:
        fix = "write the file again with the tool that made it; it may have been cut off or edited by hand"
        line = error.position[0]
        raise CollectorError(f"broken XML: {error.msg}", fix=fix, ident="broken-xml", line=line) from error
    except DefusedXmlException as error:
        fix = "remove the document type (<!DOCTYPE ...>) and its entities, or have the tool write the file without them"
        what = "has a document type or entities of its own, which are not read"
        raise CollectorError(what, fix=fix, ident="unsafe-xml") from error
    except (LookupError, ValueError) as error:
        fix = "save the file as UTF-8"
        raise CollectorError(f"broken XML: {str(error)[:200]}", fix=fix, ident="broken-xml") from error
