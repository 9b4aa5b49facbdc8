"""Which format a file has: told by its content, never by its name; two answers or none are refused.

A format is a module with TITLE, `sniff(source, asked) -> Sniffed | None` and `read(source, asked) -> Imported`.
"""

from __future__ import annotations

import importlib
from types import ModuleType

from govkit.errors import InputError, Place, Problem
from govkit.files import nearest
from govkit.importing.asked import Asked, option
from govkit.importing.sniffed import Sniffed
from govkit.importing.source import Source
from govkit.model.imported import Imported

FORMATS: dict[str, str] = {
    "oscal": "govkit.importing.oscal",
    "ciso-assistant": "govkit.importing.ciso_assistant",
    "sssom": "govkit.importing.sssom",
    "nist-playbook": "govkit.importing.nist_playbook",
    "nist-cprt": "govkit.importing.nist_cprt",
    "mitre-atlas": "govkit.importing.mitre_atlas",
    "table": "govkit.importing.table",
}
"""Name of a format to its module, imported when a file is looked at."""


def read(source: Source, asked: Asked, format: str | None = None) -> Imported:
    """The file in our form; raises InputError with every Problem of the file and of the options."""
    imported: Imported = _module(format or identify(source, asked).format).read(source, asked)
    return imported


def identify(source: Source, asked: Asked) -> Sniffed:
    """What the content says it is; raises InputError when nothing, or more than one thing, fits."""
    if not source.content.strip():
        raise InputError([Problem(Place(source.shown), "empty-file", "is empty", "get the file again")])
    answers: list[Sniffed | None] = [_module(name).sniff(source, asked) for name in FORMATS]
    found = [sniffed for sniffed in answers if sniffed is not None]
    if len(found) == 1:
        return found[0]
    if source.fault is not None:
        raise source.fault
    if found:
        what = "fits more than one format: " + "; ".join(f"{one.format} ({one.reason})" for one in found)
        fix = f"say which one: `--format {found[0].format}` or `--format {found[1].format}`"
        raise InputError([Problem(Place(source.shown), "ambiguous-format", what, fix)])
    raise InputError([_unknown(source)])


def _module(name: str) -> ModuleType:
    if name not in FORMATS:
        near = nearest(name, FORMATS)
        hint = f"did you mean {near[0]!r}? " if near else ""
        what, fix = f"there is no format {name[:60]!r}", f"{hint}known formats: {', '.join(FORMATS)}"
        raise InputError([Problem(option("format"), "unknown-format", what, fix)])
    return importlib.import_module(FORMATS[name])


def _unknown(source: Source) -> Problem:
    """Nothing fits; what the file looks like is said, so that a person sees why."""
    if isinstance(source.value, dict):
        looks = f"at the top stand the keys {_some(list(source.value))}"
    elif isinstance(source.value, list):
        first = source.value[0] if source.value else None
        looks = f"a list of {len(source.value)}" + (
            f", its first entry has {_some(list(first))}" if isinstance(first, dict) else ""
        )
    elif source.text is None:
        looks = f"not UTF-8 text, begins with {source.content[:8]!r}"
    else:
        line = source.text.strip().splitlines()[0] if source.text.strip() else ""
        looks = f"text that begins with {line[:80]!r}"
    if source.text is not None and source.text.lstrip().startswith("<"):
        fix = "XML and HTML are not read; OSCAL can be converted to JSON, for one with NIST's oscal-cli"
        return Problem(Place(source.shown), "unknown-format", "begins like XML or HTML", fix)
    fix = "for a table, say with `--mapping COLUMNS.yaml` which column is what; docs/importing.md lists the formats"
    return Problem(Place(source.shown), "unknown-format", f"no format that is imported fits: {looks}", fix)


def _some(names: list[str]) -> str:
    return ", ".join(repr(str(name)[:40]) for name in names[:6]) + (" and more" if len(names) > 6 else "")
