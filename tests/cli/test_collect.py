"""`govkit collect`: what changed is read, what did not is not, and the answer is the same."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from govkit.processes import SHARED_FROM
from tests.cli.making import document, done, govkit

MAPPING = """\
format: json
status: complete
measurements:
  - {measure: score, value: /score, n: /n, unit: proportion, higher_is_better: true}
"""
PROJECT = """\
organisation: {name: Org}
systems:
  - {id: s, name: S, kind: classifier, purpose: P., owner: A}
evidence:
  - {path: 'e/*.json', mapping: mapping.yaml, release: '1'}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As many files as make it worth remembering what agreed."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = tmp_path / "project"
    (root / "e").mkdir(parents=True)
    (root / "govkit.yaml").write_text(PROJECT)
    (root / "mapping.yaml").write_text(MAPPING)
    (root / "releases.yaml").write_text("releases:\n  - {version: '1'}\n")
    for number in range(SHARED_FROM):
        (root / "e" / f"{number:03}.json").write_text(json.dumps({"score": number / 1000, "n": 1000}))
    return root


def kept(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache").rglob("*.json"))


def test_collecting_again_says_the_same_and_writes_nothing(project: Path, tmp_path: Path) -> None:
    first = document(project, "collect")
    (path,) = kept(tmp_path)
    assert path.stat().st_mode & 0o022 == 0
    again, anew = document(project, "collect"), document(project, "collect", "--anew")
    assert (first["written"], again["written"], anew["written"]) == (SHARED_FROM, 0, 0)
    assert first["evidence"] == again["evidence"] == anew["evidence"]
    assert done(project, "collect") == f"{SHARED_FROM} evidence files, {SHARED_FROM} values, 0 new records\n"


def test_a_forged_record_is_told_by_every_command(project: Path) -> None:
    done(project, "collect")
    record = min((project / "records" / "evidence").glob("*.json"))
    record.write_text(re.sub(r'"value": [0-9.]+', '"value": 0.999', record.read_text()))
    for command in (("collect",), ("collect", "--anew"), ("check",)):
        result = govkit(project, *command, "--json")
        assert result.exit_code == 3
        assert [problem["ident"] for problem in json.loads(result.stdout)["problems"]] == ["bad-record"]


def test_check_believes_no_agreement(project: Path, tmp_path: Path) -> None:
    """Somebody who may write where agreements lie forges record and agreement: `check` and `--anew` tell."""
    done(project, "collect")
    record = min((project / "records" / "evidence").glob("*.json"))
    before = record.read_bytes()
    record.write_text(re.sub(r'"value": [0-9.]+', '"value": 0.999', record.read_text()))
    (path,) = kept(tmp_path)
    digests = [hashlib.sha256(content).hexdigest() for content in (before, record.read_bytes())]
    path.write_text(path.read_text().replace(*digests))
    codes = [
        govkit(project, *command, "--json").exit_code
        for command in (("collect",), ("check",), ("collect", "--anew"), ("collect",))
    ]
    assert codes == [0, 3, 3, 3], "and what did not agree is agreed to no more"


def test_few_files_leave_no_trace_outside_the_project(project: Path, tmp_path: Path) -> None:
    (project / "e" / "000.json").unlink()
    done(project, "collect")
    assert kept(tmp_path) == []


def test_agreements_inside_the_project_are_not_looked_at(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(project / ".cache"))
    done(project, "collect")
    assert not (project / ".cache").exists()
