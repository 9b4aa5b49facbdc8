"""OSCAL catalogs, profiles (as the catalog they make) and mapping collections, as JSON or YAML.

What an entry becomes is decided in `govkit.oscal`; here the user's word goes before that of the file, and everything
that was left out or is doubtful is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import ValidationError

from govkit.errors import InputError, Place, Problem
from govkit.importing.asked import HEAD, Asked
from govkit.importing.cleaning import one_line
from govkit.importing.drafting import MAX_ENTRIES, contradicted, dropping, misfits, refuse
from govkit.importing.ends import catalog_meant
from govkit.importing.sniffed import Sniffed
from govkit.importing.source import Source
from govkit.model.catalog import Catalog, Mapping
from govkit.model.imported import Dropped, Imported
from govkit.model.profile import Profile
from govkit.oscal.cursor import Cursor
from govkit.oscal.documents import ROOTS, OscalDocument, document_of, plain
from govkit.oscal.following import Given
from govkit.oscal.foreign import Origin, left_out
from govkit.oscal.naming import NAMESPACE
from govkit.oscal.reading import NOT_STATED, doubts, is_ours
from govkit.oscal.reading_catalog import catalog_of, catalog_parts
from govkit.oscal.reading_mapping import read_mappings, unread
from govkit.oscal.reading_profile import read_profile
from govkit.oscal.resolving import resolved

TITLE = "OSCAL"
R = TypeVar("R", Catalog, Mapping, Profile)

MOST_DOUBTS = 20
"""How many doubts about the form are written out. Source: govkit judgement."""


def sniff(source: Source, asked: Asked) -> Sniffed | None:  # noqa: ARG001  (every format is asked alike)
    """An OSCAL document holds one of its roots and nothing beside it."""
    value = source.value
    keys = [key for key in value if key != "$schema"] if isinstance(value, dict) else []
    if len(keys) != 1 or keys[0] not in ROOTS or not isinstance(value[keys[0]], dict):
        return None
    if not {"uuid", "metadata"} & set(value[keys[0]]):
        return None
    return Sniffed("oscal", _document(source).version or None, f"has the root `{keys[0]}`")


def read(source: Source, asked: Asked) -> Imported:
    """The catalog a document holds or a profile makes, every mapping, or a profile of ours.

    Raises InputError with every Problem.
    """
    document = _document(source)
    if document.root == "catalog":
        return _catalog(source, document, asked, Origin(), tuple(doubts(document)))
    if document.root == "mapping-collection":
        return _mappings(source, document, asked)
    if document.root == "profile":
        if is_ours(Cursor.at_root(document, []), "profile"):
            return _profile(source, document, asked)
        made = resolved(Given(source.path or Path(source.shown), document))
        return _catalog(source, made.document, asked, made.origin, made.doubts)
    what = f"holds {document.root}, which is nothing for a library of catalogs"
    fix = "import the catalog it rests on; `govkit check` checks any OSCAL document"
    raise InputError([Problem(document.place(), "other-document", what, fix)])


def _document(source: Source) -> OscalDocument:
    value = source.value if source.is_json else plain(source.value)
    syntax: Literal["json", "yaml"] = "json" if source.is_json else "yaml"
    return document_of(value, source.shown, source.content, syntax, lambda spot: source.place(*spot).line)


def _catalog(
    source: Source, document: OscalDocument, asked: Asked, origin: Origin, doubted: tuple[Problem, ...]
) -> Imported:
    made = catalog_of(document, origin._replace(ident=asked.id, licence=asked.head.get("licence")))
    catalog = _told(made, document, asked)
    root = Cursor.at_root(document, [])
    metadata = root.object("metadata")
    assert metadata is not None, "a catalog was read"
    problems = list(contradicted(asked, Counter(entry.kind for entry in catalog.requirements)))
    problems += _miscounted(catalog, document, metadata)
    if len(catalog.requirements) > MAX_ENTRIES:
        what = f"holds {len(catalog.requirements)} entries, more than the {MAX_ENTRIES} that are read"
        problems.append(Problem(document.place(), "too-large", what, "import a part of it"))
    if not catalog.requirements and not catalog.controls:
        what, fix = "holds no group and no control", "get the file again, or the catalog the profile was made from"
        problems.append(Problem(document.place(), "empty-catalog", what, fix))
    refuse(problems)
    return Imported(
        file=source.file,
        format=f"{TITLE} {_document(source).root}",
        format_version=_visible(document.version),
        catalog=catalog,
        ids="The label of a control or group where no other has it, else its OSCAL identifier; the identifier stays an "
        "alias.",
        dropped=tuple(_left_out(root, metadata)),
        doubts=(*_selection(origin, metadata), *_unstated(catalog), *_doubts(doubted)),
    )


def _miscounted(catalog: Catalog, document: OscalDocument, metadata: Cursor) -> Iterator[Problem]:
    """Levels of which the document holds another number than its own properties say, with their places."""
    found = Counter([*(entry.kind for entry in catalog.requirements), *("control" for _ in catalog.controls)])
    for index, item in enumerate(metadata.props()):
        level = item.get("class")
        stated = catalog.counts.get(str(level))
        if (item.get("ns"), item["name"]) != (NAMESPACE, "counts") or stated is None or found[str(level)] == stated:
            continue
        what = f"the property `counts` says {stated} of {level}, the document holds {found[str(level)]}"
        fix = "look for a missing or surplus entry; if entries were added or taken out on purpose, correct the property"
        yield Problem(document.place("metadata", "props", index, "value"), "wrong-count", what, fix)


def _profile(source: Source, document: OscalDocument, asked: Asked) -> Imported:
    found = read_profile(document)
    profile = _told(found.record, document, asked)
    return Imported(
        file=source.file,
        format=f"{TITLE} profile of govkit",
        format_version=_visible(document.version),
        profile=profile,
        ids="As they were.",
        doubts=tuple(_doubts(found.doubts)),
    )


def _mappings(source: Source, document: OscalDocument, asked: Asked) -> Imported:
    known = asked.library.catalogs
    called = {name: known[ident] for name, ident in asked.catalogs.items() if ident in known}
    found = read_mappings(document, catalogs={**known, **called}, ident=asked.id, licence=asked.head.get("licence"))
    problems: list[Problem] = []
    mappings = []
    for mapping in found.record:
        ends = {}
        for side, name in (("source", mapping.source), ("target", mapping.target)):
            ends[side] = catalog_meant(name, name, asked, document.place("mappings"), problems) or name
        if asked.id is not None and is_ours(Cursor.at_root(document, []), document.root):
            ends["id"] = asked.id  # others got the id, or one made of it, when they were read
        mappings.append(_told(mapping, document, asked, **ends))
    refuse(problems)
    return Imported(
        file=source.file,
        format=f"{TITLE} mapping collection",
        format_version=_visible(document.version),
        mappings=tuple(mappings),
        ids="OSCAL identifiers, looked up in the two catalogs.",
        dropped=tuple(_unread(document)),
        doubts=(*_unstated(mappings[0]), *_doubts(found.doubts)),
    )


def _told(record: R, document: OscalDocument, asked: Asked, **changed: Any) -> R:
    """The record with what the user says in place of what the file says."""
    said: dict[str, Any] = {
        key: asked.head[key] for key in HEAD if key in asked.head and key in type(record).model_fields
    }
    if asked.id is not None and not isinstance(record, Mapping):
        said["id"] = asked.id
    if "judged" in said:
        said["judged"] = asked.judged()
    changed = {key: value for key, value in {**said, **changed}.items() if value != getattr(record, key)}
    if not changed:
        return record
    try:
        return type(record).model_validate({**record.model_dump(), **changed})
    except ValidationError as error:
        raise InputError(misfits(error, Place(document.path), type(record), repr(record.id))) from error


def _left_out(root: Cursor, metadata: Cursor) -> Iterator[Dropped]:
    parts = catalog_parts(root)
    for name, count in left_out(root, metadata, [*parts.requirements, *parts.controls]).items():
        yield dropping(one_line(name)[:200], count, "a catalog of govkit has no place for them")


def _unread(document: OscalDocument) -> Iterator[Dropped]:
    """What others wrote into a mapping of govkit."""
    root = Cursor.at_root(document, [])
    if is_ours(root, document.root):
        for name, count in unread(root).items():
            yield dropping(f"{name} of maps"[:200], count, "a mapping of govkit has no place for them")


def _selection(origin: Origin, metadata: Cursor) -> Iterator[str]:
    """Whether the catalog is only what a profile chose."""
    links = [item for item in metadata.objects("links") if item.text("rel") == "source-profile"]
    if origin.sources:
        yield "This is what a profile selects, not the whole of a catalog; `sources` lists what it was made of."
    elif metadata.document.selection:
        named = "".join(f" {one_line(item.text('href') or '')[:200]}" for item in links[:1])
        yield f"This is a resolved profile: the selection that a profile{named} makes, not the whole of a catalog."


def _unstated(record: Catalog | Mapping) -> Iterator[str]:
    ways = {"licence": "--licence TEXT", "publisher": "--set publisher=TEXT"}
    for key, way in ways.items():
        if getattr(record, key, None) == NOT_STATED:
            yield f"The document does not state a {key}; say it with `{way}`."


def _doubts(found: tuple[Problem, ...]) -> Iterator[str]:
    """Line, pointer and reason; never the path, which differs from one machine to the next."""
    for problem in found[:MOST_DOUBTS]:
        spot = f"line {problem.where.line}, {problem.where.pointer}: " if problem.where.line else ""
        yield f"{spot}{problem.what}."
    if len(found) > MOST_DOUBTS:
        yield f"And {len(found) - MOST_DOUBTS} more; `govkit check FILE` lists them."


def _visible(version: str) -> str | None:
    return one_line(version)[:200] or None
