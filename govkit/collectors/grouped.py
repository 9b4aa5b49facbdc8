"""Scores of single items that come in groups: repeats of one test, answers to one prompt, variants of one attack."""

from __future__ import annotations

from govkit.collectors.kept import MOST, STEM, Kept
from govkit.model.evidence import SampleScores


class Grouped:
    """Scores by item key, with the group of each; memory is bounded by the items kept."""

    def __init__(self) -> None:
        self.kept = Kept()
        self._groups: dict[str, str] = {}
        self.crowded = False
        """More different items than are kept, so that it can no longer be told how many groups there are."""

    def add(self, key: str, score: float, group: str | None = None) -> None:
        """One score. Of items with the same key, and of those with the same group, all count as one group."""
        self.kept.add(key, score)
        self.crowded |= len(self._groups) >= MOST and key[:STEM] not in self._groups
        if not self.crowded:
            self._groups[key[:STEM]] = group or key

    @property
    def clusters(self) -> int | None:
        """How many groups the items come from; None when every item stands for itself, or too many to tell."""
        different = len(set(self._groups.values()))
        return different if not self.crowded and 0 < different < self.kept.rows else None

    def samples(self, measure: str, conditions: dict[str, str], *, binary: bool | None = None) -> SampleScores | None:
        """The scores as a record; None when there are none."""
        scores = self.kept.scores()
        if not scores:
            return None
        grouped = self.clusters is not None
        return SampleScores(
            measure=measure,
            conditions=conditions,
            binary=self.kept.binary if binary is None else binary,
            scores=scores,
            clusters={key: self._groups[key[:STEM]] for key in scores} if grouped else {},
        )

    def note(self) -> tuple[str, ...]:
        """Warnings when items were left out, or groups cannot be told."""
        crowded = "groups-unknown: there are too many different items to tell which of them belong together"
        return (*self.kept.note(), *([crowded] if self.crowded else []))
