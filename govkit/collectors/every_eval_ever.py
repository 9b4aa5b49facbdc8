"""Every Eval Ever: records of evaluations by any tool, and the samples beside them.

Formats: schemas 0.2.0 to 0.3.0 (MIT; records and schemas read), a record, its `_samples.jsonl`, or a folder with both.
Records of other versions are read as far as they are the same.
Measures: `every-eval-ever/<evaluation>/<metric>`; of samples without their record `.../correct`. Parameters of the
metric and how the model was asked are conditions.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from govkit.collectors import every_eval_ever_results as results
from govkit.collectors import every_eval_ever_samples as samples
from govkit.collectors import every_eval_ever_stated as stated
from govkit.collectors.source import DOCUMENT_BYTES, Sniffed, Source
from govkit.collectors.values import Warnings, count, fields, name, pointer, revision_kind, section
from govkit.errors import CollectorError
from govkit.model.evidence import Flag, Measurement, ModelRef, Reading, RunStatus, SampleScores, ToolRef

FORMAT = "every-eval-ever"
VERSION = "2"

KNOWN = frozenset({"0.2.0", "0.2.1", "0.2.2", "0.3.0"})
_ALGORITHMS = frozenset({"sha256", "md5"})
_SOURCE = ("source_name", "source_type", "source_organization_name", "evaluator_relationship")
_MOST_FILES = 200
_REVISIONS: tuple[Literal["sha", "tag", "mutable"], ...] = ("sha", "tag", "mutable")

_FIRST = (
    "self-reported: the record says that the party whose model this is evaluated it (first_party); some converters "
    "write that when nobody said otherwise"
)
_COPIED = "documentation: the scores are copied from a document or leaderboard, not taken from outputs of a run"
_RETRIEVED = "no-date: the record says when it was made, and not when the evaluation was run"
_UNPINNED = "model-unpinned: the record names the model and no revision of it"


class Joined(NamedTuple):
    """Results with what the samples beside them add."""

    measurements: tuple[Measurement, ...]
    samples: tuple[SampleScores, ...] = ()
    warnings: Warnings = ()
    flags: tuple[Flag, ...] = ()
    partial: bool = False


def sniff(source: Source) -> Sniffed | None:
    """A record, rows of samples, or a folder with one record."""
    if source.is_folder:
        record = _record_of(source)
        if record is None:
            return None
        return Sniffed(FORMAT, 0.9, _version(record.document), "a folder with one record and rows of samples")
    if _is_record(source.document):
        return Sniffed(FORMAT, 0.95, _version(source.document), "evaluation_id, evaluation_results and model_info")
    if samples.is_row(source.first_row) and not _is_record(source.document):
        version = name(source.first_row.get("schema_version"), 20)
        return Sniffed(FORMAT, 0.95, f"{version or 'unknown'}-samples", "rows with sample_id and evaluation")
    return None


def _is_record(document: Any) -> bool:
    return (
        isinstance(document, dict)
        and isinstance(document.get("schema_version"), str)
        and "evaluation_id" in document
        and isinstance(document.get("evaluation_results"), list)
        and isinstance(document.get("model_info"), dict)
    )


def _version(document: dict[str, Any]) -> str | None:
    return name(document.get("schema_version"), 20)


def _record_of(folder: Source) -> Source | None:
    """The one record of a folder that also has rows of samples; None for any other folder."""
    members = folder.members or ()
    if len(members) > _MOST_FILES or not any(one.endswith(".jsonl") for one in members):
        return None
    found = [folder.member(one) for one in members if one.endswith(".json")]
    records = [one for one in found if one is not None and one.size <= DOCUMENT_BYTES and _is_record(one.document)]
    return records[0] if len(records) == 1 else None


def collect(source: Source) -> Reading:
    """Every result of a record, or the rows of samples alone."""
    if source.is_folder:
        record = _record_of(source)
        if record is None:
            raise CollectorError("is no folder with one record of Every Eval Ever", fix="name the record itself")
        return _reading(record.json_document(), source)
    if samples.is_row(source.first_row):
        return samples.reading(source, FORMAT, VERSION)
    document = source.json_document()
    if not _is_record(document):
        fix = "check the format; `govkit read FILE` without --format says what the file looks like"
        raise CollectorError("is not a record of Every Eval Ever", fix=fix)
    return _reading(document, None)


def _reading(document: dict[str, Any], folder: Source | None) -> Reading:
    listed = [fields(one) for one in document["evaluation_results"]]
    measured = tuple(results.one(one, pointer("evaluation_results", i)) for i, one in enumerate(listed))
    joined = _joined(document, listed, measured, folder)
    flags, said = _origin(section(document, "source_metadata"))
    moment = stated.moment(document.get("evaluation_timestamp"))
    model = _model(section(document, "model_info"))
    warnings = [*said, *joined.warnings, *_doubts(document, listed)]
    if moment.at is None and moment.text is None and not any(one.at or one.at_text for one in measured):
        warnings.append(_RETRIEVED)
    if model is None:
        warnings.append("model-unknown: the record does not name the model")
    elif model.revision is None:
        warnings.append(_UNPINNED)
    elif model.revision_kind == "mutable":
        warnings.append(f"mutable-revision: {model.revision!r} is a branch, which can move")
    return Reading(
        format=FORMAT,
        format_version=_version(document),
        collector=FORMAT,
        collector_version=VERSION,
        tool=_tool(section(document, "eval_library")),
        model=model,
        status=stated.status_of(section(section(document, "source_metadata"), "additional_details")) or _status(joined),
        at=moment.at,
        at_text=moment.text,
        flags=(*flags, *joined.flags),
        run_id=name(document.get("evaluation_id")),
        config=_config(document),
        measurements=joined.measurements,
        samples=joined.samples,
        warnings=tuple(warnings),
    )


def _model(info: dict[str, Any]) -> ModelRef | None:
    """The model; the schema has no field for a revision, so only one among the additional details is known."""
    ident = name(info.get("id")) or name(info.get("name"))
    if ident is None:
        return None
    more = section(info, "additional_details")
    revision, kind = name(more.get("revision"), 100), more.get("revision_kind")
    stated_kind = next((one for one in _REVISIONS if one == kind and revision), None)
    known = stated_kind or revision_kind(revision)
    return ModelRef(id=ident, revision=revision, revision_kind=known, sha256=stated.sha256_of(more))


def _tool(library: dict[str, Any]) -> ToolRef | None:
    tool, version = name(library.get("name"), 100), name(library.get("version"), 100)
    if tool is None or tool == "unknown":
        return None
    return ToolRef(name=tool, version=None if version == "unknown" else version)


def _status(joined: Joined) -> RunStatus:
    """A record says nothing about how its run ended, unless fewer samples were used than there are."""
    limited = any(one.planned is not None and one.planned > (one.n or 0) for one in joined.measurements)
    return "partial" if limited or joined.partial else "unknown"


def _origin(source: dict[str, Any]) -> tuple[tuple[Flag, ...], list[str]]:
    """Who evaluated, and whether these are scores of a run at all."""
    said = [_COPIED] if source.get("source_type") == "documentation" else []
    first = source.get("evaluator_relationship") == "first_party"
    flags = stated.flags_of(section(source, "additional_details"))
    if first:
        said.insert(0, _FIRST)
    return tuple(dict.fromkeys((*flags, *(("self-reported",) if first else ())))), said


def _config(document: dict[str, Any]) -> dict[str, str]:
    source, model = section(document, "source_metadata"), section(document, "model_info")
    told = {key: source.get(key) for key in _SOURCE}
    told["inference_platform"] = model.get("inference_platform")
    told["inference_engine"] = section(model, "inference_engine").get("name")
    return {key: text for key, raw in told.items() if (text := name(raw, 100)) is not None}


def _doubts(document: dict[str, Any], listed: list[dict[str, Any]]) -> Warnings:
    said: list[str] = []
    version = _version(document)
    if version not in KNOWN:
        said.append(f"unknown-version: records of schema {version} are read as those of 0.2 and 0.3")
    wholes = list(results.overlapping(listed))
    if wholes and len(listed) > 1:
        shown = ", ".join(repr(one[:60]) for one in wholes[:5])
        said.append(f"overall-and-parts: {shown} may be made of other results here; do not count both")
    keys = [samples.result_key(one) for one in listed if one.get("evaluation_result_id")]
    if len(set(keys)) < len(keys):
        said.append("duplicate-result: two results have the same evaluation_result_id")
    if not listed:
        said.append("no-measurements: the record holds no result")
    return tuple(said)


def _joined(
    document: dict[str, Any], listed: list[dict[str, Any]], measured: tuple[Measurement, ...], folder: Source | None
) -> Joined:
    """The results, and the scores of single samples where the file beside the record is the one it names."""
    details = section(document, "detailed_evaluation_results")
    wanted = (name(details.get("file_path"), 500) or "").rpartition("/")[2]
    if folder is None:
        said = "samples-not-read: the record names a file of samples; bind the folder to have both read"
        return Joined(measured, warnings=(said,) if wanted else ())
    beside = [one for one in folder.members or () if one.rpartition("/")[2] == wanted] if wanted else []
    file = folder.member(beside[0]) if len(beside) == 1 else None
    if file is None:
        return Joined(measured, warnings=("samples-missing: the folder lacks the file of samples the record names",))
    algorithm, checksum = details.get("hash_algorithm"), name(details.get("checksum"), 200)
    if algorithm in _ALGORITHMS and checksum and samples.digest(file, str(algorithm)) != checksum.lower():
        said = f"checksum-differs: the samples are not those the record was made of ({algorithm}); they are not used"
        return Joined(measured, warnings=(said,), flags=("edited-after-run",))
    found = samples.companion(file)
    if not samples.same_run(document, found):
        return Joined(measured, warnings=("samples-of-another-run: the samples name another run or model; not used",))
    return _with_samples(details, listed, measured, found, unchecked=not (algorithm in _ALGORITHMS and checksum))


def _with_samples(
    details: dict[str, Any],
    listed: list[dict[str, Any]],
    measured: tuple[Measurement, ...],
    found: samples.Companion,
    *,
    unchecked: bool,
) -> Joined:
    said = ["no-checksum: the record gives no checksum of its samples, so nobody can tell that they are its own"]
    said = said if unchecked else []
    rows = count(details.get("total_rows"))
    short = rows is not None and rows != found.rows
    if short:
        said.append(f"samples-incomplete: the record says {rows} rows of samples, and there are {found.rows}")
    pairs = [samples.matching(one, samples.result_key(raw), found) for one, raw in zip(measured, listed, strict=True)]
    kept = tuple(scores for _, scores in pairs if scores is not None)
    return Joined(tuple(one for one, _ in pairs), kept, tuple(said), partial=short)
