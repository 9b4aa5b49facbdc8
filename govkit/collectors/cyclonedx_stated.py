"""What a CycloneDX model card states about a model: performance as text, energy and emissions as numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from govkit.collectors.cyclonedx_parts import Component
from govkit.collectors.values import Number, fields, listing, name, number, pointer, section
from govkit.model.control import Unit
from govkit.model.evidence import Measurement

_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")

_KG_PER_TONNE = 1000.0


def stated(component: Component) -> Iterator[Measurement]:
    """Every performance metric, and every energy consumption; flagged as self-reported."""
    card = section(component.values, "modelCard")
    yield from _performance(component, section(card, "quantitativeAnalysis"))
    yield from _energy(component, section(section(card, "considerations"), "environmentalConsiderations"))


def _number(raw: Any, what: str) -> Number:
    """A number, or a text that is one number and nothing else: the schema wants text."""
    if isinstance(raw, str) and _NUMBER.fullmatch(raw.strip()):
        value, doubts = number(float(raw), what)
        return Number(value, doubts or (f"text-number: {what} is the text {raw.strip()[:40]!r}",))
    return number(raw, what)


def _performance(component: Component, analysis: dict[str, Any]) -> Iterator[Measurement]:
    seen: Counter[tuple[str, str | None]] = Counter()
    for index, raw in enumerate(listing(analysis, "performanceMetrics")):
        metric = fields(raw)
        kind, part = name(metric.get("type"), 80) or "unnamed", name(metric.get("slice"), 120)
        seen[kind, part] += 1
        conditions = {"slice": part} if part else {}
        if seen[kind, part] > 1:
            conditions["entry"] = str(seen[kind, part])
        value, warnings = _number(metric.get("value"), "the value")
        bounds = section(metric, "confidenceInterval")
        if bounds.get("lowerBound") is not None or bounds.get("upperBound") is not None:
            warnings += ("interval-without-level: an interval is stated without its level of confidence",)
        place = component.place + pointer("modelCard", "quantitativeAnalysis", "performanceMetrics", index)
        yield _claim(component, kind, value, None, conditions, place, warnings)


def _energy(component: Component, environment: dict[str, Any]) -> Iterator[Measurement]:
    base = component.place + pointer("modelCard", "considerations", "environmentalConsiderations", "energyConsumptions")
    listed = [fields(raw) for raw in listing(environment, "energyConsumptions")]
    times = Counter(name(use.get("activity"), 80) or "unnamed" for use in listed)
    seen: Counter[str] = Counter()
    for index, use in enumerate(listed):
        activity = name(use.get("activity"), 80) or "unnamed"
        seen[activity] += 1
        conditions = {"activity": activity} | ({"entry": str(seen[activity])} if seen[activity] > 1 else {})
        for key, word, unit in (
            ("activityEnergyCost", "energy", "kWh"),
            ("co2CostEquivalent", "emissions", "tCO2eq"),
            ("co2CostOffset", "emissions-offset", "tCO2eq"),
        ):
            given = section(use, key)
            if not given:
                continue
            value, warnings = number(given.get("value"))
            if given.get("unit") != unit:
                value = None
                warnings += (f"unknown-unit: {key} is not in {unit}, the one unit the schema knows",)
            if unit == "tCO2eq" and value is not None:
                value, doubts = number(value * _KG_PER_TONNE)
                warnings += (*doubts, "scaled: given in tonnes, and multiplied by 1000")
            if times[activity] > 1:
                warnings += (f"one-of-several: {times[activity]} entries are about {activity!r}, and are not added up",)
            known: Unit = "kWh" if unit == "kWh" else "kgCO2e"
            yield _claim(component, word, value, known, conditions, f"{base}/{index}/{key}", warnings)


def _claim(
    component: Component,
    word: str,
    value: float | None,
    unit: Unit | None,
    conditions: dict[str, str],
    place: str,
    warnings: tuple[str, ...],
) -> Measurement:
    return Measurement(
        measure=name(f"cyclonedx/{component.label}/{word}") or "cyclonedx",
        value=value,
        unit=unit,
        higher_is_better=False if word in ("energy", "emissions") and unit is not None else None,
        flags=("self-reported",),
        conditions=conditions,
        place=place,
        warnings=(*warnings, "no-count: the bill does not say how many items the value rests on")
        if not unit
        else warnings,
    )
