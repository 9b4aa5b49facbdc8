"""Which collector reads a file: recognised by content, never by name; two answers or none are refused.

A collector is a module with FORMAT, VERSION, `sniff(source) -> Sniffed | None` and `collect(source) -> Reading`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, TypeVar

from govkit.errors import CollectorError, GovkitError
from govkit.files import nearest, parse_json, read_bytes
from govkit.model.evidence import Reading

HEAD_BYTES = 64 * 1024
DOCUMENT_BYTES = 50 * 1024 * 1024
FIRST_LINE_BYTES = 8 * 1024 * 1024
"""How much is looked at to recognise a file.

Source: govkit judgement; aggregate result files seen are 4 to 700 KB, one row of a sample file up to 100 KB.
"""

BUILTIN: dict[str, str] = {
    "lm-eval": "govkit.collectors.lm_eval",
    "inspect": "govkit.collectors.inspect_log",
    "great-expectations": "govkit.collectors.great_expectations",
    "croissant": "govkit.collectors.croissant",
    "document": "govkit.collectors.documents",
    "register": "govkit.collectors.registers",
    "attestation": "govkit.collectors.attestations",
    "mapped": "govkit.collectors.mapped",
}
"""Format to module; imported only when a file is looked at."""

VERSIONS: dict[str, str] = {**dict.fromkeys(BUILTIN, "1"), "document": "2", "register": "2", "attestation": "2"}
"""Format to the VERSION of its module, so that a kept reading can be trusted without importing its collector."""

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Source:
    """A file as a collector is given it."""

    path: Path
    shown: str
    """The name to print, relative to the project."""
    head: bytes
    """The first 64 KB."""
    size: int

    @cached_property
    def content(self) -> bytes:
        """The whole file; raises InputError when it is too large."""
        return read_bytes(self.path, shown=self.shown)

    @property
    def starts_as_json(self) -> bool:
        """Whether the first visible character may begin a JSON document."""
        return self.head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[", b'"')

    @cached_property
    def json_fault(self) -> str | None:
        """Why the file is not one JSON document; None when it is one."""
        return self._parsed[1]

    @cached_property
    def document(self) -> Any:
        """The JSON value of the whole file; None when it is not one document, or larger than 50 MB."""
        return self._parsed[0]

    @cached_property
    def _parsed(self) -> tuple[Any, str | None]:
        if not self.starts_as_json:
            return None, "does not begin like JSON"
        if self.size > DOCUMENT_BYTES:
            return None, f"is larger than the {DOCUMENT_BYTES >> 20} MB read to recognise a file"
        try:
            return unwrapped(parse_json(self.content)), None
        except ValueError as error:
            return None, str(error)

    @cached_property
    def first_row(self) -> Any:
        """The JSON value of the first line, which JSON Lines formats are recognised by; None when it is none."""
        if not self.starts_as_json:
            return None
        line = self.content[:FIRST_LINE_BYTES].split(b"\n", 1)[0]
        try:
            return parse_json(line)
        except ValueError:
            return None

    def json_document(self) -> Any:
        """The JSON value of the whole file, of any size that may be read; raises CollectorError when there is none."""
        if self.json_fault is None:
            return self.document
        try:
            return unwrapped(parse_json(self.content))
        except ValueError as error:
            raise _broken_json(str(error)) from error


class Sniffed(NamedTuple):
    """What a file is taken for, and why."""

    format: str
    confidence: float
    version: str | None
    reason: str


def unwrapped(value: Any) -> Any:
    """The value inside a document that was encoded twice: a JSON text that is one string holding JSON."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        return parse_json(value)
    return value


def _broken_json(fault: str) -> CollectorError:
    import re

    line = re.search(r"at line (\d+)", fault)
    fix = "write the file again with the tool that made it; it may have been cut off or edited by hand"
    return CollectorError(fault, fix=fix, ident="broken-json", line=int(line.group(1)) if line else 0)


def formats() -> dict[str, str]:
    """Every known format and its module: the built-in ones, then those of installed packages."""
    from importlib.metadata import entry_points

    extra = {point.name: point.value for point in entry_points(group="govkit.collectors")}
    return {**extra, **BUILTIN}


def _asked(name: str, modules: dict[str, str], question: Callable[[ModuleType], Answer]) -> Answer:
    """The collector's answer; whatever goes wrong inside it comes back as a CollectorError that names it."""
    try:
        return question(importlib.import_module(modules[name]))
    except GovkitError:
        raise
    except Exception as error:  # a collector may be anyone's code; the one place for this
        what = f"the collector {name!r} failed: {type(error).__name__}: {str(error)[:300]}"
        fix = "report it with the file if you can; meanwhile read the file with a mapping of your own"
        raise CollectorError(what, fix=fix, ident="collector-failed") from error


def collector_version(format: str) -> str:
    """The version of the collector for a format; a reading is kept only as long as it stays the same."""
    if format in VERSIONS:
        return VERSIONS[format]
    return _asked(format, _known(format), lambda module: str(module.VERSION))


def _known(format: str) -> dict[str, str]:
    if format in BUILTIN:
        return BUILTIN  # looking through every installed package costs 10 ms a call
    modules = formats()
    if format not in modules:
        near = nearest(format, modules)
        hint = f"did you mean {near[0]!r}? " if near else ""
        what = f"there is no collector for the format {format!r}"
        raise CollectorError(what, fix=f"{hint}known formats: {', '.join(sorted(modules))}", ident="unknown-collector")
    return modules


def opened(path: Path, shown: str) -> Source:
    """The file, its beginning read; raises InputError when it is missing, no file, or unreadable."""
    content = read_bytes(path, shown=shown)
    source = Source(path, shown, content[:HEAD_BYTES], len(content))
    source.__dict__["content"] = content  # fills the cached property: the file is read once
    return source


def identify(path: Path, shown: str) -> Sniffed:
    """What the content of a file says it is; raises CollectorError when nothing, or more than one thing, fits."""
    return _identified(opened(path, shown))


def _identified(source: Source) -> Sniffed:
    modules = formats()
    failed: list[CollectorError] = []
    found: list[Sniffed] = []
    for name in sorted(modules):
        try:
            sniffed: Sniffed | None = _asked(name, modules, lambda module: module.sniff(source))
        except CollectorError as error:
            failed.append(error)
            continue
        if sniffed is not None:
            found.append(sniffed)
    if not found:
        raise failed[0] if failed else _unknown(source)
    best = max(sniffed.confidence for sniffed in found)
    first, *rest = [sniffed for sniffed in found if sniffed.confidence == best]
    if rest:
        what = "fits more than one format: " + "; ".join(f"{one.format} ({one.reason})" for one in (first, *rest))
        fix = f"say which one with `--format` or `format:` in the binding: {first.format} or {rest[0].format}"
        raise CollectorError(what, fix=fix, ident="ambiguous-format")
    return first


def _unknown(source: Source) -> CollectorError:
    from govkit.collectors.recognised import impression

    if source.size == 0:
        return CollectorError("is empty", fix="run the tool that writes it again", ident="empty-file")
    # A file that begins as JSON and ends in the middle is better called broken than unknown.
    if source.starts_as_json and source.document is None and source.first_row is None:
        return _broken_json(source.json_fault or "broken JSON")
    seen = impression(source)
    return CollectorError(f"no collector reads this: {seen.looks}", fix=seen.fix, ident="unknown-format")


def read(
    path: Path, shown: str, *, format: str | None = None, mapping: Path | None = None, mapping_shown: str | None = None
) -> Reading:
    """What the file says; raises CollectorError for the file, InputError for a mapping that is itself wrong."""
    if mapping is not None:
        source, at = opened(path, shown), mapping_shown or mapping.as_posix()
        mapped: Reading = _asked("mapped", formats(), lambda module: module.collect_with(source, mapping, at))
        return mapped
    source = opened(path, shown)
    modules = _known(format) if format else formats()
    chosen = format or _identified(source).format
    reading: Reading = _asked(chosen, modules, lambda module: module.collect(source))
    return reading
