"""Mappings held against their two catalogs, and pairs against what their style and their sources let them say."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from collections.abc import Mapping as Dict
from typing import Literal

from govkit.catalogs.checking import counts_problems
from govkit.catalogs.reading import Parsed
from govkit.errors import Problem
from govkit.model.catalog import Catalog, Mapping, Pair
from govkit.model.crosswalk import FITTING
from govkit.validation import unknown
from govkit.yaml_lines import Path as Spot


def mapping_problems(mapping: Parsed[Mapping], catalogs: Dict[str, Catalog], unread: bool) -> list[Problem]:
    """What is wrong in one mapping, held against its two catalogs; `unread` says that some catalog is broken."""
    found = [*_pair_problems(mapping), *_number_problems(mapping)]
    return [*found, *_ends(mapping, "source", catalogs, unread), *_ends(mapping, "target", catalogs, unread)]


def _pair_problems(mapping: Parsed[Mapping]) -> Iterator[Problem]:
    """Pairs that stand twice, rest on sources nobody declared, or say more than they may."""
    origin = mapping.origin
    declared = {source.id for source in mapping.record.sources} if mapping.record else None
    seen: dict[tuple[str, str], Spot] = {}
    for pair, spot in mapping.entries["pairs"].good:
        first = seen.setdefault((pair.source, pair.target), spot)
        if first != spot:
            what = f"the pair {pair.source} > {pair.target} stands twice, first at {origin.place(*first)}"
            yield Problem(origin.place(*spot), "duplicate-id", what, "keep one")
        for name in pair.sources:
            if declared is not None and name not in declared:
                yield unknown(name, declared, origin.place(*spot, "sources"), "source", "see `sources:`")
        yield from _unfit(mapping, pair, spot)
        yield from _unfounded(mapping, pair, spot)


def _unfit(mapping: Parsed[Mapping], pair: Pair, spot: Spot) -> Iterator[Problem]:
    """A word the style does not have, a manner without support, a set relation without its rationale."""
    style = mapping.head.get("style")
    words = FITTING.get(str(style))
    if words and pair.relationship not in words:
        what = f"{pair.source} > {pair.target} says {pair.relationship!r}, which the {style} style does not have"
        fix = f"use one of {', '.join(words)}, or another style; a pair without a type belongs into a concept mapping"
        yield Problem(mapping.origin.place(*spot, "relationship"), "unfit-relationship", what, fix)
    if pair.property_ and pair.relationship not in ("supports", "is_supported_by"):
        what = f"{pair.source} > {pair.target} says {pair.property_!r}, and its relationship is {pair.relationship!r}"
        fix = "`property` tells how one supports the other: remove it, or say `supports` or `is_supported_by`"
        yield Problem(mapping.origin.place(*spot, "property"), "unfit-relationship", what, fix)
    if style == "set-theory" and not (pair.rationale or mapping.head.get("rationale")):
        what = f"{pair.source} > {pair.target} does not say on what its set relation rests"
        fix = "add `rationale: syntactic`, `semantic` or `functional` to the pair, or to the whole mapping"
        yield Problem(mapping.origin.place(*spot, "relationship"), "missing-rationale", what, fix)


def _unfounded(mapping: Parsed[Mapping], pair: Pair, spot: Spot) -> Iterator[Problem]:
    """More readings than sources, or more than low confidence on one reading without a word why."""
    if pair.agreement is None:
        return
    if pair.agreement > len(set(pair.sources)):
        what = f"{pair.source} > {pair.target} counts {pair.agreement} readings and names {len(set(pair.sources))}"
        fix = "name under `sources` each reading that shows the pair, or lower `agreement`"
        yield Problem(mapping.origin.place(*spot, "agreement"), "unfounded-strength", what, fix)
    if pair.agreement == 1 and pair.confidence in ("medium", "high") and not pair.note:
        what = f"{pair.source} > {pair.target} has {pair.confidence} confidence and rests on one reading"
        fix = "say `confidence: low`, or add a `note` with the reason for more"
        yield Problem(mapping.origin.place(*spot, "confidence"), "unfounded-strength", what, fix)


def _number_problems(mapping: Parsed[Mapping]) -> Iterator[Problem]:
    origin, pairs = mapping.origin, mapping.entries["pairs"]
    counted = {
        "pairs": len(pairs.words("source")),
        "source_ids": len(set(pairs.words("source"))),
        "target_ids": len(set(pairs.words("target"))),
        "low_confidence": pairs.words("confidence").count("low"),
    }
    stated = mapping.head.get("counts")
    if isinstance(stated, dict) and "pairs" not in stated:
        fix = f"add `pairs: {counted['pairs']}` once checked against the published mapping"
        what = "counts do not say how many pairs there must be"
        yield Problem(origin.place("counts"), "wrong-count", what, fix)
    yield from counts_problems(origin, stated, counted, complete=False)


def _ends(
    mapping: Parsed[Mapping], side: Literal["source", "target"], catalogs: Dict[str, Catalog], unread: bool
) -> Iterator[Problem]:
    """Ids of one side that its catalog does not have, and gaps that are none."""
    origin, pairs, name = mapping.origin, mapping.entries["pairs"], mapping.head.get(side)
    catalog = catalogs.get(str(name))
    if catalog is None:
        if name is not None and not unread:
            yield unknown(str(name), catalogs, origin.place(side), "catalog", f"known: {', '.join(catalogs)}")
        return
    ids = {requirement.id for requirement in catalog.requirements}
    listing = f"`govkit show {catalog.id}` lists them"
    for pair, spot in pairs.good:
        if getattr(pair, side) not in ids:
            yield unknown(getattr(pair, side), ids, origin.place(*spot, side), "requirement", listing)
    if mapping.record is None:
        return
    paired = {getattr(pair, side) for pair in mapping.record.pairs if pair.relationship != "none"}
    stated, missing = mapping.record.gaps.get(side), {leaf.id for leaf in catalog.leaves()} - paired
    if stated is not None and set(stated) != missing:
        wrong = ", ".join(sorted(set(stated) ^ missing))
        what = f"gaps on the {side} side differ from the ids without a pair in: {wrong}"
        yield Problem(origin.place("gaps", side), "wrong-count", what, "list exactly the judged ids without a pair")
    yield from _unmatched(mapping, side, missing)


def _unmatched(
    mapping: Parsed[Mapping], side: Literal["source", "target"], missing: Collection[str]
) -> Iterator[Problem]:
    """Ids said to have no counterpart that stand in a pair, or that lean on a source nobody declared."""
    assert mapping.record is not None
    declared = {source.id for source in mapping.record.sources}
    items = mapping.record.unmatched.get(side, ())
    for index, item in enumerate(items):
        spot = ("unmatched", side, index)
        if item.id not in missing:
            what = f"{item.id!r} is said to have no counterpart, and stands in a pair or is not judged"
            fix = "remove it, or the pair; a source that relates two ids has found a counterpart"
            yield Problem(mapping.origin.place(*spot, "id"), "unfit-relationship", what, fix)
        for name in item.sources:
            if name not in declared:
                place = mapping.origin.place(*spot, "sources")
                yield unknown(name, declared, place, "source", "see `sources:`")
    if len({item.id for item in items}) < len(items):
        what = f"an id stands twice among those without a counterpart on the {side} side"
        yield Problem(mapping.origin.place("unmatched", side), "duplicate-id", what, "keep one, with all its sources")
