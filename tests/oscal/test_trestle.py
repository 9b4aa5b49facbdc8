"""What compliance-trestle says of our documents: a second opinion on them, from a tool that others use."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from govkit.catalogs.tailoring import named
from govkit.oscal.checking import check_documents
from govkit.oscal.documents import read_document
from govkit.oscal.following import Given
from govkit.oscal.layout import groups
from govkit.oscal.reading_catalog import load_catalog
from govkit.oscal.writing_catalog import identifiers_of
from tests.importing.builders import asked, imported
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


@pytest.mark.parametrize("name", sorted(LIBRARY.profiles))
def test_no_control_of_a_profile_is_lost_when_it_is_resolved(workspace: Path, name: str) -> None:
    trestle(workspace, "author", "profile-resolve", "--name", name, "--output", f"whole-{name}")
    found = ids(json.loads((workspace / "catalogs" / f"whole-{name}" / "catalog.json").read_bytes())["catalog"])
    profile = LIBRARY.profiles[name]
    wanted = {
        identifier
        for rule in profile.rules
        for printed, identifier in identifiers_of(LIBRARY.catalogs[rule.catalog].requirements).items()
        if printed in named(rule, LIBRARY.catalogs[rule.catalog])
        and printed not in groups(LIBRARY.catalogs[rule.catalog])
    }
    assert sorted(found) == sorted(wanted)


@pytest.mark.parametrize("name", sorted(LIBRARY.profiles))
def test_what_it_resolved_is_no_broken_document_and_can_be_imported(workspace: Path, name: str) -> None:
    trestle(workspace, "author", "profile-resolve", "--name", name, "--output", f"again-{name}")
    path = workspace / "catalogs" / f"again-{name}" / "catalog.json"
    (check,) = check_documents([Given(path, read_document(path))], lambda _: None)
    assert check.problems() == ()
    found = imported(path.read_bytes(), asked(id="ours", head={}))
    assert found.catalog is not None
    wanted = {
        (rule.catalog, leaf.id)
        for rule in LIBRARY.profiles[name].rules
        for leaf in LIBRARY.catalogs[rule.catalog].leaves()
        if leaf.id in named(rule, LIBRARY.catalogs[rule.catalog])
    }
    assert len(found.catalog.leaves()) == len(wanted)
    assert any("resolved profile" in doubt for doubt in found.doubts)


def ids(holder: dict[str, Any]) -> list[str]:
    """Identifiers of all controls, each as often as it stands there."""
    found = [name for group in holder.get("groups", ()) for name in ids(group)]
    for control in holder.get("controls", ()):
        found += [control["id"], *ids(control)]
    return found


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
