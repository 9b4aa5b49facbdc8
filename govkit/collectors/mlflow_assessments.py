"""What stands behind metrics of `mlflow.genai.evaluate`: one assessment per item and scorer, by code, people or models.

Source: mlflow/genai/scorers/aggregation.py and store/tracking/dbmodels/models.py, read at 3.17.2. Of `mlflow.evaluate`
no store keeps single scores.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from govkit.collectors.values import Warnings, item_key, name, score
from govkit.files import finite, parse_json

AGGREGATIONS = frozenset({"min", "max", "mean", "median", "variance", "p90"})
RUN_TYPE, IS_EVALUATION, ARTIFACTS = "mlflow.runType", "mlflow.run.isEval", "mlflow.loggedArtifacts"
_TABLE = "eval_results_table.json"
"""How a run shows that it was an evaluation: with `mlflow.genai.evaluate` by its type (3.17.2) or a tag (3.5.1), with
`mlflow.evaluate` by the table of its items. Source: runs of 2.10.2, 2.22.0, 3.5.1 and 3.17.2.
"""

_COMPUTED = frozenset({
    "ari_grade_level", "bleu", "exact_match", "flesch_kincaid_grade_level", "latency", "rouge1", "rouge2", "rougeL",
    "rougeLsum", "token_count",
})  # fmt: skip
"""Metrics of `mlflow.evaluate` that need no model. Source: mlflow/metrics/__init__.py, read at 2.22.0."""

_SHOWN = 250
"""MLflow cuts the shown input of an item here, so that longer ones cannot be told apart."""


class Assessment(NamedTuple):
    """One score of one item, or why there is none."""

    item: str
    """The trace that answered it."""
    scorer: str
    value: Any
    failed: bool
    """Whether the scorer crashed."""
    by_model: bool
    source: str | None


class Items(NamedTuple):
    """The items of one run."""

    traces: frozenset[str]
    failed: frozenset[str]
    """Those whose answer ended in an error."""
    inputs: dict[str, str]
    """Trace to the input as shown, where it is short enough to be whole."""


class Scored(NamedTuple):
    """What is known of the items behind one metric."""

    n: int | None = None
    successes: int | None = None
    errors: int | None = None
    unscored: int | None = None
    planned: int | None = None
    judge: str | None = None
    by_model: bool = False
    """A model gave scores, or nothing shows that none did."""
    scores: dict[str, float] = {}  # noqa: RUF012  (never changed)
    notes: Warnings = ()

    @property
    def binary(self) -> bool:
        """Whether every item is right or wrong."""
        return self.successes is not None


def scorer_of(key: str) -> tuple[str, str] | None:
    """Scorer and aggregation of a metric called `correctness/mean`; None for other names."""
    scorer, slash, aggregation = key.rpartition("/")
    return (scorer, aggregation) if slash and scorer and aggregation in AGGREGATIONS else None


def may_be_judged(key: str, tags: Mapping[str, str]) -> bool:
    """Whether a metric sums up scores of an evaluation whose judges the run itself does not name."""
    scorer, slash, _ = key.partition("/")
    if not slash:
        return False
    if tags.get(RUN_TYPE) == "genai_evaluate" or tags.get(IS_EVALUATION) == "true":
        return True
    return _TABLE in tags.get(ARTIFACTS, "") and scorer not in _COMPUTED


UNSEEN = Scored(
    by_model=True,
    notes=(
        "judge-unknown: the metric sums up scores of single items that this evidence does not hold, and a model may "
        "have given them",
    ),
)


def scored(key: str, value: Any, assessments: Iterable[Assessment], items: Items) -> Scored | None:
    """What stands behind a metric; None when nobody assessed anything under its name."""
    parts = scorer_of(key)
    if parts is None:
        return None
    mine = [one for one in assessments if one.scorer == parts[0] and one.item in items.traces]
    if not mine:
        return None
    judges = sorted({one.source for one in mine if one.by_model and one.source})
    about = Scored(judge=name(", ".join(judges)), by_model=any(one.by_model for one in mine))
    by_item: dict[str, list[Assessment]] = defaultdict(list)
    for one in mine:
        by_item[one.item].append(one)
    numbers = {item: number_of(found[0].value) for item, found in by_item.items() if len(found) == 1}
    known = {item: number for item, number in numbers.items() if number is not None}
    mean = sum(known.values()) / len(known) if known else None
    reported = finite(value)
    disagree = parts[1] == "mean" and (
        mean is None or reported is None or abs(mean - reported) > 1e-9 * max(1, abs(mean))
    )
    if disagree or any(len(found) > 1 for found in by_item.values()):
        note = "assessments-differ: the scores of single items are not those that the metric was computed from"
        return about._replace(notes=(note,))
    return about._replace(**_counts(parts[1], by_item, known, items))


def _counts(
    aggregation: str, by_item: dict[str, list[Assessment]], known: dict[str, float], items: Items
) -> dict[str, Any]:
    errors = sum(found[0].failed for found in by_item.values())
    right_or_wrong = all(_is_rating(found[0].value) for item, found in by_item.items() if item in known)
    crashed = len(items.failed & known.keys())
    note = f"failed-items: {crashed} of {len(known)} answers ended in an error, and were scored all the same"
    mean = aggregation == "mean"
    return {
        "n": len(known),
        "successes": round(sum(known.values())) if mean and right_or_wrong else None,
        "errors": errors,
        "unscored": len(items.traces) - len(known) - errors,
        "planned": len(items.traces),
        "scores": _by_input(known, items) if mean else {},
        "notes": (note,) if crashed else (),
    }


def number_of(value: Any) -> float | None:
    """A score as MLflow counts it: yes is 1 and no is 0; None for what it leaves out."""
    if isinstance(value, str):
        return {"yes": 1.0, "no": 0.0}.get(value.lower())
    return float(value) if isinstance(value, bool) else score(value)


def _is_rating(value: Any) -> bool:
    return isinstance(value, bool | str)


def _by_input(known: dict[str, float], items: Items) -> dict[str, float]:
    """Scores by a hash of the item's input; none at all where items cannot be told apart by it."""
    inputs = {trace: items.inputs.get(trace, "") for trace in known}
    if any(not 0 < len(text) < _SHOWN for text in inputs.values()) or len(set(inputs.values())) < len(inputs):
        return {}
    return {item_key("mlflow", inputs[trace]): score for trace, score in known.items()}


def value_of(raw: Any) -> Any:
    """The value of an assessment, which is kept as JSON; None for what cannot be read."""
    try:
        return parse_json(raw) if isinstance(raw, str) else None
    except ValueError:
        return None
