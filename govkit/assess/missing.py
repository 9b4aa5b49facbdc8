"""Items that should be among the n and are not: how many are too many, and what the value would be with them."""

from __future__ import annotations

from govkit.assess.question import Candidate
from govkit.assess.unusable import Unusable
from govkit.model.evidence import Measurement
from govkit.model.project import Policy


def too_many(candidate: Candidate, policy: Policy) -> Unusable | None:
    """Says that more items are missing than the policy allows."""
    m = candidate.measurement
    missing = m.missing
    if not missing or m.n is None or missing <= policy.max_error_share * (m.n + missing):
        return None
    share = missing / (m.n + missing)
    return Unusable(
        "items-missing",
        f"{missing:,} of {m.n + missing:,} items ({share:.1%}) of {m.measure} are missing from the result{_why(m)}; "
        f"at most {policy.max_error_share:.1%} may be.",
    )


def _why(m: Measurement) -> str:
    parts = [f"{m.errors:,} failed"] if m.errors else []
    parts += [f"{m.unscored:,} have no score"] if m.unscored else []
    return f" ({', '.join(parts)})" if parts else ""


def completed_worst_and_best(m: Measurement) -> tuple[Measurement, Measurement] | None:
    """The measurement as it would be if every missing item had scored 0, and if every one had scored 1.

    None when nothing is missing, or the value is no share or mean on a scale from 0 to 1 (or 100 %).
    Source: Manski 1989, J. Hum. Resour. 24:343-360 (bounds that assume nothing about what is missing).
    """
    top = {"proportion": 1.0, "percent": 100.0}.get(m.unit or "")
    missing = m.missing
    if not missing or not m.n or top is None or m.value is None or not 0.0 <= m.value <= top:
        return None
    n = m.n + missing
    return _completed(m, n, 0, m.value * m.n / n), _completed(m, n, missing, (m.value * m.n + top * missing) / n)


def _completed(m: Measurement, n: int, passed: int, value: float) -> Measurement:
    k = None if m.successes is None else m.successes + passed
    changes = {"n": n, "successes": k, "value": value, "planned": None, "errors": None, "unscored": None}
    return m.model_copy(update=changes)
