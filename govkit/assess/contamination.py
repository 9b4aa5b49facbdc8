"""Test data found in the training data: it takes down every result on that data, whatever the data is called there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from govkit.assess.question import Candidate, Pool, Question
from govkit.assess.unusable import Unusable

# Conditions that name the data a value was measured on, beside the dataset itself.
# Source: govkit judgement, after the words of lm-evaluation-harness, Inspect, HELM and model cards.
_NAMING = ("dataset", "task", "benchmark", "scenario")


class Leak(NamedTuple):
    """A finding that a dataset's items are in the training data."""

    candidate: Candidate
    names: frozenset[str]
    sha256: str | None


class Leaks:
    """Every such finding of a question, and what it takes down."""

    def __init__(self, question: Question, pool: Pool) -> None:
        self._also = [frozenset({known.id, *known.also}) for known in question.project.datasets]
        policy = question.project.policy
        self._measure = policy.contamination_measure
        self._found: list[Leak] = []
        for candidate in pool.measured_as(self._measure):
            value = candidate.measurement.value
            if value is not None and value > policy.contamination_at_most:
                dataset = candidate.measurement.dataset
                names = self._alike(_told(candidate))
                if names or (dataset and dataset.sha256):
                    self._found.append(Leak(candidate, names, dataset.sha256 if dataset else None))

    def _alike(self, names: Iterator[str]) -> frozenset[str]:
        """The names, and every other name the project gives the same data."""
        found = frozenset(names)
        return found.union(*(known for known in self._also if known & found))

    def over(self, candidate: Candidate) -> tuple[Leak, str] | None:
        """The finding that takes this measurement down, and in words how the two belong together."""
        release = candidate.evidence.release
        mine = [leak for leak in self._found if leak.candidate.evidence.release in (release, None)]
        for leak in sorted(mine, key=lambda leak: leak.candidate.evidence.release is None):
            link = None if _itself(leak, candidate) else self._link(leak, candidate)
            if link is not None:
                return leak, link
        return None

    def _link(self, leak: Leak, candidate: Candidate) -> str | None:
        """Nothing to add when both name the same dataset; None when they do not belong together."""
        dataset, theirs = candidate.measurement.dataset, frozenset(_told(leak.candidate))
        if dataset is not None and dataset.id in theirs:
            return ""
        if dataset is not None and dataset.sha256 is not None and dataset.sha256 == leak.sha256:
            return f", which is the same file as {dataset.id}"
        told = frozenset((*_told(candidate), *_tasks(candidate)))
        if told & theirs:
            return f", which this result names as {min(told & theirs)}"
        if told & leak.names:
            return f", which the project also calls {min(told & leak.names)}"
        return None


def _told(candidate: Candidate) -> Iterator[str]:
    """What the file or the binding calls the data."""
    measurement = candidate.measurement
    if measurement.dataset is not None:
        yield measurement.dataset.id
        yield from measurement.dataset.also
    yield from (measurement.conditions[key] for key in _NAMING if key in measurement.conditions)


def _tasks(candidate: Candidate) -> Sequence[str]:
    """The task in the name of a measure: `gsm8k` of `lm-eval/gsm8k/exact_match`."""
    return candidate.measurement.measure.split("/")[1:-1]


def _itself(leak: Leak, candidate: Candidate) -> bool:
    same = leak.candidate.evidence.sha256 == candidate.evidence.sha256
    return same and leak.candidate.measurement.measure == candidate.measurement.measure


def contaminated(candidate: Candidate, leaks: Leaks) -> Unusable | None:
    """Says that the data was in the training data, by which finding, and how the finding concerns this result."""
    found = leaks.over(candidate)
    if found is None:
        return None
    leak, link = found
    finding = leak.candidate.measurement
    assert finding.value is not None
    called = finding.dataset.id if finding.dataset else next(_told(leak.candidate), "the dataset")
    return Unusable(
        "contaminated",
        f"{finding.value:.1%} of the items of {called} were found in the training data "
        f"({leak.candidate.evidence.path}){link}, so no result on it counts.",
    )
