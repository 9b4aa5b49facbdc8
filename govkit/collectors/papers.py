"""What documents, registers and attestations share: front matter, kinds and their fields, dates, empty words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from govkit.collectors.source import Source
from govkit.errors import CollectorError, InputError
from govkit.files import shipped
from govkit.yaml_lines import Document, load_yaml

COMMON = ("owner", "version", "reviewed_on")
"""Fields of a paper whose kind is not known. Source: govkit judgement, after ISO/IEC 42001 7.5.2 in our words."""

_FENCE = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_EMPTY = re.compile(
    r"(?:tbd|tba|todo|fixme|lorem ipsum)\b.*|(?:xxx+|n/?a|none yet|to be (?:done|decided|defined|written|completed)|"
    r"fill (?:this|me) in|<[^>]*>|\[[^\]]*\]|\{+[^}]*\}+)\s*[.!?]*",
    re.IGNORECASE | re.DOTALL,
)
"""What stands where nothing is said yet. Source: govkit judgement, from templates people leave half filled."""

_YEARS = (1900, 2999)  # a date beyond these is a slip of the pen


@cache
def kinds() -> dict[str, dict[str, tuple[str, ...]]]:
    """`documents`, `registers`, `attestations` → kind → fields it must have, as the shipped baseline lists them."""
    folder = shipped("frameworks") / "govkit-baseline"
    listed = json.loads((folder / "kinds.json").read_text(encoding="utf-8"))["record"]
    return {group: {kind["id"]: tuple(kind["fields"]) for kind in listed[group]} for group in listed}


def has_key(source: Source, key: str) -> bool:
    """True when the head of the file has that key at the left margin, as a YAML file or front matter would."""
    text = source.head.decode("utf-8", "replace")
    return re.search(rf"(?m)^(?:\ufeff)?[\"']?{key}[\"']?[ \t]*:(?=\s)", text) is not None


def front_matter(text: str) -> tuple[str, str] | None:
    """The YAML between the two `---` lines at the top, and the text after it; None without them."""
    found = _FENCE.match(text)
    return (found.group(1), text[found.end() :]) if found else None


def parsed(content: bytes, shown: str, what: str) -> Document:
    """The YAML mapping of a paper; raises CollectorError with its line."""
    try:
        document = load_yaml(content, shown)
    except InputError as error:
        problem = error.problems[0]
        raise CollectorError(problem.what, fix=problem.fix, ident=problem.ident, line=problem.where.line) from error
    if not isinstance(document.value, dict):
        raise CollectorError(f"{what} holds no `key: value` lines", fix="see docs/collectors.md for its shape")
    return document


def filled(value: Any) -> bool:
    """True when a field says something: not empty, and no placeholder such as `tbd` or `<name>`."""
    if value is None:
        return False
    if isinstance(value, dict):
        return any(filled(item) for item in value.values())
    if isinstance(value, list):
        return any(filled(item) for item in value)
    if not isinstance(value, str):
        return True
    return any(character.isalnum() for character in value) and not _EMPTY.fullmatch(value.strip())


def day(value: Any, field: str, *, line: int = 0) -> datetime | None:
    """Midnight UTC of a date, or the instant itself; None when nothing is filled in.

    An instant without a time zone is taken as UTC. Raises CollectorError when it is no date.
    """
    if not filled(value):
        return None
    text = str(value).strip()
    try:
        # A date alone has ten characters.
        found = datetime.fromisoformat(text) if len(text) > 10 else datetime.combine(date.fromisoformat(text), time(0))
        found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        if not _YEARS[0] <= found.year <= _YEARS[1]:
            raise ValueError(found.year)
    except (ValueError, OverflowError) as error:
        what = f"{field} is {text[:40]!r}, which is no date"
        raise CollectorError(what, fix="write a date like 2026-11-20", ident="bad-date", line=line) from error
    return found


def until_end_of(value: datetime) -> datetime:
    """The last second of that day in UTC: what falls due on a day may be done on that day."""
    return datetime.combine(value.date(), time(23, 59, 59), UTC)


def missing(entry: Mapping[str, Any], wanted: Sequence[str]) -> list[str]:
    """The wanted fields that say nothing."""
    return [name for name in wanted if not filled(entry.get(name))]
