"""Releases that git knows and releases.yaml no longer has, or ties to another commit: a baseline that went missing.

Whoever takes out the release before, or what ties it to git, has nothing to be compared with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from govkit.errors import InputError, Place, Problem
from govkit.history.repository import History
from govkit.model.project import Project, Release
from govkit.yaml_lines import load_yaml


class _Stood(NamedTuple):
    """A release as one version of the file had it, by the commit it stood for."""

    named: str
    """Tag or commit, as written."""
    stands_for: str
    version: str
    """Commit of the newest version of the file that had it so."""


def missing_releases(history: History, project: Project) -> Iterator[Problem]:
    """A Problem for every release that was listed with a commit of this repository and now is not, or with another."""
    if not history.available:
        return
    now = {release.version: release for release in project.releases}
    for version, stood in _listed(history, project.releases_file).items():
        release = now.get(version)
        ties = {one.stands_for for one in stood}
        if release is not None and ties <= {history.release_commit(release)}:
            continue
        last = stood[-1]
        was = f"release {version} stood here for {last.named} ({last.stands_for[:12]}) as of commit {last.version[:12]}"
        what = f"{was}, and does not any more" if release is None else f"{was}, and now for {_named(release)}"
        fix = "put it back: what it asked for is what the release after it is held against"
        yield Problem(Place(project.releases_file), "release-gone", what, fix)


def _named(release: Release) -> str:
    return release.commit or release.tag or "nothing in git"


def _listed(history: History, file: str) -> dict[str, list[_Stood]]:
    """Every release any version of the file tied to a commit that is here, oldest tie first."""
    found: dict[str, dict[str, _Stood]] = {}
    resolved: dict[str, str | None] = {}
    for version in history.versions(file):
        for entry in _entries(version.content, file):
            named = entry.get("commit") or entry.get("tag")
            if not isinstance(named, str) or "version" not in entry:
                continue
            if named not in resolved:
                resolved[named] = history.resolve(named)
            commit = resolved[named]
            if commit is not None:
                stood = _Stood(named, commit, version.commit)
                found.setdefault(str(entry["version"]), {})[commit] = stood
    return {version: list(ties.values()) for version, ties in found.items()}


def _entries(content: bytes | None, name: str) -> Sequence[dict[str, Any]]:
    """The releases one version of the file writes out; none when it cannot be read."""
    try:
        value = load_yaml(content or b"", name).value
    except InputError:
        return ()
    listed = value.get("releases") if isinstance(value, dict) else value
    return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else ()
