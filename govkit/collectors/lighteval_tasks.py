"""What a lighteval result says of its tasks: how many documents, and how each metric was made into one number."""

from __future__ import annotations

from typing import Any, NamedTuple

from govkit.collectors.values import count, fields, listing, name, section
from govkit.model.evidence import DatasetRef

AVERAGE = ":_average"
"""Source: lighteval/logging/info_loggers.py, `MetricsLogger.aggregate`, read at 0.13."""

_JUDGED = frozenset({"6", "7"})
"""Metrics whose scores a model gives, up to 0.10. Source: lighteval/metrics/utils/metric_utils.py, `MetricCategory`."""


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
    judged: bool = False


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
    """The tasks that have results, and the configuration of every task."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._configs = section(document, "config_tasks")
        self._results = section(document, "results")
        filled = [key for key in self._results if fields(self._results[key])]
        self.measured = tuple(task for key in filled if not (task := task_of(key)).aggregate)

    def unmeasured(self) -> list[str]:
        """Tasks that were asked for and have no result: lighteval leaves out those without a document."""
        known = {key for task in self.measured for key in _keys(task)}
        return [key for key in self._configs if key not in known]

    def config(self, task: Task) -> dict[str, Any]:
        """The configuration, under the whole key or the name without the few-shot count."""
        return next((fields(self._configs[key]) for key in _keys(task) if isinstance(self._configs.get(key), dict)), {})

    def documents(self, task: Task) -> int | None:
        """Documents that were evaluated; lighteval writes -1 where it did not count."""
        return None if task.aggregate else count(self.config(task).get("effective_num_docs"))

    def planned(self, task: Task) -> int | None:
        """Documents the whole task holds."""
        return None if task.aggregate else count(self.config(task).get("original_num_docs"))

    def version(self, task: Task, versions: dict[str, Any]) -> Any:
        """Of the task; since 0.11 only its configuration says."""
        return versions.get(task.key, self.config(task).get("version"))

    def metric(self, task: Task, word: str) -> Metric:
        """The metric of that name; one entry may describe several at once."""
        if task.aggregate:
            return Metric(judged=any(self.metric(one, word).judged for one in self._behind(task)))
        for raw, names in self._metrics(task):
            if word in names:
                better, made = _of(raw, "higher_is_better", word), _of(raw, "corpus_level_fn", word)
                function = name(raw.get("sample_level_fn"), 500)
                return Metric(
                    better if isinstance(better, bool) else None,
                    name(made, 100),
                    function,
                    "judge" in f"{word} {function}".lower() or str(raw.get("category")) in _JUDGED,
                )
        return Metric(judged="judge" in word.lower())

    def filled_in(self, task: Task, word: str) -> bool:
        """Whether lighteval wrote 0 for a metric that the task does not have, or averaged over such a 0.

        Source: lighteval/logging/info_loggers.py, `MetricsLogger.aggregate`, read at 0.6.2 to 0.13: looking up the
        metrics of a group's first task in the others adds them there.
        """
        if task.aggregate:
            return task.aggregate == "average" and any(self.filled_in(one, word) for one in self._behind(task))
        row, names = fields(self._results.get(task.key)), {one for _, some in self._metrics(task) for one in some}
        return bool(names) and word in row and word not in names and row[word] == 0 and not row.get(f"{word}_stderr")

    def _behind(self, task: Task) -> list[Task]:
        """The tasks that a row averages over."""
        if task.aggregate == "all":
            return list(self.measured)
        group = task.name.removesuffix(AVERAGE)
        return [one for one in self.measured if one.shots == task.shots and one.name.partition(":")[0] == group]

    def _metrics(self, task: Task) -> list[tuple[dict[str, Any], list[str]]]:
        """Every entry on metrics, with the names it describes."""
        config = self.config(task)
        entries = [fields(raw) for raw in (*listing(config, "metrics"), *listing(config, "metric"))]
        named = [(raw, raw.get("metric_name")) for raw in entries]
        return [
            (raw, [one for one in (names if isinstance(names, list) else [names]) if isinstance(one, str)])
            for raw, names in named
        ]

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


def _keys(task: Task) -> tuple[str, str, str]:
    """What its configuration may stand under."""
    return (task.key, f"{task.name}|{task.shots}", task.name)


def _of(raw: dict[str, Any], key: str, word: str) -> Any:
    """The value for one metric, of an entry that may describe several."""
    value = raw.get(key)
    return value.get(word) if isinstance(value, dict) else value
