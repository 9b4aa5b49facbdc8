"""What every command is told: where the project is, how much to say, and what time it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TypeVar

import typer

from govkit.cli.ending import harmless
from govkit.errors import InputError, Place, Problem

Item = TypeVar("Item")


@dataclass(frozen=True)
class Invocation:
    """Global options of one call."""

    root: Path
    quiet: bool = False
    verbose: bool = False

    def note(self, text: str) -> None:
        """One line for the person at the terminal; never part of the result."""
        if not self.quiet:
            typer.echo(harmless(text), err=True)

    def detail(self, text: str) -> None:
        """One line that only `--verbose` shows."""
        if self.verbose:
            typer.echo(harmless(text), err=True)

    def progress(self, items: Iterable[Item], total: int, label: str) -> Iterator[Item]:
        """The items, with one line of progress on a terminal, gone when done."""
        if self.quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
            yield from items
            return
        for count, item in enumerate(items, start=1):
            sys.stderr.write(f"\r{label} {count}/{total}\x1b[K")
            sys.stderr.flush()
            yield item
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


def instant(as_of: str | None) -> datetime:
    """The instant of judgement: now, or what `--as-of` says; a bare date means the end of that day in UTC."""
    if as_of is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        when = datetime.fromisoformat(as_of)
    except ValueError as error:
        fix = "write 2026-11-20, or 2026-11-20T12:00:00+00:00"
        raise InputError([Problem(Place("--as-of"), "bad-date", f"{as_of!r} is not a date", fix)]) from error
    if len(as_of) <= len("2026-11-20"):
        return datetime.combine(when.date(), time(23, 59, 59), UTC)
    if when.tzinfo is None:
        fix = "add the time zone, for example +00:00"
        raise InputError([Problem(Place("--as-of"), "bad-date", f"{as_of!r} has no time zone", fix)])
    return when.astimezone(UTC)


def cache_folder() -> Path | None:
    """Where this user's programs keep what can be made again; None when there is no such place."""
    asked = os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME", "")
    if Path(asked).is_absolute():  # the XDG Base Directory Specification has relative paths ignored
        return Path(asked)
    try:
        return Path.home() / ".cache"
    except RuntimeError:
        return None
