"""What moved between the baseline release and this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from govkit.model.assessment import Check, Difference, Finding, Outcome, RiskResult

Direction = Literal["better", "worse", "same", "new", "gone", "moved"]
Judged = tuple[Sequence[Check], Sequence[Finding], Sequence[RiskResult]]

_RANK: dict[Outcome, int] = {"not-met": 0, "not-judged": 1, "inconclusive": 2, "met": 3}


def differences(before: Judged, after: Judged, gone: Mapping[str, str] | None = None) -> list[Difference]:
    """Checks whose outcome or value moved, controls whose state moved, risks whose level moved or that are gone.

    `gone`: checks and risks that are known to have been asked for, and why they are not any more (empty: nobody says).
    """
    return [
        *_checks({c.id: c for c in before[0]}, {c.id: c for c in after[0]}, gone or {}),
        *_controls(_states(before[1]), _states(after[1])),
        *_risks({r.risk: r for r in before[2]}, {r.risk: r for r in after[2]}, gone or {}),
    ]


def _states(findings: Sequence[Finding]) -> dict[str, Finding]:
    return {finding.subject: finding for finding in findings if finding.kind == "control"}


def _checks(old: dict[str, Check], new: dict[str, Check], gone: Mapping[str, str]) -> list[Difference]:
    found = []
    for ident, check in new.items():
        then = old.get(ident)
        if then is None:
            text = f"{check.title}: not judged at the baseline release; now {check.outcome}."
            found.append(_difference(ident, "check", "absent", check.outcome, "new", text))
            continue
        direction = _direction(_RANK[then.outcome], _RANK[check.outcome])
        if (then.outcome, check.outcome) == ("not-met", "not-judged"):
            direction = "worse"  # a bad result that nobody measured again is no progress
        if direction == "same" and then.value == check.value:
            continue
        was = "" if then.value is None else f" ({then.value:.4g})"
        now = "" if check.value is None else f" ({check.value:.4g})"
        text = f"{check.title}: was {then.outcome}{was}, now {check.outcome}{now}."
        found.append(_difference(ident, "check", then.outcome, check.outcome, direction, text))
    for ident in dict.fromkeys((*old, *gone)):
        if ident not in new:
            was, title = (old[ident].outcome, old[ident].title) if ident in old else ("asked for", ident)
            why = f" The project says why: {gone[ident]}" if gone.get(ident) else ""
            text = f"{title}: was {was}; the check no longer exists.{why}"
            found.append(_difference(ident, "check", was, "absent", "gone", text))
    return found


def _controls(old: dict[str, Finding], new: dict[str, Finding]) -> list[Difference]:
    rank = {"not-satisfied": 0, "not-applicable": 1, "satisfied": 2}
    found = []
    for ident, finding in new.items():
        then = old.get(ident)
        if then is None or then.state == finding.state:
            continue
        direction = _direction(rank[then.state], rank[finding.state])
        if (then.state, finding.state) == ("not-satisfied", "not-applicable"):
            direction = "moved"  # what is put aside has not become better
        text = f"{finding.title}: was {then.state}, now {finding.state} ({finding.reason})."
        found.append(_difference(ident, "control", then.state, finding.state, direction, text))
    return found


def _risks(old: dict[str, RiskResult], new: dict[str, RiskResult], gone: Mapping[str, str]) -> list[Difference]:
    found = []
    for ident, risk in new.items():
        then = old.get(ident)
        score = risk.likelihood * risk.impact
        if then is None or (then.level == risk.level and then.likelihood * then.impact == score):
            continue
        direction: Direction = "worse" if score > then.likelihood * then.impact else "better"
        text = f"{risk.title}: the level after controls was {then.level}, now {risk.level}."
        found.append(_difference(ident, "risk", then.level, risk.level, direction, text))
    for ident in dict.fromkeys((*old, *(name for name in gone if "/" not in name))):
        if ident not in new:
            was, title = (old[ident].level, old[ident].title) if ident in old else ("open", ident)
            text = f"{title}: the level after controls was {was}; it is not looked at any more."
            found.append(_difference(ident, "risk", was, "absent", "gone", text))
    return found


def _direction(before: int, after: int) -> Direction:
    return "same" if before == after else "better" if after > before else "worse"


def _difference(
    subject: str, kind: Literal["check", "control", "risk"], before: str, after: str, direction: Direction, text: str
) -> Difference:
    return Difference(subject=subject, kind=kind, before=before, after=after, direction=direction, text=text)
