"""`govkit add`: what is recognised, what is written, and what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from govkit.yaml_lines import load_yaml
from tests.cli.making import document, done, files, govkit, problems, write

DATA = Path(__file__).resolve().parent.parent / "data"
RESULTS = DATA / "lm_eval" / "results_2026-01-21T03-44-18.458309.json"
DATASET = DATA / "croissant" / "simple_join_1.0.json"
UNKNOWN = DATA / "recognised" / "NOT_evidently_lookalike.json"

MAIN = """\
# Ours.
organisation: {name: Example Ltd}   # small
systems:
  - {id: router, name: Router, kind: generator, purpose: "Sorts letters.", owner: Ada}


evidence:
  # papers
  - path: 'documents/policy.md'

frameworks: [nist-ai-rmf-1.0]
"""
CARD = """\
---
document: {kind}
owner: Ada Example
version: "1"
---

# A paper

## Purpose

This text says what the system is for, who may use it, who looks after it, and what it must never be used for at all.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    write(folder, "govkit.yaml", MAIN)
    write(folder, "releases.yaml", 'releases:\n  - version: "1.0"\n')
    write(folder, "documents/policy.md", CARD.format(kind="ai-policy"))
    return folder


def put(project: Path, source: Path, name: str) -> Path:
    target = project / "evidence" / name
    target.parent.mkdir(exist_ok=True)
    shutil.copyfile(source, target)
    return target


def two_releases(project: Path) -> None:
    write(project, "releases.yaml", 'releases:\n  - version: "1.0"\n  - {version: "1.1", tag: v1.1, baseline: "1.0"}\n')


def bindings(project: Path) -> list[dict[str, Any]]:
    found = load_yaml((project / "govkit.yaml").read_bytes(), "govkit.yaml").value["evidence"]
    assert isinstance(found, list)
    return found[1:]


def test_a_result_is_recognised_shown_and_bound(project: Path) -> None:
    path = put(project, RESULTS, "run.json")
    text = done(project, "add", path)
    assert text.startswith("evidence/run.json\n  lm-eval 0.4 (confidence 0.95, ")
    assert "  written by lm-evaluation-harness 0.4.9.2\n  2 values of 2 measures\n" in text
    assert "    lm-eval/math_perturbed_full/exact_match\n" in text
    assert text.endswith("  bound for release 1.0\n")
    assert bindings(project) == [{"path": "evidence/run.json", "release": "1.0"}]


def test_every_other_line_of_the_file_stays(project: Path) -> None:
    done(project, "add", put(project, RESULTS, "run.json"))
    after = (project / "govkit.yaml").read_text(encoding="utf-8")
    entry = '  - path: evidence/run.json\n    release: "1.0"\n'
    assert after == MAIN.replace("policy.md'\n", f"policy.md'\n{entry}")


def test_what_is_added_is_read_by_the_next_command(project: Path) -> None:
    done(project, "add", put(project, RESULTS, "run.json"))
    assert done(project, "check").rstrip().endswith("2 evidence files")


def test_the_name_says_nothing_the_content_does(project: Path) -> None:
    assert "croissant" in done(project, "add", put(project, DATASET, "lm-eval-results.txt"))


def test_adding_twice_says_where_it_is_bound_and_writes_nothing(project: Path) -> None:
    path = put(project, RESULTS, "run.json")
    done(project, "add", path)
    before = files(project)
    text = done(project, "add", path)
    assert text == "evidence/run.json\n  already bound for release 1.0 at govkit.yaml:10; nothing was changed\n"
    assert files(project) == before


def test_a_file_a_glob_binds_is_bound_already(project: Path) -> None:
    text = MAIN.replace("'documents/policy.md'", '"documents/*.md"')
    write(project, "govkit.yaml", text)
    assert "already bound for the whole organisation" in done(project, "add", project / "documents" / "policy.md")
    assert (project / "govkit.yaml").read_text(encoding="utf-8") == text


def test_the_same_file_twice_in_one_call_is_bound_once(project: Path) -> None:
    path = put(project, RESULTS, "run.json")
    done(project, "add", path, path)
    assert len(bindings(project)) == 1


def test_a_dry_run_shows_and_writes_nothing(project: Path) -> None:
    path = put(project, RESULTS, "run.json")
    before = files(project)
    assert done(project, "add", path, "--dry-run").endswith("would be bound for release 1.0\n")
    assert files(project) == before


def test_a_file_outside_is_refused_with_where_to_copy_it(project: Path) -> None:
    before = files(project)
    (found,) = problems(project, "add", RESULTS)
    assert found.ident == "outside-project"
    assert f"copy it into the project, for example to evidence/{RESULTS.name}" in found.fix
    assert files(project) == before


def test_a_link_that_leads_outside_is_refused(project: Path) -> None:
    link = project / "evidence.json"
    link.symlink_to(RESULTS)
    assert problems(project, "add", link)[0].ident == "outside-project"


def test_an_unknown_format_is_refused_with_the_way_to_a_mapping(project: Path) -> None:
    (found,) = problems(project, "add", put(project, UNKNOWN, "aiv.json"))
    assert (found.ident, found.where.path) == ("unknown-format", "evidence/aiv.json")
    assert "`govkit add evidence/aiv.json --mapping MAPPING.yaml`" in found.fix


def test_a_missing_file_is_refused(project: Path) -> None:
    assert problems(project, "add", project / "nothing.json")[0].ident == "missing-file"


def test_good_files_are_bound_and_all_problems_told(project: Path) -> None:
    good, bad = put(project, RESULTS, "run.json"), put(project, UNKNOWN, "aiv.json")
    found = problems(project, "add", bad, good, RESULTS, project / "nothing.json")
    assert sorted(problem.ident for problem in found) == ["missing-file", "outside-project", "unknown-format"]
    assert bindings(project) == [{"path": "evidence/run.json", "release": "1.0"}]


def test_several_releases_need_a_choice(project: Path) -> None:
    two_releases(project)
    path = put(project, RESULTS, "run.json")
    (found,) = problems(project, "add", path)
    assert (found.ident, found.fix) == ("release-needed", "say which with --release: 1.0, 1.1")
    done(project, "add", path, "--release", "v1.1")
    assert bindings(project) == [{"path": "evidence/run.json", "release": "1.1"}]


def test_one_file_may_be_bound_for_two_releases(project: Path) -> None:
    two_releases(project)
    path = put(project, RESULTS, "run.json")
    done(project, "add", path, "-r", "1.0")
    done(project, "add", path, "-r", "1.1")
    assert [entry["release"] for entry in bindings(project)] == ["1.0", "1.1"]


def test_an_unknown_release_is_answered_with_the_nearest(project: Path) -> None:
    two_releases(project)
    (found,) = problems(project, "add", put(project, RESULTS, "run.json"), "-r", "1.2")
    assert found.ident == "unknown-release"
    assert "did you mean" in found.fix


def test_without_any_release_a_result_is_refused(project: Path) -> None:
    (project / "releases.yaml").unlink()
    assert problems(project, "add", put(project, RESULTS, "run.json"))[0].ident == "no-release"


def test_a_paper_holds_for_the_whole_organisation(project: Path) -> None:
    two_releases(project)
    path = write(project, "documents/roles.md", CARD.format(kind="roles-and-responsibilities"))
    assert done(project, "add", path).endswith("bound for the whole organisation\n")
    assert bindings(project) == [{"path": "documents/roles.md"}]


def test_a_paper_that_a_control_wants_per_release_needs_the_release(project: Path) -> None:
    two_releases(project)
    path = write(project, "documents/card.md", CARD.format(kind="model-card"))
    assert problems(project, "add", path)[0].ident == "release-needed"
    text = done(project, "add", path, "-r", "1.1")
    assert "looked at by GK-TRN-01/fields-filled" in text


def test_all_options_stand_in_the_entry(project: Path) -> None:
    path = put(project, RESULTS, "run.json")
    digest = "ab" * 32
    done(project, "add", path, "--format", "lm-eval", "--dataset", "ours", "--model-sha256", digest)
    assert bindings(project) == [
        {"path": "evidence/run.json", "format": "lm-eval", "dataset": {"id": "ours"}, "model_sha256": digest,
         "release": "1.0"}
    ]  # fmt: skip


def test_conditions_of_the_measurement_stand_in_the_entry(project: Path) -> None:
    path = put(project, RESULTS, "run.json")
    done(project, "add", path, "--condition", "hardware=H100", "--condition", "precision = fp8")
    assert bindings(project)[0]["conditions"] == {"hardware": "H100", "precision": "fp8"}
    again = put(project, RESULTS, "again.json")
    for wrong in (["hardware"], ["=H100"], ["hardware="], ["hardware=H100", "--condition", "hardware=L4"]):
        assert govkit(project, "add", again, "--condition", *wrong).exit_code == 2
    assert len(bindings(project)) == 1


def test_a_mapping_reads_a_file_of_ones_own(project: Path) -> None:
    path = write(project, "evidence/own.json", '{"right": 90, "all": 100}')
    mapping = write(
        project,
        "mappings/own.yaml",
        "format: json\nmeasurements:\n  - {measure: performance/score, successes: /right, n: /all, unit: proportion}\n",
    )
    text = done(project, "add", path, "--mapping", mapping)
    assert "looked at by GK-PERF-01/score" in text
    assert "(as you said)" in text
    assert bindings(project) == [{"path": "evidence/own.json", "mapping": "mappings/own.yaml", "release": "1.0"}]
    assert done(project, "check").rstrip().endswith("2 evidence files")


def test_a_wrong_mapping_is_told_once_for_all_files(project: Path) -> None:
    paths = [write(project, f"evidence/{name}.json", "{}") for name in "ab"]
    mapping = write(project, "mappings/own.yaml", "format: jsn\nmeasurements: []\n")
    found = problems(project, "add", *paths, "--mapping", mapping)
    assert {problem.where.path for problem in found} == {"mappings/own.yaml"}
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("options", "ident"),
    [
        (("--model-sha256", "abc"), "bad-value"),
        (("--dataset", ""), "bad-value"),
        (("--format", "lm-evil"), "unknown-collector"),
        (("--mapping", "/etc/hosts"), "outside-project"),
    ],
)
def test_wrong_options_are_refused(project: Path, options: tuple[str, str], ident: str) -> None:
    path = put(project, RESULTS, "run.json")
    before = files(project)
    assert problems(project, "add", path, *options)[0].ident == ident
    assert files(project) == before


def test_a_name_with_glob_characters_binds_that_file_only(project: Path) -> None:
    put(project, RESULTS, "run1.json")
    done(project, "add", put(project, RESULTS, "run[1].json"))
    assert done(project, "check").rstrip().endswith("2 evidence files")
    assert "already bound" in done(project, "add", project / "evidence" / "run[1].json")


def test_a_name_that_stands_for_every_release_is_refused(project: Path) -> None:
    assert problems(project, "add", put(project, RESULTS, "{release}.json"))[0].ident == "bad-path"


def test_a_path_may_be_given_from_the_project(project: Path) -> None:
    put(project, RESULTS, "run.json")
    assert "bound for release 1.0" in done(project, "add", "evidence/run.json")


def test_a_project_reached_through_a_link(project: Path, tmp_path: Path) -> None:
    path = put(project, RESULTS, "run.json")
    link = tmp_path / "link"
    link.symlink_to(project, target_is_directory=True)
    done(link, "add", path)
    assert bindings(project) == [{"path": "evidence/run.json", "release": "1.0"}]


def test_json_lists_files_and_problems(project: Path) -> None:
    good, bad = put(project, RESULTS, "run.json"), put(project, UNKNOWN, "aiv.json")
    result = govkit(project, "add", good, bad, "--json")
    assert result.exit_code == 3
    found = json.loads(result.stdout)
    assert (found["schema"], found["written"]) == ("govkit.add/1", True)
    (file,) = found["files"]
    assert (file["status"], file["format"], file["release"], file["values"]) == ("bound", "lm-eval", "1.0", 2)
    assert file["tool"] == {"name": "lm-evaluation-harness", "version": "0.4.9.2"}
    assert [problem["ident"] for problem in found["problems"]] == ["unknown-format"]
    again = document(project, "add", good)
    assert (again["written"], again["files"][0]["status"]) == (False, "already-bound")


def test_a_file_that_cannot_be_edited_safely_stays_and_the_lines_are_given(project: Path) -> None:
    text = MAIN.replace("evidence:\n  # papers\n  - path: 'documents/policy.md'\n", "") + "...\n"
    write(project, "govkit.yaml", text)
    (found,) = problems(project, "add", put(project, RESULTS, "run.json"))
    assert (found.ident, found.where.path) == ("cannot-edit", "govkit.yaml")
    assert '- path: evidence/run.json\n        release: "1.0"' in found.fix
    assert (project / "govkit.yaml").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("odd", ["a\x1b[31mb.json", "a\u202eb.json", "a\nb.json"])
def test_a_name_nobody_can_see_is_not_written_into_the_project(odd: str, project: Path) -> None:
    before = (project / "govkit.yaml").read_bytes()
    put(project, RESULTS, odd)
    (problem,) = problems(project, "add", project / "evidence" / odd)
    assert (problem.ident, "[U+" in problem.where.path) == ("bad-path", True)
    assert (project / "govkit.yaml").read_bytes() == before
