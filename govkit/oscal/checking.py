"""Everything that is asked of an OSCAL document: schema, references, controls, digests. Fetches nothing.

Three answers: it holds, it is broken, it cannot be told. The last is counted and explained, and is never a pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from govkit.model.checked import Answer, Answers, DocumentCheck
from govkit.oscal.digests import Digests
from govkit.oscal.documents import version_problems
from govkit.oscal.following import Follower, Given
from govkit.oscal.imports import circle, followed, imports
from govkit.oscal.references import References, unique, unused
from govkit.oscal.schemas import check_schema
from govkit.oscal.selections import Selections, Shipped

ORDER = (
    "release of OSCAL is known",
    "uuids stand once",
    "role ids stand once",
    "ids of groups, controls and parts stand once",
    "ids of parameters stand once",
    "import → document",
    "control id → catalog",
    "statement id → catalog",
    "source id of a mapping → catalog",
    "target id of a mapping → catalog",
    "finding → observation",
    "finding → risk",
    "risk → observation",
    "plan item → finding",
    "plan item → observation",
    "plan item → risk",
    "observation → evidence",
    "actor → component, platform or party",
    "subject → component, party or other subject",
)
"""Questions in the order a reader asks them; others follow."""


def check_documents(given: Sequence[Given], shipped: Shipped) -> tuple[DocumentCheck, ...]:
    """What can be said of each document; the documents that are given count as known to each other."""
    follower = Follower(given)
    return tuple(_checked(follower, item, shipped) for item in given)


def _checked(follower: Follower, given: Given, shipped: Shipped) -> DocumentCheck:
    document = given.document
    schema = check_schema(document)
    fits = Answer("fits the schema")
    fits.holds = int(not schema.problems)
    fits.broken += schema.problems
    answers = Answers(ORDER)
    versions = answers.to("release of OSCAL is known")
    versions.broken += version_problems(document)
    versions.holds += bool(document.version) and not versions.broken
    walked = follower.walked(given)
    unique(walked, answers)
    _imports(follower, given, answers)
    References(follower, given, answers).check()
    selections = Selections(follower, given, answers, shipped)
    selections.check()
    Digests(given, answers).check(walked.hrefs)
    metadata = document.body.get("metadata")
    title = metadata.get("title") if isinstance(metadata, dict) else None
    return DocumentCheck(
        path=document.path,
        root=document.root,
        title=title if isinstance(title, str) else "",
        version=document.version,
        sha256=document.sha256,
        release=schema.release,
        schema=fits,
        whole=schema.whole,
        answers=answers.all(),
        notes=(*selections.notes(), *sorted(unused(walked))),
    )


def _imports(follower: Follower, given: Given, answers: Answers) -> None:
    answer = answers.to("import → document")
    around = circle(follower, given)
    for one in imports(given):
        end = followed(follower, given, one)
        where = partial(given.document.place, *one.path)
        if one == around:
            what = f"{one.href[:80]!r} leads back to this document"
            answer.breaks(where, "circular-import", what, "let imports lead from results down to catalogs")
        elif end.problem:
            answer.add(end.problem)
        elif end.given:
            answer.holds += 1
        else:
            answer.cannot_tell(where, f"import {one.href[:80]}", end.why)
