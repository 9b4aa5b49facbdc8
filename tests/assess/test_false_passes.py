"""Ways to a yes that the evidence does not give. Each was tried; what is said about it is written beside it.

`refused`: the check is not met, for the reason named. `told`: the project may do this, and readers of it are told.
docs/threats.md has the same list in words.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from pydantic import ValidationError

from govkit.model.assessment import Reason
from govkit.model.control import Criterion
from govkit.model.evidence import Evidence, Interval, Measurement, ModelRef
from tests.assess.builders import (
    AS_OF,
    check,
    counted,
    criterion,
    evidence,
    later,
    measurement,
    samples,
)

RATE = criterion(at_least=0.8)
SURE = criterion(at_least=0.8, interval="required")
POWER = criterion(at_most=100, unit="Wh")
FAST = criterion(at_most=100, unit="ms")
CHANGE = criterion(of="change", at_least=-0.02, interval="required")
WORST = criterion(of="worst", across="group", at_least=0.8)
GAP = criterion(of="gap", across="group", at_most=0.1)
EARLIER, LATER = AS_OF - timedelta(days=20), AS_OF - timedelta(days=2)
GOOD, BAD = counted(900, 1000), counted(500, 1000)


class Attack(NamedTuple):
    """What somebody tries, and the reason word that answers."""

    tries: str
    wanted: Criterion
    found: tuple[Evidence, ...]
    reason: Reason


def took(value: float, **changes: Any) -> Measurement:
    return measurement(value, unit="ms", higher_is_better=False, **{"n": 1000, "n_basis": "requests", **changes})


def measured_power(value: float) -> Measurement:
    return measurement(value, unit="Wh", higher_is_better=False, n=1000, n_basis="requests")


def before(*measurements: Measurement, **changes: Any) -> Evidence:
    return evidence(*measurements, **{"path": "old.json", "release": "1.0", **changes})


def group(name: str, k: int, n: int = 1000, **changes: Any) -> Measurement:
    return counted(k, n, conditions={"group": name}, **changes)


def scores(right: int, n: int, prefix: str = "i") -> dict[str, float]:
    return {f"{prefix}{index:05}": float(index < right) for index in range(n)}


def scored(right: int, n: int, *, shown: int | None = None, prefix: str = "i", **changes: Any) -> Evidence:
    """k of n, with the scores of the items, or with scores that say something else."""
    items = samples(scores(right if shown is None else shown, n, prefix))
    return evidence(counted(right, n), samples=(items,), **changes)


def percents(right: int, n: int, **changes: Any) -> Evidence:
    one = measurement(100 * right / n, unit="percent", n=n, n_basis="items")
    return evidence(one, samples=(samples(scores(right, n)),), **changes)


NUMBERS = [
    Attack("every request failed, and the file says 0 ms", FAST, (evidence(took(0.0)),), "impossible-value"),
    Attack("no request was made at all", FAST, (evidence(took(20.0, n=0)),), "sample-too-small"),
    Attack("a time below zero", FAST, (evidence(took(-5.0)),), "impossible-value"),
    Attack(
        "a count below zero",
        criterion(at_most=3),
        (evidence(measurement(-1, unit="count", higher_is_better=False)),),
        "impossible-value",
    ),
    Attack(
        "no finding in nothing that was looked at",
        criterion(at_most=0.5),
        (evidence(measurement(0, unit="count", n=0, higher_is_better=False)),),
        "sample-too-small",
    ),
    Attack(
        "all of 0 items passed",
        criterion(at_least=0.8, interval="ignore"),
        (evidence(measurement(1.0, n=0)),),
        "sample-too-small",
    ),
    Attack(
        "NaN, kept as no value",
        RATE,
        (evidence(measurement(None, warnings=("nan: the file says NaN",))),),
        "unreadable-evidence",
    ),
    Attack("more passed than there were", RATE, (evidence(measurement(0.9, n=10, successes=200)),), "impossible-value"),
    Attack(
        "a value that its own counts do not give",
        RATE,
        (evidence(measurement(0.95, n=1000, successes=300)),),
        "impossible-value",
    ),
    Attack(
        "the same in percent",
        criterion(at_least=80, unit="percent"),
        (evidence(measurement(95, unit="percent", n=1000, successes=300)),),
        "impossible-value",
    ),
    Attack(
        "the test has 10 items, 1,000 are counted",
        RATE,
        (evidence(counted(900, 1000, planned=10)),),
        "impossible-value",
    ),
    Attack("10 of 10,000 items, all right", RATE, (evidence(counted(10, 10, planned=10_000)),), "items-missing"),
    Attack("what failed is left out", RATE, (evidence(counted(850, 900, errors=100)),), "items-missing"),
    Attack("30 of 30", SURE, (evidence(counted(30, 30)),), "sample-too-small"),
    Attack("exactly 1, on 30 items", criterion(equals=1), (evidence(counted(30, 30)),), "sample-too-small"),
    Attack(
        "1,000 tries of nobody knows how many items",
        SURE,
        (evidence(counted(900, 1000).model_copy(update={"n_basis": "trials"})),),
        "sample-too-small",
    ),
    Attack("a share of 90, meaning 90 %", RATE, (evidence(measurement(90, n=1000, stderr=0.1)),), "unit-mismatch"),
    Attack(
        "70 is meant, 0.7 is written, 1 % is measured",
        criterion(at_least=0.7),
        (evidence(measurement(1.0, unit="percent", n=1000, stderr=0.1)),),
        "unit-mismatch",
    ),
    Attack(
        "neither the file nor the bar has a unit",
        criterion(at_least=0.7),
        (evidence(measurement(34.0, unit=None, n=1000, stderr=0.1)),),
        "unit-mismatch",
    ),
    Attack("a bar of at least nothing", criterion(at_least=0), (evidence(counted(1, 1000)),), "no-bar"),
    Attack(
        "a bar of at most everything",
        criterion(at_most=1),
        (evidence(counted(1000, 1000, higher_is_better=False)),),
        "no-bar",
    ),
    Attack("a bar between nothing and everything", criterion(between=(0, 1)), (evidence(counted(1, 1000)),), "no-bar"),
    Attack(
        "a loss of all points is allowed",
        criterion(of="change", at_least=-1, unit="proportion"),
        (evidence(counted(1, 1000)), before(GOOD)),
        "no-bar",
    ),
    Attack(
        "a gap of everything is allowed",
        criterion(of="gap", across="group", at_most=1),
        (evidence(group("a", 1), group("b", 999)),),
        "no-bar",
    ),
    Attack(
        "neither a unit nor a number of items",
        RATE,
        (evidence(measurement(0.9, unit=None)),),
        "sample-too-small",
    ),
    Attack("a ratio of 3 items", RATE, (evidence(measurement(0.9, unit="ratio", n=3)),), "sample-too-small"),
    Attack(
        "an index of nobody says how many items",
        RATE,
        (evidence(measurement(0.9, unit="index")),),
        "sample-too-small",
    ),
    Attack(
        "900 % of all items",
        criterion(at_least=80, unit="percent"),
        (evidence(measurement(900, unit="percent", n=1000, stderr=0.1)),),
        "unit-mismatch",
    ),
    Attack("energy that no meter saw", POWER, (evidence(measured_power(0.0)),), "impossible-value"),
    *[
        Attack(
            f"the 99 % quantile of five requests, called {named}",
            criterion(measure=named, at_most=100, unit="ms"),
            (evidence(took(20.0, n=5, measure=named)),),
            "sample-too-small",
        )
        for named in ("latency/p99", "latency/P99", "latency/p99_ms", "ttft-p99-ms", "latency/99th percentile")
    ],
    Attack(
        "a bar against the direction of the tool",
        RATE,
        (evidence(counted(900, 1000, higher_is_better=False)),),
        "direction-conflict",
    ),
]

UNCERTAINTY = [
    Attack("a standard error of rounding", SURE, (evidence(measurement(0.81, n=1000, stderr=1e-9)),), "no-uncertainty"),
    Attack(
        "an interval of 90 % that spans the bar, where 95 % is asked for",
        RATE,
        (evidence(measurement(0.82, n=1000, interval=Interval(low=0.6, high=0.9, level=0.9, method="x"))),),
        "interval-spans-bar",
    ),
    Attack(
        "an interval that does not hold its value",
        RATE,
        (evidence(measurement(0.82, n=1000, interval=Interval(low=0.5, high=0.6, level=0.95, method="x"))),),
        "no-uncertainty",
    ),
    Attack(
        "10,000 items are counted, scores of 100 are there",
        SURE,
        (evidence(counted(8300, 10_000), samples=(samples(scores(83, 100)),)),),
        "interval-spans-bar",
    ),
    Attack(
        "50 items, each counted 20 times",
        SURE,
        (evidence(counted(1000, 1000), samples=(samples(scores(50, 50)),)),),
        "sample-too-small",
    ),
    Attack("many answers to few prompts", SURE, (evidence(counted(1000, 1000, clusters=20)),), "sample-too-small"),
    Attack(
        "a lower confidence until it fits",
        criterion(at_least=0.8, confidence=0.51, interval="required"),
        (evidence(counted(81, 100)),),
        "interval-spans-bar",
    ),
]

RUNS = [
    Attack("one measure twice in a file, the better one last", RATE, (evidence(BAD, GOOD),), "bar-missed"),
    Attack("one measure twice in a file, the better one first", RATE, (evidence(GOOD, BAD),), "bar-missed"),
    Attack("two files of one instant", RATE, (evidence(BAD, path="a"), evidence(GOOD, path="b")), "bar-missed"),
    Attack(
        "two files of one instant, the other way round",
        RATE,
        (evidence(GOOD, path="a"), evidence(BAD, path="b")),
        "bar-missed",
    ),
    Attack(
        "the date is taken off the run that failed",
        RATE,
        (evidence(BAD.model_copy(update={"at": None}), path="a"), evidence(GOOD, path="b")),
        "bar-missed",
    ),
    Attack(
        "the run that failed is dated into the future",
        RATE,
        (
            evidence(BAD.model_copy(update={"at": AS_OF + timedelta(days=30)}), path="a", committed=LATER),
            evidence(GOOD, path="b"),
        ),
        "impossible-value",
    ),
    Attack(
        "the newest run has no number",
        RATE,
        (evidence(GOOD.model_copy(update={"at": EARLIER}), path="a"), evidence(measurement(None, at=LATER), path="b")),
        "unreadable-evidence",
    ),
    Attack(
        "a result dated after its own commit, so that it stays young",
        criterion(at_least=0.8, max_age_days=30),
        (evidence(GOOD, committed=AS_OF - timedelta(days=400)),),
        "impossible-value",
    ),
    Attack(
        "a document that says it was reviewed after it was committed",
        criterion(equals=1, max_age_days=30),
        (evidence(measurement(1, unit="count", at=LATER), method="EXAMINE", committed=AS_OF - timedelta(days=400)),),
        "impossible-value",
    ),
    Attack(
        "the slice that failed bears the instant of one that passed",
        WORST,
        (evidence(group("a", 900), group("b", 500), path="a"), evidence(group("b", 900), path="b")),
        "bar-missed",
    ),
    Attack(
        "the same for a gap",
        GAP,
        (evidence(group("a", 900), group("b", 500), path="a"), evidence(group("b", 900), path="b")),
        "bar-missed",
    ),
    Attack("only a cancelled run", RATE, (evidence(counted(999, 1000), status="cancelled"),), "run-incomplete"),
    Attack("a mock model", RATE, (evidence(GOOD, flags=("mock-model",)),), "mock-model"),
    Attack("an edited log", RATE, (evidence(GOOD, flags=("edited-after-run",)),), "edited-after-run"),
    Attack(
        "scores of a judge without a name",
        RATE,
        (evidence(counted(900, 1000, conditions={"judge": ""})),),
        "judge-unvalidated",
    ),
    Attack(
        "scores of a judge nobody checked",
        RATE,
        (evidence(counted(900, 1000, judge="gpt-judge")),),
        "judge-unvalidated",
    ),
    Attack("a number from the maker's own card", RATE, (evidence(GOOD, flags=("self-reported",)),), "self-reported"),
]

COMPARED = [
    Attack(
        "percents, compared by scores between 0 and 1",
        criterion(of="change", at_least=-1, unit="percent", interval="required"),
        (percents(600, 1000), percents(900, 1000, release="1.0", path="old")),
        "bar-missed",
    ),
    Attack(
        "scores that say something else than the value",
        CHANGE,
        (scored(600, 1000, shown=950), scored(900, 1000, release="1.0", path="old")),
        "bar-missed",
    ),
    Attack(
        "not one item in common",
        CHANGE,
        (scored(900, 1000), scored(900, 1000, prefix="j", release="1.0", path="old")),
        "not-comparable",
    ),
    Attack(
        "the items that fell are left out",
        CHANGE,
        (
            evidence(counted(900, 900), samples=(samples(scores(900, 900)),)),
            scored(1000, 1000, release="1.0", path="old"),
        ),
        "not-comparable",
    ),
    Attack(
        "the result of the baseline, held against itself",
        CHANGE,
        (evidence(GOOD, path="x"), before(GOOD, path="x")),
        "not-comparable",
    ),
    Attack(
        "a worse run of the baseline at the same instant",
        CHANGE,
        (
            evidence(counted(8000, 10_000)),
            before(counted(7900, 10_000), path="o1"),
            before(counted(9000, 10_000), path="o2"),
        ),
        "bar-missed",
    ),
    Attack(
        "the slice that failed is not measured any more",
        WORST,
        (evidence(group("a", 900), group("b", 900)), before(group("a", 900), group("b", 900), group("c", 500))),
        "no-evidence",
    ),
    Attack(
        "the same for a gap",
        GAP,
        (evidence(group("a", 900), group("b", 900)), before(group("a", 900), group("b", 900), group("c", 500))),
        "no-evidence",
    ),
    Attack(
        "the task that failed is not measured any more",
        criterion(measure="m/*", at_least=0.8),
        (
            evidence(counted(900, 1000, measure="m/easy")),
            before(counted(900, 1000, measure="m/easy"), counted(500, 1000, measure="m/hard")),
        ),
        "no-evidence",
    ),
    Attack(
        "a glob that fits a friendlier measure too",
        criterion(measure="m/*", at_least=0.8),
        (evidence(counted(900, 1000, measure="m/easy"), counted(500, 1000, measure="m/hard")),),
        "bar-missed",
    ),
    Attack("a glob that fits nothing", criterion(measure="n/*", at_least=0.8), (evidence(GOOD),), "no-evidence"),
    Attack(
        "one group of nobody knows how many, beside one that says it",
        GAP,
        (evidence(group("a", 900), measurement(0.95, conditions={"group": "b"})),),
        "sample-too-small",
    ),
    Attack(
        "a baseline of three items",
        criterion(of="change", at_least=-0.02),
        (evidence(GOOD), before(measurement(0.5, n=3))),
        "sample-too-small",
    ),
    Attack(
        "a baseline of nobody says how many items",
        criterion(of="change", at_least=-0.02),
        (evidence(GOOD), before(measurement(0.5))),
        "sample-too-small",
    ),
    Attack("one group only", GAP, (evidence(group("a", 900)),), "not-comparable"),
    Attack(
        "a ratio of numbers below zero",
        criterion(of="ratio", across="group", at_least=0.5),
        (
            evidence(
                measurement(-0.2, n=1000, conditions={"group": "a"}),
                measurement(-0.1, n=1000, conditions={"group": "b"}),
            ),
        ),
        "not-comparable",
    ),
]


@pytest.mark.parametrize("attack", [*NUMBERS, *UNCERTAINTY, *RUNS, *COMPARED], ids=lambda attack: attack.tries)
def test_refused(attack: Attack) -> None:
    made = check(attack.wanted, *attack.found)
    assert (made.outcome != "met", made.reason) == (True, attack.reason), made.explanation


@pytest.mark.parametrize("attack", [*NUMBERS, *UNCERTAINTY, *RUNS, *COMPARED], ids=lambda attack: attack.tries)
def test_refused_whatever_the_order_of_files(attack: Attack) -> None:
    made = check(attack.wanted, *reversed(attack.found))
    assert (made.outcome != "met", made.reason) == (True, attack.reason), made.explanation


@pytest.mark.parametrize(
    "bar",
    [
        {"of": "gap", "across": "group", "at_least": 0.0},
        {"of": "ratio", "across": "group", "at_most": 1.25},
        {"at_least": 0.9, "reported": True},
        {"at_least": float("nan")},
        {"confidence": 0.3, "at_least": 0.5},
    ],
)
def test_bars_that_cannot_be_written(bar: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        criterion(**bar)


class Told(NamedTuple):
    """What a project may do, and the word of the warning that stands beside the check."""

    does: str
    wanted: Criterion
    found: tuple[Evidence, ...]
    word: str


MOVES = ModelRef(id="lab/model", revision="main", revision_kind="mutable")
TOLD = [
    Told(
        "runs again until it passes",
        RATE,
        (evidence(BAD.model_copy(update={"at": EARLIER}), path="a"), evidence(GOOD, path="b")),
        "",
    ),
    Told(
        "measures one slice again until it passes",
        WORST,
        (evidence(group("a", 900), group("b", 500), path="a"), evidence(group("b", 900, at=LATER), path="b")),
        "repeated-slices",
    ),
    Told(
        "breaks a run off when it looks bad",
        RATE,
        (evidence(GOOD, path="a"), evidence(counted(5, 10, at=LATER), path="b", status="cancelled")),
        "unfinished-run",
    ),
    Told(
        "judges as of a day before the result that fails",
        RATE,
        (evidence(GOOD, path="a"), evidence(BAD.model_copy(update={"at": AS_OF + timedelta(days=1)}), path="b")),
        "later-results",
    ),
    Told(
        "judges as of a day at which the file was not there",
        RATE,
        (evidence(GOOD, committed=AS_OF + timedelta(days=9)),),
        "committed-later",
    ),
    Told(
        "asks for the value alone",
        criterion(at_least=0.8, interval="ignore"),
        (evidence(counted(1, 1)),),
        "interval-ignored",
    ),
    Told("knows no uncertainty", RATE, (evidence(measurement(0.9, n=1000)),), "point-only"),
    Told(
        "says that five items are all there are",
        RATE,
        (later(evidence(measurement(1.0, n=5, n_basis="records")), format="mapped"),),
        "counted-in-full",
    ),
    Told(
        "writes a record that says the same",
        RATE,
        (later(evidence(measurement(1.0, n=5, n_basis="entries")), format="every-eval-ever"),),
        "counted-in-full",
    ),
    Told(
        "writes a yes over the no that somebody stated",
        criterion(equals=1),
        (evidence(measurement(1, unit="count"), method="INTERVIEW", replaced=1),),
        "replaced-file",
    ),
    Told("does not say how the run ended", RATE, (evidence(GOOD, status="unknown"),), "unknown-status"),
    Told(
        "measures the baseline again until it is easy to beat",
        CHANGE,
        (
            evidence(counted(8500, 10_000)),
            before(counted(9000, 10_000, at=EARLIER), path="o1"),
            before(counted(8000, 10_000, at=LATER), path="o2"),
        ),
        "repeated-baseline",
    ),
    Told(
        "gives a copy with a byte more to the next release",
        RATE,
        (evidence(GOOD, path="x"), before(GOOD, path="y")),
        "shared-file",
    ),
    Told(
        "clears a bar in euro with a number of yen",
        criterion(at_most=2, unit="currency"),
        (evidence(measurement(1.5, unit="currency", higher_is_better=False, n=1000, conditions={"currency": "JPY"})),),
        "currency-open",
    ),
    Told("names the model by a branch", RATE, (evidence(GOOD, model=MOVES),), "mutable-revision"),
    Told("gives one file for two releases", RATE, (evidence(GOOD, path="x"), before(GOOD, path="x")), "shared-file"),
    Told("loses a few items", RATE, (evidence(counted(900, 960, errors=40)),), "missing-items"),
    Told(
        "changes the settings of the run",
        CHANGE,
        (evidence(counted(9000, 10_000), config={"seed": "2"}), before(counted(8500, 10_000), config={"seed": "1"})),
        "settings-differ",
    ),
    Told(
        "gives scores of single items that belong to another run",
        CHANGE,
        (scored(9500, 10_000, shown=9000), scored(9000, 10_000, release="1.0", path="old")),
        "samples-differ",
    ),
    Told(
        "states a smaller error than its numbers have",
        SURE,
        (evidence(counted(900, 1000, stderr=0.001)),),
        "stderr-inconsistent",
    ),
    Told(
        "counts more items than it shows",
        SURE,
        (evidence(counted(9500, 10_000), samples=(samples(scores(950, 1000)),)),),
        "items-not-shown",
    ),
    Told("has no history that shows when the bar was set", RATE, (evidence(GOOD),), "order-unknown"),
]


def test_who_names_the_currency_and_measures_both_releases_is_told_nothing() -> None:
    dollars = criterion(at_most=2, unit="currency", where={"currency": "USD"})
    spent = measurement(1.5, unit="currency", higher_is_better=False, n=1000, conditions={"currency": "USD"})
    made = check(dollars, evidence(spent), before(spent.model_copy(update={"value": 1.4}), path="y"))
    assert (made.outcome, {w.partition(":")[0] for w in made.warnings}) == ("met", {"order-unknown"})


@pytest.mark.parametrize("case", TOLD, ids=lambda case: case.does)
def test_told(case: Told) -> None:
    made = check(case.wanted, *case.found)
    assert made.outcome == "met", made.explanation
    words = [warning.partition(":")[0] for warning in (*made.warnings, *(w for u in made.used for w in u.warnings))]
    if case.word:
        assert case.word in words
    else:
        assert made.runs is not None
        assert made.runs.failed_earlier == 1
