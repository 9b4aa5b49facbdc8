"""What is wrong with a run that ended well, and judges that nobody held against people."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest

from govkit.model.assessment import CONSERVATIVE, BarSet, Check, Reason
from govkit.model.control import Criterion
from govkit.model.evidence import Evidence, Flag
from govkit.model.project import Policy
from tests.assess.builders import AS_OF, assessed, check, control, counted, criterion, evidence, measurement, project

AT_LEAST = criterion(at_least=0.8, interval="required")
FLAGS = get_args(Flag)
AGREEMENT = criterion(id="agreement", measure="evaluation/grader-agreement", at_least=0.6, unit="index", min_n=100)


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("on_the_value", [True, False])
def test_every_flag_stops_a_result_unless_the_policy_only_warns(flag: Flag, on_the_value: bool) -> None:
    flagged = (
        evidence(counted(990, 1000, flags=(flag,))) if on_the_value else evidence(counted(990, 1000), flags=(flag,))
    )
    made = check(AT_LEAST, flagged)
    assert (made.outcome, made.reason) == ("not-judged", flag)
    assert made.used[0].flags == (flag,)
    warned = check(AT_LEAST, flagged, policy=Policy(flags={flag: "warn"}))
    assert warned.outcome == "met"
    assert [warning for warning in warned.warnings if warning.startswith(f"{flag}: ")]


def test_every_flag_is_a_reason_with_its_rank() -> None:
    assert set(FLAGS) <= set(get_args(Reason))
    assert set(FLAGS) <= set(CONSERVATIVE)


def test_the_worst_flag_is_told_and_a_warned_one_does_not_hide_a_refused_one() -> None:
    found = evidence(counted(990, 1000, flags=("self-reported", "mock-model")))
    assert check(AT_LEAST, found).reason == "mock-model"
    assert check(AT_LEAST, found, policy=Policy(flags={"mock-model": "warn"})).reason == "self-reported"


def test_a_flagged_baseline_is_nothing_to_compare_with() -> None:
    wanted = criterion(of="change", at_least=-0.01, interval="required")
    then = evidence(counted(900, 1000), path="old.json", release="1.0", flags=("mock-model",))
    made = check(wanted, evidence(counted(990, 1000)), then)
    assert (made.reason, made.used[-1].path) == ("mock-model", "old.json")
    assert made.explanation.startswith("The baseline's value does not count")


def graded(
    *more: Evidence, judge: str | None = "org/judge-1", wanted: Criterion = AGREEMENT, **changes: object
) -> Check:
    scored = evidence(counted(990, 1000, judge=judge, flags=() if judge else ("judge-unvalidated",)))
    made = project(control("C-1", AT_LEAST), control("GK-EVAL-05", wanted))
    return assessed(made, scored, *more, **changes).checks[0]


def agreement(
    value: float = 0.7, *, judge: str = "org/judge-1", path: str = "agreement.json", **changes: object
) -> Evidence:
    given: dict[str, object] = {"unit": "index", "n": 200, "conditions": {"judge": judge}, **changes}
    one = measurement(value, measure="evaluation/grader-agreement", dataset=None, **given)
    return evidence(one, path=path, release=None)


def test_a_judge_nobody_held_against_people_proves_nothing() -> None:
    made = graded()
    assert (made.outcome, made.reason) == ("not-judged", "judge-unvalidated")
    assert "org/judge-1" in made.explanation


def test_a_judge_that_agrees_with_people_counts_and_the_figure_is_cited() -> None:
    made = graded(agreement())
    assert made.outcome == "met"
    assert [(item.path, item.role) for item in made.used] == [("results.json", "judged"), ("agreement.json", "grader")]


def test_the_judge_may_be_a_condition_or_a_field() -> None:
    made = graded(agreement(conditions={}, judge="org/judge-1"))
    assert made.outcome == "not-judged", "nothing says whose agreement it is"
    one = measurement(0.7, measure="evaluation/grader-agreement", unit="index", n=200, judge="org/judge-1")
    assert graded(evidence(one, path="a.json", release=None)).outcome == "met"


@pytest.mark.parametrize(
    "given",
    [
        agreement(0.5),
        agreement(n=50),
        agreement(judge="org/judge-2"),
        agreement(at=AS_OF + timedelta(days=1)),
        agreement(at=AS_OF - timedelta(days=400)),
        agreement(unit="proportion"),
    ],
)
def test_a_figure_that_does_not_hold_lifts_nothing(given: Evidence) -> None:
    made = graded(given, wanted=AGREEMENT.model_copy(update={"max_age_days": 365}))
    assert (made.outcome, made.reason) == ("not-judged", "judge-unvalidated")


def test_the_newest_figure_counts_not_the_best() -> None:
    old = agreement(0.9, at=AS_OF - timedelta(days=50), path="a.json")
    new = agreement(0.3, at=AS_OF - timedelta(days=5), path="b.json")
    assert graded(old, new).reason == "judge-unvalidated"


def test_a_figure_for_another_release_is_about_the_same_judge() -> None:
    other = agreement().model_copy(update={"release": "1.0"})
    assert graded(other).outcome == "met"


def test_without_a_bar_for_the_agreement_nothing_is_lifted() -> None:
    assert graded(agreement(), wanted=AGREEMENT.model_copy(update={"at_least": None})).reason == "judge-unvalidated"
    lone = evidence(counted(990, 1000, judge="org/judge-1"))
    assert check(AT_LEAST, lone, agreement()).reason == "judge-unvalidated"


def test_a_judge_without_a_name_cannot_be_held_against_people() -> None:
    assert graded(agreement(), judge=None).reason == "judge-unvalidated"


def test_the_agreement_itself_is_measured_with_the_judge_and_counts() -> None:
    one = measurement(0.7, measure="evaluation/grader-agreement", unit="index", n=200, judge="org/judge-1")
    wanted = AGREEMENT.model_copy(update={"id": "score", "release": "any"})
    assert check(wanted, evidence(one, flags=("judge-unvalidated",))).outcome == "met"


def test_a_bar_for_the_agreement_that_was_set_afterwards_lifts_nothing_where_the_policy_refuses_that() -> None:
    late = BarSet(commit="f" * 40, at=AS_OF - timedelta(days=1), by="B")
    early = BarSet(commit="f" * 40, at=AS_OF - timedelta(days=90), by="B")
    scored = evidence(counted(990, 1000, judge="org/judge-1"))
    for bar, outcome in ((late, "not-judged"), (early, "met")):
        made = project(control("C-1", AT_LEAST), control("G", AGREEMENT), policy=Policy(bar_after_result="refuse"))
        bars = {"C-1/score": early, "G/agreement": bar}
        assert assessed(made, scored, agreement(), bars=bars).checks[0].outcome == outcome


def test_scores_of_two_judges_are_two_series_and_both_must_clear_the_bar() -> None:
    one = evidence(counted(990, 1000, judge="org/judge-1"), path="a.json")
    two = evidence(counted(700, 1000, judge="org/judge-2", at=AS_OF - timedelta(days=40)), path="b.json")
    made = project(control("C-1", AT_LEAST), control("G", AGREEMENT))
    found = assessed(made, one, two, agreement(), agreement(judge="org/judge-2", path="c.json")).checks[0]
    assert (found.outcome, found.used[0].judge) == ("not-met", "org/judge-2")


def test_another_judge_at_the_baseline_is_not_comparable() -> None:
    wanted = criterion(of="change", at_least=-0.01, interval="required")
    made = project(control("C-1", wanted), control("G", AGREEMENT))
    then = evidence(counted(900, 1000, judge="org/judge-2"), path="old.json", release="1.0")
    now = evidence(counted(990, 1000, judge="org/judge-1"))
    found = assessed(made, now, then, agreement(), agreement(judge="org/judge-2", path="c.json")).checks[0]
    assert found.reason == "not-comparable"
    assert "judge was org/judge-2, now org/judge-1" in found.explanation
