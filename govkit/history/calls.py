"""Run git on a repository nobody has vouched for: no hooks, no filters, no network, no prompts, never without end."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

TIMEOUT_S = 60
"""Longest a git process may take. Source: govkit judgement; the log of 100,000 commits takes a few seconds."""

# A repository's own configuration may name programs to run, and its caches may disagree with its objects.
_SAFE = (
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.pager=cat"),
    *("-c", "core.commitGraph=false"),
    *("-c", "diff.external="),
    *("-c", "log.showSignature=false"),
    *("-c", "protocol.allow=never"),
    *("-c", "safe.bareRepository=explicit"),
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",
)
_ENVIRONMENT = {
    "LC_ALL": "C",
    "LANGUAGE": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_GRAFT_FILE": os.devnull,
}


class GitMissing(Exception):
    """There is no git program, or no GitPython; the text says which."""


class GitFailed(Exception):
    """A git call ended badly; the text is git's own first line."""


class Answer(NamedTuple):
    """What a git process said."""

    status: int
    stdout: bytes
    stderr: str


def run(folder: Path, arguments: Sequence[str], lines: Iterable[str] | None = None) -> Answer:
    """Git's answer to these arguments in `folder`; `lines` go to its standard input. Raises GitMissing or GitFailed."""
    try:
        from git.cmd import Git
        from git.exc import CommandError
    except ImportError as error:
        raise GitMissing(_missing()) from error
    # GitPython runs in the current folder when it may not enter the one it was given; git itself refuses with -C.
    command = ["git", "-C", str(folder), *_SAFE, *arguments]
    # GitPython has no timeout on Windows.
    timeout = None if sys.platform == "win32" else TIMEOUT_S
    with tempfile.TemporaryFile() as stdin:
        stdin.write("".join(f"{line}\n" for line in lines or ()).encode())
        stdin.seek(0)
        try:
            status, stdout, stderr = Git().execute(
                command,
                istream=stdin,
                with_extended_output=True,
                with_exceptions=False,
                stdout_as_string=False,
                strip_newline_in_stdout=False,
                kill_after_timeout=timeout,
                env=_ENVIRONMENT,
            )
        except CommandError as error:
            raise GitMissing(_missing()) from error
    if status < 0 or "did not complete in" in stderr:
        raise GitFailed(f"git {arguments[0]} took longer than {TIMEOUT_S} s or was stopped")
    return Answer(status, stdout, stderr)


def ask(folder: Path, arguments: Sequence[str], lines: Iterable[str] | None = None) -> bytes:
    """Git's standard output; raises GitFailed when git reports an error."""
    answer = run(folder, arguments, lines)
    if answer.status:
        raise GitFailed(first_line(answer.stderr) or f"git {arguments[0]} failed")
    return answer.stdout


def first_line(text: str) -> str:
    """The first line of git's complaint without its prefix, safe to print."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    return "".join(c for c in line if c.isprintable()).removeprefix("fatal: ").removeprefix("error: ")[:200]


def _missing() -> str:
    if importlib.util.find_spec("git") is None:
        return "the package GitPython is not installed"
    return "there is no git program on the PATH"
