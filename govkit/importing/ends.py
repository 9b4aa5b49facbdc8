"""Which of our catalogs a mapping means, when it names it in its own way."""

from __future__ import annotations

from govkit.errors import Place, Problem
from govkit.files import nearest
from govkit.importing.asked import Asked
from govkit.importing.cleaning import slug


def catalog_meant(name: str, short: str, asked: Asked, where: Place, problems: list[Problem]) -> str | None:
    """The id of the catalog here; None, with a Problem, when the user must say which it is.

    It is what `--catalog NAME=ID` says, else the catalog whose id is exactly the short name. Nothing is guessed from a
    likeness: another edition has other ids.
    """
    said = asked.catalogs.get(name) or asked.catalogs.get(short)
    meant = said or slug(short)
    if meant in asked.library.catalogs:
        return meant
    known = ", ".join(sorted(asked.library.catalogs))
    if said is not None:
        what, fix = f"there is no catalog {said!r}", f"import it first, or name one of {known}"
    else:
        near = nearest(meant, asked.library.catalogs)
        hint = near[0] if near else "ID"
        what = f"the file calls a catalog {name[:200]!r}, and it does not say which one here that is"
        fix = f"say it: `--catalog {short or name}={hint}`; catalogs here: {known}"
    problem = Problem(where, "unknown-catalog", what, fix)
    if problem not in problems:
        problems.append(problem)
    return None
