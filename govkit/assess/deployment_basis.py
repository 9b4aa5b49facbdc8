"""Which values of a column can be compared: those of one measure, under one load, on the same data, in one currency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from govkit.model.deployment import Cell, Deployment


class Basis(NamedTuple):
    """What a value must share with another to be compared with it."""

    kind: str
    """Measured or computed."""
    measure: str
    load: tuple[tuple[str, str], ...]
    data: str
    currency: str


def compared(rows: Sequence[Deployment], loaded: set[str]) -> Iterator[Deployment]:
    """The rows with every cell marked: comparable with what most rows have, or not, and why.

    `loaded` are the columns whose values mean nothing without a load.
    """
    columns = [cell.column for cell in rows[0].cells] if rows else []
    usual = {column: found for column in columns if (found := _usual(rows, column, column in loaded)) is not None}
    for row in rows:
        cells = [_marked(row, cell, usual.get(cell.column), cell.column in loaded) for cell in row.cells]
        yield row.model_copy(update={"cells": tuple(cells)})


def _usual(rows: Sequence[Deployment], column: str, loaded: bool) -> Basis | None:
    """The basis of most rows, of several the one that stands first; None where fewer than two have a value.

    One with a load goes before those without.
    """
    found = [
        basis_of(row, cell, loaded)
        for row in rows
        for cell in row.cells
        if cell.column == column and cell.value is not None
    ]
    stated = [basis for basis in found if basis.load] or found
    return Counter(stated).most_common(1)[0][0] if len(found) > 1 else None


def basis_of(row: Deployment, cell: Cell, loaded: bool) -> Basis:
    """What the value of a cell rests on."""
    first = cell.used[0] if cell.used else None
    computed = cell.state == "computed"
    return Basis(
        kind=cell.state,
        measure="" if computed or first is None else first.measure,
        load=tuple(sorted(row.load.items())) if loaded else (),
        data=first.dataset.id if first is not None and first.dataset is not None and not computed else "",
        currency=cell.currency or "",
    )


def _marked(row: Deployment, cell: Cell, usual: Basis | None, loaded: bool) -> Cell:
    if usual is None or cell.value is None:
        return cell
    own = basis_of(row, cell, loaded)
    apart, unsaid = list(_apart(own, usual)), list(_unsaid(cell, own, usual, loaded))
    if not apart and not unsaid:
        return cell.model_copy(update={"comparable": "yes"})
    return cell.model_copy(update={"comparable": "no" if apart else "unknown", "why": "; ".join((*apart, *unsaid))})


def _apart(own: Basis, usual: Basis) -> Iterator[str]:
    """In what a value differs from what most options have."""
    mine, theirs = dict(own.load), dict(usual.load)
    for key in sorted(mine.keys() & theirs.keys()):
        if mine[key] != theirs[key]:
            yield f"{key} {mine[key]}, not {theirs[key]}"
    if own.kind != usual.kind:
        yield f"{own.kind}, not {usual.kind}"
    elif own.measure != usual.measure:
        (tool, _, what), (other, _, same) = own.measure.partition("/"), usual.measure.partition("/")
        yield f"measured by {tool}, not {other}" if what == same else f"it is {own.measure}, not {usual.measure}"
    if own.data != usual.data:
        yield f"on {own.data or 'data nobody names'}, not {usual.data or 'data nobody names'}"
    if own.currency != usual.currency:
        yield f"in {own.currency or 'no stated currency'}, not {usual.currency or 'no stated currency'}"


def _unsaid(cell: Cell, own: Basis, usual: Basis, loaded: bool) -> Iterator[str]:
    """What one side says about the load and the other does not, and what a value does not say about its option."""
    mine, theirs = dict(own.load), dict(usual.load)
    if loaded and not mine:
        yield "the load is not stated"
    else:
        for one, other, words in ((theirs, mine, "stated elsewhere, not here"), (mine, theirs, "stated only here")):
            alone = ", ".join(f"{key} {one[key]}" for key in sorted(one.keys() - other.keys()))
            yield from (f"{alone}: {words}",) if alone else ()
    tokens = ("not-of-this-option", "load-not-stated") if loaded else ("not-of-this-option",)
    yield from (text.partition(": ")[2] for text in cell.doubts if text.startswith(tokens))
