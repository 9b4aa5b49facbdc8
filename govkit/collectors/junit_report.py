"""A JUnit XML report while it is read: suites inside suites, and what became of the cases in each."""

from __future__ import annotations

from dataclasses import dataclass, field

from govkit.collectors.grouped import Grouped
from govkit.collectors.junit_cases import SCORES, Case, Outcome
from govkit.collectors.values import When, instant, item_key, name
from govkit.collectors.xml_events import Event
from govkit.model.evidence import RunStatus

MOST_SUITES = 1000
"""Suites that get measures of their own. Source: govkit judgement; beyond, only the whole is told."""

_RAN = frozenset({"tests", "failures", "errors", "time", "timestamp", "status", "result"})
"""Attributes by one of which a report shows that something ran; plans of tests have none of them."""

_OF_JEST = frozenset({"name", "tests", "errors", "failures", "skipped", "time", "timestamp"})
"""Attributes of a suite as jest-junit writes it.

It lists planned tests (`test.todo`) like passes and leaves them out of `tests`. Source: jest-junit,
`utils/buildJsonResults.js`, and files that its versions 5.2.0 to 17.0.0 write.
"""


@dataclass
class Tally:
    """What became of the test cases of one suite, or of all."""

    label: str = ""
    place: str = ""
    outcomes: dict[Outcome, int] = field(default_factory=dict)
    kept: Grouped = field(default_factory=Grouped)
    when: When = field(default_factory=When)
    """The latest time that stands on its suites; without a zone unless all have one."""
    reruns: bool = False

    def add(self, outcome: Outcome, key: str | None, rerun: bool) -> None:
        """One case more; `key` names it in every run, None when it has no name."""
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
        self.reruns |= rerun
        score = SCORES[outcome]
        if key is not None and score is not None:
            self.kept.add(key, score)

    def stamp(self, raw: str | None) -> None:
        """The time on a suite."""
        seen = instant(raw)
        if self.when.text is None and seen.at is not None:
            self.when = When(at=max(seen.at, self.when.at or seen.at))
        elif seen.text is not None:
            self.when = When(text=max(seen.text, self.when.text or ""))

    def of(self, *outcomes: Outcome) -> int:
        """How many cases ended so."""
        return sum(self.outcomes.get(outcome, 0) for outcome in outcomes)

    @property
    def ran(self) -> int:
        """Cases that say something: n."""
        return self.of("passed", "failed", "errored", "flaky")


@dataclass
class Suite:
    """A suite element that is open."""

    attributes: dict[str, str]
    label: str
    place: str
    inside: int = 0
    """Test cases in it and below."""
    marks: int = 0
    """Elements in them that say that one did not pass."""
    stamped: bool = False
    """Whether its time was taken over."""
    children: dict[str, int] = field(default_factory=dict)
    held: list[str | None] = field(default_factory=list)
    """Keys of cases that have passed, or that Jest only planned; the end of the suite tells how many."""
    planned: int = 0
    """Cases in it and below that were only planned."""


class Report:
    """Takes the elements of a report in their order."""

    def __init__(self) -> None:
        self.whole = Tally()
        self.suites: dict[str, Tally] = {}
        self.is_report = self.evident = False
        """Whether the outermost element is a suite; whether anything shows that tests were run."""
        self.status: RunStatus = "unknown"
        self.notes: dict[str, None] = {}
        self.unclear: set[str] = set()
        """Words and elements that nobody here knows the meaning of."""
        self.planned = 0
        """Tests that were never written, and are listed like passes."""
        self._open: list[Suite] = []
        self._case: Case | None = None
        self._depth = self._case_depth = 0

    def take(self, event: Event) -> None:
        """An element begins or ends."""
        if event.attributes is None:
            self._end(event.tag)
            self._depth -= 1
        else:
            self._depth += 1
            self._begin(event.tag, event.attributes)

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        if self._depth == 1:
            self.is_report = tag in ("testsuites", "testsuite")
        if self._case is not None:
            if self._depth == self._case_depth + 1:
                self._case.saw(tag, attributes)
            elif self._depth == self._case_depth + 2 and tag == "property":
                self._case.noted(attributes)
        elif tag in ("testsuites", "testsuite"):
            self.evident |= bool(_RAN & attributes.keys())
            self._open.append(self._suite(tag, attributes))
        elif tag == "testcase":
            self.evident |= bool(_RAN & attributes.keys())
            self._case, self._case_depth = Case(attributes), self._depth

    def _suite(self, tag: str, attributes: dict[str, str]) -> Suite:
        above = self._open[-1] if self._open else None
        number = 1
        if above is not None:
            number = above.children[tag] = above.children.get(tag, 0) + 1
        outer = above.label if above is not None else ""
        own = (name(attributes.get("name"), 120) or "unnamed") if tag == "testsuite" else ""
        label = f"{outer}/{own}" if outer and own else own or outer
        return Suite(attributes, name(label, 150) or "", f"{above.place if above else ''}/{tag}[{number}]")

    def _end(self, tag: str) -> None:
        if self._case is not None:
            if self._depth == self._case_depth:
                self._count(self._case)
                self._case = None
        elif tag in ("testsuites", "testsuite"):
            closed = self._open.pop()
            self._release(closed)
            self._compare(closed)
            if self._open:
                self._open[-1].inside += closed.inside
                self._open[-1].marks += closed.marks
                self._open[-1].planned += closed.planned

    def _release(self, suite: Suite) -> None:
        """What was held back: as many as the suite itself does not count were planned, and nobody knows which."""
        planned = min(max(suite.inside - (_whole(suite, "tests") or 0), 0), len(suite.held))
        suite.planned += planned
        self.planned += planned
        own = self.suites.get(suite.label or "unnamed")
        for tally in (self.whole, own) if own is not None else (self.whole,):
            for index, key in enumerate(suite.held):
                tally.add("skipped" if index < planned else "passed", None if planned else key, rerun=False)

    def _count(self, case: Case) -> None:
        outcome, rerun = case.outcome, case.rerun
        key = item_key("junit", *case.identity) if case.identity is not None else None
        held = case.maybe_planned and bool(self._open) and self._open[-1].attributes.keys() == _OF_JEST
        if held:
            self._open[-1].held.append(key)
        else:
            self.whole.add(outcome, key, rerun)
        if outcome == "unclear":
            said = (case.attributes.get("status"), case.attributes.get("result"), *sorted(case.unknown))
            self.unclear |= {text for word in said if (text := name(word, 40))}
        if case.lost is not None:
            self._lost(case.lost == "runner")
        if not self._open:
            return
        suite = self._open[-1]
        suite.inside += 1
        suite.marks += case.marks
        label = suite.label or "unnamed"
        if label not in self.suites and len(self.suites) >= MOST_SUITES:
            self.notes[f"too-many-suites: only {MOST_SUITES} suites are told apart; the whole counts all"] = None
            return
        tally = self.suites.setdefault(label, Tally(label, suite.place))
        if suite.place != tally.place:
            self.notes[f"merged-suites: several suites are called {label!r} and are counted together"] = None
        if not held:
            tally.add(outcome, key, rerun)
        if not suite.stamped:
            suite.stamped = True
            for one in (tally, self.whole):
                one.stamp(suite.attributes.get("timestamp"))

    def _lost(self, crashed: bool) -> None:
        if crashed:
            self.status = "error"
            self.notes["failed-run: the test runner itself crashed"] = None
        else:
            self.status = "error" if self.status == "error" else "partial"
            self.notes["failed-run: a file of tests could not be loaded, so its tests are not in the report"] = None

    def _compare(self, suite: Suite) -> None:
        """What the suite says of itself, against what stands in it."""
        stated, called = _whole(suite, "tests"), suite.label or "the report"
        if stated is None or stated == suite.inside - suite.planned:
            return
        bad = [_whole(suite, word) for word in ("failures", "errors", "skipped")]
        # pytest counts subtests that passed and does not list them; whatever else is missing may have failed.
        passed = None not in bad and sum(found or 0 for found in bad) <= suite.marks
        which = "; by its own count the others passed" if passed and stated > suite.inside else ""
        self.notes[f"count-conflict: {called!r} says that it has {stated} tests, and lists {suite.inside}{which}"] = (
            None
        )
        if stated > suite.inside and not passed and self.status == "unknown":
            self.status = "partial"


def _whole(suite: Suite, word: str) -> int | None:
    """A count that a suite states of itself; None when it states none."""
    raw = suite.attributes.get(word, "").strip()
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) <= 12 else None
