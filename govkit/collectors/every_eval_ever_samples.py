"""Rows of single samples beside an Every Eval Ever record, `<id>_samples.jsonl`: scores, and never a text of them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.grouped import Grouped
from govkit.collectors.source import Source
from govkit.collectors.values import fields, item_key, name, score, section
from govkit.errors import CollectorError
from govkit.model.evidence import Measurement, ModelRef, Reading, SampleScores, ToolRef

_ROW = frozenset({"schema_version", "evaluation_id", "evaluation_name", "sample_id", "evaluation", "interaction_type"})
_PIECE = 1024 * 1024


class Tally:
    """What is kept of the rows of one result."""

    def __init__(self) -> None:
        self.scores, self.correct = Grouped(), Grouped()
        self.rows, self.right, self.failed, self.unscored, self.total = 0, 0, 0, 0, 0.0
        self.partly = 0
        """Rows that are called correct and have another score than 1."""

    def add(self, row: dict[str, Any]) -> None:
        """One row. Rows of the same sample form a group."""
        self.rows += 1
        self.failed += row.get("error") not in (None, "")
        evaluation = section(row, "evaluation")
        key = item_key(name(row.get("sample_id")), name(row.get("sample_hash")))
        value, correct = score(evaluation.get("score")), evaluation.get("is_correct")
        if value is None:
            self.unscored += 1
        else:
            self.total += value
            self.scores.add(key, value)
        self.partly += correct is True and value not in (None, 1.0)
        if isinstance(correct, bool):
            self.right += correct
            self.correct.add(key, float(correct))

    @property
    def mean(self) -> float | None:
        """The mean of the scores; None where a row has none."""
        return self.total / self.rows if self.rows and not self.unscored else None


class Companion(NamedTuple):
    """The rows of a file, by the result they belong to, and what names their run."""

    tallies: dict[str, Tally]
    evaluations: frozenset[str]
    models: frozenset[str]
    rows: int
    version: str | None


def is_row(row: Any) -> bool:
    """Whether a JSON value is a row of such a file."""
    return isinstance(row, dict) and row.keys() >= _ROW and isinstance(row["evaluation"], dict)


def result_key(node: dict[str, Any]) -> str:
    """What ties a row to a result: the result's id, else the evaluation's name."""
    return name(node.get("evaluation_result_id")) or name(node.get("evaluation_name")) or "?"


def companion(source: Source) -> Companion:
    """All rows, in constant memory; raises CollectorError for a row that is none."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    evaluations: set[str] = set()
    models: set[str] = set()
    rows, version = 0, None
    for number, row in source.rows():
        if not is_row(row):
            fix = "write the file again; it may have been cut off"
            raise CollectorError("is not a row of samples of Every Eval Ever", fix=fix, line=number)
        rows += 1
        version = version or name(row.get("schema_version"), 20)
        # A file is about one run; more names than a few are kept only to say that there are several.
        if len(evaluations) < 3:
            evaluations.add(name(row.get("evaluation_id")) or "?")
        if len(models) < 3:
            models.add(name(row.get("model_id")) or "?")
        tallies[result_key(row)].add(row)
    return Companion(dict(tallies), frozenset(evaluations), frozenset(models), rows, version)


def digest(source: Source, algorithm: str) -> str:
    """The checksum of a file, in the algorithm the record names: sha256 or md5."""
    made = hashlib.new(algorithm, usedforsecurity=False)
    with source.stream() as stream:
        while piece := stream.read(_PIECE):
            made.update(piece)
    return made.hexdigest()


def reading(source: Source, collector: str, version: str) -> Reading:
    """The samples alone: how many were answered correctly, and the score of each; of which metric is not told."""
    found = companion(source)
    model = next(iter(found.models)) if len(found.models) == 1 else None
    said = ["metric-unknown: rows of samples do not say which metric their score is; the record beside them does"]
    if len(found.models) > 1 or len(found.evaluations) > 1:
        said.append("several-runs: the rows are of several runs or models, and are counted together")
    return Reading(
        format=collector,
        format_version=f"{found.version or 'unknown'}-samples",
        collector=collector,
        collector_version=version,
        tool=ToolRef(name="Every Eval Ever"),
        model=ModelRef(id=model) if model and model != "?" else None,
        status="unknown",
        measurements=tuple(one for key, tally in sorted(found.tallies.items()) for one in _counts(key, tally)),
        samples=tuple(one for key, tally in sorted(found.tallies.items()) for one in _scores(key, tally)),
        warnings=tuple(said),
    )


def _measure(key: str, word: str) -> str:
    return name(f"every-eval-ever/{key}/{word}") or "every-eval-ever"


def doubts(tally: Tally) -> tuple[str, ...]:
    """What is wrong with rows that count all the same."""
    said = []
    if tally.failed:
        said.append(f"rows-with-errors: {tally.failed} rows tell of an error, and count with the score they have")
    if tally.unscored:
        said.append(f"unscored-items: {tally.unscored} rows have no score")
    return (*said, *tally.scores.note())


def _counts(key: str, tally: Tally) -> Iterator[Measurement]:
    n = tally.correct.kept.rows
    known = bool(n) and not tally.partly
    said = [] if n else ["nothing-to-count: no row says whether it is correct"]
    if tally.partly:
        # The converter of Inspect logs in 0.3.0 calls every score above 0 correct.
        what = f"{tally.partly} rows are called correct and have another score than 1"
        said.append(
            f"correct-unclear: {what}, so what counts as correct is not known; read the record with its samples"
        )
    yield Measurement(
        measure=_measure(key, "correct"),
        value=tally.right / n if known else None,
        unit="proportion",
        higher_is_better=True,
        n=n,
        n_basis="items",
        successes=tally.right if known else None,
        clusters=tally.correct.clusters,
        unscored=tally.rows - n,
        warnings=(*doubts(tally), *said),
    )


def _scores(key: str, tally: Tally) -> Iterator[SampleScores]:
    for word, kept in (("correct", tally.correct), ("score", tally.scores)):
        found = kept.samples(_measure(key, word), {})
        if found is not None and not (word == "correct" and tally.partly):
            yield found


def matching(measured: Measurement, key: str, found: Companion) -> tuple[Measurement, SampleScores | None]:
    """A result with the rows that belong to it: their number becomes n where their mean is the result's value."""
    tally = found.tallies.get(key)
    if tally is None or measured.value is None:
        return measured, None
    warnings = [*measured.warnings, *doubts(tally)]
    if tally.mean is None or abs(tally.mean - measured.value) > 1e-6 * max(1.0, abs(measured.value)):
        shown = "no number" if tally.mean is None else f"{tally.mean:g}"
        warnings.append(f"samples-differ: the mean of {tally.rows} rows is {shown}, so they are not used")
        return measured.model_copy(update={"warnings": tuple(warnings)}), None
    update: dict[str, Any] = {"clusters": tally.scores.clusters}
    if measured.n is None or measured.n == tally.rows:
        warnings = [one for one in warnings if not one.startswith("no-count:")]
        update |= {"n": tally.rows, "n_basis": "items"}
    elif measured.n != tally.scores.clusters:
        warnings.append(f"count-conflict: the record says {measured.n} samples, and there are {tally.rows} rows")
    samples = tally.scores.samples(measured.measure, measured.conditions)
    return measured.model_copy(update={**update, "warnings": tuple(warnings)}), samples


def same_run(record: dict[str, Any], found: Companion) -> bool:
    """Whether rows name the run and the model of a record."""
    model = name(fields(record.get("model_info")).get("id"))
    return found.evaluations == {name(record.get("evaluation_id")) or "?"} and found.models == {model or "?"}
