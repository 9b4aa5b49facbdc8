"""Write a Fairlearn MetricFrame to a file that govkit reads: values by group, with the number of items behind each.

For use where the model is evaluated. Imports nothing but the standard library, so the file may also be copied there.
Fairlearn itself writes no file, and a share by group means little without the size of the group.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

SCHEMA = "govkit.metric-frame/1"
BLANK = "(blank)"
"""What a group is called whose feature is an empty text: nothing else can be told from no name at all."""

SPREADS = (("difference", "between_groups"), ("difference", "to_overall"), ("ratio", "between_groups"))

Key = tuple[str, ...]
Table = dict[str, dict[Key, Any]]


def dump_metric_frame(
    frame: Any,
    path: str | Path,
    *,
    counts: str | Mapping[str, str],
    proportions: Collection[str] = (),
    units: Mapping[str, str] | None = None,
    higher_is_better: Mapping[str, bool] | None = None,
    dataset: str | Mapping[str, str] | None = None,
    model: str | Mapping[str, str] | None = None,
    at: datetime | None = None,
) -> None:
    """Write the values of a `fairlearn.metrics.MetricFrame` to `path` as JSON (`govkit.metric-frame/1`).

    `frame` was made with a dict of metrics, of which at least one counts items, for example `fairlearn.metrics.count`.
    `counts` names that metric; or, for each metric, the one that counts the items it is taken over: a true positive
    rate is taken over the positives of a group, not over the group. `proportions` names metrics that are k of n items,
    which gives them exact intervals; each is checked to be a whole number out of its count. `units` and
    `higher_is_better` say what the numbers mean, by metric. `at` is when the model was evaluated, with a time zone.

    Raises ValueError when counts are missing, a proportion is none, a value is no number, or `at` has no time zone.
    """
    if at is not None and at.utcoffset() is None:
        raise ValueError("at has no time zone: write datetime.now(timezone.utc)")
    whole = _Frame(frame, counts, frozenset(proportions))
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "tool": _tool(frame),
        "at": at.isoformat() if at else None,
        "dataset": {"id": dataset} if isinstance(dataset, str) else dict(dataset or {}) or None,
        "model": {"id": model} if isinstance(model, str) else dict(model or {}) or None,
        "sensitive_features": whole.sensitive,
        "control_features": whole.control,
        "metrics": [
            {
                "name": metric,
                "unit": "proportion" if metric in whole.proportions else (units or {}).get(metric),
                "higher_is_better": (higher_is_better or {}).get(metric),
                "count": whole.count_of(metric),
                "proportion": metric in whole.proportions,
                "overall": list(whole.overall(metric)),
                "by_group": list(whole.by_group(metric)),
                "spreads": list(whole.spreads(metric)),
            }
            for metric in whole.metrics
        ],
    }
    Path(path).write_text(json.dumps(told, indent=2, allow_nan=False) + "\n", encoding="utf-8")


class _Frame:
    """A MetricFrame as plain tables: metric to key to value, the key being levels of control and sensitive features."""

    def __init__(self, frame: Any, counts: str | Mapping[str, str], proportions: frozenset[str]) -> None:
        self.sensitive = [str(name) for name in frame.sensitive_levels]
        self.control = [str(name) for name in frame.control_levels or ()]
        self._counts, self.proportions, self._frame = counts, proportions, frame
        self._groups = _table(frame.by_group)
        self._whole = self._over_everybody(frame.overall)
        counting = {counts} if isinstance(counts, str) else set(counts.values())
        for name in sorted(counting | proportions):
            if name not in self._groups:
                raise ValueError(f"{name!r} is not a metric of the frame; it has {', '.join(self._groups)}")
        self.metrics = [name for name in self._groups if name not in counting]
        if not self.metrics:
            raise ValueError("the frame has no metric besides its counts")
        quantiles = [float(one) for one in getattr(frame, "ci_quantiles", None) or ()]
        self._ends = [quantiles.index(end(quantiles)) for end in (min, max)] if quantiles else []
        wide = len(set(self._ends)) > 1
        self._level = round(max(quantiles) - min(quantiles), 12) if wide else None
        self._bounds = self._interval_tables()
        for metric in proportions:
            self._checked(metric)

    def count_of(self, metric: str) -> str:
        """The metric that counts the items behind another."""
        if isinstance(self._counts, str):
            return self._counts
        if metric not in self._counts:
            raise ValueError(f"counts does not say which metric counts the items behind {metric!r}")
        return self._counts[metric]

    def overall(self, metric: str) -> Iterator[dict[str, Any]]:
        """The value over everybody, for each level of the control features."""
        for key in self._whole[metric]:
            yield self._entry(metric, key, self._whole, 0) | {"control": dict(zip(self.control, key, strict=True))}

    def by_group(self, metric: str) -> Iterator[dict[str, Any]]:
        """The value of every group, for each level of the control features."""
        split = len(self.control)
        for key in self._groups[metric]:
            yield self._entry(metric, key, self._groups, 1) | {
                "control": dict(zip(self.control, key[:split], strict=True)),
                "group": dict(zip(self.sensitive, key[split:], strict=True)),
            }

    def _entry(self, metric: str, key: Key, table: Table, which: int) -> dict[str, Any]:
        value = _number(table[metric][key], metric, key)
        count = _number(table[self.count_of(metric)][key], self.count_of(metric), key) or 0.0
        if count < 0 or count != int(count):
            raise ValueError(f"{self.count_of(metric)!r} of {key or 'everybody'} is {count}, not a count")
        return {"value": value, "n": int(count), "interval": self._interval(metric, key, which)}

    def _over_everybody(self, values: Any) -> Table:
        """A table with the levels of control features as keys; without such features, with the empty key."""
        if self.control:
            return _table(values)
        return {metric: {(): value} for metric, value in _plain(values).items()}

    def _interval_tables(self) -> tuple[list[Table], list[Table]] | None:
        """The outermost bootstrap quantiles, over everybody and by group; None when the frame has none."""
        if self._level is None:
            return None
        groups = [_table(self._frame.by_group_ci[index]) for index in self._ends]
        return [self._over_everybody(self._frame.overall_ci[index]) for index in self._ends], groups

    def _interval(self, metric: str, key: Key, which: int) -> dict[str, Any] | None:
        if self._bounds is None:
            return None
        low, high = (_number(table[metric].get(key), metric, key) for table in self._bounds[which])
        if low is None or high is None:
            return None
        return {"low": low, "high": high, "level": self._level, "method": "bootstrap"}

    def _checked(self, metric: str) -> None:
        for table in (self._whole, self._groups):
            for key, raw in table[metric].items():
                value = _number(raw, metric, key)
                n = _number(table[self.count_of(metric)][key], metric, key)
                if value is not None and n and abs(value * n - round(value * n)) > 1e-6 * n:
                    told = f"{metric!r} of {key or 'everybody'} is {value:.6g}, which is no whole number out of {n:.0f}"
                    raise ValueError(f"{told}: name in `counts` what counts the items it is taken over")

    def spreads(self, metric: str) -> Iterator[dict[str, Any]]:
        """Difference and ratio across groups as Fairlearn computes them."""
        for kind, method in SPREADS:
            found = getattr(self._frame, kind)(method=method, errors="coerce")
            for key, raw in self._over_everybody(found)[metric].items():
                control = dict(zip(self.control, key, strict=True))
                yield {"kind": kind, "method": method, "value": _number(raw, metric, key), "control": control}


def _plain(series: Any) -> dict[str, Any]:
    """Metric to value; ValueError for a frame of one metric, which has nowhere to keep a count."""
    if not hasattr(series, "items"):
        raise ValueError("the frame has one metric only: make it with a dict of metrics, one of which counts items")
    return {str(metric): value for metric, value in series.items()}


def _table(frame: Any) -> Table:
    """Metric to key to value of a table whose columns are metrics."""
    columns = _plain(frame)
    for column in columns.values():
        _plain(column)
    return {metric: _keyed(column) for metric, column in columns.items()}


def _keyed(column: Any) -> dict[Key, Any]:
    """Key to value; ValueError when two groups have the same name once they are written down, as 1 and "1" have."""
    found: dict[Key, Any] = {}
    for raw, value in column.items():
        key = tuple(_level(part) for part in raw) if isinstance(raw, tuple) else (_level(raw),)
        if key in found:
            raise ValueError(f"two groups are called {', '.join(key)!r}: give one of them another name")
        found[key] = value
    return found


def _level(raw: Any) -> str:
    return str(raw).strip() or BLANK


def _number(raw: Any, metric: str, key: Key) -> float | None:
    """The number; None where a group is empty and its value therefore is NaN."""
    if raw is None:
        return None
    try:
        value = float(raw)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{metric!r} of {key or 'everybody'} is not a number") from error
    if math.isinf(value):
        raise ValueError(f"{metric!r} of {key or 'everybody'} is infinite")
    return None if math.isnan(value) else value


def _tool(frame: Any) -> dict[str, str]:
    package = type(frame).__module__.partition(".")[0]
    try:
        return {"name": package, "version": metadata.version(package)}
    except metadata.PackageNotFoundError:
        return {"name": package}
