"""Mapping sets of a CISO Assistant library. A set that is another one read backwards is the same mapping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from govkit.errors import Problem
from govkit.importing.asked import Asked
from govkit.importing.cleaning import one_line, prose
from govkit.importing.crosswalking import Ends, Rows
from govkit.importing.drafting import lacking, origin, refuse
from govkit.importing.ends import catalog_meant
from govkit.importing.source import Source
from govkit.model.catalog import Mapping, Relationship
from govkit.model.crosswalk import INVERSE
from govkit.validation import unknown
from govkit.yaml_lines import Path

WORDS: dict[str, Relationship] = {
    "equal": "equal",
    "subset": "subset_of",
    "superset": "superset_of",
    "intersect": "intersects_with",
    "not_related": "none",
}
"""Source: the table of relationships in the documentation of the format; the terms are those of NIST IR 8477."""

RATIONALES = ("syntactic", "semantic", "functional")


class Mapped(NamedTuple):
    """What came of the sets of a library."""

    mappings: tuple[Mapping, ...]
    dropped: Counter[str]
    reasons: dict[str, str]
    doubts: tuple[str, ...]


def mappings_of(
    source: Source, asked: Asked, sets: Sequence[tuple[Path, dict[str, Any]]], library: dict[str, Any]
) -> Mapped:
    """The sets as mappings; raises InputError with every Problem."""
    dropped: Counter[str] = Counter()
    if not sets:
        return Mapped((), dropped, {}, ())
    rows, seen = Rows(asked, source.place("objects")), set[frozenset[tuple[str, str, str]]]()
    head, unfounded = _head(source, asked, library), 0
    for spot, found in sets:
        said = _said(found)
        if frozenset((b, a, INVERSE.get(WORDS.get(word, "related"), word)) for a, b, word in said) in seen and said:
            dropped["reverse_mapping_sets"] += 1
            continue
        seen.add(frozenset((a, b, WORDS.get(word, word)) for a, b, word in said))
        ends = _ends(source, asked, found, spot, rows)
        listed = found.get("requirement_mappings")
        for index, row in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(row, dict):
                unfounded += _row(source, rows, (*spot, "requirement_mappings", index), row, ends, head)
    mappings = rows.mappings({key: value for key, value in head.items() if value is not None}, asked.id)
    reasons = {"reverse_mapping_sets": "the same pairs read backwards; a mapping is read from both ends"}
    doubts = [f"Rows that repeat a pair: {rows.merged}; they were joined with it."] if rows.merged else []
    if unfounded:
        doubts.append(f"Pairs that do not say on what they rest: {unfounded}; {head['rationale']!r} is what you said.")
    return Mapped(mappings, dropped, reasons, tuple(doubts))


def _said(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    listed = found.get("requirement_mappings")
    keys = ("source_requirement_urn", "target_requirement_urn", "relationship")
    return [
        (str(row.get(keys[0])).lower(), str(row.get(keys[1])).lower(), str(row.get(keys[2])))
        for row in (listed if isinstance(listed, list) else ())
        if isinstance(row, dict)
    ]


def _head(source: Source, asked: Asked, library: dict[str, Any]) -> dict[str, Any]:
    date = library.get("publication_date")
    stated: dict[str, Any] = {
        "title": one_line(str(library.get("name") or ""))[:200] or None,
        "as_of": str(date) if date else None,
        "licence": prose(library.get("copyright")),
        "status": "As the file states it; not reviewed by govkit.",
        "rationale": None,
        "disclosure": prose(library.get("description")),
    }
    stated |= {key: value for key, value in asked.head.items() if key in stated}
    stated = {key: value for key, value in stated.items() if value is not None or key == "rationale"}
    refuse(lacking(source, stated, ("as_of", "licence")))
    version = library.get("version")
    return {**stated, "sources": (origin(source, str(version) if version is not None else None),)}


def _ends(source: Source, asked: Asked, found: dict[str, Any], spot: Path, rows: Rows) -> Ends:
    names = [str(found.get(f"{side}_framework_urn") or "") for side in ("source", "target")]
    places = [source.place(*spot, f"{side}_framework_urn") for side in ("source", "target")]
    meant = [
        catalog_meant(name, name.rpartition(":")[2], asked, where, rows.problems)
        for name, where in zip(names, places, strict=True)
    ]
    return Ends(*(name or "" for name in meant))


def _row(source: Source, rows: Rows, spot: Path, row: dict[str, Any], ends: Ends, head: dict[str, Any]) -> bool:
    """One row; whether it had to rest on what the user says."""
    where, word = source.place(*spot), str(row.get("relationship") or "")
    if word not in WORDS:
        listing = f"the words of this format are {', '.join(WORDS)}"
        rows.problems.append(unknown(word[:60], WORDS, where, "relationship", listing))
        return False
    said = str(row.get("rationale") or "").strip()
    rationale, notes = (said, []) if said in RATIONALES else (None, [said])
    lacks = rationale is None
    if lacks and head.get("rationale") is None:
        fix = "say it for the whole file: `--set rationale=semantic` (or syntactic, functional)"
        what = "a set relation must say on what it rests: the words, their meaning, or what is achieved"
        rows.problems.append(Problem(where, "missing-rationale", what, fix))
        return False
    notes.append(str(row.get("annotation") or ""))
    strength = row.get("strength_of_relationship", row.get("strength"))
    rows.add(
        where,
        ends,
        str(row.get("source_requirement_urn") or "").rpartition(":")[2],
        str(row.get("target_requirement_urn") or "").rpartition(":")[2],
        relationship=WORDS[word],
        rationale=rationale,
        note=prose("\n".join(filter(None, notes))),
        props=({"name": "strength-of-relationship", "value": str(strength)},) if strength not in (None, "") else (),
    )
    return lacks
