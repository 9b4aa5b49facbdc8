"""The PDF reports: archival, accessible, complete, the same twice, and closed to the outside."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal

import page
import pikepdf
import pytest
from pypdf import PdfReader

from govkit.cli.judging import assessment_bytes
from govkit.errors import RenderError
from govkit.report.html import render
from govkit.report.pdf import write
from tests.report.hostile import hostile_small
from tests.report.sample import AS_OF, Sample, small

# page-validation 0.11 reports these two on correct files: PDF/A-2 and 3 allow what the first forbids, and the second
# miscounts streams that end in a carriage return.
KNOWN_WRONG = ("METADATA-FILTER", "STREAM-LENGTH")
PROFILES = (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1)


@cache
def made(kind: Literal["full", "summary"], which: Literal["small", "hostile"]) -> bytes:
    source = {"small": small, "hostile": hostile_small}[which]()
    return pdf_of(kind, source)


def pdf_of(kind: Literal["full", "summary"], source: Sample) -> bytes:
    html = render(kind, source.assessment, source.project, source.library.catalogs, source.library.mappings)
    return write(
        html, assessment_json=assessment_bytes(source.assessment), created=source.assessment.as_of, title="A report"
    )


def text_of(content: bytes, tmp_path: Path) -> str:
    path = tmp_path / "report.pdf"
    path.write_bytes(content)
    return "\n".join(sheet.extract_text() for sheet in PdfReader(path).pages)


def failures(content: bytes, profile: page.ValidationProfile) -> Counter[str]:
    report = page.validate_pdf_bytes(content, profile=profile, limits=page.SafetyLimits.unlimited())
    return Counter(f.rule_id for f in report.failures if not any(known in f.rule_id for known in KNOWN_WRONG))


@pytest.mark.parametrize("profile", PROFILES, ids=str)
@pytest.mark.parametrize("which", ["small", "hostile"])
@pytest.mark.parametrize("kind", ["full", "summary"])
def test_it_is_archival_and_accessible_at_once(
    kind: Literal["full", "summary"],
    which: Literal["small", "hostile"],
    profile: page.ValidationProfile,
) -> None:
    assert failures(made(kind, which), profile) == Counter()


def test_it_says_so_in_its_metadata() -> None:
    with pikepdf.open(BytesIO(made("summary", "small"))) as document:
        metadata = document.Root.Metadata.read_raw_bytes()
        assert b'pdfaid:part="3" pdfaid:conformance="A"' in metadata
        assert b"<pdfuaid:part>1</pdfuaid:part>" in metadata
        assert document.check_pdf_syntax() == []
        assert str(document.Root.Lang) == "en"


def test_the_assessment_is_attached_byte_for_byte() -> None:
    with pikepdf.open(BytesIO(made("full", "small"))) as document:
        assert list(document.attachments) == ["assessment.json"]
        attached = document.attachments["assessment.json"]
        assert attached.get_file().read_bytes() == assessment_bytes(small().assessment)
        assert str(attached.relationship) == "/Data"
        assert attached.get_file().mod_date == AS_OF


def test_the_summary_has_two_to_four_pages() -> None:
    for which in ("small", "hostile"):
        with pikepdf.open(BytesIO(made("summary", which))) as document:
            assert 2 <= len(document.pages) <= 4, which


def test_every_id_is_on_a_page(tmp_path: Path) -> None:
    text = re.sub(r"\s+", "", text_of(made("full", "small"), tmp_path))
    assessment = small().assessment
    wanted = [check.id for check in assessment.checks] + [finding.subject for finding in assessment.findings]
    wanted = [ident.partition(":")[2] or ident for ident in wanted] + [risk.risk for risk in assessment.risks]
    wanted += [use.path for use in assessment.evidence]
    assert [ident for ident in wanted if ident.replace(" ", "") not in text] == []


def test_it_has_bookmarks_page_numbers_and_running_heads(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(made("full", "small"))
    reader = PdfReader(path)
    top = [item.title for item in reader.outline if not isinstance(item, list)]
    assert top[:3] == ["Contents", "Summary", "How to read this report"]
    last = reader.pages[-1].extract_text()
    assert f"{len(reader.pages)} of {len(reader.pages)}" in last
    assert "Outreach call list · Release 2.4.0" in last
    assert "As of 20 Nov 2026, 16:00 UTC" in last


def test_only_shipped_fonts_are_embedded() -> None:
    names = set()
    with pikepdf.open(BytesIO(made("full", "small"))) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font" and "/BaseFont" in item:
                names.add(str(item.BaseFont).partition("+")[2])
    assert names
    assert all(name.startswith("Govkit-") for name in names), names


_ELSEWHERE = """
import hashlib
from tests.report.test_pdf import pdf_of
from tests.report.sample import small
print(hashlib.sha256(pdf_of("full", small())).hexdigest())
"""


def test_another_process_writes_the_same_bytes() -> None:
    root = Path(__file__).resolve().parents[2]
    surroundings = {**os.environ, "PYTHONHASHSEED": "2", "TZ": "Pacific/Auckland", "PYTHONPATH": str(root)}
    run = subprocess.run(
        [sys.executable, "-c", _ELSEWHERE], cwd=root, env=surroundings, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == hashlib.sha256(made("full", "small")).hexdigest()


def test_hostile_text_embeds_nothing_and_links_nowhere(tmp_path: Path) -> None:
    with pikepdf.open(BytesIO(made("full", "hostile"))) as document:
        assert list(document.attachments) == ["assessment.json"]
        addresses = [
            str(note.A.URI)
            for sheet in document.pages
            for note in sheet.get("/Annots", [])
            if "/A" in note and "/URI" in note.A
        ]
        assert all(address.startswith("mailto:") for address in addresses)
        assert "/JavaScript" not in document.Root.get("/Names", {})
    assert b"root:x:0:0" not in made("full", "hostile")
    assert "<img src=file:///etc/passwd>" in re.sub(r"\s+", " ", text_of(made("full", "hostile"), tmp_path))


@pytest.mark.parametrize(
    "markup",
    [
        '<img alt="x" src="file:///etc/hostname">',
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
        '<style>@import url("http://127.0.0.1:9/x");</style>',
        '<style>@font-face{font-family:x;src:url("file:///etc/hostname")} p{font-family:x}</style>',
        '<style>p{background:url("http://127.0.0.1:9/x.png")}</style>',
        '<a rel="attachment" href="file:///etc/hostname">x</a>',
        '<link rel="attachment" href="file:///etc/hostname">',
        '<style>@color-profile --x{src:url("http://127.0.0.1:9/")} p{color:color(--x 1 1 1)}</style>',
    ],
)
def test_html_that_asks_for_something_outside_is_refused(markup: str) -> None:
    with pytest.raises(RenderError, match="outside itself"):
        _write(f"<html lang='en'><head><title>x</title></head><body>{markup}<p>text</p></body></html>")


def test_text_that_layout_drops_is_an_error() -> None:
    words = " ".join(f"word{number}" for number in range(3_000))
    style = "<style>.f{float:left;width:30%}</style>"
    with pytest.raises(RenderError, match=r"would be missing from the PDF: #the-block: word0"):
        _write(f"<html lang='en'><head>{style}</head><body><div class='f' id='the-block'>{words}</div></body></html>")


def test_a_character_without_a_font_is_an_error_that_names_it() -> None:
    with pytest.raises(RenderError, match=r"U\+13000\), which would be drawn as empty boxes\n.*fonts-noto") as raised:
        _write("<html lang='en'><head><title>x</title></head><body><p>\U00013000</p></body></html>")
    assert raised.value.exit_code == 4


_ASK = """
from datetime import UTC, datetime
from govkit.errors import RenderError
from govkit.report.pdf import write
try:
    write("x", assessment_json=b"{}", created=datetime(2026, 1, 1, tzinfo=UTC), title="x")
except RenderError as error:
    print(error.what, "|", error.fix)
"""


@pytest.mark.parametrize(
    ("module", "what"),
    [
        ("raise ImportError('no such module')", "PDF needs WeasyPrint, which is not installed"),
        (
            "raise OSError(\"cannot load library 'libgobject-2.0-0': no such file\\nAdditionally, more\")",
            "PDF needs a system library that is missing: cannot load library 'libgobject-2.0-0': no such file",
        ),
    ],
)
def test_a_missing_renderer_says_how_to_get_it(module: str, what: str, tmp_path: Path) -> None:
    (tmp_path / "weasyprint.py").write_text(module, encoding="utf-8")
    root = Path(__file__).resolve().parents[2]
    surroundings = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{root}"}
    run = subprocess.run([sys.executable, "-c", _ASK], env=surroundings, capture_output=True, text=True, check=True)
    said, fix = run.stdout.split(" | ")
    assert said == what
    assert "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in fix


def _write(html: str) -> bytes:
    return write(html, assessment_json=b"{}", created=AS_OF, title="x")
