"""Risks, their treatment, and who accepted what is left."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from pydantic import AwareDatetime, Field, model_validator

from govkit.model.base import Name, Record, Sha256, Text
from govkit.model.control import Slug

LONGEST_DAYS = 366
"""Longest time an acceptance may hold. Source: govkit judgement; a residual risk is looked at again every year."""


class Grade(Record):
    """One step of a scale, defined in words."""

    label: Name
    meaning: Text


class RiskScale(Record):
    """Likelihood and impact in words, and the level of every combination."""

    likelihood: tuple[Grade, ...] = Field(min_length=2, max_length=10)
    """From least to most likely; the first is 1."""
    impact: tuple[Grade, ...] = Field(min_length=2, max_length=10)
    levels: tuple[Slug, ...] = Field(min_length=2)
    """Level names, lowest first."""
    matrix: tuple[tuple[Slug, ...], ...]
    """matrix[likelihood - 1][impact - 1] is a level name."""
    appetite: Slug
    """Highest level that needs no acceptance."""

    @model_validator(mode="after")
    def _fits(self) -> RiskScale:
        if len(self.matrix) != len(self.likelihood) or any(len(row) != len(self.impact) for row in self.matrix):
            raise ValueError("the matrix needs one row per likelihood and one column per impact")
        unknown = {level for row in self.matrix for level in row} - set(self.levels)
        if unknown or self.appetite not in self.levels:
            raise ValueError(f"level {sorted(unknown) or self.appetite!r} is not among `levels`")
        return self

    def level(self, likelihood: int, impact: int) -> str:
        """Name of the level at that spot; both count from 1."""
        return self.matrix[likelihood - 1][impact - 1]

    def rank(self, level: str) -> int:
        """Position of a level, 0 is lowest."""
        return self.levels.index(level)

    def above_appetite(self, level: str) -> bool:
        """True when somebody has to accept it."""
        return self.rank(level) > self.rank(self.appetite)


class Reduction(Record):
    """How a control moves a risk while it is satisfied."""

    control: Name
    reduces: Literal["likelihood", "impact"]
    steps: int = Field(ge=1, le=9)


def rating(likelihood: str, impact: str, reductions: Iterable[tuple[str, str, str]]) -> str:
    """How a risk is rated and what reduces it, in words: two ratings are alike when their words are."""
    moves = "; ".join(f"{control} takes {steps} off the {reduces}" for control, reduces, steps in sorted(reductions))
    return f"likelihood {likelihood}, impact {impact}" + (f"; {moves}" if moves else "")


class Treatment(Record):
    """The response to a risk."""

    option: Literal["mitigate", "avoid", "share", "accept"]
    plan: Text
    owner: Name
    due: date | None = None


class Risk(Record):
    """Cause, event, consequence, and who is affected."""

    id: Name
    title: Name
    cause: Text
    event: Text
    consequence: Text
    affected: Text
    phase: Name | None = None
    """Lifecycle phase it arises in."""
    systems: tuple[Name, ...] = ()
    """Empty means every system."""
    likelihood: int = Field(ge=1, le=10)
    impact: int = Field(ge=1, le=10)
    controls: tuple[Reduction, ...] = ()
    related: tuple[Name, ...] = ()
    """Full ids of catalog entries that tell of such risks (`owasp-llm-2026:LLM01:2026`); nothing is judged by them."""
    treatment: Treatment
    owner: Name
    identified: date | None = None
    review_by: date | None = None
    status: Literal["open", "closed"] = "open"


class Acceptance(Record):
    """Who accepted which frozen residual, on which evidence, until when. Append-only."""

    risk: Name
    release: Name
    by: Name
    role: Name | None = None
    at: AwareDatetime
    until: date
    reason: Text
    likelihood: int = Field(ge=1, le=10)
    impact: int = Field(ge=1, le=10)
    level: Slug
    covers: tuple[Name, ...] = ()
    """Controls that were not satisfied and are accepted for the time being."""
    evidence: tuple[Sha256, ...] = ()
    """Digests of the evidence those controls were judged on."""
