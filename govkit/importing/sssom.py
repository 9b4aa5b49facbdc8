"""SSSOM/TSV mapping sets: pairs between terms of several vocabularies.

Format: SSSOM 1.0, https://mapping-commons.github.io/sssom/spec/. A YAML block behind `#` (or a file of its own), then
tab-separated columns, of which `subject_id`, `predicate_id`, `object_id` and `mapping_justification` must be there.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Any, NamedTuple

from govkit.errors import InputError, Place, Problem
from govkit.importing.asked import Asked
from govkit.importing.cleaning import one_line, prose
from govkit.importing.crosswalking import Ends, Rows
from govkit.importing.drafting import lacking, origin, refuse
from govkit.importing.sniffed import Sniffed
from govkit.importing.source import MAX_ALIASES, Source
from govkit.importing.sssom_ends import Vocabularies
from govkit.importing.sssom_words import NEGATED, NO_TERM, Guide, pair_of
from govkit.model.imported import Dropped, Imported
from govkit.validation import record
from govkit.yaml_lines import Document, load_yaml

TITLE = "SSSOM/TSV"
NEEDED = ("subject_id", "predicate_id", "object_id", "mapping_justification")

REASONS = {
    "negated": "the row says what two entries are not; only the denial of every relationship is one of our words",
    "without a counterpart": "`sssom:NoTermFound`: the ids are listed in the properties of the mapping",
    "of a plain text": "a pair needs an id at both ends",
    "of a vocabulary left out": "`leave_out` in the file of --mapping names it",
}


class Block(NamedTuple):
    """The two parts of a file."""

    metadata: Document
    rows: list[tuple[int, dict[str, str]]]
    """Line, and column to cell."""


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
    block = _block(source, asked)
    meta: dict[str, Any] = block.metadata.value or {}
    problems: list[Problem] = []
    guide = record(Guide, block.metadata, ("govkit",), meta.get("govkit") or {}, problems)
    refuse(problems)
    assert guide is not None
    rows = Rows(asked, Place(source.shown))
    names = Vocabularies(asked, guide, meta, block.metadata, rows.problems)
    dropped: Counter[str] = Counter()
    alone: list[str] = []
    for line, row in block.rows:
        _row(Place(source.shown, line), row, guide, names, rows, dropped, alone)
    refuse(rows.problems)
    head = _head(source, asked, meta)
    if alone:
        head["props"] = tuple({"name": "no-term-found", "value": name} for name in dict.fromkeys(alone))
    return Imported(
        file=source.file,
        format=TITLE,
        format_version=str(meta["sssom_version"])[:200] if meta.get("sssom_version") else None,
        mappings=rows.mappings(head, asked.id),
        ids="The part of each identifier behind its prefix, looked up in the catalog the prefix stands for.",
        dropped=tuple(Dropped(what=f"rows {what}", count=n, why=REASONS[what]) for what, n in sorted(dropped.items())),
        doubts=_doubts(rows),
    )


def _block(source: Source, asked: Asked) -> Block:
    """Metadata and rows; raises InputError."""
    if source.text is None:
        raise InputError([Problem(Place(source.shown), "broken-table", "not UTF-8 text", "SSSOM files are UTF-8")])
    lines = source.text.split("\n")
    above = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    if above and asked.described is not None and set(asked.described.value) - {"govkit"}:
        fix = "take one of the two away: SSSOM allows the metadata in the file or beside it, never both"
        what = "the file has metadata of its own, and --mapping gives more"
        raise InputError([Problem(Place(asked.described.path), "several-parts", what, fix)])
    metadata = _metadata([line[1:] for line in lines[:above]], source.shown, asked)
    return Block(metadata, _rows(source, "\n".join(lines[above:]), above))


def _metadata(block: list[str], shown: str, asked: Asked) -> Document:
    """The YAML block of the file, with `govkit:` of a file of the user's own; else the whole of that file."""
    given = asked.described
    blanks = min((len(line) - len(line.lstrip(" ")) for line in block if line.strip()), default=0)
    text = "\n".join(line[blanks:] for line in block)
    found = load_yaml(text.encode(), shown, most_aliases=MAX_ALIASES)
    if found.value is not None and not isinstance(found.value, dict):
        what, fix = "the metadata should be `key: value` lines", "get the file again; SSSOM asks for YAML behind each #"
        raise InputError([Problem(found.place(), "bad-value", what, fix)])
    if given is None:
        return found
    whole = {**(found.value or {}), **given.value}
    return Document(given.path, whole, {**found.spots, **given.spots})


def _rows(source: Source, table: str, above: int) -> list[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(table, newline=""), delimiter="\t", strict=True)
    found: list[tuple[int, dict[str, str]]] = []
    problems: list[Problem] = []
    header: list[str] = []
    try:
        for cells in reader:
            where = Place(source.shown, above + reader.line_num)
            if not header:
                header = [cell.strip() for cell in cells]
                problems += _unfit_header(header, where)
            elif any(cell.strip() for cell in cells):
                if len(cells) > len(header):
                    fix = "put a value that holds a tab or a line break between double quotes"
                    what = f"{len(cells)} cells under {len(header)} columns"
                    problems.append(Problem(where, "broken-table", what, fix))
                found.append((where.line, dict(zip(header, map(str.strip, cells), strict=False))))
    except csv.Error as error:
        where = Place(source.shown, above + reader.line_num)
        fix = "a value that holds a tab, a line break or a double quote stands between double quotes"
        problems.append(Problem(where, "broken-table", f"the table cannot be read: {error}", fix))
    refuse(problems)
    return found


def _unfit_header(header: list[str], where: Place) -> list[Problem]:
    missing = [name for name in NEEDED if name not in header and not (name == NEEDED[3] and "match_type" in header)]
    twice = [name for name, count in Counter(header).items() if count > 1 and name]
    fix = "SSSOM asks for it; get the file again, or export it with a current tool"
    found = [Problem(where, "missing-entry", f"there is no column {name!r}", fix) for name in missing]
    return [
        *found,
        *(Problem(where, "duplicate-id", f"the column {name!r} stands twice", "keep one") for name in twice),
    ]


def _row(
    where: Place,
    row: dict[str, str],
    guide: Guide,
    names: Vocabularies,
    rows: Rows,
    dropped: Counter[str],
    alone: list[str],
) -> None:
    """One pair, or the reason why it is none."""
    if "rdfs literal" in (row.get("subject_type"), row.get("object_type")):
        dropped["of a plain text"] += 1
        return
    empty = [name for name in NEEDED if not row.get(name) and not (name == NEEDED[3] and row.get("match_type"))]
    if empty:
        fix = "SSSOM lets no mapping stand without it; mend the row"
        rows.problems += [Problem(where, "missing-entry", f"{name} is empty", fix) for name in empty]
        return
    if NO_TERM in (row["subject_id"], row["object_id"]):
        alone += [one_line(row[side])[:200] for side in ("subject_id", "object_id") if row[side] != NO_TERM]
        dropped["without a counterpart"] += 1
        return
    made = pair_of(row, guide, where, rows.problems)
    subject, object_ = (names.term(row[side], where) for side in ("subject_id", "object_id"))
    if made is NEGATED:
        dropped["negated"] += 1
    elif subject is None or object_ is None:
        dropped["of a vocabulary left out"] += names.left_out(row["subject_id"]) or names.left_out(row["object_id"])
    elif made is not None:
        rows.add(where, Ends(subject.catalog, object_.catalog), subject.id, object_.id, **made)


def _head(source: Source, asked: Asked, meta: dict[str, Any]) -> dict[str, Any]:
    stated: dict[str, Any] = {
        "title": one_line(str(meta.get("mapping_set_title") or meta.get("mapping_set_description") or ""))[:200]
        or None,
        "as_of": meta.get("publication_date") or meta.get("mapping_date"),
        "licence": prose(meta.get("license")),
        "status": "As the file states it; not reviewed by govkit.",
        "disclosure": prose(meta.get("comment")),
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
