"""Scores of single items read through a mapping, and the shares or means summed up from them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from govkit.collectors.mapping_file import Mapping, Samples, ScoreAt
from govkit.collectors.mapping_lookup import Block, Evidence, as_number, fits, text_of
from govkit.collectors.values import item_key, name
from govkit.collectors.values import score as number_of
from govkit.errors import CollectorError
from govkit.model.evidence import DatasetRef, Measurement, SampleScores


class Item(NamedTuple):
    """One scored item."""

    key: str
    score: float
    groups: tuple[str, ...]
    """Its value of every `by` reference, in their order."""
    cluster: str | None
    """What it hangs together with."""


class Rows(NamedTuple):
    """The rows an entry takes."""

    items: list[Item]
    unscored: list[tuple[str, ...]]
    """Values of the `by` references of the rows that have no score."""
    lines: list[str]
    """First and last place."""


class Scored(NamedTuple):
    """What one samples entry gives."""

    measurements: tuple[Measurement, ...]
    samples: tuple[SampleScores, ...]
    warnings: tuple[str, ...]


def scored(
    evidence: Evidence,
    table: Samples,
    mapping: Mapping,
    conditions: dict[str, str],
    dataset: DatasetRef | None,
    judge: str | None,
) -> Scored:
    """The scores of the items, and the summaries the entry asks for; raises Missing."""
    items, unscored, lines = rows = _items(evidence, table, mapping)
    if not items:
        fix = "check `where` and `score` of the entry; an empty table is no evidence"
        raise CollectorError(f"no row gives a score for {table.measure}", fix=fix)
    whole = _averaged(items)
    warnings: list[str] = []
    if unscored:
        warnings.append(f"unscored-items: {len(unscored)} rows have no number as score for {table.measure}")
    if len(whole) < len(items):
        warnings.append(f"repeated-items: {len(items)} rows are {len(whole)} items; scores of one item are averaged")
    samples: tuple[SampleScores, ...] = ()
    if table.key is not None:
        binary = set(whole.values()) <= {0.0, 1.0}
        hashed = {_hashed(key): score for key, score in whole.items()}
        together = {_hashed(item.key): _hashed(item.cluster) for item in items if item.cluster is not None}
        one = SampleScores(
            measure=table.measure, conditions=conditions, binary=binary, scores=hashed, clusters=together
        )
        samples = (one,)
    place = lines[0] if lines[0] == lines[-1] else f"{lines[0]} to {lines[-1].removeprefix('line ')}"
    base = Measurement(
        measure=table.measure,
        value=0,
        unit=table.unit,
        higher_is_better=table.higher_is_better,
        conditions=conditions,
        dataset=dataset,
        judge=judge,
        place=place,
    )
    return Scored(tuple(_summaries(table, base, rows)), samples, tuple(warnings))


@lru_cache(maxsize=1 << 14)
def _hashed(key: str) -> str:
    """The key of an item as it is kept; several entries of a mapping sum up the same items."""
    return item_key(key)


def _items(evidence: Evidence, table: Samples, mapping: Mapping) -> Rows:
    """The rows that fit the entry, with and without a score."""
    items: list[Item] = []
    unscored: list[tuple[str, ...]] = []
    lines, references = [""], tuple(table.groups.values())
    for index, block in enumerate(evidence.blocks(table.each)):
        if not fits(evidence, block, table.where):
            continue
        score = _score(evidence, block, table.score, mapping)
        groups = tuple(text_of(evidence.look(block, ref)) or "(empty)" for ref in references)
        if score is None:
            unscored.append(groups)
            continue
        key = text_of(evidence.look(block, table.key)) if table.key is not None else str(index)
        if key is None:
            fix = "give every item a key, or leave `key` out to sum up without comparing items"
            raise CollectorError(f"an item of {table.measure} has no key at {block.place}", fix=fix)
        cluster = text_of(evidence.look(block, table.cluster)) if table.cluster is not None else None
        items.append(Item(key, score, groups, cluster))
        lines = [lines[0] or block.place, block.place]
    return Rows(items, unscored, lines)


def _score(evidence: Evidence, block: Block, score: str | ScoreAt, mapping: Mapping) -> float | None:
    if isinstance(score, ScoreAt):
        found = text_of(evidence.look(block, score.of))
        if score.same_as is not None:
            return float(found is not None and found == text_of(evidence.look(block, score.same_as)))
        choices = (score.equals,) if isinstance(score.equals, str) else score.equals or ()
        return float(found in choices)
    raw = evidence.look(block, score)
    word = text_of(raw)
    if word in ("true", "false"):
        return float(word == "true")
    texts = mapping.text_numbers or mapping.format == "csv"
    return number_of(as_number(raw, text_numbers=texts))


def _averaged(items: Iterable[Item]) -> dict[str, float]:
    """Score by key; rows of one item count once, with their mean."""
    rows: dict[str, list[float]] = defaultdict(list)
    for item in items:
        rows[item.key].append(item.score)
    return {key: sum(several) / len(several) for key, several in rows.items()}


def _summaries(table: Samples, base: Measurement, rows: Rows) -> Iterator[Measurement]:
    if table.summary:
        yield _summed(base, rows.items, {}, len(rows.unscored))
    names = list(table.groups)
    if not names:
        return
    slices: dict[tuple[str, ...], list[Item]] = defaultdict(list)
    for item in rows.items:
        slices[item.groups].append(item)
    for values in sorted(slices):
        stated = {word: name(value) or "?" for word, value in zip(names, values, strict=True)}
        yield _summed(base, slices[values], stated, rows.unscored.count(values))


def _summed(base: Measurement, items: list[Item], slice_of: dict[str, str], unscored: int) -> Measurement:
    """k of n for scores of 0 and 1, else the mean with its standard error."""
    scores = list(_averaged(items).values())
    n = len(scores)
    mean = math.fsum(scores) / n
    stated: dict[str, object] = {
        "n": n,
        "n_basis": "items",
        "value": mean,
        "unscored": unscored,
        "clusters": _clusters(items),
        "conditions": {**base.conditions, **slice_of},
    }
    if set(scores) <= {0.0, 1.0}:
        stated |= {"successes": round(sum(scores)), "unit": base.unit or "proportion"}
    elif n > 1:
        variance = math.fsum((score - mean) ** 2 for score in scores) / (n - 1)
        stated["stderr"] = math.sqrt(variance / n) or None
        stated["stderr_method"] = "analytic" if stated["stderr"] else None
    return base.model_copy(update=stated)


def _clusters(items: list[Item]) -> int | None:
    """How many groups the items hang together in; one without a group stands alone."""
    named = {item.cluster for item in items if item.cluster is not None}
    return len(named) + len({item.key for item in items if item.cluster is None}) if named else None
