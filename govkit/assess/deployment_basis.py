"""Which values of a column can be compared: those of one measure, under one load, on the same data, in one currency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from govkit.assess.deployment_values import brief
from govkit.model.deployment import Cell, Deployment

SAME_LENGTH = 1.1
"""By how much tokens of a request may differ between loads that are the same. Source: govkit judgement; time grows with
the tokens of the answer, and differences of options that people act on are of that size."""


_MOST_WEIGHED = 200  # rows looked at to find the length most have


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


class Usual(NamedTuple):
    """What most rows have in a column."""

    basis: Basis
    lengths: dict[str, float]
    """Tokens of a request in the one of these rows that is like most of them."""


def _usual(rows: Sequence[Deployment], column: str, loaded: bool) -> Usual | None:
    """The basis of most rows, of several the one that stands first; None where fewer than two have a value.

    One with a load goes before those without.
    """
    found = [
        (basis_of(row, cell, loaded), row.lengths)
        for row in rows
        for cell in row.cells
        if cell.column == column and cell.value is not None
    ]
    if len(found) < 2:
        return None
    stated = [basis for basis, _ in found if basis.load] or [basis for basis, _ in found]
    most = Counter(stated).most_common(1)[0][0]
    lengths = [stated for basis, stated in found if basis == most and stated]
    lengths = lengths[:_MOST_WEIGHED]
    alike = [sum(not list(_longer(one, other)) for other in lengths) for one in lengths]
    return Usual(most, lengths[alike.index(max(alike))] if lengths else {})


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


def _marked(row: Deployment, cell: Cell, usual: Usual | None, loaded: bool) -> Cell:
    if usual is None or cell.value is None:
        return cell
    own = basis_of(row, cell, loaded)
    apart = [*_apart(own, usual.basis), *(_longer(row.lengths, usual.lengths) if loaded else ())]
    unsaid = list(_unsaid(cell, own, usual.basis, loaded))
    if not apart and not unsaid:
        return cell.model_copy(update={"comparable": "yes"})
    return cell.model_copy(update={"comparable": "no" if apart else "unknown", "why": "; ".join((*apart, *unsaid))})


def _apart(own: Basis, usual: Basis) -> Iterator[str]:
    """In what a value differs from what most options have."""
    mine, theirs = dict(own.load), dict(usual.load)
    for key in sorted(mine.keys() & theirs.keys()):
        if mine[key] != theirs[key]:
            yield f"{brief(key)} {brief(mine[key])}, not {brief(theirs[key])}"
    if own.kind != usual.kind:
        yield f"{own.kind}, not {usual.kind}"
    elif own.measure != usual.measure:
        (tool, _, what), (other, _, same) = own.measure.partition("/"), usual.measure.partition("/")
        yield f"measured by {tool}, not {other}" if what == same else f"it is {own.measure}, not {usual.measure}"
    if own.data != usual.data:
        yield f"on {own.data or 'data nobody names'}, not {usual.data or 'data nobody names'}"
    if own.currency != usual.currency:
        yield f"in {own.currency or 'no stated currency'}, not {usual.currency or 'no stated currency'}"


def _longer(mine: dict[str, float], theirs: dict[str, float]) -> Iterator[str]:
    """Requests or answers of another length are another load, whatever the conditions say."""
    for side in sorted(mine.keys() & theirs.keys()):
        less, more = sorted((mine[side], theirs[side]))
        if more > SAME_LENGTH * less:
            yield f"{mine[side]:.4g} {side} tokens a request, not {theirs[side]:.4g}"


def _unsaid(cell: Cell, own: Basis, usual: Basis, loaded: bool) -> Iterator[str]:
    """What one side says about the load and the other does not, and what a value does not say about its option."""
    mine, theirs = dict(own.load), dict(usual.load)
    if loaded and not mine:
        yield "the load is not stated"
    else:
        for one, other, words in ((theirs, mine, "stated elsewhere, not here"), (mine, theirs, "stated only here")):
            alone = ", ".join(f"{brief(key)} {brief(one[key])}" for key in sorted(one.keys() - other.keys()))
            yield from (f"{alone}: {words}",) if alone else ()
    tokens = ("not-of-this-option", "load-not-stated") if loaded else ("not-of-this-option",)
    yield from (text.partition(": ")[2] for text in cell.doubts if text.startswith(tokens))
