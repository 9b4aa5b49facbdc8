"""Fairness figures of AI Verify: by group and class, of groups in pairs, and errors of regressions by group.

The rates "by group" divide by all items of the class, not by those of the group (`algo.py` of the plugin for
classification, read at 2.0): a group that is half as large has half the rate. They are named `share-of-class` here. The
rate within a group follows from two such shares, since both divide by the same number.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.values import Warnings, fields, listing, name, number, pointer
from govkit.files import finite
from govkit.model.control import Unit
from govkit.model.evidence import Measurement

COMPLEMENTS = (
    ("True Positive Rate", "False Negative Rate"),
    ("True Negative Rate", "False Positive Rate"),
    ("Positive Predictive Value Parity", "False Discovery Rate"),
    ("Negative Predictive Value Parity", "False Omission Rate"),
)
"""Rates that divide by the same items: over all groups both together make 1."""

PAIRS = {"Disparate Impact": "disparate-impact", "Equal Selection Parity": "selection-count-difference"}
"""Figures of two groups: a ratio of the shares predicted positive, and, despite its name, a difference of counts."""

_ERRORS = ("mae", "mse", "r2")
_TOLERANCE = 1e-6


class Rates(NamedTuple):
    """A rate and its complement of one class, by group."""

    first: dict[str, float | None]
    second: dict[str, float | None]

    @property
    def kind(self) -> str:
        """What the numbers divide by: `share` of the class, `rate` within the group, or `unclear`."""
        if not self.first or self.first.keys() != self.second.keys():
            return "unclear"
        values = [*self.first.values(), *self.second.values()]
        if any(value is None or not 0 <= value <= 1 for value in values):
            return "unclear"
        sums = [(self.first[key] or 0.0) + (self.second[key] or 0.0) for key in self.first]
        if abs(math.fsum(sums) - 1) <= _TOLERANCE:
            return "share"
        return "rate" if all(abs(one - 1) <= _TOLERANCE for one in sums) else "unclear"


def classification(output: dict[str, Any], place: str) -> Iterator[Measurement]:
    """Every figure of every class."""
    features = [name(one) or "?" for one in listing(output, "sensitive_feature")]
    classes = listing(output, "output_classes")
    for index, raw in enumerate(listing(output, "results")):
        node, where = fields(raw), place + pointer("results", index)
        label = name(classes[index]) if index < len(classes) else None
        told = {"output-class": label} if label else {}
        for rate, complement in COMPLEMENTS:
            yield from _rates(node, (rate, complement), features, told, where)
        for key, word in PAIRS.items():
            yield from _pairs(node, key, word, features, told, where)


def is_classification(output: dict[str, Any]) -> bool:
    """Whether this is the output of the plugin for classification."""
    results = listing(output, "results")
    return (
        "output_classes" in output
        and bool(results)
        and all(isinstance(one, dict) and isinstance(one.get("True Positive Rate"), list) for one in results)
    )


def is_regression(output: dict[str, Any]) -> bool:
    """Whether this is the output of the plugin for regression."""
    results = listing(output, "results")
    return bool(results) and all(isinstance(one, dict) and "subgroup" in one and "mae" in one for one in results)


def regression(output: dict[str, Any], place: str) -> Iterator[Measurement]:
    """The errors of every group; how large the groups are is not in the file."""
    features = [name(one) or "?" for one in listing(output, "sensitive_feature")]
    for index, raw in enumerate(listing(output, "results")):
        node = fields(raw)
        parts = (name(node.get("subgroup")) or "?").split(",")
        told = dict(zip(features, parts, strict=True)) if len(parts) == len(features) else {"group": ",".join(parts)}
        for key in _ERRORS:
            if key in node:
                value, doubts = number(node[key], key)
                yield _made(f"group-{key}", value, told, place + pointer("results", index, key), doubts=doubts)


def _slug(rate: str) -> str:
    return rate.removesuffix(" Parity").lower().replace(" ", "-")


def _about(group: Any, features: list[str]) -> dict[str, str]:
    """A group as conditions: the value of each feature."""
    values = [name(one) or "?" for one in group] if isinstance(group, list) else [name(group) or "?"]
    if len(values) == len(features):
        return dict(zip(features, values, strict=True))
    return {"group": ",".join(values)}


def _made(
    word: str,
    value: float | None,
    told: dict[str, str],
    place: str,
    *,
    unit: Unit | None = None,
    doubts: Warnings = (),
) -> Measurement:
    return Measurement(
        measure=f"ai-verify/fairness/{word}",
        value=value,
        unit=unit,
        conditions=told,
        place=place,
        warnings=doubts,
    )


def _rates(
    node: dict[str, Any], names: tuple[str, str], features: list[str], told: dict[str, str], place: str
) -> Iterator[Measurement]:
    """A rate and its complement, as stated, and within each group where that follows."""
    listed = [[fields(one) for one in listing(node, rate)] for rate in names]
    by_group = [{str(_about(one.get("group"), features)): finite(one.get("metric")) for one in rows} for rows in listed]
    rates = Rates(*by_group)
    unclear = ("rate-unclear: what these rates divide by cannot be told from their sums, so they are not compared",)
    for rate, rows in zip(names, listed, strict=True):
        for index, row in enumerate(rows):
            group = {**told, **_about(row.get("group"), features)}
            value, doubts = number(row.get("metric"))
            where = place + pointer(rate, index, "metric")
            kind = {"share": "share-of-class", "rate": "within-group", "unclear": "unclear"}[rates.kind]
            said = unclear if rates.kind == "unclear" else ()
            unit: Unit | None = None if rates.kind == "unclear" else "proportion"
            yield _made(f"{kind}/{_slug(rate)}", value, group, where, unit=unit, doubts=(*doubts, *said))
            if rates.kind == "share":
                yield _within(rate, rates, str(_about(row.get("group"), features)), group, where)


def _within(rate: str, rates: Rates, key: str, told: dict[str, str], place: str) -> Measurement:
    """The rate within one group: its share over the sum of the two shares."""
    first, second = rates.first[key] or 0.0, rates.second[key] or 0.0
    part = first if rate in [one for one, _ in COMPLEMENTS] else second
    said = "recomputed: AI Verify divides by the whole class; this is the rate within the group, from its two shares"
    whole = first + second
    empty = ("nothing-to-count: the group has no item that the rate could be taken of",) if whole == 0 else ()
    value = part / whole if whole else None
    return _made(f"within-group/{_slug(rate)}", value, told, place, unit="proportion", doubts=(said, *empty))


def _pairs(
    node: dict[str, Any], key: str, word: str, features: list[str], told: dict[str, str], place: str
) -> Iterator[Measurement]:
    """Figures of two groups, which stand one after the other in one list."""
    for index, raw in enumerate(listing(node, key)):
        row = fields(raw)
        members = listing(row, "group")
        half = len(members) // 2
        sides = [_about(members[:half], features), _about(members[half:], features)]
        named = [", ".join(f"{feature} {value}" for feature, value in side.items()) for side in sides]
        value, doubts = number(row.get("metric"))
        ratio = key == "Disparate Impact"
        if ratio and value == 0:
            said = "zero-or-none: AI Verify writes 0 also where the second group has no positive prediction at all"
            value, doubts = None, (*doubts, said)
        if ratio and value is not None and value < 0:
            value, doubts = None, (*doubts, f"bad-value: {value:g} is no ratio of shares")
        conditions = {**told, "group": named[0], "other-group": named[1]}
        where = place + pointer(key, index, "metric")
        yield _made(word, value, conditions, where, unit="ratio" if ratio else "count", doubts=doubts)
