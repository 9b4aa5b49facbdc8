"""Inspect AI evaluation logs: `.eval` archives and `.json` files, finished or not.

Format: log version 2, inspect_ai 0.3.285 (`log/_log.py`, `_eval/task/results.py`) and files of 0.3.42 to 0.3.285.
Measures: `inspect/<task>/<metric>`; scorer, reducer, task version, task attributes and the judge model are conditions.
The count is of samples, not samples times epochs. Of transcripts nothing is kept: they are large, and they leak.
"""

from __future__ import annotations

from typing import Any

from govkit.collectors.inspect_archive import is_log_archive, load, looks_like_log
from govkit.collectors.inspect_conditions import settings
from govkit.collectors.inspect_metrics import measured
from govkit.collectors.inspect_status import standing
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import When, instant, name, section
from govkit.collectors.zip_members import Archive, is_zip
from govkit.model.evidence import ModelRef, Reading, ToolRef

FORMAT = "inspect"
VERSION = "4"


def sniff(source: Source) -> Sniffed | None:
    """A zip archive with Inspect's header or journal, or a JSON log."""
    if is_zip(source.head):
        with Archive(source.path) as archive:
            if not is_log_archive(archive.names()):
                return None
        return Sniffed(FORMAT, 0.95, "eval", "a zip archive with header.json or _journal/start.json")
    document = source.document
    if not looks_like_log(document):
        return None
    return Sniffed(FORMAT, 0.95, name(document.get("version")), "an object with status, eval.task and eval.model")


def collect(source: Source) -> Reading:
    """Every metric of every scorer, and the scores of the single samples."""
    log = load(source)
    evaluated = section(log.header, "eval")
    moment = _moment(log.header)
    found = measured(log)
    run = standing(log)
    warnings = [*run.warnings, *found.warnings]
    if not found.measurements:
        warnings.append("no-measurements: the log holds no metric")
    model = name(evaluated.get("model"))
    if model is not None:
        warnings.append("model-unpinned: Inspect logs give no revision of the model")
    return Reading(
        format=FORMAT,
        format_version=name(log.header.get("version")),
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name="inspect_ai", version=name(section(evaluated, "packages").get("inspect_ai"))),
        model=ModelRef(id=model) if model is not None else None,
        status=run.status,
        flags=run.flags,
        run_id=name(evaluated.get("run_id") or evaluated.get("eval_id")),
        config=settings(log.header),
        at=moment.at,
        at_text=moment.text,
        measurements=tuple(
            one.model_copy(update={"at": moment.at, "at_text": moment.text}) for one in found.measurements
        ),
        samples=found.samples,
        warnings=tuple(warnings),
    )


def _moment(header: dict[str, Any]) -> When:
    """When the run ended, else when it was planned."""
    ended = instant(section(header, "stats").get("completed_at"))
    return ended if ended.at or ended.text else instant(section(header, "eval").get("created"))
