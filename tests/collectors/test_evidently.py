"""Evidently reports, snapshots and test suites."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from govkit.collectors.evidently_drift import DISTANCES, P_VALUES
from govkit.model.evidence import Measurement, Reading
from tests.collectors.given import by_measure, only, read_as, read_sample, refusal, sample, tokens

REPORT = "evidently/report_drift.json"
SNAPSHOT = "evidently/snapshot_drift.json"
CLASSES = "evidently/report_classification.json"
OLD = "evidently/legacy_report.json"
SUITE = "evidently/legacy_suite.json"


def report(*metrics: Any, tests: Any = ()) -> dict[str, Any]:
    """A report since 0.7."""
    return {"metrics": list(metrics), "tests": list(tests)}


def metric(kind: str, value: Any, **params: Any) -> dict[str, Any]:
    """One metric as such a report writes it."""
    named = ",".join(f"{key}={one}" for key, one in params.items())
    config = {"type": f"evidently:metric_v2:{kind}", **params}
    return {"id": "0", "metric_name": f"{kind}({named})", "config": config, "value": value}


def verdict(status: str, **more: Any) -> dict[str, Any]:
    """One test as such a report writes it."""
    return {"id": "lt", "name": "MAE: Less 2.000", "description": "x", "status": status, "test_config": {}, **more}


def read(folder: Path, *metrics: Any, tests: Any = ()) -> Reading:
    return read_as(folder, "evidently", report(*metrics, tests=tests))


def about(reading: Reading, measure: str, **conditions: str) -> Measurement:
    (one,) = [
        found
        for found in reading.measurements
        if found.measure == f"evidently/{measure}" and conditions.items() <= found.conditions.items()
    ]
    return one


def test_the_method_says_which_way_drift_lies() -> None:
    reading = read_sample(REPORT)
    normed = about(reading, "drift/distance", column="sepal_length")
    assert (normed.value, normed.higher_is_better, normed.unit) == (1.5831980147535998, False, None)
    assert normed.conditions == {"column": "sepal_length", "method": "wasserstein", "threshold": "0.1"}
    assert about(reading, "drift/p-value", column="petal_width").higher_is_better is True
    assert about(reading, "drift/p-value", column="sepal_width").value == 0.001
    assert (normed.n, normed.n_basis, normed.successes) == (75, "items", None)
    assert "drift-only" in tokens(reading.warnings)
    assert reading.method == "TEST"


def test_a_report_and_its_snapshot_give_the_same_values() -> None:
    found, same = read_sample(REPORT), read_sample(SNAPSHOT)
    keep = ("measure", "value", "unit", "n", "higher_is_better", "conditions", "successes", "quantile")
    assert [one.model_dump(include=set(keep)) for one in found.measurements] == [
        one.model_dump(include=set(keep)) for one in same.measurements
    ]
    assert (found.at_text, same.at, same.at_text) == (None, None, "2026-11-25T20:43:08.990578")
    assert "no-date" in tokens(found.warnings)
    assert "no-date" not in tokens(same.warnings)


@pytest.mark.parametrize("name", [REPORT, SNAPSHOT, CLASSES, OLD, SUITE, "evidently/snapshot_classification.json"])
def test_every_place_leads_to_its_value(name: str) -> None:
    whole = json.loads(sample(name).read_text())
    places = [(one.place, one.value, one.measure) for one in read_sample(name).measurements]
    for place, value, measure in places:
        found: Any = whole
        for key in place.split("/")[1:]:
            found = found[int(key)] if isinstance(found, list) else found.get(key)
        computed = ("tests/passed", "tests/met", "distinct-values", "drifted-columns", "drift/detected")
        assert found == value or measure.endswith(computed)


def test_unknown_methods_have_no_direction(tmp_path: Path) -> None:
    for method in ({"method": "our own p_value"}, {}):
        one = only(read(tmp_path, metric("ValueDrift", 0.01, column="a", **method)))
        assert (one.measure, one.higher_is_better, one.value) == ("evidently/drift/score", None, 0.01)
        assert "drift-direction-unknown" in tokens(one.warnings)


def test_no_method_is_both_a_p_value_and_a_distance(tmp_path: Path) -> None:
    assert not P_VALUES & DISTANCES
    for method in P_VALUES:
        one = only(read(tmp_path, metric("ValueDrift", 1.5, column="a", method=method)))
        assert (one.value, tokens(one.warnings)) == (None, {"bad-value"})
    for method in DISTANCES:
        assert only(read(tmp_path, metric("ValueDrift", 1.5, column="a", method=method))).value == 1.5


def test_the_share_of_drifted_columns_has_no_successes(tmp_path: Path) -> None:
    one = only(read(tmp_path, metric("DriftedColumnsCount", {"count": 2.0, "share": 0.25}, drift_share=0.5)))
    assert (one.measure, one.value, one.unit) == ("evidently/drift/drifted-columns", 0.25, "proportion")
    assert (one.n, one.n_basis, one.successes, one.higher_is_better) == (8, "fields", None, False)
    none = only(read(tmp_path, metric("DriftedColumnsCount", {"count": 0.0, "share": 0.0})))
    assert (none.value, none.n) == (0.0, None)
    odd = only(read(tmp_path, metric("DriftedColumnsCount", {"count": 2.0, "share": 0.3})))
    assert (odd.value, tokens(odd.warnings)) == (None, {"count-conflict"})


def test_rates_that_divide_by_a_part_of_the_rows_have_no_n(tmp_path: Path) -> None:
    reading = read(tmp_path, metric("RowCount", 200.0), metric("Precision", 0.9), metric("F1Score", 0.8))
    assert (about(reading, "classification/precision").n, about(reading, "classification/f1").n) == (None, 200)
    assert "count-of-rows" in tokens(reading.warnings)


def test_accuracy_is_k_of_n_only_when_it_fits(tmp_path: Path) -> None:
    fits = about(read(tmp_path, metric("RowCount", 200.0), metric("Accuracy", 0.905)), "classification/accuracy")
    assert (fits.n, fits.successes) == (200, 181)
    odd = about(read(tmp_path, metric("RowCount", 200.0), metric("Accuracy", 0.9051)), "classification/accuracy")
    assert (odd.value, odd.n, odd.successes, tokens(odd.warnings)) == (0.9051, None, None, {"count-conflict"})
    alone = about(read(tmp_path, metric("Accuracy", 0.905)), "classification/accuracy")
    assert (alone.n, alone.successes) == (None, None)


def test_values_by_label_keep_their_label() -> None:
    reading = read_sample(CLASSES)
    assert about(reading, "classification/f1", label="0").value == 0.9014084507042254
    assert {one.measure for one in reading.measurements if one.higher_is_better is False} == {
        "evidently/classification/log-loss",
        "evidently/classification/fpr",
        "evidently/classification/fnr",
    }


def test_means_come_with_their_deviation() -> None:
    found = by_measure(read_sample("evidently/report_regression.json"))
    assert (found["evidently/regression/mae"].value, found["evidently/regression/mae"].n) == (0.15643418268713546, 80)
    assert found["evidently/regression/mae-deviation"].value == 0.11159624520720078
    assert found["evidently/regression/mae"].stderr is None
    assert found["evidently/regression/mape"].unit == "percent"
    assert "near-zero" in tokens(found["evidently/regression/mape"].warnings)
    deviation = found["evidently/regression/mape-deviation"]
    assert (deviation.unit, tokens(deviation.warnings)) == ("ratio", {"not-percent"})
    assert found["evidently/regression/mean-error"].higher_is_better is None


def test_shares_of_missing_values(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        metric("RowCount", 80.0),
        metric("MissingValueCount", {"count": 20.0, "share": 0.25}, column="a"),
        metric("MissingValueCount", {"count": 0.0, "share": 0.0}, column="b"),
        metric("MeanValue", 3.5, column="a"),
        metric("DatasetMissingValueCount", {"count": 120.0, "share": 1.5}),
        metric("InRangeValueCount", {"count": 30.0, "share": 0.5}, column="a", left=0, right=1),
    )
    a = about(reading, "data/missing-values", column="a")
    assert (a.value, a.n, a.successes, a.higher_is_better) == (0.25, 80, 20, False)
    b = about(reading, "data/missing-values", column="b")
    assert (b.value, b.n, b.successes) == (0.0, 80, 0)
    assert about(reading, "data/mean", column="a").n == 60
    per_row = about(reading, "data/missing-values-per-row")
    assert (per_row.value, per_row.unit, per_row.successes) == (1.5, None, None)
    assert tokens(per_row.warnings) == {"not-a-share"}
    ranged = about(reading, "data/in-range")
    assert (ranged.n, ranged.successes, ranged.conditions["right"]) == (60, 30, "1")


def test_values_of_columns_are_counted_and_not_copied(tmp_path: Path) -> None:
    value = {"counts": {"Ann Lee": 3.0, "Bo": 0.0}, "shares": {"Ann Lee": 1.0, "Bo": 0.0}}
    reading = read(tmp_path, metric("UniqueValueCount", value, column="name"))
    assert only(reading).value == 1
    assert "Ann Lee" not in reading.model_dump_json()


def test_a_metric_by_group_names_its_group(tmp_path: Path) -> None:
    inner = {"type": "evidently:metric_v2:MAE", "regression_name": "default"}
    grouped = metric("GroupByMetric", {"mean": 2.0, "std": 1.0}, metric=inner, column_name="sex", label="f")
    reading = read(tmp_path, metric("RowCount", 80.0), grouped)
    one = about(reading, "regression/mae")
    assert (one.value, one.n, one.conditions) == (2.0, None, {"group": "sex=f"})


def test_a_quantile_is_one(tmp_path: Path) -> None:
    reading = read(
        tmp_path, metric("QuantileValue", 7.26, column="a", quantile=0.9), metric("MedianValue", 5, column="a")
    )
    assert about(reading, "data/quantile").quantile == 0.9
    assert about(reading, "data/median").quantile == 0.5


def test_reports_of_the_first_0_7_name_their_parameters_in_one_text(tmp_path: Path) -> None:
    old = {"id": "0", "metric_id": "ValueDrift(column=a,b,method=K-S p_value,threshold=0.05)", "value": 0.2}
    one = only(read_as(tmp_path, "evidently", report(old)))
    assert (one.measure, one.higher_is_better) == ("evidently/drift/p-value", True)
    assert one.conditions == {"column": "a,b", "method": "K-S p_value", "threshold": "0.05"}


def test_unknown_metrics_are_read_without_meaning(tmp_path: Path) -> None:
    one = only(read(tmp_path, metric("OurScore", 0.4, column="a")))
    assert (one.measure, one.unit, one.higher_is_better) == ("evidently/other/OurScore", None, None)
    assert tokens(one.warnings) == {"unknown-metric"}


def test_tables_and_missing_results_are_told(tmp_path: Path) -> None:
    table = metric("NDCG", {"rank": {"0": 1}, "value": {"0": 0.5}}, k=1)
    reading = read(tmp_path, table, {}, metric("RowCount", 3))
    assert (reading.status, len(reading.measurements)) == ("partial", 1)
    assert {"not-read", "missing-results"} <= tokens(reading.warnings)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "0.5", None, [], True])
def test_what_is_no_number_has_no_value(value: Any, tmp_path: Path) -> None:
    for kind in ("Accuracy", "ValueDrift", "RowCount"):
        one = only(read(tmp_path, metric(kind, value, column="a", method="psi")))
        assert (one.value, tokens(one.warnings) & {"not-a-number"}) == (None, {"not-a-number"})


def test_only_success_is_a_pass(tmp_path: Path) -> None:
    params = {"metric_id": "0", "params": {"type": "evidently:metric_v2:MAE"}}
    tests = [
        verdict(status, metric_config=params) for status in ("SUCCESS", "FAIL", "WARNING", "ERROR", "SKIPPED", "OK")
    ]
    reading = read(tmp_path, metric("RowCount", 3), tests=tests)
    passed = about(reading, "tests/passed")
    assert (passed.n, passed.successes, passed.value, passed.planned, passed.errors) == (3, 1, 1 / 3, 6, 3)
    assert {"not-evaluated", "test-warnings"} == tokens(passed.warnings)
    met = [one.value for one in reading.measurements if one.measure == "evidently/tests/met"]
    assert met == [1.0, 0.0, 0.0, None, None, None]
    none = about(read(tmp_path, metric("RowCount", 3), tests=tests[3:]), "tests/passed")
    assert (none.value, none.n, none.successes) == (None, 0, None)


def test_a_test_says_what_it_looked_at() -> None:
    reading = read_sample("evidently/report_regression.json")
    one = about(reading, "tests/met", metric="MAE")
    assert (one.value, one.conditions["test"], one.conditions["part"]) == (0.0, "LessThanMetricTest", "mean")
    assert about(reading, "tests/passed").successes == 2


def test_a_snapshot_names_its_model() -> None:
    reading = read_sample("evidently/snapshot_classification.json")
    assert reading.model is not None
    assert (reading.model.id, reading.model.revision_kind) == ("bc-logreg-1", "unknown")
    assert "model-unknown" not in tokens(reading.warnings)
    assert "model-unknown" in tokens(read_sample(REPORT).warnings)


def test_a_report_before_0_7_states_its_verdicts() -> None:
    reading = read_sample(OLD)
    assert (reading.format_version, reading.at, reading.at_text) == ("0.7.23", None, "2026-11-25 20:43:14.138660")
    assert about(reading, "drift/detected", column="target").value == 1.0
    psi = about(reading, "drift/distance", column="sepal_length")
    assert (psi.value, psi.conditions["method"], psi.higher_is_better) == (3.3151486775047108, "PSI", False)
    share = about(reading, "drift/drifted-columns")
    assert (share.value, share.n) == (1.0, 5)
    assert about(reading, "data/rows-with-missing-values").n == 75


def test_the_confusion_matrix_counts_the_rows() -> None:
    reading = read_sample("evidently/legacy_classification.json")
    (whole,) = [one for one in reading.measurements if one.measure.endswith("/accuracy")]
    assert (whole.n, whole.successes) == (150, 139)
    recall = about(reading, "classification/recall", label="0")
    assert (recall.value, recall.n) == (0.88, 50)
    assert about(reading, "classification/precision", label="0").n is None
    assert all(one.value is not None for one in reading.measurements)


def test_scores_of_a_test_suite_are_rounded() -> None:
    reading = read_sample(SUITE)
    assert about(reading, "tests/passed").successes == 2
    share = about(reading, "drift/drifted-columns")
    assert (share.value, share.n, share.successes) == (1.0, 5, None)
    one = about(reading, "drift/p-value", column="target")
    assert tokens(one.warnings) == {"rounded"}
    failed = read_sample("evidently/legacy_suite_regression.json")
    assert (about(failed, "tests/passed").n, about(failed, "tests/passed").errors) == (4, 1)


def test_a_suite_that_lost_tests_is_partial(tmp_path: Path) -> None:
    document = json.loads(sample(SUITE).read_text())
    document["tests"].pop()
    reading = read_as(tmp_path, "evidently", document)
    assert (reading.status, "missing-results" in tokens(reading.warnings)) == ("partial", True)


@pytest.mark.parametrize(
    "lookalike",
    [
        {"metrics": [{"metric": "accuracy", "result": {"value": 1}}]},
        {"metrics": [{"metric_name": "RowCount()"}], "tests": []},
        {"metrics": [{"name": "accuracy", "value": 1}], "tests": []},
        {"tests": [{"name": "a", "status": "SUCCESS", "group": "b"}]},
        {"metrics": [{}], "tests": []},
        {"metrics": [], "tests": []},
    ],
)
def test_lookalikes_are_not_claimed(lookalike: Any, tmp_path: Path) -> None:
    assert refusal(tmp_path, lookalike).ident == "unknown-format"
    assert refusal(tmp_path, lookalike, "evidently").ident == "unreadable-evidence"


def test_a_saved_suite_before_0_7_is_refused_with_a_way_out(tmp_path: Path) -> None:
    saved = {"id": "1", "suite": {}, "metrics_ids": [], "test_ids": [], "timestamp": "2024-01-01"}
    error = refusal(tmp_path, saved)
    assert "`.save()`" in error.what
    assert ".json()" in error.fix


def test_shares_of_one_column_before_0_7_are_read_as_those_since() -> None:
    reading = read_sample("evidently/legacy_columns.json")
    missing = about(reading, "data/missing-values", column="inc")
    assert (missing.value, missing.n, missing.successes, missing.higher_is_better) == (0.05, 200, 10, False)
    ranged = about(reading, "data/in-range", column="age")
    assert (ranged.value, ranged.n, ranged.successes) == (0.735, 200, 147)
    assert (ranged.conditions["left"], ranged.conditions["right"]) == ("0", "50")
    listed = about(reading, "data/in-list", values="a, b")
    assert (listed.value, listed.n, listed.successes, listed.place) == (
        0.605,
        200,
        121,
        "/metrics/3/result/current/share_in_list",
    )
    quantile = about(reading, "data/quantile")
    assert (quantile.value, quantile.quantile) == (54.00145362395718, 0.9)
    assert "not-read" not in tokens(reading.warnings)


def test_a_share_that_is_not_that_of_its_count_rests_on_no_rows(tmp_path: Path) -> None:
    text = (
        sample("evidently/legacy_columns.json").read_text().replace('"number_in_range": 147', '"number_in_range": 14')
    )
    one = about(read_as(tmp_path, "evidently", text), "data/in-range")
    assert (one.value, one.n, one.successes, tokens(one.warnings)) == (0.735, None, None, {"count-conflict"})


def test_an_accuracy_of_all_rows_says_that_some_may_have_no_target(tmp_path: Path) -> None:
    """Of 100 rows with 20 empty targets Evidently 0.7.23 gives the accuracy over 80, and nothing tells."""
    reading = read(tmp_path, metric("RowCount", 100.0), metric("Accuracy", 0.75))
    assert (about(reading, "classification/accuracy").successes, about(reading, "classification/accuracy").n) == (
        75,
        100,
    )
    assert "count-of-rows" in tokens(reading.warnings)
    counted = read(
        tmp_path, metric("RowCount", 100.0), metric("MissingValueCount", {"count": 5, "share": 0.05}, column="a")
    )
    assert "count-of-rows" not in tokens(counted.warnings)


def test_rows_a_model_was_tried_on_are_a_sample_and_rows_of_data_are_all_there_are() -> None:
    reading = read_sample("evidently/legacy_classification.json")
    bases = {(m.measure.split("/")[1], m.n_basis) for m in reading.measurements if m.n is not None}
    assert ("classification", "items") in bases
    assert bases <= {("classification", "items"), ("data", "records"), ("drift", "fields"), ("drift", "items")}
