"""The part of `govkit check` that reads OSCAL documents. Loads no catalog unless a mapping names one."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from govkit.errors import InputError, Problem
from govkit.export.document_check import documents_document, documents_text
from govkit.oscal import checking
from govkit.oscal.documents import read_document
from govkit.oscal.following import Given


class Read(NamedTuple):
    """The documents that could be read, and why others could not."""

    given: tuple[Given, ...]
    unread: tuple[Problem, ...]


def read_documents(paths: Iterable[str]) -> Read:
    """Each file once, whatever its path is written like."""
    given: dict[Path, Given] = {}
    unread: list[Problem] = []
    for path in paths:
        try:
            shown = path.encode("utf-8", "replace").decode()  # a name need not be text
            item = Given(Path(path), read_document(Path(path), shown=shown))
            given.setdefault(item.key, item)
        except InputError as error:
            unread += error.problems
    return Read(tuple(given.values()), tuple(unread))


def check_documents(read: Read, *, as_json: bool) -> None:
    """Print what can be said of each document; raises InputError with every Problem."""
    checks = checking.check_documents(read.given, shipped_ids)
    if as_json:
        import json

        print(json.dumps(documents_document(checks, read.unread), indent=2, ensure_ascii=False))
    else:
        print("\n".join(documents_text(checks)))
    found = [*read.unread, *(problem for check in checks for problem in check.problems())]
    if found:
        if as_json:
            sys.exit(InputError.exit_code)
        raise InputError(found)


def shipped_ids(href: str) -> frozenset[str] | None:
    """Ids of the shipped catalog that an href names, spelled as our OSCAL exports spell them; else None."""
    name = PurePosixPath(href.partition("#")[0]).name
    name = name.removesuffix(".json").removesuffix(".yaml").removesuffix(".oscal").rpartition(":")[2]
    from govkit.catalogs.loading import shipped_library
    from govkit.oscal.writing_catalog import identifiers_of

    catalog = shipped_library().catalogs.get(name)
    return frozenset(identifiers_of(catalog.requirements).values()) if catalog else None
