"""Metrics of reports of Evidently up to 0.6, and of what 0.7 keeps as `evidently.legacy`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from govkit.collectors import evidently_drift as drift
from govkit.collectors.evidently_metrics import CONDITIONAL, accuracy, basis, with_doubts_on_mape
from govkit.collectors.values import count, fields, listing, name, number, pointer, section
from govkit.files import finite
from govkit.model.control import Unit
from govkit.model.evidence import Measurement


class Result(NamedTuple):
    """What a metric came to, where it stands, and how many rows the data has."""

    node: dict[str, Any]
    place: str
    rows: int | None


class Field(NamedTuple):
    """A field of a result, under the name its value gets."""

    key: str
    word: str
    unit: Unit | None = None
    better: bool | None = None


_QUALITY = (
    Field("accuracy", "classification/accuracy", "proportion", True),
    Field("precision", "classification/precision", "proportion", True),
    Field("recall", "classification/recall", "proportion", True),
    Field("f1", "classification/f1", "proportion", True),
    Field("roc_auc", "classification/roc-auc", "proportion", True),
    Field("log_loss", "classification/log-loss", None, False),
    Field("tpr", "classification/tpr", "proportion", True),
    Field("tnr", "classification/tnr", "proportion", True),
    Field("fpr", "classification/fpr", "proportion", False),
    Field("fnr", "classification/fnr", "proportion", False),
)
_REGRESSION = (
    Field("mean_error", "regression/mean-error"),
    Field("error_std", "regression/mean-error-deviation"),
    Field("mean_abs_error", "regression/mae", None, False),
    Field("abs_error_std", "regression/mae-deviation"),
    Field("mean_abs_perc_error", "regression/mape", "percent", False),
    Field("abs_perc_error_std", "regression/mape-deviation", "ratio"),
    Field("rmse", "regression/rmse", None, False),
    Field("r2_score", "regression/r2", None, True),
    Field("abs_error_max", "regression/largest-error"),
)
_SUMMARY = (
    Field("number_of_rows", "data/rows", "count"),
    Field("number_of_columns", "data/columns", "count"),
    Field("number_of_missing_values", "data/missing-cells", "count", False),
    Field("number_of_duplicated_rows", "data/duplicated-rows", "count", False),
    Field("number_of_duplicated_columns", "data/duplicated-columns", "count", False),
    Field("number_of_empty_rows", "data/empty-rows", "count", False),
    Field("number_of_empty_columns", "data/empty-columns", "count", False),
    Field("number_of_constant_columns", "data/constant-columns", "count", False),
)
_MISSING = (
    Field("share_of_missing_values", "data/missing-cells-share", "proportion", False),
    Field("share_of_rows_with_missing_values", "data/rows-with-missing-values", "proportion", False),
)
"""Names as for the same figures since 0.7. Source: results of 0.4.40 and of `evidently.legacy` in 0.7.23."""

METRICS = frozenset(
    {
        "DatasetDriftMetric", "DataDriftTable", "ColumnDriftMetric", "EmbeddingsDriftMetric",
        "ClassificationQualityMetric", "ClassificationQualityByClass", "ClassificationConfusionMatrix",
        "RegressionQualityMetric", "DatasetSummaryMetric", "DatasetMissingValuesMetric",
        "ColumnSummaryMetric", "ColumnMissingValuesMetric", "ClassificationClassBalance", "TextDescriptorsDriftMetric",
        "ColumnQuantileMetric", "ColumnValueRangeMetric", "ColumnValueListMetric",
    }
)  # fmt: skip
"""Names by which a report without a version is known. Source: evidently/metrics at 0.4.40."""


def measurements(document: dict[str, Any]) -> Iterator[Measurement]:
    """Every value of every metric that is understood, each share of drifted columns once."""
    rows, whole = _rows(document), False
    for index, raw in enumerate(document["metrics"]):
        kind, result, place = raw["metric"], fields(raw["result"]), pointer("metrics", index, "result")
        if kind in ("DatasetDriftMetric", "DataDriftTable") and "share_of_drifted_columns" in result and not whole:
            whole = True
            yield _drifted(result, place)
        read = _READERS.get(kind)
        if read is not None:
            yield from read(Result(result, place, rows))


def unread(document: dict[str, Any]) -> list[str]:
    """Metrics with a result that is not read."""
    kinds = {raw["metric"] for raw in document["metrics"] if fields(raw["result"])}
    return sorted(name(kind, 60) or "?" for kind in kinds if kind not in _READERS and kind != "DatasetDriftMetric")


def _rows(document: dict[str, Any]) -> int | None:
    """Rows of the data: those the confusion matrix holds, else what a summary of the data counts."""
    found: dict[str, int | None] = {}
    for raw in document["metrics"]:
        result = fields(raw["result"])
        found[raw["metric"]] = count(section(result, "current").get("number_of_rows"))
        if raw["metric"] == "ClassificationConfusionMatrix":
            lines = [
                line if isinstance(line, list) else [None]
                for line in listing(section(result, "current_matrix"), "values")
            ]
            cells = [count(cell) for line in lines for cell in line]
            found["matrix"] = sum(k for k in cells if k is not None) if cells and None not in cells else None
    keys = ("matrix", "DatasetSummaryMetric", "DatasetMissingValuesMetric")
    return next((n for key in keys if (n := found.get(key)) is not None), None)


def _drifted(result: dict[str, Any], place: str) -> Measurement:
    limit = name(result.get("drift_share"))
    return drift.columns(
        result.get("number_of_drifted_columns"),
        result.get("share_of_drifted_columns"),
        result.get("number_of_columns"),
        {"drift_share": limit} if limit else {},
        f"{place}/share_of_drifted_columns",
    )


def _made(field: Field, raw: Any, place: str, rows: int | None, told: dict[str, str] | None = None) -> Measurement:
    value, doubts = number(raw, field.key)
    if field.unit == "proportion" and value is not None and not 0 <= value <= 1:
        value, doubts = None, (*doubts, f"bad-value: {value:g} is no proportion")
    n = rows if field.unit != "count" and (told or field.word not in CONDITIONAL) else None
    return Measurement(
        measure=f"evidently/{field.word}",
        value=value,
        unit=field.unit,
        higher_is_better=field.better,
        n=n,
        n_basis=basis(f"evidently/{field.word}") if n is not None else None,
        conditions=told or {},
        place=place,
        warnings=doubts,
    )


def _fields(read: tuple[Field, ...]) -> Callable[[Result], Iterator[Measurement]]:
    def reader(result: Result) -> Iterator[Measurement]:
        current = section(result.node, "current")
        for field in read:
            if current.get(field.key) is not None:
                one = _made(field, current[field.key], f"{result.place}/current/{field.key}", result.rows)
                yield accuracy(one) if field.key == "accuracy" else one

    return reader


def _missing(result: Result) -> Iterator[Measurement]:
    """Shares of empty cells and of rows that have one."""
    current = section(result.node, "current")
    for one in _fields(_MISSING)(result._replace(rows=count(current.get("number_of_rows")))):
        cells = one.measure.endswith("cells-share")
        yield one.model_copy(update={"n": None, "n_basis": None}) if cells else one


def _by_class(result: Result) -> Iterator[Measurement]:
    metrics = section(section(result.node, "current"), "metrics")
    for label, values in metrics.items():
        for field in _QUALITY:
            if fields(values).get(field.key) is not None:
                # The support of a class is what its recall divides by; what the others divide by is not told.
                n = count(fields(values).get("support")) if field.key == "recall" else None
                where = result.place + pointer("current", "metrics", label, field.key)
                yield _made(field, values[field.key], where, n, {"label": name(label, 100) or "?"})


def _table(result: Result) -> Iterator[Measurement]:
    for column, about in section(result.node, "drift_by_columns").items():
        yield from drift.stated(
            {"column_name": column, **fields(about)}, result.place + pointer("drift_by_columns", column)
        )


def _column(result: Result) -> Iterator[Measurement]:
    if "drift_score" in result.node:
        yield from drift.stated(result.node, result.place)


def _column_share(share: Field, k_key: str, n_key: str, *told: str) -> Callable[[Result], Iterator[Measurement]]:
    """Reads the share of the rows of one column, with its count; `told` names what else the share is about."""

    def reader(result: Result) -> Iterator[Measurement]:
        current = section(result.node, "current")
        if share.key not in current:
            return
        conditions = {"column": result.node.get("column_name")} | {key: result.node.get(key) for key in told}
        one = _made(share, current[share.key], f"{result.place}/current/{share.key}", None, _texts(conditions))
        n, k = count(current.get(n_key)), count(current.get(k_key))
        if one.value is not None and n and k is not None and abs(k / n - one.value) < 1e-9:
            yield one.model_copy(update={"n": n, "n_basis": "records", "successes": k})
        else:
            said = f"count-conflict: the file does not give {share.key} as a share of {n_key}"
            yield one.model_copy(update={"warnings": (*one.warnings, said)})

    return reader


def _texts(told: dict[str, Any]) -> dict[str, str]:
    """Conditions as texts; whole numbers without a decimal point, as Evidently since 0.7 writes them."""

    def line(raw: Any) -> str | None:
        if isinstance(raw, list):
            return name(", ".join(filter(None, map(line, raw))))
        return name(int(raw) if isinstance(raw, float) and raw.is_integer() else raw)

    return {key: text for key, raw in told.items() if (text := line(raw)) is not None}


def _quantile(result: Result) -> Iterator[Measurement]:
    current, level = section(result.node, "current"), finite(result.node.get("quantile"))
    if "value" in current:
        told = _texts({"column": result.node.get("column_name"), "quantile": level})
        one = _made(Field("value", "data/quantile"), current["value"], f"{result.place}/current/value", None, told)
        yield one.model_copy(update={"quantile": level if level is not None and 0 < level < 1 else None})


def _regression(result: Result) -> Iterator[Measurement]:
    for one in _fields(_REGRESSION)(result):
        yield with_doubts_on_mape(one)


def _embeddings(result: Result) -> Iterator[Measurement]:
    node = result.node
    if "drift_score" in node:
        about = {**node, "column_name": node.get("embeddings_name"), "stattest_name": node.get("method_name")}
        yield from drift.stated(about, result.place)


_READERS: dict[str, Callable[[Result], Iterator[Measurement]]] = {
    "DataDriftTable": _table,
    "ColumnDriftMetric": _column,
    "EmbeddingsDriftMetric": _embeddings,
    "ClassificationQualityMetric": _fields(_QUALITY),
    "ClassificationQualityByClass": _by_class,
    "RegressionQualityMetric": _regression,
    "DatasetSummaryMetric": _fields(_SUMMARY),
    "DatasetMissingValuesMetric": _missing,
    "ColumnMissingValuesMetric": _column_share(
        Field("share_of_missing_values", "data/missing-values", "proportion", False),
        "number_of_missing_values",
        "number_of_rows",
    ),
    "ColumnValueRangeMetric": _column_share(
        Field("share_in_range", "data/in-range", "proportion"), "number_in_range", "number_of_values", "left", "right"
    ),
    "ColumnValueListMetric": _column_share(
        Field("share_in_list", "data/in-list", "proportion"), "number_in_list", "rows_count", "values"
    ),
    "ColumnQuantileMetric": _quantile,
}
