"""Worse evidence never yields a better finding."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from govkit.model.assessment import Outcome
from govkit.model.control import Criterion
from govkit.model.evidence import Evidence, Flag, Interval, Measurement
from govkit.model.project import Policy
from tests.assess.builders import AS_OF, check, counted, criterion, evidence, measurement, samples

ORDER: dict[Outcome, int] = {"not-met": 0, "not-judged": 0, "inconclusive": 0, "met": 1}
"""Only a yes counts for something."""

flags = st.lists(st.sampled_from(get_args(Flag)), max_size=3, unique=True).map(tuple)
policies = st.builds(
    Policy,
    flags=st.dictionaries(st.sampled_from(get_args(Flag)), st.sampled_from(["warn", "refuse"])),
    min_n=st.sampled_from([None, 50, 100, 400]),
    max_error_share=st.sampled_from([0.0, 0.05, 0.3]),
)
bars = st.sampled_from([0.3, 0.5, 0.7, 0.9])
counts = st.integers(5, 1500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def rank(wanted: Criterion, found: Evidence, policy: Policy) -> int:
    return ORDER[check(wanted, found, policy=policy).outcome]


def no_better(wanted: Criterion, worse: Measurement, than: Measurement, policy: Policy, **reading: Any) -> None:
    assert rank(wanted, evidence(worse, **reading), policy) <= rank(wanted, evidence(than), policy)


wanted_rates = st.builds(
    lambda bar, safety, interval: criterion(at_least=bar, safety=safety, interval=interval),
    bars,
    st.booleans(),
    st.sampled_from(["required", "if_known"]),
)


@given(count=counts, wanted=wanted_rates, policy=policies, added=flags)
@settings(max_examples=80, deadline=None)
def test_a_flag_never_helps(count: tuple[int, int], wanted: Criterion, policy: Policy, added: tuple[Flag, ...]) -> None:
    one = counted(*count)
    no_better(wanted, one.model_copy(update={"flags": added}), one, policy)
    no_better(wanted, one, one, policy, flags=added)


@given(count=counts, wanted=wanted_rates, policy=policies, lost=st.integers(0, 200), more=st.integers(0, 200))
@settings(max_examples=80, deadline=None)
def test_items_without_a_result_never_help(
    count: tuple[int, int], wanted: Criterion, policy: Policy, lost: int, more: int
) -> None:
    one = counted(*count, errors=lost)
    no_better(wanted, one.model_copy(update={"errors": lost + more}), one, policy)
    no_better(wanted, one.model_copy(update={"unscored": more}), one, policy)
    no_better(wanted, one, counted(*count), policy)


@given(count=counts, wanted=wanted_rates, policy=policies, data=st.data())
@settings(max_examples=80, deadline=None)
def test_groups_never_help(count: tuple[int, int], wanted: Criterion, policy: Policy, data: st.DataObject) -> None:
    clusters = data.draw(st.integers(1, count[1]))
    fewer = data.draw(st.integers(1, clusters))
    one = counted(*count)
    grouped = one.model_copy(update={"clusters": clusters})
    no_better(wanted, grouped, one, policy)
    no_better(wanted, grouped.model_copy(update={"clusters": fewer}), grouped, policy)


@given(
    value=st.floats(0.05, 0.95),
    stderr=st.floats(0.001, 0.2),
    n=st.integers(2, 1500),
    wanted=wanted_rates,
    policy=policies,
    times=st.floats(1, 5),
    data=st.data(),
)
@settings(max_examples=80, deadline=None)
def test_a_larger_error_or_fewer_items_never_help(
    value: float, stderr: float, n: int, wanted: Criterion, policy: Policy, times: float, data: st.DataObject
) -> None:
    one = measurement(value, stderr=stderr, n=n, n_basis="items")
    no_better(wanted, one.model_copy(update={"stderr": stderr * times}), one, policy)
    no_better(wanted, one.model_copy(update={"n": data.draw(st.integers(2, n))}), one, policy)
    required = wanted.model_copy(update={"interval": "required"})
    no_better(required, one.model_copy(update={"clusters": data.draw(st.integers(1, n))}), one, policy)


@given(count=counts, wanted=wanted_rates, policy=policies, times=st.floats(0.2, 5))
@settings(max_examples=60, deadline=None)
def test_an_error_of_the_tool_beside_the_counts_never_helps(
    count: tuple[int, int], wanted: Criterion, policy: Policy, times: float
) -> None:
    k, n = count
    one = counted(k, n)
    simple = (k / n * (1 - k / n) / max(1, n - 1)) ** 0.5
    if simple > 0:
        no_better(wanted, one.model_copy(update={"stderr": simple * times}), one, policy)


@given(count=counts, bar=bars, policy=policies)
@settings(max_examples=60, deadline=None)
def test_knowing_less_never_helps_where_an_interval_is_required(
    count: tuple[int, int], bar: float, policy: Policy
) -> None:
    wanted = criterion(at_least=bar, interval="required")
    one = counted(*count)
    no_better(wanted, one.model_copy(update={"successes": None}), one, policy)
    no_better(wanted, one.model_copy(update={"successes": None, "n": None}), one, policy)


@given(count=counts, bar=bars)
@settings(max_examples=40, deadline=None)
def test_a_share_without_a_count_is_never_met_by_default(count: tuple[int, int], bar: float) -> None:
    one = counted(*count).model_copy(update={"successes": None, "n": None})
    assert check(criterion(at_least=bar), evidence(one)).outcome != "met"
    wide = one.model_copy(update={"interval": Interval(low=one.value or 0, high=1.1, level=0.95, method="x")})
    assert check(criterion(at_least=bar), evidence(wide)).outcome != "met"


scored = st.lists(st.integers(0, 10).map(lambda score: score / 10), min_size=110, max_size=130)


@given(scores=scored, bar=bars, data=st.data())
@settings(max_examples=25, deadline=None)
def test_scores_in_groups_are_no_better_than_scores_alone(scores: list[float], bar: float, data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from("abcdefghijklmnop"), min_size=len(scores), max_size=len(scores)))
    keys = [f"i{index}" for index in range(len(scores))]
    mean = sum(scores) / len(scores)
    one = measurement(mean, n=len(scores), n_basis="items")
    alone = samples(dict(zip(keys, scores, strict=True)))
    together = alone.model_copy(update={"clusters": dict(zip(keys, names, strict=True))})
    wanted, policy = criterion(at_least=bar, interval="required"), Policy()
    worse = rank(wanted, evidence(one, samples=(together,)), policy)
    if len(set(names)) > 1:  # else nothing is known
        assert worse <= rank(wanted, evidence(one, samples=(alone,)), policy)


@given(fell=st.integers(0, 60), rose=st.integers(0, 60), kept=st.integers(50, 400), dropped=st.integers(0, 60))
@settings(max_examples=40, deadline=None)
def test_leaving_out_the_items_that_fell_never_helps(fell: int, rose: int, kept: int, dropped: int) -> None:
    """Whoever drops more than a few items from the newer run is not compared at all."""
    wanted = criterion(of="change", at_least=-0.05, interval="required")
    keys = [f"i{index}" for index in range(fell + rose + kept)]
    before = {key: float(index < fell or index >= fell + rose) for index, key in enumerate(keys)}
    after = {key: float(index >= fell) for index, key in enumerate(keys)}
    short = {key: score for index, (key, score) in enumerate(after.items()) if index >= min(dropped, fell)}

    def outcome(now: dict[str, float]) -> int:
        new = counted(int(sum(now.values())), len(now))
        old = counted(int(sum(before.values())), len(before))
        found = (
            evidence(new, samples=(samples(now),)),
            evidence(old, samples=(samples(before),), path="old.json", release="1.0"),
        )
        return ORDER[check(wanted, *found, policy=Policy(max_error_share=0.0)).outcome]

    assert outcome(short) <= outcome(after)


@given(count=counts, bar=bars, days=st.integers(0, 800))
@settings(max_examples=40, deadline=None)
def test_age_never_helps(count: tuple[int, int], bar: float, days: int) -> None:
    wanted = criterion(at_least=bar, max_age_days=365)
    one = counted(*count, at=AS_OF)
    no_better(wanted, one.model_copy(update={"at": AS_OF - timedelta(days=days)}), one, Policy())
