"""One criterion → one Check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Literal, NamedTuple

from govkit.assess.comparing import Compared, change, counterpart, slices, spread
from govkit.assess.question import Candidate, Pool, Question, SeriesKey, for_release, used
from govkit.assess.uncertainty import Estimate, against_bar, estimate, margin, needed
from govkit.assess.usability import Unusable, bar_after_result, completed, defeater, factor, unusable
from govkit.assess.wording import sentence
from govkit.model.assessment import CONSERVATIVE, BarSet, Check, Outcome, Reason, Runs
from govkit.model.control import Control, Criterion
from govkit.model.project import Release
from govkit.statistics.intervals import z_score
from govkit.statistics.paired import holm

Defeated = Mapping[tuple[str | None, str], Candidate]


class Verdict(NamedTuple):
    """How one series came out; a criterion that matches several series takes the most conservative."""

    outcome: Outcome
    reason: Reason
    explanation: str
    candidate: Candidate | None = None
    shown: Estimate | None = None
    others: tuple[Candidate, ...] = ()
    n_to_decide: int | None = None
    runs: Runs | None = None
    p_value: float | None = None
    defeated_by: Candidate | None = None
    margin: float = 0.0
    """How far the weaker end of the interval lies on the good side of the bar."""


class Judge:
    """The parts every check of one release shares."""

    def __init__(self, question: Question, pool: Pool, defeated: Defeated) -> None:
        self.question, self.pool, self.defeated = question, pool, defeated

    def check(self, control: Control, criterion: Criterion) -> Check:
        """One criterion judged for the release of the question."""
        bar = self.question.bars.get(f"{control.id}/{criterion.id}")
        verdicts = self._verdicts(control, criterion)
        worst = min(verdicts, key=_severity)
        if len(verdicts) > 1:
            count = f"{len(verdicts)} series match; this is the least favourable. "
            worst = worst._replace(explanation=count + worst.explanation)
        cited = [used(worst.candidate)] if worst.candidate else []
        role: Literal["slice", "baseline"] = "slice" if criterion.of in ("gap", "ratio") else "baseline"
        cited += [used(other, role) for other in worst.others if other is not worst.candidate]
        cited += [used(worst.defeated_by, "defeater")] if worst.defeated_by else []
        warnings = list(worst.shown.notes if worst.shown else ())
        late = bar_after_result(worst.candidate, bar) if worst.candidate and criterion.has_bar() else None
        if late and worst.reason != "bar-set-after-result":
            warnings.append(f"bar-set-after-result: {late}")
        if bar and bar.moved_since:
            warnings.append(f"bar-moved: before this it was {bar.moved_since}")
        shown = worst.shown
        return Check(
            control=control.id,
            criterion=criterion.id,
            title=criterion.title,
            severity=criterion.severity,
            outcome=worst.outcome,
            reason=worst.reason,
            explanation=worst.explanation,
            measure=worst.candidate.measurement.measure if worst.candidate else criterion.measure,
            of=criterion.of,
            bar=criterion.bar(),
            bar_from=criterion.reason or criterion.source,
            unit=criterion.unit or (worst.candidate.measurement.unit if worst.candidate else None),
            value=shown.value if shown else None,
            interval=shown.interval if shown else None,
            n=worst.candidate.measurement.n if worst.candidate else None,
            n_to_decide=worst.n_to_decide,
            used=tuple(cited),
            runs=worst.runs,
            bar_set=bar,
            warnings=tuple(warnings),
        )

    def _verdicts(self, control: Control, criterion: Criterion) -> list[Verdict]:
        if not criterion.has_bar():
            text = f"The catalog sets no bar here; set one for {control.id}/{criterion.id} in the controls file."
            return [Verdict("not-judged", "no-bar", text)]
        if criterion.of in ("change", "relative_change") and self.question.release.baseline is None:
            return [self._first_release()]
        found = self.pool.matching(criterion)
        mine = for_release(found, criterion, self.question.release)
        if not mine:
            return [self._nothing(criterion, found)]
        series = self._newest(mine)
        bar = self.question.bars.get(f"{control.id}/{criterion.id}")
        if criterion.across is not None:
            return self._spreads(criterion, series, bar)
        verdicts = [self._one(criterion, runs, found, bar) for runs in series.values()]
        return _holm(verdicts, criterion, self._level(criterion)) if criterion.of == "change" else verdicts

    def _level(self, criterion: Criterion) -> float:
        return criterion.confidence or self.question.project.policy.confidence

    def _first_release(self) -> Verdict:
        release = self.question.release
        others = [r for r in self.question.project.releases if r.system == release.system]
        if others and others[0].version != release.version:
            text = f"{release.version} is not the first release, but names no baseline to be compared with."
            return Verdict("not-judged", "not-comparable", text)
        return Verdict("not-judged", "no-baseline", "This is the first release; there is nothing to compare it with.")

    def _nothing(self, criterion: Criterion, found: Sequence[Candidate]) -> Verdict:
        """Why there is no measurement: another release's, unreadable, not yet there, or none at all."""
        version = self.question.release.version
        if found:
            names = sorted({c.evidence.release or "no release" for c in found})
            text = f"{criterion.measure} was measured for {', '.join(names)}, not for {version}."
            return Verdict("not-judged", "wrong-release", text)
        for item in self.pool.unreadable:
            wanted = any(
                fnmatchcase(criterion.measure, glob) or fnmatchcase(glob, criterion.measure) for glob in item.expected
            )
            if wanted and item.release in (None, version) and item.problem:
                text = f"{item.path} should hold {criterion.measure} but cannot be read: {item.problem.what}."
                return Verdict("not-judged", "unreadable-evidence", text)
        if self.pool.future(criterion):
            text = f"{criterion.measure} was only measured after {self.question.as_of:%Y-%m-%d}."
            return Verdict("not-judged", "no-evidence", text)
        where = ", ".join(f"{key} = {value}" for key, value in criterion.where.items())
        text = f"No bound evidence holds {criterion.measure}{f' with {where}' if where else ''}."
        return Verdict("not-judged", "no-evidence", text)

    def _newest(self, mine: Sequence[Candidate]) -> dict[SeriesKey, list[Candidate]]:
        """Runs of every series, oldest first, those that did not finish before all others: the last one is judged."""
        series: dict[SeriesKey, list[Candidate]] = {}
        for candidate in mine:
            series.setdefault(candidate.series, []).append(candidate)
        policy = self.question.project.policy

        def age(candidate: Candidate) -> tuple[bool, str, str]:
            seen = candidate.observed
            return completed(candidate, policy), seen.isoformat() if seen else "", candidate.evidence.sha256

        return {key: sorted(runs, key=age) for key, runs in series.items()}

    def _one(
        self, criterion: Criterion, runs: Sequence[Candidate], found: Sequence[Candidate], bar: BarSet | None
    ) -> Verdict:
        candidate = runs[-1]
        history = self._runs(criterion, runs)
        bad = unusable(candidate, criterion, self.question, self.defeated, bar)
        if bad is None:
            return self._compared(criterion, candidate, found, history)
        if bad.reason == "contaminated" and unusable(candidate, criterion, self.question, {}, bar) is None:
            # A leak only flatters: a result that misses the bar in spite of it is worth telling.
            anyway = self._compared(criterion, candidate, found, history)
            if anyway.outcome == "not-met":
                bad = bad._replace(explanation=f"{bad.explanation} Even so: {anyway.explanation}")
        return self._defeated(candidate, bad, history)

    def _compared(
        self, criterion: Criterion, candidate: Candidate, found: Sequence[Candidate], history: Runs | None
    ) -> Verdict:
        """A usable value, or its change against the baseline's, held against the bar."""
        level = self._level(criterion)
        if criterion.of == "value":
            scale = factor(candidate.measurement.unit, criterion.unit) or 1.0
            shown = estimate(candidate, criterion, level, scale, self.pool.samples(candidate))
            return self._decide(criterion, candidate, Compared(shown, ""), history)
        other = counterpart(candidate, self._baseline(criterion, found))
        if isinstance(other, Unusable):
            return Verdict("not-judged", other.reason, other.explanation, candidate, runs=history)
        timeless = criterion.model_copy(update={"max_age_days": None})
        broken = unusable(other, timeless, self.question, self.defeated, None)
        if broken is not None and broken.reason not in ("stale-evidence", "date-unknown"):
            text = f"The baseline's value does not count: {broken.explanation}"
            return self._defeated(candidate, Unusable(broken.reason, text), history)
        result = change(candidate, other, criterion, self.pool, level)
        if isinstance(result, Unusable):
            return Verdict("not-judged", result.reason, result.explanation, candidate, runs=history)
        return self._decide(criterion, candidate, result, history)

    def _defeated(self, candidate: Candidate, bad: Unusable, history: Runs | None) -> Verdict:
        finding = defeater(candidate, self.defeated) if bad.reason == "contaminated" else None
        return Verdict("not-judged", bad.reason, bad.explanation, candidate, runs=history, defeated_by=finding)

    def _baseline(self, criterion: Criterion, found: Sequence[Candidate]) -> list[Candidate]:
        version = self.question.release.baseline
        release = self.question.project.release(version) if version else None
        if release is None:
            return []
        mine = for_release(found, criterion, release) if criterion.release != "any" else _bound(found, release)
        policy = self.question.project.policy
        return sorted(
            (c for c in mine if completed(c, policy)),
            key=lambda c: (c.observed.isoformat() if c.observed else "", c.evidence.sha256),
        )

    def _spreads(
        self, criterion: Criterion, series: Mapping[SeriesKey, Sequence[Candidate]], bar: BarSet | None
    ) -> list[Verdict]:
        assert criterion.across is not None
        newest = [runs[-1] for runs in series.values()]
        verdicts = []
        for family in slices(newest, criterion.across).values():
            verdicts.append(self._spread(criterion, family, bar))
        if verdicts:
            return verdicts
        text = f"No value of {criterion.measure} names its {criterion.across}, so groups cannot be compared."
        return [Verdict("not-judged", "no-evidence", text)]

    def _spread(self, criterion: Criterion, family: Mapping[str, Candidate], bar: BarSet | None) -> Verdict:
        first = next(iter(family.values()))
        if len(family) < 2:
            text = f"Only one value of {criterion.across} was measured; a gap needs two."
            return Verdict("not-judged", "not-comparable", text, first)
        for candidate in family.values():
            bad = unusable(candidate, criterion, self.question, self.defeated, bar)
            if bad is not None:
                return self._defeated(candidate, bad, None)
        result = spread(family, criterion, self.pool, self._level(criterion))
        if isinstance(result, Unusable):
            return Verdict("not-judged", result.reason, result.explanation, first, others=tuple(family.values()))
        return self._decide(criterion, first, result, None)

    def _decide(self, criterion: Criterion, candidate: Candidate, result: Compared, history: Runs | None) -> Verdict:
        shown = result.estimate
        if criterion.interval == "ignore":
            shown = shown._replace(interval=None)
        if criterion.interval == "required" and shown.interval is None and not criterion.reported:
            why = "; ".join(shown.notes)
            known = f"{criterion.title}: the value is {shown.value:.4g}, but its uncertainty is not known"
            text = f"{known} ({why})." if why else f"{known}."
            return Verdict("not-judged", "no-uncertainty", text, candidate, shown, result.others, runs=history)
        outcome = against_bar(criterion, shown.value, shown.interval)
        reason: Reason = {"met": "bar-cleared", "not-met": "bar-missed"}.get(outcome, "interval-spans-bar")  # type: ignore[assignment]
        more = needed(criterion, candidate, shown) if outcome == "inconclusive" and criterion.of == "value" else None
        text = sentence(criterion, candidate, shown, outcome, result.words, more)
        verdict = Verdict(outcome, reason, text, candidate, shown, result.others, more, history, result.p_value)
        return verdict._replace(margin=margin(criterion, shown.value, shown.interval))

    def _runs(self, criterion: Criterion, runs: Sequence[Candidate]) -> Runs | None:
        values = [(c, c.measurement.value) for c in runs if c.measurement.value is not None]
        if len(runs) < 2 or not values:
            return None
        level = self._level(criterion)
        failed = 0
        for candidate, _ in values[:-1] if values[-1][0] is runs[-1] else values:
            scale = factor(candidate.measurement.unit, criterion.unit)
            if scale is not None and criterion.of == "value":
                shown = estimate(candidate, criterion, level, scale, None)
                failed += against_bar(criterion, shown.value, shown.interval) != "met"
        numbers = [value for _, value in values]
        return Runs(count=len(runs), low=min(numbers), high=max(numbers), failed_earlier=failed)


def _bound(found: Sequence[Candidate], release: Release) -> list[Candidate]:
    return [c for c in found if c.evidence.release == release.version]


_ORDER: dict[Outcome, int] = {"not-met": 0, "not-judged": 1, "inconclusive": 2, "met": 3}


def _severity(verdict: Verdict) -> tuple[int, int, float, str]:
    """Least favourable first; a total order, so that the order of files changes nothing."""
    rank = CONSERVATIVE.index(verdict.reason) if verdict.reason in CONSERVATIVE else len(CONSERVATIVE)
    key = str(verdict.candidate.series) if verdict.candidate else ""
    return _ORDER[verdict.outcome], rank, verdict.margin, key


def _holm(verdicts: list[Verdict], criterion: Criterion, level: float) -> list[Verdict]:
    """Of many changes, call a regression only what stands after Holm's correction for their number.

    That all are met needs no correction: every one of them must be. Source: Holm 1979, Scand. J. Stat. 6:65-70; for
    "all met", the intersection-union test, Berger 1982, Technometrics 24:295-300.
    """
    failed = [v for v in verdicts if v.outcome == "not-met" and v.shown and v.shown.interval]
    if len(verdicts) < 2 or not failed:
        return verdicts
    p_values = [_p_beyond(v, criterion, level) for v in verdicts]
    adjusted = dict(zip(map(id, verdicts), holm(p_values), strict=True))
    alpha = (1 - level) / 2
    return [
        v._replace(
            outcome="inconclusive",
            reason="interval-spans-bar",
            explanation=f"{v.explanation} Among {len(verdicts)} comparisons this does not show a regression.",
        )
        if v in failed and adjusted[id(v)] > alpha
        else v
        for v in verdicts
    ]


def _p_beyond(verdict: Verdict, criterion: Criterion, level: float) -> float:
    """One-sided probability of a change this far beyond the bar if the true change sat on the bar."""
    from statistics import NormalDist

    shown = verdict.shown
    bar = criterion.at_least if criterion.at_least is not None else criterion.at_most
    if shown is None or shown.interval is None or bar is None:
        return 1.0
    stderr = (shown.interval.high - shown.interval.low) / 2 / z_score(level)
    distance = (shown.value - bar) / stderr
    return NormalDist().cdf(distance if criterion.at_least is not None else -distance)
