"""MLPerf LoadGen: what is INVALID has failed, and nanoseconds are not milliseconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from govkit.model.evidence import Reading
from tests.collectors.given import by_measure, read_as, read_sample, refusal, sample, tokens

SERVER = "mlperf/server_v0.5.txt"


def changed(*pairs: tuple[str, str], name: str = SERVER) -> str:
    text = sample(name).read_text()
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


def read(folder: Path, *pairs: tuple[str, str], name: str = SERVER) -> Reading:
    return read_as(folder, "mlperf", changed(*pairs, name=name))


def test_a_valid_server_run() -> None:
    reading = read_sample(SERVER)
    found = by_measure(reading)
    one = found["mlperf/request-latency/p99"]
    assert (one.value, one.unit, one.quantile) == (pytest.approx(12.690343), "ms", 0.99)
    assert found["mlperf/samples-per-second-scheduled"].value == 45169.48
    assert (reading.status, reading.model, reading.config) == ("complete", None, {})
    assert one.conditions == {"scenario": "Server", "request-rate": "45120"}
    assert one.place.startswith("line ")


def test_the_number_of_queries_is_a_least_number() -> None:
    one = by_measure(read_sample(SERVER))["mlperf/request-latency/p99"]
    assert (one.n, one.n_basis, "at-least" in tokens(one.warnings)) == (2_500_000, "requests", True)


def test_queries_that_were_not_enough_are_no_least_number(tmp_path: Path) -> None:
    one = by_measure(read(tmp_path, ("Min queries satisfied : Yes", "Min queries satisfied : NO")))
    assert one["mlperf/request-latency/p99"].n is None
    assert "no-count" in tokens(one["mlperf/request-latency/p99"].warnings)


def test_an_invalid_run_has_failed(tmp_path: Path) -> None:
    reading = read(
        tmp_path, ("Result is : VALID", "Result is : INVALID"), ("duration satisfied : Yes", "duration satisfied : NO")
    )
    assert reading.status == "error"
    (said,) = (one for one in reading.warnings if one.startswith("failed-run"))
    assert "duration satisfied" in said


def test_errors_during_the_test_are_a_failure(tmp_path: Path) -> None:
    text = sample(SERVER).read_text().replace("No errors encountered during test.", "2 ERRORS encountered. See log.")
    assert read_as(tmp_path, "mlperf", text).status == "error"


@pytest.mark.parametrize("text", ["Result is : VALID", "Scenario : Server"])
def test_a_summary_that_does_not_say_is_refused(text: str, tmp_path: Path) -> None:
    error = refusal(tmp_path, sample(SERVER).read_text().replace(text, ""), "mlperf")
    assert (error.ident, "cut off" in error.fix) == ("unreadable-evidence", True)


def test_single_and_multi_stream() -> None:
    single = by_measure(read_sample("mlperf/singlestream_v0.5.txt"))
    assert single["mlperf/request-latency/p90"].conditions == {"scenario": "SingleStream"}
    assert single["mlperf/request-latency/p90"].n == 1024
    old = read_sample("mlperf/multistream_v0.5.txt").measurements
    assert {one.conditions["counted-by"] for one in old} == {"query", "sample"}


def test_early_stopping_tells_how_many_queries_there_were() -> None:
    found = by_measure(read_sample("mlperf/multistream_v3.1.txt"))
    one = found["mlperf/request-latency/p99"]
    assert (one.n, one.warnings) == (276475, ())
    bound = found["mlperf/request-latency-early-stopping/p99"]
    assert bound.value is not None
    assert one.value is not None
    assert bound.value > one.value


def test_language_models_have_times_by_token() -> None:
    reading = read_sample("mlperf/server_llama2_v4.1.txt")
    found = by_measure(reading)
    assert found["mlperf/time-to-first-token/p99.9"].quantile == pytest.approx(0.999)
    assert found["mlperf/time-per-output-token/mean"].value == pytest.approx(143.097, abs=1e-3)
    rates = [one for one in reading.measurements if one.measure == "mlperf/output-tokens-per-second"]
    assert [one.unit for one in rates] == ["tokens-per-s"]


def test_times_of_a_batch_that_is_sent_at_once_are_not_read() -> None:
    reading = read_sample("mlperf/offline_llama2_v4.1.txt")
    assert {one.unit for one in reading.measurements} == {"requests-per-s", "tokens-per-s"}
    assert "offline-times" in tokens(reading.warnings)


def test_one_sample_all_the_time_is_told(tmp_path: Path) -> None:
    reading = read(tmp_path, ("performance_issue_same : false", "performance_issue_same : true"))
    assert "same-sample" in tokens(reading.warnings)


def test_a_number_that_is_none_is_no_value(tmp_path: Path) -> None:
    one = by_measure(read(tmp_path, ("12690343", "12,690,343")))["mlperf/request-latency/p99"]
    assert one.value is None


def test_texts_about_mlperf_are_not_claimed(tmp_path: Path) -> None:
    assert refusal(tmp_path, "notes\non the MLPerf Results Summary\n").ident == "unknown-format"
    assert refusal(tmp_path, "notes", "mlperf").ident == "unreadable-evidence"
    long = sample(SERVER).read_text() + "x : 1\n" * 2_000
    assert refusal(tmp_path, long, "mlperf").ident == "unreadable-evidence"


@pytest.mark.parametrize("path", sorted(sample("mlperf").glob("*.txt")), ids=lambda path: path.stem)
def test_a_summary_that_was_cut_off_is_refused_wherever_it_was(path: Path, tmp_path: Path) -> None:
    text = path.read_text().rstrip()
    end = text.lower().rindex("errors encountered")
    for at in range(0, end, 37):
        refusal(tmp_path, text[:at], "mlperf")
    assert read_as(tmp_path, "mlperf", text).measurements
