"""What became of one test case in a JUnit XML report. An outcome nobody knows is not a pass."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["passed", "failed", "errored", "skipped", "expected-to-fail", "flaky", "unclear"]
"""`flaky`: failed, was run again, and then passed. `unclear`: the report uses a word or element that is not known."""

SCORES: dict[Outcome, float | None] = {
    "passed": 1.0,
    "failed": 0.0,
    "errored": 0.0,
    "flaky": 0.0,
    "skipped": None,
    "expected-to-fail": None,
    "unclear": None,
}

_RERUNS = frozenset({"flakyFailure", "flakyError", "rerunFailure", "rerunError"})
"""Source: Maven Surefire, `surefire-test-report-3.0.xsd`: flaky* where a later try passed, rerun* where none did."""

_NEUTRAL = frozenset({"properties", "system-out", "system-err", "attachments", "output", "url", "description", "tags"})
_PASSING = frozenset({"", "passed", "pass", "run", "completed", "complete", "success", "successful", "ok", "executed"})
_FAILING = frozenset({"failed", "fail", "failure"})
_ERRING = frozenset({"error", "errored", "broken", "crashed", "timeout", "timedout", "aborted", "cancelled"})
_SKIPPING = frozenset({"skipped", "skip", "disabled", "notrun", "not-run", "suppressed", "ignored", "pending", "todo"})
"""Words of the attributes `status` and `result`.

Source: googletest (`run`, `notrun`, `completed`, `suppressed`, `skipped`), CTest (`run`, `fail`, `disabled`, `notrun`),
bazel (`run`), and files of other writers in EnricoMi/publish-unit-test-result-action.
"""

_EXPECTING = frozenset({"pytest.xfail", "xfail", "todo"})
"""Types of a skipped test that was run all the same. Source: pytest; unittest-xml-reporting; Node.js."""

_NO_SKIP = ("SKIP_", "Disabled")
"""How CTest begins to say that a test of status `notrun` was to be left out; else it could not be run.

Source: CTest of CMake, `cmCTestRunTest.cxx`, and files that it writes.
"""

_XPASS = "xfail-marked test passes unexpectedly"
_COLLECTION = "collection failure"
_INTERNAL = "internal error"
"""What pytest writes as the message of a skipped test or an error. Source: pytest, `_pytest/junitxml.py`."""


@dataclass
class Case:
    """One `testcase` element, filled while it is read."""

    attributes: dict[str, str]
    tags: set[str] = field(default_factory=set)
    marks: int = 0
    """Elements that say that it did not pass; subtests of pytest leave several in one case."""
    expected: bool = False
    """Somebody marked it as expected to fail."""
    lost: Literal["tests", "runner"] | None = None
    """It stands for a file of tests that could not be loaded, or for a crash of the runner."""

    def saw(self, tag: str, attributes: dict[str, str]) -> None:
        """A child element begins."""
        message = attributes.get("message")
        unable = tag == "skipped" and self.attributes.get("status") == "notrun" and message
        self.tags.add("error" if unable and not unable.startswith(_NO_SKIP) else tag)
        self.marks += tag in ("failure", "error", "skipped")
        if tag == "skipped" and (attributes.get("type", "").lower() in _EXPECTING or message == _XPASS):
            self.expected = True
        if tag == "error" and message == _COLLECTION:
            self.lost = "tests"
        if tag == "error" and message == _INTERNAL and self.attributes.get("classname") == "pytest":
            self.lost = "runner"

    def noted(self, attributes: dict[str, str]) -> None:
        """A property inside it begins: Playwright keeps what a test says of itself there, such as `fail`."""
        self.expected |= attributes == {"name": "fail", "value": attributes.get("value", "")}

    @property
    def outcome(self) -> Outcome:
        """What became of it, by its elements first, then by its own words."""
        if self.expected and "error" not in self.tags:
            return "expected-to-fail"
        if "failure" in self.tags:
            return "failed"
        if "error" in self.tags:
            return "errored"
        if "skipped" in self.tags:
            return "skipped"
        said = {self.attributes.get(key, "").strip().lower() for key in ("status", "result")}
        for words, outcome in _WORDS:
            if said & words:
                return outcome
        if said - _PASSING or self.unknown:
            return "unclear"
        return "flaky" if self.rerun else "passed"

    @property
    def maybe_planned(self) -> bool:
        """Whether Jest writes just this of a test that is only planned, and of a pass in less than a millisecond."""
        return self.outcome == "passed" and self.attributes.get("time") == "0"

    @property
    def rerun(self) -> bool:
        """Whether it was run more than once."""
        return bool(self.tags & _RERUNS)

    @property
    def unknown(self) -> set[str]:
        """Elements inside it that no writer known here uses."""
        return self.tags - _NEUTRAL - _RERUNS - {"failure", "error", "skipped"}

    @property
    def identity(self) -> tuple[str, str] | None:
        """What names the test in every run; None when it has no name."""
        name = self.attributes.get("name", "")
        return (self.attributes.get("classname", ""), name) if name else None


_WORDS: tuple[tuple[frozenset[str], Outcome], ...] = (
    (_FAILING, "failed"),
    (_ERRING, "errored"),
    (_SKIPPING, "skipped"),
)
