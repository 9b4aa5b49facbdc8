"""What the metrics of Evidently since 0.7 measure: names, units, directions, and how many rows they rest on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors import evidently_drift as drift
from govkit.collectors.evidently_entries import Entry
from govkit.collectors.values import count, fields, name, number, whole_successes
from govkit.files import finite
from govkit.model.control import Unit
from govkit.model.evidence import Measurement, NBasis


class Kind(NamedTuple):
    """The name a metric gets, its unit, and its direction where Evidently itself tests it in one."""

    word: str
    unit: Unit | None = None
    better: bool | None = None


KINDS: dict[str, Kind] = {
    "Accuracy": Kind("classification/accuracy", "proportion", True),
    "Precision": Kind("classification/precision", "proportion", True),
    "Recall": Kind("classification/recall", "proportion", True),
    "F1Score": Kind("classification/f1", "proportion", True),
    "RocAuc": Kind("classification/roc-auc", "proportion", True),
    "TPR": Kind("classification/tpr", "proportion", True),
    "TNR": Kind("classification/tnr", "proportion", True),
    "FPR": Kind("classification/fpr", "proportion", False),
    "FNR": Kind("classification/fnr", "proportion", False),
    "LogLoss": Kind("classification/log-loss", None, False),
    "PrecisionByLabel": Kind("classification/precision", "proportion", True),
    "RecallByLabel": Kind("classification/recall", "proportion", True),
    "F1ByLabel": Kind("classification/f1", "proportion", True),
    "RocAucByLabel": Kind("classification/roc-auc", "proportion", True),
    "MeanError": Kind("regression/mean-error"),
    "MAE": Kind("regression/mae", None, False),
    "RMSE": Kind("regression/rmse", None, False),
    "MAPE": Kind("regression/mape", "percent", False),
    "R2Score": Kind("regression/r2", None, True),
    "AbsMaxError": Kind("regression/largest-error"),
    "RowCount": Kind("data/rows", "count"),
    "ColumnCount": Kind("data/columns", "count"),
    "DuplicatedRowCount": Kind("data/duplicated-rows", "count", False),
    "DuplicatedColumnsCount": Kind("data/duplicated-columns", "count", False),
    "AlmostDuplicatedColumnsCount": Kind("data/almost-duplicated-columns", "count", False),
    "AlmostConstantColumnsCount": Kind("data/almost-constant-columns", "count", False),
    "EmptyRowsCount": Kind("data/empty-rows", "count", False),
    "EmptyColumnsCount": Kind("data/empty-columns", "count", False),
    "ConstantColumnsCount": Kind("data/constant-columns", "count", False),
    "MissingValueCount": Kind("data/missing-values", "proportion", False),
    "DatasetMissingValueCount": Kind("data/missing-values-per-row", None, False),
    "CategoryCount": Kind("data/category", "proportion"),
    "InRangeValueCount": Kind("data/in-range", "proportion"),
    "OutRangeValueCount": Kind("data/out-of-range", "proportion"),
    "InListValueCount": Kind("data/in-list", "proportion"),
    "OutListValueCount": Kind("data/out-of-list", "proportion"),
    "MinValue": Kind("data/min"),
    "MaxValue": Kind("data/max"),
    "MeanValue": Kind("data/mean"),
    "MedianValue": Kind("data/median"),
    "StdValue": Kind("data/deviation"),
    "SumValue": Kind("data/sum"),
    "QuantileValue": Kind("data/quantile"),
}
"""Source: evidently/metrics/*.py, read at 0.7.23; directions are those of the tests a metric brings along."""

_CONDITIONS = (
    "column", "column_type", "group", "method", "threshold", "quantile", "left", "right", "category", "categories",
    "values", "probas_threshold", "classification_name", "regression_name", "drift_share", "zero_handling",
    "embeddings_name", "k",
)  # fmt: skip
CONDITIONAL = frozenset(f"classification/{rate}" for rate in ("precision", "recall", "tpr", "tnr", "fpr", "fnr"))
"""Rates that divide by a part of the rows; how many those are is not in the file, so no n is given."""

_LABELLED = frozenset({"PrecisionByLabel", "RecallByLabel", "F1ByLabel", "RocAucByLabel"})
_DEFAULT = frozenset({"classification_name", "regression_name"})


class Rows(NamedTuple):
    """How many rows there are, and how many of a column are empty, as far as the file says."""

    total: int | None
    empty: dict[str, int]

    def of(self, entry: Entry) -> int | None:
        """Rows behind a metric: those of the data without the empty ones of its column; None of a part of the data."""
        if self.total is None or "group" in entry.params:
            return None
        return max(0, self.total - self.empty.get(str(entry.params.get("column")), 0))


def rows(entries: list[Entry]) -> Rows:
    """Counts of rows, from the metrics that count them."""
    totals = {count(one.value) for one in entries if one.kind == "RowCount" and "group" not in one.params}
    empty: dict[str, int] = {}
    for one in entries:
        lost = count(fields(one.value).get("count"))
        if one.kind == "MissingValueCount" and "group" not in one.params and lost is not None:
            empty[str(one.params.get("column"))] = lost
    return Rows(totals.pop() if len(totals) == 1 else None, empty)


def conditions(params: dict[str, Any]) -> dict[str, str]:
    """The parameters that say what a value is about."""
    told: dict[str, str] = {}
    for key in _CONDITIONS:
        raw = params.get(key)
        text = ", ".join(filter(None, map(name, raw))) if isinstance(raw, list) else name(raw)
        if text and not (key in _DEFAULT and text == "default"):
            told[key] = name(text) or text
    return told


def measurements(entry: Entry, known: Rows) -> Iterator[Measurement]:
    """The values of one metric; none for tables, which are not read."""
    told = conditions(entry.params)
    if entry.kind in ("ValueDrift", "EmbeddingsDrift"):
        yield _with_rows(
            drift.score(entry.value, name(entry.params.get("method"), 100), told, entry.at()), known.of(entry)
        )
    elif entry.kind == "DriftedColumnsCount":
        node = fields(entry.value)
        yield drift.columns(node.get("count"), node.get("share"), None, told, entry.at("share"))
    elif entry.kind == "UniqueValueCount":
        counted = [finite(raw) for raw in fields(fields(entry.value).get("counts")).values()]
        present = sum(one is not None and one > 0 for one in counted)
        # One count that is no number, and nobody knows how many values there are.
        yield _plain(
            "data/distinct-values", None if None in counted else present, told, entry.at("counts"), unit="count"
        )
    elif not isinstance(entry.value, dict):
        yield from _single(entry, told, known)
    elif "count" in entry.value and "share" in entry.value:
        yield _counted(entry, told, known)
    elif "mean" in entry.value and "std" in entry.value:
        yield from _mean(entry, told, known)
    elif entry.kind in _LABELLED:
        kind = KINDS[entry.kind]
        for label, raw in entry.value.items():
            by = {**told, "label": name(label, 100) or "?"}
            yield _plain(kind.word, raw, by, entry.at(label), unit=kind.unit, better=kind.better)


def _kind(entry: Entry) -> Kind:
    return KINDS.get(entry.kind) or Kind(f"other/{name(entry.kind, 100)}")


def _plain(
    word: str, raw: Any, told: dict[str, str], place: str, *, unit: Unit | None = None, better: bool | None = None
) -> Measurement:
    value, doubts = number(raw)
    if unit == "proportion" and value is not None and not 0 <= value <= 1:
        value, doubts = None, (*doubts, f"bad-value: {value:g} is no proportion")
    return Measurement(
        measure=f"evidently/{word}",
        value=value,
        unit=unit,
        higher_is_better=better,
        conditions=told,
        place=place,
        warnings=doubts,
    )


def _with_rows(one: Measurement, n: int | None) -> Measurement:
    return one.model_copy(update={"n": n, "n_basis": basis(one.measure) if n is not None else None})


def basis(measure: str) -> NBasis:
    """What the rows are: all there are, when the data itself is looked at; else a sample that a model was tried on."""
    return "records" if measure.startswith("evidently/data/") else "items"


def _single(entry: Entry, told: dict[str, str], known: Rows) -> Iterator[Measurement]:
    kind = _kind(entry)
    one = _plain(kind.word, entry.value, told, entry.at(), unit=kind.unit, better=kind.better)
    if kind.word.startswith("other/"):
        one = one.model_copy(update={"warnings": (*one.warnings, f"unknown-metric: {entry.kind[:60]} is not known")})
    if kind.unit == "count":
        yield one
        return
    one = _with_rows(one, None if kind.word in CONDITIONAL else known.of(entry))
    if entry.kind == "Accuracy":
        one = accuracy(one)
    quantile = finite(entry.params.get("quantile"))
    if entry.kind in ("QuantileValue", "MedianValue"):
        level = 0.5 if entry.kind == "MedianValue" else quantile
        one = one.model_copy(update={"quantile": level if level is not None and 0 < level < 1 else None})
    yield one


def accuracy(one: Measurement) -> Measurement:
    """The accuracy as k of n rows; without n where that is no whole number, as when rows have no target."""
    k = whole_successes(one.value, one.n)
    if k is not None or one.n is None or one.value is None:
        return one.model_copy(update={"successes": k})
    said = f"count-conflict: {one.value:g} of {one.n} rows is no whole number, so the value rests on other rows"
    return one.model_copy(update={"n": None, "n_basis": None, "warnings": (*one.warnings, said)})


def _counted(entry: Entry, told: dict[str, str], known: Rows) -> Measurement:
    """A share, of the rows that its count and it imply."""
    kind, k = _kind(entry), count(entry.value["count"])
    one = _plain(kind.word, entry.value["share"], told, entry.at("share"), unit=kind.unit, better=kind.better)
    if entry.kind == "DatasetMissingValueCount":
        said = "not-a-share: Evidently divides the empty cells of all columns by the number of rows"
        return _with_rows(one.model_copy(update={"warnings": (*one.warnings, said)}), known.of(entry))
    n: int | None = None
    if k and one.value:
        n = round(k / one.value)
    elif k == 0 and one.value == 0:
        n = known.total if entry.kind == "MissingValueCount" and "group" not in entry.params else known.of(entry)
    if k is None or not n or one.value is None:
        return one
    if abs(k / n - one.value) > 1e-9:
        said = f"count-conflict: {k} is no whole number's share of {one.value:g}"
        return one.model_copy(update={"warnings": (*one.warnings, said)})
    return _with_rows(one, n).model_copy(update={"successes": k if kind.unit == "proportion" else None})


def _mean(entry: Entry, told: dict[str, str], known: Rows) -> Iterator[Measurement]:
    kind = _kind(entry)
    one = _plain(kind.word, entry.value["mean"], told, entry.at("mean"), unit=kind.unit, better=kind.better)
    yield with_doubts_on_mape(_with_rows(one, known.of(entry)))
    spread_unit: Unit | None = "ratio" if entry.kind == "MAPE" else kind.unit
    spread = _plain(f"{kind.word}-deviation", entry.value["std"], told, entry.at("std"), unit=spread_unit)
    yield with_doubts_on_mape(spread)


def with_doubts_on_mape(one: Measurement) -> Measurement:
    """The value as it is, where it is no error in percent.

    Source: evidently/legacy/calculations/regression_performance.py at 0.7.23, alike at 0.4.40 and 0.6.7: the mean is
    multiplied by 100 and the deviation is not; a target below zero is replaced by the smallest number above it.
    """
    said = {
        "evidently/regression/mape": "near-zero: targets near or below zero make this error huge; the file "
        "does not say how many there were",
        "evidently/regression/mape-deviation": "not-percent: Evidently gives the mean of this error in percent, "
        "and its deviation as a fraction",
    }.get(one.measure)
    return one if said is None else one.model_copy(update={"warnings": (*one.warnings, said)})
