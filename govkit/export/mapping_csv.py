"""A mapping between two catalogs as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from govkit.export.soa import cell
from govkit.model.crosswalk import Alone, Crosswalk

COLUMNS = (
    "source_catalog", "source", "source_title", "relationship", "property", "target_catalog", "target",
    "target_title", "confidence", "agreement", "sources", "rationale", "basis", "printed_as", "note", "reviewed_by",
)  # fmt: skip


def crosswalk_csv(crosswalk: Crosswalk) -> str:
    """One row a pair, then one row for each judged id without a pair, whose relationship is empty.

    RFC 4180; cells that a spreadsheet would execute begin with an apostrophe.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for values in _rows(crosswalk):
        writer.writerow([cell(values.get(name)) for name in COLUMNS])
    return stream.getvalue()


def _rows(crosswalk: Crosswalk) -> Iterator[dict[str, object]]:
    sources = {item.id: item.title for item in crosswalk.source.requirements}
    targets = {item.id: item.title for item in crosswalk.target.requirements}
    ends = {"source_catalog": crosswalk.source.id, "target_catalog": crosswalk.target.id}
    for edge in crosswalk.edges:
        pair = edge.pair
        yield {
            **ends,
            **{"source": edge.source, "source_title": sources[edge.source], "relationship": edge.relationship},
            **{"property": pair.property_, "target": edge.target, "target_title": targets[edge.target]},
            **{"confidence": pair.confidence, "agreement": pair.agreement, "sources": list(pair.sources)},
            "rationale": pair.rationale or crosswalk.mapping.rationale,
            "basis": pair.basis or crosswalk.mapping.basis,
            "printed_as": edge.source_as_printed or edge.target_as_printed,
            "note": pair.note,
            "reviewed_by": [*crosswalk.mapping.reviewed_by, *pair.reviewed_by],
        }
    for alone in crosswalk.source_alone:
        yield {**ends, "source": alone.requirement.id, "source_title": alone.requirement.title, **_said(alone)}
    for alone in crosswalk.target_alone:
        yield {**ends, "target": alone.requirement.id, "target_title": alone.requirement.title, **_said(alone)}


def _said(alone: Alone) -> dict[str, object]:
    if alone.stated is None:
        return {"note": "stands in no pair; nobody says whether there is a counterpart"}
    return {"note": alone.stated.note or "a source has no counterpart for it", "sources": list(alone.stated.sources)}
