"""frameworks/ and folders of the user's own → Library: catalogs, mappings, kinds; lookup by any name.

Refuses, with every Problem at once: files that do not say where they come from and under which licence, counts that
do not add up, ids that stand twice or lead nowhere, keys nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from govkit.catalogs.checking import catalog_problems
from govkit.catalogs.gathering import CATALOG, File, Gathered, Gathering
from govkit.catalogs.reading import from_yaml, read
from govkit.errors import InputError, Place, Problem, SurroundingsError
from govkit.files import shipped
from govkit.model.catalog import Catalog, Mapped, Mapping, Requirement
from govkit.model.control import Control
from govkit.model.crosswalk import INVERSE
from govkit.model.kinds import Kind, Kinds, Meaning
from govkit.model.overlay import Wording
from govkit.model.profile import Profile


class Folder(NamedTuple):
    """A folder of catalogs, and the name it is shown by."""

    path: Path
    shown: str


@dataclass(frozen=True)
class Library:
    """Every catalog, mapping and profile that was loaded, by id."""

    catalogs: dict[str, Catalog] = field(default_factory=dict)
    mappings: dict[str, Mapping] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    """Catalog, mapping or profile id to the SHA-256 of its YAML."""
    kinds: Kinds = field(default_factory=Kinds)
    measures: dict[str, Meaning] = field(default_factory=dict)
    """Measure name to what it means, for the measures that shipped controls name."""
    profiles: dict[str, Profile] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    """Catalog, mapping or profile id to its YAML."""
    texts: dict[str, Wording] = field(default_factory=dict)
    """Full requirement id to words from the user's own copy. For the user's eyes: no export takes them unasked."""

    def with_texts(self, texts: dict[str, Wording]) -> Library:
        """The library with these words laid over it."""
        return replace(self, texts={**self.texts, **texts})

    @cached_property
    def _requirements(self) -> dict[str, Requirement]:
        return {f"{c.id}:{r.id}": r for c in self.catalogs.values() for r in c.requirements}

    @cached_property
    def _controls(self) -> dict[str, Control]:
        return {control.id: control for catalog in self.catalogs.values() for control in catalog.controls}

    @cached_property
    def _names(self) -> dict[str, tuple[str, ...]]:
        """Every way to write an id, folded, to the full ids it may mean."""
        found: dict[str, dict[str, None]] = {}
        for full, requirement in self._requirements.items():
            catalog = full.partition(":")[0]
            for name in (requirement.id, *requirement.aliases):
                found.setdefault(folded(name), {})[full] = None
                found.setdefault(folded(f"{catalog}:{name}"), {})[full] = None
        for name in self._controls:
            found.setdefault(folded(name), {})[name] = None
        return {name: tuple(ids) for name, ids in found.items()}

    @cached_property
    def _mapped(self) -> dict[str, list[Mapped]]:
        found: dict[str, list[Mapped]] = {}
        for mapping in self.mappings.values():
            for pair in mapping.pairs:
                source, target = f"{mapping.source}:{pair.source}", f"{mapping.target}:{pair.target}"
                back = INVERSE[pair.relationship]
                for here, word, there in ((source, pair.relationship, target), (target, back, source)):
                    title = self._requirements[there].title
                    found.setdefault(here, []).append(Mapped(mapping, pair, word, there, title))
        return found

    def requirement(self, full_id: str) -> Requirement | None:
        """The requirement of a full id (`nist-ai-rmf-1.0:MEASURE 2.3`)."""
        return self._requirements.get(full_id)

    def full_ids(self) -> tuple[str, ...]:
        """Full ids of all requirements, in the order of the catalogs."""
        return tuple(self._requirements)

    def controls(self) -> dict[str, Control]:
        """All controls that the catalogs offer, by id."""
        return self._controls

    def claims(self, controls: Iterable[Control]) -> dict[str, tuple[str, ...]]:
        """Full requirement id to the ids of those of the controls that claim it; only what is claimed."""
        found: dict[str, dict[str, None]] = {}
        for control in controls:
            for requirement in control.requirements:
                found.setdefault(requirement, {})[control.id] = None
        return {name: tuple(ids) for name, ids in found.items()}

    def mapped(self, full_id: str) -> tuple[Mapped, ...]:
        """The pairs a requirement stands in. One step only: mappings are not transitive."""
        return tuple(self._mapped.get(full_id, ()))

    def resolve(self, text: str) -> tuple[str, ...]:
        """What a written id may mean: full requirement ids and control ids; empty when nothing.

        Accepts full ids, ids as printed, aliases and control ids, in upper or lower case.
        """
        return self._names.get(folded(text), ())

    def superseded(self, name: str) -> bool:
        """Whether a catalog, or the catalog of a full requirement id, has been replaced by a later edition."""
        catalog = self.catalogs.get(name.partition(":")[0])
        return catalog is not None and catalog.superseded_by is not None

    def kinds_named(self, name: str) -> tuple[tuple[str, Kind], ...]:
        """The kinds of that id, each after its group: `documents`, `registers` or `attestations`."""
        return tuple((group, kind) for group, found in self.kinds for kind in found if kind.id == name)

    def known_names(self) -> tuple[str, ...]:
        """Every id and measure name as printed, to offer the nearest from."""
        printed = dict.fromkeys(requirement.id for requirement in self._requirements.values())
        kinds = (kind.id for _, found in self.kinds for kind in found)
        return (*self.catalogs, *self.profiles, *printed, *self._controls, *kinds, *self.measures)


def folded(name: str) -> str:
    """Upper and lower case, and the number of blanks, make no difference."""
    return " ".join(name.split()).casefold()


def shipped_library() -> Library:
    """The catalogs that come with govkit."""
    folder = shipped("frameworks")
    if not folder.is_dir():
        raise SurroundingsError("the shipped catalogs are missing", fix="install govkit again")
    return load_library(folder, "frameworks")


def load_library(folder: Path, shown: str) -> Library:
    """All catalogs in the folders below `folder`, and what lies in its `mappings` and `profiles`."""
    gathering = Gathering(Gathered({}, {}, {}, Kinds(), {}, {}, {}), compiled=True)
    for path in sorted(folder.glob("*/catalog.yaml")):
        gathering.add(path.parent, f"{shown}/{path.parent.name}")
    gathering.add_mappings(folder / "mappings", f"{shown}/mappings")
    gathering.add_profiles(folder / "profiles", f"{shown}/profiles")
    return Library(*gathering.finish())


def add_own(
    library: Library, catalogs: Iterable[Folder], crosswalks: Iterable[Folder] = (), *, compiled: bool = False
) -> Library:
    """The library with the catalogs of some folders that do not come with govkit, and `mappings/*.yaml` of all of them.

    A folder of `catalogs` holds a catalog.yaml, and kinds and measures if need be; one of `crosswalks` only mappings.
    Everything is held against each other at the end, so the order does not matter; raises InputError.
    """
    gathering = Gathering(_gathered(library), compiled=compiled)
    for folder in catalogs:
        gathering.add(folder.path, folder.shown)
        gathering.add_mappings(folder.path / "mappings", f"{folder.shown}/mappings")
    for folder in crosswalks:
        if not any((folder.path / "mappings").glob("*.yaml")):
            fix = "put the mapping into its folder `mappings`, or take the entry out of `crosswalks:`"
            where = Place(f"{folder.shown}/mappings")
            gathering.problems.append(Problem(where, "missing-file", "holds no mapping (*.yaml)", fix))
        gathering.add_mappings(folder.path / "mappings", f"{folder.shown}/mappings")
    return Library(*gathering.finish(), library.texts)


def add_user_profile(library: Library, path: Path, shown: str) -> Library:
    """The library with one profile of the user's own; it may name shipped and own catalogs."""
    gathering = Gathering(_gathered(library), compiled=False)
    gathering.add_profile(path, shown)
    return Library(*gathering.finish(), library.texts)


def add_user_mapping(library: Library, path: Path, shown: str) -> Library:
    """The library with one mapping of the user's own, between catalogs that are in the library."""
    gathering = Gathering(_gathered(library), compiled=False)
    gathering.add_mapping(path, shown)
    return Library(*gathering.finish(), library.texts)


def _gathered(library: Library) -> Gathered:
    return Gathered(
        library.catalogs,
        library.mappings,
        library.digests,
        library.kinds,
        library.measures,
        library.profiles,
        library.files,
    )


def load_catalog(path: Path, shown: str) -> Catalog:
    """One catalog, checked as far as it can be checked alone; raises InputError with every Problem."""
    problems: list[Problem] = []
    parsed = from_yaml(read(path, shown), CATALOG, problems)
    problems += catalog_problems(parsed)
    if problems or parsed.record is None:
        raise InputError(problems)
    return parsed.record
