"""`govkit init`: a new project loads, is judged honestly, and destroys nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from govkit.catalogs.loading import shipped_library
from govkit.export.soa_lacks import undecided
from govkit.files import shipped
from govkit.model.control import SystemKind
from govkit.model.profile import Position
from govkit.model.project import Project, Role, Tier
from govkit.project import open_project
from govkit.selection import fits
from govkit.starter import propose, starter
from govkit.starting import FILES, ONE, PROPOSED, UNDECIDED, ReleaseStart, Start, choose, starting_files, system_id
from govkit.yaml_lines import load_yaml
from tests.cli.making import document, done, files, git, govkit, problems

LIBRARY = shipped_library()
ROOT = Path(__file__).resolve().parent.parent.parent


def opened(folder: Path) -> Project:
    return open_project(folder, shipped_library()).project


@pytest.mark.parametrize("tier", get_args(Tier))
@pytest.mark.parametrize("kind", get_args(SystemKind))
@pytest.mark.parametrize("role", get_args(Role))
def test_every_role_kind_and_tier_gives_a_project_without_problems(
    tmp_path: Path, role: Role, kind: SystemKind, tier: Tier
) -> None:
    start = Start(organisation="Example", system='A "Ticket" router: #1', kind=kind, role=role, tier=tier)
    for name, content in starting_files(start, LIBRARY, ReleaseStart(None, None)).items():
        (tmp_path / name).write_bytes(content)
    project = open_project(tmp_path, LIBRARY).project
    system = project.systems[0]
    assert (system.name, system.role, system.kind, system.tier) == ('A "Ticket" router: #1', role, kind, tier)
    used = {control.id for control in project.controls}
    fewest, most = {"minimal": (4, 6), "limited": (8, 12), "high": (11, 15)}[tier]
    assert fewest <= len(project.risks) <= most
    for risk in project.risks:
        assert risk.controls
        assert {reduction.control for reduction in risk.controls} <= used
        assert risk.related
    assert project.statement is not None
    assert len(project.statement.lines) == 38
    assert all(line.necessary and undecided(line.reason) for line in project.statement.lines)
    assert project.profile is not None
    assert {"iso-42001-2023", "nist-ai-rmf-1.0", "eu-ai-act-2026"} <= {use.id for use in project.frameworks}
    for use in project.frameworks:
        said = [one for full, one in project.tailored[system.id].items() if full.startswith(f"{use.id}:")]
        assert any(one.binding for one in said)
        assert use.gate == (tier != "minimal")


def test_all_fitting_controls_are_used_and_the_others_say_why_not(tmp_path: Path) -> None:
    done(tmp_path, "init", "--kind", "agent")
    project, offered = opened(tmp_path), shipped_library().controls()
    fitting = {name for name, control in offered.items() if fits(control, {"agent"})}
    assert {control.id for control in project.controls} == fitting
    assert {item.id for item in project.declined} == set(offered) - fitting
    assert all(item.reason.endswith("this system is an agent.") for item in project.declined)
    assert project.undecided == ()


def test_tier_minimal_starts_small_and_leaves_the_rest_undecided(tmp_path: Path) -> None:
    done(tmp_path, "init", "--kind", "classifier", "--tier", "minimal")
    project = opened(tmp_path)
    used = {control.id for control in project.controls}
    assert used <= set(starter().minimal_controls)
    assert 10 <= len(used) <= 20
    assert len(project.undecided) > 40
    assert not any(use.gate for use in project.frameworks)
    text = (tmp_path / "controls.yaml").read_text(encoding="utf-8")
    assert all(f"#   {name} " in text for name in project.undecided)


def test_the_starter_set_names_shipped_controls_only() -> None:
    offered = shipped_library().controls()
    assert set(starter().minimal_controls) <= set(offered)
    for risk in starter().risks:
        assert {reduction.control for reduction in risk.controls} <= set(offered)


def test_starter_risks_lead_to_catalog_entries_that_there_are() -> None:
    for risk in starter().risks:
        assert risk.related, risk.title
        assert [name for name in risk.related if LIBRARY.requirement(name) is None] == []


def test_related_entries_are_of_catalogs_for_this_kind_of_system(tmp_path: Path) -> None:
    for kind, wanted in (("classifier", set()), ("generator", {"owasp-llm-2026"}), ("agent", {"owasp-agentic-2026"})):
        done(tmp_path / kind, "init", "--kind", kind, "--tier", "high")
        named = {name.partition(":")[0] for risk in opened(tmp_path / kind).risks for name in risk.related}
        assert wanted <= named
        assert ("nist-ai-600-1" in named) == (kind != "classifier")
        assert ("owasp-agentic-2026" in named) == (kind == "agent")


def test_proposals_are_about_annex_a_and_each_can_come_up() -> None:
    annex = {leaf.id for leaf in LIBRARY.catalogs["iso-42001-2023"].leaves() if leaf.kind == "control"}
    proposed = [name for entry in starter().statement for name in entry.requirements]
    assert set(proposed) <= annex
    open_to_all = [e for e in starter().statement if not (e.roles or e.kinds or e.tiers)]
    for entry in starter().statement:
        earlier = [e for e in open_to_all if starter().statement.index(e) < starter().statement.index(entry)]
        assert not {name for e in earlier for name in e.requirements} & set(entry.requirements)


def test_every_framework_of_the_profile_says_why_somebody_might_want_it() -> None:
    assert set(LIBRARY.profiles[starter().profile].catalogs()) <= set(starter().frameworks)


def statement(tmp_path: Path, *options: str) -> dict[str, str]:
    """Printed id to reason, of the statement that init writes."""
    done(tmp_path, "init", *options)
    lines = opened(tmp_path).statement
    assert lines is not None
    return {line.requirement.partition(":")[2]: line.reason for line in lines.lines}


def test_proposals_are_marked_and_count_for_nothing(tmp_path: Path) -> None:
    said = statement(tmp_path, "--kind", "classifier", "--role", "user", "--tier", "limited")
    assert said["A.2.2"].startswith(f"{PROPOSED} necessary. ")
    assert said["A.6.2.3"].startswith(f"{PROPOSED} not necessary. ")
    assert said["A.8.5"] == UNDECIDED
    text = (tmp_path / "soa.yaml").read_text(encoding="utf-8")
    assert "necessary: false" not in text
    assert text.count("necessary: true # until you decide: false is proposed") == sum(
        reason.startswith(f"{PROPOSED} not necessary") for reason in said.values()
    )
    assert sum(lack["ident"] == "statement-undecided" for lack in document(tmp_path, "soa")["lacks"]) == 38


def test_proposals_follow_the_role(tmp_path: Path) -> None:
    provider = statement(tmp_path / "p", "--kind", "classifier", "--role", "provider", "--tier", "high")
    assert provider["A.6.2.4"].startswith(f"{PROPOSED} necessary. Whoever builds or offers")
    assert provider["A.5.4"].startswith(f"{PROPOSED} necessary. At tier high")
    deployer = statement(tmp_path / "d", "--kind", "generator", "--role", "deployer", "--tier", "limited")
    assert deployer["A.9.2"].startswith(f"{PROPOSED} necessary. The organisation uses")
    assert deployer["A.6.2.4"] == UNDECIDED


def test_frameworks_are_proposed_from_the_profile_with_a_reason(tmp_path: Path) -> None:
    text = done(tmp_path, "init", "--kind", "agent", "--role", "deployer", "--tier", "high")
    assert "Frameworks proposed: iso-42001-2023, nist-ai-rmf-1.0, eu-ai-act-2026, owasp-llm-2026," in text
    assert "Profile proposed: by-position-2026" in text
    assert "--role deployer --kind agent --tier high" in text
    main = (tmp_path / "govkit.yaml").read_text(encoding="utf-8")
    assert "systems that act through tools.\n  - {id: owasp-agentic-2026, gate: true} # 10 bind\n" in main
    assert "  # - {id: mitre-atlas-2026.09, gate: false}" in main
    assert "neurips" not in main
    project = opened(tmp_path)
    assert project.profile is not None
    assert "owasp-agentic-2026" in {use.id for use in project.frameworks}


def test_frameworks_can_be_named(tmp_path: Path) -> None:
    text = done(tmp_path, "init", "--kind", "generator", "--frameworks", "mit-ai-risk-repository-v4, iso-42001-2023")
    assert "Frameworks in scope: mit-ai-risk-repository-v4, iso-42001-2023" in text
    project = opened(tmp_path)
    assert [(use.id, use.gate) for use in project.frameworks] == [
        ("mit-ai-risk-repository-v4", False), ("iso-42001-2023", True)
    ]  # fmt: skip
    assert "  # - {id: nist-ai-rmf-1.0, gate: true}" in (tmp_path / "govkit.yaml").read_text(encoding="utf-8")


def test_without_frameworks_of_the_profile_nothing_is_tailored(tmp_path: Path) -> None:
    done(tmp_path, "init", "--frameworks", "owasp-llm-2025")
    project = opened(tmp_path)
    assert (project.profile, [use.gate for use in project.frameworks]) == (None, [True])
    assert project.statement is not None
    assert project.statement.lines == ()
    assert done(tmp_path, "check")
    assert govkit(tmp_path, "assess", "0.1", "--no-record").exit_code == 10


def test_no_framework_at_all_is_possible(tmp_path: Path) -> None:
    done(tmp_path, "init", "--frameworks", "")
    assert opened(tmp_path).frameworks == ()


def test_unknown_frameworks_are_all_named_and_nothing_is_written(tmp_path: Path) -> None:
    found = problems(tmp_path, "init", "--frameworks", "iso-42001,nist-ai-rmf-1.0,govkit-baseline")
    assert [(p.where.path, p.ident) for p in found] == [("--frameworks", "unknown-catalog")] * 2
    assert "did you mean 'iso-42001-2023'?" in " ".join(p.fix for p in found)
    assert files(tmp_path) == {}


def test_at_tier_minimal_nothing_proposed_closes_the_gate() -> None:
    proposed = propose(LIBRARY, Position("provider", "generator", "minimal"), None)
    assert not any(framework.gate for framework in proposed.frameworks)
    assert all(framework.counts is not None for framework in proposed.frameworks)


def test_a_control_without_a_bar_says_so(tmp_path: Path) -> None:
    done(tmp_path, "init", "--kind", "classifier")
    text = (tmp_path / "controls.yaml").read_text(encoding="utf-8")
    assert "  - id: GK-PERF-01 # Task performance above requirement\n    # The catalog sets no bar here" in text
    assert "    #   score: {at_least: ..., reason: why this bar} # performance/score" in text
    assert "    #   attack-success: {at_most: ..." in text


def test_assess_says_that_nothing_is_evidenced(tmp_path: Path) -> None:
    done(tmp_path, "init", "--kind", "generator")
    assert done(tmp_path, "check").startswith("76 controls in use (0 undecided), 12 risks, 1 release, 0 evidence files")
    result = govkit(tmp_path, "assess", "0.1", "--no-record")
    assert result.exit_code == 10
    assert "GATE CLOSED" in result.stdout
    assert "  0 of " in result.stdout
    assert "nothing bound measures" in result.stdout


def test_the_statement_is_flagged_as_undecided(tmp_path: Path) -> None:
    done(tmp_path, "init", "--kind", "generator")
    lacks = document(tmp_path, "soa")["lacks"]
    assert sum(problem["ident"] == "statement-undecided" for problem in lacks) == 38


@pytest.mark.parametrize("there", FILES)
def test_nothing_is_overwritten_and_nothing_else_is_written(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("mine\n", encoding="utf-8")
    (found,) = problems(tmp_path, "init")
    assert (found.where.path, found.ident) == (there, "file-exists")
    assert files(tmp_path) == {there: b"mine\n"}


def test_every_file_in_the_way_is_named(tmp_path: Path) -> None:
    done(tmp_path, "init")
    before = files(tmp_path)
    assert sorted(found.where.path for found in problems(tmp_path, "init")) == sorted(FILES)
    assert files(tmp_path) == before


def test_a_dangling_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "soa.yaml").symlink_to(tmp_path / "elsewhere")
    assert problems(tmp_path, "init")[0].where.path == "soa.yaml"


def test_a_new_folder_is_made_and_next_steps_name_it(tmp_path: Path) -> None:
    text = done(tmp_path / "new" / "project", "init")
    assert f"govkit -C {(tmp_path / 'new' / 'project').as_posix()} check" in text
    assert "Nothing is evidenced yet" in text


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (("--kind", "clasifier"), "did you mean 'classifier'?"),
        (("--tier", "huge"), "choose one of minimal, limited, high"),
        (("--role", "x"), "choose one of provider, deployer, developer, user"),
        (("--system", "a\x1b[31m"), "retype it"),
        (("--name", ""), ""),
    ],
)
def test_wrong_answers_are_refused_before_anything_is_written(
    tmp_path: Path, options: tuple[str, str], hint: str
) -> None:
    (found,) = problems(tmp_path, "init", *options)
    assert found.ident == "bad-value"
    assert hint in found.fix
    assert files(tmp_path) == {}


def test_all_wrong_answers_are_named_at_once(tmp_path: Path) -> None:
    assert len(problems(tmp_path, "init", "--kind", "x", "--tier", "x", "--role", "x")) == 3


def test_tags_that_look_like_versions_become_releases(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    for tag in ("v1.0", "v1.1", "nightly"):
        git(tmp_path, "commit", "-q", "--allow-empty", "-m", tag)
        git(tmp_path, "tag", tag)
    text = done(tmp_path, "init")
    assert "2 releases" in text
    assert "assess 1.1" in text
    assert load_yaml((tmp_path / "releases.yaml").read_bytes(), "x").value == {"from_tags": "v[0-9]*"}


def test_bare_versions_are_recognised_too(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "one")
    git(tmp_path, "tag", "2026.1")
    assert "assess 2026.1" in done(tmp_path, "init")


def test_without_tags_the_release_is_what_is_checked_out(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "one")
    done(tmp_path, "init")
    assert opened(tmp_path).releases[0].commit == git(tmp_path, "rev-parse", "HEAD")


def test_the_same_answers_give_the_same_bytes() -> None:
    start = Start(organisation="Example", system="Router", kind="ranker", role="user", tier="high")
    library, releases = shipped_library(), ReleaseStart(None, None)
    assert starting_files(start, library, releases) == starting_files(start, library, releases)


@pytest.mark.parametrize(
    ("name", "ident"),
    [("Ticket router", "ticket-router"), ("Über 2.0!", "uber-2-0"), ("案件", "system"), ("--", "system")],
)
def test_ids_are_plain(name: str, ident: str) -> None:
    assert system_id(name) == ident


def test_a_choice_leaves_no_control_out() -> None:
    library = shipped_library()
    for kind in ONE:
        start = Start(organisation="E", system="S", kind=kind, role="user", tier="minimal")
        choice = choose(start, library)
        assert sorted(c.id for group in choice for c in group) == sorted(library.controls())


def test_no_template_is_left_unused() -> None:
    names = {path.name for path in (shipped("templates") / "project").glob("*.j2")}
    assert names == {f"{name}.j2" for name in FILES}


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_person_at_a_terminal_is_asked(tmp_path: Path) -> None:
    import pty

    leader, follower = pty.openpty()
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb"}
    command = [sys.executable, "-m", "govkit", "-C", str(tmp_path), "init"]
    os.write(leader, b"Letter sorter\nclassifer\ngen\nclass\nDep\n\n")
    run = subprocess.run(
        command, stdin=follower, capture_output=True, text=True, env=surroundings, timeout=60, check=False
    )
    os.close(leader)
    os.close(follower)
    assert run.returncode == 0, run.stderr
    assert "What is the system called?" in run.stderr
    assert "high: people are harmed or treated unfairly" in run.stderr
    assert "ranker: puts things in an order" in run.stderr
    assert "gen may be generator or general-purpose" in run.stderr
    assert "choose one of classifier, regressor" in run.stderr
    system = opened(tmp_path).systems[0]
    assert (system.name, system.kind, system.role, system.tier) == (
        "Letter sorter",
        "classifier",
        "deployer",
        "limited",
    )
    assert "What is" not in run.stdout
