"""Everything that govkit ships, as OSCAL."""

from __future__ import annotations

from collections.abc import Iterator

from govkit.catalogs.loading import shipped_library
from govkit.catalogs.tailoring import named
from govkit.oscal.exporting import Exported, exported_catalog, exported_mapping, exported_profile

LIBRARY = shipped_library()


def every_export() -> Iterator[Exported]:
    """Each shipped catalog, mapping and profile."""
    for catalog in LIBRARY.catalogs.values():
        yield exported_catalog(catalog, "json", with_text=True)
    for mapping in LIBRARY.mappings.values():
        yield exported_mapping(mapping, LIBRARY.catalogs[mapping.source], LIBRARY.catalogs[mapping.target], "json")
    for profile in LIBRARY.profiles.values():
        chosen = {rule.id: named(rule, LIBRARY.catalogs[rule.catalog]) for rule in profile.rules}
        yield exported_profile(profile, LIBRARY.catalogs, chosen, "json")
