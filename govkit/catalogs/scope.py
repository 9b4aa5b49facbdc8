"""The catalogs a project uses: shipped, installed or its own, with its crosswalks and overlays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from govkit.catalogs.loading import Folder, Library, add_own
from govkit.catalogs.overlays import read_overlay
from govkit.errors import InputError, Problem
from govkit.files import inside
from govkit.model.project import FrameworkUse
from govkit.validation import duplicates, records, unknown
from govkit.yaml_lines import Document
from govkit.yaml_lines import Path as Spot


class Scope(NamedTuple):
    """Catalogs in scope, and everything they are looked up in."""

    uses: tuple[FrameworkUse, ...]
    library: Library


def in_scope(
    document: Document, listed: Any, crosswalks: Sequence[str], root: Path, library: Library, problems: list[Problem]
) -> Scope:
    """What `frameworks:` and `crosswalks:` of a govkit.yaml name; what is wrong is added to the Problems."""
    entries = listed if isinstance(listed, list) else [] if listed is None else [None]
    entries = [{"id": item} if isinstance(item, str) else item for item in entries]
    found = records(FrameworkUse, document, ("frameworks",), entries, problems)
    before = len(problems)
    library = _with_own(library, found, crosswalks, root, problems)
    broken = len(problems) > before
    library = _with_installed(library, [use.id for use, _ in found if use.path is None])
    for use, spot in found:
        if use.id in library.catalogs:
            library = _with_overlay(library, use, root, problems)
        elif use.path is None or not broken:
            listing = f"catalogs here: {', '.join(sorted(library.catalogs))}"
            problems.append(unknown(use.id, library.catalogs, document.place(spot), "catalog", listing))
    problems += duplicates(((use.id, document.place(spot)) for use, spot in found), "catalog")
    return Scope(tuple(use for use, _ in found), library)


def _with_own(
    library: Library,
    found: Sequence[tuple[FrameworkUse, Spot]],
    crosswalks: Sequence[str],
    root: Path,
    problems: list[Problem],
) -> Library:
    """All at once, so that a crosswalk may stand before the catalogs it is about."""
    folders: list[list[Folder]] = [[], []]
    for kind, named in enumerate(([use.path for use, _ in found if use.path is not None], crosswalks)):
        for path in named:
            try:
                folders[kind].append(Folder(inside(root, path), path))
            except InputError as error:
                problems.extend(error.problems)
    if not any(folders):
        return library
    try:
        return add_own(library, *folders)
    except InputError as error:
        problems.extend(error.problems)
        return library


def _with_installed(library: Library, wanted: Sequence[str]) -> Library:
    if all(name in library.catalogs for name in wanted):
        return library
    from govkit.catalogs.installed import with_installed

    return with_installed(library)


def _with_overlay(library: Library, use: FrameworkUse, root: Path, problems: list[Problem]) -> Library:
    if use.overlay is None:
        return library
    try:
        return library.with_texts(read_overlay(inside(root, use.overlay), use.overlay, use.id, library))
    except InputError as error:
        problems.extend(error.problems)
        return library
