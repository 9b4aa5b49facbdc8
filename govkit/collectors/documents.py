"""Documents: Markdown with front matter, or YAML, that says which kind of document it is.

Recognised by `document: <kind>` in the front matter. Measures, each with the condition `document`, and `subject` where
the document is about one dataset, system or release: `document/present` (1 when there is text besides the front
matter), `document/approved` (1 when approved_by and approved_on are filled and there is such text),
`document/reviewed` (1, dated with reviewed_on: how long ago is for the criterion to judge), `document/fields-filled`
(k of n fields its kind must have; a field may be a front matter key or a heading with text).
A document shows that something was written and by whom; nobody is told here that it is true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from govkit.collectors.papers import COMMON, day, filled, front_matter, has_key, kinds, missing, parsed
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import name
from govkit.errors import CollectorError
from govkit.model.evidence import Measurement, Reading, ToolRef
from govkit.yaml_lines import Document

FORMAT = "document"
VERSION = "2"

ENOUGH_WORDS = 20
"""Fewer words than this besides the front matter are a heading, not a document. Source: govkit judgement."""

SUBJECTS = ("subject", "name", "dataset", "system", "release")
"""Fields that say what a document is about, the first wins: two dataset cards are not two runs of one."""

# Facts about the document, not what it says.
_ABOUT = frozenset({"document", "title", "owner", "version", "approved_by", "approved_on", "reviewed_on", *SUBJECTS})

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_CODE = re.compile(r"(?ms)^(```|~~~).*?(?:^\1[ \t]*$|\Z)")
_HEADING = re.compile(r"(?m)^(#{1,6})[ \t]+(.+)$")


class Paper(NamedTuple):
    """A document taken apart."""

    front: Document
    sections: Mapping[str, str]
    """Heading (as a field name) to the text below it, subsections included."""
    words: int
    """Words that say something: no headings, comments or placeholders."""

    def line(self, key: str) -> int:
        """Line of a front matter key; of the file's beginning when it is not there."""
        return self.front.place((key,)).line

    def day(self, key: str) -> datetime | None:
        """The date under a key; raises CollectorError with its line when it is none."""
        return day(self.front.value.get(key), key, line=self.line(key))


def sniff(source: Source) -> Sniffed | None:
    """A front matter, or a YAML file, with the key `document`."""
    text = source.head.decode("utf-8", "replace")
    found = front_matter(text)
    if found is not None:
        keyed = re.search(r"(?m)^document[ \t]*:", found[0]) is not None
        return Sniffed(FORMAT, 0.95, None, "front matter with the key `document`") if keyed else None
    if source.starts_as_json or not has_key(source, "document"):
        return None
    return Sniffed(FORMAT, 0.9, None, "YAML with the key `document`")


def collect(source: Source) -> Reading:
    """What the document shows about itself; raises CollectorError on broken front matter or dates."""
    paper = _taken_apart(source)
    kind = paper.front.value.get("document")
    if not isinstance(kind, str) or not filled(kind):
        fix = "write `document: <kind>`; `govkit show govkit-baseline` names the kinds"
        raise CollectorError("does not say which kind of document it is", fix=fix, line=1)
    approved, reviewed = paper.day("approved_on"), paper.day("reviewed_on")
    owner = name(paper.front.value.get("owner"), 180)
    return Reading(
        format=FORMAT,
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name=f"document of {owner}") if owner and filled(owner) else None,
        status="complete",
        at=max((when for when in (reviewed, approved) if when), default=None),
        method="EXAMINE",
        measurements=tuple(_measurements(kind, paper, approved, reviewed)),
    )


def _taken_apart(source: Source) -> Paper:
    try:
        text = source.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CollectorError("not UTF-8 text", fix="save the document as UTF-8") from error
    found = front_matter(text)
    if found is None:
        front = parsed(text.encode(), source.shown, "the document")
        said = [_text(value) for key, value in front.value.items() if key not in _ABOUT and filled(value)]
        return Paper(front, {}, len(" ".join(said).split()))
    # A line feed in place of the fence keeps the line numbers.
    front = parsed(b"\n" + found[0].encode(), source.shown, "the front matter")
    return Paper(front, *_body(found[1]))


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(_text(item) for item in value.values() if filled(item))
    if isinstance(value, list):
        return " ".join(_text(item) for item in value if filled(item))
    return str(value)


def _body(body: str) -> tuple[dict[str, str], int]:
    """Sections by field name (`## 2. Intended use` is intended_use), and how many words say something."""
    plain = _CODE.sub(lambda block: block.group().replace("#", " "), _COMMENT.sub("", body))
    first, *parts = _HEADING.split(plain)
    levels, titles, texts = [len(mark) for mark in parts[0::3]], parts[1::3], parts[2::3]
    sections: dict[str, str] = {}
    for index, title in enumerate(titles):
        end = next((later for later in range(index + 1, len(levels)) if levels[later] <= levels[index]), len(levels))
        below = [text.strip() for text in texts[index:end] if filled(text)]
        plainly = title.strip().rstrip("#").rstrip()
        numberless = re.sub(r"^[\d.]+[ \t)]*(?=\S)", "", plainly)
        key = re.sub(r"[\W_]+", "_", numberless.casefold()).strip("_")
        sections[key] = "\n".join(filter(None, (sections.get(key), *below)))
    said = [line for text in (first, *texts) if filled(text) for line in text.splitlines() if filled(line)]
    return sections, len(" ".join(said).split())


def _measurements(
    kind: str, paper: Paper, approved: datetime | None, reviewed: datetime | None
) -> Iterator[Measurement]:
    entry = paper.front.value
    subject = next((found for key in SUBJECTS if filled(entry.get(key)) and (found := name(entry[key]))), None)
    latest = max((when for when in (reviewed, approved) if when), default=None)

    def made(measure: str, value: float, at: datetime | None, key: str, **more: Any) -> Measurement:
        fixed: dict[str, Any] = {
            "measure": f"document/{measure}",
            "value": value,
            "unit": "count",
            "higher_is_better": True,
            "conditions": {"document": name(kind) or kind, **({"subject": subject} if subject else {})},
            "at": at,
            "place": f"line {paper.line(key)}",
        }
        return Measurement.model_validate({**fixed, **more})

    present = paper.words >= ENOUGH_WORDS
    few = (f"few-words: {paper.words} words that say something; {ENOUGH_WORDS} are the least",)
    yield made("present", float(present), latest, "document", warnings=() if present else few)
    named = filled(entry.get("approved_by")) and approved is not None
    doubt = () if named else ("not-approved: no name, or no date",)
    doubt = (*doubt, "nothing-to-approve: the document has no text") if not present else doubt
    yield made("approved", float(named and present), approved, "approved_by", warnings=doubt)
    if reviewed is not None:
        yield made("reviewed", 1.0, reviewed, "reviewed_on")
    wanted = kinds()["documents"].get(kind, ())
    warnings = (
        [] if wanted else [f"unknown-kind: {name(kind, 60)} is no kind govkit knows; common fields were looked for"]
    )
    wanted = wanted or COMMON
    lacking = [field for field in missing(entry, wanted) if not paper.sections.get(field)]
    warnings += [f"fields-missing: {', '.join(lacking)}"] if lacking else []
    share = {"unit": "proportion", "n": len(wanted), "n_basis": "fields", "successes": len(wanted) - len(lacking)}
    k = len(wanted) - len(lacking)
    yield made("fields-filled", k / len(wanted), latest, "document", warnings=tuple(warnings), **share)
