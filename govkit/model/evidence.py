"""What was shown: one file, the values read from it, and where they come from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from govkit.errors import Problem
from govkit.model.base import Name, PathName, Record, Sha256, Text
from govkit.model.control import Method, Unit

RunStatus = Literal["complete", "partial", "cancelled", "error", "unknown"]
"""How the run that made the numbers ended; only `complete` and `unknown` may count (policy may refuse `unknown`)."""

NBasis = Literal["items", "clusters", "trials", "requests", "fields", "entries", "records", "unknown"]
"""What `n` counts."""


Flag = Literal["edited-after-run", "mock-model", "self-reported", "judge-unvalidated", "unreliable"]
"""What is wrong with a run although it may have ended well; the policy says which of them stop a value from counting.

`edited-after-run`: changed after it ended. `mock-model`: no real model answered. `self-reported`: stated by the party
that profits, not measured by a tool. `judge-unvalidated`: a model gave the scores, and the file holds no figure of how
well it agrees with people. `unreliable`: the tool itself says so.
"""


StderrMethod = Literal["analytic", "bootstrap", "clustered"]
"""How a tool computed a standard error; `clustered` allows for items that come in groups."""


class Interval(Record):
    """An interval of confidence around a value, in the value's unit."""

    low: float
    high: float
    level: float = Field(gt=0, lt=1)
    method: Name


class DatasetRef(Record):
    """The data a value was measured on."""

    id: Name
    revision: Name | None = None
    split: Name | None = None
    sha256: Sha256 | None = None
    also: tuple[Name, ...] = ()
    """Other names of it: what the file says, where the project calls it something else."""


class ModelRef(Record):
    """The model a file says it measured."""

    id: Name
    revision: Name | None = None
    revision_kind: Literal["sha", "tag", "mutable", "unknown"] = "unknown"
    sha256: Sha256 | None = None


class ToolRef(Record):
    """The program that wrote a file."""

    name: Name
    version: Name | None = None


class Measurement(Record):
    """One value read from evidence."""

    measure: Name
    """`tool/task/metric`, for example `lm-eval/hellaswag/acc`."""
    read_as: Name | None = None
    """What the file calls it, where the project calls it something else."""
    value: float | None
    """None when the file holds something that is not a finite number; `warnings` then says what."""
    unit: Unit | None = None
    higher_is_better: bool | None = None
    n: int | None = Field(default=None, ge=0)
    n_basis: NBasis | None = None
    successes: int | None = Field(default=None, ge=0)
    """k of k/n for declared 0/1 outcomes; the value is then k/n."""
    stderr: float | None = Field(default=None, gt=0)
    """Standard error as the tool reports it; never 0, which means it could not be estimated."""
    stderr_method: StderrMethod | None = None
    """How the tool computed it; None when the file does not say."""
    interval: Interval | None = None
    """As the tool reports it."""
    clusters: int | None = Field(default=None, ge=1)
    """How many independent groups the n items come from, when they are fewer: prompts, passages, objectives.

    A standard error is widened for them unless its method is `clustered`."""
    quantile: float | None = Field(default=None, gt=0, lt=1)
    """Set when the value is a quantile of the n items: 0.99 for a p99 latency."""
    planned: int | None = Field(default=None, ge=0)
    """Items a whole run scores, counted as `n` is: the size of the test, also when the run was limited or broke off."""
    errors: int | None = Field(default=None, ge=0)
    """Items that ended in an error and are not among the n; None when the file does not say."""
    unscored: int | None = Field(default=None, ge=0)
    """Items that were answered, have no score, and are not among the n; None when the file does not say."""
    judge: Name | None = None
    """The model that gave the scores, when a model did."""
    status: RunStatus | None = None
    """How the run behind this value ended, in a file that holds several runs; None: as the Reading says."""
    flags: tuple[Flag, ...] = ()
    """What is wrong with this value alone; what is wrong with the whole run stands on the Reading."""
    conditions: dict[str, str] = Field(default_factory=dict)
    """What the value holds for: task, filter, slice, kind of document; of a deployment: hardware, precision, load."""
    dataset: DatasetRef | None = None
    at: AwareDatetime | None = None
    """When it was measured; None when the file does not say, or gives no time zone (`at_text` keeps the words)."""
    at_text: Name | None = None
    valid_until: AwareDatetime | None = None
    """After this instant the value no longer holds: an entry falls due, an attestation ends."""
    place: str = ""
    """JSON pointer, or `line N`, inside the file."""
    warnings: tuple[Text, ...] = ()
    """`token: explanation`, for example `zero-stderr: the tool reports 0, which is not certainty`."""

    @property
    def missing(self) -> int | None:
        """Items that should be among the n and are not; None when the file says nothing about any."""
        lost = (self.errors or 0) + (self.unscored or 0)
        if self.planned is not None and self.n is not None:
            return max(self.planned - self.n, lost)
        return None if self.errors is None and self.unscored is None else lost


Score = Annotated[float, Field(allow_inf_nan=False)]


class SampleScores(Record):
    """Scores of single items, so that two releases can be compared item by item. Keys are hashes: no text is kept."""

    measure: Name
    conditions: dict[str, str] = Field(default_factory=dict)
    binary: bool
    """True when every score is 0 or 1."""
    scores: dict[str, Score]
    """Item key (hash of the item, at most 32 characters) to score."""
    clusters: dict[str, str] = Field(default_factory=dict)
    """Item key to the key of the group it belongs to (hash as well); empty when the items are independent."""


class Reading(Record):
    """What one collector read from one file: a pure function of the bytes (and of the mapping, if any)."""

    format: Name
    format_version: Name | None = None
    collector: Name
    collector_version: Name
    tool: ToolRef | None = None
    model: ModelRef | None = None
    status: RunStatus = "unknown"
    """Of a file with several runs that ended differently, `partial`: each value then says how its own run ended."""
    at: AwareDatetime | None = None
    """When the run ended, if the file says so with a time zone."""
    at_text: Name | None = None
    method: Method = "TEST"
    flags: tuple[Flag, ...] = ()
    """What is wrong with the whole run."""
    run_id: Name | None = None
    """As the tool names the run."""
    config: dict[str, str] = Field(default_factory=dict)
    """Settings the values depend on: seed, epochs, limit, temperature, few-shot; in the tool's words."""
    measurements: tuple[Measurement, ...] = ()
    samples: tuple[SampleScores, ...] = ()
    warnings: tuple[Text, ...] = ()


class Evidence(Record):
    """One file (or question to git) that can be shown to someone: provenance and reading."""

    path: PathName
    """Relative to govkit.yaml with forward slashes; `git:<commit>` for what git itself says."""
    sha256: Sha256
    size: int = Field(ge=0)
    commit: Name | None = None
    """Last commit that changed the file; None when it is not in git or changed since."""
    committed: AwareDatetime | None = None
    first_committed: AwareDatetime | None = None
    """When git first had these bytes, where they were taken away and put back later; None: when they were committed."""
    author: Name | None = None
    replaced: int = Field(default=0, ge=0)
    """How many other contents have stood at this path in git."""
    release: Name | None = None
    """Release this file is bound to; None for organisation-wide evidence."""
    artefact_sha256: Sha256 | None = None
    """Digest of the model the binding or the file names: what `release: exact` compares."""
    reading: Reading | None = None
    """None when the file could not be read; `problem` then says why."""
    problem: Problem | None = None
    expected: tuple[Name, ...] = ()
    """Measures an unreadable file was bound to deliver, as globs."""


class EvidenceRecord(Record):
    """What `govkit collect` writes once per file and digest, and never changes."""

    schema_: Literal["govkit.evidence/1"] = Field(default="govkit.evidence/1", alias="schema")
    collected: AwareDatetime
    """When govkit first read this file."""
    mapping_sha256: Sha256 | None = None
    evidence: Evidence
