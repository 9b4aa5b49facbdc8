"""The interval around one value: what is recomputed, what is believed, and what is made of groups."""

from __future__ import annotations

import math
from statistics import fmean, stdev

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.api import OLS
from statsmodels.stats.proportion import proportion_confint

from govkit.assess.uncertainty import Estimate, estimate
from govkit.model.evidence import Interval, Measurement
from govkit.model.project import Policy
from tests.assess.builders import (
    assessed,
    check,
    control,
    counted,
    criterion,
    evidence,
    measurement,
    project,
    samples,
)

SCORES = {f"i{index:03}": (index * 7 % 11) / 10 for index in range(150)}
SCORES = {key: min(1.0, score) for key, score in SCORES.items()}


def mean(scores: dict[str, float], **changes: object) -> Measurement:
    return measurement(fmean(scores.values()), n=len(scores), n_basis="items", **changes)


def bounds(found: Estimate) -> tuple[float, float]:
    assert found.interval is not None
    return found.interval.low, found.interval.high


def method(found: Estimate) -> str:
    assert found.interval is not None
    return found.interval.method


def test_counts_give_wilsons_interval_and_a_tool_that_agrees_is_not_mentioned() -> None:
    error = math.sqrt(0.9 * 0.1 / 999)
    found = estimate(counted(900, 1000, stderr=error), 0.95)
    assert bounds(found) == pytest.approx(proportion_confint(900, 1000, method="wilson"))
    assert (method(found), found.notes) == ("Wilson", ())


@pytest.mark.parametrize("times", [0.5, 0.94])
def test_an_error_that_is_too_small_is_told_and_not_believed(times: float) -> None:
    found = estimate(counted(900, 1000, stderr=times * math.sqrt(0.9 * 0.1 / 999)), 0.95)
    assert bounds(found) == pytest.approx(proportion_confint(900, 1000, method="wilson"))
    assert [note for note in found.notes if note.startswith("stderr-inconsistent: ")]


def test_an_error_that_is_too_large_is_told_and_believed() -> None:
    """Twice the error is a quarter of the items."""
    found = estimate(counted(900, 1000, stderr=2 * math.sqrt(0.9 * 0.1 / 999)), 0.95)
    assert bounds(found) == pytest.approx(proportion_confint(225, 250, method="wilson"), rel=1e-6)
    assert method(found) == "Wilson, as of 250 independent items"
    assert found.notes[0].startswith(
        "stderr-inconsistent: the tool's standard error is 0.01898, that of k of n is 0.009"
    )


def test_an_error_by_groups_may_be_larger() -> None:
    error = 2 * math.sqrt(0.9 * 0.1 / 999)
    found = estimate(counted(900, 1000, stderr=error, stderr_method="clustered"), 0.95)
    assert (method(found), found.notes) == ("Wilson, as of 250 independent items", ())
    percent = measurement(90.0, unit="percent", successes=900, n=1000, stderr=error * 50)
    assert estimate(percent, 0.95).notes == ()


@given(k=st.integers(0, 500), n=st.integers(500, 600), groups=st.integers(2, 400), level=st.floats(0.8, 0.99))
@settings(max_examples=50, deadline=None)
def test_when_only_the_number_of_groups_is_known_each_counts_as_one(k: int, n: int, groups: int, level: float) -> None:
    worth = groups / n
    how = "beta" if k in (0, n) else "wilson"
    expected = proportion_confint(k * worth, n * worth, alpha=1 - level, method=how)
    assert bounds(estimate(counted(k, n, clusters=groups), level)) == pytest.approx(expected, abs=1e-9)


def test_scores_in_known_groups_count_for_what_they_are_worth() -> None:
    binary = {f"i{index:03}": float(index % 10 > 2) for index in range(400)}
    together = {key: str(index // 10) for index, key in enumerate(binary)}
    unlike = {key: str(index % 40) for index, key in enumerate(binary)}
    one = counted(int(sum(binary.values())), 400)
    mixed, alike = (estimate(one, 0.95, samples=samples(binary, clusters=groups)) for groups in (together, unlike))
    plain = estimate(one, 0.95)
    assert bounds(mixed) == pytest.approx(bounds(plain), rel=0.02), "groups that are all the same mixture lose little"
    assert alike.worth > 9, "groups that are all of one kind are worth one item each"


def test_few_scores_on_a_scale_are_resampled() -> None:
    found = estimate(mean(SCORES), 0.95, samples=samples(SCORES))
    expected = stats.bootstrap((list(SCORES.values()),), fmean, vectorized=False, n_resamples=2000, rng=1)
    assert bounds(found) == pytest.approx(tuple(expected.confidence_interval), abs=0.01)
    assert method(found) == "BCa bootstrap, 9999 resamples, seed 0"
    assert found == estimate(mean(SCORES), 0.95, samples=samples(dict(reversed(SCORES.items())))), "order is nothing"


def test_very_few_scores_get_students_t_and_many_the_normal_interval() -> None:
    few = dict(list(SCORES.items())[:20])
    low, high = stats.t.interval(0.95, 19, fmean(few.values()), stdev(few.values()) / math.sqrt(20))
    assert bounds(estimate(mean(few), 0.95, samples=samples(few))) == pytest.approx((low, high))
    many = {f"{key}{again}": score for key, score in SCORES.items() for again in range(3)}
    assert method(estimate(mean(many), 0.95, samples=samples(many))) == "normal"


def test_scores_without_ends_get_students_t() -> None:
    found = estimate(mean(SCORES, unit=None), 0.95, samples=samples(SCORES))
    assert method(found) == "t"


def test_scores_in_groups_get_the_clustered_interval() -> None:
    groups = {key: key[:3] for key in SCORES}
    found = estimate(mean(SCORES), 0.95, samples=samples(SCORES, clusters=groups))
    assert method(found) == "clustered t, 15 groups"
    by_number = estimate(mean(SCORES, clusters=15), 0.95, samples=samples(SCORES))
    assert method(by_number) == "t, by 15 groups"
    assert bounds(by_number)[0] < bounds(found)[0]


def test_the_simple_error_beside_scores_in_groups_does_not_replace_theirs() -> None:
    """As a summary of a mapping gives it; statsmodels' cluster-robust error, times G/(G - 1), and t of 14."""
    groups = {key: key[:3] for key in SCORES}
    simple = stdev(SCORES.values()) / math.sqrt(150)
    found = estimate(mean(SCORES, stderr=simple, clusters=15), 0.95, samples=samples(SCORES, clusters=groups))
    assert method(found) == "clustered t, 15 groups"
    labels = [int(groups[key][1:]) for key in SCORES]
    fit = OLS(list(SCORES.values()), [1.0] * 150).fit(
        cov_type="cluster", cov_kwds={"groups": np.array(labels), "use_correction": False}
    )
    error = max(simple, float(fit.bse[0]) * math.sqrt(15 / 14))
    middle, half = fmean(SCORES.values()), stats.t.ppf(0.975, 14) * error
    assert bounds(found) == pytest.approx((middle - half, middle + half))


def test_the_simple_error_of_few_scores_does_not_replace_their_bootstrap() -> None:
    few = dict(list(SCORES.items())[:30])
    found = estimate(mean(few, stderr=stdev(few.values()) / math.sqrt(30)), 0.95, samples=samples(few))
    assert method(found) == "BCa bootstrap, 9999 resamples, seed 0"
    oracle = stats.bootstrap(
        (np.sort(list(few.values())),), np.mean, n_resamples=9999, batch=500, method="BCa", rng=np.random.default_rng(0)
    )
    assert bounds(found) == pytest.approx(tuple(oracle.confidence_interval)), "anyone gets the same digits"


def test_the_interval_of_two_groups_stays_on_the_scale() -> None:
    """Student's t with one degree of freedom is 12.7: without the ends of the scale it would reach beyond both."""
    two = {f"{group}{index}": 0.3 * group + index / 40 for group in (0, 1) for index in range(20)}
    groups = {key: key[0] for key in two}
    share = estimate(mean(two), 0.95, samples=samples(two, clusters=groups))
    assert (bounds(share), method(share)) == ((0.0, 1.0), "clustered t, 2 groups")
    percent = {key: score * 100 for key, score in two.items()}
    assert bounds(estimate(mean(percent, unit="percent"), 0.95, samples=samples(percent, clusters=groups))) == (0, 100)
    assert bounds(estimate(mean(two, clusters=2), 0.95, samples=samples(two)))[0] == 0.0
    assert bounds(estimate(mean(two, unit="score"), 0.95, samples=samples(two, clusters=groups)))[0] < 0.0


def test_scores_that_do_not_give_the_value_are_not_used() -> None:
    other = measurement(0.9, n=150, n_basis="items", stderr=0.01)
    found = estimate(other, 0.95, samples=samples(SCORES))
    assert method(found) == "Student's t, from stderr"
    assert found.notes[0].startswith("samples-differ: ")


def test_scores_of_a_part_of_the_items_are_told_as_such() -> None:
    """Of many rows a part is kept: 200 of 400, with as large a share of right ones."""
    half = {f"i{index:03}": float(index % 10 < 9) for index in range(200)}
    found = estimate(counted(360, 400, clusters=40), 0.95, samples=samples(half, clusters=dict.fromkeys(half, "g")))
    assert found.notes == ("samples-fewer: scores of 200 of 400 items are there; the interval does without them",)
    assert method(found) == "Wilson, as of 40 independent items"


def test_a_larger_error_of_the_tool_widens_that_of_the_scores() -> None:
    simple = stdev(SCORES.values()) / math.sqrt(150)
    agreeing = estimate(mean(SCORES, stderr=simple), 0.95, samples=samples(SCORES))
    assert (method(agreeing)[:3], agreeing.notes) == ("BCa", ())
    larger = estimate(mean(SCORES, stderr=3 * simple), 0.95, samples=samples(SCORES))
    assert method(larger) == "Student's t, from stderr"
    assert larger.notes[0].startswith("stderr-inconsistent: ")


def test_percentages_have_scores_between_0_and_1() -> None:
    found = estimate(
        mean(SCORES, unit="percent").model_copy(update={"value": 100 * fmean(SCORES.values())}),
        0.95,
        samples=samples(SCORES),
        scale=0.01,
    )
    assert bounds(found) == pytest.approx(bounds(estimate(mean(SCORES), 0.95, samples=samples(SCORES))))


def test_groups_widen_a_standard_error_unless_it_allows_for_them() -> None:
    plain = estimate(measurement(0.5, stderr=0.02, n=1000), 0.95)
    grouped = estimate(measurement(0.5, stderr=0.02, n=1000, clusters=400), 0.95)
    allowed = estimate(measurement(0.5, stderr=0.02, n=1000, clusters=400, stderr_method="clustered"), 0.95)
    width = [high - low for low, high in map(bounds, (plain, grouped, allowed))]
    assert width[1] == pytest.approx(width[0] * math.sqrt(2.5))
    assert width[2] == pytest.approx(width[0])


def test_a_share_outside_its_scale_is_no_share_and_a_difference_may_be_negative() -> None:
    wanted = criterion(at_least=0.8)
    beyond = check(wanted, evidence(measurement(1.2, stderr=0.01, n=1000)))
    assert (beyond.outcome, beyond.reason) == ("not-judged", "unit-mismatch")
    negative = estimate(measurement(-0.03, stderr=0.01, n=1000), 0.95)
    assert bounds(negative) == pytest.approx((-0.0496, -0.0104), abs=1e-4)
    near = estimate(measurement(0.99, stderr=0.01, n=1000), 0.95)
    assert bounds(near)[1] == 1.0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"n": 1000, "quantile": 0.99}, "bar-cleared"),
        ({"n": 999, "quantile": 0.99}, "sample-too-small"),
        ({"n": None, "quantile": 0.99}, "sample-too-small"),
        ({"n": 199, "measure": "latency/p95"}, "sample-too-small"),
        ({"n": 200, "measure": "latency/p95"}, "bar-cleared"),
        ({"n": 30, "measure": "latency/p50"}, "bar-cleared"),
        ({"n": 30, "measure": "latency/mean"}, "bar-cleared"),
        ({"n": 5000, "measure": "latency/p99.9"}, "sample-too-small"),
        ({"n": 30, "measure": "items/top10"}, "bar-cleared"),
        ({"n": 1000, "quantile": 0.99, "clusters": 999}, "sample-too-small"),
        ({"n": 5000, "quantile": 0.99, "clusters": 1000}, "bar-cleared"),
        ({"n": 999, "quantile": 0.99, "clusters": 1000}, "sample-too-small"),
        ({"n": 1000, "quantile": 0.99, "n_basis": "trials"}, "bar-cleared"),
    ],
)
def test_a_quantile_needs_items_beyond_it(changes: dict[str, object], reason: str) -> None:
    wanted = criterion(measure="*", at_most=300, unit="ms")
    assert check(wanted, evidence(measurement(200, unit="ms", higher_is_better=False, **changes))).reason == reason


def test_the_fewest_items_of_the_policy_take_away_a_yes_only() -> None:
    wanted = criterion(at_least=0.8, interval="required")
    small = check(wanted, evidence(counted(99, 99)))
    assert (small.outcome, small.reason) == ("not-judged", "sample-too-small")
    assert "the policy asks for 100" in small.explanation
    assert check(wanted, evidence(counted(100, 100))).outcome == "met"
    assert check(wanted, evidence(counted(10, 99))).outcome == "not-met"
    assert check(wanted, evidence(counted(80, 99))).outcome == "inconclusive"
    assert check(wanted, evidence(counted(99, 99)), policy=Policy(min_n=50)).outcome == "met"
    assert check(criterion(at_least=0.8, min_n=99), evidence(counted(99, 99))).outcome == "met"
    grouped = check(wanted, evidence(counted(500, 500, clusters=80)))
    assert grouped.reason == "sample-too-small"
    assert "rests on 500 items in 80 groups" in grouped.explanation


def test_what_is_no_sample_needs_no_number() -> None:
    share = measurement(1.0, unit="proportion", n=7)
    assert check(criterion(at_least=0.8), evidence(share, method="EXAMINE")).outcome == "met"
    assert check(criterion(at_least=0.8, interval="ignore"), evidence(share)).outcome == "met"
    cost = measurement(10, unit="currency", higher_is_better=False)
    assert check(criterion(at_most=20), evidence(cost)).outcome == "met"


def test_none_that_failed_says_how_many_would_show_it() -> None:
    """At most 1 %, by the exact two-sided interval: 368 clean items; one side alone would need 299."""
    made = check(criterion(at_most=0.01, interval="required"), evidence(counted(0, 150, higher_is_better=False)))
    assert (made.outcome, made.n_to_decide) == ("inconclusive", 368)
    assert made.explanation.endswith(
        "None failed, which excludes failure rates above about 2 % (rule of three, 95 % on one side)."
    )
    kept = check(criterion(at_least=0.99, interval="required"), evidence(counted(150, 150)))
    assert kept.n_to_decide == 368


def test_a_reported_interval_is_named_as_such() -> None:
    told = Interval(low=0.85, high=0.95, level=0.95, method="bootstrap")
    found = estimate(measurement(0.9, interval=told, n=500), 0.95)
    assert method(found) == "reported: bootstrap"


def test_a_value_whose_uncertainty_nobody_knows_is_met_with_a_warning_or_not_at_all() -> None:
    wanted, bare = criterion(at_least=0.8), evidence(measurement(0.9, n=1000))
    made = check(wanted, bare)
    assert made.outcome == "met"
    assert "point-only: the value alone was compared; its uncertainty is unknown" in made.warnings
    refused = check(wanted, bare, policy=Policy(point_only="refuse"))
    assert (refused.outcome, refused.reason) == ("not-judged", "no-uncertainty")
    assert check(wanted, evidence(measurement(0.7, n=1000)), policy=Policy(point_only="refuse")).outcome == "not-met"
    ignored = criterion(at_least=0.8, interval="ignore")
    assert check(ignored, bare, policy=Policy(point_only="refuse")).outcome == "met"
    exact = criterion(equals=1)
    assert check(exact, evidence(measurement(1.0, n=1000)), policy=Policy(point_only="refuse")).outcome == "met"


def test_for_a_system_of_the_tier_high_a_value_alone_is_not_enough() -> None:
    wanted, bare = criterion(at_least=0.8), evidence(measurement(0.9, n=1000))
    made = project(control("C-1", wanted))
    high = made.model_copy(update={"systems": (made.systems[0].model_copy(update={"tier": "high"}),)})
    assert assessed(high, bare).checks[0].reason == "no-uncertainty"
    stated = high.model_copy(update={"policy": Policy(point_only="warn")})
    assert assessed(stated, bare).checks[0].outcome == "met"


def test_what_was_counted_in_full_needs_no_number() -> None:
    cleared = counted(7, 7).model_copy(update={"n_basis": "entries"})
    assert check(criterion(at_least=0.5), evidence(cleared)).outcome == "met"


def test_trials_of_unknown_items_are_told() -> None:
    """Ten tries of ten items are not a hundred items, and nobody says whether they are."""
    told = estimate(counted(95, 100).model_copy(update={"n_basis": "trials"}), 0.95).notes
    assert [note.partition(":")[0] for note in told] == ["repeats-unknown"]
    assert estimate(counted(95, 100, clusters=10).model_copy(update={"n_basis": "trials"}), 0.95).notes == ()
