"""The shipped fonts have what the reports need, and their terms lie beside them."""

from __future__ import annotations

import json
import re

from govkit.files import shipped
from govkit.report import words
from govkit.report.fonts import FOLDER, coverage, faces_for, font_rules, shipped_characters
from tests.report import font_coverage


def test_the_stored_coverage_is_that_of_the_files() -> None:
    stored = json.loads((FOLDER / "coverage.json").read_text(encoding="utf-8"))
    assert stored == font_coverage.coverage()


def test_every_font_file_has_its_licence_beside_it() -> None:
    for path in FOLDER.glob("*.woff2"):
        family = next(
            p for p in ("source-sans-3", "source-serif-4", "source-code-pro", "dejavu") if path.name.startswith(p)
        )
        licence = (FOLDER / f"LICENSE-{family}.txt").read_text(encoding="utf-8")
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence or "Bitstream Vera" in licence


def test_templates_styles_and_vocabulary_use_no_character_without_a_glyph() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (shipped("templates") / "report").rglob("*.*")]
    texts += [str(vars(words)), "≥ ≤ – — “ ” → ✓ × ± …"]
    missing = {c for text in texts for c in text if ord(c) >= 0x20 and ord(c) not in shipped_characters()}
    assert missing == set()


def test_only_the_faces_a_text_needs_are_carried() -> None:
    plain = {face.file for face in faces_for("Plain words")}
    assert not {name for name in plain if "greek" in name or "dejavu" in name or "ext" in name}
    assert "source-sans-3-greek-400-normal" in {face.file for face in faces_for("Ωμέγα")}
    assert "dejavu-sans-world" in {face.file for face in faces_for("שלום")}
    assert "dejavu-sans-world" not in {face.file for face in faces_for("→ ✓")}


def test_font_rules_refer_to_nothing_outside() -> None:
    urls = re.findall(r'url\("([^"]{0,40})', font_rules("Ω → č"))
    assert urls
    assert all(url.startswith("data:font/woff2;base64,") for url in urls)


def test_coverage_of_the_latin_text_face_holds_ascii() -> None:
    assert set(range(0x20, 0x7F)) <= coverage()["source-sans-3-latin-400-normal"]
