"""The history of a project folder, and why there may be none. Opening never fails: what git cannot say is a Problem."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from govkit.errors import Place, Problem
from govkit.history.asking import Repository
from govkit.history.calls import GitFailed, GitMissing, first_line, run
from govkit.history.changes import ChangeSummary, Removed, between, removed
from govkit.history.origins import FileCommit, file_commits
from govkit.history.versions import Version, versions
from govkit.model.project import Release

_NO_REPOSITORY = "no git repository: dates, authors and approvals cannot be shown"


__all__ = ["ChangeSummary", "FileCommit", "History", "Version"]


class History(Repository):
    """Answers about one project folder, which may be any folder of a repository."""

    @classmethod
    def open(cls, root: Path) -> History:
        """The history of the project in `root`; when there is none, a History that says why."""
        root = root.resolve()
        questions = ("--is-shallow-repository", "--is-inside-work-tree", "--show-cdup", "HEAD^{commit}")
        try:
            answer = run(root, ["rev-parse", *questions, "--git-path", "shallow"])
        except GitMissing as error:
            return cls.absent(root, "no-git", str(error), "install git 2.25 or newer; `govkit doctor` tells more")
        except GitFailed as error:
            return cls.absent(root, "git-failed", str(error), "run `git status` in the project's folder")
        lines = answer.stdout.decode("utf-8", "surrogateescape").split("\n")
        if answer.status or len(lines) < 5:
            return cls.absent(root, *_unusable(answer.stderr, lines))
        cut_off = lines[0] == "true"
        shallow = _shallow(root / lines[4]) if cut_off else frozenset[str]()
        history = cls(root, (root / lines[2]).resolve(), lines[3], shallow)
        if cut_off:
            what = "the clone is shallow: who set a bar or brought a file before its first commit cannot be known"
            history.add_problem("shallow-history", what, "run `git fetch --unshallow`, or `fetch-depth: 0` in CI")
        return history

    @classmethod
    def absent(cls, root: Path, ident: str, what: str, fix: str) -> History:
        """A history that knows nothing, and says why."""
        history = cls(root)
        history.add_problem(ident, what, fix)
        return history

    def file_commits(self, paths: Iterable[str]) -> dict[str, FileCommit]:
        """For each path of the project, the commit that brought its present bytes, its date and its author."""
        return file_commits(self, paths)

    def versions(self, path: str) -> tuple[Version, ...]:
        """Every committed version of a file of the project, oldest first; renames are followed."""
        return versions(self, path)

    def between(self, base: str | None, tip: str, governed: Iterable[str] = ()) -> ChangeSummary | None:
        """What the commits after base up to tip did; None when that cannot be known."""
        return between(self, base, tip, governed)

    def removed(self, folders: Iterable[str]) -> tuple[Removed, ...]:
        """Files that once lay below these folders and were deleted or moved, newest first."""
        return removed(self, folders)

    def release_commit(self, release: Release) -> str | None:
        """The full id of the commit a release stands for; None when it names none that is here."""
        named = release.commit or release.tag
        return self.resolve(named) if named else None

    def dirty_problem(self, found: Mapping[str, FileCommit]) -> Problem | None:
        """One Problem that names the files whose present bytes are not committed; None when all are."""
        dirty = sorted(path for path, commit in found.items() if commit.dirty)
        if not dirty or not self.available:
            return None
        more = f" and {len(dirty) - 5} more" if len(dirty) > 5 else ""
        what = f"not committed as they are now: {', '.join(dirty[:5])}{more}"
        fix = "commit them: only what is in git has a date and an author that others can check"
        return Problem(Place(dirty[0]), "dirty-worktree", what, fix)


def _unusable(complaint: str, lines: list[str]) -> tuple[str, str, str]:
    """The reason git gives, in the words of someone who wants to go on: ident, what, fix."""
    if "not a git repository" in complaint:
        return "no-repository", _NO_REPOSITORY, "run `git init` and commit the project"
    if "ownership" in complaint or "unsafe repository" in complaint:
        what = "the repository belongs to another user, and git refuses to read it"
        fix = "run `git status` in the project's folder: git prints the command that trusts it"
        return "untrusted-repository", what, fix
    if "bare repository" in complaint or lines[1:2] == ["false"] or "work tree" in complaint:
        what = "the folder lies in a bare repository: there are no files to compare with"
        return "bare-repository", what, "clone it, and run govkit in the clone"
    if re.search(r"ambiguous argument 'HEAD|Needed a single revision|bad revision 'HEAD", complaint):
        return "no-commits", "the repository has no commit yet", "commit the project"
    what = f"git cannot read the repository: {first_line(complaint) or 'no reason given'}"
    return "broken-repository", what, "run `git status` in the project's folder, and mend that"


def _shallow(path: Path) -> frozenset[str]:
    """Commits whose parents were not fetched."""
    try:
        return frozenset(path.read_text(encoding="ascii").split())
    except (OSError, ValueError):
        return frozenset()
