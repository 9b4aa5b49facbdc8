"""Numbers with units, for people: the same value is written the same way everywhere in a report."""

from __future__ import annotations

from datetime import date, datetime

from govkit.model.assessment import Check
from govkit.model.control import IN_HUNDREDTHS, ON_SCALE, Criterion

_UNITS = {
    "percent": " %",
    "points": " percentage points",
    "tokens-per-s": " tokens/s",
    "requests-per-s": " requests/s",
    "kgCO2e": " kg CO2e",
    "currency": " currency units",
}
# Not strftime, which follows the locale.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_BARE = ("count", "score", "index", "ratio")


def significant(value: float) -> str:
    """At most four significant digits, thousands separated, no exponent for usual sizes."""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    text = f"{value:.4g}"
    return f"{value:,.0f}" if "e+" in text and abs(value) < 1e15 else text


def quantity(value: float, unit: str | None, of: str = "value") -> str:
    """A value, change or gap in its unit: `70.4 %`, `+1.2 percentage points`, `180 ms`."""
    if of == "relative_change":
        return f"{value * 100:+.3g} %"
    if of == "ratio":
        return f"{value:.3g}"
    sign = "+" if of == "change" else ""
    if of in ("change", "gap") and (unit == "proportion" or unit in IN_HUNDREDTHS):
        return f"{value if unit in IN_HUNDREDTHS else value * 100:{sign}.3g} percentage points"
    if of in ON_SCALE and unit == "proportion":
        return f"{value * 100:.4g} %"
    text = f"{value:{sign}.4g}" if sign else significant(value)
    if unit is None or unit in _BARE:
        return text
    return text + _UNITS.get(unit, f" {unit}")


def check_quantity(check: Check, value: float) -> str:
    """A value in the unit and kind of a check."""
    return quantity(value, check.unit, check.of)


def bar_words(check: Check, criterion: Criterion | None) -> str:
    """The bar with its unit; as the assessment words it when the criterion is not known any more."""
    if criterion is None:
        return check.bar
    if criterion.at_least is not None:
        return f"at least {check_quantity(check, criterion.at_least)}"
    if criterion.at_most is not None:
        return f"at most {check_quantity(check, criterion.at_most)}"
    if criterion.between is not None:
        low, high = (check_quantity(check, bound) for bound in criterion.between)
        return f"between {low} and {high}"
    if criterion.equals is not None:
        return f"exactly {check_quantity(check, criterion.equals)}"
    return "known and reported" if criterion.reported else "not set"


def day(when: datetime | date | None) -> str:
    """`21 Nov 2026`; an empty string when there is no date."""
    if when is None:
        return ""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def moment(when: datetime) -> str:
    """`21 Nov 2026, 12:00 UTC`, or with its offset."""
    offset = when.strftime("%z")
    zone = "UTC" if offset in ("+0000", "") else f"UTC{offset[:3]}:{offset[3:]}"
    return f"{day(when)}, {when:%H:%M} {zone}"


def file_size(size: int) -> str:
    """`912 B`, `14.2 kB`, `3.1 MB`."""
    if size < 1_000:
        return f"{size} B"
    return f"{size / 1e3:,.1f} kB" if size < 1_000_000 else f"{size / 1e6:,.1f} MB"
