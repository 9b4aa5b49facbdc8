"""garak: reports of a scan (JSON Lines), and its digest as one JSON document.

Format: garak 0.9.0.6 to 0.17.1, `evaluators/base.py`, `command.py`, `attempt.py`, `analyze/report_digest.py`.
Measures: `garak/<probe>/attack-success`, by detector: the share of answers in which the attack succeeded, lower is
better; by intent, and at least once in k tries where the report says so. Prompts and answers are not kept.
"""

from __future__ import annotations

from typing import Any

from govkit.collectors import garak_setup
from govkit.collectors.garak_rates import measured, of_digest
from govkit.collectors.garak_report import KINDS, Pair, Run, of_lines, without_result
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import fields, name, pointer, section
from govkit.errors import CollectorError
from govkit.model.evidence import Flag, ModelRef, Reading, RunStatus, ToolRef

FORMAT = "garak"
VERSION = "3"

_MOCK = ("test.", "test ")
"""Targets that answer nothing real. Source: garak `generators/test.py`."""


def sniff(source: Source) -> Sniffed | None:
    """A report by its first line, or a digest."""
    if _is_digest(source.document):
        return Sniffed(FORMAT, 0.95, "digest", "an object with entry_type digest, meta and eval")
    first = fields(source.first_row)
    kind = first.get("entry_type")
    if isinstance(kind, str) and kind in KINDS and first.keys() >= KINDS[kind]:
        return Sniffed(FORMAT, 0.95, "report", f"lines with entry_type, the first of them {kind!r}")
    return None


def _is_digest(document: Any) -> bool:
    found = fields(document)
    shaped = isinstance(found.get("meta"), dict) and isinstance(found.get("eval"), dict)
    return found.get("entry_type") == "digest" and shaped


def collect(source: Source) -> Reading:
    """Rates of every probe and detector, and the outcomes of single answers."""
    if _is_digest(source.document):
        return _reading(_of_digest(fields(source.document)))
    if sniff(source) is None:
        fix = "check the format; `govkit read FILE` without --format says what the file looks like"
        raise CollectorError("is not a report or digest of garak", fix=fix)
    return _reading(of_lines(source))


def _of_digest(document: dict[str, Any]) -> Run:
    """Rows of the digest, each probe and detector once, although groups of a taxonomy may share them."""
    meta = section(document, "meta")
    setup = {"plugins.target_type": meta.get("target_type"), "plugins.target_name": meta.get("target_name")}
    setup |= section(meta, "setup")
    init = {key: meta.get(key) for key in ("garak_version", "start_time")} | {"run": meta.get("run_uuid")}
    pairs: list[Pair] = []
    seen: set[tuple[str, str]] = set()
    for group, probes in section(document, "eval").items():
        for probe, detectors in fields(probes).items():
            for detector, raw in fields(detectors).items():
                if probe == "_summary" or detector == "_summary" or not isinstance(raw, dict):
                    continue
                found = of_digest(probe, detector, raw, pointer("eval", group, probe, detector))
                if (found.probe, found.detector) not in seen:
                    seen.add((found.probe, found.detector))
                    pairs += measured(found, None, garak_setup.judges(setup), 1)
    warnings = [
        "completion-unknown: a digest does not say whether the run had ended",
        "answers-unseen: a digest does not hold the answers; empty ones among them count as resisted",
        *without_result(setup, {probe for probe, _ in seen}),
    ]
    if not pairs:
        warnings.append("no-measurements: the digest holds no result")
    return Run("digest", setup, init, None, None, tuple(pairs), tuple(warnings))


def _reading(run: Run) -> Reading:
    """The record. garak writes times without a time zone, so there is no date."""
    status: RunStatus = "unknown" if run.ended is None else "complete" if run.ended else "partial"
    if not run.pairs and status != "partial":
        status = "error"
    target = garak_setup.target(run.setup)
    mock = f"{target} ".startswith(_MOCK)
    model = garak_setup.target_name(run.setup)
    flags: tuple[Flag, ...] = ("mock-model",) if mock else ()
    said = [f"mock-model: the target {target!r} gives made-up answers"] if mock else []
    if model is None:
        said.append("model-unknown: the report names no model")
    else:
        said.append("model-unpinned: garak gives no revision of a model")
    return Reading(
        format=FORMAT,
        format_version=run.version,
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name="garak", version=name(run.init.get("garak_version") or run.setup.get("_config.version"), 40)),
        model=ModelRef(id=model) if model is not None else None,
        status=status,
        flags=flags,
        run_id=name(run.init.get("run")),
        config=garak_setup.settings(run.setup),
        at_text=run.ended_at or name(run.init.get("orig_start_time") or run.init.get("start_time")),
        measurements=tuple(one for one, _ in run.pairs),
        samples=tuple(scores for _, scores in run.pairs if scores is not None),
        warnings=(*run.warnings, *said),
    )
