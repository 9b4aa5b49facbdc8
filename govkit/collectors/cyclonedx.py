"""CycloneDX bills of materials: what a supplier states about a model, and how completely components are identified.

Format: CycloneDX 1.2 to 1.7 in JSON; model cards since 1.5. Read in its JSON schemas and examples. XML is refused with
the way out. Prose (intended use, limits, risks) is not read.
Measures: `cyclonedx/<model>/<metric>` with the slice as condition, `cyclonedx/<model>/energy` (kWh), `.../emissions`,
`.../emissions-offset` (kgCO2e) by activity: all stated, not measured, and flagged so. About the bill itself:
`cyclonedx/components`, `cyclonedx/models` (counts), `cyclonedx/components-hashed`, `.../components-licensed`,
`.../components-identified` (shares).
"""

from __future__ import annotations

from collections.abc import Iterator

from govkit.collectors.cyclonedx_parts import Component, components, model_ref, tool
from govkit.collectors.cyclonedx_stated import stated
from govkit.collectors.source import DOCUMENT_BYTES, Sniffed, Source
from govkit.collectors.values import fields, instant, name, section
from govkit.collectors.xml_events import root_of
from govkit.errors import CollectorError
from govkit.model.evidence import Measurement, Reading

FORMAT = "cyclonedx"
VERSION = "2"

KNOWN = frozenset({"1.2", "1.3", "1.4", "1.5", "1.6", "1.7"})
MODEL = "machine-learning-model"
_STRONG = frozenset(
    {
        "SHA-256", "SHA-384", "SHA-512", "SHA3-256", "SHA3-384", "SHA3-512",
        "BLAKE2b-256", "BLAKE2b-384", "BLAKE2b-512", "BLAKE3", "Streebog-256", "Streebog-512",
    }
)  # fmt: skip
"""Source: the `hash-alg` of bom-1.7.schema.json, without MD5 and SHA-1."""
_IDENTIFIERS = ("purl", "cpe", "swid", "omniborId", "swhid")


def sniff(source: Source) -> Sniffed | None:
    """The key bomFormat, or the XML namespace of CycloneDX."""
    if _is_xml(source):
        return Sniffed(FORMAT, 0.9, "xml", "XML with the namespace of CycloneDX")
    document = fields(source.document)
    if document.get("bomFormat") == "CycloneDX":
        return Sniffed(FORMAT, 0.95, name(document.get("specVersion"), 20), "bomFormat is CycloneDX")
    if source.size > DOCUMENT_BYTES and b'"bomFormat"' in source.head and b'"CycloneDX"' in source.head:
        return Sniffed(FORMAT, 0.8, None, "a large file that begins like a CycloneDX bill")
    return None


def _is_xml(source: Source) -> bool:
    if source.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"<":
        return False
    root = root_of(source.head)
    return root is not None and root.tag == "bom" and b"cyclonedx.org" in root.attributes


def collect(source: Source) -> Reading:
    """What the bill states, and counts of its components."""
    if _is_xml(source):
        fix = "convert it: `cyclonedx convert --input-file FILE --output-format json`"
        raise CollectorError("is a CycloneDX bill in XML, and only JSON is read", fix=fix)
    document = source.json_document()
    if fields(document).get("bomFormat") != "CycloneDX":
        fix = "check the format; `govkit read FILE` without --format says what the file looks like"
        raise CollectorError("is not a CycloneDX bill of materials", fix=fix)
    parts = list(components(document))
    models = [part for part in parts if part.type == MODEL]
    subject = [part for part in models if part.place == "/metadata/component"]
    about = subject[0] if subject else models[0] if len(models) == 1 else None
    metadata = section(document, "metadata")
    moment = instant(metadata.get("timestamp"))
    version = name(document.get("specVersion"), 20)
    found = [*_about_the_bill(parts), *(one for model in models for one in stated(model))]
    warnings = [] if version in KNOWN else [f"unknown-version: specVersion {version!r} is not known here"]
    warnings += [] if models else ["no-model: the bill lists no machine-learning model"]
    model, doubts = model_ref(about) if about else (None, ())
    return Reading(
        format=FORMAT,
        format_version=version,
        collector=FORMAT,
        collector_version=VERSION,
        tool=tool(metadata),
        model=model,
        at=moment.at,
        at_text=moment.text,
        method="EXAMINE",
        run_id=name(document.get("serialNumber")),
        measurements=tuple(one.model_copy(update={"at": moment.at, "at_text": moment.text}) for one in found),
        warnings=(*warnings, *doubts),
    )


def _about_the_bill(parts: list[Component]) -> Iterator[Measurement]:
    listed = [part for part in parts if part.place != "/metadata/component"]
    place = "/components"
    for word, count in (("components", len(listed)), ("models", sum(part.type == MODEL for part in parts))):
        yield Measurement(measure=f"cyclonedx/{word}", value=count, unit="count", place=place)
    shares = {
        "components-hashed": sum(bool(part.algorithms & _STRONG) for part in listed),
        "components-licensed": sum(part.licensed for part in listed),
        "components-identified": sum(any(part.values.get(key) for key in _IDENTIFIERS) for part in listed),
    }
    for word, k in shares.items():
        yield Measurement(
            measure=f"cyclonedx/{word}",
            value=k / len(listed) if listed else None,
            unit="proportion",
            higher_is_better=True,
            n=len(listed),
            n_basis="entries",
            successes=k if listed else None,
            place=place,
            warnings=() if listed else ("nothing-to-count: the bill lists no component",),
        )
