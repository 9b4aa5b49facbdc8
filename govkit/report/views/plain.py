"""Measured values for a reader without statistics: "about 81 of 100 (between 79 and 82)"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from govkit.model.assessment import Check
from govkit.model.control import ON_SCALE, Criterion
from govkit.report.numbers import check_quantity

Say = Callable[[float], str]

_SPELLED = {"ms": "milliseconds", "s": "seconds"}


class Plain(NamedTuple):
    """A value, its range and what was wanted, in everyday words."""

    value: str
    between: str
    wanted: str


def plain_words(check: Check, criterion: Criterion | None) -> Plain | None:
    """The numbers of a check in everyday words; None when there is no value or no bar to name."""
    if check.value is None or criterion is None:
        return None
    bounds = (check.interval.low, check.interval.high) if check.interval else ()
    bars = bars_of(criterion)
    if check.unit == "proportion" and check.of in ON_SCALE and all(0 <= v <= 1 for v in (check.value, *bounds, *bars)):
        return _of_many(check.value, bounds, bars, criterion)
    if check.of in ("change", "relative_change"):
        return _change(check, criterion, bounds)

    def say(value: float) -> str:
        return _spelled(check, value)

    return Plain(say(check.value), _between(bounds, say), _wanted(criterion, say))


def bars_of(criterion: Criterion) -> tuple[float, ...]:
    """The numbers of a bar."""
    single = (criterion.at_least, criterion.at_most, criterion.equals)
    return tuple(bar for bar in (*single, *(criterion.between or ())) if bar is not None)


def _of_many(value: float, bounds: Sequence[float], bars: Sequence[float], criterion: Criterion) -> Plain:
    base = _base((value, *bounds), bars)

    def say(share: float) -> str:
        return f"{round(share * base):,}"

    exact = abs(value * base - round(value * base)) < 1e-9
    shown = f"{'' if exact else 'about '}{say(value)} of {base:,}"
    return Plain(shown, _between(bounds, say), _wanted(criterion, lambda bar: f"{say(bar)} of {base:,}"))


def _base(values: Sequence[float], bars: Sequence[float]) -> int:
    """Of how many to count: the smallest of 100, 1,000 and 10,000 that keeps apart what is different."""
    for base in (100, 1_000):
        apart = all(round(v * base) != round(bar * base) or v == bar for v in values for bar in bars)
        nothing_vanishes = all(v == 0 or round(v * base) > 0 for v in (values[0], *bars))
        if apart and nothing_vanishes:
            return base
    return 10_000


def _change(check: Check, criterion: Criterion, bounds: Sequence[float]) -> Plain:
    def size(value: float) -> str:
        if check.of == "relative_change":
            return f"{abs(value) * 100:.2g} %"
        small = check.unit in ("proportion", None) and abs(value) <= 1
        return f"{abs(value) * 100:.2g} in 100" if small else check_quantity(check, abs(value)).lstrip("+")

    def say(value: float) -> str:
        return "no change" if value == 0 else f"{size(value)} {'more' if value > 0 else 'less'}"

    assert check.value is not None, "the caller has a value"
    if criterion.at_least is not None and criterion.at_least <= 0:
        wanted = f"at most {size(criterion.at_least)} less"
    elif criterion.at_most is not None and criterion.at_most >= 0:
        wanted = f"at most {size(criterion.at_most)} more"
    else:
        wanted = _wanted(criterion, say)
    return Plain(say(check.value), _between(bounds, say), wanted)


def _between(bounds: Sequence[float], say: Say) -> str:
    shown = [say(bound) for bound in bounds]
    return f"between {shown[0]} and {shown[1]}" if len(set(shown)) == 2 else ""


def _wanted(criterion: Criterion, say: Say) -> str:
    if criterion.at_least is not None:
        return f"at least {say(criterion.at_least)}"
    if criterion.at_most is not None:
        return f"at most {say(criterion.at_most)}"
    if criterion.between is not None:
        return f"between {say(criterion.between[0])} and {say(criterion.between[1])}"
    if criterion.equals is not None:
        return f"exactly {say(criterion.equals)}"
    return "known" if criterion.reported else "not set"


def _spelled(check: Check, value: float) -> str:
    if check.of == "gap" and check.unit in ("proportion", None) and abs(value) <= 1:
        return f"{value * 100:.2g} in 100"
    shown = check_quantity(check, value)
    return f"{shown.removesuffix(' ' + str(check.unit))} {_SPELLED[check.unit]}" if check.unit in _SPELLED else shown
