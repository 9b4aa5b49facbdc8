"""What a catalog must say and a document of somebody else says elsewhere, or not at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from govkit.oscal.cursor import Cursor
from govkit.oscal.documents import RELEASES
from govkit.oscal.entries import LONGEST_NAME, Entry
from govkit.oscal.inserting import Inserting
from govkit.oscal.naming import NAMESPACE, Named, identifiers
from govkit.oscal.properties import Json
from govkit.oscal.reading import NOT_STATED, source_names
from govkit.oscal.reading_entries import is_ours, is_statement, parameter_fields
from govkit.oscal.writing_catalog import OSCAL_ID

LICENCE = re.compile(r"licen[cs]e|copyright|public domain|creative commons|\bCC0\b|all rights reserved", re.IGNORECASE)
"""Words by which a text speaks of what may be done with it. Source: govkit judgement."""

WITHDRAWN = "withdrawn"
"""Level of controls whose property `status` says so; they ask nothing. Source: NIST SP 800-53 in OSCAL."""

UNEXPLAINED = "Not explained in the document."

LONGEST_ID = 80
"""Source: govkit/model/control.py, Slug."""


class Origin(NamedTuple):
    """What is known of a document besides what stands in it."""

    ident: str | None = None
    """The id it is to have."""
    licence: str | None = None
    """Said by the user; goes before what the document says."""
    sources: tuple[Json, ...] = ()
    """The documents it was made of; else it is its own source."""
    stated: str | None = None
    """What those say of their licence."""


def filled(root: Cursor, head: Json, requirements: list[tuple[Entry, Json]], origin: Origin) -> Json:
    """The head of a catalog; entries get level, summary and the identifiers that their ids would not give."""
    metadata = root.object("metadata")
    if metadata is None:
        return head
    asked = _levels(requirements)
    quoted = _summaries(root, requirements)
    _identifiers(requirements)
    licence = origin.licence or head.get("licence") or stated_licence(root, metadata) or origin.stated
    return {
        **head,
        **_unexplained(head, requirements),
        "id": origin.ident or head.get("id") or slug(f"{head['title']} {head['edition']}"),
        "publisher": head.get("publisher") or NOT_STATED,
        "published": head.get("published") or head.get("as_of"),
        "licence": licence or NOT_STATED,
        "status": head.get("status") or "Read from an OSCAL document; its standing is not known to govkit.",
        "sources": [*head["sources"], *(origin.sources or [source(root)])],
        "notes": [*head.get("notes", ()), *notes(root, metadata, head, requirements, quoted)],
        "judged": asked,
        "counts": dict(Counter(raw["kind"] for _, raw in requirements)),
        "props": [*head.get("props", ()), *_origin(root, metadata)],
    }


def _unexplained(head: Json, requirements: list[tuple[Entry, Json]]) -> Json:
    """Roles and routes of entries that came out of a catalog of govkit, and whose catalog stayed behind."""
    words = {"roles": "roles", "routes": "applies_from"}
    used = {key: {str(word) for _, raw in requirements for word in raw.get(field, ())} for key, field in words.items()}
    return {
        key: {**dict.fromkeys(sorted(found), UNEXPLAINED), **head.get(key, {})} for key, found in used.items() if found
    }


def slug(text: str) -> str:
    """An id made of a title: lower-case words with hyphens."""
    words = re.findall(r"[a-z0-9]+(?:\.[a-z0-9]+)*", text.lower())
    return re.sub(r"[-_.]+$", "", "-".join(words)[:LONGEST_ID]) or "catalog"


def source(root: Cursor) -> Json:
    """The document itself, as the source of what was read from it."""
    document = root.document
    name = document.path.replace("\\", "/").rsplit("/", 1)[-1]
    ref = f"OSCAL {document.root} {root.text('uuid') or 'without uuid'}, file {name}"
    return {"id": "OSCAL", "ref": ref, "checked": f"SHA-256 {document.sha256}"}


def stated_licence(root: Cursor, metadata: Cursor) -> str | None:
    """What the document says of its licence, wherever it says it."""
    for item in metadata.props():
        if item["name"].lower() in ("license", "licence", "rights", "copyright"):
            return str(item["value"])
    for link in metadata.objects("links"):
        if (link.text("rel") or "").lower() in ("license", "licence"):
            return " ".join(filter(None, (link.text("text"), link.text("href"))))
    end = root.object("back-matter")
    for resource in end.objects("resources") if end else ():
        if re.search(r"licen[cs]e|copyright", resource.text("title") or "", re.IGNORECASE):
            citation = resource.object("citation")
            said = (resource.text("title"), citation.text("text") if citation else None, resource.text("description"))
            return ": ".join(filter(None, said))
    remarks = metadata.text("remarks") or ""
    return remarks if LICENCE.search(remarks) else None


def _levels(requirements: list[tuple[Entry, Json]]) -> list[str]:
    """Gives every entry its level; those of controls that ask something come back."""
    controls = {raw.get("kind") for entry, raw in requirements if not entry.group}
    asked: dict[str, None] = {}
    for entry, raw in requirements:
        kind = raw.get("kind")
        if entry.group:
            raw["kind"] = "group" if kind is None else f"{kind}-group" if kind in controls else kind
            continue
        enhancement = entry.above is not None and not entry.above.group
        raw["kind"] = kind or ("control-enhancement" if enhancement else "control")
        if any((item["name"], item["value"].lower()) == ("status", WITHDRAWN) for item in entry.props):
            raw["props"] = [*raw["props"], {"name": "class", "ns": NAMESPACE, "value": raw["kind"]}]
            raw["kind"] = WITHDRAWN
        else:
            asked[raw["kind"]] = None
    return list(asked)


def _summaries(root: Cursor, requirements: list[tuple[Entry, Json]]) -> bool:
    """The first words of a statement stand for the summary that nobody wrote, if any lacks one; a long title is cut."""
    loose = [parameter_fields(item) for item in root.objects("params")]
    parameters = [*loose, *(item for _, raw in requirements for item in raw["params"])]
    inserting = Inserting({item["id"]: item for item in parameters})
    quoted = False
    for entry, raw in requirements:
        if len(raw["title"]) > LONGEST_NAME:
            raw["props"] = [*raw["props"], {"name": "title", "ns": NAMESPACE, "value": raw["title"]}]
            raw["title"] = raw["title"][: LONGEST_NAME - 3].rstrip() + "..."
        if "summary" not in raw:
            quoted = True
            raw["summary"] = inserting.into(_first(entry.cursor) or raw.get("text") or raw["title"])
    return quoted


def _first(cursor: Cursor) -> str | None:
    """The words at the head of the statement, else those of its first item."""
    for part in cursor.objects("parts"):
        if is_statement(part):
            said = [part.text("prose"), *(item.text("prose") for item in part.objects("parts"))]
            return next((text for text in said if text and text.strip()), None)
    return None


def _identifiers(requirements: list[tuple[Entry, Json]]) -> None:
    """Entries keep an identifier that their id would not give, as property and as another name."""
    given = {raw["id"]: _given(raw) for _, raw in requirements}
    while True:
        would = identifiers(Named(raw["id"], raw["kind"], given[raw["id"]]) for _, raw in requirements)
        wrong = [
            (entry, raw)
            for entry, raw in requirements
            if entry.identifier and would[raw["id"]] != entry.identifier and given[raw["id"]] != entry.identifier
        ]
        if not wrong:
            return
        for entry, raw in wrong:
            given[raw["id"]] = entry.identifier
            raw["props"] = [*raw["props"], {"name": OSCAL_ID, "ns": NAMESPACE, "value": entry.identifier}]
            if entry.identifier != raw["id"] and entry.identifier not in raw["aliases"]:
                raw["aliases"] = [*raw["aliases"], entry.identifier]


def _given(raw: Json) -> str | None:
    found = (item["value"] for item in raw["props"] if (item["name"], item.get("ns")) == (OSCAL_ID, NAMESPACE))
    return next(found, None)


def _origin(root: Cursor, metadata: Cursor) -> Iterator[Json]:
    """What tells one release of a document from another, as written."""
    for name, value in (("document-uuid", root.text("uuid")), ("last-modified", metadata.text("last-modified"))):
        if value and value.strip():
            yield {"name": name, "ns": NAMESPACE, "value": value}


def notes(
    root: Cursor, metadata: Cursor, head: Json, requirements: list[tuple[Entry, Json]], quoted: bool
) -> Iterator[str]:
    """How the document was read, and what of it was not."""
    version = root.document.version
    known = "" if version.removeprefix("v") in RELEASES else ", a release that is not known here"
    yield f"Read from a document that says OSCAL {version or 'nothing'}{known}."
    if quoted:
        yield "Summaries are the first words of the statements, not words of govkit."
    if "published" not in head:
        yield "The document does not say when it was published; the day it was last changed stands for it."
    left = left_out(root, metadata, requirements)
    if left:
        yield f"Not read from the document: {', '.join(f'{name} ({count:,})' for name, count in left.items())}."


def left_out(root: Cursor, metadata: Cursor, requirements: list[tuple[Entry, Json]]) -> Counter[str]:
    """What stands in the document and has no place in a catalog of govkit, counted."""
    left: Counter[str] = Counter()
    listed = source_names(root)
    for key in ("revisions", "locations", "actions"):
        left[f"metadata {key}"] = len(metadata.objects(key))
    left["metadata links"] = sum((link.text("href") or "")[1:] not in listed for link in metadata.objects("links"))
    end = root.object("back-matter")
    left["back-matter resources"] = len(end.objects("resources")) - len(listed) if end else 0
    left["catalog parameters"] = len(root.objects("params"))
    for entry, raw in requirements:
        links = entry.cursor.objects("links")
        related = sum(link.text("rel") == "related" for link in links)
        left["links related to what is not here"] += max(0, related - len(raw.get("related", ())))
        for part in entry.cursor.objects("parts"):
            if not is_ours(part) and not is_statement(part):
                left[f"parts named {part.text('name')}"] += 1
        for link in links:
            if link.text("rel") != "related":
                left[f"links {link.text('rel') or 'without rel'}"] += 1
    return +left
