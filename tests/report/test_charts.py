"""Charts: words for who cannot see them, marks that differ in shape, labels inside the picture."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from govkit.model.assessment import Outcome
from govkit.report.charts import Dot, Share, dot_plot, dots, heat, share_bar
from tests.report.sample import sample
from tests.report.test_plain import bar, check

NAMES = {"svg": "http://www.w3.org/2000/svg"}


def parsed(chart: object) -> ElementTree.Element:
    return ElementTree.fromstring(str(chart))


def title(chart: object) -> str:
    return parsed(chart).findtext("svg:title", namespaces=NAMES) or ""


def test_a_plot_says_value_interval_bar_and_outcome() -> None:
    chart = dot_plot(check(0.704, (0.683, 0.724)), bar(at_least=0.6))
    assert title(chart) == "Right answers: 70.4 %, interval 68.3 % to 72.4 %; bar at least 60 %; met."


def test_every_outcome_has_its_own_shape() -> None:
    shapes = set()
    outcomes: tuple[Outcome, ...] = ("met", "not-met", "inconclusive", "not-judged")
    for outcome in outcomes:
        drawn = str(dot_plot(check(0.7, outcome=outcome), bar(at_least=0.6)))
        mark = re.findall(r"<(circle|polygon)([^>]*)/>", drawn)[0]
        shapes.add((mark[0], len(mark[1].split(",")), 'fill="#ffffff"' in mark[1]))
    assert len(shapes) == len(outcomes)


def test_no_number_no_plot() -> None:
    assert dot_plot(check(None), bar(at_least=0.6)) is None
    assert dot_plot(check(1.0), bar(equals=1)) is None
    assert dot_plot(check(1.0), None) is None


@pytest.mark.parametrize("value", [0.0, 0.59999, 0.6, 0.61, 1.0])
@pytest.mark.parametrize("limit", [0.0, 0.6, 1.0])
def test_labels_and_marks_stay_inside(value: float, limit: float) -> None:
    root = parsed(dot_plot(check(value, (max(0.0, value - 0.01), min(1.0, value + 0.01))), bar(at_least=limit)))
    width = float(root.get("width") or 0)
    for item in root.findall("svg:text", NAMES):
        half = len(item.text or "") * float(item.get("font-size") or 0) * 0.27
        assert half <= float(item.get("x") or 0) <= width - half
    for item in root.findall("svg:rect", NAMES):
        assert 0 <= float(item.get("x") or 0) <= width


def test_value_and_bar_labels_never_share_a_line() -> None:
    root = parsed(dot_plot(check(0.6), bar(at_least=0.6)))
    heights = [float(item.get("y") or 0) for item in root.findall("svg:text", NAMES)]
    assert len(heights) == 2
    assert abs(heights[0] - heights[1]) > 15


def test_an_interval_wider_than_sense_still_draws() -> None:
    wide = check(1.0, (-1e12, 1e12), unit="count")
    assert "nan" not in str(dot_plot(wide, bar(at_least=5))).casefold()


def test_parts_of_a_bar_add_up_and_are_named() -> None:
    chart = share_bar("NIST", [Share(3, "evidenced", "good"), Share(1, "not evidenced", "bad"), Share(0, "n/a", "off")])
    assert title(chart) == "NIST: 3 evidenced, 1 not evidenced, 0 n/a."
    widths = [float(item.get("width") or 0) for item in parsed(chart).findall("svg:rect", NAMES)]
    assert widths == [223.5, 73.5]


def test_the_risk_grid_names_every_risk_in_words() -> None:
    made = sample()
    said = title(heat(made.project.scale, made.assessment.risks, residual=True))
    assert all(risk.risk in said for risk in made.assessment.risks)
    assert said.startswith("Risks after the controls that hold: ")
    cells = parsed(heat(made.project.scale, made.assessment.risks, residual=False)).findall("svg:rect", NAMES)
    assert len(cells) == 25


def test_groups_are_listed_with_their_values() -> None:
    chart = dots("Recall by group", [Dot("women", 0.781, "78.1 of 100"), Dot("men", 0.774, "77.4 of 100")])
    assert title(chart) == "Recall by group: women 78.1 of 100, men 77.4 of 100."
