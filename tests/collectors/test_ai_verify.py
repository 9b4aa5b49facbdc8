"""AI Verify test results."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govkit.collectors.ai_verify_fairness import Rates
from govkit.model.evidence import Measurement, Reading
from tests.collectors.given import by_measure, read_as, read_sample, refusal, sample, tokens

EXAMPLES = "ai_verify/test_result_examples.json"
ROBUSTNESS = "ai_verify/robustness_output.json"
BLUR = "ai_verify/blur_corruptions_output.json"
ERRORS = "ai_verify/fairness_regression_output.json"


def example() -> dict[str, Any]:
    document: list[dict[str, Any]] = json.loads(sample(EXAMPLES).read_text())
    return document[0]


def enveloped(output: Any, **arguments: Any) -> dict[str, Any]:
    """A result around an output, with the keys of the test engine."""
    told = {"modelFile": "file:///home/ann/m.sav", "testDataset": "/home/ann/d.csv", "modelType": "classification"}
    return {
        "gid": "aiverify.stock.robustness-toolbox",
        "cid": "robustness_toolbox",
        "version": "2.0.0",
        "startTime": "2025-02-03T04:05:06.789",
        "timeTaken": 1.5,
        "testArguments": {**told, **arguments},
        "output": output,
    }


def robust(**more: Any) -> dict[str, Any]:
    figures = {"num_of_perturbed_samples": 250, "org_performance": 0.46, "perturbed_performance": 0.024}
    return {"results": {**figures, "num_of_failed_perturbed_samples": 0, **more}}


def about(reading: Reading, measure: str, **conditions: str) -> Measurement:
    asked = {key.replace("_", "-"): value for key, value in conditions.items()}
    (one,) = [
        found
        for found in reading.measurements
        if found.measure == f"ai-verify/fairness/{measure}" and asked.items() <= found.conditions.items()
    ]
    return one


def test_a_rate_by_group_is_a_share_of_the_class() -> None:
    reading = read_sample(EXAMPLES)
    share = about(reading, "share-of-class/true-positive-rate", output_class="1", gender="0")
    assert (share.value, share.unit, share.higher_is_better, share.n) == (0.32098765432098764, "proportion", None, None)
    assert share.place == "/0/output/results/1/True Positive Rate/0/metric"
    assert not [one for one in reading.measurements if one.measure == "ai-verify/fairness/true-positive-rate"]
    assert "share-of-class" in tokens(reading.warnings)


def test_the_rate_within_a_group_follows_from_two_shares() -> None:
    reading = read_sample(EXAMPLES)
    woman = about(reading, "within-group/true-positive-rate", output_class="1", gender="0")
    assert woman.value == pytest.approx(0.32098765432098764 / (0.32098765432098764 + 0.19675925925925927))
    assert "recomputed" in tokens(woman.warnings)
    missed = about(reading, "within-group/false-negative-rate", output_class="1", gender="0")
    assert (woman.value or 0) + (missed.value or 0) == pytest.approx(1)
    value = about(reading, "within-group/positive-predictive-value", output_class="0", gender="1")
    assert value.value == pytest.approx(0.2522026431718062 / (0.2522026431718062 + 0.24118942731277532))


def test_pairs_of_groups_are_a_ratio_and_a_difference_of_counts() -> None:
    reading = read_sample(EXAMPLES)
    ratio = about(reading, "disparate-impact", output_class="0")
    assert (ratio.value, ratio.unit, ratio.higher_is_better) == (1.0218689431079695, "ratio", None)
    assert (ratio.conditions["group"], ratio.conditions["other-group"]) == ("gender 0", "gender 1")
    assert about(reading, "selection-count-difference", output_class="0").value == 12.0
    assert about(reading, "selection-count-difference", output_class="0").unit == "count"


def test_a_disparate_impact_of_0_may_be_a_division_by_nothing(tmp_path: Path) -> None:
    document = example()
    document["output"]["results"][0]["Disparate Impact"][0]["metric"] = 0
    one = about(read_as(tmp_path, "ai-verify", document), "disparate-impact", output_class="0")
    assert (one.value, tokens(one.warnings)) == (None, {"zero-or-none"})


@given(
    counts=st.lists(
        st.tuples(st.integers(0, 500), st.integers(0, 500)).filter(lambda pair: sum(pair) > 0), min_size=2, max_size=6
    )
)
def test_rates_within_groups_are_those_of_the_counts(counts: list[tuple[int, int]]) -> None:
    whole = sum(map(sum, counts))
    shares = Rates(*({str(i): pair[side] / whole for i, pair in enumerate(counts)} for side in (0, 1)))
    assert shares.kind == "share"
    for key, (hit, missed) in zip(shares.first, counts, strict=True):
        first, second = shares.first[key] or 0, shares.second[key] or 0
        assert first / (first + second) == pytest.approx(hit / (hit + missed))
    rates = Rates(*({str(i): pair[side] / sum(pair) for i, pair in enumerate(counts)} for side in (0, 1)))
    assert rates.kind == "rate"


def test_rates_that_are_already_within_groups_are_not_recomputed(tmp_path: Path) -> None:
    document = example()
    node = document["output"]["results"][0]
    for group, hit in enumerate((0.9, 0.6)):
        node["True Positive Rate"][group]["metric"] = hit
        node["False Negative Rate"][group]["metric"] = 1 - hit
    one = about(
        read_as(tmp_path, "ai-verify", document), "within-group/true-positive-rate", output_class="0", gender="0"
    )
    assert (one.value, one.warnings) == (0.9, ())


@pytest.mark.parametrize("broken", [0.5, float("nan"), "0.17", None])
def test_rates_whose_divisor_cannot_be_told_mean_nothing(broken: Any, tmp_path: Path) -> None:
    document = example()
    document["output"]["results"][0]["True Positive Rate"][0]["metric"] = broken
    reading = read_as(tmp_path, "ai-verify", document)
    one = about(reading, "unclear/true-positive-rate", output_class="0", gender="1")
    assert (one.value, one.unit, tokens(one.warnings)) == (0.19019933554817275, None, {"rate-unclear"})
    assert about(reading, "within-group/true-negative-rate", output_class="0", gender="1").value is not None


def test_an_empty_group_has_no_rate(tmp_path: Path) -> None:
    document = example()
    node = document["output"]["results"][0]
    for rate, left in (("True Positive Rate", 0.4), ("False Negative Rate", 0.6)):
        for group, value in enumerate((0, left)):
            node[rate][group]["metric"] = value
    reading = read_as(tmp_path, "ai-verify", document)
    one = about(reading, "within-group/true-positive-rate", output_class="0", gender="0")
    assert (one.value, "nothing-to-count" in tokens(one.warnings)) == (None, True)


def test_errors_of_groups_of_several_features() -> None:
    reading = read_sample(ERRORS)
    one = about(reading, "group-mae", gender="0", age="18")
    assert (one.value, one.unit, one.n) == (3216.4542620419, None, None)
    assert about(reading, "group-r2", age="21").value == -0.1110011861
    assert {"no-envelope", "no-count", "model-unknown"} == tokens(reading.warnings)


def test_robustness_without_its_envelope_has_no_unit() -> None:
    found = by_measure(read_sample(ROBUSTNESS))
    before, after = (
        found["ai-verify/robustness/original-performance"],
        found["ai-verify/robustness/perturbed-performance"],
    )
    assert (before.value, after.value, before.n, after.n) == (0.46, 0.024, 250, 250)
    assert (after.unit, after.higher_is_better, after.successes) == (None, None, None)
    assert tokens(after.warnings) == {"metric-unknown"}


def test_the_envelope_says_what_performance_is(tmp_path: Path) -> None:
    reading = read_as(tmp_path, "ai-verify", enveloped(robust()))
    one = by_measure(reading)["ai-verify/robustness/perturbed-performance"]
    assert (one.unit, one.higher_is_better, one.successes, one.n) == ("proportion", True, 6, 250)
    assert one.conditions == {"metric": "accuracy"}
    error = read_as(tmp_path, "ai-verify", enveloped(robust(perturbed_performance=31.5), modelType="regression"))
    one = by_measure(error)["ai-verify/robustness/perturbed-performance"]
    assert (one.value, one.unit, one.higher_is_better, one.successes) == (31.5, None, False, None)


def test_rows_that_were_not_perturbed_are_told(tmp_path: Path) -> None:
    reading = read_as(tmp_path, "ai-verify", enveloped(robust(num_of_failed_perturbed_samples=40)))
    found = by_measure(reading)
    assert "not-perturbed" in tokens(found["ai-verify/robustness/perturbed-performance"].warnings)
    assert found["ai-verify/robustness/original-performance"].warnings == ()


def test_a_model_whose_rows_were_all_left_alone_is_not_robust(tmp_path: Path) -> None:
    untouched = robust(num_of_failed_perturbed_samples=250, perturbed_performance=0.46)
    found = by_measure(read_as(tmp_path, "ai-verify", enveloped(untouched)))
    one = found["ai-verify/robustness/perturbed-performance"]
    assert (one.value, one.successes) == (None, None)
    assert tokens(one.warnings) == {"not-perturbed", "nothing-to-count"}
    assert found["ai-verify/robustness/original-performance"].value == 0.46


def test_an_envelope_names_model_data_and_plugin(tmp_path: Path) -> None:
    reading = read_as(tmp_path, "ai-verify", enveloped(robust()))
    assert reading.model is not None
    assert (reading.model.id, reading.format_version) == ("m.sav", "2.0.0")
    assert (reading.at, reading.at_text) == (None, "2025-02-03T04:05:06.789")
    assert reading.measurements[0].dataset is not None
    assert reading.measurements[0].dataset.id == "d.csv"
    assert "home" not in reading.model_dump_json()
    assert read_sample(EXAMPLES).config["plugin"] == "aiverify.stock.fairness-metrics-toolbox-for-classification"


def test_an_output_may_be_json_in_a_string(tmp_path: Path) -> None:
    reading = read_as(tmp_path, "ai-verify", enveloped(json.dumps(robust())))
    one = by_measure(reading)["ai-verify/robustness/perturbed-performance"]
    assert (one.value, one.place) == (0.024, "/output#/results/perturbed_performance")
    broken = read_as(tmp_path, "ai-verify", enveloped('{"results": '))
    assert (broken.status, broken.measurements) == ("error", ())


@pytest.mark.parametrize("left", [{"results": [0]}, {}, None, {"results": []}])
def test_a_plugin_that_failed_left_nothing(left: Any, tmp_path: Path) -> None:
    reading = read_as(tmp_path, "ai-verify", [enveloped(left)])
    assert (reading.status, reading.measurements) == ("error", ())
    assert {"no-result", "no-measurements"} <= tokens(reading.warnings)
    half = read_as(tmp_path, "ai-verify", [enveloped(left), enveloped(robust())])
    assert (half.status, len(half.measurements)) == ("partial", 2)


def test_explanations_are_not_read(tmp_path: Path) -> None:
    reading = read_as(tmp_path, "ai-verify", enveloped({"feature_names": ["a"], "results": {"a": [1, 2]}}))
    assert (reading.status, reading.measurements) == ("complete", ())
    assert "not-read" in tokens(reading.warnings)


def test_a_list_about_several_models_names_them(tmp_path: Path) -> None:
    both = [enveloped(robust()), enveloped(robust(), modelFile="other.sav")]
    reading = read_as(tmp_path, "ai-verify", both)
    assert reading.model is None
    assert {one.conditions["model"] for one in reading.measurements} == {"m.sav", "other.sav"}


def zipped(members: dict[str, Any]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content if isinstance(content, str) else json.dumps(content))
    return packed.getvalue()


@pytest.mark.parametrize("member", ["results.json", "output/results.json"])
def test_the_archive_of_a_result_is_read(member: str, tmp_path: Path) -> None:
    reading = read_as(tmp_path, "ai-verify", zipped({member: enveloped(robust()), "images/0.png": "x"}))
    assert by_measure(reading)["ai-verify/robustness/perturbed-performance"].place.startswith("results.json#/output")
    assert refusal(tmp_path, zipped({"a/results.json": enveloped(robust()), "b/results.json": "{}"})).ident != ""
    assert refusal(tmp_path, zipped({"results.json": "{"}), "ai-verify").ident == "broken-json"
    assert refusal(tmp_path, zipped({"other.json": "{}"})).ident == "unknown-format"


def test_images_are_corrupted_more_and_more() -> None:
    reading = read_sample(BLUR)
    strong = [one for one in reading.measurements if one.conditions["severity"] == "5"]
    assert [(one.value, one.n, one.unit, one.higher_is_better) for one in strong] == [
        (0.1, None, "proportion", True)
    ] * 2
    assert {one.conditions["corruption"] for one in strong} == {"Gaussian_Blur", "Horizontal_Motion_Blur"}
    assert "strength-unknown" in tokens(reading.warnings)


def test_a_severity_comes_with_the_strength_that_somebody_set(tmp_path: Path) -> None:
    reading = read_sample("ai_verify/noise_2.2.1.json")
    found = {one.conditions["severity"]: one.conditions.get("strength") for one in reading.measurements}
    assert found == {
        "0": None,
        "1": "sigma 0.1",
        "2": "sigma 0.2",
        "3": "sigma 0.3",
        "4": "sigma 0.4",
        "5": "sigma 0.5",
    }
    assert "strength-unknown" not in tokens(reading.warnings)
    document = json.loads(sample("ai_verify/noise_2.2.1.json").read_text())
    for odd in ({}, None, [], {"severity5": 3}, {"severity5": {"sigma": {}}}):
        document["output"]["results"][0]["parameter"] = odd
        assert "strength-unknown" in tokens(read_as(tmp_path, "ai-verify", document).warnings)


def test_veritas_concludes_by_its_own_threshold(tmp_path: Path) -> None:
    feature = {
        "fair_threshold": 80,
        "fair_metric_values": {"equal_opportunity": [-0.04, 0.01], "mi": ["NA", "NA"]},
        "fairness_conclusion": "unfair",
    }
    node = {"fairness": {"perf_metric_values": {"balanced_acc": [0.7, 0.01]}, "features": {"sex": feature}}}
    reading = read_as(tmp_path, "ai-verify", enveloped({**node, "transparency": None}))
    found = by_measure(reading)
    assert set(found) == {
        "ai-verify/veritas/performance/balanced_acc",
        "ai-verify/veritas/fairness/equal_opportunity",
        "ai-verify/veritas/concluded-fair",
    }
    accuracy = found["ai-verify/veritas/performance/balanced_acc"]
    assert (accuracy.value, accuracy.unit, accuracy.stderr) == (0.7, None, None)
    assert tokens(accuracy.warnings) == {"second-number"}
    concluded = found["ai-verify/veritas/concluded-fair"]
    assert (concluded.value, concluded.conditions) == (0.0, {"feature": "sex", "threshold": "80"})


@pytest.mark.parametrize(
    "lookalike",
    [
        {"results": [0]},
        {"results": {"org_performance": 1}},
        {"gid": "a", "cid": "b", "output": {}},
        [enveloped(robust()), {"results": {}}],
        [],
        {"output_classes": [0], "results": [{"True Positive Rate": 0.5}]},
    ],
)
def test_lookalikes_are_not_claimed(lookalike: Any, tmp_path: Path) -> None:
    assert refusal(tmp_path, lookalike).ident == "unknown-format"
    assert refusal(tmp_path, lookalike, "ai-verify").ident == "unreadable-evidence"


def test_a_group_of_one_item_has_an_error_and_no_r2() -> None:
    reading = read_sample("ai_verify/fairness_regression_2.2.1.json")
    assert about(reading, "group-mae", race="9").value == 9.1669154874
    one = about(reading, "group-r2", race="9")
    assert (one.value, tokens(one.warnings)) == (None, {"not-a-number"})
    assert about(reading, "group-r2", race="1").value == 0.9999409249
    assert reading.model is not None
    assert (reading.model.id, reading.format_version, reading.config["sensitive_feature"]) == (
        "m_r.sav",
        "2.2.1",
        "race",
    )
