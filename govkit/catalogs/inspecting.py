"""Catalogs, mappings and profiles looked up again in their files: what they say, what is there, what nobody checked.

The loader has refused what is wrong; here every number is counted once more from the YAML itself, not from the records
and not from the compiled copy, so that one mistake cannot hide another.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dict
from pathlib import Path
from typing import Any

from govkit.catalogs.checking import MAX_LEVELS
from govkit.catalogs.compiling import compiled
from govkit.catalogs.inspecting_mappings import mapping_looked
from govkit.catalogs.loading import Library
from govkit.catalogs.reading import Origin, compiled_path, read
from govkit.errors import Place, Problem
from govkit.files import MAX_BYTES, read_bytes
from govkit.model.catalog import Catalog, Mapping, Source
from govkit.model.framework_check import FrameworkCheck, Looked, listed
from govkit.model.profile import Profile

ABOUT = re.compile(r"`([^`\s]+)`: ")
"""How a point begins that is about one of several files."""

NOT_CHECKED = re.compile(r"^## What was not checked\s*\n(?P<text>.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)


def inspect(library: Library, name: str) -> FrameworkCheck:
    """Everything that can be asked of a catalog, mapping or profile of the library."""
    record = library.catalogs.get(name) or library.mappings.get(name) or library.profiles[name]
    file = library.files[name]
    origin = read(file.path, file.shown)
    looked = [_digest(library, name, origin), *_sources(record.sources, origin)]
    match record:
        case Catalog():
            looked += _catalog(record, origin, library)
        case Mapping():
            looked += mapping_looked(record, origin, library)
        case Profile():
            looked += _profile(record, origin, library)
    said = tuple(_with_problem(item, origin) for item in looked)
    return FrameworkCheck(record, file.shown, origin.sha256, said, unchecked(file.path, record.id))


def _with_problem(item: Looked, origin: Origin) -> Looked:
    """The same; what is broken and was loaded nevertheless gets its Problem."""
    if item.said != "broken" or item.problems:
        return item
    what = f"{item.question}: {item.found}; the loader took the file all the same"
    fix = "compile the catalogs again if they are govkit's own; else report it: the loader should have refused the file"
    return item._replace(problems=(Problem(origin.place(), "recount-differs", what, fix),))


def _digest(library: Library, name: str, origin: Origin) -> Looked:
    """The file is the one that was loaded, and its compiled copy says the same."""
    question = "the file is the one in use"
    if origin.sha256 != library.digests[name]:
        problem = Problem(origin.place(), "changed-file", "the file changed while it was read", "check again")
        return Looked(question, "broken", "it changed meanwhile", (problem,))
    copy = compiled_path(origin.path)
    if not copy.is_file():
        return Looked(question, "holds", "read from the YAML; it has no compiled copy")
    record = library.catalogs.get(name) or library.mappings.get(name) or library.profiles[name]
    if read_bytes(copy, limit=MAX_BYTES) != compiled(origin, type(record)):
        fix = "run `python -m govkit.catalogs.compiling`; until then the YAML is read instead"
        problem = Problem(Place(origin.shown), "stale-copy", "the compiled copy beside it says something else", fix)
        return Looked(question, "broken", "the compiled copy is not current", (problem,))
    return Looked(question, "holds", "the compiled copy beside it is current, byte for byte")


def _sources(sources: Iterable[Source], origin: Origin) -> Iterator[Looked]:
    """Where it was read: how many sources, which are pinned, and whether each says what it was good for."""
    listing = list(sources)
    written = origin.document.value.get("sources")
    pinned = sum(source.commit is not None for source in listing)
    found = f"{len(listing)}, of which {pinned} at a fixed commit"
    yield Looked("sources are named", "holds" if len(listing) == len(written) else "broken", found)
    silent = [source.id for source in listing if not (source.checked or source.what)]
    yield Looked(
        "every source says what was read in it",
        "not-said" if silent else "holds",
        f"not said of {listed(silent)}" if silent else "all of them",
    )


def _entries(origin: Origin, key: str) -> list[dict[str, Any]]:
    return [item for item in origin.document.value.get(key) or () if isinstance(item, dict)]


def _catalog(catalog: Catalog, origin: Origin, library: Library) -> Iterator[Looked]:
    requirements, controls = _entries(origin, "requirements"), _entries(origin, "controls")
    yield _counts(origin, Counter([*(str(r["kind"]) for r in requirements), *("control" for _ in controls)]))
    ids = [str(item["id"]) for item in (*requirements, *controls)]
    aliases = [str(alias) for item in requirements for alias in item.get("aliases") or ()]
    twice = sorted(name for name, count in Counter([*ids, *aliases]).items() if count > 1)
    found = f"{len(ids)} ids and {len(aliases)} other names" if not twice else f"twice: {listed(twice)}"
    yield Looked("every id stands once", "broken" if twice else "holds", found)
    if requirements:
        yield _hierarchy({str(item["id"]): item.get("parent") for item in requirements})
        yield _related(requirements, set(ids))
        yield from _explained(catalog)
    if controls:
        yield from _controls(catalog, library)


def _counts(origin: Origin, counted: Dict[str, int]) -> Looked:
    """Numbers of each level: stated and counted."""
    stated = origin.document.value.get("counts")
    wrong = [
        f"{name}: stated {stated.get(name, 'nothing')}, found {counted.get(name, 0)}"
        for name in dict.fromkeys((*stated, *counted))
        if stated.get(name) != counted.get(name, 0)
    ]
    said = ", ".join(f"{name} {number}" for name, number in counted.items())
    return Looked("counts stated are counts found", "broken" if wrong else "holds", "; ".join(wrong) or said)


def _hierarchy(parents: Dict[str, Any]) -> Looked:
    """Every parent is there, no line of parents runs in a circle, and how deep it goes."""
    missing = sorted(str(parent) for parent in parents.values() if parent is not None and str(parent) not in parents)
    depths = []
    for name in parents:
        depth, above = 1, parents[name]
        while above is not None and depth <= MAX_LEVELS:
            depth, above = depth + 1, parents.get(str(above))
        depths.append(depth)
    deepest, roots = max(depths), sum(parent is None for parent in parents.values())
    if missing or deepest > MAX_LEVELS:
        return Looked("hierarchy is sound", "broken", f"missing parents: {listed(missing)}" if missing else "a circle")
    levels = f"{deepest} level{'s' * (deepest > 1)} deep" if deepest > 1 else "flat"
    return Looked("hierarchy is sound", "holds", f"every parent is there, no circles; {levels}, {roots} at the top")


def _related(requirements: Iterable[Dict[str, Any]], ids: set[str]) -> Looked:
    named = [str(name) for item in requirements for name in item.get("related") or ()]
    dangling = sorted({name for name in named if name not in ids})
    found = f"dangling: {listed(dangling)}" if dangling else f"{len(named)} to other entries, none dangling"
    return Looked("references lead somewhere", "broken" if dangling else "holds", found)


def _explained(catalog: Catalog) -> Iterator[Looked]:
    """Of the entries that are judged: a sentence each, and what a reader would expect to be shown."""
    leaves = catalog.leaves()
    levels = Counter(leaf.kind for leaf in leaves)
    found = ", ".join(f"{name} {number}" for name, number in levels.items()) or "nothing"
    yield Looked("what is judged is known", "holds", f"{found}; the rest groups or describes")
    for question, without in (
        ("every judged entry has a summary", [leaf.id for leaf in leaves if not leaf.summary.strip()]),
        ("every judged entry names evidence to expect", [leaf.id for leaf in leaves if not leaf.expected_evidence]),
    ):
        said = f"{len(leaves) - len(without)} of {len(leaves)}"
        lacking = f"; not {listed(without)}" if without else ""
        yield Looked(question, "not-said" if without else "holds", said + lacking)


def _controls(catalog: Catalog, library: Library) -> Iterator[Looked]:
    """Of the controls on offer: what they claim, and whether their bars and measures are explained."""
    claimed = [name for control in catalog.controls for name in control.requirements]
    dangling = sorted({name for name in claimed if library.requirement(name) is None})
    found = f"dangling: {listed(dangling)}" if dangling else f"{len(claimed)} claims, none dangling"
    yield Looked("requirements that controls claim are there", "broken" if dangling else "holds", found)
    criteria = [(control.id, one) for control in catalog.controls for one in control.criteria]
    bare = [f"{name}/{one.id}" for name, one in criteria if one.has_bar() and not (one.source or one.reported)]
    found = f"not {listed(bare)}" if bare else f"{len(criteria)} criteria"
    yield Looked("every bar says where it comes from", "not-said" if bare else "holds", found)


def _profile(profile: Profile, origin: Origin, library: Library) -> Iterator[Looked]:
    rules = _entries(origin, "rules")
    missing = sorted({str(rule["catalog"]) for rule in rules} - library.catalogs.keys())
    found = f"missing: {listed(missing)}" if missing else f"{len(rules)} rules over {listed(profile.catalogs())}"
    yield Looked("catalogs of its rules are there", "broken" if missing else "holds", found)
    declared = {source.id for source in profile.sources}
    silent = [rule.id for rule in profile.rules if not set(rule.sources) & declared]
    found = f"not {listed(silent)}" if silent else "all of them"
    yield Looked("every rule names a source", "not-said" if silent else "holds", found)


def unchecked(path: Path, ident: str) -> tuple[str, ...] | None:
    """The points of `What was not checked` in the SOURCE.md beside a file; None when nothing says so.

    One SOURCE.md may speak of several files: a point that begins with the id of another one is not about `ident`.
    """
    source = path.parent / "SOURCE.md"
    if not source.is_file():
        return None
    section = NOT_CHECKED.search(read_bytes(source, limit=MAX_BYTES).decode("utf-8", "replace"))
    if section is None:
        return None
    points = re.split(r"^- ", section["text"], flags=re.MULTILINE)
    others = {file.stem for file in path.parent.glob("*.yaml")} - {ident}
    found = [" ".join(point.split()) for point in points if point.strip()]
    about = [(named[1] if (named := ABOUT.match(point)) else "", point) for point in found]
    return tuple(point.removeprefix(f"`{ident}`: ") for name, point in about if name not in others)
