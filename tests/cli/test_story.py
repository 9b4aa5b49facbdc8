"""The demo, from an empty folder to verdicts: the story the tool exists for."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from govkit.cli.main import app
from govkit.errors import InputError

AS_OF = ("--as-of", "2026-11-20")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "clinic"
    made = run("demo", str(folder))
    assert made.exit_code == 0, made.output
    return folder


def assessment(clinic: Path, release: str) -> tuple[int, dict[str, Any]]:
    result = run("-q", "-C", str(clinic), "assess", release, *AS_OF, "--json", "--no-record")
    return result.exit_code, json.loads(result.stdout)


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True).stdout


def test_the_history_is_the_same_every_time(clinic: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    assert run("demo", str(again)).exit_code == 0
    assert git(clinic, "rev-parse", "HEAD") == git(again, "rev-parse", "HEAD")
    assert git(clinic, "tag").split() == ["v1.0", "v1.1", "v1.2"]


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    result = run("demo", str(tmp_path))
    assert isinstance(result.exception, InputError)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_unknown_example_offers_the_nearest(tmp_path: Path) -> None:
    result = run("demo", str(tmp_path / "x"), "--example", "clinic-outrech")
    assert isinstance(result.exception, InputError)
    assert "clinic-outreach" in result.exception.problems[0].fix


@pytest.mark.parametrize("release", ["1.0", "1.2"])
def test_the_sound_releases_pass_with_one_accepted_weakness(clinic: Path, release: str) -> None:
    code, made = assessment(clinic, release)
    assert made["gate"].get("because", []) == []
    assert (code, made["gate"]["open"]) == (0, True)
    unsatisfied = [f["subject"] for f in made["findings"] if f["kind"] == "control" and f["state"] == "not-satisfied"]
    assert unsatisfied == ["GK-ROB-03"]
    risk = next(item for item in made["risks"] if item["risk"] == "R-03")
    assert risk["accepted"]


def test_the_leaked_release_fails_although_its_score_is_higher(clinic: Path) -> None:
    code, made = assessment(clinic, "1.1")
    assert code == 10
    checks = {f"{c['control']}/{c['criterion']}": c for c in made["checks"]}
    score = checks["GK-PERF-01/score"]
    assert score["reason"] == "contaminated"
    assert [used["path"] for used in score["used"] if used["role"] == "defeater"] == ["evidence/1.1/data-audit.json"]
    assert checks["GK-CONT-01/overlap"]["reason"] == "bar-missed"
    assert checks["GK-FAIR-04/learned-share"]["value"] == 0
    lost = checks["GK-REG-01/limited-patients-change"]
    assert lost["outcome"] != "met"
    assert "Even so" in lost["explanation"]


def test_the_failing_release_says_why_on_one_screen(clinic: Path) -> None:
    result = run("-q", "-C", str(clinic), "assess", "1.1", *AS_OF, "--no-record")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("outreach-list 1.1  GATE CLOSED")
    assert len(lines) <= 55
    assert "  contaminated  GK-PERF-01, GK-PERF-02," in result.stdout
    assert "even so, GK-REG-01/limited-patients-change misses its bar" in result.stdout
    assert result.stdout.count("evidence/1.1/data-audit.json /overlap/same_profile") == 2


def test_every_line_of_evidence_leads_to_a_file_a_digest_and_a_commit(clinic: Path) -> None:
    _, made = assessment(clinic, "1.2")
    known = set(git(clinic, "rev-list", "HEAD").split())
    for check in made["checks"]:
        for used in check.get("used", []):
            assert len(used["sha256"]) == 64
            assert used["commit"] in known
            assert used["at"]


def test_trace_leads_down_from_a_requirement_and_up_from_a_file(clinic: Path) -> None:
    down = run("-q", "-C", str(clinic), "trace", "A.7.5", "-r", "1.2", *AS_OF, "--json")
    trail = json.loads(down.stdout)["trails"][0]
    evidence = [item for c in trail["controls"] for check in c["checks"] for item in check["evidence"]]
    assert any(item["path"] == "evidence/1.2/data-audit.json" for item in evidence)
    up = run("-q", "-C", str(clinic), "trace", "evidence/1.2/data-audit.json", "-r", "1.2", *AS_OF, "--json")
    found = json.loads(up.stdout)["trails"][0]
    requirements = {item["id"] for check in found["checks"] for item in check["requirements"]}
    assert "iso-42001-2023:A.7.5" in requirements


def test_diff_names_what_got_worse(clinic: Path) -> None:
    result = run("-q", "-C", str(clinic), "diff", "1.0", "1.1", *AS_OF, "--json")
    worse = {item["subject"] for item in json.loads(result.stdout)["differences"] if item["direction"] == "worse"}
    assert {"GK-CONT-01/overlap", "GK-CONT-01", "GK-PERF-01"} <= worse


def test_the_statement_lacks_nothing(clinic: Path) -> None:
    result = run("-q", "-C", str(clinic), "soa", "--strict", "--json")
    made = json.loads(result.stdout)
    assert (result.exit_code, made["lacks"]) == (0, [])
    assert sum(1 for line in made["lines"] if line["requirement"].startswith("iso-42001-2023:A.")) == 38


def test_check_and_collect_find_nothing_wrong(clinic: Path) -> None:
    checked = json.loads(run("-q", "-C", str(clinic), "check", "--json").stdout)
    assert checked["problems"] == []
    first = json.loads(run("-q", "-C", str(clinic), "collect", "--json").stdout)
    again = json.loads(run("-q", "-C", str(clinic), "collect", "--json").stdout)
    assert first["written"] > 0
    assert (again["written"], again["problems"]) == (0, [])


def test_the_same_instant_gives_the_same_bytes(clinic: Path) -> None:
    first = run("-q", "-C", str(clinic), "assess", "1.2", *AS_OF, "--json", "--no-record").stdout
    assert first == run("-q", "-C", str(clinic), "assess", "1.2", *AS_OF, "--json", "--no-record").stdout


def test_a_kept_assessment_is_never_changed(clinic: Path) -> None:
    run("-q", "-C", str(clinic), "assess", "1.0", *AS_OF)
    kept = sorted((clinic / "records" / "assessments" / "1.0").glob("*.json"))
    before = [(path.name, path.read_bytes()) for path in kept]
    run("-q", "-C", str(clinic), "assess", "1.0", *AS_OF)
    assert before == [(path.name, path.read_bytes()) for path in sorted(kept[0].parent.glob("*.json"))]


def test_an_unknown_release_offers_the_nearest(clinic: Path) -> None:
    result = run("-q", "-C", str(clinic), "assess", "1.20")
    assert isinstance(result.exception, InputError)
    assert "'1.2'" in result.exception.problems[0].fix


def test_the_language_model_example_never_says_yes(tmp_path: Path) -> None:
    folder = tmp_path / "llm"
    assert run("demo", str(folder), "--example", "language-model").exit_code == 0
    for release, reason in (("small", "bar-missed"), ("hosted", "run-incomplete")):
        result = run("-q", "-C", str(folder), "assess", release, "--as-of", "2026-02-15", "--json", "--no-record")
        made = json.loads(result.stdout)
        finding = next(f for f in made["findings"] if f["subject"] == "GK-PERF-01")
        assert (result.exit_code, finding["reason"]) == (10, reason)
