"""Fields of records as OSCAL properties in our namespace, and back. Any field of any record; nothing is lost.

One property per value. A list repeats its name; the `class` of an entry of a mapping is its key. What is no plain value
on one line is carried whole: text in the property's remarks (class `in-remarks`), structure as JSON (class `json`).
"""

from __future__ import annotations

import json
import types
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from govkit.files import parse_json
from govkit.model.base import Record
from govkit.model.catalog import Property
from govkit.oscal.naming import NAMESPACE, is_line, is_token, is_uri, is_uuid

Json = dict[str, Any]

JSON, REMARKS = "json", "in-remarks"
WHOLE = "foreign-property"
"""Name of a property that holds a property of somebody else which could not be written as it is."""

MARKERS = frozenset({"record", "wording", "selection"})
"""Names of properties that say what something is, or was; they carry no value of a record."""

Marker = Literal["record", "wording", "selection"]


def kebab(field: str) -> str:
    """The name of a field as the name of a property."""
    return field.rstrip("_").replace("_", "-")


def prop(name: str, value: str, class_: str | None = None) -> Json:
    """One property of ours; a text of several lines goes to its remarks."""
    made: Json = {"name": name, "ns": NAMESPACE, "value": value}
    if class_ is not None:
        made["class"] = class_
    if not is_line(value):
        assert class_ is None  # callers give keys only to values that fit
        made |= {"class": REMARKS, "value": "in the remarks", "remarks": value}
    return made


def marker(name: Marker, value: str) -> Json:
    """A property that says what something is."""
    return {"name": name, "ns": NAMESPACE, "value": value}


def encoded(record: Record, leave: Iterable[str] = ()) -> list[Json]:
    """Every field that is not at its default, save those in `leave`, as properties in the order of the record."""
    left = set(leave)
    found: list[Json] = []
    for name, info in type(record).model_fields.items():
        value = getattr(record, name)
        if name not in left and (info.is_required() or value != info.get_default(call_default_factory=True)):
            found += _field(record, name, value)
    return found


def _field(record: Record, field: str, value: Any) -> list[Json]:
    name, form = kebab(field), shape(type(record).model_fields[field].annotation)
    if form == "one" and value is not None:
        return [prop(name, plain(value))]
    if form == "many" and value:
        return [prop(name, plain(item)) for item in value]
    if form == "keyed" and value:
        texts = {str(key): plain(item) for key, item in value.items()}
        if all(is_token(key) and key not in (JSON, REMARKS) and is_line(text) for key, text in texts.items()):
            return [prop(name, text, key) for key, text in texts.items()]
    return [prop(name, structure(record, field), JSON)]


def plain(value: Any) -> str:
    """A scalar as text, the same text for the same value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(float(value))
    return value.isoformat() if isinstance(value, date) else str(value)


def structure(record: Record, field: str) -> str:
    """A field as JSON on one line."""
    dumped = record.model_dump(mode="json", include={field}, exclude_defaults=True)
    return one_line(dumped.get(type(record).model_fields[field].alias or field))


def one_line(value: Any) -> str:
    """JSON without line breaks of any kind."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    for char in "\x7f\x85\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def shape(annotation: Any) -> Literal["one", "many", "keyed", "other"]:
    """How a type is carried: a scalar, a list of scalars, a mapping to scalars, or anything else."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return shape(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        inner = [item for item in get_args(annotation) if item is not type(None)]
        return shape(inner[0]) if len(inner) == 1 else "other"
    if origin is Literal or (isinstance(annotation, type) and issubclass(annotation, str | int | float | date)):
        return "one"
    arguments = [item for item in get_args(annotation) if item is not Ellipsis]
    if origin is tuple and arguments and all(shape(item) == "one" for item in arguments):
        return "many"
    if origin is dict and all(shape(item) == "one" for item in arguments):
        return "keyed"
    return "other"


def ours(props: Iterable[Json]) -> dict[str, list[Json]]:
    """The properties in our namespace, by name, in their order."""
    found: dict[str, list[Json]] = {}
    for item in props:
        if item.get("ns") == NAMESPACE and isinstance(item.get("name"), str):
            found.setdefault(item["name"], []).append(item)
    return found


def decoded(model: type[BaseModel], props: Iterable[Json], leave: Iterable[str] = ()) -> Json:
    """The fields that properties carry, by alias, as values a record is made of.

    Raises ValueError when a property that should hold JSON does not.
    """
    named = ours(props)
    left = set(leave)
    found: Json = {}
    for field, info in model.model_fields.items():
        items = named.get(kebab(field))
        if items and field not in left:
            found[info.alias or field] = _value(items, shape(info.annotation))
    return found


def _value(items: list[Json], form: str) -> Any:
    if items[0].get("class") == JSON:
        return parse_json(str(_text(items[0])))
    if form == "many":
        return [_text(item) for item in items]
    if form == "keyed":
        return {str(item.get("class")): _text(item) for item in items}
    return _text(items[0])


def _text(item: Json) -> Any:
    return item.get("remarks") if item.get("class") == REMARKS else item.get("value")


def marked(props: Iterable[Json], name: Marker) -> str | None:
    """What a marker of that name says, if there is one."""
    found = ours(props).get(name)
    return str(found[0].get("value")) if found else None


RESERVED = frozenset({"label", "sort-id", "alt-identifier"})
"""Properties of OSCAL's own that are read into a field of ours, when they have no class.

Source: allowed property names of controls and groups, OSCAL 1.2.3.
"""

OSCAL = "http://csrc.nist.gov/ns/oscal"
"""The namespace of a property that names none. Source: OSCAL 1.2.3, `prop/@ns`."""


def oscals(props: Iterable[Json], name: str) -> list[Json]:
    """The properties of that name in OSCAL's namespace that have no class, in their order."""
    return [p for p in props if p.get("name") == name and p.get("ns", OSCAL) == OSCAL and p.get("class") is None]


def foreign(props: Iterable[Property], names: Iterable[str], seen: set[str]) -> list[Json]:
    """Properties of others as they were; what OSCAL or a reader would misunderstand is wrapped whole.

    `names` are the names that stand for a field of ours in this place; `seen` holds the UUIDs used so far.
    """
    taken = {*names, WHOLE, *MARKERS}
    return [_foreign(item, taken, seen) for item in props]


def _foreign(item: Property, taken: set[str], seen: set[str]) -> Json:
    made = {key: value for key, value in item.model_dump(by_alias=True).items() if value is not None}
    tokens = all(is_token(made[key]) for key in ("name", "class", "group") if key in made)
    fits = tokens and is_line(item.value) and (item.ns is None or is_uri(item.ns))
    reserved = RESERVED if item.ns in (None, OSCAL) and item.class_ is None else frozenset()
    clear = item.name not in (taken if item.ns == NAMESPACE else reserved)
    unique = item.uuid is None or (is_uuid(item.uuid) and item.uuid not in seen)
    if not (fits and clear and unique):
        return prop(WHOLE, one_line(made), JSON)
    seen |= {item.uuid} if item.uuid else set()
    return made


def _wrapped(item: Json) -> Json:
    made = parse_json(str(_text(item)))
    if not isinstance(made, dict):
        raise ValueError(f"the property {WHOLE!r} does not hold an object")
    return made


def kept(props: Iterable[Json], names: Iterable[str], native: Iterable[Json] = ()) -> list[Json]:
    """The properties that a record keeps as they are: all but ours for `names`, markers, and those read elsewhere.

    Raises ValueError when a wrapped property is not JSON.
    """
    taken, elsewhere = {*names, *MARKERS}, [id(item) for item in native]
    found: list[Json] = []
    for item in props:
        if id(item) in elsewhere:
            continue
        if item.get("ns") != NAMESPACE or item.get("name") not in {*taken, WHOLE}:
            found.append({key: value for key, value in item.items() if (key, value) != ("remarks", "")})
        elif item.get("name") == WHOLE:
            found.append(_wrapped(item))
    return found
