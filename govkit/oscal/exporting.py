"""A record as an OSCAL file, and what became of each of its values on the way."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping as Dict
from dataclasses import dataclass

from govkit.model.base import Record
from govkit.model.catalog import Catalog, Mapping, Property
from govkit.model.overlay import Wording
from govkit.model.profile import Profile
from govkit.oscal.cursor import Cursor
from govkit.oscal.documents import OscalDocument, Root
from govkit.oscal.loss import Loss, Reader, loss
from govkit.oscal.naming import NAMESPACE
from govkit.oscal.properties import Json
from govkit.oscal.reading_catalog import catalog_parts
from govkit.oscal.reading_mapping import mapping_fields
from govkit.oscal.reading_profile import profile_fields
from govkit.oscal.rendering import Format, rendered
from govkit.oscal.writing_catalog import catalog_document
from govkit.oscal.writing_mapping import mapping_document
from govkit.oscal.writing_profile import profile_document


@dataclass(frozen=True)
class Exported:
    """An OSCAL document made of a record."""

    kind: Root
    ident: str
    record: Record
    document: Json
    content: bytes
    """The document as it is written."""
    reader: Reader

    def loss(self) -> Loss:
        """How every value of the record is carried."""
        return loss(self.kind, self.record, self.ident, self.document, self.content, self.reader)


def exported_catalog(catalog: Catalog, form: Format, *, with_text: bool) -> Exported:
    """The catalog as OSCAL, with the words of the publication or without; raises InputError if OSCAL cannot say it."""
    document = catalog_document(catalog if with_text else _without_text(catalog))
    return Exported("catalog", catalog.id, catalog, document, rendered(document, form), _catalog)


def exported_mapping(mapping: Mapping, source: Catalog, target: Catalog, form: Format) -> Exported:
    """The mapping between the two catalogs as OSCAL; raises InputError when it cannot be said in OSCAL."""
    document = mapping_document(mapping, source, target)
    catalogs = {source.id: source, target.id: target}

    def reader(made: OscalDocument) -> Json:
        return mapping_fields(Cursor.at_root(made, []), catalogs)

    return Exported("mapping-collection", mapping.id, mapping, document, rendered(document, form), reader)


def exported_profile(
    profile: Profile, catalogs: Dict[str, Catalog], named: Dict[str, Collection[str]], form: Format
) -> Exported:
    """The profile as OSCAL, as `profile_document` makes it; raises InputError when it cannot be said in OSCAL."""
    document = profile_document(profile, catalogs, named)
    return Exported("profile", profile.id, profile, document, rendered(document, form), _profile)


def worded(catalog: Catalog, texts: Dict[str, Wording]) -> Catalog:
    """The catalog with words from the user's own copies as its text; `texts` leads from full ids to them.

    Every such requirement says which copy the words are from, and what may be done with them.
    """
    entries = []
    for entry in catalog.requirements:
        words = texts.get(f"{catalog.id}:{entry.id}")
        if words is not None:
            said = {"text-source": words.source, "text-licence": words.licence, "text-note": words.note}
            props = [Property(name=name, ns=NAMESPACE, value=value) for name, value in said.items() if value]
            entry = entry.model_copy(update={"text": words.text, "props": (*entry.props, *props)})
        entries.append(entry)
    return catalog.model_copy(update={"requirements": tuple(entries)})


def _without_text(catalog: Catalog) -> Catalog:
    entries = (
        entry if entry.text is None else entry.model_copy(update={"text": None}) for entry in catalog.requirements
    )
    return catalog.model_copy(update={"requirements": tuple(entries)})


def _catalog(document: OscalDocument) -> Json:
    parts = catalog_parts(Cursor.at_root(document, []))
    entries = {"requirements": parts.requirements, "controls": parts.controls}
    return {**parts.head, **{key: [raw for _, raw in found] for key, found in entries.items()}}


def _profile(document: OscalDocument) -> Json:
    return profile_fields(Cursor.at_root(document, []))
