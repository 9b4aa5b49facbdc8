"""Small projects for the tests of commands that write."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from govkit.cli.main import app
from govkit.errors import InputError, Problem

WHO = {
    "GIT_AUTHOR_NAME": "Ada Example",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada Example",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


def govkit(folder: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["-C", str(folder), *map(str, arguments)])


def done(folder: Path, *arguments: str | Path) -> str:
    """What a command that must succeed prints."""
    result = govkit(folder, *arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def document(folder: Path, *arguments: str | Path) -> dict[str, Any]:
    """The JSON document a command that must succeed prints."""
    found = json.loads(done(folder, *arguments, "--json"))
    assert isinstance(found, dict)
    return found


def problems(folder: Path, *arguments: str | Path) -> tuple[Problem, ...]:
    """The Problems of a command that must refuse."""
    result = govkit(folder, *arguments)
    assert isinstance(result.exception, InputError), (result.output, result.exception)
    return result.exception.problems


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false", *arguments]
    run = subprocess.run(command, cwd=folder, env={**os.environ, **WHO}, capture_output=True, text=True, check=True)
    return run.stdout.strip()


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, to see that nothing was written."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
