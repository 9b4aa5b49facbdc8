"""A project folder → Project: every file read, every mistake found, all at once. Writes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, get_args

from pydantic import Field

from govkit.catalogs.loading import Library
from govkit.catalogs.scope import in_scope
from govkit.errors import InputError, Place, Problem
from govkit.files import inside, nearest, read_bytes, shipped
from govkit.manifests import with_manifest
from govkit.model.base import Name, Record
from govkit.model.control import Control, SystemKind, Unit
from govkit.model.deployment import DeploymentRules, Price, WantedMeasure
from govkit.model.project import (
    Applicability,
    Binding,
    FrameworkUse,
    KnownDataset,
    Organisation,
    Policy,
    Project,
    Release,
    SourceFile,
    Statement,
    System,
)
from govkit.model.risk import Acceptance, Risk, RiskScale
from govkit.profiles import choose_profile
from govkit.register import Around, acceptance_problems, risk_problems
from govkit.selection import Selection, select
from govkit.validation import duplicates, record, records, unknown
from govkit.yaml_lines import Document, load_yaml
from govkit.yaml_lines import Path as Spot

MAIN = "govkit.yaml"


class Tag(NamedTuple):
    """A git tag a release can be read from."""

    name: str
    commit: str
    at: datetime | None


class Opened(NamedTuple):
    """A project, and the catalogs it sees: the shipped ones and its own."""

    project: Project
    library: Library


class Files(Record):
    """Where the parts of a project lie, relative to govkit.yaml."""

    controls: Name = "controls.yaml"
    statement: Name = "soa.yaml"
    risks: Name = "risks.yaml"
    releases: Name = "releases.yaml"
    evidence_records: Name = "records/evidence"
    assessments: Name = "records/assessments"


class Main(Record):
    """The keys of govkit.yaml; lists are validated one by one, so that one mistake does not hide another."""

    organisation: Any
    systems: Any
    frameworks: Any = None
    crosswalks: tuple[Name, ...] = ()
    """Folders with mappings between catalogs, beside those that catalogs bring themselves."""
    profile: Any = None
    policy: Any = Field(default_factory=dict)
    scale: Any = None
    evidence: Any = None
    datasets: Any = None
    deployments: Any = None
    governed: tuple[Name, ...] = ()
    files: Files = Files()


class ReleasesFile(Record):
    """releases.yaml: releases written out, or the pattern of the tags that are releases."""

    releases: Any = None
    from_tags: Name | None = None
    """Glob over tag names, for example `v*`; the version is the tag without a leading v."""


class RisksFile(Record):
    """risks.yaml."""

    risks: Any = None
    acceptances: Any = None


def load_project(root: Path, library: Library, tags: Sequence[Tag] = ()) -> Project:
    """The project in `root`; raises InputError with every Problem of every file."""
    return open_project(root, library, tags).project


def open_project(root: Path, library: Library, tags: Sequence[Tag] = ()) -> Opened:
    """The project in `root` and the catalogs it uses; raises InputError with every Problem of every file."""
    reader = _Reader(root, library, tags)
    project = reader.project()
    if reader.problems or project is None:
        raise InputError(reader.problems)
    return Opened(project, reader.library)


class _Reader:
    """Reads the files of one project and gathers their Problems."""

    def __init__(self, root: Path, library: Library, tags: Sequence[Tag]) -> None:
        self.root, self.library, self.tags = root, library, tags
        self.problems: list[Problem] = []
        self.sources: list[SourceFile] = []

    def document(self, relative: str, *, needed: bool = False) -> Document | None:
        """One parsed file; None when it is not there and not needed."""
        try:
            path = inside(self.root, relative)
            if not needed and not path.exists():
                return None
            content = read_bytes(path, shown=relative)
            self.sources.append(SourceFile(path=relative, sha256=hashlib.sha256(content).hexdigest()))
            return load_yaml(content, relative)
        except InputError as error:
            self.problems.extend(error.problems)
            return None

    def project(self) -> Project | None:
        """Everything, or None when there are Problems."""
        if not (self.root / MAIN).exists():
            fix = "run `govkit init` in the project's folder, or name the folder with `govkit -C FOLDER ...`"
            self.problems.append(
                Problem(Place(MAIN), "no-project", f"there is no {MAIN} in {self.root.name or '.'}", fix)
            )
            return None
        main_file = self.document(MAIN, needed=True)
        main = record(Main, main_file, (), main_file.value, self.problems) if main_file else None
        if main is None or main_file is None:
            return None
        organisation = record(Organisation, main_file, ("organisation",), main.organisation, self.problems)
        systems = self._systems(main_file, main)
        frameworks = self._frameworks(main_file, main)
        profile, tailored, self.library = choose_profile(
            self.root, main_file, main.profile, self.library, systems, frameworks, self.problems
        )
        policy = record(Policy, main_file, ("policy",), main.policy or {}, self.problems)
        scale = self._scale(main_file, main)
        bindings = self._bindings(main_file, main)
        datasets = records(KnownDataset, main_file, ("datasets",), main.datasets, self.problems)
        deployments = self._deployments(main_file, main)
        selection = self._controls(main.files.controls, systems)
        releases = self._releases(main.files.releases, systems)
        risks, acceptances = self._risks(main.files.risks, systems, selection.controls, scale, releases)
        statement = self._statement(main.files.statement, selection.controls, risks)
        self._releases_of_bindings(main_file, bindings, releases)
        if self.problems or organisation is None or policy is None or scale is None or not systems:
            return None
        return Project(
            organisation=organisation,
            systems=tuple(systems),
            frameworks=frameworks,
            profile=profile,
            tailored=tailored,
            policy=policy,
            scale=scale,
            bindings=tuple(bindings),
            datasets=tuple(known for known, _ in datasets),
            deployments=deployments,
            governed_paths=main.governed,
            controls=selection.controls,
            declined=selection.declined,
            undecided=selection.undecided,
            statement=statement,
            risks=tuple(risks),
            acceptances=tuple(acceptances),
            releases=tuple(releases),
            files=tuple(sorted(self.sources, key=lambda source: source.path)),
            assessments_folder=main.files.assessments,
            evidence_folder=main.files.evidence_records,
            controls_file=main.files.controls,
            releases_file=main.files.releases,
            risks_file=main.files.risks,
            statement_file=main.files.statement,
        )

    def _systems(self, document: Document, main: Main) -> list[System]:
        found = records(System, document, ("systems",), main.systems, self.problems)
        if main.systems is not None and not found and not self.problems:
            self.problems.append(
                Problem(
                    document.place(("systems",)), "missing-entry", "there is no AI system", "add one under `systems:`"
                )
            )
        self.problems += duplicates(((s.id, document.place(spot)) for s, spot in found), "system")
        return [system for system, _ in found]

    def _frameworks(self, document: Document, main: Main) -> tuple[FrameworkUse, ...]:
        scope = in_scope(document, main.frameworks, main.crosswalks, self.root, self.library, self.problems)
        self.library = scope.library
        return scope.uses

    def _scale(self, document: Document, main: Main) -> RiskScale | None:
        if main.scale is not None:
            return record(RiskScale, document, ("scale",), main.scale, self.problems)
        path = shipped("templates") / "project" / "risk-scale.yaml"
        default = load_yaml(read_bytes(path), "risk-scale.yaml")
        return record(RiskScale, default, (), default.value, self.problems)

    def _bindings(self, document: Document, main: Main) -> list[Binding]:
        found = records(Binding, document, ("evidence",), main.evidence, self.problems)
        units = get_args(Unit)
        for binding, spot in found:
            for measure, unit in binding.units.items():
                if unit not in units:
                    place = document.place((*spot, "units", measure))
                    self.problems.append(unknown(unit, units, place, "unit", f"units: {', '.join(units)}"))
            for named in (binding.path, binding.mapping):
                try:
                    if named is not None:
                        inside(self.root, named.replace("{release}", "0"))
                except InputError as error:
                    place = document.place((*spot, "path"))
                    self.problems += [Problem(place, p.ident, p.what, p.fix) for p in error.problems]
        for mapping in sorted({binding.mapping for binding, _ in found if binding.mapping is not None}):
            self._noted(mapping)
        return [binding for binding, _ in found]

    def _noted(self, relative: str) -> None:
        """Count a file that decides how evidence is read among the project's; whether it can be read is told later."""
        try:
            content = read_bytes(inside(self.root, relative), shown=relative)
        except InputError:
            return
        self.sources.append(SourceFile(path=relative, sha256=hashlib.sha256(content).hexdigest()))

    def _deployments(self, document: Document, main: Main) -> DeploymentRules:
        """How options are compared; prices and measures are validated one by one."""
        stated = main.deployments
        if stated is None:
            return DeploymentRules()
        lists = ("prices", "measures")
        rest = {key: value for key, value in stated.items() if key not in lists} if isinstance(stated, dict) else stated
        rules = record(DeploymentRules, document, ("deployments",), rest, self.problems)
        inner = stated if isinstance(stated, dict) else {}
        prices = records(Price, document, ("deployments", "prices"), inner.get("prices"), self.problems)
        wanted = records(WantedMeasure, document, ("deployments", "measures"), inner.get("measures"), self.problems)
        self.problems += duplicates(((price.id, document.place(spot)) for price, spot in prices), "price")
        known = rules.options if rules else DeploymentRules().options
        self.problems += [
            unknown(key, known, document.place((*spot, "where", key)), "condition", f"options: {', '.join(known)}")
            for price, spot in prices
            for key in price.where
            if key not in known
        ]
        found = {"prices": tuple(price for price, _ in prices), "measures": tuple(one for one, _ in wanted)}
        return rules.model_copy(update=found) if rules else DeploymentRules()

    def _controls(self, relative: str, systems: Sequence[System]) -> Selection:
        kinds: set[SystemKind] = {system.kind for system in systems}
        return select(self.document(relative), self.library, kinds, self.problems)

    def _releases(self, relative: str, systems: Sequence[System]) -> list[Release]:
        document = self.document(relative)
        if document is None:
            return []
        value = {"releases": document.value} if isinstance(document.value, list) else document.value or {}
        base: Spot = () if isinstance(document.value, list) else ("releases",)
        listing = record(ReleasesFile, document, (), value, self.problems)
        if listing is None:
            return []
        default = {"system": systems[0].id} if len(systems) == 1 else {}
        entries = listing.releases
        if isinstance(entries, list):
            entries = [{**default, **item} if isinstance(item, dict) else item for item in entries]
        found = [
            (with_manifest(release, self.root, document.place((*spot, "manifest")), self.problems, self.sources), spot)
            for release, spot in records(Release, document, base, entries, self.problems)
        ]
        self.problems += duplicates(((r.version, document.place(spot)) for r, spot in found), "release")
        releases = [release for release, _ in found] + self._tagged(listing, default, [r for r, _ in found])
        for release, spot in found:
            if release.system not in {system.id for system in systems}:
                place = document.place((*spot, "system"))
                names = [system.id for system in systems]
                self.problems.append(unknown(release.system, names, place, "system", f"systems: {', '.join(names)}"))
            own = [other.version for other in releases if other.system == release.system]
            if release.baseline is not None and (release.baseline not in own or release.baseline == release.version):
                place = document.place((*spot, "baseline"))
                named = f"releases of {release.system}: {', '.join(own)}"
                self.problems.append(unknown(release.baseline, own, place, "release", named))
        return releases

    def _tagged(self, listing: ReleasesFile, default: dict[str, str], written: Sequence[Release]) -> list[Release]:
        """Releases read from git tags, each compared with the one before; those written out win."""
        from fnmatch import fnmatchcase

        if listing.from_tags is None or not default:
            return []
        known = {release.version for release in written} | {release.tag for release in written}
        found: list[Release] = []
        for tag in self.tags:
            version = tag.name.removeprefix("v")
            if not fnmatchcase(tag.name, listing.from_tags) or version in known or tag.name in known:
                continue
            before = found[-1].version if found else written[-1].version if written else None
            found.append(
                Release(
                    version=version,
                    system=default["system"],
                    tag=tag.name,
                    commit=tag.commit,
                    date=tag.at,
                    baseline=before,
                )
            )
        return found

    def _releases_of_bindings(
        self, document: Document, bindings: Iterable[Binding], releases: Sequence[Release]
    ) -> None:
        versions = [release.version for release in releases]
        for index, binding in enumerate(bindings):
            if binding.release is not None and binding.release not in versions:
                place = document.place(("evidence", index, "release"))
                self.problems.append(
                    unknown(binding.release, versions, place, "release", f"releases: {', '.join(versions) or 'none'}")
                )

    def _risks(
        self,
        relative: str,
        systems: Sequence[System],
        controls: Sequence[Control],
        scale: RiskScale | None,
        releases: Sequence[Release],
    ) -> tuple[list[Risk], list[Acceptance]]:
        document = self.document(relative)
        listing = record(RisksFile, document, (), document.value or {}, self.problems) if document else None
        if document is None or listing is None:
            return [], []
        found = records(Risk, document, ("risks",), listing.risks, self.problems)
        self.problems += duplicates(((risk.id, document.place(spot)) for risk, spot in found), "risk")
        around = Around(
            self.library,
            {control.id for control in controls},
            {system.id for system in systems},
            [release.version for release in releases],
            scale,
        )
        for risk, spot in found:
            self.problems += risk_problems(risk, document, spot, around)
        accepted = records(Acceptance, document, ("acceptances",), listing.acceptances, self.problems)
        ids = [risk.id for risk, _ in found]
        for acceptance, spot in accepted:
            self.problems += acceptance_problems(acceptance, document, spot, ids, around)
        return [risk for risk, _ in found], [acceptance for acceptance, _ in accepted]

    def _statement(self, relative: str, controls: Sequence[Control], risks: Sequence[Risk]) -> Statement | None:
        document = self.document(relative)
        if document is None:
            return None
        value = dict(document.value) if isinstance(document.value, dict) else document.value
        lines = value.pop("lines", None) if isinstance(value, dict) else None
        statement = record(Statement, document, (), value, self.problems)
        found = records(Applicability, document, ("lines",), lines, self.problems)
        self.problems += duplicates(((line.requirement, document.place(spot)) for line, spot in found), "line")
        ids, used, risk_ids = self.library.full_ids(), [c.id for c in controls], [risk.id for risk in risks]
        for line, spot in found:
            if line.requirement not in ids:
                near = nearest(line.requirement, ids)
                fix = (
                    f"did you mean {near[0]!r}? `govkit show` lists the catalogs"
                    if near
                    else "`govkit show` lists them"
                )
                what = f"{line.requirement!r} is in no catalog"
                self.problems.append(Problem(document.place((*spot, "requirement")), "unknown-requirement", what, fix))
            for noun, named, known in (("control", line.controls, used), ("risk", line.risks, risk_ids)):
                for name in named:
                    if name not in known:
                        place = document.place((*spot, f"{noun}s"))
                        self.problems.append(unknown(name, known, place, noun, f"see {noun}s.yaml"))
        return statement.model_copy(update={"lines": tuple(line for line, _ in found)}) if statement else None
