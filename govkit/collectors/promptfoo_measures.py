"""Tallies of a promptfoo result as measurements, with the scores of the single tests."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.promptfoo_judges import MOCKS, Judged
from govkit.collectors.promptfoo_tally import Mean, Share, Tallies, Tally
from govkit.collectors.values import name, pointer, section
from govkit.files import finite
from govkit.model.control import Unit
from govkit.model.evidence import Flag, Measurement, SampleScores


class Found(NamedTuple):
    """What the rows say."""

    measurements: tuple[Measurement, ...]
    samples: tuple[SampleScores, ...]


class Frame(NamedTuple):
    """What all values of one column share."""

    suite: str
    conditions: dict[str, str]
    planned: int | None
    mock: bool
    """Whether the provider answers nothing real."""
    place: str
    summary: dict[str, Any]
    """promptfoo's own summary of the column; empty where the file has none."""


def measured(tallies: Tallies, suite: str, planned: int | None, at: tuple[str | int, ...]) -> Found:
    """All values of all columns. `at` is where the summaries stand, `planned` the tests of a whole run."""
    measurements: list[Measurement] = []
    samples: list[SampleScores] = []
    for conditions, tally in tallies.named():
        index = tally.column.position
        known = index is not None and index < len(tallies.prompts)
        summary = section(tallies.prompts[index], "metrics") if known and index is not None else {}
        place = pointer(*at, index) if known and index is not None else ""
        frame = Frame(suite, conditions, planned, bool(tally.ids & MOCKS), place, summary)
        for one, scores in _column(tally, frame):
            measurements.append(one)
            samples += [scores] if scores is not None else []
    return Found(tuple(measurements), tuple(samples))


Pair = tuple[Measurement, SampleScores | None]


def _column(tally: Tally, frame: Frame) -> Iterator[Pair]:
    mixed = tally.attacks.outcomes.total() > 0
    whole = frame if not mixed else frame._replace(planned=None)
    if tally.plain.outcomes.total():
        yield _share(tally.plain, whole, "pass-rate")
    if mixed:
        alone = frame if not tally.plain.outcomes.total() else whole
        yield _share(tally.attacks, alone, "attacks-resisted")
    slices = {"plugin": tally.by_plugin, "strategy": tally.by_strategy}
    for word, shares in slices.items():
        for label, share in sorted(shares.items()):
            inner = whole._replace(conditions={**frame.conditions, word: label})
            yield _share(share, inner, f"attacks-resisted-by-{word}")
    for metric, mean in sorted(tally.named.items()):
        if mean.n:
            yield _named(metric, mean, frame)
    yield from _derived(tally, frame)
    yield from _resources(tally, frame)


def _share(share: Share, frame: Frame, metric: str) -> Pair:
    """Passed of passed and failed tests. In a red-team test, promptfoo calls it passed when the attack was resisted."""
    n, k, outcomes = share.graded, share.outcomes["pass"], share.outcomes
    void = share.void
    planned = None if frame.planned is None else frame.planned - outcomes["unasserted"]
    measure = name(f"promptfoo/{frame.suite}/{metric}") or "promptfoo"
    one = Measurement(
        measure=measure,
        value=None if void else k / n,
        unit="proportion",
        higher_is_better=True,
        n=n,
        n_basis="items",
        successes=None if void else k,
        clusters=share.items.clusters,
        planned=planned if planned is not None and planned >= n else None,
        errors=outcomes["error"],
        unscored=share.unscored,
        judge=share.judge.model,
        flags=_flags(share.judge, frame, share.by_hand),
        conditions=frame.conditions,
        place=frame.place,
        warnings=(*_doubts(share, frame), *share.items.note()),
    )
    if one.value is None:
        return one, None
    return one, share.items.samples(measure, frame.conditions, binary=True)


def _flags(judge: Judged, frame: Frame, by_hand: int = 0) -> tuple[Flag, ...]:
    found: dict[Flag, bool] = {
        "edited-after-run": by_hand > 0,
        "mock-model": frame.mock,
        "judge-unvalidated": judge.by_model,
    }
    return tuple(flag for flag, holds in found.items() if holds)


def _doubts(share: Share, frame: Frame) -> Iterator[str]:
    outcomes, total = share.outcomes, share.outcomes.total()
    if share.broken:
        said = f"in {share.broken} of {total} tests an assertion did not work"
        yield f"assertion-crashed: {said}; promptfoo counts that as a failure of the model"
    if outcomes["error"]:
        yield f"failed-items: {outcomes['error']} of {total} tests ended in an error and are not among the n"
    if outcomes["unasserted"]:
        what = f"{outcomes['unasserted']} of {total} tests assert nothing that can fail"
        yield f"no-assertions: {what}; promptfoo counts them as passed, here they have no score"
    if outcomes["silent"]:
        what = f"{outcomes['silent']} of {total} attacks met no output, which may be a guardrail or a dead target"
        yield f"empty-output: {what}; promptfoo counts them as resisted, here they have no score"
    if outcomes["unreadable"]:
        yield f"unscored-items: {outcomes['unreadable']} of {total} rows do not say whether the test passed"
    if share.cached:
        also = ", and a repeat is then the same answer again" if share.items.clusters is not None else ""
        yield f"cached-answers: {share.cached} answers came from a cache and not from this run{also}"
    if share.by_hand:
        yield f"edited-after-run: {share.by_hand} results were set by hand in promptfoo's viewer"
    if share.judge.by_model:
        who = share.judge.model or "a model that the file does not name"
        yield f"judge-model: assertions were scored by a model ({who}); no interval here covers its errors"
    if frame.mock:
        yield "mock-model: the provider returns the prompt; no model was asked"
    if share.void:
        yield "no-rate: " + ("too few assertions worked" if share.broken else "no test was graded")


def _named(metric: str, mean: Mean, frame: Frame) -> Pair:
    value = mean.total / mean.n
    measure = name(f"promptfoo/{frame.suite}/score/{metric}") or "promptfoo"
    own = _own_mean(metric, frame.summary)
    warnings = [*mean.items.note(), *_unread(mean, "number")]
    if own is not None and not math.isclose(own, value, rel_tol=1e-6, abs_tol=1e-6):
        why = "it weighs assertions, or counts tests that were not graded"
        warnings.append(f"summary-differs: promptfoo's summary gives {own:.6g} for this metric; {why}")
    one = Measurement(
        measure=measure,
        value=value,
        unit="score",
        higher_is_better=True if mean.asserted else None,
        n=mean.n,
        n_basis="items",
        clusters=mean.items.clusters,
        judge=mean.judge.model,
        flags=_flags(mean.judge, frame),
        conditions=frame.conditions,
        place=frame.place,
        warnings=tuple(warnings),
    )
    return one, mean.items.samples(measure, frame.conditions)


def _own_mean(metric: str, summary: dict[str, Any]) -> float | None:
    """promptfoo's own mean of a named metric: its sum by its weights, or by its count in versions without weights."""
    total = finite(section(summary, "namedScores").get(metric))
    weights = section(summary, "namedScoreWeights") or section(summary, "namedScoresCount")
    weight = finite(weights.get(metric))
    return total / weight if total is not None and weight else None


def _derived(tally: Tally, frame: Frame) -> Iterator[Pair]:
    """Metrics computed by a formula of the configuration: they stand in the summary and in no row."""
    counted = section(frame.summary, "namedScoresCount")
    for metric, raw in sorted(section(frame.summary, "namedScores").items()):
        value, label = finite(raw), name(metric, 80)
        if not counted or metric in counted or value is None or label is None or label in tally.named:
            continue
        said = "derived-metric: computed from sums by a formula of the configuration; what it rests on is not known"
        yield (
            Measurement(
                measure=name(f"promptfoo/{frame.suite}/derived/{label}") or "promptfoo",
                value=value,
                conditions=frame.conditions,
                place=f"{frame.place}/metrics{pointer('namedScores', metric)}",
                warnings=(said,),
            ),
            None,
        )


def _unread(mean: Mean, what: str) -> tuple[str, ...]:
    return (f"unscored-items: {mean.unread} answers have no {what} and are left out",) if mean.unread else ()


def _resources(tally: Tally, frame: Frame) -> Iterator[Pair]:
    """Mean time and cost of an answer that was asked for in this run."""
    if tally.latency.n:
        yield _used(frame, "latency", tally.latency, "ms", _unread(tally.latency, "time")), None
    if tally.cost.total > 0:
        estimated = "estimated-cost: computed by promptfoo from its own price list; the mean of one answer"
        dollars = frame._replace(conditions={**frame.conditions, "currency": "USD"})
        yield _used(dollars, "cost", tally.cost, "currency", (estimated, *_unread(tally.cost, "price"))), None


def _used(frame: Frame, what: str, mean: Mean, unit: Unit, warnings: tuple[str, ...]) -> Measurement:
    return Measurement(
        measure=name(f"promptfoo/{frame.suite}/{what}") or "promptfoo",
        value=mean.total / mean.n,
        unit=unit,
        higher_is_better=False,
        n=mean.n,
        n_basis="requests",
        flags=_flags(Judged(False), frame),
        conditions=frame.conditions,
        place=frame.place,
        warnings=warnings,
    )
