"""NIST's schemas as shipped, and what they find in plain words."""

from __future__ import annotations

import hashlib
import re
import sys
from typing import Any

import pytest

from govkit.errors import Problem, SurroundingsError
from govkit.files import parse_json
from govkit.oscal import schemas
from govkit.oscal.documents import ROOTS
from govkit.oscal.schemas import FILES, FOLDER, RELEASE, check_schema
from tests.oscal.builders import assessed, catalog, control, mapping, parsed, poam, profile, uuid, with_value

HEAD = "/catalog/metadata"


def found(document: dict[str, Any]) -> list[Problem]:
    return list(check_schema(parsed(document)).problems)


def only(document: dict[str, Any]) -> Problem:
    problems = found(document)
    assert len(problems) == 1, problems
    return problems[0]


def test_the_schemas_are_nists_byte_for_byte() -> None:
    rows = re.findall(r"\| (\S+\.json) \| (\d+) \| ([0-9a-f]{64}) \|", (FOLDER / "SOURCE.md").read_text())
    assert {name for name, _, _ in rows} == {path.name for path in FOLDER.glob("*.json")} == set(FILES.values())
    for name, size, digest in rows:
        content = (FOLDER / name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (int(size), digest)


def test_there_is_one_schema_for_every_root_of_the_same_release() -> None:
    assert set(FILES) == set(ROOTS)
    for root, name in FILES.items():
        schema = parse_json((FOLDER / name).read_bytes())
        assert root in schema["properties"]
        assert f"/{RELEASE}/" in schema["$id"]


@pytest.mark.parametrize("document", [catalog(), mapping(), assessed(), poam(), profile()])
def test_documents_that_are_right_have_no_problem(document: dict[str, Any]) -> None:
    assert check_schema(parsed(document)) == (RELEASE, (), True)


BROKEN = [
    (HEAD + "/title", None, "missing-entry", "'title' is missing", "add `title`"),
    (HEAD + "/last-modified", None, "missing-entry", "'last-modified' is missing", "2026-11-20T12:00:00Z"),
    (HEAD + "/oscal-version", None, "missing-entry", "'oscal-version' is missing", "1.2.3"),
    (HEAD + "/titl", "x", "unknown-key", "the key 'titl' is not known", "known here: title"),
    (HEAD + "/remark", "x", "unknown-key", "the key 'remark' is not known", "did you mean 'remarks'?"),
    ("/catalog/uuid", "11111111-1111-1111-8111-111111111111", "bad-value", "version 1", "uuidgen"),
    ("/catalog/uuid", "11111111-1111-4111-1111-111111111111", "bad-value", "variant", "uuidgen"),
    ("/catalog/uuid", "u1", "bad-value", "is not a uuid", "uuidgen"),
    (HEAD + "/last-modified", "2026-01-01T00:00:00", "bad-value", "no time zone", "2026-01-01T00:00:00Z"),
    (HEAD + "/last-modified", "2026-01-01", "bad-value", "no time of day", "time zone"),
    (HEAD + "/last-modified", "2026-01-01T00:00:00+23:17", "bad-value", "does not exist", "2026-11-20"),
    (HEAD + "/last-modified", "yesterday", "bad-value", "not an instant", "2026-11-20T12:00:00Z"),
    (HEAD + "/title", "", "bad-value", "is empty", "write something"),
    (HEAD + "/title", "a\nb", "bad-value", "more than one line", "remarks"),
    (HEAD + "/version", " 1", "bad-value", "begins or ends with a blank", "remove"),
    (HEAD + "/version", 1.1, "bad-value", "version is a number; text", "quotes"),
    (HEAD + "/version", ["1"], "bad-value", "version is a list; text", "write text"),
    (HEAD + "/remarks", None, None, "", ""),
    (HEAD + "/roles", [], "empty-list", "roles is an empty list", "remove the key"),
    (HEAD + "/roles", {"id": "a", "title": "A"}, "bad-value", "roles is an object; a list", "even of one entry"),
    ("/catalog/groups/0/controls/0/id", "6.1.2", "bad-value", "begins with a digit", "label"),
    ("/catalog/groups/0/controls/0/id", "MEASURE 2.3", "bad-value", "holds a blank", "label"),
    ("/catalog/groups/0/controls/0/id", "a:b", "bad-value", "holds ':'", "label"),
    ("/catalog/groups/0/controls/0/title", None, "missing-entry", "'title' is missing", "add"),
    ("/catalog/back-matter", {"resources": [{"uuid": uuid("r"), "rlinks": [{"href": "a b"}]}]}, "bad-value",
     "not a reference", "%20"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "ident", "what", "fix"), BROKEN)
def test_one_mistake_is_one_problem_in_plain_words(
    path: str, value: Any, ident: str | None, what: str, fix: str
) -> None:
    document = with_value(with_value(catalog(), path, value or "x"), path, value)
    if ident is None:
        assert found(document) == []
        return
    problem = only(document)
    assert problem.ident == ident
    assert what in problem.what
    assert fix in problem.fix
    above = path if ident != "missing-entry" else path.rpartition("/")[0]
    assert path.startswith("/catalog/back-matter") or problem.where.pointer == above
    assert problem.where.line > 1


@pytest.mark.parametrize(
    ("document", "path", "value", "choice"),
    [
        (mapping(), "/mapping-collection/provenance/method", "manual", "human, automation, hybrid"),
        (mapping(), "/mapping-collection/provenance/status", "drafted", "did you mean 'draft'?"),
        (assessed(), "/assessment-results/results/0/findings/0/target/status/state", "satisfyed", "'satisfied'"),
        (assessed(), "/assessment-results/results/0/findings/0/target/type", "statement", "'statement-id'"),
    ],
)
def test_choices_are_named_with_the_nearest(document: dict[str, Any], path: str, value: str, choice: str) -> None:
    problem = only(with_value(document, path, value))
    assert (problem.ident, problem.where.pointer) == ("bad-value", path)
    assert choice in problem.fix


def test_of_a_list_of_mappings_the_mistake_inside_is_told_and_not_that_it_is_a_list() -> None:
    problem = only(with_value(mapping(), "/mapping-collection/mappings/0/maps/0/sources/0/type", "group"))
    assert problem.where.pointer == "/mapping-collection/mappings/0/maps/0/sources/0/type"
    assert "control, statement" in problem.fix


def test_an_empty_list_that_must_be_there_is_not_to_be_removed() -> None:
    problem = only(with_value(mapping(), "/mapping-collection/mappings/0/maps/0/targets", []))
    assert (problem.ident, problem.fix) == ("empty-list", "add an entry: OSCAL requires at least one")


def test_words_outside_an_open_list_are_fine() -> None:
    for path, value in (("observations/0/methods/0", "OBSERVE"), ("risks/0/status", "sleeping")):
        assert found(with_value(assessed(), f"/assessment-results/results/0/{path}", value)) == []


def test_alternatives_do_not_double_a_mistake() -> None:
    party = {"uuid": uuid("p"), "type": "persn", "name": "x", "email-addresses": ["nobody"]}
    problems = found(with_value(catalog(), HEAD + "/parties", [party]))
    assert [problem.where.pointer for problem in problems] == [
        HEAD + "/parties/0/type",
        HEAD + "/parties/0/email-addresses/0",
    ]


def test_keys_that_exclude_each_other_are_named_together() -> None:
    problem = only(with_value(catalog(), "/catalog/groups/0/groups", [{"title": "x"}]))
    assert problem.ident == "unknown-key"
    assert re.search(r"'(groups|controls)' cannot stand beside '(groups|controls)'", problem.what)
    assert problem.where.pointer in ("/catalog/groups/0/groups", "/catalog/groups/0/controls")


def test_mistakes_deep_in_groups_are_found_where_they_are() -> None:
    inner: dict[str, Any] = {"title": "x", "controls": [control("a", title="a\nb")]}
    for _ in range(30):
        inner = {"title": "x", "groups": [inner]}
    problem = only(catalog(groups=[inner]))
    assert problem.where.pointer == "/catalog" + "/groups/0" * 31 + "/controls/0/title"


def test_mappings_may_be_one_object_or_a_list() -> None:
    one = mapping()["mapping-collection"]["mappings"][0]
    assert found(mapping(mappings=one)) == []


def test_a_large_wrong_document_is_described_from_its_first_mistake_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemas, "WINDOW", 100)
    right = [control(f"c-{n}") for n in range(2000)]
    document = {"catalog": {**catalog()["catalog"], "controls": [*right, *({"id": "1 x"} for _ in range(3000))]}}
    checked = check_schema(parsed(document))
    assert not checked.whole
    assert checked.problems[0].where.pointer == "/catalog/controls/2000"
    assert 0 < len(checked.problems) < 300


def test_of_very_many_mistakes_the_first_are_described(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("govkit.oscal.schema_words.MOST", 5)
    monkeypatch.setattr(schemas, "MOST", 5)
    checked = check_schema(parsed(catalog(groups=[{"title": "x", "controls": [{"id": "1 x"}] * 50}])))
    assert (len(checked.problems), checked.whole) == (5, False)


def test_a_missing_package_is_said_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jsonschema_rs", None)
    schemas._validator.cache_clear()
    with pytest.raises(SurroundingsError, match=re.escape("govkit[oscal]")):
        check_schema(parsed(catalog()))
    schemas._validator.cache_clear()
