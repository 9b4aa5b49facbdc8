"""`.eval_results/*.yaml`: results on benchmarks of the Hub, one entry per value, or with a list of metrics."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from govkit.collectors.hugging_face_stated import Stated, yaml_of
from govkit.collectors.source import HEAD_BYTES, Source
from govkit.collectors.values import fields, instant, listing, name, section
from govkit.errors import CollectorError
from govkit.model.evidence import DatasetRef
from govkit.yaml_lines import Document

_DATASET = re.compile(r"(?m)^(?:-[ \t]+|[ \t]+)dataset[ \t]*:")
_VALUE = re.compile(r"(?m)^[ \t-]+value[ \t]*:")
_FIX = "write a list of entries, each with `dataset:` (`id:`, `task_id:`) and `value:`"


def looks_like_one(source: Source) -> bool:
    """Whether the file is a YAML list of which an entry has a dataset and a value."""
    text = source.head.decode("utf-8", "replace")
    if source.size > HEAD_BYTES or not _DATASET.search(text) or not _VALUE.search(text):
        return False
    try:
        document = yaml_of(source.head, source.shown)
    except CollectorError:
        return False
    listed = document.value
    return isinstance(listed, list) and any(_wrong(one) is None for one in listed)


def stated(source: Source) -> tuple[list[Stated], list[str]]:
    """Every valid entry, and a warning for each that is not; raises CollectorError."""
    document = yaml_of(source.content, source.shown)
    listed = document.value
    if not isinstance(listed, list):
        raise CollectorError("is neither a model card with a model-index nor a list of results", fix=_FIX)
    valid: list[Stated] = []
    invalid: list[str] = []
    for index, entry in enumerate(listed):
        wrong = _wrong(entry)
        if wrong:
            line = document.place((index,)).line
            invalid.append(f"invalid-result: the entry in line {line} {wrong}, and is left out")
        else:
            valid += _stated(document, entry, index)
    return valid, invalid


def _wrong(entry: Any) -> str | None:
    if name(section(entry, "dataset").get("id")) is None:
        return "names no dataset"
    if "value" in fields(entry):
        return None
    metrics = listing(entry, "metrics")
    whole = [one for one in metrics if name(fields(one).get("metric_id")) is not None and "value" in fields(one)]
    return None if metrics and len(whole) == len(metrics) else "has no value"


def _stated(document: Document, entry: dict[str, Any], index: int) -> Iterator[Stated]:
    dataset, origin = section(entry, "dataset"), section(entry, "source")
    ident = name(dataset.get("id")) or ""
    task = name(dataset.get("task_id")) or name(dataset.get("config"))
    values: list[tuple[str | None, tuple[str | int, ...], Any]] = []
    if "value" in entry:
        values.append((None, (index, "value"), entry["value"]))
    for place, metric in enumerate(listing(entry, "metrics")):
        if isinstance(metric, dict) and "value" in metric:
            values.append((name(metric.get("metric_id")), (index, "metrics", place, "value"), metric["value"]))
    for metric_id, at, raw in values:
        yield Stated(
            measure=name("/".join(filter(None, ("hugging-face", ident, task, metric_id)))) or "hugging-face",
            raw=raw,
            line=document.place(at).line,
            dataset=DatasetRef(id=ident, revision=name(dataset.get("revision")), split=name(dataset.get("split"))),
            conditions={
                "split": dataset.get("split"),
                "notes": entry.get("notes"),
                "framework": entry.get("evaluation_framework"),
                "source": origin.get("url") or origin.get("name"),
            },
            when=instant(entry.get("date")),
            token=bool(entry.get("verifyToken")),
        )
