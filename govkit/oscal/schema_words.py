"""What a JSON schema validator finds, as Problems in plain words, each thing once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from govkit.errors import Problem
from govkit.files import nearest
from govkit.model.checked import MOST
from govkit.oscal.datatypes import misfit
from govkit.oscal.documents import OscalDocument

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

Schema = dict[str, Any]

_KINDS = {
    "object": "an object",
    "array": "a list",
    "string": "text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
}
_SAMPLES = {
    "uuid": "add a uuid of version 4, for example from `uuidgen`",
    "last-modified": "add when it was last changed, like 2026-11-20T12:00:00Z",
    "oscal-version": "add the release of OSCAL it follows, like 1.2.3",
}
_LEAVE_OUT = "remove the key: OSCAL leaves out what is empty"
_MOST_KEYS = 12
_LONGEST = 60


class _Said(NamedTuple):
    topic: str
    ident: str
    what: str
    fix: str
    below: tuple[str, ...] = ()
    """The key that is meant, when it is not the place of the error itself."""


def _worded(topic: str, ident: str, what: str, fix: str, below: tuple[str, ...] = ()) -> _Said:
    return _Said(topic, ident, what, fix, below)


def collapsed(errors: Iterable[ValidationError], schema: Schema, document: OscalDocument) -> tuple[Problem, ...]:
    """One Problem for each thing that is wrong at a place, in the order of the document; at most MOST of them."""
    found: dict[tuple[tuple[str | int, ...], str], _Said] = {}
    for error in errors:
        if len(found) >= MOST:
            break
        for leaf in _leaves(error, schema):
            for said in _said(leaf, schema):
                path = (*leaf.instance_path, *said.below)
                # A value that breaks a pattern and a format is wrong once; a list of choices says it best.
                if (path, said.topic) not in found or leaf.kind.name == "enum":
                    found[path, said.topic] = said
    problems = [
        Problem(document.place(*path[1:]), said.ident, said.what, said.fix) for (path, _), said in found.items()
    ]
    return tuple(sorted(problems))[:MOST]


def _leaves(error: ValidationError, schema: Schema) -> Iterator[ValidationError]:
    """The errors that matter: of several alternatives that do not fit, those of the one that was meant."""
    if error.kind.name not in ("anyOf", "oneOf"):
        yield error
        return
    here = error.instance_path
    branches: list[list[ValidationError]] = error.kind.context  # type: ignore[attr-defined]  # of these two kinds only

    def strangeness(branch: Sequence[ValidationError]) -> tuple[int, int]:
        own = [one for one in branch if one.instance_path == here and one.kind.name != "pattern"]
        return len(own), len(branch)

    def offer(branch: Sequence[ValidationError]) -> bool:
        return branch[0].kind.name == "enum" and branch[0].instance_path == here

    # Alternatives differ in the keys they know; a list of usual words for the same value is only an offer.
    meant = min((b for b in branches if b and not offer(b)), key=strangeness, default=branches[0])
    for one in meant:
        yield from _leaves(one, schema)


def _at(schema: Schema, path: Sequence[str | int]) -> Any:
    found: Any = schema
    for step in path:
        found = found[step]
    return found


def _said(error: ValidationError, schema: Schema) -> Iterator[_Said]:
    path, value = error.instance_path, error.instance
    name = next((step for step in reversed(path) if isinstance(step, str)), "the document")
    match error.kind.as_dict():
        case {"property": str(key)}:
            fix = _SAMPLES.get(key, f"add `{key}`; OSCAL requires it here")
            yield _worded(f"missing {key}", "missing-entry", f"{name}: {key!r} is missing", fix)
        case {"unexpected": list(keys)}:
            yield from _unexpected(keys, name, value, schema, error.schema_path)
        case {"options": list(options)}:
            known = [str(option) for option in options]
            near = nearest(str(value)[:_LONGEST], known)
            hint = f"did you mean {near[0]!r}? " if near else ""
            what = f"{name}: {str(value)[:_LONGEST]!r} is not one of the choices"
            yield _worded("value", "bad-value", what, f"{hint}choose one of {', '.join(known)}")
        case {"limit": _} if value == []:
            needed = name in _at(schema, error.schema_path[:-3]).get("required", ())
            fix = "add an entry: OSCAL requires at least one" if needed else _LEAVE_OUT
            yield _worded("value", "empty-list", f"{name} is an empty list", fix)
        case {"types": list(types)}:
            yield _type(name, value, [str(kind) for kind in types])
        case _:
            datatype = next((str(step) for step in error.schema_path if str(step).endswith("Datatype")), "")
            what, fix = misfit(datatype, value)
            yield _worded("value", "bad-value", f"{name}: {what}", fix)


def _type(name: str, value: Any, types: list[str]) -> _Said:
    wanted = " or ".join(_KINDS.get(kind, kind) for kind in types)
    given = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "nothing"}.get(
        type(value), "a number"
    )
    fix = f"write {wanted}"
    if types == ["string"] and not isinstance(value, dict | list):
        fix = "put it between quotes" if value is not None else "write text, or remove the key"
    elif types == ["array"]:
        fix = "write a list, even of one entry"
    return _worded("value", "bad-value", f"{name} is {given}; {wanted} belongs here", fix)


def _unexpected(
    keys: Sequence[str], name: str, value: Any, schema: Schema, path: Sequence[str | int]
) -> Iterator[_Said]:
    """Keys the schema does not know here, or that exclude each other."""
    known = list(_at(schema, [*path[:-1]]).get("properties", {}))
    elsewhere = set()
    if len(path) > 3 and path[-3] == "anyOf":
        elsewhere = {key for branch in _at(schema, path[:-2]) for key in branch.get("properties", {})}
    for key in keys:
        if key in elsewhere:
            others = [k for k in value if k in known and k not in _common(_at(schema, path[:-2]))]
            beside = " and ".join(repr(k) for k in others) or "what stands there"
            what = f"{name}: {key!r} cannot stand beside {beside}"
            fix = "keep one of them; put the other into an entry of its own"
            yield _worded("key", "unknown-key", what, fix, (key,))
            continue
        near = nearest(key[:_LONGEST], [k for k in known if k not in value])
        listed = f"known here: {', '.join(known[:_MOST_KEYS])}{' ...' * (len(known) > _MOST_KEYS)}"
        fix = f"did you mean {near[0]!r}? " if near else "remove it, or carry it as a `prop` with a namespace; "
        what = f"{name}: the key {key[:_LONGEST]!r} is not known"
        yield _worded("key", "unknown-key", what, fix + listed, (key,))


def _common(branches: Sequence[Schema]) -> set[str]:
    return set.intersection(*(set(branch.get("properties", {})) for branch in branches))
