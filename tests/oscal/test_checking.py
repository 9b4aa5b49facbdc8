"""References, imports and digests of OSCAL documents: what holds, what is broken, and what cannot be told."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govkit.errors import Problem
from govkit.model import checked as records
from govkit.model.checked import DocumentCheck
from govkit.oscal import digests
from govkit.oscal.checking import check_documents
from govkit.oscal.documents import read_document
from govkit.oscal.following import Given
from tests.oscal.builders import (
    assessed,
    catalog,
    component,
    control,
    mapping,
    metadata,
    poam,
    profile,
    uuid,
    with_value,
    written,
)

RESULT = "/assessment-results/results/0"


def nothing_shipped(href: str) -> None:
    return None


def checked(folder: Path, *documents: dict[str, Any], **beside: dict[str, Any]) -> DocumentCheck:
    """The check of the first document; the others are given with it, those by keyword only lie beside it."""
    for name, document in beside.items():
        written(folder, document, f"{name}.json")
    given = []
    for number, document in enumerate(documents):
        root = next(iter(document))
        name = f"{root}.json" if root == "catalog" else f"{number}.json"
        path = written(folder, document, name)
        given.append(Given(path, read_document(path, shown=name)))
    return check_documents(given, nothing_shipped)[0]


def counts(check: DocumentCheck, question: str) -> tuple[int, int, int]:
    return next((answer.counts() for answer in check.answers if answer.question == question), (0, 0, 0))


def only(check: DocumentCheck) -> Problem:
    assert len(check.problems()) == 1, check.problems()
    return check.problems()[0]


def test_a_sound_chain_holds_and_says_how_often(tmp_path: Path) -> None:
    check = checked(tmp_path, assessed(), catalog())
    assert check.problems() == ()
    for question in ("finding → observation", "finding → risk", "risk → observation", "observation → evidence"):
        assert counts(check, question) == (1, 0, 0)
    assert counts(check, "control id → catalog") == counts(check, "statement id → catalog") == (1, 0, 0)
    assert counts(check, "uuids stand once") == (9, 0, 0)


@pytest.mark.parametrize(
    ("path", "question"),
    [
        ("/findings/0/related-observations/0/observation-uuid", "finding → observation"),
        ("/findings/0/related-risks/0/risk-uuid", "finding → risk"),
        ("/risks/0/related-observations/0/observation-uuid", "risk → observation"),
        ("/observations/0/relevant-evidence/0/href", "observation → evidence"),
    ],
)
def test_a_link_of_the_chain_that_leads_nowhere_is_broken(path: str, question: str, tmp_path: Path) -> None:
    value = uuid("nowhere")
    document = with_value(assessed(), RESULT + path, f"#{value}" if path.endswith("href") else value)
    check = checked(tmp_path, document, catalog())
    problem = only(check)
    assert (problem.ident, problem.where.pointer) == ("dangling-reference", RESULT + path)
    assert problem.where.line > 1
    assert counts(check, question) == (0, 1, 0)


def test_a_reference_to_the_wrong_kind_of_thing_is_broken(tmp_path: Path) -> None:
    document = with_value(assessed(), RESULT + "/findings/0/related-risks/0/risk-uuid", uuid("observation"))
    problem = only(checked(tmp_path, document, catalog()))
    assert "'observations'" in problem.what
    evidence = with_value(assessed(), RESULT + "/observations/0/relevant-evidence/0/href", f"#{uuid('risk')}")
    assert only(checked(tmp_path, evidence, catalog())).ident == "dangling-reference"


def test_upper_and_lower_case_make_no_difference_in_a_uuid(tmp_path: Path) -> None:
    path = RESULT + "/findings/0/related-risks/0/risk-uuid"
    assert checked(tmp_path, with_value(assessed(), path, uuid("risk").upper()), catalog()).problems() == ()


def test_actors_and_subjects_of_a_plan_that_was_not_given_cannot_be_told(tmp_path: Path) -> None:
    path = RESULT + "/observations/0/origins/0/actors/0/actor-uuid"
    document = with_value(assessed(), path, uuid("elsewhere"))
    check = checked(tmp_path, document, catalog())
    assert check.problems() == ()
    assert counts(check, "actor → component, platform or party") == (0, 0, 1)
    assert "no file" in check.unclear()[-1].why or "no file" in check.unclear()[0].why


def plan(**changed: Any) -> dict[str, Any]:
    body = {
        "uuid": uuid("ap"),
        "metadata": metadata(),
        "import-ssp": {"href": "system.json"},
        "local-definitions": {"components": [component("planned", "software")]},
        "reviewed-controls": {"control-selections": [{"include-all": {}}]},
    }
    return {"assessment-plan": {**body, **changed}}


def system() -> dict[str, Any]:
    body = {
        "uuid": uuid("ssp"),
        "metadata": metadata(),
        "import-profile": {"href": "profile.json"},
        "system-characteristics": {
            "system-ids": [{"id": "s"}],
            "system-name": "S",
            "description": "D",
            "system-information": {
                "information-types": [{"title": "t", "description": "d"}],
            },
            "status": {"state": "operational"},
            "authorization-boundary": {"description": "D"},
        },
        "system-implementation": {
            "users": [{"uuid": uuid("user")}],
            "components": [component("this", "this-system")],
        },
        "control-implementation": {
            "description": "D",
            "implemented-requirements": [{"uuid": uuid("ir"), "control-id": "govern-1.2"}],
        },
    }
    return {"system-security-plan": body}


def test_the_whole_chain_is_followed_to_the_catalog(tmp_path: Path) -> None:
    document = with_value(assessed(), "/assessment-results/import-ap/href", "plan.json")
    document = with_value(document, RESULT + "/observations/0/origins/0/actors/0/actor-uuid", uuid("planned"))
    chain = {"plan": plan(), "system": system(), "profile": profile(), "catalog": catalog()}
    check = checked(tmp_path, document, **chain)
    assert check.problems() == ()
    assert counts(check, "actor → component, platform or party") == (1, 0, 0)
    assert counts(check, "control id → catalog") == (1, 0, 0)
    nowhere = with_value(document, RESULT + "/observations/0/origins/0/actors/0/actor-uuid", uuid("nowhere"))
    assert only(checked(tmp_path, nowhere, **chain)).ident == "dangling-reference"
    unknown = with_value(document, RESULT + "/findings/0/target/target-id", "govern-1.1_smd")
    problem = only(checked(tmp_path, unknown, **chain))
    assert "'govern-1.1_smt'" in problem.fix


def test_ids_without_a_catalog_cannot_be_told(tmp_path: Path) -> None:
    check = checked(tmp_path, assessed())
    assert check.problems() == ()
    assert counts(check, "control id → catalog") == (0, 0, 1)
    assert counts(check, "statement id → catalog") == (0, 0, 1)


def test_ids_that_a_given_catalog_lacks_are_broken(tmp_path: Path) -> None:
    path = "/reviewed-controls/control-selections/0/include-controls/0/control-id"
    problem = only(checked(tmp_path, with_value(assessed(), RESULT + path, "govern-9"), catalog()))
    assert (problem.ident, problem.where.pointer) == ("dangling-reference", RESULT + path)
    group = only(checked(tmp_path, with_value(assessed(), RESULT + path, "govern"), catalog()))
    assert "names a group, not a control" in group.what


def test_a_profile_names_controls_of_its_own_import(tmp_path: Path) -> None:
    assert checked(tmp_path, profile(), catalog=catalog()).problems() == ()
    document = with_value(profile(), "/profile/imports/0/include-controls/0/with-ids/0", "govern-1.9")
    problem = only(checked(tmp_path, document, catalog=catalog()))
    assert problem.where.pointer == "/profile/imports/0/include-controls/0/with-ids/0"
    assert "did you mean 'govern-1." in problem.fix
    alone = checked(tmp_path / "alone", profile())
    assert counts(alone, "control id → catalog") == counts(alone, "import → document") == (0, 0, 1)


def test_each_side_of_a_mapping_is_held_against_its_own_catalog(tmp_path: Path) -> None:
    other = catalog(groups=[{"title": "A", "controls": [control("a.2.2")]}])
    assert checked(tmp_path, mapping(), catalog=catalog(), other=other).problems() == ()
    crossed = with_value(mapping(), "/mapping-collection/mappings/0/maps/0/targets/0/id-ref", "govern-1.1")
    check = checked(tmp_path, crossed, catalog=catalog(), other=other)
    assert counts(check, "target id of a mapping → catalog") == (0, 1, 0)
    one = mapping()["mapping-collection"]["mappings"][0]
    assert checked(tmp_path, mapping(mappings=one), catalog=catalog(), other=other).problems() == ()
    half = checked(tmp_path / "half", mapping(), catalog=catalog())
    assert counts(half, "source id of a mapping → catalog") == (1, 0, 0)
    assert counts(half, "target id of a mapping → catalog") == (0, 0, 1)


def test_gaps_of_a_mapping_are_ids_of_their_side(tmp_path: Path) -> None:
    other = catalog(groups=[{"title": "A", "controls": [control("a.2.2")]}])
    gap = {"uuid": uuid("gap"), "unmapped-controls": [{"with-ids": ["a.2.2", "map-1.1"]}]}
    document = with_value(mapping(), "/mapping-collection/mappings/0/target-gap-summary", gap)
    check = checked(tmp_path, document, catalog=catalog(), other=other)
    assert counts(check, "target id of a mapping → catalog") == (2, 1, 0)


def test_a_mapping_may_name_a_shipped_catalog(tmp_path: Path) -> None:
    path = written(tmp_path, mapping())
    given = Given(path, read_document(path))
    ids = {"other.json": frozenset({"a.2.2"})}
    check = check_documents([given], ids.get)[0]
    assert counts(check, "target id of a mapping → catalog") == (1, 0, 0)
    assert counts(check, "source id of a mapping → catalog") == (0, 0, 1)
    wrong = check_documents([given], {"other.json": frozenset({"a.2.3"})}.get)[0]
    assert counts(wrong, "target id of a mapping → catalog") == (0, 1, 0)


def test_a_mapping_may_name_a_shipped_catalog_through_a_resource(tmp_path: Path) -> None:
    body = mapping(**{"back-matter": {"resources": [{"uuid": uuid("r"), "rlinks": [{"href": "other.json"}]}]}})
    body = with_value(body, "/mapping-collection/mappings/0/target-resource/href", f"#{uuid('r')}")
    path = written(tmp_path, body)
    asked: list[str] = []

    def shipped(href: str) -> frozenset[str] | None:
        asked.append(href)
        return frozenset({"a.2.2"}) if href == "other.json" else None

    check = check_documents([Given(path, read_document(path))], shipped)[0]
    assert counts(check, "target id of a mapping → catalog") == (1, 0, 0)
    assert sorted(asked) == ["catalog.json", "other.json"]


def test_groups_in_a_mapping_are_a_note_and_in_a_profile_broken(tmp_path: Path) -> None:
    document = with_value(mapping(), "/mapping-collection/mappings/0/maps/0/sources/0/id-ref", "govern")
    check = checked(tmp_path, document, catalog=catalog())
    assert counts(check, "source id of a mapping → catalog") == (1, 0, 0)
    assert ["1 times the source side names a group" in note.what for note in check.notes] == [True]
    chosen = with_value(profile(), "/profile/imports/0/include-controls/0/with-ids/0", "govern")
    assert "names a group" in only(checked(tmp_path, chosen, catalog=catalog())).what


def test_imports_that_lead_to_the_wrong_thing_are_broken(tmp_path: Path) -> None:
    document = with_value(assessed(), "/assessment-results/import-ap/href", "poam.json")
    problem = only(checked(tmp_path, document, poam=poam()))
    assert problem.ident == "wrong-import"
    assert "plan-of-action-and-milestones" in problem.what
    (tmp_path / "broken.json").write_text('{"assessment-plan": ')
    broken = with_value(assessed(), "/assessment-results/import-ap/href", "broken.json")
    assert only(checked(tmp_path, broken)).ident == "wrong-import"
    nowhere = with_value(assessed(), "/assessment-results/import-ap/href", f"#{uuid('nowhere')}")
    assert only(checked(tmp_path, nowhere, catalog())).ident == "dangling-reference"


@pytest.mark.parametrize(
    ("href", "why"),
    [
        ("https://example.org/plan.json", "remote"),
        ("//example.org/plan.json", "remote"),
        ("trestle://plan.json", "remote"),
        ("file:///etc/passwd", "remote"),
        ("gone.json", "no such file"),
        ("../outside.json", "outside"),
        ("/etc/passwd", "outside"),
        ("..%2Foutside.json", "outside"),
        ("a%00b.json", "outside"),
        ("plan.xml", "XML"),
        ("link.json", "outside"),
        ("", "names no file"),
    ],
)
def test_imports_that_are_not_read_cannot_be_told(href: str, why: str, tmp_path: Path) -> None:
    written(tmp_path, plan(), "outside.json")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "plan.xml").write_text("<assessment-plan/>")
    (inner / "link.json").symlink_to(tmp_path / "outside.json")
    check = checked(inner, with_value(assessed(), "/assessment-results/import-ap/href", href))
    assert check.problems() == ()
    assert counts(check, "import → document") == (0, 0, 1)
    assert any(why in item.why for item in check.unclear())


def test_a_document_given_by_name_stands_for_a_remote_one(tmp_path: Path) -> None:
    document = with_value(assessed(), "/assessment-results/import-ap/href", "https://example.org/x/1.json?raw#top")
    check = checked(tmp_path, document, plan())
    assert counts(check, "import → document") == (1, 0, 0)


def test_imports_in_a_circle_are_broken_and_end(tmp_path: Path) -> None:
    one, two = profile(), profile(uuid=uuid("two"))
    one = with_value(one, "/profile/imports/0/href", "two.json")
    two = with_value(two, "/profile/imports/0/href", "0.json")
    check = checked(tmp_path, one, two=two)
    assert [problem.ident for problem in check.problems()] == ["circular-import"]
    alone = checked(tmp_path / "alone", with_value(profile(), "/profile/imports/0/href", "0.json"))
    assert [problem.ident for problem in alone.problems()] == ["circular-import"]


def test_duplicate_uuids_and_ids_are_broken_at_the_second_place(tmp_path: Path) -> None:
    document = with_value(assessed(), RESULT + "/risks/0/uuid", uuid("finding"))
    document = with_value(document, RESULT + "/findings/0/related-risks", None)
    problem = only(checked(tmp_path, document, catalog()))
    assert (problem.ident, problem.where.pointer) == ("duplicate-id", RESULT + "/findings/0/uuid")
    assert RESULT + "/risks/0/uuid" in problem.what
    twice = catalog(groups=[{"id": "a", "title": "A", "controls": [control("a")]}])
    problem = only(checked(tmp_path, twice))
    assert (problem.ident, problem.where.pointer) == ("duplicate-id", "/catalog/groups/0/controls/0/id")
    params = control("b", params=[{"id": "p"}, {"id": "p"}])
    problem = only(checked(tmp_path, catalog(groups=[{"title": "A", "controls": [params]}])))
    assert problem.where.pointer == "/catalog/groups/0/controls/0/params/1/id"


def test_links_inside_a_catalog_lead_to_ids_and_uuids(tmp_path: Path) -> None:
    links = [{"href": "#govern-1.1"}, {"href": "#govern-1.1_smt"}, {"href": "#govern"}, {"href": "#gone"}]
    document = with_value(catalog(), "/catalog/groups/1/controls/0/links", links)
    check = checked(tmp_path, document)
    assert counts(check, "link → something in the document") == (3, 1, 0)
    assert only(check).where.pointer == "/catalog/groups/1/controls/0/links/3/href"


def test_parties_and_roles_stand_in_the_metadata(tmp_path: Path) -> None:
    head = metadata(
        roles=[{"id": "author", "title": "Author"}],
        parties=[{"uuid": uuid("p"), "type": "person", "name": "P"}],
        responsible_parties=[{"role-id": "author", "party-uuids": [uuid("p")]}],
    )
    assert checked(tmp_path, catalog(metadata=head)).problems() == ()
    head["responsible-parties"] = [{"role-id": "auther", "party-uuids": [uuid("q")]}]
    found = checked(tmp_path, catalog(metadata=head)).problems()
    assert [problem.where.pointer.rpartition("responsible-parties/0/")[2] for problem in found] == [
        "role-id",
        "party-uuids/0",
    ]


def test_plan_items_lead_to_observations_and_risks_of_the_plan(tmp_path: Path) -> None:
    item = {
        "uuid": uuid("item"),
        "title": "t",
        "description": "d",
        "related-observations": [{"observation-uuid": uuid("observation")}],
        "related-risks": [{"risk-uuid": uuid("risk")}],
    }
    one = assessed()["assessment-results"]["results"][0]
    observation = {key: value for key, value in one["observations"][0].items() if key in ("uuid", "description")}
    observation |= {"methods": ["TEST"], "collected": "2026-01-01T00:00:00Z"}
    whole = poam(**{"poam-items": [item], "observations": [observation], "risks": one["risks"]})
    check = checked(tmp_path, whole)
    assert check.problems() == ()
    assert counts(check, "plan item → observation") == counts(check, "plan item → risk") == (1, 0, 0)
    missing = checked(tmp_path, poam(**{"poam-items": [item]}))
    assert [problem.ident for problem in missing.problems()] == ["dangling-reference"] * 2


HASHES = "/assessment-results/back-matter/resources/1/rlinks/0/hashes/0"


def with_digest(algorithm: str, value: str) -> dict[str, Any]:
    return with_value(assessed(), HASHES, {"algorithm": algorithm, "value": value})


@pytest.mark.parametrize("algorithm", list(digests.ALGORITHMS))
def test_digests_are_computed_again(algorithm: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_bytes(b"{}")
    value = hashlib.new(digests.ALGORITHMS[algorithm][0], b"{}").hexdigest()
    for stated in (value, value.upper()):
        check = checked(tmp_path, with_digest(algorithm, stated), catalog())
        assert check.problems() == ()
        assert counts(check, digests.FILE) == counts(check, digests.SYNTAX) == (1, 0, 0)
    (tmp_path / "run.json").write_bytes(b"{ }")
    problem = only(checked(tmp_path, with_digest(algorithm, value), catalog()))
    assert (problem.ident, problem.where.pointer) == ("other-digest", HASHES + "/value")
    assert value in problem.what


@pytest.mark.parametrize(("algorithm", "value"), [("SHA-256", "zz"), ("SHA-256", "0" * 63), ("SHA3-512", "0" * 64)])
def test_a_digest_that_is_none_is_broken(algorithm: str, value: str, tmp_path: Path) -> None:
    problem = only(checked(tmp_path, with_digest(algorithm, value), catalog()))
    assert (problem.ident, problem.where.pointer) == ("bad-digest", HASHES + "/value")
    assert algorithm in problem.what


def test_digests_that_nobody_can_compare_cannot_be_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    absent = checked(tmp_path, assessed(), catalog())
    assert counts(absent, digests.FILE) == (0, 0, 1)
    assert counts(checked(tmp_path, with_digest("MD5", "0" * 32), catalog()), digests.SYNTAX) == (0, 0, 1)
    href = HASHES.rpartition("/hashes")[0] + "/href"
    for elsewhere in ("https://example.org/run.json", "../run.json"):
        remote = checked(tmp_path, with_value(assessed(), href, elsewhere), catalog())
        assert counts(remote, digests.FILE) == (0, 0, 1)
    (tmp_path / "run.json").write_bytes(b"x" * 100)
    monkeypatch.setattr(digests, "MAX_FILE", 10)
    large = checked(tmp_path, assessed(), catalog())
    assert counts(large, digests.FILE) == (0, 0, 1)
    assert any("not read" in item.why for item in large.unclear())


@pytest.mark.parametrize("rel", ["source-profile", "resolution-source"])
def test_a_selection_may_lack_what_its_links_name_but_not_its_resources(rel: str, tmp_path: Path) -> None:
    links = [{"href": "#gone-1.1", "rel": "related"}, {"href": f"#{uuid('resource')}", "rel": "reference"}]
    whole = catalog(controls=[control("a-1", links=links)], groups=[])
    whole["catalog"].pop("groups")
    assert counts(checked(tmp_path, whole), "link → something in the document")[1:] == (2, 0)
    whole["catalog"]["metadata"]["links"] = [{"href": "profile.json", "rel": rel}]
    assert counts(checked(tmp_path, whole), "link → something in the document")[1:] == (1, 1)


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside, inner = tmp_path / "secret", tmp_path / "inner"
    outside.write_bytes(b"{}")
    inner.mkdir()
    (inner / "run.json").symlink_to(outside)
    check = checked(inner, with_digest("SHA-256", hashlib.sha256(b"{}").hexdigest()), catalog())
    assert counts(check, digests.FILE) == (0, 0, 1)


def test_resources_nobody_refers_to_are_a_note(tmp_path: Path) -> None:
    document = assessed()
    document["assessment-results"]["back-matter"]["resources"] += [
        {"uuid": uuid("unused"), "title": "U"},
        {"uuid": uuid("prose"), "title": "P"},
    ]
    document["assessment-results"]["results"][0]["remarks"] = f"See [the paper](#{uuid('prose')})."
    check = checked(tmp_path, document, catalog())
    assert check.problems() == ()
    assert [uuid("unused") in note.what for note in check.notes] == [True]


def test_what_breaks_the_schema_is_still_asked_the_rest(tmp_path: Path) -> None:
    document = with_value(assessed(), RESULT + "/findings/0/related-risks/0/risk-uuid", uuid("nowhere"))
    document["assessment-results"]["metadata"]["last-modified"] = "2026-01-01T00:00:00"
    idents = [problem.ident for problem in checked(tmp_path, document, catalog()).problems()]
    assert sorted(idents) == ["bad-value", "dangling-reference"]


@pytest.mark.parametrize("junk", [1, None, "x", [], {}, [1], [None], [[]], {"uuid": 1}, [{"uuid": []}], True])
def test_no_shape_of_a_document_ends_in_a_traceback(junk: Any, tmp_path: Path) -> None:
    paths = [
        "/import-ap", "/import-ap/href", "/results", "/results/0/findings", "/results/0/findings/0/related-risks",
        "/results/0/findings/0/target", "/results/0/observations/0/relevant-evidence", "/metadata", "/back-matter",
        "/back-matter/resources", "/back-matter/resources/0/uuid", "/back-matter/resources/1/rlinks",
        "/back-matter/resources/1/rlinks/0/hashes", "/back-matter/resources/1/rlinks/0/hashes/0", "/uuid",
        "/results/0/observations/0/origins/0/actors/0/type",
    ]  # fmt: skip
    for path in paths:
        broken = with_value(assessed(), "/assessment-results" + path, 0)
        checked(tmp_path, with_value(broken, "/assessment-results" + path, junk), catalog())
    for base, places in (
        (profile(), ["imports", "imports/0", "modify"]),
        (mapping(), ["mappings", "mappings/0", "mappings/0/maps", "mappings/0/source-resource"]),
    ):
        root = next(iter(base))
        for place in places:
            broken = with_value(base, f"/{root}/{place}", 0)
            checked(tmp_path, with_value(broken, f"/{root}/{place}", junk), catalog=catalog())


JUNK = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just([]) | st.just({}) | st.just([[1], {}])
SOUND = [catalog(), assessed(), mapping(), poam(), profile(), plan(), system()]


def paths(value: Any, above: str = "") -> list[str]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, item in inner for path in (f"{above}/{key}", *paths(item, f"{above}/{key}"))]


@given(data=st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_document_with_anything_anywhere_is_answered(data: st.DataObject, tmp_path: Path) -> None:
    document = data.draw(st.sampled_from(SOUND))
    for path in data.draw(st.lists(st.sampled_from(paths(document)[1:]), min_size=1, max_size=3)):
        try:
            document = with_value(document, path, data.draw(JUNK))
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    root = next(iter(document), None)
    if root is None or not isinstance(document[root], dict):
        return
    check = checked(tmp_path, document, catalog=catalog())
    assert all(problem.where.pointer.startswith(f"/{root}") and problem.fix for problem in check.problems())
    assert all(item.why for item in check.unclear())


def test_of_very_many_broken_places_the_first_are_described(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MOST", 5)
    risks = [{"risk-uuid": uuid(f"r{n}")} for n in range(20)]
    document = with_value(assessed(), RESULT + "/findings/0/related-risks", risks)
    check = checked(tmp_path, document, catalog())
    assert counts(check, "finding → risk") == (0, 20, 0)
    assert len(check.problems()) == 5
