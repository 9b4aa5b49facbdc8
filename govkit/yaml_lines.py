"""Read YAML as plain values that remember their lines. Nothing in a file is ever constructed or executed.

The parser is ruamel.yaml's event stream; values are built here so that depth, aliases and keys can be bounded, and so
that only the YAML 1.2 core schema applies: `no` is a word, a date is a word, and `1.10` keeps its spelling.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from govkit.errors import InputError, Place, Problem

MAX_DEPTH = 100
MAX_ALIASES = 100
MAX_NODES = 200_000
"""Bounds against deep nesting and alias bombs.

Source: govkit judgement; the largest shipped catalog has about 4,000 nodes. A caller that reads other tools' files may
allow more aliases (a program writes one wherever two entries share a list): what they stand for counts as nodes.
"""

Path = tuple[str | int, ...]

_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORDS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


class SpelledInt(int):
    """A whole number that remembers how it was written (`007`)."""

    spelling: str

    def __str__(self) -> str:
        return self.spelling


class SpelledFloat(float):
    """A number that remembers how it was written: version 1.10 is not 1.1."""

    spelling: str

    def __str__(self) -> str:
        return self.spelling


@dataclass(frozen=True)
class Document:
    """A parsed file: its value, and the line and column of every node."""

    path: str
    value: Any
    spots: dict[Path, tuple[int, int]] = field(repr=False)

    def place(self, path: Path = ()) -> Place:
        """Where the node at `path` stands; the nearest enclosing node when it is missing."""
        while path and path not in self.spots:
            path = path[:-1]
        line, column = self.spots.get(path, (1, 1))
        return Place(self.path, line, column)


def scalar(text: str) -> Any:
    """The value of a plain scalar under the YAML 1.2 core schema; infinities and NaN stay words."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        base = 8 if text.startswith("0o") else 16 if text.startswith("0x") else 10
        whole = SpelledInt(int(text, base)) if len(text) < 4000 else None
        if whole is None:
            return text
        whole.spelling = text
        return whole
    if _FLOAT.fullmatch(text):
        number = SpelledFloat(float(text))
        number.spelling = text
        return number
    return text


class _Builder:
    """Turns parser events into values; keeps the lines."""

    def __init__(self, path: str, most_nodes: int, most_aliases: int) -> None:
        self.path, self.most_nodes, self.most_aliases = path, most_nodes, most_aliases
        self.spots: dict[Path, tuple[int, int]] = {}
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.nodes = self.aliases = 0

    def refuse(self, event: Any, ident: str, what: str, fix: str) -> InputError:
        mark = event.start_mark
        return InputError([Problem(Place(self.path, mark.line + 1, mark.column + 1), ident, what, fix)])

    def node(self, event: Any, events: Any, path: Path) -> Any:
        """The value that starts with `event`."""
        kind = type(event).__name__
        self.spots.setdefault(path, (event.start_mark.line + 1, event.start_mark.column + 1))
        self._bound(event, len(path))
        if kind == "AliasEvent":
            return self._alias(event)
        before = self.nodes
        value = self._content(kind, event, events, path)
        if event.anchor:
            self.anchors[event.anchor] = (value, self.nodes - before + 1)
        return value

    def _bound(self, event: Any, depth: int) -> None:
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise self.refuse(event, "too-deep", f"nested deeper than {MAX_DEPTH} levels", "flatten the structure")
        if self.nodes > self.most_nodes:
            raise self.refuse(event, "too-large", f"more than {self.most_nodes} entries", "split the file")

    def _alias(self, event: Any) -> Any:
        self.aliases += 1
        if event.anchor not in self.anchors:
            what = f"the alias *{event.anchor} is unknown or refers to itself"
            raise self.refuse(event, "bad-alias", what, "write the value out")
        value, size = self.anchors[event.anchor]
        self.nodes += size
        if self.aliases > self.most_aliases or self.nodes > self.most_nodes:
            what = f"more than {self.most_aliases} aliases, or {self.most_nodes} entries once they are written out"
            raise self.refuse(event, "bad-alias", what, "write the values out")
        return value

    def _content(self, kind: str, event: Any, events: Any, path: Path) -> Any:
        if event.tag and not (
            (kind == "ScalarEvent" and event.tag == "!") or event.tag.endswith((":str", ":map", ":seq"))
        ):
            what = f"the tag {event.tag[:60]} is not allowed"
            raise self.refuse(event, "yaml-tag", what, "remove the tag; write plain values")
        if kind == "ScalarEvent":
            plain = not event.style and not event.tag
            return scalar(event.value) if plain else event.value
        if kind == "SequenceStartEvent":
            return self._sequence(events, path)
        return self._mapping(events, path)

    def _sequence(self, events: Any, path: Path) -> list[Any]:
        items: list[Any] = []
        for event in events:
            if type(event).__name__ == "SequenceEndEvent":
                break
            items.append(self.node(event, events, (*path, len(items))))
        return items

    def _mapping(self, events: Any, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for event in events:
            if type(event).__name__ == "MappingEndEvent":
                break
            if type(event).__name__ != "ScalarEvent":
                raise self.refuse(event, "bad-key", "a key must be a plain word", "write the key as one word")
            key = event.value
            if key in found:
                raise self.refuse(event, "duplicate-key", f"the key {key[:80]!r} occurs twice", "keep one of the two")
            if key == "<<" and not event.style:
                raise self.refuse(event, "yaml-merge", "merge keys (<<) are not read", "write the values out")
            # The key's own line is what a reader looks for, not where its value begins.
            self.spots[(*path, key)] = (event.start_mark.line + 1, event.start_mark.column + 1)
            found[key] = self.node(next(events), events, (*path, key))
        return found


def _events(text: str) -> Any:
    from ruamel.yaml import YAML

    reader = YAML(typ="safe")
    return reader.parse(text)


def load_yaml(content: bytes, path: str, *, most_nodes: int = MAX_NODES, most_aliases: int = MAX_ALIASES) -> Document:
    """One YAML document; raises InputError with line and column on anything else. An empty file has the value None."""
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"not UTF-8 text (byte {error.start})"
        raise InputError([Problem(Place(path), "broken-yaml", what, "save the file as UTF-8")]) from error
    builder = _Builder(path, most_nodes, most_aliases)
    value: Any = None
    documents = 0
    try:
        events = _events(text)
        for event in events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    raise builder.refuse(event, "broken-yaml", "more than one document", "keep one; remove `---`")
            elif kind not in ("StreamStartEvent", "StreamEndEvent", "DocumentEndEvent"):
                value = builder.node(event, events, ())
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(path, mark.line + 1, mark.column + 1) if mark else Place(path)
        what = f"broken YAML: {error.problem or error.context or 'cannot be parsed'}"
        colon = "put words with a colon, such as requirement ids, between quotes inside { } and [ ]"
        fix = colon if "unexpected ':'" in what else "look at this line and the one above it"
        raise InputError([Problem(place, "broken-yaml", what, fix)]) from error
    except YAMLError as error:
        what = f"broken YAML: {str(error).splitlines()[0][:200]}"
        raise InputError([Problem(Place(path), "broken-yaml", what, "remove characters that are not text")]) from error
    return Document(path, value, builder.spots)
