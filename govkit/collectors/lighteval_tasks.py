"""What a lighteval result says of its tasks: how many documents, and how each metric was made into one number."""

from __future__ import annotations

from typing import Any, NamedTuple

from govkit.collectors.values import count, fields, listing, name, section
from govkit.model.evidence import DatasetRef

AVERAGE = ":_average"
"""Source: lighteval/logging/info_loggers.py, `MetricsLogger.aggregate`, read at 0.13."""


class Task(NamedTuple):
    """A key of `results` taken apart: `leaderboard|arc:challenge|25`."""

    key: str
    name: str
    shots: str | None
    aggregate: str | None
    """`all` or `average` for rows that average over tasks."""


class Metric(NamedTuple):
    """What the task's configuration says of one metric; None where it says nothing."""

    higher_is_better: bool | None = None
    aggregation: str | None = None
    """The function that makes one number of all documents, as lighteval calls it."""
    sample_function: str | None = None


def task_of(key: str) -> Task:
    """Name and few-shot count; before 0.12 the suite comes first, and before 0.6 a fourth part says how to truncate."""
    if key == "all":
        return Task(key, key, None, "all")
    parts = key.split("|")
    numbers: list[str] = []
    while len(parts) > 1 and parts[-1].isdecimal():
        numbers.insert(0, parts.pop())
    named = "|".join(parts)
    return Task(key, named, numbers[0] if numbers else None, "average" if named.endswith(AVERAGE) else None)


class Tasks:
    """The configuration of every task."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._configs = section(document, "config_tasks")

    def config(self, task: Task) -> dict[str, Any]:
        """The configuration, under the whole key or the name without the few-shot count."""
        shorter = (task.key, f"{task.name}|{task.shots}", task.name)
        return next((fields(self._configs[key]) for key in shorter if isinstance(self._configs.get(key), dict)), {})

    def documents(self, task: Task) -> int | None:
        """Documents that were evaluated; lighteval writes -1 where it did not count."""
        return None if task.aggregate else count(self.config(task).get("effective_num_docs"))

    def planned(self, task: Task) -> int | None:
        """Documents the whole task holds."""
        return None if task.aggregate else count(self.config(task).get("original_num_docs"))

    def metric(self, task: Task, word: str) -> Metric:
        """The metric of that name; one entry may describe several at once."""
        config = self.config(task)
        for raw in (*listing(config, "metrics"), *listing(config, "metric")):
            names = fields(raw).get("metric_name")
            if names == word or (isinstance(names, list) and word in names):
                better, made = _of(raw, "higher_is_better", word), _of(raw, "corpus_level_fn", word)
                return Metric(
                    better if isinstance(better, bool) else None, name(made, 100), name(raw.get("sample_level_fn"), 500)
                )
        return Metric()

    def dataset(self, task: Task) -> DatasetRef | None:
        """Where the documents come from."""
        config = self.config(task)
        repository, part = name(config.get("hf_repo")), name(config.get("hf_subset"))
        if task.aggregate or repository is None:
            return None
        splits = [text for raw in listing(config, "evaluation_splits") if (text := name(raw, 40))]
        ident = name(f"{repository}:{part}") if part else repository
        return DatasetRef(
            id=ident or repository, revision=name(config.get("hf_revision")), split=name("+".join(splits)) or None
        )


def _of(raw: dict[str, Any], key: str, word: str) -> Any:
    """The value for one metric, of an entry that may describe several."""
    value = raw.get(key)
    return value.get(word) if isinstance(value, dict) else value
