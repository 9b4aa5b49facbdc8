"""The groups and controls of an OSCAL catalog in one list, each under the id people know it by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from govkit.oscal.cursor import Cursor
from govkit.oscal.naming import is_line
from govkit.oscal.properties import Json, marked, oscals

LONGEST_NAME = 200
"""Longest id or title of a record. Source: govkit/model/base.py, Name."""


@dataclass
class Entry:
    """A group or control."""

    cursor: Cursor
    group: bool
    above: Entry | None
    props: list[Json]
    identifier: str
    """As OSCAL has it; empty when a group has none."""
    label: str | None
    """Its printed id, if it says one."""
    record: str | None
    """What record of govkit it was written from: `control`, `theme`; None: a requirement."""
    name: str = ""
    """The id it goes by here."""


def entries(root: Cursor) -> list[Entry]:
    """Every group and control below the root, parents first, in the order of the document."""
    found = list(_below(root, None))
    _name([entry for entry in found if entry.record != "theme"])
    return found


def sorted_as_written(found: list[Entry]) -> list[Entry]:
    """In the order of their `sort-id`, where each has one of its own; else as they are."""
    order = [str(item[0]["value"]) if (item := oscals(entry.props, "sort-id")) else "" for entry in found]
    if "" in order or len(set(order)) < len(order):
        return found
    return [entry for _, entry in sorted(zip(order, found, strict=True), key=lambda pair: pair[0])]


def _below(cursor: Cursor, above: Entry | None) -> Iterator[Entry]:
    for key in ("controls", "groups"):
        for item in cursor.objects(key):
            entry = _entry(item, key == "groups", above)
            yield entry
            yield from _below(item, entry)


def _entry(cursor: Cursor, group: bool, above: Entry | None) -> Entry:
    props = cursor.props()
    label = next((item["value"] for item in oscals(props, "label")), None)
    label = label if label and is_line(label) and len(label) <= LONGEST_NAME else None
    identifier = (cursor.text("id") or "") if group else cursor.needed("id")
    return Entry(cursor, group, above, props, identifier, label, marked(props, "record"))


def _name(found: list[Entry]) -> None:
    """Labels where they are unique, else identifiers, else titles; who has a name that another must use gives way."""
    first: dict[str, Entry] = {}
    for entry in found:
        if entry.identifier and first.setdefault(entry.identifier, entry) is not entry:
            what = f"the identifier {entry.identifier!r} stands twice in this document"
            entry.cursor.wrong("duplicate-id", what, "give one of the two another id", "id")
    labels = Counter(entry.label for entry in found)
    labelled: dict[str | None, Entry] = {
        entry.label: entry for entry in found if entry.label and labels[entry.label] == 1
    }
    without = [entry for entry in found if labelled.get(entry.label) is not entry]
    while without:
        entry = without.pop()
        entry.name = entry.identifier or entry.cursor.text("title") or "-"
        other = labelled.pop(entry.name, None)
        if other is not None:
            without.append(other)
    for label, entry in labelled.items():
        entry.name = label or ""
    named = Counter(entry.name for entry in found)
    for entry in found:
        if named[entry.name] > 1 and not entry.identifier:
            what = f"another group or control goes by the name {entry.name!r}, too"
            entry.cursor.wrong("duplicate-id", what, "give this group an id")
