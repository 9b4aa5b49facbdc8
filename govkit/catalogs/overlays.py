"""An overlay file → the words of requirements. They stay beside the catalogs and never become part of one."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from govkit.errors import InputError, Problem
from govkit.files import read_bytes
from govkit.model.overlay import Overlay, Wording
from govkit.validation import record, unknown
from govkit.yaml_lines import load_yaml

if TYPE_CHECKING:
    from govkit.catalogs.loading import Library

MAX_BYTES = 16 * 1024 * 1024
"""Largest overlay read. Source: govkit judgement; as for catalogs."""


def read_overlay(path: Path, shown: str, catalog: str, library: Library) -> dict[str, Wording]:
    """Full requirement id to its words; raises InputError with every Problem of the file.

    The overlay must be for `catalog`, which is in the library; every id in it must be one of that catalog's.
    """
    content = read_bytes(path, shown=shown, limit=MAX_BYTES)
    document = load_yaml(content, shown)
    problems: list[Problem] = []
    overlay = record(Overlay, document, (), document.value, problems)
    if overlay is None:
        raise InputError(problems)
    if overlay.catalog != catalog:
        what = f"the overlay is for the catalog {overlay.catalog!r}, and is laid over {catalog!r}"
        fix = "name it under the framework it belongs to; a later edition has other words"
        raise InputError([Problem(document.place(("catalog",)), "wrong-overlay", what, fix)])
    digest = hashlib.sha256(content).hexdigest()
    found: dict[str, Wording] = {}
    ids = [requirement.id for requirement in library.catalogs[catalog].requirements]
    for name, text in overlay.texts.items():
        place, meant = document.place(("texts", name)), library.resolve(f"{catalog}:{name}")
        if len(meant) != 1:
            problems.append(unknown(name, ids, place, "requirement", f"`govkit show {catalog}` lists them"))
        elif meant[0] in found:
            what = f"{name!r} is another name of an id that stands here already"
            problems.append(Problem(place, "duplicate-id", what, "keep one"))
        else:
            found[meant[0]] = Wording(
                text=text, source=overlay.source, licence=overlay.licence, note=overlay.note, file=shown, sha256=digest
            )
    if problems:
        raise InputError(problems)
    return found
