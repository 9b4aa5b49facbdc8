"""What stands in the texts of a file does not come out again: no secret of any field, no word of a prompt or an answer.

Every sample of every format gets a text put into all its fields that can hold it, and the reading, as well as every
refusal on the way, is searched for it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from govkit.collectors import registry
from govkit.errors import CollectorError, InputError
from tests.collectors.poisoned import Field, read_with, sample_of
from tests.collectors.test_damage import FORMATS, SAMPLES

NEEDLE = "c4n4ry"
"""Stands in every secret below, in one case or another."""

SECRETS = (
    "hf_C4n4ryAbCdEfGhIjKlMnOpQrStUv",
    "sk-proj-C4n4ryAbCdEfGhIjKlMn",
    "sk-ant-api03-C4n4ryAbCdEfGhIjKlMn",
    "gsk_C4n4ryAbCdEfGhIjKlMnOpQrStUvWxYz0123",
    "ghp_C4n4ryAbCdEfGhIjKlMnOpQrStUvWxYz0123",
    "github_pat_C4n4ryAbCdEfGhIjKlMnOp",
    "glpat-C4n4ryAbCdEfGhIjKl",
    "AKIAC4N4RY7890ABCDEF",
    "AIzaC4n4ryAbCdEfGhIjKlMnOpQrStUvWxY",
    "xoxb-1234567890-C4n4ryAbCd",
    "https://hooks.slack.com/services/T0/B0/C4n4ryAbCd",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJDNG40cnkifQ.C4n4ryAbCdEf",
    "Bearer C4n4ryAbCdEfGhIj",
    "https://ada:C4n4ryAbCd@example.org/v1",
    "aws_secret_access_key=C4n4ryAbCdEfGhIjKl",
    "/home/c4n4ry/models",
    "/Users/c4n4ry/models",
    "file:///home/c4n4ry/models",
    r"C:\Users\c4n4ry lovelace\models",
    r"\\server\Users\c4n4ry\models",
)

CONTENT = frozenset({
    "actual_output", "arguments", "choices", "completion", "content", "conversation", "converted_value", "doc",
    "expected_output", "explanation", "filtered_resps", "generated_text", "generated_texts", "input", "messages",
    "notes", "original_value", "outputs", "payload", "prompt_text", "question", "raw", "reason", "response",
    "resps", "retrieval_context", "score_rationale", "source_code", "stdout", "system-out", "target", "text()",
    "traceback", "vars",
})  # fmt: skip
"""Names of fields that hold what was asked, answered, expected, or said about it. Source: the samples."""

NAMES = {"evidently": frozenset({"target"})}
"""What is no such field in a format: a column of the data is called so."""


def searched(path: Path, format: str, fields: list[Field], text: str, needle: str) -> list[str]:
    """What comes out with the needle in it, when all these fields that can hold the text do."""
    said: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "evidence"

        def reads(content: bytes) -> bool:
            target.write_bytes(content)
            try:
                said.append(registry.read(target, "evidence", format=format).model_dump_json())
            except CollectorError as error:
                said.append(f"{error.what} {error.fix} {error.pointer}")
                return False
            except InputError as error:
                said.append(str(error))
                return False
            return True

        kept = read_with(sample_of(path), fields, text, reads)
    assert kept or not fields, "no field can hold the text, so nothing was tried"
    return [_around(one, needle) for one in said if needle in one.lower()]


def _around(text: str, needle: str) -> str:
    at = text.lower().index(needle)
    return text[max(0, at - 100) : at + 40]


@pytest.mark.parametrize("format", FORMATS)
def test_no_secret_of_any_field_comes_out(format: str) -> None:
    text = " " + " ".join(SECRETS)
    for path in SAMPLES[format]:
        assert searched(path, format, list(sample_of(path).fields), text, NEEDLE) == [], path.name


@pytest.mark.parametrize("format", FORMATS)
def test_no_word_of_a_prompt_or_an_answer_comes_out(format: str) -> None:
    content = CONTENT - NAMES.get(format, frozenset())
    for path in SAMPLES[format]:
        fields = [one for one in sample_of(path).fields if content & set(one)]
        if fields:
            assert searched(path, format, fields, " marmalade", "marmalade") == [], path.name


def test_every_secret_would_be_found() -> None:
    assert [one for one in SECRETS if NEEDLE not in one.lower()] == []
