"""The AI RMF Playbook as JSON: one entry for each of the 72 subcategories, with what NIST suggests.

Format: https://airc.nist.gov/docs/playbook.json, a list of objects with `type`, `title`, `category`, `description`,
`section_about`, `section_actions`, `section_doc`, `section_ref`, `AI Actors` and `Topic`; file of 2026-06-11.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from govkit.errors import Problem
from govkit.importing.asked import Asked
from govkit.importing.cleaning import ident, prose
from govkit.importing.drafting import Draft, Head, dropping
from govkit.importing.nist import LICENCE, OLDER, PUBLISHER
from govkit.importing.sniffed import Sniffed
from govkit.importing.source import Source
from govkit.model.imported import Imported

TITLE = "NIST AI RMF Playbook JSON"
ENTRIES = 72
"""In the published file. Source: NIST AI RMF 1.0, Tables 1 to 4; the file itself."""

NEEDED = ("type", "title", "category", "description")
SECTIONS = {
    "section_about": "about",
    "section_actions": "suggested-actions",
    "section_doc": "transparency-and-documentation",
    "section_ref": "references",
}
"""Key of an entry to the name of the property that keeps it."""

LISTS = {"AI Actors": "ai-actor", "Topic": "topic"}


def sniff(source: Source, asked: Asked) -> Sniffed | None:  # noqa: ARG001  (every format is asked alike)
    """A list whose entries have the keys of the Playbook."""
    value = source.value
    if not isinstance(value, list) or not value or not isinstance(value[0], dict):
        return None
    known = {*NEEDED, "section_about", "section_actions"}
    return Sniffed("nist-playbook", None, "a list of entries with Playbook keys") if known <= value[0].keys() else None


def read(source: Source, asked: Asked) -> Imported:
    """Functions, categories and subcategories; raises InputError with every Problem."""
    draft, dropped = Draft(source), Counter[str]()
    entries: list[Any] = source.value if isinstance(source.value, list) else []
    above: set[str] = set()
    for index, entry in enumerate(entries):
        where = source.place(index)
        lacking = [key for key in NEEDED if not isinstance(entry, dict) or not isinstance(entry.get(key), str)]
        if lacking:
            what = f"an entry of the Playbook has text under {', '.join(lacking)}"
            draft.problems.append(Problem(where, "bad-value", what, "get the file again; nothing in it is optional"))
            continue
        function, category = str(entry["type"]).strip().upper(), str(entry["category"]).strip().replace("-", " ")
        for id, kind, parent in ((function, "function", None), (category, "category", function)):
            if id not in above:
                above.add(id)
                draft.add(where, id=id, kind=kind, title=id, parent=parent)
        draft.add(
            where,
            id=ident(entry["title"]),
            kind="subcategory",
            text=entry["description"],
            parent=category,
            props=tuple(_props(entry)),
        )
        dropped.update(key for key in entry if key not in (*NEEDED, *SECTIONS, *LISTS))
    head = Head(
        id="nist-ai-rmf-playbook",
        title="NIST AI RMF Playbook",
        publisher=PUBLISHER,
        edition="for AI RMF 1.0",
        licence=LICENCE,
        notes=(OLDER.format(differ=30, of=72), "Functions and categories have no words of their own in the Playbook."),
    )
    catalog = draft.finish(head, asked, None)
    return Imported(
        file=source.file,
        format=TITLE,
        catalog=catalog,
        ids="As printed: GOVERN, GOVERN 1, GOVERN 1.1. The category is written with a blank instead of its hyphen.",
        dropped=tuple(dropping(key, n, "not a key of the Playbook") for key, n in sorted(dropped.items())),
        doubts=(*_doubts(catalog.counts.get("subcategory", 0)), *draft.doubts(titles=False)),
    )


def _props(entry: dict[str, Any]) -> Iterator[dict[str, str]]:
    for key, name in SECTIONS.items():
        text = prose(entry.get(key))
        if text:
            yield {"name": name, "value": text}
    for key, name in LISTS.items():
        for item in entry.get(key) or () if isinstance(entry.get(key), list) else ():
            if text := prose(item):
                yield {"name": name, "value": text}


def _doubts(count: int) -> Iterator[str]:
    yield OLDER.format(differ=30, of=72)
    if count != ENTRIES:
        yield f"The published Playbook has {ENTRIES} entries, this file has {count}: it was cut, or is another edition."
