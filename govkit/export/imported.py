"""What an import made: for the screen, and as JSON (`govkit.import/1`)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from govkit.export.columns import plural, row, wrapped
from govkit.model.imported import Imported


class Outcome(NamedTuple):
    """An import and the files it became."""

    imported: Imported
    folder: str
    files: Sequence[str]
    """Relative to govkit.yaml."""
    lines: str
    """For govkit.yaml."""
    texts: int | None
    """How many requirements got words, when the words of the file were asked for."""
    written: bool


def import_json(outcome: Outcome) -> str:
    """The outcome as one document. No words of the source are in it."""
    imported, catalog = outcome.imported, outcome.imported.catalog
    document = {
        "schema": "govkit.import/1",
        "file": imported.file.model_dump(mode="json"),
        "format": imported.format,
        "format_version": imported.format_version,
        "written": outcome.written,
        "files": list(outcome.files),
        "catalog": {"id": catalog.id, "counts": catalog.counts} if catalog and outcome.texts is None else None,
        "mappings": [
            {"id": m.id, "source": m.source, "target": m.target, "style": m.style, "pairs": len(m.pairs)}
            for m in imported.mappings
        ],
        "profile": imported.profile.id if imported.profile else None,
        "texts": outcome.texts,
        "dropped": [item.model_dump(mode="json") for item in imported.dropped],
        "doubts": list(imported.doubts),
        "govkit_yaml": outcome.lines,
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def import_lines(outcome: Outcome) -> Iterator[str]:
    """The outcome for a person: what it is, what it became, what is missing, and what to do next."""
    imported, catalog = outcome.imported, outcome.imported.catalog
    version = f" {imported.format_version}" if imported.format_version else ""
    yield wrapped(f"{imported.file.name}: {imported.format}{version}")
    if outcome.texts is not None:
        yield f"\nWords for {plural(outcome.texts, 'requirement')}"
    elif catalog is not None:
        yield "\n" + wrapped(f"Catalog {catalog.id}: {catalog.title}, edition {catalog.edition}")
        for kind, number in catalog.counts.items():
            yield row(f"  {number:>5}", kind, 9)
    for mapping in imported.mappings:
        yield "\n" + wrapped(f"Mapping {mapping.id} ({mapping.style}): {plural(len(mapping.pairs), 'pair')}")
    if imported.profile is not None:
        yield "\n" + wrapped(f"Profile {imported.profile.id}: {plural(len(imported.profile.rules), 'rule')}")
    for number, item in enumerate(imported.dropped):
        if number == 0:
            yield "\nLeft out"
        yield row(f"  {item.count:>5}", f"{item.what}: {item.why}", 9)
    for number, doubt in enumerate(imported.doubts):
        if number == 0:
            yield "\nRead this first"
        yield wrapped(doubt, 4, "  - ")
    yield "\nWritten" if outcome.written else "\nWould be written"
    yield from (f"  {name}" for name in outcome.files)
    yield "\nAdd to govkit.yaml"
    yield from (f"  {line}" for line in outcome.lines.splitlines())
