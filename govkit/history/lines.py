"""Bars that were written on another branch, and when they came to this one.

Whoever keeps a branch for every bar, and merges the one that fits the result, has a bar that is older than the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from govkit.history.repository import History
from govkit.model.assessment import BarSet
from govkit.model.evidence import Evidence


class _Line(NamedTuple):
    """What came after a commit, up to the one that is checked out."""

    after: frozenset[str]
    """Commits that build on it, and itself."""
    merged: datetime | None
    """When it came to the branch that is checked out; None when it was made there."""


def on_this_line(history: History, bars: Mapping[str, BarSet], evidence: Iterable[Evidence]) -> dict[str, BarSet]:
    """The bars, with the day each was merged, and the commits of evidence that do not build on it."""
    brought = {item.commit for item in evidence if item.commit is not None and not item.path.startswith("git:")}
    head = history.head()
    found, lines = dict(bars), dict[str, _Line]()
    first = _listed(history, "--first-parent", head) if head is not None else []
    for key, bar in bars.items():
        if bar.commit is None or bar.at is None or bar.commit in first:
            continue
        if bar.commit not in lines:
            lines[bar.commit] = _line(history, bar.commit, first)
        line = lines[bar.commit]
        if line.merged is not None:
            beside = tuple(sorted(brought - line.after))
            found[key] = bar.model_copy(update={"merged": line.merged, "beside": beside})
    return found


def _line(history: History, commit: str, first: Sequence[str]) -> _Line:
    """`first` are the commits of the branch that is checked out, newest first."""
    after = frozenset({commit, *_listed(history, "--ancestry-path", f"{commit}..{first[0]}")}) if first else frozenset()
    arrival = next((ident for ident in reversed(first) if ident in after), None)
    return _Line(after, history.not_before(arrival) if arrival is not None else None)


def _listed(history: History, *arguments: str) -> list[str]:
    """Commits, newest first."""
    return (history.ask(["rev-list", "--topo-order", *arguments, "--"]) or b"").decode("ascii", "replace").split()
