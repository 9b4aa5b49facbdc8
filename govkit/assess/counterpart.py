"""The baseline's value a value may fairly be compared with: same task, same data, same judge, same way of asking."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from govkit.assess.question import Candidate
from govkit.assess.unusable import Unusable

# Settings that change what is measured, as tools spell them. Others (seed, batch size) may differ.
# Source: lm-evaluation-harness, Inspect, lighteval and HELM configurations; that a difference in these forbids a
# comparison is govkit's judgement.
_ASKED = re.compile(
    r"(?:num-?)?(?:few-?shots?|shots?)|n-?shots?|fewshot-as-multiturn|(?:apply-)?chat-template(?:-sha)?|"
    r"(?:task-|dataset-|prompt-)version|prompt(?:-template|-hash)?|system-(?:prompt|instruction)(?:-sha)?"
)


def counterpart(candidate: Candidate, baseline: Sequence[Candidate]) -> Candidate | Unusable:
    """The same series in the baseline release, measured alike; else why there is nothing to compare with."""
    same = [other for other in baseline if other.series == candidate.series]
    if not same:
        return Unusable("not-comparable", _why_none(candidate, baseline))
    other = same[-1]
    differs = _data(candidate, other) or _settings(candidate, other)
    return Unusable("not-comparable", differs) if differs else other


def _why_none(candidate: Candidate, baseline: Sequence[Candidate]) -> str:
    """Names what differs when the baseline has the measure under other conditions."""
    measure = candidate.measurement.measure
    near = [other for other in baseline if other.measurement.measure == measure]
    if not near:
        return f"The baseline release has no {measure} under the same conditions and dataset."
    now = _told(candidate)
    differences = sorted((_differences(now, _told(other)) for other in near), key=lambda found: (len(found), found))
    listed = "; ".join(differences[0]) or "another document"
    return f"The baseline release has no {measure} under the same conditions and dataset: {listed}."


def _told(candidate: Candidate) -> dict[str, str]:
    dataset = candidate.measurement.dataset
    found = dict(candidate.measurement.conditions)
    found |= {"dataset": dataset.id} if dataset else {}
    return found | ({"judge": candidate.judge} if candidate.judge else {})


def _differences(now: Mapping[str, str], then: Mapping[str, str]) -> list[str]:
    keys = sorted(key for key in now.keys() | then.keys() if now.get(key) != then.get(key))
    return [f"{key} was {then.get(key, 'not stated')}, now {now.get(key, 'not stated')}" for key in keys]


def _data(candidate: Candidate, other: Candidate) -> str | None:
    now, then = candidate.measurement.dataset, other.measurement.dataset
    if now and then and ((now.sha256, now.revision, now.split) != (then.sha256, then.revision, then.split)):
        return (
            f"The dataset {now.id} is not the same file, revision or part as at the baseline release, so the two "
            "values cannot be compared."
        )
    return None


def _asked(candidate: Candidate) -> dict[str, str]:
    reading = candidate.evidence.reading
    config = reading.config if reading else {}
    return {key: value for key, value in config.items() if _ASKED.fullmatch(key.lower().replace("_", "-"))}


def _settings(candidate: Candidate, other: Candidate) -> str | None:
    found = _differences(_asked(candidate), _asked(other))
    if not found:
        return None
    return f"The two were not asked alike, so they cannot be compared: {'; '.join(found)}."


def changed_settings(candidate: Candidate, other: Candidate) -> tuple[str, ...]:
    """A note on settings that differ and do not forbid a comparison."""
    now = candidate.evidence.reading.config if candidate.evidence.reading else {}
    then = other.evidence.reading.config if other.evidence.reading else {}
    found = _differences(now, then)
    tools = [reading.tool for reading in (candidate.evidence.reading, other.evidence.reading) if reading]
    if len(tools) == 2 and tools[0] and tools[1] and tools[0] != tools[1]:
        found.append(f"tool was {tools[1].name} {tools[1].version or ''}, now {tools[0].name} {tools[0].version or ''}")
    return (f"settings-differ: {'; '.join(found)}",) if found else ()
