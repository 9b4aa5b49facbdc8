"""Measurements of a release as Every Eval Ever records, schema 0.3.0 (MIT): one record per evidence file.

Same evidence, same bytes: ids come from digests, and the time a record is said to be from is that of a commit, of the
release or of the run, unless the caller states one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from govkit.export.eee_result import UNKNOWN, result, seconds, stated, why_not
from govkit.model.evidence import Evidence, Measurement, ModelRef, Reading
from govkit.model.project import Release

SCHEMA = "0.3.0"

DOCUMENTS = frozenset({"hugging-face", "robustbench"})
"""Formats that hold published scores, not outputs of a run."""

_RELATIONS = frozenset({"first_party", "third_party", "collaborative", "other"})


class Made(NamedTuple):
    """A record and the name of its file."""

    name: str
    record: dict[str, Any]


class Exported(NamedTuple):
    """The records of a release, and what is not in them: reasons with how often each holds."""

    records: tuple[Made, ...]
    files_left_out: Counter[str]
    values_left_out: Counter[str]
    values: int
    samples: int
    """Lists of scores of single samples, which are not written: the texts they need are never kept."""


def eee_records(
    release: Release, evidence: Iterable[Evidence], organisation: str, as_of: datetime | None = None
) -> Exported:
    """A record for every file bound to the release that holds test results of a model."""
    made: dict[str, Made] = {}
    files: Counter[str] = Counter()
    values: Counter[str] = Counter()
    written = samples = 0
    for item in sorted(evidence, key=lambda one: (one.path, one.sha256)):
        if item.release != release.version or item.path.startswith("git:"):
            continue
        source = _source(item, release, as_of)
        if isinstance(source, str):
            files[source] += 1
            continue
        reasons = [(one, _why_not(one, source.reading)) for one in source.reading.measurements]
        values.update(why for _, why in reasons if why is not None)
        fit = [one for one, why in reasons if why is None]
        if not fit:
            files["no value in it that can be written"] += 1
            continue
        written, samples = written + len(fit), samples + len(source.reading.samples)
        name = _name(item, source.reading, made)
        made[name] = Made(name, _record(source, fit, organisation))
    return Exported(tuple(made.values()), files, values, written, samples)


class Source(NamedTuple):
    """A file that becomes a record: what was read, of which model, and from when the record is."""

    item: Evidence
    reading: Reading
    model: ModelRef
    named_by_project: bool
    when: datetime


def _source(item: Evidence, release: Release, as_of: datetime | None) -> Source | str:
    """The file, or why it becomes no record."""
    reading = item.reading
    if reading is None:
        return "could not be read"
    if reading.method != "TEST":
        return "document or statement, not a test result"
    model = reading.model or _only_model(release)
    if model is None:
        return "no model named, and the release names none or several"
    when = as_of or item.committed or release.date or reading.at
    if when is None:
        return "no date known; commit it, or state one with --as-of"
    return Source(item, reading, model, reading.model is None, when)


def _only_model(release: Release) -> ModelRef | None:
    """The model the project says the release is, when it is one."""
    models = [one for one in release.artefacts if one.kind == "model"]
    if len(models) != 1:
        return None
    return ModelRef(id=models[0].id, revision=models[0].revision, sha256=models[0].sha256)


def _why_not(one: Measurement, reading: Reading) -> str | None:
    """Why a value is left out, also for what is wrong with its whole run."""
    status = one.status or reading.status
    return why_not(one.model_copy(update={"status": status, "flags": (*one.flags, *reading.flags)}))


def _name(item: Evidence, reading: Reading, taken: dict[str, Made]) -> str:
    """The file's name, from format and digest; of several with one digest the later ones are numbered."""
    stem = f"{reading.format}_{item.sha256[:12]}"
    names = (f"{stem}{'' if number == 1 else f'_{number}'}.json" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _record(source: Source, fit: list[Measurement], organisation: str) -> dict[str, Any]:
    reading, tool = source.reading, source.reading.tool
    when = seconds(source.when.timestamp())
    model = source.model.id.replace("/", "_")
    return stated(
        {
            "schema_version": SCHEMA,
            "evaluation_id": f"{reading.format}-{source.item.sha256[:12]}/{model}/{when}",
            "evaluation_timestamp": seconds(reading.at.timestamp()) if reading.at else None,
            "retrieved_timestamp": when,
            "source_metadata": _origin(source, organisation),
            "eval_library": {
                "name": tool.name if tool else UNKNOWN,
                "version": tool.version if tool and tool.version else UNKNOWN,
            },
            "model_info": _model_info(source),
            "evaluation_results": [result(one, reading.config) for one in fit],
        }
    )


def _origin(source: Source, organisation: str) -> dict[str, Any]:
    """Who says so. What the evidence does not state is `other`, never a guess at who evaluated whom."""
    reading, item = source.reading, source.item
    before = reading.config if reading.format == "every-eval-ever" else {}
    relation = before.get("evaluator_relationship", "")
    claimed = "self-reported" in reading.flags
    kind = "documentation" if claimed or reading.format in DOCUMENTS else "evaluation_run"
    more = {
        "evidence_sha256": item.sha256,
        "evidence_format": reading.format,
        "run_id": reading.run_id,
        "run_status": reading.status,
        "flags": ", ".join(reading.flags) or None,
        "evaluation_time": reading.at_text,
        "evaluator_relationship": None if relation or claimed else "not stated in the evidence",
        "doubts": " | ".join(reading.warnings) or None,
    }
    return {
        "source_name": item.path,
        "source_type": before.get("source_type", kind),
        "source_organization_name": organisation,
        "evaluator_relationship": relation if relation in _RELATIONS else "first_party" if claimed else "other",
        "additional_details": {key: text for key, text in more.items() if text is not None},
    }


def _model_info(source: Source) -> dict[str, Any]:
    model = source.model
    more = {
        "deployment_type": UNKNOWN,
        "model_availability": UNKNOWN,
        "revision": model.revision,
        "revision_kind": model.revision_kind if model.revision else None,
        "sha256": model.sha256,
        "named_by": "the project; the evidence names no model" if source.named_by_project else None,
    }
    known = {key: text for key, text in more.items() if text is not None}
    return {"name": model.id, "id": model.id, "additional_details": known}


def loss_lines(found: Exported) -> list[str]:
    """What is in the records and what is not, in plain words."""
    left = sum(found.values_left_out.values())
    lines = [f"{_many(len(found.records), 'record')} with {_many(found.values, 'value')}; {left} left out"]
    lines += [f"  left out: {_many(n, 'value')}: {why}" for why, n in sorted(found.values_left_out.items())]
    lines += [f"  left out: {_many(n, 'file')}: {why}" for why, n in sorted(found.files_left_out.items())]
    if found.samples:
        lines.append(
            f"  left out: {_many(found.samples, 'list')} of scores of single samples, whose texts are not kept"
        )
    if found.records:
        lines.append("  as text only: judge, run status, flags, doubts, planned and lost items, groups of items")
        lines.append("  not stated, so 'unknown' or 'other': who evaluated whom, how the model is run and offered")
    return lines


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
