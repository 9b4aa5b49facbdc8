"""Ways to an open gate that need the whole project: files, git, releases, records. In words: docs/threats.md."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.cli.making import WHO, govkit, problems, write

AS_OF = "2026-04-01"

MAIN = """\
organisation: {name: Org}
systems:
  - {id: s, name: Sorter, kind: classifier, tier: high, purpose: Sorts letters., owner: Ada}
frameworks: [{id: nist-ai-rmf-1.0, gate: false}]
policy: {max_age_days: 365}
governed: [controls.yaml]
evidence:
  - {path: "evidence/{release}/result.json", mapping: map.yaml}
"""
MAPPING = """\
format: json
status: complete
at: /at
defaults: {unit: proportion, higher_is_better: true}
measurements:
  - {measure: app/accuracy, value: /accuracy/value, n: /accuracy/n, successes: /accuracy/k}
  - {measure: app/recall, value: /recall/value, n: /recall/n, successes: /recall/k}
"""
CONTROLS = """\
use: []
own:
  - id: EX-1
    title: Accuracy
    theme: performance
    summary: It is right.
    criteria:
      - {id: accuracy, title: Accuracy, measure: app/accuracy, at_least: 0.8, unit: proportion, interval: required}
  - id: EX-2
    title: Recall
    theme: performance
    summary: It finds them.
    criteria:
      - {id: recall, title: Recall, measure: app/recall, at_least: 0.8, unit: proportion, interval: required}
"""
RISKS = """\
risks:
  - id: R-1
    title: Letters go astray
    cause: It is wrong.
    event: A letter is sorted wrongly.
    consequence: It comes late.
    affected: Who waits for it.
    likelihood: 4
    impact: 4
    controls: [{control: EX-1, reduces: likelihood, steps: 3}]
    treatment: {option: mitigate, plan: Measure., owner: Ada}
    owner: Ada
  - id: R-2
    title: Nobody reads the letters
    cause: Habit.
    event: A letter lies about.
    consequence: It comes late.
    affected: Who waits for it.
    likelihood: 1
    impact: 1
    treatment: {option: accept, plan: None., owner: Ada}
    owner: Ada
"""
RELEASES = """\
releases:
  - {version: "1.0", tag: v1.0}
  - {version: "2.0", tag: v2.0, baseline: "1.0"}
"""


def result(accuracy: int, recall: int, at: str, n: int = 1000) -> str:
    one = {"value": accuracy / n, "n": n, "k": accuracy}
    return json.dumps({"at": at, "accuracy": one, "recall": {"value": recall / n, "n": n, "k": recall}})


def git(folder: Path, *arguments: str, at: str = "2026-01-01") -> None:
    when = {"GIT_AUTHOR_DATE": f"{at}T00:00:00Z", "GIT_COMMITTER_DATE": f"{at}T00:00:00Z"}
    command = ["git", "-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false", *arguments]
    subprocess.run(command, cwd=folder, env={**os.environ, **WHO, **when}, capture_output=True, check=True)


def commit(folder: Path, at: str, tag: str | None = None) -> None:
    git(folder, "add", "-A", at=at)
    git(folder, "commit", "-qm", "state", "--allow-empty", at=at)
    if tag:
        git(folder, "tag", "-a", tag, "-m", tag, at=at)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bars in January, release 1.0 in February, which passes."""
    folder = tmp_path_factory.mktemp("first")
    git(folder, "init", "-q", "-b", "main")
    texts = {"govkit": MAIN, "map": MAPPING, "controls": CONTROLS, "risks": RISKS, "releases": RELEASES}
    for name, text in texts.items():
        write(folder, f"{name}.yaml", text)
    commit(folder, "2026-01-01")
    write(folder, "evidence/1.0/result.json", result(900, 900, "2026-02-01T00:00:00Z"))
    commit(folder, "2026-02-02", "v1.0")
    return folder


@pytest.fixture
def project(first: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    shutil.copytree(first, folder)
    return folder


def change(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    write(folder, name, text.replace(old, new))


def release(folder: Path, accuracy: int = 900, recall: int = 900, at: str = "2026-03-01T00:00:00Z") -> None:
    """Release 2.0, as honest as its numbers."""
    write(folder, "evidence/2.0/result.json", result(accuracy, recall, at))
    commit(folder, "2026-03-02", "v2.0")


class Verdict(NamedTuple):
    """What was said: whether the gate is open, what closes it, and everything a reader is told."""

    open: bool
    because: set[tuple[str, str]]
    made: dict[str, Any]

    @property
    def words(self) -> set[str]:
        """Tokens of warnings beside checks."""
        checks = self.made["checks"]
        said = [w for c in checks for w in c.get("warnings", [])]
        said += [w for c in checks for u in c.get("used", []) for w in u.get("warnings", [])]
        return {warning.partition(":")[0] for warning in said}

    @property
    def moved(self) -> dict[str, str]:
        """What moved or is gone since the baseline release."""
        wanted = ("moved", "gone")
        return {d["subject"]: d["direction"] for d in self.made.get("differences", []) if d["direction"] in wanted}


def assessed(folder: Path, version: str = "2.0", as_of: str = AS_OF) -> Verdict:
    ran = govkit(folder, "-q", "assess", version, "--as-of", as_of, "--json", "--no-record")
    made = json.loads(ran.stdout)
    gate = made["gate"]
    assert ran.exit_code == (0 if gate["open"] else 10)
    return Verdict(gate["open"], {(item["subject"], item["reason"]) for item in gate.get("because", [])}, made)


def test_an_honest_release_passes_without_a_doubt(project: Path) -> None:
    release(project)
    made = assessed(project)
    assert (made.open, made.because, made.words, made.moved) == (True, set(), set(), {})


def test_an_honest_release_that_is_worse_does_not(project: Path) -> None:
    release(project, recall=700)
    assert assessed(project).because == {("EX-2", "bar-missed")}


Trick = Callable[[Path], None]


def in_one_commit(folder: Path) -> None:
    change(folder, "controls.yaml", "measure: app/recall, at_least: 0.8", "measure: app/recall, at_least: 0.6")
    change(folder, "map.yaml", "at: /at\n", "")
    release(folder, recall=700)


def lowered_afterwards(folder: Path) -> None:
    release(folder, recall=700)
    change(folder, "controls.yaml", "measure: app/recall, at_least: 0.8", "measure: app/recall, at_least: 0.6")
    commit(folder, "2026-03-03")


def not_committed(folder: Path) -> None:
    release(folder, recall=700)
    change(folder, "controls.yaml", "measure: app/recall, at_least: 0.8", "measure: app/recall, at_least: 0.6")


@pytest.mark.parametrize(
    ("trick", "word"),
    [
        (in_one_commit, "order-unknown"),
        (lowered_afterwards, "bar-set-after-result"),
        (not_committed, "bar-set-after-result"),
    ],
)
def test_a_bar_that_was_lowered_is_told_and_can_be_refused(project: Path, trick: Trick, word: str) -> None:
    trick(project)
    made = assessed(project)
    assert made.open
    assert {word, "bar-moved"} <= made.words
    ran = govkit(project, "-q", "assess", "2.0", "--as-of", AS_OF, "--no-record")
    assert word in ran.stdout, "the first screen of an open gate names the doubt"
    bars = json.loads(govkit(project, "-q", "bars", "2.0", "--late", "--json").stdout)["bars"]
    assert "EX-2/recall" in {bar["id"] for bar in bars}
    change(project, "govkit.yaml", "max_age_days: 365", "max_age_days: 365, bar_after_result: refuse")
    assert ("EX-2", word) in assessed(project).because


def test_a_commit_cannot_be_older_than_the_one_it_was_made_from(project: Path) -> None:
    """A bar lowered after the result, in a commit that was given a date from before it."""
    release(project, recall=700)
    change(project, "controls.yaml", "measure: app/recall, at_least: 0.8", "measure: app/recall, at_least: 0.6")
    commit(project, "2026-01-05")
    made = assessed(project)
    assert "bar-set-after-result" in made.words
    assert [p["ident"] for p in made.made["problems"]] == ["commit-dates"]


def on_a_branch(folder: Path) -> None:
    git(folder, "checkout", "-qb", "milder")
    change(folder, "controls.yaml", "measure: app/recall, at_least: 0.8", "measure: app/recall, at_least: 0.6")
    commit(folder, "2026-02-03")
    git(folder, "checkout", "-q", "main")


def test_a_bar_that_lay_ready_on_another_branch_is_told(project: Path) -> None:
    """One branch for every bar, and the one that fits is merged."""
    on_a_branch(project)
    release(project, recall=700)
    git(project, "merge", "-q", "--no-ff", "-m", "bars", "milder", at="2026-03-05")
    made = assessed(project)
    assert made.open
    assert "order-unknown" in made.words
    late = json.loads(govkit(project, "-q", "bars", "2.0", "--late", "--json").stdout)["bars"]
    assert [bar["id"] for bar in late] == ["EX-2/recall"]


@pytest.mark.parametrize("merged_first", [True, False])
def test_a_bar_that_was_merged_before_or_that_the_result_builds_on_is_none(project: Path, merged_first: bool) -> None:
    on_a_branch(project)
    if merged_first:
        git(project, "merge", "-q", "--no-ff", "-m", "bars", "milder", at="2026-02-05")
        release(project, recall=700)
    else:
        git(project, "checkout", "-q", "milder")
        release(project, recall=700)
        git(project, "checkout", "-q", "main")
        git(project, "merge", "-q", "--no-ff", "-m", "bars", "milder", at="2026-03-05")
    assert assessed(project).words == {"bar-moved"}


def test_a_result_that_is_taken_away_and_put_back_is_as_old_as_it_was(project: Path) -> None:
    change(project, "map.yaml", "at: /at\n", "")
    write(project, "evidence/2.0/result.json", result(900, 700, ""))
    commit(project, "2026-02-05")
    (project / "evidence/2.0/result.json").unlink()
    change(project, "controls.yaml", "measure: app/recall, at_least: 0.8", "measure: app/recall, at_least: 0.6")
    commit(project, "2026-02-10")
    write(project, "evidence/2.0/result.json", result(900, 700, ""))
    commit(project, "2026-03-05", "v2.0")
    assert "bar-set-after-result" in assessed(project).words


def test_a_mapping_that_reads_something_else_is_told(project: Path) -> None:
    """Accuracy, called recall; and other inputs are another judgement."""
    release(project, recall=700)
    before = assessed(project)
    old = "value: /recall/value, n: /recall/n, successes: /recall/k"
    change(project, "map.yaml", old, old.replace("recall", "accuracy"))
    made = assessed(project)
    assert (made.open, made.moved) == (True, {"map.yaml": "moved"})
    assert made.made["inputs_digest"] != before.made["inputs_digest"]
    git(project, "checkout", "map.yaml")
    change(project, "map.yaml", "format: json", "# only a comment\nformat: json")
    assert assessed(project).moved == {}


def test_the_summary_for_the_board_says_so_too(project: Path) -> None:
    lowered_afterwards(project)
    govkit(project, "-q", "report", "2.0", "--as-of", AS_OF, "--no-pdf", "--no-full", "-o", project / "out")
    (page,) = (project / "out").glob("*.html")
    text = " ".join(page.read_text(encoding="utf-8").split())
    told = "Know that for 1 check the bar was set or changed after the result was known and 1 bar, setting or exclusion"
    assert f"{told} changed" in text


def taken_out(folder: Path) -> None:
    text = (folder / "controls.yaml").read_text(encoding="utf-8")
    write(folder, "controls.yaml", text[: text.index("  - id: EX-2")])


def criterion_renamed(folder: Path) -> None:
    change(
        folder,
        "controls.yaml",
        "{id: recall, title: Recall, measure: app/recall, at_least: 0.8",
        "{id: found, title: Recall, measure: app/recall, at_least: 0.6",
    )


def control_renamed(folder: Path) -> None:
    change(folder, "controls.yaml", "EX-2", "EX-3")
    change(folder, "controls.yaml", "measure: app/recall, at_least: 0.8", "measure: app/recall, at_least: 0.6")


def made_for_others(folder: Path) -> None:
    change(folder, "controls.yaml", "    title: Recall\n", "    title: Recall\n    applies_to: [ranker]\n")


@pytest.mark.parametrize("trick", [taken_out, criterion_renamed, control_renamed, made_for_others])
def test_a_check_of_the_baseline_release_does_not_go_without_a_word(project: Path, trick: Trick) -> None:
    """Nothing was kept below records/: git tells what was asked for."""
    trick(project)
    release(project, recall=700)
    made = assessed(project)
    assert ("EX-2/recall", "finding-gone") in made.because
    assert made.moved["EX-2/recall"] == "gone"


def test_a_check_may_be_given_up_with_a_reason_which_is_told(project: Path) -> None:
    taken_out(project)
    change(project, "controls.yaml", "use: []\n", "use: []\nnot_used: [{id: EX-2, own: true, reason: Nobody asks.}]\n")
    release(project, recall=700)
    made = assessed(project)
    assert (made.open, made.moved) == (True, {"EX-2/recall": "gone"})
    ran = govkit(project, "-q", "assess", "2.0", "--as-of", AS_OF, "--no-record")
    assert "The project says why: Nobody asks." in " ".join(ran.stdout.split())


def advisory(folder: Path) -> None:
    change(folder, "controls.yaml", "measure: app/recall,", "severity: advisory, measure: app/recall,")


def reported(folder: Path) -> None:
    change(folder, "controls.yaml", "measure: app/recall, at_least: 0.8", "measure: app/recall, reported: true")


def alone(folder: Path) -> None:
    change(
        folder,
        "controls.yaml",
        "measure: app/recall, at_least: 0.8, unit: proportion, interval: required",
        "measure: app/recall, at_least: 0.7, unit: proportion, interval: ignore",
    )


def less_sure(folder: Path) -> None:
    change(
        folder,
        "controls.yaml",
        "measure: app/recall, at_least: 0.8,",
        "measure: app/recall, at_least: 0.685, confidence: 0.51,",
    )


@pytest.mark.parametrize("trick", [reported, alone, less_sure])
def test_a_milder_question_is_a_bar_that_moved(project: Path, trick: Trick) -> None:
    trick(project)
    commit(project, "2026-02-10")
    release(project, recall=700)
    made = assessed(project)
    assert made.open
    assert "bar-moved" in made.words
    moved = json.loads(govkit(project, "-q", "bars", "2.0", "--moved", "--json").stdout)["bars"]
    assert [bar["id"] for bar in moved] == ["EX-2/recall"]
    assert made.moved == {"EX-2/recall": "moved"}
    shown = govkit(project, "-q", "diff", "1.0", "2.0", "--as-of", AS_OF).stdout
    assert "setting EX-2/recall: at least 0.8" in shown


def test_a_control_whose_criteria_all_became_advisory_is_not_satisfied(project: Path) -> None:
    advisory(project)
    release(project, recall=700)
    assert assessed(project).because == {("EX-2", "no-criterion")}


def test_a_risk_does_not_leave_the_register_without_a_word(project: Path) -> None:
    text = (project / "risks.yaml").read_text(encoding="utf-8")
    write(project, "risks.yaml", "risks:\n" + text[text.index("  - id: R-2") :])
    release(project)
    made = assessed(project)
    assert made.because == {("R-1", "finding-gone")}
    closed = text.replace("    owner: Ada\n  - id: R-2", "    owner: Ada\n    status: closed\n  - id: R-2")
    write(project, "risks.yaml", closed)
    made = assessed(project)
    assert (made.open, made.moved) == (True, {"R-1": "moved"})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("likelihood: 4\n    impact: 4", "likelihood: 2\n    impact: 4"),
        ("steps: 3", "steps: 9"),
        ("steps: 3}]", "steps: 3}, {control: EX-2, reduces: impact, steps: 1}]"),
    ],
)
def test_a_risk_that_is_rated_milder_is_told(project: Path, old: str, new: str) -> None:
    change(project, "risks.yaml", old, new)
    release(project)
    made = assessed(project)
    assert (made.open, made.moved) == (True, {"R-1": "moved"})


def test_milder_settings_are_told(project: Path) -> None:
    change(project, "govkit.yaml", "tier: high", "tier: minimal")
    change(project, "govkit.yaml", "governed: [controls.yaml]\n", "")
    change(project, "govkit.yaml", "max_age_days: 365", "max_age_days: 3650, min_n: null")
    release(project)
    made = assessed(project)
    assert made.open
    assert made.moved == {"tier": "moved", "governed files": "moved", "policy": "moved"}
    ran = govkit(project, "-q", "assess", "2.0", "--as-of", AS_OF, "--no-record")
    assert "tier: How much can go wrong with Sorter is rated minimal, and was rated high." in ran.stdout


def test_a_framework_that_no_longer_closes_the_gate_is_told(project: Path) -> None:
    change(project, "govkit.yaml", "gate: false", "gate: true")
    commit(project, "2026-02-03")
    git(project, "tag", "-fa", "v1.0", "-m", "v1.0")
    change(project, "govkit.yaml", "gate: true", "gate: false")
    release(project)
    assert assessed(project).moved == {"nist-ai-rmf-1.0": "moved"}
    change(project, "govkit.yaml", "frameworks: [{id: nist-ai-rmf-1.0, gate: false}]\n", "")
    assert assessed(project).moved == {"nist-ai-rmf-1.0": "moved"}
    shown = govkit(project, "-q", "diff", "1.0", "2.0", "--as-of", AS_OF).stdout
    assert "setting nist-ai-rmf-1.0: closed the gate -> out of scope" in shown


def test_who_names_no_baseline_is_not_the_first_release_wherever_it_is_listed(project: Path) -> None:
    """A release listed first, or one whose baseline was left out, still has one before it in git."""
    change(
        project,
        "controls.yaml",
        "{id: recall,",
        "{id: fell, title: Change, measure: app/recall, of: change, at_least: -0.03}\n      - {id: recall,",
    )
    commit(project, "2026-02-20")
    swapped = 'releases:\n  - {version: "2.0", tag: v2.0}\n  - {version: "1.0", tag: v1.0}\n'
    write(project, "releases.yaml", swapped)
    release(project, recall=850)
    assert assessed(project).because == {("EX-2", "not-comparable")}
    assert {c["reason"] for c in assessed(project, "1.0").made["checks"]} == {"bar-cleared", "no-baseline"}


@pytest.mark.parametrize(
    ("listed", "says"),
    [
        ('  - {version: "2.0", tag: v2.0}\n', "and does not any more"),
        ('  - {version: "1.0"}\n  - {version: "2.0", tag: v2.0, baseline: "1.0"}\n', "and now for nothing in git"),
        ('  - {version: "1.0", tag: v2.0}\n  - {version: "2.0", tag: v2.0, baseline: "1.0"}\n', "and now for v2.0"),
    ],
)
def test_a_baseline_that_went_missing_is_told(project: Path, listed: str, says: str) -> None:
    """With it goes everything the release is held against: what was asked, and whether the bars moved."""
    taken_out(project)
    write(project, "releases.yaml", f"releases:\n{listed}")
    release(project, recall=700)
    (problem,) = assessed(project).made["problems"]
    assert problem["ident"] == "release-gone"
    assert says in problem["what"]


def test_a_gate_is_not_open_where_nothing_was_judged(project: Path) -> None:
    write(
        project,
        "controls.yaml",
        "own:\n  - id: EX-9\n    title: T\n    theme: t\n    summary: S.\n    criteria:\n"
        "      - {id: fell, title: F, measure: app/recall, of: change, at_least: -0.03}\n",
    )
    write(project, "risks.yaml", "risks: []\n")
    assert assessed(project, "1.0").because == {("controls", "no-baseline")}


def test_a_file_of_another_release_copied_into_this_ones_folder_is_told(project: Path) -> None:
    (project / "evidence" / "2.0").mkdir()
    shutil.copy(project / "evidence/1.0/result.json", project / "evidence/2.0/result.json")
    commit(project, "2026-03-02", "v2.0")
    assert "shared-file" in assessed(project).words
    digests = [
        "artefacts: [{kind: model, id: m1, sha256: %s}], tag: v1.0" % ("a" * 64),
        "artefacts: [{kind: model, id: m2, sha256: %s}], tag: v2.0" % ("b" * 64),
    ]
    write(project, "releases.yaml", RELEASES.replace("tag: v1.0", digests[0]).replace("tag: v2.0", digests[1]))
    change(project, "map.yaml", "at: /at\n", "at: /at\nmodel: m1\n")
    assert assessed(project).because == {
        ("EX-1", "wrong-release"),
        ("EX-2", "wrong-release"),
        ("R-1", "risk-above-appetite"),
    }


def test_a_forged_record_changes_nothing(project: Path) -> None:
    release(project, recall=700)
    govkit(project, "collect")
    before = assessed(project)
    for record in (project / "records" / "evidence").glob("*.json"):
        record.write_text(record.read_text().replace('"successes": 700', '"successes": 990').replace("0.7,", "0.99,"))
    assert assessed(project).made == before.made
    assert {p.ident for p in problems(project, "check")} == {"bad-record"}
    assert {p.ident for p in problems(project, "collect")} == {"bad-record"}


def test_a_forged_assessment_of_the_baseline_hides_nothing(project: Path) -> None:
    """Kept again after a control was taken out, so that nobody misses it."""
    taken_out(project)
    govkit(project, "-q", "assess", "1.0", "--as-of", "2026-03-01")
    assert list((project / "records" / "assessments" / "1.0").glob("*.json"))
    release(project, recall=700)
    assert ("EX-2/recall", "finding-gone") in assessed(project).because


def test_evidence_changed_after_it_was_committed_is_not_the_committed_one(project: Path) -> None:
    release(project, recall=700)
    change(project, "evidence/2.0/result.json", "700", "900")
    change(project, "evidence/2.0/result.json", "0.7", "0.9")
    ran = govkit(project, "assess", "2.0", "--as-of", AS_OF, "--json", "--no-record")
    made = json.loads(ran.stdout)
    assert {u.get("commit") for c in made["checks"] for u in c["used"]} == {None}
    assert "dirty-worktree" in {p["ident"] for p in made["problems"]}


def test_a_result_that_was_replaced_by_a_better_one_is_told(project: Path) -> None:
    release(project, recall=700)
    write(project, "evidence/2.0/result.json", result(900, 900, "2026-03-05T00:00:00Z"))
    assert "replaced-file" in assessed(project).words, "not committed yet"
    commit(project, "2026-03-06")
    made = assessed(project)
    assert (made.open, made.words) == (True, {"replaced-file"})
    ran = govkit(project, "-q", "assess", "2.0", "--as-of", AS_OF, "--no-record")
    assert "replaced-file: EX-1/accuracy, EX-2/recall" in ran.stdout


def test_a_run_that_was_taken_away_is_told(project: Path) -> None:
    change(project, "govkit.yaml", "evidence/{release}/result.json", "evidence/{release}/*.json")
    write(project, "evidence/2.0/first.json", result(900, 700, "2026-03-01T00:00:00Z"))
    release(project, at="2026-02-28T00:00:00Z")
    assert not assessed(project).open
    (project / "evidence/2.0/first.json").unlink()
    commit(project, "2026-03-06")
    made = assessed(project)
    assert made.open
    (problem,) = made.made["problems"]
    assert (problem["ident"], problem["where"]["path"]) == ("evidence-removed", "evidence/2.0/first.json")
    assert "2026-03-06" in problem["what"]
    git(project, "mv", "evidence/2.0/result.json", "evidence/2.0/moved.json")
    commit(project, "2026-03-07")
    assert [p["where"]["path"] for p in assessed(project).made["problems"]] == ["evidence/2.0/first.json"]


def test_a_run_that_no_binding_matches_any_more_is_told(project: Path) -> None:
    """Moved to another name, or left out of the binding: it is there, and nobody judges it."""
    change(project, "govkit.yaml", "evidence/{release}/result.json", "evidence/{release}/*.json")
    write(project, "evidence/2.0/first.json", result(900, 700, "2026-03-01T00:00:00Z"))
    release(project, at="2026-02-28T00:00:00Z")
    assert not assessed(project).open
    git(project, "mv", "evidence/2.0/first.json", "evidence/2.0/first.json.old")
    commit(project, "2026-03-06")
    made = assessed(project)
    (problem,) = made.made["problems"]
    assert (made.open, problem["ident"], problem["where"]["path"]) == (
        True,
        "evidence-removed",
        "evidence/2.0/first.json",
    )
    assert "moved to evidence/2.0/first.json.old" in problem["what"]
    git(project, "mv", "evidence/2.0/first.json.old", "evidence/2.0/first.json")
    change(project, "govkit.yaml", "evidence/{release}/*.json", "evidence/{release}/result.json")
    commit(project, "2026-03-07")
    made = assessed(project)
    (problem,) = made.made["problems"]
    assert (made.open, problem["where"]["path"]) == (True, "evidence/2.0/first.json")
    assert "no binding names it any more" in problem["what"]


def test_an_acceptance_cannot_have_seen_what_was_measured_later(project: Path) -> None:
    release(project, accuracy=700)
    sha256 = next(u["sha256"] for c in assessed(project).made["checks"] for u in c["used"])
    early = ACCEPTANCE.replace("R-2", "R-1").replace("EX-2", "EX-1").replace("DIGEST", sha256)
    early = early.replace("level: low", "level: critical").replace("likelihood: 1", "likelihood: 4")
    early = early.replace("impact: 1", "impact: 4")
    write(project, "risks.yaml", RISKS + early)
    assert assessed(project).open
    write(project, "risks.yaml", RISKS + early.replace("2026-03-03", "2026-02-20"))
    assert {subject for subject, _ in assessed(project).because} == {"EX-1", "R-1"}


def test_a_second_run_that_cannot_be_read_is_told(project: Path) -> None:
    change(project, "govkit.yaml", "evidence/{release}/result.json", "evidence/{release}/*.json")
    write(project, "evidence/2.0/second.json", result(900, 700, "2026-03-02T00:00:00Z")[:40])
    release(project)
    assert "unreadable-file" in assessed(project).words


def test_a_result_of_any_release_is_told(project: Path) -> None:
    change(project, "controls.yaml", "measure: app/recall,", "release: any, measure: app/recall,")
    release(project)
    (project / "evidence/2.0/result.json").unlink()
    made = assessed(project)
    assert "other-release" in made.words
    assert made.because == {("EX-1", "wrong-release"), ("R-1", "risk-above-appetite")}


def test_a_file_that_changed_since_the_release_listed_it_does_not_count(project: Path) -> None:
    listed = f"evidence: [{{path: evidence/2.0/result.json, sha256: {'a' * 64}}}], tag: v2.0"
    write(project, "releases.yaml", RELEASES.replace("tag: v2.0", listed))
    release(project)
    assert {("EX-1", "not-bound"), ("EX-2", "not-bound")} <= assessed(project).because


def test_the_same_model_at_another_commit_is_another_model(project: Path) -> None:
    artefact = f"artefacts: [{{kind: model, id: lab/m, revision: {'1' * 40}}}], tag: v2.0"
    write(project, "releases.yaml", RELEASES.replace("tag: v2.0", artefact))
    model = f"model: {{id: lab/m, revision: {'2' * 40}, revision_kind: sha}}\n"
    change(project, "map.yaml", "at: /at\n", f"at: /at\n{model}")
    release(project)
    assert {("EX-1", "wrong-release"), ("EX-2", "wrong-release")} <= assessed(project).because
    change(project, "map.yaml", "2" * 40, "1" * 12)
    assert assessed(project).open


def test_old_evidence_and_evidence_without_a_date_show_nothing(project: Path) -> None:
    release(project)
    assert {("EX-1", "stale-evidence"), ("EX-2", "stale-evidence")} <= assessed(project, as_of="2027-06-01").because
    change(project, "map.yaml", "at: /at\n", "")
    write(project, "evidence/2.0/result.json", result(901, 900, ""))
    assert {("EX-1", "date-unknown"), ("EX-2", "date-unknown")} <= assessed(project).because


def test_a_scale_with_more_appetite_and_a_new_exclusion_are_told(project: Path) -> None:
    scale = """\
scale:
  likelihood: [{label: l1, meaning: m}, {label: l2, meaning: m}, {label: l3, meaning: m}, {label: l4, meaning: m}]
  impact: [{label: l1, meaning: m}, {label: l2, meaning: m}, {label: l3, meaning: m}, {label: l4, meaning: m}]
  levels: [low, high]
  matrix: [[low, low, low, low], [low, low, low, low], [low, low, high, high], [low, low, high, high]]
  appetite: low
"""
    write(project, "govkit.yaml", MAIN + scale)
    commit(project, "2026-02-03", "v1.0a")
    write(project, "releases.yaml", RELEASES.replace("tag: v1.0", "tag: v1.0a"))
    write(project, "govkit.yaml", MAIN + scale.replace("appetite: low", "appetite: high"))
    line = '{requirement: "nist-ai-rmf-1.0:MEASURE 2.3", necessary: false, reason: Nobody asks.}'
    write(project, "soa.yaml", f'version: "1"\nlines:\n  - {line}\n')
    release(project)
    assert assessed(project).moved == {"appetite": "moved", "nist-ai-rmf-1.0:MEASURE 2.3": "moved"}


def test_a_shallow_clone_knows_no_order(project: Path, tmp_path: Path) -> None:
    lowered_afterwards(project)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "1", project.as_uri(), str(clone))
    made = assessed(clone)
    assert made.open
    assert "order-unknown" in made.words
    assert "shallow-history" in {p["ident"] for p in made.made["problems"]}
    change(clone, "govkit.yaml", "max_age_days: 365", "max_age_days: 365, bar_after_result: refuse")
    assert ("EX-2", "order-unknown") in assessed(clone).because


ACCEPTANCE = """\
acceptances:
  - risk: R-2
    release: "2.0"
    by: Bo
    at: 2026-03-03T00:00:00+00:00
    until: 2026-12-31
    reason: It will be all right.
    likelihood: 1
    impact: 1
    level: low
    covers: [EX-2]
    evidence: [DIGEST]
"""


@pytest.mark.parametrize(
    ("old", "new", "covered"),
    [
        ("R-2", "R-1", False),
        ("R-2", "R-2", False),
        ('"2.0"', '"1.0"', False),
        ("2026-03-03", "2026-05-01", False),
        ("2026-12-31", "2026-03-31", False),
    ],
    ids=["another control of the risk", "no control of the risk", "another release", "still to come", "over"],
)
def test_an_acceptance_covers_what_it_was_given_for_and_nothing_else(
    project: Path, old: str, new: str, covered: bool
) -> None:
    release(project, recall=700)
    used = [u for c in assessed(project).made["checks"] for u in c["used"]]
    text = ACCEPTANCE.replace("DIGEST", used[0]["sha256"]).replace(old, new)
    write(project, "risks.yaml", RISKS + text)
    assert (("EX-2", "bar-missed") not in assessed(project).because) == covered


def test_an_acceptance_ends_after_a_year_whatever_it_says_and_its_level_is_that_of_its_numbers(project: Path) -> None:
    change(
        project,
        "risks.yaml",
        "    likelihood: 1\n    impact: 1\n    treatment",
        "    likelihood: 5\n    impact: 5\n    treatment",
    )
    release(project)
    text = ACCEPTANCE.replace("    covers: [EX-2]\n    evidence: [DIGEST]\n", "")
    write(project, "risks.yaml", (project / "risks.yaml").read_text() + text.replace("level: low", "level: critical"))
    assert assessed(project).because == {("R-2", "risk-above-appetite")}, "1 by 1 was accepted, and 5 by 5 is there"
    honest = (
        text.replace("level: low", "level: critical")
        .replace("likelihood: 1", "likelihood: 5")
        .replace("impact: 1", "impact: 5")
    )
    stands = (project / "risks.yaml").read_text()
    write(project, "risks.yaml", stands[: stands.index("acceptances:")] + honest.replace("2026-12-31", "2099-12-31"))
    assert assessed(project).open
    assert assessed(project, as_of="2027-02-01").open
    assert ("R-2", "risk-above-appetite") in assessed(project, as_of="2027-03-05").because


def test_a_baseline_of_another_system_is_refused(project: Path) -> None:
    change(
        project, "govkit.yaml", "frameworks:", "  - {id: t, name: T, kind: ranker, purpose: P., owner: A}\nframeworks:"
    )
    write(
        project,
        "releases.yaml",
        'releases:\n  - {version: "1.0", system: t}\n  - {version: "2.0", system: s, baseline: "1.0"}\n',
    )
    assert {p.ident for p in problems(project, "check")} == {"unknown-release"}


@pytest.mark.parametrize(
    ("ident", "problem"),
    [
        ("GK-PERF-01", "duplicate-id"),
        ("gk-perf-01", "duplicate-id"),
        ("GK‑PERF-01", "duplicate-id"),
        ("GK-РERF-01", "mixed-letters"),
    ],
    ids=["the same", "in small letters", "with another hyphen", "with a Cyrillic letter"],
)
def test_an_own_control_cannot_pose_as_a_shipped_one(project: Path, ident: str, problem: str) -> None:
    change(project, "controls.yaml", "EX-2", ident)
    assert {p.ident for p in problems(project, "check")} == {problem}


def test_two_bindings_that_read_one_file_in_two_ways_are_told(project: Path) -> None:
    again = '  - {path: "evidence/*/*.json", release: "1.0", mapping: map.yaml, rename: {app/recall: app/accuracy}}\n'
    change(project, "govkit.yaml", "mapping: map.yaml}\n", f"mapping: map.yaml}}\n{again}")
    assert {p.ident for p in problems(project, "check")} == {"bound-twice"}


def test_two_values_under_one_name_are_not_the_better_one(project: Path) -> None:
    """Renamed onto each other: accuracy 0.9 and recall 0.7 of one file are two runs of one instant."""
    change(project, "govkit.yaml", "mapping: map.yaml}", "mapping: map.yaml, rename: {app/accuracy: app/recall}}")
    change(project, "controls.yaml", "measure: app/accuracy", "measure: app/recall")
    release(project, recall=700)
    made = assessed(project)
    assert {("EX-1", "bar-missed"), ("EX-2", "bar-missed")} <= made.because
    assert "newest-unknown" in made.words


def test_a_leak_cannot_be_renamed_away(project: Path) -> None:
    leak = "  - {measure: dataset/test-train-overlap, value: /overlap, unit: proportion, higher_is_better: false}\n"
    head = "format: json\nstatus: complete\nat: /at\ndataset: {id: letters}\nmeasurements:\n"
    write(project, "audit.yaml", head + leak)
    change(project, "map.yaml", "at: /at\n", "at: /at\ndataset: {id: letters}\n")
    away = "rename: {dataset/test-train-overlap: x/y}"
    binding = f'  - {{path: "evidence/{{release}}/audit.json", mapping: audit.yaml, {away}}}\n'
    change(project, "govkit.yaml", "map.yaml}\n", f"map.yaml}}\n{binding}")
    write(project, "evidence/2.0/audit.json", '{"at": "2026-03-01T00:00:00Z", "overlap": 0.3}')
    release(project)
    assert {("EX-1", "contaminated"), ("EX-2", "contaminated")} <= assessed(project).because


def test_no_control_and_no_project_is_no_pass(project: Path, tmp_path: Path) -> None:
    write(project, "controls.yaml", "use: []\n")
    write(project, "risks.yaml", "risks: []\n")
    assert {p.ident for p in problems(project, "assess", "1.0")} == {"nothing-to-assess"}
    assert {p.ident for p in problems(tmp_path / "nowhere", "assess", "1.0")} == {"no-project"}
