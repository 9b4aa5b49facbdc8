"""Build an example project with a git history from a story file: same story, same commit ids."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import AwareDatetime, Field

from govkit.errors import InputError, Place, Problem, SurroundingsError
from govkit.files import inside, read_bytes
from govkit.model.base import Name, Record, Text
from govkit.validation import record
from govkit.yaml_lines import load_yaml


class Person(Record):
    """An author of the story."""

    name: Name
    email: Name


class Step(Record):
    """One commit."""

    by: Name
    at: AwareDatetime
    message: Text
    files: tuple[Name, ...] = ()
    """Globs below the story's project folder."""
    copies: dict[str, Name] = Field(default_factory=dict)
    """Glob below the example's folder to the folder it is copied to."""
    tag: Name | None = None


class Story(Record):
    """A whole story file."""

    branch: Name = "main"
    project: Name
    people: dict[str, Person]
    commits: tuple[Step, ...]


def load_story(folder: Path) -> Story:
    """The story of an example; raises InputError when it is not sound."""
    problems: list[Problem] = []
    document = load_yaml(read_bytes(folder / "story.yaml", shown="story.yaml"), "story.yaml")
    story = record(Story, document, (), document.value, problems)
    if story is None:
        raise InputError(problems)
    unknown = [step.by for step in story.commits if step.by not in story.people]
    if unknown:
        fix = "add them under `people:`"
        raise InputError([Problem(Place("story.yaml"), "unknown-person", f"nobody is called {unknown[0]!r}", fix)])
    return story


def tell(folder: Path, target: Path) -> tuple[str, ...]:
    """Write the example into `target` as a git repository; the ids of its commits. `target` must be new or empty."""
    story = load_story(folder)
    if target.exists() and any(target.iterdir()):
        fix = "name a new folder, or empty this one first"
        raise InputError(
            [Problem(Place(target.as_posix()), "folder-not-empty", "there is something in this folder", fix)]
        )
    repository = _new_repository(target, story.branch)
    known: set[str] = set()
    commits = []
    for step in story.commits:
        added = _copy(folder / story.project, target, dict.fromkeys(step.files), known)
        added += _copy(folder, target, step.copies, known)
        commits.append(_commit(repository, step, story.people, added))
    return tuple(commits)


def _copy(source: Path, target: Path, patterns: Mapping[str, str | None], known: set[str]) -> list[str]:
    """Copy the files that match; each file once, in order of name."""
    added = []
    for pattern, folder in patterns.items():
        for path in sorted(source.glob(pattern)):
            if not path.is_file():
                continue
            relative = path.relative_to(source).as_posix() if folder is None else f"{folder}/{path.name}"
            if relative in known:
                continue
            destination = inside(target, PurePosixPath(relative).as_posix())
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, destination)
            known.add(relative)
            added.append(relative)
    return added


def _new_repository(target: Path, branch: str) -> Any:
    try:
        from git import GitCommandError, Repo
    except ImportError as error:  # GitPython asks for the git program when it is imported
        raise SurroundingsError("git is not installed", fix="install it, for example `apt-get install git`") from error
    target.mkdir(parents=True, exist_ok=True)
    try:
        # No template: a user's own hooks must not run inside the example.
        return Repo.init(target, initial_branch=branch, template="", allow_unsafe_options=True)
    except GitCommandError as error:
        raise SurroundingsError("git cannot make a repository here", fix=str(error).splitlines()[-1]) from error


def _commit(repository: Any, step: Step, people: Mapping[str, Person], added: Sequence[str]) -> str:
    from git import Actor

    person = Actor(people[step.by].name, people[step.by].email)
    when = f"{int(step.at.timestamp())} +0000"
    repository.index.add(sorted(added))
    commit = repository.index.commit(
        step.message, author=person, committer=person, author_date=when, commit_date=when, skip_hooks=True
    )
    if step.tag:
        with repository.git.custom_environment(
            GIT_COMMITTER_DATE=when, GIT_COMMITTER_NAME=person.name, GIT_COMMITTER_EMAIL=person.email
        ):
            repository.create_tag(step.tag, ref=commit, message=f"Release {step.tag.removeprefix('v')}")
    return str(commit.hexsha)
