"""Catalog and claims → how much of the catalog is reached."""

from __future__ import annotations

from collections.abc import Collection

from govkit.model.catalog import Catalog, Requirement
from govkit.model.reach import Part, Reach


def reach(catalog: Catalog, claimed: Collection[str]) -> Reach:
    """Counts of the requirements that are judged; `claimed` are the full ids that some control claims."""
    leaves = catalog.leaves()
    reached = {leaf.id for leaf in leaves if f"{catalog.id}:{leaf.id}" in claimed}
    below: dict[str, list[Requirement]] = {}
    for leaf in leaves:
        below.setdefault(leaf.parent or leaf.id, []).append(leaf)
    titles = {requirement.id: requirement.title for requirement in catalog.requirements}
    return Reach(
        catalog=catalog.id,
        title=catalog.title,
        total=len(leaves),
        reached=len(reached),
        parts=tuple(
            Part(id=name, title=title, total=len(below[name]), reached=sum(leaf.id in reached for leaf in below[name]))
            for name, title in titles.items()
            if name in below
        ),
        unreached=tuple(leaf.id for leaf in leaves if leaf.id not in reached),
    )
