"""Per-sample files of lm-evaluation-harness: `samples_<task>_<time>.jsonl`, one row per document and filter."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from govkit.collectors.source import Source
from govkit.collectors.values import item_key, name, score
from govkit.errors import CollectorError
from govkit.files import canonical_json, parse_json
from govkit.model.evidence import Measurement, Reading, SampleScores, ToolRef

_ROW = frozenset({"doc_id", "target", "resps", "filtered_resps"})
_OURS = _ROW | {"doc", "arguments", "filter", "metrics", "doc_hash", "prompt_hash", "target_hash"}
_WRITTEN_NAME = re.compile(r"samples_(?P<task>.+)_\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d+\.jsonl")


def is_row(row: Any) -> bool:
    """Whether a JSON value is a row of such a file."""
    return isinstance(row, dict) and row.keys() >= _ROW


def task_of(shown: str) -> str | None:
    """The task, from the file name the harness gives: the rows themselves do not name it."""
    written = _WRITTEN_NAME.fullmatch(shown.replace("\\", "/").rsplit("/", 1)[-1])
    return name(written["task"]) if written else None


def reading(source: Source, collector: str, version: str) -> Reading:
    """The number of rows, and the scores of the single documents keyed by a hash of document and filter."""
    task = task_of(source.shown)
    rows = _rows(source.content)
    said = "task-unknown: neither the rows nor the file name say which task this is; rename the measure in the binding"
    if task:
        said = f"task-from-file-name: the rows do not name their task; the file name says {task!r}"
    scores, doubts = _scores(rows, task or "samples")
    return Reading(
        format=collector,
        format_version="0.4-samples",
        collector=collector,
        collector_version=version,
        tool=ToolRef(name="lm-evaluation-harness"),
        status="unknown",
        measurements=tuple(_row_counts(rows, task or "samples")),
        samples=scores,
        warnings=(said, *doubts),
    )


def _rows(content: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for index, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        fix = "write the file again; it may have been cut off"
        try:
            row = parse_json(line)
        except ValueError as error:
            raise CollectorError(str(error), fix=fix, ident="broken-json", line=index) from error
        if not is_row(row):
            raise CollectorError("is not a row of a lm-evaluation-harness sample file", fix=fix, line=index)
        found.append(row)
    return found


def _filter(row: dict[str, Any]) -> str:
    return name(row.get("filter")) or "none"


def _row_counts(rows: list[dict[str, Any]], task: str) -> list[Measurement]:
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[_filter(row)] += 1
    measure = name(f"lm-eval/{task}/sample-rows") or "lm-eval/sample-rows"
    return [
        Measurement(measure=measure, value=n, unit="count", n=n, n_basis="items", conditions={"filter": applied})
        for applied, n in sorted(counts.items())
    ]


def _metrics(row: dict[str, Any]) -> list[str]:
    """Metric names: listed since 0.4.4, before that every key that is not one of the harness's own."""
    listed = row.get("metrics")
    names = listed if isinstance(listed, list) else [key for key in row if key not in _OURS]
    return [metric for metric in names if isinstance(metric, str) and metric in row]


def _scores(rows: list[dict[str, Any]], task: str) -> tuple[tuple[SampleScores, ...], tuple[str, ...]]:
    found: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    left_out: dict[str, int] = defaultdict(int)
    seen: dict[str, int] = defaultdict(int)
    for row in rows:
        applied = _filter(row)
        document = name(row.get("doc_hash")) or _document_text(row.get("doc"))
        again = item_key(document, applied)
        seen[again] += 1
        # The same document twice in a task gives two items, told apart by their order.
        key = again if seen[again] == 1 else item_key(document, applied, seen[again])
        for metric in _metrics(row):
            value = score(row[metric])
            if value is None:
                left_out[metric] += 1
            else:
                found[metric, applied][key] = value
    samples = tuple(
        SampleScores(
            measure=name(f"lm-eval/{task}/{metric}") or "lm-eval",
            conditions={"filter": applied},
            binary=set(scores.values()) <= {0.0, 1.0},
            scores=scores,
        )
        for (metric, applied), scores in sorted(found.items())
    )
    doubts = tuple(f"unscored-items: {n} rows have no single number for {m[:80]}" for m, n in sorted(left_out.items()))
    return samples, doubts


def _document_text(document: Any) -> str:
    """A text that is the same for the same document; NaN in it does not matter."""
    try:
        return canonical_json(document).decode()
    except ValueError:
        return repr(document)
