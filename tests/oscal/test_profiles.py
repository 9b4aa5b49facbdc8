"""Profiles as OSCAL and back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from govkit.catalogs.loading import shipped_library
from govkit.catalogs.tailoring import named
from govkit.errors import InputError
from govkit.model.profile import Profile, Rule
from govkit.oscal.documents import OscalDocument, parse_document
from govkit.oscal.reading_profile import read_profile
from govkit.oscal.schemas import check_schema
from govkit.oscal.writing_catalog import identifiers_of
from govkit.oscal.writing_profile import profile_document
from tests.oscal import builders
from tests.oscal.records import Chosen, profiles

LIBRARY = shipped_library()


def document(made: dict[str, Any]) -> OscalDocument:
    return parse_document(json.dumps(made).encode(), "d.json")


def written(profile: Profile) -> dict[str, Any]:
    chosen = {rule.id: named(rule, LIBRARY.catalogs[rule.catalog]) for rule in profile.rules}
    return profile_document(profile, LIBRARY.catalogs, chosen)


def with_rules(*rules: Rule) -> Profile:
    return LIBRARY.profiles["by-position-2026"].model_copy(update={"rules": rules})


@pytest.mark.parametrize("name", LIBRARY.profiles)
def test_every_shipped_profile_comes_back_as_it_was_and_fits_the_schema(name: str) -> None:
    made = document(written(LIBRARY.profiles[name]))
    assert check_schema(made).problems == ()
    read = read_profile(made)
    assert read.record == LIBRARY.profiles[name]
    assert read.doubts == ()


@settings(max_examples=80, deadline=None)
@given(chosen=profiles())
def test_any_profile_comes_back_as_it_was_and_fits_the_schema(chosen: Chosen) -> None:
    made = document(profile_document(*chosen))
    assert check_schema(made).problems == ()
    assert read_profile(made).record == chosen.profile


def test_a_rule_is_an_import_of_the_controls_below_what_it_names() -> None:
    rule = Rule(id="r-1", catalog="iso-42001-2023", include=("6", "A.2"), exclude=("6.1",), reason="R")
    body = written(with_rules(rule))["profile"]
    (only,) = body["imports"]
    assert only["include-controls"] == [{"with-ids": ["cl-6.2", "cl-6.3", "a.2.2", "a.2.3", "a.2.4"]}]
    resource = next(item for item in body["back-matter"]["resources"] if only["href"] == f"#{item['uuid']}")
    assert resource["rlinks"] == [{"href": "iso-42001-2023.json", "media-type": "application/oscal+json"}]
    assert resource["description"] == "R"


def test_an_identifier_of_two_catalogs_is_refused_because_whoever_resolves_it_loses_one() -> None:
    catalogs = dict(LIBRARY.catalogs)
    questions = LIBRARY.catalogs["neurips-paper-checklist-2026"]
    catalogs["ours"] = questions.model_copy(update={"id": "ours"})
    rules = [Rule(id=f"r-{name}", catalog=name, include=("3",), reason="R") for name in (questions.id, "ours")]
    with pytest.raises(InputError) as caught:
        profile_document(with_rules(*rules), catalogs, {rule.id: {"3"} for rule in rules})
    assert {problem.ident for problem in caught.value.problems} == {"duplicate-id"}
    assert "'question-3' would stand for neurips-paper-checklist-2026:3 and for ours:3" in str(caught.value)


def test_no_two_shipped_catalogs_share_an_identifier() -> None:
    made = [found for catalog in LIBRARY.catalogs.values() for found in identifiers_of(catalog.requirements).values()]
    assert len(made) == len(set(made))


def test_everything_is_include_all() -> None:
    (only,) = written(with_rules(Rule(id="r-1", catalog="iso-42001-2023", reason="R")))["profile"]["imports"]
    assert only["include-all"] == {}


def test_a_rule_with_conditions_says_that_oscal_has_none() -> None:
    rules = (
        Rule(id="r-1", catalog="iso-42001-2023", reason="R", roles=("provider",)),
        Rule(id="r-2", catalog="iso-42001-2023", reason="R"),
    )
    resources = written(with_rules(*rules))["profile"]["back-matter"]["resources"]
    said = {item["title"]: "no conditions" in item.get("remarks", "") for item in resources}
    assert (said["r-1"], said["r-2"]) == (True, False)


def test_a_profile_that_names_nothing_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        written(with_rules(Rule(id="r-1", catalog="iso-42001-2023", include=("nothing",), reason="R")))
    assert [problem.ident for problem in caught.value.problems] == ["not-exportable"]


def test_a_profile_of_others_is_not_taken_for_ours() -> None:
    with pytest.raises(InputError) as caught:
        read_profile(builders.parsed(builders.profile()))
    assert [problem.ident for problem in caught.value.problems] == ["other-document"]
