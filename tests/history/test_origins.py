from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from govkit.history.repository import History
from tests.history.conftest import GRACE, Workshop

ZED = "Zed Shaw <zed@clinic.example>"


def test_each_file_has_the_last_commit_that_changed_it(workshop: Workshop) -> None:
    first = workshop.commit({"evidence/a.json": "1", "evidence/b.json": "1"})
    second = workshop.commit({"evidence/b.json": "2"}, author=GRACE)
    found = History.open(workshop.folder).file_commits(["evidence/a.json", "evidence/b.json"])
    assert [(c.commit, c.author) for c in found.values()] == [(first, "Ada Lovelace"), (second, "Grace Hopper")]
    assert [f"{c.committed:%d %H:%M}" for c in found.values()] == ["01 01:00", "01 02:00"]
    assert not any(commit.dirty for commit in found.values())


def test_a_change_not_committed_has_no_commit(workshop: Workshop) -> None:
    workshop.commit({"clean": "1", "edited": "1", "staged": "1", "gone": "1"})
    workshop.write({"edited": "2", "staged": "2", "new": "1", "gone": None})
    workshop.git("add", "staged")
    history = History.open(workshop.folder)
    found = history.file_commits(["clean", "edited", "staged", "new", "gone", "never"])
    assert {path: commit.dirty for path, commit in found.items()} == {
        "clean": False, "edited": True, "staged": True, "new": True, "gone": True, "never": True,
    }  # fmt: skip
    assert [path for path, commit in found.items() if commit.commit] == ["clean"]
    problem = history.dirty_problem(found)
    assert problem is not None
    assert problem.ident == "dirty-worktree"
    assert "edited, gone, never, new, staged" in problem.what
    assert history.dirty_problem({"clean": found["clean"]}) is None


def test_a_file_put_back_to_what_it_was_carries_the_commit_that_did_it(workshop: Workshop) -> None:
    workshop.commit({"a": "1"})
    workshop.commit({"a": "2"})
    third = workshop.commit({"a": "1"})
    assert History.open(workshop.folder).file_commits(["a"])["a"].commit == third


def test_moving_a_file_does_not_make_it_newer(workshop: Workshop) -> None:
    workshop.commit({"x": "0"})
    first = workshop.commit({"results.json": '{"score": 1}'})
    workshop.commit({"evidence/r.json": '{"score": 1}', "results.json": None})
    workshop.commit({"evidence/2026/r.json": '{"score": 1}', "evidence/r.json": None})
    assert History.open(workshop.folder).file_commits(["evidence/2026/r.json"])["evidence/2026/r.json"].commit == first


def test_a_file_moved_and_changed_at_once_is_new(workshop: Workshop) -> None:
    workshop.commit({"results.json": "a long enough text\n" * 20})
    second = workshop.commit({"evidence.json": "a long enough text\n" * 20 + "x", "results.json": None})
    assert History.open(workshop.folder).file_commits(["evidence.json"])["evidence.json"].commit == second


def test_a_merge_that_keeps_one_side_names_that_sides_commit(workshop: Workshop) -> None:
    workshop.commit({"a": "0", "b": "0"})
    workshop.git("checkout", "--quiet", "-b", "side")
    side = workshop.commit({"a": "side", "b": "side"}, author=ZED)
    workshop.git("checkout", "--quiet", "main")
    ours = workshop.commit({"a": "main"})
    workshop.minutes += 60
    workshop.git("merge", "--quiet", "--no-ff", "-s", "ours", "-m", "keep ours", "side")
    workshop.commit({"b": "side"}, author=GRACE)
    found = History.open(workshop.folder).file_commits(["a", "b"])
    assert found["a"].commit == ours
    assert found["b"].author in ("Grace Hopper", "Zed Shaw")
    assert found["a"].commit != side


def test_a_change_made_in_a_merge_is_the_merges(workshop: Workshop) -> None:
    workshop.commit({"a": "0"})
    workshop.git("checkout", "--quiet", "-b", "side")
    workshop.commit({"b": "1"})
    workshop.git("checkout", "--quiet", "main")
    workshop.commit({"c": "1"})
    workshop.git("merge", "--quiet", "--no-ff", "--no-commit", "side")
    merge = workshop.commit({"a": "evil"}, "merge")
    assert History.open(workshop.folder).file_commits(["a"])["a"].commit == merge


@pytest.mark.parametrize(
    "name", ["--output=x", "-rf", "a b.json", "ü.json", "*.json", ":(top)x", "a\nb.json", "\u202ex"]
)
def test_strange_file_names(workshop: Workshop, name: str) -> None:
    commit = workshop.commit({f"evidence/{name}": "1", name: "1", "evidence/other.json": "1"})
    workshop.commit({"evidence/other.json": "2"})
    found = History.open(workshop.folder).file_commits([name, f"evidence/{name}"])
    assert [(c.commit, c.dirty) for c in found.values()] == [(commit, False), (commit, False)]
    assert sorted(path.name for path in workshop.folder.iterdir()) == sorted([".git", "evidence", name])


def test_paths_count_from_the_project_in_a_subfolder(workshop: Workshop) -> None:
    workshop.commit({"evidence/a.json": "top"})
    second = workshop.commit({"teams/vision/evidence/a.json": "1"})
    workshop.commit({"evidence/a.json": "changed"})
    history = History.open(workshop.folder / "teams" / "vision")
    assert history.file_commits(["evidence/a.json"])["evidence/a.json"].commit == second


def test_a_link_leads_to_the_file_whose_bytes_are_read(workshop: Workshop) -> None:
    workshop.commit({"results/a.json": "1"})
    (workshop.folder / "evidence").symlink_to("results")
    workshop.commit({})
    third = workshop.commit({"results/a.json": "2"})
    assert History.open(workshop.folder).file_commits(["evidence/a.json"])["evidence/a.json"].commit == third


def test_a_path_outside_the_repository_is_not_committed(workshop: Workshop, tmp_path: Path) -> None:
    workshop.commit({"a": "1"})
    (tmp_path / "outside").write_text("1")
    found = History.open(workshop.folder).file_commits(["../outside", "a\0b"])
    assert [(c.commit, c.dirty) for c in found.values()] == [(None, True), (None, True)]


def test_line_ends_added_by_windows_are_no_change(workshop: Workshop) -> None:
    commit = workshop.commit({"a.yaml": "one\ntwo\n"})
    workshop.write({"a.yaml": b"one\r\ntwo\r\n"})
    assert History.open(workshop.folder).file_commits(["a.yaml"])["a.yaml"].commit == commit
    workshop.write({"a.yaml": b"one\r\ntwo\r\nthree\r\n"})
    assert History.open(workshop.folder).file_commits(["a.yaml"])["a.yaml"].dirty


def test_a_large_file_kept_elsewhere_is_compared_by_its_pointer(workshop: Workshop) -> None:
    content = b"scores" * 1000
    oid = hashlib.sha256(content).hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(content)}\n"
    commit = workshop.commit({"log.eval": pointer})
    workshop.write({"log.eval": content})
    assert History.open(workshop.folder).file_commits(["log.eval"])["log.eval"].commit == commit
    workshop.write({"log.eval": content + b"!"})
    assert History.open(workshop.folder).file_commits(["log.eval"])["log.eval"].dirty


def test_hundreds_of_files_take_few_processes(workshop: Workshop) -> None:
    commit = workshop.commit({f"evidence/{number}.json": str(number) for number in range(450)})
    found = History.open(workshop.folder).file_commits([f"evidence/{number}.json" for number in range(450)])
    assert {item.commit for item in found.values()} == {commit}
    assert len(found) == 450
