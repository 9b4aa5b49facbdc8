"""Scores of single items, as many as can be kept: a fair draw that takes the same items from every file."""

from __future__ import annotations

MOST = 200_000
"""Items kept of one measure. Source: govkit judgement; the interval of a paired difference is then below 0.5 points."""
STEM = 24
"""Characters of an item's key that its repeats share."""


class Kept:
    """Scores by item key. Of more than `most` items those with the smallest keys stay.

    Keys are hashes, so the smallest are a draw by lot, and since they depend on nothing but the item, two files with
    the same items keep the same ones and can still be compared item by item. The order of the rows changes nothing
    but which of several rows with the same key is called the first. Memory is bounded by `most`.
    """

    def __init__(self, most: int = MOST) -> None:
        self.most, self.rows, self.binary = most, 0, True
        """`rows` counts what was added; `binary` says whether every score so far was 0 or 1."""
        self._scores: dict[str, float | None] = {}
        self._times: dict[str, int] = {}
        self._limit: str | None = None

    def add(self, key: str, score: float | None) -> None:
        """One row of the item with this key (32 hexadecimal characters); None where it has no score.

        A key that comes again is another item: its name then ends with the number of the time.
        """
        self.rows += 1
        if score is not None and score not in (0.0, 1.0):
            self.binary = False
        if self._limit is not None and key > self._limit:
            return
        if key in self._scores:
            self._times[key] = time = self._times.get(key, 1) + 1
            key = f"{key[:STEM]}{time:08x}"
        self._scores[key] = score
        if len(self._scores) > 2 * self.most:
            self._prune()

    def _prune(self) -> None:
        if len(self._scores) <= self.most:
            return
        names = sorted(self._scores)[: self.most]
        self._limit = names[-1]
        self._scores = {name: self._scores[name] for name in names}
        self._times = {name: times for name, times in self._times.items() if name in self._scores}

    def scores(self) -> dict[str, float]:
        """Item key to score."""
        self._prune()
        return {name: score for name, score in self._scores.items() if score is not None}

    def repeats(self) -> dict[str, str]:
        """Item key to what all repeats of the item share; empty when none came again."""
        return {name: name[:STEM] for name in self.scores()} if self._times else {}

    def note(self) -> tuple[str, ...]:
        """A warning when items were left out."""
        if self.rows <= self.most:
            return ()
        return (f"drawn-items: of {self.rows} rows the scores of {self.most} items are kept, drawn by their hash",)
