"""promptfoo results: the JSON of `promptfoo eval -o` and of its viewer, the summary of its library, and JSON Lines.

Format: versions 2 (before 0.92) and 3 of the summary, `models/eval.ts`, `util/output.ts`, `evaluator.ts`, read at
0.80.3, 0.104.0 and 0.123.1; the flat shape of the documentation page on output formats.
Measures: `promptfoo/<suite>/pass-rate`, for red-team tests `attacks-resisted`, named metrics under `score/`, and
`latency` and `cost` of an answer, each per prompt and provider. Texts of prompts and answers are not kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from govkit.collectors import promptfoo_rows
from govkit.collectors.promptfoo_measures import Found, measured
from govkit.collectors.promptfoo_status import Shape, planned_tests, standing
from govkit.collectors.promptfoo_tally import Tallies
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import When, fields, instant, listing, name, section
from govkit.errors import CollectorError
from govkit.files import finite
from govkit.model.evidence import ModelRef, Reading, ToolRef

FORMAT = "promptfoo"
VERSION = "2"

_WRAPPERS = (
    "file://",
    "python:",
    "exec:",
    "http:",
    "https:",
    "ws:",
    "wss:",
    "webhook:",
    "package:",
    "golang:",
    "ruby:",
)
"""Providers that are code or an address; they say nothing about the model behind them."""

_TEXT_CONFIG = 60


def sniff(source: Source) -> Sniffed | None:
    """A result document of any version, or rows as JSON Lines."""
    if _is_line(source.first_row):
        return Sniffed(FORMAT, 0.9, "jsonl", "rows with promptIdx, testIdx and success")
    shape = _shape(source.document)
    if shape is None:
        return None
    reason = f"{'.'.join(shape.rows)} with the results of tests, and stats or a timestamp beside them"
    return Sniffed(FORMAT, 0.9, shape.version, reason)


def _is_line(row: Any) -> bool:
    return isinstance(row, dict) and row.keys() >= {"promptIdx", "testIdx", "success"} and promptfoo_rows.is_row(row)


def _shape(document: Any) -> Shape | None:
    """Which of the shapes a document has, told by its rows, or where there are none by what stands beside them."""
    outer = fields(document)
    inner = section(outer, "results")
    if isinstance(inner.get("results"), list):
        return _nested(inner)
    if isinstance(inner.get("outputs"), list) and _counts(inner):
        return _fitting(Shape("docs", inner, ("results", "outputs"), ("results", "prompts")), inner["outputs"])
    rows = outer.get("results")
    if isinstance(rows, list) and (_counts(outer) or (_is_line(next(iter(rows), None)) and "prompts" in outer)):
        at = ("table", "head", "prompts") if "table" in outer else ("prompts",)
        return _fitting(Shape(_version(outer), outer, ("results",), at), rows)
    return None


def _nested(inner: dict[str, Any]) -> Shape | None:
    at = ("results", "table", "head", "prompts") if "table" in inner else ("results", "prompts")
    shape = Shape(_version(inner), inner, ("results", "results"), at)
    if not inner["results"]:
        return shape if _counts(inner) or "timestamp" in inner else None
    return _fitting(shape, inner["results"])


def _version(summary: dict[str, Any]) -> str:
    return name(summary.get("version"), 20) or "unversioned"


def _counts(summary: dict[str, Any]) -> bool:
    return section(summary, "stats").keys() >= {"successes", "failures"}


def _fitting(shape: Shape, rows: list[Any]) -> Shape | None:
    return shape if all(promptfoo_rows.is_row(row) for row in rows[:20]) else None


def collect(source: Source) -> Reading:
    """Values of every prompt and provider, and the scores of the single tests."""
    if _is_line(source.first_row):
        return _of_lines(source)
    document = source.json_document()
    shape = _shape(document)
    if shape is None:
        fix = "check the format; `govkit read FILE` without --format says what the file looks like"
        raise CollectorError("is not a result of promptfoo", fix=fix)
    config = section(document, "config")
    prompts = [fields(prompt) for prompt in _at(document, shape.prompts)]
    tallies = Tallies(config, prompts)
    odd = 0
    for raw in _at(document, shape.rows):
        if promptfoo_rows.is_row(raw):
            tallies.add(promptfoo_rows.read(raw))
        else:
            odd += 1
    planned = planned_tests(document, config)
    found = measured(tallies, name(config.get("description"), 80) or "eval", planned, shape.prompts)
    return _reading(document, shape, tallies, found, odd)


def _at(document: Any, keys: tuple[str, ...]) -> list[Any]:
    for key in keys[:-1]:
        document = section(document, key)
    return listing(document, keys[-1])


def _of_lines(source: Source) -> Reading:
    """Rows one by one; the file says neither what was planned nor whether the run ended."""
    tallies = Tallies({}, [])
    odd = 0
    for _, raw in source.rows():
        if promptfoo_rows.is_row(raw):
            tallies.add(promptfoo_rows.read(raw))
        else:
            odd += 1
    shape = Shape("jsonl", {}, (), ())
    reading = _reading({}, shape, tallies, measured(tallies, "eval", None, ()), odd)
    said = "completion-unknown: rows alone do not say whether the run ended, nor its name, date and tool version"
    status = reading.status if reading.status != "complete" else "unknown"
    return reading.model_copy(update={"status": status, "warnings": (said, *reading.warnings)})


def _reading(document: dict[str, Any], shape: Shape, tallies: Tallies, found: Found, odd: int) -> Reading:
    moment = _moment(document, shape.summary)
    status, warnings = standing(document, shape, tallies, found.measurements, odd)
    told = section(document, "metadata")
    return Reading(
        format=FORMAT,
        format_version=shape.version,
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name="promptfoo", version=name(told.get("promptfooVersion"), 40)),
        model=_model(tallies),
        status=status,
        run_id=name(document.get("evalId")),
        config=_settings(document),
        at=moment.at,
        at_text=moment.text,
        measurements=found.measurements,
        samples=found.samples,
        warnings=(*warnings, *_unnamed(tallies)),
    )


def _moment(document: dict[str, Any], summary: dict[str, Any]) -> When:
    """When the evaluation began, which is all promptfoo keeps; when it was exported says nothing."""
    told, created = section(document, "metadata"), document.get("createdAt")
    seconds = finite(created)
    written = created if seconds is None else seconds / 1000  # the library writes milliseconds
    for said in (summary.get("timestamp"), document.get("timestamp"), told.get("evaluationCreatedAt"), written):
        moment = instant(said)
        if moment.at or moment.text:
            return moment
    return When()


def _model(tallies: Tallies) -> ModelRef | None:
    """The one provider of all rows, unless it is code or an address."""
    if len(tallies.providers) != 1:
        return None
    (only,) = tallies.providers
    return None if only.startswith(_WRAPPERS) else ModelRef(id=only)


def _unnamed(tallies: Tallies) -> Iterator[str]:
    wrapped = sorted(one for one in tallies.providers if one.startswith(_WRAPPERS))
    if wrapped:
        yield f"model-unknown: {', '.join(wrapped[:5])} is code or an address and does not say which model answered"
    elif tallies.providers:
        yield "model-unpinned: promptfoo gives no revision of a model"


def _settings(document: dict[str, Any]) -> dict[str, str]:
    """Options of the run, and of the provider where there is one."""
    config = section(document, "config")
    options = {**section(config, "evaluateOptions"), **section(document, "runtimeOptions")}
    stated = {key: options.get(key) for key in ("repeat", "cache", "maxConcurrency", "filterRange")}
    providers = listing(config, "providers")
    if len(providers) == 1:
        inner = section(providers[0], "config")
        stated |= {key: inner.get(key) for key in ("temperature", "max_tokens", "top_p", "seed")}
    words = {key: str(raw).lower() if isinstance(raw, bool) else name(raw, _TEXT_CONFIG) for key, raw in stated.items()}
    return {key: word for key, word in words.items() if word is not None}
