"""Values for a table of options: found by measure, option and load, and held against what may count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from govkit.assess.question import Candidate, Pool, for_release
from govkit.assess.runs import in_order, newest, unfinished_since
from govkit.assess.unusable import Unusable
from govkit.assess.usability import Rules, unusable
from govkit.model.assessment import Reason
from govkit.model.control import Criterion, Unit
from govkit.model.deployment import TOOL, DeploymentRules
from govkit.model.project import Release

LOAD = (
    "concurrency", "request-rate", "strategy", "scenario", "input-tokens", "output-tokens", "dataset", "burstiness",
    "ramp-up", "ramp-up-from", "ramp-up-to", "samples-per-query",
)  # fmt: skip
"""Conditions that say under which load something was measured; what collectors of load tests write."""

WEAK: frozenset[Reason] = frozenset({"stale-evidence", "date-unknown", "sample-too-small", "direction-unknown"})
"""Reasons that keep a value from clearing a bar, but not from being shown with a doubt."""


Pairs = tuple[tuple[str, str], ...]


def _key(stated: Mapping[str, str]) -> Pairs:
    return tuple(sorted(stated.items()))


class Spot(NamedTuple):
    """Where a row stands, or what a value says about itself: which option, and which load."""

    option: dict[str, str]
    load: dict[str, str]

    @property
    def key(self) -> tuple[Pairs, Pairs]:
        """The same for the same option and load, and in order of both."""
        return _key(self.option), _key(self.load)

    def within(self, other: Spot) -> bool:
        """Whether this says nothing that the other does not say as well."""
        return self.option.items() <= other.option.items() and self.load.items() <= other.load.items()


class Group(NamedTuple):
    """Values that say the same about option and load."""

    spot: Spot
    values: list[Candidate]


Groups = dict[tuple[Pairs, Pairs], Group]


class Around(NamedTuple):
    """What every row of one release shares."""

    release: Release
    pool: Pool
    rules: Rules
    wanted: DeploymentRules
    as_of: datetime
    seen: dict[tuple[str, Pairs], Groups]
    """What was found before: every row asks for the same measures."""

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

    def found(self, measure: str, where: Mapping[str, str] | None = None) -> Groups:
        """Values of the release, by option and load; those of single kinds of request are left out."""
        key = (measure, _key(where or {}))
        if key not in self.seen:
            asked = asked_for(measure, None, where or {})
            groups: Groups = {}
            for one in for_release(self.pool.matching(asked), asked, self.release):
                if _whole(one):
                    spot = Spot(self.option(one), self.load(one))
                    groups.setdefault(spot.key, Group(spot, [])).values.append(one)
            self.seen[key] = groups
        return self.seen[key]


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


def fitting_here(spot: Spot, found: Groups, *, strict: bool) -> list[Candidate]:
    """Values for this option and load; where none says both in full, those that say the most and contradict neither."""
    own = found.get(spot.key)
    if own is not None or strict:
        return own.values if own is not None else []
    fitting = [group for group in found.values() if group.spot.within(spot)]
    most = max((len(group.spot.option) + len(group.spot.load) for group in fitting), default=0)
    best = [group for group in fitting if len(group.spot.option) + len(group.spot.load) == most]
    return [one for group in best for one in group.values]


class Series(NamedTuple):
    """Runs of one series, and those of them that may be the newest."""

    newest: list[Candidate]
    doubts: tuple[str, ...]
    """What the other runs say against them."""


def series_of(found: Iterable[Candidate], around: Around) -> list[Series]:
    """Every series with the runs that a judgement would take."""
    policy = around.rules.policy
    made = []
    for runs in in_order(list(found), policy).values():
        latest = newest(runs, policy)
        made.append(Series(latest, unfinished_since(runs, latest[-1], policy)))
    return made


def newest_of(found: Iterable[Candidate], around: Around) -> list[Candidate]:
    """Of every series the runs that may be the newest."""
    return [one for series in series_of(found, around) for one in series.newest]


def only(found: Iterable[Candidate], around: Around) -> Candidate | None:
    """The one value there is, or None where nothing was measured or several values may be meant."""
    latest = newest_of(found, around)
    return latest[0] if len({(one.measurement.value, one.measurement.n) for one in latest}) == 1 else None


def brief(words: str) -> str:
    """A condition as it is shown: files may hold any text there."""
    return words if len(words) <= 80 else f"{words[:79]}…"


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
