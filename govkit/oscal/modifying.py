"""What a profile changes in the controls it takes: parameters that are set, contents that are removed and added.

Source: OSCAL profile resolution (NIST draft), "Modify Phase". A directive that finds nothing to work on does nothing,
and becomes a doubt. A removal reaches everything in its control except the controls nested in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from govkit.errors import Problem
from govkit.oscal.cursor import Cursor
from govkit.oscal.merging import copied
from govkit.oscal.properties import OSCAL, Json
from govkit.oscal.selecting import Offered, listed

REPLACED = ("class", "depends-on", "label", "usage", "values", "select")
EXTENDED = ("props", "links", "constraints", "guidelines")
CONTENTS = {"params": "param", "props": "prop", "links": "link", "parts": "part"}
"""Lists of a control to the word for what is in them."""

MOST_CHANGES = 20_000
"""Directives in one profile. Source: govkit judgement; the largest published baselines have a few hundred."""


class Spot(NamedTuple):
    """An object inside a control."""

    holder: Json
    key: str
    item: Json


def modify(root: Cursor, catalog: Json, doubts: list[Problem]) -> None:
    """Changes the resolved catalog in place as the profile says."""
    modification = root.object("modify")
    if modification is None:
        return
    settings, alterations = modification.objects("set-parameters"), modification.objects("alters")
    count = len(settings) + sum(len(a.objects("adds")) + len(a.objects("removes")) for a in alterations)
    if count > MOST_CHANGES:
        modification.wrong("too-large", f"the profile makes more than {MOST_CHANGES:,} changes", "split it")
        return
    parameters: dict[str, list[Json]] = {}
    for parameter in _parameters(catalog):
        parameters.setdefault(str(parameter.get("id")), []).append(parameter)
    for setting in settings:
        _set(setting, parameters, doubts)
    controls = Offered(catalog).controls
    for alteration in alterations:
        control = controls.get(alteration.needed("control-id"))
        if control is None:
            _idle(alteration, f"changes the control {alteration.text('control-id')!r}, which it does not take", doubts)
            continue
        for removal in alteration.objects("removes"):
            _remove(removal, control, doubts)
        for addition in alteration.objects("adds"):
            _add(addition, control, doubts)


def _idle(cursor: Cursor, what: str, doubts: list[Problem]) -> None:
    fix = "correct the name, or remove the directive: it does nothing"
    doubts.append(Problem(cursor.document.place(*cursor.path), "idle-directive", f"the profile {what}", fix))


def _parameters(holder: Json) -> Iterator[Json]:
    yield from listed(holder, "params")
    for key in ("controls", "groups"):
        for inner in listed(holder, key):
            yield from _parameters(inner)


def _set(setting: Cursor, parameters: dict[str, list[Json]], doubts: list[Problem]) -> None:
    name = setting.needed("param-id")
    for parameter in parameters.get(name, ()):
        for key in REPLACED:
            if key in setting.value:
                parameter[key] = copied(setting.value[key])
        if "values" in setting.value:
            parameter.pop("select", None)
        for key in EXTENDED:
            if key in setting.value:
                parameter[key] = [*listed(parameter, key), *copied(listed(setting.value, key))]
    if name and name not in parameters:
        _idle(setting, f"sets the parameter {name!r}, which no control it takes has", doubts)


def _spots(holder: Json) -> Iterator[Spot]:
    """Everything in a control or part, outermost first; nested controls stay out."""
    for key in CONTENTS:
        for item in listed(holder, key):
            yield Spot(holder, key, item)
            yield from _spots(item)


def _remove(removal: Cursor, control: Json, doubts: list[Problem]) -> None:
    criteria = {key: removal.text(key) for key in ("by-id", "by-name", "by-class", "by-ns", "by-item-name")}
    wanted = {key: value for key, value in criteria.items() if value is not None}
    if not wanted:
        _idle(removal, "removes something without saying what", doubts)
        return
    gone = [spot for spot in _spots(control) if _fits(spot, wanted)]
    for spot in gone:
        left = [item for item in spot.holder[spot.key] if item is not spot.item]
        spot.holder[spot.key] = left
        if not left:
            del spot.holder[spot.key]
    if not gone:
        said = ", ".join(f"{key} {value!r}" for key, value in wanted.items())
        _idle(removal, f"removes {said} from {control.get('id')!r}, where nothing fits", doubts)


def _fits(spot: Spot, wanted: dict[str, str]) -> bool:
    """Whether an object meets every criterion."""
    has = {
        "by-id": spot.item.get("id"),
        "by-name": spot.item.get("name"),
        "by-class": spot.item.get("class"),
        "by-ns": spot.item.get("ns", OSCAL if spot.key in ("props", "parts") else None),
        "by-item-name": CONTENTS[spot.key],
    }
    return all(has[key] == value for key, value in wanted.items())


def _add(addition: Cursor, control: Json, doubts: list[Problem]) -> None:
    position = addition.text("position") or "ending"
    first = position in ("starting", "before")
    named = addition.text("by-id")
    if named is None:
        _put(addition, control, first)
        return
    spot = next((spot for spot in _spots(control) if spot.item.get("id") == named), None)
    if spot is None:
        _idle(addition, f"adds to {named!r}, which is not in {control.get('id')!r}", doubts)
    elif position in ("before", "after"):
        _put(addition, spot.holder, first, spot)
    else:
        _put(addition, spot.item, first)


def _put(addition: Cursor, holder: Json, first: bool, beside: Spot | None = None) -> None:
    """The new contents at the start or end of the holder's, or right beside one of them."""
    if isinstance(addition.value.get("title"), str):
        holder["title"] = addition.value["title"]
    for key in CONTENTS:
        new = copied(listed(addition.value, key))
        if not new:
            continue
        there = holder.get(key)
        there = there if isinstance(there, list) else []
        at = 0 if first else len(there)
        if beside is not None and beside.key == key:
            at = next(i for i, item in enumerate(there) if item is beside.item) + (not first)
        holder[key] = [*there[:at], *new, *there[at:]]
