"""Every outcome and every reason word of a check."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govkit.assess.question import has_conditions
from govkit.model.assessment import CONSERVATIVE, BarSet, Reason
from govkit.model.control import Criterion
from govkit.model.evidence import Evidence, Interval
from govkit.model.project import Policy
from tests.assess.builders import (
    AS_OF,
    DATA,
    check,
    counted,
    criterion,
    evidence,
    measurement,
    samples,
    unreadable,
)

AT_LEAST = criterion(at_least=0.8, interval="required")


def verdict(wanted: Criterion, *found: Evidence, **changes: Any) -> tuple[str, str]:
    made = check(wanted, *found, **changes)
    return made.outcome, made.reason


def test_the_whole_interval_must_clear_the_bar() -> None:
    assert verdict(AT_LEAST, evidence(counted(900, 1000))) == ("met", "bar-cleared")


def test_the_whole_interval_must_fail_for_not_met() -> None:
    assert verdict(AT_LEAST, evidence(counted(700, 1000))) == ("not-met", "bar-missed")


def test_a_good_point_on_few_items_is_inconclusive_and_says_how_many_would_decide() -> None:
    made = check(AT_LEAST, evidence(counted(17, 20)))
    assert (made.outcome, made.reason) == ("inconclusive", "interval-spans-bar")
    assert made.n_to_decide is not None
    assert made.n_to_decide > 20
    assert str(made.n_to_decide) in made.explanation.replace(",", "")


def test_at_most_and_between_look_at_both_ends() -> None:
    low = evidence(counted(10, 1000, higher_is_better=False))
    assert verdict(criterion(at_most=0.05, interval="required"), low) == ("met", "bar-cleared")
    assert verdict(criterion(between=(0.8, 0.95)), evidence(counted(900, 1000))) == ("met", "bar-cleared")
    assert verdict(criterion(between=(0.8, 0.9)), evidence(counted(900, 1000))) == (
        "inconclusive",
        "interval-spans-bar",
    )
    assert verdict(criterion(between=(0.8, 0.85)), evidence(counted(900, 1000))) == ("not-met", "bar-missed")


@pytest.mark.parametrize(
    ("value", "unit", "bar", "of"),
    [
        (57.0, "percent", {"at_most": 0.57, "unit": "proportion"}, "57 x 0.01 = 0.5700000000000001"),
        (0.07, "proportion", {"at_most": 7.0, "unit": "percent"}, "0.07 x 100 = 7.000000000000001"),
        (0.57, "proportion", {"at_least": 57.0, "unit": "percent"}, "0.57 x 100 = 56.99999999999999"),
        (1001.0, "ms", {"between": (1.001, 2.0), "unit": "s"}, "1001 x 0.001 = 1.001"),
    ],
)
def test_a_value_on_the_bar_clears_it_whatever_floating_point_makes_of_it(
    value: float, unit: str, bar: dict[str, Any], of: str
) -> None:
    given = {"unit": unit, "higher_is_better": "at_most" not in bar}
    wanted = criterion(**bar, interval="ignore")
    assert check(wanted, evidence(measurement(value, **given))).outcome == "met", of
    worse = value * (1 + 1e-9) if "at_most" in bar else value * (1 - 1e-9)
    assert check(wanted, evidence(measurement(worse, **given))).outcome == "not-met"


def test_a_change_as_large_as_the_bar_allows_is_allowed() -> None:
    """0.7 - 0.8 is -0.10000000000000009."""
    wanted = criterion(of="change", at_least=-0.1, interval="ignore")
    then = evidence(measurement(0.8), path="old.json", release="1.0")
    assert check(wanted, evidence(measurement(0.7)), then).outcome == "met"
    assert check(wanted, evidence(measurement(0.6999)), then).outcome == "not-met"


@pytest.mark.parametrize(
    ("of", "bar", "needed"),
    [
        ({}, 0.9, 3458),
        ({"safety": True}, 0.9, 3480),
        ({"clusters": 50}, 0.9, 6915),
        ({"unit": "percent"}, 90.0, 3458),
    ],
)
def test_the_items_named_are_those_that_decide(of: dict[str, Any], bar: float, needed: int) -> None:
    """1.95996² x 0.9 x 0.1 / 0.01² = 3457.3; the exact interval: see test_sample_size.py; groups of two: twice that."""
    whole = 100.0 if "unit" in of else 1.0
    changes = {key: value for key, value in of.items() if key != "safety"}
    one = measurement(0.91 * whole, successes=91, n=100, n_basis="items", **changes)
    made = check(criterion(at_least=bar, safety="safety" in of), evidence(one), policy=Policy(min_n=None))
    assert (made.outcome, made.n_to_decide) == ("inconclusive", needed)


def test_items_named_for_a_mean_do_not_rest_on_the_end_of_the_scale() -> None:
    """0.95 ± 0.098 ends at 1, and would need (0.098/0.04)² x 400 = 2,401 items to keep clear of 0.99, not 625."""
    one = measurement(0.95, stderr=0.05, n=400, n_basis="items")
    made = check(criterion(at_least=0.99), evidence(one))
    assert made.interval is not None
    assert (made.interval.high, made.n_to_decide) == (1.0, 2401)


def test_none_failed_is_said_of_percentages_too() -> None:
    one = measurement(100.0, unit="percent", successes=300, n=300, n_basis="items")
    made = check(criterion(at_least=99.0, unit="percent"), evidence(one))
    assert "None failed, which excludes failure rates above about 1 % (rule of three" in made.explanation
    assert made.n_to_decide == 368, "ln 0.025 / ln 0.99 = 367.04"


def test_equals_compares_the_number_itself() -> None:
    zero = criterion(equals=0, interval="ignore")
    assert verdict(zero, evidence(measurement(0, unit="count", higher_is_better=None))) == ("met", "bar-cleared")
    assert verdict(zero, evidence(measurement(1, unit="count", higher_is_better=None))) == ("not-met", "bar-missed")


def test_reported_needs_a_number_and_nothing_more() -> None:
    wanted = criterion(reported=True)
    assert verdict(wanted, evidence(measurement(3.2, unit="kWh"))) == ("met", "bar-cleared")
    assert (
        verdict(wanted, evidence(measurement(None, warnings=("nan: the file says NaN",))))[1] == "unreadable-evidence"
    )


def test_no_evidence_is_never_true() -> None:
    assert verdict(AT_LEAST) == ("not-judged", "no-evidence")


def test_evidence_from_after_the_instant_does_not_exist_yet() -> None:
    later = evidence(counted(900, 1000, at=AS_OF + timedelta(days=1)))
    made = check(AT_LEAST, later)
    assert made.reason == "no-evidence"
    assert "after" in made.explanation


def test_old_evidence_supports_nothing() -> None:
    wanted = criterion(at_least=0.8, max_age_days=90)
    assert verdict(wanted, evidence(counted(900, 1000, at=AS_OF - timedelta(days=91)))) == (
        "not-judged",
        "stale-evidence",
    )
    assert verdict(wanted, evidence(counted(900, 1000, at=AS_OF - timedelta(days=90)))) == ("met", "bar-cleared")


def test_a_value_that_held_until_yesterday_is_stale() -> None:
    ended = evidence(counted(900, 1000, valid_until=AS_OF - timedelta(days=1)))
    assert verdict(AT_LEAST, ended) == ("not-judged", "stale-evidence")


def test_undated_evidence_cannot_be_shown_to_be_fresh() -> None:
    wanted = criterion(at_least=0.8, max_age_days=90)
    assert verdict(wanted, evidence(counted(900, 1000, at=None))) == ("not-judged", "date-unknown")
    committed = evidence(counted(900, 1000, at=None), committed=AS_OF - timedelta(days=3))
    assert verdict(wanted, committed) == ("met", "bar-cleared")


def test_a_file_that_cannot_be_read_is_named() -> None:
    made = check(AT_LEAST, unreadable())
    assert (made.outcome, made.reason) == ("not-judged", "unreadable-evidence")
    assert "broken.json" in made.explanation


def test_another_releases_result_is_not_evidence() -> None:
    other = evidence(counted(900, 1000), release="1.0")
    assert verdict(AT_LEAST, other) == ("not-judged", "wrong-release")
    anywhere = criterion(at_least=0.8, release="any")
    assert verdict(anywhere, other) == ("met", "bar-cleared")


def test_exact_release_needs_the_digest_of_the_model() -> None:
    exact = criterion(at_least=0.8, release="exact")
    assert verdict(exact, evidence(counted(900, 1000)))[1] == "wrong-release"
    assert verdict(exact, evidence(counted(900, 1000), artefact_sha256="a" * 64))[1] == "wrong-release"


def test_units_are_converted_exactly_or_not_at_all() -> None:
    wanted = criterion(at_least=0.8, unit="proportion")
    assert verdict(wanted, evidence(measurement(90, unit="percent", n=500))) == ("met", "bar-cleared")
    assert verdict(wanted, evidence(measurement(90, unit="score"))) == ("not-judged", "unit-mismatch")
    assert verdict(wanted, evidence(measurement(0.9, unit=None))) == ("not-judged", "unit-mismatch")
    seconds = criterion(at_most=250, unit="ms")
    assert verdict(seconds, evidence(measurement(0.2, unit="s", higher_is_better=False))) == ("met", "bar-cleared")


def test_direction_is_never_guessed() -> None:
    silent = evidence(counted(900, 1000, higher_is_better=None))
    assert verdict(AT_LEAST, silent) == ("not-judged", "direction-unknown")
    stated = criterion(at_least=0.8, higher_is_better=True)
    assert verdict(stated, silent) == ("met", "bar-cleared")


def test_a_bar_against_the_tools_direction_is_refused() -> None:
    assert verdict(AT_LEAST, evidence(counted(900, 1000, higher_is_better=False)))[1] == "direction-conflict"


def test_too_few_items() -> None:
    wanted = criterion(at_least=0.8, min_n=100)
    assert verdict(wanted, evidence(counted(99, 99))) == ("not-judged", "sample-too-small")
    assert verdict(wanted, evidence(measurement(0.99))) == ("not-judged", "sample-too-small")


def test_missing_uncertainty_is_not_certainty() -> None:
    assert verdict(AT_LEAST, evidence(measurement(0.99, n=5000, n_basis="items"))) == ("not-judged", "no-uncertainty")
    assert verdict(criterion(at_least=0.8), evidence(measurement(0.99, n=5000))) == ("met", "bar-cleared")


def test_a_reported_interval_must_hold_its_value_and_be_wide_enough() -> None:
    def reported(low: float, high: float, level: float) -> tuple[str, str]:
        given = Interval(low=low, high=high, level=level, method="bootstrap")
        return verdict(AT_LEAST, evidence(measurement(0.9, n=1000, interval=given)))

    assert reported(0.88, 0.92, 0.95) == ("met", "bar-cleared")
    assert reported(0.91, 0.95, 0.95) == ("not-judged", "no-uncertainty")
    assert reported(0.9, 0.9, 0.95) == ("not-judged", "no-uncertainty")
    assert reported(0.88, 0.92, 0.90) == ("not-judged", "no-uncertainty")


def test_a_standard_error_on_few_items_uses_students_t() -> None:
    made = check(AT_LEAST, evidence(measurement(0.9, stderr=0.045, n=10, n_basis="items")))
    # 0.9 - 2.262 * 0.045: the normal interval (0.81) would clear the bar, Student's does not.
    assert made.outcome == "inconclusive"
    assert made.interval is not None
    assert made.interval.low == pytest.approx(0.9 - 2.2622 * 0.045, abs=1e-3)


@pytest.mark.parametrize("status", ["cancelled", "error", "partial"])
def test_a_run_that_did_not_finish_never_counts(status: str) -> None:
    assert verdict(AT_LEAST, evidence(counted(900, 1000), status=status)) == ("not-judged", "run-incomplete")


def test_of_a_file_with_several_runs_each_value_says_how_its_own_run_ended() -> None:
    ended = counted(900, 1000, status="complete", conditions={"run": "a"})
    broke = counted(999, 1000, status="error", conditions={"run": "b"}, warnings=("failed-run: run b ended as FAILED",))
    both = evidence(ended, broke, status="partial")
    assert verdict(AT_LEAST, both) == ("not-judged", "run-incomplete")
    chosen = check(AT_LEAST.model_copy(update={"where": {"run": "a"}}), both)
    assert (chosen.outcome, chosen.used[0].status) == ("met", "complete")
    refused = check(AT_LEAST.model_copy(update={"where": {"run": "b"}}), both)
    assert "(error): run b ended as FAILED" in refused.explanation
    assert verdict(AT_LEAST, evidence(ended, status="error")) == ("met", "bar-cleared")


def test_policy_says_whether_a_silent_run_may_count() -> None:
    silent = evidence(counted(900, 1000), status="unknown")
    assert verdict(AT_LEAST, silent) == ("met", "bar-cleared")
    assert verdict(AT_LEAST, silent, policy=Policy(unknown_status="refuse")) == ("not-judged", "run-incomplete")


def test_contamination_defeats_every_result_on_that_dataset() -> None:
    audit = measurement(0.2, measure="dataset/test-train-overlap", higher_is_better=False)
    found = (evidence(counted(990, 1000)), evidence(audit, path="audit.json"))
    made = check(AT_LEAST, *found)
    assert (made.outcome, made.reason) == ("not-judged", "contaminated")
    assert [item.path for item in made.used if item.role == "defeater"] == ["audit.json"]
    elsewhere = measurement(0.2, measure="dataset/test-train-overlap", dataset={"id": "other"})
    assert verdict(AT_LEAST, evidence(counted(990, 1000)), evidence(elsewhere, path="audit.json")) == (
        "met",
        "bar-cleared",
    )


def test_the_overlap_itself_is_still_judged() -> None:
    audit = measurement(0.2, measure="dataset/test-train-overlap", higher_is_better=False)
    wanted = criterion(measure="dataset/test-train-overlap", at_most=0.01)
    assert verdict(wanted, evidence(audit)) == ("not-met", "bar-missed")


def test_a_bar_set_after_the_result() -> None:
    late = {"C-1/score": BarSet(commit="f" * 40, at=AS_OF - timedelta(days=1), by="B")}
    found = evidence(counted(900, 1000))
    assert verdict(AT_LEAST, found, bars=late, policy=Policy(bar_after_result="refuse"))[1] == "bar-set-after-result"
    warned = check(AT_LEAST, found, bars=late)
    assert warned.outcome == "met"
    assert any(item.startswith("bar-set-after-result") for item in warned.warnings)
    early = {"C-1/score": BarSet(commit="f" * 40, at=AS_OF - timedelta(days=30), by="B")}
    assert check(AT_LEAST, found, bars=early).warnings == ()


def test_an_order_nobody_can_tell_is_said_and_can_be_refused() -> None:
    found, refuse = evidence(counted(900, 1000)), Policy(bar_after_result="refuse")
    warned = check(AT_LEAST, found)
    assert warned.outcome == "met"
    assert [item for item in warned.warnings if item.startswith("order-unknown: Nothing tells when the bar was set")]
    assert verdict(AT_LEAST, found, policy=refuse) == ("not-judged", "order-unknown")
    early = {"C-1/score": BarSet(commit="f" * 40, at=AS_OF - timedelta(days=90), by="B")}
    undated = evidence(counted(900, 1000, at=None))
    assert [item for item in check(AT_LEAST, undated, bars=early).warnings if item.startswith("order-unknown: results")]
    assert verdict(AT_LEAST, undated, bars=early, policy=refuse) == ("not-judged", "order-unknown")
    uncommitted = {"C-1/score": BarSet()}
    assert verdict(AT_LEAST, found, bars=uncommitted, policy=refuse) == ("not-judged", "bar-set-after-result")


def test_a_result_was_known_when_it_was_committed_whatever_its_file_says() -> None:
    bar = {"C-1/score": BarSet(commit="f" * 40, at=AS_OF - timedelta(days=10, hours=6), by="B")}
    claimed = evidence(counted(900, 1000), committed=AS_OF - timedelta(days=10, hours=12))
    assert verdict(AT_LEAST, claimed, bars=bar, policy=Policy(bar_after_result="refuse"))[1] == "bar-set-after-result"


def test_a_policy_that_was_changed_after_the_result_is_told() -> None:
    early = {"C-1/score": BarSet(commit="f" * 40, at=AS_OF - timedelta(days=90), by="B")}
    milder = BarSet(commit="e" * 40, at=AS_OF - timedelta(days=1), by="B")
    made = check(AT_LEAST, evidence(counted(900, 1000)), bars=early, policy_set=milder)
    assert made.outcome == "met"
    (warning,) = made.warnings
    assert warning.startswith("policy-set-after-result: The policy was set on 2026-11-19 (commit eeeeeeeeee), after")


def test_no_bar() -> None:
    assert verdict(criterion(), evidence(counted(900, 1000))) == ("not-judged", "no-bar")


def test_the_newest_run_is_judged_and_earlier_failures_are_told() -> None:
    old = evidence(counted(700, 1000, at=AS_OF - timedelta(days=20)), path="a.json")
    new = evidence(counted(900, 1000), path="b.json")
    made = check(AT_LEAST, new, old)
    assert made.outcome == "met"
    assert made.runs is not None
    assert (made.runs.count, made.runs.low, made.runs.high, made.runs.failed_earlier) == (2, 0.7, 0.9, 1)


def test_a_cancelled_later_run_does_not_replace_a_finished_one() -> None:
    good = evidence(counted(900, 1000), path="a.json")
    cancelled = evidence(counted(999, 1000, at=AS_OF - timedelta(days=1)), path="b.json", status="cancelled")
    made = check(AT_LEAST, good, cancelled)
    assert made.outcome == "met"
    assert made.used[0].path == "a.json"


def test_several_series_take_the_least_favourable() -> None:
    good = counted(990, 1000, conditions={"task": "a"})
    bad = counted(700, 1000, conditions={"task": "b"})
    made = check(AT_LEAST, evidence(good, bad))
    assert (made.outcome, made.used[0].conditions) == ("not-met", {"task": "b"})
    assert verdict(criterion(at_least=0.8, where={"task": "a"}), evidence(good, bad)) == ("met", "bar-cleared")


CHANGE = criterion(of="change", at_least=-0.01, interval="required")


def test_the_first_release_has_nothing_to_compare_with() -> None:
    made = check(CHANGE, evidence(counted(900, 1000), release="1.0"), release="1.0")
    assert (made.outcome, made.reason) == ("not-judged", "no-baseline")


def test_a_change_without_the_baselines_value_is_not_comparable() -> None:
    assert verdict(CHANGE, evidence(counted(900, 1000))) == ("not-judged", "not-comparable")


def test_another_dataset_is_not_comparable() -> None:
    before = counted(900, 1000, dataset=DATA.model_copy(update={"sha256": "b" * 64}))
    assert (
        verdict(CHANGE, evidence(counted(900, 1000)), evidence(before, release="1.0", path="old.json"))[1]
        == "not-comparable"
    )


def test_unpaired_changes_are_marked_low_power() -> None:
    before = evidence(counted(9000, 10000), release="1.0", path="old.json")
    made = check(CHANGE, evidence(counted(9300, 10000)), before)
    assert made.outcome == "met"
    assert "low power" in made.explanation
    assert [item.role for item in made.used] == ["judged", "baseline"]


def test_paired_scores_decide_where_totals_cannot() -> None:
    names = [f"i{index}" for index in range(1000)]
    before = {name: float(index < 900) for index, name in enumerate(names)}
    after = {name: float(index < 902) for index, name in enumerate(names)}
    old = evidence(counted(900, 1000), samples=(samples(before),), release="1.0", path="old.json")
    new = evidence(counted(902, 1000), samples=(samples(after),))
    assert verdict(CHANGE, new, old) == ("met", "bar-cleared")
    unpaired = (evidence(counted(902, 1000)), evidence(counted(900, 1000), release="1.0", path="old.json"))
    assert verdict(CHANGE, *unpaired) == ("inconclusive", "interval-spans-bar")


def test_one_bad_comparison_among_many_needs_to_survive_holm() -> None:
    def found(fall: int, tasks: int) -> list[Evidence]:
        now = [counted(900 - fall * (task == 0), 1000, conditions={"task": str(task)}) for task in range(tasks)]
        then = [counted(900, 1000, conditions={"task": str(task)}) for task in range(tasks)]
        return [evidence(*now), evidence(*then, release="1.0", path="old.json")]

    assert verdict(CHANGE, *found(42, 1))[0] == "not-met"
    assert verdict(CHANGE, *found(42, 30))[0] == "inconclusive"
    assert verdict(CHANGE, *found(300, 30))[0] == "not-met"


def test_relative_change_of_a_cost() -> None:
    wanted = criterion(of="relative_change", at_most=0.2, interval="ignore")
    old = evidence(measurement(10, unit="currency", higher_is_better=False), release="1.0", path="old.json")
    assert verdict(wanted, evidence(measurement(11, unit="currency", higher_is_better=False)), old)[0] == "met"
    assert verdict(wanted, evidence(measurement(13, unit="currency", higher_is_better=False)), old)[0] == "not-met"


def grouped(*counts: tuple[str, int, int]) -> Evidence:
    return evidence(*(counted(k, n, conditions={"group": name}) for name, k, n in counts))


def test_gaps_across_groups_need_every_groups_interval() -> None:
    wanted = criterion(of="gap", across="group", at_most=0.05, interval="required", min_n=100)
    assert verdict(wanted, grouped(("a", 4500, 5000), ("b", 4500, 5000)))[0] == "met"
    assert verdict(wanted, grouped(("a", 4500, 5000), ("b", 3500, 5000)))[0] == "not-met"
    assert verdict(wanted, grouped(("a", 4500, 5000), ("b", 90, 100)))[0] == "inconclusive"
    assert verdict(wanted, grouped(("a", 4500, 5000), ("b", 45, 50))) == ("not-judged", "sample-too-small")
    assert verdict(wanted, grouped(("a", 4500, 5000))) == ("not-judged", "not-comparable")
    assert verdict(wanted, evidence(counted(900, 1000))) == ("not-judged", "no-evidence")


def test_ratio_across_groups() -> None:
    wanted = criterion(of="ratio", across="group", at_least=0.8, interval="required")
    assert verdict(wanted, grouped(("a", 2500, 5000), ("b", 2450, 5000)))[0] == "met"
    assert verdict(wanted, grouped(("a", 2500, 5000), ("b", 1500, 5000)))[0] == "not-met"


def test_safety_uses_exact_intervals() -> None:
    wanted = criterion(at_most=0.01, interval="required", safety=True)
    clean = counted(0, 300, higher_is_better=False)
    made = check(wanted, evidence(clean))
    assert made.interval is not None
    assert made.interval.method == "Clopper-Pearson"
    # Rule of three: 300 clean trials are what "at most 1 %" asks for at 95 % one-sided; two-sided needs more.
    assert made.outcome == "inconclusive"
    assert check(wanted, evidence(counted(0, 400, higher_is_better=False))).outcome == "met"


def test_every_reason_word_has_its_rank_except_those_that_are_no_failure() -> None:
    assert set(get_args(Reason)) - set(CONSERVATIVE) == {"bar-cleared", "excluded", "out-of-profile"}


@given(successes=st.integers(0, 200), n=st.integers(1, 200), bar=st.floats(0.01, 0.99))
def test_fewer_successes_never_help(successes: int, n: int, bar: float) -> None:
    order = ["not-met", "inconclusive", "met"]
    wanted, policy = criterion(at_least=bar, interval="required"), Policy(min_n=None)
    good, worse = min(successes, n), max(0, min(successes, n) - 1)
    better = check(wanted, evidence(counted(good, n)), policy=policy).outcome
    lower = check(wanted, evidence(counted(worse, n)), policy=policy).outcome
    assert order.index(lower) <= order.index(better)


def test_a_control_that_contradicts_the_file_about_direction() -> None:
    wanted = criterion(at_least=0.8, higher_is_better=True)
    assert verdict(wanted, evidence(counted(900, 1000, higher_is_better=False)))[1] == "direction-conflict"


def test_a_contaminated_result_that_misses_the_bar_anyway_says_so() -> None:
    audit = measurement(0.2, measure="dataset/test-train-overlap", higher_is_better=False)
    made = check(AT_LEAST, evidence(counted(500, 1000)), evidence(audit, path="audit.json"))
    assert made.reason == "contaminated"
    assert "Even so: Score: 50 %" in made.explanation


def test_a_document_may_be_older_than_the_bar_that_asks_for_it() -> None:
    late = {"C-1/score": BarSet(commit="f" * 40, at=AS_OF - timedelta(days=1), by="B")}
    paper = evidence(measurement(1, unit="count"))
    assert paper.reading is not None
    paper = paper.model_copy(update={"reading": paper.reading.model_copy(update={"method": "EXAMINE"})})
    refuse = Policy(bar_after_result="refuse")
    assert verdict(criterion(equals=1, interval="ignore"), paper, bars=late, policy=refuse) == ("met", "bar-cleared")


def test_a_condition_whose_name_holds_brackets_can_be_named() -> None:
    assert has_conditions({"prompt": "[v1] short"}, {"prompt": "[v1] short"})
    assert has_conditions({"prompt": "v1"}, {"prompt": "[uv]1"})
    assert not has_conditions({"prompt": "other"}, {"prompt": "[v1] short"})
