"""Per-sample files of lm-evaluation-harness: `samples_<task>_<time>.jsonl`, one row per document and filter."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from govkit.collectors.kept import Kept
from govkit.collectors.source import Source
from govkit.collectors.values import item_key, name, score
from govkit.errors import CollectorError
from govkit.files import canonical_json
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
    said = "task-unknown: neither the rows nor the file name say which task this is; rename the measure in the binding"
    if task:
        said = f"task-from-file-name: the rows do not name their task; the file name says {task!r}"
    rows = _Rows()
    for number, row in source.rows():
        if not is_row(row):
            fix = "write the file again; it may have been cut off"
            raise CollectorError("is not a row of a lm-evaluation-harness sample file", fix=fix, line=number)
        rows.add(row)
    return Reading(
        format=collector,
        format_version="0.4-samples",
        collector=collector,
        collector_version=version,
        tool=ToolRef(name="lm-evaluation-harness"),
        status="unknown",
        measurements=tuple(_row_counts(rows, task or "samples")),
        samples=tuple(_samples(rows, task or "samples")),
        warnings=(said, *rows.doubts()),
    )


class _Rows:
    """What is kept of the rows while they pass."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = defaultdict(int)
        self.kept: dict[tuple[str, str], Kept] = defaultdict(Kept)
        self.left_out: dict[str, int] = defaultdict(int)

    def add(self, row: dict[str, Any]) -> None:
        applied = _filter(row)
        self.counts[applied] += 1
        document = name(row.get("doc_hash")) or _document_text(row.get("doc"))
        key = item_key(document, applied)
        for metric in _metrics(row):
            raw = row[metric]
            value = float(raw) if isinstance(raw, bool) else score(raw)
            if value is None:
                self.left_out[metric] += 1
            self.kept[metric, applied].add(key, value)

    def doubts(self) -> tuple[str, ...]:
        """Rows without a score, and items that were not kept."""
        lost = (
            f"unscored-items: {n} rows have no single number for {m[:80]}" for m, n in sorted(self.left_out.items())
        )
        drawn = (note for kept in self.kept.values() for note in kept.note())
        return (*lost, *dict.fromkeys(drawn))


def _filter(row: dict[str, Any]) -> str:
    return name(row.get("filter")) or "none"


def _row_counts(rows: _Rows, task: str) -> Iterator[Measurement]:
    measure = name(f"lm-eval/{task}/sample-rows") or "lm-eval/sample-rows"
    for applied, n in sorted(rows.counts.items()):
        yield Measurement(measure=measure, value=n, unit="count", n=n, n_basis="items", conditions={"filter": applied})


def _metrics(row: dict[str, Any]) -> list[str]:
    """Metric names: listed since 0.4.4, before that every key that is not one of the harness's own."""
    listed = row.get("metrics")
    names = listed if isinstance(listed, list) else [key for key in row if key not in _OURS]
    return [metric for metric in names if isinstance(metric, str) and metric in row]


def _samples(rows: _Rows, task: str) -> Iterator[SampleScores]:
    for (metric, applied), kept in sorted(rows.kept.items()):
        scores = kept.scores()
        if scores:
            measure = name(f"lm-eval/{task}/{metric}") or "lm-eval"
            yield SampleScores(
                measure=measure,
                conditions={"filter": applied},
                binary=kept.binary,
                scores=scores,
                clusters=kept.repeats(),
            )


def _document_text(document: Any) -> str:
    """A text that is the same for the same document; NaN in it does not matter."""
    try:
        return canonical_json(document).decode()
    except ValueError:
        return repr(document)
