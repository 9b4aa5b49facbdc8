"""`govkit show CATALOG --role --on --route`, as text and as JSON."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from govkit.cli.main import app
from govkit.errors import InputError


def show(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["-C", str(folder), "show", *words])


def text(folder: Path, *words: str) -> str:
    result = show(folder, *words)
    assert result.exit_code == 0, result.output
    return result.stdout


def document(folder: Path, *words: str) -> dict[str, Any]:
    found = json.loads(text(folder, *words, "--json"))
    assert isinstance(found, dict)
    return found


def problem(folder: Path, *words: str) -> tuple[str, str, str]:
    result = show(folder, *words)
    assert isinstance(result.exception, InputError), result.output
    assert result.stdout == ""
    (found,) = result.exception.problems
    return found.ident, str(found.where), found.fix


def test_a_deployer_on_the_first_day_of_the_high_risk_duties(tmp_path: Path) -> None:
    found = document(tmp_path, "eu-ai-act", "--role", "deployer", "--on", "2027-12-02")
    assert (found["schema"], found["catalog"]) == ("govkit.applicable/1", "eu-ai-act-2026")
    assert (found["role"], found["on"], found["route"], found["as_of"]) == (
        "deployer",
        "2027-12-02",
        None,
        "2026-11-23",
    )
    assert found["legal_advice"] is False
    duties = {item["id"]: item for item in found["duties"]}
    assert duties["Art. 26"]["standing"] == "applies"
    assert duties["Art. 26"]["full_id"] == "eu-ai-act-2026:Art. 26"
    assert duties["Art. 26"]["dates"] == [
        {"route": "annex_iii", "first_day": "2027-12-02", "reached": True},
        {"route": "annex_i", "first_day": "2028-08-02", "reached": False},
    ]
    assert duties["Art. 10"]["standing"] == "other-role"
    assert [day["on"] for day in found["calendar"] if day["reached"]][-1] == "2027-12-02"
    assert set(found["routes"]) == {"all", "annex_iii", "annex_i"}


def test_the_day_before_the_same_duties_are_not_yet_there(tmp_path: Path) -> None:
    found = document(tmp_path, "eu-ai-act", "--role", "deployer", "--on", "2027-12-01")
    duties = {item["id"]: item["standing"] for item in found["duties"]}
    assert (duties["Art. 26"], duties["Art. 50"], duties["Art. 27"]) == ("not-yet", "applies", "not-yet")


def test_as_text_it_says_since_when_by_which_route_for_whom_and_that_it_is_no_advice(tmp_path: Path) -> None:
    shown = text(tmp_path, "eu-ai-act", "--role", "deployer", "--on", "2027-12-02")
    for part in (
        "what applies for the role deployer on 2027-12-02\n",
        "not legal advice",
        "The day lies after 2026-11-23",
        "Applies (11)",
        "Does not apply yet (0)",
        "Not for this role (25)",
        "Only: deployers that are public bodies",
        "Calendar until that day",
        "Still to come\n  2028-01-28",
    ):
        assert part in shown
    assert "state of knowledge 2026-11-23" in " ".join(shown.split())
    assert re.search(
        r"Art\. 26 +Obligations of deployers .* since 2027-12-02 \(annex_iii\)\n +from 2028-08-02 \(annex_i\)", shown
    )
    assert max(len(line) for line in shown.splitlines()) <= 100


def test_a_route_leaves_only_its_dates(tmp_path: Path) -> None:
    shown = text(tmp_path, "eu-ai-act", "--role", "provider", "--route", "annex_i", "--on", "2028-08-01")
    assert "by the route annex_i on 2028-08-01" in shown
    assert "(annex_iii)" not in shown
    assert "Does not apply yet (17)" in shown
    assert re.search(r"Art\. 10 .* from 2028-08-02 \(annex_i\)", shown)


def test_without_a_day_it_is_today_and_says_so(tmp_path: Path) -> None:
    before = datetime.now(UTC).date()
    found = document(tmp_path, "eu-ai-act", "--role", "provider")
    assert before.isoformat() <= found["on"] <= datetime.now(UTC).date().isoformat()
    assert f"on {found['on']} (today, UTC)" in text(tmp_path, "eu-ai-act", "--role", "provider")


def test_a_catalog_that_states_none_says_so_and_concludes_nothing(tmp_path: Path) -> None:
    shown = text(tmp_path, "iso", "42001", "--role", "provider", "--on", "2027-01-01")
    assert "states no roles and no dates" in shown
    assert "Applies" not in shown
    found = document(tmp_path, "iso", "42001", "--on", "2027-01-01")
    assert (found["states_roles"], found["states_dates"], found["duties"]) == (False, False, [])


@pytest.mark.parametrize(
    ("option", "given", "ident", "near"),
    [
        ("--role", "provder", "unknown-role", "'provider'"),
        ("--role", "deployer.public-bodies", "unknown-role", "'deployer.public-body'"),
        ("--route", "annex-iii", "unknown-route", "'annex_iii'"),
        ("--on", "2027-13-01", "bad-date", "2027-12-02"),
        ("--on", "20271202", "bad-date", "2027-12-02"),
        ("--on", "tomorrow", "bad-date", "2027-12-02"),
        ("--on", "", "bad-date", "2027-12-02"),
    ],
)
def test_a_word_or_day_that_is_none_is_answered_with_the_nearest(
    tmp_path: Path, option: str, given: str, ident: str, near: str
) -> None:
    found, where, fix = problem(tmp_path, "eu-ai-act", option, given)
    assert (found, where) == (ident, option)
    assert near in fix


@pytest.mark.parametrize("words", [("MEASURE", "2.3"), (), ("\x1b[31m",), ("x" * 10_000,)])
def test_only_a_catalog_can_be_asked(tmp_path: Path, words: tuple[str, ...]) -> None:
    ident, _, fix = problem(tmp_path, "--role", "deployer", "--", *words)
    assert ident == "not-a-catalog"
    assert "eu-ai-act-2026" in fix


def test_the_catalog_shows_roles_routes_and_calendar(tmp_path: Path) -> None:
    shown = text(tmp_path, "eu-ai-act")
    for part in (
        "8 chapters, 36 articles, 4 sections, 7 provisions, 11 annexes, 8 areas, 9 points",
        "deployer.public-body ",
        "annex_iii  The system is high-risk",
        "Calendar\n  2024-08-01  ",
    ):
        assert part in shown
    found = document(tmp_path, "eu-ai-act")
    assert len(found["calendar"]) == 13
    assert set(found["roles"]) > {"provider", "deployer"}


def test_an_article_shows_who_from_when_and_what_was_changed(tmp_path: Path) -> None:
    shown = text(tmp_path, "Article", "27")
    for part in (
        "Who must act\n  deployer.public-body ",
        "Applies from\n  2027-12-02  annex_iii ",
        "Changed by a later text\n  Item 13 ",
    ):
        assert part in shown
    found = document(tmp_path, "Art. 27")
    assert found["applies_from"] == {"annex_iii": "2027-12-02", "annex_i": "2028-08-02"}
    assert found["roles"] == ["deployer.public-body", "deployer.public-service", "deployer.annex-iii-5b-5c"]
    assert found["amended_by"].startswith("Item 13")
