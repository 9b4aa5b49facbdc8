"""Options of deployment beside each other: for the terminal, and as CSV with one row a value."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import zip_longest
from string import ascii_uppercase

from govkit.export.columns import WIDTH, plural, unwrapped, wrapped
from govkit.export.soa import cell as safe
from govkit.model.assessment import Used
from govkit.model.deployment import Cell, Column, Deployment, DeploymentTable, PricePaid

MARKS = {
    "~": "computed, see --sources for the formula",
    "*": "not comparable with the value most options have, see below",
    "?": "nobody can tell whether it is comparable, see below",
    "!": "shown with a doubt, see below",
}
FIELDS = (
    "release", "option", "load", "column", "state", "value", "unit", "currency", "n", "n_basis", "low", "high", "level",
    "comparable", "why", "formula", "prices", "doubts", "measure", "path", "sha256", "place",
)  # fmt: skip
_GAP = 2


def deployments_text(table: DeploymentTable, *, sources: bool = False) -> str:
    """The table for a reader; every row has a letter, and what is to be said about a cell stands below."""
    return "\n".join(_lines(table, sources))


def _lines(table: DeploymentTable, sources: bool) -> Iterator[str]:
    names = [name for name, _ in zip(_letters(), table.rows, strict=False)]
    many = plural(len(table.rows), "option")
    yield wrapped(f"{many} of {plural(len(table.releases), 'release')} compared as of {table.as_of:%Y-%m-%d %H:%M} UTC")
    for note in table.notes:
        yield wrapped(note.partition(": ")[2] or note)
    yield ""
    for name, row in zip(names, table.rows, strict=True):
        models = f"; model {', '.join(row.models)}" if row.models else ""
        yield wrapped(f"{row.release}: {_said(row.option, 'option not stated')}; {_load(row)}{models}", 4, f"{name:<4}")
    shown = [column for column in table.columns if _worth_showing(table, column)]
    for part in _parts(table, shown):
        yield ""
        yield from _table(names, table.rows, part)
    yield from _below(table, names, shown)
    if sources:
        yield from _all_sources(table, names)


def _letters() -> Iterator[str]:
    yield from ascii_uppercase
    yield from (f"{one}{other}" for one in ascii_uppercase for other in ascii_uppercase)
    yield from (str(number) for number in range(1, 100_000))


def _said(stated: Mapping[str, str], nothing: str) -> str:
    return ", ".join(f"{key[:80]} {text[:80]}" for key, text in stated.items()) or nothing


def _load(row: Deployment) -> str:
    return f"load: {_said(row.load, 'not stated')}"


def _cell_of(row: Deployment, column: Column) -> Cell:
    return next(cell for cell in row.cells if cell.column == column.id)


def _worth_showing(table: DeploymentTable, column: Column) -> bool:
    cells = [_cell_of(row, column) for row in table.rows]
    return any(cell.state != "not-measured" or cell.why for cell in cells)


def _texts(cell: Cell) -> list[str]:
    """The lines of a cell: the value with its marks, its interval, and what it rests on."""
    if cell.value is None:
        return [{"not-measured": "not measured", "unusable": "does not count", "several": "several"}[cell.state]]
    marks = "~" if cell.state == "computed" else ""
    marks += {"no": "*", "unknown": "?"}.get(cell.comparable or "", "")
    marks += "!" if _shown_doubts(cell) else ""
    lines = [f"{figure(cell.value, cell)}{marks}"]
    if cell.interval is not None:
        lines.append(f"{figure(cell.interval.low, cell)} to {figure(cell.interval.high, cell)}")
    return [*lines, f"n {cell.n:,}" if cell.n is not None else "n not known"]


_SAID_ELSEWHERE = (
    "from-binding",
    "not-of-this-option",
    "load-not-stated",
    "at-this-load",
    "requests-stated",
    "answered-only",
)


def _shown_doubts(cell: Cell) -> list[str]:
    """Doubts that are about the number itself; the others are with the formula, or the reason not to compare."""
    return [doubt for doubt in cell.doubts if not doubt.startswith(_SAID_ELSEWHERE)]


def figure(value: float, cell: Cell) -> str:
    """A number of a cell with at most four significant digits: shares in percent, bytes in GB."""
    if cell.unit == "proportion":
        return f"{_plain(value * 100)} %"
    if cell.unit == "bytes":
        return f"{_plain(value / 1e9)} GB"
    return f"{_plain(value)} {cell.currency}" if cell.currency else _plain(value)


def _plain(value: float) -> str:
    """At most four significant digits, never in powers of ten."""
    if abs(value) >= 1e3 or (value == int(value) and abs(value) < 1e15):
        return f"{value:,.0f}"
    return format(Decimal(f"{value:.4g}"), "f")


_UNITS = {"currency": "", "bytes": "", "proportion": ""}


def _head(column: Column) -> list[str]:
    unit = _UNITS.get(column.unit or "", column.unit or "")
    words = column.title.split(" ")
    half = (len(words) + 1) // 2
    lines = [" ".join(words[:half]), " ".join(words[half:])] if len(column.title) > 14 else [column.title]
    return [*lines, unit] if unit else lines


def _parts(table: DeploymentTable, columns: Sequence[Column]) -> Iterator[list[Column]]:
    """Columns that fit beside each other on one screen."""
    part: list[Column] = []
    room = WIDTH - 4
    for column in columns:
        width = _width(table.rows, column) + _GAP
        if part and width > room:
            yield part
            part, room = [], WIDTH - 4
        part.append(column)
        room -= width
    if part:
        yield part


def _width(rows: Iterable[Deployment], column: Column) -> int:
    texts = [*_head(column), *(text for row in rows for text in _texts(_cell_of(row, column)))]
    return max(len(text) for text in texts)


def _table(names: Sequence[str], rows: Sequence[Deployment], columns: Sequence[Column]) -> Iterator[str]:
    widths = [_width(rows, column) for column in columns]

    def lines(name: str, cells: Iterable[list[str]]) -> Iterator[str]:
        for number, texts in enumerate(zip_longest(*cells, fillvalue="")):
            padded = (f"{text:<{width + _GAP}}" for text, width in zip(texts, widths, strict=True))
            yield f"{name if number == 0 else '':<4}{''.join(padded)}".rstrip()

    yield from lines("", [_head(column) for column in columns])
    for name, row in zip(names, rows, strict=True):
        yield from lines(name, [_texts(_cell_of(row, column)) for column in columns])


def _below(table: DeploymentTable, names: Sequence[str], shown: Sequence[Column]) -> Iterator[str]:
    """What the marks mean, why there is no value or no comparison, and what nobody measured."""
    cells = [
        (name, column, _cell_of(row, column)) for column in shown for name, row in zip(names, table.rows, strict=True)
    ]
    used = {mark for _, _, cell in cells for mark in MARKS if cell.value is not None and mark in _texts(cell)[0]}
    if used:
        yield ""
        yield from (f"{mark}   {MARKS[mark]}" for mark in MARKS if mark in used)
    said: dict[str, dict[str, list[str]]] = {}
    for name, column, cell in cells:
        for text in (*([cell.why] if cell.why else ()), *_shown_doubts(cell)):
            said.setdefault(text, {}).setdefault(name, []).append(column.title)
    if said:
        yield ""
        for text, places in said.items():
            where = "; ".join(f"{name} {', '.join(titles)}" for name, titles in places.items())
            yield wrapped(f"{where}: {text}", 4, "")
    absent = [column.title for column in table.columns if column not in shown]
    if absent and table.rows:
        yield ""
        yield wrapped(f"not measured for any option: {', '.join(absent)}")


def _all_sources(table: DeploymentTable, names: Sequence[str]) -> Iterator[str]:
    yield ""
    yield "Sources"
    for name, row in zip(names, table.rows, strict=True):
        for column in table.columns:
            cell = _cell_of(row, column)
            if cell.used or cell.prices:
                yield wrapped(f"{name} {column.title}: {_texts(cell)[0]}", 2)
                yield from (unwrapped(line, 6) for line in _sources(cell))


def _sources(cell: Cell) -> Iterator[str]:
    if cell.formula:
        yield cell.formula
    yield from (_price(paid) for paid in cell.prices)
    for one in cell.used:
        yield f"{one.path} sha256:{one.sha256} {one.place or '/'} {one.measure}{_tool(one)}"
    yield from cell.doubts


def _tool(one: Used) -> str:
    if one.tool is None:
        return ""
    return f", {one.tool.name} {one.tool.version}" if one.tool.version else f", {one.tool.name}"


def _price(paid: PricePaid) -> str:
    price = paid.price
    per = price.per.replace("-", " ")
    units = "" if price.units == 1 else f" x {price.units:g}"
    until = f", until {price.until}" if price.until else ""
    stale = ", STALE" if paid.stale else ""
    amount = f"{price.amount:g} {price.currency} per {per}{units}"
    return f"price {price.id}: {amount}; {price.source}; {price.on}{until}{stale}"


def deployments_csv(table: DeploymentTable) -> str:
    """One row a value, also where there is none; cells that a spreadsheet would execute begin with an apostrophe."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(FIELDS)
    for row in table.rows:
        for one in row.cells:
            values = _flat(row, one)
            # csv.writer puts no quotes round a bare carriage return, and no reader takes it then.
            writer.writerow([safe(values.get(field)).replace("\r", " ") for field in FIELDS])
    return stream.getvalue()


def _flat(row: Deployment, cell: Cell) -> dict[str, object]:
    first, span = (cell.used[0] if cell.used else None), cell.interval
    plain = cell.model_dump(include={"column", "state", "value", "unit", "currency", "n", "n_basis", "comparable"})
    return plain | {
        "value": cell.value if cell.value is not None else cell.state.replace("-", " "),
        "release": row.release,
        "option": "; ".join(f"{key}={text}" for key, text in row.option.items()),
        "load": "; ".join(f"{key}={text}" for key, text in row.load.items()),
        "low": span.low if span else None,
        "high": span.high if span else None,
        "level": span.level if span else None,
        "why": cell.why,
        "formula": cell.formula,
        "prices": "; ".join(_price(paid) for paid in cell.prices),
        "doubts": "; ".join(cell.doubts),
        "measure": "; ".join(dict.fromkeys(one.measure for one in cell.used)),
        "path": "; ".join(dict.fromkeys(one.path for one in cell.used)),
        "sha256": "; ".join(dict.fromkeys(one.sha256 for one in cell.used)),
        "place": first.place if first else None,
    }
