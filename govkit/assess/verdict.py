"""How one series came out, and what is said when many come out at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from govkit.assess.bars import against_bar
from govkit.assess.comparing import Compared
from govkit.assess.question import Candidate
from govkit.assess.unusable import Unusable
from govkit.model.assessment import CONSERVATIVE, Extremes, Outcome, Reason, Runs
from govkit.model.control import Criterion
from govkit.model.evidence import Interval
from govkit.statistics.intervals import z_score
from govkit.statistics.multiple import benjamini_hochberg, holm


class Verdict(NamedTuple):
    """How one series came out; a criterion that matches several series takes the most conservative."""

    outcome: Outcome
    reason: Reason
    explanation: str
    candidate: Candidate | None = None
    result: Compared | None = None
    others: tuple[Candidate, ...] = ()
    """The other measurements it rests on, or would have rested on."""
    n_to_decide: int | None = None
    runs: Runs | None = None
    defeated_by: Candidate | None = None
    margin: float = 0.0
    """How far the weaker end of the interval lies on the good side of the bar."""
    extremes: Extremes | None = None
    warnings: tuple[str, ...] = ()
    again: Callable[[float], Interval | None] | None = None
    """The interval at another level."""


def judged_not(
    bad: Unusable,
    candidate: Candidate | None = None,
    *,
    others: tuple[Candidate, ...] = (),
    result: Compared | None = None,
    runs: Runs | None = None,
) -> Verdict:
    """No verdict, for a reason."""
    return Verdict("not-judged", bad.reason, bad.explanation, candidate, result, others, runs=runs)


_ORDER: dict[Outcome, int] = {"not-met": 0, "not-judged": 1, "inconclusive": 2, "met": 3}


def severity(verdict: Verdict) -> tuple[int, int, float, str]:
    """Least favourable first; a total order, so that the order of files changes nothing."""
    rank = CONSERVATIVE.index(verdict.reason) if verdict.reason in CONSERVATIVE else len(CONSERVATIVE)
    key = str(verdict.candidate.series) if verdict.candidate else ""
    return _ORDER[verdict.outcome], rank, verdict.margin, key


def corrected(verdicts: list[Verdict], criterion: Criterion, level: float) -> list[Verdict]:
    """Of many comparisons, call a loss only what stands after a correction for their number.

    A loss stands when the interval still misses the bar at the higher level which the correction asks for: Holm's where
    the gate hangs on it; Benjamini and Hochberg's for advisory criteria, which only say where to look.
    That all are met needs no correction: every one of them must be. Source: Holm 1979, Scand. J. Stat. 6:65-70; for
    "all met", the intersection-union test, Berger 1982, Technometrics 24:295-300.
    """
    failed = [n for n, v in enumerate(verdicts) if v.outcome == "not-met" and v.result and v.result.estimate.interval]
    if len(verdicts) < 2 or not failed:
        return verdicts

    def failing(part: float) -> frozenset[int]:
        return frozenset(n for n in failed if part == 1.0 or _misses(verdicts[n], criterion, _raised(level, part)))

    gate = criterion.severity == "gate"
    standing, part = (holm if gate else benjamini_hochberg)(len(verdicts), failing)
    by = "Holm" if gate else "Benjamini-Hochberg"
    doubtful = set(failed) - standing
    return [
        _doubted(v, len(verdicts), by, _raised(level, part)) if n in doubtful else v for n, v in enumerate(verdicts)
    ]


def _raised(level: float, part: float) -> float:
    """The two-sided level at which each side errs with this part of what it errs with at `level`."""
    return 1.0 - (1.0 - level) * part


def _misses(verdict: Verdict, criterion: Criterion, level: float) -> bool:
    value = verdict.result.estimate.value if verdict.result else 0.0
    return against_bar(criterion, value, _at(verdict, level)) == "not-met"


def _at(verdict: Verdict, level: float) -> Interval:
    """The interval at a higher level; one that only a tool could compute is widened as a normal one would be."""
    shown = verdict.result.estimate if verdict.result else None
    assert shown is not None
    assert shown.interval is not None
    found = verdict.again(level) if verdict.again else None
    if found is not None:
        return found
    wider = z_score(level) / z_score(shown.interval.level)
    low, high = (shown.value + (end - shown.value) * wider for end in (shown.interval.low, shown.interval.high))
    return Interval(low=low, high=high, level=level, method=f"{shown.interval.method}, widened")


def _doubted(verdict: Verdict, many: int, by: str, level: float) -> Verdict:
    """The verdict with the interval that allows for the number of comparisons, which does not miss the bar."""
    assert verdict.result is not None
    interval = _at(verdict, level)
    told = interval.model_copy(update={"method": f"{interval.method}, {by} over {many}"})
    result = verdict.result._replace(estimate=verdict.result.estimate._replace(interval=told))
    text = (
        f"{verdict.explanation} Among {many} comparisons this does not show a loss: at the {level * 100:.4g} % that "
        f"so many ask for ({by}), the interval is on both sides of the bar."
    )
    return verdict._replace(outcome="inconclusive", reason="interval-spans-bar", explanation=text, result=result)


def least_favourable(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict a criterion takes when several series match; there must be at least one."""
    worst = min(verdicts, key=severity)
    if len(verdicts) == 1:
        return worst
    count = f"{len(verdicts)} series match; this is the least favourable. "
    return worst._replace(explanation=count + worst.explanation)
