"""Which column of a table is what: a file the user writes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from govkit.model.base import Name, Record, Text
from govkit.model.control import Slug


class CatalogHead(Record):
    """What a table cannot say about itself."""

    id: Slug | None = None
    title: Name | None = None
    publisher: Name | None = None
    edition: Name | None = None
    published: Name | None = None
    as_of: Name | None = None
    licence: Text | None = None
    status: Text | None = None
    judged: tuple[Name, ...] | None = None
    notes: tuple[Text, ...] = ()


class ColumnNames(Record):
    """Our word to the heading of the column."""

    id: Name
    title: Name | None = None
    summary: Name | None = None
    """A sentence of your own."""
    text: Name | None = None
    """The words of the source."""
    parent: Name | None = None
    kind: Name | None = None
    aliases: Name | None = None
    evidence: Name | None = None
    related: Name | None = None
    keep: tuple[Name, ...] = ()
    """Columns kept as properties, under their headings."""


class Columns(Record):
    """How to read one table."""

    catalog: CatalogHead = CatalogHead()
    columns: ColumnNames
    kind: Name | None = None
    """Level of rows whose column names none."""
    kinds: dict[Name, Name] = Field(default_factory=dict)
    """Level as the table writes it to the name it gets."""
    split: str = Field(default="\n", min_length=1, max_length=3)
    """What stands between several values in one cell."""
    delimiter: Literal["comma", "semicolon", "tab", "pipe"] | None = None
    encoding: Literal["utf-8", "utf-16", "cp1252", "iso-8859-1"] | None = None

    def names(self) -> set[str]:
        """Every heading that is named."""
        named = self.columns.model_dump(exclude={"keep"}, exclude_none=True)
        return {*named.values(), *self.columns.keep}
