"""One value that somebody states on the Hugging Face Hub, as a measurement."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from govkit.collectors.values import Number, When, name, number
from govkit.errors import CollectorError, InputError
from govkit.files import canonical_json, finite
from govkit.model.evidence import DatasetRef, Measurement
from govkit.yaml_lines import Document, load_yaml

MOST_ALIASES = 10_000
"""Aliases allowed in a card, which programs write wherever two results share a value. Source: govkit judgement."""

_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
_SPREAD = re.compile(rf"({_NUMBER})\s*(?:±|\+/-)\s*({_NUMBER})")
"""The text that huggingface_hub gives as an example of a value: "20.0 ± 1.2"."""

_UNIT = "unit-unclear: nothing says whether the value is a percentage or a fraction"
_COUNT = "no-count: nothing says how many items the value rests on"


@dataclass(frozen=True)
class Stated:
    """A value as it stands in a card or list, with what it is said to be about."""

    measure: str
    raw: Any
    line: int
    model: str | None = None
    dataset: DatasetRef | None = None
    conditions: dict[str, Any] = field(default_factory=dict)
    when: When = field(default_factory=When)
    token: bool = False
    """Whether it carries a token of the Hub."""


def yaml_of(content: bytes, shown: str) -> Document:
    """The YAML; raises CollectorError with its line."""
    try:
        return load_yaml(content, shown, most_aliases=MOST_ALIASES)
    except InputError as error:
        problem = error.problems[0]
        raise CollectorError(problem.what, fix=problem.fix, ident=problem.ident, line=problem.where.line) from error


def arguments(raw: Any) -> str | None:
    """Arguments as one line: `num_few_shot=25` of an object, a text or number as it stands."""
    if not isinstance(raw, dict):
        return name(raw, 120)
    return name(", ".join(sorted(f"{key}={_plain(value)}" for key, value in raw.items())), 120)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else canonical_json(value).decode()


def measurement(one: Stated, *, several: bool) -> Measurement:
    """The value with what is doubtful about it; `several` adds the model, of which there are then more than one."""
    value, warnings = _value(one.raw)
    stated = {**one.conditions, "model": one.model if several else None}
    return Measurement(
        measure=one.measure,
        value=value,
        conditions={word: text for word, raw in stated.items() if (text := name(raw, 120)) is not None},
        dataset=one.dataset,
        at=one.when.at,
        at_text=one.when.text,
        place=f"line {one.line}",
        warnings=(*warnings, _UNIT, _COUNT),
    )


def _value(raw: Any) -> Number:
    if isinstance(raw, str) and (found := _SPREAD.fullmatch(raw.strip())):
        value = finite(float(found[1]))
        said = "what follows ± may be a deviation, an error or an interval, and is not used"
        return Number(value, (f"text-number: the value is the text {raw.strip()[:40]!r}; {said}",))
    return number(raw)
