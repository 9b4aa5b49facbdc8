"""`git log -z --raw` as records. Every field is ended by NUL, so nothing a person can write in a commit shifts them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

LOG = (
    "log",
    "-z",
    "-c",
    "--raw",
    "--no-abbrev",
    "--topo-order",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-notes",
    "--encoding=UTF-8",
    "--format=tformat:%H%x00%P%x00%ct%x00%an%x00%ae%x00%(trailers:only,unfold)",
)
"""Options for a log that `commits` can read; add a revision, `--`, and paths. Merges list only what they changed."""


class Person(NamedTuple):
    """A name and e-mail address as someone wrote them, cleaned."""

    name: str
    email: str

    def __str__(self) -> str:
        return self.name or self.email or "unknown"


class Change(NamedTuple):
    """One path a commit changed; blob is zeros when it was deleted."""

    status: str
    blob: str
    path: str
    before: str | None = None
    """The path before a rename."""

    @property
    def deleted(self) -> bool:
        """True when the path is gone after the commit."""
        return not self.blob.strip("0")


class Commit(NamedTuple):
    """One commit of a log."""

    id: str
    parents: tuple[str, ...]
    """As the log was asked: rewritten to the paths' own history with `--parents`."""
    committed: datetime | None
    author: Person
    trailers: tuple[tuple[str, Person], ...]
    changes: tuple[Change, ...]


def commits(output: bytes) -> Iterator[Commit]:
    """The commits of a log, in its order."""
    tokens = iter(output.decode("utf-8", "surrogateescape").split("\0"))
    head = _header(tokens, next(tokens, ""))
    changes: list[Change] = []
    for token in tokens:
        # Between a header and its changes git writes a line feed, or for a merge one more NUL.
        text = token.lstrip("\n")
        if text.startswith(":"):
            changes.append(_change(text, tokens))
        elif text and head is not None:
            yield head._replace(changes=tuple(changes))
            head, changes = _header(tokens, text), []
    if head is not None:
        yield head._replace(changes=tuple(changes))


def _header(tokens: Iterator[str], ident: str) -> Commit | None:
    fields = [next(tokens, "") for _ in range(5)]
    if not ident:
        return None
    parents, committed, name, email, trailers = fields
    return Commit(
        ident, tuple(parents.split()), moment(committed), Person(clean(name), clean(email)), _trailers(trailers), ()
    )


def _change(meta: str, tokens: Iterator[str]) -> Change:
    # ":100644 100644 old new M", and for a merge of n parents "::" with n modes and n ids before the last of each.
    words = meta.split(" ")
    status, path = words[-1], next(tokens, "")
    if status[:1] in "RC" and meta.count(":", 0, 2) == 1:
        return Change(status, words[-2], next(tokens, ""), before=path)
    return Change(status, words[-2], path)


def _trailers(text: str) -> tuple[tuple[str, Person], ...]:
    found = []
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if colon:
            found.append((key.strip().casefold(), person(value)))
    return tuple(found)


def person(text: str) -> Person:
    """`Ada Lovelace <ada@example.org>` as a name and an address; either may be empty."""
    name, bracket, rest = text.rpartition("<")
    if not bracket:
        return Person("", clean(text)) if "@" in text and " " not in text.strip() else Person(clean(text), "")
    return Person(clean(name), clean(rest.partition(">")[0]))


def clean(text: str) -> str:
    """One line without control, zero-width or bidirectional characters; at most 200 characters."""
    kept = (" " if c in "\t\r\n" else c for c in text)
    visible = "".join(c for c in kept if c == " " or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    return " ".join(visible.split())[:200]


def moment(seconds: str) -> datetime | None:
    """The instant of a Unix time, or None when it is no date a calendar has."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None
