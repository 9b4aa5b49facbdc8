"""Evidence that somebody took away: a release lists it, or git had it, and it is not there. Told, never hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from govkit.errors import InputError, Place, Problem
from govkit.files import inside
from govkit.history.changes import path_pattern
from govkit.history.repository import History
from govkit.model.project import Project, Release


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


def taken_away(project: Project, root: Path, history: History, releases: Sequence[Release]) -> Iterator[Problem]:
    """Files that were bound for these releases, or for all, and were deleted from git: a run somebody took away."""
    patterns: dict[str, str | None] = {}
    for binding in project.bindings:
        if "{release}" in binding.path:
            patterns |= {binding.path.replace("{release}", r.version): r.version for r in releases}
        elif binding.release is None or binding.release in {r.version for r in releases}:
            patterns[binding.path] = binding.release
    folders = {re.split(r"[*?\[]", pattern, maxsplit=1)[0].rpartition("/")[0] for pattern in patterns}
    for path, commit in history.removed(folders) if history.available and patterns else ():
        about = next((about for pattern, about in patterns.items() if path_pattern(pattern).fullmatch(path)), "")
        if about == "" or (root / path).exists():
            continue
        when = f" on {commit.committed:%Y-%m-%d}" if commit.committed else ""
        what = f"evidence for {about or 'the whole organisation'} was taken out of git{when} ({commit.id[:12]})"
        fix = "put it back: runs that are not judged are told beside the one that is"
        yield Problem(Place(path), "evidence-removed", what, fix)
