"""A mapping between two catalogs as SSSOM/TSV, for programs that exchange mappings.

Format: Simple Standard for Sharing Ontological Mappings, https://mapping-commons.github.io/sssom/, canonical TSV.
Predicates say no more than the relationship does. Confidence stays a word in an extension: SSSOM's own slot is a
probability, and nobody measured one. Identifiers live under a domain that can never exist (RFC 2606), because no
publisher gave its requirements addresses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from govkit.export.mapping_text import NEVER_CHAINED, readings_sentence
from govkit.model.catalog import Relationship
from govkit.model.crosswalk import SSSOM_BASE, Alone, Crosswalk, Edge

LICENCE_IN_WORDS = "https://w3id.org/sssom/license/unspecified"
"""What SSSOM writers put when no address names the licence; the words then stand in the comment."""

BUILT_IN = frozenset(("owl", "rdf", "rdfs", "semapv", "skos", "sssom", "xsd", "linkml"))
"""Prefixes that mean the same in every file. Source: SSSOM, IRI prefixes."""

PREDICATES: dict[Relationship, str] = {
    "related": "skos:relatedMatch",
    "supports": "skos:relatedMatch",
    "is_supported_by": "skos:relatedMatch",
    "identical": "skos:closeMatch",
    "equivalent": "skos:closeMatch",
    "equal": "skos:closeMatch",
    "subset_of": "skos:broadMatch",
    "superset_of": "skos:narrowMatch",
    "intersects_with": "skos:relatedMatch",
    "contrary": "skos:mappingRelation",
    "child_of": "skos:broadMatch",
    "parent_of": "skos:narrowMatch",
    "none": "skos:relatedMatch",
}
"""Never exactMatch: SKOS lets programs chain it, and mappings here are not chained. `none` is negated."""

COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id", "object_label",
    "mapping_justification", "reviewer_label", "comment",
)  # fmt: skip
EXTENSIONS = ("agreement", "basis", "confidence", "manner", "rationale", "readings", "relationship")
"""In the order of their property, after the standard columns."""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 .,;()/_-]*(?<! )")
_NOT_TEXT = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))


class Table(NamedTuple):
    """Names of the columns that hold anything, and the rows under them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def crosswalk_sssom(crosswalk: Crosswalk) -> str:
    """The whole file: metadata as YAML in comment lines, then one row a pair.

    A pair that says `none` is negated; `sssom:NoTermFound` stands only where a source says that there is no
    counterpart. Ids that merely stand in no pair are named in the comment of the set.
    """
    table = _table(crosswalk)
    lines = [f"#{line}" for line in _metadata(crosswalk, table)]
    lines += ["\t".join(_cell(value) for value in row) for row in (table.columns, *table.rows)]
    return "\n".join(lines) + "\n"


def _table(crosswalk: Crosswalk) -> Table:
    names = (*COLUMNS, *(f"ext_{name}" for name in EXTENSIONS))
    found = sorted(tuple(_clean(values.get(name, "")) for name in names) for values in _rows(crosswalk))
    used = [index for index in range(len(names)) if any(row[index] for row in found)]
    columns = tuple(names[index] for index in used)
    return Table(columns, tuple(tuple(row[index] for index in used) for row in found))


def _rows(crosswalk: Crosswalk) -> Iterator[dict[str, str]]:
    for edge in crosswalk.edges:
        yield {**_ends(crosswalk, edge.source, edge.target), **_said(crosswalk, edge)}
    for alone in crosswalk.source_alone:
        if alone.stated:
            yield {**_ends(crosswalk, alone.requirement.id, None), **_nothing(crosswalk, alone)}
    for alone in crosswalk.target_alone:
        if alone.stated:
            yield {**_ends(crosswalk, None, alone.requirement.id), **_nothing(crosswalk, alone)}


def _ends(crosswalk: Crosswalk, source: str | None, target: str | None) -> dict[str, str]:
    titles = (
        {item.id: item.title for item in catalog.requirements} for catalog in (crosswalk.source, crosswalk.target)
    )
    sources, targets = titles
    found = {"subject_id": "sssom:NoTermFound", "object_id": "sssom:NoTermFound"}
    if source is not None:
        found |= {"subject_id": f"{_prefix(crosswalk.source.id)}:{quote(source, safe='')}"}
        found |= {"subject_label": sources[source]}
    if target is not None:
        found |= {"object_id": f"{_prefix(crosswalk.target.id)}:{quote(target, safe='')}"}
        found |= {"object_label": targets[target]}
    return found


def _said(crosswalk: Crosswalk, edge: Edge) -> dict[str, str]:
    pair, mapping = edge.pair, crosswalk.mapping
    printed = edge.source_as_printed or edge.target_as_printed
    remarks = [f"printed as {printed}" if printed not in (None, pair.target) else "", pair.note or ""]
    return {
        "predicate_id": PREDICATES[edge.relationship],
        "predicate_modifier": "Not" if edge.relationship == "none" else "",
        "mapping_justification": _justification(crosswalk, pair.basis or mapping.basis),
        "reviewer_label": "|".join(_piped(name) for name in (*mapping.reviewed_by, *pair.reviewed_by)),
        "comment": "; ".join(filter(None, remarks)),
        "ext_relationship": edge.relationship,
        "ext_manner": pair.property_ or "",
        "ext_confidence": pair.confidence or "",
        "ext_agreement": str(pair.agreement or ""),
        "ext_readings": ", ".join(pair.sources),
        "ext_rationale": pair.rationale or mapping.rationale or "",
        "ext_basis": pair.basis or "",
    }


def _nothing(crosswalk: Crosswalk, alone: Alone) -> dict[str, str]:
    """A row for a requirement to which, as a source says, nothing of the other catalog corresponds."""
    assert alone.stated is not None
    tree = crosswalk.mapping.style == "structural" and crosswalk.edges
    return {
        "predicate_id": PREDICATES[crosswalk.edges[0].relationship if tree else "related"],
        "mapping_justification": _justification(crosswalk, crosswalk.mapping.basis),
        "reviewer_label": "|".join(_piped(name) for name in crosswalk.mapping.reviewed_by),
        "comment": alone.stated.note or "",
        "ext_readings": ", ".join(alone.stated.sources),
    }


def _justification(crosswalk: Crosswalk, basis: str) -> str:
    """How the pair came about, as far as it is known: sources seldom say how they matched."""
    if crosswalk.turned:
        return "semapv:MappingInversion"
    return "semapv:ManualMappingCuration" if basis == "govkit" else "semapv:UnspecifiedMatching"


def _metadata(crosswalk: Crosswalk, table: Table) -> Iterator[str]:
    mapping, source, target = crosswalk.mapping, crosswalk.source, crosswalk.target
    if crosswalk.turned:
        yield 'sssom_version: "1.1"'  # MappingInversion is younger than 1.0
    yield "curie_map:"
    prefixes = {"GOVKIT": SSSOM_BASE} | {
        _prefix(item.id): f"{SSSOM_BASE}catalog/{item.id}/" for item in (source, target)
    }
    for name in sorted(prefixes):
        yield f"  {name}: {_scalar(prefixes[name])}"
    turned = "/turned" if crosswalk.turned else ""
    yield f"mapping_set_id: {_scalar(f'{SSSOM_BASE}mapping/{quote(mapping.id)}{turned}')}"
    yield f"mapping_set_version: {_scalar(str(mapping.as_of))}"
    yield f"mapping_set_title: {_scalar(mapping.title)}"
    yield f"mapping_set_description: {_scalar(f'{mapping.status} {mapping.disclosure or str()}')}"
    yield "creator_label:"
    yield "  - govkit"
    address = re.fullmatch(r"https?://\S+", mapping.licence.strip())
    yield f"license: {_scalar(mapping.licence.strip() if address else LICENCE_IN_WORDS)}"
    yield f"subject_source: {_scalar(f'GOVKIT:catalog/{source.id}')}"
    yield f"subject_source_version: {_scalar(source.edition)}"
    yield f"object_source: {_scalar(f'GOVKIT:catalog/{target.id}')}"
    yield f"object_source_version: {_scalar(target.edition)}"
    yield f"comment: {_scalar(' '.join(_comment(crosswalk)))}"
    yield "extension_definitions:"
    for name in EXTENSIONS:
        if f"ext_{name}" in table.columns:
            yield f"  - slot_name: ext_{name}"
            yield f"    property: {_scalar(f'GOVKIT:{name}')}"
            yield f"    type_hint: {_scalar('xsd:integer' if name == 'agreement' else 'xsd:string')}"


def _comment(crosswalk: Crosswalk) -> Iterator[str]:
    """What has no slot: the licence in words, the sources, how much rests on one reading, and what is silent."""
    mapping = crosswalk.mapping
    yield f"Licence: {mapping.licence}"
    for source in mapping.sources:
        yield f"Source {source.id}: {source.ref}{f', commit {source.commit}' if source.commit else ''}."
    yield f"{readings_sentence(mapping)}. Style: {mapping.style}, basis: {mapping.basis}."
    for catalog, alone in ((crosswalk.source, crosswalk.source_alone), (crosswalk.target, crosswalk.target_alone)):
        silent = [item.requirement.id for item in alone if item.stated is None]
        if silent:
            yield f"In no pair, and nobody says whether there is a counterpart: {catalog.id} {', '.join(silent)}."
    yield NEVER_CHAINED


def _prefix(catalog: str) -> str:
    """The id of the catalog where it can be a prefix; prefixes cannot begin with a digit, and some are taken."""
    return f"c_{catalog}" if catalog[0].isdigit() or catalog in BUILT_IN else catalog


def _scalar(text: str) -> str:
    """A YAML scalar on one line: plain where that is safe, else in double quotes."""
    cleaned = _clean(text)
    plain = _PLAIN.fullmatch(cleaned) and cleaned.lower() not in _NOT_TEXT
    return cleaned if plain else json.dumps(cleaned, ensure_ascii=False)


def _cell(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if '"' in value else value


def _piped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("|", "\\|")


def _clean(text: str) -> str:
    """One line of visible characters: a tab or a line break would make another cell or another row."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
