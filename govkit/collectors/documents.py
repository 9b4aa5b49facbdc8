"""Documents: Markdown with front matter, or YAML, that says which kind of document it is.

Recognised by `document: <kind>` in the front matter. Measures, each with the condition `document`:
`document/present` (1 when there is text besides the front matter), `document/approved` (1 when approved_by and
approved_on are filled), `document/reviewed` (1, dated with reviewed_on: how long ago is for the criterion to judge),
`document/fields-filled` (k of n fields its kind must have; a field may be a front matter key or a heading with text).
A document shows that something was written and by whom; nobody is told here that it is true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from govkit.collectors.papers import COMMON, day, filled, front_matter, has_key, kinds, missing, parsed
from govkit.collectors.registry import Sniffed, Source
from govkit.errors import CollectorError
from govkit.model.evidence import Measurement, Reading, ToolRef

FORMAT = "document"
VERSION = "1"

ENOUGH_WORDS = 20
"""Fewer words than this besides the front matter are a heading, not a document. Source: govkit judgement."""

_HEADING = re.compile(r"(?m)^#{1,6}[ \t]+(.+?)[ \t]*#*$")


def sniff(source: Source) -> Sniffed | None:
    """A front matter, or a YAML file, with the key `document`."""
    text = source.head.decode("utf-8", "replace")
    found = front_matter(text)
    if found is not None:
        keyed = re.search(r"(?m)^document[ \t]*:", found[0]) is not None
        return Sniffed(FORMAT, 0.95, None, "front matter with the key `document`") if keyed else None
    if source.starts_as_json or not has_key(source, "document"):
        return None
    return Sniffed(FORMAT, 0.9, None, "YAML with the key `document`")


def collect(source: Source) -> Reading:
    """What the document shows about itself; raises CollectorError on broken front matter or dates."""
    try:
        text = source.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CollectorError("not UTF-8 text", fix="save the document as UTF-8") from error
    head, body = front_matter(text) or (text, text)
    # One line less: the front matter begins below its fence.
    document = parsed(head.encode(), source.shown, "the front matter")
    entry: dict[str, Any] = document.value
    kind = entry.get("document")
    if not isinstance(kind, str) or not filled(kind):
        fix = "write `document: <kind>`; `govkit show govkit-baseline` names the kinds"
        raise CollectorError("does not say which kind of document it is", fix=fix, line=1)
    reviewed = day(entry.get("reviewed_on"), "reviewed_on", line=_line(document, "reviewed_on"))
    approved = day(entry.get("approved_on"), "approved_on", line=_line(document, "approved_on"))
    latest = max((when for when in (reviewed, approved) if when), default=None)
    return Reading(
        format=FORMAT,
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name=f"document of {entry['owner']}"[:200]) if filled(entry.get("owner")) else None,
        status="complete",
        at=latest,
        method="EXAMINE",
        measurements=tuple(_measurements(kind, entry, body, reviewed, approved, latest)),
    )


def _line(document: Any, key: str) -> int:
    return int(document.place((key,)).line) + 1


def _measurements(
    kind: str,
    entry: dict[str, Any],
    body: str,
    reviewed: datetime | None,
    approved: datetime | None,
    latest: datetime | None,
) -> Iterator[Measurement]:
    def made(name: str, value: float, at: datetime | None, **more: Any) -> Measurement:
        base = {"measure": f"document/{name}", "value": value, "unit": "count", "higher_is_better": True}
        return Measurement.model_validate(
            {**base, "conditions": {"document": kind}, "at": at, "place": "line 1", **more}
        )

    words = len(body.split())
    few = (f"few-words: {words} words besides the front matter",) if words < ENOUGH_WORDS else ()
    yield made("present", float(not few), latest, warnings=few)
    named = filled(entry.get("approved_by")) and approved is not None
    yield made("approved", float(named), approved, warnings=() if named else ("not-approved: no name, or no date",))
    if reviewed is not None:
        yield made("reviewed", 1.0, reviewed)
    wanted = kinds()["documents"].get(kind)
    known = wanted is not None
    wanted = wanted or COMMON
    lacking = [name for name in missing(entry, wanted) if name not in _headings(body)]
    warnings = (
        [] if known else [f"unknown-kind: {kind!r} is no kind govkit knows; only the common fields were looked for"]
    )
    warnings += [f"fields-missing: {', '.join(lacking)}"] if lacking else []
    k, n = len(wanted) - len(lacking), len(wanted)
    yield made(
        "fields-filled", k / n, latest, unit="proportion", n=n, n_basis="fields", successes=k, warnings=tuple(warnings)
    )


def _headings(body: str) -> set[str]:
    """Field names that the body has as a heading with text below: `## Intended use` is intended_use."""
    parts = _HEADING.split(body)
    titles, texts = parts[1::2], parts[2::2]
    return {
        re.sub(r"[^a-z0-9]+", "_", title.casefold()).strip("_")
        for title, text in zip(titles, texts, strict=True)
        if filled(text.strip())
    }
