"""Mapping collections that govkit did not write → the fields of Mappings.

Maps between one source and one target keep their word. Of a map between sets the word is true of the sets as wholes, so
its pairs are `related`, in a mapping of their own (`ID-sets`), and a property keeps the word.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Dict
from itertools import product

from govkit.errors import Problem
from govkit.model.catalog import Catalog, Pair
from govkit.oscal.cursor import Cursor
from govkit.oscal.ends import ENDS, End, end_of
from govkit.oscal.foreign import slug, source, stated_licence
from govkit.oscal.naming import NAMESPACE
from govkit.oscal.properties import OSCAL, Json, one_line
from govkit.oscal.reading import NOT_STATED, day, foreign_props

TYPED = {
    "equivalent-to": "equal",
    "equal-to": "equal",
    "subset-of": "subset_of",
    "superset-of": "superset_of",
    "intersects-with": "intersects_with",
    "no-relationship": "none",
}
"""OSCAL's words as set relations. `equivalent-to` is `equal` in meaning, `equal-to` is `equal` in words.

Source: allowed values of `relationship`, OSCAL 1.2.3; NIST IR 8477, section 4.3.
"""

RATIONALES = ("syntactic", "semantic", "functional")
KEPT = ("coverage", "qualifiers")
"""What a map may say that a pair has no field for; kept as JSON."""

MOST_PAIRS = 100_000
"""Source: govkit judgement; the largest published mapping seen has fewer than 10,000 pairs."""


def foreign_mappings(
    root: Cursor,
    catalogs: Dict[str, Catalog],
    ident: str | None,
    licence: str | None,
    doubts: list[Problem],
) -> list[tuple[Cursor, Json]]:
    """The fields of every mapping, each with the place it was read from."""
    metadata = root.object("metadata")
    provenance = root.object("provenance")
    mappings = one_or_many(root)
    if metadata is None or provenance is None or not mappings:
        missing = "metadata" if metadata is None else "provenance" if provenance is None else "mappings"
        root.wrong("missing-entry", f"{missing} is missing or empty", "add it; OSCAL requires it")
        return []
    head = _head(root, metadata, provenance, licence)
    base = ident or slug(f"{head['title']} {metadata.needed('version')}")
    found: list[tuple[Cursor, Json]] = []
    for number, mapping in enumerate(mappings, start=1):
        name = base if number == 1 else f"{base}-{number}"
        ends = [end_of(root, mapping, side, catalogs) for side in ENDS]
        own = {**head, **_own(mapping, provenance), "source": ends[0].name, "target": ends[1].name}
        typed, sets = _pairs(mapping, ends[0], ends[1], doubts)
        props = [*head["props"], *foreign_props(Pair, mapping, []), *_resources(mapping), *_gaps(mapping, ends)]
        for suffix, style, pairs in (("", "set-theory", typed), ("-sets", "concept", sets)):
            if pairs:
                made = {"id": f"{name}{suffix}", "style": style, "pairs": pairs, "counts": {"pairs": len(pairs)}}
                found.append((mapping, {**own, **made, "props": props}))
        if not mapping.objects("maps"):
            mapping.wrong("missing-entry", "the mapping holds no map", "add one, or remove the mapping", "maps")
    return found


def one_or_many(root: Cursor) -> list[Cursor]:
    """The mappings: a list, or one object in its place; the schema allows both."""
    single = root.value.get("mappings")
    if isinstance(single, dict):
        return [Cursor(root.document, single, (*root.path, "mappings"), root.found)]
    return root.objects("mappings")


def _head(root: Cursor, metadata: Cursor, provenance: Cursor, licence: str | None) -> Json:
    return {
        "title": metadata.needed("title"),
        "as_of": day(metadata.needed("last-modified")),
        "licence": licence or stated_licence(root, metadata) or NOT_STATED,
        "status": _standing(provenance),
        "basis": "published",
        "sources": [source(root)],
        "props": foreign_props(Pair, metadata, []),
    }


def _standing(provenance: Cursor) -> str:
    said = [f"{key} {provenance.text(key) or 'nothing'!r}" for key in ("status", "method")]
    return f"The document says {' and '.join(said)} of itself. Read from OSCAL; not reviewed."


def _own(mapping: Cursor, provenance: Cursor) -> Json:
    """What a mapping says of itself, or the collection says for all."""
    rationale = mapping.text("matching-rationale") or provenance.text("matching-rationale")
    made = {
        "rationale": rationale if rationale in RATIONALES else None,
        "disclosure": mapping.text("mapping-description") or provenance.text("mapping-description"),
    }
    return {key: value for key, value in made.items() if value}


def _pairs(mapping: Cursor, source: End, target: End, doubts: list[Problem]) -> tuple[list[Json], list[Json]]:
    """Pairs whose word is of them, and pairs out of sets."""
    typed: dict[tuple[str, str], Json] = {}
    sets: dict[tuple[str, str], Json] = {}
    for item in mapping.objects("maps"):
        sources, targets = (list(map(end.entry, item.objects(f"{end.side}s"))) for end in (source, target))
        if not sources or not targets:
            item.wrong("missing-entry", "the map has no sources or no targets", "add them; OSCAL requires both")
            continue
        fields = _said(item)
        single = not _several(item) and "relationship" in fields
        if len(typed) + len(sets) + len(sources) * len(targets) > MOST_PAIRS:
            item.wrong("too-large", f"the mapping has more than {MOST_PAIRS:,} pairs", "split it")
            break
        for one, other in product(sources, targets):
            made = {**fields, "source": one, "target": other}
            if not single:
                made |= {"relationship": "related", "note": _of_sets(item, len(sources), len(targets), fields)}
            _put(typed if single else sets, made, item, doubts)
    return list(typed.values()), list(sets.values())


def _several(item: Cursor) -> bool:
    return any(len(item.objects(f"{side}s")) > 1 for side in ENDS)


def _put(pairs: dict[tuple[str, str], Json], made: Json, item: Cursor, doubts: list[Problem]) -> None:
    """Adds a pair; a second one that says the same is left out, one that says something else is a Problem."""
    first = pairs.setdefault((made["source"], made["target"]), made)
    if first is made:
        return
    what = f"the pair {made['source']} > {made['target']} stands twice"
    if first["relationship"] == made["relationship"]:
        place = item.document.place(*item.path)
        doubts.append(Problem(place, "duplicate-id", f"{what}; it was read once", "keep one of the two"))
    else:
        item.wrong("duplicate-id", f"{what} and says different things", "keep one of the two")


def _said(item: Cursor) -> Json:
    """What a map says, without its ends. The relationship only when its word is known."""
    word, space = relationship(item)
    score = item.object("confidence-score")
    category = score.text("category") if score else None
    props = [*foreign_props(Pair, item, []), *_of_items(item)]
    if _several(item) or TYPED.get(word, "").replace("_", "-") != word or space != OSCAL:
        props.append({"name": "oscal-relationship", "ns": NAMESPACE, "value": word})
    if space != OSCAL:
        props.append({"name": "relationship-ns", "ns": NAMESPACE, "value": space})
    for key in (*KEPT, *(["confidence-score"] if category not in ("low", "medium", "high") else [])):
        if item.value.get(key) is not None:
            props.append({"name": key, "ns": NAMESPACE, "value": one_line(item.value[key])})
    rationale = item.text("matching-rationale")
    if rationale is None and word in ("equal-to", "equivalent-to"):
        rationale = "syntactic" if word == "equal-to" else "semantic"
    made: Json = {
        "relationship": TYPED.get(word) if space == OSCAL else None,
        "rationale": rationale if rationale in RATIONALES else None,
        "confidence": category if category in ("low", "medium", "high") else None,
        "note": item.text("remarks") or None,
        "props": props,
    }
    return {key: value for key, value in made.items() if value is not None}


def relationship(item: Cursor) -> tuple[str, str]:
    """The word of a map, and its namespace; before OSCAL 1.2 they stood in an object of their own."""
    inner = item.value.get("relationship")
    if isinstance(inner, dict):
        own = item.object("relationship") or item
        return own.needed("type"), own.text("ns") or OSCAL
    return item.needed("relationship"), item.text("ns") or OSCAL


def _of_items(item: Cursor) -> Iterator[Json]:
    """What a map says of its single sources and targets."""
    for side in ENDS:
        for end in item.objects(f"{side}s"):
            more = {key: end.value[key] for key in ("props", "links", "remarks") if key in end.value}
            if more:
                value = one_line({"id-ref": end.value.get("id-ref"), **more})
                yield {"name": f"{side}-item", "ns": NAMESPACE, "value": value}


def _of_sets(item: Cursor, sources: int, targets: int, fields: Json) -> str:
    """Why a pair says less than the map it comes from."""
    word = relationship(item)[0]
    why = f"The document says {word!r} of {sources} source and {targets} target entries as wholes, not of this pair."
    if sources == targets == 1:
        why = f"The document says {word!r}, a word that is not known here."
    return "\n\n".join(filter(None, (why, fields.get("note"))))


def _resources(mapping: Cursor) -> Iterator[Json]:
    """What the document says of the catalogs it stands between, as written."""
    for side in ENDS:
        value = mapping.value.get(f"{side}-resource")
        if isinstance(value, dict):
            yield {"name": f"{side}-resource", "ns": NAMESPACE, "value": one_line(value)}


def _gaps(mapping: Cursor, ends: list[End]) -> list[Json]:
    """Ids that the document says stand in no map: kept, not checked."""
    return [{"name": f"{end.side}-gap", "ns": NAMESPACE, "value": name} for end in ends for name in end.gap(mapping)]
