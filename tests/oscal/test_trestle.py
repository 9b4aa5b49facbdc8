"""What compliance-trestle says of our documents: a second opinion on them, from a tool that others use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from govkit.oscal.reading_catalog import load_catalog
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


def test_what_went_through_its_markdown_comes_back_with_its_evidence(workspace: Path) -> None:
    name = "iso-42001-2023"
    trestle(workspace, "author", "catalog-generate", "--name", name, "--output", "markdown")
    page = next((workspace / "markdown").rglob("a.2.2.md"))
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("There is a written policy", "There is a policy, in writing,"), encoding="utf-8")
    trestle(workspace, "author", "catalog-assemble", "--markdown", "markdown", "--name", name, "--output", "edited")
    file = workspace / "catalogs" / "edited" / "catalog.json"
    found = {entry.id: entry for entry in load_catalog(file, "edited").requirements}
    asked = {entry.id: entry for entry in LIBRARY.catalogs[name].requirements}
    assert {name: entry.expected_evidence for name, entry in found.items()} == {
        name: entry.expected_evidence for name, entry in asked.items()
    }
    changed = {name for name, entry in found.items() if entry != asked[name]}
    assert changed == {"A.2.2"}
    assert found["A.2.2"].summary.startswith("There is a policy, in writing,")
