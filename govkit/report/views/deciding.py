"""What has to be decided, by whom, and what was decided already: the verdict, the decision, the risks, the actions."""

from __future__ import annotations

from typing import NamedTuple

from govkit.model.assessment import AcceptanceState, Finding, RiskResult
from govkit.model.risk import Risk
from govkit.report.numbers import day
from govkit.report.views.index import Index
from govkit.report.views.risks import iso_date, iso_day
from govkit.report.visible import brief
from govkit.report.words import DECISIONS, Status, counted, listed, reason_words


class Verdict(NamedTuple):
    """The machine's verdict and the person's decision: two fields, neither overwrites the other."""

    status: Status
    sentence: str
    means: str
    decision: Status | None
    decided: str
    decision_reason: str


class Rely(NamedTuple):
    """The answer to "may I rely on it?"."""

    status: Status
    text: str


class Tile(NamedTuple):
    """One number with the words that make it readable."""

    number: str
    words: str
    look: str


class RiskLine(NamedTuple):
    """One risk in plain words."""

    title: str
    story: str
    level: str
    mark: Status | None
    """Set when the level is above what is accepted in general."""
    who: str


class Action(NamedTuple):
    """Something that somebody has to do or decide."""

    what: str
    why: str
    who: str
    when: str


def verdict(index: Index) -> Verdict:
    """The verdict in one sentence, what it means, and what a person decided."""
    gate, release = index.assessment.gate, index.release
    controls = [f for f in index.assessment.findings if f.kind == "control" and f.state != "not-applicable"]
    open_ones = [f for f in controls if f.state == "not-satisfied" and not f.accepted]
    risks = sum(result.above_appetite and not result.accepted for result in index.assessment.risks)
    if gate.open and not gate.accepted:
        status = Status("Rules met", "good")
        sentence = f"Release {index.assessment.release} met every rule this organisation set."
        means = "The evidence supports putting it to use, within the limits named in this report."
    elif gate.open:
        status = Status("Rules met, with exceptions", "open")
        sentence = (
            f"Release {index.assessment.release} met the rules this organisation set, "
            f"with {counted(_exceptions(index), 'exception')} that a named person accepted for a time."
        )
        means = "It may be put to use as decided, and each exception must be closed or decided again before its date."
    else:
        status = Status("Rules not met", "bad")
        missed = f"{len(open_ones)} of the {counted(len(controls), 'rule')}" if open_ones else "the rules"
        sentence = f"Release {index.assessment.release} did not meet {missed} this organisation set."
        above = f" {counted(risks, 'risk')} {'is' if risks == 1 else 'are'} higher than the organisation accepts."
        means = (
            "A rule counts as not met when the evidence fails it, and also when evidence is missing."
            + (above if risks else "")
            + " Before anybody relies on it, each point must be mended, or accepted in writing by somebody with the "
            "authority to do so."
        )
    if gate.open:
        means += but(index)
    decision = release.decision if release else None
    if decision is None:
        return Verdict(status, sentence, means, None, "No person has recorded a decision on this release.", "")
    who = f"{decision.by}, {decision.role}" if decision.role else decision.by
    return Verdict(status, sentence, means, DECISIONS[decision.outcome], f"{who}, {day(decision.on)}", decision.reason)


def but(index: Index) -> str:
    """What a reader of a yes must know: bars set too late, results of a second try, what was changed since."""
    met = [check for check in index.assessment.checks if check.outcome == "met" and check.severity == "gate"]
    late = sum(any(warning.startswith("bar-set-after-result:") for warning in check.warnings) for check in met)
    again = sum(check.runs is not None and check.runs.failed_earlier > 0 for check in met)
    moved = sum(item.direction == "moved" for item in index.assessment.differences)
    kinds = counted(moved, "bar, setting or exclusion", "bars, settings or exclusions")
    found = [
        f"for {counted(late, 'check')} the bar was set or changed after the result was known" if late else "",
        f"{counted(again, 'check')} passed only when measured again" if again else "",
        f"{kinds} changed since {index.assessment.baseline}" if moved else "",
    ]
    told = listed([text for text in found if text])
    return f" Know that {told}; the full report names each." if told else ""


def _exceptions(index: Index) -> int:
    """Rules not met and accepted; the requirements and risks that follow from them are not counted again."""
    accepted = index.assessment.gate.accepted
    rules = [f for f in index.assessment.findings if f.kind == "control" and f.subject in accepted]
    return len(rules) or len(accepted)


def rely(index: Index) -> Rely:
    """Whether somebody may rely on the release, as far as evidence and decision go."""
    gate, release = index.assessment.gate, index.release
    decision = release.decision if release else None
    if decision and decision.outcome == "no-go":
        return Rely(Status("No", "bad"), f"{decision.by} decided on {day(decision.on)} that it is not to be used.")
    if gate.open and not gate.accepted:
        text = "Yes, for the use described in this summary, and as long as the evidence stays current."
        return Rely(Status("Go", "good"), text)
    if gate.open:
        text = "Yes, as long as the accepted exceptions hold and the people named below do what they took on."
        return Rely(Status("Go, with actions", "open"), text)
    if decision:
        text = (
            f"The evidence does not carry it by itself: not every rule was met. {decision.by} decided on "
            f"{day(decision.on)} that it may be used nevertheless. Whoever relies on it relies on that decision and on "
            "the actions below being done."
        )
        return Rely(DECISIONS[decision.outcome], text)
    text = "Not yet. Not every rule was met, and nobody with the authority to do so has decided to use it nevertheless."
    return Rely(Status("No", "bad"), text)


def tiles(index: Index) -> tuple[Tile, ...]:
    """Four numbers."""
    assessment = index.assessment
    controls = [f for f in assessment.findings if f.kind == "control" and f.state != "not-applicable"]
    held = sum(f.state == "satisfied" for f in controls)
    met = sum(check.outcome == "met" for check in assessment.checks)
    failed = sum(check.outcome == "not-met" for check in assessment.checks)
    unknown = len(assessment.checks) - met - failed
    above = [result for result in assessment.risks if result.above_appetite]
    taken = bool(above) and all(result.accepted for result in above)
    words = f"{'risk' if len(above) == 1 else 'risks'} above the accepted level"
    return (
        Tile(f"{held} of {len(controls)}", "rules shown to hold", "good" if held == len(controls) else "bad"),
        Tile(str(failed), f"of {counted(len(assessment.checks), 'check')} failed", "bad" if failed else "good"),
        Tile(str(unknown), "checks could not be decided", "open" if unknown else "good"),
        Tile(
            str(len(above)),
            f"{words}, accepted by a person" if taken else words,
            "open" if taken else "bad" if above else "good",
        ),
    )


def _person(risk: Risk) -> str:
    """The owner, or in words that nobody has been named where `govkit init` left its placeholder."""
    return "an owner who is not named yet" if risk.owner == "Not named yet" else risk.owner


def risk_line(index: Index, ident: str) -> RiskLine:
    """One risk with who carries it."""
    result, risk = index.results[ident], index.risks.get(ident)
    valid = next((state for state in result.acceptances if state.state == "valid"), None)
    if valid:
        who = f"Accepted by {valid.by} until {iso_day(valid.until)}"
    elif result.above_appetite:
        who = f"Nobody has accepted it; {_person(risk)} must decide" if risk else "Nobody has accepted it"
    else:
        who = f"Within what the organisation accepts; watched by {_person(risk)}" if risk else "Within what is accepted"
    story = brief(risk.consequence, 160) if risk else ""
    mark = None
    if result.above_appetite:
        mark = Status("above the accepted level", "open") if result.accepted else Status("too high", "bad")
    return RiskLine(brief(result.title, 110), story, result.level, mark, who)


def actions(index: Index) -> list[Action]:
    """What is open: risks nobody accepted, acceptances that end or no longer hold, controls that are not evidenced."""
    found: list[Action] = []
    for result in index.assessment.risks:
        found += _risk_actions(index, result)
    for finding in index.assessment.findings:
        if finding.kind == "control" and finding.state == "not-satisfied" and not finding.accepted:
            found.append(_mend(index, finding))
    return found


def _risk_actions(index: Index, result: RiskResult) -> list[Action]:
    risk, title = index.risks.get(result.risk), brief(result.title, 100)
    found = []
    if result.above_appetite and not result.accepted:
        due = day(risk.treatment.due) if risk and risk.treatment.due else _NOW
        what = f"Reduce this risk or accept it in writing: {title}"
        found.append(Action(what, f"its level is {result.level}", risk.owner if risk else _owner(index), due))
    for state in result.acceptances:
        if state.state == "valid":
            plan = brief(risk.treatment.plan, 160) if risk else "Close the exception, or decide again."
            who = risk.treatment.owner if risk else state.by
            found.append(Action(f"{title}: {plan}", "accepted only until that day", who, iso_day(state.until)))
        elif state.state in _BROKEN and not result.accepted:
            what = f"Renew or drop the acceptance of: {title}"
            found.append(Action(what, _broken(state), state.by, _NOW))
    return found


_NOW = "before release"
_BROKEN = ("expired", "residual-rose", "evidence-changed")


def _broken(state: AcceptanceState) -> str:
    if state.state == "expired":
        return f"it ended on {iso_day(state.until)}"
    return "the risk is higher now" if state.state == "residual-rose" else "its evidence changed"


def _mend(index: Index, finding: Finding) -> Action:
    control = index.controls.get(finding.subject)
    failing = [c for c in index.checks_of.get(finding.subject, ()) if c.outcome != "met" and c.severity == "gate"]
    why = listed(list(dict.fromkeys(reason_words(check.reason).lower() for check in failing[:3])))
    who = control.owner if control and control.owner else _owner(index)
    return Action(f"Mend: {brief(finding.title, 100)}", why or reason_words(finding.reason).lower(), who, _NOW)


def _owner(index: Index) -> str:
    return index.system.owner if index.system else ""


def next_review(index: Index) -> str:
    """The earliest date from which something has to be looked at again."""
    as_of = index.assessment.as_of.date()
    dates = [risk.review_by for risk in index.project.risks if risk.review_by and risk.status == "open"]
    for result in index.assessment.risks:
        valid = (iso_date(state.until) for state in result.acceptances if state.state == "valid")
        dates += [until for until in valid if until]
    coming = sorted(found for found in dates if found >= as_of)
    return day(coming[0]) if coming else ""
