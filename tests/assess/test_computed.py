"""What govkit computes from a reading, whether a criterion asks or not."""

from __future__ import annotations

import pytest

from govkit.assess.computed import computed
from govkit.model.evidence import Interval
from tests.assess.builders import counted, evidence, measurement, samples


def test_every_value_gets_what_can_be_computed_in_their_order() -> None:
    scores = {f"i{index}": float(index % 4 > 0) for index in range(400)}
    told = Interval(low=0.4, high=0.6, level=0.95, method="bootstrap")
    found = evidence(
        counted(300, 400, conditions={"part": "a"}),
        measurement(None, warnings=("nan: no number",)),
        measurement(0.75, n=400, measure="m/mean", conditions={"part": "b"}),
        measurement(0.5, interval=told),
        samples=(samples(scores, measure="m/mean"), samples(scores, conditions={"part": "z"})),
    )
    assert found.reading is not None
    made = computed(found.reading)
    assert [one.interval.method if one and one.interval else None for one in made] == [
        "Wilson", None, "normal", "reported: bootstrap",
    ]  # fmt: skip
    assert made[1] is None
    wider = computed(found.reading, 0.99)
    assert wider[0] is not None
    assert wider[0].interval is not None
    assert wider[0].interval.level == pytest.approx(0.99)
