"""What every OSCAL document of ours begins and ends with: metadata, and where facts were read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from govkit.errors import InputError, Place, Problem
from govkit.files import canonical_json
from govkit.model.base import Record
from govkit.model.catalog import Catalog, Property, Source
from govkit.oscal.naming import NAMESPACE, OSCAL_VERSION, Identifiers, uuid_of
from govkit.oscal.properties import Json, encoded, foreign, marker

YEARS = range(1900, 3000)
"""Years that a date of OSCAL can hold. Source: DateTimeWithTimezoneDatatype, OSCAL 1.2.3."""


class Writing:
    """What is unique in one document, and the resources its end lists."""

    def __init__(self, kind: str, record: Record, ident: str) -> None:
        self.kind, self.record, self.ident = kind, record, ident
        self.ids = Identifiers()
        self.uuids: set[str] = set()
        self.resources: list[Json] = []
        self.sources: dict[str, str] = {}

    def uuid(self, kind: str, *names: str) -> str:
        """The UUID of a thing in this document; a second thing of the same name gets another."""
        found = uuid_of(kind, self.ident, *names)
        while found in self.uuids:
            names = (*names, "again")
            found = uuid_of(kind, self.ident, *names)
        self.uuids.add(found)
        return found

    def document_uuid(self) -> str:
        """The UUID of the document: another record, another UUID."""
        return self.uuid(self.kind, canonical_json(self.record.model_dump(mode="json")).decode())

    def foreign(self, props: Iterable[Property], names: Iterable[str]) -> list[Json]:
        """Properties of others, each UUID once."""
        return foreign(props, names, self.uuids)

    def source(self, source: Source) -> None:
        """List a source at the end of the document."""
        made: Json = {"uuid": self.uuid("source", source.id), "title": source.id}
        leave = {"id"}
        if source.what is not None:
            made["description"] = source.what
            leave.add("what")
        if "\n" not in source.ref:
            made["citation"] = {"text": source.ref}
            leave.add("ref")
        made["props"] = [marker("record", "source"), *encoded(source, leave)]
        self.resources.append(made)
        self.sources.setdefault(source.id, made["uuid"])

    def back_matter(self) -> Json:
        """The end of the document, if there is anything to list."""
        return {"back-matter": {"resources": self.resources}} if self.resources else {}


class Order:
    """Numbers of equal length, one for each thing, so that they sort as they were given."""

    def __init__(self, total: int) -> None:
        self.given, self.digits = 0, len(str(total))

    def next(self) -> str:
        """The next number."""
        self.given += 1
        return str(self.given).zfill(self.digits)


def day(when: date) -> str:
    """A day as an instant of OSCAL."""
    return f"{when.isoformat()}T00:00:00Z"


def metadata(writing: Writing, head: Json, props: Sequence[Json], remarks: str | None = None) -> Json:
    """The metadata of a document; `head` holds title, version and days. It refers to the sources listed so far."""
    made: Json = {
        **head,
        "oscal-version": OSCAL_VERSION,
        "document-ids": [{"scheme": NAMESPACE, "identifier": writing.ident}],
        "props": [marker("record", writing.kind), *props],
    }
    if writing.resources:
        made["links"] = [{"href": f"#{item['uuid']}", "rel": "reference"} for item in writing.resources]
    return {**made, "remarks": remarks} if remarks else made


def publisher(writing: Writing, name: str) -> Json:
    """The publisher as party, with the role that says so."""
    party = writing.uuid("party", name)
    return {
        "roles": [{"id": "publisher", "title": "Publisher"}],
        "parties": [{"uuid": party, "type": "organization", "name": name}],
        "responsible-parties": [{"role-id": "publisher", "party-uuids": [party]}],
    }


def catalog_file(catalog: Catalog) -> Json:
    """Where a document expects a catalog that it speaks of: beside it, under the catalog's id."""
    return {"href": f"{catalog.id}.json", "media-type": "application/oscal+json"}


def catalog_resource(writing: Writing, catalog: Catalog) -> str:
    """The UUID of the resource that leads to a catalog; made once in a document."""
    uuid = uuid_of("catalog", writing.ident, catalog.id)
    if uuid not in writing.uuids:
        made: Json = {"uuid": writing.uuid("catalog", catalog.id), "title": catalog.title}
        made["document-ids"] = [{"scheme": NAMESPACE, "identifier": catalog.id}]
        made |= {"props": [marker("record", "catalog")], "rlinks": [catalog_file(catalog)]}
        writing.resources.append(made)
    return uuid


def written_day(when: date, ident: str, field: str) -> str:
    """The same, or an InputError when OSCAL has no words for the year."""
    if when.year not in YEARS:
        what = f"{field} is {when.isoformat()}; a date of OSCAL lies in the years {YEARS[0]} to {YEARS[-1]}"
        raise InputError([Problem(Place(ident), "not-exportable", what, "correct the date")])
    return day(when)


def whole(kind: str, writing: Writing, parts: dict[str, Any]) -> Json:
    """A document with its root, empty lists left out."""
    body = {"uuid": writing.document_uuid(), **parts, **writing.back_matter()}
    return {kind: {key: value for key, value in body.items() if value != []}}
