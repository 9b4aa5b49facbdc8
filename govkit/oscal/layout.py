"""A flat catalog as OSCAL nests it: groups for what only groups, controls for what asks something.

A group of OSCAL holds groups or controls, never both, and a control holds only controls. So an entry is a group when
its level asks nothing, it stands at the top or in a group, and nothing beside it in that group is a control.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from govkit.model.catalog import Catalog, Requirement

MAX_LEVELS = 20
"""Deepest nesting that is written. Source: the deepest hierarchy that govkit reads, govkit/catalogs/checking.py."""


class Branch(NamedTuple):
    """An entry of a catalog with what stands below it."""

    entry: Requirement
    group: bool
    """True: an OSCAL group; False: an OSCAL control."""
    nested: bool
    """True: it stands inside its parent. Else the parent, if it has one, must be named."""
    below: tuple[Branch, ...]


def layout(catalog: Catalog) -> tuple[Branch, ...]:
    """The entries without parent, and those whose parent cannot hold them, each with everything below it."""
    children: dict[str, list[Requirement]] = {}
    top: list[Requirement] = []
    reached = _reached(catalog)
    for entry in catalog.requirements:
        if entry.parent is not None and entry.id in reached:
            children.setdefault(entry.parent, []).append(entry)
        else:
            top.append(entry)

    def branch(entry: Requirement, group: bool, nested: bool) -> Branch:
        inner = children.get(entry.id, [])
        groups = group and all(not catalog.judges(item.kind) for item in inner)
        return Branch(entry, group, nested, tuple(branch(item, groups, True) for item in inner))

    return tuple(branch(entry, not catalog.judges(entry.kind), False) for entry in top)


def groups(catalog: Catalog) -> frozenset[str]:
    """Ids of the entries that are groups and no controls."""

    def inner(branches: tuple[Branch, ...]) -> Iterator[str]:
        for branch in branches:
            if branch.group:
                yield branch.entry.id
                yield from inner(branch.below)

    return frozenset(inner(layout(catalog)))


def _reached(catalog: Catalog) -> set[str]:
    """Ids whose line of parents ends at an entry without one, within the depth that is written."""
    parents = {entry.id: entry.parent for entry in catalog.requirements}
    found = set()
    for entry in catalog.requirements:
        above, steps = entry.parent, 1
        while above is not None and above in parents and steps < MAX_LEVELS:
            above, steps = parents[above], steps + 1
        if above is None:
            found.add(entry.id)
    return found
