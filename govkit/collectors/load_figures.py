"""Figures of load tests as Measurements: times, rates, totals and the share of requests that were answered.

What all formats have in common is decided here once: times count the requests that were answered, lower is better;
failures stand beside them; where no request was answered there is no value, whatever the tool wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from govkit.collectors.values import Warnings, name, number
from govkit.files import finite
from govkit.model.control import Unit
from govkit.model.evidence import Interval, Measurement, NBasis, RunStatus

SERIAL = (
    "serial-correlation: requests of one load test wait for each other, so they are not independent, and intervals "
    "taken from their number are too narrow"
)
"""Said once for every file; nothing in these files tells by how much."""

FAILED = "failed-run: no request was answered"

_PERCENTILE = re.compile(r"p?\(?(\d{1,2}(?:\.\d+)?)\)?%?")

WORDS: dict[str, str] = {
    "hardware": "hardware", "hw": "hardware", "gpu": "hardware", "gpu_type": "hardware", "accelerator": "hardware",
    "precision": "precision", "dtype": "precision", "quantization": "quantisation", "quantisation": "quantisation",
    "region": "region", "deployment": "deployment",
    "input_len": "input-tokens", "output_len": "output-tokens",
}  # fmt: skip
"""What people call a setting of their own in a result file, and the condition it becomes. Source: files in public."""


class Run(NamedTuple):
    """One run of a load test: how many requests it made, and what its values hold for."""

    format: str
    answered: int | None
    """Requests that were answered; None when the file does not say."""
    failed: int | None = None
    planned: int | None = None
    conditions: dict[str, str] = {}  # noqa: RUF012  (a default that is never changed)
    place: str = ""
    """JSON pointer or `line N` of the run."""
    in_pointer: bool = True
    """Whether a value's place is a pointer below the run's; a line number stays as it is."""

    @property
    def status(self) -> RunStatus:
        """A run in which nothing was answered has failed."""
        return "error" if self.answered == 0 else "complete"

    def at(self, *keys: str | int) -> str:
        """The place of a value of this run."""
        if not self.in_pointer:
            return self.place
        return self.place + "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys)


def quantile(word: str) -> float | None:
    """0.99 for `p99`, `p(99)`, `99%` or `99.9`; 0.5 for `median` and `med`; None for anything else."""
    if word in ("median", "med"):
        return 0.5
    found = _PERCENTILE.fullmatch(word)
    share = round(float(found[1]) / 100, 9) if found else 0.0
    return share if 0.0 < share < 1.0 else None


def statistic(share: float | None) -> str:
    """The last part of a measure's name: `p99`, or `mean` without a quantile."""
    return "mean" if share is None else f"p{share * 100:.6g}"


def time(
    run: Run,
    what: str,
    raw: Any,
    unit: Unit,
    place: str,
    *,
    share: float | None = None,
    n: int | None = None,
    n_basis: NBasis = "requests",
    interval: Interval | None = None,
    zero: bool = False,
    scale: float = 1.0,
    doubts: Iterable[str] = (),
) -> Measurement:
    """A time: its mean, or with `share` that quantile. `zero` allows 0, which most tools write for want of data."""
    value, warnings = _usable(run, raw, zero)
    rests = run.answered if n is None else n
    if rests is None:
        warnings = (*warnings, "no-count: the file does not say how many requests the value rests on")
    return Measurement(
        measure=name(f"{run.format}/{what}/{statistic(share)}") or run.format,
        value=None if value is None else value * scale,
        unit=unit,
        higher_is_better=False,
        n=rests,
        n_basis=None if rests is None else n_basis,
        quantile=share,
        interval=interval if value is not None else None,
        errors=run.failed,
        planned=run.planned,
        conditions=run.conditions,
        place=place,
        warnings=(*warnings, *doubts),
    )


def _usable(run: Run, raw: Any, zero: bool) -> tuple[float | None, Warnings]:
    if run.answered == 0:
        return None, ("no-requests: no request was answered, so whatever the tool wrote is no time",)
    value, warnings = number(raw)
    if value is None:
        return None, warnings
    if value < 0:
        return None, (f"not-a-time: the file says {value:g}, and no time is below 0",)
    if value == 0 and not zero:
        return None, ("zero-time: the tool writes 0 where it measured nothing",)
    return value, ()


def rate(
    run: Run, what: str, raw: Any, unit: Unit, place: str, *, scale: float = 1.0, doubts: Iterable[str] = ()
) -> Measurement:
    """Requests, tokens or samples a second over the whole run; more is better."""
    value, warnings = number(raw)
    if run.answered == 0:
        value, warnings = None, ("no-requests: no request was answered, so there is no rate",)
    return Measurement(
        measure=name(f"{run.format}/{what}") or run.format,
        value=None if value is None else value * scale,
        unit=unit,
        higher_is_better=True,
        n=run.answered,
        n_basis=None if run.answered is None else "requests",
        errors=run.failed,
        planned=run.planned,
        conditions=run.conditions,
        place=place,
        warnings=(*warnings, *doubts),
    )


def total(
    run: Run, what: str, raw: Any, unit: Unit | None, place: str, *, scale: float = 1.0, doubts: Iterable[str] = ()
) -> Measurement:
    """A sum or size over the run, of which neither more nor less is better as such: tokens, seconds."""
    value, warnings = number(raw)
    return Measurement(
        measure=name(f"{run.format}/{what}") or run.format,
        value=None if value is None else value * scale,
        unit=unit,
        n=run.answered,
        n_basis=None if run.answered is None else "requests",
        conditions=run.conditions,
        place=place,
        warnings=(*warnings, *doubts),
    )


def answered_share(run: Run, place: str, *, doubts: Iterable[str] = ()) -> Measurement:
    """k of n requests that were answered; no value when the file does not say how many were not."""
    known = run.answered is not None and run.failed is not None and run.answered + run.failed > 0
    n = (run.answered or 0) + (run.failed or 0)
    why = "no request ended" if run.answered == run.failed == 0 else "the file does not say how many requests failed"
    missing = () if known else (f"nothing-to-count: {why}",)
    return Measurement(
        measure=f"{run.format}/answered",
        value=(run.answered or 0) / n if known else None,
        unit="proportion",
        higher_is_better=True,
        n=n if known else None,
        n_basis="requests" if known else None,
        successes=run.answered if known else None,
        conditions=run.conditions,
        place=place,
        warnings=(*missing, *doubts),
    )


def setting(raw: Any) -> str | None:
    """A number or word as a condition: 5 for 5.0, `unlimited` for infinity, None for what is missing."""
    value = finite(raw)
    if value is not None:
        return f"{value:.6g}"
    if raw in ("inf", "Infinity") or (isinstance(raw, float) and raw == float("inf")):
        return "unlimited"
    return name(raw, 80) if isinstance(raw, str) else None


def settings(**stated: Any) -> dict[str, str]:
    """Conditions out of settings, `_` in a name becoming `-`; what the file does not say is left out."""
    found = {word.replace("_", "-"): setting(raw) for word, raw in stated.items()}
    return {word: text for word, text in found.items() if text is not None}


def joined_status(runs: Iterable[Run]) -> RunStatus:
    """The status of a file with several runs; `partial` when they ended differently."""
    ended = {run.status for run in runs}
    return ended.pop() if len(ended) == 1 else "partial"
