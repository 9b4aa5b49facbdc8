"""How every value of a record is carried in the OSCAL document made of it, found by reading the document again.

Nothing here is declared. The document is read as it is, and then once without each of the ways in which OSCAL lets
others add to it: remarks, parts and properties in our namespace. A value that is missing then was carried that way; one
that is still there stands in OSCAL's own fields; one that was missing from the start is lost. The two properties that
only say what an object is (`record`, `wording`) stay.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple, get_args

from govkit.model.base import Record
from govkit.oscal.documents import OscalDocument, Root, parse_document
from govkit.oscal.naming import NAMESPACE
from govkit.oscal.properties import MARKERS, Json, plain
from govkit.oscal.rendering import rendered

How = Literal["native", "property", "part", "remarks", "omitted"]
HOWS: tuple[How, ...] = get_args(How)

WORDS: dict[How, str] = {
    "native": "in OSCAL's own fields",
    "property": "as properties in govkit's namespace",
    "part": "as parts in it",
    "remarks": "in remarks",
}

Reader = Callable[[OscalDocument], Json]
"""What a document holds of a record, shaped like the record."""

Spot = tuple[str, ...]


class Row(NamedTuple):
    """A field of a record, and how many of its values are carried in one way."""

    field: str
    how: How
    values: int


class Loss(NamedTuple):
    """What became of a record."""

    kind: Root
    ident: str
    sha256: str
    """Of the document as it was written."""
    rows: tuple[Row, ...]
    omitted: tuple[str, ...]
    """Where each value stands that is not in the document."""

    def total(self, how: How) -> int:
        """How many values are carried in that way."""
        return sum(row.values for row in self.rows if row.how == how)


def loss(kind: Root, record: Record, ident: str, document: Json, content: bytes, reader: Reader) -> Loss:
    """What of the record the document carries, and how; `content` is the document as it was written."""
    tried: tuple[How, ...] = ("omitted", "remarks", "part", "property")
    read = {how: dict(_plain_values(reader(_opened(_without(document, how))))) for how in tried}
    found: Counter[tuple[str, How]] = Counter()
    omitted = []
    for spot, field, value in _values(record, (), ()):
        how: How = next((way for way in tried if read[way].get(spot) != value), "native")
        found[field, how] += 1
        if how == "omitted":
            omitted.append("/".join(spot))
    rows = tuple(Row(field, how, count) for (field, how), count in found.items())
    return Loss(kind, ident, hashlib.sha256(content).hexdigest(), rows, tuple(omitted))


def loss_document(found: Loss) -> Json:
    """The same as JSON (`govkit.loss/1`)."""
    return {
        "schema": "govkit.loss/1",
        "document": {"kind": found.kind, "id": found.ident, "sha256": found.sha256},
        "values": {how: found.total(how) for how in HOWS},
        "fields": [row._asdict() for row in found.rows],
        "omitted": list(found.omitted),
    }


def loss_text(found: Loss) -> str:
    """The same in one or two sentences."""
    total = sum(row.values for row in found.rows)
    carried = ", ".join(f"{count:,} {words}" for how, words in WORDS.items() if (count := found.total(how)))
    lost = Counter({row.field: row.values for row in found.rows if row.how == "omitted"})
    if not lost:
        return f"{total:,} values carried, none lost: {carried}"
    fields = ", ".join(f"{field} ({count:,})" for field, count in lost.items())
    return f"{total:,} values: {carried}; NOT CARRIED {lost.total():,}: {fields}"


def _opened(document: Json) -> OscalDocument:
    return parse_document(rendered(document, "json"), "document")


def _without(value: Any, how: How) -> Any:
    """A copy of the document that lacks one way of adding to it."""
    if isinstance(value, list):
        return [_without(item, how) for item in value]
    if not isinstance(value, dict):
        return value
    made = {key: _without(item, how) for key, item in value.items() if (how, key) != ("remarks", "remarks")}
    if how == "part" and "parts" in made:
        made["parts"] = [item for item in made["parts"] if item.get("ns") != NAMESPACE]
    if how == "property":
        if "props" in made:
            made["props"] = [item for item in made["props"] if item.get("ns") != NAMESPACE or item["name"] in MARKERS]
        if made.get("ns") == NAMESPACE and "relationship" in made:
            del made["relationship"]  # a word of ours in OSCAL's field
    return made


def _values(record: Record, spot: Spot, field: Spot) -> Iterator[tuple[Spot, str, str]]:
    """Every value that is not a default: where it stands, its field, the value as text."""
    for name, info in type(record).model_fields.items():
        value = getattr(record, name)
        if info.is_required() or value != info.get_default(call_default_factory=True):
            key = info.alias or name
            yield from _value(value, (*spot, key), (*field, key))


def _value(value: Any, spot: Spot, field: Spot) -> Iterator[tuple[Spot, str, str]]:
    if isinstance(value, Record):
        yield from _values(value, spot, field)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _value(item, (*spot, str(key)), field)
    elif isinstance(value, tuple):
        names = list(_keys(value))
        for key, item in zip(names, value, strict=True):
            yield from _value(item, (*spot, key), field)
        if len(names) > 1:
            yield (*spot, "order"), ".".join((*field, "order")), _order(names)
    else:
        yield spot, ".".join(field), plain(value)


def _plain_values(value: Any, spot: Spot = ()) -> Iterator[tuple[Spot, str]]:
    """The same of plain dicts and lists."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _plain_values(item, (*spot, str(key)))
    elif isinstance(value, list | tuple):
        names = list(_keys(value))
        for key, item in zip(names, value, strict=True):
            yield from _plain_values(item, (*spot, key))
        if len(names) > 1:
            yield (*spot, "order"), _order(names)
    elif value is not None:
        yield spot, plain(value)


def _order(names: list[str]) -> str:
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def _keys(items: Any) -> Iterator[str]:
    """What tells the items of a list apart: their ids, the ends of a pair, a name; else their place."""
    seen: Counter[str] = Counter()
    for index, item in enumerate(items):
        known = item if isinstance(item, dict) else dict(item) if isinstance(item, Record) else {}
        ends = f"{known['source']} > {known['target']}" if {"source", "target"} <= known.keys() else None
        name = str(known.get("id") or ends or known.get("name") or index)
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name} ({seen[name]})"
