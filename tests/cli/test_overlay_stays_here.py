"""Words from a licensed copy reach the user's screen and nothing else, unless they are asked for."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from govkit.cli.main import COMMANDS, app
from govkit.files import shipped

SECRET = "Zwölf boxing wizards jump quickly over the lazy standard"
OVERLAY = f"""\
catalog: nist-ai-rmf-1.0
source: Our copy
licence: Not to be passed on
note: Older wording
texts:
  MEASURE 2.3: {SECRET}
  GOVERN 1.1: {SECRET}
"""
OWN = f"""\
id: house-1
title: House rules
publisher: Example Ltd
edition: "1"
published: 2026-01-02
as_of: 2026-01-02
licence: Not to be passed on
status: Imported.
sources: [{{id: S1, ref: a file}}]
counts: {{rule: 1}}
requirements:
  - {{id: H-1, kind: rule, title: A rule, summary: A rule, text: {SECRET}}}
"""
"""An imported catalog, which holds the words of its source."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    shutil.copytree(shipped("examples") / "language-model/project", folder)
    main = (folder / "govkit.yaml").read_text(encoding="utf-8")
    named = main.replace(
        "{id: nist-ai-rmf-1.0, gate: false}",
        "{id: nist-ai-rmf-1.0, gate: false, overlay: t.yaml}\n  - {id: house-1, path: own, gate: false}",
    )
    assert named != main
    (folder / "govkit.yaml").write_text(named, encoding="utf-8")
    (folder / "t.yaml").write_text(OVERLAY, encoding="utf-8")
    (folder / "own").mkdir()
    (folder / "own/catalog.yaml").write_text(OWN, encoding="utf-8")
    return folder


WORDS = (
    *([], ["small"], ["hosted"], ["nist-ai-rmf-1.0"], ["house-1"], ["MEASURE 2.3"], ["H-1"], ["list"]),
    *(["small", "hosted"], ["oscal", "nist-ai-rmf-1.0"], ["oscal", "house-1"], ["nist-ai-rmf-1.0", "eu-ai-act-2026"]),
)


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["-C", str(folder), *arguments])


def holds_secret(folder: Path) -> list[str]:
    """Files that hold the words in any spelling a text file may give them."""
    spelled = [SECRET.encode(), json.dumps(SECRET).encode(), SECRET.encode("utf-16-le"), b"boxing wizards"]
    files = [path for path in folder.rglob("*") if path.is_file() and path.name not in ("t.yaml", "catalog.yaml")]
    return [path.name for path in files if any(words in path.read_bytes() for words in spelled)]


def test_the_screen_shows_the_words_and_the_copy_they_come_from(project: Path) -> None:
    shown = run(project, "show", "MS-2.3").stdout
    heading, _, rest = shown.partition("\nText from your licensed copy\n")
    assert heading
    for part in (SECRET, "Copy: Our copy", "Licence: Not to be passed on", "Mind: Older wording", "t.yaml, sha256"):
        assert part in rest
    assert "licensed copy" not in run(project, "show", "MS-2.4").stdout


def test_json_holds_the_words_only_when_asked(project: Path) -> None:
    assert SECRET not in run(project, "show", "MS-2.3", "--json").stdout
    asked = json.loads(run(project, "show", "MS-2.3", "--json", "--with-text").stdout)
    assert asked["text"] is None
    assert asked["text_from_your_copy"]["text"] == SECRET
    assert asked["text_from_your_copy"]["file"] == "t.yaml"
    assert len(asked["text_from_your_copy"]["sha256"]) == 64


def test_no_other_command_prints_or_writes_the_words(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command there is, in every form it takes without further knowledge; those that are added are covered."""
    monkeypatch.chdir(project)
    worked = set()
    for command in sorted(set(COMMANDS) - {"serve", "init", "demo"}):
        for words in WORDS:
            for option in (["--json"], [], ["--csv"], ["--no-pdf"]):
                if command == "show" and option == [] and words in (["MEASURE 2.3"], ["H-1"]):
                    continue
                if command == "report" and "--no-pdf" not in option:
                    continue  # the PDF is laid out from the HTML
                result = run(project, command, *words, *option)
                assert "boxing wizards" not in result.output, (command, words, option)
                worked |= {command} if result.exit_code in (0, 10) else set()
    assert worked >= {
        "assess",
        "bars",
        "check",
        "collect",
        "coverage",
        "diff",
        "export",
        "map",
        "report",
        "risk",
        "show",
        "soa",
        "trace",
    }
    assert {path.suffix for path in project.rglob("*")} >= {".html", ".json"}
    assert holds_secret(project) == []


def test_the_search_for_the_words_would_find_them(project: Path) -> None:
    (project / "leak.json").write_text(json.dumps({"text": SECRET}), encoding="utf-8")
    assert holds_secret(project) == ["leak.json"]


def test_the_verdict_is_the_same_with_and_without_an_overlay(project: Path) -> None:
    asked = ("assess", "small", "--as-of", "2026-11-20", "--json", "--no-record")
    before = json.loads(run(project, *asked).stdout)
    main = (project / "govkit.yaml").read_text(encoding="utf-8")
    (project / "govkit.yaml").write_text(main.replace(", overlay: t.yaml", ""), encoding="utf-8")
    after = json.loads(run(project, *asked).stdout)
    assert before["findings"] == after["findings"]
