"""Any OSCAL document with something for a library in it → records. Tells by content what it is; fetches nothing."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from pathlib import Path

from govkit.errors import InputError, Problem
from govkit.model.catalog import Catalog, Mapping
from govkit.model.profile import Profile
from govkit.oscal.cursor import Cursor
from govkit.oscal.documents import read_document
from govkit.oscal.following import Given
from govkit.oscal.reading import Read, is_ours
from govkit.oscal.reading_catalog import read_catalog
from govkit.oscal.reading_mapping import read_mappings
from govkit.oscal.reading_profile import read_profile
from govkit.oscal.resolving import read_resolved

Records = tuple[Catalog | Mapping | Profile, ...]


def read_oscal(
    path: Path,
    shown: str,
    *,
    catalogs: Dict[str, Catalog] | None = None,
    ident: str | None = None,
    licence: str | None = None,
) -> Read[Records]:
    """The records in an OSCAL file, and doubts about it: a catalog, one or more mappings, or a profile.

    A profile that govkit did not write comes back as the catalog it makes. `catalogs` are those that a mapping may
    stand between; `ident` names what has no id of govkit; `licence` goes before what the document says. Raises
    InputError.
    """
    document = read_document(path, shown=shown)
    if document.root == "catalog":
        catalog = read_catalog(document, ident=ident, licence=licence)
        return Read((catalog.record,), catalog.doubts)
    if document.root == "mapping-collection":
        mappings = read_mappings(document, catalogs=catalogs, ident=ident, licence=licence)
        return Read(mappings.record, mappings.doubts)
    if document.root == "profile":
        if is_ours(Cursor.at_root(document, []), "profile"):
            profile = read_profile(document)
            return Read((profile.record,), profile.doubts)
        resolved = read_resolved(Given(path, document), ident=ident, licence=licence)
        return Read((resolved.record,), resolved.doubts)
    what = f"holds a {document.root}, which is nothing for a library of catalogs"
    fix = "name a catalog, a profile or a mapping collection; `govkit check` checks any OSCAL document"
    raise InputError([Problem(document.place(), "other-document", what, fix)])
