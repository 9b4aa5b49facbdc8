"""The part of `govkit check` that looks into catalogs, mappings and profiles."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import typer

from govkit.catalogs.inspecting import inspect
from govkit.catalogs.installed import with_installed
from govkit.catalogs.loading import (
    Folder,
    Library,
    add_own,
    add_user_mapping,
    add_user_profile,
    folded,
    shipped_library,
)
from govkit.catalogs.searching import catalogs_named, profiles_named
from govkit.cli.invocation import Invocation
from govkit.errors import InputError, Place, Problem
from govkit.export.framework_check import frameworks_document, frameworks_text
from govkit.files import nearest
from govkit.model.framework_check import FrameworkCheck


def check_shipped(invocation: Invocation, *, as_json: bool) -> None:
    """Print what was looked up in everything that comes with govkit."""
    library = shipped_library()
    _told(invocation, [(library, name) for name in library.files], as_json=as_json)


def check_frameworks(invocation: Invocation, words: Sequence[str], *, as_json: bool) -> None:
    """Print what was looked up in catalogs, mappings and profiles, by id or by path; raises InputError."""
    known, refused = _known_here(invocation)
    together = _meant(known, " ".join(words))  # `govkit check iso 42001` means one catalog
    found = [
        _by_path(known, Path(word)) if Path(word).exists() else _by_name(known, word, refused)
        for word in words
        if not together
    ]
    _told(invocation, together or [item for items in found for item in items], as_json=as_json)


def _known_here(invocation: Invocation) -> tuple[Library, InputError | None]:
    """The catalogs of this project, or the shipped ones, and what is wrong with the project."""
    if not (invocation.root / "govkit.yaml").is_file():
        return shipped_library(), None
    from govkit.cli.judging import open_here

    try:
        return open_here(invocation).library, None
    except InputError as error:
        return shipped_library(), error


def _told(invocation: Invocation, named: Sequence[tuple[Library, str]], *, as_json: bool) -> None:
    checks: list[FrameworkCheck] = []
    for library, name in invocation.progress(named, len(named), "looking up"):
        checks.append(inspect(library, name))
    if as_json:
        typer.echo(json.dumps(frameworks_document(checks), indent=2, ensure_ascii=False))
    else:
        for line in frameworks_text(checks):
            typer.echo(line)
    problems = [problem for check in checks for problem in check.problems()]
    if problems:
        if as_json:
            raise typer.Exit(InputError.exit_code)
        raise InputError(problems)


Named = list[tuple[Library, str]]
"""Things to look into, each with the library it stands in."""


def _by_name(library: Library, word: str, refused: InputError | None) -> Named:
    """What has that id, or the catalog that is meant by a short form of it; else why the project is refused."""
    found = _meant(library, word) or _meant(with_installed(library), word)
    if found:
        return found
    if refused:
        raise refused
    near = nearest(word[:200], library.files, count=3)
    hint = f"did you mean {', '.join(map(repr, near))}? " if near else ""
    fix = f"{hint}`govkit show` lists catalogs, mappings and profiles; a file is named with its path"
    what = f"there is no catalog, mapping, profile or file {word[:60]!r}"
    raise InputError([Problem(Place(word[:60]), "unknown-id", what, fix)])


def _meant(library: Library, word: str) -> Named:
    if folded(word) in library.files:
        return [(library, folded(word))]
    close = catalogs_named(library, word) or profiles_named(library, word)
    return [(library, close[0])] if len(close) == 1 else []


def _by_path(library: Library, path: Path) -> Named:
    """What a catalog folder or a YAML file holds, held against the catalogs that are known here."""
    home = path.resolve()
    here = [name for name, file in library.files.items() if file.path.resolve() in (home, home / "catalog.yaml")]
    if here:
        return [(library, name) for name in here]
    shown = path.as_posix()
    if path.is_dir() or path.name == "catalog.yaml":
        folder = path if path.is_dir() else path.parent
        grown = add_own(library, [Folder(folder, folder.as_posix())])
    elif holds(path, "rules"):
        grown = add_user_profile(library, path, shown)
    else:
        grown = add_user_mapping(library, path, shown)
    return [(grown, name) for name in grown.files if name not in library.files]


def holds(path: Path, *keys: str) -> bool:
    """Whether a YAML file has one of these keys at its top."""
    from govkit.catalogs.reading import read

    value = read(path, path.as_posix()).document.value
    return isinstance(value, dict) and any(key in value for key in keys)


def are_frameworks(words: Iterable[str]) -> list[bool]:
    """For each word whether it means a catalog, mapping or profile, and not an OSCAL document."""
    return [_is_framework(Path(word)) for word in words]


def _is_framework(path: Path) -> bool:
    if not path.exists():
        return path.suffix not in (".json", ".yaml", ".yml")
    if path.is_dir():
        return True
    return path.suffix in (".yaml", ".yml") and holds(path, "pairs", "rules", "requirements", "controls", "counts")
