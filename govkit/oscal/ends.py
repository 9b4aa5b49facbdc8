"""The two catalogs of an OSCAL mapping: which they are, and what their identifiers mean."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict
from pathlib import PurePosixPath
from typing import Literal

from govkit.model.catalog import Catalog
from govkit.oscal.cursor import Cursor
from govkit.oscal.foreign import slug
from govkit.oscal.naming import token
from govkit.oscal.reading import identifier, said
from govkit.oscal.writing_catalog import identifiers_of
from govkit.validation import unknown

Side = Literal["source", "target"]
ENDS: tuple[Side, Side] = ("source", "target")


class End:
    """One of the catalogs of a mapping."""

    def __init__(self, side: Side, name: str, catalog: Catalog | None) -> None:
        self.side, self.name, self.catalog = side, name, catalog
        self.names: dict[str, str] = {}
        for entry in catalog.requirements if catalog else ():
            for name in (entry.id, *entry.aliases):
                self.names.setdefault(name.casefold(), entry.id)
        for printed, made in identifiers_of(catalog.requirements).items() if catalog else ():
            self.names[made.casefold()] = printed

    def entry(self, item: Cursor) -> str:
        """The id of the requirement that an item of a map names: printed, where that is known."""
        given, written = said(item, "id"), item.needed("id-ref")
        if given is not None:
            self._same(item, given, written)
            return given
        found = self.named(written)
        if found is None and self.catalog is not None and written:
            where = item.document.place(*item.path, "id-ref")
            listing = f"`govkit show {self.catalog.id}` lists them"
            item.found.append(unknown(written, self.names, where, "requirement", listing))
        return found or written

    def _same(self, item: Cursor, given: str, written: str) -> None:
        """A Problem when the identifier, which other tools read, names another entry than our property."""
        meant = self.named(written) or written
        if self.catalog is None or meant == given or self.named(token(given)) == meant:
            return
        what = f"{written!r} and the property `id`, which says {given!r}, are different entries of {self.catalog.id}"
        fix = "one of the two was changed: correct the property, or remove it, and the identifier counts"
        item.wrong("contradiction", what, fix, "id-ref")

    def named(self, identifier: str) -> str | None:
        """The printed id of an identifier of this catalog: of a control or group, or of its text."""
        folded = identifier.casefold()
        return self.names.get(folded) or self.names.get(re.split("_smt|_ovw", folded)[0])

    def gap(self, mapping: Cursor) -> list[str]:
        """The ids of this side that are said to stand in no map."""
        summary = mapping.object(f"{self.side}-gap-summary")
        chosen = summary.objects("unmapped-controls") if summary else []
        return [self.named(name) or name for item in chosen for name in item.texts("with-ids")]


def end_of(root: Cursor, mapping: Cursor, side: Side, catalogs: Dict[str, Catalog]) -> End:
    """The catalog at one side of a mapping; of one that is not in `catalogs` only its name is known."""
    reference = mapping.object(f"{side}-resource")
    if reference is None:
        mapping.wrong("missing-entry", f"{side}-resource is missing", "add it; OSCAL requires it")
        return End(side, "", None)
    href = reference.needed("href")
    name = (_resource(root, href[1:]) if href.startswith("#") else None) or _named_by(href)
    return End(side, name, catalogs.get(name))


def _resource(root: Cursor, uuid: str) -> str | None:
    """The id that a resource at the end of the document gives to the catalog it leads to."""
    end = root.object("back-matter")
    for item in end.objects("resources") if end else ():
        if item.text("uuid") == uuid:
            files = [_named_by(link.text("href") or "") for link in item.objects("rlinks")]
            return identifier(item) or next(iter(files), None) or slug(item.text("title") or uuid)
    return None


def _named_by(href: str) -> str:
    """An id made of the name of a file; of the folder when the file is called `catalog.json`."""
    path = PurePosixPath(href.split("?")[0].split("#")[0])
    stem = path.stem if path.stem not in ("catalog", "profile") else path.parent.name or path.stem
    return slug(stem or href)
