"""What came of reading somebody else's file as a catalog or as mappings."""

from __future__ import annotations

from pydantic import Field

from govkit.model.base import Name, Record, Sha256, Text
from govkit.model.catalog import Catalog, Mapping
from govkit.model.profile import Profile


class GivenFile(Record):
    """The file that was imported."""

    name: Name
    """Without its folders."""
    sha256: Sha256
    size: int = Field(ge=0)
    """In bytes."""


class Dropped(Record):
    """Something the file holds and the result does not."""

    what: Name
    count: int = Field(ge=1)
    why: Text


class Imported(Record):
    """A file in the form of govkit, and everything that changed on the way."""

    file: GivenFile
    format: Name
    """As the user reads it: `MITRE ATLAS YAML`."""
    format_version: Name | None = None
    catalog: Catalog | None = None
    mappings: tuple[Mapping, ...] = ()
    profile: Profile | None = None
    ids: Text
    """How the ids of the result were made."""
    dropped: tuple[Dropped, ...] = ()
    doubts: tuple[Text, ...] = ()
    """What a reader must know about this content."""

    def head(self) -> Catalog | Mapping | Profile:
        """The record that the whole is named after."""
        return self.catalog or self.profile or self.mappings[0]
