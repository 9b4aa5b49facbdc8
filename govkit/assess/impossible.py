"""Values that cannot be true: they contradict their own counts, or are what no such quantity can be."""

from __future__ import annotations

from datetime import timedelta

from govkit.assess.question import Candidate
from govkit.assess.unusable import Unusable
from govkit.model.control import NEVER_NEGATIVE
from govkit.model.evidence import Measurement

# How far a value may lie from k of n, as a share. Source: govkit judgement; tools print two decimals at the least.
_ROUNDED = 0.005 + 1e-9


def impossible(candidate: Candidate) -> Unusable | None:
    """Why the value cannot be what it says it is, or None. A test that looked at nothing shows nothing."""
    m = candidate.measurement
    if candidate.sampled and m.n == 0:
        return Unusable("sample-too-small", f"{m.measure} in {candidate.evidence.path} rests on nothing: n is 0.")
    wrong = _counts(m) or _sign(m) or (_nothing(m) if candidate.sampled else None) or _date(candidate)
    return Unusable("impossible-value", f"{m.measure} in {candidate.evidence.path} {wrong}.") if wrong else None


def _counts(m: Measurement) -> str | None:
    if m.n is None:
        return None
    if m.planned is not None and m.n > m.planned:
        return f"rests on {m.n:,} items, and the whole test has {m.planned:,}"
    if m.successes is None:
        return None
    if m.successes > m.n:
        return f"says that {m.successes:,} of {m.n:,} items passed"
    whole = 100.0 if m.unit in ("percent", "points") else 1.0
    if m.value is None or m.n == 0 or abs(m.value - whole * m.successes / m.n) <= _ROUNDED * whole:
        return None
    return f"is {m.value:.4g}, and its own counts, {m.successes:,} of {m.n:,}, give {whole * m.successes / m.n:.4g}"


def _sign(m: Measurement) -> str | None:
    if m.unit in NEVER_NEGATIVE and m.value is not None and m.value < 0.0:
        return f"is {m.value:.4g} {m.unit}, which nothing can be"
    return None


def _nothing(m: Measurement) -> str | None:
    """What load generators write for the latency of requests that all failed, and meters for what they do not see."""
    if m.unit in ("ms", "s") and m.value == 0.0:
        return f"is 0 {m.unit}: nothing takes no time"
    if m.unit in ("Wh", "kWh", "bytes") and m.value == 0.0:
        return f"is 0 {m.unit}: nothing runs on nothing, so the meter saw nothing"
    return None


def _date(candidate: Candidate) -> str | None:
    """A day of difference may be a time zone; more is a date that somebody or something made up."""
    stated, committed = candidate.stated, candidate.evidence.committed
    if stated is None or committed is None or stated - committed <= timedelta(days=1):
        return None
    return f"is dated {stated:%Y-%m-%d}, and its file was committed on {committed:%Y-%m-%d} already"
