"""SSSOM/TSV mapping sets: pairs between terms of several vocabularies.

Format: SSSOM 1.0, https://mapping-commons.github.io/sssom/spec/. A YAML block behind `#` (or a file of its own), then
tab-separated columns, of which `subject_id`, `predicate_id`, `object_id` and `mapping_justification` must be there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from govkit.errors import Place, Problem
from govkit.importing.asked import Asked
from govkit.importing.cleaning import one_line, prose
from govkit.importing.crosswalking import Ends, Rows, Side
from govkit.importing.drafting import dropping, lacking, origin, refuse
from govkit.importing.sniffed import Sniffed
from govkit.importing.source import Source
from govkit.importing.sssom_ends import Vocabularies
from govkit.importing.sssom_file import NEEDED, Block, parted
from govkit.importing.sssom_ours import is_ours, slots, state
from govkit.importing.sssom_words import NEGATED, NO_TERM, READ, UNDECIDED, Guide, kept_columns, pair_of
from govkit.model.imported import Dropped, Imported
from govkit.validation import record

TITLE = "SSSOM/TSV"
UNSPECIFIED = "https://w3id.org/sssom/license/unspecified"
"""What SSSOM writers put when no address names the licence."""

ROWS = {
    "negated": "the row says what two entries are not; only the denial of every relationship is one of our words",
    "without a counterpart": "they speak of one kind of match only, or another row pairs the entry, or the file is "
    "about more than two catalogs; named in the properties of the mapping",
    "of a plain text": "a pair needs an id at both ends",
    "of a vocabulary left out": "`leave_out` in the file of --mapping names it",
}
META_READ = {
    *("mapping_set_title", "mapping_set_description", "mapping_set_version", "mapping_set_id", "license", "comment"),
    *("publication_date", "mapping_date", "curie_map", "extension_definitions", "sssom_version", "govkit"),
}


def sniff(source: Source, asked: Asked) -> Sniffed | None:  # noqa: ARG001  (every format is asked alike)
    """The first line that is no comment names the columns every such file has."""
    for line in (source.text or "").splitlines():
        if not line.startswith("#"):
            named = {cell.strip().strip('"') for cell in line.split("\t")}
            found = {"subject_id", "predicate_id", "object_id"} <= named
            return Sniffed("sssom", None, "has the columns of SSSOM") if found else None
    return None


def read(source: Source, asked: Asked) -> Imported:
    """One mapping for each two catalogs and style; raises InputError with every Problem."""
    block = parted(source, asked)
    meta: dict[str, Any] = block.metadata.value or {}
    problems: list[Problem] = []
    guide = record(Guide, block.metadata, ("govkit",), meta.get("govkit") or {}, problems)
    refuse(problems)
    assert guide is not None
    reading = Reading(source, asked, block, guide)
    for line, row in block.rows:
        reading.add(Place(source.shown, line), row)
    refuse(reading.rows.problems)
    head = _head(source, asked, meta)
    if reading.alone:
        head["props"] = tuple({"name": "no-term-found", "value": name} for name in dict.fromkeys(reading.alone))
    mappings = reading.rows.mappings(head, asked.id)
    return Imported(
        file=source.file,
        format=TITLE,
        format_version=str(meta["sssom_version"])[:200] if meta.get("sssom_version") else None,
        mappings=mappings,
        ids="The part of each identifier behind its prefix, looked up in the catalog the prefix stands for.",
        dropped=tuple(reading.dropped()),
        doubts=_doubts(reading.rows),
    )


class Reading:
    """The rows of one file, one after the other, and what became of those that are no pairs."""

    def __init__(self, source: Source, asked: Asked, block: Block, guide: Guide) -> None:
        self.guide, self.block = guide, block
        self.meta: dict[str, Any] = block.metadata.value or {}
        self.rows = Rows(asked, Place(source.shown))
        self.names = Vocabularies(asked, guide, self.meta, block.metadata, self.rows.problems)
        self.columns, self.ours = slots(self.meta), is_ours(self.meta)
        self.alone: list[str] = []
        """Entries without a counterpart that no field of a mapping can hold."""
        self._dropped: Counter[str] = Counter()
        self._alone = 0

    def add(self, where: Place, row: dict[str, str]) -> None:
        """One pair, or the reason why it is none."""
        if "rdfs literal" in (row.get("subject_type"), row.get("object_type")):
            self._dropped["of a plain text"] += 1
            return
        empty = [name for name in NEEDED if not row.get(name) and not (name == NEEDED[3] and row.get("match_type"))]
        if empty:
            fix = "SSSOM lets no mapping stand without it; mend the row"
            self.rows.problems += [Problem(where, "missing-entry", f"{name} is empty", fix) for name in empty]
        elif NO_TERM in (row["subject_id"], row["object_id"]):
            self._without(where, row)
        else:
            self._pair(where, row)

    def _without(self, where: Place, row: dict[str, str]) -> None:
        self._alone += 1
        sides: tuple[tuple[Side, str], ...] = (("source", row["subject_id"]), ("target", row["object_id"]))
        for side, curie in sides:
            if curie == NO_TERM or self.names.left_out(curie):
                continue
            if (row["predicate_id"] not in UNDECIDED and not self.ours) or row.get("predicate_modifier"):
                self.alone.append(one_line(curie)[:200])
            elif (term := self.names.term(curie, where)) is not None:
                self.rows.add_alone(where, side, term.catalog, term.id, prose(row.get("comment")))

    def _pair(self, where: Place, row: dict[str, str]) -> None:
        subject, object_ = row["subject_id"], row["object_id"]
        made = pair_of(row, self.guide, self.columns, where, self.rows.problems)
        source, target = self.names.term(subject, where), self.names.term(object_, where)
        if made is NEGATED:
            self._dropped["negated"] += 1
        elif source is None or target is None:
            self._dropped["of a vocabulary left out"] += self.names.left_out(subject) or self.names.left_out(object_)
        elif made is not None:
            self.rows.add(where, Ends(source.catalog, target.catalog), source.id, target.id, **made)

    def dropped(self) -> Iterator[Dropped]:
        """Rows that became nothing, cells that nothing reads, and slots of the metadata."""
        rows = self._dropped + Counter({"without a counterpart": self._alone - self.rows.kept_alone})
        for what, count in sorted((+rows).items()):
            yield dropping(f"rows {what}", count, ROWS[what])
        used = {*READ, *kept_columns(self.columns), *self.columns.values()}
        cells = Counter(name for _, row in self.block.rows for name, cell in row.items() if cell and name not in used)
        for name, count in sorted(cells.items()):
            yield dropping(f"cells of {name[:150]!r}", count, "a pair has no place for it")
        slots = sorted(str(name)[:80] for name in self.meta if name not in META_READ)
        if slots:
            yield dropping("slots of the metadata", len(slots), ", ".join(slots)[:2000])


def _head(source: Source, asked: Asked, meta: dict[str, Any]) -> dict[str, Any]:
    described = meta.get("mapping_set_description")
    title, licence = meta.get("mapping_set_title"), prose(meta.get("license"))
    stated: dict[str, Any] = {
        "title": one_line(str(title or described or ""))[:200] or None,
        "as_of": meta.get("publication_date") or meta.get("mapping_date") or state(meta),
        "licence": f"Unspecified, as the file says ({licence})." if licence == UNSPECIFIED else licence,
        "status": "As the file states it; not reviewed by govkit.",
        "disclosure": "\n\n".join(filter(None, (prose(described) if title else None, prose(meta.get("comment")))))
        or None,
    }
    stated |= {key: value for key, value in asked.head.items() if key in stated}
    stated = {key: value for key, value in stated.items() if value is not None}
    refuse(lacking(source, stated, ("as_of", "licence")))
    if stated.get("title") is None:
        stated.pop("title", None)
    named = one_line(str(meta.get("mapping_set_version") or ""))[:200] or None
    return {**stated, "sources": (origin(source, named),)}


def _doubts(rows: Rows) -> tuple[str, ...]:
    sets = [row for row in rows.rows if row.pair.relationship in ("subset_of", "superset_of")]
    found = []
    if rows.merged:
        found.append(f"Rows that repeat a pair: {rows.merged}; they were joined with it.")
    if sets:
        found.append(
            f"Rows with skos:broadMatch or skos:narrowMatch: {len(sets)}. By SKOS the object is the broader or the "
            "narrower one; some authors mean it the other way round. Compare a few rows with their comments."
        )
    return tuple(found)
