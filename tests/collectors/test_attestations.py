"""Attestations: a statement counts when a named person gave it on a date."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

import pytest

from govkit.collectors.papers import kinds
from govkit.collectors.registry import identify
from tests.collectors.given import only, read_as, refusal, written

TEXT = dedent("""\
    attestation: inventory-complete
    statement: Every AI system of the clinic that is in scope stands in the inventory.
    made_by: Dr Ines Okafor
    role: Medical director
    made_on: 2026-10-29
    answer: yes
    valid_until: 2027-10-28
    how_checked: Compared with the list of purchases and of running services.
    """)


def changed(key: str, value: str | None) -> str:
    lines = [line for line in TEXT.splitlines() if not line.startswith(f"{key}:")]
    return "\n".join([*lines, *([f"{key}: {value}"] if value is not None else [])]) + "\n"


def test_an_affirmed_statement(tmp_path: Path) -> None:
    reading = read_as(tmp_path, "attestation", TEXT)
    value = only(reading)
    assert (value.measure, value.value, value.conditions) == (
        "attestation/statement", 1, {"attestation": "inventory-complete"},
    )  # fmt: skip
    assert value.at == datetime(2026, 10, 29, tzinfo=UTC)
    assert value.valid_until == datetime(2027, 10, 28, 23, 59, 59, tzinfo=UTC)
    assert (value.place, value.warnings) == ("line 2", ())
    assert (reading.method, reading.status) == ("INTERVIEW", "complete")
    assert reading.tool is not None
    assert reading.tool.name == "statement of Dr Ines Okafor"


@pytest.mark.parametrize(
    ("answer", "value"), [("yes", 1), ("true", 1), ("Affirmed", 1), ("no", 0), ("false", 0), ("denied", 0)]
)
def test_an_answer_is_yes_or_no(tmp_path: Path, answer: str, value: int) -> None:
    assert only(read_as(tmp_path, "attestation", changed("answer", answer))).value == value


@pytest.mark.parametrize("answer", [None, "", "mostly", "1", "[yes]"])
def test_an_unclear_answer_is_refused(tmp_path: Path, answer: str | None) -> None:
    assert "answer" in refusal(tmp_path, changed("answer", answer)).what


@pytest.mark.parametrize("key", ["made_by", "made_on"])
@pytest.mark.parametrize("value", [None, "", "TBD", "<name>", "[]"])
def test_a_statement_nobody_signs_is_refused(tmp_path: Path, key: str, value: str | None) -> None:
    assert refusal(tmp_path, changed(key, value)).ident == "unsigned-attestation"


@pytest.mark.parametrize("value", ["", "TODO", "[a, b]"])
def test_a_statement_without_words_is_refused(tmp_path: Path, value: str) -> None:
    assert "what is stated" in refusal(tmp_path, changed("statement", value)).what


def test_a_date_that_is_none_is_refused_with_its_line(tmp_path: Path) -> None:
    error = refusal(tmp_path, changed("made_on", "29 October"))
    assert (error.ident, error.line) == ("bad-date", 8)


def test_an_end_before_the_beginning_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, changed("valid_until", "2026-10-28")).ident == "bad-date"


def test_short_keys_are_understood(tmp_path: Path) -> None:
    text = TEXT.replace("made_by", "by").replace("made_on", "on")
    assert only(read_as(tmp_path, "attestation", text)).at == datetime(2026, 10, 29, tzinfo=UTC)


def test_missing_fields_of_the_kind_are_named(tmp_path: Path) -> None:
    assert only(read_as(tmp_path, "attestation", changed("how_checked", "tbd"))).warnings == (
        "fields-missing: how_checked",
    )
    assert set(kinds()["attestations"]) >= {"inventory-complete", "awareness-briefing"}


def test_what_is_recognised_as_an_attestation(tmp_path: Path) -> None:
    assert identify(written(tmp_path, TEXT), "x.yaml").format == "attestation"
    assert refusal(tmp_path, "attestation: x\n").ident == "unknown-format"
