"""Where a reader of a tailored project sees why a requirement is in or out: soa, coverage, assess, trace, report."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.cli.making import document, done, govkit, write
from tests.cli.test_show_profile import OURS, PROJECT

ONE = 'releases: [{version: "1"}]\n'
MEANT = "Meant for providers; the role here is deployer."


@pytest.fixture
def house(tmp_path: Path) -> Path:
    write(tmp_path, "profiles/house.yaml", OURS)
    write(tmp_path, "govkit.yaml", PROJECT.replace("[nist-ai-rmf-1.0]", "[nist-ai-rmf-1.0, eu-ai-act-2026]"))
    write(tmp_path, "releases.yaml", ONE)
    return tmp_path


def test_the_statement_lists_what_is_out_with_its_reason(house: Path) -> None:
    text = done(house, "soa")
    assert "Profile house-2026: 0 of the above in and binding, 22 more out" in text
    assert f"out: 15 [builds]\n        {MEANT}\n        MEASURE 1.1" in text
    found = document(house, "soa", "-r", "1")
    assert found["profile"]["id"] == "house-2026"
    rows = {row["requirement"].partition(":")[2]: row for row in found["lines"]}
    assert len(rows) == 22
    assert rows["MEASURE 2.1"]["profile"][0]["reasons"] == [MEANT]
    assert rows["MEASURE 2.1"]["finding"] == {"state": "not-applicable", "reason": "out-of-profile"}
    assert found["lacks"] == []


def test_one_entry_says_whether_it_is_in_or_out_here_and_why(house: Path) -> None:
    write(
        house,
        "soa.yaml",
        "version: '1'\nlines:\n  - {requirement: 'nist-ai-rmf-1.0:MAP 1.1', necessary: false, reason: Not ours.}\n",
    )
    out = done(house, "show", "MEASURE 2.1")
    assert "In this project\n  nist-ai-rmf-1.0 is in scope" in out
    assert f"Profile house-2026: out [builds]. {MEANT}" in " ".join(out.split())
    line = " ".join(done(house, "show", "MAP 1.1").split())
    assert "soa.yaml says not necessary: Not ours." in line
    assert "the line above goes before it" in line
    assert "Not judged: iso-42001-2023 does not stand under" in done(house, "show", "A.6.2.4")
    found = document(house, "show", "MEASURE 2.1")["here"]
    assert (found["in_scope"], found["gate"], found["statement"]) == (True, True, None)
    assert (found["profile"]["included"], found["profile"]["reasons"]) == (False, [MEANT])
    assert document(house, "show", "A.6.2.4")["here"]["profile"] is None


def test_outside_a_project_nothing_is_said_of_one(tmp_path: Path) -> None:
    assert "In this project" not in done(tmp_path, "show", "MEASURE 2.1")
    assert "here" not in document(tmp_path, "show", "MEASURE 2.1")


def test_coverage_counts_the_lines_that_go_before_the_profile(house: Path) -> None:
    write(
        house,
        "soa.yaml",
        "version: '1'\nlines:\n  - {requirement: 'nist-ai-rmf-1.0:MAP 1.1', necessary: true, reason: R}\n",
    )
    assert "1 more has a line in the Statement of Applicability" in done(house, "coverage")
    catalogs = {found["catalog"]: found for found in document(house, "coverage")["catalogs"]}
    assert catalogs["nist-ai-rmf-1.0"]["tailored"]["decided"] == 1


def test_what_binds_is_explained_once(house: Path) -> None:
    write(
        house,
        "soa.yaml",
        "version: '1'\nlines:\n  - {requirement: 'nist-ai-rmf-1.0:MAP 1.1', necessary: true, reason: R}\n",
    )
    text = done(house, "soa")
    assert "Profile house-2026: 1 of the above in and binding, 22 more out" in text
    assert text.count("Everybody steers.") == 1
    assert "  profile: in" not in text


def test_the_statement_as_csv_has_a_column_for_it(house: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(done(house, "soa", "--csv"))))
    assert {row["profile"] for row in rows} == {f"out: {MEANT}", "out: No rule of the profile names it."}


def test_a_line_brings_back_in(house: Path) -> None:
    line = "- {requirement: 'nist-ai-rmf-1.0:MEASURE 2.1', necessary: true, reason: We test it.}"
    write(house, "soa.yaml", f"version: '1'\nlines:\n  {line}\n")
    found = document(house, "soa", "-r", "1")["lines"]
    back = next(row for row in found if row["requirement"].endswith("MEASURE 2.1"))
    assert back["finding"]["state"] == "not-satisfied"
    text = done(house, "soa")
    assert "Profile house-2026: 0 of the above in and binding, 21 more out" in text
    assert f"  profile: out: {MEANT}" in text


def test_coverage_counts_what_is_in_and_tells_what_is_out(house: Path) -> None:
    act, nist = document(house, "coverage")["catalogs"]
    assert (nist["catalog"], nist["total"]) == ("nist-ai-rmf-1.0", 50)
    assert sum(part["total"] for part in nist["parts"]) == 50
    said = nist["tailored"]
    assert (said["profile"], said["binding"], said["guidance"], said["out"]) == ("house-2026", 37, 13, 22)
    assert [len(group["ids"]) for group in said["groups"]] == [37, 13, 15, 7]
    assert act["total"] == 36
    text = done(house, "coverage")
    assert "what it puts out is not counted" in text
    assert "out: 15 of 72 [builds]" in text
    assert "profile house-2026 does not speak of this catalog: everything in it applies" in " ".join(text.split())


def test_without_a_profile_coverage_says_nothing_of_one(house: Path) -> None:
    write(house, "govkit.yaml", PROJECT.partition("profile:")[0])
    (nist,) = document(house, "coverage")["catalogs"]
    assert (nist["total"], "tailored" in nist) == (72, False)
    assert "profile" not in done(house, "coverage")


def test_assess_and_trace_say_why(house: Path) -> None:
    result = govkit(house, "assess", "1", "--no-record")
    assert "0 of  50  NIST AI Risk Management Framework (nist-ai-rmf-1.0), 22 not applicable" in result.stdout
    assert "profile house-2026: 22 requirements out, 13 in as guidance that closes no gate" in result.stdout
    text = done(house, "trace", "MEASURE 2.1")
    assert "not-applicable (out-of-profile)" in text
    assert f"  profile house-2026: out [builds]\n    {MEANT}" in text
    assert document(house, "trace", "MANAGE 1.1")["trails"][0]["profile"]["binding"] is False


def test_the_summary_tells_a_board_that_something_was_left_out(house: Path) -> None:
    done(house, "report", "1", "--no-pdf", "--no-full", "--out", house / "out")
    page = next((house / "out").glob("*.html")).read_text(encoding="utf-8")
    assert "It left out 22 requirements, and 13 more count as guidance only" in page
    assert "Who stands behind the profile: In force." in page


def test_the_report_shows_profile_reasons_and_counts(house: Path) -> None:
    done(house, "report", "1", "--no-pdf", "--no-summary", "--out", house / "out")
    page = next((house / "out").glob("*.html")).read_text(encoding="utf-8")
    for part in (
        "By the profile house-2026, of 72 requirements 37 bind, 13 are guidance, 22 are out",
        "The profile house-2026 does not speak of this framework",
        MEANT,
        "Guidance: closes no gate",
        "Left out by the profile",
        "In force.",
        "Nothing is excluded but what the profile puts out.",
    ):
        assert part in page, part
