"""What is wrong with a run that may have ended well, and whether the policy lets its values count all the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from govkit.assess.question import Candidate
from govkit.assess.unusable import Unusable
from govkit.model.evidence import Flag
from govkit.model.project import Policy

Graders = Callable[[str], Sequence[Candidate]]
"""Name of a judge to the measurements that show it agrees with people; empty when nothing shows that."""

# The worst first: what was not measured at all, then what was changed, then what is doubtful.
_MEANS: dict[Flag, str] = {
    "mock-model": "was made without a real model",
    "edited-after-run": "was edited after the run had ended",
    "unreliable": "is marked unreliable by the tool that wrote it",
    "self-reported": "is stated by the party it is about, not measured by a tool",
    "judge-unvalidated": "was scored by a model, and nothing shows that it agrees with people",
}


def flags_of(candidate: Candidate, policy: Policy, graders: Graders) -> tuple[Flag, ...]:
    """Flags of a value and its run, worst first; a judge that was held against people is no flaw."""
    reading, measurement = candidate.evidence.reading, candidate.measurement
    found = {*measurement.flags, *(reading.flags if reading else ())}
    found |= {"judge-unvalidated"} if candidate.judge is not None else set()
    # How well a judge agrees with people is measured with the judge, and is no score of it.
    if measurement.measure == policy.grader_measure or (candidate.judge is not None and graders(candidate.judge)):
        found.discard("judge-unvalidated")
    return tuple(flag for flag in _MEANS if flag in found)


def told(flag: Flag, candidate: Candidate) -> str:
    """The flag as a sentence about this value."""
    judge = f" (judge: {candidate.judge or 'not named'})" if flag == "judge-unvalidated" else ""
    return f"{candidate.measurement.measure} in {candidate.evidence.path} {_MEANS[flag]}{judge}."


def refused(candidate: Candidate, policy: Policy, graders: Graders) -> Unusable | None:
    """The worst flag the policy does not only warn of; a flag the policy does not name is refused."""
    for flag in flags_of(candidate, policy, graders):
        if policy.flags.get(flag, "refuse") == "refuse":
            return Unusable(flag, told(flag, candidate))
    return None


def warned(candidate: Candidate, policy: Policy, graders: Graders) -> list[str]:
    """Warnings for the flags the policy lets pass."""
    flags = flags_of(candidate, policy, graders)
    return [f"{flag}: {told(flag, candidate)}" for flag in flags if policy.flags.get(flag, "refuse") == "warn"]
