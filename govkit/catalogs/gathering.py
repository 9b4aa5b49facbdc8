"""Folders of YAML → catalogs, mappings and kinds that fit together, or every Problem in all of them."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from govkit.catalogs.checking import (
    catalog_problems,
    control_problems,
    kinds_problems,
    succession_problems,
    users_problems,
)
from govkit.catalogs.checking_profiles import profile_problems
from govkit.catalogs.pairing import mapping_problems
from govkit.catalogs.reading import Parsed, Shape, from_compiled, from_yaml, read
from govkit.errors import InputError, Problem
from govkit.files import inside
from govkit.model.base import Record
from govkit.model.catalog import Catalog, Mapping, Pair, Requirement
from govkit.model.control import Control
from govkit.model.kinds import Kind, Kinds, Meaning, Measures
from govkit.model.profile import Profile, Rule

R = TypeVar("R", bound=Record)
T = TypeVar("T", bound=Catalog | Mapping | Profile)

CATALOG = Shape(Catalog, {"requirements": Requirement, "controls": Control})
MAPPING = Shape(Mapping, {"pairs": Pair})
PROFILE = Shape(Profile, {"rules": Rule})
KINDS = Shape(Kinds, {"documents": Kind, "registers": Kind, "attestations": Kind})
MEASURES: Shape[Measures] = Shape(Measures, {})


class File(NamedTuple):
    """A file, and the name it is shown by."""

    path: Path
    shown: str


class Gathered(NamedTuple):
    """What folders hold, by id."""

    catalogs: dict[str, Catalog]
    mappings: dict[str, Mapping]
    digests: dict[str, str]
    kinds: Kinds
    measures: dict[str, Meaning]
    profiles: dict[str, Profile]
    files: dict[str, File]
    """Catalog, mapping or profile id to its YAML."""


class Gathering:
    """Files read so far, on top of what was there before, and their Problems."""

    def __init__(self, before: Gathered, *, compiled: bool) -> None:
        self.before, self.compiled = before, compiled
        self.problems: list[Problem] = []
        self.catalogs: list[Parsed[Catalog]] = []
        self.mappings: list[Parsed[Mapping]] = []
        self.kinds: list[Parsed[Kinds]] = []
        self.measures: list[Parsed[Measures]] = []
        self.profiles: list[Parsed[Profile]] = []
        self.unread = False

    def add(self, folder: Path, shown: str) -> None:
        """The catalog of a folder, and the kinds and measures explained beside it."""
        catalog = self._parsed(folder, "catalog.yaml", f"{shown}/catalog.yaml", CATALOG)
        if catalog:
            self.catalogs.append(catalog)
            self.problems += catalog_problems(catalog)
        if (folder / "kinds.yaml").exists():
            kinds = self._parsed(folder, "kinds.yaml", f"{shown}/kinds.yaml", KINDS)
            self.kinds += [kinds] if kinds else []
        if (folder / "measures.yaml").exists():
            measures = self._parsed(folder, "measures.yaml", f"{shown}/measures.yaml", MEASURES)
            self.measures += [measures] if measures else []

    def add_mappings(self, folder: Path, shown: str) -> None:
        """Every mapping in a folder, if there is one."""
        for path in sorted(folder.glob("*.yaml")):
            self.add_mapping(path, f"{shown}/{path.name}")

    def add_mapping(self, path: Path, shown: str) -> None:
        """The mapping in one file."""
        mapping = self._parsed(path.parent, path.name, shown, MAPPING)
        self.mappings += [mapping] if mapping else []

    def add_profiles(self, folder: Path, shown: str) -> None:
        """Every profile in a folder, if there is one."""
        for path in sorted(folder.glob("*.yaml")):
            self.add_profile(path, f"{shown}/{path.name}")

    def add_profile(self, path: Path, shown: str) -> None:
        """The profile in one file."""
        profile = self._parsed(path.parent, path.name, shown, PROFILE)
        self.profiles += [profile] if profile else []

    def _parsed(self, folder: Path, name: str, shown: str, shape: Shape[R]) -> Parsed[R] | None:
        try:
            path = inside(folder, name)
            origin = read(path, shown)
            parsed = from_compiled(path, origin, shape) if self.compiled else None
            parsed = parsed or from_yaml(origin, shape, self.problems)
        except InputError as error:
            self.problems += error.problems
            self.unread = True
            return None
        self.unread = self.unread or parsed.record is None
        return parsed

    def finish(self) -> Gathered:
        """Everything, once the files are held against each other; raises InputError."""
        catalogs = self._merged("catalog", self.before.catalogs, self.catalogs)
        mappings = self._merged("mapping", self.before.mappings, self.mappings)
        for catalog in self.catalogs:
            self.problems += succession_problems(catalog, catalogs, self.unread)
        for mapping in self.mappings:
            self.problems += mapping_problems(mapping, catalogs, self.unread)
        profiles = self._merged("profile", self.before.profiles, self.profiles)
        for profile in self.profiles:
            self.problems += profile_problems(profile, catalogs, self.unread)
            if profile.record and profile.record.id in {*catalogs, *mappings}:
                what, fix = f"a catalog or mapping is called {profile.record.id!r} too", "give the profile another id"
                self.problems.append(Problem(profile.origin.place("id"), "duplicate-id", what, fix))
        self._check_controls(catalogs, mappings)
        if self.problems:
            raise InputError(self.problems)
        origins = {p.record.id: p.origin for p in self.catalogs if p.record}
        origins |= {p.record.id: p.origin for p in self.mappings if p.record}
        origins |= {p.record.id: p.origin for p in self.profiles if p.record}
        digests = self.before.digests | {name: origin.sha256 for name, origin in origins.items()}
        files = self.before.files | {name: File(origin.path, origin.shown) for name, origin in origins.items()}
        kinds = [self.before.kinds, *(parsed.record for parsed in self.kinds if parsed.record)]
        measures = dict(self.before.measures)
        for explained in self.measures:
            measures |= explained.record.measures if explained.record else {}
        return Gathered(catalogs, mappings, digests, _joined(kinds), measures, profiles, files)

    def _merged(self, noun: str, before: Dict[str, T], parsed: Sequence[Parsed[T]]) -> dict[str, T]:
        found: dict[str, T] = dict(before)
        for item in parsed:
            made = item.record
            if made is None:
                continue
            if made.id in found:
                what = f"there is another {noun} {made.id!r}"
                fix = "give this one an id of its own, with its edition"
                self.problems.append(Problem(item.origin.place("id"), "duplicate-id", what, fix))
            found.setdefault(made.id, made)
        return found

    def _check_controls(self, catalogs: Dict[str, Catalog], mappings: Dict[str, Mapping]) -> None:
        known = {f"{catalog.id}:{r.id}" for catalog in catalogs.values() for r in catalog.requirements}
        pairs = {
            f"{pair.source}>{pair.target}"
            for mapping in mappings.values()
            for pair in mapping.pairs
            if pair.relationship != "none"
        }
        placed = [(item, spot, p.origin) for p in self.catalogs for item, spot in p.entries["controls"].good]
        earlier = {control.id for catalog in self.before.catalogs.values() for control in catalog.controls}
        self.problems += control_problems(placed, earlier, known, pairs, unread=self.unread)
        named = earlier | {name for p in self.catalogs for name in p.entries["controls"].words("id")}
        for kinds in self.kinds:
            self.problems += kinds_problems(kinds, self.before.kinds, named)
        for measures in self.measures:
            explained = measures.record.measures if measures.record else {}
            used = [(("measures", name), meaning) for name, meaning in explained.items()]
            self.problems += users_problems(measures.origin, used, named)


def _joined(kinds: list[Kinds]) -> Kinds:
    return Kinds(
        documents=tuple(kind for item in kinds for kind in item.documents),
        registers=tuple(kind for item in kinds for kind in item.registers),
        attestations=tuple(kind for item in kinds for kind in item.attestations),
    )
