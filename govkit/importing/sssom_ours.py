"""SSSOM that govkit wrote: extension columns hold the exact word of a pair, addresses name the catalogs."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from typing import Any

from govkit.errors import Place, Problem
from govkit.model.catalog import Relationship
from govkit.model.crosswalk import INVERSE, SSSOM_BASE
from govkit.validation import unknown

EXACT: dict[Relationship, tuple[Relationship, ...]] = {
    "related": tuple(word for word in INVERSE if word != "none"),
    "subset_of": ("subset_of", "child_of"),
    "superset_of": ("superset_of", "parent_of"),
    "none": ("none",),
}
"""What a predicate says to the words it may stand for. `related` leaves everything open but that there is nothing."""

SUPPORT = ("supports", "is_supported_by")


def slots(meta: Dict[str, Any]) -> dict[str, str]:
    """Name of an extension of ours to the column it has in this file."""
    declared = meta.get("extension_definitions")
    found = {}
    for item in declared if isinstance(declared, list) else ():
        if isinstance(item, dict):
            iri = _expanded(str(item.get("property") or ""), meta)
            if iri.startswith(SSSOM_BASE):
                found[iri.removeprefix(SSSOM_BASE)] = str(item.get("slot_name") or "")
    return found


def catalog_of(iri: object) -> str | None:
    """The id of the catalog whose entries have addresses below this one."""
    within = str(iri).removeprefix(f"{SSSOM_BASE}catalog/")
    return within.rstrip("/") if within != str(iri) else None


def is_ours(meta: Dict[str, Any]) -> bool:
    """Whether govkit wrote the set."""
    return str(meta.get("mapping_set_id") or "").startswith(f"{SSSOM_BASE}mapping/")


def state(meta: Dict[str, Any]) -> str | None:
    """The state of knowledge: the version of a set of ours."""
    version = meta.get("mapping_set_version")
    return str(version) if version and is_ours(meta) else None


def exact_word(row: Dict[str, str], columns: Dict[str, str]) -> str:
    """The word of ours that stands in the row; empty when none does."""
    return row.get(columns.get("relationship", ""), "")


def exactly(
    said: dict[str, Any], row: Dict[str, str], columns: Dict[str, str], where: Place, problems: list[Problem]
) -> dict[str, Any]:
    """The fields of a pair with the exact word; one that the predicate does not allow is a Problem."""
    word = exact_word(row, columns)
    if not word:
        return said
    base, manner = said["relationship"], row.get(columns.get("manner", ""), "")
    rationale = row.get(columns.get("rationale", ""), "") or said["rationale"]
    if word not in INVERSE:
        listing = f"one of {', '.join(INVERSE)}"
        problems.append(unknown(word[:60], INVERSE, where, "relationship", listing))
    elif word not in EXACT.get(base, (base,)):
        what = f"the predicate says {base!r}, and the column {columns['relationship']!r} says {word!r}"
        problems.append(Problem(where, "contradiction", what, "change one of them, or empty the column"))
    elif manner and word not in SUPPORT:
        what = f"the column {columns['manner']!r} tells how one supports the other, and the pair says {word!r}"
        problems.append(Problem(where, "contradiction", what, "change one of them, or empty the column"))
    else:
        exact = {**said, "relationship": word, "rationale": rationale}
        return {**exact, "property": manner} if manner else exact
    return said


def _expanded(curie: str, meta: Dict[str, Any]) -> str:
    prefix, _, name = curie.partition(":")
    known = meta.get("curie_map")
    return f"{known[prefix]}{name}" if isinstance(known, dict) and prefix in known else curie
