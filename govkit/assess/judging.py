"""One criterion → one Check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govkit.assess.absent import awaited, first_release, nothing
from govkit.assess.citing import check_of
from govkit.assess.comparing import Compared, change
from govkit.assess.contamination import Leaks
from govkit.assess.counterpart import counterpart
from govkit.assess.deciding import Strictness, decide
from govkit.assess.lost import lost
from govkit.assess.question import Candidate, Pool, Question, SeriesKey, for_release
from govkit.assess.runs import in_order, newest, repeated, repeated_baseline, told, unfinished_since
from govkit.assess.spreading import slices, spread
from govkit.assess.uncertainty import estimate
from govkit.assess.unusable import Unusable
from govkit.assess.usability import Rules, completed, factor, unusable
from govkit.assess.verdict import Verdict, corrected, judged_not, least_favourable, severity
from govkit.model.assessment import BarSet, Check, Runs
from govkit.model.control import AGAINST_BASELINE, Control, Criterion
from govkit.model.evidence import Interval
from govkit.model.project import Release


class Judge:
    """The parts every check of one release shares."""

    def __init__(self, question: Question, pool: Pool) -> None:
        self.question, self.pool = question, pool
        self.policy = question.project.policy
        self.rules = Rules(question, Leaks(question, pool), self.graders)
        self._graders: dict[str, tuple[Candidate, ...]] = {}

    def check(self, control: Control, criterion: Criterion) -> Check:
        """One criterion judged for the release of the question."""
        bar = self.question.bars.get(f"{control.id}/{criterion.id}")
        verdict = least_favourable(self._verdicts(control, criterion))
        verdict = verdict._replace(warnings=(*verdict.warnings, *self._later(criterion), *self._unread(criterion)))
        gone = lost(criterion, self.question, self.pool)
        if gone is not None and verdict.outcome == "met":
            text = f"{gone.explanation} What is there: {verdict.explanation}"
            verdict = verdict._replace(outcome="not-judged", reason=gone.reason, explanation=text)
        elif gone is not None:
            verdict = verdict._replace(warnings=(*verdict.warnings, f"not-measured: {gone.explanation}"))
        return check_of(verdict, control, criterion, self.rules, bar)

    def _later(self, criterion: Criterion) -> tuple[str, ...]:
        """A warning that names the results from after the instant of judgement, which are left out."""
        found = [c for c in for_release(self.pool.future(criterion), criterion, self.question.release) if c.sampled]
        paths = sorted({c.evidence.path for c in found})
        if not paths:
            return ()
        more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
        return (f"later-results: dated after the instant of judgement and left out: {', '.join(paths[:3])}{more}",)

    def _unread(self, criterion: Criterion) -> tuple[str, ...]:
        """A warning that names files which may hold the measure too, and cannot be read."""
        mine = (None, self.question.release.version)
        paths = [item.path for item in self.pool.unreadable if item.release in mine and awaited(item, criterion)]
        return (f"unreadable-file: may hold this as well, and cannot be read: {', '.join(paths[:3])}",) if paths else ()

    def graders(self, judge: str) -> tuple[Candidate, ...]:
        """Measurements that show this judge to agree with people, each above its bar and in date; else none.

        How well a judge agrees is a property of the judge, so a figure measured for another release counts too.
        """
        if judge not in self._graders:
            self._graders[judge] = tuple(self._agreements(judge))
        return self._graders[judge]

    def _agreements(self, judge: str) -> list[Candidate]:
        found: list[Candidate] = []
        for control in self.question.project.controls:
            for criterion in control.criteria:
                if criterion.measure != self.policy.grader_measure or criterion.of != "value" or criterion.reported:
                    continue
                anywhere = criterion.model_copy(update={"release": "any"})
                verdicts = self._verdicts(control, anywhere, judge)
                if any(verdict.outcome != "met" for verdict in verdicts):
                    return []
                found += [verdict.candidate for verdict in verdicts if verdict.candidate is not None]
        return found

    def _verdicts(self, control: Control, criterion: Criterion, judge: str | None = None) -> list[Verdict]:
        if not criterion.has_bar():
            text = f"The catalog sets no bar here; set one for {control.id}/{criterion.id} in the controls file."
            return [judged_not(Unusable("no-bar", text))]
        if criterion.of in AGAINST_BASELINE and self.question.release.baseline is None:
            return [judged_not(first_release(self.question))]
        found = [c for c in self.pool.matching(criterion) if judge is None or c.judge == judge]
        mine = for_release(found, criterion, self.question.release)
        if not mine:
            return [judged_not(nothing(criterion, found, self.question, self.pool))]
        series = in_order(mine, self.policy)
        bar = self.question.bars.get(f"{control.id}/{criterion.id}")
        if criterion.across is not None:
            return self._spreads(criterion, series, bar)
        verdicts = [self._one(criterion, runs, found, bar) for runs in series.values()]
        several = criterion.of in AGAINST_BASELINE
        return corrected(verdicts, criterion, self._level(criterion)) if several else verdicts

    def _level(self, criterion: Criterion) -> float:
        return criterion.confidence or self.policy.confidence

    def _one(
        self, criterion: Criterion, runs: Sequence[Candidate], found: Sequence[Candidate], bar: BarSet | None
    ) -> Verdict:
        """The newest run judged; of several that may be the newest, the least favourable."""
        latest = newest(runs, self.policy)
        history = self._history(criterion, runs, latest, found)
        verdict = min((self._single(criterion, one, found, bar, history) for one in latest), key=severity)
        warnings = (*verdict.warnings, *unfinished_since(runs, latest[-1], self.policy))
        if len({(one.measurement.value, one.measurement.n) for one in latest}) > 1:
            text = f"newest-unknown: {len(latest)} runs bear the same instant or none; the least favourable is judged"
            warnings = (*warnings, text)
        return verdict._replace(warnings=warnings)

    def _history(
        self, criterion: Criterion, runs: Sequence[Candidate], judged: Sequence[Candidate], found: Sequence[Candidate]
    ) -> Runs | None:
        def passed(run: Candidate) -> bool:
            known = factor(run.measurement.unit, criterion.unit) is not None
            return known and self._compared(criterion, run, found, None).outcome == "met"

        return told(runs, judged, passed)

    def _single(
        self,
        criterion: Criterion,
        candidate: Candidate,
        found: Sequence[Candidate],
        bar: BarSet | None,
        history: Runs | None,
    ) -> Verdict:
        bad = unusable(candidate, criterion, self.rules, self.question.release, bar)
        if bad is None:
            return self._compared(criterion, candidate, found, history)
        if bad.reason == "contaminated":
            spared = self.rules._replace(leaks=None)
            if unusable(candidate, criterion, spared, self.question.release, bar) is None:
                # A leak only flatters: a result that misses the bar in spite of it is worth telling.
                anyway = self._compared(criterion, candidate, found, history)
                if anyway.outcome == "not-met":
                    bad = bad._replace(explanation=f"{bad.explanation} Even so: {anyway.explanation}")
        return self._defeated(candidate, bad, history)

    def _compared(
        self, criterion: Criterion, candidate: Candidate, found: Sequence[Candidate], history: Runs | None
    ) -> Verdict:
        """A usable value, or its change against the baseline's, held against the bar.

        Of several runs of the baseline that may be its newest, the least favourable is compared with.
        """
        if criterion.of in ("value", "worst"):
            return self._decided(criterion, candidate, self._value(criterion, candidate), history)
        version = self.question.release.baseline
        release = self.question.project.release(version) if version else None
        if release is None:
            missing = Unusable("not-comparable", "The baseline is not a release of this project.")
            return judged_not(missing, candidate, runs=history)
        baseline = self._baseline(criterion, found, release)
        rest = [other for other in baseline if other.series != candidate.series]
        runs = newest([other for other in baseline if other.series == candidate.series], self.policy)
        others = (counterpart(candidate, [*rest, *one]) for one in ([[run] for run in runs] or [[]]))
        verdict = min((self._against(criterion, candidate, one, release, history) for one in others), key=severity)
        return verdict._replace(warnings=(*verdict.warnings, *repeated_baseline(candidate, baseline)))

    def _against(
        self,
        criterion: Criterion,
        candidate: Candidate,
        other: Candidate | Unusable,
        release: Release,
        history: Runs | None,
    ) -> Verdict:
        """The change against one value of the baseline release."""
        if isinstance(other, Unusable):
            return judged_not(other, candidate, runs=history)
        timeless = criterion.model_copy(update={"max_age_days": None})
        broken = unusable(other, timeless, self.rules, release, None)
        if broken is not None and broken.reason not in ("stale-evidence", "date-unknown", "order-unknown"):
            text = f"The baseline's value does not count: {broken.explanation}"
            return self._defeated(candidate, Unusable(broken.reason, text), history, other)

        def compared(level: float) -> Compared | Unusable:
            return change(candidate, other, criterion, self.pool, level, self.policy.max_error_share)

        def again(level: float) -> Interval | None:
            found = compared(level)
            return None if isinstance(found, Unusable) else found.estimate.interval

        result = compared(self._level(criterion))
        if isinstance(result, Unusable):
            return judged_not(result, candidate, runs=history)
        return self._decided(criterion, candidate, result, history)._replace(again=again)

    def _value(self, criterion: Criterion, candidate: Candidate, level: float | None = None) -> Compared:
        m = candidate.measurement
        scale = factor(m.unit, criterion.unit) or 1.0
        samples = self.pool.samples(candidate)
        shown = estimate(m, level or self._level(criterion), scale=scale, samples=samples, safety=criterion.safety)
        return Compared(shown, "")

    def _decided(
        self, criterion: Criterion, candidate: Candidate, result: Compared, history: Runs | None = None
    ) -> Verdict:
        strict = Strictness(self._level(criterion), self.policy.min_n, self._interval_needed)
        return decide(criterion, candidate, result, history, strict)

    @property
    def _interval_needed(self) -> bool:
        tier = self.question.project.system(self.question.release.system).tier
        return self.policy.point_only == "refuse" or (self.policy.point_only is None and tier == "high")

    def _defeated(
        self, candidate: Candidate, bad: Unusable, history: Runs | None, about: Candidate | None = None
    ) -> Verdict:
        leaks = self.rules.leaks if bad.reason == "contaminated" else None
        found = leaks.over(about or candidate) if leaks else None
        verdict = judged_not(bad, candidate, others=(about,) if about is not None else (), runs=history)
        return verdict._replace(defeated_by=found[0].candidate if found else None)

    def _baseline(self, criterion: Criterion, found: Sequence[Candidate], release: Release) -> list[Candidate]:
        mine = for_release(found, criterion, release) if criterion.release != "any" else _bound(found, release)
        return [c for c in mine if completed(c, self.policy)]

    def _spreads(
        self, criterion: Criterion, series: Mapping[SeriesKey, Sequence[Candidate]], bar: BarSet | None
    ) -> list[Verdict]:
        assert criterion.across is not None
        latest = [one for runs in series.values() for one in newest(runs, self.policy)]
        families = slices(latest, criterion.across)
        if families:
            verdicts = [self._family(criterion, family, series, bar) for family in families.values()]
            again = repeated(series, criterion.across)
            return [verdict._replace(warnings=(*verdict.warnings, *again)) for verdict in verdicts]
        text = f"No value of {criterion.measure} names its {criterion.across}, so groups cannot be compared."
        return [judged_not(Unusable("no-evidence", text))]

    def _family(
        self,
        criterion: Criterion,
        family: Mapping[str, Candidate],
        series: Mapping[SeriesKey, Sequence[Candidate]],
        bar: BarSet | None,
    ) -> Verdict:
        """The slices of one measure, each of which must count: their spread, or the one that does worst."""
        first = next(iter(family.values()))
        if len({candidate.measurement.conditions[criterion.across or ""] for candidate in family.values()}) < 2:
            text = f"Only one value of {criterion.across} was measured; slices need two to be compared."
            return judged_not(Unusable("not-comparable", text), first)
        for candidate in family.values():
            bad = unusable(candidate, criterion, self.rules, self.question.release, bar)
            if bad is not None:
                return self._defeated(candidate, bad, None)
        if criterion.of == "worst":
            return self._worst(criterion, family, series)
        result = spread(family, criterion, self.pool, self._level(criterion))
        if isinstance(result, Unusable):
            return judged_not(result, first, others=tuple(family.values()))
        return self._decided(criterion, first, result)

    def _worst(
        self,
        criterion: Criterion,
        family: Mapping[str, Candidate],
        series: Mapping[SeriesKey, Sequence[Candidate]],
    ) -> Verdict:
        """The slice that does worst, with its own interval: every other one clears what it clears.

        A miss is called only when it stands after a correction for the number of slices.
        """
        verdicts = []
        for name, candidate in family.items():
            words = f"in the worst of {len(family)} slices, {criterion.across} = {name}"
            result = self._value(criterion, candidate)
            others = tuple(other for other in family.values() if other is not candidate)
            history = self._history(criterion, series[candidate.series], tuple(family.values()), ())
            verdict = self._decided(criterion, candidate, result._replace(words=words, others=others), history)

            def again(level: float, of: Candidate = candidate) -> Interval | None:
                return self._value(criterion, of, level).estimate.interval

            verdicts.append(verdict._replace(again=again))
        return min(corrected(verdicts, criterion, self._level(criterion)), key=severity)


def _bound(found: Sequence[Candidate], release: Release) -> list[Candidate]:
    return [c for c in found if c.evidence.release == release.version]
