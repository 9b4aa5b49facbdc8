"""Sentences about numbers, for a reader without the code."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from govkit.assess.question import Candidate
from govkit.assess.uncertainty import Estimate
from govkit.model.assessment import Outcome
from govkit.model.control import IN_HUNDREDTHS, ON_SCALE, Criterion, Unit
from govkit.model.evidence import Measurement

_BARE: tuple[Unit, ...] = ("count", "score", "index", "ratio", "currency")


def number(value: float, unit: Unit | None) -> str:
    """A value with its unit, at most four significant digits: `70.4 %`, `12.3 ms`."""
    if unit == "proportion":
        return f"{value * 100:.4g} %"
    text = _plain(value)
    match unit:
        case _ if unit is None or unit in _BARE:
            return text
        case "percent":
            return f"{text} %"
        case "points":
            return f"{text} percentage points"
        case _:
            return f"{text} {unit}"


def _plain(value: float) -> str:
    """At most four significant digits, never in powers of ten."""
    if value == int(value) and abs(value) < 1e15:
        return f"{value:,.0f}"
    return format(Decimal(f"{value:.4g}"), "f") if abs(value) < 1e6 else f"{value:,.0f}"


def size_of_change(value: float, criterion: Criterion, unit: Unit | None) -> str:
    """A change or gap: shares in percentage points, relative changes in percent."""
    if criterion.of == "relative_change":
        return f"{value * 100:+.3g} %"
    if criterion.of == "ratio":
        return f"{value:.3g}"
    sign = "+" if criterion.of == "change" else ""
    if unit == "proportion" or unit in IN_HUNDREDTHS:
        return f"{value if unit in IN_HUNDREDTHS else value * 100:{sign}.3g} percentage points"
    return f"{value:{sign}.4g}" + (f" {unit}" if unit is not None and unit not in _BARE else "")


def _value(value: float, criterion: Criterion, unit: Unit | None) -> str:
    return number(value, unit) if criterion.of in ON_SCALE else size_of_change(value, criterion, unit)


def _bar(criterion: Criterion, unit: Unit | None) -> str:
    if criterion.at_least is not None:
        return f"at least {_value(criterion.at_least, criterion, unit)}"
    if criterion.at_most is not None:
        return f"at most {_value(criterion.at_most, criterion, unit)}"
    if criterion.between is not None:
        low, high = criterion.between
        return f"between {_value(low, criterion, unit)} and {_value(high, criterion, unit)}"
    if criterion.equals is not None:
        return f"exactly {_value(criterion.equals, criterion, unit)}"
    return "that it is reported"


def shown_unit(criterion: Criterion, m: Measurement) -> Unit | None:
    """The unit a check is told in: the bar's, else the measurement's; flips are a share of items."""
    return criterion.unit or ("proportion" if criterion.of == "flips" else m.unit)


def sentence(
    criterion: Criterion,
    candidate: Candidate,
    shown: Estimate,
    outcome: Outcome,
    words: str,
    more: int | None,
) -> str:
    """What was measured, how sure that is, and how it stands to the bar."""
    m = candidate.measurement
    unit = shown_unit(criterion, m)
    parts = []
    if shown.interval:
        low, high = (_value(bound, criterion, unit) for bound in (shown.interval.low, shown.interval.high))
        parts.append(f"{shown.interval.level * 100:.3g} % interval {low} to {high}")
    if m.n is not None and criterion.of in ("value", "worst") and m.n_basis != "unknown":
        basis = m.n_basis or "items"
        groups = f" in {m.clusters:,} groups" if m.clusters is not None and m.clusters < m.n else ""
        parts.append(f"{m.n:,} {basis.removesuffix('s') if m.n == 1 else basis}{groups}")
    detail = f" ({'; '.join(parts)})" if parts else ""
    extra = f" {words}" if words else ""
    money = f" {m.conditions['currency']}" if unit == "currency" and "currency" in m.conditions else ""
    said = f"{criterion.title}: {_value(shown.value, criterion, unit)}{money}{detail}{extra}."
    return f"{said} {_conclusion(criterion, unit, outcome, shown, more)}"


def _tolerated(criterion: Criterion) -> float | None:
    """The loss against the baseline that a bar tolerates: its margin of non-inferiority; None for other bars."""
    if criterion.of != "change":
        return None
    if criterion.at_least is not None and criterion.at_least <= 0:
        return -criterion.at_least
    return criterion.at_most if criterion.at_most is not None and criterion.at_most >= 0 else None


def _excluded(criterion: Criterion, unit: Unit | None) -> str:
    tolerated = _tolerated(criterion)
    if tolerated is None:
        return ""
    size = size_of_change(tolerated, criterion, unit).removeprefix("+")
    return f" That it got worse by more than {size} is excluded." if tolerated else " That it got worse is excluded."


def _conclusion(criterion: Criterion, unit: Unit | None, outcome: Outcome, shown: Estimate, more: int | None) -> str:
    bar = _bar(criterion, unit)
    whole = "The whole interval" if shown.interval else "The value"
    match outcome:
        case "met":
            if criterion.reported:
                return "The bar is that it is reported."
            return f"{whole} meets the bar, {bar}.{_excluded(criterion, unit) if shown.interval else ''}"
        case "not-met":
            return f"{whole} misses the bar, {bar}."
        case "inconclusive":
            hint = f" About {more:,} items would decide it if the result stays the same." if more else ""
            proof = " No proof that it got worse is no proof that it did not."
            still = proof if _tolerated(criterion) is not None else ""
            return f"The interval lies on both sides of the bar, {bar}, so the evidence does not decide.{still}{hint}"
        case "not-judged":
            return f"The bar is {bar}."
        case _:
            assert_never(outcome)
