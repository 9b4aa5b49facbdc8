"""Scores of drift: which methods of Evidently give a p-value, which a distance, and what that says about direction."""

from __future__ import annotations

from typing import Any

from govkit.collectors.values import Warnings, name, number, section
from govkit.model.evidence import Measurement

P_VALUES = frozenset(
    {
        "ks", "K-S p_value",
        "chisquare", "chi-square p_value",
        "z", "Z-test p_value",
        "anderson", "Anderson-Darling",
        "cramer_von_mises", "Cramer-von Mises",
        "es", "Epps-Singleton",
        "fisher_exact", "Fisher's Exact test",
        "mannw", "Mann-Whitney U-rank test",
        "TVD", "Total-Variation-Distance",
        "g_test", "t_test", "empirical_mmd",
    }
)  # fmt: skip
"""Methods whose score is a p-value: the lower, the surer the drift. `TVD` gives the p-value of a permutation test.

Source: evidently/legacy/calculations/stattests/*.py, read at 0.7.23 (0.4.40 compares in the same direction).
"""

DISTANCES = frozenset(
    {
        "wasserstein", "Wasserstein distance (normed)",
        "psi", "PSI",
        "jensenshannon", "Jensen-Shannon distance",
        "kl_div", "Kullback-Leibler divergence",
        "hellinger", "Hellinger distance",
        "ed", "Energy-distance",
        "perc_text_content_drift", "Percentile text content drift",
        "abs_text_content_drift", "Absolute text content drift",
    }
)  # fmt: skip
"""Methods whose score is a distance: the higher, the more drift. Source: as above."""


def score(raw: Any, method: str | None, conditions: dict[str, str], place: str, said: Warnings = ()) -> Measurement:
    """A drift score as a p-value, as a distance, or, where the method is not known, as neither."""
    value, doubts = number(raw)
    word, better = "score", None
    if method in P_VALUES:
        word, better = "p-value", True
        if value is not None and not 0 <= value <= 1:
            doubts, value = (*doubts, f"bad-value: {value:g} is no p-value"), None
    elif method in DISTANCES:
        word, better = "distance", False
    else:
        which = f"the method {method[:40]!r}" if method else "a method the file does not name"
        doubts = (
            *doubts,
            f"drift-direction-unknown: whether a high or a low score of {which} means drift is not known",
        )
    return Measurement(
        measure=f"evidently/drift/{word}",
        value=value,
        higher_is_better=better,
        conditions={**conditions, **({"method": method} if method else {})},
        place=place,
        warnings=(*said, *doubts),
    )


def stated(column: dict[str, Any], place: str, said: Warnings = ()) -> list[Measurement]:
    """Score and verdict on one column, as Evidently up to 0.6 writes them in reports and in parameters of tests."""
    old = "stattest_name" in column
    method = name(column.get("stattest_name" if old else "stattest"), 100)
    score_key, verdict_key = ("drift_score", "drift_detected") if old else ("score", "detected")
    threshold = column.get("stattest_threshold" if old else "threshold")
    about = {"column": column.get("column_name"), "threshold": threshold}
    conditions = {key: text for key, raw in about.items() if (text := name(raw, 100)) is not None}
    found = [score(column.get(score_key), method, conditions, f"{place}/{score_key}", said)]
    verdict = column.get(verdict_key)
    if isinstance(verdict, bool):
        found.append(detected(verdict, found[0].conditions, f"{place}/{verdict_key}"))
    return found


def detected(verdict: bool, conditions: dict[str, str], place: str) -> Measurement:
    """Whether Evidently says that there is drift: 1 or 0."""
    return Measurement(
        measure="evidently/drift/detected",
        value=float(verdict),
        unit="count",
        higher_is_better=False,
        conditions=conditions,
        place=place,
    )


def columns(drifted: Any, share: Any, total: Any, conditions: dict[str, str], place: str) -> Measurement:
    """The share of columns in which drift was found; they are all the columns there are, so it has no interval."""
    value, doubts = number(share, "the share of drifted columns")
    k, whole = number(drifted).value, number(total).value
    if value is not None and not 0 <= value <= 1:
        doubts, value = (*doubts, f"bad-value: {value:g} is no share of columns"), None
    if whole is None and k and value:
        whole = round(k / value)
    n = int(whole) if whole is not None and whole >= 1 and whole == int(whole) else None
    if value is not None and k is not None and n is not None and abs(k / n - value) > 1e-6:
        doubts, value = (*doubts, f"count-conflict: {k:g} of {n} columns is not the share {value:g}"), None
    return Measurement(
        measure="evidently/drift/drifted-columns",
        value=value,
        unit="proportion",
        higher_is_better=False,
        n=n,
        n_basis="fields" if n is not None else None,
        conditions=conditions,
        place=place,
        warnings=doubts,
    )


def group(parameters: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The columns a test of Evidently up to 0.6 looked at, by name."""
    return {column: about for column, about in section(parameters, "features").items() if isinstance(about, dict)}
