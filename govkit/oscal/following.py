"""From an href to the document it names: beside the file, or given by the user. Nothing remote, nothing outside."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import unquote

from govkit.errors import InputError, Place, Problem
from govkit.files import inside
from govkit.oscal.documents import OscalDocument, Root, read_document
from govkit.oscal.walking import Walked

MOST_DOCUMENTS = 50
"""Documents read because another one names them. Source: govkit judgement; a chain of OSCAL has five."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


class Given(NamedTuple):
    """A document that was read, and the file it came from."""

    file: FilePath
    document: OscalDocument

    @property
    def key(self) -> FilePath:
        """The same for every way to write the path of one file."""
        return self.file.resolve()


class Followed(NamedTuple):
    """Where an href leads: to a document, to something that is wrong, or to nowhere that can be looked at."""

    given: Given | None = None
    problem: Problem | None = None
    why: str = ""
    """Why it cannot be told, when there is neither."""


def remote(href: str) -> bool:
    """Whether an href has a scheme, so that it does not name a file beside the document."""
    return _SCHEME.match(href) is not None or href.startswith("//")


def local(file: FilePath, href: str) -> tuple[FilePath | None, str]:
    """The file beside `file` (or below its folder) that a relative href names; or None and why it is not looked at."""
    if remote(href):
        return None, "it is remote, and nothing is fetched"
    relative = unquote(href.partition("#")[0].partition("?")[0])
    if not relative:
        return None, "it names no file"
    try:
        found = inside(file.parent, relative)
        if not found.is_file():
            return None, "there is no such file beside the document"
    except (InputError, OSError, ValueError):
        return None, "it leads outside the folder of the document, where nothing is read"
    return found, ""


class Follower:
    """Follows hrefs of some documents; reads each file once."""

    def __init__(self, given: Sequence[Given]) -> None:
        self.given = tuple(given)
        self._read: dict[FilePath, Followed] = {item.key: Followed(item) for item in given}
        self._walked: dict[FilePath, Walked] = {}
        self._count = 0

    def walked(self, given: Given) -> Walked:
        """What a document defines and refers to."""
        if given.key not in self._walked:
            self._walked[given.key] = Walked(given.document)
        return self._walked[given.key]

    @cached_property
    def _by_name(self) -> dict[str, Given]:
        return {item.file.name: item for item in reversed(self.given)}

    @staticmethod
    def hrefs(start: Given, href: str) -> tuple[str, ...]:
        """An href, or those of the resource that it names."""
        if not href.startswith("#"):
            return (href,)
        resource = _resource_named(start.document, href[1:])
        return tuple(_links(resource)) if resource else ()

    def follow(self, start: Given, href: str, where: Callable[[], Place], wanted: Sequence[Root]) -> Followed:
        """The document an href of `start` names, which must be one of the kinds that are wanted there."""
        if href.startswith("#"):
            return self._resource(start, href[1:], where, wanted)
        file, why = local(start.file, href)
        if file is not None:
            return self._file(file, href, where, wanted)
        name = PurePosixPath(unquote(href.partition("#")[0].partition("?")[0])).name
        named = self._by_name.get(name)
        if named is not None and named.document.root in wanted:
            return Followed(named)
        return Followed(why=why)

    def _resource(self, start: Given, name: str, where: Callable[[], Place], wanted: Sequence[Root]) -> Followed:
        resource = _resource_named(start.document, name)
        if resource is None:
            fix = "name the uuid of a resource in `back-matter`, or add the resource"
            what = f"'#{name[:60]}' names no resource of this document"
            return Followed(problem=Problem(where(), "dangling-reference", what, fix))
        found = [self.follow(start, href, where, wanted) for href in _links(resource)]
        for followed in (*(f for f in found if f.given), *(f for f in found if f.problem), *found):
            return followed
        return Followed(why="the resource it names has no file")

    def _file(self, file: FilePath, href: str, where: Callable[[], Place], wanted: Sequence[Root]) -> Followed:
        key = file.resolve()
        if key not in self._read:
            self._read[key] = self._opened(file, href, where)
        followed = self._read[key]
        if followed.given is not None and followed.given.document.root not in wanted:
            what = f"{href[:80]!r} leads to a {followed.given.document.root}, where a {' or '.join(wanted)} belongs"
            return Followed(problem=Problem(where(), "wrong-import", what, "name the right document"))
        return followed

    def _opened(self, file: FilePath, href: str, where: Callable[[], Place]) -> Followed:
        self._count += 1
        if self._count > MOST_DOCUMENTS:
            return Followed(why=f"more than {MOST_DOCUMENTS} documents name each other; the rest was not read")
        try:
            return Followed(Given(file, read_document(file, shown=file.as_posix())))
        except InputError as error:
            first = error.problems[0]
            if "XML" in first.what:
                return Followed(why="it is XML, which is not read")
            what = f"{href[:80]!r} cannot be read: {first.what}"
            return Followed(problem=Problem(where(), "wrong-import", what, first.fix))


def _resource_named(document: OscalDocument, name: str) -> dict[str, Any] | None:
    back = document.body.get("back-matter")
    listed = back.get("resources") if isinstance(back, dict) else None
    for resource in listed if isinstance(listed, list) else ():
        if isinstance(resource, dict) and str(resource.get("uuid")).lower() == name.lower():
            return resource
    return None


def _links(resource: dict[str, Any]) -> Iterator[str]:
    links = resource.get("rlinks")
    for link in links if isinstance(links, list) else ():
        href = link.get("href") if isinstance(link, dict) else None
        if isinstance(href, str) and not href.startswith("#"):
            yield href
