"""One YAML file of frameworks/ → one record, or every Problem in it.

A compiled JSON file beside the YAML saves the parsing. It counts only when it names the digest of the YAML that is
there; the records in it are validated and checked like those of the YAML.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from govkit.errors import Place, Problem
from govkit.files import parse_json, read_bytes
from govkit.model.base import Record
from govkit.validation import record, records
from govkit.yaml_lines import Document, load_yaml
from govkit.yaml_lines import Path as Spot

R = TypeVar("R", bound=Record)

SCHEMA = "govkit.compiled/1"
MAX_BYTES = 16 * 1024 * 1024
"""Largest catalog read. Source: govkit judgement; the largest shipped catalog has less than 0.2 MB."""


@dataclass(frozen=True)
class Origin:
    """A YAML file that was read; parsed only when its value, or a line in it, is asked for."""

    shown: str
    content: bytes
    path: Path = Path()
    """Where it lies on this machine; empty when the text came from elsewhere."""

    @cached_property
    def sha256(self) -> str:
        """Digest of the YAML."""
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def document(self) -> Document:
        """The parsed file; raises InputError when it is not YAML."""
        return load_yaml(self.content, self.shown)

    def place(self, *spot: str | int) -> Place:
        """Line and column of a node."""
        return self.document.place(spot)


class Shape(NamedTuple, Generic[R]):
    """A kind of file: its record, and the lists in it that are read entry by entry."""

    model: type[R]
    lists: Dict[str, type[Record]]


class Entries(NamedTuple):
    """A list in a file, entry by entry, so that one broken entry does not hide what is wrong with another."""

    good: Sequence[tuple[Any, Spot]]
    """Records, each with its path in the document."""
    broken: Sequence[dict[str, Any]]
    """As written, of the entries that have a Problem of their own."""

    def words(self, key: str) -> list[str]:
        """What all entries, broken or not, hold under a key."""
        return [getattr(item, key) for item, _ in self.good] + [str(item[key]) for item in self.broken if key in item]


@dataclass(frozen=True)
class Parsed(Generic[R]):
    """What could be read of a file."""

    origin: Origin
    record: R | None
    """None when the file has a Problem."""
    entries: Dict[str, Entries]
    """The lists that were read entry by entry."""
    head: Dict[str, Any]
    """Everything else, as written when the file has a Problem."""


def read(path: Path, shown: str) -> Origin:
    """The file; raises InputError when it cannot be read."""
    return Origin(shown, read_bytes(path, shown=shown, limit=MAX_BYTES), path)


def compiled_path(path: Path) -> Path:
    """Where the compiled form of a YAML file lies."""
    return path.with_suffix(".json")


def from_compiled(path: Path, origin: Origin, shape: Shape[R]) -> Parsed[R] | None:
    """The record of the compiled file, or None when there is none that fits this YAML."""
    compiled = compiled_path(path)
    if not compiled.is_file():
        return None
    try:
        found = parse_json(read_bytes(compiled, limit=MAX_BYTES))
        if not isinstance(found, dict) or (found.get("schema"), found.get("sha256")) != (SCHEMA, origin.sha256):
            return None
        made = shape.model.model_validate(found.get("record"))
    except ValueError:
        return None  # a damaged copy: the YAML is the truth and is read instead
    lists = {name: [(item, (name, i)) for i, item in enumerate(getattr(made, name))] for name in shape.lists}
    return Parsed(origin, made, {name: Entries(good, []) for name, good in lists.items()}, dict(made))


def from_yaml(origin: Origin, shape: Shape[R], problems: list[Problem]) -> Parsed[R]:
    """The record of the YAML; every Problem of its head and of every entry of its lists is added."""
    value = origin.document.value
    if not isinstance(value, dict):
        record(shape.model, origin.document, (), value, problems)
        return Parsed(origin, None, {name: Entries([], []) for name in shape.lists}, {})
    before = len(problems)
    head = {key: item for key, item in value.items() if key not in shape.lists}
    record(shape.model, origin.document, (), {**head, **{name: () for name in shape.lists if name in value}}, problems)
    entries = {name: _entries(origin, name, item, value.get(name), problems) for name, item in shape.lists.items()}
    made = None
    if len(problems) == before:
        lists = {name: tuple(item for item, _ in found.good) for name, found in entries.items() if name in value}
        made = record(shape.model, origin.document, (), {**head, **lists}, problems)
    return Parsed(origin, made, entries, head)


def _entries(origin: Origin, name: str, model: type[Record], value: Any, problems: list[Problem]) -> Entries:
    good = records(model, origin.document, (name,), value, problems)
    read_well = {spot[-1] for _, spot in good}
    written = enumerate(value if isinstance(value, list) else ())
    return Entries(good, [item for i, item in written if i not in read_well and isinstance(item, dict)])
