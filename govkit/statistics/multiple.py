"""Many tests at once: p-values that allow for their number."""

from __future__ import annotations

from collections.abc import Sequence

from govkit.statistics.quantiles import MissingLibrary


def _check(p_values: Sequence[float]) -> None:
    if not all(0.0 <= p <= 1.0 for p in p_values):
        raise ValueError("a p-value is not between 0 and 1")


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """The same p-values adjusted so that calling any of them false is wrong at most at the stated rate; same order.

    For gates. Source: Holm 1979, Scand. J. Stat. 6:65-70.
    """
    _check(p_values)
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = largest
    return tuple(adjusted)


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """The same p-values adjusted so that of those called, at most the stated share is wrong; same order.

    For triage, where a false alarm costs a look. Raises MissingLibrary without SciPy.
    Source: Benjamini and Hochberg 1995, J. R. Stat. Soc. B 57:289-300.
    """
    _check(p_values)
    if not p_values:
        return ()
    try:
        from scipy.stats import false_discovery_control
    except ImportError as error:
        raise MissingLibrary("the false discovery rate needs SciPy", name="scipy") from error
    return tuple(float(p) for p in false_discovery_control(p_values, method="bh"))
