"""The judgement of one release as of one instant."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from govkit.errors import Problem
from govkit.model.base import Name, PathName, Record, Sha256, Text
from govkit.model.control import Method, Severity, Unit
from govkit.model.evidence import DatasetRef, Flag, Interval, ModelRef, NBasis, RunStatus, StderrMethod, ToolRef
from govkit.model.tailored import ProfileInUse, Tailored

Outcome = Literal["met", "not-met", "inconclusive", "not-judged"]

Reason = Literal[
    "bar-cleared",
    "bar-missed",
    "interval-spans-bar",
    "no-evidence",
    "stale-evidence",
    "date-unknown",
    "unreadable-evidence",
    "impossible-value",
    "wrong-release",
    "unit-mismatch",
    "direction-unknown",
    "direction-conflict",
    "sample-too-small",
    "no-uncertainty",
    "run-incomplete",
    "items-missing",
    "mock-model",
    "edited-after-run",
    "unreliable",
    "self-reported",
    "judge-unvalidated",
    "not-bound",
    "not-comparable",
    "contaminated",
    "bar-set-after-result",
    "order-unknown",
    "no-baseline",
    "no-bar",
    "no-criterion",
    "no-control",
    "excluded",
    "out-of-profile",
]
"""Why a check or finding came out as it did; each is a heading in docs/reasons.md."""

# Most conservative first: when several checks fail, the finding carries the first of these that occurs.
# Source: govkit judgement; defeated evidence outranks a missed bar, which outranks missing evidence.
CONSERVATIVE: tuple[Reason, ...] = (
    "contaminated",
    "mock-model",
    "edited-after-run",
    "bar-set-after-result",
    "bar-missed",
    "run-incomplete",
    "items-missing",
    "unreliable",
    "self-reported",
    "judge-unvalidated",
    "impossible-value",
    "unreadable-evidence",
    "wrong-release",
    "not-bound",
    "order-unknown",
    "direction-conflict",
    "direction-unknown",
    "unit-mismatch",
    "not-comparable",
    "stale-evidence",
    "date-unknown",
    "sample-too-small",
    "no-uncertainty",
    "interval-spans-bar",
    "no-baseline",
    "no-bar",
    "no-evidence",
    "no-criterion",
    "no-control",
)


Role = Literal["judged", "baseline", "slice", "defeater", "grader"]
"""What a measurement is to a check; `grader`: it shows that the judge which gave the scores agrees with people."""


class Used(Record):
    """A measurement a check rests on, with everything needed to find it again."""

    path: PathName
    sha256: Sha256
    commit: Name | None = None
    committed: AwareDatetime | None = None
    author: Name | None = None
    collector: Name
    tool: ToolRef | None = None
    method: Method
    status: RunStatus
    release: Name | None = None
    measure: Name
    place: str
    value: float | None
    unit: Unit | None = None
    n: int | None = None
    n_basis: NBasis | None = None
    successes: int | None = None
    stderr: float | None = None
    stderr_method: StderrMethod | None = None
    interval: Interval | None = None
    """As the tool reports it; the check's own interval is on the check."""
    clusters: int | None = None
    planned: int | None = None
    errors: int | None = None
    unscored: int | None = None
    judge: Name | None = None
    flags: tuple[Flag, ...] = ()
    """Of the run and of the value."""
    model: ModelRef | None = None
    conditions: dict[str, str] = Field(default_factory=dict)
    dataset: DatasetRef | None = None
    at: AwareDatetime | None = None
    """When it was observed: the measurement's own time, else the commit's."""
    warnings: tuple[Text, ...] = ()
    role: Role = "judged"


class Runs(Record):
    """Every run of one measure for one release, when there are several."""

    count: int
    low: float
    high: float
    failed_earlier: int
    """How many earlier runs missed the bar."""


class Extremes(Record):
    """What the value would be if every item that is missing had scored worst, and best."""

    items: int
    """How many are missing."""
    low: float
    high: float
    """Both in the unit of the check."""


class Comparison(Record):
    """A test of the hypothesis that nothing changed. It decides nothing: that no change was found shows no equality."""

    method: Name
    p_value: float
    """Two-sided."""


class BarSet(Record):
    """When and by whom a bar was last changed, as git tells it."""

    commit: Name | None = None
    """None: the present bar is not committed."""
    at: AwareDatetime | None = None
    by: Name | None = None
    moved_since: Name | None = None
    """The bar before, in words, when it moved after the baseline release."""
    merged: AwareDatetime | None = None
    """When it came to this branch, where it was written on another."""
    beside: tuple[Name, ...] = Field(default=(), exclude=True)
    """Commits that brought evidence and do not build on the bar's."""


class Check(Record):
    """One criterion judged."""

    control: Name
    criterion: Name
    title: Name
    severity: Severity
    outcome: Outcome
    reason: Reason
    explanation: Text
    """A full sentence with the numbers, for a reader without the code."""
    measure: Name
    of: Name
    bar: Name
    bar_from: Text | None = None
    """Where the bar comes from: the project's reason, else the catalog's source."""
    unit: Unit | None = None
    value: float | None = None
    """What was compared with the bar (a change, a gap, or the value)."""
    interval: Interval | None = None
    """Around `value`, as govkit computed it (or the tool's, when the method says so)."""
    n: int | None = None
    extremes: Extremes | None = None
    comparison: Comparison | None = None
    n_to_decide: int | None = None
    """Items that would decide an inconclusive check, if the effect stays as it is."""
    used: tuple[Used, ...] = ()
    runs: Runs | None = None
    bar_set: BarSet | None = None
    warnings: tuple[Text, ...] = ()

    @property
    def id(self) -> str:
        """`GK-PERF-01/score`."""
        return f"{self.control}/{self.criterion}"


State = Literal["satisfied", "not-satisfied", "not-applicable"]


class Finding(Record):
    """One control or requirement judged for a release."""

    subject: Name
    """Control id, or full requirement id."""
    kind: Literal["control", "requirement"]
    catalog: Name
    title: Name
    state: State
    reason: Reason
    controls: tuple[Name, ...] = ()
    """For a requirement: the controls in use that claim it."""
    checks: tuple[Name, ...] = ()
    """For a control: ids of its checks."""
    applicability: Text | None = None
    """The Statement of Applicability's reason, where there is one."""
    tailored: Tailored | None = None
    """For a requirement: what the project's profile says about it; a line of the statement wins over it."""
    accepted: tuple[Name, ...] = ()
    """Risks whose valid acceptance covers it; the state stays what it is."""

    @property
    def guidance(self) -> bool:
        """True when it is in only to be looked at: the profile says so, and no line of the statement takes it on."""
        return self.tailored is not None and self.tailored.guidance and self.applicability is None


class AcceptanceState(Record):
    """An acceptance held against what is true now."""

    by: Name
    role: Name | None = None
    at: AwareDatetime
    until: Name
    reason: Text
    level: Name
    covers: tuple[Name, ...] = ()
    state: Literal["valid", "expired", "residual-rose", "evidence-changed", "other-release", "not-yet"]


class RiskResult(Record):
    """One risk with the level it has after the controls that hold."""

    risk: Name
    title: Name
    inherent_likelihood: int
    inherent_impact: int
    inherent_level: Name
    likelihood: int
    impact: int
    level: Name
    """Residual, computed."""
    moved_by: tuple[Name, ...] = ()
    not_holding: tuple[Name, ...] = ()
    """Controls that would reduce it and are not satisfied."""
    above_appetite: bool
    acceptances: tuple[AcceptanceState, ...] = ()
    accepted: bool = False


class GateReason(Record):
    """One thing that closes the gate."""

    subject: Name
    reason: Name
    text: Text


class Gate(Record):
    """The machine's verdict."""

    open: bool
    because: tuple[GateReason, ...] = ()
    accepted: tuple[Name, ...] = ()
    """Subjects not satisfied whose risk someone accepted in time."""


class Coverage(Record):
    """Counts of judged requirements of one catalog, or of the controls in use; never a score."""

    catalog: Name
    title: Name
    satisfied: int
    not_satisfied: int
    not_applicable: int
    by_parent: dict[str, tuple[int, int, int]] = Field(default_factory=dict)
    """Parent id to (satisfied, not satisfied, not applicable)."""


class Difference(Record):
    """What moved between the baseline release and this one."""

    subject: Name
    kind: Literal["check", "control", "risk", "setting"]
    before: Name
    after: Name
    direction: Literal["better", "worse", "same", "new", "gone", "moved"]
    """`moved`: of a setting, which is told and not judged."""
    text: Text


class CatalogUse(Record):
    """A catalog the judgement rests on."""

    id: Name
    title: Name
    edition: Name
    sha256: Sha256
    gate: bool


class EvidenceUse(Record):
    """One evidence file the judgement was given, whether a check used it or not."""

    path: PathName
    sha256: Sha256
    size: int
    commit: Name | None = None
    committed: AwareDatetime | None = None
    author: Name | None = None
    release: Name | None = None
    format: Name | None = None
    tool: ToolRef | None = None
    status: RunStatus | None = None
    measurements: int
    checks: tuple[Name, ...] = ()
    """Ids of the checks that used it."""
    warnings: tuple[Text, ...] = ()
    problem: Problem | None = None


class Assessment(Record):
    """One release, as of one instant."""

    schema_: Literal["govkit.assessment/1"] = Field(default="govkit.assessment/1", alias="schema")
    govkit: Name
    """Version of the program that judged."""
    system: Name
    release: Name
    tag: Name | None = None
    commit: Name | None = None
    baseline: Name | None = None
    as_of: AwareDatetime
    inputs_digest: Sha256
    """Over the project's files, catalogs, evidence and the instant."""
    catalogs: tuple[CatalogUse, ...]
    profile: ProfileInUse | None = None
    gate: Gate
    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]
    coverage: tuple[Coverage, ...]
    risks: tuple[RiskResult, ...]
    differences: tuple[Difference, ...] = ()
    gone: tuple[Name, ...] = ()
    """Checks and risks of the baseline release that are gone, and nobody says why."""
    undecided: tuple[Name, ...] = ()
    evidence: tuple[EvidenceUse, ...]
    problems: tuple[Problem, ...] = ()
