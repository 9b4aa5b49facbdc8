"""Bindings → Evidence: find the files, hash them, read them, and isolate what fails. Nothing is lost on the way."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from glob import escape
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from govkit.bindings import apply_binding, expected
from govkit.collectors import registry
from govkit.errors import CollectorError, InputError, Place, Problem
from govkit.files import Digest, digest_of, folder_members, inside, load_json, readable_json, write_atomic
from govkit.history.evidence import release_reading
from govkit.history.repository import FileCommit, History
from govkit.model.evidence import Evidence, EvidenceRecord, Reading
from govkit.model.project import Binding, Project, Release
from govkit.taken_away import not_there, taken_away

_MAGIC = "*?["

SHARED_FROM = 200
"""Files from which on several processes share the reading. Source: measured; starting them takes about 0.1 s."""


class Found(NamedTuple):
    """A file a binding points at, and the release it is bound to."""

    path: str
    release: str | None
    binding: Binding


class Gathered(NamedTuple):
    """All evidence of a project, what went wrong, and how many records are new."""

    evidence: tuple[Evidence, ...]
    problems: tuple[Problem, ...]
    written: int


class Outcome(NamedTuple):
    """What came of one file."""

    evidence: Evidence
    problems: tuple[Problem, ...]
    written: bool
    """Whether a record was made for it."""


class Kept(NamedTuple):
    """What came of looking for the record of a file."""

    current: bool
    problems: tuple[Problem, ...] = ()


class Reader(NamedTuple):
    """How files are read: holds no state, so that several processes can share the work."""

    root: Path
    folder: str
    """Where records lie, relative to the root."""
    collected: datetime | None
    """The present instant when records are to be written; None writes nothing."""
    compared: bool = True
    """Whether records are held against what the files say."""

    def one(self, item: Found, commit: FileCommit | None) -> Outcome:
        """One file as evidence; a file that cannot be read carries its Problem."""
        try:
            digest = digest_of(inside(self.root, item.path), shown=item.path)
        except InputError as error:
            return self._unreadable(item, Digest("0" * 64, 0), commit, error.problems[0])
        try:
            reading, problems, written = self._reading(item, digest, commit)
        except CollectorError as error:
            return self._unreadable(item, digest, commit, error.problem(item.path))
        except InputError as error:
            return self._unreadable(item, digest, commit, error.problems[0])
        binding = item.binding
        bound = apply_binding(binding, reading)
        model = bound.model.sha256 if bound.model else None
        evidence = Evidence(
            path=item.path,
            sha256=digest.sha256,
            size=digest.size,
            release=item.release,
            artefact_sha256=model,
            reading=bound,
            **_provenance(commit),
        )
        return Outcome(evidence, problems, written)

    def _unreadable(self, item: Found, digest: Digest, commit: FileCommit | None, problem: Problem) -> Outcome:
        evidence = Evidence(
            path=item.path,
            sha256=digest.sha256,
            size=digest.size,
            release=item.release,
            problem=problem,
            expected=expected(item.binding),
            **_provenance(commit),
        )
        return Outcome(evidence, (problem,), written=False)

    def _reading(
        self, item: Found, digest: Digest, commit: FileCommit | None
    ) -> tuple[Reading, tuple[Problem, ...], bool]:
        """What the file says, always read anew: a record is a memory, and never speaks in the file's place."""
        mapping = inside(self.root, item.binding.mapping) if item.binding.mapping else None
        mapping_sha256 = digest_of(mapping, shown=item.binding.mapping).sha256 if mapping else None
        path = inside(self.root, item.path)
        reading = registry.read(
            path, item.path, format=item.binding.format, mapping=mapping, mapping_shown=item.binding.mapping
        )
        if not self.compared:
            return reading, (), False
        record_path = self.root / self.folder / record_name(item, digest.sha256, mapping_sha256)
        kept = self._kept(record_path, digest.sha256, reading)
        if kept.current or kept.problems or self.collected is None:
            return reading, kept.problems, False
        evidence = Evidence(
            path=item.path, sha256=digest.sha256, size=digest.size, reading=reading, **_provenance(commit)
        )
        record = EvidenceRecord(collected=self.collected, mapping_sha256=mapping_sha256, evidence=evidence)
        write_atomic(
            record_path, readable_json(record.model_dump(mode="json", exclude_defaults=True) | _schema(record))
        )
        return reading, kept.problems, True

    def _kept(self, path: Path, sha256: str, reading: Reading) -> Kept:
        """Whether there is a record by today's collector, and what is wrong with it."""
        if not path.exists():
            return Kept(current=False)
        shown = path.relative_to(self.root).as_posix()
        try:
            record = EvidenceRecord.model_validate(load_json(path, shown=shown))
        except (InputError, ValidationError):
            record = None
        if record is None or record.evidence.sha256 != sha256 or record.evidence.reading is None:
            what = "this evidence record is damaged or does not belong to the file it names"
        elif record.evidence.reading.collector_version != reading.collector_version:
            return Kept(current=False)
        elif record.evidence.reading != reading:
            what = f"this evidence record does not say what {record.evidence.path} says; the file counts"
        else:
            return Kept(current=True)
        fix = "restore it from git, or delete it and run `govkit collect`"
        return Kept(current=False, problems=(Problem(Place(shown), "bad-record", what, fix),))


class Gatherer:
    """Reads the evidence of one project; with `collected`, writes a record for every file not seen before."""

    def __init__(
        self,
        project: Project,
        root: Path,
        history: History,
        *,
        collected: datetime | None = None,
        compared: bool = True,
    ) -> None:
        self.project, self.root, self.history = project, root, history
        self.reader = Reader(root, project.evidence_folder, collected, compared)
        self.problems: list[Problem] = []
        self.written = 0

    def files(self) -> list[Found]:
        """Every bound file, each (file, release) once; a binding that finds nothing is a Problem."""
        found: dict[tuple[str, str | None], Found] = {}
        for index, binding in enumerate(self.project.bindings):
            matches = list(self._matches(binding))
            if not matches:
                what = f"no file matches {binding.path!r}"
                fix = "check the path, or remove the binding; what it should prove is reported as missing"
                self.problems.append(
                    Problem(Place("govkit.yaml", pointer=f"/evidence/{index}"), "missing-file", what, fix)
                )
            for path, release in matches:
                first = found.setdefault((path, release), Found(path, release, binding))
                self._twice(first, binding, index)
        return sorted(found.values(), key=lambda item: (item.path, item.release or ""))

    def _twice(self, first: Found, binding: Binding, index: int) -> None:
        """A Problem when a file is bound for one release in two ways: only one of them can be judged."""
        if first.binding is binding or _manner(first.binding) == _manner(binding):
            return
        about = f"release {first.release}" if first.release else "the whole organisation"
        what = f"{first.path} is bound for {about} by {first.binding.path!r} already, in another way, which counts"
        fix = "let only one of the two match it: name the files, or take one entry out"
        place = Place("govkit.yaml", pointer=f"/evidence/{index}")
        self.problems.append(Problem(place, "bound-twice", what, fix))

    def _matches(self, binding: Binding) -> Iterator[tuple[str, str | None]]:
        if "{release}" in binding.path:
            for release in self.project.releases:
                for path in self._expand(binding.path.replace("{release}", escape(release.version))):
                    yield path, release.version
        else:
            for path in self._expand(binding.path):
                yield path, binding.release

    def _expand(self, pattern: str) -> list[str]:
        """Files that match; a folder when it is named itself, or when the pattern ends in a slash."""
        folders = pattern.endswith("/")
        bare = pattern.rstrip("/")
        if not any(character in bare for character in _MAGIC):
            return [bare] if (self.root / bare).exists() else []
        matched = (path for path in self.root.glob(bare) if (path.is_dir() if folders else path.is_file()))
        return sorted(path.relative_to(self.root).as_posix() for path in matched)

    def each(self, files: Sequence[Found], commits: dict[str, FileCommit]) -> Iterator[Evidence]:
        """The Evidence of every file in their order, read or with the Problem that prevents it.

        Many files are read by as many processes as there are cores.
        """
        pairs = [(item, self._commit(item.path, commits)) for item in files]
        for outcome in _outcomes(self.reader, pairs):
            self.problems += outcome.problems
            self.written += outcome.written
            yield outcome.evidence

    def one(self, item: Found, commit: FileCommit | None) -> Evidence:
        """One file as evidence."""
        outcome = self.reader.one(item, commit)
        self.problems += outcome.problems
        self.written += outcome.written
        return outcome.evidence

    def paths(self, files: Iterable[Found]) -> list[str]:
        """The files to ask git about: of a folder, everything in it."""
        found: list[str] = []
        for item in files:
            folder = self.root / item.path
            if folder.is_dir():
                found += [f"{item.path}/{name}" for name in folder_members(folder, shown=item.path)]
            else:
                found.append(item.path)
        return found

    def _commit(self, path: str, commits: dict[str, FileCommit]) -> FileCommit | None:
        """Of a folder the newest commit of its files; None when one of them is not committed as it is."""
        folder = self.root / path
        if not folder.is_dir():
            return commits.get(path)
        found = [commits.get(f"{path}/{name}") for name in folder_members(folder, shown=path)]
        known = [commit for commit in found if commit is not None and not commit.dirty and commit.committed]
        if not found or len(known) < len(found):
            return None
        newest = max(
            known, key=lambda commit: (commit.committed.isoformat() if commit.committed else "", commit.commit or "")
        )
        return newest._replace(others=max(commit.others for commit in known))

    def history_evidence(self, releases: Sequence[Release]) -> list[Evidence]:
        """What git says about each release, as evidence like any other."""
        found = []
        for release in releases:
            base = self.project.release(release.baseline) if release.baseline else None
            made = release_reading(self.history, release, base, self.project.governed_paths)
            if made is None:
                continue
            reading, sha256, size = made
            commit = release.commit or (self.history.resolve(release.tag) if release.tag else None)
            found.append(
                Evidence(
                    path=f"git:{commit or release.version}",
                    sha256=sha256,
                    size=size,
                    commit=commit,
                    committed=reading.at,
                    release=release.version,
                    reading=reading,
                )
            )
        return found


def _outcomes(reader: Reader, pairs: Sequence[tuple[Found, FileCommit | None]]) -> Iterator[Outcome]:
    processes = os.cpu_count() or 1
    if len(pairs) < SHARED_FROM or processes < 2:
        for item, commit in pairs:
            yield reader.one(item, commit)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(max_workers=processes) as pool:
        yield from pool.map(_shared, ((reader, item, commit) for item, commit in pairs), chunksize=32)


def _shared(work: tuple[Reader, Found, FileCommit | None]) -> Outcome:
    reader, item, commit = work
    return reader.one(item, commit)


def gather(
    project: Project,
    root: Path,
    history: History,
    *,
    releases: Sequence[Release] | None = None,
    collected: datetime | None = None,
) -> Gathered:
    """All evidence of the project, read from the files themselves.

    With `collected` (the present instant) new files are recorded on disk, and records are held against their files.
    """
    gatherer = Gatherer(project, root, history, collected=collected, compared=collected is not None)
    files = gatherer.files()
    paths = [*gatherer.paths(files), *(item.path for item in project.files)]
    commits = history.file_commits(paths) if history.available else {}
    dirty = history.dirty_problem(commits) if history.available else None
    gatherer.problems += [dirty] if dirty else []
    gatherer.problems += not_there(project, root)
    gatherer.problems += taken_away(project, root, history, project.releases if releases is None else releases)
    evidence = list(gatherer.each(files, commits))
    evidence += gatherer.history_evidence(project.releases if releases is None else releases)
    return Gathered(tuple(evidence), tuple(dict.fromkeys(gatherer.problems)), gatherer.written)


def record_name(item: Found, sha256: str, mapping_sha256: str | None) -> str:
    """Name of the record of a file: its digest, and a short digest of all else that decides how it is read."""
    how = "\0".join((item.path, item.binding.format or "", mapping_sha256 or ""))
    return f"{sha256[:16]}-{hashlib.sha256(how.encode()).hexdigest()[:8]}.json"


def _manner(binding: Binding) -> Binding:
    """How a binding reads its files, whichever they are."""
    return binding.model_copy(update={"path": "-", "release": None})


def _schema(record: EvidenceRecord) -> dict[str, str]:
    return {"schema": record.schema_}


def _provenance(commit: FileCommit | None) -> dict[str, object]:
    """Commit facts of a file; one that changed since its commit has none but how often it was replaced."""
    if commit is None:
        return {}
    if commit.dirty:
        return {"replaced": commit.others}
    author = {"author": commit.author, "replaced": commit.others}
    return {"commit": commit.commit, "committed": commit.committed, **author}
