"""Records of what was read: one for every file and digest, held against what the file says, never believed."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from govkit.agreements import Agreed, Asked
from govkit.errors import InputError, Place, Problem
from govkit.files import parse_json, read_bytes, readable_json, write_atomic
from govkit.history.repository import FileCommit
from govkit.model.evidence import Evidence, EvidenceRecord, Reading


class Read(NamedTuple):
    """A file and what it says, before a binding adds anything."""

    asked: Asked
    sha256: str
    size: int
    mapping_sha256: str | None
    reading: Reading


class Recorded(NamedTuple):
    """What came of holding a reading against its record."""

    written: bool = False
    problems: tuple[Problem, ...] = ()
    sha256: str | None = None
    """Digest of the record that holds what was read; None when there is none."""


class Recorder(NamedTuple):
    """Holds readings against the records of a project: holds no state, so that several processes can share the work."""

    root: Path
    folder: str
    """Where records lie, relative to the root."""
    collected: datetime | None
    """The present instant when missing records are to be written; None writes nothing."""

    def still_there(self, asked: Asked, agreed: Agreed) -> bool:
        """Whether the record is there, byte for byte as it was when it agreed with what was read."""
        path = self.root / self.folder / record_name(asked, agreed.sha256, agreed.mapping_sha256)
        try:
            return hashlib.sha256(read_bytes(path)).hexdigest() == agreed.record_sha256
        except InputError:
            return False

    def record(self, read: Read, commit: FileCommit | None) -> Recorded:
        """Writes a record that is missing or of an earlier collector; one that says something else is a Problem."""
        shown = f"{self.folder}/{record_name(read.asked, read.sha256, read.mapping_sha256)}"
        path = self.root / shown
        if path.exists():
            found = _found(path, shown, read)
            if found is not None:
                return found
        if self.collected is None:
            return Recorded()
        evidence = Evidence(
            path=read.asked.path, sha256=read.sha256, size=read.size, reading=read.reading, **provenance(commit)
        )
        record = EvidenceRecord(collected=self.collected, mapping_sha256=read.mapping_sha256, evidence=evidence)
        written = record.model_dump(mode="json", exclude_defaults=True) | {"schema": record.schema_}
        content = readable_json(written)
        write_atomic(path, content)
        return Recorded(written=True, sha256=hashlib.sha256(content).hexdigest())


def record_name(asked: Asked, sha256: str, mapping_sha256: str | None) -> str:
    """Name of the record of a file: its digest, and a short digest of all else that decides how it is read."""
    how = "\0".join((asked.path, asked.format or "", mapping_sha256 or ""))
    return f"{sha256[:16]}-{hashlib.sha256(how.encode()).hexdigest()[:8]}.json"


def provenance(commit: FileCommit | None) -> dict[str, Any]:
    """Commit facts of a file; one that changed since its commit has none but how often it was replaced."""
    if commit is None:
        return {}
    if commit.dirty:
        return {"replaced": commit.others}
    author = {"author": commit.author, "replaced": commit.others}
    return {"commit": commit.commit, "committed": commit.committed, "first_committed": commit.first, **author}


def _found(path: Path, shown: str, read: Read) -> Recorded | None:
    """What is to be said of a record that is there; None when it is of another version of the collector."""
    try:
        content = read_bytes(path, shown=shown)
        agrees, document = Recorded(sha256=hashlib.sha256(content).hexdigest()), parse_json(content)
        if _is_what_would_be_written(document, read):
            return agrees
        record = EvidenceRecord.model_validate(document)
    except (InputError, ValidationError, ValueError):
        record = None
    if record is None or record.evidence.sha256 != read.sha256 or record.evidence.reading is None:
        what = "this evidence record is damaged or does not belong to the file it names"
    elif record.evidence.reading.collector_version != read.reading.collector_version:
        return None
    elif record.evidence.reading != read.reading:
        what = f"this evidence record does not say what {record.evidence.path} says; the file counts"
    else:
        return agrees
    fix = "restore it from git, or delete it and run `govkit collect`"
    return Recorded(problems=(Problem(Place(shown), "bad-record", what, fix),))


def _is_what_would_be_written(document: Any, read: Read) -> bool:
    """Whether a record holds, word for word, what would be written of this reading.

    Many times sooner than building the record again, which is left for those that differ. Raises ValidationError.
    """
    if not isinstance(document, dict) or not isinstance(document.get("evidence"), dict):
        return False
    evidence = dict(document["evidence"])
    if evidence.pop("reading", None) != read.reading.model_dump(mode="json", exclude_defaults=True):
        return False
    return EvidenceRecord.model_validate({**document, "evidence": evidence}).evidence.sha256 == read.sha256
