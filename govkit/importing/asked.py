"""What the user says about an import, because the file does not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from govkit.catalogs.loading import Library
from govkit.errors import InputError, Place, Problem
from govkit.files import read_bytes
from govkit.model.catalog import Catalog
from govkit.yaml_lines import Document, load_yaml

MAX_DESCRIPTION = 1024 * 1024
"""Largest file for `--mapping`. Source: govkit judgement; it names columns and prefixes."""

HEAD = ("title", "publisher", "edition", "published", "as_of", "licence", "status", "judged", "rationale")
"""What `--set KEY=VALUE` may say."""


@dataclass(frozen=True)
class Asked:
    """The options of one import."""

    library: Library
    """What ids and catalogs are looked up in."""
    id: str | None = None
    """Id of the catalog or mapping."""
    head: dict[str, str] = field(default_factory=dict)
    """Key of HEAD to its value."""
    catalogs: dict[str, str] = field(default_factory=dict)
    """What the file calls a catalog (prefix, URN, href) to the id it has here."""
    expected: dict[str, int] = field(default_factory=dict)
    """Level name to the number of entries there must be."""
    only: str | None = None
    """Which of several parts of the file is meant."""
    texts_only: bool = False
    """Only the words are wanted, so nothing need be known about the catalog as a whole but how old they are."""
    described: Document | None = None
    """A YAML file that says how to read it: columns of a table, metadata of an SSSOM file."""

    def judged(self) -> tuple[str, ...] | None:
        """The levels to judge, if the user names them."""
        named = self.head.get("judged")
        return None if named is None else tuple(word.strip() for word in named.split(","))

    def knowing(self, catalog: Catalog, name: str) -> Asked:
        """The same once a catalog has been read that the file calls by this name."""
        library = replace(self.library, catalogs={**self.library.catalogs, catalog.id: catalog})
        return replace(self, library=library, catalogs={name: catalog.id, **self.catalogs}, id=None)


def described(path: Path, shown: str) -> Document:
    """A file for `--mapping`, whose value is a mapping; raises InputError."""
    document = load_yaml(read_bytes(path, shown=shown, limit=MAX_DESCRIPTION), shown)
    if not isinstance(document.value, dict):
        what, fix = "should hold `key: value` lines", "docs/importing.md shows such a file for tables and for SSSOM"
        raise InputError([Problem(document.place(), "bad-value", what, fix)])
    return document


def option(name: str) -> Place:
    """The place of something that a command line says."""
    return Place(f"--{name}")
