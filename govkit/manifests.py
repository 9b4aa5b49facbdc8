"""Manifests of releases: which bytes are evidence for a release, as `sha256sum` lists them."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from govkit.errors import InputError, Place, Problem
from govkit.files import inside, read_bytes
from govkit.model.project import Listed, Release, SourceFile

_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")
MAX_BYTES = 16_000_000
"""Largest manifest. Source: govkit judgement; a release has some hundred files, with a line of 200 bytes each."""


def with_manifest(
    release: Release, root: Path, place: Place, problems: list[Problem], sources: list[SourceFile]
) -> Release:
    """The release with the files its manifest lists; the manifest is noted among the project's files."""
    if release.manifest is None:
        return release
    try:
        content = read_bytes(inside(root, release.manifest), shown=release.manifest, limit=MAX_BYTES)
    except InputError as error:
        problems += [Problem(place, p.ident, p.what, p.fix) for p in error.problems]
        return release
    source = SourceFile(path=release.manifest, sha256=hashlib.sha256(content).hexdigest())
    if source not in sources:
        sources.append(source)
    listed = tuple(_entries(content, release.manifest, problems))
    return release.model_copy(update={"evidence": (*release.evidence, *listed)})


def _entries(content: bytes, shown: str, problems: list[Problem]) -> Iterator[Listed]:
    folder = PurePosixPath(shown).parent.as_posix()
    for number, line in _lines(content, shown, problems):
        matched = _LINE.fullmatch(line)
        path = posixpath.normpath(posixpath.join(folder, matched[2])) if matched else ""
        try:
            if matched is None or path.startswith(("/", "../")) or path == "..":
                raise ValueError(line)
            yield Listed(path=path, sha256=matched[1])
        except (ValidationError, ValueError):
            what = "this line is no SHA-256 digest with the path of a file of this project"
            fix = "write the manifest again: `sha256sum FILE... > MANIFEST`, in the folder of the manifest"
            problems.append(Problem(Place(shown, number), "bad-manifest", what, fix))


def _lines(content: bytes, shown: str, problems: list[Problem]) -> Iterable[tuple[int, str]]:
    try:
        lines = content.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        problems.append(Problem(Place(shown), "bad-manifest", "the manifest is not UTF-8 text", "write it as UTF-8"))
        return ()
    return ((number, line) for number, line in enumerate(lines, 1) if line and not line.startswith("#"))
