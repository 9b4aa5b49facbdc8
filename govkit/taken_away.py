"""Evidence that somebody took away: a release lists it, or git had it, and it is not there. Told, never hidden."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from govkit.errors import InputError, Place, Problem
from govkit.files import inside
from govkit.history.bars import top_level
from govkit.history.changes import path_pattern
from govkit.history.repository import History
from govkit.model.project import Project, Release

MAIN = "govkit.yaml"


def not_there(project: Project, root: Path) -> Iterator[Problem]:
    """Files a release lists as its evidence that are not there: a result somebody took away is told."""
    for release in project.releases:
        for item in release.evidence:
            try:
                there = inside(root, item.path).exists()
            except InputError as error:
                yield from error.problems
                continue
            if not there:
                what = f"release {release.version} lists this file as evidence, and it is not there"
                yield Problem(Place(item.path), "missing-file", what, "restore it, or take it off the release's list")


def taken_away(
    project: Project, root: Path, history: History, releases: Sequence[Release], bound: Collection[str]
) -> Iterator[Problem]:
    """Files that were evidence for these releases, or for all, and are not: deleted, moved, or bound no more.

    A run somebody took away is told; `bound` are the files that are evidence now.
    """
    if not history.available:
        return
    now = _patterns(((binding.path, binding.release) for binding in project.bindings), releases)
    then = _patterns(_once_bound(history), releases)
    patterns = {**then, **now}
    folders = {re.split(r"[*?\[]", pattern, maxsplit=1)[0].rpartition("/")[0] for pattern in patterns}
    for path, commit, moved_to in history.removed(folders) if patterns else ():
        about = _about(path, patterns)
        if about == "" or (root / path).exists() or moved_to in bound:
            continue
        when = f" on {commit.committed:%Y-%m-%d}" if commit.committed else ""
        how = f"moved to {moved_to}, where nothing binds it" if moved_to else "taken out of git"
        what = f"evidence for {about or 'the whole organisation'} was {how}{when} ({commit.id[:12]})"
        fix = "put it back: runs that are not judged are told beside the one that is"
        yield Problem(Place(path), "evidence-removed", what, fix)
    for path in sorted(_left(root, then.keys() - now.keys()) - set(bound)):
        what = (
            f"this was evidence for {_about(path, then) or 'the whole organisation'}, and no binding names it any more"
        )
        fix = "bind it again: runs that are not judged are told beside the one that is; or delete it, which is told too"
        yield Problem(Place(path), "evidence-removed", what, fix)


def _patterns(entries: Iterable[tuple[str, str | None]], releases: Sequence[Release]) -> dict[str, str | None]:
    """Paths and globs of bindings to the release they are for; of other releases none."""
    found: dict[str, str | None] = {}
    for path, release in entries:
        if "{release}" in path:
            found |= {path.replace("{release}", one.version): one.version for one in releases}
        elif release is None or release in {one.version for one in releases}:
            found[path] = release
    return found


def _about(path: str, patterns: Mapping[str, str | None]) -> str | None:
    """The release a file is for, None for all of them; empty when no pattern matches it."""
    return next((about for pattern, about in patterns.items() if path_pattern(pattern).fullmatch(path)), "")


def _once_bound(history: History) -> Iterator[tuple[str, str | None]]:
    """Path and release of every binding that any version of the project's main file had."""
    for version in history.versions(MAIN):
        listed = (top_level(version.content, MAIN) or {}).get("evidence")
        for entry in listed if isinstance(listed, list) else ():
            path, release = (entry.get("path"), entry.get("release")) if isinstance(entry, dict) else (None, None)
            if isinstance(path, str) and not path.startswith("/") and ".." not in path.split("/"):
                yield path, release if isinstance(release, str) else None


def _left(root: Path, patterns: Iterable[str]) -> set[str]:
    """Files of the project that these patterns match."""
    found: set[str] = set()
    for pattern in patterns:
        try:
            matched = [path for path in root.glob(pattern) if path.is_file()]
        except (ValueError, OSError, NotImplementedError):
            continue
        found |= {path.relative_to(root).as_posix() for path in matched}
    return found
