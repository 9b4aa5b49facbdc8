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
    assert "\n    policy set 20" in text
    assert "ORG-01/calls: at least 0.9\n    clinic/calls group=all\n    set 20" in text
    assert files(project) == before


RESULT = """\
{"at": "2026-02-0%sT00:00:00+00:00", "k": 900, "n": 1000}
"""
MAPPING = """\
format: json
at: /at
status: complete
measurements:
  - {measure: clinic/calls, successes: /k, n: /n, unit: proportion, higher_is_better: true, conditions: {group: all}}
"""


def measured(project: Path, day: int) -> None:
    write(project, "results.json", RESULT % day)
    write(project, "mapping.yaml", MAPPING)
    bound = "evidence:\n  - {path: results.json, mapping: mapping.yaml, release: '1.1'}\n"
    write(project, "govkit.yaml", PROJECT + bound)


def calls(project: Path) -> dict[str, object]:
    return next(bar for bar in document(project, "bars", "1.1")["bars"] if bar["id"] == "ORG-01/calls")


def test_how_each_bar_stands_to_the_newest_result(project: Path) -> None:
    assert (calls(project)["standing"], calls(project)["result"]) == (None, None)
    measured(project, 1)
    assert (calls(project)["standing"], calls(project)["result"], calls(project)["result_at"]) == (
        "after", "results.json", "2026-02-01T00:00:00+00:00",
    )  # fmt: skip
    text = done(project, "bars", "1.1", "--late")
    assert "1 bar for outreach 1.1, 0 moved since 1.0, 1 set after the result" in text
    assert "NOT before the newest result, results.json, 2026-02-01 00:00 UTC" in text.replace("\n    ", " ")
    write(project, "results.json", RESULT.replace("2026", "2126") % 1)
    assert calls(project)["standing"] == "before"
    assert document(project, "bars", "1.1", "--late")["bars"] == []


def test_a_result_without_a_date_has_no_order(project: Path) -> None:
    measured(project, 1)
    write(project, "mapping.yaml", MAPPING.replace("at: /at\n", ""))
    assert (calls(project)["standing"], calls(project)["result_at"]) == ("unknown", None)


def test_the_policy_is_part_of_every_bar(project: Path) -> None:
    first = git(project, "rev-parse", "HEAD")
    policy = document(project, "bars", "1.1")["policy"]
    assert (policy["state"], policy["commit"], policy["before"]) == ("committed", first, None)
    write(project, "govkit.yaml", PROJECT + "policy: {confidence: 0.9, flags: {self-reported: warn}}\n")
    policy = document(project, "bars", "1.1")["policy"]
    assert (policy["state"], policy["before"]) == ("not-committed", "no policy of the project's own: the defaults")
    git(project, "commit", "--quiet", "--all", "--message", "milder")
    write(project, "govkit.yaml", PROJECT + "# nothing but a comment\npolicy: {confidence: 0.9}\n")
    git(project, "commit", "--quiet", "--all", "--message", "stricter")
    policy = document(project, "bars", "1.1")["policy"]
    assert policy["commit"] == git(project, "rev-parse", "HEAD")
    write(project, "govkit.yaml", PROJECT + "# another comment\npolicy: {confidence: 0.90}\n")
    assert document(project, "bars", "1.1")["policy"] == policy


def test_of_a_baseline_without_a_commit_nobody_says_that_no_bar_moved(project: Path) -> None:
    git(project, "tag", "--delete", "v1.0")
    write(project, "releases.yaml", RELEASES.replace(", tag: v1.0", ""))
    write(project, "controls.yaml", controls("0.68"))
    text = " ".join(done(project, "bars", "1.1").split())
    assert "whether one moved since 1.0 is not known, as git has no commit for it" in text
    assert "0 moved" not in text


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
