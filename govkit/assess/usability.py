"""May a measurement count at all? Each way in which it may not has its own reason word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from govkit.assess.question import Candidate, Pool, Question
from govkit.model.assessment import BarSet, Reason
from govkit.model.control import Criterion, Unit
from govkit.model.project import Policy


class Unusable(NamedTuple):
    """Why a measurement does not count, in one word and one sentence."""

    reason: Reason
    explanation: str


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


def defeated_datasets(question: Question, pool: Pool) -> Mapping[tuple[str | None, str], Candidate]:
    """(release, dataset id) to the finding that the dataset's items are in the training data."""
    policy = question.project.policy
    found = {}
    for candidate in pool.measured_as(policy.contamination_measure):
        dataset = candidate.measurement.dataset
        name = dataset.id if dataset else candidate.measurement.conditions.get("dataset")
        value = candidate.measurement.value
        if name and value is not None and value > policy.contamination_at_most:
            found[candidate.evidence.release, name] = candidate
    return found


def defeater(candidate: Candidate, defeated: Mapping[tuple[str | None, str], Candidate]) -> Candidate | None:
    """The contamination finding that takes this measurement down, if there is one."""
    dataset = candidate.measurement.dataset
    if dataset is None:
        return None
    finding = defeated.get((candidate.evidence.release, dataset.id)) or defeated.get((None, dataset.id))
    return (
        None
        if finding is not None
        and finding.evidence.sha256 == candidate.evidence.sha256
        and (finding.measurement.measure == candidate.measurement.measure)
        else finding
    )


def completed(candidate: Candidate, policy: Policy) -> bool:
    """True when the run behind a value ended as it should."""
    reading = candidate.evidence.reading
    status = reading.status if reading else "error"
    return status == "complete" or (status == "unknown" and policy.unknown_status == "accept")


def unusable(
    candidate: Candidate,
    criterion: Criterion,
    question: Question,
    defeated: Mapping[tuple[str | None, str], Candidate],
    bar: BarSet | None,
) -> Unusable | None:
    """The first reason why a value may not count, or None."""
    return (
        _run(candidate, question.project.policy)
        or _contaminated(candidate, defeated)
        or _number(candidate)
        or _age(candidate, criterion, question)
        or _unit(candidate, criterion)
        or _direction(candidate, criterion)
        or _sample(candidate, criterion)
        or _bar_after(candidate, question.project.policy, bar)
    )


def _run(candidate: Candidate, policy: Policy) -> Unusable | None:
    if completed(candidate, policy):
        return None
    reading = candidate.evidence.reading
    status = reading.status if reading else "error"
    told = next((w for w in (reading.warnings if reading else ()) if w.startswith(("limited-run", "failed-run"))), "")
    why = f": {told.partition(': ')[2]}" if told else ""
    return Unusable("run-incomplete", f"The run in {candidate.evidence.path} is not complete ({status}){why}.")


def _contaminated(candidate: Candidate, defeated: Mapping[tuple[str | None, str], Candidate]) -> Unusable | None:
    finding = defeater(candidate, defeated)
    if finding is None or finding.measurement.value is None:
        return None
    dataset = candidate.measurement.dataset
    return Unusable(
        "contaminated",
        f"{finding.measurement.value:.1%} of the items of {dataset.id if dataset else 'the dataset'} were found in the "
        f"training data ({finding.evidence.path}), so no result on it counts.",
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
    given = candidate.measurement.unit
    if factor(given, criterion.unit) is not None:
        return None
    return Unusable(
        "unit-mismatch",
        f"{candidate.measurement.measure} is given in {given or 'an unknown unit'}, the bar is in {criterion.unit}.",
    )


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
    if direction != (criterion.at_least is not None):
        better = "higher" if direction else "lower"
        return Unusable("direction-conflict", f"A {better} {name} is better, but the bar is {criterion.bar()}.")
    return None


def _sample(candidate: Candidate, criterion: Criterion) -> Unusable | None:
    n = candidate.measurement.n
    if criterion.min_n is None or criterion.of in ("gap", "ratio") or (n is not None and n >= criterion.min_n):
        return None
    have = f"rests on {n:,} {candidate.measurement.n_basis or 'items'}" if n is not None else "does not say on how many"
    return Unusable("sample-too-small", f"{candidate.measurement.measure} {have}; {criterion.min_n:,} are needed.")


def _bar_after(candidate: Candidate, policy: Policy, bar: BarSet | None) -> Unusable | None:
    if policy.bar_after_result != "refuse":
        return None
    text = bar_after_result(candidate, bar)
    return Unusable("bar-set-after-result", text) if text else None


def bar_after_result(candidate: Candidate, bar: BarSet | None) -> str | None:
    """A sentence when the bar does not precede the result; None when it does or git cannot tell.

    Only of test results: that a policy was approved before somebody asked for it is no way to move a bar.
    """
    reading = candidate.evidence.reading
    if bar is None or candidate.observed is None or reading is None or reading.method != "TEST":
        return None
    if bar.at is None:
        return "The bar in force is not committed, so it cannot be shown to precede the result."
    if bar.at <= candidate.observed:
        return None
    return f"The bar was set on {bar.at:%Y-%m-%d} (commit {(bar.commit or '')[:10]}), after the result of " + (
        f"{candidate.observed:%Y-%m-%d}."
    )
