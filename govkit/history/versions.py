"""Every version a file had, and which was made from which, so that a line can be followed back to who wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from govkit.history.asking import Repository
from govkit.history.commits import Commit

_RENAMES = 10  # a file moved more often than this begins with the tenth move back


class Version(NamedTuple):
    """What a file held after one commit."""

    commit: str
    committed: datetime | None
    author: str
    content: bytes | None
    """Empty when the commit deleted it, None when it cannot be read."""
    parents: tuple[str, ...]
    """Commits of the versions it was made from."""
    place: str
    """Its path from the top of the repository at that time."""


class _Link(NamedTuple):
    commit: Commit
    blob: str
    place: str


def versions(repository: Repository, path: str) -> tuple[Version, ...]:
    """Every committed version of a file of the project, oldest first; renames are followed."""
    place, head = repository.in_repository(path), repository.head()
    if place is None or head is None:
        return ()
    chain: list[_Link] = []
    _follow(repository, head, place, _RENAMES, chain)
    contents: dict[str, bytes | None] = {}
    contents.update(repository.contents({link.blob for link in chain if link.blob.strip("0")}))
    for link in chain:
        if link.blob and not link.blob.strip("0"):
            contents[link.blob] = b""
    found = []
    for commit, blob, name in reversed(chain):
        content = contents.get(blob)
        if content is None:
            what = f"{path} as of commit {commit.id[:12]} is too large or missing and was left out"
            repository.add_problem("version-unreadable", what, "fetch the whole history, or accept the gap")
        found.append(Version(commit.id, commit.committed, str(commit.author), content, commit.parents, name))
    return tuple(found)


def _follow(repository: Repository, revision: str, path: str, renames: int, chain: list[_Link]) -> str | None:
    """Add the history of a path and its former names to the chain, newest first; gives the newest commit's id."""
    known = {link.commit.id for link in chain}
    log = repository.log(revision, [path], "--no-renames", "--parents") or ()
    for commit in log:
        blob = next((change.blob for change in commit.changes if change.path == path), "")
        if commit.id in known:
            continue
        older: list[_Link] = []
        if not commit.parents and renames and commit.id not in repository.shallow:
            before = _name_before(repository, commit.id, path)
            tip = _follow(repository, f"{commit.id}^", before, renames - 1, older) if before else None
            commit = commit._replace(parents=(tip,) if tip else ())
        chain += [_Link(commit, blob, path), *older]
    return log[0].id if log else None


def content_at(repository: Repository, commit: str, places: Sequence[str]) -> bytes | None:
    """What the first of these paths of the repository held at a commit; None when none was there."""
    blobs = repository.blobs(commit, places) or {}
    blob = next((blobs[place] for place in places if place in blobs), None)
    return None if blob is None else repository.contents({blob}).get(blob)


def _name_before(repository: Repository, commit: str, path: str) -> str | None:
    """The name a file had before this commit moved it; None when the commit made it."""
    for found in repository.named([commit], "--find-renames"):
        for change in found.changes:
            if change.path == path and change.before is not None and change.status.startswith("R"):
                return change.before
    return None
