"""What is read as an OSCAL document, what is refused, and where things stand in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govkit.errors import InputError, Problem
from govkit.oscal import documents
from govkit.oscal.documents import ROOTS, parse_document, pointer, read_document, version_problems
from govkit.oscal.json_lines import JsonLines
from tests.oscal.builders import assessed, catalog, mapping, metadata, parsed, poam, profile, with_value, written


def refused(content: bytes | str) -> Problem:
    with pytest.raises(InputError) as caught:
        parse_document(content.encode() if isinstance(content, str) else content, "d")
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


@pytest.mark.parametrize("document", [catalog(), mapping(), assessed(), poam(), profile()])
def test_a_document_comes_back_whole(document: dict[str, Any], tmp_path: Path) -> None:
    found = read_document(written(tmp_path, document))
    assert found.whole == document
    assert (found.root, found.version, found.syntax) == (next(iter(document)), "1.2.3", "json")


def test_the_schema_it_names_is_no_second_root() -> None:
    assert parsed({"$schema": "https://example.org/s.json", **catalog()}).whole == catalog()


YAML = """\
# ours
catalog:
  uuid: 74c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724
  metadata:
    title: No
    last-modified: 2026-01-01T00:00:00Z
    version: 1.10
    oscal-version: "1.1.2"
  controls:
    - {id: a, title: yes}
"""


def test_yaml_keeps_timestamps_and_words_as_written() -> None:
    found = parse_document(YAML.encode(), "c.yaml")
    assert found.body["metadata"]["last-modified"] == "2026-01-01T00:00:00Z"
    assert found.body["metadata"]["title"] == "No"
    assert found.body["controls"] == [{"id": "a", "title": "yes"}]
    assert type(found.body["metadata"]["version"]) is float
    assert str(found.place("metadata", "version")) == "c.yaml:7#/catalog/metadata/version"
    assert found.place("controls", 0, "title").line == 10


def test_json_places_have_line_and_pointer() -> None:
    found = parsed(catalog())
    place = found.place("groups", 0, "controls", 1, "id")
    assert place.pointer == "/catalog/groups/0/controls/1/id"
    text = json.dumps(catalog(), indent=1).splitlines()
    assert text[place.line - 1].strip() == '"id": "govern-1.2",'
    assert found.place("groups", 9, "controls").line == found.place("groups").line


@pytest.mark.parametrize(
    ("text", "ident", "said"),
    [
        ("{}", "not-oscal", "nothing"),
        ("", "not-oscal", "is empty"),
        (" \n", "not-oscal", "is empty"),
        ("[]", "not-oscal", "object"),
        ('{"catalogue": {}}', "not-oscal", "'catalogue'"),
        ('{"catalog": [], "x": 1}', "several-roots", "'x'"),
        ('{"catalog": {},\n "profile": {}}', "several-roots", "catalog, profile"),
        ('{"catalog": "x"}', "not-oscal", "not an object"),
        ('{"catalog": {"a": 1, "a": 2}}', "broken-json", "twice"),
        ('{"catalog": {\n', "broken-json", "line 2"),
        ("<?xml version='1.0'?><catalog/>", "not-oscal", "XML"),
        ("\ufeff\n <catalog/>", "not-oscal", "XML"),
        ("just words", "not-oscal", "object"),
        ("catalog: {a: 1\n", "broken-yaml", "broken YAML"),
        ("catalog: !!python/object:os.system {a: 1}", "yaml-tag", "tag"),
        ("catalog: {<<: {a: 1}}", "yaml-merge", "merge"),
        ("catalog: {a: 1, a: 2}", "duplicate-key", "twice"),
    ],
)
def test_what_is_no_oscal_document_is_refused(text: str, ident: str, said: str) -> None:
    problem = refused(text)
    assert problem.ident == ident
    assert said in problem.what
    assert problem.fix


def test_the_nearest_root_is_offered() -> None:
    assert "'assessment-results'" in refused('{"assessment-result": {}}').fix
    assert refused('{"catalog": {},\n "profile": {}}').where.line == 2


def test_a_missing_file_a_folder_and_a_huge_one_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, ident in ((tmp_path / "none", "missing-file"), (tmp_path, "not-a-file")):
        with pytest.raises(InputError) as caught:
            read_document(path)
        assert caught.value.problems[0].ident == ident
    path = written(tmp_path, catalog())
    monkeypatch.setattr(documents, "MAX_BYTES", 100)
    with pytest.raises(InputError) as caught:
        read_document(path)
    assert caught.value.problems[0].ident == "too-large"
    monkeypatch.setattr(documents, "MAX_YAML_BYTES", 100)
    assert refused(YAML).ident == "too-large"


def test_thousands_of_aliases_are_refused() -> None:
    assert refused("catalog:\n  a: &x [1]\n  b: [" + "*x, " * 5000 + "]\n").ident == "bad-alias"
    layers = "".join(f"  l{n}: &l{n} [" + f"*l{n - 1}, " * 9 + "]\n" for n in range(1, 11))
    assert refused("catalog:\n  l0: &l0 [x]\n" + layers).ident == "bad-alias"


def test_deep_nesting_is_refused_in_both_forms() -> None:
    assert refused('{"catalog": ' + '{"groups": [' * 100_000).ident == "broken-json"
    assert refused("catalog: " + "{a: " * 200 + "}" * 200).ident == "too-deep"


def test_too_many_entries_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_YAML_NODES", 50)
    monkeypatch.setattr(documents, "MAX_OBJECTS", 50)
    assert refused('{"catalog": {"controls": [' + "{}, " * 100 + "{}]}}").ident == "too-large"
    assert refused("catalog: [" + "1, " * 100 + "]").ident == "too-large"


@pytest.mark.parametrize(
    ("root", "version", "ident"),
    [
        ("catalog", "1.0.4", None),
        ("catalog", "1.2.3", None),
        ("catalog", "9.9.9", "unknown-version"),
        ("catalog", "v1.1.2", "unknown-version"),
        ("mapping-collection", "1.2.0", None),
        ("mapping-collection", "1.1.3", "version-contradiction"),
        ("mapping-collection", "1.0.4", "version-contradiction"),
    ],
)
def test_versions_are_held_against_the_releases(root: str, version: str, ident: str | None) -> None:
    found = version_problems(parsed({root: {"metadata": metadata(oscal_version=version)}}))
    assert [problem.ident for problem in found] == ([ident] if ident else [])
    assert all(problem.where.pointer == f"/{root}/metadata/oscal-version" for problem in found)


def test_a_version_that_is_no_text_is_left_to_the_schema() -> None:
    for value in (1.2, None, {}, []):
        document = parsed(with_value(catalog(), "/catalog/metadata/oscal-version", value or {}))
        assert (document.version, version_problems(document)) == ("", [])


def test_there_are_eight_roots() -> None:
    assert len(set(ROOTS)) == 8


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner, max_size=4)
    ),
    max_leaves=25,
)


def nodes(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, item in inner for found in nodes(item, (*path, key)))]


@given(value=VALUES, ascii_only=st.booleans())
def test_every_node_is_found_in_its_line(value: Any, ascii_only: bool) -> None:
    text = json.dumps(value, indent=1, ensure_ascii=ascii_only)
    lines, finder = text.split("\n"), JsonLines(text.encode())
    spots = nodes(value)
    # Written with indentation, every node begins a line of its own, in the order of the document.
    begins = [number for number, line in enumerate(lines, 1) if line.strip() not in ("]", "},", "}", "],")]
    assert [finder.line(spot) for spot in spots] == begins
    assert JsonLines(json.dumps(value).encode()).line(spots[-1]) == 1


def test_pointers_are_escaped() -> None:
    assert pointer(("a/b", 0, "m~n", "")) == "/a~1b/0/m~0n/"
