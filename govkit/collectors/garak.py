"""garak: reports of a scan (JSON Lines), and its digest as one JSON document.

Format: garak 0.9.0.16 to 0.17.1, `evaluators/base.py`, `command.py`, `attempt.py`, `analyze/report_digest.py`.
Measures: `garak/<probe>/attack-success`, by detector: the share of answers in which the attack succeeded, lower is
better; by intent, and at least once in k tries where the report says so. Prompts and answers are not kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.garak_attempts import Attempts
from govkit.collectors.garak_rates import Row, measured, of_digest, of_eval
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import fields, name, pointer, section
from govkit.errors import CollectorError
from govkit.files import finite
from govkit.model.evidence import Flag, Measurement, ModelRef, Reading, RunStatus, SampleScores, ToolRef

FORMAT = "garak"
VERSION = "1"

_KINDS: dict[str, frozenset[str]] = {
    "start_run setup": frozenset({"_config.version"}),
    "init": frozenset({"garak_version"}),
    "attempt": frozenset({"probe_classname", "detector_results"}),
    "eval": frozenset({"probe", "detector", "passed"}),
}
"""Kinds of line a report may begin with, and what tells them from other files with an `entry_type`."""

_SETTINGS = ("seed", "generations", "eval_threshold", "soft_probe_prompt_cap", "target_lang", "deprefix")
_MOCK = ("test.", "test ")
"""Targets that answer nothing real. Source: garak `generators/test.py`."""


def sniff(source: Source) -> Sniffed | None:
    """A report by its first line, or a digest."""
    if _is_digest(source.document):
        return Sniffed(FORMAT, 0.95, "digest", "an object with entry_type digest, meta and eval")
    first = fields(source.first_row)
    kind = first.get("entry_type")
    if isinstance(kind, str) and kind in _KINDS and first.keys() >= _KINDS[kind]:
        return Sniffed(FORMAT, 0.95, "report", f"lines with entry_type, the first of them {kind!r}")
    return None


def _is_digest(document: Any) -> bool:
    found = fields(document)
    shaped = isinstance(found.get("meta"), dict) and isinstance(found.get("eval"), dict)
    return found.get("entry_type") == "digest" and shaped


class _Run(NamedTuple):
    """What is known of the run once the file was read."""

    version: str
    setup: dict[str, Any]
    init: dict[str, Any]
    ended: bool | None
    """None where the file cannot say."""
    ended_at: str | None
    pairs: tuple[tuple[Measurement, SampleScores | None], ...]
    warnings: tuple[str, ...]


def collect(source: Source) -> Reading:
    """Rates of every probe and detector, and the outcomes of single answers."""
    if _is_digest(source.document):
        return _reading(_of_digest(fields(source.document)))
    if sniff(source) is None:
        fix = "check the format; `govkit read FILE` without --format says what the file looks like"
        raise CollectorError("is not a report or digest of garak", fix=fix)
    return _reading(_of_lines(source))


def _of_lines(source: Source) -> _Run:
    setup: dict[str, Any] = {}
    init: dict[str, Any] = {}
    kinds: Counter[str] = Counter()
    parts: Counter[tuple[str, str]] = Counter()
    pairs: list[tuple[Measurement, SampleScores | None]] = []
    ended: dict[str, Any] | None = None
    attempts = Attempts(None)
    for number, raw in source.rows():
        row = fields(raw)
        kind = str(row.get("entry_type"))
        kinds[kind if kind in _KINDS or kind in ("completion", "digest") else "other"] += 1
        if kind == "start_run setup" and not setup:
            setup = row
            attempts = Attempts(finite(row.get("run.eval_threshold")))
        elif kind == "init" and not init:
            init = row
        elif kind == "attempt":
            attempts.add(row)
        elif kind == "eval":
            found = of_eval(row, f"line {number}")
            parts[found.probe, found.detector] += 1
            pairs += _pairs(found, attempts, setup, parts[found.probe, found.detector])
        elif kind == "completion":
            ended = row
    done = None if _aggregated(setup, init) else ended is not None
    warnings = tuple(_doubts(kinds, attempts, setup, init, done=done))
    return _Run("report", setup, init, done, name(fields(ended).get("end_time")), tuple(pairs), warnings)


def _pairs(
    row: Row, attempts: Attempts, setup: dict[str, Any], part: int
) -> Iterator[tuple[Measurement, SampleScores | None]]:
    """The values of an eval row. It follows the attempts it sums up, which are then let go."""
    outcomes = attempts.pairs.pop((row.probe, row.detector), None)
    yield from measured(row, outcomes, _judges(setup), part)


def _judges(setup: dict[str, Any]) -> dict[str, str]:
    """Models that detectors ask, by module and by detector, as far as the configuration names them."""
    found: dict[str, str] = {}
    for module, options in section(setup, "plugins.detectors").items():
        stated = {module: options, **{f"{module}.{key}": inner for key, inner in fields(options).items()}}
        for key, inner in stated.items():
            model = name(fields(inner).get("detector_model_name"), 120)
            if model is not None:
                found[key] = model
    return found


def _aggregated(setup: dict[str, Any], init: dict[str, Any]) -> bool:
    return "aggregation" in setup or "orig_uuid" in init


def _doubts(
    kinds: Counter[str], attempts: Attempts, setup: dict[str, Any], init: dict[str, Any], *, done: bool | None
) -> Iterator[str]:
    if _aggregated(setup, init):
        yield "aggregated-report: put together from several reports; whether each of them had ended is not in it"
    elif not done:
        seen = attempts.seen[2]
        yield f"unfinished-run: the report has no completion line; it holds {seen} evaluated attempts"
    if not kinds["eval"]:
        yield "no-measurements: the report holds no eval row; no probe was brought to its end"
    if kinds["init"] > 1:
        yield "several-runs: the file holds more than one run, and is read as the first"
    if attempts.left_out:
        yield f"too-many-names: {attempts.left_out} results of further probes and detectors are left out"


def _of_digest(document: dict[str, Any]) -> _Run:
    """Rows of the digest, each probe and detector once, although groups of a taxonomy may share them."""
    meta = section(document, "meta")
    setup = {"plugins.target_type": meta.get("target_type"), "plugins.target_name": meta.get("target_name")}
    setup |= section(meta, "setup")
    init = {key: meta.get(key) for key in ("garak_version", "start_time")} | {"run": meta.get("run_uuid")}
    pairs: list[tuple[Measurement, SampleScores | None]] = []
    seen: set[tuple[str, str]] = set()
    for group, probes in section(document, "eval").items():
        for probe, detectors in fields(probes).items():
            for detector, raw in fields(detectors).items():
                if probe == "_summary" or detector == "_summary" or not isinstance(raw, dict):
                    continue
                found = of_digest(probe, detector, raw, pointer("eval", group, probe, detector))
                if (found.probe, found.detector) not in seen:
                    seen.add((found.probe, found.detector))
                    pairs += measured(found, None, _judges(setup), 1)
    warnings = ["completion-unknown: a digest does not say whether the run had ended"]
    if not pairs:
        warnings.append("no-measurements: the digest holds no result")
    return _Run("digest", setup, init, None, None, tuple(pairs), tuple(warnings))


def _reading(run: _Run) -> Reading:
    """The record. garak writes times without a time zone, so there is no date."""
    status: RunStatus = "unknown" if run.ended is None else "complete" if run.ended else "partial"
    if not run.pairs and status != "partial":
        status = "error"
    target = _target(run.setup)
    mock = f"{target} ".startswith(_MOCK)
    model = name(_target_name(run.setup))
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
        config=_settings(run.setup, target),
        at_text=run.ended_at or name(run.init.get("orig_start_time") or run.init.get("start_time")),
        measurements=tuple(one for one, _ in run.pairs),
        samples=tuple(scores for _, scores in run.pairs if scores is not None),
        warnings=(*run.warnings, *said),
    )


def _target(setup: dict[str, Any]) -> str | None:
    return name(setup.get("plugins.target_type") or setup.get("plugins.model_type"), 120)


def _target_name(setup: dict[str, Any]) -> Any:
    return setup.get("plugins.target_name") or setup.get("plugins.model_name")


def _settings(setup: dict[str, Any], target: str | None) -> dict[str, str]:
    stated = {key: setup.get(f"run.{key}") for key in _SETTINGS} | {"target-type": target}
    words = {key: str(raw).lower() if isinstance(raw, bool) else name(raw, 80) for key, raw in stated.items()}
    return {key: word for key, word in words.items() if word is not None}
