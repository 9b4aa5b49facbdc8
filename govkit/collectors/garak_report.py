"""The lines of a garak report, one after the other, in constant memory but for names and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors import garak_setup
from govkit.collectors.garak_attempts import Attempts
from govkit.collectors.garak_rates import measured, of_eval
from govkit.collectors.source import Source
from govkit.collectors.values import fields, name
from govkit.errors import CollectorError
from govkit.files import finite
from govkit.model.evidence import Measurement, SampleScores

KINDS: dict[str, frozenset[str]] = {
    "start_run setup": frozenset({"_config.version"}),
    "config": frozenset({"model_type", "model_name", "eval_threshold"}),
    "init": frozenset({"garak_version"}),
    "attempt": frozenset({"probe_classname", "detector_results"}),
    "eval": frozenset({"probe", "detector", "passed"}),
}
"""Kinds of line a report may begin with, and what tells them from other files with an `entry_type`."""

_SAYS_WHEN_DONE = (0, 9, 0, 14)
"""First version that writes a line at the end of a run. Source: garak `command.py`, 0.9.0.13 and 0.9.0.14."""

Pair = tuple[Measurement, SampleScores | None]


class Run(NamedTuple):
    """What is known of the run once the file was read."""

    version: str
    setup: dict[str, Any]
    init: dict[str, Any]
    ended: bool | None
    """None where the file cannot say."""
    ended_at: str | None
    pairs: tuple[Pair, ...]
    warnings: tuple[str, ...]


def of_lines(source: Source) -> Run:
    """The run of a report; raises CollectorError."""
    lines = _Lines()
    for number, raw in source.rows():
        lines.add(number, fields(raw))
    return lines.run()


class _Lines:
    """What the lines so far hold."""

    def __init__(self) -> None:
        self.setup: dict[str, Any] = {}
        self.init: dict[str, Any] = {}
        self.completion: dict[str, Any] | None = None
        self.kinds: Counter[str] = Counter()
        self.parts: Counter[tuple[str, str]] = Counter()
        self.mains: dict[str, str] = {}
        """The detector that a probe names as its own."""
        self.attempts = Attempts(None)
        self.pairs: list[Pair] = []

    def add(self, number: int, row: dict[str, Any]) -> None:
        """One line; raises CollectorError where a run on another target begins."""
        kind = str(row.get("entry_type"))
        self.kinds[kind if kind in KINDS else "other"] += 1
        match kind:
            case "start_run setup":
                self._begun(row, number)
            case "config":
                self._begun(garak_setup.early(row), number)
            case "init":
                self.init = self.init or row
            case "attempt":
                self.attempts.add(row)
            case "plugin_cache":
                self.mains.update(garak_setup.main_detectors(self.setup, row))
            case "eval":
                self.pairs += self._summed(row, number)
            case "completion":
                self.completion = row

    def _begun(self, setup: dict[str, Any], number: int) -> None:
        if not self.setup:
            self.setup, self.attempts = setup, Attempts(finite(setup.get("run.eval_threshold")))
            return
        before, after = ((garak_setup.target(one), garak_setup.target_name(one)) for one in (self.setup, setup))
        if before != after:
            fix = "bind the report of each run on its own"
            raise CollectorError(
                f"line {number}: a run on another target begins in the same file", fix=fix, line=number
            )

    def _summed(self, row: dict[str, Any], number: int) -> Iterator[Pair]:
        """The values of an eval row. It follows the attempts it sums up, which are then let go."""
        found = of_eval(row, f"line {number}")
        self.parts[found.probe, found.detector] += 1
        outcomes = self.attempts.pairs.pop((found.probe, found.detector), None)
        part = self.parts[found.probe, found.detector]
        yield from measured(found, outcomes, garak_setup.judges(self.setup), part)

    def run(self) -> Run:
        """The run, when all lines were seen. A probe that was asked for by name and has no result makes it partial."""
        probes = {probe for probe, _ in self.parts}
        named = garak_setup.missing(self.setup, probes)
        ended = False if named else None if self._untold() else self.completion is not None
        end = name(fields(self.completion).get("end_time"))
        warnings = (*self._doubts(), *without_result(self.setup, probes))
        return Run("report", self.setup, self.init, ended, end, tuple(self._told()), warnings)

    def _untold(self) -> bool:
        """Whether the file cannot say that the run had ended."""
        aggregated = "aggregation" in self.setup or "orig_uuid" in self.init
        return aggregated or (self.completion is None and _numbers(self.init.get("garak_version")) < _SAYS_WHEN_DONE)

    def _doubts(self) -> Iterator[str]:
        if "aggregation" in self.setup or "orig_uuid" in self.init:
            yield "aggregated-report: put together from several reports; whether each of them had ended is not in it"
        elif self._untold():
            yield "completion-unknown: this old version of garak does not say whether the run had ended"
        elif self.completion is None:
            seen = self.attempts.evaluated
            yield f"unfinished-run: the report has no completion line; it holds {seen} evaluated attempts"
        if not self.kinds["eval"]:
            yield "no-measurements: the report holds no eval row; no probe was brought to its end"
        if self.kinds["init"] > 1:
            yield "several-runs: the file holds more than one run, and is read as the first"
        if self.attempts.left_out:
            yield f"too-many-names: {self.attempts.left_out} results of further probes and detectors are left out"

    def _told(self) -> Iterator[Pair]:
        """The values; those of a probe whose own detector gave none say so."""
        for one, scores in self.pairs:
            probe = one.measure.split("/")[1]
            main = self.mains.get(probe)
            if main is None or (probe, main) in self.parts:
                yield one, scores
                continue
            said = f"main-detector-missing: {probe} is made for the detector {main}, which gave no result"
            yield one.model_copy(update={"warnings": (*one.warnings, said)}), scores


def without_result(setup: dict[str, Any], probes: set[str]) -> Iterator[str]:
    """Says which probes were to be run and gave no result: garak skips those it cannot load, and goes on."""
    named = garak_setup.missing(setup, probes)
    others = tuple(one for one in garak_setup.skipped(setup, probes) if one not in named)
    if named:
        yield f"probes-missing: asked for by name and without a result: {garak_setup.shown(named)}"
    if others:
        yield f"probes-skipped: chosen by garak and without a result: {garak_setup.shown(others)}"


def _numbers(version: Any) -> tuple[int, ...]:
    """The numbers of a version; none where it says none, or is a number of 0.9 without more."""
    found = name(version, 40) or ""
    numbers = [int(part) for part in found.split(".") if part.isdecimal() and part.isascii()]
    return tuple(numbers) or _SAYS_WHEN_DONE
