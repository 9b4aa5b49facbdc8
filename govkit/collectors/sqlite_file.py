"""An SQLite file opened so that nothing is written and little can go wrong: no journal, no lock, no views, bounds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from govkit.collectors.source import Source
from govkit.collectors.values import name
from govkit.errors import CollectorError

MAGIC = b"SQLite format 3\0"

_WORK = 50_000_000
"""Steps of SQLite's machine after which a query is given up.

Source: govkit judgement; an MLflow store of 2,000 runs takes some 5 million.
"""
_LONGEST = 16 * 1024 * 1024
"""Bytes of one value. Source: govkit judgement; longer ones are transcripts, which are not read."""

_MOST_ROWS = 200_000


def has_tables(source: Source, needed: frozenset[str]) -> bool | None:
    """Whether an SQLite file has these tables; None when it is too broken to tell. Never raises."""
    if source.is_folder or not source.head.startswith(MAGIC):
        return False
    try:
        with opened(source) as database:
            return database.tables.keys() >= needed
    except CollectorError:
        return None


_FAULTS = (sqlite3.Error, UnicodeDecodeError)
"""What a damaged file makes sqlite3 raise; the second for a name of a column that is no UTF-8."""


class Database:
    """The tables of an open file; raises CollectorError."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        # Views and virtual tables are left out: what they run is up to whoever made the file.
        listed = self.rows("SELECT name, name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE TABLE%'")
        self.tables = {str(table): self._columns(str(table)) for table, _ in listed[:500]}

    def _columns(self, table: str) -> frozenset[str]:
        quoted = table.replace('"', '""')
        return frozenset(str(row[1]) for row in self.rows(f'PRAGMA table_info("{quoted}")'))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query, up to a bound."""
        try:
            found = self._connection.execute(query).fetchmany(_MOST_ROWS + 1)
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise too_large() from error
            raise _broken(error) from error
        except (sqlite3.Error, OverflowError) as error:
            raise _broken(error) from error
        if len(found) > _MOST_ROWS:
            raise too_large()
        return found

    def select(self, table: str, *columns: str, keys: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
        """These columns of a table, None for one that this version does not have; `keys` picks rows by their key."""
        known = self.tables.get(table, frozenset())
        if not known:
            return []
        wanted = ", ".join(f'"{column}"' if column in known else "NULL" for column in columns)
        chosen = f" WHERE key IN ({', '.join(map(repr, keys))})" if keys else ""
        return self.rows(f'SELECT {wanted} FROM "{table}"{chosen}')  # noqa: S608  (all names are ours, not the file's)


def too_large() -> CollectorError:
    """The refusal of a file with more in it than is read."""
    fix = "keep fewer runs in the file, or export those that matter"
    return CollectorError("holds more than can be read as evidence", fix=fix, ident="too-large")


def _broken(error: Exception) -> CollectorError:
    fix = "copy the file again while no program has it open"
    return CollectorError(f"is a broken SQLite file: {name(str(error), 200)}", fix=fix)


@contextmanager
def opened(source: Source) -> Iterator[Database]:
    """The database; raises CollectorError for a file that is broken, cut off or no database."""
    _whole(source)
    address = source.path.resolve().as_uri() + "?mode=ro&immutable=1"
    try:
        connection = sqlite3.connect(address, uri=True)
    except _FAULTS as error:
        raise _broken(error) from error
    try:
        left = [_WORK // 10_000]

        def spent() -> int:
            left[0] -= 1
            return left[0] < 0

        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        connection.set_progress_handler(spent, 10_000)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "query_only = ON"):
            connection.execute(f"PRAGMA {pragma}")
        yield Database(connection)
    except _FAULTS as error:
        raise _broken(error) from error
    finally:
        connection.close()


def _whole(source: Source) -> None:
    """Raises CollectorError for a file that is shorter than it says."""
    head = source.head
    size = int.from_bytes(head[16:18], "big") if len(head) >= 100 else 0
    pages = int.from_bytes(head[28:32], "big")
    page = 65536 if size == 1 else size
    if not head.startswith(MAGIC) or (head[24:28] == head[92:96] and page * pages > source.size):
        fix = "copy the file again while no program has it open"
        what = "is cut off" if head.startswith(MAGIC) else "is not an SQLite file"
        raise CollectorError(what, fix=fix)
