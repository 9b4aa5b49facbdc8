"""MITRE ATLAS in the format of 2026 and in the one before. The files of format 6 are our own, in its form."""

from __future__ import annotations

import pytest

from govkit.importing.texts import lay_over
from tests.importing.builders import DATA, asked, dropped, imported, problems, refused

CURRENT = """\
format-version: 6.0.0
collection:
  id: ATLAS-collection
  object-type: collection
  version: '2026.10'
  name: ATLAS
  description: Adversarial Threat Landscape for AI Systems
  modified-date: '2026-10-15'
matrix: {id: ATLAS-matrix, name: ATLAS}
tactics:
  AML.TA0001:
    id: AML.TA0001
    name: Second step
    description: What comes second.
    attack-reference: {id: TA0042, url: 'https://attack.mitre.org/tactics/TA0042/'}
  AML.TA0002:
    id: AML.TA0002
    name: First step
    description: What comes first.
techniques:
  AML.T0051:
    id: AML.T0051
    name: A way in
    description: |-
      Somebody finds a way in.

      It may be short.
    references:
    - {id: ref-1, title: A paper, url: 'https://example.org/'}
    platforms: [Generative AI, Agentic AI]
    maturity: Realized
  AML.T0051.001:
    id: AML.T0051.001
    name: A side door
    description: Not the front door.
    platforms: [Generative AI]
    maturity: Feasible
mitigations:
  AML.M0001:
    id: AML.M0001
    name: A lock
    description: Doors have locks.
    categories: [Policy]
    lifecycle-phases: [Deployment]
case-studies:
  AML.CS0001: {id: AML.CS0001, name: An evening}
relationships:
  ATLAS-matrix:
    sequences:
    - {source: ATLAS-matrix, target: AML.TA0001, relationship-type: sequences, position: 2}
    - {source: ATLAS-matrix, target: AML.TA0002, relationship-type: sequences, position: 1}
  AML.T0051:
    achieves:
    - {source: AML.T0051, target: AML.TA0002, relationship-type: achieves}
    - {source: AML.T0051, target: AML.TA0001, relationship-type: achieves}
  AML.T0051.001:
    achieves:
    - {source: AML.T0051.001, target: AML.TA0001, relationship-type: achieves}
    specializes:
    - {source: AML.T0051.001, target: AML.T0051, relationship-type: specializes}
  AML.M0001:
    mitigates:
    - {source: AML.M0001, target: AML.T0051.001, relationship-type: mitigates, description: It holds.}
  AML.CS0001:
    employs:
    - {source: AML.CS0001, target: AML.T0051, relationship-type: employs, tactic: AML.TA0002, step-id: S00}
"""


def test_a_release_that_is_shipped_needs_another_id_or_gives_only_its_words() -> None:
    content = CURRENT.replace("2026.10", "2026.09")
    told = refused(content)[0]
    assert (str(told.where), told.ident) == ("--as", "duplicate-id")
    assert "--texts-for mitre-atlas-2026.09" in told.fix
    found = imported(content, asked(id="atlas-whole"))
    assert found.catalog is not None
    assert found.catalog.id == "atlas-whole"
    laid = lay_over(found, "mitre-atlas-2026.09", asked().library)
    assert list(laid.overlay.texts) == ["AML.TA0002", "AML.TA0001", "AML.M0001"]
    assert dropped(laid.imported)["entries that mitre-atlas-2026.09 does not have"] == 2


def test_format_6() -> None:
    found = imported(CURRENT, asked(head={}))
    catalog = found.catalog
    assert catalog is not None
    assert (catalog.id, catalog.edition, str(catalog.published)) == ("mitre-atlas-2026.10", "2026.10", "2026-10-15")
    assert catalog.title == "ATLAS Adversarial Threat Landscape for AI Systems"
    assert catalog.counts == {"tactic": 2, "technique": 1, "sub-technique": 1, "mitigation": 1}
    assert [(r.id, r.kind, r.parent, r.related) for r in catalog.requirements] == [
        ("AML.TA0002", "tactic", None, ()),
        ("AML.TA0001", "tactic", None, ()),
        ("AML.T0051", "technique", "AML.TA0002", ("AML.TA0001",)),
        ("AML.T0051.001", "sub-technique", "AML.T0051", ("AML.TA0001",)),
        ("AML.M0001", "mitigation", None, ("AML.T0051.001",)),
    ]
    assert found.format_version == "6.0.0"
    assert dropped(found) == {"case studies": 1, "references": 1, "uses of mitigations": 1}


def test_objects_keep_their_words_and_marks() -> None:
    catalog = imported(CURRENT).catalog
    assert catalog is not None
    by_id = {r.id: r for r in catalog.requirements}
    assert by_id["AML.T0051"].text == "Somebody finds a way in.\n\nIt may be short."
    marks = {id: [(prop.name, prop.value) for prop in entry.props] for id, entry in by_id.items()}
    assert marks["AML.T0051"] == [("maturity", "Realized"), ("platform", "Generative AI"), ("platform", "Agentic AI")]
    assert marks["AML.M0001"] == [("category", "Policy"), ("lifecycle-phase", "Deployment")]
    assert marks["AML.TA0001"] == [("attack-reference", "TA0042")]


def test_only_mitigations_are_judged_unless_somebody_wants_more() -> None:
    catalog = imported(CURRENT).catalog
    assert catalog is not None
    assert [leaf.id for leaf in catalog.leaves()] == ["AML.M0001"]
    more = imported(CURRENT, asked(head={"judged": "mitigation, sub-technique"})).catalog
    assert more is not None
    assert [leaf.id for leaf in more.leaves()] == ["AML.T0051.001", "AML.M0001"]


def test_a_real_file_of_the_format_before() -> None:
    found = imported((DATA / "mitre_atlas_4.5.2.yaml").read_bytes())
    catalog = found.catalog
    assert catalog is not None
    assert (catalog.id, catalog.edition) == ("mitre-atlas-4.5.2", "4.5.2")
    assert [(r.id, r.kind, r.parent) for r in catalog.requirements] == [
        ("AML.TA0002", "tactic", None),
        ("AML.T0000", "technique", "AML.TA0002"),
        ("AML.T0000.000", "sub-technique", "AML.T0000"),
        ("AML.T0003", "technique", "AML.TA0002"),
        ("AML.M0000", "mitigation", None),
    ]
    assert catalog.requirements[4].related == ("AML.T0000", "AML.T0003")
    assert (catalog.requirements[0].text or "").startswith(
        "The adversary is trying to gather information about the machine"
    )
    assert dropped(found) == {"case studies": 1, "uses of mitigations": 2}


def test_the_last_files_of_the_format_before_date_their_entries_and_spell_a_key_otherwise() -> None:
    text = (DATA / "mitre_atlas_4.5.2.yaml").read_text(encoding="utf-8").replace("version: 4.5.2", "version: 5.6.0")
    text = text.replace("subtechnique-of", "specializes").replace(
        "    object-type: tactic\n", "    modified_date: 2026-05-04\n"
    )
    found = imported(text, asked(head={}))
    assert found.catalog is not None
    assert (str(found.catalog.published), found.catalog.requirements[2].parent) == ("2026-05-04", "AML.T0000")
    assert "no day of publication" in found.doubts[1]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("format-version: 6.0.0", "format-version: 7.0.0"), [("given.file:1:1", "unknown-version")]),
        (
            ("    id: AML.T0051.001\n", "    id: AML.T0052\n"),
            [("given.file:32:3", "bad-value"), ("given.file:39:3", "unknown-requirement")],
        ),
        (
            ("target: AML.TA0002, relationship-type: ach", "target: AML.TA0009, relationship-type: ach"),
            [("given.file:21:3", "unknown-requirement")],
        ),
        (
            ("target: AML.T0051, relationship-type: spec", "target: AML.T0051.001, relationship-type: spec"),
            [("given.file:32:3", "circular-parent")],
        ),
        (("  version: '2026.10'\n", ""), [("given.file", "missing-entry")] * 2),
        (("  modified-date: '2026-10-15'\n", ""), [("given.file", "missing-entry")] * 2),
    ],
)
def test_what_is_wrong_has_its_line(change: tuple[str, str], found: list[tuple[str, str]]) -> None:
    assert change[0] in CURRENT
    assert problems(CURRENT.replace(*change), asked(head={})) == found


def test_an_id_that_stands_twice_in_the_format_before() -> None:
    text = (
        (DATA / "mitre_atlas_4.5.2.yaml")
        .read_text(encoding="utf-8")
        .replace("id: AML.T0003\n    name", "id: AML.T0000\n    name")
    )
    assert [ident for _, ident in problems(text)] == ["duplicate-id", "unknown-requirement"]


def test_files_with_nothing_in_them() -> None:
    assert problems("id: ATLAS\nname: ATLAS\nversion: 5.0.0\nmatrices: []\n") == [("given.file", "empty-catalog")]
    assert problems("format-version: 6.0.0\ntechniques: {}\n")[0] == ("given.file", "empty-catalog")
