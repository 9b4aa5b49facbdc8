"""What the shell offers after a TAB: ids that come with govkit, and words of a choice. Reads no project."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, get_args


def catalog_ids(incomplete: str) -> list[str]:
    """Ids of the shipped catalogs that begin like this."""
    from govkit.catalogs.loading import shipped_library

    return beginning(shipped_library().catalogs, incomplete)


def record_ids(incomplete: str) -> list[str]:
    """Ids of the shipped catalogs, mappings and profiles that begin like this."""
    from govkit.catalogs.loading import shipped_library

    library = shipped_library()
    return beginning((*library.catalogs, *library.mappings, *library.profiles), incomplete)


def words_of(choice: Any) -> Callable[[str], list[str]]:
    """A completion by the words of a Literal."""

    def complete(incomplete: str) -> list[str]:
        return beginning(get_args(choice), incomplete)

    return complete


def beginning(words: Iterable[str], incomplete: str) -> list[str]:
    """Those that begin like this, in their order."""
    return [word for word in words if word.startswith(incomplete)]
