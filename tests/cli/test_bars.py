"""`govkit bars`: every bar, and who set it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.cli.making import document, done, files, git, govkit, problems, write

PROJECT = dedent("""\
    organisation: {name: Harbour Clinic}
    systems:
      - {id: outreach, name: Outreach, kind: classifier, purpose: Find patients to call back, owner: Mei Tanaka}
    """)
RELEASES = "releases:\n  - {version: '1.0', tag: v1.0}\n  - {version: '1.1', baseline: '1.0'}\n"


def controls(bar: str, own: str = "0.9") -> str:
    return dedent(f"""\
        use:
          - id: GK-PERF-01
            owner: Dr A
            criteria:
              score: {{at_least: {bar}, reason: agreed with the clinic}}
          - GK-DATA-01
        own:
          - id: ORG-01
            title: Own
            theme: own
            summary: Our own.
            criteria:
              - {{id: calls, title: Calls, measure: clinic/calls, at_least: {own}, where: {{group: all}}}}
        """)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    for name, text in (("govkit.yaml", PROJECT), ("controls.yaml", controls("0.7")), ("releases.yaml", RELEASES)):
        write(tmp_path, name, text)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "start")
    git(tmp_path, "tag", "v1.0")
    return tmp_path


def test_who_set_each_bar_and_what_it_was_before(project: Path) -> None:
    first = git(project, "rev-parse", "HEAD")
    write(project, "controls.yaml", controls("0.68"))
    git(project, "commit", "--quiet", "--all", "--message", "lower the bar")
    second = git(project, "rev-parse", "HEAD")
    found = document(project, "bars", "1.1")
    assert (found["schema"], found["release"], found["baseline"], found["history"]) == (
        "govkit.bars/1", "1.1", "1.0", True,
    )  # fmt: skip
    bars = {bar["id"]: bar for bar in found["bars"]}
    score = bars["GK-PERF-01/score"]
    assert (score["bar"], score["commit"], score["set_by"], score["before"], score["state"]) == (
        "at least 0.68", second, "Ada Example", "at least 0.7", "committed",
    )  # fmt: skip
    assert (score["from"], score["owner"]) == ("agreed with the clinic", "Dr A")
    assert (bars["ORG-01/calls"]["commit"], bars["ORG-01/calls"]["before"]) == (first, None)
    assert bars["GK-DATA-01/fields-filled"]["commit"] == first


def test_the_list_for_a_reader(project: Path) -> None:
    write(project, "controls.yaml", controls("0.68"))
    before = files(project)
    text = done(project, "bars", "1.1")
    assert "bars for outreach 1.1, 1 moved since 1.0" in text
    assert "GK-PERF-01/score: at least 0.68" in text
    assert "    set: not committed yet\n    moved since 1.0; before: at least 0.7\n" in text
    assert "ORG-01/calls: at least 0.9\n    clinic/calls group=all\n    set 20" in text
    assert files(project) == before


def test_only_what_moved(project: Path) -> None:
    assert document(project, "bars", "1.1", "--moved")["bars"] == []
    write(project, "controls.yaml", controls("0.7", own="0.5"))
    assert [bar["id"] for bar in document(project, "bars", "1.1", "--moved")["bars"]] == ["ORG-01/calls"]
    assert document(project, "bars", "1.0", "--moved")["bars"] == []


def test_without_git_nobody_is_named(project: Path) -> None:
    for path in sorted((project / ".git").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (project / ".git").rmdir()
    result = govkit(project, "bars", "1.1")
    assert result.exit_code == 0
    assert "no git repository" in result.stderr
    assert "set: not known" in result.stdout
    assert {bar["state"] for bar in document(project, "bars", "1.1")["bars"]} == {"unknown"}


def test_an_unknown_release_is_refused(project: Path) -> None:
    (problem,) = problems(project, "bars", "1.2")
    assert problem.ident == "unknown-release"
    assert "1.0, 1.1" in problem.fix
