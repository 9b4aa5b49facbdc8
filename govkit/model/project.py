"""A governance project as its files state it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, Field

from govkit.model.base import Name, PathName, Record, Sha256, Text
from govkit.model.control import Control, Method, SystemKind
from govkit.model.deployment import DeploymentRules
from govkit.model.evidence import DatasetRef, Flag
from govkit.model.risk import Acceptance, Risk, RiskScale
from govkit.model.tailored import ProfileInUse, Tailored

Role = Literal["provider", "deployer", "developer", "user"]
Tier = Literal["minimal", "limited", "high"]


class Organisation(Record):
    """Who answers for the systems."""

    name: Name
    contact: Name | None = None


class System(Record):
    """An AI system."""

    id: Name
    name: Name
    kind: SystemKind
    role: Role = "provider"
    tier: Tier = "limited"
    purpose: Text
    """What it is for, in words a user would understand."""
    affected: Text | None = None
    """Who is affected by it."""
    not_for: Text | None = None
    """Uses it was not made or tested for."""
    owner: Name
    oversight: Text | None = None
    """Who can stop or overrule it, and how."""


class Artefact(Record):
    """A part of a release that can be identified by digest."""

    kind: Literal["model", "dataset", "code", "prompt", "config", "other"]
    id: Name
    path: PathName | None = None
    sha256: Sha256 | None = None
    revision: Name | None = None
    licence: Name | None = None


class Listed(Record):
    """One evidence file of a release, tied to it by digest."""

    path: PathName
    sha256: Sha256


class Decision(Record):
    """What a person decided about a release; never overwritten by the machine's verdict."""

    outcome: Literal["go", "go-with-actions", "no-go"]
    by: Name
    role: Name | None = None
    on: date
    reason: Text


class Release(Record):
    """A version of a system."""

    version: Name
    system: Name
    tag: Name | None = None
    commit: Name | None = None
    date: AwareDatetime | None = None
    baseline: Name | None = None
    """Version it is compared with."""
    summary: Text | None = None
    intended_use: Text | None = None
    artefacts: tuple[Artefact, ...] = ()
    evidence: tuple[Listed, ...] = ()
    """The release's manifest: which bytes are evidence for it. The loader adds what `manifest` lists."""
    manifest: Name | None = None
    """A file that lists more of them, as `sha256sum` writes it; paths are relative to its folder."""
    decision: Decision | None = None

    def model_digests(self) -> frozenset[str]:
        """Digests of the model artefacts of this release."""
        return frozenset(a.sha256 for a in self.artefacts if a.kind == "model" and a.sha256)


class KnownDataset(Record):
    """A dataset that files call by several names."""

    id: Name
    also: tuple[Name, ...] = Field(min_length=1)
    """Its other names: ids, tasks or benchmarks."""


class FrameworkUse(Record):
    """A catalog in scope."""

    id: Name
    gate: bool = True
    """False: its requirements are reported and do not close the gate."""
    path: Name | None = None
    """Folder of a catalog of the user's own, inside the project."""
    overlay: Name | None = None
    """File with the words of its requirements, from a copy of the user's own."""


class Policy(Record):
    """How strictly evidence is judged."""

    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    max_age_days: int | None = Field(default=None, ge=1)
    """For criteria that say nothing about age."""
    bar_after_result: Literal["warn", "refuse"] = "warn"
    unknown_status: Literal["accept", "refuse"] = "accept"
    """Whether a run that does not say how it ended may count."""
    flags: dict[Flag, Literal["warn", "refuse"]] = Field(default_factory=dict)
    """What a flag on a run or value does; `refuse` where nothing is said."""
    grader_measure: Name = "evaluation/grader-agreement"
    """Agreement of a judge with people; where it clears its bar, that judge's scores count."""
    max_error_share: float = Field(default=0.05, ge=0, lt=1)
    """Share of a run's items that may have failed, stayed unscored or be missing.

    Source: govkit judgement; at 5 % lost, all-right and all-wrong differ by 5 points."""
    min_n: int | None = Field(default=100, ge=1)
    """Fewest items behind a rate or score that is met, for criteria that name none; None asks for no number.

    Source: govkit judgement; with 100 items the interval of a rate is still up to 20 points wide."""
    point_only: Literal["warn", "refuse"] | None = None
    """Whether a rate or score may be met by its value alone, when nothing is known about how uncertain it is.

    None: refused for systems of the tier `high`."""
    binding: Literal["declared", "digest", "manifest"] = "declared"
    """What ties a test result to a release: the project's word, the model's digest, or the release's manifest."""
    mutable_revision: Literal["warn", "refuse"] = "warn"
    """Whether a result may count that names its model by a revision that can move."""
    contamination_measure: Name = "dataset/test-train-overlap"
    contamination_at_most: float = Field(default=0.01, ge=0)
    """Share of test items found in training data above which every result on that dataset is defeated.

    Source: govkit judgement; the baseline's GK-CONT-01 uses the same 1 %."""


class Binding(Record):
    """Which files are evidence, and for what."""

    path: PathName
    """Path or glob relative to govkit.yaml; `{release}` stands for each release's version."""
    format: Name | None = None
    """Forces a collector; sniffed when absent."""
    mapping: Name | None = None
    """A declarative mapping file, for JSON or CSV of one's own."""
    release: Name | None = None
    dataset: DatasetRef | None = None
    conditions: dict[str, str] = Field(default_factory=dict)
    """Added to every measurement of the file."""
    directions: dict[str, bool] = Field(default_factory=dict)
    """Measure glob to higher_is_better, where the file does not say."""
    units: dict[str, str] = Field(default_factory=dict)
    """Measure glob to unit, where the file does not say."""
    rename: dict[str, str] = Field(default_factory=dict)
    """Measure as read to the name the controls use."""
    method: Method | None = None
    model_sha256: Sha256 | None = None


class Applicability(Record):
    """One Statement of Applicability line."""

    requirement: Name
    """Full id."""
    necessary: bool
    reason: Text
    controls: tuple[Name, ...] = ()
    risks: tuple[Name, ...] = ()
    obligations: tuple[Text, ...] = ()
    status: Literal["implemented", "partly", "planned", "not-started"] | None = None
    """Optional: ISO/IEC 42001 does not ask for it."""
    owner: Name | None = None
    plan: Text | None = None
    due: date | None = None


class Statement(Record):
    """The Statement of Applicability."""

    version: Name
    approved_by: Name | None = None
    approved_on: date | None = None
    lines: tuple[Applicability, ...] = ()


class Declined(Record):
    """A catalog control, or a check (`CONTROL/criterion`), that the project does without, and why."""

    id: Name
    reason: Text
    own: bool = False
    """True: it was of the project's own making, and is not any more."""


class SourceFile(Record):
    """One project file that was read."""

    path: PathName
    sha256: Sha256


class Project(Record):
    """Everything the judgement needs from a project folder, resolved: controls carry the project's bars."""

    organisation: Organisation
    systems: tuple[System, ...] = Field(min_length=1)
    frameworks: tuple[FrameworkUse, ...]
    profile: ProfileInUse | None = None
    tailored: dict[Name, dict[Name, Tailored]] = Field(default_factory=dict)
    """System id to full requirement id to what the profile says; only catalogs in scope that the profile names."""
    policy: Policy = Policy()
    scale: RiskScale
    bindings: tuple[Binding, ...] = ()
    datasets: tuple[KnownDataset, ...] = ()
    deployments: DeploymentRules = DeploymentRules()
    governed_paths: tuple[Name, ...] = ()
    """Paths whose change between releases must be approved; globs."""
    controls: tuple[Control, ...] = ()
    """In use, with the project's overrides applied."""
    declined: tuple[Declined, ...] = ()
    undecided: tuple[Name, ...] = ()
    """Catalog controls that fit a system's kind and are neither used nor declined."""
    statement: Statement | None = None
    risks: tuple[Risk, ...] = ()
    acceptances: tuple[Acceptance, ...] = ()
    releases: tuple[Release, ...] = ()
    files: tuple[SourceFile, ...] = ()
    assessments_folder: Name = "records/assessments"
    evidence_folder: Name = "records/evidence"
    controls_file: Name = "controls.yaml"
    releases_file: Name = "releases.yaml"
    risks_file: Name = "risks.yaml"
    statement_file: Name = "soa.yaml"

    def release(self, version: str) -> Release | None:
        """The release of that version, if there is one."""
        return next((release for release in self.releases if release.version == version), None)

    def system(self, ident: str) -> System:
        """The system of that id; the loader has made sure there is one."""
        return next(system for system in self.systems if system.id == ident)
