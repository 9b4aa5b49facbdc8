"""Add an entry to a user's YAML file without touching the lines that are there. Refuses what it cannot do safely.

The entry is put in as text at the place the parser's marks give, and the result is read again before it is written.
Writing the whole file anew would keep comments, but not every quote, blank and indentation around them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from govkit.errors import InputError, Place, Problem
from govkit.files import read_bytes, write_atomic
from govkit.yaml_lines import load_yaml, scalar
from govkit.yaml_nodes import Node, tree

WIDTH = 110
_UNBOUNDED = 1_000_000  # an entry of a flow list stays on one line, as its neighbours do
_TRUTH_ELSEWHERE = frozenset({"y", "n", "yes", "no", "on", "off"})
"""Words that are words here, and true or false to readers of YAML 1.1."""


def append_item(path: Path, key_path: Sequence[str], item: Any, *, shown: str) -> None:
    """The list at `key_path` of the file ends with `item`; the rest stays as it was, byte for byte.

    Raises InputError, and writes nothing, when the file is broken or the entry cannot be added safely.
    """
    target = path.resolve()
    content = read_bytes(target, shown=shown) if target.exists() else b""
    changed = appended(content, key_path, item, shown=shown)
    try:
        write_atomic(target, changed)
    except OSError as error:
        what = f"cannot be written: {error.strerror}"
        fix = "check the permissions of the file and its folder"
        raise InputError([Problem(Place(shown), "unwritable-file", what, fix)]) from error


def appended(content: bytes, key_path: Sequence[str], item: Any, *, shown: str) -> bytes:
    """The content of a file with `item` at the end of the list at `key_path`; see `append_item`."""
    meant = _meant(load_yaml(content, shown).value, key_path, item, key_path, shown)
    changed = _changed(content.decode("utf-8-sig"), list(key_path), item)
    refusal = _by_hand(key_path, item, shown)
    if changed is None:
        raise refusal
    try:
        result = changed.encode()
        made = load_yaml(result, shown).value
    except (InputError, UnicodeEncodeError) as error:
        raise refusal from error
    if made != meant:
        raise refusal
    return b"\xef\xbb\xbf" + result if content.startswith(b"\xef\xbb\xbf") else result


def _meant(value: Any, rest: Sequence[str], item: Any, whole: Sequence[str], shown: str) -> Any:
    """What the file must say afterwards."""
    if rest and (value is None or isinstance(value, dict)):
        known = value or {}
        return {**known, rest[0]: _meant(known.get(rest[0]), rest[1:], item, whole, shown)}
    if not rest and (value is None or isinstance(value, list)):
        return [*(value or []), item]
    what = f"{'.'.join(whole) or 'the file'} is not a list, so nothing can be added to it"
    raise InputError([Problem(Place(shown), "bad-value", what, "write `- ` in front of every entry")])


def _by_hand(key_path: Sequence[str], item: Any, shown: str) -> InputError:
    entry = "\n".join(f"      {line}" for line in rendered(item))
    what = f"the way this file is written leaves no safe place for a new entry under `{'.'.join(key_path)}:`"
    return InputError([Problem(Place(shown), "cannot-edit", what, f"add it by hand:\n{entry}")])


def rendered(item: Any) -> list[str]:
    """The lines of a list entry in block style, beginning with a dash."""
    lines = _dumped(_spelled(item, block=True), block=True)
    return [("- " if number == 0 else "  ") + line if line else "" for number, line in enumerate(lines)]


def _dumped(value: Any, *, block: bool) -> list[str]:
    from ruamel.yaml import YAML

    writer = YAML()
    writer.default_flow_style = not block
    writer.width = WIDTH if block else _UNBOUNDED
    writer.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    writer.dump(value, stream)
    lines = stream.getvalue().split("\n")
    while lines and lines[-1] in ("", "..."):
        lines.pop()
    return lines


def _spelled(value: Any, *, block: bool) -> Any:
    """The value with quotes where a plain word would be read as another thing, and paragraphs as a block of text."""
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

    if isinstance(value, dict):
        return {key: _spelled(inner, block=block) for key, inner in value.items()}
    if isinstance(value, list):
        return [_spelled(inner, block=block) for inner in value]
    if not isinstance(value, str):
        return value
    if "\n" in value:
        lines = value.split("\n")
        plain = all(line.isprintable() and line == line.rstrip() for line in lines) and not lines[0].startswith(" ")
        return LiteralScalarString(value) if block and plain and lines[0] else DoubleQuotedScalarString(value)
    safe = block or re.fullmatch(r"[\w./][\w./-]*", value)  # between brackets parsers differ about other signs
    plain = isinstance(scalar(value), str) and value.casefold() not in _TRUTH_ELSEWHERE
    return value if safe and plain else DoubleQuotedScalarString(value)


def _changed(text: str, key_path: list[str], item: Any) -> str | None:
    """The text with the entry in it; None when its place is not of a kind that is known to be safe."""
    newline = "\r\n" if "\r\n" in text else "\n"
    parent, node, rest, key = None, tree(text), key_path, None
    while rest and node is not None and node.kind == "mapping" and not node.flow:
        found = node.value_of(rest[0])
        if found is None:
            break
        parent, (key, node), rest = node, found, rest[1:]
    entry = rendered(item)
    if node is None:
        return _at_end(text, newline, _keyed(rest, entry))
    if rest:
        if node.kind != "mapping" or node.flow:
            return None
        lines = _keyed(rest, entry)
        return _at_end(text, newline, lines) if parent is None else _below(text, newline, node.end, node.column, lines)
    if node.kind == "sequence" and not node.flow:
        return _below(text, newline, node.end, node.column, [""] * node.spaced(text) + entry)
    if node.kind == "sequence" and node.children:
        return _in_flow(text, newline, node, _dumped(_spelled(item, block=False), block=False)[0])
    return _in_place(text, newline, node, key, parent, entry)


def _keyed(keys: Sequence[str], entry: list[str]) -> list[str]:
    """The entry under its keys, each level two columns deeper."""
    lines = entry
    for key in reversed(keys):
        lines = [f"{key}:", *(f"  {line}" if line else "" for line in lines)]
    return lines


def _put(text: str, newline: str, at: int, lines: Sequence[str]) -> str:
    """The text with whole lines put in where a line begins, or at its end."""
    before, after = text[:at], text[at:]
    if before and not before.endswith("\n"):
        before += newline
    return before + "".join(line + newline for line in lines) + after


def _at_end(text: str, newline: str, lines: Sequence[str]) -> str:
    apart = bool(text.strip()) and not text.endswith(("\n\n", "\n\r\n"))
    return _put(text, newline, len(text), [""] * apart + list(lines))


def _below(text: str, newline: str, end: int, column: int, lines: Sequence[str]) -> str:
    indented = [" " * column + line if line else "" for line in lines]
    return _put(text, newline, _next_line(text, end), indented)


def _next_line(text: str, index: int) -> int:
    """Where the line after this spot begins; the spot itself when it already is a beginning."""
    if index and text[index - 1] == "\n":
        return index
    found = text.find("\n", index)
    return len(text) if found < 0 else found + 1


def _in_flow(text: str, newline: str, node: Node, entry: str) -> str:
    """Behind the last entry of `[a, b]`; on its own line when the last entry has one too."""
    last = node.children[-1]
    line_start = text.rfind("\n", 0, last.start) + 1
    line_end = text.find("\n", last.end)
    comma = re.match(r"\s*,", text[last.end : node.end])
    indentation = text[line_start : last.start]
    if indentation.strip() or not line_start > node.start or not last.end <= line_end < node.end:
        return f"{text[: last.end]}, {entry}{text[last.end :]}"
    head = text[: last.end] + ("" if comma else ",") + text[last.end : line_end + 1]
    return f"{head}{indentation}{entry}{',' if comma else ''}{newline}{text[line_end + 1 :]}"


def _in_place(
    text: str, newline: str, node: Node, key: Node | None, parent: Node | None, entry: Sequence[str]
) -> str | None:
    """In the place of an empty list or of nothing at all, below the comments that stand there."""
    written = text[node.start : node.end]
    if node.kind not in ("sequence", "scalar") or not re.fullmatch(r"\[\s*\]|~|null|Null|NULL|", written):
        return None
    if key is None or parent is None:
        return _put(text[: node.start] + text[node.end :].lstrip("\r\n"), newline, node.start, entry)
    if written:
        start = node.start
        while text[start - 1] == " ":
            start -= 1
        rest = text[node.end :]
        # A comment behind `[]` keeps its distance from the key, all else closes up to the colon.
        text = text[:start] + ("  " + rest.lstrip(" ") if rest.lstrip(" ").startswith("#") else rest)
    at = _next_line(text, key.end)
    while (line := re.match(r"( *)#[^\n]*(?:\n|$)", text[at:])) and len(line.group(1)) > parent.column:
        at += line.end()
    return _put(text, newline, at, [" " * (parent.column + 2) + part if part else "" for part in entry])
