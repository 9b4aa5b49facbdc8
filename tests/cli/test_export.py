"""`govkit export oscal`: files, stdout, the loss report, names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from govkit.catalogs.loading import shipped_library
from govkit.oscal.documents import read_document
from govkit.oscal.reading_catalog import load_catalog
from govkit.oscal.reading_mapping import load_mappings
from govkit.oscal.reading_profile import load_profile
from tests.cli.making import done, govkit, problems

LIBRARY = shipped_library()


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_a_catalog_is_written_and_reads_back(tmp_path: Path, form: str) -> None:
    file = tmp_path / f"iso.{form}"
    done(tmp_path, "export", "oscal", "iso-42001-2023", "--output", file, "--format", form)
    assert load_catalog(file, "iso") == LIBRARY.catalogs["iso-42001-2023"]
    assert read_document(file).syntax == form


def test_a_mapping_goes_by_its_id_or_by_its_catalogs_in_either_order(tmp_path: Path) -> None:
    first = done(tmp_path, "export", "oscal", "nist-ai-rmf-1.0__iso-42001-2023")
    assert done(tmp_path, "export", "oscal", "nist-ai-rmf-1.0", "iso-42001-2023") == first
    assert done(tmp_path, "export", "oscal", "iso", "42001", "nist-ai-rmf") == first
    (tmp_path / "m.json").write_text(first, encoding="utf-8")
    assert load_mappings(tmp_path / "m.json", "m") == (LIBRARY.mappings["nist-ai-rmf-1.0__iso-42001-2023"],)


def test_a_profile_is_written(tmp_path: Path) -> None:
    done(tmp_path, "export", "oscal", "by-position-2026", "--output", tmp_path / "p.json")
    assert load_profile(tmp_path / "p.json", "p") == LIBRARY.profiles["by-position-2026"]


def test_the_loss_report_is_written_beside_it_and_told(tmp_path: Path) -> None:
    result = govkit(tmp_path, "export", "oscal", "nist-ai-rmf-1.0", "--loss", tmp_path / "loss.json")
    assert "none lost" in result.stderr
    found = json.loads((tmp_path / "loss.json").read_text(encoding="utf-8"))
    assert (found["schema"], found["document"]["id"], found["omitted"]) == ("govkit.loss/1", "nist-ai-rmf-1.0", [])


def test_the_loss_report_may_go_to_stdout_when_the_document_does_not(tmp_path: Path) -> None:
    given = ("export", "oscal", "nist-ai-rmf-1.0", "--loss", "-")
    assert govkit(tmp_path, *given).exit_code == 2
    assert json.loads(done(tmp_path, *given, "--output", tmp_path / "n.json"))["schema"] == "govkit.loss/1"


def test_a_catalog_goes_by_its_words_and_several_are_named(tmp_path: Path) -> None:
    assert "iso-42001-2023" in done(tmp_path, "export", "oscal", "iso", "42001")
    (found,) = problems(tmp_path, "export", "oscal", "owasp")
    assert "owasp-llm-2026" in found.what


def test_an_unknown_name_is_met_with_the_nearest(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "export", "oscal", "iso-42002-2023")
    assert found.ident == "unknown-id"
    assert "iso-42001-2023" in found.fix


def test_two_catalogs_without_a_mapping_are_told_as_govkit_map_tells_them(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "export", "oscal", "iso-42001-2023", "ai-verify-2.0")
    assert found.ident == "no-crosswalk"
    assert "ai-verify-2.0 is mapped with nothing" in found.fix


def test_a_profile_by_its_short_name(tmp_path: Path) -> None:
    assert json.loads(done(tmp_path, "export", "oscal", "by-position"))["profile"]


def test_all_writes_each_document_as_it_is_written_alone(tmp_path: Path) -> None:
    result = govkit(tmp_path, "export", "oscal", "--all", "--output", tmp_path / "oscal")
    assert result.exit_code == 0, result.output
    names = {f"{ident}.json" for ident in (*LIBRARY.catalogs, *LIBRARY.mappings, *LIBRARY.profiles)}
    assert {path.name for path in (tmp_path / "oscal").iterdir()} == names
    alone = done(tmp_path, "export", "oscal", "nist-ai-rmf-1.0__iso-42001-2023")
    written = tmp_path / "oscal" / "nist-ai-rmf-1.0__iso-42001-2023.json"
    assert written.read_text(encoding="utf-8") == alone


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--all",),
        ("iso-42001-2023", "--all", "--output", "folder"),
        ("--all", "--output", "folder", "--loss", "loss.json"),
    ],
)
def test_what_to_write_is_said_once(tmp_path: Path, words: tuple[str, ...]) -> None:
    result = govkit(tmp_path, "export", "oscal", *words)
    assert result.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (found,) = problems(tmp_path, "export", "oscal", "nist-ai-rmf-1.0", "--output", tmp_path / "file" / "n.json")
    assert found.ident == "unwritable-file"


PROJECT = """\
organisation: {name: Example}
systems:
  - {id: s, name: S, kind: classifier, purpose: P, owner: O}
frameworks:
  - {id: iso-42001-2023, overlay: words.yaml}
"""
WORDS = """\
catalog: iso-42001-2023
source: Copy number 7
licence: For this organisation only
texts: {"4.1": "Words of the copy."}
"""


def test_words_from_the_users_own_copy_stay_at_home_unless_asked_for(tmp_path: Path) -> None:
    (tmp_path / "govkit.yaml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "words.yaml").write_text(WORDS, encoding="utf-8")
    quiet = govkit(tmp_path, "export", "oscal", "iso-42001-2023")
    assert "Words of the copy" not in quiet.stdout
    assert "1 texts from your own copies are left out" in quiet.stderr
    text = done(tmp_path, "export", "oscal", "iso-42001-2023", "--with-text")
    assert "Words of the copy" in text
    assert "For this organisation only" in text


def test_another_process_with_another_hash_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    here = Path(__file__).resolve().parents[2]
    for name in ("iso-42001-2023", "nist-ai-rmf-1.0__iso-42001-2023"):
        command = [sys.executable, "-m", "govkit", "export", "oscal", name, "--format", "yaml"]
        environment = {**os.environ, "PYTHONPATH": str(here), "PYTHONHASHSEED": "4321"}
        there = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, check=True)
        assert there.stdout == done(tmp_path, "export", "oscal", name, "--format", "yaml").encode()
