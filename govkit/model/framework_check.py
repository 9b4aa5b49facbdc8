"""What a check of a catalog, mapping or profile answers, for a reader who trusts no table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from govkit.errors import Problem
from govkit.model.catalog import Catalog, Mapping
from govkit.model.profile import Profile

Said = Literal["holds", "broken", "not-said"]
"""`not-said`: the file does not say, so that nobody can tell. Never a pass."""


class Looked(NamedTuple):
    """One question, its answer, and what was found."""

    question: str
    said: Said
    found: str
    problems: tuple[Problem, ...] = ()
    """Why it is broken, when it is."""


class FrameworkCheck(NamedTuple):
    """One catalog, mapping or profile: what it says of itself, and what was looked up again in its file."""

    record: Catalog | Mapping | Profile
    file: str
    sha256: str
    looked: tuple[Looked, ...]
    unchecked: tuple[str, ...] | None
    """What nobody checked, as SOURCE.md says; None when no such file says anything."""

    @property
    def type(self) -> Literal["catalog", "mapping", "profile"]:
        """Which of the three."""
        match self.record:
            case Catalog():
                return "catalog"
            case Mapping():
                return "mapping"
            case Profile():
                return "profile"

    def problems(self) -> tuple[Problem, ...]:
        """Everything that is broken."""
        return tuple(sorted(problem for item in self.looked for problem in item.problems))

    def count(self, said: Said) -> int:
        """How many questions have that answer."""
        return sum(item.said == said for item in self.looked)


def listed(names: Sequence[str], most: int = 12) -> str:
    """Some names, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
