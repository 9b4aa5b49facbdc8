"""Scores of single items read through a mapping, and the shares or means summed up from them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from govkit.collectors.kept import MOST
from govkit.collectors.mapping_file import Mapping, Samples, ScoreAt
from govkit.collectors.mapping_lookup import Block, Evidence, as_number, fits, text_of
from govkit.collectors.mapping_tally import Group, Tally
from govkit.collectors.values import name
from govkit.collectors.values import score as number_of
from govkit.errors import CollectorError
from govkit.model.control import IN_HUNDREDTHS
from govkit.model.evidence import DatasetRef, Measurement, SampleScores


class Rows(NamedTuple):
    """The rows an entry takes."""

    tally: Tally
    unscored: Counter[tuple[str, ...]]
    """Rows that have no score, by their values of the `by` references."""
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
    tally, unscored, lines = rows = _rows(evidence, table, mapping)
    if not tally.rows:
        fix = "check `where` and `score` of the entry; an empty table is no evidence"
        raise CollectorError(f"no row gives a score for {table.measure}", fix=fix)
    whole = tally.whole()
    warnings: list[str] = []
    if unscored:
        warnings.append(f"unscored-items: {unscored.total()} rows have no number as score for {table.measure}")
    if len(whole.scores) < tally.rows:
        said = f"{tally.rows} rows are {len(whole.scores)} items; scores of one item are averaged"
        warnings.append(f"repeated-items: {said}")
    samples: tuple[SampleScores, ...] = ()
    if table.key is not None:
        samples = (_kept(table.measure, conditions, tally, whole),)
        if len(whole.scores) > MOST:
            drawn = f"of {len(whole.scores)} items the scores of {MOST} are kept, drawn by their hash"
            warnings.append(f"drawn-items: {drawn}")
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
    return Scored(tuple(_summaries(table, base, rows, whole)), samples, tuple(warnings))


def _kept(measure: str, conditions: dict[str, str], tally: Tally, whole: Group) -> SampleScores:
    """The scores of the items with the smallest keys, as many as are kept."""
    kept = list(islice(tally.items(), MOST))
    return SampleScores(
        measure=measure,
        conditions=conditions,
        binary=_binary(whole),
        scores={item.key: item.score for item in kept},
        clusters={item.key: item.cluster for item in kept if item.cluster is not None},
    )


def _binary(group: Group) -> bool:
    return all(score in (0.0, 1.0) for score in group.scores)


def _rows(evidence: Evidence, table: Samples, mapping: Mapping) -> Rows:
    """The rows that fit the entry, with and without a score."""
    tally = Tally(clustered=table.cluster is not None)
    unscored: Counter[tuple[str, ...]] = Counter()
    lines, references = [""], tuple(table.groups.values())
    for index, block in enumerate(evidence.blocks(table.each)):
        if not fits(evidence, block, table.where):
            continue
        score = _score(evidence, block, table.score, mapping)
        groups = tuple(text_of(evidence.look(block, ref)) or "(empty)" for ref in references)
        if score is None:
            unscored[groups] += 1
            continue
        key = text_of(evidence.look(block, table.key)) if table.key is not None else str(index)
        if key is None:
            fix = "give every item a key, or leave `key` out to sum up without comparing items"
            raise CollectorError(f"an item of {table.measure} has no key at {block.place}", fix=fix)
        cluster = text_of(evidence.look(block, table.cluster)) if table.cluster is not None else None
        tally.add(key, score, groups, cluster)
        lines = [lines[0] or block.place, block.place]
    return Rows(tally, unscored, lines)


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


def _summaries(table: Samples, base: Measurement, rows: Rows, whole: Group) -> Iterator[Measurement]:
    if table.summary:
        yield _summed(base, whole, {}, rows.unscored.total())
    names = list(table.groups)
    if not names:
        return
    for values, group in sorted(rows.tally.by_group().items()):
        stated = {word: name(value) or "?" for word, value in zip(names, values, strict=True)}
        yield _summed(base, group, stated, rows.unscored[values])


def _summed(base: Measurement, group: Group, slice_of: dict[str, str], unscored: int) -> Measurement:
    """k of n for scores of 0 and 1, else the mean with its standard error."""
    n = len(group.scores)
    mean = math.fsum(group.scores) / n
    stated: dict[str, object] = {
        "n": n,
        "n_basis": "items",
        "value": mean,
        "unscored": unscored,
        "clusters": group.clusters,
        "conditions": {**base.conditions, **slice_of},
    }
    if _binary(group):
        whole = 100.0 if base.unit in IN_HUNDREDTHS else 1.0
        k = round(math.fsum(group.scores))
        stated |= {"value": whole * mean, "successes": k, "unit": base.unit or "proportion"}
    elif n > 1:
        variance = math.fsum((score - mean) ** 2 for score in group.scores) / (n - 1)
        stated["stderr"] = math.sqrt(variance / n) or None
        stated["stderr_method"] = "analytic" if stated["stderr"] else None
    return base.model_copy(update=stated)
