"""Bindings → Evidence: find the files, hash them, read them, and isolate what fails. Nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from glob import escape
from pathlib import Path
from typing import Any, NamedTuple

from govkit.agreements import Agreed, Asked
from govkit.bindings import apply_binding, expected
from govkit.collectors import registry
from govkit.collectors.source import Source, opened
from govkit.errors import CollectorError, InputError, Place, Problem
from govkit.files import Digest, digest_of, folder_members, inside
from govkit.history.evidence import release_reading
from govkit.history.repository import FileCommit, History
from govkit.model.base import seen
from govkit.model.evidence import Evidence, Reading
from govkit.model.project import Binding, Project, Release
from govkit.processes import SHARED_FROM, shared
from govkit.recording import Read, Recorder, provenance
from govkit.taken_away import not_there, taken_away

_MAGIC = "*?["


MUCH = 32 * 1024 * 1024
"""Bytes from which on reading again is worth avoiding. Source: measured; looking up what agreed takes 0.1 s."""


class Found(NamedTuple):
    """A file a binding points at, and the release it is bound to."""

    path: str
    release: str | None
    binding: Binding


class Gathered(NamedTuple):
    """All evidence of a project, and what went wrong."""

    evidence: tuple[Evidence, ...]
    problems: tuple[Problem, ...]


class Outcome(NamedTuple):
    """What came of one file."""

    evidence: Evidence
    problems: tuple[Problem, ...]


class Collected(NamedTuple):
    """What came of one file, in few words: ten thousand of them go from one process to another in no time."""

    path: str
    release: str | None
    sha256: str
    commit: str | None
    format: str | None
    """None when the file could not be read."""
    values: int
    problems: tuple[Problem, ...] = ()
    written: bool = False
    """Whether a record was made for it."""
    agreed: Agreed | None = None
    """What need not be read again as long as file and record stay as they are."""


class Work(NamedTuple):
    """A file to read, with what is known of it."""

    item: Found
    commit: FileCommit | None
    agreed: Agreed | None = None


class Reader(NamedTuple):
    """How files are read: holds no state, so that several processes can share the work."""

    root: Path
    recorder: Recorder

    def evidence(self, work: Work) -> Outcome:
        """One file as evidence; a file that cannot be read carries its Problem. No record is looked at."""
        item = work.item
        digest, problem = UNREAD, None
        try:
            source = self._opened(item)
            digest = source.digest()
            mapping, _ = self._mapping(item)
            bound = apply_binding(item.binding, _read(source, item, mapping))
        except (CollectorError, InputError) as error:
            problem = _problem(error, item)
            told: dict[str, Any] = {"problem": problem, "expected": expected(item.binding)}
        else:
            told = {"reading": bound, "artefact_sha256": bound.model.sha256 if bound.model else None}
        evidence = Evidence(
            path=seen(item.path),
            sha256=digest.sha256,
            size=digest.size,
            release=item.release,
            **told,
            **provenance(work.commit),
        )
        return Outcome(evidence, (problem,) if problem else ())

    def collected(self, work: Work) -> Collected:
        """One file read and held against its record, unless the very same bytes of both agreed before."""
        item, agreed, asked = work.item, work.agreed, asked_of(work.item)
        known = Collected(seen(item.path), item.release, UNREAD.sha256, provenance(work.commit).get("commit"), None, 0)
        try:
            source = self._opened(item)
            digest = source.digest()
            known = known._replace(sha256=digest.sha256)
            mapping, mapping_sha256 = self._mapping(item)
            same = agreed is not None and (agreed.sha256, agreed.mapping_sha256) == (digest.sha256, mapping_sha256)
            if same and agreed is not None and self.recorder.still_there(asked, agreed):
                return known._replace(format=agreed.format, values=agreed.values, agreed=agreed)
            reading = _read(source, item, mapping)
            read = Read(asked, digest.sha256, digest.size, mapping_sha256, reading)
            recorded = self.recorder.record(read, work.commit)
        except (CollectorError, InputError) as error:
            return known._replace(problems=(_problem(error, item),))
        values = len(reading.measurements)
        if recorded.sha256 is not None:
            agreed = Agreed(digest.sha256, mapping_sha256, recorded.sha256, reading.format, values)
        return known._replace(
            format=reading.format,
            values=values,
            problems=recorded.problems,
            written=recorded.written,
            agreed=agreed if recorded.sha256 is not None else None,
        )

    def _opened(self, item: Found) -> Source:
        """The file, open; raises InputError, also for a name that looks like another."""
        shown = seen(item.path)
        if shown != item.path:
            what = "the name of this file holds characters that nobody can see, or that are no text"
            fix = "give the file a name of visible characters"
            raise InputError([Problem(Place(shown), "bad-path", what, fix)])
        return opened(inside(self.root, item.path), item.path)

    def _mapping(self, item: Found) -> tuple[Path | None, str | None]:
        """The mapping a file is read with, and its digest."""
        at = item.binding.mapping
        mapping = inside(self.root, at) if at else None
        return mapping, digest_of(mapping, shown=at).sha256 if mapping else None


def _read(source: Source, item: Found, mapping: Path | None) -> Reading:
    """What the file says, always read anew: a record is a memory, and never speaks in the file's place."""
    return registry.read_source(source, format=item.binding.format, mapping=mapping, mapping_shown=item.binding.mapping)


def asked_of(item: Found) -> Asked:
    """How the binding asks for the file to be read."""
    return Asked(item.path, item.binding.format, item.binding.mapping)


UNREAD = Digest("0" * 64, 0)
"""Of a file that could not be opened."""


def _problem(error: CollectorError | InputError, item: Found) -> Problem:
    return error.problem(item.path) if isinstance(error, CollectorError) else error.problems[0]


class Gatherer:
    """Reads the evidence of one project; with `collected`, `collect` writes a record for every file not seen before."""

    def __init__(self, project: Project, root: Path, history: History, *, collected: datetime | None = None) -> None:
        self.project, self.root, self.history = project, root, history
        self.reader = Reader(root, Recorder(root, project.evidence_folder, collected))
        self.problems: list[Problem] = []

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
        for outcome in shared(self.reader.evidence, self._work(files, commits, {})):
            self.problems += outcome.problems
            yield outcome.evidence

    def collect(
        self, files: Sequence[Found], commits: dict[str, FileCommit], agreed: Mapping[Asked, Agreed]
    ) -> Iterator[Collected]:
        """What came of every file in their order, each held against its record; shared as `each` is."""
        for one in shared(self.reader.collected, self._work(files, commits, agreed)):
            self.problems += one.problems
            yield one

    def is_much(self, files: Sequence[Found]) -> bool:
        """Whether reading takes so long that what agreed before is worth remembering."""
        return len(files) >= SHARED_FROM or sum(_size(self.root / item.path) for item in files) >= MUCH

    def _work(
        self, files: Sequence[Found], commits: dict[str, FileCommit], agreed: Mapping[Asked, Agreed]
    ) -> list[Work]:
        return [
            Work(item, self._commit(item.path, commits) if commits else None, agreed.get(asked_of(item)))
            for item in files
        ]

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
        first = max(commit.first or commit.committed for commit in known if commit.committed)
        return newest._replace(
            others=max(commit.others for commit in known), first=first if first != newest.committed else None
        )

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


def gather(project: Project, root: Path, history: History, *, releases: Sequence[Release] | None = None) -> Gathered:
    """All evidence of the project, read from the files themselves."""
    gatherer = Gatherer(project, root, history)
    files = gatherer.files()
    paths = [*gatherer.paths(files), *(item.path for item in project.files)]
    commits = history.file_commits(paths) if history.available else {}
    dirty = history.dirty_problem(commits) if history.available else None
    gatherer.problems += [dirty] if dirty else []
    gatherer.problems += not_there(project, root)
    about = project.releases if releases is None else releases
    gatherer.problems += taken_away(project, root, history, about, {item.path for item in files})
    evidence = list(gatherer.each(files, commits))
    evidence += gatherer.history_evidence(about)
    return Gathered(tuple(evidence), tuple(dict.fromkeys(gatherer.problems)))


def _size(path: Path) -> int:
    """Bytes of a file; of a folder as many as make it worth remembering; 0 of what is gone."""
    try:
        return MUCH if path.is_dir() else path.stat().st_size
    except OSError:
        return 0


def _manner(binding: Binding) -> Binding:
    """How a binding reads its files, whichever they are."""
    return binding.model_copy(update={"path": "-", "release": None})
