"""OSCAL catalog → Catalog: one that govkit wrote, exactly; anybody else's, as far as it goes, and it says how far.

A control or group is a Requirement under its printed id (the property `label`) where that is unique, else under its
identifier. A control's `class` is the name of its level. The statement is the requirement's text. What a Catalog has no
place for is counted in its notes. Nothing is fetched.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from govkit.errors import InputError, Problem
from govkit.model.base import Record
from govkit.model.catalog import Catalog, Requirement
from govkit.model.control import Control
from govkit.oscal.cursor import Cursor
from govkit.oscal.documents import OscalDocument
from govkit.oscal.entries import Entry, entries, sorted_as_written
from govkit.oscal.foreign import Origin, filled
from govkit.oscal.properties import Json
from govkit.oscal.reading import Read, day, doubts, fields, head_of, is_ours, opened
from govkit.oscal.reading_entries import control_fields, requirement_fields

R = TypeVar("R", bound=Record)

KIND: Final = "catalog"
NATIVE = frozenset({"id", "title", "edition", "publisher", "sources", "requirements", "controls", "as_of", "props"})


class Parts(NamedTuple):
    """What a document holds of a catalog, before anything is made up for what it lacks."""

    head: Json
    requirements: list[tuple[Entry, Json]]
    controls: list[tuple[Entry, Json]]


def load_catalog(path: Path, shown: str, *, ident: str | None = None, licence: str | None = None) -> Catalog:
    """The catalog in an OSCAL file (JSON or YAML); raises InputError with every Problem.

    `ident` names a catalog that has no govkit id, else its title and version do; `licence` goes before what the
    document says of its licence.
    """
    return read_catalog(opened(path, shown, KIND), ident=ident, licence=licence).record


def read_catalog(document: OscalDocument, *, ident: str | None = None, licence: str | None = None) -> Read[Catalog]:
    """The catalog of a document, and doubts about it; raises InputError when it cannot be read whole."""
    return Read(catalog_of(document, Origin(ident, licence)), tuple(doubts(document)))


def catalog_of(document: OscalDocument, origin: Origin) -> Catalog:
    """The catalog of a document of which more is known than stands in it; raises InputError."""
    found: list[Problem] = []
    root = Cursor.at_root(document, found)
    parts = catalog_parts(root)
    if not is_ours(root, KIND):
        parts = Parts(filled(root, parts.head, parts.requirements, origin), *parts[1:])
    made = {
        "requirements": _records(Requirement, parts.requirements),
        "controls": _records(Control, parts.controls),
    }
    record = None if found else root.record(Catalog, {**parts.head, **made})
    if record is None:
        raise InputError(dict.fromkeys(found))
    return record


def _records(model: type[R], parts: list[tuple[Entry, Json]]) -> list[R]:
    made = [entry.cursor.record(model, raw) for entry, raw in parts]
    return [record for record in made if record is not None]


def catalog_parts(root: Cursor) -> Parts:
    """Head and entries of a document, as far as it has them."""
    metadata = root.object("metadata")
    head: Json = {}
    if metadata is None:
        root.wrong("missing-entry", "metadata is missing", "add it; OSCAL requires it")
    else:
        head = {
            **head_of(Catalog, root, metadata),
            "published": day(metadata.text("published")),
            **fields(Catalog, metadata, NATIVE),
        }
    found = entries(root)
    found = [entry for entry in found if entry.record != "theme"]
    if is_ours(root, KIND):
        found = sorted_as_written(found)
    known = {entry.identifier: entry.name for entry in found}
    return Parts(
        {key: value for key, value in head.items() if value is not None},
        [(entry, requirement_fields(entry, known)) for entry in found if entry.record is None],
        [(entry, control_fields(entry)) for entry in found if entry.record == "control"],
    )
