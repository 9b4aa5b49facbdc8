"""Catalog, role, day and route → what applies. No clock, no guess: where no date is stated, none is made up."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from govkit.model.applicable import Applicable, Day, Duty, RouteDate, Standing
from govkit.model.catalog import Catalog, Requirement

EVERY_ROUTE = "all"
"""The word under `applies_from` for a date that holds whatever the route."""


def applicable(catalog: Catalog, on: date, role: str | None = None, route: str | None = None) -> Applicable:
    """Every entry that asks something or states a role or date, as it stands for the role on that day.

    `role` and `route` are words that the catalog explains, or None for whoever and however. A role may be qualified
    with a dot (`deployer.public-body`): who holds it holds `deployer`, too.
    """
    states_roles = any(item.roles for item in catalog.requirements)
    states_dates = bool(catalog.calendar) or any(item.applies_from for item in catalog.requirements)
    judged = {leaf.id for leaf in catalog.leaves()}
    asked = [r for r in catalog.requirements if r.id in judged or r.roles or r.applies_from]
    return Applicable(
        catalog=catalog.id,
        on=on,
        role=role,
        route=route,
        states_roles=states_roles,
        states_dates=states_dates,
        duties=tuple(
            _duty(item, on, role, route, catalog.roles, asks=item.id in judged)
            for item in (asked if states_roles or states_dates else ())
        ),
        calendar=tuple(
            Day(on=milestone.on, what=milestone.what, reached=milestone.on <= on)
            for milestone in sorted(catalog.calendar, key=lambda milestone: milestone.on)
        ),
    )


def _duty(
    item: Requirement, on: date, role: str | None, route: str | None, known: Collection[str], *, asks: bool
) -> Duty:
    meant, only_if = _meant(item.roles, role, known)
    dates = tuple(
        RouteDate(route=name, first_day=first, reached=first <= on)
        for name, first in item.applies_from.items()
        if route in (None, name) or name == EVERY_ROUTE
    )
    standing = _standing(item, dates) if meant else "other-role"
    return Duty(
        id=item.id, title=item.title, asks=asks, standing=standing, roles=item.roles, only_if=only_if, dates=dates
    )


def _standing(item: Requirement, dates: Iterable[RouteDate]) -> Standing:
    if not item.applies_from:
        return "date-unknown"
    reached = [found.reached for found in dates]
    if not reached:
        return "other-route"
    return "applies" if any(reached) else "not-yet"


def _meant(roles: Collection[str], asked: str | None, known: Collection[str]) -> tuple[bool, tuple[str, ...]]:
    """Whether the entry speaks to the role, and the narrower roles of which one must be held for that."""
    if asked is None or not roles or any(asked == name or asked.startswith(f"{name}.") for name in roles):
        return True, ()
    general = _general(asked, known)
    narrower = tuple(name for name in roles if name.startswith(f"{general}."))
    return bool(narrower), narrower


def _general(role: str, known: Collection[str]) -> str:
    """The role without its qualification: the shortest beginning, up to a dot, that is a role itself."""
    parts = role.split(".")
    beginnings = (".".join(parts[:count]) for count in range(1, len(parts)))
    return next((name for name in beginnings if name in known), role)
