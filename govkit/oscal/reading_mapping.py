"""OSCAL mapping collection → Mappings: one that govkit wrote, exactly; of anybody else's, no more than it says.

A map of OSCAL speaks of its sources and its targets as wholes. Where one of them holds several entries, the word it
uses says nothing of single pairs: these become `related`, in a mapping of their own, and keep the word in a property.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as Dict
from pathlib import Path
from typing import Final, get_args

from govkit.errors import InputError, Problem
from govkit.files import nearest
from govkit.model.catalog import Catalog, Mapping, Pair, Relationship
from govkit.oscal.cursor import Cursor
from govkit.oscal.documents import OscalDocument
from govkit.oscal.ends import ENDS, End, end_of
from govkit.oscal.foreign_mappings import foreign_mappings
from govkit.oscal.naming import NAMESPACE
from govkit.oscal.properties import OSCAL, Json
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
MAP_KEYS = frozenset(
    (
        *("uuid", "ns", "relationship", "matching-rationale", "sources", "targets"),
        *("confidence-score", "props", "links", "remarks"),
    )
)
"""What a map of ours may hold."""

WORDS: dict[str, Relationship] = {word: relationship for relationship, word in OSCALS.items()}


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


def unread(root: Cursor) -> Counter[str]:
    """Keys of the maps of a document that govkit wrote and that others added, counted."""
    maps = [item for mapping in root.objects("mappings") for item in mapping.objects("maps")]
    return Counter(key[:200] for item in maps for key in item.value if key not in MAP_KEYS)


def _word(cursor: Cursor) -> str:
    """The relationship that a map states, in our words; a Problem when its namespace has no such word."""
    written = cursor.needed("relationship")
    own = cursor.text("ns") == NAMESPACE
    known = {word.replace("_", "-"): word for word in get_args(Relationship)} if own else WORDS
    if written and written not in known:
        near = nearest(written, known)
        hint = f"did you mean {near[0]!r}? " if near else ""
        what = f"relationship: {written[:60]!r} is no word of {NAMESPACE if own else OSCAL}"
        fix = f"{hint}choose one of {', '.join(known)}, or name the namespace that has the word"
        cursor.wrong("bad-value", what, fix, "relationship")
    return known.get(written, "related")


def _pair(cursor: Cursor, source: End, target: End, listed: Dict[str, str]) -> Json:
    word = _word(cursor)
    for side in ENDS:
        count = len(cursor.objects(f"{side}s"))
        if count > 1:
            what = f"a map of a mapping that govkit wrote has one {side}, this one has {count}"
            fix = "write a map for each pair: what is said of several entries as a whole is not said of each"
            cursor.wrong("bad-value", what, fix, f"{side}s")
    links = [(item.text("rel"), item.text("href") or "") for item in cursor.objects("links")]
    score = cursor.object("confidence-score")
    made: Json = {
        "source": next(map(source.entry, cursor.objects("sources")), None),
        "target": next(map(target.entry, cursor.objects("targets")), None),
        "relationship": word,
        "rationale": cursor.text("matching-rationale"),
        "confidence": score.text("category") if score else None,
        "note": cursor.text("remarks"),
        "sources": [listed[href[1:]] for rel, href in links if rel == "source" and href[1:] in listed],
        "props": foreign_props(Pair, cursor, []),
        **fields(Pair, cursor, PAIR),
    }
    return {key: value for key, value in made.items() if value is not None}
