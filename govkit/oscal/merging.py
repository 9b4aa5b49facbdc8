"""How the chosen controls of a profile stand together: as in their catalogs, flat, or in groups of the profile.

Source: OSCAL profile resolution (NIST draft), "Merge Phase". The same control from two imports is one where both are
equal; where they differ, `combine: use-first` takes the first, and anything else is a Problem.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.oscal.cursor import Cursor
from govkit.oscal.properties import Json
from govkit.oscal.selecting import Offered, listed

ROOTS = ("params", "controls", "groups")


class Selection(NamedTuple):
    """The controls that a profile takes from one catalog."""

    catalog: Json
    """What stands under the root; never changed."""
    chosen: list[str]
    where: Cursor
    """The import, to say where something is wrong."""


def merged(root: Cursor, selections: list[Selection]) -> Json:
    """Controls, groups and parameters of the resolved catalog; copies, free to be changed."""
    merge = root.object("merge")
    combine = merge.object("combine") if merge else None
    first = (combine.text("method") if combine else None) == "use-first"
    kept = _without_doubles(selections, first)
    result: Json = {"params": [], "controls": [], "groups": []}
    for selection, names in kept:
        result["params"] += copied(listed(selection.catalog, "params"))
        if merge is not None and merge.value.get("as-is") is True:
            result["controls"] += list(_pruned(listed(selection.catalog, "controls"), names))
            _join(result["groups"], _pruned_groups(listed(selection.catalog, "groups"), names))
        else:
            offered = Offered(selection.catalog).controls
            result["controls"] += [_alone(offered[name]) for name in offered if name in names]
    custom = merge.object("custom") if merge else None
    return _arranged(custom, result) if custom else result


def copied(value: Any) -> Any:
    """A copy of plain values."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value


def _alone(control: Json) -> Json:
    made: Json = copied({key: value for key, value in control.items() if key != "controls"})
    return made


def _without_doubles(selections: list[Selection], first: bool) -> list[tuple[Selection, set[str]]]:
    """Every selection with the controls that no earlier one brought."""
    seen: dict[str, Json] = {}
    kept = []
    for selection in selections:
        offered = Offered(selection.catalog).controls
        names = set()
        for name in selection.chosen:
            alone = {key: value for key, value in offered[name].items() if key != "controls"}
            if name not in seen:
                seen[name] = alone
                names.add(name)
            elif seen[name] != alone and not first:
                what = f"the control {name!r} comes from two imports that differ"
                fix = 'take it from one of them, or say `"combine": {"method": "use-first"}` under `merge`'
                selection.where.wrong("duplicate-id", what, fix)
        kept.append((selection, names))
    return kept


def _pruned(controls: list[Json], names: set[str]) -> Iterator[Json]:
    """The chosen controls as they are nested; one whose parent was not chosen takes the parent's place."""
    for control in controls:
        inner = list(_pruned(listed(control, "controls"), names))
        if str(control.get("id")) in names:
            yield {**_alone(control), **({"controls": inner} if inner else {})}
        else:
            yield from inner


def _pruned_groups(groups: list[Json], names: set[str]) -> list[Json]:
    found = []
    for group in groups:
        inner: Json = {
            "groups": _pruned_groups(listed(group, "groups"), names),
            "controls": list(_pruned(listed(group, "controls"), names)),
        }
        inner = {key: value for key, value in inner.items() if value}
        if inner:
            own = {key: value for key, value in group.items() if key not in ("groups", "controls")}
            found.append({**copied(own), **inner})
    return found


def _join(groups: list[Json], more: list[Json]) -> None:
    """Adds groups; what a group of the same identifier holds goes into the one that is there."""
    known = {group["id"]: group for group in groups if isinstance(group.get("id"), str)}
    for group in more:
        there = known.get(group["id"]) if isinstance(group.get("id"), str) else None
        if there is None:
            groups.append(group)
            continue
        there["controls"] = [*there.get("controls", ()), *group.get("controls", ())]
        inner = there.setdefault("groups", [])
        _join(inner, group.get("groups", []))


def _arranged(custom: Cursor, result: Json) -> Json:
    """The controls in the groups that the profile defines; what it puts nowhere is left out."""
    offered = Offered({"controls": result["controls"]})
    return {"params": result["params"], **_inserted(custom, offered)}


def _inserted(holder: Cursor, offered: Offered) -> Json:
    controls: list[Json] = []
    for insertion in holder.objects("insert-controls"):
        names = offered.chosen(insertion)
        order = insertion.text("order")
        if order in ("ascending", "descending"):
            names.sort(reverse=order == "descending")
        controls += [copied(offered.controls[name]) for name in names]
    groups = []
    for group in holder.objects("groups"):
        own = {key: value for key, value in group.value.items() if key not in ("groups", "insert-controls")}
        groups.append({**copied(own), **{key: made for key, made in _inserted(group, offered).items() if made}})
    return {"controls": controls, "groups": groups}
