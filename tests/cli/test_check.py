"""`govkit check` of OSCAL documents, as a process sees it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from govkit.catalogs.loading import shipped_library
from govkit.cli.check_documents import shipped_ids
from govkit.cli.main import app
from govkit.errors import ExitCode, InputError
from tests.oscal.builders import assessed, catalog, mapping, metadata, uuid, with_value, written


def check(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["check", *map(str, words)])


def document(*words: str | Path) -> dict[str, Any]:
    found = json.loads(check(*words, "--json").stdout)
    assert isinstance(found, dict)
    return found


def test_a_sound_document_is_told_in_numbers(tmp_path: Path) -> None:
    result = check(written(tmp_path, assessed()), written(tmp_path, catalog(), "catalog.json"))
    assert result.exit_code == ExitCode.DONE, result.output
    assert "finding → observation" in result.stdout
    assert "Nothing is broken; of 2 places it cannot be told." in result.stdout
    assert "there is no such file beside the document" in result.stdout


def test_what_is_broken_ends_in_three_and_cannot_tell_does_not(tmp_path: Path) -> None:
    broken = with_value(assessed(), "/assessment-results/results/0/findings/0/related-risks/0/risk-uuid", uuid("x"))
    result = check(written(tmp_path, broken))
    assert isinstance(result.exception, InputError)
    assert [problem.ident for problem in result.exception.problems] == ["dangling-reference"]
    found = document(tmp_path / "d.json")
    assert found["schema"] == "govkit.document-check/1"
    answers = {one["question"]: one for one in found["documents"][0]["answers"]}
    assert answers["finding → risk"] == {"question": "finding → risk", "holds": 0, "broken": 1, "cannot_tell": 0}
    assert answers["control id → catalog"]["cannot_tell"] == 1
    assert all(item["why"] and item["where"]["line"] for item in found["documents"][0]["cannot_tell"])
    assert check(tmp_path / "d.json", "--json").exit_code == ExitCode.FILES
    assert check(written(tmp_path, assessed(), "good.json"), "--json").exit_code == ExitCode.DONE


def test_files_that_cannot_be_read_do_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    result = check(tmp_path / "a.json", written(tmp_path, catalog(), "catalog.json"), tmp_path / "none.json")
    assert isinstance(result.exception, InputError)
    assert [problem.ident for problem in result.exception.problems] == ["not-oscal", "missing-file"]
    assert "Nothing is broken" in result.stdout
    found = document(tmp_path / "a.json", tmp_path / "catalog.json")
    assert [one["ident"] for one in found["unread"]] == ["not-oscal"]
    assert len(found["documents"]) == 1


def test_the_release_whose_schema_was_used_is_said(tmp_path: Path) -> None:
    older = catalog(metadata=metadata(oscal_version="1.0.4"))
    assert "schema of OSCAL 1.2.3 (it says 1.0.4)" in check(written(tmp_path, older)).stdout


def test_a_mapping_that_names_shipped_catalogs_is_held_against_them(tmp_path: Path) -> None:
    nist = shipped_ids("nist-ai-rmf-1.0.json")
    assert nist is not None
    assert "measure-2.3" in nist
    assert len(nist) == len(shipped_library().catalogs["nist-ai-rmf-1.0"].requirements)
    assert shipped_ids("https://example.org/other.json") is None
    one = with_value(mapping(), "/mapping-collection/mappings/0/source-resource/href", "nist-ai-rmf-1.0.json")
    one = with_value(one, "/mapping-collection/mappings/0/target-resource/href", "iso-42001-2023.oscal.json")
    answers = {a["question"]: a for a in document(written(tmp_path, one))["documents"][0]["answers"]}
    for side in ("source", "target"):
        assert answers[f"{side} id of a mapping → catalog"]["holds"] == 1


@pytest.mark.parametrize("name", ["\x1b[2J.json", "\u202etxt.json"])
def test_names_that_would_steer_the_terminal_are_harmless(name: str, tmp_path: Path) -> None:
    path = written(tmp_path, {"catalog": {name: 1}}, name)
    run = subprocess.run([sys.executable, "-m", "govkit", "check", str(path)], capture_output=True, check=False)
    assert run.returncode == ExitCode.FILES
    assert name[0] not in (run.stdout + run.stderr).decode()
