"""Catalogs that installed packages bring: entry points of the group `govkit.frameworks`.

The value of an entry point names a package or module; the catalogs are the folders beside its files. Nothing of the
package is imported. Looking for entry points takes some 30 ms, so it is done only when a catalog is asked for that is
neither shipped nor in the project.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from govkit.catalogs.loading import Folder, Library, add_own
from govkit.errors import SurroundingsError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "govkit.frameworks"


def with_installed(library: Library) -> Library:
    """The library with the catalogs of installed packages; the same one when there are none.

    Raises SurroundingsError for a package whose catalogs cannot be found, InputError with every Problem in them.
    """
    from importlib.metadata import entry_points

    points = sorted(entry_points(group=GROUP), key=lambda point: (_package(point), point.name))
    for point in dict.fromkeys(points):
        library = _with_package(library, point)
    return library


def _with_package(library: Library, point: EntryPoint) -> Library:
    package, folder = _package(point), _folder(point)
    found = [Folder(path.parent, f"{package}:{path.parent.name}") for path in sorted(folder.glob("*/catalog.yaml"))]
    if not found:
        what = f"the package {package} announces catalogs in {point.value}, and there is none"
        raise SurroundingsError(what, fix=f"install another version of {package}, or remove it")
    return add_own(library, found, [Folder(folder, package)] if (folder / "mappings").is_dir() else [], compiled=True)


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else point.name


def _folder(point: EntryPoint) -> Path:
    """Where the files of the package or module lie. A package is looked for, never imported."""
    top, *rest = point.value.split(".")
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        spec = None
    places = [*(spec.submodule_search_locations or ())] if spec is not None else []
    if spec is not None and not places and spec.origin:
        places = [str(Path(spec.origin).parent)]
    for place in places:
        inner = Path(place).joinpath(*rest)
        if inner.is_dir():
            return inner
        if inner.with_suffix(".py").is_file():
            return inner.parent
    what = f"the package {_package(point)} announces catalogs in {point.value!r}, which cannot be found"
    raise SurroundingsError(what, fix=f"install {_package(point)} again, or remove it")
