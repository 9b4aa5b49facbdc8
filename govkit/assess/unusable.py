"""Why a measurement does not count, in one word and one sentence."""

from __future__ import annotations

from typing import NamedTuple

from govkit.model.assessment import Reason


class Unusable(NamedTuple):
    """Why a measurement does not count."""

    reason: Reason
    explanation: str
