"""What a measurement says about the items it lacks."""

from __future__ import annotations

import pytest

from govkit.model.evidence import Measurement


@pytest.mark.parametrize(
    ("n", "planned", "errors", "unscored", "missing"),
    [
        (90, 100, None, None, 10),
        (90, None, 4, 6, 10),
        (90, None, 0, None, 0),
        (90, 100, 15, None, 15),
        (100, 90, None, None, 0),
        (None, 100, None, None, None),
        (90, None, None, None, None),
    ],
)
def test_missing_is_what_the_file_admits_to(
    n: int | None, planned: int | None, errors: int | None, unscored: int | None, missing: int | None
) -> None:
    one = Measurement(measure="m", value=0.5, n=n, planned=planned, errors=errors, unscored=unscored)
    assert one.missing == missing
