"""A profile, alone or for one position, as JSON (`govkit.profile/1`)."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from typing import Any

from govkit.model.catalog import Catalog
from govkit.model.profile import Position, Profile
from govkit.model.tailored import Tailored, counted


def profile_document(
    profile: Profile, sha256: str | None, position: Position | None, sorted_out: Dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """The profile with its rules and, for a position, what is in and out of every catalog it names."""
    return {
        "schema": "govkit.profile/1",
        **profile.model_dump(mode="json"),
        "sha256": sha256,
        "position": position._asdict() if position else None,
        "catalogs": sorted_out or None,
    }


def catalog_values(catalog: Catalog, tailored: Dict[str, Tailored]) -> dict[str, Any]:
    """Counts of one catalog, and every judged requirement with what the profile says about it."""
    found = [
        {
            "id": leaf.id,
            "full_id": full,
            "title": leaf.title,
            **tailored_values(tailored[full]),
        }
        for leaf in catalog.leaves()
        if (full := f"{catalog.id}:{leaf.id}") in tailored
    ]
    counts = counted(tailored[item["full_id"]] for item in found)
    return {"title": catalog.title, "judged": len(found), **counts._asdict(), "requirements": found}


def tailored_values(said: Tailored) -> dict[str, Any]:
    """What a profile says about one requirement, as plain values."""
    return said.model_dump(mode="json")
