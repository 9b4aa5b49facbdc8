"""`govkit soa`: the table, and everything an auditor would miss in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from govkit.catalogs.loading import shipped_library
from govkit.export.soa import COLUMNS, cell
from govkit.export.soa_lacks import undecided
from tests.cli.making import document, done, govkit, problems, write

MAIN = """\
organisation: {name: Example Ltd}
systems:
  - {id: router, name: Router, kind: classifier, purpose: Sorts letters., owner: Ada}
frameworks: [iso-42001-2023]
"""
RISKS = """\
risks:
  - id: R-01
    title: Letters go astray
    cause: Bad scans
    event: A letter goes to the wrong desk
    consequence: An answer comes late
    affected: Customers
    likelihood: 2
    impact: 2
    treatment: {option: accept, plan: Watch, owner: Ada}
    owner: Ada
"""
ANNEX_A = [r.id for r in shipped_library().catalogs["iso-42001-2023"].requirements if r.kind == "control"]
GOOD: dict[str, Any] = {"necessary": "true", "reason": "A letter that goes astray costs days.", "risks": "[R-01]"}


def line(ident: str, **entries: str) -> str:
    found = {**GOOD, **entries}
    return f"  - requirement: iso-42001-2023:{ident}\n" + "".join(
        f"    {key}: {value}\n" for key, value in found.items() if value
    )


def project(
    folder: Path, lines: Iterable[str], head: str = "approved_by: Bo\napproved_on: 2026-10-01\n", *, use: str = ""
) -> Path:
    write(folder, "govkit.yaml", MAIN)
    write(folder, "risks.yaml", RISKS)
    write(folder, "soa.yaml", f'version: "2"\n{head}lines:\n' + "".join(lines))
    if use:
        write(folder, "controls.yaml", use)
    return folder


def whole(**changed: str) -> list[str]:
    """A line for each of the 38, one of them changed."""
    return [changed.get(ident.replace(".", "_"), line(ident)) for ident in ANNEX_A]


def lacks(folder: Path, *options: str) -> list[tuple[str, int | None]]:
    found = document(folder, "soa", "--as-of", "2026-11-20", *options)["lacks"]
    return [(problem["ident"], problem["where"]["line"]) for problem in found]


def one_lack(folder: Path) -> dict[str, Any]:
    (found,) = document(folder, "soa", "--as-of", "2026-11-20")["lacks"]
    assert isinstance(found, dict)
    return found


def test_a_whole_statement_lacks_nothing(tmp_path: Path) -> None:
    project(tmp_path, whole())
    text = done(tmp_path, "soa", "--strict")
    assert text.startswith("Statement of Applicability, version 2, approved by Bo on 2026-10-01\n38 requirements: 38")
    assert "What it lacks" not in text


def test_every_annex_a_control_is_compared(tmp_path: Path) -> None:
    project(tmp_path, [text for text in whole() if "A.8.5" not in text])
    rows = document(tmp_path, "soa")["lines"]
    assert [row["requirement"].partition(":")[2] for row in rows] == ANNEX_A
    assert next(row for row in rows if row["requirement"].endswith("A.8.5"))["necessary"] is None
    assert lacks(tmp_path) == [("statement-missing-line", None)]


def test_no_statement_is_one_gap_and_not_38(tmp_path: Path) -> None:
    write(tmp_path, "govkit.yaml", MAIN)
    assert lacks(tmp_path) == [("no-statement", None)]
    assert done(tmp_path, "soa").startswith("There is no Statement of Applicability (soa.yaml) yet.\n38 requirements")


def test_without_such_a_catalog_only_stated_lines_are_shown(tmp_path: Path) -> None:
    write(tmp_path, "govkit.yaml", MAIN.replace("iso-42001-2023", "nist-ai-rmf-1.0"))
    assert document(tmp_path, "soa")["lines"] == []
    assert lacks(tmp_path) == []


@pytest.mark.parametrize(
    ("head", "gaps"),
    [
        ("", 2),
        ("approved_by: Bo\n", 1),
        ("approved_on: 2026-10-01\n", 1),
        ("approved_by: Bo\napproved_on: 2026-11-21\n", 1),
        ("approved_by: Bo\napproved_on: 2026-11-20\n", 0),
    ],
)
def test_approval_needs_a_name_and_a_day_that_has_come(tmp_path: Path, head: str, gaps: int) -> None:
    assert lacks(project(tmp_path, whole(), head)) == [("statement-not-approved", None)] * gaps


@pytest.mark.parametrize(
    ("entries", "ident"),
    [
        ({"reason": '"Not decided yet: say why."'}, "statement-undecided"),
        ({"reason": "TBD"}, "statement-undecided"),
        ({"risks": ""}, "statement-no-link"),
        ({"controls": "[GK-PERF-01]"}, "statement-other-control"),
        ({"necessary": "false", "controls": "[GK-INC-02]", "risks": ""}, "statement-excluded-in-use"),
    ],
)
def test_one_gap_is_told_with_its_line(tmp_path: Path, entries: dict[str, str], ident: str) -> None:
    project(tmp_path, whole(A_3_3=line("A.3.3", **entries)))
    found = one_lack(tmp_path)
    assert found["ident"] == ident
    text = (tmp_path / "soa.yaml").read_text(encoding="utf-8").splitlines()
    assert "A.3.3" in text[found["where"]["line"] - 1]


def test_an_excluded_control_needs_no_risk(tmp_path: Path) -> None:
    gone = line("A.3.3", necessary="false", reason="Nobody outside is concerned.", risks="")
    assert lacks(project(tmp_path, whole(A_3_3=gone))) == []


def test_a_duty_is_as_good_as_a_risk(tmp_path: Path) -> None:
    tied = line("A.3.3", risks="", obligations='["Contract 7: a complaints desk"]')
    assert lacks(project(tmp_path, whole(A_3_3=tied))) == []


@pytest.mark.parametrize(
    ("entries", "gaps"),
    [
        ({}, 1),
        ({"plan": "Write it."}, 1),
        ({"due": "2027-01-31"}, 1),
        ({"plan": "Write it.", "due": "2027-01-31"}, 0),
        ({"plan": "Write it.", "due": "2026-11-20"}, 0),
        ({"plan": "Write it.", "due": "2026-11-19"}, 1),
    ],
)
def test_without_a_control_a_plan_with_a_day_is_needed(tmp_path: Path, entries: dict[str, str], gaps: int) -> None:
    claimed = shipped_library().claims(shipped_library().controls().values())["iso-42001-2023:A.3.3"]
    used = [name for name in shipped_library().controls() if name not in claimed]
    project(tmp_path, whole(A_3_3=line("A.3.3", **entries)), use=f"use: [{', '.join(used)}]\n")
    assert [ident for ident, _ in lacks(tmp_path) if ident == "statement-no-control"] == ["statement-no-control"] * gaps
    stated = {row["requirement"]: row for row in document(tmp_path, "soa")["lines"]}
    assert stated["iso-42001-2023:A.3.3"]["claimed_by"] == []


def test_a_clause_cannot_be_excluded(tmp_path: Path) -> None:
    gone = line("6.1.4", necessary="false", risks="")
    project(tmp_path, [gone, *whole()])
    assert lacks(tmp_path) == [("statement-excludes-clause", 5)]
    assert len(document(tmp_path, "soa")["lines"]) == 39


def test_a_line_about_a_catalog_out_of_scope_is_told(tmp_path: Path) -> None:
    other = '  - {requirement: "nist-ai-rmf-1.0:MEASURE 2.3", necessary: true, reason: Ours., risks: [R-01]}\n'
    assert lacks(project(tmp_path, [other, *whole()])) == [("statement-not-in-scope", 5)]


def test_strict_exits_10_only_when_something_is_missing(tmp_path: Path) -> None:
    project(tmp_path, whole(), "")
    assert govkit(tmp_path, "soa").exit_code == 0
    result = govkit(tmp_path, "soa", "--strict")
    assert result.exit_code == 10
    assert "What it lacks (2)" in result.stdout


def test_gaps_of_one_kind_stand_together_with_one_fix(tmp_path: Path) -> None:
    project(tmp_path, [line(ident, reason="todo") for ident in ANNEX_A])
    text = done(tmp_path, "soa")
    assert text.count("nobody has decided about") == 38
    assert text.count("[statement-undecided]") == 1


def test_with_a_release_the_finding_stands_beside(tmp_path: Path) -> None:
    project(tmp_path, whole(A_3_3=line("A.3.3", necessary="false", risks="")))
    write(tmp_path, "releases.yaml", 'releases:\n  - {version: "1.0", tag: v1.0}\n')
    found = document(tmp_path, "soa", "--release", "v1.0", "--as-of", "2026-11-20")
    assert found["release"] == "1.0"
    findings = {row["requirement"]: row["finding"] for row in found["lines"]}
    assert findings["iso-42001-2023:A.3.3"] == {"state": "not-applicable", "reason": "excluded"}
    assert findings["iso-42001-2023:A.6.2.4"]["state"] == "not-satisfied"
    assert "finding: not-applicable (excluded)" in done(tmp_path, "soa", "-r", "1.0")
    assert problems(tmp_path, "soa", "-r", "1.1")[0].ident == "unknown-release"


def test_csv_has_every_column_and_runs_nothing(tmp_path: Path) -> None:
    reason = '"=HYPERLINK(\\"http://example.org\\")"'
    project(tmp_path, whole(A_3_3=line("A.3.3", reason=reason, owner='"+Ada, or Bo"', status="planned")))
    table = list(csv.DictReader(io.StringIO(done(tmp_path, "soa", "--csv"))))
    assert list(table[0]) == list(COLUMNS)
    assert len(table) == 38
    row = next(row for row in table if row["requirement"].endswith("A.3.3"))
    assert row["reason"] == '\'=HYPERLINK("http://example.org")'
    assert (row["necessary"], row["risks"], row["status"]) == ("yes", "R-01", "planned")
    assert row["owner"] == "'+Ada, or Bo"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " ="])
def test_a_cell_a_spreadsheet_would_run_is_quoted(start: str) -> None:
    assert cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("text", ["1-1", "a=b", "", "A.2.2"])
def test_other_cells_stay(text: str) -> None:
    assert cell(text) == text


@pytest.mark.parametrize("reason", ["Not decided yet: why", "TBD", "t.b.d.", "n/a", "-", "???", "To be decided by Bo"])
def test_a_reason_that_gives_none(reason: str) -> None:
    assert undecided(reason)


@pytest.mark.parametrize("reason", ["None of our systems talks to customers.", "Needed.", "案件", "Nadir of trust"])
def test_a_reason_that_gives_one(reason: str) -> None:
    assert not undecided(reason)


def test_two_forms_at_once_are_a_usage_error(tmp_path: Path) -> None:
    project(tmp_path, whole())
    assert govkit(tmp_path, "soa", "--json", "--csv").exit_code == 2
