"""The catalogs a command that needs no project can see."""

from __future__ import annotations

from govkit.catalogs.loading import Library, shipped_library
from govkit.cli.invocation import Invocation
from govkit.errors import InputError


def known_here(invocation: Invocation) -> Library:
    """The shipped catalogs, and those of the project when there is one that can be read."""
    if not (invocation.root / "govkit.yaml").is_file():
        return shipped_library()
    from govkit.cli.judging import open_here

    try:
        return open_here(invocation).library
    except InputError:
        invocation.note("this project has problems (`govkit check` lists them): only the shipped catalogs are shown")
        return shipped_library()
