"""Options beside each other: what is compared, what is computed, and what nobody can tell."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govkit.assess.deployments import COST, ENERGY, RATE, deployments
from govkit.export.deployments import deployments_csv, deployments_text
from govkit.model.deployment import Cell, Deployment, DeploymentRules, DeploymentTable, Price, WantedMeasure
from govkit.model.evidence import Evidence, Measurement, ToolRef
from govkit.model.project import Policy
from tests.assess.builders import AS_OF, DATA, RELEASES, counted, evidence, measurement, project

CLOUD = {"deployment": "cloud", "hardware": "H100", "precision": "fp8"}
EDGE = {"deployment": "edge", "hardware": "Orin", "precision": "int4"}
LOAD = {"concurrency": "4", "request-rate": "20"}
P95 = "latency-p95"


def timed(value: float | None = 80.0, *, option: dict[str, str] | None = None, **changes: Any) -> Measurement:
    conditions = {**(CLOUD if option is None else option), **changes.pop("load", LOAD)}
    base: dict[str, Any] = {
        "measure": "vllm-bench/request-latency/p95", "unit": "ms", "higher_is_better": False, "n": 5000,
        "n_basis": "requests", "quantile": 0.95, "conditions": conditions, "dataset": None,
    }  # fmt: skip
    return measurement(value, **{**base, **changes})


def rate(value: float = 20.0, **changes: Any) -> Measurement:
    named = {"measure": "vllm-bench/requests-per-second", "unit": "requests-per-s", "quantile": None}
    return timed(value, **{**named, "higher_is_better": True, **changes})


def tokens(side: str, value: float, **changes: Any) -> Measurement:
    named = {"measure": f"vllm-bench/{side}-tokens", "unit": "tokens", "quantile": None, "higher_is_better": None}
    return timed(value, **{**named, **changes})


def price(**changes: Any) -> Price:
    base: dict[str, Any] = {
        "id": "gpu-hour", "amount": 3.6, "currency": "USD", "per": "hour", "source": "offer 4711", "on": "2026-11-01",
    }  # fmt: skip
    return Price.model_validate({**base, **changes})


BY_TOKENS = (
    price(id="in", amount=0.5, per="million-input-tokens"),
    price(id="out", amount=1.5, per="million-output-tokens"),
)


def table(*found: Evidence, policy: Policy | None = None, **rules: Any) -> DeploymentTable:
    made = project(policy=policy or Policy())
    return deployments(made, found, [RELEASES[1]], AS_OF, DeploymentRules.model_validate(rules))


def cell(row: Deployment, column: str) -> Cell:
    (found,) = (one for one in row.cells if one.column == column)
    return found


def one(column: str, *found: Evidence, **rules: Any) -> Cell:
    (row,) = table(*found, **rules).rows
    return cell(row, column)


def test_a_row_is_an_option_under_a_load() -> None:
    made = table(evidence(timed(), timed(90.0, option=EDGE), timed(70.0, load={"concurrency": "1"})))
    assert [(row.release, row.option, row.load) for row in made.rows] == [
        ("2.0", CLOUD, {"concurrency": "1"}),
        ("2.0", CLOUD, LOAD),
        ("2.0", EDGE, LOAD),
    ]
    assert [cell(row, P95).value for row in made.rows] == [70.0, 80.0, 90.0]
    assert {one.state for row in made.rows for one in row.cells if one.column != P95} == {"not-measured"}


def test_values_under_another_load_are_not_comparable() -> None:
    made = table(
        evidence(timed(), timed(90.0, option=EDGE), timed(70.0, option={"hardware": "L4"}, load={"concurrency": "1"}))
    )
    found = {row.option["hardware"]: cell(row, P95) for row in made.rows}
    assert {name: found[name].comparable for name in found} == {"H100": "yes", "Orin": "yes", "L4": "no"}
    assert found["L4"].why == "concurrency 1, not 4; request-rate 20: stated elsewhere, not here"


def test_a_load_nobody_states_can_be_compared_with_nothing() -> None:
    made = table(evidence(timed(), timed(90.0, option=EDGE, load={})))
    assert [cell(row, P95).comparable for row in made.rows] == ["yes", "unknown"]
    assert cell(made.rows[1], P95).why == "the load is not stated"
    silent = table(evidence(timed(load={}), timed(90.0, option=EDGE, load={})))
    assert [cell(row, P95).comparable for row in silent.rows] == ["unknown", "unknown"]


def test_requests_of_another_length_are_another_load() -> None:
    def run(option: dict[str, str], output: float) -> list[Measurement]:
        return [timed(option=option), tokens("input", 500_000, option=option), tokens("output", output, option=option)]

    made = table(evidence(*run(CLOUD, 500_000), *run(EDGE, 540_000), *run({"hardware": "L4"}, 900_000)))
    found = {row.option["hardware"]: (cell(row, P95).comparable, cell(row, P95).why) for row in made.rows}
    assert found == {
        "H100": ("yes", None), "Orin": ("yes", None), "L4": ("no", "180 output tokens a request, not 100"),
    }  # fmt: skip
    assert made.rows[0].lengths == {"input": 100.0, "output": 100.0}


def test_what_a_collector_warns_of_is_said() -> None:
    late = timed(warnings=("queue-left-out: requests were sent 9 s late on average",))
    assert one(P95, evidence(late)).doubts == ("queue-left-out: requests were sent 9 s late on average",)


def test_another_tool_has_another_clock() -> None:
    other = timed(0.09, option=EDGE, measure="guidellm/request-latency/p95", unit="s")
    made = table(evidence(timed()), evidence(other, path="guide.json"))
    found = cell(made.rows[1], P95)
    assert (found.value, found.unit, found.comparable) == (90.0, "ms", "no")
    assert found.why == "measured by guidellm, not vllm-bench"


def test_a_renamed_measure_goes_first_and_is_the_same_everywhere() -> None:
    named = [timed(), timed(75.0, measure="latency/p95"), timed(60.0, option=EDGE, measure="latency/p95")]
    made = table(evidence(*named))
    assert [(cell(row, P95).value, cell(row, P95).comparable) for row in made.rows] == [(75.0, "yes"), (60.0, "yes")]


def test_a_single_value_is_marked_with_nothing() -> None:
    assert one(P95, evidence(timed())).comparable is None


def test_every_value_says_where_it_stands() -> None:
    found = one(P95, evidence(timed(place="/p95_e2el_ms"), path="results/run.json"))
    (source,) = found.used
    assert (source.path, source.place, len(source.sha256), source.measure) == (
        "results/run.json", "/p95_e2el_ms", 64, "vllm-bench/request-latency/p95",
    )  # fmt: skip
    assert (found.n, found.n_basis, found.of) == (
        5000, "requests", "2.0: deployment=cloud, hardware=H100, precision=fp8, concurrency=4, request-rate=20",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"errors": 3000}, "missing"),
        ({"status": "error"}, "not complete"),
        ({"value": None, "warnings": ("no-requests: none was answered",)}, "no usable value"),
        ({"flags": ("mock-model",)}, "without a real model"),
        ({"unit": "bytes"}, "not in ms"),
    ],
)
def test_what_may_not_count_is_no_value(changes: dict[str, Any], why: str) -> None:
    value = changes.pop("value", 80.0)
    found = one(P95, evidence(timed(value, **changes)))
    assert (found.state, found.value, found.comparable) == ("unusable", None, None)
    assert why in (found.why or "") or (changes.get("unit") == "bytes" and "bytes" in (found.why or ""))
    assert found.used


def test_few_requests_and_old_files_are_shown_with_a_doubt() -> None:
    few = one(P95, evidence(timed(n=40)))
    assert (few.value, [doubt.split(":")[0] for doubt in few.doubts]) == (80.0, ["sample-too-small"])
    (row,) = table(evidence(timed()), policy=Policy(max_age_days=5)).rows
    assert [doubt.split(":")[0] for doubt in cell(row, P95).doubts] == ["stale-evidence"]
    some = one(P95, evidence(timed(errors=3)))
    assert [doubt.split(":")[0] for doubt in some.doubts] == ["missing-items"]


def test_no_bar_is_asked_for_in_a_table() -> None:
    (row,) = table(evidence(timed()), policy=Policy(bar_after_result="refuse")).rows
    assert cell(row, P95).value == 80.0
    assert cell(row, P95).doubts == ()


def test_the_newest_completed_run_counts() -> None:
    old, new = evidence(timed(), path="old.json"), evidence(timed(70.0, at=AS_OF), path="new.json")
    assert one(P95, old, new).value == 70.0
    crashed = evidence(timed(70.0, at=AS_OF), path="new.json", status="error")
    shown = one(P95, old, crashed)
    assert shown.value == 80.0
    assert shown.doubts == (
        "unfinished-run: a later run did not finish, and the last that did is judged: new.json (error)",
    )
    assert one(P95, evidence(timed(at=AS_OF)), evidence(timed(70.0), status="error")).doubts == ()


def test_of_two_runs_of_one_instant_none_is_picked() -> None:
    first, second = evidence(timed(), path="first.json"), evidence(timed(70.0), path="second.json")
    found = one(P95, first, second)
    assert (found.state, found.value, found.why) == ("several", None, "2 values, which differ by file")
    assert one(P95, first, evidence(timed(), path="copy.json")).value == 80.0


def test_values_that_differ_by_something_unknown_are_several() -> None:
    found = one(P95, evidence(timed(), timed(90.0, load={**LOAD, "run": "2"})))
    assert (found.state, found.value, found.why) == ("several", None, "2 values, which differ by run (-, 2)")
    split = table(evidence(timed(), timed(90.0, load={**LOAD, "batch": "8"})), load=["batch"])
    assert [row.load.get("batch") for row in split.rows] == ["8", None]


def test_single_kinds_of_request_are_left_out() -> None:
    extra = [
        timed(1.0, load={**LOAD, **more})
        for more in ({"request": "GET /a"}, {"tags": "name:x"}, {"counted-by": "sample"})
    ]
    assert one(P95, evidence(timed(load={**LOAD, "request": "all"}), *extra)).value == 80.0


def test_the_project_says_what_makes_an_option() -> None:
    made = table(evidence(timed(), timed(90.0, option=EDGE)), options=["hardware"])
    assert [row.option for row in made.rows] == [{"hardware": "H100"}, {"hardware": "Orin"}]


def test_quality_of_the_option_and_of_the_release() -> None:
    asked = [WantedMeasure(measure="qa/accuracy", title="accuracy")]
    own = counted(900, 1000, measure="qa/accuracy", conditions=EDGE)
    whole = counted(950, 1000, measure="qa/accuracy")
    made = table(evidence(timed(), timed(90.0, option=EDGE)), evidence(own, whole, path="qa.json"), measures=asked)
    cloud, edge = (cell(row, "quality-1") for row in made.rows)
    assert (edge.value, edge.n, edge.comparable) == (0.9, 1000, "yes")
    assert edge.interval is not None
    assert edge.interval.low < 0.9 < edge.interval.high
    assert (cloud.value, cloud.comparable) == (0.95, "unknown")
    assert cloud.why == "the value was measured without saying deployment, hardware, precision"
    assert made.columns[-1].title == "accuracy"


def test_quality_on_other_data_is_not_comparable() -> None:
    asked = [WantedMeasure(measure="qa/accuracy")]
    other = DATA.model_copy(update={"id": "other"})
    found = [
        counted(900, 1000, measure="qa/accuracy", conditions=CLOUD),
        counted(900, 1000, measure="qa/accuracy", conditions=EDGE, dataset=other),
    ]
    made = table(evidence(*found), measures=asked)
    assert [(row.option, row.load) for row in made.rows] == [(CLOUD, {}), (EDGE, {})]
    assert [cell(row, "quality-1").comparable for row in made.rows] == ["yes", "no"]
    assert cell(made.rows[1], "quality-1").why == "on other, not test-set"


def test_quality_under_a_condition() -> None:
    found = [counted(900, 1000, measure="qa/accuracy", conditions={**CLOUD, "language": word}) for word in ("en", "de")]
    asked = [WantedMeasure(measure="qa/accuracy", where={"language": "de"})]
    assert one("quality-1", evidence(*found), measures=asked).value == 0.9
    vague = one("quality-1", evidence(*found), measures=[WantedMeasure(measure="qa/accuracy")])
    assert (vague.state, vague.why) == ("several", "2 values, which differ by language (de, en)")


def test_memory_and_answered_requests() -> None:
    memory = timed(16e9, measure="memory/peak", unit="bytes", quantile=None, load={})
    answered = counted(4990, 5000, measure="vllm-bench/answered", conditions={**CLOUD, **LOAD}, dataset=None)
    (row,) = table(evidence(memory, answered)).rows
    assert (cell(row, "memory").value, cell(row, "memory").unit) == (16e9, "bytes")
    assert (cell(row, "answered").value, cell(row, "answered").interval is not None) == (0.998, True)


def test_cost_by_the_hour() -> None:
    found = one(COST, evidence(rate()), prices=[price(units=2)])
    assert found.value == pytest.approx(3.6 * 2 * 1000 / (20 * 3600))
    assert (found.state, found.unit, found.currency, found.n) == ("computed", "currency", "USD", 5000)
    assert found.formula == "3.6 USD an hour x 2 x 1,000 / (20 requests a second x 3,600)"
    (paid,) = found.prices
    assert (paid.price.source, paid.price.on, paid.days, paid.stale) == ("offer 4711", date(2026, 11, 1), 19, False)
    assert [doubt.split(":")[0] for doubt in found.doubts] == ["at-this-load"]
    assert found.used[0].measure == "vllm-bench/requests-per-second"


def test_a_rate_that_holds_failures_is_the_rate_of_what_was_answered() -> None:
    held = rate(errors=100, n=4900, warnings=("failures-included: 100 failed requests are among them",))
    found = one(COST, evidence(held), prices=[price()])
    assert found.value == pytest.approx(3.6 * 1000 / (20 * 4900 / 5000 * 3600))
    assert "x 5,000 sent / 4,900 answered" in (found.formula or "")


def test_cost_by_tokens() -> None:
    made = evidence(rate(), tokens("input", 1_000_000), tokens("output", 500_000))
    found = one(COST, made, prices=BY_TOKENS)
    assert found.value == pytest.approx((200 * 0.5 + 100 * 1.5) * 1000 / 1e6)
    assert found.formula == (
        "0.5 USD x 1,000,000 input tokens / 5,000 requests x 1,000 / 1,000,000 + "
        "1.5 USD x 500,000 output tokens / 5,000 requests x 1,000 / 1,000,000"
    )
    assert [source.measure for source in found.used] == ["vllm-bench/input-tokens", "vllm-bench/output-tokens"]
    whole = one(COST, made, prices=[price(id="all", amount=1.0, per="million-tokens")])
    assert whole.value == pytest.approx(0.3)


def test_cost_by_the_mean_of_tokens() -> None:
    found = [tokens(side, 100.0, measure=f"inference-perf/{side}-tokens-mean") for side in ("input", "output")]
    assert one(COST, evidence(rate(), *found), prices=BY_TOKENS).value == pytest.approx(0.2)


def test_measured_cost_goes_before_prices() -> None:
    told = timed(0.9, measure="cost/per-1000-requests", unit="currency", quantile=None)
    told = told.model_copy(update={"conditions": {**told.conditions, "currency": "EUR"}})
    found = one(COST, evidence(rate(), told), prices=[price()])
    assert (found.state, found.value, found.currency, found.prices) == ("measured", 0.9, "EUR", ())


def test_costs_in_two_currencies_are_not_comparable() -> None:
    prices = [price(where={"hardware": "H100"}), price(id="orin", currency="EUR", where={"hardware": "Orin"})]
    made = table(evidence(rate(), rate(option=EDGE)), prices=prices)
    assert cell(made.rows[1], COST).why == "in EUR, not USD"


def test_the_price_with_the_most_conditions_is_taken() -> None:
    prices = [price(amount=100.0), price(id="h100", amount=3.6, where={"hardware": "H*", "deployment": "cloud"})]
    made = table(evidence(rate(), rate(option=EDGE)), prices=prices)
    assert [[paid.price.id for paid in cell(row, COST).prices] for row in made.rows] == [["h100"], ["gpu-hour"]]


@pytest.mark.parametrize(
    ("prices", "state", "why"),
    [
        ((), "not-measured", None),
        ((price(where={"hardware": "L4"}),), "not-measured", "none of the declared prices"),
        ((price(), price(id="other")), "several", "gpu-hour, other fit equally well"),
        ((price(), *BY_TOKENS), "several", "fit equally well"),
        ((BY_TOKENS[0],), "not-measured", "no price of output tokens"),
        ((BY_TOKENS[1],), "not-measured", "no price of input tokens"),
        (BY_TOKENS, "not-measured", "no usable count of input and output tokens"),
        ((BY_TOKENS[0], BY_TOKENS[1].model_copy(update={"currency": "EUR"})), "several", "two currencies"),
    ],
)
def test_no_cost_is_invented(prices: tuple[Price, ...], state: str, why: str | None) -> None:
    found = one(COST, evidence(rate()), prices=prices)
    assert (found.state, found.value) == (state, None)
    assert (why or "") in (found.why or "")


def test_no_rate_and_no_usable_tokens_give_no_cost() -> None:
    found = one(COST, evidence(timed()), prices=[price()])
    assert (found.state, "no usable rate" in (found.why or "")) == ("not-measured", True)
    broken = [tokens(side, 100.0, errors=4000) for side in ("input", "output")]
    assert one(COST, evidence(rate(), *broken), prices=BY_TOKENS).value is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"on": "2026-01-01"}, "price-stale: gpu-hour was read on 2026-01-01, 323 days ago"),
        ({"on": "2026-01-01", "until": "2026-11-19"}, "price-ended: gpu-hour held until 2026-11-19"),
        ({"on": "2026-12-01"}, "price-later: gpu-hour was read on 2026-12-01, after 2026-11-20"),
    ],
)
def test_a_stale_price_says_so(changes: dict[str, Any], said: str) -> None:
    found = one(COST, evidence(rate()), prices=[price(**changes)])
    assert (found.doubts[-1], found.prices[0].stale) == (said, True)
    assert found.value is not None


def test_a_price_with_an_end_holds_until_then() -> None:
    assert not one(COST, evidence(rate()), prices=[price(on="2026-01-01", until="2026-11-20")]).prices[0].stale


def test_energy_of_the_gpus() -> None:
    used = timed(50.0, measure="vllm-bench/gpu-energy-per-1000-requests", unit="Wh", quantile=None)
    found = one(ENERGY, evidence(rate(), used))
    assert (found.state, found.value, found.unit) == ("measured", 50.0, "Wh")


def test_energy_of_a_run_needs_to_know_its_requests() -> None:
    def energy(**conditions: str) -> Measurement:
        return timed(2.0, measure="codecarbon/serving/energy", unit="kWh", load=conditions, n=None, quantile=None)

    found = one(ENERGY, evidence(rate()), evidence(energy(requests="10,000"), path="e.csv"))
    assert (found.state, found.value, found.n) == ("computed", 200.0, 10_000)
    assert found.formula == "2,000 Wh x 1,000 / 10,000 requests"
    assert {doubt.split(":")[0] for doubt in found.doubts} == {"requests-stated", "load-not-stated"}
    for odd in ({}, {"requests": "many"}, {"requests": "0"}):
        none = one(ENERGY, evidence(rate()), evidence(energy(**odd), path="e.csv"))
        assert (none.state, none.value) == ("not-measured", None)
        assert "add `requests`" in (none.why or "")
    both = evidence(energy(requests="10", run="1"), energy(requests="20", run="2"), path="e.csv")
    assert one(ENERGY, evidence(rate()), both).state == "several"


def test_a_table_read_back_is_not_compared_with_itself() -> None:
    told = timed(0.9, measure="cost/per-1000-requests", unit="currency", quantile=None)
    back = evidence(told, path="table.json", tool=ToolRef(name="govkit deployments"))
    assert one(COST, evidence(rate()), back).state == "not-measured"


def test_nothing_to_compare_is_said() -> None:
    (note,) = table(evidence(measurement())).notes
    assert note.startswith("no-options")
    (note,) = table(evidence(timed(option={}))).notes
    assert note.startswith("no-conditions")


def test_releases_stand_beside_each_other() -> None:
    found = [evidence(timed(), path="new.json"), evidence(timed(95.0), path="old.json", release="1.0")]
    made = deployments(project(), found, RELEASES, AS_OF, DeploymentRules())
    assert [(row.release, cell(row, P95).value, cell(row, P95).comparable) for row in made.rows] == [
        ("1.0", 95.0, "yes"), ("2.0", 80.0, "yes"),
    ]  # fmt: skip


def test_a_rate_of_samples_is_a_rate() -> None:
    assert one(RATE, evidence(rate(measure="mlperf/samples-per-second"))).value == 20.0


def test_numbers_beyond_all_numbers_are_no_values() -> None:
    assert one(P95, evidence(timed(1e308, unit="s"))).state == "unusable"
    huge = one(COST, evidence(rate(1e-300)), prices=[price(amount=1e300)])
    assert (huge.state, "beyond all numbers" in (huge.why or "")) == ("not-measured", True)
    energy = timed(1e307, measure="energy/inference", unit="kWh", load={"requests": "1"}, quantile=None)
    assert one(ENERGY, evidence(rate()), evidence(energy, path="e.json")).state == "not-measured"


def test_a_cost_in_no_known_currency_says_so() -> None:
    for word in ("", "US dollars \u202e", "x" * 500):
        told = timed(0.9, measure="cost/per-1000-requests", unit="currency", quantile=None)
        told = told.model_copy(update={"conditions": {**told.conditions, "currency": word}})
        found = one(COST, evidence(told))
        assert (found.value, found.currency, found.doubts[0].split(":")[0]) == (0.9, None, "currency-unknown")


def test_energy_of_training_is_not_that_of_answers() -> None:
    load = {"requests": "1000", "activity": "training"}
    energy = timed(2.0, measure="cyclonedx/model/energy", unit="kWh", load=load, quantile=None)
    assert one(ENERGY, evidence(rate()), evidence(energy, path="bom.json")).state == "not-measured"


WORDS = st.text(max_size=12) | st.just("x" * 30_000) | st.sampled_from(["4", "H100", "\x1b[31m", "\u202e", "=1+1"])
NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False)
NAMES = st.sampled_from(
    [
        "latency/p95", "a/request-latency/p95", "b/request-latency/p99", "a/requests-per-second", "a/input-tokens",
        "a/output-tokens-mean", "a/input-tokens-mean", "a/output-tokens", "cost/per-1000-requests", "energy/inference",
        "memory/peak", "a/answered", "qa/accuracy",
    ]
)  # fmt: skip
UNITS = st.sampled_from([None, "ms", "s", "tokens", "requests-per-s", "currency", "kWh", "Wh", "bytes", "proportion"])
KEYS = st.sampled_from(
    ["hardware", "precision", "concurrency", "request-rate", "requests", "currency", "tags", "other"]
)


@st.composite
def anything(draw: st.DrawFn) -> Measurement:
    return measurement(
        draw(NUMBERS), measure=draw(NAMES), unit=draw(UNITS), n=draw(st.none() | st.integers(0, 10**12)),
        conditions=draw(st.dictionaries(KEYS, WORDS, max_size=4)), errors=draw(st.none() | st.integers(0, 10**6)),
    )  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(anything(), max_size=8), st.lists(st.sampled_from([*BY_TOKENS, price()]), max_size=3))
def test_whatever_was_measured_there_is_a_table_without_control_characters(
    found: list[Measurement], prices: list[Price]
) -> None:
    made = table(evidence(*found), prices=prices, measures=[WantedMeasure(measure="qa/accuracy")])
    for row in made.rows:
        for cell in row.cells:
            assert (cell.value is None) == (cell.state not in ("measured", "computed"))
            assert cell.state != "computed" or (cell.formula and cell.used)
    again = DeploymentTable.model_validate_json(made.model_dump_json(by_alias=True))
    assert again.model_dump() == made.model_dump()
    text = deployments_text(made, sources=True)
    assert all(letter.isprintable() or letter == "\n" for letter in text)
    rows = list(csv.reader(io.StringIO(deployments_csv(made))))
    assert len(rows) == 1 + len(made.rows) * len(made.columns)
    assert not any(one.startswith(("=", "+", "@")) for row in rows for one in row)
