from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from govkit.history.changes import ChangeSummary
from govkit.history.repository import History
from tests.history.conftest import ADA, GRACE, Workshop

REVIEWED = "change\n\nReviewed-by: Grace Hopper <grace@clinic.example>"


def summary(workshop: Workshop, base: str | None, governed: tuple[str, ...] = ("controls.yaml",)) -> ChangeSummary:
    history = History.open(workshop.folder)
    tip = history.head()
    assert tip is not None
    found = history.between(base, tip, governed)
    assert found is not None
    return found


@pytest.fixture
def base(workshop: Workshop) -> str:
    return workshop.commit({"controls.yaml": "use: []\n", "model.py": "0"})


def test_commits_and_authors_are_counted_since_the_base(workshop: Workshop, base: str) -> None:
    workshop.commit({"model.py": "1"})
    workshop.commit({"model.py": "2"}, author=GRACE)
    workshop.commit({"model.py": "3"}, author="A. Lovelace <ADA@clinic.example>")
    found = summary(workshop, base)
    assert (found.commits, found.authors, found.approvals, found.governed) == (3, 2, 0, ())
    assert summary(workshop, None).commits == 4


def test_nothing_happened(workshop: Workshop, base: str) -> None:
    assert summary(workshop, base) == ChangeSummary(0, 0, 0, 0, (), ())


@pytest.mark.parametrize("key", ["Reviewed-by", "Approved-by", "Acked-by", "reviewed-BY"])
def test_an_approval_by_someone_else_is_independent(workshop: Workshop, base: str, key: str) -> None:
    commit = workshop.commit({"controls.yaml": "use: [A]\n"}, f"bar\n\n{key}: Grace Hopper <grace@clinic.example>")
    found = summary(workshop, base)
    assert (found.approvals, found.independent_approvals) == (1, 1)
    assert (found.governed, found.unapproved) == ((commit,), ())


@pytest.mark.parametrize(
    "trailer",
    [
        "Signed-off-by: Grace Hopper <grace@clinic.example>",
        "Reviewed-by: Ada Lovelace <ada@clinic.example>",
        "Reviewed-by: A. Lovelace <ADA@clinic.example>",
        "Reviewed-by: ada lovelace <ada@home.example>",
        "Reviewed-by: Ada Lovelace",
        "Reviewed-by:",
        "Reviewed-by: Grace Hopper <grace@clinic.example>\nCo-authored-by: Grace Hopper <grace@clinic.example>",
    ],
)
def test_what_is_no_independent_approval(workshop: Workshop, base: str, trailer: str) -> None:
    commit = workshop.commit({"controls.yaml": "use: [A]\n"}, f"bar\n\n{trailer}")
    found = summary(workshop, base)
    assert found.independent_approvals == 0
    assert found.unapproved == (commit,)


def test_an_approval_in_the_middle_of_a_message_is_prose(workshop: Workshop, base: str) -> None:
    commit = workshop.commit({"controls.yaml": "1"}, f"{REVIEWED}\n\nThat was the plan, but nobody had time for it.")
    assert summary(workshop, base).unapproved == (commit,)


def test_the_approval_of_a_merge_covers_what_it_brings_in(workshop: Workshop, base: str) -> None:
    workshop.git("checkout", "--quiet", "-b", "side")
    side = workshop.commit({"controls.yaml": "use: [A]\n"})
    workshop.git("checkout", "--quiet", "main")
    direct = workshop.commit({"policy.md": "new"})
    workshop.merge("side", REVIEWED, GRACE)
    found = summary(workshop, base, ("controls.yaml", "policy.md"))
    assert (found.commits, found.approvals, found.independent_approvals) == (2, 1, 1)
    assert set(found.governed) == {side, direct}
    assert found.unapproved == (direct,)


def test_merging_is_not_approving(workshop: Workshop, base: str) -> None:
    workshop.git("checkout", "--quiet", "-b", "side")
    side = workshop.commit({"controls.yaml": "use: [A]\n"})
    workshop.git("checkout", "--quiet", "main")
    workshop.merge("side", "Merge side", GRACE)
    found = summary(workshop, base)
    assert (found.approvals, found.unapproved) == (0, (side,))


def test_an_author_who_approves_the_merge_of_her_own_work_does_not_count(workshop: Workshop, base: str) -> None:
    workshop.git("checkout", "--quiet", "-b", "side")
    side = workshop.commit({"controls.yaml": "use: [A]\n"})
    workshop.git("checkout", "--quiet", "main")
    workshop.merge("side", f"merge\n\nReviewed-by: {ADA}", GRACE)
    found = summary(workshop, base)
    assert (found.approvals, found.independent_approvals, found.unapproved) == (1, 0, (side,))


def test_a_governed_change_hidden_in_a_merge_is_found(workshop: Workshop, base: str) -> None:
    workshop.git("checkout", "--quiet", "-b", "side")
    workshop.commit({"model.py": "1"})
    workshop.git("checkout", "--quiet", "main")
    workshop.commit({"other.py": "1"})
    workshop.git("merge", "--quiet", "--no-ff", "--no-commit", "side")
    merge = workshop.commit({"controls.yaml": "use: [EVIL]\n"}, "merge")
    found = summary(workshop, base)
    assert (found.commits, found.governed, found.unapproved) == (2, (merge,), (merge,))


@pytest.mark.parametrize(
    ("glob", "path", "governed"),
    [
        ("controls.yaml", "controls.yaml", True),
        ("controls.yaml", "sub/controls.yaml", False),
        ("policies", "policies/ai/policy.md", True),
        ("policies/", "policies/policy.md", True),
        ("policies/*.md", "policies/policy.md", True),
        ("policies/*.md", "policies/ai/policy.md", False),
        ("policies/**/*.md", "policies/policy.md", True),
        ("policies/**/*.md", "policies/a/b/policy.md", True),
        ("**/*.py", "src/a.py", True),
        ("**", "anything/at/all", True),
        ("a?c", "abc", True),
        ("a.c", "abc", False),
        ("src/**", "srcs/a", False),
        ("[a]", "[a]", True),
    ],
)
def test_what_a_glob_governs(workshop: Workshop, base: str, glob: str, path: str, governed: bool) -> None:
    workshop.commit({path: "changed"})
    assert bool(summary(workshop, base, (glob,)).governed) == governed


def test_moving_a_governed_file_away_is_a_governed_change(workshop: Workshop, base: str) -> None:
    commit = workshop.commit({"controls.yaml": None, "elsewhere.yaml": "use: []\n"})
    assert summary(workshop, base).governed == (commit,)


def test_globs_count_from_the_project_in_a_subfolder(workshop: Workshop, base: str) -> None:
    inside = workshop.commit({"team/controls.yaml": "1"})
    workshop.commit({"controls.yaml": "2"})
    history = History.open(workshop.folder / "team")
    found = history.between(base, history.head() or "", ("controls.yaml",))
    assert found is not None
    assert found.governed == (inside,)


def test_a_range_that_a_shallow_clone_cuts_off_is_unknown(
    workshop: Workshop, base: str, cloned: Callable[..., Path]
) -> None:
    workshop.commit({"model.py": "1"})
    middle = workshop.commit({"model.py": "2"})
    tip = workshop.commit({"model.py": "3"})
    history = History.open(cloned("--depth", "2"))
    assert history.between(None, tip) is None
    assert history.between(base, tip) is None
    known = history.between(middle, tip)
    assert known is not None
    assert known.commits == 1


def test_a_range_that_is_too_long_to_be_a_release_is_unknown(
    workshop: Workshop, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.commit({"model.py": "1"})
    tip = workshop.commit({"model.py": "2"})
    monkeypatch.setattr("govkit.history.changes.MAX_COMMITS", 2)
    history = History.open(workshop.folder)
    assert history.between(base, tip) is not None
    assert history.between(None, tip) is None
    assert [problem.ident for problem in history.problems] == ["range-too-long"]
