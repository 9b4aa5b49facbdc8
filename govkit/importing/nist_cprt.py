"""Exports of NIST's Cybersecurity and Privacy Reference Tool: elements of a publication, and what belongs to what.

Format: JSON, `response.elements` (or that object alone) with `documents`, `elements` and `relationships`; the AI RMF is
`AI_100_1_0_0` 1.1.0. Source: exports of 2026-05-21 and 2026-09-26.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.errors import Problem
from govkit.importing.asked import Asked
from govkit.importing.cleaning import ident, one_line, prose, slug
from govkit.importing.drafting import Draft, Head, dropping
from govkit.importing.nist import LICENCE, OLDER, PUBLISHER
from govkit.importing.sniffed import Sniffed
from govkit.importing.source import Source
from govkit.model.imported import Dropped, Imported
from govkit.validation import unknown
from govkit.yaml_lines import Path

TITLE = "NIST CPRT export"
AI_RMF = "AI_100_1_0_0"
AI_RMF_LEVELS = {"function": 4, "category": 19, "subcategory": 72}
"""Source: NIST AI RMF 1.0, Tables 1 to 4."""

LEVELS = (
    "domain",
    "function",
    "family",
    "category",
    "subcategory",
    "requirement",
    "security_requirement",
    "control",
    "practice",
    "task",
)
"""Element types that become requirements; the others say something about one.

Source: element types of the AI RMF, AI 100-2, CSF 2.0, SP 800-171 and SP 800-218 exports."""

ORDER = "sort"
"""Element type that only says where an entry stands among its neighbours."""


class Export(NamedTuple):
    """The object with the elements, and where it stands in the file."""

    spot: Path
    body: dict[str, Any]


class Linked(NamedTuple):
    """What belongs to what."""

    parents: dict[str, str]
    """Id of a level to the id of the level above."""
    details: dict[str, list[dict[str, Any]]]
    """Id of a level to the elements that say something about it."""
    surplus: int
    """Relationships that would give an entry a second parent."""
    elsewhere: int
    """Relationships with another publication."""


def sniff(source: Source, asked: Asked) -> Sniffed | None:  # noqa: ARG001  (every format is asked alike)
    """An object with documents, elements and relationships."""
    export = _export(source.value)
    if export is None:
        return None
    return Sniffed("nist-cprt", _document(export).get("version"), "has `documents`, `elements` and `relationships`")


def _export(value: Any) -> Export | None:
    outer: list[tuple[Path, Any]] = [((), value)]
    if isinstance(value, dict) and isinstance(value.get("response"), dict):
        outer.append((("response", "elements"), value["response"].get("elements")))
    for spot, body in outer:
        if isinstance(body, dict) and all(
            isinstance(body.get(k), list) for k in ("documents", "elements", "relationships")
        ):
            return Export(spot, body)
    return None


def _document(export: Export) -> dict[str, str]:
    first = export.body["documents"][0] if export.body["documents"] else {}
    return {key: one_line(str(text)) for key, text in first.items()} if isinstance(first, dict) else {}


def read(source: Source, asked: Asked) -> Imported:
    """The levels as requirements, everything else as their properties; raises InputError with every Problem."""
    export = _export(source.value) or Export((), {"documents": [], "elements": [], "relationships": []})
    draft, document = Draft(source), _document(export)
    elements = _elements(source, export, draft)
    linked = _linked(source, export, elements, draft)
    levels = [id for id, element in elements.items() if element["element_type"] in LEVELS]
    for id in sorted(levels, key=lambda id: _rank(id, linked)):
        element, spot = elements[id], elements[id]["spot"]
        details = linked.details.get(id, [])
        draft.add(
            source.place(*spot),
            id=id,
            kind=element["element_type"],
            title=element["title"] or None,
            text=element["text"] or None,
            parent=linked.parents.get(id),
            props=tuple(_props(details)),
        )
    identifier = document.get("doc_identifier", "")
    older = (OLDER.format(differ=36, of=91),) if identifier == AI_RMF else ()
    head = Head(
        id=slug(identifier) or None,
        title=document.get("name") or None,
        publisher=PUBLISHER,
        edition=f"CPRT {document['version']}" if document.get("version") else None,
        licence=LICENCE,
        judged=_judged(elements),
        notes=older,
    )
    catalog = draft.finish(head, asked, document.get("version"))
    return Imported(
        file=source.file,
        format=TITLE,
        format_version=document.get("version") or None,
        catalog=catalog,
        ids="`element_identifier`, as written.",
        dropped=tuple(_dropped(elements, linked)),
        doubts=(*older, *_short(identifier, catalog.counts), *draft.doubts(titles=False)),
    )


def _elements(source: Source, export: Export, draft: Draft) -> dict[str, dict[str, Any]]:
    """Id to element, its path under `spot`; what is no element becomes a Problem."""
    found: dict[str, dict[str, Any]] = {}
    for index, element in enumerate(export.body["elements"]):
        spot = (*export.spot, "elements", index)
        wanted = ("element_identifier", "element_type", "title", "text")
        if not isinstance(element, dict) or not all(isinstance(element.get(key), str) for key in wanted):
            what, fix = f"an element has text under {', '.join(wanted)}", "get the export again"
            draft.problems.append(Problem(source.place(*spot), "bad-value", what, fix))
            continue
        id = ident(element["element_identifier"])
        if id in found:
            what = f"the element {id!r} stands twice"
            draft.problems.append(Problem(source.place(*spot), "duplicate-id", what, "get the export again"))
        found.setdefault(id, {**element, "id": id, "spot": spot})
    return found


def _linked(source: Source, export: Export, elements: dict[str, dict[str, Any]], draft: Draft) -> Linked:
    parents: dict[str, str] = {}
    details: dict[str, list[dict[str, Any]]] = {}
    surplus = elsewhere = 0
    here = _document(export).get("doc_identifier")
    for index, link in enumerate(export.body["relationships"]):
        if not isinstance(link, dict):
            what, fix = "a relationship should be an object", "get the export again"
            draft.problems.append(Problem(source.place(*export.spot, "relationships", index), "bad-value", what, fix))
            continue
        between = {str(link.get(f"{side}_doc_identifier") or here) for side in ("source", "dest")}
        if between != {str(here)}:
            elsewhere += 1
            continue
        ends = [ident(link.get(f"{side}_element_identifier", "")) for side in ("source", "dest")]
        lost = [id for id in ends if id not in elements]
        if lost:
            where = source.place(*export.spot, "relationships", index)
            draft.problems.append(unknown(lost[0][:200], elements, where, "element", "get the export again"))
            continue
        above, below = (elements[id] for id in ends)
        if above["element_type"] not in LEVELS:
            continue
        if below["element_type"] not in LEVELS:
            details.setdefault(above["id"], []).append(below)
        elif parents.setdefault(below["id"], above["id"]) != above["id"]:
            surplus += 1
    return Linked(parents, details, surplus, elsewhere)


def _rank(id: str, linked: Linked) -> tuple[str, ...]:
    """Where an entry stands: the sort words of everything above it, then its own; the file has no order of its own."""
    words: list[str] = []
    now: str | None = id
    while now is not None and len(words) < len(LEVELS):
        sort = [detail["title"] for detail in linked.details.get(now, []) if detail["element_type"] == ORDER]
        words.append(sort[0] if sort else "")
        now = linked.parents.get(now)
    return tuple(reversed(words))


def _props(details: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
    for detail in details:
        text = prose("\n".join(filter(None, (detail["title"], detail["text"]))))
        if detail["element_type"] != ORDER and text:
            yield {"name": detail["element_type"].replace("_", "-"), "value": text, "group": detail["id"]}


def _judged(elements: dict[str, dict[str, Any]]) -> tuple[str, ...] | None:
    """The lowest level there is."""
    present = [level for level in LEVELS if any(element["element_type"] == level for element in elements.values())]
    return (present[-1],) if present else None


def _dropped(elements: dict[str, dict[str, Any]], linked: Linked) -> Iterator[Dropped]:
    kept = {detail["id"] for details in linked.details.values() for detail in details}
    alone = Counter(
        e["element_type"] for id, e in elements.items() if e["element_type"] not in LEVELS and id not in kept
    )
    for name, count in sorted(alone.items()):
        yield dropping(f"{name.replace('_', ' ')} elements", count, "nothing in the export belongs to them")
    sorts = sum(e["element_type"] == ORDER and id in kept for id, e in elements.items())
    if sorts:
        yield dropping("sort elements", sorts, "they only give the order, which is kept")
    if linked.elsewhere:
        yield dropping("relationships to other publications", linked.elsewhere, "a catalog is about one publication")
    if linked.surplus:
        yield dropping("second parents", linked.surplus, "an entry stands in one place of a catalog")


def _short(identifier: str, counts: dict[str, int]) -> Iterator[str]:
    if identifier != AI_RMF:
        return
    if {level: counts.get(level, 0) for level in AI_RMF_LEVELS} != AI_RMF_LEVELS:
        has = ", ".join(f"{counts.get(level, 0)} {level}" for level in AI_RMF_LEVELS)
        should = ", ".join(f"{number} {level}" for level, number in AI_RMF_LEVELS.items())
        yield f"The AI RMF has {should}; this file has {has}: it was cut, or is another edition."
