"""What a reader who has to decide needs: the verdict in one sentence, what was tested, what can fail, who must act."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup

from govkit.model.assessment import Check, Used
from govkit.report.charts import Dot, dot_plot, dots
from govkit.report.numbers import day
from govkit.report.views.frameworks import Bar, bar
from govkit.report.views.index import Index
from govkit.report.views.plain import Plain, plain_words
from govkit.report.views.risks import iso_date, iso_day, worst_first
from govkit.report.visible import brief
from govkit.report.words import DECISIONS, OUTCOMES, Status, counted, listed, reason_words

TOP_NUMBERS, TOP_RISKS, TOP_ACTIONS, TOP_REASONS, TOP_GROUPS = 7, 5, 8, 6, 8
"""Most rows of each kind in the summary. Source: govkit judgement: what fits in four pages and is still read."""

_PAPER = ("document/", "register/", "attestation/", "git/")
_COST = ("cost/", "latency/", "energy/")
# Themes a reader asks about first. Source: govkit judgement.
_FIRST = ("performance", "silent regression", "safety", "robustness", "security", "calibration", "explainability")


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


class NumberRow(NamedTuple):
    """One measured value against its bar."""

    title: str
    plain: Plain
    plot: Markup | None
    status: Status


class GroupChart(NamedTuple):
    """How different groups fare."""

    title: str
    chart: Markup
    rows: tuple[tuple[str, str, str], ...]
    said: str
    status: Status


class RiskLine(NamedTuple):
    """One risk in plain words."""

    title: str
    story: str
    level: str
    above: bool
    who: str


class Action(NamedTuple):
    """Something that somebody has to do or decide."""

    what: str
    why: str
    who: str
    when: str


class Board(NamedTuple):
    """The contents of the summary."""

    verdict: Verdict
    rely: Rely
    tiles: tuple[Tile, ...]
    tested: tuple[Bar, ...]
    untested: tuple[tuple[str, str], ...]
    numbers: tuple[NumberRow, ...]
    more_numbers: int
    groups: tuple[GroupChart, ...]
    costs: tuple[NumberRow, ...]
    risks: tuple[RiskLine, ...]
    more_risks: int
    actions: tuple[Action, ...]
    more_actions: int
    next_review: str
    since: str


def board(index: Index) -> Board:
    """The contents of the summary."""
    numeric = [check for check in index.assessment.checks if _countable(check)]
    costs = [check for check in numeric if check.measure.startswith(_COST)]
    gaps = [check for check in numeric if check.of == "gap"]
    rest = sorted((c for c in numeric if c not in costs and c not in gaps), key=lambda c: _interest(index, c))
    rows = [row for row in (_number(index, check) for check in rest) if row]
    ranked = sorted(index.assessment.risks, key=lambda result: worst_first(index, result))
    actions = _actions(index)
    return Board(
        verdict=verdict(index),
        rely=rely(index),
        tiles=tiles(index),
        tested=_tested(index),
        untested=_untested(index),
        numbers=tuple(rows[:TOP_NUMBERS]),
        more_numbers=max(0, len(rows) - TOP_NUMBERS),
        groups=tuple(chart for chart in (_groups(check) for check in gaps[:2]) if chart),
        costs=tuple(row for row in (_number(index, check) for check in costs[:4]) if row),
        risks=tuple(_risk(index, result.risk) for result in ranked[:TOP_RISKS]),
        more_risks=max(0, len(ranked) - TOP_RISKS),
        actions=tuple(actions[:TOP_ACTIONS]),
        more_actions=max(0, len(actions) - TOP_ACTIONS),
        next_review=_next_review(index),
        since=_since(index),
    )


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
    decision = release.decision if release else None
    if decision is None:
        return Verdict(status, sentence, means, None, "No person has recorded a decision on this release.", "")
    who = f"{decision.by}, {decision.role}" if decision.role else decision.by
    return Verdict(status, sentence, means, DECISIONS[decision.outcome], f"{who}, {day(decision.on)}", decision.reason)


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
    above = sum(result.above_appetite for result in assessment.risks)
    return (
        Tile(f"{held} of {len(controls)}", "rules shown to hold", "good" if held == len(controls) else "bad"),
        Tile(str(failed), f"of {counted(len(assessment.checks), 'check')} failed", "bad" if failed else "good"),
        Tile(str(unknown), "checks could not be decided", "open" if unknown else "good"),
        Tile(str(above), "risks above the accepted level", "bad" if above else "good"),
    )


def _countable(check: Check) -> bool:
    return check.value is not None and check.outcome != "not-judged" and not check.measure.startswith(_PAPER)


def _interest(index: Index, check: Check) -> tuple[int, int, int]:
    """Failures first, then the themes readers ask about, then values with an interval."""
    control = index.controls.get(check.control)
    theme = control.theme if control else ""
    rank = _FIRST.index(theme) if theme in _FIRST else len(_FIRST)
    return {"not-met": 0, "inconclusive": 1}.get(check.outcome, 2), 0 if check.interval else 1, rank


def _number(index: Index, check: Check) -> NumberRow | None:
    criterion = index.criterion(check)
    plain = plain_words(check, criterion)
    return (
        NumberRow(brief(check.title, 90), plain, dot_plot(check, criterion), OUTCOMES[check.outcome]) if plain else None
    )


def _tested(index: Index) -> tuple[Bar, ...]:
    found = []
    for coverage in index.assessment.coverage:
        mine = [
            f
            for f in index.assessment.findings
            if (f.kind == "control" if coverage.catalog == "controls" else f.catalog == coverage.catalog)
        ]
        if mine:
            title = "Rules of this organisation" if coverage.catalog == "controls" else coverage.title
            found.append(bar(title, mine, 220))
    return tuple(found)


def _untested(index: Index) -> tuple[tuple[str, str], ...]:
    grouped: dict[str, list[str]] = {}
    for check in index.assessment.checks:
        if check.outcome in ("not-judged", "inconclusive"):
            grouped.setdefault(reason_words(check.reason), []).append(check.title)
    found = []
    for reason, titles in sorted(grouped.items()):
        shown = "; ".join(dict.fromkeys(brief(title, 90) for title in titles[:4]))
        found.append((reason, f"{shown}; and {len(titles) - 4} more" if len(titles) > 4 else shown))
    return tuple(found[:TOP_REASONS])


def _groups(check: Check) -> GroupChart | None:
    groups: dict[str, Used] = {}
    for used in check.used:
        name = next((value for key, value in sorted(used.conditions.items()) if key not in ("split", "filter")), "")
        if used.value is not None and name:
            groups.setdefault(name, used)
    if len(groups) < 2 or check.value is None or len(groups) > TOP_GROUPS:
        return None
    share = all(used.unit == "proportion" for used in groups.values())
    points, rows = [], []
    for name, used in groups.items():
        value = used.value or 0.0
        words = f"{value * 100:.3g} of 100" if share else f"{value:.3g}"
        points.append(Dot(name, value, words))
        rows.append((name, words, f"{used.n:,}" if used.n is not None else "not stated"))
    best, worst = max(points, key=lambda p: p.value), min(points, key=lambda p: p.value)
    said = f"Largest difference: {best.name} {best.words}, {worst.name} {worst.words}."
    return GroupChart(check.title, dots(check.title, points), tuple(rows), said, OUTCOMES[check.outcome])


def _risk(index: Index, ident: str) -> RiskLine:
    result, risk = index.results[ident], index.risks.get(ident)
    valid = next((state for state in result.acceptances if state.state == "valid"), None)
    if valid:
        who = f"Accepted by {valid.by} until {iso_day(valid.until)}"
    elif result.above_appetite:
        who = f"Nobody has accepted it; {risk.owner} must decide" if risk else "Nobody has accepted it"
    else:
        who = f"Within what the organisation accepts; watched by {risk.owner}" if risk else "Within what is accepted"
    story = brief(risk.consequence, 160) if risk else ""
    return RiskLine(brief(result.title, 110), story, result.level, result.above_appetite, who)


def _actions(index: Index) -> list[Action]:
    """What closes the gate, and acceptances that no longer hold: risks first, then controls."""
    found = []
    system = index.system
    owner = system.owner if system else ""
    for result in index.assessment.risks:
        risk = index.risks.get(result.risk)
        due = day(risk.treatment.due) if risk and risk.treatment.due else "before release"
        if result.above_appetite and not result.accepted:
            what = f"Reduce this risk or accept it in writing: {brief(result.title, 100)}"
            found.append(Action(what, f"its level is {result.level}", risk.owner if risk else owner, due))
        for state in result.acceptances:
            if state.state in ("expired", "residual-rose", "evidence-changed") and not result.accepted:
                ended = f"it ended on {iso_day(state.until)}"
                causes = {"expired": ended, "residual-rose": "the risk is higher now"}
                what = f"Renew or drop the acceptance of: {brief(result.title, 100)}"
                cause = causes.get(state.state, "its evidence changed")
                found.append(Action(what, cause, state.by, "before release"))
    for finding in index.assessment.findings:
        if finding.kind != "control" or finding.state != "not-satisfied" or finding.accepted:
            continue
        control = index.controls.get(finding.subject)
        failing = [c for c in index.checks_of.get(finding.subject, ()) if c.outcome != "met" and c.severity == "gate"]
        why = listed(list(dict.fromkeys(reason_words(check.reason).lower() for check in failing[:3])))
        who = control.owner if control and control.owner else owner
        found.append(
            Action(
                f"Mend: {brief(finding.title, 100)}", why or reason_words(finding.reason).lower(), who, "before release"
            )
        )
    return found


def _since(index: Index) -> str:
    """How many checks and risks moved since the baseline release, in one sentence."""
    if index.assessment.baseline is None:
        return "There is no earlier release to compare with."
    moved = [d for d in index.assessment.differences if d.kind != "control"]
    better = sum(d.direction == "better" for d in moved)
    worse = sum(d.direction in ("worse", "gone") for d in moved)
    if not better and not worse:
        return f"Since release {index.assessment.baseline} no result became better or worse."
    said = f"{counted(better, 'result')} became better and {worse} became worse"
    return f"Since release {index.assessment.baseline}, {said}."


def _next_review(index: Index) -> str:
    """The earliest date from which something has to be looked at again."""
    as_of = index.assessment.as_of.date()
    dates = [risk.review_by for risk in index.project.risks if risk.review_by and risk.status == "open"]
    for result in index.assessment.risks:
        valid = (iso_date(state.until) for state in result.acceptances if state.state == "valid")
        dates += [until for until in valid if until]
    coming = sorted(found for found in dates if found >= as_of)
    return day(coming[0]) if coming else ""
