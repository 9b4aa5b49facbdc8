"""What applies to a role on a day, as JSON and for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from govkit.export.columns import row, sided, wrapped
from govkit.model.applicable import Applicable, Day, Duty, Standing
from govkit.model.catalog import Catalog

NOT_ADVICE = (
    "Information to plan evidence with, not legal advice: what this catalog says, in govkit's words. Read the text "
    "itself and ask a lawyer before you rely on it."
)
SILENT = (
    "This catalog states no roles and no dates: it does not say who must do what from when, and nothing follows from "
    "that."
)
HEADINGS: dict[Standing, str] = {
    "applies": "Applies",
    "not-yet": "Does not apply yet",
    "date-unknown": "No date known: the catalog does not say from when",
    "other-route": "Not by this route",
    "other-role": "Not for this role",
}


def applicable_document(catalog: Catalog, found: Applicable) -> dict[str, Any]:
    """What applies, with the words it is told in (`govkit.applicable/1`)."""
    return {
        "schema": "govkit.applicable/1",
        "title": catalog.title,
        "edition": catalog.edition,
        "as_of": catalog.as_of.isoformat(),
        "legal_advice": False,
        **found.model_dump(mode="json", exclude={"duties"}),
        "roles": dict(catalog.roles),
        "routes": dict(catalog.routes),
        "duties": [{"full_id": f"{catalog.id}:{duty.id}", **duty.model_dump(mode="json")} for duty in found.duties],
    }


def applicable_text(catalog: Catalog, found: Applicable, *, chosen: bool) -> Iterator[str]:
    """What applies, what does not yet, what nobody knows, and the calendar; `chosen`: the day was asked for."""
    who = f" for the role {found.role}" if found.role else ""
    how = f" by the route {found.route}" if found.route else ""
    yield f"{catalog.id}: what applies{who}{how} on {found.on}{'' if chosen else ' (today, UTC)'}"
    yield wrapped(f"{catalog.title}, edition {catalog.edition}; state of knowledge {catalog.as_of}", 4)
    if not (found.states_roles or found.states_dates):
        yield "\n" + wrapped(SILENT)
        return
    if found.role:
        yield wrapped(f"{found.role}: {catalog.roles[found.role]}", 4)
    if not found.states_roles:
        yield wrapped("This catalog states no roles: everything in it is for everyone.", 4)
    if not found.states_dates:
        yield wrapped("This catalog states no dates.", 4)
    if found.on > catalog.as_of:
        yield wrapped(f"The day lies after {catalog.as_of}, up to which this catalog knows the text.", 4)
    yield wrapped(NOT_ADVICE, 4)
    yield from _duties(catalog, [duty for duty in found.duties if duty.asks])
    yield from _beside(catalog, [duty for duty in found.duties if not duty.asks])
    yield from words_text("Routes", catalog.routes)
    yield from calendar_text(found.calendar)


def _duties(catalog: Catalog, duties: Iterable[Duty]) -> Iterator[str]:
    sorted_out: dict[Standing, list[Duty]] = {standing: [] for standing in HEADINGS}
    for duty in duties:
        sorted_out[duty.standing].append(duty)
    for standing, found in sorted_out.items():
        if not found and standing in ("other-route", "date-unknown"):
            continue
        yield f"\n{HEADINGS[standing]} ({len(found)})"
        if standing in ("other-role", "other-route"):
            yield wrapped(", ".join(duty.id for duty in found) or "none", 2)
            continue
        for duty in found:
            yield from _duty(catalog, duty)


def _duty(catalog: Catalog, duty: Duty) -> Iterator[str]:
    dates = [f"{'since' if date.reached else 'from'} {date.first_day} ({date.route})" for date in duty.dates]
    yield from sided(f"  {duty.id}", duty.title, 14, dates)
    if duty.only_if:
        yield wrapped(f"Only: {'; '.join(catalog.roles[name] for name in duty.only_if)}", 20, " " * 14)


def _beside(catalog: Catalog, duties: Iterable[Duty]) -> Iterator[str]:
    """Entries that ask nothing: needed in order to read the others."""
    for number, duty in enumerate(duty for duty in duties if duty.standing != "other-role"):
        if number == 0:
            yield "\nTo read beside it: classifies, dates or sanctions, and asks nothing itself"
        yield from _duty(catalog, duty)


def words_text(heading: str, words: dict[str, str]) -> Iterator[str]:
    """Words of a catalog with what they mean; nothing when there are none."""
    if words:
        yield f"\n{heading}"
    column = max((len(word) for word in words), default=0) + 4
    for word, meaning in words.items():
        yield row(f"  {word}", meaning, column)


def calendar_text(days: Iterable[Day]) -> Iterator[str]:
    """The days passed, then those to come."""
    past = [day for day in days if day.reached]
    to_come = [day for day in days if not day.reached]
    for heading, found in (("Calendar until that day", past), ("Still to come", to_come)):
        if found:
            yield f"\n{heading}"
        for day in found:
            yield row(f"  {day.on}", day.what, 14)
