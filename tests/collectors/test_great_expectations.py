"""Great Expectations: validation results and checkpoint results, old and new."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from govkit.model.evidence import Measurement, Reading
from tests.collectors.given import read_as, read_sample, refusal, sample, tokens

NEW = "great_expectations/validation_1.24.1.json"
OLD = "great_expectations/checkpoint_0.11.8.json"


def result() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(sample(NEW).read_text())
    return document


def read(folder: Path, document: Any) -> Reading:
    return read_as(folder, "great-expectations", document)


def success(reading: Reading) -> Measurement:
    return next(one for one in reading.measurements if one.measure == "great-expectations/success")


def unexpected(reading: Reading) -> dict[tuple[str, str], Measurement]:
    return {
        (one.conditions["expectation"], one.conditions["column"]): one
        for one in reading.measurements
        if one.measure == "great-expectations/unexpected"
    }


def test_a_new_result_gives_k_of_n_expectations() -> None:
    reading = read_sample(NEW)
    one = success(reading)
    assert (one.value, one.successes, one.n, one.n_basis) == (2 / 6, 2, 6, "entries")
    assert one.conditions == {"suite": "training_data"}
    assert one.dataset is not None
    assert one.dataset.id == "train"
    assert (one.dataset.revision or "").startswith("pandas fingerprint ")
    assert reading.tool is not None
    assert reading.tool.version == "1.24.1"
    assert reading.at is not None


def test_an_old_checkpoint_gives_the_result_inside_it() -> None:
    reading = read_sample(OLD)
    one = success(reading)
    assert (one.successes, one.n) == (9, 11)
    assert one.conditions == {"suite": "basic.warning"}
    assert reading.at == datetime(2020, 7, 27, 17, 19, 32, 959193, UTC)
    assert one.place.endswith("/validation_result/statistics")
    assert "~1" in one.place


def test_rows_that_break_an_expectation_are_counted_among_those_that_are_not_empty() -> None:
    found = unexpected(read_sample(NEW))
    between = found["expect_column_values_to_be_between", "age"]
    assert (between.value, between.successes, between.n, between.n_basis) == (0.2, 1, 5, "records")
    assert between.higher_is_better is False
    null = found["expect_column_values_to_not_be_null", "age"]
    assert (null.successes, null.n) == (1, 6)
    assert found["expect_column_values_to_be_unique", "id"].successes == 2


def test_each_expectation_is_met_or_not() -> None:
    met = [one for one in read_sample(NEW).measurements if one.measure == "great-expectations/met"]
    assert [one.value for one in met] == [None, 0.0, 1.0, 0.0, 0.0, 1.0]
    assert tokens(met[0].warnings) == {"not-evaluated"}


def test_an_expectation_that_crashed_is_said() -> None:
    assert tokens(read_sample(NEW).warnings) == {"not-evaluated"}


def test_no_value_of_a_row_is_kept() -> None:
    assert "XX" in sample(NEW).read_text()
    assert "XX" not in read_sample(NEW).model_dump_json()


def test_a_newer_checkpoint_and_a_description_are_read(tmp_path: Path) -> None:
    checkpoint = {"run_results": {"a/b": result(), "c": result()}, "success": False}
    assert len(read(tmp_path, checkpoint).measurements) == 2 * len(read_sample(NEW).measurements)
    rows = [
        {"expectation_type": row["expectation_config"]["type"], "success": row["success"], "result": row["result"]}
        | {"kwargs": row["expectation_config"]["kwargs"]}
        for row in result()["results"]
    ]
    described = {"success": False, "statistics": result()["statistics"], "expectations": rows}
    reading = read(tmp_path, {"validation_results": [described]})
    assert (success(reading).successes, reading.at) == (2, None)
    assert unexpected(reading)["expect_column_values_to_be_between", "age"].value == 0.2


def test_a_percentage_alone_is_converted_and_says_so(tmp_path: Path) -> None:
    document = result()
    document["results"] = [
        {
            "success": False,
            "expectation_config": {"type": "expect_x", "kwargs": {"column": "c"}},
            "result": {"unexpected_percent": 12.5},
        }
    ]
    one = unexpected(read(tmp_path, document))["expect_x", "c"]
    assert (one.value, one.n, one.successes, tokens(one.warnings)) == (0.125, None, None, {"percent-converted"})


def test_counts_that_contradict_each_other_are_not_believed(tmp_path: Path) -> None:
    document = result()
    document["statistics"]["successful_expectations"] = 6
    one = success(read(tmp_path, document))
    assert (one.value, one.successes, tokens(one.warnings)) == (None, None, {"count-conflict"})


def test_nothing_evaluated_is_no_value(tmp_path: Path) -> None:
    document = {**result(), "results": []}
    document["statistics"] = {"evaluated_expectations": 0, "successful_expectations": 0, "success_percent": None}
    one = success(read(tmp_path, document))
    assert (one.value, one.n, tokens(one.warnings)) == (None, 0, {"nothing-to-count"})


@pytest.mark.parametrize("raw", [float("nan"), "12", None, -1, 250, {}, []])
def test_odd_counts_are_no_numbers(raw: Any, tmp_path: Path) -> None:
    document = result()
    document["results"] = document["results"][3:4]
    for key in ("unexpected_count", "element_count", "missing_count", "unexpected_percent"):
        changed = json.loads(json.dumps(document))
        changed["results"][0]["result"][key] = raw
        for one in read(tmp_path, changed).measurements:
            assert one.value is None or 0 <= one.value <= 1


def test_wrong_types_anywhere_do_not_crash(tmp_path: Path) -> None:
    for value in (None, 1, "x", [], [1], {}, {"a": 1}):
        for key in ("meta", "suite_name", "evaluation_parameters"):
            read(tmp_path, {**result(), key: value})
        for key in ("result", "exception_info", "success", "meta"):
            document = result()
            document["results"][1][key] = value
            read(tmp_path, document)


EMPTY = "great_expectations/empty_table_1.9.0.json"


def test_what_holds_of_an_empty_table_holds_by_itself() -> None:
    reading = read_sample(EMPTY)
    one = success(reading)
    assert (one.value, one.successes, one.n) == (0.0, 0, 2)
    assert tokens(one.warnings) == {"nothing-to-count"}
    met = [one for one in reading.measurements if one.measure == "great-expectations/met"]
    assert {one.conditions["expectation"]: one.value for one in met} == {
        "expect_column_values_to_not_be_null": None,
        "expect_column_values_to_be_between": None,
        "expect_column_mean_to_be_between": 0.0,
        "expect_table_row_count_to_be_between": 0.0,
    }
    assert {one.value for one in unexpected(reading).values()} == {None}


def held(**found: Any) -> dict[str, Any]:
    return {"success": True, "expectation_config": {"type": "expect_x", "kwargs": {"column": "c"}}, "result": found}


@pytest.mark.parametrize(
    ("found", "idle"),
    [
        ({"element_count": 6, "missing_count": 6, "unexpected_count": 0}, True),
        ({"element_count": 0, "unexpected_count": 0}, True),
        ({"observed_value": []}, True),
        ({"element_count": 6, "missing_count": 5, "unexpected_count": 0}, False),
        ({"observed_value": 0}, False),
        ({}, False),
    ],
)
def test_an_expectation_about_no_value_counts_for_nothing(found: Any, idle: bool, tmp_path: Path) -> None:
    statistics = {"evaluated_expectations": 2, "successful_expectations": 2}
    document = {**result(), "results": [held(**found), held(observed_value=3)], "statistics": statistics}
    reading = read(tmp_path, document)
    assert (success(reading).successes, success(reading).n) == ((1, 1) if idle else (2, 2))
    met = [one for one in reading.measurements if one.measure == "great-expectations/met"]
    assert [one.value for one in met] == [None if idle else 1.0, 1.0]
    document["results"] = [held(**found)] * 2
    assert success(read(tmp_path, document)).value == (None if idle else 1.0)


def test_results_without_counts_or_without_those_that_hold_are_told(tmp_path: Path) -> None:
    rows = [
        {**row, "result": {}} if "values" in row["expectation_config"]["type"] else row for row in result()["results"]
    ]
    assert "no-counts" in tokens(read(tmp_path, {**result(), "results": rows}).warnings)
    exists = {"success": True, "expectation_config": {"type": "expect_column_to_exist", "kwargs": {}}, "result": {}}
    assert "no-counts" not in tokens(read(tmp_path, {**result(), "results": [exists] * 6}).warnings)
    assert "not-listed" in tokens(read(tmp_path, {**result(), "results": result()["results"][:2]}).warnings)
    assert not {"no-counts", "not-listed"} & tokens(read_sample(NEW).warnings)


def test_expectations_about_the_same_column_are_told_apart(tmp_path: Path) -> None:
    def asked(**more: Any) -> dict[str, str]:
        row = held(element_count=6)
        row["expectation_config"]["kwargs"] |= more
        found = read(tmp_path, {**result(), "results": [row]}).measurements[1].conditions
        return {key: text for key, text in found.items() if key not in ("suite", "expectation")}

    assert asked(mostly=0.8) == {"column": "c", "mostly": "0.8"}
    assert asked(mostly=1) == asked(mostly=1.0) == asked(mostly=None) == {"column": "c"}
    assert asked(row_condition="id<3") == {"column": "c", "rows": "id<3"}
    newer = {"pass_through_filter": "id<3", "type": "pass_through"}
    assert asked(row_condition=newer) == {"column": "c", "rows": "id<3"}
    assert asked(row_condition={"type": "comparison"})["rows"] == "some"
    assert asked(column=None, column_A="a", column_B="b") == {"column": "a, b"}


def test_the_result_of_one_expectation_is_told_to_validate_a_suite(tmp_path: Path) -> None:
    error = refusal(tmp_path, result()["results"][2])
    assert "single expectation" in error.what
    assert "suite" in error.fix
