"""The helper that writes a MetricFrame: no count, no file; a share that cannot be one is refused."""

from __future__ import annotations

import ast
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import govkit.metric_frame
from govkit.collectors import registry
from govkit.metric_frame import dump_metric_frame
from govkit.model.evidence import Reading
from tests.collectors.given import tokens

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)


class Frame:
    """What a MetricFrame shows of itself. Tables are dicts: of them, and of pandas', only `items` is used."""

    sensitive_levels = ("sex",)
    control_levels: tuple[str, ...] | None = None
    ci_quantiles: list[float] | None = None

    def __init__(self, **changes: Any) -> None:
        self.overall: Any = {"accuracy": 0.75, "count": 8.0}
        self.by_group: Any = {"accuracy": {"F": 0.5, "M": 1.0}, "count": {"F": 4.0, "M": 4.0}}
        self.__dict__.update(changes)

    def difference(self, method: str, errors: str) -> Any:
        assert errors == "coerce"
        return {"accuracy": 0.5 if method == "between_groups" else 0.25, "count": 0.0}

    def ratio(self, method: str, errors: str) -> Any:
        return {"accuracy": 0.5, "count": 1.0}


def written(folder: Path, frame: Any, **options: Any) -> dict[str, Any]:
    path = folder / "frame.json"
    dump_metric_frame(frame, path, **{"counts": "count", **options})
    document: dict[str, Any] = json.loads(path.read_text())
    return document


def read(folder: Path, frame: Any, **options: Any) -> Reading:
    written(folder, frame, **options)
    return registry.read(folder / "frame.json", "frame.json")


def test_values_come_with_the_size_of_their_group(tmp_path: Path) -> None:
    reading = read(tmp_path, Frame(), proportions=["accuracy"], higher_is_better={"accuracy": True}, at=AT, model="m")
    found = [(one.conditions, one.value, one.successes, one.n) for one in reading.measurements if one.n is not None]
    assert found == [({}, 0.75, 6, 8), ({"sex": "F"}, 0.5, 2, 4), ({"sex": "M"}, 1.0, 4, 4)]
    assert {one.unit for one in reading.measurements} == {"proportion", "ratio"}
    assert reading.at == AT
    assert reading.model is not None
    assert reading.model.id == "m"


def test_spreads_are_fairlearns_own_and_smaller_is_more_equal(tmp_path: Path) -> None:
    spreads = [one for one in read(tmp_path, Frame()).measurements if one.n is None]
    assert [(one.measure, one.conditions["method"], one.value, one.higher_is_better) for one in spreads] == [
        ("fairlearn/accuracy/difference", "between_groups", 0.5, False),
        ("fairlearn/accuracy/difference", "to_overall", 0.25, False),
        ("fairlearn/accuracy/ratio", "between_groups", 0.5, True),
    ]


def test_a_frame_without_counts_is_refused(tmp_path: Path) -> None:
    bare = Frame(overall={"accuracy": 0.75}, by_group={"accuracy": {"F": 0.5, "M": 1.0}})
    with pytest.raises(ValueError, match="'count' is not a metric of the frame"):
        written(tmp_path, bare)
    with pytest.raises(ValueError, match="one metric only"):
        written(tmp_path, Frame(overall=0.75, by_group={"F": 0.5, "M": 1.0}))
    with pytest.raises(ValueError, match="which metric counts the items behind 'accuracy'"):
        written(tmp_path, Frame(), counts={"other": "count"})
    assert not (tmp_path / "frame.json").exists()


def test_a_rate_over_fewer_items_than_its_group_needs_its_own_count(tmp_path: Path) -> None:
    rates = {"accuracy": {"F": 0.5, "M": 1.0}, "recall": {"F": 1 / 3, "M": 1.0}}
    counts = {"count": {"F": 4, "M": 4}, "positives": {"F": 3, "M": 2}}
    frame = Frame(
        overall={"accuracy": 0.75, "recall": 0.6, "count": 8, "positives": 5},
        by_group={**rates, **counts},
    )
    frame.difference = frame.ratio = lambda **_: {"accuracy": 0.5, "recall": 0.5}  # type: ignore[method-assign]  # plain values suffice
    with pytest.raises(ValueError, match="no whole number out of"):
        written(tmp_path, frame, proportions=["recall"])
    each = {"accuracy": "count", "recall": "positives"}
    reading = read(tmp_path, frame, counts=each, proportions=["recall"])
    found = [(one.successes, one.n) for one in reading.measurements if one.measure == "fairlearn/recall"]
    assert found == [(3, 5), (1, 3), (2, 2)]
    assert {
        one.measure for one in reading.measurements if "count" in one.measure or "positives" in one.measure
    } == set()


def test_control_features_are_conditions_too(tmp_path: Path) -> None:
    frame = Frame(
        sensitive_levels=["sex", "age"],
        control_levels=["region"],
        overall={"accuracy": {"north": 0.5}, "count": {"north": 4}},
        by_group={
            "accuracy": {("north", "F", "old"): 0.5, ("north", "M", "old"): float("nan")},
            "count": {("north", "F", "old"): 4, ("north", "M", "old"): float("nan")},
        },
    )
    frame.difference = frame.ratio = lambda **_: {"accuracy": {"north": 0.0}}  # type: ignore[method-assign]  # see above
    reading = read(tmp_path, frame)
    assert [one.conditions for one in reading.measurements if one.n is not None] == [
        {"region": "north"},
        {"region": "north", "sex": "F", "age": "old"},
    ]
    assert tokens(reading.warnings) == {"empty-groups"}
    assert reading.measurements[-1].conditions == {"region": "north", "method": "between_groups"}


def test_bootstrap_intervals_keep_their_level(tmp_path: Path) -> None:
    low = Frame(
        overall={"accuracy": 0.6, "count": 8}, by_group={"accuracy": {"F": 0.25, "M": 1.0}, "count": {"F": 4, "M": 4}}
    )
    high = Frame(
        overall={"accuracy": 0.9, "count": 8}, by_group={"accuracy": {"F": 0.75, "M": 1.0}, "count": {"F": 4, "M": 4}}
    )
    frame = Frame(
        ci_quantiles=[0.05, 0.5, 0.95],
        overall_ci=[low.overall, {}, high.overall],
        by_group_ci=[low.by_group, {}, high.by_group],
    )
    found = [one for one in read(tmp_path, frame).measurements if one.n is not None]
    assert found[0].interval is not None
    assert (found[0].interval.low, found[0].interval.high, found[0].interval.level) == (0.6, 0.9, 0.9)
    assert found[0].interval.method == "bootstrap"
    assert (found[2].interval, tokens(found[2].warnings)) == (None, {"zero-width"})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"overall": {"accuracy": float("inf"), "count": 8}}, "infinite"),
        ({"overall": {"accuracy": [[1, 2]], "count": 8}}, "not a number"),
        ({"overall": {"accuracy": 0.5, "count": 8.5}}, "not a count"),
        ({"by_group": {"count": {"F": 4}}}, "no metric besides its counts"),
    ],
)
def test_what_is_no_number_is_refused(changes: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=said):
        written(tmp_path, Frame(**changes))


def test_a_time_without_a_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="time zone"):
        written(tmp_path, Frame(), at=datetime(2026, 1, 1))


def test_the_helper_needs_nothing_but_the_standard_library() -> None:
    source = Path(govkit.metric_frame.__file__).read_text()
    imported = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in imported if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in imported if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= {*sys.stdlib_module_names, "__future__"}


def test_a_real_frame_of_fairlearn(tmp_path: Path) -> None:
    metrics = pytest.importorskip("fairlearn.metrics")
    pandas = pytest.importorskip("pandas")
    truth, guess = [1, 0, 1, 1, 0, 0, 1, 0], [1, 0, 0, 1, 0, 1, 1, 0]
    groups = pandas.DataFrame({"sex": list("FFFFMMMM"), "age": ["old", "young"] * 4})
    frame = metrics.MetricFrame(
        metrics={"selection_rate": metrics.selection_rate, "count": metrics.count},
        y_true=truth, y_pred=guess, sensitive_features=groups, n_boot=20, ci_quantiles=[0.1, 0.9], random_state=0,
    )  # fmt: skip
    reading = read(tmp_path, frame, proportions=["selection_rate"])
    found = [one for one in reading.measurements if one.measure == "fairlearn/selection_rate"]
    assert (found[0].successes, found[0].n) == (4, 8)
    assert {(one.conditions["sex"], one.conditions["age"]): (one.successes, one.n) for one in found[1:]} == {
        ("F", "old"): (1, 2), ("F", "young"): (1, 2), ("M", "old"): (1, 2), ("M", "young"): (1, 2),
    }  # fmt: skip
    assert reading.tool is not None
    assert reading.tool.name == "fairlearn"
    single = metrics.MetricFrame(metrics=metrics.selection_rate, y_true=truth, y_pred=guess, sensitive_features=groups)
    with pytest.raises(ValueError, match="one metric only"):
        written(tmp_path, single)


def test_groups_that_would_be_called_the_same_are_refused(tmp_path: Path) -> None:
    for twice in ({1: 0.5, "1": 1.0}, {"F": 0.5, "F ": 1.0}):
        groups = {"accuracy": twice, "count": dict.fromkeys(twice, 4.0)}
        with pytest.raises(ValueError, match="two groups are called"):
            written(tmp_path, Frame(by_group=groups))


def test_a_group_without_a_name_has_one_in_the_file(tmp_path: Path) -> None:
    reading = read(tmp_path, Frame(by_group={"accuracy": {"": 0.5, "M": 1.0}, "count": {"": 4.0, "M": 4.0}}))
    groups = [one.conditions["sex"] for one in reading.measurements if one.n is not None and one.conditions]
    assert groups == ["(blank)", "M"]


def test_the_outermost_quantiles_make_the_interval_in_any_order(tmp_path: Path) -> None:
    quantiles = [0.975, 0.5, 0.025]
    overall = [{"accuracy": value, "count": 8.0} for value in (0.9, 0.75, 0.6)]
    groups = [{"accuracy": {"F": value, "M": 1.0}, "count": {"F": 4.0, "M": 4.0}} for value in (0.8, 0.5, 0.3)]
    frame = Frame(ci_quantiles=quantiles, overall_ci=overall, by_group_ci=groups)
    interval = read(tmp_path, frame).measurements[0].interval
    assert interval is not None
    assert (interval.low, interval.high, interval.level) == (0.6, 0.9, 0.95)


@pytest.mark.parametrize(("grouped", "told"), [(4.0, False), (3.0, True)])
def test_items_that_are_in_no_group_are_told(grouped: float, told: bool, tmp_path: Path) -> None:
    groups = {"accuracy": {"F": 0.5, "M": 1.0}, "count": {"F": 4.0, "M": grouped}}
    assert ("items-without-group" in tokens(read(tmp_path, Frame(by_group=groups)).warnings)) is told


def test_a_difference_from_a_group_without_items_says_so(tmp_path: Path) -> None:
    groups = {"accuracy": {"F": 0.0, "M": 0.75}, "count": {"F": 0.0, "M": 8.0}}
    reading = read(tmp_path, Frame(by_group=groups))
    spreads = [one for one in reading.measurements if "method" in one.conditions]
    assert {"empty-group"} == {token for one in spreads for token in tokens(one.warnings)}
    assert "empty-groups" in tokens(reading.warnings)
    assert not any(one.warnings for one in read(tmp_path, Frame()).measurements)
