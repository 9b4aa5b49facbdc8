"""OSCAL profile of others → the Catalog it makes of those it imports. Files beside it are read; nothing is fetched.

Source: OSCAL profile resolution (NIST draft). A profile may import profiles; each is resolved first. What cannot be
found, read or chosen is a Problem: a baseline of which a part is missing would look like a smaller baseline.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from govkit.errors import InputError, Place, Problem
from govkit.model.catalog import Catalog
from govkit.oscal.cursor import Cursor
from govkit.oscal.documents import OscalDocument, Root
from govkit.oscal.entries import entries
from govkit.oscal.following import Followed, Follower, Given
from govkit.oscal.foreign import Origin, source, stated_licence
from govkit.oscal.merging import Selection, merged
from govkit.oscal.modifying import modify
from govkit.oscal.naming import uuid_of
from govkit.oscal.properties import Json
from govkit.oscal.reading import Read, doubts, opened
from govkit.oscal.reading_catalog import catalog_of
from govkit.oscal.selecting import Offered

KIND: Final = "profile"
MOST_IMPORTS = 200
MOST_LEVELS = 10
"""Imports of one profile, profiles in profiles. Source: govkit judgement; published ones have a handful, and three."""

WANTED: tuple[Root, ...] = ("catalog", "profile")


class ResolvedDocument(OscalDocument):
    """A catalog that was made of a profile; what is in it has no line in any file."""

    def place(self, *path: str | int) -> Place:  # noqa: ARG002  (a spot in the result is none in the file)
        """The profile."""
        return Place(self.path)


def resolve_profile(path: Path, shown: str, *, ident: str | None = None, licence: str | None = None) -> Catalog:
    """The catalog that a profile in an OSCAL file makes; raises InputError with every Problem.

    Relative imports are looked for in the folder of the profile. `ident` and `licence` are as for `load_catalog`.
    """
    return read_resolved(Given(path, opened(path, shown, KIND)), ident=ident, licence=licence).record


def read_resolved(profile: Given, *, ident: str | None = None, licence: str | None = None) -> Read[Catalog]:
    """The same with doubts about the profile and everything it imports."""
    made = resolved(profile)
    origin = made.origin._replace(ident=ident, licence=licence)
    return Read(catalog_of(made.document, origin), made.doubts)


class Resolved(NamedTuple):
    """What a profile makes, before it is read as a catalog."""

    document: OscalDocument
    origin: Origin
    doubts: tuple[Problem, ...]


def resolved(profile: Given) -> Resolved:
    """The catalog document that a profile makes; raises InputError with every Problem."""
    resolving = Resolving(Follower([profile]))
    document = resolving.resolved(profile, ())
    if resolving.found:
        raise InputError(dict.fromkeys(resolving.found))
    sources, licences = resolving.origins()
    origin = Origin(sources=tuple(sources), stated="\n\n".join(dict.fromkeys(licences)) or None)
    doubted = [doubt for given in resolving.read.values() for doubt in doubts(given.document)]
    return Resolved(document, origin, (*resolving.doubts, *doubted))


class Resolving:
    """Resolves a profile and those it imports, each file read once."""

    def __init__(self, follower: Follower) -> None:
        self.follower = follower
        self.found: list[Problem] = []
        self.doubts: list[Problem] = []
        self.read: dict[Path, Given] = {}
        self._made: dict[Path, OscalDocument] = {}

    def resolved(self, given: Given, above: tuple[Path, ...]) -> OscalDocument:
        """The catalog that a document is or makes; `above` are the profiles it is being imported by."""
        first = given.key not in self.read
        self.read[given.key] = given
        if given.document.root == "catalog":
            if first:
                entries(Cursor.at_root(given.document, self.found))  # what is broken there must not look unchosen
            return given.document
        if given.key not in self._made:
            self._made[given.key] = self._resolve(given, (*above, given.key))
        return self._made[given.key]

    def origins(self) -> tuple[list[Json], list[str]]:
        """Every document that was read as a source, and what the catalogs say of their licence."""
        roots = [Cursor.at_root(given.document, []) for given in self.read.values()]
        told = [source(root) for root in roots]
        for number, item in enumerate(told[1:], start=2):
            item["id"] = f"{item['id']}-{number}"
        said = [(root, root.object("metadata")) for root in roots]
        licences = [stated_licence(root, metadata) for root, metadata in said if metadata is not None]
        return told, [licence for licence in licences if licence]

    def _resolve(self, given: Given, above: tuple[Path, ...]) -> OscalDocument:
        document = given.document
        root = Cursor.at_root(document, self.found)
        imports = root.objects("imports")
        if not imports or len(imports) > MOST_IMPORTS:
            what = f"has more than {MOST_IMPORTS} imports" if imports else "imports nothing"
            root.wrong("wrong-import", f"the profile {what}", "name the catalogs it takes controls from", "imports")
            imports = []
        catalog = merged(root, list(_together(self._selections(given, imports, above))))
        modify(root, catalog, self.doubts)
        body = {
            "uuid": uuid_of("resolved", document.sha256),
            "metadata": document.body.get("metadata"),
            **{key: value for key, value in catalog.items() if value},
        }
        return ResolvedDocument(
            document.path, "catalog", body, document.content, document.sha256, document.syntax, lambda _: 0
        )

    def _selections(self, given: Given, imports: list[Cursor], above: tuple[Path, ...]) -> Iterator[Selection]:
        for item in imports:
            end = self._followed(given, item)
            if end is None:
                continue
            if end.key in above or len(above) > MOST_LEVELS:
                what = "the profile imports itself, perhaps through others"
                item.wrong("circular-import", what, "let imports lead one way", "href")
                continue
            catalog = self.resolved(end, above).body
            yield Selection(catalog, Offered(catalog).chosen(item), item)

    def _followed(self, given: Given, item: Cursor) -> Given | None:
        """The catalog or profile that an import names; a Problem when there is none."""
        href = item.needed("href")
        if not href:
            return None
        ways = [self._follow(given, item, way) for way in _ways(href)]
        found = next((way.given for way in ways if way.given is not None), None)
        if found is None and ways[0].problem is not None:
            self.found.append(ways[0].problem)
        elif found is None:
            fix = "put the catalog beside the profile, as JSON or YAML, and let href name it"
            item.wrong("wrong-import", f"{href[:80]!r} cannot be imported: {ways[0].why}", fix, "href")
        return found

    def _follow(self, given: Given, item: Cursor, href: str) -> Followed:
        where = partial(item.document.place, *item.path, "href")
        return self.follower.follow(given, href, where, WANTED)


def _ways(href: str) -> Iterator[str]:
    """The reference, and for one to an XML file the same name as JSON or YAML: catalogs are published in all three."""
    yield href
    path = PurePosixPath(href)
    if path.suffix.lower() == ".xml" and not href.startswith("#"):
        yield from (str(path.with_suffix(suffix)) for suffix in (".json", ".yaml", ".yml"))


def _together(selections: Iterator[Selection]) -> Iterator[Selection]:
    """Selections from one catalog as one, so that what is nested stays so."""
    known: dict[int, Selection] = {}
    for selection in selections:
        first = known.get(id(selection.catalog))
        if first is None:
            known[id(selection.catalog)] = selection
        else:
            chosen = {*first.chosen, *selection.chosen}
            order = [name for name in Offered(selection.catalog).controls if name in chosen]
            known[id(selection.catalog)] = first._replace(chosen=order)
    yield from known.values()
