"""What the judgement is given, and how measurements are found in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from typing import NamedTuple

from govkit.assess.uncertainty import unit_of
from govkit.errors import Problem
from govkit.model.asked import AskedBefore
from govkit.model.assessment import Assessment, BarSet, Role, Used
from govkit.model.catalog import Catalog
from govkit.model.control import Criterion
from govkit.model.evidence import Evidence, Measurement, RunStatus, SampleScores
from govkit.model.project import Project, Release

SeriesKey = tuple[str, tuple[tuple[str, str], ...], str]
"""Measure, conditions, and dataset id (of a test) or path (of a document): two values with one key are runs."""


class Candidate(NamedTuple):
    """One value and the file it comes from."""

    evidence: Evidence
    measurement: Measurement

    @property
    def observed(self) -> datetime | None:
        """When the value was measured: its own time, else the run's, else the commit's.

        A test result was known when it was committed at the latest, whatever its file says.
        """
        stated, committed = self.stated, self.evidence.first_committed or self.evidence.committed
        if stated is None or committed is None or not self.sampled:
            return stated or committed
        return min(stated, committed)

    @property
    def stated(self) -> datetime | None:
        """When the value was measured, as its file says."""
        reading = self.evidence.reading
        return self.measurement.at or (reading.at if reading else None)

    @property
    def status(self) -> RunStatus:
        """How the run behind the value ended: as the value says, else as its file does."""
        reading = self.evidence.reading
        return self.measurement.status or (reading.status if reading else "error")

    @property
    def judge(self) -> str | None:
        """The model that gave the scores, as the file or the project says; `?` where there is one without a name."""
        named = self.measurement.judge or self.measurement.conditions.get("judge")
        return "?" if named == "" else named

    @property
    def sampled(self) -> bool:
        """True of a test result; documents, registers and git hold facts that are not drawn from anything."""
        return self.evidence.reading is not None and self.evidence.reading.method == "TEST"

    @property
    def series(self) -> SeriesKey:
        """What this value is a run of. Scores of another judge are another measurement, not another run."""
        reading, dataset = self.evidence.reading, self.measurement.dataset
        named = dict(self.measurement.conditions) | ({"judge": self.judge} if self.judge else {})
        conditions = tuple(sorted(named.items()))
        if reading is not None and reading.method != "TEST":
            # Two documents of one kind are two documents, not two runs: each must hold.
            return (self.measurement.measure, conditions, self.evidence.path)
        return (self.measurement.measure, conditions, dataset.id if dataset else "")


@dataclass(frozen=True)
class Question:
    """Everything one judgement rests on."""

    project: Project
    catalogs: Mapping[str, Catalog]
    catalog_digests: Mapping[str, str]
    evidence: Sequence[Evidence]
    release: Release
    as_of: datetime
    govkit: str
    bars: Mapping[str, BarSet] = field(default_factory=dict)
    """`CONTROL/criterion` to when its bar was set; a missing entry means that it cannot be known."""
    policy_set: BarSet | None = None
    """When the policy was given its present values; None when it cannot be known."""
    previous: Assessment | None = None
    """The stored assessment of the baseline release."""
    asked_before: AskedBefore | None = None
    """What the files of the baseline release asked for; None when git cannot tell."""
    problems: Sequence[Problem] = ()


class Pool:
    """The measurements of a question, indexed by measure."""

    def __init__(self, evidence: Iterable[Evidence], as_of: datetime) -> None:
        self.unreadable = tuple(item for item in evidence if item.reading is None)
        self._by_measure: dict[str, list[Candidate]] = defaultdict(list)
        self._future: list[Candidate] = []
        self._samples: dict[str, list[tuple[Evidence, SampleScores]]] = defaultdict(list)
        for item in sorted((e for e in evidence if e.reading), key=lambda e: (e.path, e.release or "", e.sha256)):
            reading = item.reading
            for measurement in reading.measurements if reading else ():
                candidate = Candidate(item, shown_only(measurement, reading.samples if reading else ()))
                if candidate.observed is not None and candidate.observed > as_of:
                    self._future.append(candidate)
                else:
                    self._by_measure[measurement.measure].append(candidate)
            for samples in reading.samples if reading else ():
                self._samples[samples.measure].append((item, samples))

    def matching(self, criterion: Criterion) -> list[Candidate]:
        """Candidates whose measure and conditions the criterion asks for."""
        found = []
        for measure, candidates in self._by_measure.items():
            if _named(measure, criterion):
                found += [c for c in candidates if has_conditions(c.measurement.conditions, criterion.where)]
        return found

    def future(self, criterion: Criterion) -> list[Candidate]:
        """Those that lie after the instant of judgement, and are left out for that."""
        return [
            c
            for c in self._future
            if _named(c.measurement.measure, criterion) and has_conditions(c.measurement.conditions, criterion.where)
        ]

    def measured_as(self, name: str) -> list[Candidate]:
        """Candidates of exactly that measure, also where the project gives it another name."""
        renamed = (c for found in self._by_measure.values() for c in found if c.measurement.read_as == name)
        return [*self._by_measure.get(name, ()), *(c for c in renamed if c.measurement.measure != name)]

    def dated_later(self, name: str) -> list[Candidate]:
        """The same of those that lie after the instant of judgement."""
        return [c for c in self._future if name in (c.measurement.measure, c.measurement.read_as)]

    def samples(self, candidate: Candidate) -> SampleScores | None:
        """Scores of single items behind a value: same measure and release, conditions that do not contradict it.

        Of several, those in the same file, else those whose mean is the value: another run's are not this one's.
        """
        found = [
            (item, samples)
            for item, samples in self._samples.get(candidate.measurement.measure, ())
            if item.release == candidate.evidence.release
            and has_conditions(candidate.measurement.conditions, samples.conditions)
        ]
        same = [samples for item, samples in found if item.sha256 == candidate.evidence.sha256]
        giving = [samples for _, samples in found if unit_of(samples, candidate.measurement) is not None]
        chosen = same or giving or [samples for _, samples in found]
        return chosen[0] if chosen else None


def _named(measure: str, criterion: Criterion) -> bool:
    return measure == criterion.measure or fnmatchcase(measure, criterion.measure)


def shown_only(measurement: Measurement, samples: Sequence[SampleScores]) -> Measurement:
    """The measurement, resting on no more items than its own file shows scores of: a count can be a claim.

    Scores that hang together, such as those of one item that comes again, are one group.
    """
    if measurement.n is None:
        return measurement
    mine = [
        item
        for item in samples
        if item.measure == measurement.measure and has_conditions(measurement.conditions, item.conditions)
    ]
    if not mine:
        return measurement
    shown = max(len(item.scores) for item in mine)
    groups = max(len({item.clusters.get(key, key) for key in item.scores}) for item in mine)
    if not groups or groups >= (measurement.clusters or measurement.n):
        return measurement
    warnings = measurement.warnings
    if shown < measurement.n:
        text = f"{measurement.n:,} items are counted, scores of {shown:,} are there, and these are what counts"
        warnings = (*warnings, f"items-not-shown: {text}")
    return measurement.model_copy(update={"clusters": groups, "warnings": warnings})


def has_conditions(conditions: Mapping[str, str], where: Mapping[str, str]) -> bool:
    """True when every wanted condition is there with that value, or with one that fits it as a glob.

    The value itself comes first: a name may hold brackets.
    """
    return all(
        key in conditions and (conditions[key] == wanted or fnmatchcase(conditions[key], wanted))
        for key, wanted in where.items()
    )


def for_release(candidates: Iterable[Candidate], criterion: Criterion, release: Release) -> list[Candidate]:
    """The candidates that are evidence for this release under the criterion's policy.

    A file is bound by the project's own word (`release:` of its binding), by the release's manifest, or by the digest
    of the model it names, never by a model's name. Whether the word alone suffices is for the policy (`binding.py`).
    """
    digests = release.model_digests()
    listed = {item.sha256 for item in release.evidence}
    exact = [c for c in candidates if c.evidence.artefact_sha256 in digests]
    own = [c for c in candidates if c.evidence.release == release.version or c.evidence.sha256 in listed]
    match criterion.release:
        case "exact":
            return exact
        case "version":
            return own or [c for c in exact if c.evidence.release is None]
        case "any":
            loose = [c for c in candidates if c.evidence.release is None]
            return own or loose or list(candidates)


def used(candidate: Candidate, role: Role = "judged") -> Used:
    """The candidate as a check cites it."""
    evidence, measurement = candidate
    reading = evidence.reading
    assert reading is not None, "a candidate comes from a file that was read"
    return Used(
        path=evidence.path,
        sha256=evidence.sha256,
        commit=evidence.commit,
        committed=evidence.committed,
        author=evidence.author,
        collector=f"{reading.collector}/{reading.collector_version}",
        tool=reading.tool,
        method=reading.method,
        status=candidate.status,
        release=evidence.release,
        measure=measurement.measure,
        place=measurement.place,
        value=measurement.value,
        unit=measurement.unit,
        n=measurement.n,
        n_basis=measurement.n_basis,
        successes=measurement.successes,
        stderr=measurement.stderr,
        stderr_method=measurement.stderr_method,
        interval=measurement.interval,
        clusters=measurement.clusters,
        planned=measurement.planned,
        errors=measurement.errors,
        unscored=measurement.unscored,
        judge=candidate.judge,
        flags=tuple(sorted({*reading.flags, *measurement.flags})),
        model=reading.model,
        conditions=measurement.conditions,
        dataset=measurement.dataset,
        at=candidate.observed,
        warnings=(*reading.warnings, *measurement.warnings),
        role=role,
    )
