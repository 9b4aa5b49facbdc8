"""The summary: one sentence, two verdicts, and who must do what."""

from __future__ import annotations

from datetime import date

import pytest

from govkit.model.assessment import Gate
from govkit.model.project import Decision
from govkit.report.views.board import board
from govkit.report.views.deciding import actions, next_review, rely, risk_line, tiles, verdict
from govkit.report.views.index import Index
from tests.report.sample import NEW, sample


def index(*, is_open: bool | None = None, accepted: tuple[str, ...] = (), outcome: str | None = "keep") -> Index:
    made = sample()
    assessment, project = made.assessment, made.project
    if is_open is not None:
        gate = Gate(open=is_open, because=() if is_open else assessment.gate.because, accepted=accepted)
        assessment = assessment.model_copy(update={"gate": gate})
    if outcome != "keep":
        decision = outcome and Decision.model_validate(
            {"outcome": outcome, "by": "Bo Lind", "on": date(2026, 11, 19), "reason": "So."}
        )
        changed = [r.model_copy(update={"decision": decision or None}) for r in project.releases if r.version == NEW]
        project = project.model_copy(update={"releases": (project.releases[0], *changed)})
    return Index(assessment, project, made.library.catalogs, made.library.mappings)


def test_a_closed_gate_counts_what_was_not_met() -> None:
    found = verdict(index())
    assert found.sentence == "Release 2.4.0 did not meet 6 of the 68 rules this organisation set."
    assert "1 risk is higher than the organisation accepts" in found.means


def test_an_open_gate_names_its_exceptions() -> None:
    assert verdict(index(is_open=True)).sentence == "Release 2.4.0 met every rule this organisation set."
    said = verdict(index(is_open=True, accepted=("GK-ROB-04", "R-03"))).sentence
    assert "exception" in said
    assert "accepted for a time" in said


@pytest.mark.parametrize(
    ("is_open", "accepted", "outcome", "word"),
    [
        (True, (), None, "Go"),
        (True, ("GK-ROB-04",), None, "Go, with actions"),
        (True, (), "no-go", "No"),
        (False, (), None, "No"),
        (False, (), "go-with-actions", "Go, with actions"),
        (False, (), "no-go", "No"),
    ],
)
def test_whether_one_may_rely_on_it(is_open: bool, accepted: tuple[str, ...], outcome: str | None, word: str) -> None:
    assert rely(index(is_open=is_open, accepted=accepted, outcome=outcome)).status.word == word


def test_a_placeholder_is_not_shown_as_the_name_of_an_owner() -> None:
    made = sample()
    risks = [risk.model_copy(update={"owner": "Not named yet"}) for risk in made.project.risks]
    project = made.project.model_copy(update={"risks": tuple(risks)})
    found = Index(made.assessment, project, made.library.catalogs, made.library.mappings)
    said = [risk_line(found, risk.id).who for risk in risks]
    assert any("an owner who is not named yet" in who for who in said)
    assert not any("Not named yet" in who for who in said)


def test_a_persons_go_does_not_hide_a_closed_gate() -> None:
    given = index(is_open=False, outcome="go")
    assert verdict(given).status.word == "Rules not met"
    assert verdict(given).decision is not None
    assert "The evidence does not carry it by itself" in rely(given).text


def test_every_open_point_has_an_owner_and_a_date() -> None:
    found = actions(index())
    assert any("Health data leaves the clinic" in action.what for action in found)
    assert any(action.what.startswith("Renew or drop") and "ended on 19 Nov 2026" in action.why for action in found)
    assert any(action.when == "31 Jan 2027" and "A manipulated record" in action.what for action in found)
    assert all(action.who and action.when and action.why for action in found)


def test_numbers_that_failed_come_first() -> None:
    rows = board(index()).numbers
    assert [row.status.word for row in rows[:3]] == ["Not met", "Inconclusive", "Inconclusive"]
    assert all(row.status.word == "Met" for row in rows[3:])


def test_what_costs_and_how_groups_fare_have_their_own_place() -> None:
    found = board(index())
    assert [row.title for row in found.costs][:2] == [
        "Time within which 95 percent of requests are answered", "Cost of 1000 requests",
    ]  # fmt: skip
    assert [name for name, _, _ in found.groups[1].rows] == ["women", "men", "not stated"]
    assert not {row.title for row in found.costs} & {row.title for row in found.numbers}


def test_tiles_count_and_the_next_review_is_the_earliest_date() -> None:
    assert [tile.number for tile in tiles(index())] == ["61 of 68", "2", "5", "1"]
    assert next_review(index()) == "31 Jan 2027"
