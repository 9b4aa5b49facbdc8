"""`govkit report` where no PDF can be made, and what it calls its files."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from govkit.cli.invocation import Invocation
from govkit.cli.judging import Judged
from govkit.cli.report import NAMES, safe_name, write_reports
from govkit.errors import RenderError
from govkit.report.html import Kind
from tests.report.sample import Sample, small


def judged(made: Sample) -> Judged:
    return Judged(made.assessment, made.project, made.library, None, None)  # type: ignore[arg-type]


def test_names_are_safe_and_differ_when_the_text_does() -> None:
    assert safe_name("1.2") == "1.2"
    assert safe_name("../../etc") != safe_name("-..-etc")
    assert all(c not in safe_name(f"a{c}b") for c in '/\\:*?"<>| \n')
    assert len(safe_name("x" * 300)) < 80
    assert set(NAMES) == set(get_args(Kind))


def test_html_needs_no_renderer(tmp_path: Path) -> None:
    written = write_reports(Invocation(tmp_path, quiet=True), judged(small()), tmp_path / "out", pdf=False)
    assert [path.name for path in written] == [
        "outreach-2.4.0-assessment.json", "outreach-2.4.0-assessment.html", "outreach-2.4.0-summary.html",
    ]  # fmt: skip
    assert all(path.is_file() for path in written)


@pytest.mark.parametrize("kinds", [["summary"], ["full", "summary"]])
def test_a_text_without_a_font_ends_in_one_message_and_no_pdf(kinds: list[Kind], tmp_path: Path) -> None:
    """Also from the processes that lay out PDFs side by side."""
    made = small()
    organisation = made.project.organisation.model_copy(update={"name": "\U00013000 Clinics"})
    broken = made._replace(project=made.project.model_copy(update={"organisation": organisation}))
    with pytest.raises(RenderError, match=r"U\+13000"):
        write_reports(Invocation(tmp_path, quiet=True), judged(broken), tmp_path, kinds, html=False)
    assert not list(tmp_path.glob("*.pdf"))
