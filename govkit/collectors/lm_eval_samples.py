"""Scores of single documents in lm-evaluation-harness: one row per document and filter.

They stand in `samples_<task>_<time>.jsonl`, up to 0.4.2 in a file of that ending which is one JSON list, and under
`samples` in results that were written from Python. Up to 0.4.7 rows do not name their filter: a document then comes
again for each.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.kept import Kept
from govkit.collectors.source import Source
from govkit.collectors.values import count, item_key, listing, name, score
from govkit.errors import CollectorError
from govkit.files import canonical_json
from govkit.model.evidence import Measurement, Reading, SampleScores, ToolRef

_ROW = frozenset({"doc_id", "target", "resps", "filtered_resps"})
_OURS = _ROW | {"doc", "arguments", "filter", "metrics", "doc_hash", "prompt_hash", "target_hash"}
_WRITTEN_NAME = re.compile(r"samples_(?P<task>.+)_\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d+\.jsonl")


class Samples(NamedTuple):
    """The scores of single documents, and what is to be said of them."""

    samples: tuple[SampleScores, ...] = ()
    doubts: tuple[str, ...] = ()


def has_rows(source: Source) -> bool:
    """Whether a file consists of such rows: line by line, or as one list."""
    listed = source.document
    return is_row(source.first_row) or (isinstance(listed, list) and bool(listed) and is_row(listed[0]))


def embedded(by_task: dict[str, Any]) -> Samples:
    """The rows of every task that a result file holds itself."""
    found: list[SampleScores] = []
    doubts: list[str] = []
    for task in by_task:
        rows = _Rows()
        for row in listing(by_task, task):
            if is_row(row):
                rows.add(row)
        found.extend(_samples(rows, task))
        doubts.extend(rows.doubts())
    return Samples(tuple(found), tuple(dict.fromkeys(doubts)))


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
    for number, row in _rows_of(source):
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


def _rows_of(source: Source) -> Iterator[tuple[int, Any]]:
    """Line and value of every row; line 0 in a list."""
    if is_row(source.first_row):
        yield from source.rows()
    else:
        yield from ((0, row) for row in source.json_document())


class _Rows:
    """What is kept of the rows while they pass."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.nameless = 0
        self.counts: dict[str, int] = defaultdict(int)
        self.kept: dict[tuple[str, str], Kept] = defaultdict(Kept)
        self.left_out: dict[str, int] = defaultdict(int)

    def add(self, row: dict[str, Any]) -> None:
        applied = self._filter(row)
        self.counts[applied] += 1
        document = name(row.get("doc_hash")) or _document_text(row.get("doc"))
        key = item_key(document, applied)
        for metric in _metrics(row):
            raw = row[metric]
            value = float(raw) if isinstance(raw, bool) else score(raw)
            if value is None:
                self.left_out[metric] += 1
            self.kept[metric, applied].add(key, value)

    def _filter(self, row: dict[str, Any]) -> str:
        """The filter a row names; else `none`, and `unnamed 2` where the document comes for the second time."""
        if "filter" in row:
            return name(row["filter"]) or "none"
        if count(row["doc_id"]) is None:
            self.nameless += 1
        key = str(row["doc_id"])[:100]
        self.seen[key] += 1
        return "none" if self.seen[key] == 1 else f"unnamed {self.seen[key]}"

    @property
    def repeated(self) -> bool:
        """Whether documents come again in rows that do not name a filter."""
        return "unnamed 2" in self.counts

    def doubts(self) -> tuple[str, ...]:
        """Rows without a score or the name of their filter, and items that were not kept."""
        lost = (
            f"unscored-items: {n} rows have no single number for {m[:80]}" for m, n in sorted(self.left_out.items())
        )
        drawn = (note for kept in self.kept.values() for note in kept.note())
        unnamed = ["filter-unknown: documents come again for every filter, and the rows do not name it"]
        astray = [f"document-unknown: {self.nameless} rows do not say by number which document they are of"]
        said = (*(unnamed if self.repeated else ()), *(astray if self.nameless else ()))
        return (*lost, *said, *dict.fromkeys(drawn))

    def label(self, applied: str) -> str:
        """The filter as a condition says it: where others follow without a name, the first has none either."""
        return "unnamed 1" if applied == "none" and self.repeated else applied


def _row_counts(rows: _Rows, task: str) -> Iterator[Measurement]:
    measure = name(f"lm-eval/{task}/sample-rows") or "lm-eval/sample-rows"
    for applied, n in sorted(rows.counts.items()):
        where = {"filter": rows.label(applied)}
        yield Measurement(measure=measure, value=n, unit="count", n=n, n_basis="items", conditions=where)


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
                conditions={"filter": rows.label(applied)},
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
