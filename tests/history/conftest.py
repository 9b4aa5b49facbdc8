from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ADA = "Ada Lovelace <ada@clinic.example>"
GRACE = "Grace Hopper <grace@clinic.example>"


@dataclass
class Workshop:
    """A real repository, with a clock of its own: every commit is made one hour after the one before."""

    folder: Path
    minutes: int = field(default=0)

    def git(self, *arguments: str, author: str = ADA, folder: Path | None = None, date: str | None = None) -> str:
        name, _, email = author.rpartition("<")
        when = date or f"2026-03-{1 + self.minutes // 1440:02}T{self.minutes // 60 % 24:02}:{self.minutes % 60:02}:00Z"
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder.parent),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": name.strip(),
            "GIT_AUTHOR_EMAIL": email.rstrip(">"),
            "GIT_COMMITTER_NAME": name.strip(),
            "GIT_COMMITTER_EMAIL": email.rstrip(">"),
            "GIT_AUTHOR_DATE": when,
            "GIT_COMMITTER_DATE": when,
        }
        command = ["git", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always", *arguments]
        done = subprocess.run(command, cwd=folder or self.folder, env=environment, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return done.stdout.decode().strip()

    def write(self, files: dict[str, str | bytes | None]) -> None:
        for path, content in files.items():
            target = self.folder / path
            if content is None:
                target.unlink()
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(
        self,
        files: dict[str, str | bytes | None],
        message: str = "change",
        author: str = ADA,
        date: str | None = None,
    ) -> str:
        """The id of a commit with these files; None removes one."""
        self.write(files)
        self.minutes += 60
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message, author=author, date=date)
        return self.git("rev-parse", "HEAD")

    def merge(self, branch: str, message: str, author: str = GRACE, *options: str) -> str:
        self.minutes += 60
        self.git("merge", "--quiet", "--no-ff", *options, "--message", message, branch, author=author)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    folder = tmp_path / "project"
    folder.mkdir()
    made = Workshop(folder)
    made.git("init", "--quiet")
    return made


@pytest.fixture
def cloned(tmp_path: Path, workshop: Workshop) -> Callable[..., Path]:
    """A clone of the workshop's repository, made with these options."""

    def clone(*options: str) -> Path:
        target = tmp_path / "clone"
        workshop.git("clone", "--quiet", *options, workshop.folder.as_uri(), str(target))
        return target

    return clone
