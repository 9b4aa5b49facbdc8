"""What is found in documents that others published. Origin and licence of each: tests/data/oscal/README.md."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from govkit.files import parse_json
from govkit.model.checked import DocumentCheck
from govkit.oscal.checking import check_documents
from govkit.oscal.documents import read_document
from govkit.oscal.following import Given
from govkit.oscal.schemas import FILES, FOLDER
from govkit.oscal.walking import LISTED, REFERENCES

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "oscal"


def checked(name: str) -> DocumentCheck:
    path = SAMPLES / name
    return check_documents([Given(path, read_document(path, shown=name))], lambda href: None)[0]


def test_an_example_of_nist_takes_a_mitigating_factor_for_a_risk() -> None:
    check = checked("ifa_plan-of-action-and-milestones_cut.json")
    assert check.schema.broken == []
    (problem,) = check.problems()
    assert problem.where.pointer == "/plan-of-action-and-milestones/poam-items/0/related-risks/0/risk-uuid"
    assert "'mitigating-factors', not under 'risks'" in problem.what
    assert {item.what.partition(" ")[0] for item in check.unclear()} == {"import", "subject-uuid", "actor-uuid"}


def test_a_profile_without_its_catalog_is_not_judged() -> None:
    check = checked("basic_profile-min.json")
    assert check.problems() == ()
    assert Counter(item.what.partition(" ")[0] for item in check.unclear()) == {
        "import": 1,
        "with-ids": 2,
        "control-id": 1,
        "param-id": 1,
    }


@pytest.mark.parametrize(
    ("name", "idents"),
    [
        ("NIST_SP-800-53_rev5_LOW-baseline_profile.json", {}),
        ("NIST_SP-800-53_rev5_catalog.json", {"dangling-reference": 11}),
        ("NIST_CSF_v2.0_catalog.json", {"unknown-version": 1}),
        ("nist_ai_rmf_to_iso_42001_mapping-collection.json", {"bad-value": 1}),
        (
            "NIST-CSF_v2-to-NIST-800-53_rev5_mapping-collection.json",
            {"bad-value": 5, "missing-entry": 7, "unknown-key": 10, "version-contradiction": 1, "duplicate-id": 1},
        ),
    ],
)
def test_documents_of_others_have_the_faults_they_have(name: str, idents: dict[str, int]) -> None:
    assert Counter(problem.ident for problem in checked(name).problems()) == idents


def test_no_key_that_holds_a_uuid_is_overlooked() -> None:
    """Every property whose datatype is a uuid is either the uuid of a thing or a reference that is followed."""
    found: set[str] = set()

    def walk(node: object, key: str) -> None:
        if isinstance(node, dict):
            if node.get("$ref") == "#/definitions/UUIDDatatype" or str(node.get("$ref", "")).endswith("-uuid"):
                found.add(key)
            for name, inner in node.items():
                walk(inner, key if name in ("items", "properties", "anyOf") else name)
        elif isinstance(node, list):
            for inner in node:
                walk(inner, key)

    for name in FILES.values():
        walk(parse_json((FOLDER / name).read_bytes()), "")
    named = {key for key in found if ":" not in key}
    assert named - {"uuid"} <= REFERENCES | LISTED
    assert {"member-of-organizations", "party-uuids", "risk-uuid", "subject-uuid"} <= named
