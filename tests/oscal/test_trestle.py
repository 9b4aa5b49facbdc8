"""What compliance-trestle says of our documents: a second opinion on them, from a tool that others use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.oscal.exports import LIBRARY, every_export

TRESTLE = Path(sys.executable).parent / "trestle"


def trestle(folder: Path, *arguments: str) -> str:
    run = subprocess.run([TRESTLE, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every shipped catalog, mapping and profile, where trestle looks for them."""
    folder = tmp_path_factory.mktemp("trestle")
    (folder / ".trestle").mkdir()
    (folder / ".trestle" / "config.ini").touch()
    for item in every_export():
        path = folder / f"{item.kind}s" / item.ident / f"{item.kind}.json"
        path.parent.mkdir(parents=True)
        path.write_bytes(item.content)
        if item.kind == "catalog":
            (folder / f"{item.ident}.json").write_bytes(item.content)
    return folder


def test_every_document_is_valid(workspace: Path) -> None:
    said = trestle(workspace, "validate", "--all")
    documents = len(LIBRARY.catalogs) + len(LIBRARY.mappings) + len(LIBRARY.profiles)
    assert said.count("VALID: Model") == documents
    assert "INVALID" not in said


def test_a_profile_of_ours_can_be_resolved(workspace: Path) -> None:
    trestle(workspace, "author", "profile-resolve", "--name", "by-position-2026", "--output", "resolved")
    text = (workspace / "catalogs" / "resolved" / "catalog.json").read_text(encoding="utf-8")
    assert '"id": "govern-1.1"' in text
    assert '"id": "a.6.2.4"' in text
