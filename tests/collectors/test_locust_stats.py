"""Locust's tables, old and new, and its JSON: what failed is taken off."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from govkit.model.evidence import Measurement, Reading
from tests.collectors.given import read_as, read_sample, refusal, sample, tokens

MIXED = "locust/mixed_2.47.0_stats.csv"
OLD = (
    '"Method","Name","# requests","# failures","Median response time","Average response time",'
    '"Min response time","Max response time","Average Content Size","Requests/s"\n'
    '"GET","/a",100,10,50,60,10,500,1000,9.5\n'
    '"None","Total",100,10,50,60,10,500,1000,9.5\n'
)


def found(reading: Reading, measure: str, request: str = "all") -> Measurement:
    (one,) = (
        one
        for one in reading.measurements
        if one.measure == f"locust/{measure}" and one.conditions["request"] == request
    )
    return one


def entries() -> Any:
    return json.loads(sample("locust/mixed_2.47.0.json").read_text())


def test_a_table_is_read_by_kind_of_request_and_together() -> None:
    reading = read_sample(MIXED)
    one = found(reading, "request-latency/p99")
    answered = found(reading, "answered")
    assert (one.unit, one.quantile, one.n_basis, one.higher_is_better) == ("ms", 0.99, "requests", False)
    assert one.n == answered.successes
    assert one.errors == (answered.n or 0) - (answered.successes or 0)
    assert "failures-included" in tokens(one.warnings)
    assert found(reading, "request-latency/p99", "GET /health").errors == 0
    assert (reading.status, reading.at, reading.model) == ("unknown", None, None)
    assert reading.measurements[-1].conditions == {"request": "all"}


def test_a_run_in_which_most_failed() -> None:
    one = found(read_sample("locust/mostly_failed_stats.csv"), "answered")
    assert (one.successes, one.n) == (603, 2210)


def test_nothing_answered_is_an_error() -> None:
    reading = read_sample("locust/failed_2.47.0_stats.csv")
    assert (reading.status, "failed-run" in tokens(reading.warnings)) == ("error", True)
    assert found(reading, "request-latency/p99").value is None


def test_an_old_table_gives_no_share(tmp_path: Path) -> None:
    reading = read_as(tmp_path, "locust", OLD)
    one = found(reading, "request-latency/p50")
    assert (one.value, one.n, one.errors, one.quantile) == (50, 90, 10, 0.5)
    assert (reading.format_version, "old-counts" in tokens(reading.warnings)) == ("csv before 1.0", True)
    assert not [one for one in reading.measurements if one.measure == "locust/answered"]
    assert read_as(tmp_path, "locust", OLD.replace("\n", "\r\n")).measurements == reading.measurements


def test_cells_without_a_number_are_no_values(tmp_path: Path) -> None:
    text = sample(MIXED).read_text().splitlines()
    cells = text[-1].split(",")
    cells[-2], cells[5] = "N/A", ""
    reading = read_as(tmp_path, "locust", "\n".join([*text[:-1], ",".join(cells)]))
    assert found(reading, "request-latency/mean").value is None
    assert found(reading, "request-latency/p99.99").value is None


def test_the_json_adds_up_to_all_requests() -> None:
    reading = read_sample("locust/mixed_2.47.0.json")
    one = found(reading, "answered")
    assert (one.successes, one.n) == (2469 - 56, 2469)
    mean = found(reading, "request-latency/mean")
    listed = entries()
    assert mean.value == pytest.approx(sum(one["total_response_time"] for one in listed) / 2469)
    assert reading.at is not None
    assert (reading.status, "derived" in tokens(reading.warnings)) == ("complete", True)


def test_quantiles_of_counted_times_are_by_nearest_rank(tmp_path: Path) -> None:
    listed = entries()[:1]
    listed[0] |= {"response_times": {"30": 1, "10": 50, "20": 49}, "num_requests": 100, "num_failures": 0}
    reading = read_as(tmp_path, "locust", listed)
    assert [found(reading, f"request-latency/p{share}").value for share in (50, 95, 99)] == [10, 20, 20]


def test_times_that_do_not_add_up_to_the_requests_give_no_quantile(tmp_path: Path) -> None:
    for odd in ({"10": 99}, {"10": 100, "x": 1}, {"10": "100"}, {"10": 100, "20": None}):
        listed = entries()[:1]
        listed[0] |= {"response_times": odd, "num_requests": 100}
        assert found(read_as(tmp_path, "locust", listed), "request-latency/p99").value is None


def test_requests_without_a_time_are_known(tmp_path: Path) -> None:
    listed = entries()[:1]
    listed[0] |= {"response_times": {"10": 90}, "num_requests": 100, "num_none_requests": 10}
    assert found(read_as(tmp_path, "locust", listed), "request-latency/p99").value == 10


@pytest.mark.parametrize("content", ["a,b\n1,2\n", [], [{"name": "x"}], "Type,Name,Request Count,Failure Count\n"])
def test_other_files_are_refused(content: object, tmp_path: Path) -> None:
    assert refusal(tmp_path, content, "locust").ident in ("unreadable-evidence", "broken-json")


def test_a_row_that_is_cut_off_is_named(tmp_path: Path) -> None:
    error = refusal(tmp_path, OLD[: OLD.rindex(",")], "locust")
    assert (error.line, "3" in error.what) == (3, True)


def test_too_many_kinds_of_request_are_refused(tmp_path: Path) -> None:
    lines = OLD.splitlines()
    assert "group" in refusal(tmp_path, "\n".join([lines[0], *lines[1:2] * 5_001]), "locust").fix
