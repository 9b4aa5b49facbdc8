"""Quantiles of the beta and Student's t distribution, from SciPy, imported only when one is asked for.

Importing SciPy takes about as long as judging a release, and most checks need none of these.
"""

from __future__ import annotations

from typing import Any


class MissingLibrary(ImportError):
    """A statistic needs a package that is not installed; `name` is the package."""


def _special() -> Any:
    try:
        from scipy import special
    except ImportError as error:
        raise MissingLibrary("exact and small-sample intervals need SciPy", name="scipy") from error
    return special


def beta_quantile(probability: float, a: float, b: float) -> float:
    """Value below which a beta(a, b) variable lies with that probability."""
    return float(_special().betaincinv(a, b, probability))


def t_quantile(confidence: float, freedom: float) -> float:
    """Half width of the central interval of Student's t that holds with that confidence."""
    return float(_special().stdtrit(freedom, 0.5 + confidence / 2.0))


def t_tails(t: float, freedom: float) -> float:
    """Probability that Student's t lies further from 0 than `t`, on either side."""
    return float(2.0 * _special().stdtr(freedom, -abs(t)))
