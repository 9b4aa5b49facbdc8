"""JUnit XML: cases are counted one by one, and what is no pass is not counted as one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from govkit.collectors import registry
from govkit.collectors.values import item_key
from govkit.model.evidence import Reading
from tests.collectors.given import by_measure, read_as, read_sample, refusal, sample, tokens, written

PYTEST = "junit/pytest_junit.fail.xml"
NEW = "junit/pytest_9.2.0.xml"
FLAKY = "junit/surefire_flaky.xml"
DISABLED = "junit/disabled.xml"


def read(folder: Path, xml: str) -> Reading:
    return read_as(folder, "junit", xml)


def suite(*cases: str, **attributes: object) -> str:
    stated = " ".join(f'{key}="{value}"' for key, value in {"name": "s", "time": "1", **attributes}.items())
    return f"<testsuite {stated}>{''.join(cases)}</testsuite>"


def case(inside: str = "", name: str = "t", **attributes: str) -> str:
    stated = " ".join(f'{key}="{value}"' for key, value in attributes.items())
    return f'<testcase classname="c" name="{name}" {stated}>{inside}</testcase>'


def counts(reading: Reading, prefix: str = "junit") -> dict[str, float | None]:
    words = ("passed-share", "failures", "errors", "skipped", "flaky")
    found = by_measure(reading)
    return {word: found[f"{prefix}/{word}"].value for word in words if f"{prefix}/{word}" in found}


def test_the_tests_that_ran_are_counted_one_by_one() -> None:
    reading = read_sample(PYTEST)
    one = by_measure(reading)["junit/pytest/passed-share"]
    assert (one.value, one.successes, one.n, one.n_basis) == (3 / 4, 3, 4, "items")
    assert (one.unit, one.higher_is_better, one.place) == ("proportion", True, "/testsuites[1]/testsuite[1]")
    assert by_measure(reading)["junit/passed-share"].place == "/"
    assert counts(reading) == {"passed-share": 0.75, "failures": 1, "errors": 0, "skipped": 1}
    skipped = by_measure(reading)["junit/pytest/skipped"]
    assert (skipped.n, skipped.unit, skipped.higher_is_better) == (5, "count", None)
    assert by_measure(reading)["junit/failures"].higher_is_better is False
    assert tokens(reading.warnings) == {"skipped-tests"}
    assert reading.status == "unknown"


def test_a_time_without_a_zone_keeps_its_words() -> None:
    reading = read_sample(PYTEST)
    assert (reading.at, reading.at_text) == (None, "2020-09-04T16:18:04.966371")
    assert read_sample(NEW).at == datetime(2026, 11, 25, 20, 30, 25, 950969, UTC)


def test_scores_of_single_tests_are_kept_by_hash_for_both_releases() -> None:
    reading = read_sample(PYTEST)
    whole, alone = reading.samples
    assert (whole.measure, alone.measure) == ("junit/passed-share", "junit/pytest/passed-share")
    assert whole.scores == alone.scores
    assert sorted(whole.scores.values()) == [0, 1, 1, 1]
    assert whole.scores[item_key("junit", "test.test_spark.SparkTests", "test_rsh_events")] == 0
    assert "test_rsh_events" not in reading.model_dump_json()


def test_no_message_output_host_or_property_is_kept(tmp_path: Path) -> None:
    properties = '<properties><property name="p" value="SECRETVALUE"/></properties>'
    text = read(tmp_path, suite(properties, case(properties), hostname="HOSTNAME")).model_dump_json()
    assert not [word for word in ("SECRETVALUE", "HOSTNAME") if word in text]
    for name in (PYTEST, NEW, FLAKY):
        text = read_sample(name).model_dump_json()
        assert not [word for word in ("AssertionError", "Saturn", "Supported", "/home/ada") if word in text]


def test_passing_when_run_again_is_no_pass() -> None:
    reading = read_sample(FLAKY)
    one = by_measure(reading)["junit/example.ExampleTests/passed-share"]
    assert (one.value, one.successes, one.n) == (0, 0, 4)
    assert counts(reading) == {"passed-share": 0, "failures": 1, "errors": 1, "skipped": 0, "flaky": 2}
    assert tokens(reading.warnings) == {"reruns", "count-conflict"}
    assert "says that it has 2 tests, and lists 4" in " ".join(reading.warnings)


def test_tests_disabled_by_a_word_alone_are_not_passes() -> None:
    reading = read_sample(DISABLED)
    assert counts(reading) == {"passed-share": 6 / 25, "failures": 18, "errors": 1, "skipped": 5}
    assert counts(reading, "junit/factorial") == {"passed-share": 6 / 12, "failures": 5, "errors": 1, "skipped": 5}
    assert counts(reading, "junit/failing_checks")["passed-share"] == 0
    assert len(reading.samples) == 3
    # The file says 31 tests and 19 failures, and lists one less of both.
    assert (reading.status, tokens(reading.warnings)) == ("partial", {"count-conflict", "skipped-tests"})
    assert "'failing_checks' says that it has 14 tests, and lists 13" in " ".join(reading.warnings)


def test_a_crash_written_as_a_test_counts_as_an_error() -> None:
    assert counts(read_sample("junit/bazel_suite-logs.xml")) == {
        "passed-share": 0, "failures": 0, "errors": 1, "skipped": 0,
    }  # fmt: skip


def test_expected_failures_and_files_that_do_not_load_are_told() -> None:
    reading = read_sample(NEW)
    one = by_measure(reading)["junit/pytest/passed-share"]
    assert (one.successes, one.n, one.unscored) == (2, 5, 1)
    assert counts(reading) == {"passed-share": 0.4, "failures": 1, "errors": 2, "skipped": 1}
    assert reading.status == "partial"
    assert tokens(reading.warnings) == {"failed-run", "skipped-tests", "expected-failures"}


def test_a_crash_of_the_runner_is_an_error_whatever_else_stands_there(tmp_path: Path) -> None:
    internal = '<testcase classname="pytest" name="internal"><error message="internal error"/></testcase>'
    assert read(tmp_path, suite(case(), internal)).status == "error"


def test_more_tests_stated_than_listed_is_a_part_of_a_report(tmp_path: Path) -> None:
    reading = read(tmp_path, suite(case(), tests=3))
    assert (reading.status, tokens(reading.warnings)) == ("partial", {"count-conflict"})
    listed = read(tmp_path, f"<testsuites tests='2'>{suite(case(), case(name='u'), tests=2)}</testsuites>")
    assert (listed.status, listed.warnings) == ("unknown", ())


def test_a_suite_without_cases_gives_no_value(tmp_path: Path) -> None:
    reading = read(tmp_path, '<testsuites><testsuite name="pytest" errors="0" failures="1" tests="6"/></testsuites>')
    assert {one.value for one in reading.measurements} == {None}
    assert reading.status == "partial"
    assert {"no-measurements", "count-conflict"} <= tokens(reading.warnings)


def test_a_suite_of_which_everything_was_skipped_gives_no_share(tmp_path: Path) -> None:
    one = by_measure(read(tmp_path, suite(case("<skipped/>"))))["junit/s/passed-share"]
    assert (one.value, one.n, one.successes, tokens(one.warnings)) == (None, 0, None, {"nothing-to-count"})


@pytest.mark.parametrize(
    ("xml", "word"),
    [
        (case(), "passed"),
        (case(status="run", result="completed"), "passed"),
        (case("<failure/>"), "failed"),
        (case("<failure/><skipped/>"), "failed"),
        (case("<skipped/>", status="failed"), "skipped"),
        (case(status="FAILED"), "failed"),
        (case("<error/>"), "errored"),
        (case(status="notrun", result="suppressed"), "skipped"),
        (case(status="run", result="skipped"), "skipped"),
        (case("<flakyError/>"), "flaky"),
        (case("<rerunFailure/>"), "flaky"),
        (case("<system-out>x</system-out><properties/>"), "passed"),
        (case("<properties><failure/></properties>"), "passed"),
        (case(status="inconclusive"), "unclear"),
        (case("<inconclusive/>"), "unclear"),
        (case("<skipped message='xfail-marked test passes unexpectedly'/>"), "expected"),
    ],
)
def test_what_became_of_a_test(xml: str, word: str, tmp_path: Path) -> None:
    reading = read(tmp_path, suite(xml))
    found = counts(reading)
    one = by_measure(reading)["junit/s/passed-share"]
    assert (one.successes == 1) == (word == "passed")
    assert (found["failures"], found["errors"], found["skipped"]) == tuple(
        float(word == outcome) for outcome in ("failed", "errored", "skipped")
    )
    assert found.get("flaky", 0) == (word == "flaky")
    assert one.unscored == (word in ("unclear", "expected"))
    assert ("unclear-outcome" in tokens(reading.warnings)) == (word == "unclear")


def test_suites_inside_suites_are_named_by_their_path_and_counted_once(tmp_path: Path) -> None:
    inner = suite(case(name="a"), case("<failure/>", name="b"), name="inner", tests=2)
    reading = read(tmp_path, suite(case(name="c"), inner, name="outer", tests=3))
    assert counts(reading)["passed-share"] == 2 / 3
    assert counts(reading, "junit/outer")["passed-share"] == 1
    assert counts(reading, "junit/outer/inner")["passed-share"] == 0.5
    assert by_measure(reading)["junit/outer/inner/failures"].place == "/testsuite[1]/testsuite[1]"
    assert reading.warnings == ()


def test_suites_of_one_name_are_counted_together_and_it_is_said(tmp_path: Path) -> None:
    reading = read(tmp_path, f"<testsuites>{suite(case())}{suite(case('<failure/>', name='u'))}</testsuites>")
    assert counts(reading, "junit/s")["passed-share"] == 0.5
    assert tokens(reading.warnings) == {"merged-suites"}


def test_a_namespace_changes_nothing(tmp_path: Path) -> None:
    xml = '<j:testsuite xmlns:j="urn:j" tests="1"><j:testcase name="a"><j:failure/></j:testcase></j:testsuite>'
    assert registry.identify(written(tmp_path, xml), "e").format == "junit"
    assert counts(read(tmp_path, xml))["failures"] == 1


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_report_is_refused_with_its_line(share: float, tmp_path: Path) -> None:
    content = sample(PYTEST).read_bytes()
    error = refusal(tmp_path, content[: int(len(content) * share)])
    assert (error.ident, error.line > 0) == ("broken-xml", True)
    assert "again" in error.fix


@pytest.mark.parametrize(
    "document_type",
    [
        '<!DOCTYPE a [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_entities_and_document_types_are_refused(document_type: str, tmp_path: Path) -> None:
    error = refusal(tmp_path, f"{document_type}{suite(case())}", "junit")
    assert error.ident == "unsafe-xml"


def test_nesting_beyond_reason_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "<testsuite tests='1'>" * 5000, "junit").ident == "broken-xml"


def test_a_plan_of_tests_is_not_a_run(tmp_path: Path) -> None:
    plan = '<testsuite name="p"><testcase internalid="7" name="a"><summary>x</summary></testcase></testsuite>'
    assert refusal(tmp_path, plan).ident == "unknown-format"
    bare = "<testsuites><testsuite><testcase/><testcase><skipped/></testcase></testsuite></testsuites>"
    assert "was run" in refusal(tmp_path, bare).what


@pytest.mark.parametrize("xml", ["<testrun/>", "<html><testsuite/></html>", "<test-run/>", "<assemblies/>", "<a"])
def test_other_xml_is_not_claimed(xml: str, tmp_path: Path) -> None:
    assert refusal(tmp_path, xml).ident == "unknown-format"
    assert refusal(tmp_path, xml, "junit").ident in ("unreadable-evidence", "broken-xml")


def test_many_cases_are_read_in_pieces(tmp_path: Path) -> None:
    cases = "".join(f'<testcase name="{index}"/>' for index in range(20_000))
    reading = read(tmp_path, suite(cases, tests=20_000))
    assert (by_measure(reading)["junit/passed-share"].n, reading.warnings) == (20_000, ())


def test_a_test_that_ctest_could_not_run_is_an_error_and_not_skipped() -> None:
    reading = read_sample("junit/ctest_4.4.5.xml")
    assert counts(reading) == {"passed-share": 0.4, "failures": 2, "errors": 1, "skipped": 2}


def test_a_failing_test_marked_as_to_do_is_unscored() -> None:
    reading = read_sample("junit/node_20.xml")
    whole = by_measure(reading)["junit/passed-share"]
    assert (whole.successes, whole.n, whole.unscored) == (2, 3, 1)
    assert counts(reading)["skipped"] == 1


def test_what_playwright_expects_to_fail_is_unscored_and_what_is_flaky_no_pass() -> None:
    reading = read_sample("junit/playwright_1.65.xml")
    whole = by_measure(reading)["junit/passed-share"]
    assert (whole.successes, whole.n, whole.unscored) == (1, 4, 1)
    assert counts(reading) == {"passed-share": 0.25, "failures": 1, "errors": 1, "skipped": 2, "flaky": 1}


def test_an_expected_failure_of_unittest_is_unscored() -> None:
    whole = by_measure(read_sample("junit/xmlrunner.xml"))["junit/passed-share"]
    assert (whole.successes, whole.n, whole.unscored) == (1, 5, 1)


def test_subtests_that_passed_are_counted_by_pytest_and_not_listed() -> None:
    reading = read_sample("junit/pytest_9.2.0_subtests.xml")
    assert (reading.status, counts(reading)["failures"]) == ("unknown", 1)
    assert "by its own count the others passed" in reading.warnings[0]


@pytest.mark.parametrize("stated", [{"failures": 1}, {"failures": 2, "errors": 0, "skipped": 0}, {}])
def test_tests_that_are_missing_and_may_have_failed_make_a_run_partial(stated: dict[str, int], tmp_path: Path) -> None:
    reading = read(tmp_path, suite(case("<failure/>"), case(name="u"), tests=3, **stated))
    assert reading.status == "partial"


def test_another_property_is_no_expectation(tmp_path: Path) -> None:
    inside = '<properties><property name="fail" value="" kind="x"/><property name="owner" value="fail"/></properties>'
    assert counts(read(tmp_path, suite(case(inside))))["passed-share"] == 1.0


def test_what_jest_only_plans_is_skipped_and_no_pass() -> None:
    reading = read_sample("junit/jest_junit_17.xml")
    assert counts(reading) == {"passed-share": 6 / 7, "failures": 1, "errors": 0, "skipped": 3}
    assert counts(reading, "junit/b") == {"passed-share": 1.0, "failures": 0, "errors": 0, "skipped": 1}
    assert tokens(reading.warnings) == {"planned-tests", "merged-suites", "skipped-tests"}
    # In suite b two cases took no time and one of them was planned: which one is not known, so neither has a score.
    assert {one.measure: len(one.scores) for one in reading.samples if one.measure.startswith("junit/b/")} == {
        "junit/b/passed-share": 1
    }


def jest(*cases: str, tests: object) -> str:
    stated = {"errors": 0, "failures": 0, "skipped": 0, "timestamp": "2026-11-25T23:03:42", "tests": tests}
    return suite(*cases, **stated)


@pytest.mark.parametrize(
    ("tests", "passed", "skipped"), [(3, 3, 0), (2, 2, 1), (1, 1, 2), (0, 1, 2), ("none", 1, 2), (4, 3, 0)]
)
def test_of_tests_that_took_no_time_those_jest_does_not_count_are_planned(
    tests: object, passed: int, skipped: int, tmp_path: Path
) -> None:
    quick = [case(name=letter, time="0") for letter in "ab"]
    reading = read(tmp_path, jest(*quick, case(name="c", time="0.001"), tests=tests))
    for prefix in ("junit", "junit/s"):
        one = by_measure(reading)[f"{prefix}/passed-share"]
        assert (one.successes, one.n, counts(reading, prefix)["skipped"]) == (passed, passed, skipped)


def test_other_writers_may_list_more_tests_than_they_count(tmp_path: Path) -> None:
    reading = read(tmp_path, suite(case(time="0"), case(name="u", time="0"), tests=1))
    assert (counts(reading)["passed-share"], tokens(reading.warnings)) == (1.0, {"count-conflict"})
