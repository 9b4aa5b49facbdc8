"""Several runs of one series: which of them may be the newest, and what the others say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from govkit.assess.question import Candidate, SeriesKey
from govkit.assess.usability import completed
from govkit.model.assessment import Runs
from govkit.model.project import Policy


def in_order(candidates: Sequence[Candidate], policy: Policy) -> dict[SeriesKey, list[Candidate]]:
    """Runs of every series, oldest first; those that did not finish before all others, those without a date last."""
    series: dict[SeriesKey, list[Candidate]] = {}
    for candidate in candidates:
        series.setdefault(candidate.series, []).append(candidate)

    def age(candidate: Candidate) -> tuple[bool, bool, str, str, str]:
        seen = candidate.observed
        when = seen.isoformat() if seen else ""
        return completed(candidate, policy), seen is None, when, candidate.evidence.sha256, candidate.measurement.place

    return {key: sorted(runs, key=age) for key, runs in series.items()}


def newest(runs: Sequence[Candidate], policy: Policy) -> list[Candidate]:
    """The last run; with it every run of which nobody can say that it is older: of the same instant, or undated.

    Where one of them has no date, the newest of those that have one may be the newest of all.
    """
    finished = [run for run in runs if completed(run, policy)] or list(runs)
    dates = [run.observed for run in finished if run.observed is not None]
    latest = max(dates, default=None)
    return [run for run in finished if run.observed is None or run.observed == latest]


def unfinished_since(runs: Sequence[Candidate], judged: Candidate, policy: Policy) -> tuple[str, ...]:
    """A warning when runs were started after the one that is judged, and did not end as they should."""
    seen = judged.observed
    later = [
        f"{run.evidence.path} ({run.status})"
        for run in runs
        if not completed(run, policy) and (seen is None or run.observed is None or run.observed >= seen)
    ]
    if not later or not completed(judged, policy):
        return ()
    return (f"unfinished-run: a later run did not finish, and the last that did is judged: {', '.join(later)}",)


def told(runs: Sequence[Candidate], judged: Sequence[Candidate], passed: Callable[[Candidate], bool]) -> Runs | None:
    """How many runs there are, their range, and how many of those that are not judged did not meet the bar."""
    values = [run.measurement.value for run in runs if run.measurement.value is not None]
    if len(runs) < 2 or not values:
        return None
    others = [run for run in runs if all(run is not one for one in judged) and run.measurement.value is not None]
    failed = sum(not passed(run) for run in others)
    return Runs(count=len(runs), low=min(values), high=max(values), failed_earlier=failed)


def repeated(series: Mapping[SeriesKey, Sequence[Candidate]], across: str) -> tuple[str, ...]:
    """A warning that names the slices which were measured more than once."""
    found = [
        f"{dict(key[1]).get(across, '?')} {len(runs)} times, {_range(runs)}"
        for key, runs in series.items()
        if len(runs) > 1 and across in dict(key[1])
    ]
    return (f"repeated-slices: measured more than once, and the newest is judged: {'; '.join(found)}",) if found else ()


def repeated_baseline(candidate: Candidate, baseline: Sequence[Candidate]) -> tuple[str, ...]:
    """A warning when the baseline was measured more than once: the run that is easiest to beat may be the newest."""
    runs = [other for other in baseline if other.series == candidate.series]
    if len({run.measurement.value for run in runs}) < 2:
        return ()
    text = f"the baseline has {len(runs)} runs, {_range(runs)}; its newest is compared with"
    return (f"repeated-baseline: {text}",)


def _range(runs: Sequence[Candidate]) -> str:
    values = [run.measurement.value for run in runs if run.measurement.value is not None]
    return f"{min(values):.4g} to {max(values):.4g}" if values else "without a value"
