"""The catalogs a command that needs no project can see."""

from __future__ import annotations

from typing import NamedTuple

from govkit.catalogs.loading import Library, shipped_library
from govkit.cli.invocation import Invocation
from govkit.errors import InputError
from govkit.model.project import Project


class Here(NamedTuple):
    """What is known where a command was called."""

    library: Library
    project: Project | None
    """None outside a project, and in one that cannot be read."""


def known_here(invocation: Invocation) -> Library:
    """The shipped catalogs, and those of the project when there is one that can be read."""
    return here(invocation).library


def here(invocation: Invocation) -> Here:
    """The same, with the project."""
    if not (invocation.root / "govkit.yaml").is_file():
        return Here(shipped_library(), None)
    from govkit.cli.judging import open_here

    try:
        opened = open_here(invocation)
    except InputError:
        invocation.note("this project has problems (`govkit check` lists them): only the shipped catalogs are shown")
        return Here(shipped_library(), None)
    return Here(opened.library, opened.project)
