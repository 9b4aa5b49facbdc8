"""The file that is imported: its bytes, its digest, and its value if it is JSON or YAML, with every node's place."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from govkit.errors import InputError, Place, Problem
from govkit.files import parse_json, read_bytes
from govkit.model.imported import GivenFile
from govkit.oscal.documents import MAX_BYTES, MAX_YAML_BYTES, MAX_YAML_NODES
from govkit.oscal.json_lines import JsonLines
from govkit.yaml_lines import Document, load_yaml

MAX_ALIASES = 20_000
"""Programs that write YAML put an alias wherever two entries share a list. What they stand for counts as nodes.
Source: govkit judgement; 50,000 entries in the form of CISO Assistant, each with a translation, are 16 MB and take
2.4 s and 350 MB of memory (measured), and SP 800-53 has about 1,200 entries."""

_KEY = re.compile(r"(?:[ \t]*(?:#[^\n]*|---[ \t]*)?\r?\n)*[\"']?[\w-]+[\"']?\s*:(?:\s|$)")
"""What a YAML mapping begins with: comments and the mark of a document, then a key."""


@dataclass(frozen=True)
class Source:
    """A file, and the name it is shown by."""

    shown: str
    content: bytes
    path: Path | None = None
    """Where it lies, when it is a file; documents beside it may be looked at."""

    @cached_property
    def file(self) -> GivenFile:
        """Name, digest and size."""
        name = self.shown.rpartition("/")[2] or self.shown
        visible = "".join(c if c.isprintable() else "?" for c in name)[:200]
        return GivenFile(name=visible, sha256=hashlib.sha256(self.content).hexdigest(), size=len(self.content))

    @cached_property
    def text(self) -> str | None:
        """The content as UTF-8 text; None when it is none."""
        try:
            return self.content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return None

    @cached_property
    def is_json(self) -> bool:
        """Whether it begins like a JSON document."""
        return self.content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")

    @cached_property
    def _parsed(self) -> tuple[Any, Document | None, InputError | None]:
        """The value, the YAML document it stands in, and why there is no value."""
        if self.is_json:
            try:
                return parse_json(self.content), None, None
            except ValueError as error:
                line = re.search(r"at line (\d+)", str(error))
                where = Place(self.shown, int(line[1]) if line else 0)
                fix = "get the file again; it may have been cut off or edited by hand"
                return None, None, InputError([Problem(where, "broken-json", str(error), fix)])
        if self.text is None or not _KEY.match(self.text):
            return None, None, None
        try:
            return self._yaml(), self._document, None
        except InputError as error:
            return None, None, error

    def _yaml(self) -> Any:
        if len(self.content) > MAX_YAML_BYTES:
            what = f"is {len(self.content) / 1e6:.0f} MB of YAML, more than the {MAX_YAML_BYTES >> 20} MB that are read"
            raise InputError([Problem(Place(self.shown), "too-large", what, "convert it to JSON, or cut it")])
        return self._document.value

    @cached_property
    def _document(self) -> Document:
        return load_yaml(self.content, self.shown, most_nodes=MAX_YAML_NODES, most_aliases=MAX_ALIASES)

    @property
    def value(self) -> Any:
        """The value of a JSON or YAML document; None when it is neither, or broken."""
        return self._parsed[0]

    @property
    def fault(self) -> InputError | None:
        """Why a file that begins like JSON or YAML has no value."""
        return self._parsed[2]

    @cached_property
    def _lines(self) -> JsonLines:
        return JsonLines(self.content)

    def place(self, *spot: str | int) -> Place:
        """Where a node of the value stands; in JSON with its pointer."""
        document = self._parsed[1]
        if document is not None:
            return document.place(spot)
        if self.value is None or not spot:
            return Place(self.shown)
        pointer = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in spot)
        return Place(self.shown, self._lines.line(spot), pointer=pointer)


def opened(path: Path, shown: str) -> Source:
    """The file; raises InputError when it is missing, no file, unreadable or too large."""
    return Source(shown, read_bytes(path, shown=shown, limit=MAX_BYTES), path)
