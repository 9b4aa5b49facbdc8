"""What was asked of OSCAL documents, and the three answers: text, and JSON (`govkit.document-check/1`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from govkit.errors import Problem
from govkit.export.columns import plural, unwrapped, wrapped
from govkit.export.problems_json import place_json, problem_json
from govkit.model.checked import Answer, DocumentCheck, Unclear

MOST_PLACES = 3
"""Places named for each reason why something cannot be told; `--json` names all. Source: govkit judgement."""


def documents_document(checks: Iterable[DocumentCheck], unread: Iterable[Problem]) -> dict[str, Any]:
    """All documents with everything that was asked of them, and why others could not be read."""
    return {
        "schema": "govkit.document-check/1",
        "documents": [_document(check) for check in checks],
        "unread": [problem_json(problem) for problem in unread],
    }


def _document(check: DocumentCheck) -> dict[str, Any]:
    return {
        "path": check.path,
        "root": check.root,
        "title": check.title,
        "oscal_version": check.version or None,
        "sha256": check.sha256,
        "schema_release": check.release,
        "described_whole": check.whole,
        "answers": [_answer(answer) for answer in (check.schema, *check.answers)],
        "problems": [problem_json(problem) for problem in check.problems()],
        "cannot_tell": [_unclear(item) for item in check.unclear()],
        "notes": [{"where": place_json(note.where), "what": note.what} for note in check.notes],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    holds, broken, unclear = answer.counts()
    return {"question": answer.question, "holds": holds, "broken": broken, "cannot_tell": unclear}


def _unclear(item: Unclear) -> dict[str, Any]:
    return {"where": place_json(item.where), "what": item.what, "why": item.why}


def documents_text(checks: Sequence[DocumentCheck]) -> Iterator[str]:
    """All documents, one after the other, each with a table of answers and the reasons for what cannot be told."""
    for number, check in enumerate(checks):
        if number:
            yield ""
        yield from _text(check)


def _text(check: DocumentCheck) -> Iterator[str]:
    stated = f"OSCAL {check.version}" if check.version else "OSCAL, release not stated"
    yield unwrapped(check.path)
    yield wrapped(f"{stated}, {check.root}: {check.title or 'without a title'}", 2, "  ")
    yield f"  SHA-256 {check.sha256}"
    other = f" (it says {check.version})" if check.version not in ("", check.release) else ""
    yield f"  checked against the schema of OSCAL {check.release}{other}"
    yield ""
    yield "     holds   broken  cannot tell"
    for answer in (check.schema, *check.answers):
        holds, broken, unclear = (f"{count}" if count else "-" for count in answer.counts())
        yield f"  {holds:>8} {broken:>8} {unclear:>12}  {answer.question}"
    if not check.whole:
        yield wrapped(
            "Large, and not as the schema says: mistakes further on may be missing. Mend these, repeat.", 2, "  "
        )
    yield from _reasons(check)
    for note in check.notes[:MOST_PLACES]:
        yield unwrapped(f"note: {note.where}: {note.what}", 2)
    if len(check.notes) > MOST_PLACES:
        yield f"  note: and {len(check.notes) - MOST_PLACES} more of that kind; `--json` lists them"
    yield from ("", wrapped(f"  {summary(check)}", 2, ""))


def _reasons(check: DocumentCheck) -> Iterator[str]:
    """Why something cannot be told, each reason once, with the first places."""
    for answer in check.answers:
        reasons: dict[str, list[Unclear]] = {}
        for item in answer.unclear:
            reasons.setdefault(item.why, []).append(item)
        for why, items in reasons.items():
            yield ""
            yield wrapped(f"cannot tell, {answer.question} ({len(items)}): {why}", 4, "  ")
            for item in sorted(items)[:MOST_PLACES]:
                yield unwrapped(f"{item.where}: {item.what}", 4)
            if len(items) > MOST_PLACES:
                yield f"    and {len(items) - MOST_PLACES} more"


def summary(check: DocumentCheck) -> str:
    """The answer in one sentence."""
    counts = [answer.counts() for answer in (check.schema, *check.answers)]
    broken, unclear = sum(count[1] for count in counts), sum(count[2] for count in counts)
    first = f"{plural(broken, 'place')} {'is' if broken == 1 else 'are'} broken" if broken else "Nothing is broken"
    if not unclear:
        return f"{first}." if broken else f"{first}, and everything that was asked could be told."
    return f"{first}; of {plural(unclear, 'place')} it cannot be told."
