"""Was the bar set before the result was known? A bar drawn round a result shows nothing."""

from __future__ import annotations

from typing import Literal, NamedTuple

from govkit.assess.question import Candidate
from govkit.model.assessment import BarSet

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
    if bar.at <= candidate.observed:
        return Order("before")
    return Order(
        "after",
        f"The bar was set on {bar.at:%Y-%m-%d} (commit {(bar.commit or '')[:10]}), after the result of "
        f"{candidate.observed:%Y-%m-%d}.",
    )
