"""Registers: counts that hold until the next entry falls due."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

import pytest

from govkit.collectors.papers import kinds
from govkit.collectors.registry import identify
from govkit.model.evidence import Measurement
from tests.collectors.given import by_measure, read_as, refusal, tokens, written

CONCERNS = dedent("""\
    register: concerns
    entries:
      - id: C-1
        date: 2026-03-01
        received_from: patient
        system: outreach
        concern: Called twice
        first_answer_on: 2026-03-04
        owner: Ruth Abara
        due: 2026-03-20
        decision: upheld
        design_effect: one call per week
        closed_on: 2026-03-20
      - id: C-2
        date: 2026-05-10
        received_from: nurse
        system: outreach
        concern: List too long
        first_answer_on: 2026-05-11
        owner: Ruth Abara
        due: 2026-06-01
        decision: tbd
        design_effect: pending
        closed_on: 2026-06-02
      - id: C-3
        date: 2026-10-01
        received_from: patient
        system: outreach
        concern: Not called
        first_answer_on: 2026-10-02
        owner: Ruth Abara
        due: 2026-12-01
        decision: pending
        design_effect: pending
    """)


def measured(folder: Path, content: str) -> dict[str, Measurement]:
    return by_measure(read_as(folder, "register", content))


def register(*entries: str, kind: str = "suppliers", more: str = "") -> str:
    return f"register: {kind}\n{more}entries:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries)


def test_a_register_of_concerns(tmp_path: Path) -> None:
    reading = read_as(tmp_path, "register", CONCERNS)
    found = by_measure(reading)
    assert {measure: one.value for measure, one in found.items()} == {
        "register/entries": 3,
        "register/open": 1,
        "register/complete": 2 / 3,
        "register/overdue": 0,
        "register/closed-in-time": 1 / 2,
        "concern/days-to-first-answer": 3,
    }
    assert reading.at == datetime(2026, 10, 1, tzinfo=UTC)
    assert {one.conditions["register"] for one in found.values()} == {"concerns"}
    assert (found["register/complete"].successes, found["register/complete"].n) == (2, 3)
    assert found["register/complete"].warnings == ("fields-missing: C-2 lacks decision",)
    assert found["concern/days-to-first-answer"].place == "line 3"


def test_nothing_is_overdue_until_the_first_open_entry_falls_due(tmp_path: Path) -> None:
    overdue = measured(tmp_path, CONCERNS)["register/overdue"]
    assert overdue.valid_until == datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC)
    assert overdue.warnings == ("next-due: C-3 is due on 2026-12-01",)


def test_without_due_dates_nothing_falls_due(tmp_path: Path) -> None:
    overdue = measured(tmp_path, register("id: S-1, date: 2026-01-01"))["register/overdue"]
    assert (overdue.value, overdue.valid_until) == (0, None)
    assert overdue.warnings == ("no-due-date: S-1",)


def test_every_kind_can_be_complete(tmp_path: Path) -> None:
    for kind, fields in kinds()["registers"].items():
        entry = ", ".join(
            f"{field}: {'2026-01-01' if field in ('date', 'due') or field[-3:] in ('_on', '_at') else 'said'}"
            for field in fields
        )
        assert measured(tmp_path, register(entry, kind=kind))["register/complete"].value == 1, kind


def test_an_empty_register_has_no_share_of_complete_entries(tmp_path: Path) -> None:
    for empty in ("entries: []\n", "entries:\n"):
        found = measured(tmp_path, "register: incidents\n" + empty)
        assert {measure: one.value for measure, one in found.items()} == {
            "register/entries": 0,
            "register/open": 0,
            "register/overdue": 0,
        }


def test_a_review_dates_a_register_in_which_nothing_happened(tmp_path: Path) -> None:
    reading = read_as(tmp_path, "register", register(kind="incidents", more="reviewed_on: 2026-09-09\n"))
    assert reading.at == datetime(2026, 9, 9, tzinfo=UTC)


@pytest.mark.parametrize("field", ["date", "due", "closed_on", "first_answer_on", "logged_at", "valid_until"])
def test_a_date_that_is_none_is_refused_with_its_line(tmp_path: Path, field: str) -> None:
    error = refusal(tmp_path, f"register: concerns\nentries:\n  - id: C-1\n    owner: a\n    {field}: soon\n")
    assert (error.ident, error.line) == ("bad-date", 5)
    assert field in error.what


@pytest.mark.parametrize("word", ["tbd", "''", "n/a", "'?'"])
def test_an_entry_is_open_until_it_has_a_closing_date(tmp_path: Path, word: str) -> None:
    assert measured(tmp_path, register(f"id: S-1, closed_on: {word}"))["register/open"].value == 1


def test_ids_that_stand_twice_are_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path, register("id: S-1", "id: S-2", "id: S-1"))
    assert (error.ident, error.line) == ("duplicate-id", 5)
    assert "first in line 3" in error.what


@pytest.mark.parametrize("content", ["entries: 7\n", "entries: {a: 1}\n", "entries: [1, 2]\n", "entries: [[a]]\n"])
def test_entries_of_another_shape_are_refused(tmp_path: Path, content: str) -> None:
    assert "not a list of entries" in refusal(tmp_path, "register: x\n" + content).what


def test_a_register_of_no_kind_is_refused(tmp_path: Path) -> None:
    assert "which register" in refusal(tmp_path, "register: tbd\nentries: []\n").what


def test_an_entry_without_an_id_is_incomplete_and_named_by_its_line(tmp_path: Path) -> None:
    found = measured(tmp_path, register("date: 2026-01-01", "date: 2026-01-02"))["register/complete"]
    assert found.successes == 0
    assert "the entry in line 3 lacks id, supplier" in found.warnings[0]
    assert "the entry in line 4 lacks id" in found.warnings[0]


def test_a_long_list_of_incomplete_entries_is_cut(tmp_path: Path) -> None:
    found = measured(tmp_path, register(*(f"id: S-{number}" for number in range(500))))["register/complete"]
    (warning,) = found.warnings
    assert warning.endswith(" and 480 more")


def test_an_unknown_kind_is_said_to_be_unknown(tmp_path: Path) -> None:
    found = measured(tmp_path, register("id: 1, date: 2026-01-01, owner: Ada", kind="ships"))["register/complete"]
    assert found.value == 1
    assert tokens(found.warnings) == {"unknown-kind"}


def incident(severity: str, detected: str, contained: str = "", logged: str = "") -> str:
    more = (f", contained_at: '{contained}'" if contained else "") + (f", logged_at: '{logged}'" if logged else "")
    return f"severity: {severity}, detected_at: '{detected}'{more}"


def contained(folder: Path, *entries: str) -> dict[str, Measurement]:
    reading = read_as(folder, "register", register(*entries, kind="incidents"))
    return {one.conditions["severity"]: one for one in reading.measurements if one.measure.endswith("to-contain")}


def test_the_slowest_case_of_each_severity(tmp_path: Path) -> None:
    found = contained(
        tmp_path,
        incident("top", "2026-03-01T10:00:00+00:00", "2026-03-01T12:30:00+00:00"),
        incident("top", "2026-04-01T10:00:00+02:00", "2026-04-01T14:00:00+00:00"),
        incident("low", "2026-05-01T10:00:00Z", "2026-05-03T10:00:00Z"),
    )
    assert {severity: (one.value, one.n, one.unit) for severity, one in found.items()} == {
        "top": (6, 2, "hours"),
        "low": (48, 1, "hours"),
    }
    assert (found["top"].place, found["top"].higher_is_better, found["top"].valid_until) == ("line 4", False, None)


def test_a_day_without_an_hour_may_have_been_late(tmp_path: Path) -> None:
    value = contained(tmp_path, incident("top", "2026-03-01", "2026-03-01"))["top"].value
    assert value == pytest.approx(24, abs=0.01)


def test_an_incident_not_contained_ends_the_value_when_it_becomes_the_slowest(tmp_path: Path) -> None:
    found = contained(
        tmp_path,
        incident("top", "2026-03-01T10:00:00Z", "2026-03-01T16:00:00Z"),
        incident("top", "2026-09-01T10:00:00Z"),
    )["top"]
    assert (found.value, found.n) == (6, 1)
    assert found.valid_until == datetime(2026, 9, 1, 16, tzinfo=UTC)
    assert tokens(found.warnings) == {"not-ended"}


def test_a_first_incident_not_contained_has_no_value(tmp_path: Path) -> None:
    found = contained(tmp_path, incident("top", "2026-09-01T10:00:00Z"))["top"]
    assert (found.value, found.valid_until) == (None, None)
    assert tokens(found.warnings) == {"not-ended"}


def test_an_end_before_its_beginning_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path, register(incident("top", "2026-03-02", "2026-03-01"), kind="incidents"))
    assert (error.ident, error.line) == ("bad-date", 3)


@pytest.mark.parametrize("date", ["'9999-12-31T23:59:59-14:00'", "0001-01-01", "1899-12-31", "3000-01-01"])
def test_a_date_beyond_living_memory_is_a_slip(tmp_path: Path, date: str) -> None:
    assert refusal(tmp_path, register(f"id: 1, date: {date}")).ident == "bad-date"


def test_what_is_recognised_as_a_register(tmp_path: Path) -> None:
    assert identify(written(tmp_path, CONCERNS), "x.yaml").format == "register"
    assert identify(written(tmp_path, "---\n# a list\n" + CONCERNS), "x.yaml").format == "register"
    assert refusal(tmp_path, "register: x\n").ident == "unknown-format"
    assert refusal(tmp_path, "document: x\n" + CONCERNS).ident != "unknown-format"
