"""From a folder to an Assessment: what assess, diff, trace, risk, soa and report share."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from govkit import __version__
from govkit.assess.assessing import assess
from govkit.assess.question import Question
from govkit.catalogs.loading import Library, shipped_library
from govkit.cli.invocation import Invocation
from govkit.errors import InputError, Place, Problem, SurroundingsError
from govkit.files import inside, nearest, read_bytes, readable_json, write_atomic
from govkit.gather import Gathered, gather
from govkit.history.asked import asked_before
from govkit.history.bars import bars_of
from govkit.history.lines import on_this_line
from govkit.history.policy import policy_set
from govkit.history.releases import missing_releases
from govkit.history.repository import History
from govkit.model.assessment import Assessment
from govkit.model.project import Project, Release
from govkit.project import MAIN, Tag, open_project
from govkit.statistics.quantiles import MissingLibrary


@dataclass(frozen=True)
class Opened:
    """A project with its catalogs and its history."""

    root: Path
    project: Project
    library: Library
    history: History


@dataclass(frozen=True)
class Judged:
    """A release judged, with what it was judged from."""

    assessment: Assessment
    project: Project
    library: Library
    opened: Opened
    gathered: Gathered


def open_here(invocation: Invocation) -> Opened:
    """The project of this call; raises InputError with every Problem of its files."""
    root = invocation.root
    if not root.is_dir():
        fix = "name an existing folder after -C, or create the project with `govkit init`"
        raise InputError([Problem(Place(root.as_posix()), "no-project", "there is no such folder", fix)])
    history = History.open(root)
    tags = [Tag(tag.name, tag.commit, tag.at) for tag in history.tags()] if history.available else []
    project, library = open_project(root, shipped_library(), tags)
    return Opened(root, project, library, history)


def find_release(project: Project, version: str) -> Release:
    """The release of that version (or tag); raises InputError with the nearest one."""
    for release in project.releases:
        if version in (release.version, release.tag):
            return release
    versions = [release.version for release in project.releases]
    if not versions:
        fix = 'add one to releases.yaml (version, tag, baseline), or `from_tags: "v*"` to read them from git'
        raise InputError([Problem(Place("releases.yaml"), "no-release", "this project has no release yet", fix)])
    near = nearest(version, versions)
    hint = f"did you mean {near[0]!r}? " if near else ""
    problem = Problem(
        Place("releases.yaml"),
        "unknown-release",
        f"there is no release {version!r}",
        f"{hint}releases: {', '.join(versions)}",
    )
    raise InputError([problem])


def judge_release(invocation: Invocation, version: str, as_of: datetime) -> Judged:
    """Open the project, read its evidence and judge one release."""
    opened = open_here(invocation)
    return judge_opened(opened, find_release(opened.project, version), as_of)


def judge_opened(opened: Opened, release: Release, as_of: datetime) -> Judged:
    """Judge one release of an opened project."""
    project, history = opened.project, opened.history
    if not project.controls:
        fix = "list controls under `use:` in controls.yaml; `govkit show govkit-baseline` offers some"
        raise InputError([Problem(Place(project.controls_file), "nothing-to-assess", "no control is in use", fix)])
    if release.commit is None and release.tag and history.available:
        release = release.model_copy(update={"commit": history.resolve(release.tag)})
    known = dated(project, history)
    release = release.model_copy(update={"date": next(r.date for r in known.releases if r.version == release.version)})
    baseline = project.release(release.baseline) if release.baseline else None
    releases = [item for item in (baseline, release) if item is not None]
    gathered = gather(project, opened.root, history, releases=releases)
    bars = bars_of(history, project.controls_file, project.controls, baseline) if history.available else {}
    question = Question(
        project=known,
        catalogs=opened.library.catalogs,
        catalog_digests=opened.library.digests,
        evidence=gathered.evidence,
        release=release,
        as_of=as_of,
        govkit=__version__,
        bars=on_this_line(history, bars, gathered.evidence),
        policy_set=policy_set(history, MAIN, baseline),
        asked_before=asked_before(history, MAIN, baseline, opened.library.controls()) if baseline else None,
        previous=stored(opened, release.baseline, as_of) if release.baseline else None,
        problems=(*gathered.problems, *missing_releases(history, project), *history.problems),
    )
    try:
        assessment = assess(question)
    except MissingLibrary as error:
        raise SurroundingsError(str(error), fix="pip install 'govkit[stats]'") from error
    return Judged(assessment, project, opened.library, opened, gathered)


def dated(project: Project, history: History) -> Project:
    """The project with the dates of its releases, as git tells them where releases.yaml does not."""
    commits = {r.version: history.release_commit(r) for r in project.releases if r.date is None}
    known = {commit.id: commit.committed for commit in history.named({c for c in commits.values() if c})}
    dates = {version: known.get(commit or "") for version, commit in commits.items()}
    releases = tuple(r.model_copy(update={"date": dates.get(r.version, r.date)}) for r in project.releases)
    return project.model_copy(update={"releases": releases})


def stored(opened: Opened, version: str, as_of: datetime) -> Assessment | None:
    """The newest assessment of a release kept on disk that is not from after the instant; damaged ones are an error."""
    folder = inside(opened.root, opened.project.assessments_folder) / _folder_name(version)
    newest: Assessment | None = None
    for path in sorted(folder.glob("*.json")):
        shown = path.relative_to(opened.root).as_posix()
        try:
            found = Assessment.model_validate_json(read_bytes(path, shown=shown))
        except ValidationError as error:
            what = "this kept assessment cannot be read; it may have been edited or be of another version"
            raise InputError(
                [Problem(Place(shown), "bad-record", what, "restore it from git, or remove it")]
            ) from error
        if found.release == version and found.as_of <= as_of and (newest is None or found.as_of >= newest.as_of):
            newest = found
    return newest


def keep(opened: Opened, assessment: Assessment) -> Path:
    """Write the assessment below records/assessments and return where; one that is there already stays as it is."""
    name = f"{assessment.as_of:%Y-%m-%dT%H%M%SZ}-{assessment.inputs_digest[:12]}.json"
    folder = inside(opened.root, opened.project.assessments_folder) / _folder_name(assessment.release)
    path = folder / name
    if not path.exists():
        write_atomic(path, assessment_bytes(assessment))
    return path


def assessment_bytes(assessment: Assessment) -> bytes:
    """The assessment as its JSON file: same assessment, same bytes."""
    return readable_json(json.loads(assessment.model_dump_json(exclude_none=True)))


def _folder_name(version: str) -> str:
    """A version as a folder name: letters, digits, dot, hyphen; anything else becomes a hyphen."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in ".-_") else "-" for c in version)
    return kept.lstrip(".") or "release"
