"""Which commit brought the bytes a file has now, and whether they are committed at all."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from govkit.history.asking import Repository, portions
from govkit.history.commits import Commit

_RENAMES = 10  # a file moved more often than this is dated from the tenth move back
_TEXT_BYTES = 64 * 1024 * 1024  # line ends of larger files are not compared
_POINTER_BYTES = 1024
_POINTER = re.compile(rb"version https://git-lfs\.github\.com/spec/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\n")
"""What git holds instead of a large file. Source: github.com/git-lfs/git-lfs, docs/spec.md."""


class FileCommit(NamedTuple):
    """The commit that brought a file's present bytes; None when there is none, or git cannot know it."""

    commit: str | None
    committed: datetime | None
    author: str | None
    dirty: bool
    """True when the file on disk is not what HEAD holds, or is not in git at all."""
    others: int = 0
    """How many other contents have stood at this path in git."""
    first: datetime | None = None
    """When git first had these bytes at this path, where they were taken away and put back later."""


UNCOMMITTED = FileCommit(None, None, None, dirty=True)
UNKNOWN = FileCommit(None, None, None, dirty=False)


def file_commits(repository: Repository, paths: Iterable[str]) -> dict[str, FileCommit]:
    """For each path of the project, the commit that brought its present bytes, its date and its author."""
    asked = list(dict.fromkeys(paths))
    head = repository.head()
    if head is None:
        return dict.fromkeys(asked, UNKNOWN)
    places = {path: repository.in_repository(path) for path in asked}
    known = repository.blobs(head, sorted({place for place in places.values() if place is not None}))
    if known is None:
        return dict.fromkeys(asked, UNKNOWN)
    stood: dict[str, set[str]] = {}
    oldest: dict[str, Commit] = {}
    origins = _origins(repository, head, known, _RENAMES, stood, oldest)
    dirty = _dirty(repository, {path: known.get(place or "") for path, place in places.items()})
    found = {}
    for path, place in places.items():
        origin, blobs = origins.get(place or ""), stood.get(place or "", set())
        others = len(blobs if path in dirty else blobs - {known.get(place or "")})
        if path in dirty:
            found[path] = UNCOMMITTED._replace(others=others)
        elif origin is None or origin.id in repository.shallow:
            found[path] = UNKNOWN
        else:
            first = oldest[place or ""].committed if oldest[place or ""] is not origin else None
            author = str(origin.author)
            found[path] = FileCommit(origin.id, origin.committed, author, dirty=False, others=others, first=first)
    return found


def _origins(
    repository: Repository,
    revision: str,
    blobs: Mapping[str, str],
    renames: int,
    stood: dict[str, set[str]],
    oldest: dict[str, Commit],
) -> dict[str, Commit]:
    """For each path, the newest commit that gave it its blob; moving a file does not make it newer.

    Every blob that stood at one of the paths is added to `stood`, the oldest commit that gave it its own to `oldest`.
    """
    found: dict[str, Commit] = {}
    added: dict[str, Commit] = {}
    for some in portions(sorted(blobs)):
        for commit in repository.log(revision, some, "--no-renames") or ():
            for change in commit.changes:
                if not change.deleted:
                    stood.setdefault(change.path, set()).add(change.blob)
                if blobs.get(change.path) == change.blob:
                    oldest[change.path] = commit
                if change.path not in found and blobs.get(change.path) == change.blob:
                    found[change.path] = commit
                    if change.status == "A" and commit.parents:
                        added[change.path] = commit
    if added and renames:
        for commit in repository.named(sorted({commit.id for commit in added.values()}), "--find-renames=100%"):
            for change in commit.changes:
                if change.before is not None and change.status == "R100" and change.path in added:
                    first: dict[str, Commit] = {}
                    before = {change.before: change.blob}
                    older = _origins(repository, f"{commit.id}^", before, renames - 1, {}, first)
                    found[change.path] = older.get(change.before, commit)
                    oldest[change.path] = first.get(change.before, commit)
    return found


def _dirty(repository: Repository, blobs: Mapping[str, str | None]) -> set[str]:
    """Paths whose bytes on disk are not those of the blob.

    Compared here and not by `git status`, because that would run the filters the repository's configuration names.
    """
    differing = {path: blob for path, blob in blobs.items() if blob is None or not _same(repository.root / path, blob)}
    stored = repository.contents({blob for blob in differing.values() if blob is not None}, _POINTER_BYTES)
    return {p for p, blob in differing.items() if not _points_at(stored.get(blob or "", b""), repository.root / p)}


def _same(path: Path, blob: str) -> bool:
    """True when git would store the file as this blob; line ends that only Windows adds do not count."""
    if not path.is_file():
        return False
    size = path.stat().st_size
    hasher = _blob_hash(blob, size)
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            hasher.update(chunk)
    if hasher.hexdigest() == blob:
        return True
    if size > _TEXT_BYTES:
        return False
    text = path.read_bytes().replace(b"\r\n", b"\n")
    hasher = _blob_hash(blob, len(text))
    hasher.update(text)
    return hasher.hexdigest() == blob


def _blob_hash(blob: str, size: int) -> hashlib._Hash:
    hasher = hashlib.sha256() if len(blob) == 64 else hashlib.sha1(usedforsecurity=False)
    hasher.update(b"blob %d\0" % size)
    return hasher


def _points_at(stored: bytes, path: Path) -> bool:
    """True when git holds a pointer to exactly this large file."""
    pointer = _POINTER.match(stored)
    if pointer is None or not path.is_file():
        return False
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == pointer.group(1).decode()
