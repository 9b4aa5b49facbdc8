"""The plain questions to one repository. What git cannot answer is None, and a Problem tells why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from govkit.errors import Place, Problem
from govkit.history.calls import GitFailed, GitMissing, ask, run
from govkit.history.commits import LOG, Commit, clean, commits, moment

MAX_BLOB_BYTES = 5_000_000
"""Largest old version of a file that is read. Source: govkit judgement; a controls.yaml has about 20 kB."""

_PATHS_PER_CALL = 200  # keeps a command line below Windows' 32,767 characters for paths of ordinary length

# So many commits, newest first, are asked for their dates; a longer row of forged ones is not seen through.
_ANCESTORS = 2_000

# What git allows in a name, less what gives a revision another meaning.
# Source: git-check-ref-format(1), gitrevisions(7).
_REF = re.compile(r"(?![-/.])(?!.*(?:\.\.|@\{|//|\.lock$|[/.]$))[^\x00-\x20\x7f~^:?*\[\]\\]{1,200}")


class Tag(NamedTuple):
    """A tag that leads to a commit."""

    name: str
    commit: str
    at: datetime | None
    """When the tag was made; of a lightweight tag, when its commit was."""
    signed: bool
    """True when it carries a signature; whether that is a good one, nobody has checked."""


class Repository:
    """One repository, asked from a folder inside it."""

    def __init__(
        self, root: Path, top: Path | None = None, head: str | None = None, shallow: frozenset[str] = frozenset()
    ) -> None:
        self.root, self.top, self.shallow = root, top, shallow
        self._head = head
        self._problems: list[Problem] = []
        self._tags: tuple[Tag, ...] | None = None

    @property
    def available(self) -> bool:
        """True when there is a repository with at least one commit."""
        return self._head is not None

    @property
    def reason(self) -> str | None:
        """Why nothing is known, in words; None when something is."""
        return None if self.available else self._problems[0].what

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be learnt so far, and how to change that."""
        return tuple(self._problems)

    def add_problem(self, ident: str, what: str, fix: str) -> None:
        """Remember once what git could not say."""
        problem = Problem(Place("git"), ident, what, fix)
        if problem not in self._problems:
            self._problems.append(problem)

    def head(self) -> str | None:
        """Commit that is checked out."""
        return self._head

    def ask(self, arguments: Sequence[str], lines: Iterable[str] | None = None) -> bytes | None:
        """Git's standard output, or None and a Problem."""
        try:
            return ask(self.top or self.root, arguments, lines)
        except (GitFailed, GitMissing) as error:
            fix = "run `git fsck` in the project's folder, or clone the repository again"
            self.add_problem("git-failed", f"git {arguments[0]}: {error}", fix)
            return None

    def log(self, revision: str, paths: Sequence[str] = (), *options: str) -> tuple[Commit, ...] | None:
        """Commits reachable from a revision that touch these paths of the repository, newest first; None: unknown."""
        output = self.ask([*LOG, *options, revision, "--", *paths])
        return None if output is None else tuple(commits(output))

    def named(self, ids: Iterable[str], *options: str) -> tuple[Commit, ...]:
        """Exactly these commits, each with everything it changed."""
        wanted = list(ids)  # without any, git would answer with the commit that is checked out
        output = self.ask([*LOG, *options, "--no-walk=unsorted", "--stdin"], wanted) if wanted else None
        return tuple(commits(output or b""))

    def not_before(self, commit: str) -> datetime | None:
        """The newest date among a commit and those it was made from: it cannot be older, whatever it says."""
        output = self.ask(["log", f"--max-count={_ANCESTORS}", "--format=tformat:%ct", commit, "--"]) or b""
        return max((at for line in output.decode("ascii", "replace").split() if (at := moment(line))), default=None)

    def blobs(self, commit: str, paths: Sequence[str]) -> dict[str, str] | None:
        """Blob ids of regular files of the repository at a commit, without paths that are not there; None: unknown."""
        found: dict[str, str] = {}
        for some in portions(paths):
            output = self.ask(["ls-tree", "-r", "-z", "--full-tree", commit, "--", *some])
            if output is None:
                return None
            for entry in output.decode("utf-8", "surrogateescape").split("\0"):
                meta, tab, path = entry.partition("\t")
                if tab and meta.startswith("100"):
                    found[path] = meta.split()[2]
        return found

    def contents(self, blobs: Iterable[str], limit: int = MAX_BLOB_BYTES) -> dict[str, bytes]:
        """The bytes of blobs of at most `limit` bytes; others are left out."""
        wanted = sorted(set(blobs))
        sizes = (self.ask(["cat-file", "--batch-check"], wanted) or b"").decode().splitlines() if wanted else []
        small: list[tuple[str, int]] = []
        for blob, line in zip(wanted, sizes, strict=False):
            words = line.split()
            if words[1] == "blob" and int(words[2]) <= limit:
                small.append((blob, int(words[2])))
        output = (self.ask(["cat-file", "--batch"], [blob for blob, _ in small]) or b"") if small else b""
        found, position = {}, 0
        for blob, size in small if output else ():
            start = output.index(b"\n", position) + 1
            found[blob] = output[start : start + size]
            position = start + size + 1
        return found

    def tags(self) -> tuple[Tag, ...]:
        """Tags that lead to a commit, oldest first."""
        if self._tags is None:
            fields = ("refname:strip=2", "objecttype", "objectname", "*objecttype", "*objectname", "creatordate:unix")
            # The signature itself has several lines; all that is asked is whether there is one.
            signed = "%(if)%(contents:signature)%(then)signed%(end)"
            form = "%00".join(f"%({field})" for field in fields) + f"%00{signed}"
            output = (self.ask(["for-each-ref", "refs/tags", f"--format={form}"]) or b"") if self.available else b""
            found = [tag for line in output.decode("utf-8", "replace").split("\n") if (tag := _tag(line))]
            self._tags = tuple(sorted(found, key=lambda tag: (tag.at.timestamp() if tag.at else 0, tag.name)))
        return self._tags

    def resolve(self, ref: str) -> str | None:
        """The full commit id of a tag, branch or commit; None when there is none, or the name is not a plain one."""
        if not self.available or not _REF.fullmatch(ref):
            return None
        tagged = next((tag.commit for tag in self.tags() if tag.name == ref), None)
        if tagged is not None:
            return tagged
        try:
            answer = run(self.top or self.root, ["rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}"])
        except (GitFailed, GitMissing):
            return None
        return answer.stdout.decode("ascii", "replace").strip() if answer.status == 0 else None

    def in_repository(self, path: str) -> str | None:
        """A path of the project from the top of the repository, links followed; None when it leads outside."""
        if self.top is None or "\0" in path:
            return None
        try:
            return (self.root / path).resolve().relative_to(self.top).as_posix()
        except (ValueError, OSError):
            return None


def portions(paths: Sequence[str]) -> Iterator[Sequence[str]]:
    """The paths in portions that fit on a command line."""
    for start in range(0, len(paths), _PATHS_PER_CALL):
        yield paths[start : start + _PATHS_PER_CALL]


def _tag(line: str) -> Tag | None:
    fields = line.split("\0")
    if len(fields) != 7:
        return None
    name, kind, ident, target_kind, target, at, signed = fields
    commit = ident if kind == "commit" else target if target_kind == "commit" else None
    if commit is None:
        return None
    return Tag(clean(name), commit, moment(at), signed=kind == "tag" and bool(signed))
