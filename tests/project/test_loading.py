"""A project folder is read whole: every mistake is found, placed, and comes with a way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from govkit.catalogs.loading import Library, shipped_library
from govkit.errors import InputError, Problem
from govkit.files import shipped
from govkit.model.project import Project
from govkit.project import Tag, load_project, open_project
from tests.catalogs.builders import CATALOG

MAIN = """\
organisation: {name: Org}
systems:
  - {id: s, name: System, kind: classifier, purpose: Tests., owner: A}
frameworks: [nist-ai-rmf-1.0]
"""


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped_library()


def write(root: Path, **files: str) -> Path:
    (root / "govkit.yaml").write_text(files.pop("main", MAIN), encoding="utf-8")
    for name, text in files.items():
        (root / f"{name}.yaml").write_text(text, encoding="utf-8")
    return root


def problems(root: Path, library: Library) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        load_project(root, library)
    return caught.value.problems


def only(root: Path, library: Library) -> Problem:
    found = problems(root, library)
    assert len(found) == 1, [str(item) for item in found]
    return found[0]


def test_govkit_yaml_alone_is_a_project(tmp_path: Path, library: Library) -> None:
    made = load_project(write(tmp_path), library)
    assert made.organisation.name == "Org"
    fitting = {control.id for control in made.controls}
    assert "GK-PERF-01" in fitting
    assert "GK-FAIR-03" not in fitting, "a control for text generators does not fit a classifier"


def test_a_folder_without_govkit_yaml(tmp_path: Path, library: Library) -> None:
    problem = only(tmp_path, library)
    assert problem.ident == "no-project"
    assert "govkit init" in problem.fix


def test_broken_yaml_has_line_and_column(tmp_path: Path, library: Library) -> None:
    problem = only(write(tmp_path, main="organisation: {name: Org\nsystems: []\n"), library)
    assert problem.ident == "broken-yaml"
    assert (problem.where.path, problem.where.line > 0, problem.where.column > 0) == ("govkit.yaml", True, True)


def test_a_sentence_torn_at_its_comma_is_told_as_such(tmp_path: Path, library: Library) -> None:
    torn = MAIN + "policy: {confidence: 0.9, how many were answered}\n"
    found = problems(write(tmp_path, main=torn), library)
    assert [p.fix for p in found if "how many" in p.what] == ["put the text that holds this comma in quotes"]


def test_an_unknown_key_offers_the_nearest(tmp_path: Path, library: Library) -> None:
    problem = only(
        write(tmp_path, main=MAIN.replace("purpose:", "purpos:").replace("purpos: Tests.", "purpose: T, purpos: x")),
        library,
    )
    assert problem.ident == "unknown-key"
    assert "'purpose'" in problem.fix
    assert problem.where.line == 3


def test_an_unknown_catalog_offers_the_nearest(tmp_path: Path, library: Library) -> None:
    problem = only(write(tmp_path, main=MAIN.replace("nist-ai-rmf-1.0", "nist-ai-rmf-1")), library)
    assert (problem.ident, "nist-ai-rmf-1.0" in problem.fix, problem.where.line) == ("unknown-catalog", True, 4)


def test_all_files_problems_are_told_at_once(tmp_path: Path, library: Library) -> None:
    root = write(
        tmp_path,
        controls="use: [GK-PERF-1, GK-PERF-02, GK-PERF-02]\n",
        risks="risks:\n  - {id: R, title: T}\n",
        releases="releases:\n  - {version: 1.0, baseline: 0.9}\n",
        soa="version: 1\nlines:\n  - {requirement: 'iso-42001-2023:A.99', necessary: true, reason: r}\n",
    )
    found = problems(root, library)
    idents = {item.ident for item in found}
    assert {"unknown-control", "duplicate-id", "missing-entry", "unknown-release", "unknown-requirement"} <= idents
    assert {item.where.path for item in found} == {"controls.yaml", "risks.yaml", "releases.yaml", "soa.yaml"}
    assert list(found) == sorted(found)
    assert all(item.fix and item.what for item in found)


def test_a_version_keeps_its_spelling(tmp_path: Path, library: Library) -> None:
    made = load_project(
        write(tmp_path, releases="releases:\n  - {version: 1.10}\n  - {version: 2.0, baseline: 1.10}\n"), library
    )
    assert [release.version for release in made.releases] == ["1.10", "2.0"]


def test_a_moved_bar_needs_a_reason(tmp_path: Path, library: Library) -> None:
    text = "use:\n  - id: GK-ROB-02\n    criteria:\n      flip-rate: {at_most: 0.5}\n"
    problem = only(write(tmp_path, controls=text), library)
    assert (problem.ident, problem.where.line) == ("missing-reason", 4)
    made = load_project(write(tmp_path, controls=text.replace("0.5}", "0.5, reason: noisy}")), library)
    assert made.controls[0].criteria[0].at_most == 0.5


def test_where_a_measure_comes_from_needs_no_reason(tmp_path: Path, library: Library) -> None:
    text = "use:\n  - id: GK-ROB-02\n    criteria:\n      flip-rate: {measure: mine/flips, where: {edit: any}}\n"
    made = load_project(write(tmp_path, controls=text), library)
    criterion = made.controls[0].criteria[0]
    assert (criterion.measure, criterion.at_most) == ("mine/flips", 0.05)


def test_a_dropped_criterion_needs_a_reason(tmp_path: Path, library: Library) -> None:
    text = "use:\n  - {id: GK-CAL-01, remove: [brier-score]}\n"
    assert only(write(tmp_path, controls=text), library).ident == "missing-reason"


def test_an_unknown_criterion_is_not_silently_added(tmp_path: Path, library: Library) -> None:
    text = "use:\n  - {id: GK-CAL-01, criteria: {calibration: {at_most: 0.1}}}\n"
    assert only(write(tmp_path, controls=text), library).ident == "unknown-criterion"


def test_two_bars_are_one_too_many(tmp_path: Path, library: Library) -> None:
    text = "use:\n  - {id: GK-PERF-01, criteria: {score: {at_least: 0.1, at_most: 0.9}}}\n"
    problem = only(write(tmp_path, controls=text), library)
    assert "more than one bar" in problem.what


def test_undecided_controls_are_named(tmp_path: Path, library: Library) -> None:
    made: Project = load_project(
        write(tmp_path, controls="use: [GK-PERF-01]\nnot_used:\n  - {id: GK-PERF-02, reason: no slices}\n"), library
    )
    assert "GK-CAL-01" in made.undecided
    assert not {"GK-PERF-01", "GK-PERF-02", "GK-FAIR-03"} & set(made.undecided)


def test_a_risk_that_counts_on_a_control_not_in_use(tmp_path: Path, library: Library) -> None:
    risk = (
        "risks:\n  - id: R\n    title: T\n    cause: c\n    event: e\n    consequence: k\n    affected: p\n"
        "    likelihood: 1\n    impact: 9\n    controls:\n      - {control: GK-CAL-01, reduces: impact, steps: 1}\n"
        "    treatment: {option: accept, plan: p, owner: o}\n    owner: o\n"
    )
    found = problems(write(tmp_path, controls="use: [GK-PERF-01]\n", risks=risk), library)
    assert {item.ident for item in found} == {"control-not-used", "bad-value"}


def test_a_risk_may_name_entries_of_any_catalog_that_there_are(tmp_path: Path, library: Library) -> None:
    risk = (
        "risks:\n  - id: R\n    title: T\n    cause: c\n    event: e\n    consequence: k\n    affected: p\n"
        "    likelihood: 1\n    impact: 2\n    related: ['iso-42001-2023:A.5.4', 'iso-42001-2023:A.5.14']\n"
        "    treatment: {option: accept, plan: p, owner: o}\n    owner: o\n"
    )
    (found,) = problems(write(tmp_path, risks=risk), library)
    assert (found.ident, found.where.line) == ("unknown-requirement", 10)
    assert "did you mean 'iso-42001-2023:A.5.4'?" in found.fix


@pytest.mark.parametrize("path", ["../secret.json", "/etc/passwd", "a/../../b.json", "C:\\x.json"])
def test_evidence_outside_the_project_is_refused(tmp_path: Path, library: Library, path: str) -> None:
    text = MAIN + f"evidence:\n  - {{path: '{path}'}}\n"
    assert only(write(tmp_path, main=text), library).ident == "outside-project"


def test_a_link_that_leaves_the_project_is_refused(tmp_path: Path, library: Library) -> None:
    (tmp_path / "elsewhere").mkdir()
    root = tmp_path / "project"
    root.mkdir()
    (root / "evidence").symlink_to(tmp_path / "elsewhere")
    text = MAIN + "evidence:\n  - {path: evidence/x.json}\n"
    assert only(write(root, main=text), library).ident == "outside-project"


def test_releases_from_tags_compare_each_with_the_one_before(tmp_path: Path, library: Library) -> None:
    root = write(tmp_path, releases='from_tags: "v*"\n')
    made = load_project(
        root, library, [Tag("v1", "a" * 40, None), Tag("other", "b" * 40, None), Tag("v2", "c" * 40, None)]
    )
    assert [(r.version, r.tag, r.baseline) for r in made.releases] == [("1", "v1", None), ("2", "v2", "1")]


@pytest.mark.parametrize("text", ["[]", "just text", "a: &x [*x]", "!!python/object/apply:os.system [ls]", "\x00"])
def test_hostile_files_end_in_a_problem(tmp_path: Path, library: Library, text: str) -> None:
    assert problems(write(tmp_path, main=text), library)


@pytest.mark.parametrize("example", ["clinic-outreach", "language-model"])
def test_the_examples_hold_no_problem(library: Library, example: str) -> None:
    made = load_project(shipped("examples") / example / "project", library)
    assert made.releases


TOY_TO_NIST = """\
id: toy-1.0__nist-ai-rmf-1.0
title: Toys to the AI RMF
source: toy-1.0
target: nist-ai-rmf-1.0
style: concept
as_of: 2026-11-23
licence: Facts.
status: Draft.
basis: govkit
sources: [{id: S1, ref: the leaflet}]
counts: {pairs: 1}
pairs: [{source: T 1, target: MEASURE 2.6}]
"""
OWN = MAIN.replace("[nist-ai-rmf-1.0]", "[nist-ai-rmf-1.0, {id: toy-1.0, path: own/toy}]")


def put(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_crosswalk_may_stand_beside_the_catalogs_it_is_about(tmp_path: Path, library: Library) -> None:
    put(tmp_path, "own/toy/catalog.yaml", CATALOG)
    put(tmp_path, "crosswalks/toy/mappings/a.yaml", TOY_TO_NIST)
    found = open_project(write(tmp_path, main=OWN + "crosswalks: [crosswalks/toy]\n"), library).library
    assert [mapped.other for mapped in found.mapped("nist-ai-rmf-1.0:MEASURE 2.6")][-1] == "toy-1.0:T 1"


def test_a_crosswalk_to_a_catalog_nobody_has(tmp_path: Path, library: Library) -> None:
    put(tmp_path, "crosswalks/toy/mappings/a.yaml", TOY_TO_NIST)
    problem = only(write(tmp_path, main=MAIN + "crosswalks: [crosswalks/toy]\n"), library)
    assert (str(problem.where), problem.ident) == ("crosswalks/toy/mappings/a.yaml:3:1", "unknown-catalog")


@pytest.mark.parametrize(
    ("listed", "ident"), [("nowhere", "missing-file"), ("../x", "outside-project"), ("own/toy", "missing-file")]
)
def test_a_crosswalk_folder_that_holds_none(tmp_path: Path, library: Library, listed: str, ident: str) -> None:
    put(tmp_path, "own/toy/catalog.yaml", CATALOG)
    assert only(write(tmp_path, main=f'{MAIN}crosswalks: ["{listed}"]\n'), library).ident == ident


def test_an_overlay_is_read_with_the_framework_it_belongs_to(tmp_path: Path, library: Library) -> None:
    put(tmp_path, "own/toy/catalog.yaml", CATALOG)
    put(tmp_path, "own/texts.yaml", "catalog: toy-1.0\nsource: S\nlicence: L\ntexts: {T 1: Words.}\n")
    main = OWN.replace("path: own/toy", "path: own/toy, overlay: own/texts.yaml")
    opened = open_project(write(tmp_path, main=main), library)
    assert opened.library.texts["toy-1.0:T 1"].text == "Words."
    assert "own/texts.yaml" not in {source.path for source in opened.project.files}, "no judgement rests on it"


def test_mistakes_in_catalogs_crosswalks_and_overlays_are_told_together(tmp_path: Path, library: Library) -> None:
    put(tmp_path, "own/toy/catalog.yaml", CATALOG.replace("rule: 2}", "rule: 3}"))
    put(tmp_path, "own/texts.yaml", "catalog: iso-42001-2023\nsource: S\nlicence: L\ntexts: {A.1.1: Words.}\n")
    frameworks = "[nist-ai-rmf, {id: toy-1.0, path: own/toy}, {id: iso-42001-2023, overlay: own/texts.yaml}]"
    main = MAIN.replace("[nist-ai-rmf-1.0]", frameworks) + "crosswalks: [gone]\n"
    assert [(p.where.path, p.ident) for p in problems(write(tmp_path, main=main), library)] == [
        ("gone/mappings", "missing-file"),
        ("govkit.yaml", "unknown-catalog"),
        ("own/texts.yaml", "unknown-requirement"),
        ("own/toy/catalog.yaml", "wrong-count"),
    ]
