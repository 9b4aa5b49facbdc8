"""From parsed YAML to records: every mistake becomes a Problem with its line and a way out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Protocol, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from govkit.errors import Place, Problem
from govkit.files import nearest
from govkit.lookalikes import alphabets, looks_like
from govkit.yaml_lines import Document, Path

R = TypeVar("R", bound=BaseModel)


class Placed(Protocol):
    """Something that knows where its parts stand."""

    def place(self, path: Path = ()) -> Place:
        """Where the part at a path stands."""
        ...


_WANTED = {
    "missing": "add it",
    "string_type": "write text",
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "float_parsing": "write a number",
    "float_type": "write a number",
    "tuple_type": "write a list (`- item` lines or [a, b])",
    "dict_type": "write `key: value` lines",
    "model_type": "write `key: value` lines",
    "datetime_parsing": "write an instant like 2026-11-20T12:00:00+00:00",
    "datetime_from_date_parsing": "write an instant like 2026-11-20T12:00:00+00:00",
    "timezone_aware": "add the time zone: 2026-11-20T12:00:00+00:00",
}


def field_names(model: type[BaseModel]) -> set[str]:
    """Every key a record or a record inside it knows."""
    found: set[str] = set()
    todo: list[Any] = [model]
    seen: set[Any] = set()
    while todo:
        item = todo.pop()
        if item in seen:
            continue
        seen.add(item)
        if isinstance(item, type) and issubclass(item, BaseModel):
            for name, info in item.model_fields.items():
                found.add(info.alias or name)
                todo.append(info.annotation)
        else:
            todo.extend(get_args(item))
    return found


def _say(kind: str, message: str, given: Any, context: dict[str, Any]) -> tuple[str, str]:
    """What is wrong, and the fix."""
    if kind == "literal_error":
        allowed = re.findall(r"'([^']+)'", str(context.get("expected", "")))
        near = nearest(str(given), allowed)
        hint = f"did you mean {near[0]!r}? " if near else ""
        return f"{str(given)[:60]!r} is not one of the choices", f"{hint}choose one of {', '.join(allowed)}"
    if kind == "missing":
        return "is missing", _WANTED[kind]
    if kind == "string_pattern_mismatch":
        pattern = str(context.get("pattern", ""))
        if "a-f" in pattern:
            return "is not a SHA-256 digest", "write 64 lower-case hexadecimal digits"
        if "a-z0-9" in pattern:
            return f"{str(given)[:60]!r} is not a plain id", "use lower-case letters, digits and single hyphens"
        return "holds invisible or control characters", "retype it without them"
    if kind == "string_too_short" and given == "":
        return "is empty", "write something"
    if kind.startswith("date_"):
        return f"{str(given)[:60]!r} is no day", "write it like 2026-11-20"
    text = message.removeprefix("Value error, ").removeprefix("Input should be ")
    return f"does not fit: {text}", _WANTED.get(kind, "see docs/project-files.md for this entry")


def problems_of(error: ValidationError, document: Placed, base: Path, model: type[BaseModel]) -> list[Problem]:
    """One Problem per mistake pydantic found, each with the line it stands on."""
    found = []
    for item in error.errors(include_url=False):
        loc = (*base, *item["loc"])
        name = ".".join(str(part) for part in loc) or "the file"
        if item["type"] == "extra_forbidden":
            key = str(item["loc"][-1])
            near = nearest(key, field_names(model))
            torn = item.get("input") is None and " " in key
            fix = "put the text that holds this comma in quotes" if torn else "remove it"
            fix = f"did you mean {near[0]!r}?" if near else fix
            found.append(Problem(document.place(loc), "unknown-key", f"the key {name!r} is not known", fix))
            continue
        what, fix = _say(item["type"], item["msg"], item.get("input"), item.get("ctx") or {})
        ident = "missing-entry" if item["type"] == "missing" else "bad-value"
        found.append(Problem(document.place(loc), ident, f"{name}: {what}", fix))
    return found


def record(model: type[R], document: Document, base: Path, value: Any, problems: list[Problem]) -> R | None:
    """The record at `base` of a document, or None with its Problems added to the list."""
    if not isinstance(value, dict):
        what = f"{'.'.join(map(str, base)) or 'the file'} should hold `key: value` lines"
        problems.append(Problem(document.place(base), "bad-value", what, "see docs/project-files.md for this entry"))
        return None
    try:
        return model.model_validate(value)
    except ValidationError as error:
        problems.extend(problems_of(error, document, base, model))
        return None


def records(
    model: type[R], document: Document, base: Path, value: Any, problems: list[Problem]
) -> list[tuple[R, Path]]:
    """The records of a list, each with its path in the document; mistakes become Problems and are left out."""
    if value is None:
        return []
    if not isinstance(value, list):
        what = f"{'.'.join(map(str, base)) or 'the file'} should be a list"
        problems.append(Problem(document.place(base), "bad-value", what, "write `- ` in front of every entry"))
        return []
    found = []
    for index, item in enumerate(value):
        made = record(model, document, (*base, index), item, problems)
        if made is not None:
            found.append((made, (*base, index)))
    return found


def unknown(word: str, known: Iterable[str], where: Place, noun: str, listing: str) -> Problem:
    """A reference to something that does not exist, with the nearest match."""
    near = nearest(word, known)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return Problem(where, f"unknown-{noun}", f"there is no {noun} {word!r}", f"{hint}{listing}")


def duplicates(items: Iterable[tuple[str, Place]], noun: str) -> list[Problem]:
    """One Problem for every id that stands a second time, or that a reader cannot tell from another."""
    first: dict[str, tuple[str, Place]] = {}
    found = []
    for ident, place in items:
        known = first.setdefault(looks_like(ident), (ident, place))
        if known[1] is not place:
            like = "stands twice" if known[0] == ident else f"reads like {known[0]!r}"
            what = f"the {noun} {ident!r} {like}, first at {known[1]}"
            found.append(Problem(place, "duplicate-id", what, "keep one, or give one another id"))
        mixed = alphabets(ident)
        if len(mixed) > 1:
            what = f"the {noun} {ident!r} mixes {' and '.join(mixed)} letters, some of which look alike"
            found.append(Problem(place, "mixed-letters", what, "write it with the letters of one alphabet"))
    return found
