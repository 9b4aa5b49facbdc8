"""The one mapping between two catalogs, or why there is none."""

from __future__ import annotations

from govkit.catalogs.loading import Library
from govkit.errors import InputError, Place, Problem
from govkit.model.catalog import Mapping


def touching(library: Library, catalog: str) -> tuple[Mapping, ...]:
    """The mappings of which a catalog is one side."""
    return tuple(item for item in library.mappings.values() if catalog in (item.source, item.target))


def between(library: Library, source: str, target: str, command: str) -> Mapping:
    """The one mapping between two catalogs, whichever way it is stored; raises InputError in the name of a command."""
    found = [item for item in library.mappings.values() if {item.source, item.target} == {source, target}]
    if len(found) > 1 and source != target:
        names = " and ".join(item.id for item in found)
        fix = f"name the one you want: `{command} {found[0].id}`"
        raise InputError([Problem(Place(command), "ambiguous-mapping", f"two mappings fit: {names}", fix)])
    if not found or source == target:
        raise InputError([_missing(library, source, target, command)])
    return found[0]


def _missing(library: Library, source: str, target: str, command: str) -> Problem:
    """No mapping, and none is made by going over a third catalog."""
    there = []
    for name in dict.fromkeys((source, target)):
        others = [item.target if item.source == name else item.source for item in touching(library, name)]
        there.append(f"{name} is mapped with {', '.join(others)}" if others else f"{name} is mapped with nothing")
    fix = (
        f"{'; '.join(there)}. A way over a third catalog would be a guess: mappings are never chained."
        " A mapping of your own goes into `mappings/` beside your catalog"
    )
    what = f"there is no mapping between {source} and {target}"
    return Problem(Place(command), "no-crosswalk", what, fix)
