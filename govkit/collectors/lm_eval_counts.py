"""How many items stand behind each value of a lm-evaluation-harness result."""

from __future__ import annotations

from typing import Any

from govkit.collectors.values import count, listing, section


class Counts:
    """Counts of one result file: tasks state theirs, a group's is that of its parts."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._results = section(document, "results")
        self._samples = section(document, "n-samples")
        self._parts = section(document, "group_subtasks")
        self._groups = section(document, "groups")

    def is_group(self, task: str) -> bool:
        """Whether the row sums up other tasks; 0.4.0 names its groups and not their parts."""
        return bool(listing(self._parts, task)) or task in self._groups

    def of(self, task: str, key: str) -> int | None:
        """Items behind one value; `key` is the metric with its filter. None when the file does not say."""
        row = section(self._results, task)
        stated = count(section(row, "sample_count").get(key))
        if stated is not None:
            return stated
        if self.is_group(task):
            leaves = self._leaves(task, frozenset())
            counts = [self._effective(leaf) for leaf in leaves]
            return None if None in counts or not counts else sum(one for one in counts if one is not None)
        effective = self._effective(task)
        return effective if effective is not None else count(row.get("sample_len"))

    def planned(self, task: str) -> int | None:
        """Items the whole task holds; None for a group, or when the file does not say."""
        return count(section(self._samples, task).get("original"))

    def _effective(self, task: str) -> int | None:
        return count(section(self._samples, task).get("effective"))

    def _leaves(self, task: str, above: frozenset[str]) -> list[str]:
        """Tasks at the bottom of a group; each once, and a group inside itself is not followed."""
        found: dict[str, None] = {}
        for part in listing(self._parts, task):
            if not isinstance(part, str) or part in above:
                continue
            inner = self._leaves(part, above | {task}) if listing(self._parts, part) else [part]
            found.update(dict.fromkeys(inner))
        return list(found)

    @property
    def left_out(self) -> list[str]:
        """Tasks of which fewer items were run than there are, as `task 10 of 100`."""
        found = []
        for task in self._samples:
            whole, run = self.planned(task), self._effective(task)
            if whole is not None and run is not None and run < whole:
                found.append(f"{task[:100]} {run} of {whole}")
        return found

    @property
    def nothing_left_out(self) -> bool:
        """Whether the file shows that every task was run on all of its items."""
        tasks = [task for task in self._results if not self.is_group(task)]
        return bool(tasks) and all(self._whole(task) for task in tasks)

    def _whole(self, task: str) -> bool:
        whole = self.planned(task)
        return whole is not None and self._effective(task) == whole
