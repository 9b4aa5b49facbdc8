"""Scores of very many items in little memory: 28 bytes a row, 44 where items hang together."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from functools import lru_cache
from struct import Struct
from typing import NamedTuple

from govkit.collectors.values import item_key
from govkit.errors import CollectorError

MOST_ROWS = 3_000_000
"""Scored rows of one entry. Source: govkit judgement; measured, a process with 2 million takes 200 MB."""

MOST_GROUPS = 10_000
"""Groups of one entry. Source: govkit judgement; as many as there may be measurements of one entry."""

_ALONE = Struct("<16sdI")
_TOGETHER = Struct("<16sdI16s")
_NO_CLUSTER = bytes(16)


@lru_cache(maxsize=1 << 14)
def _digest(key: str) -> bytes:
    """The key of an item as it is kept; several entries of a mapping sum up the same items."""
    return bytes.fromhex(item_key(key))


class Item(NamedTuple):
    """One item; rows of one item count once, with their mean."""

    key: str
    """32 hexadecimal characters."""
    score: float
    cluster: str | None


class Group(NamedTuple):
    """The scores of the items of a group, or of all."""

    scores: array[float]
    clusters: int | None
    """How many groups the items hang together in; one without a group stands alone. None where none hang together."""


class Tally:
    """Rows by the first byte of their item's key, so that rows of one item lie in one heap."""

    def __init__(self, *, clustered: bool) -> None:
        self.rows = 0
        self.groups: dict[tuple[str, ...], int] = {}
        """Number of every group, in the order in which they came."""
        self._packed = _TOGETHER if clustered else _ALONE
        self._heaps = [bytearray() for _ in range(256)]

    def add(self, key: str, score: float, group: tuple[str, ...], cluster: str | None) -> None:
        """One row; raises CollectorError when there are too many."""
        self.rows += 1
        if self.rows > MOST_ROWS:
            fix = "split the file, or pick fewer rows with `where`"
            raise CollectorError(f"more than {MOST_ROWS} rows give a score", fix=fix, ident="too-large")
        number = self.groups.setdefault(group, len(self.groups))
        if number >= MOST_GROUPS:
            fix = "let `by` name something with fewer values"
            raise CollectorError(f"`by` gives more than {MOST_GROUPS} groups", fix=fix, ident="too-large")
        digest = _digest(key)
        stated = [digest, score, number]
        if self._packed is _TOGETHER:
            stated.append(_digest(cluster) if cluster is not None else _NO_CLUSTER)
        self._heaps[digest[0]] += self._packed.pack(*stated)

    def items(self) -> Iterator[Item]:
        """Every item once, by ascending key."""
        for heap in self._heaps:
            rows: dict[bytes, _Rows] = {}
            for digest, score, _, *cluster in self._packed.iter_unpack(heap):
                _put(rows, digest, score, cluster)
            for digest in sorted(rows):
                one = rows[digest]
                cluster_key = one.cluster.hex() if one.cluster != _NO_CLUSTER else None
                yield Item(digest.hex(), one.total / one.times, cluster_key)

    def whole(self) -> Group:
        """All items."""
        gathered = _Gathered()
        for heap in self._heaps:
            rows: dict[bytes, _Rows] = {}
            for digest, score, _, *cluster in self._packed.iter_unpack(heap):
                _put(rows, digest, score, cluster)
            gathered.take(rows)
        return gathered.group()

    def by_group(self) -> dict[tuple[str, ...], Group]:
        """The items of every group; an item with rows in several counts in each, with its rows there."""
        gathered = [_Gathered() for _ in self.groups]
        for heap in self._heaps:
            rows: dict[int, dict[bytes, _Rows]] = {}
            for digest, score, number, *cluster in self._packed.iter_unpack(heap):
                _put(rows.setdefault(number, {}), digest, score, cluster)
            for number, inside in rows.items():
                gathered[number].take(inside)
        return {group: gathered[number].group() for group, number in self.groups.items()}


class _Rows:
    """What the rows of one item add up to."""

    __slots__ = ("cluster", "times", "total")

    def __init__(self) -> None:
        self.total, self.times, self.cluster = 0.0, 0, _NO_CLUSTER


def _put(rows: dict[bytes, _Rows], digest: bytes, score: float, cluster: list[bytes]) -> None:
    one = rows.get(digest)
    if one is None:
        one = rows[digest] = _Rows()
    one.total += score
    one.times += 1
    if cluster and cluster[0] != _NO_CLUSTER:
        one.cluster = cluster[0]


class _Gathered:
    def __init__(self) -> None:
        self._scores: array[float] = array("d")
        self._clusters: set[bytes] = set()
        self._alone = 0

    def take(self, rows: dict[bytes, _Rows]) -> None:
        for one in rows.values():
            self._scores.append(one.total / one.times)
            if one.cluster == _NO_CLUSTER:
                self._alone += 1
            else:
                self._clusters.add(one.cluster)

    def group(self) -> Group:
        named = len(self._clusters)
        return Group(self._scores, named + self._alone if named else None)
