"""Was the bar set before the result was known? A bar drawn round a result shows nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal, NamedTuple

from govkit.assess.question import Candidate, Pool, for_release
from govkit.model.assessment import BarSet
from govkit.model.control import Criterion
from govkit.model.project import Release

Standing = Literal["before", "after", "unknown"]


class Order(NamedTuple):
    """How the instant a bar was set stands to that of a result, with a sentence when it is not before."""

    standing: Standing
    text: str = ""


def order_of(candidate: Candidate, bar: BarSet | None) -> Order:
    """The order of a bar and a test result; `unknown` when git or the file cannot tell.

    Only of test results: that a policy was approved before somebody asked for it is no way to move a bar.
    """
    if not candidate.sampled:
        return Order("before")
    if bar is None:
        return Order("unknown", "Nothing tells when the bar was set: there is no git history that reaches back to it.")
    if bar.at is None:
        return Order("after", "The bar in force is not committed, so it cannot be shown to precede the result.")
    if candidate.observed is None:
        path = candidate.evidence.path
        return Order("unknown", f"{path} does not say when it was made and is not committed; the bar may be younger.")
    known = candidate.observed
    if bar.at < known:
        return _merged(candidate, bar, known)
    if bar.at == known:
        how = "in one commit" if bar.commit == candidate.evidence.commit else "in the same second"
        return Order("unknown", f"The bar and the result of {candidate.evidence.path} came {how}.")
    return Order(
        "after",
        f"The bar was set on {bar.at:%Y-%m-%d} (commit {(bar.commit or '')[:10]}), after the result of "
        f"{known:%Y-%m-%d}.",
    )


def _merged(candidate: Candidate, bar: BarSet, known: datetime) -> Order:
    """Before, unless the bar lay on another branch when the result was known: of several, one that fits may come."""
    if bar.merged is None or bar.merged < known or candidate.evidence.commit not in (None, *bar.beside):
        return Order("before")
    text = f"The bar was written on another branch and came to this one on {bar.merged:%Y-%m-%d}; the result is of "
    return Order("unknown", f"{text}{known:%Y-%m-%d}.")


def newest_result(pool: Pool, criterion: Criterion, release: Release) -> Candidate | None:
    """The newest test result the criterion would look at for this release, whether it may count or not.

    One without a date is the newest, for nothing says that it is not.
    """
    mine = [c for c in for_release(pool.matching(criterion), criterion, release) if c.sampled]
    latest = datetime.max.replace(tzinfo=UTC)
    return max(mine, key=lambda c: (c.observed or latest, c.evidence.path, c.evidence.sha256), default=None)
