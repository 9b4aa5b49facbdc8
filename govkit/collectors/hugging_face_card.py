"""Model cards: the `model-index` in the front matter of a README.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from govkit.collectors.hugging_face_stated import Stated, arguments, yaml_of
from govkit.collectors.papers import front_matter
from govkit.collectors.source import HEAD_BYTES, Source
from govkit.collectors.values import fields, listing, name, section
from govkit.errors import CollectorError
from govkit.model.evidence import DatasetRef
from govkit.yaml_lines import Document

_KEY = re.compile(r"(?m)^[\"']?model-index[\"']?[ \t]*:")
_FIX = "give every result a task with a type, a dataset with type and name, and metrics with type and value"


def looks_like_one(source: Source) -> bool:
    """Whether the front matter has a model index with at least one valid result.

    A front matter that is longer than what is read to recognise a file is taken at its word.
    """
    text = source.head.decode("utf-8", "replace").removeprefix("\ufeff")
    if not text.startswith("---") or not _KEY.search(text):
        return False
    found = front_matter(text)
    if found is None:
        return source.size > HEAD_BYTES and "metrics:" in text
    if not _KEY.search(found[0]):
        return False
    try:
        valid, _ = _read(_parsed(found[0], source.shown))
    except CollectorError:
        return False
    return bool(valid)


def stated(source: Source) -> tuple[list[Stated], list[str]]:
    """Every metric of every valid result, and a warning for each that is not; raises CollectorError."""
    try:
        text = source.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CollectorError("not UTF-8 text", fix="save the card as UTF-8") from error
    found = front_matter(text)
    if found is None or not _KEY.search(found[0]):
        fix = "results of a model card stand under `model-index` between the two lines `---` at its top"
        raise CollectorError("is not a model card with a model-index", fix=fix)
    return _read(_parsed(found[0], source.shown))


def _parsed(front: str, shown: str) -> Document:
    # A line feed in place of the fence keeps the line numbers.
    return yaml_of(b"\n" + front.encode(), shown)


def _read(document: Document) -> tuple[list[Stated], list[str]]:
    models = listing(document.value, "model-index")
    if not models:
        line = document.place(("model-index",)).line
        raise CollectorError("`model-index` is not a list of models", fix=_FIX, line=line)
    valid: list[Stated] = []
    invalid: list[str] = []
    for index, model in enumerate(models):
        for place, result in enumerate(listing(model, "results")):
            at = ("model-index", index, "results", place)
            wrong = _wrong(model, result)
            if wrong:
                invalid.append(f"invalid-result: the result in line {document.place(at).line} {wrong}, and is left out")
            else:
                valid += _metrics(document, model, result, at)
    return valid, invalid


def _wrong(model: Any, result: Any) -> str | None:
    """What makes a result invalid by the Hub's own rules."""
    if name(fields(model).get("name")) is None:
        return "belongs to a model without a name"
    if name(section(result, "task").get("type")) is None:
        return "names no task type"
    dataset = section(result, "dataset")
    if name(dataset.get("type")) is None or name(dataset.get("name")) is None:
        return "names no dataset with type and name"
    metrics = listing(result, "metrics")
    whole = [one for one in metrics if name(fields(one).get("type")) is not None and "value" in fields(one)]
    return None if metrics and len(whole) == len(metrics) else "has a metric without type or value"


def _metrics(document: Document, model: Any, result: Any, at: tuple[str | int, ...]) -> Iterator[Stated]:
    task, dataset, origin = section(result, "task"), section(result, "dataset"), section(result, "source")
    ident = name(dataset.get("type")) or ""
    called = name(dataset.get("name"))
    # A type is often a word for many data sets, as "custom" or "unknown": then only the name tells them apart.
    named = called if called and _letters(called) != _letters(ident) else None
    # Older cards give the configuration as the argument.
    given = arguments(dataset.get("args"))
    config = dataset.get("config") or (None if isinstance(dataset.get("args"), dict) else given)
    for index, metric in enumerate(listing(result, "metrics")):
        kind, label = name(metric.get("type")) or "", name(metric.get("name"))
        yield Stated(
            measure=name(f"hugging-face/{ident}/{kind}") or "hugging-face",
            raw=metric["value"],
            line=document.place((*at, "metrics", index, "value")).line,
            model=name(model.get("name")),
            dataset=DatasetRef(
                id=ident,
                revision=name(dataset.get("revision")),
                split=name(dataset.get("split")),
                also=(named,) if named else (),
            ),
            conditions={
                "task": task.get("type"),
                "dataset-name": named,
                "config": config,
                "split": dataset.get("split"),
                "args": given if given != name(config) else None,
                "metric-name": label if label != kind else None,
                "metric-config": metric.get("config"),
                "metric-args": arguments(metric.get("args")),
                "source": origin.get("url") or origin.get("name"),
            },
            token=bool(metric.get("verifyToken")) or metric.get("verified") is True,
        )


def _letters(text: str) -> str:
    """Letters and digits alone, small."""
    return "".join(filter(str.isalnum, text.lower()))
