"""JSON members of an Inspect archive: a small one whole, a large one piece by piece."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from govkit.collectors.inspect_rows import Reduction, reduction
from govkit.collectors.zip_members import Archive
from govkit.errors import CollectorError
from govkit.files import parse_json

STREAMED_BYTES = 4 * 1024 * 1024
"""Members larger than this are read piece by piece. Source: govkit judgement; parsed, a list is ten times as big."""

_PIECE = 1024 * 1024
_NOT_STRICT = re.compile(rb"(?<=[:,\[\s])-?(?:NaN|Infinity)(?=[,\]}\s]|\Z)")
_MAY_BE_CUT = re.compile(rb"[:,\[\s]-?[NaIinfty]{0,8}\Z")


class Strict:
    """A stream of JSON in which NaN and Infinity, which Inspect writes and strict readers refuse, are null.

    The same words inside a text are replaced as well where they stand alone; of texts only ids are kept.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._held = stream, b""

    def read(self, size: int = _PIECE) -> bytes:
        """The next bytes, about `size`; empty only at the end."""
        if size == 0:  # how ijson asks whether this is a stream of bytes
            return b""
        while piece := self._stream.read(max(size, 64)):
            text = self._held + piece
            cut = _MAY_BE_CUT.search(text, max(0, len(text) - 16))
            end = cut.start() if cut else len(text)
            # One byte stays behind, so that what follows still sees what stood before it.
            text, self._held = text[:end], text[end:]
            if text:
                return _strict(text)
        text, self._held = self._held, b""
        return _strict(text)


def _strict(text: bytes) -> bytes:
    return _NOT_STRICT.sub(b"null", text) if b"NaN" in text or b"Infinity" in text else text


def whole(archive: Archive, member: str) -> Any:
    """The JSON value of a member, None when there is none of that name; raises CollectorError."""
    content = archive.read(member)
    if content is None:
        return None
    try:
        return parse_json(content)
    except ValueError as error:
        raise _broken(member, error) from error


def elements(archive: Archive, member: str) -> Iterator[Any]:
    """The elements of a member that is a JSON list; none of one that is something else."""
    import ijson

    if (archive.size(member) or 0) <= STREAMED_BYTES:
        found = whole(archive, member)
        yield from found if isinstance(found, list) else ()
        return
    with archive.stream(member) as stream:
        try:
            yield from ijson.items(Strict(stream), "item", use_float=True, buf_size=_PIECE)
        except ijson.JSONError as error:
            raise _broken(member, error) from error


def events(archive: Archive, member: str) -> Iterator[tuple[str, str, Any]]:
    """Place, kind and value of everything in a member, in constant memory."""
    import ijson

    with archive.stream(member) as stream:
        try:
            yield from ijson.parse(Strict(stream), use_float=True, buf_size=_PIECE)
        except ijson.JSONError as error:
            raise _broken(member, error) from error


def reductions(archive: Archive, member: str) -> tuple[Reduction, ...]:
    """The reduced scores, without the answers and explanations beside them."""
    if (archive.size(member) or 0) <= STREAMED_BYTES:
        return tuple(reduction(one) for one in elements(archive, member) if isinstance(one, dict))
    found: list[Reduction] = []
    stated: dict[str, Any] = {}
    pairs: list[tuple[Any, Any]] = []
    for place, kind, value in _sparse(archive, member):
        if (place, kind) == ("item", "end_map"):
            found.append(Reduction(stated.get("scorer"), stated.get("reducer"), tuple(pairs)))
            stated, pairs = {}, []
        elif place == "item.samples.item":
            pairs.append(value)
        elif place in ("item.scorer", "item.reducer"):
            stated[place.removeprefix("item.")] = value
    return tuple(found)


_SAMPLE = "item.samples.item"
_IDENT, _VALUE = f"{_SAMPLE}.sample_id", f"{_SAMPLE}.value"


def _sparse(archive: Archive, member: str) -> Iterator[tuple[str, str, Any]]:
    """The events of a list of reductions, with one for every sample: its id and value."""
    import ijson

    ident: Any = None
    built: Any = None
    for place, kind, value in events(archive, member):
        if not place.startswith(_SAMPLE):
            yield place, kind, value
        elif place == _SAMPLE and kind == "end_map":
            yield place, kind, (ident, None if built is None else built.value)
        elif place == _SAMPLE and kind == "start_map":
            ident = built = None
        elif place == _IDENT:
            ident = value
        elif place == _VALUE or place.startswith(_VALUE + "."):
            built = built or ijson.ObjectBuilder()
            built.event(kind, value)


def _broken(member: str, error: Exception) -> CollectorError:
    fix = "write the log again with Inspect; it may have been cut off"
    return CollectorError(f"{member}: {error}", fix=fix, ident="broken-json")
