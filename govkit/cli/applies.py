"""`govkit show CATALOG --role ROLE --on DAY`: what applies to a role on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from govkit.catalogs.applying import applicable
from govkit.cli.invocation import instant
from govkit.errors import InputError, Place, Problem
from govkit.export.applicable import applicable_document, applicable_text
from govkit.model.catalog import Catalog
from govkit.validation import unknown


class Asked(NamedTuple):
    """The options as typed."""

    role: str | None
    on: str | None
    route: str | None

    def anything(self) -> bool:
        """Whether one of them was given."""
        return any(option is not None for option in self)


def applies(catalog: Catalog, asked: Asked) -> tuple[dict[str, Any], Iterable[str]]:
    """The answer as JSON and as lines; raises InputError for a day that is none, or words the catalog does not know."""
    day, problems = _day(asked.on)
    silent = not catalog.roles and not catalog.routes
    if asked.role is not None and asked.role not in catalog.roles and not silent:
        listing = f"roles of {catalog.id}: {', '.join(catalog.roles)}" if catalog.roles else "leave --role out"
        problems.append(unknown(asked.role, catalog.roles, Place("--role"), "role", listing))
    if asked.route is not None and asked.route not in catalog.routes and not silent:
        listing = f"routes of {catalog.id}: {', '.join(catalog.routes)}" if catalog.routes else "leave --route out"
        problems.append(unknown(asked.route, catalog.routes, Place("--route"), "route", listing))
    if problems or day is None:
        raise InputError(problems)
    found = applicable(catalog, day, asked.role, asked.route)
    return applicable_document(catalog, found), applicable_text(catalog, found, chosen=asked.on is not None)


def _day(written: str | None) -> tuple[date | None, list[Problem]]:
    """The day asked for; today in UTC when none was."""
    if written is None:
        return instant(None).date(), []
    try:
        day = date.fromisoformat(written)
    except ValueError:
        day = None
    if day is None or day.isoformat() != written:
        return None, [Problem(Place("--on"), "bad-date", f"{written[:40]!r} is not a day", "write 2027-12-02")]
    return day, []
