"""Fields as properties: names that cannot be mistaken, values of every shape."""

from __future__ import annotations

import pytest

from govkit.model.base import Record
from govkit.model.catalog import Catalog, Mapping, Pair, Parameter, Requirement, Source
from govkit.model.control import Control, Criterion
from govkit.model.profile import Profile, Rule
from govkit.oscal.naming import is_line, is_token, token
from govkit.oscal.properties import MARKERS, WHOLE, decoded, encoded, kebab

RECORDS = (Catalog, Requirement, Parameter, Source, Control, Criterion, Mapping, Pair, Profile, Rule)


@pytest.mark.parametrize("model", RECORDS)
def test_no_field_goes_by_a_name_that_means_something_else(model: type[Record]) -> None:
    names = [kebab(field) for field in model.model_fields]
    assert not {*names} & {WHOLE, *MARKERS}
    assert len(names) == len(set(names))
    assert all(map(is_token, names))


def test_a_list_repeats_its_name_and_the_key_of_a_mapping_is_the_class() -> None:
    entry = Requirement(
        id="1",
        kind="k",
        title="t",
        summary="s",
        roles=("provider", "deployer"),
        applies_from={"main": "2026-08-02"},  # type: ignore[dict-item]  # pydantic reads the day
    )
    made = encoded(entry, {"id", "kind", "title", "summary"})
    assert [(p["name"], p.get("class"), p["value"]) for p in made] == [
        ("roles", None, "provider"),
        ("roles", None, "deployer"),
        ("applies-from", "main", "2026-08-02"),
    ]


def test_text_of_several_lines_goes_to_the_remarks() -> None:
    entry = Requirement(id="1", kind="k", title="t", summary="s", amended_by="one\ntwo")
    (made,) = encoded(entry, {"id", "kind", "title", "summary"})
    assert (made["class"], made["remarks"]) == ("in-remarks", "one\ntwo")
    assert decoded(Requirement, [made]) == {"amended_by": "one\ntwo"}


def test_what_should_be_json_and_is_not_is_refused() -> None:
    broken = {"name": "counts", "ns": "urn:govkit:ns:oscal", "class": "json", "value": "{"}
    with pytest.raises(ValueError, match="broken JSON"):
        decoded(Catalog, [broken])


@pytest.mark.parametrize(
    ("printed", "made"),
    [
        ("MEASURE 2.3", "measure-2.3"),
        ("A.6.2.4", "a.6.2.4"),
        ("6.1.2", "cl-6.1.2"),
        ("Art. 9(2)(a)", "art-9-2-a"),
        ("LLM01:2026", "llm01-2026"),
        ("---", "cl-none"),
        ("§ 5", "cl-5"),
    ],
)
def test_tokens_are_made_from_printed_ids(printed: str, made: str) -> None:
    assert token(printed) == made
    assert is_token(made)


@pytest.mark.parametrize("text", ["", " a", "a ", "a\nb", "a\u2028b", "\ufeffa", "a\x85b"])
def test_such_a_text_is_no_value_of_a_property(text: str) -> None:
    assert not is_line(text)
