"""What this machine has read and found to agree with its record: `govkit collect` need not read the same bytes again.

An agreement says one thing: this very code has read this file (known by its SHA-256), and this record (known by its
own) holds what it read. They lie outside the project, where nobody else may write. Nothing that judges looks at them.
"""

from __future__ import annotations

import hashlib
import os
import platform
import stat
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field, ValidationError

from govkit.errors import InputError
from govkit.files import read_bytes, write_atomic
from govkit.model.base import Record, Sha256

READERS = (
    *("defusedxml", "ijson", "jiter", "orjson", "pydantic", "pydantic-core", "ruamel.yaml", "ruamel.yaml.clib"),
    *("stringzilla", "zstandard"),
)
"""Packages of others that take part in reading: another version may read otherwise."""

MAX_BYTES = 64 * 1024 * 1024
"""Largest file of agreements read. Source: govkit judgement; those of 10,000 files take 3 MB."""


class Asked(NamedTuple):
    """All but the bytes of files that decides how one is read."""

    path: str
    format: str | None
    mapping: str | None


class Agreed(NamedTuple):
    """The bytes that were read, and what came of it."""

    sha256: Sha256
    mapping_sha256: Sha256 | None
    record_sha256: Sha256
    format: str
    values: int


class _File(Record):
    """What is kept on disk."""

    schema_: Literal["govkit.agreements/1"] = Field(default="govkit.agreements/1", alias="schema")
    code: Sha256
    agreed: tuple[tuple[Asked, Agreed], ...]


class Agreements:
    """Those of one project, made by one state of the code; without a safe place to keep them there are none."""

    def __init__(self, folder: Path | None, root: Path, *, plugins: bool = False) -> None:
        """`folder` is where this user's programs keep what can be made again; `plugins` read in ways not known here."""
        root = root.resolve()
        self.path: Path | None = None
        if folder is None or plugins or folder.resolve().is_relative_to(root):
            return  # what lies in a project came with it, and may be anyone's word
        name = hashlib.sha256(os.fsencode(root)).hexdigest()[:32]
        self.path = folder.resolve() / "govkit" / "agreements" / f"{name}.json"
        self.code = code_digest()

    def load(self) -> dict[Asked, Agreed]:
        """What agreed before; nothing when others may write there, the code is another, or the file is damaged."""
        if self.path is None or not (_only_ours(self.path) and _only_ours(self.path.parent)):
            return {}
        try:
            found = _File.model_validate_json(read_bytes(self.path, limit=MAX_BYTES))
        except (InputError, ValidationError):
            return {}
        return dict(found.agreed) if found.code == self.code else {}

    def keep(self, agreed: Mapping[Asked, Agreed]) -> bool:
        """Keeps these and no others; False when that cannot be done, which costs time and nothing else."""
        if self.path is None:
            return False
        found = _File(code=self.code, agreed=tuple(sorted(agreed.items(), key=lambda pair: repr(pair[0]))))
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomic(self.path, found.model_dump_json().encode())
        except OSError:
            return False
        return True


def code_digest() -> str:
    """SHA-256 over everything that decides how bytes are read: govkit's modules, Python, the packages that read."""
    hasher = hashlib.sha256()
    package = Path(__file__).resolve().parent
    for path in sorted(package.rglob("*.py")):
        content = path.read_bytes()
        hasher.update(f"{path.relative_to(package).as_posix()}\0{len(content)}\0".encode() + content)
    for name in READERS:
        hasher.update(f"{name}\0{_version(name)}\0".encode())
    hasher.update(f"{platform.python_implementation()} {platform.python_version()} {platform.platform()}".encode())
    return hasher.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _only_ours(path: Path) -> bool:
    """Whether it belongs to this user and no one else may write to it; where files have no such marks, True."""
    try:
        status = path.lstat()
    except OSError:
        return False
    if not hasattr(os, "geteuid"):
        return True
    writable = stat.S_IMODE(status.st_mode) & (stat.S_IWGRP | stat.S_IWOTH)
    return not stat.S_ISLNK(status.st_mode) and status.st_uid == os.geteuid() and not writable
