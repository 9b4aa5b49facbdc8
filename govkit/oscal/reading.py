"""What reading any OSCAL document gives: a record, and doubts about the document it came from."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from govkit.errors import InputError, Place, Problem, SurroundingsError
from govkit.model.base import Record
from govkit.oscal.cursor import Cursor
from govkit.oscal.documents import OscalDocument, Root, read_document, version_problems
from govkit.oscal.naming import NAMESPACE
from govkit.oscal.properties import Json, decoded, kebab, kept, marked, ours
from govkit.oscal.schemas import check_schema

R = TypeVar("R")

NOT_STATED = "Not stated in the document."


class Read(NamedTuple, Generic[R]):
    """A record that was read."""

    record: R
    doubts: tuple[Problem, ...]
    """What is wrong with the document and did not keep it from being read."""


def opened(path: Path, shown: str, root: Root) -> OscalDocument:
    """The document in a file, when it has that root; raises InputError."""
    document = read_document(path, shown=shown)
    if document.root != root:
        fix = f"name a file with a {root}"
        what = f"holds a {document.root}, not a {root}"
        raise InputError([Problem(document.place(), "other-document", what, fix)])
    return document


def doubts(document: OscalDocument) -> list[Problem]:
    """Where a document does not fit its release's schema, and what its release is not."""
    try:
        wrong = list(check_schema(document).problems)
    except SurroundingsError as error:
        fix = f"{error.fix}, then `govkit check` compares it with NIST's schema"
        wrong = [Problem(Place(document.path), "not-checked", "its form was not checked against NIST's schema", fix)]
    return [*version_problems(document), *wrong]


def is_ours(root: Cursor, kind: str) -> bool:
    """Whether govkit wrote the document, from a record of that kind."""
    metadata = root.object("metadata")
    return metadata is not None and marked(metadata.props(), "record") == kind


def identifier(metadata: Cursor) -> str | None:
    """The id that govkit gave to what it wrote."""
    for item in metadata.objects("document-ids"):
        if item.text("scheme") == NAMESPACE:
            return item.text("identifier")
    return None


def fields(model: type[Record], cursor: Cursor, leave: frozenset[str]) -> Json:
    """The fields of a record that stand in properties of ours; a damaged one is a Problem."""
    try:
        return decoded(model, cursor.props(), leave)
    except ValueError as error:
        _damaged(cursor, error)
        return {}


def foreign_props(model: type[Record], cursor: Cursor, native: list[Json]) -> list[Json]:
    """The properties of others, for the `props` of a record."""
    props = cursor.props()
    try:
        return kept(props, map(kebab, model.model_fields), [item for item in props if item in native])
    except ValueError as error:
        _damaged(cursor, error)
        return []


def head_of(model: type[Record], root: Cursor, metadata: Cursor) -> Json:
    """What the head of every catalog and profile says, under the names of the record's fields."""
    return {
        "id": identifier(metadata),
        "title": metadata.needed("title"),
        "edition": metadata.needed("version"),
        "publisher": publisher(metadata),
        "as_of": day(metadata.needed("last-modified")),
        "sources": sources(root),
        "props": foreign_props(model, metadata, []),
    }


def _damaged(cursor: Cursor, error: ValueError) -> None:
    what = f"a property in the namespace {NAMESPACE} cannot be read: {error}"
    cursor.wrong("bad-value", what, "write the document again with `govkit export oscal`", "props")


def sources(root: Cursor) -> list[Json]:
    """The sources that govkit listed at the end of a document."""
    from govkit.model.catalog import Source

    end = root.object("back-matter")
    found = []
    for item in end.objects("resources") if end else ():
        if marked(item.props(), "record") != "source":
            continue
        made: dict[str, Any] = {"id": item.text("title"), **fields(Source, item, frozenset({"id"}))}
        citation = item.object("citation")
        if citation is not None:
            made["ref"] = citation.text("text")
        if (what := item.text("description")) is not None:
            made["what"] = what
        found.append(made)
    return found


def source_names(root: Cursor) -> dict[str, str]:
    """UUID to id of the sources that govkit listed at the end of a document."""
    end = root.object("back-matter")
    found = (item for item in (end.objects("resources") if end else ()) if marked(item.props(), "record") == "source")
    return {item.text("uuid") or "": item.text("title") or "" for item in found}


def publisher(metadata: Cursor) -> str | None:
    """The party that is named as publisher, else as the document's author; else the first organisation."""
    names = {item.text("uuid"): item for item in metadata.objects("parties")}
    held: dict[str, Cursor] = {}
    for item in metadata.objects("responsible-parties"):
        for uuid in item.texts("party-uuids"):
            if uuid in names:
                held.setdefault(item.text("role-id") or "", names[uuid])
    roles = ("publisher", "creator", "author", "prepared-by", "content-approver", "owner")
    chosen = next((held[role] for role in roles if role in held), None)
    chosen = chosen or next((item for item in names.values() if item.text("type") == "organization"), None)
    return chosen.text("name") if chosen else None


def day(instant: str | None) -> str | None:
    """The day of an instant, as written."""
    return instant[:10] if instant else None


def said(cursor: Cursor, name: str) -> str | None:
    """The value of the first property of ours with that name."""
    found = ours(cursor.props()).get(name)
    return str(found[0]["value"]) if found else None
