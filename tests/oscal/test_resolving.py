"""Profiles of others and the catalogs they make: choosing, arranging, changing; what is not found is never left out."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govkit.errors import InputError, Problem
from govkit.model.catalog import Catalog, Requirement
from govkit.oscal.documents import parse_document
from govkit.oscal.following import Given
from govkit.oscal.reading import Read
from govkit.oscal.resolving import read_resolved, resolve_profile
from tests.oscal.builders import catalog, metadata, uuid, with_value, written
from tests.oscal.test_foreign_catalogs import DATA, JUNK, _paths

LOW = DATA / "NIST_SP-800-53_rev5_LOW-baseline_profile.json"
TRESTLE = Path(sys.executable).parent / "trestle"


def ctl(name: str, *below: dict[str, Any], **more: Any) -> dict[str, Any]:
    parts = [
        {
            "id": f"{name}_smt",
            "name": "statement",
            "prose": f"Do {name}.",
            "parts": [{"id": f"{name}_smt.a", "name": "item", "prose": "First."}],
        },
        {"id": f"{name}_gdn", "name": "guidance", "class": "long", "prose": "Because."},
    ]
    params = [{"id": f"{name}_prm", "label": "a period", "props": [{"name": "unit", "value": "days"}]}]
    props = [{"name": "label", "value": name.upper()}, {"name": "tag", "value": "x", "ns": "https://example.org/ns"}]
    made = {"id": name, "title": f"Control {name}", "params": params, "props": props, "parts": parts, **more}
    return {**made, "controls": list(below)} if below else made


SOURCE = catalog(
    groups=[
        {"id": "a", "title": "A", "controls": [ctl("a-1", ctl("a-1.1"), ctl("a-1.2", ctl("a-1.2.1"))), ctl("a-2")]},
        {"id": "b", "title": "B", "groups": [{"id": "b.x", "title": "BX", "controls": [ctl("b-1")]}]},
    ]
)


def prof(*imports: dict[str, Any], **more: Any) -> dict[str, Any]:
    chosen = [{"href": "catalog.json", **item} for item in imports]
    return {"profile": {"uuid": uuid("p"), "metadata": metadata(title="P"), "imports": chosen, **more}}


def ids(*names: str, **more: Any) -> dict[str, Any]:
    return {"include-controls": [{"with-ids": list(names), **more}]}


def resolved(folder: Path, document: dict[str, Any]) -> Read[Catalog]:
    written(folder, SOURCE, "catalog.json")
    path = written(folder, document, "profile.json")
    return read_resolved(Given(path, parse_document(path.read_bytes(), "profile.json")))


def names(folder: Path, document: dict[str, Any]) -> list[str]:
    return [entry.id for entry in resolved(folder, document).record.requirements]


def refused(folder: Path, document: dict[str, Any]) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        resolved(folder, document)
    return list(caught.value.problems)


def entry(found: Read[Catalog], name: str) -> Requirement:
    return next(item for item in found.record.requirements if item.id == name)


AS_IS = {"as-is": True}


def test_a_baseline_of_nist_is_resolved_from_the_catalog_beside_it() -> None:
    found = resolve_profile(LOW, "low.json", ident="low-1")
    assert [item.id for item in found.requirements] == ["ac", "AC-1", "AC-2"]
    assert [source.ref.partition(" ")[2].split()[0] for source in found.sources] == ["profile", "catalog"]
    assert all("SHA-256" in (source.checked or "") for source in found.sources)


@pytest.mark.parametrize(
    ("chosen", "taken"),
    [
        ({"include-all": {}}, ["A-1", "A-1.1", "A-1.2", "A-1.2.1", "A-2", "B-1"]),
        ({}, ["A-1", "A-1.1", "A-1.2", "A-1.2.1", "A-2", "B-1"]),
        (ids("a-1", "b-1"), ["A-1", "B-1"]),
        (ids("a-1", **{"with-child-controls": "yes"}), ["A-1", "A-1.1", "A-1.2", "A-1.2.1"]),
        (ids("a-1", **{"with-child-controls": "no"}), ["A-1"]),
        ({"include-controls": [{"matching": [{"pattern": "a-1.*"}]}]}, ["A-1.1", "A-1.2", "A-1.2.1"]),
        ({"include-controls": [{"matching": [{"pattern": "A-1*"}, {"pattern": "b-?"}]}]}, ["B-1"]),
        (
            {"include-all": {}, "exclude-controls": [{"with-ids": ["a-1.2"], "with-child-controls": "yes"}]},
            ["A-1", "A-1.1", "A-2", "B-1"],
        ),
        ({**ids("a-1", "a-2"), "exclude-controls": [{"matching": [{"pattern": "a-1"}]}]}, ["A-2"]),
    ],
)
def test_controls_are_chosen(tmp_path: Path, chosen: dict[str, Any], taken: list[str]) -> None:
    assert names(tmp_path, prof(chosen)) == taken


def test_without_order_the_controls_stand_flat(tmp_path: Path) -> None:
    for merge in ({}, {"merge": {"flat": {}}}, {"merge": {"as-is": False}}):
        found = resolved(tmp_path, prof({"include-all": {}}, **merge)).record
        assert {item.parent for item in found.requirements} == {None}


def test_as_is_keeps_groups_and_nesting_and_lifts_what_lost_its_parent(tmp_path: Path) -> None:
    found = resolved(tmp_path, prof(ids("a-1", "a-1.2.1", "b-1"), merge=AS_IS)).record
    assert [(item.id, item.parent) for item in found.requirements] == [
        ("a", None),
        ("A-1", "a"),
        ("A-1.2.1", "A-1"),
        ("b", None),
        ("b.x", "b"),
        ("B-1", "b.x"),
    ]


def test_two_imports_of_one_catalog_are_one(tmp_path: Path) -> None:
    found = resolved(tmp_path, prof(ids("a-1.1"), ids("a-1", "a-1.1"), merge=AS_IS)).record
    assert [(item.id, item.parent) for item in found.requirements] == [("a", None), ("A-1", "a"), ("A-1.1", "A-1")]


def test_groups_of_the_profile_hold_what_it_puts_there(tmp_path: Path) -> None:
    custom = {
        "groups": [
            {
                "id": "g",
                "title": "G",
                "groups": [
                    {"id": "h", "title": "H", "insert-controls": [{"order": "descending", **ids("a-1", "a-2")}]}
                ],
            },
            {"id": "i", "title": "I", "insert-controls": [ids("b-1")]},
        ]
    }
    found = resolved(tmp_path, prof({"include-all": {}}, merge={"custom": custom})).record
    assert [(item.id, item.parent) for item in found.requirements] == [
        ("g", None),
        ("h", "g"),
        ("A-2", "h"),
        ("A-1", "h"),
        ("i", None),
        ("B-1", "i"),
    ]


def test_parameters_are_set(tmp_path: Path) -> None:
    setting = {
        "param-id": "a-1_prm",
        "values": ["30 days"],
        "label": "how long",
        "props": [{"name": "p", "value": "v"}],
    }
    found = resolved(tmp_path, prof(ids("a-1"), modify={"set-parameters": [setting]}))
    (parameter,) = entry(found, "A-1").params
    assert (parameter.values, parameter.label) == (("30 days",), "how long")
    assert [item.name for item in parameter.props] == ["unit", "p"]


def changed(folder: Path, **alter: Any) -> Read[Catalog]:
    return resolved(folder, prof(ids("a-1"), modify={"alters": [{"control-id": "a-1", **alter}]}))


@pytest.mark.parametrize(
    ("position", "text"),
    [
        ("before", "New.\nDo a-1.\nFirst."),
        ("after", "Do a-1.\nFirst.\n\nNew."),
        ("starting", "Do a-1.\nNew.\nFirst."),
        ("ending", "Do a-1.\nFirst.\nNew."),
        (None, "Do a-1.\nFirst.\nNew."),
    ],
)
def test_parts_are_added_where_the_profile_says(tmp_path: Path, position: str | None, text: str) -> None:
    outside = position in ("before", "after")
    part = {"id": "new", "name": "statement" if outside else "item", "prose": "New."}
    add = {"by-id": "a-1_smt", "parts": [part], **({"position": position} if position else {})}
    found = entry(changed(tmp_path, adds=[add]), "A-1").text
    assert (found or "").replace("\n\n", "\n") == text.replace("\n\n", "\n")


def test_without_a_target_contents_go_to_the_control(tmp_path: Path) -> None:
    prop = [{"name": "basis", "value": "law"}]
    first = changed(tmp_path, adds=[{"position": "starting", "props": prop, "title": "Another"}])
    assert [item.name for item in entry(first, "A-1").props] == ["basis", "tag"]
    assert entry(first, "A-1").title == "Another"
    last = changed(tmp_path, adds=[{"props": prop}])
    assert [item.name for item in entry(last, "A-1").props] == ["tag", "basis"]


@pytest.mark.parametrize(
    ("criteria", "tags", "parameters", "text"),
    [
        ({"by-name": "tag"}, 0, 1, "Do a-1.\nFirst."),
        ({"by-name": "tag", "by-ns": "https://example.org/other"}, 1, 1, "Do a-1.\nFirst."),
        ({"by-ns": "https://example.org/ns"}, 0, 1, "Do a-1.\nFirst."),
        ({"by-id": "a-1_smt.a"}, 1, 1, "Do a-1."),
        ({"by-item-name": "param"}, 1, 0, "Do a-1.\nFirst."),
        ({"by-item-name": "part", "by-name": "item"}, 1, 1, "Do a-1."),
        ({"by-class": "long"}, 1, 1, "Do a-1.\nFirst."),
    ],
)
def test_what_meets_every_criterion_is_removed(
    tmp_path: Path, criteria: dict[str, str], tags: int, parameters: int, text: str
) -> None:
    found = entry(changed(tmp_path, removes=[criteria]), "A-1")
    assert (len(found.props), len(found.params), found.text) == (tags, parameters, text)


def test_removal_by_class_reaches_parts(tmp_path: Path) -> None:
    assert "guidance" not in " ".join(changed(tmp_path, removes=[{"by-class": "long"}]).record.notes)
    assert "guidance" in " ".join(changed(tmp_path).record.notes)


@pytest.mark.parametrize(
    "modify",
    [
        {"set-parameters": [{"param-id": "nobody", "values": ["1"]}]},
        {"alters": [{"control-id": "a-2", "removes": [{"by-name": "tag"}]}]},
        {"alters": [{"control-id": "a-1", "removes": [{"by-name": "nothing"}]}]},
        {"alters": [{"control-id": "a-1", "adds": [{"by-id": "nothing", "props": [{"name": "a", "value": "b"}]}]}]},
    ],
)
def test_a_change_that_finds_nothing_is_a_doubt(tmp_path: Path, modify: dict[str, Any]) -> None:
    found = resolved(tmp_path, prof(ids("a-1"), modify=modify))
    assert [doubt.ident for doubt in found.doubts] == ["idle-directive"]


def test_a_profile_of_a_profile_sees_its_changes(tmp_path: Path) -> None:
    setting = {"set-parameters": [{"param-id": "a-1_prm", "values": ["30 days"]}]}
    written(tmp_path, prof(ids("a-1", "a-2"), modify=setting, merge=AS_IS), "inner.json")
    outer = prof({"href": "inner.json", **ids("a-1")}, merge=AS_IS)
    found = resolved(tmp_path, outer)
    assert [item.id for item in found.record.requirements] == ["a", "A-1"]
    assert entry(found, "A-1").params[0].values == ("30 days",)
    assert len(found.record.sources) == 3


def test_one_control_in_two_forms_is_refused_unless_the_first_is_to_win(tmp_path: Path) -> None:
    setting = {"set-parameters": [{"param-id": "a-1_prm", "values": ["30 days"]}]}
    written(tmp_path, prof(ids("a-1"), modify=setting), "inner.json")
    both = prof({"href": "inner.json", "include-all": {}}, ids("a-1"))
    assert [problem.ident for problem in refused(tmp_path, both)] == ["duplicate-id"]
    both["profile"]["merge"] = {"combine": {"method": "use-first"}, "flat": {}}
    assert entry(resolved(tmp_path, both), "A-1").params[0].values == ("30 days",)


@pytest.mark.parametrize(
    ("href", "ident"),
    [
        ("gone.json", "wrong-import"),
        ("https://example.org/catalog.json", "wrong-import"),
        ("../catalog.json", "wrong-import"),
        ("/etc/passwd", "wrong-import"),
        ("#f0000000-0000-4000-8000-000000000000", "dangling-reference"),
        ("profile.json", "circular-import"),
        ("other.json", "wrong-import"),
    ],
)
def test_an_import_that_leads_nowhere_is_refused_with_its_place(tmp_path: Path, href: str, ident: str) -> None:
    (tmp_path / "other.json").write_text("{", encoding="utf-8")
    (found,) = refused(tmp_path, prof({"href": href, "include-all": {}}))
    assert found.ident == ident
    assert found.where.pointer == "/profile/imports/0/href"


def test_a_circle_through_others_ends(tmp_path: Path) -> None:
    written(tmp_path, prof({"href": "profile.json", "include-all": {}}), "inner.json")
    found = refused(tmp_path, prof({"href": "inner.json", "include-all": {}}))
    assert [problem.ident for problem in found] == ["circular-import"]


def test_a_reference_by_uuid_leads_to_the_file_of_its_resource(tmp_path: Path) -> None:
    links = [{"href": "https://example.org/c.json"}, {"href": "catalog.json"}]
    end = {"resources": [{"uuid": uuid("r"), "rlinks": links}]}
    document = prof({"href": f"#{uuid('r')}", **ids("a-2")}, **{"back-matter": end})
    assert names(tmp_path, document) == ["A-2"]


def test_a_control_that_the_catalog_lacks_is_refused(tmp_path: Path) -> None:
    (found,) = refused(tmp_path, prof(ids("a-1", "a-3")))
    assert found.ident == "unknown-control"
    assert found.where.pointer == "/profile/imports/0/include-controls/0/with-ids/1"


def test_what_is_broken_in_a_catalog_does_not_look_unchosen(tmp_path: Path) -> None:
    broken = with_value(SOURCE, "catalog/groups/0/controls/1/id", None)
    written(tmp_path, broken, "other.json")
    found = refused(tmp_path, prof({"href": "other.json", "include-all": {}}))
    assert [(problem.ident, problem.where.pointer) for problem in found] == [
        ("missing-entry", "/catalog/groups/0/controls/1")
    ]


def test_the_licence_is_that_of_the_catalogs_when_the_profile_states_none(tmp_path: Path) -> None:
    source = copy.deepcopy(SOURCE)
    source["catalog"]["metadata"]["remarks"] = "Copyright Example, all rights reserved."
    written(tmp_path, source, "other.json")
    found = resolved(tmp_path, prof({"href": "other.json", **ids("a-1")})).record
    assert found.licence == "Copyright Example, all rights reserved."


def test_compliance_trestle_resolves_to_the_same_controls(tmp_path: Path) -> None:
    (tmp_path / ".trestle").mkdir()
    (tmp_path / ".trestle" / "config.ini").touch()
    setting = {"param-id": "a-1_prm", "values": ["30 days"]}
    add = {"by-id": "a-1_smt", "position": "ending", "parts": [{"id": "new", "name": "item", "prose": "New."}]}
    modify = {"set-parameters": [setting], "alters": [{"control-id": "a-1", "adds": [add]}]}
    document = prof(ids("a-1", "a-1.1", "a-2", "b-1"), merge=AS_IS, modify=modify)
    mine = resolved(tmp_path, document)
    written(tmp_path, SOURCE, "catalogs/source/catalog.json")
    document["profile"]["imports"][0]["href"] = "trestle://catalogs/source/catalog.json"
    written(tmp_path, document, "profiles/p/profile.json")
    command = [TRESTLE, "author", "profile-resolve", "--name", "p", "--output", "made"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    theirs = _controls(json.loads((tmp_path / "catalogs" / "made" / "catalog.json").read_text())["catalog"])
    asked = [item for item in mine.record.requirements if item.kind != "group"]
    assert [item.title for item in asked] == [item["title"] for item in theirs]
    assert theirs[0]["params"][0]["values"] == list(entry(mine, "A-1").params[0].values)
    assert [part["prose"] for part in theirs[0]["parts"][0]["parts"]] == ["First.", "New."]
    assert entry(mine, "A-1").text == "Do a-1.\nFirst.\nNew."


def _controls(holder: dict[str, Any]) -> list[dict[str, Any]]:
    found = [inner for item in holder.get("controls", ()) for inner in (item, *_controls(item))]
    return found + [inner for group in holder.get("groups", ()) for inner in _controls(group)]


FULL = prof(
    {**ids("a-1", "a-1.1", "b-1"), "exclude-controls": [{"matching": [{"pattern": "b*"}]}]},
    {"href": "inner.json", "include-all": {}},
    merge={"combine": {"method": "use-first"}, "as-is": True},
    modify={
        "set-parameters": [{"param-id": "a-1_prm", "values": ["1"]}],
        "alters": [
            {
                "control-id": "a-1",
                "removes": [{"by-name": "tag"}],
                "adds": [{"by-id": "a-1_smt", "position": "after", "parts": [{"name": "item", "prose": "x"}]}],
            }
        ],
    },
)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_whatever_stands_in_a_profile_it_is_resolved_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp() / "profiles"
    inner = prof(ids("a-2"))
    documents = {"profile.json": FULL, "inner.json": inner, "catalog.json": SOURCE}
    name = data.draw(st.sampled_from(sorted(documents)))
    path = data.draw(st.sampled_from(_paths(documents[name])))
    documents[name] = with_value(documents[name], path, data.draw(JUNK.filter(bool)))
    for file, made in documents.items():
        written(folder, made, file)
    assert outcome(folder / "profile.json")


def outcome(path: Path) -> Read[Catalog] | tuple[Problem, ...]:
    try:
        return read_resolved(Given(path, parse_document(path.read_bytes(), "profile.json")))
    except InputError as error:
        return error.problems
