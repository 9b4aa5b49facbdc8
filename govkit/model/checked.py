"""What a check of a document answers: it holds, it is broken, or nobody here can tell. The last is never a pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from govkit.errors import Place, Problem

MOST = 1000
"""Broken or unclear places described for one question; the rest is counted. Source: govkit judgement."""


class Unclear(NamedTuple):
    """Something that cannot be told from what was given."""

    where: Place
    what: str
    why: str
    """What would have to be there to tell."""


class Answer:
    """One question asked of every place in a document that it concerns."""

    def __init__(self, question: str) -> None:
        self.question = question
        """In plain words: `finding → observation`, `digest of the file`."""
        self.holds = 0
        self.broken: list[Problem] = []
        self.unclear: list[Unclear] = []
        self.more_broken = self.more_unclear = 0
        """Places that are counted and not described."""

    def breaks(self, where: Callable[[], Place], ident: str, what: str, fix: str) -> None:
        """One place where it is broken; the place is worked out only when it is described."""
        if len(self.broken) < MOST:
            self.broken.append(Problem(where(), ident, what, fix))
        else:
            self.more_broken += 1

    def add(self, problem: Problem) -> None:
        """The same, of a problem that is known already."""
        self.breaks(lambda: problem.where, problem.ident, problem.what, problem.fix)

    def cannot_tell(self, where: Callable[[], Place], what: str, why: str) -> None:
        """One place where nobody here can tell."""
        if len(self.unclear) < MOST:
            self.unclear.append(Unclear(where(), what, why))
        else:
            self.more_unclear += 1

    def counts(self) -> tuple[int, int, int]:
        """How often it holds, is broken, cannot be told."""
        return self.holds, len(self.broken) + self.more_broken, len(self.unclear) + self.more_unclear


class Note(NamedTuple):
    """Something worth knowing that is not wrong."""

    where: Place
    what: str


class DocumentCheck(NamedTuple):
    """Everything that was asked of one OSCAL document."""

    path: str
    root: str
    title: str
    version: str
    """`oscal-version` as written."""
    sha256: str
    release: str
    """The release whose schema was used."""
    schema: Answer
    whole: bool
    """False: the document breaks its schema in more places than were described."""
    answers: tuple[Answer, ...]
    notes: tuple[Note, ...]

    def problems(self) -> tuple[Problem, ...]:
        """Everything that is broken, in the order of the document."""
        return tuple(sorted(problem for answer in (self.schema, *self.answers) for problem in answer.broken))

    def unclear(self) -> tuple[Unclear, ...]:
        """Everything that cannot be told, in the order of the document."""
        return tuple(sorted(item for answer in self.answers for item in answer.unclear))


class Answers:
    """Answers by question, in the order in which the questions were first asked."""

    def __init__(self, questions: Iterable[str] = ()) -> None:
        self._found = {question: Answer(question) for question in questions}

    def to(self, question: str) -> Answer:
        """The answer so far to a question."""
        if question not in self._found:
            self._found[question] = Answer(question)
        return self._found[question]

    def all(self) -> tuple[Answer, ...]:
        """Those that were asked at least once."""
        return tuple(answer for answer in self._found.values() if any(answer.counts()))
