"""The demo's reports as files: archival, accessible, whole, and the same bytes every time."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import page
import pikepdf
import pypdf
import pytest
from typer.testing import CliRunner

from govkit.cli.main import app

# False alarms of the checker for this kind of file: metadata filters are forbidden in PDF/A-1 only, and its stream
# length counts a final carriage return of compressed data as a line end. Source: veraPDF's profiles for PDF/A-3.
FALSE_ALARMS = ("METADATA-FILTER", "STREAM-LENGTH")
STEM = "outreach-list-1.2"


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "clinic"
    assert CliRunner().invoke(app, ["-q", "demo", str(folder)]).exit_code == 0
    written = CliRunner().invoke(app, ["-q", "-C", str(folder), "report", "1.2", "--as-of", "2026-11-20"])
    assert written.exit_code == 0, written.output
    return folder


def pdf(clinic: Path, name: str) -> Path:
    return clinic / "reports" / f"{STEM}-{name}.pdf"


@pytest.mark.parametrize("name", ["assessment", "summary"])
@pytest.mark.parametrize("profile", [page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1], ids=str)
def test_it_is_archival_and_accessible_at_once(clinic: Path, name: str, profile: page.ValidationProfile) -> None:
    limits = page.SafetyLimits(max_reference_depth=100_000)
    found = page.validate_pdf(str(pdf(clinic, name)), profile=profile, limits=limits)
    assert found.rules
    assert [str(item) for item in found.failures if not any(word in str(item) for word in FALSE_ALARMS)] == []


@pytest.mark.parametrize("name", ["assessment", "summary"])
def test_qpdf_finds_nothing_wrong(clinic: Path, name: str) -> None:
    with pikepdf.open(pdf(clinic, name)) as opened:
        assert opened.check_pdf_syntax() == []


@pytest.mark.parametrize("name", ["assessment", "summary"])
def test_the_assessment_travels_inside(clinic: Path, name: str) -> None:
    with pikepdf.open(pdf(clinic, name)) as opened:
        content = opened.attachments["assessment.json"].get_file().read_bytes()
    assert content == (clinic / "reports" / f"{STEM}-assessment.json").read_bytes()
    assert json.loads(content)["schema"] == "govkit.assessment/1"


def test_the_summary_has_two_to_four_pages(clinic: Path) -> None:
    assert 2 <= len(pypdf.PdfReader(pdf(clinic, "summary")).pages) <= 4


def test_every_control_check_and_risk_is_in_the_text(clinic: Path) -> None:
    made = json.loads((clinic / "reports" / f"{STEM}-assessment.json").read_bytes())
    text = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(pdf(clinic, "assessment").read_bytes())).pages)
    text = "".join(text.split())
    wanted = [f["subject"] for f in made["findings"] if f["kind"] == "control"] + [r["risk"] for r in made["risks"]]
    wanted += [item["sha256"] for item in made["evidence"]]
    assert [name for name in wanted if name not in text] == []


def test_it_has_bookmarks_and_page_numbers(clinic: Path) -> None:
    reader = pypdf.PdfReader(pdf(clinic, "assessment"))
    assert len(reader.outline) >= 10
    assert f"of {len(reader.pages)}" in reader.pages[-1].extract_text()


def test_the_same_bytes_under_another_seed_and_time_zone(clinic: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "govkit", "-q", "-C", str(clinic), "report", "1.2", "--as-of", "2026-11-20"]
    surroundings = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland"}
    subprocess.run([*command, "--no-full", "--out", str(tmp_path)], check=True, capture_output=True, env=surroundings)
    for suffix in ("assessment.json", "summary.html", "summary.pdf"):
        first, again = (clinic / "reports" / f"{STEM}-{suffix}", tmp_path / f"{STEM}-{suffix}")
        assert hashlib.sha256(first.read_bytes()).digest() == hashlib.sha256(again.read_bytes()).digest(), suffix
