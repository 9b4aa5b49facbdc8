"""Documents that govkit wrote and another tool changed: what it changed is read, told, or refused, never ignored."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from govkit.catalogs.tailoring import named
from govkit.oscal.exporting import exported_catalog, exported_mapping, exported_profile
from tests.importing.builders import as_json, asked, dropped, imported, problems, refused, shipped, without

RMF = "nist-ai-rmf-1.0"
PAIRS = "nist-ai-rmf-1.0__iso-42001-2023"
GROUP = "/catalog/groups/0/groups/0"
Json = dict[str, Any]


@cache
def _catalog() -> bytes:
    return exported_catalog(shipped().catalogs[RMF], "json", with_text=False).content


@cache
def _mapping() -> bytes:
    library = shipped()
    found = library.mappings[PAIRS]
    return exported_mapping(found, library.catalogs[found.source], library.catalogs[found.target], "json").content


def catalog(change: Callable[[Json, Json], object]) -> str:
    """The catalog after a change to its body and to its first control."""
    document = json.loads(_catalog())
    change(document["catalog"], document["catalog"]["groups"][0]["groups"][0]["controls"][0])
    return as_json(document)


def mapping(change: Callable[[list[Json]], object]) -> str:
    """The mapping after a change to its maps."""
    document = json.loads(_mapping())
    change(document["mapping-collection"]["mappings"][0]["maps"])
    return as_json(document)


def profile(change: Callable[[Json], object]) -> str:
    library = shipped()
    record = library.profiles["evaluation-2026"]
    chosen = {rule.id: named(rule, library.catalogs[rule.catalog]) for rule in record.rules}
    document = json.loads(exported_profile(record, library.catalogs, chosen, "json").content)
    change(document["profile"])
    return as_json(document)


def joined(_: Json, control: Json) -> None:
    """As compliance-trestle writes parts that it read from Markdown."""
    said = [part for part in control["parts"] if part["name"] == "expected-evidence"]
    rest = [part for part in control["parts"] if part["name"] != "expected-evidence"]
    one = {"id": "x_evi", "name": "expected-evidence", "prose": "\n\n".join(part["prose"] for part in said)}
    control["parts"] = [*rest, one]


def test_evidence_survives_a_tool_that_forgets_its_namespace() -> None:
    found = imported(catalog(joined), asked(without(RMF), head={}))
    assert found.catalog == shipped().catalogs[RMF]
    assert found.dropped == ()


def test_what_others_added_and_a_catalog_has_no_place_for_is_counted() -> None:
    def change(body: Json, control: Json) -> None:
        control["parts"].append({"name": "guidance", "prose": "Think."})
        control["links"] = [{"href": "https://example.org", "rel": "reference"}, {"href": "#gone", "rel": "related"}]
        body["back-matter"]["resources"].append({"uuid": "22222222-2222-4222-8222-222222222222", "title": "Ours"})
        body["metadata"]["revisions"] = [{"version": "2"}]
        body["metadata"]["links"].append({"href": "https://example.org", "rel": "homepage"})

    assert dropped(imported(catalog(change), asked(without(RMF), head={}))) == {
        "parts named guidance": 1,
        "links reference": 1,
        "links related to what is not here": 1,
        "back-matter resources": 1,
        "metadata revisions": 1,
        "metadata links": 1,
    }


def test_another_number_of_entries_than_the_document_says_is_told_with_its_place() -> None:
    (found,) = refused(catalog(lambda body, _: body["groups"][0]["groups"][0]["controls"].pop()))
    assert (found.ident, found.where.pointer.startswith("/catalog/metadata/props/")) == ("wrong-count", True)
    assert found.where.line > 1
    assert "says 72 of subcategory, the document holds 71" in found.what


def test_a_control_without_words_is_told_in_words() -> None:
    (found,) = refused(catalog(lambda _, control: control.pop("parts")))
    assert found.what == "GOVERN 1.1 has no summary"


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body["imports"][0]["include-controls"][0]["with-ids"].append("cl-3"),
        lambda body: body["imports"].pop(),
        lambda body: body.update({"merge": {"flat": {}}}),
        lambda body: body.update({"modify": {"alters": [{"control-id": "cl-1"}]}}),
    ],
)
def test_a_profile_that_selects_something_else_than_its_rules_say_is_refused(change: Callable[[Json], object]) -> None:
    assert [ident for _, ident in problems(profile(change), asked(head={}))] == ["changed-selection"]


def test_other_changes_to_a_profile_are_read() -> None:
    content = profile(lambda body: body["metadata"].update({"title": "Ours"}))
    found = imported(content, asked(id="ours", head={}))
    assert found.profile is not None
    assert (found.profile.id, found.profile.title) == ("ours", "Ours")


def test_an_identifier_that_names_another_entry_than_our_property_is_refused() -> None:
    (found,) = refused(mapping(lambda maps: maps[0]["targets"][0].update({"id-ref": "a.9.4"})))
    assert found.ident == "contradiction"
    assert found.where.pointer == "/mapping-collection/mappings/0/maps/0/targets/0/id-ref"


def test_without_our_property_the_identifier_counts() -> None:
    content = mapping(lambda maps: maps[0]["targets"].__setitem__(0, {"type": "control", "id-ref": "a.9.4"}))
    (found,) = imported(content, asked(without(PAIRS), head={})).mappings
    assert (found.pairs[0].source, found.pairs[0].target) == ("GOVERN 1.1", "A.9.4")


@pytest.mark.parametrize(
    ("change", "ident"),
    [
        (lambda maps: maps[0]["targets"].append(maps[1]["targets"][0]), "bad-value"),
        (lambda maps: (maps[0].pop("ns"), maps[0].update({"relationship": "similar-to"})), "bad-value"),
        (lambda maps: (maps[0].pop("ns"), maps[0].update({"relationship": "subset-of"})), "unfit-relationship"),
        (lambda maps: maps.pop(), "wrong-count"),
    ],
)
def test_a_map_that_cannot_be_a_pair_is_refused(change: Callable[[list[Json]], object], ident: str) -> None:
    assert {found for _, found in problems(mapping(change), asked(without(PAIRS), head={}))} == {ident}


def test_what_others_said_of_a_map_is_counted() -> None:
    coverage = {"target-coverage": 0.5, "generation-method": "arbitrary"}
    found = imported(mapping(lambda maps: maps[0].update({"coverage": coverage})), asked(id="mine", head={}))
    assert [item.id for item in found.mappings] == ["mine"]
    assert dropped(found) == {"coverage of maps": 1}


def test_what_would_be_written_and_does_not_load_is_told_as_such() -> None:
    (found,) = refused(mapping(lambda maps: maps.pop()), asked(without(PAIRS), head={}))
    assert found.what.endswith("(as it would be written; nothing was)")
