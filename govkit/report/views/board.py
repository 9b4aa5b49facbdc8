"""What a reader who has to decide needs: the verdict in one sentence, what was tested, what can fail, who must act."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup

from govkit.model.assessment import Check, Used
from govkit.report.charts import Dot, dot_plot, dots
from govkit.report.views.deciding import (
    Action,
    Rely,
    RiskLine,
    Tile,
    Verdict,
    actions,
    next_review,
    rely,
    risk_line,
    tiles,
    verdict,
)
from govkit.report.views.frameworks import Bar, bar
from govkit.report.views.index import Index
from govkit.report.views.plain import Plain, plain_words
from govkit.report.views.risks import worst_first
from govkit.report.visible import brief
from govkit.report.words import OUTCOMES, Status, counted, reason_words

TOP_NUMBERS, TOP_RISKS, TOP_ACTIONS, TOP_REASONS, TOP_GROUPS = 7, 5, 8, 6, 8
"""Most rows of each kind in the summary. Source: govkit judgement: what fits in four pages and is still read."""

_PAPER = ("document/", "register/", "attestation/", "git/")
_COST = ("cost/", "latency/", "energy/")
# Themes a reader asks about first. Source: govkit judgement.
_FIRST = ("performance", "silent regression", "safety", "robustness", "security", "calibration", "explainability")


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
    open_points = actions(index)
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
        risks=tuple(risk_line(index, result.risk) for result in ranked[:TOP_RISKS]),
        more_risks=max(0, len(ranked) - TOP_RISKS),
        actions=tuple(open_points[:TOP_ACTIONS]),
        more_actions=max(0, len(open_points) - TOP_ACTIONS),
        next_review=next_review(index),
        since=_since(index),
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


def _since(index: Index) -> str:
    """How many checks and risks moved since the baseline release, in one sentence."""
    if index.assessment.baseline is None:
        return "There is no earlier release to compare with."
    moved = [d for d in index.assessment.differences if d.kind != "control"]
    better = sum(d.direction == "better" for d in moved)
    worse = sum(d.direction in ("worse", "gone") for d in moved)
    if not better and not worse:
        return f"Since release {index.assessment.baseline} no result became better or worse."
    said = f"{counted(better, 'result')} became better and {worse or 'none'} became worse"
    return f"Since release {index.assessment.baseline}, {said}."
