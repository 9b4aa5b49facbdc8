"""What the files of the baseline release asked for, so that nothing asked for goes without a word."""

from __future__ import annotations

from pydantic import Field

from govkit.model.base import Name, Record, Text


class AskedBefore(Record):
    """What stood in the project's files at the commit of the baseline release."""

    checks: tuple[Name, ...] = ()
    """`CONTROL/criterion` of every check that was asked for."""
    risks: tuple[Name, ...] = ()
    """Open risks of the system."""
    ratings: dict[Name, Text] = Field(default_factory=dict)
    """Risk to how it was rated and what reduced it, in words."""
    frameworks: tuple[Name, ...] = ()
    """Catalogs whose requirements closed the gate."""
    excluded: tuple[Name, ...] = ()
    """Requirements that the Statement of Applicability left out."""
    governed: tuple[Name, ...] = ()
    """Globs of files whose change had to be approved."""
    kind: Name | None = None
    tier: Name | None = None
    appetite: Name | None = None
    """Highest level of risk that nobody had to accept; None when the file leaves it to govkit."""
    mappings: tuple[Name, ...] = ()
    """Mapping files of bindings that say something else now than they did."""
