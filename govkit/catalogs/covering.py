"""Catalog and claims → how much of the catalog is reached."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from govkit.model.catalog import Catalog, Requirement
from govkit.model.reach import InProfile, Part, Reach
from govkit.model.tailored import Tailored, alike, counted


def reach(
    catalog: Catalog,
    claimed: Collection[str],
    profile: str | None = None,
    tailored: Mapping[str, Tailored] | None = None,
    decided: Collection[str] = (),
) -> Reach:
    """Counts of the requirements that are judged; `claimed` are the full ids that some control claims.

    `tailored` is what the project's profile says, by full id; what it puts out is not counted, unless a line of the
    statement decides about it (`decided`). Without an entry for the catalog the profile leaves it as it is.
    """
    spoken = {full: one for full, one in (tailored or {}).items() if full.startswith(f"{catalog.id}:")}
    said = {full: one for full, one in spoken.items() if full not in decided}
    out = {full for full, one in said.items() if not one.included}
    leaves = [leaf for leaf in catalog.leaves() if f"{catalog.id}:{leaf.id}" not in out]
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
        tailored=InProfile(
            profile=profile,
            **counted(said.values())._asdict(),
            decided=len(spoken) - len(said),
            groups=alike(said).get(catalog.id, ()),
        )
        if profile
        else None,
    )
