"""Cost and energy of 1,000 requests, computed from declared prices and measured tokens, rates and energy.

Every computed value carries its formula with the numbers in it, the prices with source and day, and what it was
measured from. Where an input is missing there is no value, and the reason says which.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from govkit.assess.deployment_values import Around, Spot, counts, fitting_here, newest_of, only
from govkit.assess.question import Candidate, has_conditions, used
from govkit.assess.usability import factor
from govkit.model.deployment import Cell, DeploymentRules, Per, Price, PricePaid

_COST, _ENERGY = "cost-per-1000-requests", "energy-per-1000-requests"
_TOKENS: tuple[Per, ...] = ("million-input-tokens", "million-output-tokens", "million-tokens")
SIDES = ("input", "output")
_ENERGIES = ("energy/inference", "codecarbon/*/energy", "cyclonedx/*/energy", "*/gpu-energy")
"""Energy of a whole run; a binding says under `requests` of how many requests."""


class _Choice(NamedTuple):
    prices: tuple[Price, ...] = ()
    why: str = ""
    several: bool = False
    """Whether more prices fit than one value needs."""


def computed_cost(around: Around, spot: Spot, rate: Cell) -> Cell:
    """What 1,000 requests cost by the prices the project declares for this option."""
    chosen = _chosen(around.wanted.prices, spot.option)
    if not chosen.prices:
        return Cell(column=_COST, state="several" if chosen.several else "not-measured", why=chosen.why or None)
    found = _by_hour(chosen.prices[0], rate) if chosen.prices[0].per == "hour" else _by_tokens(around, spot, chosen)
    if found.value is None:
        return found
    paid = tuple(_paid(price, around.as_of, around.wanted) for price in chosen.prices)
    return found.model_copy(update={"prices": paid, "doubts": (*found.doubts, *_aged(paid, around.as_of))})


def _chosen(prices: Sequence[Price], option: dict[str, str]) -> _Choice:
    """The prices with the most conditions among those that fit; two that fit equally well are no price."""
    fitting = [price for price in prices if has_conditions(option, price.where)]
    if not fitting:
        return _Choice(why="none of the declared prices is for this option" if prices else "")
    most = max(len(price.where) for price in fitting)
    best = [price for price in fitting if len(price.where) == most]
    kinds = [price.per for price in best]
    by_hour, whole = "hour" in kinds, "million-tokens" in kinds
    mixed = (by_hour or whole) and len(set(kinds)) > 1
    if mixed or len(set(kinds)) < len(kinds):
        names = ", ".join(price.id for price in best)
        return _Choice(why=f"the prices {names} fit equally well; say with `where:` which is whose", several=True)
    if len({price.currency for price in best}) > 1:
        return _Choice(why="the prices of input and output tokens are in two currencies", several=True)
    if not by_hour and not whole and len(best) < 2:
        missing = "output" if kinds == ["million-input-tokens"] else "input"
        return _Choice(why=f"{best[0].id} is the price of one kind of tokens; no price of {missing} tokens is declared")
    return _Choice(tuple(sorted(best, key=lambda price: price.per)))


def _by_hour(price: Price, rate: Cell) -> Cell:
    """The hours that 1,000 requests take at the measured rate, times the price of an hour."""
    if rate.value is None or rate.value <= 0:
        why = "there is a price by the hour, and no usable rate of requests to divide it by"
        return Cell(column=_COST, state="not-measured", why=why)
    source = rate.used[0]
    value = price.amount * price.units * 1000 / (rate.value * 3600)
    units = "" if price.units == 1 else f" x {price.units:g}"
    formula = f"{price.amount:g} {price.currency} an hour{units} x 1,000 / ({rate.value:.6g} requests a second x 3,600)"
    failed = source.errors or 0
    if failed and source.n is not None and any(said.startswith("failures-included") for said in source.warnings):
        value *= (source.n + failed) / source.n
        formula += f" x {source.n + failed:,} sent / {source.n:,} answered"
    doubt = "at-this-load: an hour costs the same when fewer requests come"
    return _cost(value, price.currency, formula, rate.n, rate.used, (doubt,))


def _cost(
    value: float, currency: str, formula: str, n: int | None, sources: tuple[object, ...], doubts: tuple[str, ...]
) -> Cell:
    if not math.isfinite(value):
        return Cell(column=_COST, state="not-measured", why=f"{formula} is beyond all numbers")
    return Cell.model_validate(
        {
            "column": _COST, "state": "computed", "value": value, "unit": "currency", "currency": currency,
            "formula": formula, "n": n, "n_basis": None if n is None else "requests", "used": sources,
            "doubts": doubts,
        }
    )  # fmt: skip


class Tokens(NamedTuple):
    """Tokens of one answered request, in words, and where they were counted."""

    each: float
    text: str
    source: Candidate


def _by_tokens(around: Around, spot: Spot, chosen: _Choice) -> Cell:
    """Tokens of 1,000 requests, by the tokens of the requests that were answered."""
    counted = {side: tokens_of_one(around, spot, side) for side in SIDES}
    missing = [side for side, tokens in counted.items() if tokens is None]
    if missing:
        why = f"there is a price of tokens, and no usable count of {' and '.join(missing)} tokens"
        return Cell(column=_COST, state="not-measured", why=why)
    sides = {side: tokens for side, tokens in counted.items() if tokens is not None}
    value, parts = 0.0, []
    for price in chosen.prices:
        of = tuple(sides) if price.per == "million-tokens" else (price.per.split("-")[1],)
        for side in of:
            value += price.amount * price.units * sides[side].each * 1000 / 1e6
            units = "" if price.units == 1 else f" x {price.units:g}"
            parts.append(f"{price.amount:g} {price.currency}{units} x {sides[side].text} x 1,000 / 1,000,000")
    first = sides["input"].source.measurement
    doubts = ("answered-only: tokens of requests that failed are not in the file",) if first.missing else ()
    sources = tuple(used(tokens.source) for tokens in sides.values())
    return _cost(value, chosen.prices[0].currency, " + ".join(parts), first.n, sources, doubts)


def tokens_of_one(around: Around, spot: Spot, side: str) -> Tokens | None:
    """Tokens of one request: the sum over the requests it was counted on, or the mean the tool gives."""
    for word, mean in ((f"*/{side}-tokens", False), (f"*/{side}-tokens-mean", True)):
        value = only(fitting_here(spot, around.found(word), strict=True), around)
        if value is None or not counts(around, value):
            continue
        m = value.measurement
        assert m.value is not None
        if mean:
            return Tokens(m.value, f"{m.value:,.6g} {side} tokens a request", value)
        if m.n:
            return Tokens(m.value / m.n, f"{m.value:,.10g} {side} tokens / {m.n:,} requests", value)
    return None


def _paid(price: Price, as_of: datetime, wanted: DeploymentRules) -> PricePaid:
    days = (as_of.date() - price.on).days
    ended = as_of.date() > price.until if price.until else days > wanted.price_days
    return PricePaid(price=price, days=days, stale=ended or days < 0)


def _aged(paid: Sequence[PricePaid], as_of: datetime) -> Iterator[str]:
    for one in paid:
        price = one.price
        if one.days < 0:
            yield f"price-later: {price.id} was read on {price.on}, after {as_of:%Y-%m-%d}"
        elif one.stale and price.until is not None:
            yield f"price-ended: {price.id} held until {price.until}"
        elif one.stale:
            yield f"price-stale: {price.id} was read on {price.on}, {one.days} days ago"


def computed_energy(around: Around, spot: Spot) -> Cell:
    """Energy of a run over the requests it was used for, which the binding states under `requests`."""
    why = None
    for measure in _ENERGIES:
        series = newest_of(fitting_here(spot, around.found(measure), strict=False), around)
        usable = [one for one in series if counts(around, one) and factor(one.measurement.unit, "Wh") is not None]
        usable = [one for one in usable if one.measurement.conditions.get("activity", "inference") == "inference"]
        stated = [one for one in usable if _requests(one) is not None]
        if len(stated) == 1:
            return _energy(around, spot, stated[0])
        if len(stated) > 1:
            return Cell(column=_ENERGY, state="several", why=f"{len(stated)} runs of {measure} name their requests")
        if usable and why is None:
            name = usable[0].measurement.measure
            why = f"{name} is known, but not for how many requests; add `requests` under `conditions:` of its binding"
    return Cell(column=_ENERGY, state="not-measured", why=why)


def _requests(candidate: Candidate) -> int | None:
    text = candidate.measurement.conditions.get("requests", "").replace(",", "").replace("_", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 and int(text) > 0 else None


def _energy(around: Around, spot: Spot, candidate: Candidate) -> Cell:
    m, requests = candidate.measurement, _requests(candidate)
    scale = factor(m.unit, "Wh")
    assert m.value is not None
    assert scale is not None
    assert requests is not None
    value = m.value * scale * 1000 / requests
    if not math.isfinite(value):
        return Cell(column=_ENERGY, state="not-measured", why=f"{m.value:g} {m.unit} x 1,000 is beyond all numbers")
    doubts = [f"requests-stated: the number of requests is stated in the binding of {candidate.evidence.path}"]
    if around.load(candidate) != spot.load:
        doubts.append("load-not-stated: the value was measured without saying under which load")
    return Cell(
        column=_ENERGY,
        state="computed",
        value=value,
        unit="Wh",
        n=requests,
        n_basis="requests",
        formula=f"{m.value * scale:,.6g} Wh x 1,000 / {requests:,} requests",
        doubts=tuple(doubts),
        used=(used(candidate),),
    )
