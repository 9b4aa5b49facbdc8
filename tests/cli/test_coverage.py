"""`govkit coverage`, with and without a project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from govkit.cli.main import app
from govkit.errors import InputError

PROJECT = """\
organisation: {name: Example Ltd}
systems:
  - {id: triage, name: Triage, kind: classifier, purpose: Sorts letters., owner: Ada}
frameworks: [nist-ai-rmf-1.0]
"""


def coverage(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["-C", str(folder), "coverage", *options])


def document(folder: Path, *options: str) -> dict[str, Any]:
    result = coverage(folder, *options, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


def project(folder: Path, controls: str) -> Path:
    (folder / "govkit.yaml").write_text(PROJECT, encoding="utf-8")
    (folder / "controls.yaml").write_text(controls, encoding="utf-8")
    return folder


def test_the_baseline_reaches_every_judged_requirement_of_two_catalogs(tmp_path: Path) -> None:
    found = document(tmp_path)
    assert (found["schema"], found["basis"]) == ("govkit.coverage/1", "baseline")
    reached = {item["catalog"]: (item["reached"], item["total"], item["unreached"]) for item in found["catalogs"]}
    assert reached["iso-42001-2023"] == (70, 70, [])
    assert reached["nist-ai-rmf-1.0"] == (72, 72, [])
    for catalog in found["catalogs"]:
        assert catalog["total"] == catalog["reached"] + len(catalog["unreached"])
        assert sum(part["total"] for part in catalog["parts"]) == catalog["total"]


def test_the_parts_are_counted_in_the_order_of_the_catalog(tmp_path: Path) -> None:
    (catalog,) = document(tmp_path, "--framework", "nist-ai-rmf-1.0")["catalogs"]
    counted = [(part["id"], part["total"]) for part in catalog["parts"]]
    assert counted[:3] == [("GOVERN 1", 7), ("GOVERN 2", 3), ("GOVERN 3", 2)]
    assert len(counted) == 19
    iso = document(tmp_path, "--framework", "iso-42001-2023")["catalogs"][0]
    order = [part["id"] for part in iso["parts"]]
    assert order.index("6") < order.index("6.1") < order.index("7") < order.index("A.2.1")


def test_as_text_it_says_what_reached_means(tmp_path: Path) -> None:
    result = coverage(tmp_path)
    assert "Requirements that the 84 controls of the shipped baseline reach" in result.stdout
    assert "  72 of  72  NIST AI Risk Management Framework (nist-ai-rmf-1.0)" in result.stdout
    assert "not that there is evidence" in result.stdout
    assert max(len(line) for line in result.stdout.splitlines()) <= 100
    assert "MEASURE 2" not in result.stdout


def test_of_one_catalog_the_parts_and_the_unreached_are_listed(tmp_path: Path) -> None:
    result = coverage(tmp_path, "--framework", "eu-ai-act-2026")
    assert "  21 of  36  EU AI Act" in result.stdout
    assert "       7 of   8  Chapter III Section 2  Requirements for high-risk AI systems" in result.stdout
    assert "not reached: Art. 4a, Art. 5, Art. 6, Art. 8, Art. 16" in result.stdout
    assert max(len(line) for line in result.stdout.splitlines()) <= 100


def test_a_project_counts_the_controls_it_uses_in_the_frameworks_it_named(tmp_path: Path) -> None:
    found = document(project(tmp_path, "use: [GK-PERF-02]\n"))
    assert found["basis"] == "project"
    (catalog,) = found["catalogs"]
    assert (catalog["catalog"], catalog["reached"], catalog["total"]) == ("nist-ai-rmf-1.0", 3, 72)
    parts = {part["id"]: (part["reached"], part["total"]) for part in catalog["parts"]}
    assert parts["MEASURE 2"] == (3, 13)
    assert parts["GOVERN 1"] == (0, 7)
    assert len(catalog["unreached"]) == 69
    assert "MEASURE 2.3" not in catalog["unreached"]


def test_an_own_control_counts(tmp_path: Path) -> None:
    own = (
        "use: [GK-PERF-02]\n"
        "own:\n"
        "  - id: OWN-1\n"
        "    title: Own\n"
        "    theme: own\n"
        "    summary: Own control.\n"
        '    requirements: ["nist-ai-rmf-1.0:GOVERN 1.1"]\n'
        "    criteria: [{id: there, title: There, measure: own/there, reported: true}]\n"
    )
    (catalog,) = document(project(tmp_path, own))["catalogs"]
    assert catalog["reached"] == 4
    assert "GOVERN 1.1" not in catalog["unreached"]


def test_the_unreached_are_listed_as_text(tmp_path: Path) -> None:
    result = coverage(project(tmp_path, "use: [GK-PERF-02]\n"))
    assert "Requirements that the 1 control in use reaches" in result.stdout
    assert "not reached: GOVERN 1.1, GOVERN 1.2" in result.stdout
    assert max(len(line) for line in result.stdout.splitlines()) <= 100


def test_another_framework_can_be_asked_for(tmp_path: Path) -> None:
    found = document(project(tmp_path, "use: [GK-PERF-02]\n"), "--framework", "iso-42001-2023")
    assert [item["catalog"] for item in found["catalogs"]] == ["iso-42001-2023"]


def test_an_unknown_framework_is_answered_with_the_nearest(tmp_path: Path) -> None:
    result = coverage(tmp_path, "--framework", "iso-42001")
    assert isinstance(result.exception, InputError)
    assert [(p.ident, "did you mean 'iso-42001-2023'?" in p.fix) for p in result.exception.problems] == [
        ("unknown-catalog", True)
    ]


def test_a_project_with_problems_is_not_counted(tmp_path: Path) -> None:
    result = coverage(project(tmp_path, "use: [GK-NOPE-01]\n"))
    assert isinstance(result.exception, InputError)
    assert result.stdout == ""


def test_catalogs_that_nothing_reaches_take_a_line_each(tmp_path: Path) -> None:
    shown = coverage(tmp_path).stdout
    head = shown.index("No control reaches anything of these")
    assert shown.index("   0 of  10  OWASP Top 10 for LLM Applications (owasp-llm-2025)") > head
    assert "LLM01:2025" not in shown


def test_a_catalog_that_is_asked_for_is_shown_whole(tmp_path: Path) -> None:
    shown = coverage(tmp_path, "--framework", "owasp-llm-2025").stdout
    assert "not reached: LLM01:2025, LLM02:2025" in shown
    assert "1  LLM01:2025" not in shown  # ten parts of one entry each say nothing
