"""Every bar of a project and who set it: for the terminal, and as JSON (`govkit.bars/1`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from govkit.export.columns import plural, wrapped
from govkit.model.assessment import BarSet
from govkit.model.control import Control, Criterion
from govkit.model.project import Release


class Result(NamedTuple):
    """The newest test result of a criterion, and how its bar stands to it."""

    path: str
    at: datetime | None
    """None: neither the file nor git says when it was made."""
    standing: Literal["before", "after", "unknown"]
    """Where the bar stands: before the result, after it, or nobody can tell."""
    text: str


class Bar(NamedTuple):
    """One criterion in use, and when its bar was set; None: git cannot know."""

    control: str
    criterion: Criterion
    owner: str | None
    set: BarSet | None
    result: Result | None
    """None: nothing was measured for the release, or what there is is no test."""

    @property
    def id(self) -> str:
        """`GK-PERF-01/score`."""
        return f"{self.control}/{self.criterion.id}"


def bars_listed(controls: Iterable[Control], found: Mapping[str, BarSet], results: Mapping[str, Result]) -> list[Bar]:
    """Every criterion of these controls, with what is known about its bar and its newest result."""
    keys = (
        (control, criterion, f"{control.id}/{criterion.id}") for control in controls for criterion in control.criteria
    )
    return [
        Bar(control.id, criterion, control.owner, found.get(key), results.get(key)) for control, criterion, key in keys
    ]


def bars_document(bars: Sequence[Bar], release: Release, policy: BarSet | None, known: bool) -> dict[str, Any]:
    """The list as one JSON object; `known` tells whether there is a history to ask."""
    return {
        "schema": "govkit.bars/1",
        "release": release.version,
        "baseline": release.baseline,
        "history": known,
        "policy": _set(policy),
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
        "terms": list(_terms(criterion)),
        "from": criterion.reason or criterion.source,
        "owner": bar.owner,
        **_set(found),
        "standing": bar.result.standing if bar.result else None,
        "result": bar.result.path if bar.result else None,
        "result_at": bar.result.at.isoformat() if bar.result and bar.result.at else None,
    }


def _set(found: BarSet | None) -> dict[str, Any]:
    return {
        "state": "unknown" if found is None else "committed" if found.commit else "not-committed",
        "commit": found.commit if found else None,
        "set_at": found.at.isoformat() if found and found.at else None,
        "set_by": found.by if found else None,
        "before": found.moved_since if found else None,
    }


def bars_text(bars: Sequence[Bar], release: Release, policy: BarSet | None, compared: bool) -> str:
    """The list for a reader: what the bar is, who set it, what it was before, and whether it precedes the result.

    `compared`: git knows the commit of the baseline release, so that its bars can be told.
    """
    return "\n".join(_lines(bars, release, policy, compared))


def _since(bars: Sequence[Bar], release: Release, compared: bool) -> str:
    if release.baseline is None:
        return ", no baseline to compare with"
    if not compared:
        return f"; whether one moved since {release.baseline} is not known, as git has no commit for it"
    return f", {sum(bool(bar.set and bar.set.moved_since) for bar in bars)} moved since {release.baseline}"


def _lines(bars: Sequence[Bar], release: Release, policy: BarSet | None, compared: bool) -> Iterator[str]:
    since = _since(bars, release, compared)
    late = sum(bar.result is not None and bar.result.standing == "after" for bar in bars)
    after = f", {late} set after the result" if late else ""
    yield wrapped(f"{plural(len(bars), 'bar')} for {release.system} {release.version}{since}{after}")
    yield wrapped(f"policy {_who(policy)}", 4)
    if policy and policy.moved_since:
        yield wrapped(f"moved since {release.baseline}; before: {policy.moved_since}", 4)
    for bar in bars:
        criterion = bar.criterion
        where = "".join(f" {key}={value}" for key, value in criterion.where.items())
        of = "" if criterion.of == "value" else f"{criterion.of.replace('_', ' ')} of "
        yield ""
        yield wrapped(f"{bar.id}: {criterion.bar()}")
        yield wrapped(f"{of}{criterion.measure}{where}{''.join(f'; {term}' for term in _terms(criterion))}", 4)
        yield wrapped(_who(bar.set), 4)
        if bar.set and bar.set.moved_since:
            yield wrapped(f"moved since {release.baseline}; before: {bar.set.moved_since}", 4)
        if bar.result is not None:
            yield wrapped(_standing(bar.result), 4)


def _terms(criterion: Criterion) -> Iterator[str]:
    """What else decides how strict the bar is, where it is not the usual."""
    if criterion.severity == "advisory":
        yield "advisory"
    if criterion.interval != "if_known":
        yield "interval required" if criterion.interval == "required" else "the value alone, without an interval"
    if criterion.confidence is not None:
        yield f"at {criterion.confidence:.4g} confidence"
    if criterion.min_n is not None:
        yield f"{criterion.min_n:,} items or more"
    if criterion.max_age_days is not None:
        yield f"at most {criterion.max_age_days:,} days old"
    if criterion.release != "version":
        yield "of any release" if criterion.release == "any" else "of the very model"
    if criterion.safety:
        yield "for safety"


def _standing(result: Result) -> str:
    when = f"{result.at:%Y-%m-%d %H:%M} UTC" if result.at else "without a date"
    words = {
        "before": "before the newest result",
        "after": "NOT before the newest result",
        "unknown": "order not known",
    }
    text = f": {result.text}" if result.text else ""
    return f"{words[result.standing]}, {result.path}, {when}{text}"


def _who(found: BarSet | None) -> str:
    if found is None:
        return "set: not known"
    if found.commit is None:
        return "set: not committed yet"
    when = f"{found.at:%Y-%m-%d %H:%M} UTC" if found.at else "at a time git does not tell"
    return f"set {when} by {found.by or 'unknown'} in {found.commit[:12]}"
