"""What a row of an SSSOM file says, in our words and never more strongly.

SKOS speaks of the meaning of concepts, for finding things; our words are those of NIST IR 8477.
"""

from __future__ import annotations

from typing import Any, Final

from pydantic import Field

from govkit.errors import Place, Problem
from govkit.importing.cleaning import prose
from govkit.importing.sssom_ours import exact_word, exactly
from govkit.model.base import Name, Record
from govkit.model.catalog import Relationship
from govkit.validation import unknown

NO_TERM = "sssom:NoTermFound"

PREDICATES: dict[str, Relationship] = {
    "skos:exactMatch": "equivalent",
    "skos:closeMatch": "related",
    "skos:relatedMatch": "related",
    "skos:broadMatch": "subset_of",
    "skos:narrowMatch": "superset_of",
    "skos:mappingRelation": "related",
    "owl:sameAs": "equal",
    "owl:equivalentClass": "equal",
    "owl:equivalentProperty": "equal",
    "rdfs:subClassOf": "subset_of",
    "rdfs:subPropertyOf": "subset_of",
    "rdfs:seeAlso": "related",
    "oboInOwl:hasDbXref": "related",
}
"""Predicate to what the subject is to the object.

exactMatch says that two concepts may stand for each other: the same meaning in other words (`equivalent`), not the same
set. closeMatch holds for some uses only, so nothing but `related` is left of it. broadMatch says that the object is
broader, so the subject is a subset. Source: SKOS Reference 2009, section 10; common predicates in SSSOM 1.0.
"""

DENIED = frozenset({"skos:mappingRelation", "skos:semanticRelation"})
"""Denying one of these denies every relationship; denying any other leaves the rest open."""

UNDECIDED = frozenset({*DENIED, "skos:relatedMatch"})
"""With one of these, `sssom:NoTermFound` says that nothing corresponds; with another, that nothing does in that way."""

MATCH_TYPES = {
    "Lexical": "semapv:LexicalMatching",
    "Logical": "semapv:LogicalMatching",
    "HumanCurated": "semapv:ManualMappingCuration",
    "Complex": "semapv:CompositeMatching",
    "Unspecified": "semapv:UnspecifiedMatching",
    "SemanticSimilarity": "semapv:SemanticSimilarityThresholdMatching",
}
"""`match_type` of files before SSSOM 0.9.1. Source: SSSOM 1.0, compatibility with previous versions."""

KEPT = (
    "mapping_justification",
    "confidence",
    "author_id",
    "author_label",
    "mapping_tool",
    "mapping_date",
    "similarity_score",
)
"""Columns kept as properties of the pair, as they are written."""


OURS_KEPT = frozenset({"agreement", "basis", "confidence", "readings"})
"""Extensions of ours that rest on sources the file names in a comment only."""

READ = (
    *("subject_id", "predicate_id", "predicate_modifier", "object_id", "mapping_justification", "match_type"),
    *("subject_type", "object_type", "reviewer_label", "reviewer_id", "comment"),
)
"""Columns that become a field, or decide whether there is a pair."""


class VocabularyUse(Record):
    """A prefix of the file, and the catalog it stands for."""

    catalog: Name
    ids: dict[Name, Name] = Field(default_factory=dict)
    """What the file calls an entry to the id it has here, where the two differ."""


class Guide(Record):
    """`govkit:` in the metadata: what a file cannot know about us."""

    catalogs: dict[Name, Name | VocabularyUse] = Field(default_factory=dict)
    predicates: dict[Name, Relationship] = Field(default_factory=dict)
    """Predicates that are not in the list of common ones."""
    leave_out: tuple[Name, ...] = ()
    """Prefixes whose rows are not wanted."""


NEGATED: Final[dict[str, Any]] = {}
"""In place of a pair: the row denies one relationship and says nothing about the others."""


def pair_of(
    row: dict[str, str], guide: Guide, columns: dict[str, str], where: Place, problems: list[Problem]
) -> dict[str, Any] | None:
    """The fields of a pair without its ends; NEGATED for a denial; None, with a Problem, for an unknown word.

    `columns` are those of govkit's own extensions.
    """
    predicate, modifier = row["predicate_id"], row.get("predicate_modifier", "")
    if modifier not in ("", "Not"):
        problems.append(unknown(modifier[:60], ["Not"], where, "modifier", "SSSOM knows only `Not`"))
        return None
    if modifier == "Not" and predicate not in DENIED and exact_word(row, columns) != "none":
        return NEGATED
    words = {**PREDICATES, **guide.predicates}
    if predicate not in words and predicate not in DENIED:
        listing = (
            "say what it means under `govkit: {predicates: {...}}` in a file for --mapping; docs/importing.md shows one"
        )
        problems.append(unknown(predicate[:200], words, where, "predicate", listing))
        return None
    relationship: Relationship = "none" if modifier == "Not" else words.get(predicate, "related")
    justified = row.get("mapping_justification") or MATCH_TYPES.get(row.get("match_type", ""), "")
    if not justified:
        problems.append(
            unknown(row.get("match_type", "")[:60], MATCH_TYPES, where, "justification", "see docs/importing.md")
        )
        return None
    kept = {**row, "mapping_justification": justified}
    said = {
        "relationship": relationship,
        "rationale": _rationale(justified),
        "note": prose(row.get("comment")),
        "reviewed_by": tuple(_several(row.get("reviewer_label") or row.get("reviewer_id") or "")),
        "props": (
            {"name": "predicate", "value": f"{'not ' if modifier else ''}{predicate}"},
            *(
                {"name": name.replace("_", "-"), "value": kept[name]}
                for name in kept_columns(columns)
                if kept.get(name)
            ),
        ),
    }
    made = exactly(said, row, columns, where, problems)
    return {**made, "rationale": None} if made["relationship"] == "related" else made


def kept_columns(columns: dict[str, str]) -> tuple[str, ...]:
    """Columns that become properties of the pair: those of SSSOM, and of our extensions the ones that no field has."""
    return (*KEPT, *(column for name, column in sorted(columns.items()) if name in OURS_KEPT))


def _rationale(justified: str) -> str:
    """What the pair rests on: the words when they were compared, else the meaning, which SKOS speaks of."""
    return "syntactic" if justified == "semapv:LexicalMatching" else "semantic"


def _several(cell: str) -> list[str]:
    """The values of a cell that may hold several: split at `|`, `\\|` and `\\\\` undone."""
    found, now, escaped = [], "", False
    for character in cell:
        if escaped:
            now += character if character in "|\\" else f"\\{character}"
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "|":
            found.append(now)
            now = ""
        else:
            now += character
    return [value.strip() for value in (*found, now + "\\" * escaped) if value.strip()]
