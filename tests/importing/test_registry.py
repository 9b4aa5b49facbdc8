"""Which format a file has is told by its content; no answer and two answers are refused."""

from __future__ import annotations

import pytest

from govkit.importing.registry import FORMATS, identify
from govkit.importing.source import Source
from tests.importing.builders import DATA, asked, imported, problems, refused
from tests.importing.test_ciso_assistant import LIBRARY
from tests.importing.test_mitre_atlas import CURRENT
from tests.importing.test_table import COLUMNS, TABLE

REAL = {
    "nist_cprt_ai_rmf.json": "nist-cprt",
    "nist_cprt_taxonomy.json": "nist-cprt",
    "nist_playbook.json": "nist-playbook",
    "mitre_atlas_4.5.2.yaml": "mitre-atlas",
    "owasp_asi_to_llm.sssom.tsv": "sssom",
}


@pytest.mark.parametrize(("name", "format"), REAL.items())
def test_real_files_are_recognised_whatever_they_are_called(name: str, format: str) -> None:
    assert identify(Source("x.pdf", (DATA / name).read_bytes()), asked()).format == format


@pytest.mark.parametrize(("text", "format"), [(LIBRARY, "ciso-assistant"), (CURRENT, "mitre-atlas")])
def test_with_a_byte_order_mark_and_comments_above(text: str, format: str) -> None:
    content = b"\xef\xbb\xbf# a comment\n\n---\n" + text.encode()
    assert identify(Source("x", content), asked()).format == format


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", ("given.file", "empty-file")),
        (b" \n\t", ("given.file", "empty-file")),
        (b"%PDF-1.7 \xff\xfe", ("given.file", "unknown-format")),
        (b"{}", ("given.file", "unknown-format")),
        (b"[]", ("given.file", "unknown-format")),
        (b"[1, 2]", ("given.file", "unknown-format")),
        (b'{"a": 1,', ("given.file:1", "broken-json")),
        (b'{"a": 1, "a": 2}', ("given.file:1", "broken-json")),
        (b"[" * 5000, ("given.file:1", "broken-json")),
        (b"urn: [\n", ("given.file:2:1", "broken-yaml")),
        (b"urn: !!python/object:os.system x\n", ("given.file:1:6", "yaml-tag")),
        (b"a: 1\n---\nb: 2\n", ("given.file:2:1", "broken-yaml")),
        (b"just words\n", ("given.file", "unknown-format")),
        (b"a: \xff\n", ("given.file", "unknown-format")),
    ],
)
def test_what_is_no_catalog_is_refused(content: bytes, found: tuple[str, str]) -> None:
    assert problems(content) == [found]


def test_the_refusal_says_what_the_file_looks_like() -> None:
    assert "the keys 'name', 'items'" in refused('{"name": 1, "items": []}')[0].what
    assert "a list of 2, its first entry has 'x'" in refused('[{"x": 1}, 2]')[0].what
    assert "text that begins with 'Nr,Title" in refused(TABLE)[0].what


def test_two_formats_that_fit_must_be_chosen_from() -> None:
    described = asked(described=COLUMNS.replace("columns:", "x:").replace("id: Nr", "id: Nr"))
    both = asked(described="columns: {id: subject_id}\nkind: term\n")
    content = (DATA / "owasp_asi_to_llm.sssom.tsv").read_bytes()
    (told,) = refused(content, both)
    assert (told.ident, "--format sssom" in told.fix) == ("ambiguous-format", True)
    assert identify(Source("x", content), described).format == "sssom"


def test_a_format_may_be_said_and_must_be_known() -> None:
    assert imported(CURRENT, format="mitre-atlas").catalog is not None
    (told,) = refused(CURRENT, format="mitre-atlass")
    assert (told.ident, "did you mean 'mitre-atlas'" in told.fix) == ("unknown-format", True)


@pytest.mark.parametrize("format", sorted(FORMATS))
@pytest.mark.parametrize(
    "content", [b"{}", b"[]", b"[3]", b"a: 1\n", b"x", b"null", b'{"objects": 3}', b'{"matrices": [3]}']
)
def test_a_format_that_was_said_wrongly_ends_in_a_problem(format: str, content: bytes) -> None:
    assert problems(content, format=format)


@pytest.mark.parametrize("name", sorted(REAL))
def test_a_file_that_was_cut_off_is_never_half_read(name: str) -> None:
    """Cut anywhere, a file is refused or, where its end is a sound file itself, read as what it is."""
    content = (DATA / name).read_bytes()
    for end in range(0, len(content), max(1, len(content) // 23)):
        source, wanted = Source("x", content[:end]), asked(head={"published": "2020-01-01", "as_of": "2020-01-01"})
        if name.endswith(".json") or source.fault is not None:
            assert problems(content[:end], wanted)
