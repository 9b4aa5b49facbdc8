"""Many tests at once: which losses stand when their number is allowed for.

Both corrections are told which tests fail at a part of the error that the whole may make, and ask for smaller parts the
more tests there are. So each test may be of its own kind, and its interval at the level asked for is what decides.
"""

from __future__ import annotations

from collections.abc import Callable

Failing = Callable[[float], frozenset[int]]
"""The tests, by number, that fail when each may err with this part (0 to 1) of the error allowed."""


def holm(many: int, failing: Failing) -> tuple[frozenset[int], float]:
    """Those of so many tests that may all be called failed, and the part of the error that the others do not stand.

    That any of them is called wrongly has at most the probability allowed; for gates.
    Source: Holm 1979, Scand. J. Stat. 6:65-70.
    """
    called: frozenset[int] = frozenset()
    while len(called) < many:
        part = 1.0 / (many - len(called))
        more = failing(part) | called
        if more == called:
            return called, part
        called = more
    return called, 1.0


def benjamini_hochberg(many: int, failing: Failing) -> tuple[frozenset[int], float]:
    """Those of so many tests that may be called failed when a part of the calls may be wrong, as for `holm`.

    For triage, where a false alarm costs a look.
    Source: Benjamini and Hochberg 1995, J. R. Stat. Soc. B 57:289-300.
    """
    rank = len(failing(1.0))
    while rank:
        called = failing(rank / many)
        if len(called) >= rank:
            return called, min(1.0, (rank + 1) / many)
        rank -= 1
    return frozenset(), 1.0 / many
