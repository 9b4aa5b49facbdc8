"""Documents: what a paper shows about itself, and what a template nobody filled in does not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

import pytest

from govkit.collectors.papers import filled, kinds
from govkit.collectors.registry import identify
from govkit.errors import CollectorError
from govkit.model.evidence import Measurement
from tests.collectors.given import by_measure, read_as, refusal, tokens, written

PROSE = (
    "We use learning systems only where a person who knows the case can follow, question and overrule each decision "
    "that they make about people."
)

POLICY = dedent("""\
    ---
    document: ai-policy
    title: AI policy of the harbour clinic
    owner: Mei Tanaka
    version: 1.10
    approved_by: Dr Ines Okafor
    approved_on: 2026-01-15
    reviewed_on: 2026-10-30
    scope: All systems that learn from data
    ---
    # AI policy

    ## 1. Purpose

    We use learning systems to find patients who should be called back, and for nothing else without a new decision.

    ## Principles
    ### Care
    A person can follow, question and overrule each call list.

    ## 3) Commitment to requirements
    We keep to the law, to our contracts and to this policy.

    ## Commitment to improvement
    <!-- guidance: say how -->
    TBD

    ## Exceptions
    None.

    ## How it is made known
    Every member of staff gets it on the first day; see [Acme](https://example.org).
    """)


def measured(folder: Path, content: str, name: str = "evidence") -> dict[str, Measurement]:
    return by_measure(read_as(folder, "document", content, name))


def document(kind: str = "ai-policy", body: str = PROSE, **fields: str) -> str:
    front = "".join(f"{key}: {value}\n" for key, value in fields.items())
    return f"---\ndocument: {kind}\n{front}---\n\n{body}\n"


def test_an_approved_policy(tmp_path: Path) -> None:
    reading = read_as(tmp_path, "document", POLICY, "policy.md")
    found = by_measure(reading)
    assert {measure: one.value for measure, one in found.items()} == {
        "document/present": 1,
        "document/approved": 1,
        "document/reviewed": 1,
        "document/fields-filled": 11 / 13,
    }
    assert (reading.method, reading.status) == ("EXAMINE", "complete")
    assert {one.conditions["document"] for one in found.values()} == {"ai-policy"}
    assert found["document/approved"].at == datetime(2026, 1, 15, tzinfo=UTC)
    assert found["document/reviewed"].at == datetime(2026, 10, 30, tzinfo=UTC)
    assert (found["document/approved"].place, found["document/reviewed"].place) == ("line 6", "line 8")


def test_fields_are_keys_or_headings_with_text(tmp_path: Path) -> None:
    share = measured(tmp_path, POLICY)["document/fields-filled"]
    assert (share.successes, share.n, share.n_basis, share.unit) == (11, 13, "fields", "proportion")
    assert share.warnings == ("fields-missing: commitment_to_improvement, related_policies",)


def test_every_kind_can_be_filled(tmp_path: Path) -> None:
    for kind, fields in kinds()["documents"].items():
        filler = {field: "2026-10-30" if field.endswith("_on") else "said" for field in fields}
        found = measured(tmp_path, document(kind, **filler))
        assert found["document/fields-filled"].value == 1, kind


@pytest.mark.parametrize(
    "placeholder",
    [
        *("tbd", "TBD.", "TODO", "'TODO: ask Mei'", "fixme", "???", "...", "'-'", "—", "<fill in>", "'[name]'"),
        *("n/a", "N/A", "na", "''", '"   "', '"\\u200b"', "~", "", "[]", "{}", "[tbd, todo]", "To be decided."),
        *("'{{ owner }}'", "lorem ipsum dolor sit amet"),
    ],
)
def test_placeholders_fill_nothing(tmp_path: Path, placeholder: str) -> None:
    found = measured(tmp_path, document("internal-memo", owner=placeholder, version="1", reviewed_on="2026-01-01"))
    assert found["document/fields-filled"].successes == 2
    assert "fields-missing: owner" in found["document/fields-filled"].warnings


@pytest.mark.parametrize(
    "said", ["none", "No", "0", "false", "'n/a: we buy no data'", "Todor Ivanov", "東京", "[a, tbd]"]
)
def test_answers_that_look_short_are_answers(tmp_path: Path, said: str) -> None:
    found = measured(tmp_path, document("internal-memo", owner=said, version="1", reviewed_on="2026-01-01"))
    assert found["document/fields-filled"].value == 1


def test_a_template_of_headings_and_placeholders_is_no_document(tmp_path: Path) -> None:
    headings = "".join(f"## A heading of several words {number}\n\nTBD\n<!-- {PROSE} -->\n" for number in range(20))
    found = measured(tmp_path, document(body=headings, approved_by="Ada", approved_on="2026-01-01"))
    assert found["document/present"].value == 0
    assert tokens(found["document/present"].warnings) == {"few-words"}
    assert found["document/approved"].value == 0
    assert "nothing-to-approve" in tokens(found["document/approved"].warnings)


def test_an_empty_body_is_no_document(tmp_path: Path) -> None:
    assert measured(tmp_path, document(body=""))["document/present"].value == 0


@pytest.mark.parametrize(
    "fields", [{}, {"approved_by": "Ada"}, {"approved_on": "2026-01-01"}, {"approved_by": "tbd", "approved_on": "tbd"}]
)
def test_approval_needs_a_name_and_a_date(tmp_path: Path, fields: dict[str, str]) -> None:
    approved = measured(tmp_path, document(**fields))["document/approved"]
    assert approved.value == 0
    assert tokens(approved.warnings) == {"not-approved"}


def test_without_a_review_date_there_is_no_review(tmp_path: Path) -> None:
    assert "document/reviewed" not in measured(tmp_path, document(reviewed_on="TBD"))


@pytest.mark.parametrize("bad", ["last week", "2026-13-01", "2026", "01.02.2026", "[2026-01-01]", "true"])
def test_a_date_that_is_none_is_refused_with_its_line(tmp_path: Path, bad: str) -> None:
    error = refusal(tmp_path, document(owner="Ada", reviewed_on=bad))
    assert (error.ident, error.line) == ("bad-date", 4)
    assert "reviewed_on" in error.what


def test_broken_front_matter_is_refused_with_its_line(tmp_path: Path) -> None:
    error = refusal(tmp_path, "---\ndocument: ai-policy\nowner: [Ada\n---\n" + PROSE)
    assert error.ident == "broken-yaml"
    assert error.line in (3, 4)
    twice = refusal(tmp_path, "---\ndocument: ai-policy\nowner: a\nowner: b\n---\n" + PROSE)
    assert (twice.ident, twice.line) == ("duplicate-key", 4)


@pytest.mark.parametrize("kind", ["", "tbd", "[a, b]", "7"])
def test_a_document_of_no_kind_is_refused(tmp_path: Path, kind: str) -> None:
    error = refusal(tmp_path, document(kind), "document")
    assert isinstance(error, CollectorError)
    assert "which kind" in error.what


def test_an_unknown_kind_is_said_to_be_unknown(tmp_path: Path) -> None:
    share = measured(tmp_path, document("travel-report", owner="Ada"))["document/fields-filled"]
    assert (share.successes, share.n) == (1, 3)
    assert tokens(share.warnings) == {"unknown-kind", "fields-missing"}


def test_yaml_may_be_a_document(tmp_path: Path) -> None:
    text = (
        f"document: impact-assessment\nowner: Ada\nsystem: outreach\nharms: {PROSE}\nbenefits: [{PROSE}]\nrisks: tbd\n"
    )
    found = measured(tmp_path, text)
    assert found["document/present"].value == 1
    assert found["document/fields-filled"].successes == 4
    assert found["document/present"].conditions == {"document": "impact-assessment", "subject": "outreach"}
    short = "---\ndocument: impact-assessment\nowner: Ada Lovelace of the many names\nharms: tbd\n"
    assert measured(tmp_path, short)["document/present"].value == 0


def test_two_cards_are_about_two_datasets(tmp_path: Path) -> None:
    cards = [document("dataset-card", name=name, owner="Ada") for name in ("visits-2024", "visits-2025")]
    subjects = [measured(tmp_path, card)["document/fields-filled"].conditions["subject"] for card in cards]
    assert subjects == ["visits-2024", "visits-2025"]


def test_a_heading_in_a_code_block_is_no_heading(tmp_path: Path) -> None:
    body = f"{PROSE}\n\n```sh\n# purpose\necho {PROSE}\n```\n"
    assert "purpose" in measured(tmp_path, document(body=body))["document/fields-filled"].warnings[0]


def test_windows_line_ends_and_a_byte_order_mark(tmp_path: Path) -> None:
    found = by_measure(read_as(tmp_path, "document", b"\xef\xbb\xbf" + POLICY.replace("\n", "\r\n").encode()))
    assert found["document/fields-filled"].successes == 11


def test_names_with_control_characters_are_cleaned(tmp_path: Path) -> None:
    reading = read_as(tmp_path, "document", document('"ai\\u202e-policy"', owner='"Ada\\u0007"'))
    assert reading.tool is not None
    assert reading.tool.name == "document of Ada?"
    assert reading.measurements[0].conditions["document"] == "ai?-policy"


def test_what_is_recognised_as_a_document(tmp_path: Path) -> None:
    assert identify(written(tmp_path, POLICY), "policy.md").format == "document"
    assert identify(written(tmp_path, "document: x\nowner: a\n"), "x.yaml").format == "document"
    for other in ("---\ntitle: x\n---\ndocument: no\n", "# Just a text\n", "documents: 1\n", " document: x\n"):
        assert refusal(tmp_path, other).ident == "unknown-format"


def test_text_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    assert "UTF-8" in refusal(tmp_path, b"---\ndocument: ai-policy\n---\n\xff\xfe", "document").what


def test_a_bare_word_is_filled() -> None:
    assert filled("yes")
    assert not filled({"a": None, "b": ["?"]})
