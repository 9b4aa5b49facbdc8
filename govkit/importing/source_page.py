"""SOURCE.md of an import: which file it was, what was kept, what was left out and why. No clock, no machine."""

from __future__ import annotations

import re
from collections.abc import Iterator

from govkit.model.imported import Imported


def source_page(imported: Imported) -> str:
    """The page, as Markdown."""
    return "\n".join(_lines(imported)) + "\n"


def overlay_comment(imported: Imported) -> str:
    """What stands above an overlay: the same facts, shorter."""
    given = imported.file
    lines = [
        f"Made by `govkit import` from {given.name} ({imported.format}).",
        f"sha256 {given.sha256}, {given.size} bytes.",
    ]
    lines += [f"Left out: {item.count} {item.what} ({item.why})." for item in imported.dropped]
    return "\n".join(_visible(line) for line in lines)


def _lines(imported: Imported) -> Iterator[str]:
    catalog, given, head = imported.catalog, imported.file, imported.head()
    yield f"# {_plain(head.title)}"
    yield ""
    yield "Made by `govkit import`. Import the file again rather than editing what it made."
    yield ""
    yield "## The file"
    yield f"- name: {_plain(given.name)}"
    yield f"- sha256: {given.sha256}"
    yield f"- size: {given.size} bytes"
    version = f", version {imported.format_version}" if imported.format_version else ""
    yield f"- format: {_plain(imported.format + version)}"
    yield f"- state of knowledge: {head.as_of}"
    yield f"- licence: {_plain(head.licence)}"
    yield ""
    yield "## What it became"
    if catalog is not None:
        counts = ", ".join(f"{number} {_plain(kind)}" for kind, number in catalog.counts.items())
        yield f"- catalog `{catalog.id}`: {counts}"
    for mapping in imported.mappings:
        yield f"- mapping {_plain(mapping.id)} ({mapping.style}): {len(mapping.pairs)} pairs"
    if imported.profile is not None:
        yield f"- profile `{imported.profile.id}`: {len(imported.profile.rules)} rules"
    yield ""
    yield f"Ids: {_visible(imported.ids)}"
    if catalog is not None:
        yield ""
        yield "Titles and texts are the source's own; where it has no title, the title is the beginning of the text."
    yield ""
    yield "## What was left out"
    for item in imported.dropped:
        yield f"- {item.count} {_plain(item.what)}: {_plain(item.why)}"
    if not imported.dropped:
        yield "Nothing."
    if imported.doubts:
        yield ""
        yield "## Read this first"
        yield from (f"- {_plain(doubt)}" for doubt in imported.doubts)


def _visible(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _plain(text: str) -> str:
    """One line in which nothing of the file is taken for Markdown or HTML; a line inside a word means nothing there."""
    return re.sub(r"[\\`*\[\]<>|#]|(?<![^\W_])_|_(?![^\W_])", lambda found: f"\\{found[0]}", _visible(text))
