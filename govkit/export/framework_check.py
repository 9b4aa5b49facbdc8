"""What was looked up in catalogs, mappings and profiles: one screen each, and JSON (`govkit.framework-check/1`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from govkit.export.columns import plural, row, wrapped
from govkit.export.problems_json import problem_json
from govkit.model.catalog import Catalog, Mapping, Source
from govkit.model.framework_check import FrameworkCheck, Looked, Said
from govkit.model.profile import Profile

_SHOWN: dict[Said, str] = {"holds": "holds", "broken": "BROKEN", "not-said": "not said"}
_COLUMN = 12


def frameworks_document(checks: Iterable[FrameworkCheck]) -> dict[str, Any]:
    """Everything that was looked up."""
    return {"schema": "govkit.framework-check/1", "frameworks": [_document(check) for check in checks]}


def _document(check: FrameworkCheck) -> dict[str, Any]:
    record = check.record
    head = {name: _plain(getattr(record, name, None)) for name in ("publisher", "edition", "published", "as_of")}
    found: dict[str, Any] = {
        "type": check.type,
        "id": record.id,
        "title": record.title,
        **head,
        "licence": record.licence,
        "status": record.status,
        "file": check.file,
        "sha256": check.sha256,
        "sources": [source.model_dump(exclude_none=True) for source in record.sources],
        "looked": [_looked(item) for item in check.looked],
        "not_checked": None if check.unchecked is None else list(check.unchecked),
    }
    if isinstance(record, Catalog):
        found["superseded_by"] = record.superseded_by
    if isinstance(record, Mapping):
        found |= {"source": record.source, "target": record.target, "style": record.style, "basis": record.basis}
        found |= {"reviewed_by": list(record.reviewed_by), "disclosure": record.disclosure}
    return found


def _plain(value: Any) -> str | None:
    return None if value is None else str(value)


def _looked(item: Looked) -> dict[str, Any]:
    problems = [problem_json(problem) for problem in item.problems]
    return {"question": item.question, "said": item.said, "found": item.found, "problems": problems}


def frameworks_text(checks: Sequence[FrameworkCheck]) -> Iterator[str]:
    """One screen for each, and when there are several a table and a line for all of them."""
    for number, check in enumerate(checks):
        if number:
            yield f"\n{'-' * 78}\n"
        yield from _screen(check)
    if len(checks) > 1:
        yield f"\n{'-' * 78}\n"
        yield from _table(checks)
        yield ""
        yield wrapped(overall(checks))


def _table(checks: Sequence[FrameworkCheck]) -> Iterator[str]:
    """One line for each: state of knowledge, and how many answers hold."""
    yield "as of       holds  broken  not said"
    for check in checks:
        counts = (check.count(said) for said in ("holds", "broken", "not-said"))
        holds, broken, silent = (str(count) if count else "-" for count in counts)
        yield f"{check.record.as_of}  {holds:>5}  {broken:>6}  {silent:>8}  {check.record.id} ({check.type})"


def _screen(check: FrameworkCheck) -> Iterator[str]:
    record = check.record
    yield f"{record.id}   ({check.type})"
    yield wrapped(record.title, 2, "  ")
    for label, text in _head(check):
        yield row(f"  {label}", text, _COLUMN + 2)
    yield "\n  Where it was read"
    for source in record.sources:
        yield from _source(source)
    yield "\n  Looked up again in the file"
    for item in check.looked:
        yield row(f"  {_SHOWN[item.said]}", f"{item.question}: {item.found}", _COLUMN)
    yield "\n  What nobody checked"
    if check.unchecked is None:
        above = "see the status and what to read first above" if check.type == "mapping" else "see the status above"
        where = "there is no SOURCE.md with that heading beside it" if check.type == "catalog" else above
        yield wrapped(f"Nothing more is said: {where}.", 4, "    ")
    for point in check.unchecked or ():
        yield wrapped(point, 6, "    - ")
    yield from ("", wrapped(f"  {summary(check)}", 2, ""))


def _head(check: FrameworkCheck) -> Iterator[tuple[str, str]]:
    record = check.record
    match record:
        case Catalog():
            yield "Publisher", record.publisher
            later = f"; superseded by {record.superseded_by}" if record.superseded_by else ""
            yield "Edition", f"{record.edition}, published {record.published}{later}"
        case Mapping():
            yield "Between", f"{record.source} and {record.target}; {record.style} style, {record.basis}"
        case Profile():
            yield "Publisher", f"{record.publisher}, edition {record.edition}"
    yield "As of", f"state of knowledge {record.as_of}"
    yield "Licence", record.licence
    yield "Status", record.status
    if isinstance(record, Mapping) and record.disclosure:
        yield "Disclosure", record.disclosure
    yield "File", check.file
    yield "SHA-256", check.sha256


def _source(source: Source) -> Iterator[str]:
    pinned = f"  @ {source.commit[:12]}" if source.commit else ""
    label = f"    {source.id}"
    yield row(label, f"{source.ref}{pinned}", max(12, len(label) + 2))
    for word, text in (("checked", source.checked), ("what", source.what)):
        if text:
            yield row("", f"{word}: {text}", 12)


def summary(check: FrameworkCheck) -> str:
    """The answer in one sentence."""
    broken, silent = check.count("broken"), check.count("not-said")
    if broken:
        return f"{plural(broken, 'answer')} of {len(check.looked)} broken."
    if silent:
        return f"Nothing is broken; {plural(silent, 'question')} of {len(check.looked)} the file does not answer."
    return f"All {len(check.looked)} answers hold. They are about this file, not about the publication behind it."


def overall(checks: Sequence[FrameworkCheck]) -> str:
    """All of them in one sentence."""
    types = {name: sum(check.type == name for check in checks) for name in ("catalog", "mapping", "profile")}
    counted = ", ".join(plural(count, name) for name, count in types.items() if count)
    looked = sum(len(check.looked) for check in checks)
    broken, silent = (sum(check.count(said) for check in checks) for said in ("broken", "not-said"))
    said = f"{looked - broken - silent} hold, {broken} are broken, {silent} are not said in the file"
    return f"{counted}: of {looked} answers {said}."
