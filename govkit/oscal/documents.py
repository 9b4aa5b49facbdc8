"""One OSCAL document from a JSON or YAML file, with the place of everything in it. Fetches and constructs nothing.

Format: OSCAL 1.0.0 to 1.2.3, https://pages.nist.gov/OSCAL/. XML is not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path as FilePath
from typing import Any, Literal, NamedTuple, NoReturn, get_args

from govkit.errors import InputError, Place, Problem
from govkit.files import nearest, parse_json, read_bytes
from govkit.oscal.json_lines import JsonLines, Path

Root = Literal[
    "catalog",
    "profile",
    "mapping-collection",
    "component-definition",
    "system-security-plan",
    "assessment-plan",
    "assessment-results",
    "plan-of-action-and-milestones",
]
ROOTS: tuple[Root, ...] = get_args(Root)

RELEASES = (
    *("1.0.0", "1.0.1", "1.0.2", "1.0.3", "1.0.4", "1.0.5", "1.0.6"),
    *("1.1.0", "1.1.1", "1.1.2", "1.1.3", "1.2.0", "1.2.1", "1.2.2", "1.2.3"),
)
"""Releases of OSCAL, oldest first. Source: release list of usnistgov/OSCAL, read up to 2026-11."""

WITH_MAPPINGS = RELEASES[RELEASES.index("1.2.0") :]
"""Releases that have mapping collections. Source: OSCAL 1.2.0 release notes."""

RESOLVED = frozenset(
    (
        *("source-profile", "source-profile-uuid", "resolution-tool"),  # OSCAL metadata; profile resolution
        "resolution-source",  # compliance-trestle 5.2
    )
)
"""Links and properties by which a catalog says that a profile was resolved into it. Source: behind each line."""

MAX_BYTES = 64 * 1024 * 1024
MAX_YAML_BYTES = 16 * 1024 * 1024
MAX_YAML_NODES = 1_000_000
MAX_OBJECTS = 1_000_000
"""Largest documents read, and most objects and lists in one.

Source: govkit judgement; NIST SP 800-53 rev. 5 has 10 MB as JSON, 2.5 MB as YAML, and 100,000 objects. A million empty
objects fit into 3 MB of text and take 200 MB of memory.
"""


class OscalDocument(NamedTuple):
    """A document whose root is known; nothing else about it has been checked."""

    path: str
    """As shown to people."""
    root: Root
    body: dict[str, Any]
    """What stands under the root: plain dicts, lists, texts, numbers; timestamps are texts as written."""
    content: bytes
    """The file as it was read."""
    sha256: str
    syntax: Literal["json", "yaml"]
    line: Callable[[Path], int]
    """The line of a node, from the path with the root."""

    @property
    def version(self) -> str:
        """`oscal-version` as written; empty when there is none."""
        metadata = self.body.get("metadata")
        stated = metadata.get("oscal-version") if isinstance(metadata, dict) else None
        return stated if isinstance(stated, str) else ""

    @property
    def selection(self) -> bool:
        """Whether it is a catalog that says a profile was resolved into it: a part of others, not the whole of one."""
        metadata = self.body.get("metadata") if self.root == "catalog" else None
        if not isinstance(metadata, dict):
            return False
        said = (("links", "rel"), ("props", "name"))
        listed = ((items, word) for key, word in said if isinstance(items := metadata.get(key), list))
        return any(isinstance(item, dict) and item.get(word) in RESOLVED for items, word in listed for item in items)

    @property
    def whole(self) -> dict[str, Any]:
        """The document with its root, as the schemas describe it."""
        return {self.root: self.body}

    def place(self, *path: str | int) -> Place:
        """Line and JSON pointer of a node below the root (`place("metadata", "title")`)."""
        spot = (self.root, *path)
        return Place(self.path, self.line(spot), pointer=pointer(spot))


def pointer(path: Path) -> str:
    """The JSON pointer of a path. Source: RFC 6901."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def read_document(path: FilePath, *, shown: str | None = None) -> OscalDocument:
    """The OSCAL document in a file; raises InputError when it cannot be read or is none."""
    label = shown or path.as_posix()
    return parse_document(read_bytes(path, shown=label, limit=MAX_BYTES), label)


def parse_document(content: bytes, shown: str) -> OscalDocument:
    """The OSCAL document in some bytes; raises InputError. Text that does not begin with a brace is taken for YAML."""
    if not content or content.isspace():
        _refuse(shown, "not-oscal", "is empty", "write the file again with the tool that made it")
    start = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"<":
        fix = "convert it to JSON with NIST's oscal-cli, or ask its author for the JSON form"
        _refuse(shown, "not-oscal", "begins like XML; OSCAL is read as JSON or YAML", fix)
    syntax: Literal["json", "yaml"] = "json" if start in (b"{", b"[", b'"') else "yaml"
    value, line = _json(content, shown) if syntax == "json" else _yaml(content, shown)
    return document_of(value, shown, content, syntax, line)


def document_of(
    value: Any, shown: str, content: bytes, syntax: Literal["json", "yaml"], line: Callable[[Path], int]
) -> OscalDocument:
    """The OSCAL document that was read from some bytes as a plain value; raises InputError when it is none."""
    import hashlib

    root = _root(value, shown, line)
    return OscalDocument(shown, root, value[root], content, hashlib.sha256(content).hexdigest(), syntax, line)


def _refuse(shown: str, ident: str, what: str, fix: str, line: int = 0) -> NoReturn:
    raise InputError([Problem(Place(shown, line), ident, what, fix)])


def _json(content: bytes, shown: str) -> tuple[Any, Callable[[Path], int]]:
    objects = content.count(b"{") + content.count(b"[")
    if objects > MAX_OBJECTS:
        what = f"holds {objects} braces and brackets, more than the {MAX_OBJECTS} objects that are read"
        _refuse(shown, "too-large", what, "split the document")
    try:
        value = parse_json(content)
    except ValueError as error:
        line = re.search(r"at line (\d+)", str(error))
        fix = "write the file again with the tool that made it; it may have been cut off or edited by hand"
        _refuse(shown, "broken-json", str(error), fix, int(line.group(1)) if line else 0)
    return value, JsonLines(content).line


def _yaml(content: bytes, shown: str) -> tuple[Any, Callable[[Path], int]]:
    from govkit.yaml_lines import load_yaml

    if len(content) > MAX_YAML_BYTES:
        what = f"is {len(content) / 1e6:.0f} MB of YAML, more than the {MAX_YAML_BYTES / 1e6:.0f} MB that are read"
        _refuse(shown, "too-large", what, "convert it to JSON, which is read faster")
    document = load_yaml(content, shown, most_nodes=MAX_YAML_NODES)
    return plain(document.value), lambda path: document.place(path).line


def plain(value: Any) -> Any:
    """The same without memory of spelling: schemas know only the plain types."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    return int(value) if isinstance(value, int) else float(value)


def _root(value: Any, shown: str, line: Callable[[Path], int]) -> Root:
    """The one root; raises InputError when there is none, or more than one."""
    known = f"an OSCAL document has exactly one of {', '.join(ROOTS)}"
    if not isinstance(value, dict):
        _refuse(shown, "not-oscal", "does not hold an object", known, 1)
    found = [root for root in ROOTS if root in value]
    others = [key for key in value if key not in (*ROOTS, "$schema")]
    if len(found) > 1:
        what = f"has several roots: {', '.join(found)}"
        _refuse(shown, "several-roots", what, "put each into a file of its own", line((found[1],)))
    if not found:
        near = next((match for key in others[:20] for match in nearest(key[:60], ROOTS)), None)
        hint = f"did you mean {near!r}? " if near else ""
        shown_keys = ", ".join(repr(key[:60]) for key in others[:3]) or "nothing"
        _refuse(shown, "not-oscal", f"is not an OSCAL document: at the top stands {shown_keys}", hint + known, 1)
    if others:
        what = f"beside the root {found[0]!r} stands {others[0][:60]!r}"
        _refuse(shown, "several-roots", what, known, line((others[0],)))
    if not isinstance(value[found[0]], dict):
        _refuse(shown, "not-oscal", f"what stands under {found[0]!r} is not an object", known, line((found[0],)))
    return found[0]


def version_problems(document: OscalDocument) -> list[Problem]:
    """An `oscal-version` that is no release of OSCAL, or one that had no such root. A missing one the schema finds."""
    version = document.version
    if version and version not in RELEASES:
        near = nearest(version[:40], RELEASES)
        hint = f"did you mean {near[0]!r}? " if near else ""
        what = f"{version[:40]!r} is not a release of OSCAL that is known here"
        fix = f"{hint}known: {RELEASES[0]} to {RELEASES[-1]}"
        return [Problem(document.place("metadata", "oscal-version"), "unknown-version", what, fix)]
    if document.root == "mapping-collection" and version and version not in WITH_MAPPINGS:
        what = f"says OSCAL {version}, which has no mapping collections; they came with {WITH_MAPPINGS[0]}"
        fix = f"state the release it follows, {WITH_MAPPINGS[0]} or later"
        return [Problem(document.place("metadata", "oscal-version"), "version-contradiction", what, fix)]
    return []
