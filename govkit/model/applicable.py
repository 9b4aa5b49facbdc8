"""What applies to a role on a day, as a catalog states it. Says nothing about whether it is fulfilled."""

from __future__ import annotations

from datetime import date
from typing import Literal

from govkit.model.base import Name, Record, Text

Standing = Literal["applies", "not-yet", "date-unknown", "other-route", "other-role"]
"""How an entry stands for the role, day and route that were asked for."""


class RouteDate(Record):
    """The first day of one route, held against the day asked for."""

    route: Name
    first_day: date
    reached: bool
    """The day asked for is this day or a later one."""


class Duty(Record):
    """One entry of a catalog, as it stands for a role on a day."""

    id: Name
    """As printed."""
    title: Name
    asks: bool
    """False when it only classifies, dates or sanctions."""
    standing: Standing
    roles: tuple[Name, ...] = ()
    """Who must do it; empty means everyone."""
    only_if: tuple[Name, ...] = ()
    """Qualified roles, one of which must be held as well; empty when the role asked for is enough."""
    dates: tuple[RouteDate, ...] = ()
    """Of the route asked for, or of all routes, in the order of the catalog."""


class Day(Record):
    """A day of the calendar, held against the day asked for."""

    on: date
    what: Text
    reached: bool


class Applicable(Record):
    """What one catalog says to one role on one day."""

    catalog: Name
    on: date
    role: Name | None = None
    """None: whoever it is."""
    route: Name | None = None
    """None: every route."""
    states_roles: bool
    states_dates: bool
    duties: tuple[Duty, ...] = ()
    """Entries that are judged, and others that state a role or date; none when the catalog states neither."""
    calendar: tuple[Day, ...] = ()
    """Earliest first."""
