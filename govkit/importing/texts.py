"""The words of an imported catalog as an overlay of a catalog that is here already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from govkit.catalogs.loading import Library
from govkit.errors import InputError, Problem
from govkit.importing.asked import option
from govkit.importing.drafting import dropping
from govkit.model.catalog import Catalog
from govkit.model.imported import Dropped, Imported
from govkit.model.overlay import Overlay
from govkit.validation import unknown


class Laid(NamedTuple):
    """An overlay, and the import with what found no place in it counted as left out."""

    overlay: Overlay
    imported: Imported


def lay_over(imported: Imported, catalog: str, library: Library) -> Laid:
    """Every text whose id the catalog has; raises InputError when there is none."""
    if catalog not in library.catalogs:
        listing = f"catalogs here: {', '.join(sorted(library.catalogs))}"
        raise InputError([unknown(catalog, library.catalogs, option("texts-for"), "catalog", listing)])
    if imported.catalog is None:
        what, fix = "the file holds mappings and no words of requirements", "leave `--texts-for` out"
        raise InputError([Problem(option("texts-for"), "empty-catalog", what, fix)])
    texts: dict[str, str] = {}
    unplaced: list[str] = []
    for requirement in imported.catalog.requirements:
        words = requirement.text or (requirement.title if requirement.title != requirement.id else None)
        if words is None:
            continue
        meant = library.resolve(f"{catalog}:{requirement.id}")
        here = library.requirement(meant[0]) if len(meant) == 1 else None
        if here is not None and words == here.title:
            continue
        if len(meant) == 1:
            texts.setdefault(meant[0].partition(":")[2], words)
        else:
            unplaced.append(requirement.id)
    if not texts:
        what = f"none of the ids in the file is one of {catalog}"
        fix = f"`govkit show {catalog}` lists them; name the catalog the file is about"
        raise InputError([Problem(option("texts-for"), "unknown-requirement", what, fix)])
    dropped = (*imported.dropped, *_beside(imported.catalog), *_unplaced(unplaced, catalog))
    return Laid(_overlay(imported, imported.catalog, catalog, texts), imported.model_copy(update={"dropped": dropped}))


def _beside(found: Catalog) -> Iterator[Dropped]:
    counted = Counter(prop.name for requirement in found.requirements for prop in requirement.props)
    for name, count in counted.items():
        yield dropping(name, count, "an overlay holds the statements; import the file as a catalog to keep it")


def _unplaced(ids: list[str], catalog: str) -> Iterator[Dropped]:
    if ids:
        shown = ", ".join(ids[:5]) + (" and more" if len(ids) > 5 else "")
        yield dropping(f"entries that {catalog} does not have", len(ids), shown)


def _overlay(imported: Imported, found: Catalog, catalog: str, texts: dict[str, str]) -> Overlay:
    given = imported.file
    return Overlay(
        catalog=catalog,
        source=f"{found.title}, {found.edition}: {given.name}, sha256 {given.sha256}",
        licence=found.licence,
        note=" ".join(found.notes[:1]) or None,
        texts=texts,
    )
