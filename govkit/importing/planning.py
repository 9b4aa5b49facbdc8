"""An import as files: their names and bytes, read back before any of them is written."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from govkit.catalogs.loading import Folder, Library, add_own, add_user_profile
from govkit.catalogs.overlays import read_overlay
from govkit.catalogs.writing import dump
from govkit.errors import InputError, Place, Problem
from govkit.files import inside
from govkit.importing.asked import option
from govkit.importing.cleaning import slug
from govkit.importing.source_page import overlay_comment, source_page
from govkit.model.imported import Imported
from govkit.model.overlay import Overlay

CATALOGS, PROFILES, TEXTS = "catalogs", "profiles", "texts"
"""Folders of a project, unless `--into` names one."""

MADE = "Made by `govkit import`"
MARK = f"# {MADE}".encode()
"""How every record begins that an import wrote."""


class Plan(NamedTuple):
    """What will be written, and what the user adds to govkit.yaml."""

    folder: str
    """Relative to govkit.yaml."""
    files: dict[str, bytes]
    """Path below the folder to content."""
    lines: str
    """For govkit.yaml."""


def plan_records(imported: Imported, into: str | None, library: Library, root: Path) -> Plan:
    """Catalog, mappings or profile in a folder below `root`; raises InputError when they would not load."""
    catalog, profile, mappings = imported.catalog, imported.profile, imported.mappings
    folder = into or f"{PROFILES if profile else CATALOGS}/{slug(imported.head().id)}"
    files = {"catalog.yaml": dump(catalog, _above(imported))} if catalog else {}
    if profile is not None:
        files["profile.yaml"] = dump(profile, _above(imported))
    for mapping in mappings:
        files[f"mappings/{slug(mapping.id)}.yaml"] = dump(mapping, _above(imported))
    if sum(name.startswith("mappings/") for name in files) < len(mappings):
        ids = ", ".join(mapping.id for mapping in mappings)
        what = f"several mappings would have the same file name: {ids}"
        raise InputError([Problem(Place(folder), "duplicate-id", what, "give another id with `--as`")])
    before = _without(library, imported, _there(root, folder, files))
    _refuse_taken(imported, before)
    _refuse_left(root, folder, files)
    _proven(files, folder, before)
    files["SOURCE.md"] = source_page(imported).encode()
    if catalog is not None:
        lines = f"frameworks:\n  - {{id: {catalog.id}, path: {folder}}}\n"
    elif profile is not None:
        lines = f"profile: {{id: {profile.id}, path: {folder}/profile.yaml}}\n"
    else:
        lines = f"crosswalks:\n  - {folder}\n"
    return Plan(folder, files, lines)


def plan_texts(imported: Imported, overlay: Overlay, into: str | None, library: Library) -> Plan:
    """An overlay in a folder; raises InputError when it would not load."""
    folder, name = into or TEXTS, f"{overlay.catalog}.yaml"
    content = dump(overlay, overlay_comment(imported))
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / name
        path.write_bytes(content)
        read_overlay(path, f"{folder}/{name}", overlay.catalog, library)
    lines = f"frameworks:\n  - {{id: {overlay.catalog}, overlay: {folder}/{name}}}\n"
    return Plan(folder, {name: content}, lines)


def _above(imported: Imported) -> str:
    return f"{MADE} from {imported.file.name} ({imported.format})."


def _there(root: Path, folder: str, files: Iterable[str]) -> set[str]:
    """SHA-256 of what these files hold now."""
    paths = (inside(root, f"{folder}/{name}") for name in files)
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in paths if path.is_file()}


def _without(library: Library, imported: Imported, replaced: set[str]) -> Library:
    """The library without what was read from files that would be written over, and mappings that rest on it."""
    records = (imported.catalog, imported.profile, *imported.mappings)
    gone = {record.id for record in records if record and library.digests.get(record.id) in replaced}
    kept = {
        name: mapping
        for name, mapping in library.mappings.items()
        if name not in gone and not gone & {mapping.source, mapping.target}
    }
    catalogs = {name: found for name, found in library.catalogs.items() if name not in gone}
    profiles = {name: found for name, found in library.profiles.items() if name not in gone}
    return replace(library, catalogs=catalogs, mappings=kept, profiles=profiles)


def _refuse_taken(imported: Imported, library: Library) -> None:
    """Raises InputError when something else has an id of the import."""
    problems = []
    if imported.catalog is not None and (name := imported.catalog.id) in library.catalogs:
        fix = f"give another id with `--as`, or take only the words: `--texts-for {name}` lays them over that catalog"
        problems.append(Problem(option("as"), "duplicate-id", f"there is a catalog {name!r} already", fix))
    taken = [("mapping", mapping.id) for mapping in imported.mappings if mapping.id in library.mappings]
    if imported.profile is not None and imported.profile.id in library.profiles:
        taken.append(("profile", imported.profile.id))
    for sort, name in taken:
        what = f"there is a {sort} {name!r} already"
        problems.append(Problem(option("as"), "duplicate-id", what, "give another id with `--as`"))
    if problems:
        raise InputError(problems)


def _refuse_left(root: Path, folder: str, files: dict[str, bytes]) -> None:
    """Raises InputError when the folder would keep what an earlier import made and this one does not."""
    problems = []
    place = inside(root, folder)
    for path in sorted((*place.glob("*.yaml"), *place.glob("mappings/*.yaml"))):
        name = path.relative_to(place).as_posix()
        if name not in files and path.is_file() and path.open("rb").read(len(MARK)) == MARK:
            what = "was made by an earlier import, and is no part of this one; nothing was written"
            problems.append(Problem(Place(f"{folder}/{name}"), "file-exists", what, "delete it, then import again"))
    if problems:
        raise InputError(problems)


def _proven(files: dict[str, bytes], folder: str, library: Library) -> None:
    """Loads what would be written, as a project would; raises InputError with every Problem."""
    try:
        _load(files, folder, library)
    except InputError as error:
        unwritten = "as it would be written; nothing was"
        raise InputError(
            Problem(found.where, found.ident, f"{found.what} ({unwritten})", found.fix) for found in error.problems
        ) from error


def _load(files: dict[str, bytes], folder: str, library: Library) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        for name, content in files.items():
            path = Path(scratch) / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        place = Folder(Path(scratch), folder)
        if "catalog.yaml" in files:
            add_own(library, [place])
        elif "profile.yaml" in files:
            add_user_profile(library, place.path / "profile.yaml", f"{folder}/profile.yaml")
        else:
            add_own(library, [], [place])
