"""Changes, flips and worst slices, and what may be compared at all."""

from __future__ import annotations

from typing import Any

import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

from govkit.model.assessment import Check
from govkit.model.evidence import Evidence, Interval, ToolRef
from govkit.model.project import Policy
from tests.assess.builders import DATA, check, counted, criterion, evidence, measurement, samples

CHANGE = criterion(of="change", at_least=-0.02, interval="required")
FLIPS = criterion(of="flips", at_most=0.02, unit="proportion", interval="required")


def scored(scores: dict[str, float], *, path: str = "new.json", release: str = "2.0", **changes: Any) -> Evidence:
    given = {key: changes.pop(key) for key in ("higher_is_better", "conditions", "dataset") if key in changes}
    clusters = changes.pop("clusters", {})
    k, n = sum(scores.values()), len(scores)
    binary = set(scores.values()) <= {0, 1}
    one = counted(int(k), n, **given) if binary else measurement(k / n, n=n, n_basis="items", **given)
    return evidence(one, path=path, release=release, samples=(samples(scores, clusters=clusters),), **changes)


def before(scores: dict[str, float], **changes: Any) -> Evidence:
    return scored(scores, path="old.json", release="1.0", **changes)


def outcomes(right: int, wrong: int, fell: int = 0, rose: int = 0) -> tuple[dict[str, float], dict[str, float]]:
    """Scores before and after of items that stayed right, stayed wrong, became wrong, became right."""
    pairs = [(1.0, 1.0)] * right + [(0.0, 0.0)] * wrong + [(1.0, 0.0)] * fell + [(0.0, 1.0)] * rose
    keys = [f"i{index}" for index in range(len(pairs))]
    return ({k: p[0] for k, p in zip(keys, pairs, strict=True)}, {k: p[1] for k, p in zip(keys, pairs, strict=True)})


def judged(wanted: Any, then: dict[str, float], now: dict[str, float], **changes: Any) -> Check:
    return check(wanted, scored(now, **changes), before(then, **changes))


def test_a_change_says_what_it_excludes_and_tests_that_nothing_changed() -> None:
    then, now = outcomes(900, 60, fell=10, rose=30)
    made = judged(CHANGE, then, now)
    assert made.outcome == "met"
    assert "That it got worse by more than 2 percentage points is excluded." in made.explanation
    assert made.comparison is not None
    assert made.comparison.method == "exact McNemar"
    assert made.comparison.p_value == pytest.approx(0.0022, abs=1e-4)


def test_no_significant_difference_is_no_proof_of_no_loss() -> None:
    then, now = outcomes(85, 9, fell=4, rose=2)
    made = judged(CHANGE, then, now)
    assert made.comparison is not None
    assert made.comparison.p_value > 0.5
    assert (made.outcome, made.reason) == ("inconclusive", "interval-spans-bar")
    assert "No proof that it got worse is no proof that it did not." in made.explanation


def test_scores_that_are_no_rates_are_tested_by_turning_signs() -> None:
    then = {f"i{index}": 0.5 + (index % 7) / 20 for index in range(120)}
    now = {key: score + (0.03 if index % 3 else -0.01) for index, (key, score) in enumerate(then.items())}
    made = judged(CHANGE, then, now)
    assert made.outcome == "met"
    assert made.comparison is not None
    assert made.comparison.method.startswith("permutation of signs over 120 items")
    assert made.comparison.p_value < 0.001


def test_groups_widen_a_change() -> None:
    then, now = outcomes(900, 60, fell=20, rose=20)
    groups = {key: str(index // 40) for index, key in enumerate(then)}
    alone, together = judged(CHANGE, then, now), judged(CHANGE, then, now, clusters=groups)
    assert alone.interval is not None
    assert together.interval is not None
    assert alone.outcome == "met"
    assert together.interval.low < alone.interval.low
    assert together.interval.method == "Newcombe, paired, 25 groups"
    assert together.reason == "sample-too-small", "25 groups are 25 items"


def test_flips_count_what_broke_although_the_average_rose() -> None:
    then, now = outcomes(900, 20, fell=40, rose=60)
    made = judged(FLIPS, then, now)
    assert made.outcome == "not-met"
    assert made.value == pytest.approx(40 / 1020)
    assert made.explanation.startswith("Score: 3.922 % (95 % interval 2.893 % to 5.296 %) 40 of the same")
    bare = judged(criterion(of="flips", at_most=0.02), then, now)
    assert (bare.unit, bare.outcome) == ("proportion", "not-met")
    assert "40 of the same 1,020 items were right at 1.0 and are wrong now" in made.explanation
    assert judged(CHANGE, then, now).outcome == "met"
    assert judged(FLIPS, *outcomes(1000, 20, fell=1, rose=1)).outcome == "met"


def test_of_failures_those_that_are_new_are_flips() -> None:
    """Scores of 1 that mean a failure: lower is better, and a 1 that was a 0 is what broke."""
    then, now = outcomes(20, 900, fell=60, rose=40)
    made = judged(FLIPS, then, now, higher_is_better=False)
    assert made.value == pytest.approx(40 / 1020)


def test_no_flip_among_few_items_says_how_many_would_do() -> None:
    made = judged(FLIPS, *outcomes(120, 0))
    assert made.outcome == "inconclusive"
    assert made.interval is not None
    assert made.interval.method == "Clopper-Pearson"


def test_flips_need_the_scores_of_single_items() -> None:
    now, then = evidence(counted(900, 1000)), evidence(counted(900, 1000), path="old.json", release="1.0")
    assert check(FLIPS, now, then).reason == "not-comparable"
    parts = {f"i{index}": 0.5 for index in range(200)}
    assert judged(FLIPS, parts, parts).reason == "not-comparable"
    assert judged(FLIPS, *outcomes(900, 100), higher_is_better=None).reason == "direction-unknown"
    wrong_way = criterion(of="flips", at_least=0.02, unit="proportion")
    assert judged(wrong_way, *outcomes(900, 100)).reason == "direction-conflict"


def test_flips_of_a_first_release() -> None:
    assert check(FLIPS, before(outcomes(900, 100)[0]), release="1.0").reason == "no-baseline"


def test_items_of_one_release_only_are_left_out_but_not_many() -> None:
    then, now = outcomes(900, 60, fell=10, rose=30)
    few = {key: score for index, (key, score) in enumerate(now.items()) if index >= 20}
    made = check(CHANGE, scored(few), before(then))
    assert made.outcome == "met"
    assert "unpaired-items: 20 items are in one release only and were left out" in made.warnings
    many = {key: score for index, (key, score) in enumerate(now.items()) if index >= 100}
    refused = check(CHANGE, scored(many), before(then))
    assert refused.reason == "not-comparable"
    assert "Only 900 of 1,000 items" in refused.explanation
    assert check(CHANGE, scored(many), before(then), policy=Policy(max_error_share=0.2)).outcome == "met"


@pytest.mark.parametrize(
    ("now", "then", "word"),
    [
        ({"config": {"num_fewshot": "5"}}, {"config": {"num_fewshot": "0"}}, "num_fewshot was 0, now 5"),
        ({"config": {"chat_template": "b"}}, {"config": {}}, "chat_template was not stated, now b"),
        ({"config": {"task_version": "2"}}, {"config": {"task_version": "1"}}, "task_version was 1, now 2"),
        ({"conditions": {"few-shot": "5"}}, {"conditions": {"few-shot": "0"}}, "few-shot was 0, now 5"),
        ({"conditions": {"task-version": "2"}}, {"conditions": {}}, "task-version was not stated, now 2"),
        (
            {"dataset": DATA.model_copy(update={"revision": "b"})},
            {"dataset": DATA},
            "not the same file, revision or part",
        ),
        ({"dataset": DATA}, {"dataset": DATA.model_copy(update={"id": "x"})}, "dataset was x, now test-set"),
    ],
)
def test_what_was_not_asked_alike_is_not_comparable(now: dict[str, Any], then: dict[str, Any], word: str) -> None:
    scores = outcomes(900, 60, fell=10, rose=30)
    made = check(CHANGE, scored(scores[1], **now), before(scores[0], **then))
    assert (made.outcome, made.reason) == ("not-judged", "not-comparable")
    assert word in made.explanation


def test_other_settings_are_told() -> None:
    scores = outcomes(900, 60, fell=10, rose=30)
    now = scored(scores[1], config={"seed": "2"}, tool=ToolRef(name="t", version="2"))
    then = before(scores[0], config={"seed": "1"}, tool=ToolRef(name="t", version="1"))
    made = check(CHANGE, now, then)
    assert made.outcome == "met"
    assert "settings-differ: seed was 1, now 2; tool was t 1, now t 2" in made.warnings


def grouped(*counts: tuple[str, int, int]) -> Evidence:
    return evidence(*(counted(k, n, conditions={"group": name}) for name, k, n in counts))


WORST = criterion(of="worst", across="group", at_least=0.8)


def test_the_worst_slice_is_judged_by_its_own_interval() -> None:
    made = check(WORST, grouped(("a", 4900, 5000), ("b", 900, 1000), ("c", 4500, 5000)))
    assert made.outcome == "met"
    assert (made.n, made.value) == (1000, 0.9), "the lowest end, not the lowest value"
    assert "in the worst of 3 slices, group = b" in made.explanation
    assert [item.role for item in made.used] == ["judged", "slice", "slice"]
    assert check(WORST, grouped(("a", 4900, 5000), ("b", 700, 1000))).outcome == "not-met"
    assert check(WORST, grouped(("a", 4900, 5000), ("b", 82, 100))).outcome == "inconclusive"


def test_a_worst_slice_needs_items_and_an_interval_of_its_own() -> None:
    assert check(WORST, grouped(("a", 4900, 5000), ("b", 50, 50))).reason == "sample-too-small"
    bare = evidence(*(measurement(0.9, n=500, conditions={"group": name}) for name in "ab"))
    assert check(WORST, bare).reason == "no-uncertainty"
    assert check(WORST, grouped(("a", 4900, 5000))).reason == "not-comparable"
    assert check(WORST, evidence(counted(900, 1000))).reason == "no-evidence"


def test_one_bad_slice_among_many_needs_to_stand_a_correction() -> None:
    """740 of 1,000 misses 0.8 by itself beyond doubt; 765 does so only where nobody chose it among thirty."""
    many = [(f"g{index:02}", 900, 1000) for index in range(29)]
    assert check(WORST, grouped(("bad", 765, 1000), ("good", 900, 1000))).outcome == "not-met"
    assert check(WORST, grouped(("bad", 765, 1000), *many)).outcome == "inconclusive"
    assert check(WORST, grouped(("bad", 740, 1000), *many)).outcome == "not-met"


@pytest.mark.parametrize("severity", ["gate", "advisory"])
@pytest.mark.parametrize("safety", [False, True])
@pytest.mark.parametrize(
    "passed", [(0, 5, 4, 5, 5), (80, 90, 93, 95), (70, 71, 72, 90), (60, 61, 72, 73), (73, 73, 74)]
)
def test_a_slice_misses_when_statsmodels_rejects_it(passed: tuple[int, ...], severity: str, *, safety: bool) -> None:
    """One-sided p at the bar, of the score test behind Wilson's interval and of the binomial behind the exact one.

    0 of 5 against 0.8: 0.2^5 = 0.0003. 80 of 100 against 0.885: z = -2.66, p = 0.0039, four times that is below 0.025.
    """
    n = 5 if max(passed) <= 5 else 100
    bar = 0.885 if passed[0] == 80 else 0.8
    wanted = criterion(of="worst", across="group", at_least=bar, unit="proportion", safety=safety, severity=severity)
    made = check(wanted, grouped(*((f"g{index}", k, n) for index, k in enumerate(passed))), policy=Policy(min_n=None))

    def p_value(k: int) -> float:
        if safety or k in (0, n):
            return float(stats.binom.cdf(k, n, bar))
        return float(stats.norm.cdf((k / n - bar) / (bar * (1 - bar) / n) ** 0.5))

    called = multipletests([p_value(k) for k in passed], 0.025, "holm" if severity == "gate" else "fdr_bh")[0]
    assert made.outcome == ("not-met" if called.any() else "inconclusive")
    assert made.interval is not None
    assert (made.interval.high < bar) == called.any(), "the interval shown tells the same as the outcome"


def test_the_exact_interval_of_five_items_does_not_show_the_worst_of_five_slices() -> None:
    """0 of 5 against 0.55: 0.45^5 = 0.018, below 0.025; five times that is not. The limit at 99 %: 1 - 0.005^(1/5)."""
    wanted = criterion(of="worst", across="group", at_least=0.55, unit="proportion")
    five = grouped(("bad", 0, 5), *((f"g{index}", 5, 5) for index in range(4)))
    made = check(wanted, five, policy=Policy(min_n=None))
    assert made.outcome == "inconclusive"
    assert made.interval is not None
    assert (made.interval.level, made.interval.method) == (pytest.approx(0.99), "Clopper-Pearson, Holm over 5")
    assert made.interval.high == pytest.approx(1 - 0.005**0.2)
    assert "at the 99 % that so many ask for (Holm), the interval is on both sides of the bar" in made.explanation


def test_an_interval_that_only_the_tool_could_compute_is_widened_for_many() -> None:
    """0.70 to 0.78 around 0.74 at 95 %; at 1 - 0.05/3: 0.04 x 2.394/1.960 = 0.0489 to either side."""
    given = Interval(low=0.70, high=0.78, level=0.95, method="theirs")
    slices = [
        measurement(0.9, interval=given.model_copy(update={"low": 0.85, "high": 0.95}), n=400, n_basis="items")
    ] * 2
    slices.append(measurement(0.74, interval=given, n=400, n_basis="items"))
    named = [one.model_copy(update={"conditions": {"group": str(n)}}) for n, one in enumerate(slices)]

    def found(bar: float) -> Check:
        return check(criterion(of="worst", across="group", at_least=bar), evidence(*named))

    assert (found(0.785).outcome, found(0.79).outcome) == ("inconclusive", "not-met")
    shown = found(0.785).interval
    assert shown is not None
    assert (shown.high, shown.method) == (
        pytest.approx(0.74 + 0.04885, abs=1e-4),
        "reported: theirs, widened, Holm over 3",
    )


def test_percentages_are_compared_as_the_counts_they_are() -> None:
    """statsmodels: 85 of 100 after 90 of 100, times 100; in groups of five, 17 of 20 after 18 of 20."""

    def found(of: str = "change", **changes: Any) -> Check:
        now, then = (measurement(float(k), unit="percent", successes=k, n=100, **changes) for k in (85, 90))
        wanted = criterion(of=of, at_least=-0.5)
        return check(wanted, evidence(now), evidence(then, path="old.json", release="1.0"), policy=Policy(min_n=None))

    low, high = confint_proportions_2indep(85, 100, 90, 100, method="newcomb")
    made = found()
    assert made.interval is not None
    assert (made.interval.low, made.interval.high) == pytest.approx((100 * low, 100 * high))
    assert "-5 percentage points (95 % interval -14.4 percentage points to +4.37 percentage points)" in made.explanation
    low, high = confint_proportions_2indep(17, 20, 18, 20, method="newcomb")
    grouped = found(clusters=20).interval
    assert grouped is not None
    assert (grouped.low, grouped.high) == pytest.approx((100 * low, 100 * high))
    assert grouped.method == "Newcombe, unpaired, as of 20 and 20 independent items"
    relative = found("relative_change").interval
    assert relative is not None
    assert relative.method == "MOVER-R, unpaired"


def test_a_gap_between_percentages_is_told_in_points() -> None:
    slices = [measurement(float(k), unit="percent", successes=k, n=100, conditions={"group": str(k)}) for k in (91, 81)]
    made = check(criterion(of="gap", across="group", at_most=30), evidence(*slices), policy=Policy(min_n=None))
    low, high = confint_proportions_2indep(91, 100, 81, 100, method="newcomb")
    assert made.interval is not None
    assert (made.interval.low, made.interval.high) == pytest.approx((100 * low, 100 * high))
    assert "10 percentage points (95 % interval 0.29 percentage points to 19.7 percentage points)" in made.explanation


def test_flips_of_items_in_groups_say_how_many_they_count_as() -> None:
    then, now = outcomes(200, 0, fell=20)
    clusters = {f"i{index}": f"g{index // 10}" for index in range(220)}
    made = judged(FLIPS, then, now, clusters=clusters)
    assert made.interval is not None
    assert made.interval.method.startswith("Wilson, as of ")
    assert made.interval.method.endswith(" independent items")


def test_advisory_scans_look_for_where_to_look() -> None:
    """Benjamini-Hochberg: with several losses among many, each is called at a milder level than Holm's."""

    def found(severity: str) -> Check:
        wanted = criterion(of="change", at_least=0, interval="required", severity=severity)
        now = [counted(900 - 35 * (task < 15), 1000, conditions={"task": str(task)}) for task in range(30)]
        then = [counted(900, 1000, conditions={"task": str(task)}) for task in range(30)]
        return check(wanted, evidence(*now), evidence(*then, release="1.0", path="old.json"))

    assert found("advisory").outcome == "not-met"
    assert found("gate").outcome == "inconclusive"
    assert "(Holm)" in found("gate").explanation


def means(value: float, *, path: str = "new.json", release: str = "2.0", **changes: Any) -> Evidence:
    given = {"stderr": 0.01, "n": 1000, "n_basis": "items", **changes}
    found = given.pop("samples", ())
    return evidence(measurement(value, **given), path=path, release=release, samples=found)


def width(now: Evidence, then: Evidence, of: str = "change") -> float:
    made = check(criterion(of=of, at_least=-0.5, interval="required"), now, then)
    assert made.interval is not None, made.explanation
    return made.interval.high - made.interval.low


def test_two_means_are_compared_by_their_errors_and_groups_widen_them() -> None:
    then = means(0.8, path="old.json", release="1.0")
    plain = width(means(0.8), then)
    assert plain == pytest.approx(2 * 1.96 * 0.01 * 2**0.5, rel=1e-3)
    assert width(means(0.8, clusters=400), then) > plain
    assert width(means(0.8, clusters=400, stderr_method="clustered"), then) == pytest.approx(plain)
    assert width(means(0.8, n=20), then) > plain, "few items: Student's t"
    one_group = check(CHANGE, means(0.8, clusters=1), then)
    assert one_group.reason == "no-uncertainty"
    assert "no-interval: one of the two values has no known uncertainty" in one_group.explanation


def test_scores_of_one_release_only_give_its_error() -> None:
    """Means of single scores against a reported mean: each with its own uncertainty."""
    scores = {f"i{index}": (index % 5) / 4 for index in range(400)}
    then = means(0.5, path="old.json", release="1.0")
    alone = width(means(0.5, n=400, stderr=None, samples=(samples(scores),)), then)
    told = width(means(0.5, n=400, stderr=0.2, samples=(samples(scores),)), then)
    grouped = samples(scores, clusters={key: str(index // 20) for index, key in enumerate(scores)})
    assert told > alone, "a larger error of the tool counts"
    assert width(means(0.5, n=400, stderr=None, samples=(grouped,)), then) > alone
    assert width(means(0.5, n=400, stderr=None, clusters=20, samples=(samples(scores),)), then) > alone
    same = samples(dict.fromkeys(scores, 0.5))
    assert check(CHANGE, means(0.5, n=400, stderr=None, samples=(same,)), then).reason == "no-uncertainty"


def test_a_relative_change_is_told_as_such_and_needs_something_to_relate_to() -> None:
    wanted = criterion(of="relative_change", at_least=-0.1, interval="required")
    made = check(wanted, means(0.8), means(0.8, path="old.json", release="1.0"))
    assert (made.outcome, made.interval and made.interval.method) == ("met", "MOVER-R, unpaired")
    nothing = check(wanted, means(0.8), means(0.0, path="old.json", release="1.0"))
    assert nothing.reason == "not-comparable"


def test_units_must_be_the_same_on_both_sides() -> None:
    then = means(80.0, unit="percent", stderr=1.0, path="old.json", release="1.0")
    assert check(CHANGE, means(0.8), then).reason == "not-comparable"


def test_flips_reported_without_a_bar_on_a_side_still_need_a_direction() -> None:
    then, now = outcomes(900, 100)
    wanted = criterion(of="flips", between=(0.0, 0.1))
    assert judged(wanted, then, now, higher_is_better=None).reason == "direction-unknown"
    assert judged(wanted, then, now).outcome == "met"


def test_slices_that_do_not_say_how_many_are_too_small_for_a_number_asked_for() -> None:
    wanted = criterion(of="gap", across="group", at_most=0.2, min_n=100)
    bare = evidence(*(measurement(0.9, n=n, stderr=0.01, conditions={"group": str(n)}) for n in (500, None)))
    made = check(wanted, bare)
    assert (made.reason, "None (unknown)" in made.explanation) == ("sample-too-small", True)
    nothing = evidence(*(counted(0, 500, conditions={"group": name}) for name in "ab"))
    assert check(criterion(of="ratio", across="group", at_least=0.8), nothing).reason == "not-comparable"
