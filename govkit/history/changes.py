"""What happened between two releases: commits, authors, who approved, and which governed changes nobody approved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from govkit.history.asking import Repository
from govkit.history.commits import Commit, Person

MAX_COMMITS = 20_000
"""Longest range that is counted. Source: govkit judgement; more between two releases means the baseline is wrong."""

APPROVALS = ("reviewed-by", "approved-by", "acked-by")
"""Trailers that say somebody looked at a change. Signed-off-by is not one: it states origin.

Source: Linux kernel, Documentation/process/submitting-patches.rst.
"""


class ChangeSummary(NamedTuple):
    """Counts over the commits of a range; merges are counted only for what they change themselves."""

    commits: int
    authors: int
    approvals: int
    """Approval trailers, each person once per commit."""
    independent_approvals: int
    """Those by someone who wrote none of what they approve."""
    governed: tuple[str, ...]
    """Commits that changed a governed path, newest first."""
    unapproved: tuple[str, ...]
    """Those of them that no one but their authors approved."""


def between(repository: Repository, base: str | None, tip: str, governed: Iterable[str]) -> ChangeSummary | None:
    """What the commits reachable from tip and not from base did; None when the range is cut off or too long.

    Base and tip are full commit ids; `governed` are globs over paths of the project.
    """
    exclude = [f"^{base}"] if base else []
    log = repository.log(tip, (), "--no-renames", f"--max-count={MAX_COMMITS + 1}", *exclude)
    if log is None:
        return None
    if len(log) > MAX_COMMITS:
        what = f"more than {MAX_COMMITS} commits lie between the releases"
        repository.add_problem("range-too-long", what, "name a nearer baseline for the release")
        return None
    if any(commit.id in repository.shallow for commit in log):
        what = "the clone is shallow: the commits between the releases are not all here"
        repository.add_problem("shallow-history", what, "run `git fetch --unshallow`, or `fetch-depth: 0` in CI")
        return None
    patterns = [path_pattern(prefix_of(repository) + glob) for glob in governed]
    return _summary(log, [c for c in log if any(p.fullmatch(change.path) for p in patterns for change in c.changes)])


def prefix_of(repository: Repository) -> str:
    """The project's folder from the top of the repository, with a slash at the end; empty at the top."""
    place = repository.in_repository(".") or "."
    return "" if place == "." else f"{place}/"


def _summary(log: Sequence[Commit], governed: Sequence[Commit]) -> ChangeSummary:
    plain = [commit for commit in log if len(commit.parents) < 2]
    covered_by: dict[str, list[Commit]] = {}
    approvals = independent = 0
    by_id = {commit.id: commit for commit in log}
    for commit in log:
        approvers = set(_approvers(commit))
        if not approvers:
            continue
        covered = [by_id[ident] for ident in _brought_in(commit, by_id)] or [commit]
        for item in {c.id: c for c in (*covered, commit)}.values():
            covered_by.setdefault(item.id, []).append(commit)
        writers = [person for item in covered for person in _writers(item)]
        approvals += len(approvers)
        independent += sum(_independent(approver, writers) for approver in approvers)
    unapproved = [c for c in governed if not _approved(c, covered_by.get(c.id, ()))]
    return ChangeSummary(
        len(plain),
        len({(commit.author.email or commit.author.name).casefold() for commit in plain}),
        approvals,
        independent,
        tuple(commit.id for commit in governed),
        tuple(commit.id for commit in unapproved),
    )


def _approved(commit: Commit, approvals: Iterable[Commit]) -> bool:
    writers = list(_writers(commit))
    return any(_independent(approver, writers) for approval in approvals for approver in _approvers(approval))


def _approvers(commit: Commit) -> Iterator[Person]:
    return (person for key, person in commit.trailers if key in APPROVALS and (person.name or person.email))


def _writers(commit: Commit) -> Iterator[Person]:
    yield commit.author
    yield from (person for key, person in commit.trailers if key == "co-authored-by")


def _independent(approver: Person, writers: Iterable[Person]) -> bool:
    """True when neither name nor address is a writer's: one person often has two addresses."""
    return not any(
        approver.email.casefold() == writer.email.casefold() != ""
        or approver.name.casefold() == writer.name.casefold() != ""
        for writer in writers
    )


def _brought_in(merge: Commit, by_id: Mapping[str, Commit]) -> set[str]:
    """Commits of the range that a merge brought in: its approval is theirs too."""
    if len(merge.parents) < 2:
        return set()
    before = _reach(merge.parents[:1], by_id, set())
    found = _reach(merge.parents[1:], by_id, before)
    return {ident for ident in found if len(by_id[ident].parents) < 2}


def _reach(start: Sequence[str], by_id: Mapping[str, Commit], without: set[str]) -> set[str]:
    found: set[str] = set()
    todo = list(start)
    while todo:
        ident = todo.pop()
        if ident in by_id and ident not in found and ident not in without:
            found.add(ident)
            todo.extend(by_id[ident].parents)
    return found


def path_pattern(glob: str) -> re.Pattern[str]:
    """Paths that fit a glob: `*` stays inside one folder, `**` does not, a folder means everything below it."""
    written = "".join(
        {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(part, re.escape(part))
        for part in re.split(r"(\*\*/|\*\*|\*|\?)", glob.rstrip("/"))
    )
    return re.compile(f"{written}(?:/.*)?", re.DOTALL)


class Removed(NamedTuple):
    """A file that was taken out of git, or moved."""

    path: str
    """From the project's folder."""
    commit: Commit
    moved_to: str | None = None
    """Where it lies now, when it was moved inside the folders that were asked about."""


def removed(repository: Repository, folders: Iterable[str]) -> tuple[Removed, ...]:
    """Files that once lay below these folders of the project and were deleted or moved, newest first."""
    head, prefix = repository.head(), prefix_of(repository)
    places = sorted({f"{prefix}{folder}".rstrip("/") or "." for folder in folders})
    if head is None or not places:
        return ()
    log = repository.log(head, places, "--find-renames", "--diff-filter=DR") or ()
    found: dict[str, Removed] = {}
    for commit in log:
        for change in commit.changes:
            left = change.path if change.deleted else change.before
            if left is None or not left.startswith(prefix):
                continue
            path, to = left.removeprefix(prefix), None
            if not change.deleted:
                to = change.path.removeprefix(prefix)
                later = found.get(to)
                to = later.moved_to if later is not None else to
            found.setdefault(path, Removed(path, commit, to))
    return tuple(found.values())
