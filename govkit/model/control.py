"""Controls and the bars they set."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from govkit.model.base import Name, Record, Text

Unit = Literal[
    "proportion",
    "percent",
    "points",
    "ms",
    "s",
    "minutes",
    "hours",
    "days",
    "count",
    "score",
    "ratio",
    "index",
    "currency",
    "kWh",
    "Wh",
    "kgCO2e",
    "tokens-per-s",
    "requests-per-s",
    "tokens",
    "bytes",
]
NEVER_NEGATIVE: frozenset[Unit] = frozenset(
    {
        *("ms", "s", "minutes", "hours", "days", "count", "kWh", "Wh", "kgCO2e"),
        *("tokens-per-s", "requests-per-s", "tokens", "bytes"),
    }
)
"""Units of what there cannot be less than nothing of; money, scores, indices and ratios may be below 0."""
IN_HUNDREDTHS: frozenset[Unit] = frozenset({"percent", "points"})
"""Units in which all of n items are 100, not 1."""
Method = Literal["TEST", "EXAMINE", "INTERVIEW"]
"""How a fact was established, as OSCAL 1.2.3 spells it."""

SystemKind = Literal["classifier", "regressor", "ranker", "generator", "agent", "general-purpose"]
Quantity = Literal["value", "worst", "change", "relative_change", "flips", "gap", "ratio"]
ON_SCALE: frozenset[Quantity] = frozenset({"value", "worst", "flips"})
"""Quantities that stand for themselves, like the measure; the others are differences or ratios."""
ACROSS: frozenset[Quantity] = frozenset({"worst", "gap", "ratio"})
"""Quantities over the slices of one measure."""
AGAINST_BASELINE: frozenset[Quantity] = frozenset({"change", "relative_change", "flips"})
IntervalPolicy = Literal["required", "if_known", "ignore"]
ReleasePolicy = Literal["exact", "version", "any"]
Severity = Literal["gate", "advisory"]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[-_.][a-z0-9]+)*$", max_length=80)]


class Criterion(Record):
    """The bar for one measure."""

    id: Slug
    title: Name
    """In plain words: what is compared."""
    measure: Name
    """Name of the measure, or a glob over names (`lm-eval/*/exact_match`)."""
    where: dict[str, str] = Field(default_factory=dict)
    """Conditions a measurement must have; a value may be a glob."""
    of: Quantity = "value"
    """What is compared: the value, the value of the worst slice, the change against the baseline release, the share of
    items that were right there and are wrong here (`flips`), or the spread across slices."""
    across: Name | None = None
    """With `worst`, `gap` or `ratio`: the condition whose values are the slices."""
    at_least: float | None = None
    at_most: float | None = None
    between: tuple[float, float] | None = None
    equals: float | None = None
    reported: bool = False
    """True when it is enough that the number is known."""
    unit: Unit | None = None
    confidence: float | None = Field(default=None, gt=0.5, lt=1)
    """Two-sided level of the interval; the project's policy when absent."""
    interval: IntervalPolicy = "if_known"
    min_n: int | None = Field(default=None, ge=1)
    max_age_days: int | None = Field(default=None, ge=1)
    release: ReleasePolicy = "version"
    severity: Severity = "gate"
    safety: bool = False
    """Safety-critical: exact (Clopper-Pearson) intervals."""
    higher_is_better: bool | None = None
    """States the direction when the tool does not."""
    source: Text | None = None
    """Where the bar comes from."""
    reason: Text | None = None
    """Why the project set another bar than the catalog."""

    @model_validator(mode="after")
    def _one_bar(self) -> Criterion:
        if sum(bar is not None for bar in (self.at_least, self.at_most, self.between, self.equals)) + self.reported > 1:
            raise ValueError("has more than one bar; keep one of at_least, at_most, between, equals, reported")
        if self.between is not None and self.between[0] > self.between[1]:
            raise ValueError("between needs the lower number first")
        if (self.of in ACROSS) != (self.across is not None):
            raise ValueError("`across` names the slices of `of: worst`, `gap` and `ratio`, and belongs to these only")
        if self.of == "gap" and self.at_least is not None:
            raise ValueError("a gap is better the smaller it is; its bar is at_most")
        if self.of == "ratio" and self.at_most is not None:
            raise ValueError("the ratio is that of the lowest slice to the highest, never above 1; its bar is at_least")
        return self

    def has_bar(self) -> bool:
        """True when there is something to compare with."""
        return self.reported or any(b is not None for b in (self.at_least, self.at_most, self.between, self.equals))

    def bar(self) -> str:
        """The bar in words, for a report: `at least 0.7`."""
        if self.at_least is not None:
            return f"at least {self.at_least:g}"
        if self.at_most is not None:
            return f"at most {self.at_most:g}"
        if self.between is not None:
            return f"between {self.between[0]:g} and {self.between[1]:g}"
        if self.equals is not None:
            return f"equal to {self.equals:g}"
        return "reported" if self.reported else "no bar set"


class Control(Record):
    """What the organisation does ("modifies risk", in ISO's sense; OSCAL's control is our Requirement)."""

    id: Name
    title: Name
    theme: Name
    summary: Text
    expected_evidence: tuple[Text, ...] = ()
    method: Method = "TEST"
    applies_to: tuple[SystemKind, ...] = ()
    """Kinds of system it makes sense for; empty means every kind."""
    requirements: tuple[Name, ...] = ()
    """Full ids (`nist-ai-rmf-1.0:MEASURE 2.3`) of what it is evidence for."""
    crosswalk_support: tuple[Name, ...] = ()
    """`SOURCE>TARGET` pairs that a published crosswalk also has."""
    criteria: tuple[Criterion, ...] = ()
    owner: Name | None = None

    @model_validator(mode="after")
    def _criteria_are_named_once(self) -> Control:
        names = [criterion.id for criterion in self.criteria]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"has more than one criterion {twice[0]!r}; give each its own id")
        return self
