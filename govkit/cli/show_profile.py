"""`govkit show PROFILE`: its rules, or what is in and out for one position."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

import typer

from govkit.catalogs.loading import Library
from govkit.catalogs.tailoring import tailor
from govkit.errors import InputError, Place, Problem
from govkit.export.profile_json import catalog_values, profile_document
from govkit.export.profile_text import position_text, profile_text
from govkit.files import nearest
from govkit.model.control import SystemKind
from govkit.model.profile import Position, Profile
from govkit.model.project import Role, Tier

CHOICES: dict[str, tuple[Any, ...]] = {
    "--role": get_args(Role),
    "--kind": get_args(SystemKind),
    "--tier": get_args(Tier),
}


def profile_answer(
    library: Library, profile: Profile, asked: tuple[str | None, str | None, str | None]
) -> tuple[dict[str, Any], Iterable[str]]:
    """The profile as JSON and as lines, for the role, kind and tier asked for; all of them or none.

    Raises InputError on a word that is no role, kind or tier.
    """
    position, digest = _position(asked), library.digests.get(profile.id)
    if position is None:
        document = profile_document(profile, digest, None, {})
        return document, profile_text(profile, library.catalogs)
    tailored = tailor(profile, library.catalogs, position)
    catalogs = {each: catalog_values(library.catalogs[each], tailored) for each in profile.catalogs()}
    document = profile_document(profile, digest, position, catalogs)
    return document, position_text(profile, position, library.catalogs, tailored)


def _position(asked: tuple[str | None, str | None, str | None]) -> Position | None:
    given: dict[str, Any] = dict(zip(CHOICES, asked, strict=True))
    if not any(given.values()):
        return None
    missing = [option for option, word in given.items() if word is None]
    if missing:
        raise typer.BadParameter(f"a position needs all three of {', '.join(CHOICES)}; give {', '.join(missing)} too")
    wrong = [_wrong(option, str(word)) for option, word in given.items() if word not in CHOICES[option]]
    if wrong:
        raise InputError(wrong)
    return Position(*given.values())


def _wrong(option: str, word: str) -> Problem:
    near = nearest(word, CHOICES[option])
    hint = f"did you mean {near[0]!r}? " if near else ""
    fix = f"{hint}choose one of {', '.join(CHOICES[option])}"
    return Problem(Place(option), "bad-value", f"{word[:60]!r} is not one of the choices", fix)
