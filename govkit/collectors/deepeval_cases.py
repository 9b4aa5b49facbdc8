"""Test cases of a DeepEval run, counted one by one: the summary beside them also counts spans inside a case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.grouped import Grouped
from govkit.collectors.values import any_key, fields, listing, name, score

MOST_METRICS = 500
"""Metrics kept of one run. Source: govkit judgement; runs seen have up to 20."""


class Judged(NamedTuple):
    """What tells one series of scores from another."""

    metric: str
    threshold: str
    model: str | None
    strict: bool
    flaky: bool
    conversation: bool


class Scores:
    """Scores and verdicts of one metric with one threshold and one judge."""

    def __init__(self) -> None:
        self.passed = self.failed = self.errors = 0
        self.total = 0.0
        self.verdicts, self.values = Grouped(), Grouped()

    def add(self, key: str, value: float | None, success: Any, *, broken: bool) -> None:
        """The metric on one case. Without a score or a verdict it ended in an error, whatever it says of success."""
        if broken or value is None or not isinstance(success, bool):
            self.errors += 1
            return
        self.passed += success
        self.failed += not success
        self.total += value
        self.verdicts.add(key, float(success))
        self.values.add(key, value)

    @property
    def n(self) -> int:
        """Cases with a score."""
        return self.passed + self.failed


class Cases:
    """All cases of a run."""

    def __init__(self) -> None:
        self.metrics: dict[Judged, Scores] = {}
        self.whole = Scores()
        """Cases by whether all their metrics passed."""
        self.judges: set[str] = set()
        self.by_model = False
        self.count = self.left_out = self.unmeasured = self.traced = 0

    def add(self, case: dict[str, Any], *, conversation: bool) -> None:
        """One case."""
        self.count += 1
        self.traced += bool(fields(case.get("trace")))
        key = _key(case)
        decided = [self._metric(one, key, conversation=conversation) for one in metrics_of(case)]
        verdicts = [verdict for verdict in decided if verdict is not None]
        if not verdicts:
            self.unmeasured += 1
            return
        failed, erred = "fail" in verdicts, "error" in verdicts
        broken = erred and not failed  # a case that failed another metric has failed
        self.whole.add(key, float(not failed), not failed, broken=broken)

    def _metric(self, one: dict[str, Any], key: str, *, conversation: bool) -> str | None:
        """Counts one metric; `pass`, `fail` or `error`, None where it decides nothing."""
        value, success = score(one.get("score")), one.get("success")
        broken = bool(one.get("error"))
        judged = _judged(one, conversation=conversation)
        if judged is None:
            return None
        if judged.model is not None:
            self.by_model = True
            self.judges.add(judged.model)
        if judged not in self.metrics and len(self.metrics) >= MOST_METRICS:
            self.left_out += 1
        else:
            self.metrics.setdefault(judged, Scores()).add(key, value, success, broken=broken)
        if judged.flaky:
            return None
        if broken or value is None or not isinstance(success, bool):
            return "error"
        return "pass" if success else "fail"


def metrics_of(case: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What each metric said; `metricsMetadata` before 1.0. Expectations are no metrics."""
    for one in listing(case, "metricsData") or listing(case, "metricsMetadata"):
        stated = fields(one)
        if stated and "expectationsData" not in stated:
            yield stated


def _judged(one: dict[str, Any], *, conversation: bool) -> Judged | None:
    metric = name(one.get("name") or one.get("metric"), 120)
    if metric is None:
        return None
    threshold = score(one.get("threshold"))
    return Judged(
        metric,
        "none" if threshold is None else f"{threshold:g}",
        name(one.get("evaluationModel"), 120),
        one.get("strictMode") is True,
        one.get("flaky") is True,
        conversation,
    )


def _key(case: dict[str, Any]) -> str:
    """What was asked and what was expected; of a conversation, its scenario and what the user said."""
    turns = [fields(turn) for turn in listing(case, "turns") or listing(case, "testCases")]
    said = [turn.get("content", turn.get("input")) for turn in turns if turn.get("role") in (None, "user")]
    asked = [case.get("input"), case.get("expectedOutput"), case.get("scenario"), case.get("expectedOutcome"), said]
    if not any(asked):
        asked.append(case.get("name"))
    return any_key(asked)
