"""What govkit makes of the uncertainty of values that no criterion asks for yet."""

from __future__ import annotations

from govkit.assess.question import has_conditions
from govkit.assess.uncertainty import Estimate, estimate
from govkit.model.evidence import Measurement, Reading, SampleScores

LEVEL = 0.95
"""Two-sided level of the intervals shown. Source: the default of a project's policy."""


def computed(reading: Reading, level: float = LEVEL) -> list[Estimate | None]:
    """An estimate for every measurement of a reading, in their order; None for one that is no number.

    Raises MissingLibrary when an interval needs SciPy and it is not there.
    """
    return [
        None if one.value is None else estimate(one, level, samples=_samples(reading, one))
        for one in reading.measurements
    ]


def _samples(reading: Reading, one: Measurement) -> SampleScores | None:
    found = (item for item in reading.samples if item.measure == one.measure)
    return next((item for item in found if has_conditions(one.conditions, item.conditions)), None)
