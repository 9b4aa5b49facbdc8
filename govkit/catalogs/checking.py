"""What records cannot check alone: numbers that must add up, ids that must exist. Yields Problems; reads nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Mapping as Dict

from govkit.catalogs.reading import Origin, Parsed
from govkit.errors import Problem
from govkit.model.catalog import Catalog
from govkit.model.control import Control
from govkit.model.kinds import Kind, Kinds, Meaning
from govkit.validation import duplicates, unknown
from govkit.yaml_lines import Path as Spot

MAX_LEVELS = 20
"""Deepest hierarchy read. Source: govkit judgement; the deepest shipped catalog has three levels."""


def catalog_problems(catalog: Parsed[Catalog]) -> list[Problem]:
    """What is wrong inside one catalog file."""
    place = catalog.origin.place
    requirements, controls = catalog.entries["requirements"], catalog.entries["controls"]
    if catalog.record is not None and not (requirements.good or controls.good):
        fix = "list what the standard asks under `requirements:`, or what you offer under `controls:`"
        return [Problem(place(), "empty-catalog", "holds neither requirements nor controls", fix)]
    counted = Counter([*requirements.words("kind"), *("control" for _ in controls.words("id"))])
    found = list(counts_problems(catalog.origin, catalog.head.get("counts"), counted, complete=True))
    named = [(name, (*spot, key)) for r, spot in requirements.good for key, name in _names(r.id, r.aliases)]
    named += [(c.id, (*spot, "id")) for c, spot in controls.good]
    found += duplicates([(name, place(*spot)) for name, spot in named], "id") if _twice(n for n, _ in named) else []
    ids = set(requirements.words("id"))
    for item, spot in requirements.good:
        for key, name in (("parent", item.parent), *(("related", name) for name in item.related)):
            if name is not None and name not in ids:
                listing = "a parent and related ids stand in the same catalog"
                found.append(unknown(name, ids, place(*spot, key), "requirement", listing))
    return [*found, *_words(catalog), *_circles(catalog, {r.id: r.parent for r, _ in requirements.good})]


def _words(catalog: Parsed[Catalog]) -> Iterator[Problem]:
    """Roles and routes that requirements use and nobody explains, or that are explained and nobody uses."""
    place, requirements = catalog.origin.place, catalog.entries["requirements"]
    for key, noun in (("roles", "role"), ("applies_from", "route")):
        explained, used = catalog.head.get(f"{noun}s") or {}, set()
        if not isinstance(explained, dict):
            continue  # already a Problem of the record
        for item, spot in requirements.good:
            for name in getattr(item, key):
                used.add(name)
                if name not in explained:
                    listing = f"explain it under `{noun}s:` of the catalog"
                    yield unknown(name, explained, place(*spot, key), noun, listing)
        for name in explained if not requirements.broken else ():
            if name not in used:
                what = f"the {noun} {name!r} is explained, and no requirement uses it"
                yield Problem(place(f"{noun}s", name), "unused-word", what, "look for a missing entry; else remove it")


def _names(ident: str, aliases: Iterable[str]) -> Iterator[tuple[str, str]]:
    yield "id", ident
    for alias in aliases:
        yield "aliases", alias


def _twice(names: Iterable[str]) -> bool:
    """Cheap question first: places are only worked out when something is wrong."""
    return any(count > 1 for count in Counter(names).values())


def counts_problems(origin: Origin, stated: object, counted: Dict[str, int], *, complete: bool) -> Iterator[Problem]:
    """Stated numbers that differ from those counted; `complete` says that everything counted must be stated."""
    if not isinstance(stated, dict):
        return  # missing or not a mapping: already a Problem of the record
    for name, number in stated.items():
        if name not in counted and not complete:
            yield unknown(name, counted, origin.place("counts", name), "count", f"known: {', '.join(counted)}")
        elif counted.get(name, 0) != number:
            what = f"counts say {number} of {name}, the file holds {counted.get(name, 0)}"
            fix = "look for a missing or surplus entry; correct the count only if the standard has another number"
            yield Problem(origin.place("counts", name), "wrong-count", what, fix)
    for name, number in counted.items() if complete else ():
        if name not in stated:
            what = f"the file holds {number} of {name}, counts do not say how many there must be"
            yield Problem(origin.place("counts"), "wrong-count", what, f"add `{name}: {number}` once checked")


def _circles(catalog: Parsed[Catalog], parents: Dict[str, str | None]) -> Iterator[Problem]:
    for item, spot in catalog.entries["requirements"].good:
        above = item.parent
        for _ in range(MAX_LEVELS):
            above = parents.get(above) if above is not None else None
        if above is not None:
            what = f"the parents of {item.id!r} run in a circle, or through more than {MAX_LEVELS} levels"
            place = catalog.origin.place(*spot, "parent")
            yield Problem(place, "circular-parent", what, "let `parent` lead up to an entry without parent")


def succession_problems(catalog: Parsed[Catalog], catalogs: Dict[str, Catalog], unread: bool) -> list[Problem]:
    """A later edition that does not exist, or is this one; `unread` says that some catalog is broken."""
    made, place = catalog.record, catalog.origin.place
    if made is None or made.superseded_by is None:
        return []
    if made.superseded_by == made.id:
        what = f"the catalog {made.id!r} is said to be superseded by itself"
        return [
            Problem(place("superseded_by"), "bad-value", what, "name the catalog of the later edition, or remove it")
        ]
    if made.superseded_by in catalogs or unread:
        return []
    return [unknown(made.superseded_by, catalogs, place("superseded_by"), "catalog", "`govkit show` lists them")]


def kinds_problems(kinds: Parsed[Kinds], earlier: Kinds, controls: Collection[str]) -> list[Problem]:
    """Kinds that stand twice, and kinds used by controls that do not exist."""
    found: list[Problem] = []
    for group, entries in kinds.entries.items():
        names = {kind.id for kind in getattr(earlier, group)}
        for kind, spot in entries.good:
            if kind.id in names:
                place = kinds.origin.place(*spot, "id")
                found.append(Problem(place, "duplicate-id", f"{kind.id!r} stands twice in {group}", "keep one"))
            names.add(kind.id)
        found += users_problems(kinds.origin, [(spot, kind) for kind, spot in entries.good], controls)
    return found


def users_problems(
    origin: Origin, used: Iterable[tuple[Spot, Kind | Meaning]], known: Collection[str]
) -> list[Problem]:
    """Kinds or measures said to be used by controls that do not exist."""
    return [
        unknown(name, known, origin.place(*spot, "used_by", index), "control", "`govkit show` lists them")
        for spot, item in used
        for index, name in enumerate(item.used_by)
        if name not in known
    ]


def control_problems(
    controls: Iterable[tuple[Control, Spot, Origin]],
    earlier: Collection[str],
    known: Collection[str],
    pairs: Collection[str],
    *,
    unread: bool,
) -> list[Problem]:
    """Controls that stand twice or claim what no catalog has; `unread` says that some file is broken."""
    found: list[Problem] = []
    first: dict[str, Origin] = {}
    catalogs = {name.partition(":")[0] for name in known}
    for control, spot, origin in controls:
        if control.id in earlier or first.setdefault(control.id, origin) is not origin:
            what = f"the control {control.id!r} stands in another catalog too"
            found.append(Problem(origin.place(*spot, "id"), "duplicate-id", what, "give it another id"))
        for index, name in enumerate(control.requirements):
            if name not in known and not (unread and name.partition(":")[0] not in catalogs):
                place = origin.place(*spot, "requirements", index)
                found.append(unknown(name, known, place, "requirement", "`govkit show` lists the catalogs"))
        for index, name in enumerate(control.crosswalk_support):
            if name not in pairs and not unread:
                place = origin.place(*spot, "crosswalk_support", index)
                found.append(unknown(name, pairs, place, "pair", "name a pair of a published mapping, or remove it"))
    return found
