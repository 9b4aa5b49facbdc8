"""Every bar of a project and who set it: for the terminal, and as JSON (`govkit.bars/1`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from govkit.export.columns import plural, wrapped
from govkit.model.assessment import BarSet
from govkit.model.control import Control, Criterion
from govkit.model.project import Release


class Bar(NamedTuple):
    """One criterion in use, and when its bar was set; None: git cannot know."""

    control: str
    criterion: Criterion
    owner: str | None
    set: BarSet | None

    @property
    def id(self) -> str:
        """`GK-PERF-01/score`."""
        return f"{self.control}/{self.criterion.id}"


def bars_listed(controls: Iterable[Control], found: Mapping[str, BarSet]) -> list[Bar]:
    """Every criterion of these controls, with what is known about its bar."""
    return [
        Bar(control.id, criterion, control.owner, found.get(f"{control.id}/{criterion.id}"))
        for control in controls
        for criterion in control.criteria
    ]


def bars_document(bars: Sequence[Bar], release: Release, known: bool) -> dict[str, Any]:
    """The list as one JSON object; `known` tells whether there is a history to ask."""
    return {
        "schema": "govkit.bars/1",
        "release": release.version,
        "baseline": release.baseline,
        "history": known,
        "bars": [_entry(bar) for bar in bars],
    }


def _entry(bar: Bar) -> dict[str, Any]:
    criterion, found = bar.criterion, bar.set
    return {
        "id": bar.id,
        "control": bar.control,
        "criterion": criterion.id,
        "title": criterion.title,
        "measure": criterion.measure,
        "where": criterion.where,
        "of": criterion.of,
        "bar": criterion.bar(),
        "severity": criterion.severity,
        "from": criterion.reason or criterion.source,
        "owner": bar.owner,
        "state": _state(bar),
        "commit": found.commit if found else None,
        "set_at": found.at.isoformat() if found and found.at else None,
        "set_by": found.by if found else None,
        "before": found.moved_since if found else None,
    }


def _state(bar: Bar) -> str:
    if bar.set is None:
        return "unknown"
    return "committed" if bar.set.commit else "not-committed"


def bars_text(bars: Sequence[Bar], release: Release) -> str:
    """The list for a reader: what the bar is, who set it, and what it was before when it moved."""
    return "\n".join(_lines(bars, release))


def _lines(bars: Sequence[Bar], release: Release) -> Iterator[str]:
    moved = sum(bool(bar.set and bar.set.moved_since) for bar in bars)
    since = f", {moved} moved since {release.baseline}" if release.baseline else ", no baseline to compare with"
    yield wrapped(f"{plural(len(bars), 'bar')} for {release.system} {release.version}{since}")
    for bar in bars:
        criterion = bar.criterion
        where = "".join(f" {key}={value}" for key, value in criterion.where.items())
        of = "" if criterion.of == "value" else f"{criterion.of.replace('_', ' ')} of "
        yield ""
        yield wrapped(f"{bar.id}: {criterion.bar()}")
        yield wrapped(f"{of}{criterion.measure}{where}", 4)
        yield wrapped(_who(bar), 4)
        if bar.set and bar.set.moved_since:
            yield wrapped(f"moved since {release.baseline}; before: {bar.set.moved_since}", 4)


def _who(bar: Bar) -> str:
    found = bar.set
    if found is None:
        return "set: not known"
    if found.commit is None:
        return "set: not committed yet"
    when = f"{found.at:%Y-%m-%d %H:%M} UTC" if found.at else "at a time git does not tell"
    return f"set {when} by {found.by or 'unknown'} in {found.commit[:12]}"
