"""`govkit report`: the assessment of a release as PDF and HTML."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from govkit.cli.invocation import Invocation, instant
from govkit.cli.judging import Judged, assessment_bytes, judge_release
from govkit.errors import RenderError
from govkit.files import write_atomic
from govkit.report.html import Kind

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)

NAMES: dict[Kind, str] = {"full": "assessment", "summary": "summary"}


@app.command()
def report(
    ctx: typer.Context,
    release: Annotated[str, typer.Argument(help="Version or tag of the release.")],
    full: Annotated[bool, typer.Option(help="Write the full assessment.")] = True,
    summary: Annotated[bool, typer.Option(help="Write the summary in plain language, 2 to 4 pages.")] = True,
    pdf: Annotated[bool, typer.Option(help="Write PDF files.")] = True,
    html: Annotated[bool, typer.Option(help="Write HTML files that open from disk.")] = True,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder to write to.", show_default="reports in the project")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Judge as of this date (end of that day, UTC) or instant.")
    ] = None,
) -> None:
    """Write the assessment of a release as PDF and HTML.

    Judges the release as `govkit assess` does, and writes the full assessment and a summary for readers without
    technical training, with the assessment as JSON beside them and inside each PDF. The same inputs and --as-of give
    the same bytes. Exits 0 when the files are written, even if the gate is closed: that is what they say.

    Example: govkit report 1.2 --as-of 2026-11-20
    """
    invocation: Invocation = ctx.obj
    judged = judge_release(invocation, release, instant(as_of))
    kinds: list[Kind] = [kind for kind, wanted in (("full", full), ("summary", summary)) if wanted]  # type: ignore[misc]
    written = write_reports(invocation, judged, out or invocation.root / "reports", kinds, pdf=pdf, html=html)
    for path in written:
        typer.echo(path.as_posix())
    if not judged.assessment.gate.open:
        invocation.note(f"the gate of {judged.assessment.release} is closed; the report says why")


def write_reports(
    invocation: Invocation,
    judged: Judged,
    folder: Path,
    kinds: list[Kind] | None = None,
    *,
    pdf: bool = True,
    html: bool = True,
) -> list[Path]:
    """Write the reports of a judged release; their paths. PDFs are made side by side, each in a process of its own."""
    from govkit.report.html import render, report_title
    from govkit.report.views.index import Index

    assessment, project, library = judged.assessment, judged.project, judged.library
    content = assessment_bytes(assessment)
    stem = f"{safe_name(assessment.system)}-{safe_name(assessment.release)}"
    written = [folder / f"{stem}-assessment.json"]
    write_atomic(written[0], content)
    index = Index(assessment, project, library.catalogs, library.mappings)
    pages: dict[Path, tuple[str, str]] = {}
    for kind in list(NAMES) if kinds is None else kinds:
        text = render(kind, assessment, project, library.catalogs, library.mappings)
        path = folder / f"{stem}-{NAMES[kind]}"
        if html:
            written.append(path.with_name(f"{path.name}.html"))
            write_atomic(written[-1], text.encode())
        pages[path.with_name(f"{path.name}.pdf")] = (text, report_title(kind, index))
    if pdf:
        invocation.note(f"laying out {len(pages)} PDF{'s' * (len(pages) != 1)}; the full assessment takes some seconds")
        written += _write_pdfs(pages, content, assessment.as_of)
    return written


class Failed(NamedTuple):
    """Why a PDF could not be made: an exception with a fix does not cross from one process to another."""

    what: str
    fix: str


def _write_pdfs(pages: Mapping[Path, tuple[str, str]], content: bytes, created: datetime) -> list[Path]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    if len(pages) < 2:
        done = [_write_pdf(path, *page, content, created) for path, page in pages.items()]
    else:
        with ProcessPoolExecutor(max_workers=len(pages), mp_context=get_context("spawn")) as pool:
            jobs = [pool.submit(_write_pdf, path, *page, content, created) for path, page in pages.items()]
            done = [job.result() for job in jobs]
    for failed in done:
        if isinstance(failed, Failed):
            raise RenderError(failed.what, fix=failed.fix)
    return [path for path in done if isinstance(path, Path)]


def _write_pdf(path: Path, text: str, title: str, content: bytes, created: datetime) -> Path | Failed:
    from govkit.report.pdf import write

    try:
        write_atomic(path, write(text, assessment_json=content, created=created, title=title))
    except RenderError as error:
        return Failed(error.what, error.fix)
    return path


def safe_name(text: str) -> str:
    """A name as part of a file name: what was replaced is told apart by a short digest."""
    kept = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip(".-")[:60]
    return kept if kept == text else f"{kept or 'x'}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
