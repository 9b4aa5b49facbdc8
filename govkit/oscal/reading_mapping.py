"""OSCAL mapping collection → Mappings: one that govkit wrote, exactly; of anybody else's, no more than it says.

A map of OSCAL speaks of its sources and its targets as wholes. Where one of them holds several entries, the word it
uses says nothing of single pairs: these become `related`, in a mapping of their own, and keep the word in a property.
"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from pathlib import Path
from typing import Final

from govkit.errors import InputError, Problem
from govkit.model.catalog import Catalog, Mapping, Pair
from govkit.oscal.cursor import Cursor
from govkit.oscal.documents import OscalDocument
from govkit.oscal.ends import ENDS, End, end_of
from govkit.oscal.foreign_mappings import foreign_mappings
from govkit.oscal.naming import NAMESPACE
from govkit.oscal.properties import Json
from govkit.oscal.reading import (
    Read,
    day,
    doubts,
    fields,
    foreign_props,
    identifier,
    is_ours,
    opened,
    source_names,
    sources,
)
from govkit.oscal.writing_mapping import OSCALS

KIND: Final = "mapping-collection"
HEAD = frozenset({"id", "title", "source", "target", "as_of", "sources", "rationale", "disclosure", "pairs", "props"})
PAIR = frozenset({"source", "target", "relationship", "confidence", "note", "rationale", "props"})
WORDS = {word: relationship for relationship, word in OSCALS.items()}


def load_mappings(
    path: Path,
    shown: str,
    *,
    catalogs: Dict[str, Catalog] | None = None,
    ident: str | None = None,
    licence: str | None = None,
) -> tuple[Mapping, ...]:
    """The mappings in an OSCAL file (JSON or YAML), at least one; raises InputError with every Problem.

    `catalogs` are those that its ends may be: identifiers become printed ids, and one that no catalog has is a Problem.
    `ident` names a mapping that has no govkit id; `licence` is for a document that states none.
    """
    return read_mappings(opened(path, shown, KIND), catalogs=catalogs, ident=ident, licence=licence).record


def read_mappings(
    document: OscalDocument,
    *,
    catalogs: Dict[str, Catalog] | None = None,
    ident: str | None = None,
    licence: str | None = None,
) -> Read[tuple[Mapping, ...]]:
    """The mappings of a document, and doubts about it; raises InputError when it cannot be read whole."""
    found: list[Problem] = []
    root = Cursor.at_root(document, found)
    doubted = doubts(document)
    if is_ours(root, KIND):
        raws = [(root, mapping_fields(root, catalogs or {}))]
    else:
        raws = foreign_mappings(root, catalogs or {}, ident, licence, doubted)
    made = [cursor.record(Mapping, raw) for cursor, raw in raws] if not found else []
    if found:
        raise InputError(dict.fromkeys(found))
    return Read(tuple(mapping for mapping in made if mapping is not None), tuple(doubted))


def mapping_fields(root: Cursor, catalogs: Dict[str, Catalog]) -> Json:
    """What a document that govkit wrote holds of a mapping's fields."""
    metadata, mappings = root.object("metadata"), root.objects("mappings")
    if metadata is None or len(mappings) != 1:
        root.wrong("missing-entry", "metadata or the one mapping is missing", "export the mapping again")
        return {}
    mapping = mappings[0]
    source, target = (end_of(root, mapping, side, catalogs) for side in ENDS)
    listed = source_names(root)
    made: Json = {
        "id": identifier(metadata),
        "title": metadata.needed("title"),
        "as_of": day(metadata.needed("last-modified")),
        "source": source.name,
        "target": target.name,
        "sources": sources(root),
        "rationale": mapping.text("matching-rationale"),
        "disclosure": mapping.text("mapping-description"),
        "gaps": {side: gap for side, end in zip(ENDS, (source, target), strict=True) if (gap := end.gap(mapping))},
        "props": foreign_props(Mapping, metadata, []),
        "pairs": [_pair(item, source, target, listed) for item in mapping.objects("maps")],
        **fields(Mapping, metadata, HEAD),
    }
    return {key: value for key, value in made.items() if value is not None}


def _pair(cursor: Cursor, source: End, target: End, listed: Dict[str, str]) -> Json:
    word = cursor.needed("relationship")
    links = [(item.text("rel"), item.text("href") or "") for item in cursor.objects("links")]
    score = cursor.object("confidence-score")
    made: Json = {
        "source": next(map(source.entry, cursor.objects("sources")), None),
        "target": next(map(target.entry, cursor.objects("targets")), None),
        "relationship": word.replace("-", "_") if cursor.text("ns") == NAMESPACE else WORDS.get(word, word),
        "rationale": cursor.text("matching-rationale"),
        "confidence": score.text("category") if score else None,
        "note": cursor.text("remarks"),
        "sources": [listed[href[1:]] for rel, href in links if rel == "source" and href[1:] in listed],
        "props": foreign_props(Pair, cursor, []),
        **fields(Pair, cursor, PAIR),
    }
    return {key: value for key, value in made.items() if value is not None}
