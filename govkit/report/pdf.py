"""HTML of a report → PDF: archival (PDF/A-3a) and accessible (PDF/UA-1) at once, the assessment attached.

The same HTML and the same instant give the same bytes on one machine. Nothing is fetched: fonts are in the HTML.
"""

from __future__ import annotations

import gc
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from govkit.errors import RenderError
from govkit.report.laid import lost_text, missing_characters

INSTALL = (
    "pip install 'govkit[pdf]'; on Debian and Ubuntu also "
    "apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 "
    "(macOS: brew install pango harfbuzz)"
)
"""Source: a bare Debian 12 with WeasyPrint 70; without libharfbuzz-subset0 the bytes depend on the clock."""

_UA = (
    b'<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    b' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    b'<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>"
    b'<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:category>internal'
    b"</pdfaProperty:category><pdfaProperty:description>PDF/UA version identifier</pdfaProperty:description>"
    b"<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType></rdf:li>"
    b"</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
    b'<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>'
    b"</rdf:Description>"
)
"""WeasyPrint takes one variant; this adds PDF/UA-1 and the schema that PDF/A wants for it. Source: ISO 14289-1, 5."""


def write(html: str, *, assessment_json: bytes, created: datetime, title: str) -> bytes:
    """The PDF of a rendered report; raises RenderError when it cannot be made or would not be complete."""
    with _renderer() as (weasyprint, refused), _no_garbage_collection():
        options: dict[str, Any] = {
            "pdf_variant": "pdf/a-3a",
            "attachments": [
                weasyprint.Attachment(
                    string=assessment_json, name="assessment.json", relationship="Data",
                    description="The assessment this report shows, for programs", created=created, modified=created,
                )
            ],
        }  # fmt: skip
        source = weasyprint.HTML(string=html, url_fetcher=weasyprint.URLFetcher(allowed_protocols={"data"}))
        document = source.render(**options)
        _whole(source, document)
        _also_accessible(document, title)
        content: bytes = document.write_pdf(finisher=_readable_metadata, **options)
        if refused:
            raise RenderError(f"the report asks for something outside itself: {refused[0]}", fix=_OURS)
        _every_character(document)
        return content


_OURS = "this is a fault of govkit: please report it with the assessment"


@contextmanager
def _renderer() -> Iterator[tuple[Any, list[str]]]:
    """WeasyPrint, imported late because it costs half a second, and a list of what it refused to load."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # says that harfbuzz-subset will be needed; INSTALL names it
            import weasyprint
    except ImportError as error:
        raise RenderError("PDF needs WeasyPrint, which is not installed", fix=INSTALL) from error
    except OSError as error:
        raise RenderError(f"PDF needs a system library that is missing: {_first_line(error)}", fix=INSTALL) from error
    refused: list[str] = []
    watch = _Watch(refused)
    logger = logging.getLogger("weasyprint")
    quiet = logger.propagate
    logger.addHandler(watch)
    logger.propagate = False
    try:
        yield weasyprint, refused
    except weasyprint.urls.URLFetchingError as error:
        raise RenderError(f"the report asks for something outside itself: {_first_line(error)}", fix=_OURS) from error
    except RecursionError as error:
        raise RenderError("the report is nested too deep to be laid out", fix=_OURS) from error
    finally:
        logger.removeHandler(watch)
        logger.propagate = quiet


class _Watch(logging.Handler):
    """Collects what WeasyPrint says it could not load, one short line each."""

    def __init__(self, found: list[str]) -> None:
        super().__init__(level=logging.WARNING)
        self.found = found

    def emit(self, record: logging.LogRecord) -> None:
        """Keep lines about loading; WeasyPrint's other remarks are about style it does not know."""
        line = record.getMessage()
        if "Failed to load" in line or "cannot be loaded" in line:
            self.found.append(line[:200])


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Layout makes millions of boxes and no cycles worth finding; without the search it is a sixth faster."""
    active = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if active:
            gc.enable()


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0][:200]


def _whole(source: Any, document: Any) -> None:
    lost = lost_text(source.etree_element, [page._page_box for page in document.pages])
    if lost:
        some = "; ".join(lost[:3])
        raise RenderError(f"{len(lost)} pieces of text would be missing from the PDF: {some}", fix=_OURS)


def _every_character(document: Any) -> None:
    missing = missing_characters(document)
    if missing:
        shown = " ".join(f"{character} (U+{ord(character):04X})" for character in missing[:8])
        fix = "install a font that has them (Debian: fonts-noto-core, for Chinese, Japanese and Korean fonts-noto-cjk)"
        raise RenderError(f"no font has {shown}, which would be drawn as empty boxes", fix=fix)


def _also_accessible(document: Any, title: str) -> None:
    document.metadata.title = title
    plain = document.metadata.generate_rdf_metadata

    def with_ua(*arguments: Any, **options: Any) -> bytes:
        content: bytes = plain(*arguments, **options)
        return content.replace(b"</rdf:RDF>", _UA + b"</rdf:RDF>")

    document.metadata.generate_rdf_metadata = with_ua


def _readable_metadata(document: Any, pdf: Any) -> None:  # noqa: ARG001  (signature is WeasyPrint's)
    """PDF/A wants the metadata uncompressed, for archives that index it without a PDF library."""
    pdf.objects[int(pdf.catalog["Metadata"].split()[0])].compress = False
