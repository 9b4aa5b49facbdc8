"""Where the nodes of a YAML text begin and end, character by character: what an editor needs and a reader does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple


class Node(NamedTuple):
    """One node of a text; positions count characters from 0."""

    kind: Literal["mapping", "sequence", "scalar", "alias"]
    flow: bool
    start: int
    end: int
    """Behind its last visible character; for a block of text that keeps its blank lines, behind these."""
    column: int
    """Of the node, which for a block list is that of its dashes and for a block mapping that of its keys."""
    word: str | None = None
    """The value of a scalar."""
    children: tuple[Node, ...] = ()
    """Entries of a list; keys and values, in turn, of a mapping."""

    def value_of(self, key: str) -> tuple[Node, Node] | None:
        """Key and value of a mapping's entry."""
        pairs = zip(self.children[::2], self.children[1::2], strict=True)
        return next(((name, value) for name, value in pairs if name.word == key), None)

    def spaced(self, text: str) -> bool:
        """True when a blank line stands between the last two entries of a list."""
        if len(self.children) < 2:
            return False
        between = text[self.children[-2].end : self.children[-1].start]
        return any(not line.strip() for line in between.split("\n")[1:-1])


def tree(text: str) -> Node | None:
    """The root node of a text that is known to be sound; None when it holds nothing but comments."""
    from ruamel.yaml import YAML

    # The C parser gives no reliable positions in characters, so this one is the slower Python parser.
    events = YAML(typ="safe", pure=True).parse(text)
    for event in events:
        if type(event).__name__ in ("ScalarEvent", "AliasEvent", "SequenceStartEvent", "MappingStartEvent"):
            root = _node(event, events, text, 0)
            return None if root.kind == "scalar" and root.start == root.end else root
    return None


def _node(event: Any, events: Iterator[Any], text: str, known: int) -> Node:
    """The node that starts with this event; `known` is a spot before it, used for nodes without characters."""
    name = type(event).__name__
    start, end = event.start_mark.index, event.end_mark.index
    if name == "AliasEvent":
        return Node("alias", True, start, end, event.start_mark.column)
    if name == "ScalarEvent":
        return _scalar(event, text, known)
    kind: Literal["mapping", "sequence"] = "sequence" if name == "SequenceStartEvent" else "mapping"
    children: list[Node] = []
    for inner in events:
        if type(inner).__name__ in ("SequenceEndEvent", "MappingEndEvent"):
            end = inner.end_mark.index if event.flow_style else children[-1].end if children else end
            break
        children.append(_node(inner, events, text, children[-1].end if children else start))
    # With an anchor the node's own mark is that of the anchor, but its entries tell where it stands.
    first = event.end_mark.index if kind == "sequence" and text[start : start + 1] != "-" else start
    first = children[0].start if kind == "mapping" and children and not event.flow_style else first
    column = first - (text.rfind("\n", 0, first) + 1)
    return Node(kind, bool(event.flow_style), start, end, column, None, tuple(children))


def _scalar(event: Any, text: str, known: int) -> Node:
    start, end = event.start_mark.index, event.end_mark.index
    if event.style in ("|", ">"):
        header = text[start:end].split("\n", 1)[0].partition("#")[0]
        if "+" not in header:
            end = start + len(text[start:end].rstrip())
    elif start == end and not event.style:
        # Comments push the mark of a value that is not there to the next key.
        start = end = known
    return Node("scalar", True, start, end, event.start_mark.column, event.value)
