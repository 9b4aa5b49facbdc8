"""`govkit risk`: levels before and after controls, and acceptances from the command to the verdict and back."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from govkit.yaml_lines import load_yaml
from tests.cli.making import document, done, files, git, govkit, problems, write

MAIN = """\
organisation: {name: Example Ltd}
systems:
  - {id: router, name: Router, kind: classifier, purpose: Sorts letters., owner: Ada}
evidence:
  - {path: "evidence/{release}.json", mapping: mapping.yaml}
  - {path: "documents/*.md"}
"""
CONTROLS = """\
use:
  - id: GK-PERF-01
    criteria:
      score: {at_least: 0.8, unit: proportion, reason: Below that people are quicker.}
  - id: GK-HUM-01
"""
MAPPING = """\
format: json
measurements:
  - {measure: performance/score, successes: /right, n: /all, unit: proportion, higher_is_better: true}
"""
RISKS = """\
# The register.
risks:
  - id: R-01
    title: Wrong answers are acted upon
    cause: The router is wrong more often than people think.
    event: A letter goes astray.
    consequence: An answer comes late.
    affected: Customers
    likelihood: 4
    impact: 4
    controls:
      - {control: GK-PERF-01, reduces: likelihood, steps: 1}
      - {control: GK-HUM-01, reduces: impact, steps: 2}   # both matter
    treatment: {option: mitigate, plan: Look at every tenth letter., owner: Bo, due: 2026-10-01}
    owner: Ada
    review_by: 2026-11-19
  - id: R-02
    title: The scanner breaks
    cause: Wear
    event: No letters are read
    consequence: Work is done by hand
    affected: Staff
    likelihood: 1
    impact: 2
    treatment: {option: accept, plan: Keep a spare., owner: Bo}
    owner: Bo
  - id: R-03
    title: An old one
    cause: x
    event: x
    consequence: x
    affected: Nobody
    likelihood: 5
    impact: 5
    treatment: {option: avoid, plan: Switched off., owner: Bo}
    owner: Bo
    status: closed

acceptances:   # added, never changed
"""
RELEASES = 'releases:\n  - {version: "1.0", tag: v1.0}\n  - {version: "1.1", tag: v1.1, baseline: "1.0"}\n'
DAY = ("--as-of", "2026-11-20")
ACCEPT = ("--release", "1.0", "--by", "Dr Okafor", "--until", "2027-03-31", "--reason", "Checked by hand until then")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Release 1.0 misses its bar, 1.1 clears it; the paper about oversight is missing."""
    for name, text in {
        "govkit.yaml": MAIN, "controls.yaml": CONTROLS, "risks.yaml": RISKS, "releases.yaml": RELEASES,
        "mapping.yaml": MAPPING,
        "evidence/1.0.json": '{"right": 700, "all": 1000}',
        "evidence/1.1.json": '{"right": 900, "all": 1000}',
        "documents/policy.md": "---\ndocument: ai-policy\nowner: Ada\n---\n\n# Policy\n",
    }.items():  # fmt: skip
        write(tmp_path, name, text)
    return tmp_path


def register(folder: Path) -> Any:
    return load_yaml((folder / "risks.yaml").read_bytes(), "risks.yaml").value


def listed(folder: Path, *options: str) -> dict[str, Any]:
    return {item["id"]: item for item in document(folder, "risk", "list", *DAY, *options)["risks"]}


def states(folder: Path, release: str = "1.0", as_of: str = "2026-11-20") -> list[str]:
    """What the judgement says about the acceptances of R-01."""
    result = govkit(folder, "assess", release, "--as-of", as_of, "--json", "--no-record")
    (risk,) = [item for item in json.loads(result.stdout)["risks"] if item["risk"] == "R-01"]
    return [state["state"] for state in risk["acceptances"]]


def test_without_a_release_only_the_level_before_controls_is_known(project: Path) -> None:
    found = listed(project)
    assert {name: (item["inherent_level"], item["residual"]) for name, item in found.items()} == {
        "R-01": ("high", None), "R-02": ("low", None), "R-03": ("critical", None)
    }  # fmt: skip
    text = done(project, "risk", "list", *DAY)
    assert "R-01  high\n" in text
    assert "R-03  critical  closed\n" in text


def test_a_satisfied_control_moves_a_risk_and_another_does_not(project: Path) -> None:
    before, after = (listed(project, "-r", release)["R-01"]["residual"] for release in ("1.0", "1.1"))
    assert (before["likelihood"], before["impact"], before["moved_by"]) == (4, 4, [])
    assert (after["likelihood"], after["impact"], after["moved_by"]) == (3, 4, ["GK-PERF-01"])
    assert after["not_holding"] == ["GK-HUM-01"]


def test_the_list_says_what_is_above_appetite_and_overdue(project: Path) -> None:
    text = done(project, "risk", "list", "-r", "v1.0", *DAY)
    assert "R-01  high -> high  ABOVE APPETITE\n    Wrong answers are acted upon\n" in text
    assert "    owner Ada; mitigate by Bo, due 2026-10-01\n" in text
    assert "    review overdue since 2026-11-19\n    treatment overdue since 2026-10-01\n" in text
    assert "R-02  low -> low\n" in text
    assert "overdue" not in done(project, "risk", "list", "--as-of", "2026-09-30")
    assert listed(project)["R-03"]["review_overdue_since"] is None


def test_an_empty_register_says_so(project: Path) -> None:
    (project / "risks.yaml").unlink()
    assert done(project, "risk", "list") == "the register is empty\n"


def test_show_tells_how_each_control_moves_the_risk_and_why_not(project: Path) -> None:
    text = done(project, "risk", "show", "R-01", "-r", "1.1", *DAY)
    assert "inherent: likelihood 4 (Likely), impact 4 (Major): high" in text
    assert "residual: likelihood 3, impact 4: high" in text
    assert "GK-PERF-01: likelihood down 1, satisfied\n      score: met (bar-cleared)" in text
    assert "GK-HUM-01: would be impact down 2, but moves nothing: not-satisfied (no-evidence)" in text
    alone = done(project, "risk", "show", "R-01", *DAY)
    assert "GK-PERF-01: likelihood down 1 while it is satisfied" in alone


def test_show_as_json_holds_the_checks(project: Path) -> None:
    found = document(project, "risk", "show", "R-01", "-r", "1.1", *DAY)
    assert (found["schema"], found["release"]) == ("govkit.risk/1", "1.1")
    performance = found["controls"][0]
    assert performance["finding"] == {"state": "satisfied", "reason": "bar-cleared"}
    assert performance["checks"][0]["used"][0]["path"] == "evidence/1.1.json"


@pytest.mark.parametrize("command", [("show",), ("accept", *ACCEPT)])
def test_an_unknown_risk_is_answered_with_the_nearest(project: Path, command: tuple[str, ...]) -> None:
    name, *options = command
    (found,) = problems(project, "risk", name, "R-1", *options)
    assert found.ident == "unknown-risk"
    assert "did you mean" in found.fix


def test_an_acceptance_freezes_level_and_evidence_and_is_valid_at_once(project: Path) -> None:
    before = (project / "risks.yaml").read_text(encoding="utf-8")
    text = done(project, "risk", "accept", "R-01", *ACCEPT, "--role", "Medical director", *DAY)
    assert text == (
        "R-01 accepted at high by Dr Okafor until 2027-03-31, covering GK-HUM-01, GK-PERF-01; written to risks.yaml\n"
    )
    after = (project / "risks.yaml").read_text(encoding="utf-8")
    assert after.startswith(before)
    (entry,) = register(project)["acceptances"]
    digest = hashlib.sha256((project / "evidence" / "1.0.json").read_bytes()).hexdigest()
    assert entry == {
        "risk": "R-01", "release": "1.0", "by": "Dr Okafor", "role": "Medical director",
        "at": "2026-11-20T23:59:59Z", "until": "2027-03-31", "reason": "Checked by hand until then",
        "likelihood": 4, "impact": 4, "level": "high", "covers": ["GK-HUM-01", "GK-PERF-01"], "evidence": [digest],
    }  # fmt: skip
    assert states(project) == ["valid"]
    assert "accepted by Dr Okafor at high until 2027-03-31: valid" in done(project, "risk", "list", "-r", "1.0", *DAY)


def test_an_acceptance_opens_the_gate_it_was_asked_for(project: Path) -> None:
    assert govkit(project, "assess", "1.0", *DAY, "--no-record").exit_code == 10
    done(project, "risk", "accept", "R-01", *ACCEPT, *DAY)
    result = govkit(project, "assess", "1.0", *DAY, "--no-record")
    assert (result.exit_code, "GATE OPEN" in result.stdout) == (0, True)
    assert "Not satisfied, and accepted for now" in result.stdout


def test_an_acceptance_ends_on_its_day_and_holds_for_no_other_release(project: Path) -> None:
    done(project, "risk", "accept", "R-01", *ACCEPT, *DAY)
    assert states(project, as_of="2027-03-31") == ["valid"]
    assert states(project, as_of="2027-04-01") == ["expired"]
    assert states(project, as_of="2026-11-19") == ["not-yet"]
    assert states(project, release="1.1") == ["other-release"]
    text = done(project, "risk", "show", "R-01", "-r", "1.0", "--as-of", "2027-04-01")
    assert "no longer valid: its time is over" in " ".join(text.split())


def test_other_evidence_makes_an_acceptance_stale(project: Path) -> None:
    done(project, "risk", "accept", "R-01", *ACCEPT, *DAY)
    write(project, "evidence/1.0.json", '{"right": 650, "all": 1000}')
    assert states(project) == ["evidence-changed"]


def test_new_evidence_where_there_was_none_makes_an_acceptance_stale(project: Path) -> None:
    done(project, "risk", "accept", "R-01", *ACCEPT, "--covers", "GK-HUM-01", *DAY)
    assert "evidence" not in register(project)["acceptances"][0]
    assert states(project) == ["valid"]
    write(project, "documents/oversight.md", "---\ndocument: oversight-record\nowner: Ada\n---\n\n# Oversight\n")
    assert states(project) == ["evidence-changed"]


def test_a_control_that_failed_later_makes_an_acceptance_stale(project: Path) -> None:
    done(project, "risk", "accept", "R-01", *ACCEPT[2:], "-r", "1.1", *DAY)
    assert states(project, "1.1") == ["valid"]
    write(project, "evidence/1.1.json", '{"right": 700, "all": 1000}')
    write(project, "risks.yaml", (project / "risks.yaml").read_text(encoding="utf-8").replace("impact: 4", "impact: 5"))
    assert states(project, "1.1") == ["residual-rose"]


def test_committing_the_acceptance_does_not_make_it_stale(project: Path) -> None:
    write(project, "controls.yaml", CONTROLS + "  - id: GK-EVAL-04\n")
    write(project, "risks.yaml", RISKS.replace("control: GK-HUM-01", "control: GK-EVAL-04"))
    for step in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "one"), ("tag", "v1.0"), ("tag", "v1.1")):
        git(project, *step)
    soon = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    done(project, "risk", "accept", "R-01", *ACCEPT[:5], soon, *ACCEPT[6:])
    (entry,) = register(project)["acceptances"]
    assert entry["covers"] == ["GK-EVAL-04", "GK-PERF-01"]
    assert len(entry["evidence"]) == 2  # the result file, and what git says about approvals
    git(project, "commit", "-qam", "accepted")
    now = document(project, "risk", "list", "-r", "1.0")["risks"][0]["residual"]
    assert [state["state"] for state in now["acceptances"]] == ["valid"]


def test_a_second_acceptance_leaves_the_first_as_it_is(project: Path) -> None:
    done(project, "risk", "accept", "R-01", *ACCEPT, *DAY)
    first = (project / "risks.yaml").read_text(encoding="utf-8")
    result = govkit(project, "risk", "accept", "R-01", *ACCEPT, *DAY)
    assert "R-01 was accepted already" in result.stderr
    assert (project / "risks.yaml").read_text(encoding="utf-8").startswith(first)
    assert states(project) == ["valid", "valid"]
    assert "accepted once for 1.0" in done(project, "risk", "list")


def test_a_register_without_the_key_gets_it(project: Path) -> None:
    text = RISKS.replace("\nacceptances:   # added, never changed\n", "")
    write(project, "risks.yaml", text)
    done(project, "risk", "accept", "R-01", *ACCEPT, *DAY)
    assert (project / "risks.yaml").read_text(encoding="utf-8").startswith(text + "\nacceptances:\n  - risk: R-01\n")


def test_a_register_under_another_name_is_found(project: Path) -> None:
    (project / "risks.yaml").rename(project / "register.yaml")
    write(project, "govkit.yaml", MAIN + "files: {risks: register.yaml}\n")
    assert done(project, "risk", "accept", "R-01", *ACCEPT, *DAY).endswith("; written to register.yaml\n")
    assert states(project) == ["valid"]


def test_a_risk_below_appetite_may_be_accepted_with_a_note(project: Path) -> None:
    result = govkit(project, "risk", "accept", "R-02", *ACCEPT, *DAY)
    assert result.exit_code == 0
    assert "R-02 is low, which nobody has to accept" in result.stderr
    assert "covers" not in register(project)["acceptances"][0]


def test_an_entry_dated_ahead_is_told(project: Path) -> None:
    result = govkit(project, "risk", "accept", "R-01", *ACCEPT[:5], "2999-03-31", *ACCEPT[6:], "--as-of", "2999-01-01")
    assert "still to come" in result.stderr


@pytest.mark.parametrize(
    ("option", "value", "ident", "text"),
    [
        ("--until", "2026-11-19", "bad-date", "has passed already"),
        ("--until", "2027-11-22", "bad-date", "more than 366 days ahead"),
        ("--until", "soon", "bad-date", "is not a date"),
        ("--reason", "  ", "missing-reason", "is empty"),
        ("--by", "", "missing-reason", "is empty"),
        ("--by", "a\x1b[1m", "bad-value", "invisible or control"),
        ("--covers", "GK-PERF-02", "unknown-control", "there is no control"),
        ("--release", "1.2", "unknown-release", "there is no release"),
    ],
)
def test_what_cannot_be_accepted_is_refused_and_nothing_written(
    project: Path, option: str, value: str, ident: str, text: str
) -> None:
    options = list(ACCEPT)
    if option in options:
        options[options.index(option) + 1] = value
    else:
        options += [option, value]
    before = files(project)
    (found,) = problems(project, "risk", "accept", "R-01", *options, *DAY)
    assert found.ident == ident
    assert text in found.what
    assert files(project) == before


def test_all_that_is_wrong_is_told_at_once(project: Path) -> None:
    options = ("-r", "1.0", "--by", "", "--reason", "", "--until", "soon", "--covers", "X")
    assert len(problems(project, "risk", "accept", "R-01", *options)) == 4


def test_the_longest_time_is_a_year_and_a_day(project: Path) -> None:
    options = [*ACCEPT[:5], "2027-11-21", *ACCEPT[6:]]
    assert "until 2027-11-21" in done(project, "risk", "accept", "R-01", *options, *DAY)


def test_a_satisfied_control_needs_no_acceptance(project: Path) -> None:
    options = [*ACCEPT[2:], "-r", "1.1", "--covers", "GK-PERF-01", *DAY]
    (found,) = problems(project, "risk", "accept", "R-01", *options)
    assert (found.ident, found.fix) == ("nothing-to-accept", "leave it out; not satisfied are: GK-HUM-01")


def test_a_closed_risk_cannot_be_accepted(project: Path) -> None:
    assert problems(project, "risk", "accept", "R-03", *ACCEPT, *DAY)[0].ident == "closed-risk"


def test_a_risk_of_another_system_cannot_be_accepted(project: Path) -> None:
    other = "  - {id: other, name: Other, kind: ranker, purpose: Ranks., owner: Bo}\nevidence:"
    write(project, "govkit.yaml", MAIN.replace("evidence:", other))
    write(project, "releases.yaml", RELEASES.replace("{version", "{system: router, version"))
    write(project, "risks.yaml", RISKS.replace("  - id: R-02\n", "  - id: R-02\n    systems: [other]\n"))
    (found,) = problems(project, "risk", "accept", "R-02", *ACCEPT, *DAY)
    assert found.what == "R-02 is not about the system of 1.0"
    assert "R-02  low  not about the system of this release" in done(project, "risk", "list", "-r", "1.0", *DAY)


def test_accept_as_json_holds_the_entry_as_written(project: Path) -> None:
    found = document(project, "risk", "accept", "R-01", *ACCEPT, *DAY)
    assert (found["schema"], found["written_to"], found["notes"]) == ("govkit.acceptance/1", "risks.yaml", [])
    assert [found["acceptance"]] == register(project)["acceptances"]
