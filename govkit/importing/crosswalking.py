"""Mappings as they are read, pair by pair. One mapping has two catalogs and one style; a file may hold several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from pydantic import ValidationError

from govkit.errors import Place, Problem
from govkit.importing.asked import Asked
from govkit.importing.drafting import MAX_ENTRIES, misfits, refuse
from govkit.model.catalog import Catalog, Mapping, Pair, Relationship, Style, Unmatched
from govkit.model.crosswalk import FITTING
from govkit.validation import unknown

Side = Literal["source", "target"]


class Ends(NamedTuple):
    """The two catalogs of a pair, by their ids here."""

    source: str
    target: str


class Row(NamedTuple):
    """One pair of the file."""

    ends: Ends
    pair: Pair
    where: Place


class Alone(NamedTuple):
    """An entry for which the file says that it looked and found no counterpart."""

    side: Side
    catalog: str
    made: Unmatched
    where: Place


STYLED: tuple[Style, ...] = ("concept", "supportive", "set-theory", "structural")
STYLES: dict[Relationship, Style] = {word: style for style in STYLED for word in FITTING[style] if word != "none"}
"""The style a relationship belongs to."""


class Rows:
    """Pairs so far, and every Problem."""

    def __init__(self, asked: Asked, where: Place) -> None:
        self.asked, self.where = asked, where
        self.rows: list[Row] = []
        self.problems: list[Problem] = []
        self._made: list[Mapping] = []
        self._alone: list[Alone] = []
        self.kept_alone = 0
        """For how many entries the result says that nothing corresponds to them."""
        self.merged = 0
        """How many rows repeat a pair that stands already."""

    def add(self, where: Place, ends: Ends, source: str, target: str, **more: Any) -> None:
        """One pair, its ids as the file writes them."""
        written = {"source": source, "target": target}
        found = {side: self._id(getattr(ends, side), name, where) for side, name in written.items()}
        if None in found.values():
            return
        try:
            pair = Pair.model_validate({**found, **more})
        except ValidationError as error:
            self.problems += misfits(error, where, Pair, f"{source[:60]} > {target[:60]}")
            return
        self.rows.append(Row(ends, pair, where))

    def add_alone(self, where: Place, side: Side, catalog: str, name: str, note: str | None) -> None:
        """An entry without a counterpart; kept when the file is about two catalogs only."""
        meant = self._id(catalog, name, where)
        if meant is not None:
            made = Unmatched(id=meant, sources=("S1",), note=note)
            self._alone.append(Alone(side, catalog, made, where))

    def _id(self, catalog: str, name: str, where: Place) -> str | None:
        """The id of a requirement here, from what the file writes: as printed, an alias, or with other separators."""
        known = self.asked.library.catalogs.get(catalog)
        if known is None:
            return None  # a Problem of its own, once for the catalog
        for spelled in (name, name.replace("_", " "), name.replace("-", " "), name.replace("-", " ", 1)):
            meant = self.asked.library.resolve(f"{catalog}:{spelled}")
            if len(meant) == 1:
                return meant[0].partition(":")[2]
        ids = [requirement.id for requirement in known.requirements]
        self.problems.append(unknown(name, ids, where, "requirement", f"`govkit show {catalog}` lists them"))
        return None

    def mappings(self, head: dict[str, Any], stem: str | None) -> tuple[Mapping, ...]:
        """One mapping for each two catalogs and style, `stem` in their ids; raises InputError with every Problem."""
        groups: dict[tuple[Ends, Style], list[Row]] = {}
        for row in self._single():
            groups.setdefault((row.ends, self._style(row)), []).append(row)
        if len(self.rows) > MAX_ENTRIES:
            what = f"holds {len(self.rows)} pairs, more than the {MAX_ENTRIES} that are read"
            self.problems.append(Problem(self.where, "too-large", what, "import a part of it"))
        if not self.rows and not self.problems:
            fix = "get the file again, or another one"
            self.problems.append(Problem(self.where, "empty-catalog", "holds no pair", fix))
        refuse(self.problems)
        styles = Counter(ends for ends, _ in groups)
        for (ends, style), rows in groups.items():
            name = "__".join(ends) + (f"--{style}" if styles[ends] > 1 else "")
            name = name if stem is None else stem if len(groups) == 1 else f"{stem}--{name}"
            self._mapping(name, ends, style, rows, head, single=len(groups) == 1)
        refuse(self.problems)
        return tuple(self._made)

    def _style(self, row: Row) -> Style:
        """Of the relationship; a stated absence of one goes with the set relations of the same catalogs."""
        word = row.pair.relationship
        if word != "none":
            return STYLES[word]
        styles = {
            STYLES[r.pair.relationship] for r in self.rows if r.ends == row.ends and r.pair.relationship != "none"
        }
        order: tuple[Style, ...] = ("set-theory", "supportive", "concept")
        return next((style for style in order if style in styles), "concept")

    def _single(self) -> Iterator[Row]:
        """Each pair once. Rows that say different things of the same pair are kept as the weakest of them."""
        found: dict[tuple[Ends, str, str], list[Row]] = {}
        for row in self.rows:
            found.setdefault((row.ends, row.pair.source, row.pair.target), []).append(row)
        for rows in found.values():
            said = {row.pair.relationship for row in rows}
            self.merged += len(rows) - 1
            if "none" in said and len(said) > 1:
                what = f"{rows[0].pair.source} > {rows[0].pair.target} is said to be and not to be related"
                fix = f"decide, and take one out; the other stands at {rows[0].where}"
                self.problems.append(Problem(rows[-1].where, "contradiction", what, fix))
            else:
                yield rows[0]._replace(pair=_joined([row.pair for row in rows], said))

    def _mapping(
        self, name: str, ends: Ends, style: Style, rows: list[Row], head: dict[str, Any], *, single: bool
    ) -> None:
        pairs = tuple(row.pair for row in rows)
        source, target = (self.asked.library.catalogs[end] for end in ends)
        plain = {"title": f"{source.title} to {target.title}"[:200], "basis": "published", **head}
        if single:
            plain["unmatched"] = self._unmatched(source, target, pairs)
        plain |= {"id": name, "source": ends.source, "target": ends.target, "style": style, "pairs": pairs}
        try:
            self._made.append(Mapping.model_validate({**plain, "counts": {"pairs": len(pairs)}}))
        except ValidationError as error:
            self.problems += misfits(error, self.where, Mapping, "the mapping")

    def _unmatched(self, source: Catalog, target: Catalog, pairs: tuple[Pair, ...]) -> dict[str, tuple[Unmatched, ...]]:
        """Entries of the two catalogs that are judged, stand in no pair, and are said to have no counterpart."""
        found: dict[str, tuple[Unmatched, ...]] = {}
        sides: tuple[tuple[Side, Catalog], ...] = (("source", source), ("target", target))
        for side, catalog in sides:
            paired = {getattr(pair, side) for pair in pairs if pair.relationship != "none"}
            free = {leaf.id for leaf in catalog.leaves()} - paired
            made = {
                item.made.id: item.made
                for item in self._alone
                if (item.side, item.catalog) == (side, catalog.id) and item.made.id in free
            }
            if made:
                found[side] = tuple(made.values())
                self.kept_alone += len(made)
        return found


def _joined(pairs: list[Pair], said: set[Relationship]) -> Pair:
    """One pair for several rows about the same two ids."""
    if len(pairs) == 1:
        return pairs[0]
    notes = list(dict.fromkeys(pair.note for pair in pairs if pair.note))
    if len(said) > 1:
        notes.append(f"The file says {', '.join(sorted(said))} of this pair, in different rows; the weakest is kept.")
    changes = {
        "relationship": pairs[0].relationship if len(said) == 1 else "related",
        "rationale": pairs[0].rationale if len(said) == 1 else None,
        "note": "\n".join(notes)[:20_000] or None,
        "reviewed_by": tuple(dict.fromkeys(name for pair in pairs for name in pair.reviewed_by)),
        "props": tuple(dict.fromkeys(prop for pair in pairs for prop in pair.props)),
    }
    return pairs[0].model_copy(update=changes)
