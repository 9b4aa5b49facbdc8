"""Croissant dataset descriptions: how completely a dataset is described, and whether its files can be verified.

Format: Croissant 1.0 and 1.1 (docs/croissant-spec.md and croissant-spec-1.1.md of mlcommons/croissant), JSON-LD.
Measures, each k of n: `croissant/fields-filled` (required and recommended properties), `croissant/required-filled`,
`croissant/license-present`, `croissant/distribution-hashed` (files with a SHA-256 digest; files inside an archive are
covered by the archive's), `croissant/record-fields-described`, `croissant/rai-filled` (responsible-AI properties).
A property that says "unknown" is not filled.
A description says what its author wrote, so it is examined, not tested: nothing here looks at the data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import UNSAID, fields, name, pointer
from govkit.errors import CollectorError
from govkit.model.evidence import DatasetRef, Measurement, Reading

FORMAT = "croissant"
VERSION = "2"

REQUIRED = ("name", "description", "license", "url", "creator", "datePublished", "distribution")
RECOMMENDED = (
    "keywords", "publisher", "version", "dateCreated", "dateModified", "sameAs", "sdLicense", "inLanguage",
)  # fmt: skip
"""Properties of a dataset. Source: Croissant 1.0 and 1.1, "Dataset-level Information"; without @context, @type and
conformsTo, by which the file is recognised.
"""

RESPONSIBLE = (
    "dataCollection", "dataBiases", "dataLimitations", "personalSensitiveInformation", "dataUseCases",
    "dataSocialImpact",
)  # fmt: skip
"""Source: Croissant RAI 1.0; of its twenty properties these apply to every dataset (govkit judgement). Descriptions of
Croissant 1.0 write the first, second and fourth without a prefix, as their context then defines.
"""

DEEPEST = 8
"""Files in files in files that are followed. Source: govkit judgement; published descriptions have one or two."""

_SPELLINGS = {"sdLicense": ("sdLicense", "sdLicence")}
_PREFIXES = (
    "",
    "sc:",
    "schema:",
    "cr:",
    "https://schema.org/",
    "http://schema.org/",
    "http://mlcommons.org/croissant/",
    "rai:",
    "http://mlcommons.org/croissant/RAI/",
)
_CONFORMS = re.compile(r"https?://mlcommons\.org/croissant/(\d+(?:\.\d+)*)/?")
_KNOWN = frozenset({"1.0", "1.1"})
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


def sniff(source: Source) -> Sniffed | None:
    """A JSON-LD dataset that declares to conform to Croissant."""
    dataset = _dataset(source.document)
    if dataset is None:
        return None
    return Sniffed(FORMAT, 0.95, _version(dataset), "a sc:Dataset that conformsTo mlcommons.org/croissant")


def _dataset(document: Any) -> dict[str, Any] | None:
    """The dataset node, at the top or in an @graph."""
    nodes = [document, *_listed(fields(document).get("@graph"))]
    return next((node for node in nodes if isinstance(node, dict) and _is_a(node, "Dataset") and _version(node)), None)


def _listed(value: Any) -> list[Any]:
    """JSON-LD writes one value without a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _get(node: dict[str, Any], word: str) -> Any:
    """A property under any of its usual prefixes."""
    for spelling in _SPELLINGS.get(word, (word,)):
        for prefix in _PREFIXES:
            if prefix + spelling in node:
                return node[prefix + spelling]
    return None


def _is_a(node: dict[str, Any], kind: str) -> bool:
    kinds = [one for one in _listed(node.get("@type")) if isinstance(one, str)]
    return any(one == kind or one.endswith((f":{kind}", f"/{kind}")) for one in kinds)


def _version(node: dict[str, Any]) -> str | None:
    """The version of Croissant a dataset says it conforms to; it may conform to more than that."""
    stated = _get(node, "conformsTo") or node.get("dct:conformsTo") or node.get("http://purl.org/dc/terms/conformsTo")
    for one in _listed(stated):
        found = _CONFORMS.fullmatch(str(fields(one).get("@id") if isinstance(one, dict) else one))
        if found:
            return found[1]
    return None


def _filled(value: Any) -> bool:
    """Whether somebody wrote something: blank texts, empty lists, a kind alone and "unknown" are not filled."""
    if isinstance(value, str):
        return bool(value.strip()) and value.strip().lower() not in UNSAID
    if isinstance(value, list):
        return any(_filled(one) for one in value)
    if isinstance(value, dict):
        named = [value[key] for key in ("name", "sc:name") if key in value]
        said = [one for key, one in value.items() if key not in ("@type", "@context", "@language")]
        return any(_filled(one) for one in named or said)
    return value is not None


def _text(value: Any) -> str | None:
    """A text; of several languages the first."""
    if isinstance(value, dict):
        value = value.get("@value", next((one for one in value.values() if isinstance(one, str)), None))
    return name(value[0] if isinstance(value, list) and value else value)


def collect(source: Source) -> Reading:
    """How much of the description is there."""
    document = source.json_document()
    dataset = _dataset(document)
    if dataset is None:
        fix = "add `@type: sc:Dataset` and `conformsTo: http://mlcommons.org/croissant/1.1`, if that is what it is"
        raise CollectorError("is not a Croissant description", fix=fix)
    version = _version(dataset) or ""
    warnings = [f"unknown-version: Croissant {version} is not known here"] if version not in _KNOWN else []
    missing = [word for word in (*REQUIRED, *RECOMMENDED) if not _filled(_get(dataset, word))]
    if missing:
        warnings.append(f"missing-fields: {', '.join(missing)}")
    warnings += _said(dataset)
    about = _reference(dataset)
    return Reading(
        format=FORMAT,
        format_version=version,
        collector=FORMAT,
        collector_version=VERSION,
        status="complete",
        method="EXAMINE",
        measurements=tuple(one.model_copy(update={"dataset": about}) for one in _measurements(dataset)),
        warnings=tuple(warnings),
    )


def _measurements(dataset: dict[str, Any]) -> Iterator[Measurement]:
    wanted = (*REQUIRED, *RECOMMENDED)
    yield _share("fields-filled", [_filled(_get(dataset, word)) for word in wanted], "")
    yield _share("required-filled", [_filled(_get(dataset, word)) for word in REQUIRED], "")
    yield _share("license-present", [_filled(_get(dataset, "license"))], pointer("license"))
    yield _share("distribution-hashed", [_digest(one) is not None for one in _files(dataset)], pointer("distribution"))
    described = [_filled(_get(field, "description")) for field in _record_fields(dataset)]
    yield _share("record-fields-described", described, pointer("recordSet"))
    yield _share("rai-filled", [_filled(_get(dataset, word)) for word in RESPONSIBLE], "")


def _share(measure: str, found: list[bool], place: str) -> Measurement:
    """k of n; nothing to count is no value."""
    k, n = sum(found), len(found)
    return Measurement(
        measure=f"croissant/{measure}",
        value=k / n if n else None,
        unit="proportion",
        higher_is_better=True,
        n=n,
        n_basis="fields",
        successes=k if n else None,
        place=place,
        warnings=() if n else ("nothing-to-count: the description has none of these",),
    )


def _said(dataset: dict[str, Any]) -> Iterator[str]:
    """What to know about the files, when there is something."""
    files = _files(dataset)
    wrong = sum(_digest(one) is None and _filled(_get(one, "sha256")) for one in files)
    if wrong:
        yield f"no-digest: {wrong} files have a sha256 that is none: it has not 64 hexadecimal digits"
    weak = sum(not _filled(_get(one, "sha256")) and _filled(_get(one, "md5")) for one in files)
    if weak:
        yield f"md5-only: {weak} files have an MD5 only, which two different files can share, so it is not counted"
    if _get(dataset, "isLiveDataset") in (True, "true", "True"):
        yield "live-dataset: the dataset goes on changing, so its files may no longer be those that are described"


def _files(dataset: dict[str, Any]) -> list[dict[str, Any]]:
    """Files, and sets of files, that are fetched by themselves: no other file that is described contains them."""
    listed = [one for one in _listed(_get(dataset, "distribution")) if isinstance(one, dict)]
    nodes = [one for one in listed if _is_a(one, "FileObject") or _is_a(one, "FileSet")]
    known = {ident: node for node in nodes for ident in _names(node)}
    return [one for one in nodes if not _covered(one, known)]


def _names(node: dict[str, Any]) -> list[str]:
    """What others may call a file by; before identifiers there were names."""
    return [text for text in (node.get("@id"), _get(node, "name")) if isinstance(text, str)]


def _covered(node: dict[str, Any], known: dict[str, dict[str, Any]]) -> bool:
    """Whether a file lies in files that are described, and the first of those, in turn, in one fetched by itself.

    Every file is asked, so of files that contain each other none is covered.
    """
    if not all(_named_by(one) in known for one in _owners(node)):
        return False
    inside = known.get(_named_by(_owners(node)[0])) if _owners(node) else None
    for _ in range(DEEPEST):
        if inside is None:
            return False
        if not _owners(inside):
            return True
        inside = known.get(_named_by(_owners(inside)[0]))
    return False


def _owners(node: dict[str, Any]) -> list[Any]:
    return _listed(_get(node, "containedIn"))


def _named_by(reference: Any) -> str:
    """The name in a reference, which is an object with an @id or, in older descriptions, a text."""
    raw = reference.get("@id") if isinstance(reference, dict) else reference
    return raw if isinstance(raw, str) else ""


def _digest(node: dict[str, Any]) -> str | None:
    """The digest of a file, when it is one: an address where a digest belongs is none, and a set of files has none."""
    stated = _get(node, "sha256")
    one_file = isinstance(stated, str) and _is_a(node, "FileObject")
    return stated.strip().lower() if one_file and _SHA256.fullmatch(stated.strip()) else None


def _record_fields(dataset: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every field of every record set, and the fields inside fields."""
    todo = [one for records in _listed(_get(dataset, "recordSet")) for one in _listed(_get(fields(records), "field"))]
    while todo:
        field = todo.pop()
        if isinstance(field, dict):
            yield field
            todo += _listed(_get(field, "subField"))


def _reference(dataset: dict[str, Any]) -> DatasetRef | None:
    ident = _text(_get(dataset, "name"))
    if ident is None:
        return None
    files = _files(dataset)
    digest = _digest(files[0]) if len(files) == 1 else None
    return DatasetRef(id=ident, revision=_text(_get(dataset, "version")), sha256=digest)
