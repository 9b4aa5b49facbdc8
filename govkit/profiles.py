"""Which profile a project works by, and what it says for each of the project's systems. Reads a profile of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from govkit.catalogs.loading import Library, add_user_profile
from govkit.catalogs.tailoring import tailor
from govkit.errors import InputError, Problem
from govkit.files import inside
from govkit.model.base import Name, Record
from govkit.model.profile import Position
from govkit.model.project import FrameworkUse, System
from govkit.model.tailored import ProfileInUse, Tailored
from govkit.validation import record, unknown
from govkit.yaml_lines import Document


class ProfileChoice(Record):
    """`profile:` of govkit.yaml; a bare id is enough for a profile that comes with govkit."""

    id: Name
    path: Name | None = None
    """File of a profile of the user's own, inside the project."""


class Chosen(NamedTuple):
    """The profile in use, and what it makes of every requirement of a catalog in scope that it names."""

    use: ProfileInUse | None
    tailored: dict[str, dict[str, Tailored]]
    """System id to full requirement id to what the profile says."""
    library: Library
    """With the profile, if it is one of the project's own."""


def choose_profile(
    root: Path,
    document: Document,
    written: Any,
    library: Library,
    systems: Sequence[System],
    frameworks: Iterable[FrameworkUse],
    problems: list[Problem],
) -> Chosen:
    """What `profile:` asks for; without it nothing is tailored."""
    nothing = Chosen(None, {}, library)
    if written is None:
        return nothing
    value = {"id": written} if isinstance(written, str) else written
    choice = record(ProfileChoice, document, ("profile",), value, problems)
    if choice is None:
        return nothing
    if choice.path is not None:
        try:
            library = add_user_profile(library, inside(root, choice.path), choice.path)
        except InputError as error:
            problems.extend(error.problems)
            return nothing
    profile = library.profiles.get(choice.id)
    place = document.place(("profile",))
    if profile is None:
        listing = f"profiles here: {', '.join(library.profiles)}"
        problems.append(unknown(choice.id, library.profiles, place, "profile", listing))
        return nothing
    in_scope = {use.id: library.catalogs[use.id] for use in frameworks if use.id in library.catalogs}
    if in_scope.keys().isdisjoint(profile.catalogs()):
        fix = f"put one of {', '.join(profile.catalogs())} under `frameworks:`, or remove the profile"
        what = f"the profile {profile.id} names none of the catalogs in scope, so it would do nothing"
        problems.append(Problem(place, "profile-not-in-scope", what, fix))
    tailored = {s.id: tailor(profile, in_scope, Position(s.role, s.kind, s.tier)) for s in systems}
    return Chosen(
        ProfileInUse(
            id=profile.id,
            title=profile.title,
            edition=profile.edition,
            status=profile.status,
            sha256=library.digests[profile.id],
        ),
        tailored,
        library,
    )
