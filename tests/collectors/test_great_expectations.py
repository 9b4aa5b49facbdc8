"""Great Expectations: validation results and checkpoint results, old and new."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from govkit.model.evidence import Measurement, Reading
from tests.collectors.given import read_as, read_sample, sample, tokens

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
