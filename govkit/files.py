"""Files without surprises: bounded reads, hashes, atomic writes, strict JSON, and where the shipped folders lie."""

from __future__ import annotations

import codecs
import hashlib
import math
import os
import re
import stat
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, Literal, NamedTuple

from govkit.errors import InputError, Place, Problem

MAX_BYTES = 512 * 1024 * 1024
"""Largest file read whole. Source: govkit judgement; the largest aggregate evaluation files seen are a few MB."""


MAX_MEMBERS = 20_000
"""Most files of a folder that is one piece of evidence. Source: govkit judgement; MLflow stores seen hold 1,000."""

UNBOUNDED = 1 << 62
"""For what is read in pieces."""


class Digest(NamedTuple):
    """SHA-256 in lower-case hexadecimal, and the size in bytes."""

    sha256: str
    size: int


def inside(root: Path, relative: str) -> Path:
    """The path of `relative` below `root`, links followed; raises InputError when it leads outside.

    Nothing outside a project is read because a file in it says so.
    """
    pure = PurePosixPath(relative.replace("\\", "/"))
    where = Place(relative)
    if "\x00" in relative:
        raise InputError([Problem(where, "bad-path", "the path holds a NUL character", "remove it")])
    if pure.is_absolute() or ".." in pure.parts or (pure.parts and ":" in pure.parts[0]):
        fix = "give a path relative to govkit.yaml, inside its folder"
        raise InputError([Problem(where, "outside-project", f"{relative!r} leads outside the project", fix)])
    target = root / pure
    if not target.resolve().is_relative_to(root.resolve()):
        fix = "copy the file into the project; links that leave it are not followed"
        raise InputError([Problem(where, "outside-project", f"{relative!r} is a link that leaves the project", fix)])
    return target


def _refused(path: Path, shown: str, limit: int) -> Problem | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return Problem(Place(shown), "missing-file", "there is no such file", "check the path, or remove the entry")
    except OSError as error:
        return Problem(Place(shown), "unreadable-file", f"cannot be read: {error.strerror}", "check its permissions")
    if not stat.S_ISREG(status.st_mode):
        return Problem(Place(shown), "not-a-file", "is not a regular file", "name a file, not a folder or device")
    if status.st_size > limit:
        what = f"is {status.st_size / 1e6:.0f} MB, more than the {limit / 1e6:.0f} MB that is read at most"
        return Problem(Place(shown), "too-large", what, "point at the aggregate results, or cut the file")
    return None


def read_bytes(path: Path, *, shown: str | None = None, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a regular file of at most `limit` bytes; raises InputError naming it as `shown`."""
    label = shown or path.as_posix()
    problem = _refused(path, label, limit)
    if problem:
        raise InputError([problem])
    try:
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        raise InputError([Problem(Place(label), "unreadable-file", what, "check its permissions")]) from error
    if len(content) > limit:
        raise InputError([Problem(Place(label), "too-large", "grew while it was read", "try again")])
    return content


class Head(NamedTuple):
    """The beginning of a file, and the size of all of it in bytes."""

    content: bytes
    size: int


def head_of(path: Path, first: int, *, shown: str | None = None) -> Head:
    """At most `first` bytes of a regular file of any size; raises InputError naming it as `shown`."""
    label = shown or path.as_posix()
    problem = _refused(path, label, UNBOUNDED)
    if problem:
        raise InputError([problem])
    try:
        with path.open("rb") as stream:
            return Head(stream.read(first), os.fstat(stream.fileno()).st_size)
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        raise InputError([Problem(Place(label), "unreadable-file", what, "check its permissions")]) from error


def folder_members(folder: Path, *, shown: str | None = None) -> tuple[str, ...]:
    """Every file below a folder, relative, forward slashes, sorted by bytes; raises InputError.

    Links are refused, because what they lead to may lie anywhere and change without a trace.
    """
    label = shown or folder.as_posix()
    found: list[str] = []
    for where, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = Path(where) / name
            relative = path.relative_to(folder).as_posix()
            if path.is_symlink():
                fix = "replace the link by what it leads to"
                raise InputError([Problem(Place(f"{label}/{relative}"), "not-a-file", "is a link", fix)])
            found += [relative] if name in names else []
        if len(found) > MAX_MEMBERS:
            what = f"holds more than {MAX_MEMBERS} files"
            raise InputError([Problem(Place(label), "too-large", what, "name a folder further down")])
    return tuple(sorted(found, key=os.fsencode))


def digest_of(path: Path, *, shown: str | None = None) -> Digest:
    """SHA-256 and size of a regular file of any size, read in chunks; of a folder, see `digest_of_folder`."""
    label = shown or path.as_posix()
    if path.is_dir():
        return digest_of_folder(path, shown=label)
    problem = _refused(path, label, UNBOUNDED)
    if problem:
        raise InputError([problem])
    hasher, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            hasher.update(chunk)
            size += len(chunk)
    return Digest(hasher.hexdigest(), size)


def digest_of_folder(folder: Path, *, shown: str | None = None) -> Digest:
    """SHA-256 of the list of a folder's files with theirs, and their size together.

    Anyone can recompute it: `find . -type f -printf '%P\\n' | LC_ALL=C sort | xargs -d '\\n' sha256sum | sha256sum`.
    """
    label = shown or folder.as_posix()
    hasher, size = hashlib.sha256(), 0
    for name in folder_members(folder, shown=label):
        one = digest_of(folder / name, shown=f"{label}/{name}")
        hasher.update(f"{one.sha256}  ".encode() + os.fsencode(name) + b"\n")
        size += one.size
    return Digest(hasher.hexdigest(), size)


def write_atomic(path: Path, content: bytes) -> None:
    """Put `content` at `path` whole or not at all; keeps the mode of a file that was there."""
    import tempfile

    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".new")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_together(files: Mapping[Path, bytes]) -> None:
    """Put every content at its path, or none: what was there before comes back when one of them cannot be written."""
    import contextlib
    import tempfile

    staged: dict[Path, Path] = {}
    before: dict[Path, bytes | None] = {}
    made: list[Path] = []
    try:
        for path, content in files.items():
            made += _new_folders(path.parent)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".new")
            staged[path] = Path(name)
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            staged[path].chmod(0o644)
        for path, new in staged.items():
            before[path] = path.read_bytes() if path.exists() else None
            new.replace(path)
    except BaseException:
        for path, old in before.items():
            if old is None:
                path.unlink(missing_ok=True)
            else:
                write_atomic(path, old)
        for new in staged.values():
            new.unlink(missing_ok=True)
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


def _new_folders(folder: Path) -> list[Path]:
    """Makes a folder and those above it; the ones that were not there, outermost first."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing[::-1]


@cache
def _canonical() -> Callable[[Any], str]:
    import json

    return json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def canonical_json(value: Any) -> bytes:
    """Sorted keys, no blanks, UTF-8: the same value gives the same bytes. Refuses NaN."""
    return _canonical()(value).encode()


def readable_json(value: Any) -> bytes:
    """Sorted keys, two blanks of indentation and a final newline, for files that people read in diffs."""
    import json

    return (json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


_FAULT = re.compile(r"(?P<what>.*) at line (?P<line>\d+) column (?P<column>\d+)", re.DOTALL)
_TWICE = re.compile(r'Detected duplicate key "(?P<key>.*)"', re.DOTALL)
_PLAIN = {
    "expected ident": "a word that is not true, false or null",
    "expected value": "a value is expected here",
    "control character (\\u0000-\\u001F) found while parsing a string": "a line break or control character in a text",
    "unexpected end of hex escape": "half of a character pair in a text",
    "lone leading surrogate in hex escape": "half of a character pair in a text",
}


def _fault(message: str) -> str:
    """What the parser says, with the line first and in plain words."""
    found = _FAULT.fullmatch(message)
    if not found:
        return f"broken JSON: {message}"
    what, place = found["what"], f"at line {found['line']}, column {max(1, int(found['column']))}"
    if what == "recursion limit exceeded":
        return f"nested too deep {place}"
    twice = _TWICE.fullmatch(what)
    if twice:
        return f"the key {twice['key'][:80]!r} occurs twice in one object, {place}"
    return f"broken JSON {place}: {_PLAIN.get(what, what)}"


MAX_WEIGHT = 512 * 1024 * 1024
"""Memory for the values of one document. Source: govkit judgement; a file of 3 bytes a value would take 35 times its
size. Of 15 evaluation files the heaviest weighs 3.75 times its size, the others 0.7 to 1.9 times.
"""

TOO_MANY = f"holds so many values that reading them takes more than {MAX_WEIGHT >> 20} MB of memory"
_WORTH_WEIGHING = 8 * 1024 * 1024
"""Bytes above which a document is weighed: below, it cannot take much."""

_WORTH_PROVING = range(2_000, 64 * 1024 * 1024)
"""Sizes in bytes: below, the calls cost more than they save; above, the value written again would take much memory."""


def parse_json(content: bytes | str) -> Any:
    """The value of a JSON text; ValueError with line and column on broken or ambiguous text, or deeper than 200 levels.

    Duplicate keys are refused, because readers differ on which one counts; so is half of a character pair, which no
    file of ours could hold. NaN and Infinity come back as float nan and inf: some tools write them on purpose, and it
    is for the collector to say that there is no number.
    """
    try:
        text = content.encode() if isinstance(content, str) else content.removeprefix(codecs.BOM_UTF8)
    except UnicodeEncodeError as error:
        raise ValueError(f"holds half of a character pair (character {error.start})") from error
    if len(text) > _WORTH_WEIGHING:
        from govkit.proved_json import weight

        if weight(text) > MAX_WEIGHT:
            raise ValueError(TOO_MANY)
    if len(text) in _WORTH_PROVING:
        from govkit.proved_json import proved

        try:
            return proved(text)
        except ValueError:
            pass  # read again below, which tells what is wrong and where, or that nothing is
    import jiter

    try:
        return jiter.from_json(text, catch_duplicate_keys=True)
    except ValueError as error:
        try:
            text.decode()
        except UnicodeDecodeError as undecodable:
            raise ValueError(f"not UTF-8 text (byte {undecodable.start})") from undecodable
        raise ValueError(_fault(str(error))) from error


def load_json(path: Path, *, shown: str | None = None) -> Any:
    """The value of a JSON file; raises InputError with the place."""
    label = shown or path.as_posix()
    content = read_bytes(path, shown=label)
    try:
        return parse_json(content)
    except ValueError as error:
        fix = "write the file again with the tool that made it; it may have been cut off"
        raise InputError([Problem(Place(label), "broken-json", str(error), fix)]) from error


def finite(value: Any) -> float | None:
    """The number if it is one and finite, else None; True and False are not numbers, strings are not guessed."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def shipped(kind: Literal["frameworks", "templates", "examples"]) -> Path:
    """The folder of that name: inside an installed wheel, or at the top of a source checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "_shipped" / kind
    return installed if installed.is_dir() else package.parent / kind


def nearest(word: str, known: Iterable[str], *, count: int = 1) -> tuple[str, ...]:
    """The known words most like `word`, best first; upper and lower case are the same."""
    from difflib import get_close_matches

    folded = {item.casefold(): item for item in known}
    close = get_close_matches(word.casefold(), folded, n=count, cutoff=0.6)
    return tuple(folded[item] for item in close)
