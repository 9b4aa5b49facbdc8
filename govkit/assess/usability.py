"""May a measurement count at all? Each way in which it may not has its own reason word."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import NamedTuple

from govkit.assess.bars import never_missed
from govkit.assess.binding import misbound
from govkit.assess.contamination import Leaks, contaminated
from govkit.assess.flags import Graders, refused
from govkit.assess.impossible import impossible
from govkit.assess.missing import too_many
from govkit.assess.order import order_of
from govkit.assess.question import Candidate, Question
from govkit.assess.uncertainty import independent
from govkit.assess.unusable import Unusable
from govkit.model.assessment import BarSet
from govkit.model.control import Criterion, Unit
from govkit.model.evidence import Measurement
from govkit.model.project import Policy, Release
from govkit.statistics.sample_size import items_for_quantile


class Rules(NamedTuple):
    """What every measurement of a question is held against."""

    question: Question
    leaks: Leaks | None
    """None where a leak is to be left aside."""
    graders: Graders

    @property
    def policy(self) -> Policy:
        """How strictly the project wants evidence to be judged."""
        return self.question.project.policy


# Exact conversions only. Source: SI; a percentage is a proportion times 100.
_FACTORS: dict[tuple[Unit, Unit], float] = {
    ("percent", "proportion"): 0.01,
    ("proportion", "percent"): 100.0,
    ("proportion", "points"): 100.0,
    ("points", "proportion"): 0.01,
    ("ms", "s"): 0.001,
    ("s", "ms"): 1000.0,
    ("s", "minutes"): 1 / 60,
    ("minutes", "s"): 60.0,
    ("minutes", "hours"): 1 / 60,
    ("hours", "minutes"): 60.0,
    ("hours", "days"): 1 / 24,
    ("days", "hours"): 24.0,
    ("Wh", "kWh"): 0.001,
    ("kWh", "Wh"): 1000.0,
}


def factor(given: Unit | None, wanted: Unit | None) -> float | None:
    """What to multiply a value by to get the wanted unit; None when there is no exact way."""
    if wanted is None or given == wanted:
        return 1.0
    return _FACTORS.get((given, wanted)) if given else None


def completed(candidate: Candidate, policy: Policy) -> bool:
    """True when the run behind a value ended as it should."""
    status = candidate.status
    return status == "complete" or (status == "unknown" and policy.unknown_status == "accept")


def unusable(
    candidate: Candidate, criterion: Criterion, rules: Rules, release: Release, bar: BarSet | None
) -> Unusable | None:
    """The first reason why a value may not count for this release, or None."""
    return (
        _run(candidate, rules.policy)
        or refused(candidate, rules.policy, rules.graders)
        or (contaminated(candidate, rules.leaks) if rules.leaks else None)
        or misbound(candidate, criterion, release, rules.policy, rules.question.project.releases)
        or _number(candidate)
        or impossible(candidate)
        or too_many(candidate, rules.policy)
        or _age(candidate, criterion, rules.question)
        or _unit(candidate, criterion)
        or _bar(candidate, criterion)
        or _direction(candidate, criterion)
        or _sample(candidate, criterion)
        or _quantile(candidate)
        or _bar_after(candidate, criterion, rules.policy, bar)
    )


def _run(candidate: Candidate, policy: Policy) -> Unusable | None:
    if completed(candidate, policy):
        return None
    reading = candidate.evidence.reading
    said = (*candidate.measurement.warnings, *(reading.warnings if reading else ()))
    words = ("limited-run", "failed-run", "unknown-status")
    told = next((warning for warning in said if warning.startswith(words)), "")
    why = f": {told.partition(': ')[2]}" if told else ""
    return Unusable(
        "run-incomplete", f"The run in {candidate.evidence.path} is not complete ({candidate.status}){why}."
    )


def _number(candidate: Candidate) -> Unusable | None:
    if candidate.measurement.value is not None:
        return None
    what = "; ".join(candidate.measurement.warnings) or "the file holds no finite number here"
    return Unusable("unreadable-evidence", f"{candidate.measurement.measure} has no usable value: {what}.")


def _age(candidate: Candidate, criterion: Criterion, question: Question) -> Unusable | None:
    until = candidate.measurement.valid_until
    if until is not None and until < question.as_of:
        what = f"{candidate.measurement.measure} in {candidate.evidence.path} held until {until:%Y-%m-%d} only."
        return Unusable("stale-evidence", what)
    limit = criterion.max_age_days or question.project.policy.max_age_days
    if limit is None:
        return None
    if candidate.observed is None:
        return Unusable(
            "date-unknown",
            f"{candidate.evidence.path} does not say when it was made and is not committed, so it cannot be shown to "
            f"be younger than {limit} days.",
        )
    age = question.as_of - candidate.observed
    if age <= timedelta(days=limit):
        return None
    return Unusable(
        "stale-evidence", f"{candidate.evidence.path} is {age.days} days old; at most {limit} days are allowed."
    )


def _unit(candidate: Candidate, criterion: Criterion) -> Unusable | None:
    m = candidate.measurement
    given: Unit | None = "proportion" if criterion.of == "flips" else m.unit
    if factor(given, criterion.unit) is None:
        what = f"{m.measure} is given in {given or 'an unknown unit'}, the bar is in {criterion.unit}."
        return Unusable("unit-mismatch", what)
    return _share(m, criterion) or (None if criterion.unit is not None else _guessed(m, criterion))


def _share(m: Measurement, criterion: Criterion) -> Unusable | None:
    """No share is beyond the whole, and neither is a difference of shares."""
    whole = {"proportion": 1.0, "percent": 100.0}.get(m.unit or "")
    if whole is None or m.value is None:
        return None
    # An error in percent may be larger than what it is an error of; then it misses its bar.
    if abs(m.value) > whole * (1.0 + 1e-9) and (whole == 1.0 or criterion.at_most is None):
        return Unusable("unit-mismatch", f"{m.measure} is given as a {m.unit}, but is {m.value:.4g}, beyond {whole:g}.")
    return None


def _bar(candidate: Candidate, criterion: Criterion) -> Unusable | None:
    unit = criterion.unit or candidate.measurement.unit
    if not never_missed(criterion, unit):
        return None
    what = f"The bar, {criterion.bar()}, is none: nothing measured in {unit or 'this unit'} can miss it. "
    return Unusable("no-bar", f"{what}Where it is enough that the number is known, `reported: true` says so.")


def _guessed(m: Measurement, criterion: Criterion) -> Unusable | None:
    """A bar without a unit, of a size that may mean a share, beside a value that is none: 0.7 and 70."""
    bar = criterion.at_least if criterion.between is None else criterion.between[0]
    if criterion.of not in ("value", "worst") or bar is None or not 0.0 < bar <= 1.0 or m.value is None:
        return None
    if m.unit in ("percent", "points") or (m.unit is None and bar < 1.0 < m.value):
        given = f"in {m.unit}" if m.unit else "without a unit"
        what = f"{m.measure} is {m.value:.4g} {given}, the bar is {criterion.bar()} and names no unit: {bar:g} or "
        return Unusable("unit-mismatch", f"{what}{bar * 100:g} %? Nobody may guess.")
    return None


def _direction(candidate: Candidate, criterion: Criterion) -> Unusable | None:
    """A one-sided bar needs to know which way is better, and must not contradict the tool."""
    one_sided = criterion.at_least is not None or criterion.at_most is not None
    if not one_sided or criterion.of in ("gap", "ratio"):
        return None
    stated, told = criterion.higher_is_better, candidate.measurement.higher_is_better
    direction = told if stated is None else stated
    name = candidate.measurement.measure
    if stated is not None and told is not None and stated != told:
        return Unusable("direction-conflict", f"The file and the control disagree whether a higher {name} is better.")
    if direction is None:
        return Unusable("direction-unknown", f"Nothing says whether a higher {name} is better or worse.")
    if criterion.of == "flips":
        if criterion.at_least is None:
            return None
        return Unusable("direction-conflict", f"Fewer flips are better, but the bar is {criterion.bar()}.")
    if direction != (criterion.at_least is not None):
        better = "higher" if direction else "lower"
        return Unusable("direction-conflict", f"A {better} {name} is better, but the bar is {criterion.bar()}.")
    return None


def _sample(candidate: Candidate, criterion: Criterion) -> Unusable | None:
    m = candidate.measurement
    count = independent(m)
    if criterion.min_n is None or criterion.of in ("gap", "ratio") or (count is not None and count >= criterion.min_n):
        return None
    return Unusable("sample-too-small", f"{m.measure} {rests_on(m)}; {criterion.min_n:,} are needed.")


def rests_on(m: Measurement) -> str:
    """`rests on 80 items`, `rests on 500 items in 40 groups`, or that the file does not say."""
    if m.n is None:
        return "does not say on how many"
    groups = f" in {m.clusters:,} groups" if m.clusters is not None and m.clusters < m.n else ""
    groups = " of nobody says how many items" if m.n_basis == "trials" and m.clusters is None else groups
    return f"rests on {m.n:,} {m.n_basis or 'items'}{groups}"


_NAMED = re.compile(r"(?:^|[-_/ ])(?:p(\d\d(?:\.\d+)?)|(\d\d(?:\.\d+)?)th)(?:[-_/ ]|$)", re.IGNORECASE)


def _quantile_of(m: Measurement) -> float | None:
    """As the collector says, else as the name of a time says: `latency/p95`, `P99_ms`, `99th percentile`."""
    named = _NAMED.search(m.measure) if m.unit in ("ms", "s", "minutes", "hours") else None
    told = float(named[1] or named[2]) / 100 if named else None
    return m.quantile if m.quantile is not None else told if told is not None and 0.0 < told < 1.0 else None


def _quantile(candidate: Candidate) -> Unusable | None:
    """The far end of a distribution needs items beyond it: a p99 of 50 requests is their slowest one."""
    m = candidate.measurement
    quantile = _quantile_of(m)
    if quantile is None or not candidate.sampled:
        return None
    least = items_for_quantile(quantile)
    # A time is measured on tries, so tries count as items here: only groups that the file tells of make them fewer.
    rests = m.n if m.clusters is None else independent(m)
    if rests is not None and rests >= least:
        return None
    what = f"The {quantile * 100:.4g} % quantile {m.measure} {rests_on(m)}; {least:,} are needed for it."
    return Unusable("sample-too-small", what)


def _bar_after(candidate: Candidate, criterion: Criterion, policy: Policy, bar: BarSet | None) -> Unusable | None:
    if policy.bar_after_result != "refuse" or not criterion.has_bar():
        return None
    order = order_of(candidate, bar)
    match order.standing:
        case "before":
            return None
        case "after":
            return Unusable("bar-set-after-result", order.text)
        case "unknown":
            return Unusable("order-unknown", order.text)
