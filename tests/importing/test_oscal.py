"""OSCAL catalogs, resolved profiles and mapping collections. What entries become is tested with `govkit.oscal`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from govkit.catalogs.tailoring import named
from govkit.importing.registry import read
from govkit.importing.source import opened
from govkit.model.imported import Imported
from govkit.oscal.exporting import exported_catalog, exported_mapping, exported_profile
from govkit.oscal.rendering import rendered
from tests.importing.builders import as_json, asked, dropped, imported, problems, refused, shipped, without
from tests.oscal import builders
from tests.oscal.builders import with_value, written

HREFS = {"catalog": "nist-ai-rmf-1.0", "other": "iso-42001-2023"}


def catalog(**changed: Any) -> str:
    return as_json(builders.catalog(**changed))


def levels(found: Imported) -> dict[str, int]:
    assert found.catalog is not None
    return found.catalog.counts


def test_a_catalog_of_somebody_else() -> None:
    found = imported(catalog(), asked(head={}))
    assert found.catalog is not None
    assert (found.format, found.format_version, found.catalog.id) == ("OSCAL catalog", "1.2.3", "t-1")
    assert [entry.id for entry in found.catalog.requirements] == [
        "govern",
        "govern-1.1",
        "govern-1.2",
        "map",
        "map-1.1",
    ]
    assert (levels(found), found.catalog.judged) == ({"group": 2, "control": 3}, ("control",))
    assert "The document does not state a licence; say it with `--licence TEXT`." in found.doubts


def test_yaml_and_json_hold_the_same() -> None:
    document = builders.catalog()
    one, other = imported(rendered(document, "yaml"), asked(head={})), imported(as_json(document), asked(head={}))
    assert one.catalog is not None
    assert other.catalog is not None
    assert one.catalog.requirements == other.catalog.requirements
    assert one.file != other.file


def test_the_word_of_the_user_goes_before_that_of_the_file() -> None:
    head = {"licence": "CC0", "publisher": "Somebody", "published": "2020-01-02", "judged": "control, group"}
    found = imported(catalog(), asked(id="mine", head=head)).catalog
    assert found is not None
    assert (found.id, found.licence, found.publisher, str(found.published)) == ("mine", "CC0", "Somebody", "2020-01-02")
    assert found.judged == ("control", "group")


def test_what_has_no_place_is_counted() -> None:
    guidance = [{"name": "guidance", "prose": "Think."}, {"name": "statement", "prose": "Do."}]
    document = with_value(builders.catalog(), "/catalog/groups/0/controls/0/parts", guidance)
    assert dropped(imported(as_json(document), asked(head={}))) == {"parts named guidance": 1}


@pytest.mark.parametrize(
    ("spot", "value"),
    [
        ("/catalog/metadata/links", [{"href": "profile.json", "rel": "source-profile"}]),
        ("/catalog/metadata/props", [{"name": "resolution-tool", "value": "a tool"}]),
        ("/catalog/metadata/links", [{"href": "other.json", "rel": "resolution-source"}]),
    ],
)
def test_a_resolved_profile_says_that_it_is_a_selection(spot: str, value: Any) -> None:
    found = imported(as_json(with_value(builders.catalog(), spot, value)), asked(head={}))
    assert levels(found) == {"group": 2, "control": 3}
    [doubt] = [doubt for doubt in found.doubts if "resolved profile" in doubt]
    assert ("profile.json" in doubt) == ("profile.json" in str(value))
    assert "other.json" not in doubt


def test_a_deviation_from_the_schema_is_told_without_the_path_of_the_file() -> None:
    document = with_value(builders.catalog(), "/catalog/metadata/surprise", "x")
    doubts = imported(as_json(document), asked(head={})).doubts
    [doubt] = [doubt for doubt in doubts if "surprise" in doubt]
    assert doubt.startswith("line ")
    assert "given.file" not in doubt


@pytest.mark.parametrize("name", ["nist-ai-rmf-1.0", "govkit-baseline", "eu-ai-act-2026"])
def test_a_catalog_that_govkit_wrote_comes_back_as_it_was(name: str) -> None:
    whole = shipped().catalogs[name]
    content = exported_catalog(whole, "json", with_text=True).content
    found = imported(content, asked(without(name), head={}))
    assert found.catalog == whole
    assert found.dropped == ()


def test_a_mapping_that_govkit_wrote_comes_back_as_it_was() -> None:
    library = shipped()
    mapping = next(iter(library.mappings.values()))
    ends = (library.catalogs[mapping.source], library.catalogs[mapping.target])
    found = imported(exported_mapping(mapping, *ends, "json").content, asked(without(mapping.id), head={}))
    assert found.mappings == (mapping,)


def test_a_mapping_of_somebody_else_names_catalogs_that_the_user_knows() -> None:
    found = imported(as_json(builders.mapping()), asked(catalogs=HREFS, head={"licence": "CC0"}))
    [mapping] = found.mappings
    assert (mapping.source, mapping.target, mapping.licence) == ("nist-ai-rmf-1.0", "iso-42001-2023", "CC0")
    pairs = [(pair.source, pair.relationship, pair.target) for pair in mapping.pairs]
    assert pairs == [("GOVERN 1.1", "intersects_with", "A.2.2")]


def test_a_catalog_that_nobody_named_is_not_guessed() -> None:
    told = refused(as_json(builders.mapping()))
    assert {(problem.ident, problem.where.pointer) for problem in told} == {
        ("unknown-catalog", "/mapping-collection/mappings")
    }
    assert "--catalog other=" in told[1].fix


def test_an_id_that_the_catalog_does_not_have() -> None:
    document = with_value(builders.mapping(), "/mapping-collection/mappings/0/maps/0/sources/0/id-ref", "govern-99")
    assert [p.ident for p in refused(as_json(document), asked(catalogs=HREFS))] == ["unknown-requirement"]


def test_a_profile_becomes_the_catalog_it_makes(tmp_path: Path) -> None:
    written(tmp_path, builders.catalog(), "catalog.json")
    path = written(tmp_path, builders.profile(), "profile.json")
    found = read(opened(path, "given.file"), asked(head={}))
    assert (found.format, levels(found)) == ("OSCAL profile", {"control": 1})
    assert found.doubts[0].startswith("This is what a profile selects")
    assert found.catalog is not None
    assert len(found.catalog.sources) == 2


@pytest.mark.parametrize("name", sorted(shipped().profiles))
def test_a_profile_that_govkit_wrote_comes_back_as_it_was(name: str) -> None:
    library = shipped()
    profile = library.profiles[name]
    chosen = {rule.id: named(rule, library.catalogs[rule.catalog]) for rule in profile.rules}
    content = exported_profile(profile, library.catalogs, chosen, "json").content
    others = {key: value for key, value in library.profiles.items() if key != name}
    found = imported(content, asked(replace(library, profiles=others), head={}))
    assert (found.profile, found.catalog) == (profile, None)
    assert problems(content, asked(head={})) == [("--as", "duplicate-id")]


TWICE = [builders.control("a-1"), builders.control("a-1")]


@pytest.mark.parametrize(
    ("document", "ident"),
    [
        (builders.profile(), "wrong-import"),
        (builders.poam(), "other-document"),
        (builders.catalog(groups=[]), "empty-catalog"),
        (builders.catalog(groups=[{"id": "g", "title": "G", "controls": TWICE}]), "duplicate-id"),
        (with_value(builders.catalog(), "/catalog/metadata", None), "missing-entry"),
        (with_value(builders.catalog(), "/catalog/metadata/last-modified", "yesterday"), "bad-value"),
        (with_value(builders.mapping(), "/mapping-collection/mappings", []), "missing-entry"),
    ],
)
def test_what_cannot_be_read_whole_is_refused(document: Any, ident: str) -> None:
    assert ident in {problem.ident for problem in refused(as_json(document))}


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({"expected": {"control": 4}}, ("--expect", "wrong-count")),
        ({"id": "Not A Slug"}, ("given.file:2#/catalog", "bad-value")),
        ({"id": "nist-ai-rmf-1.0"}, ("--as", "duplicate-id")),
        ({"head": {"published": "soon"}}, ("given.file", "bad-value")),
        ({"head": {"judged": "control, contrl"}}, ("--set", "unknown-level")),
    ],
)
def test_options_that_do_not_fit(options: dict[str, Any], found: tuple[str, str]) -> None:
    assert problems(catalog(), asked(**options)) == [found]


@pytest.mark.parametrize(
    "content",
    [
        '<?xml version="1.0"?><catalog/>',
        json.dumps({"catalog": {"uuid": "x"}, "profile": {"uuid": "y"}}),
        json.dumps({"catalog": []}),
        json.dumps({"catalog": {"name": "of my shop"}}),
    ],
)
def test_what_is_no_oscal(content: str) -> None:
    assert [p.ident for p in refused(content)] == ["unknown-format"]
