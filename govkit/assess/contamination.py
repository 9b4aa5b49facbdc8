"""Test data found in the training data: it takes down every result on that data, whatever the data is called there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from govkit.assess.question import Candidate, Pool, Question
from govkit.assess.unusable import Unusable
from govkit.model.control import Unit

# Conditions that name the data a value was measured on, beside the dataset itself.
# Source: govkit judgement, after the words of lm-evaluation-harness, Inspect, HELM and model cards.
_NAMING = ("dataset", "task", "benchmark", "scenario", "data", "suite", "test-set", "test_set")
_SCORES: tuple[Unit | None, ...] = ("proportion", "percent", "points", "score", "ratio", "index", None)
"""Units of what rises when the answers are known: no time, cost or count does."""
_HOST = re.compile(r"^[a-z]+://[^/]*/(?:datasets/)?")
_BETWEEN = re.compile(r"[\s_.-]+")


class Leak(NamedTuple):
    """A finding that a dataset's items are in the training data."""

    candidate: Candidate
    told: frozenset[str]
    """What the finding calls the data."""
    names: frozenset[str]
    """The same, and every other name the project gives that data."""
    sha256: str | None


class Leaks:
    """Every such finding of a question, and what it takes down."""

    def __init__(self, question: Question, pool: Pool) -> None:
        self._also = [frozenset({known.id, *known.also}) for known in question.project.datasets]
        self._release = question.release.version
        policy = question.project.policy
        limit, measure = policy.contamination_at_most, policy.contamination_measure
        late = [c for c in pool.dated_later(measure) if not _committed(c, question.as_of)]
        early = [c for c in pool.dated_later(measure) if _committed(c, question.as_of)]
        self._found = [self._leak(c) for c in (*pool.measured_as(measure), *early) if _above(c, limit)]
        self._later = [self._leak(c) for c in late if _above(c, limit)]

    def _leak(self, candidate: Candidate) -> Leak:
        dataset, told = candidate.measurement.dataset, frozenset(_told(candidate))
        alike = (known for known in self._also if _same(known, told))
        return Leak(candidate, told, told.union(*alike), dataset.sha256 if dataset else None)

    def over(self, candidate: Candidate) -> tuple[Leak, str] | None:
        """The finding that takes this measurement down, and in words how the two belong together."""
        for leak in self._about(candidate, self._found):
            link = None if _itself(leak, candidate) else self._link(leak, candidate)
            if link is not None:
                return leak, link
        return None

    def doubts(self, candidate: Candidate) -> Iterator[str]:
        """Warnings of findings that may be about the data of this result, where nobody can tell."""
        m, path = candidate.measurement, candidate.evidence.path
        if not candidate.sampled or m.unit not in _SCORES:
            return
        unnamed = m.dataset is None and next(_told(candidate), None) is None
        about = [leak for leak in self._about(candidate, self._found) if unnamed or not (leak.told or leak.sha256)]
        paths = sorted({leak.candidate.evidence.path for leak in about} - {path})
        if paths:
            what = "test items were in the training data, and nothing tells whether this was measured on them"
            yield f"overlap-unlinked: {', '.join(paths[:3])} says that {what}"
        later = [
            leak for leak in self._about(candidate, self._later) if unnamed or self._link(leak, candidate) is not None
        ]
        paths = sorted({leak.candidate.evidence.path for leak in later})
        if paths:
            what = "items of this test in the training data, dated after the instant of judgement and left out"
            yield f"later-results: an overlap, {what}: {', '.join(paths[:3])}"

    def _about(self, candidate: Candidate, leaks: Sequence[Leak]) -> list[Leak]:
        """Findings for the release the value is of; a value of no release is taken for the one that is judged."""
        releases = (candidate.evidence.release or self._release, None)
        mine = [leak for leak in leaks if leak.candidate.evidence.release in releases]
        return sorted(mine, key=lambda leak: leak.candidate.evidence.release is None)

    def _link(self, leak: Leak, candidate: Candidate) -> str | None:
        """Nothing to add when both name the same dataset; None when they do not belong together."""
        dataset = candidate.measurement.dataset
        if dataset is not None and dataset.id in leak.told:
            return ""
        if dataset is not None and dataset.sha256 is not None and dataset.sha256 == leak.sha256:
            return f", which is the same file as {dataset.id}"
        called = (*_told(candidate), *_parts(candidate))
        named = _same(called, leak.told)
        if named is not None:
            return f", which this result names as {named}"
        also = _same(called, leak.names)
        return f", which the project also calls {also}" if also is not None else None


def _above(candidate: Candidate, limit: float) -> bool:
    return candidate.measurement.value is not None and candidate.measurement.value > limit


def _committed(candidate: Candidate, as_of: datetime) -> bool:
    """True when git had the finding by then, whatever date it gives itself."""
    return candidate.evidence.committed is not None and candidate.evidence.committed <= as_of


def _told(candidate: Candidate) -> Iterator[str]:
    """What the file or the binding calls the data."""
    measurement = candidate.measurement
    if measurement.dataset is not None:
        yield measurement.dataset.id
        yield from measurement.dataset.also
    yield from (measurement.conditions[key] for key in _NAMING if key in measurement.conditions)


def _parts(candidate: Candidate) -> Sequence[str]:
    """The parts of a measure's name, and of the one its file gives it: `gsm8k` of `lm-eval/gsm8k/exact_match`."""
    measurement = candidate.measurement
    return [*measurement.measure.split("/"), *(measurement.read_as or "").split("/")]


def _same(names: Iterable[str], others: Iterable[str]) -> str | None:
    """The first, in order, of the names that is one of the others but for its spelling or who published it.

    `openai/gsm8k`, `GSM8K` and `https://huggingface.co/datasets/openai/gsm8k` are one; `openai/gsm8k` and
    `other/gsm8k` are two.
    """
    known = [words for words in map(_words, others) if words]
    return min((name for name in names if any(_ends(_words(name), one) for one in known)), default=None)


def _words(name: str) -> list[str]:
    bare = _HOST.sub("", unicodedata.normalize("NFKC", name).strip().casefold())
    return [part for part in (_BETWEEN.sub("", part) for part in bare.split("/")) if part]


def _ends(one: Sequence[str], other: Sequence[str]) -> bool:
    """True when one is the other, or its end: a name without its publisher."""
    few = min(len(one), len(other))
    return few > 0 and one[-few:] == other[-few:]


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
