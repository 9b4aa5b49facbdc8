"""Small charts as SVG, written by hand: same records, same bytes; every chart says in words what it shows.

A table with the numbers stands next to each chart; colour never carries meaning alone. The fonts of the page do not
reach into SVG when a PDF is made, so every chart names its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from govkit.model.assessment import Check, Outcome, RiskResult
from govkit.model.control import ON_SCALE, Criterion
from govkit.model.risk import RiskScale
from govkit.report.fonts import SANS
from govkit.report.numbers import bar_words, check_quantity
from govkit.report.visible import plain

INK, SOFT, LINE, FIELD = "#1b2733", "#5b6875", "#c9d0d6", "#eef2f4"
LOOK = {"good": "#1f6f54", "bad": "#a8321f", "open": "#93650b", "none": "#5b6875", "off": "#8d979f"}
"""Colours of the status words; each has a contrast of at least 4.5 to 1 on white, except `off`, used for areas only."""

_OUTCOME_LOOK: dict[Outcome, str] = {"met": "good", "not-met": "bad", "inconclusive": "open", "not-judged": "none"}
_LEVELS = ("#e4efe9", "#f6ecd2", "#f3d9c4", "#e6b5aa", "#d58c80")


class Range(NamedTuple):
    """The part of the number line that clears a bar; None is open on that side."""

    low: float | None
    high: float | None


def svg(width: float, height: float, title: str, body: Sequence[str], look: str = "") -> Markup:
    """An SVG whose first child is a sentence that says what it shows."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" class="{escape(look or "chart")}" width="{width:g}" '
        f'height="{height:g}" viewBox="0 0 {width:g} {height:g}" font-family="{escape(SANS)}" font-size="9">',
        f"<title>{escape(plain(title))}</title>",
        *body,
        "</svg>",
    ]
    return Markup("".join(parts))  # noqa: S704  (every text in it went through escape)


def text(
    x: float, y: float, words: str, *, anchor: str = "start", fill: str = INK, size: float = 9, bold: bool = False
) -> str:
    """A line of text."""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}" font-size="{size:g}"{weight}>'
        f"{escape(plain(words))}</text>"
    )


def line(x1: float, y1: float, x2: float, y2: float, stroke: str = LINE, width: float = 1, dash: str = "") -> str:
    """A straight line."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}" '
        f'stroke-width="{width:g}"{dashed}/>'
    )


def box(x: float, y: float, width: float, height: float, fill: str, stroke: str = "none") -> str:
    """A rectangle."""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}" fill="{fill}" '
        f'stroke="{stroke}"/>'
    )


def marker(x: float, y: float, look: str, radius: float = 4) -> str:
    """A dot whose shape says the outcome too: circle, triangle, diamond, ring."""
    fill = LOOK[look]
    if look == "bad":
        points = f"{x:.1f},{y - radius:.1f} {x + radius:.1f},{y + radius:.1f} {x - radius:.1f},{y + radius:.1f}"
        return f'<polygon points="{points}" fill="{fill}"/>'
    if look == "open":
        points = f"{x:.1f},{y - radius:.1f} {x + radius:.1f},{y:.1f} {x:.1f},{y + radius:.1f} {x - radius:.1f},{y:.1f}"
        return f'<polygon points="{points}" fill="{fill}"/>'
    if look == "none":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius - 1:g}" fill="#ffffff" stroke="{fill}" stroke-width="2"/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{fill}"/>'


def cleared(criterion: Criterion) -> Range | None:
    """Where a value must lie to clear the bar; None when there is no number to compare with."""
    if criterion.at_least is not None:
        return Range(criterion.at_least, None)
    if criterion.at_most is not None:
        return Range(None, criterion.at_most)
    if criterion.between is not None:
        return Range(*criterion.between)
    return None


class Axis:
    """Values to horizontal positions."""

    def __init__(self, values: Sequence[float], left: float, right: float, *, bounded: bool) -> None:
        low, high = min(values), max(values)
        spread = (high - low) or abs(high) or 1.0
        self.low, self.high = low - spread * 0.25, high + spread * 0.25
        if bounded and low >= 0 and high <= 1:
            self.low, self.high = max(0.0, self.low), min(1.0, self.high)
        self.left, self.right = left, right

    def at(self, value: float) -> float:
        """The position of a value, kept inside the chart."""
        share = (value - self.low) / (self.high - self.low)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)


def _clamped(x: float, words: str, width: float, size: float) -> float:
    """A middle position at which words of that size do not leave the chart."""
    half = len(words) * size * 0.27 + 1
    return min(max(x, half), width - half) if width > 2 * half else width / 2


def dot_plot(check: Check, criterion: Criterion | None, width: float = 168) -> Markup | None:
    """The value with its interval against the bar; None when one of value and bar is not a number."""
    wanted = cleared(criterion) if criterion else None
    if check.value is None or wanted is None or criterion is None:
        return None
    known = [check.value, *(bound for bound in wanted if bound is not None)]
    if check.interval:
        known += [check.interval.low, check.interval.high]
    axis = Axis(known, 4, width - 4, bounded=check.unit == "proportion" and check.of in (*ON_SCALE, "ratio"))
    look = _OUTCOME_LOOK[check.outcome]
    middle, body = 20.0, []
    left = axis.at(wanted.low) if wanted.low is not None else 0.0
    right = axis.at(wanted.high) if wanted.high is not None else width
    body.append(box(left, middle - 6, right - left, 12, "#e4efe9"))
    body.append(line(0, middle, width, middle))
    for bound in wanted:
        if bound is not None:
            body.append(line(axis.at(bound), middle - 8, axis.at(bound), middle + 8, INK, 1.2, "2 1.5"))
            words = check_quantity(check, bound)
            body.append(text(_clamped(axis.at(bound), words, width, 8), 37, words, anchor="middle", fill=SOFT, size=8))
    if check.interval:
        low, high = axis.at(check.interval.low), axis.at(check.interval.high)
        body.append(line(low, middle, high, middle, LOOK[look], 2.5))
        if high - low > 12:  # narrower, and the ends would hide the mark
            body += [line(end, middle - 3.5, end, middle + 3.5, LOOK[look], 1.2) for end in (low, high)]
    at = axis.at(check.value)
    words = check_quantity(check, check.value)
    body.append(marker(at, middle, look))
    body.append(text(_clamped(at, words, width, 9), 9, words, anchor="middle", size=9, bold=True))
    return svg(width, 40, _plot_words(check, criterion), body)


def _plot_words(check: Check, criterion: Criterion) -> str:
    assert check.value is not None, "a plot has a value"
    words = f"{check.title}: {check_quantity(check, check.value)}"
    if check.interval:
        low, high = (check_quantity(check, bound) for bound in (check.interval.low, check.interval.high))
        words += f", interval {low} to {high}"
    return f"{words}; bar {bar_words(check, criterion)}; {check.outcome}."


class Share(NamedTuple):
    """One part of a bar."""

    number: int
    word: str
    look: str


def share_bar(name: str, shares: Sequence[Share], width: float = 300, height: float = 14) -> Markup:
    """One bar in parts with their numbers: what is good is solid, the rest is outlined, so print and eye can tell."""
    total = sum(share.number for share in shares) or 1
    body, x = [], 0.0
    for share in shares:
        if not share.number:
            continue
        part = share.number / total * width
        solid, colour = share.look == "good", LOOK[share.look]
        body.append(box(x + 0.75, 0.75, part - 1.5, height - 1.5, colour if solid else "#ffffff", colour))
        if part > 14:
            fill = "#ffffff" if solid else SOFT if share.look == "off" else colour
            body.append(
                text(x + part / 2, height - 4, str(share.number), anchor="middle", fill=fill, size=8.5, bold=True)
            )
        x += part
    title = f"{name}: " + ", ".join(f"{share.number} {share.word}" for share in shares) + "."
    return svg(width, height, title, body)


def heat(scale: RiskScale, risks: Sequence[RiskResult], *, residual: bool, width: float = 320) -> Markup:
    """The risk grid with the ids of the risks in their cells; likelihood upwards, impact to the right."""
    columns, rows = len(scale.impact), len(scale.likelihood)
    left, bottom, top = 66.0, 30.0, 4.0
    cell, tall = (width - left) / columns, 30.0
    height = top + rows * tall + bottom
    placed: dict[tuple[int, int], list[str]] = {}
    for risk in risks:
        spot = (risk.likelihood, risk.impact) if residual else (risk.inherent_likelihood, risk.inherent_impact)
        placed.setdefault(spot, []).append(risk.risk)
    body = []
    for row in range(rows):
        y = top + (rows - 1 - row) * tall
        body.append(text(left - 5, y + tall / 2 + 3, _short(scale.likelihood[row].label, 13), anchor="end", size=8))
        for column in range(columns):
            level = scale.level(row + 1, column + 1)
            fill = _LEVELS[
                min(len(_LEVELS) - 1, scale.rank(level) * (len(_LEVELS) - 1) // max(1, len(scale.levels) - 1))
            ]
            x = left + column * cell
            body.append(box(x, y, cell, tall, fill, "#ffffff"))
            body.append(text(x + 3, y + 8, level, fill=SOFT, size=6.5))
            body += _ids(x, y, cell, tall, placed.get((row + 1, column + 1), []))
    for column in range(columns):
        label = _short(scale.impact[column].label, 12)
        body.append(text(left + (column + 0.5) * cell, height - bottom + 11, label, anchor="middle", size=8))
    body.append(text(left + (width - left) / 2, height - 6, "Impact →", anchor="middle", fill=SOFT, size=8))
    body.append(text(0, height - bottom + 11, "Likelihood ↑", fill=SOFT, size=8))
    what = "after the controls that hold" if residual else "before any control"
    where = "; ".join(
        f"{', '.join(names)} at likelihood {spot[0]}, impact {spot[1]}" for spot, names in sorted(placed.items())
    )
    return svg(width, height, f"Risks {what}: {where or 'none'}.", body)


def _ids(x: float, y: float, width: float, height: float, names: Sequence[str]) -> list[str]:
    """Ids in a cell, or their number when they do not fit; the table beside has them all."""
    fits = [name for name in names if len(name) <= 7]
    per_line = max(1, int(width // 26))
    if len(fits) < len(names) or len(names) > 2 * per_line:
        return [text(x + width / 2, y + height / 2 + 7, f"{len(names)} risks", anchor="middle", size=8.5, bold=True)]
    lines = [" ".join(names[i : i + per_line]) for i in range(0, len(names), per_line)]
    start = y + height - 4 - (len(lines) - 1) * 9
    return [
        text(x + width / 2, start + i * 9, words, anchor="middle", size=8.5, bold=True) for i, words in enumerate(lines)
    ]


def _short(label: str, limit: int) -> str:
    return label if len(label) <= limit else f"{label[: limit - 1]}…"


class Dot(NamedTuple):
    """One group on a common axis."""

    name: str
    value: float
    words: str


def dots(title: str, points: Sequence[Dot], width: float = 330) -> Markup:
    """Groups side by side on one axis, a line for each, so that a gap is seen as a distance."""
    left, row = 104.0, 17.0
    axis = Axis([point.value for point in points], left + 6, width - 46, bounded=True)
    low, high = min(p.value for p in points), max(p.value for p in points)
    bottom = 4 + row * len(points)
    body = [box(axis.at(low), 2, axis.at(high) - axis.at(low), bottom - 2, FIELD)]
    for number, point in enumerate(points):
        y = 4 + row * number + row / 2
        body.append(line(left, y, width - 46, y))
        body.append(text(0, y + 3, _short(point.name, 20)))
        body.append(f'<circle cx="{axis.at(point.value):.1f}" cy="{y:.1f}" r="4.5" fill="#24506e"/>')
        body.append(text(width, y + 3, point.words, anchor="end", bold=True))
    said = ", ".join(f"{point.name} {point.words}" for point in points)
    return svg(width, bottom + 2, f"{title}: {said}.", body)
