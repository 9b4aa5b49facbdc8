"""docs/library.md: every block runs as it stands, on files made by the commands or shipped."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from govkit.catalogs.loading import shipped_library
from govkit.oscal.resolving import resolve_profile
from govkit.project import load_project
from tests.cli.making import done

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)
LIBRARY = shipped_library()
OSCAL = ROOT / "tests" / "data" / "oscal"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files that the page names."""
    shutil.copy(ROOT / "tests/data/promptfoo/eval_0.123.1.json", tmp_path / "results.json")
    shutil.copytree(ROOT / "examples/language-model/project", tmp_path / "project")
    shutil.copy(ROOT / "frameworks/iso-42001-2023/catalog.yaml", tmp_path / "catalog.yaml")
    shutil.copy(OSCAL / "NIST_SP-800-53_rev5_LOW-baseline_profile.json", tmp_path / "baseline.json")
    shutil.copy(OSCAL / "NIST_SP-800-53_rev5_catalog.json", tmp_path)
    exported = {
        "catalog": "iso-42001-2023", "mapping": "nist-ai-rmf-1.0__iso-42001-2023", "profile": "by-position-2026"
    }  # fmt: skip
    for name, ident in exported.items():
        done(tmp_path, "export", "oscal", ident, "--output", tmp_path / f"{name}.json")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(block: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    exec(compile(block, "docs/library.md", "exec"), {})
    return capsys.readouterr().out.splitlines()


def test_every_block_of_the_page_runs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evidence, projects, oscal = (run(block, capsys) for block in BLOCKS)
    assert any(re.fullmatch(r"promptfoo/.*/pass-rate [\d.]+ \d+ proportion", line) for line in evidence)
    iso, mapping = LIBRARY.catalogs["iso-42001-2023"], LIBRARY.mappings["nist-ai-rmf-1.0__iso-42001-2023"]
    project = load_project(folder / "project", LIBRARY)
    own = f"{iso.id} {len(iso.requirements)} {len(iso.controls)}"
    assert projects == [iso.title, *(release.version for release in project.releases), own]
    rules = len(LIBRARY.profiles["by-position-2026"].rules)
    assert oscal[0] == f"{iso.id} {len(mapping.pairs)} {rules}"
    assert oscal[1] == str(len(resolve_profile(folder / "baseline.json", "b", ident="our-baseline").requirements))
