"""One group or control of OSCAL → the fields of a Requirement, or of a Control that govkit wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict

from govkit.model.catalog import Parameter, Requirement
from govkit.model.control import Control, Criterion
from govkit.oscal.cursor import Cursor
from govkit.oscal.entries import Entry
from govkit.oscal.naming import NAMESPACE
from govkit.oscal.properties import OSCAL, Json, marked, oscals
from govkit.oscal.reading import fields, foreign_props

CARRIED = frozenset({"kind", "parent", "related"})
"""Fields with a place of their own in OSCAL that a property may carry where that place cannot."""

NATIVE = frozenset({"id", "aliases", "title", "summary", "expected_evidence", "text", "params", "props"})
EVIDENCE = "expected-evidence"
PARTS = frozenset({EVIDENCE, "summary", "criterion"})
"""Names of the parts that govkit writes in its namespace."""

CONTROL = frozenset({"id", "title", "theme", "summary", "expected_evidence", "criteria"})


def requirement_fields(entry: Entry, known: Dict[str, str]) -> Json:
    """What an entry holds of a requirement's fields; `known` leads from identifiers to ids."""
    cursor = entry.cursor
    other = oscals(entry.props, "alt-identifier")
    native = [*oscals(entry.props, "label")[:1], *oscals(entry.props, "sort-id")[:1], *other]
    made: Json = {
        "id": entry.name,
        "aliases": [item["value"] for item in other],
        "kind": cursor.text("class"),
        "parent": entry.above.name if entry.above else None,
        "title": cursor.needed("title"),
        "expected_evidence": evidence(cursor),
        "related": [known[name] for name in related(cursor) if name in known],
        "params": [parameter_fields(item) for item in cursor.objects("params")],
        "props": foreign_props(Requirement, cursor, native),
        **fields(Requirement, cursor, NATIVE),
        **wording(cursor),
    }
    return {key: value for key, value in made.items() if value is not None}


def is_statement(part: Cursor) -> bool:
    """Whether a part of OSCAL's own holds what a control asks, or what a group is about."""
    return part.text("name") in ("statement", "overview") and (part.text("ns") or OSCAL) == OSCAL


def wording(cursor: Cursor) -> Json:
    """The statement as text or, where govkit wrote it so, as summary."""
    made: Json = {}
    for part in cursor.objects("parts"):
        if (part.text("ns"), part.text("name")) == (NAMESPACE, "summary"):
            made["summary"] = part.text("prose")
        elif is_statement(part):
            field = "summary" if marked(part.props(), "wording") == "own-words" else "text"
            text = prose(part)
            made[field] = f"{made[field]}\n\n{text}" if field in made and text else text or made.get(field)
    return made


def prose(part: Cursor, depth: int = 0) -> str | None:
    """The words of a part and of the items in it, one line each, indented by depth."""
    own = part.text("prose")
    label = next((item["value"] for item in oscals(part.props(), "label")), None)
    if depth:
        own = "    " * (depth - 1) + " ".join(filter(None, (label, (own or "").strip())))
    lines = [own] if own and own.strip() else []
    for item in part.objects("parts"):
        inner = prose(item, depth + 1)
        lines += [inner] if inner else []
    return "\n".join(lines) or own


def is_ours(part: Cursor) -> bool:
    """Whether govkit wrote a part. Tools that go through Markdown forget its namespace; the name is nobody else's."""
    named = part.text("name") or ""
    return named in PARTS and part.text("ns") in (NAMESPACE, None if named == EVIDENCE else NAMESPACE)


def evidence(cursor: Cursor) -> list[str]:
    """What a reader would expect to be shown, where govkit wrote it; Markdown joins the parts with blank lines."""
    found: list[str] = []
    for part in cursor.objects("parts"):
        if is_ours(part) and part.text("name") == EVIDENCE:
            said = part.text("prose") or ""
            found += [said] if part.text("ns") else filter(None, map(str.strip, re.split(r"\n\s*\n", said)))
    return found


def related(cursor: Cursor) -> list[str]:
    """Identifiers of this document that the entry is said to be related to."""
    links = [(item.text("rel"), item.text("href") or "") for item in cursor.objects("links")]
    return [href[1:] for rel, href in links if rel == "related" and href.startswith("#")]


def parameter_fields(cursor: Cursor) -> Json:
    """What a parameter holds of ours."""
    made: Json = {"id": cursor.needed("id"), "label": cursor.text("label"), "values": cursor.texts("values")}
    select = cursor.object("select")
    made["choices"] = select.texts("choice") if select else []
    made |= {"props": foreign_props(Parameter, cursor, []), **fields(Parameter, cursor, frozenset({"label", "props"}))}
    return {key: value for key, value in made.items() if value is not None}


def control_fields(entry: Entry) -> Json:
    """What an entry holds of the fields of a control on offer."""
    cursor = entry.cursor
    parts = [part for part in cursor.objects("parts") if part.text("ns") == NAMESPACE]
    criteria = [
        {"title": part.text("title"), **fields(Criterion, part, frozenset({"title"}))}
        for part in parts
        if part.text("name") == "criterion"
    ]
    made: Json = {
        "id": entry.name,
        "title": cursor.needed("title"),
        "theme": entry.above.cursor.text("title") if entry.above else None,
        "expected_evidence": evidence(cursor),
        "criteria": criteria,
        **fields(Control, cursor, CONTROL),
        **wording(cursor),
    }
    return {key: value for key, value in made.items() if value is not None}
