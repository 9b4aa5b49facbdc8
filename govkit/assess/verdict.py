"""How one series came out, and what is said when many come out at once."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

from govkit.assess.comparing import Compared
from govkit.assess.question import Candidate
from govkit.assess.unusable import Unusable
from govkit.model.assessment import CONSERVATIVE, Extremes, Outcome, Reason, Runs
from govkit.model.control import Criterion
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

    Holm's where the gate hangs on it; Benjamini and Hochberg's for advisory criteria, which only say where to look.
    That all are met needs no correction: every one of them must be. Source: Holm 1979, Scand. J. Stat. 6:65-70; for
    "all met", the intersection-union test, Berger 1982, Technometrics 24:295-300.
    """
    failed = [v for v in verdicts if v.outcome == "not-met" and v.result and v.result.estimate.interval]
    if len(verdicts) < 2 or not failed:
        return verdicts
    p_values = [_p_beyond(v, criterion, level) for v in verdicts]
    gate = criterion.severity == "gate"
    adjusted = dict(zip(map(id, verdicts), (holm if gate else benjamini_hochberg)(p_values), strict=True))
    alpha = (1 - level) / 2
    by = "Holm" if gate else "Benjamini-Hochberg"
    return [_doubted(v, len(verdicts), by) if v in failed and adjusted[id(v)] > alpha else v for v in verdicts]


def _doubted(verdict: Verdict, many: int, by: str) -> Verdict:
    text = f"{verdict.explanation} Among {many} comparisons this does not show a loss ({by})."
    return verdict._replace(outcome="inconclusive", reason="interval-spans-bar", explanation=text)


def _p_beyond(verdict: Verdict, criterion: Criterion, level: float) -> float:
    """One-sided probability of a value this far beyond the bar if the true one sat on the bar."""
    shown = verdict.result.estimate if verdict.result else None
    bar = criterion.at_least if criterion.at_least is not None else criterion.at_most
    if shown is None or shown.interval is None or bar is None:
        return 1.0
    stderr = (shown.interval.high - shown.interval.low) / 2 / z_score(level)
    distance = (shown.value - bar) / stderr
    return NormalDist().cdf(distance if criterion.at_least is not None else -distance)


def least_favourable(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict a criterion takes when several series match; there must be at least one."""
    worst = min(verdicts, key=severity)
    if len(verdicts) == 1:
        return worst
    count = f"{len(verdicts)} series match; this is the least favourable. "
    return worst._replace(explanation=count + worst.explanation)
