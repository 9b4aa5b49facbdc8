"""Values for a table of options: found by measure, option and load, and held against what may count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from govkit.assess.question import Candidate, Pool, for_release
from govkit.assess.unusable import Unusable
from govkit.assess.usability import Rules, completed, unusable
from govkit.model.assessment import Reason
from govkit.model.control import Criterion, Unit
from govkit.model.deployment import TOOL, DeploymentRules
from govkit.model.project import Release

LOAD = (
    "concurrency", "request-rate", "strategy", "scenario", "input-tokens", "output-tokens", "dataset", "burstiness",
    "ramp-up", "ramp-up-from", "ramp-up-to", "samples-per-query",
)  # fmt: skip
"""Conditions that say under which load something was measured; what collectors of load tests write."""

WEAK: frozenset[Reason] = frozenset(
    {"stale-evidence", "date-unknown", "sample-too-small", "order-unknown", "bar-set-after-result", "direction-unknown"}
)
"""Reasons that keep a value from clearing a bar, but not from being shown with a doubt."""


class Spot(NamedTuple):
    """Where a row stands: which option, and which load."""

    option: dict[str, str]
    load: dict[str, str]


class Around(NamedTuple):
    """What every row of one release shares."""

    release: Release
    pool: Pool
    rules: Rules
    wanted: DeploymentRules
    as_of: datetime

    @property
    def load_keys(self) -> tuple[str, ...]:
        """Conditions that make a load, without those that the project takes for an option."""
        return tuple(key for key in (*LOAD, *self.wanted.load) if key not in self.wanted.options)

    def option(self, candidate: Candidate) -> dict[str, str]:
        """The option a value was measured for, as far as it says."""
        stated = candidate.measurement.conditions
        return {key: stated[key] for key in self.wanted.options if key in stated}

    def load(self, candidate: Candidate) -> dict[str, str]:
        """The load a value was measured under, as far as it says."""
        stated = candidate.measurement.conditions
        return {key: stated[key] for key in self.load_keys if key in stated}

    def found(self, measure: str, where: Mapping[str, str] | None = None) -> list[Candidate]:
        """Values of the release of a measure or glob; those of single kinds of request are left out."""
        asked = asked_for(measure, None, where or {})
        listed = for_release(self.pool.matching(asked), asked, self.release)
        return [one for one in listed if _whole(one)]


def _whole(candidate: Candidate) -> bool:
    """Whether a value is about all requests of a test, and no table of options read back."""
    stated, reading = candidate.measurement.conditions, candidate.evidence.reading
    if reading is not None and reading.tool is not None and reading.tool.name == TOOL:
        return False
    return stated.get("request", "all") == "all" and "tags" not in stated and stated.get("counted-by") != "sample"


def asked_for(measure: str, unit: Unit | None, where: Mapping[str, str]) -> Criterion:
    """A criterion that asks for nothing but the number."""
    return Criterion(
        id="shown", title=measure, measure=measure, unit=unit, where=dict(where), reported=True, interval="ignore"
    )


def fitting_here(around: Around, spot: Spot, found: Iterable[Candidate], *, strict: bool) -> list[Candidate]:
    """Values for this option and load; where none says both in full, those that say the most and contradict neither."""
    best: list[Candidate] = []
    most = -1
    for one in found:
        option, load = around.option(one), around.load(one)
        if not (option.items() <= spot.option.items() and load.items() <= spot.load.items()):
            continue
        said = len(option) + len(load)
        if said < most or (strict and (option != spot.option or load != spot.load)):
            continue
        best = [*best, one] if said == most else [one]
        most = said
    return best


def newest(found: Iterable[Candidate], around: Around) -> list[Candidate]:
    """Of every series the newest run that was completed, else the newest."""
    policy = around.rules.policy

    def age(one: Candidate) -> tuple[bool, str, str]:
        return completed(one, policy), one.observed.isoformat() if one.observed else "", one.evidence.sha256

    series: dict[object, Candidate] = {}
    for one in sorted(found, key=age):
        series[one.series] = one
    return list(series.values())


def objection(
    around: Around, candidate: Candidate, unit: Unit | None = None, where: Mapping[str, str] | None = None
) -> Unusable | None:
    """Why a value may not count, as it would be judged; None, or one of WEAK, when it may be shown."""
    return unusable(
        candidate, asked_for(candidate.measurement.measure, unit, where or {}), around.rules, around.release, None
    )


def counts(around: Around, candidate: Candidate) -> bool:
    """Whether a number may be computed with: the run went well, and nothing speaks against the value."""
    value, bad = candidate.measurement.value, objection(around, candidate)
    return value is not None and value >= 0 and (bad is None or bad.reason in WEAK)
