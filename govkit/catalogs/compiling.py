"""`python -m govkit.catalogs.compiling`: writes the JSON beside every YAML of frameworks/, the same bytes each time."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from govkit.catalogs.gathering import CATALOG, KINDS, MAPPING, MEASURES, PROFILE
from govkit.catalogs.loading import load_library
from govkit.catalogs.reading import SCHEMA, Origin, Shape, compiled_path, read
from govkit.errors import InputError
from govkit.files import shipped, write_atomic
from govkit.model.base import Record


def sources(folder: Path) -> Iterator[tuple[Path, type[Record]]]:
    """Every YAML file that is compiled, and the record in it."""
    shapes: dict[str, Shape[Any]] = {
        "*/catalog.yaml": CATALOG,
        "*/kinds.yaml": KINDS,
        "*/measures.yaml": MEASURES,
        "mappings/*.yaml": MAPPING,
        "profiles/*.yaml": PROFILE,
    }
    for pattern, shape in shapes.items():
        for path in sorted(folder.glob(pattern)):
            yield path, shape.model


def compiled(origin: Origin, model: type[Record]) -> bytes:
    """The compiled form of a YAML file that has no Problem."""
    made = model.model_validate(origin.document.value)
    plain = made.model_dump(mode="json", exclude_defaults=True)
    whole = {"schema": SCHEMA, "sha256": origin.sha256, "record": plain}
    # Keys stay in the order of the YAML, so that both forms list things alike.
    return json.dumps(whole, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode() + b"\n"


def compile_folder(folder: Path) -> list[Path]:
    """Writes what is not current; the paths that changed.

    Raises InputError, and writes nothing, when a file has a Problem.
    """
    load_library(folder, folder.name)
    wanted = {compiled_path(path): compiled(read(path, path.name), model) for path, model in sources(folder)}
    changed = [path for path, content in wanted.items() if not path.is_file() or path.read_bytes() != content]
    for path in changed:
        write_atomic(path, wanted[path])
    return changed


if __name__ == "__main__":
    try:
        compile_folder(shipped("frameworks"))
    except InputError as error:
        sys.exit(str(error))
