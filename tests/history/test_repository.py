from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from govkit.history.origins import UNKNOWN
from govkit.history.repository import History
from tests.history.conftest import Workshop


def idents(history: History) -> list[str]:
    return [problem.ident for problem in history.problems]


def test_an_ordinary_repository_is_available(workshop: Workshop) -> None:
    commit = workshop.commit({"govkit.yaml": "a"})
    history = History.open(workshop.folder)
    assert (history.available, history.reason, history.head(), history.problems) == (True, None, commit, ())


def test_a_folder_without_git_gives_a_history_that_says_so(tmp_path: Path) -> None:
    history = History.open(tmp_path)
    assert not history.available
    assert history.reason is not None
    assert "no git repository" in history.reason
    assert idents(history) == ["no-repository"]
    assert history.head() is None
    assert history.file_commits(["a"])["a"].commit is None
    assert history.versions("a") == ()
    assert history.tags() == ()
    assert history.resolve("v1") is None


def test_a_repository_without_commits(workshop: Workshop) -> None:
    history = History.open(workshop.folder)
    assert (history.available, idents(history)) == (False, ["no-commits"])


def test_a_bare_repository(workshop: Workshop, cloned: Callable[..., Path]) -> None:
    workshop.commit({"a": "1"})
    history = History.open(cloned("--bare"))
    assert (history.available, idents(history)) == (False, ["bare-repository"])


def test_the_inside_of_the_git_folder(workshop: Workshop) -> None:
    workshop.commit({"a": "1"})
    assert idents(History.open(workshop.folder / ".git")) == ["bare-repository"]


def test_a_repository_of_another_user(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    workshop.commit({"a": "1"})
    # Git's own switch for its tests: it treats every repository as somebody else's.
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    history = History.open(workshop.folder)
    assert (history.available, idents(history)) == (False, ["untrusted-repository"])


def test_a_damaged_repository(workshop: Workshop) -> None:
    workshop.commit({"a": "1"})
    (workshop.folder / ".git" / "config").write_text("[core\n")
    history = History.open(workshop.folder)
    assert (history.available, idents(history)) == (False, ["broken-repository"])
    assert "bad config line" in history.problems[0].what


def test_a_missing_object_is_a_problem_and_not_an_exception(workshop: Workshop) -> None:
    first = workshop.commit({"a": "1"})
    workshop.commit({"b": "1"})
    (workshop.folder / ".git" / "objects" / first[:2] / first[2:]).unlink()
    history = History.open(workshop.folder)
    assert history.file_commits(["a"])["a"].commit is None
    assert "git-failed" in idents(history)


def test_a_machine_without_git(workshop: Workshop, tmp_path: Path) -> None:
    workshop.commit({"a": "1"})
    # A fresh interpreter: GitPython looks for git when it is imported.
    script = (
        "from pathlib import Path; from govkit.history.repository import History;"
        f"history = History.open(Path({str(workshop.folder)!r}));"
        "print(history.available, history.problems[0].ident, history.problems[0].what)"
    )
    environment = {"PATH": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False no-git there is no git program on the PATH"


def test_git_taken_away_after_it_was_there(workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = workshop.commit({"a": "1"})
    history = History.open(workshop.folder)
    assert history.available
    monkeypatch.setenv("PATH", str(tmp_path))
    assert history.file_commits(["a"])["a"] == UNKNOWN
    assert history.between(None, commit) is None
    assert history.resolve(commit) is None
    assert idents(History.open(workshop.folder)) == ["no-git"]


@pytest.mark.skipif(sys.platform == "win32", reason="GitPython has no timeout on Windows")
def test_a_git_that_never_answers_is_stopped(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = workshop.commit({"a": "1"})
    history = History.open(workshop.folder)
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "git").write_text("#!/bin/sh\nexec sleep 30\n")
    (programs / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr("govkit.history.calls.TIMEOUT_S", 0.2)
    assert history.between(None, commit) is None
    assert history.file_commits(["a"])["a"] == UNKNOWN
    assert history.resolve("main") is None
    assert set(idents(history)) == {"git-failed"}
    assert idents(History.open(workshop.folder)) == ["git-failed"]


def test_a_detached_head_is_nothing_to_complain_about(workshop: Workshop) -> None:
    first = workshop.commit({"a": "1"})
    workshop.commit({"a": "2"})
    workshop.git("checkout", "--quiet", "--detach", first)
    history = History.open(workshop.folder)
    assert (history.head(), history.problems) == (first, ())


def test_a_shallow_clone_says_what_it_cannot_know(workshop: Workshop, cloned: Callable[..., Path]) -> None:
    workshop.commit({"old": "1", "both": "1"})
    newest = workshop.commit({"both": "2"})
    newer = workshop.commit({"new": "1"})
    history = History.open(cloned("--depth", "2"))
    assert idents(history) == ["shallow-history"]
    found = history.file_commits(["old", "both", "new"])
    assert (found["old"].commit, found["both"].commit, found["new"].commit) == (None, None, newer)
    assert history.shallow == {newest}
    assert not any(commit.dirty for commit in found.values())


def test_tags_lead_to_commits_oldest_first(workshop: Workshop) -> None:
    first = workshop.commit({"a": "1"})
    workshop.git("tag", "v1")
    second = workshop.commit({"a": "2"})
    workshop.git("tag", "--annotate", "--message", "two", "v2")
    workshop.git("tag", "tree", "HEAD^{tree}")
    tags = History.open(workshop.folder).tags()
    assert [(tag.name, tag.commit, tag.signed) for tag in tags] == [("v1", first, False), ("v2", second, False)]
    assert [f"{tag.at:%H:%M}" for tag in tags] == ["01:00", "02:00"]


def test_a_tag_with_a_signature_is_called_signed(workshop: Workshop) -> None:
    commit = workshop.commit({"a": "1"})
    body = (
        f"object {commit}\ntype commit\ntag v1\ntagger Ada <ada@clinic.example> 1772000000 +0000\n\nrelease\n"
        "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n"
    )
    (workshop.folder / "tag").write_text(body)
    workshop.git("update-ref", "refs/tags/v1", workshop.git("hash-object", "-t", "tag", "-w", "tag"))
    assert [tag.signed for tag in History.open(workshop.folder).tags()] == [True]


def test_a_lightweight_tag_on_a_message_that_looks_signed_is_not(workshop: Workshop) -> None:
    workshop.commit({"a": "1"}, "x\n\n-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----")
    workshop.git("tag", "v1")
    assert [tag.signed for tag in History.open(workshop.folder).tags()] == [False]


def test_resolve_knows_tags_branches_and_commits(workshop: Workshop) -> None:
    first = workshop.commit({"a": "1"})
    workshop.git("tag", "v1.0")
    second = workshop.commit({"a": "2"})
    workshop.git("branch", "team/next")
    history = History.open(workshop.folder)
    assert history.resolve("v1.0") == first
    assert history.resolve("team/next") == second
    assert history.resolve(first[:10]) == first
    assert history.resolve("nowhere") is None


@pytest.mark.parametrize(
    "ref", ["--output=x", "-v", "HEAD^", "HEAD~1", ":/change", "a..b", "@{-1}", "HEAD:a", "a b", "a\nb", "", "x" * 300]
)
def test_resolve_takes_plain_names_only(workshop: Workshop, ref: str) -> None:
    workshop.commit({"a": "1"})
    workshop.commit({"a": "2"})
    assert History.open(workshop.folder).resolve(ref) is None
    assert not (workshop.folder / "x").exists()


def test_programs_named_in_the_repository_are_not_run(workshop: Workshop) -> None:
    workshop.write({".gitattributes": "* filter=evil diff=evil\n"})
    first = workshop.commit({"a": "1\n", "controls.yaml": "use: []\n"})
    trap, script = workshop.folder / "trap", workshop.folder / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch '{trap}'\ncat\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    for key in (
        *("core.fsmonitor", "core.pager", "core.sshCommand", "core.askPass", "diff.external", "gpg.program"),
        *("diff.evil.textconv", "diff.evil.command", "filter.evil.clean", "filter.evil.smudge", "log.showSignature"),
    ):
        value = "true" if key == "log.showSignature" else str(script)
        workshop.git("config", key, value)
    (workshop.folder / "a").write_text("2\n")
    history = History.open(workshop.folder)
    found = history.file_commits(["a", "controls.yaml"])
    assert found["a"].dirty
    assert found["controls.yaml"].commit == first
    assert history.versions("controls.yaml")
    assert history.between(None, first)
    assert not trap.exists()


def test_replaced_and_grafted_history_is_not_believed(workshop: Workshop) -> None:
    first = workshop.commit({"a": "1"}, author="Mallory <mallory@clinic.example>")
    second = workshop.commit({"b": "1"})
    workshop.git("replace", first, workshop.git("commit-tree", f"{first}^{{tree}}", "-m", "mine"))
    (workshop.folder / ".git" / "info").mkdir(exist_ok=True)
    (workshop.folder / ".git" / "info" / "grafts").write_text(f"{second}\n")
    history = History.open(workshop.folder)
    assert history.file_commits(["a"])["a"].author == "Mallory"
    summary = history.between(None, second)
    assert summary is not None
    assert summary.commits == 2


def test_names_with_control_characters_are_cleaned(workshop: Workshop) -> None:
    commit = workshop.commit({"a": "1"})
    raw = workshop.git("cat-file", "commit", commit)
    evil = raw.replace("Ada Lovelace", "Ada\x1b[31m \u202eevil\u200b" + "x" * 300, 2)
    (workshop.folder / "raw").write_bytes((evil + "\n").encode())
    made = workshop.git("hash-object", "-t", "commit", "-w", "--literally", "raw")
    workshop.git("reset", "--quiet", "--hard", made)
    author = History.open(workshop.folder).file_commits(["a"])["a"].author
    assert author is not None
    assert author.startswith("Ada[31m evilxxx")
    assert len(author) == 200


def test_a_date_no_calendar_has_is_unknown(workshop: Workshop) -> None:
    commit = workshop.commit({"a": "1"})
    raw = workshop.git("cat-file", "commit", commit).replace(" 1772326800 +0000", " 99999999999999999 +0000")
    (workshop.folder / "raw").write_text(raw + "\n")
    made = workshop.git("hash-object", "-t", "commit", "-w", "--literally", "raw")
    workshop.git("reset", "--quiet", "--hard", made)
    found = History.open(workshop.folder).file_commits(["a"])["a"]
    assert (found.commit, found.committed) == (made, None)
