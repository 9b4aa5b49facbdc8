"""Small files to import, and what came of them."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from govkit.catalogs.loading import Library, load_library, shipped_library
from govkit.errors import InputError, Problem
from govkit.importing.asked import Asked
from govkit.importing.planning import plan_records
from govkit.importing.registry import read
from govkit.importing.source import Source
from govkit.model.imported import Imported
from govkit.yaml_lines import load_yaml
from tests.catalogs.builders import write

DATA = Path(__file__).resolve().parent.parent / "data/importing"
HEAD = {"published": "2023-01-26", "as_of": "2026-11-23"}


@cache
def shipped() -> Library:
    return shipped_library()


def toys(folder: Path) -> Library:
    """The toy catalogs of tests/catalogs."""
    return load_library(write(folder), "frameworks")


def without(*names: str) -> Library:
    """The shipped library without some of its catalogs and mappings, and without what rests on them."""
    library = shipped()
    catalogs = {name: found for name, found in library.catalogs.items() if name not in names}
    mappings = {
        name: found
        for name, found in library.mappings.items()
        if name not in names and {found.source, found.target} <= set(catalogs)
    }
    return replace(library, catalogs=catalogs, mappings=mappings)


def asked(library: Library | None = None, described: str | None = None, **options: Any) -> Asked:
    document = load_yaml(described.encode(), "describe.yaml") if described is not None else None
    return Asked(library=shipped() if library is None else library, described=document, **{"head": HEAD, **options})


def imported(content: str | bytes, wanted: Asked | None = None, format: str | None = None) -> Imported:
    """What came of a file, which a project could load."""
    raw = content.encode() if isinstance(content, str) else content
    found = read(Source("given.file", raw), wanted or asked(), format)
    plan_records(found, None, (wanted or asked()).library, Path("no-project"))
    return found


def as_json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False)


def problems(content: str | bytes, wanted: Asked | None = None, format: str | None = None) -> list[tuple[str, str]]:
    """Place and ident of everything that is wrong."""
    return [(str(problem.where), problem.ident) for problem in refused(content, wanted, format)]


def refused(content: str | bytes, wanted: Asked | None = None, format: str | None = None) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as raised:
        imported(content, wanted, format)
    assert all(problem.fix and problem.what for problem in raised.value.problems)
    return raised.value.problems


def dropped(found: Imported) -> dict[str, int]:
    return {item.what: item.count for item in found.dropped}
