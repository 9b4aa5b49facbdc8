"""What can be wrong, where, and how to mend it. Imports nothing of govkit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """Process exit codes; the same for every command."""

    DONE = 0
    BUG = 1
    USAGE = 2
    FILES = 3
    SURROUNDINGS = 4
    VERDICT = 10


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """A spot in a file: line and column count from 1, 0 means not known; pointer is a JSON pointer."""

    path: str
    line: int = 0
    column: int = 0
    pointer: str = ""

    def __str__(self) -> str:
        spot = self.path
        if self.line:
            spot += f":{self.line}"
            if self.column:
                spot += f":{self.column}"
        return f"{spot}#{self.pointer}" if self.pointer else spot


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One thing that is wrong in a user's file. `ident` is a heading in docs/problems.md."""

    where: Place
    ident: str
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} [{self.ident}]\n    fix: {self.fix}"


class GovkitError(Exception):
    """Ends a run on purpose; `exit_code` says as what."""

    exit_code = ExitCode.BUG


class InputError(GovkitError):
    """The user's files are wrong; carries every Problem found, sorted by place."""

    exit_code = ExitCode.FILES

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class CollectorError(GovkitError):
    """One evidence file cannot be read by one collector; becomes a Problem, the run goes on."""

    exit_code = ExitCode.FILES

    def __init__(
        self, what: str, *, fix: str, ident: str = "unreadable-evidence", line: int = 0, pointer: str = ""
    ) -> None:
        self.what, self.fix, self.ident, self.line, self.pointer = what, fix, ident, line, pointer
        super().__init__(f"{what}; {fix}")

    def problem(self, path: str) -> Problem:
        """The same as a value, once the path is known."""
        return Problem(Place(path, line=self.line, pointer=self.pointer), self.ident, self.what, self.fix)


class SurroundingsError(GovkitError):
    """Git, a missing optional package or the renderer failed: the user's files may be fine."""

    exit_code = ExitCode.SURROUNDINGS

    def __init__(self, what: str, *, fix: str) -> None:
        self.what, self.fix = what, fix
        super().__init__(f"{what}\n    fix: {fix}")


class RenderError(SurroundingsError):
    """A report could not be rendered, or the rendered file lost text."""
