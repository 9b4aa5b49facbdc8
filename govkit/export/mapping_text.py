"""A mapping between two catalogs for the terminal: where it comes from, how much rests on one reading, every pair."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from govkit.export.columns import plural, row, wrapped
from govkit.model.catalog import Mapping, Pair
from govkit.model.crosswalk import Alone, Crosswalk, Edge, readings

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

NEVER_CHAINED = (
    "A pair says where the same evidence may help again, never that one requirement fulfils the other. Mappings are"
    " never chained: A to B and B to C say nothing about A and C."
)


def mappings_text(mappings: Sequence[Mapping]) -> Iterator[str]:
    """The mappings there are, each with what it says about itself."""
    yield f"{plural(len(mappings), 'mapping')} between catalogs"
    for mapping in mappings:
        yield ""
        yield f"  {mapping.id}"
        yield wrapped(mapping.title, 4)
        yield wrapped(f"{mapping.source} > {mapping.target}, {mapping.style} style, {mapping.basis}", 4)
        yield wrapped(f"{readings_sentence(mapping)}; reviewed by {reviewers(mapping)}", 4)
    yield ""
    yield wrapped("`govkit map A B` shows one, from either side. " + NEVER_CHAINED)


def crosswalk_text(crosswalk: Crosswalk) -> Iterator[str]:
    """One mapping in the direction that is asked for."""
    mapping = crosswalk.mapping
    yield wrapped(mapping.title)
    yield wrapped(f"{crosswalk.source.id} > {crosswalk.target.id}, mapping {mapping.id}")
    if crosswalk.turned:
        yield wrapped(f"Stored as {mapping.source} > {mapping.target}; shown turned round, relationship words too.")
    yield ""
    yield wrapped(f"{readings_sentence(mapping)}. Reviewed by {reviewers(mapping)}.")
    yield ""
    yield from _origin(mapping)
    for _, group in groupby(crosswalk.edges, key=lambda edge: edge.source):
        yield from _edges(crosswalk, list(group))
    yield from _alone(crosswalk.source.id, crosswalk.source_alone, len(crosswalk.source.leaves()))
    yield from _alone(crosswalk.target.id, crosswalk.target_alone, len(crosswalk.target.leaves()))
    yield ""
    yield wrapped(NEVER_CHAINED)


def readings_sentence(mapping: Mapping) -> str:
    """How much rests on one reading: `54 of 70 pairs rest on one reading, 16 on two`."""
    counted, total = readings(mapping), len(mapping.pairs)
    unknown = counted.pop(None, 0)
    if not counted:
        return f"for none of {plural(total, 'pair')} is it recorded how many readings show it" if total else "no pair"
    parts = [
        f"{pairs} of {plural(total, 'pair')} rest{'s' * (pairs == 1)} on {_number(number)} reading{'s' * (number > 1)}"
        if index == 0
        else f"{pairs} on {_number(number)}"
        for index, (number, pairs) in enumerate((n, c) for n, c in counted.items() if n is not None)
    ]
    return ", ".join([*parts, *([f"for {unknown} the number is not recorded"] if unknown else [])])


def reviewers(mapping: Mapping) -> str:
    """Who reviewed the whole mapping, or `nobody`."""
    return ", ".join(mapping.reviewed_by) or "nobody"


def strength(edge: Edge) -> str:
    """On what a pair rests: confidence, readings, manner, how it was printed, who reviewed it, a remark."""
    pair = edge.pair
    agreed = plural(pair.agreement, "reading") if pair.agreement else "readings not recorded"
    printed = edge.source_as_printed or edge.target_as_printed
    parts = (
        f"confidence {pair.confidence}" if pair.confidence else "confidence not stated",
        f"{agreed} ({', '.join(pair.sources)})" if pair.sources else agreed,
        f"{pair.rationale} rationale" if pair.rationale else "",
        f"{pair.basis} basis" if pair.basis else "",
        f"printed as {printed}" if printed not in (None, pair.target) else "",
        f"reviewed by {', '.join(pair.reviewed_by)}" if pair.reviewed_by else "",
    )
    said = ", ".join(filter(None, parts))
    return f"{said}; {pair.note}" if pair.note else said


def relation(word: str, pair: Pair) -> str:
    """`is supported by (integral to)`: the word, and how it supports."""
    manner = f" ({pair.property_.replace('-', ' ')})" if pair.property_ else ""
    return f"{word.replace('_', ' ')}{manner}"


def _number(number: int) -> str:
    return NUMBERS[number] if number < len(NUMBERS) else str(number)


def _origin(mapping: Mapping) -> Iterator[str]:
    rationale = f", {mapping.rationale} rationale" if mapping.rationale else ""
    yield wrapped(f"{mapping.style}{rationale}; basis: {mapping.basis}", 15, "  Style        ")
    yield wrapped(mapping.status, 15, "  Status       ")
    yield wrapped(str(mapping.as_of), 15, "  Known as of  ")
    yield wrapped(mapping.licence, 15, "  Licence      ")
    for source in mapping.sources:
        commit = f", commit {source.commit}" if source.commit else ""
        what = f": {said}" if (said := source.what or source.checked) else ""
        label = "  Sources      " if source is mapping.sources[0] else " " * 15
        yield wrapped(f"{source.id}  {source.ref}{commit}{what}", 15, label)
    if mapping.disclosure:
        yield wrapped(mapping.disclosure, 15, "  Read first   ")


def _edges(crosswalk: Crosswalk, edges: Iterable[Edge]) -> Iterator[str]:
    titles = {item.id: item.title for item in crosswalk.target.requirements}
    sources = {item.id: item.title for item in crosswalk.source.requirements}
    for index, edge in enumerate(edges):
        if index == 0:
            yield ""
            yield row(edge.source, sources[edge.source], 16)
        yield row(f"  {relation(edge.relationship, edge.pair)}  {edge.target}", titles[edge.target], 34)
        yield wrapped(strength(edge), 6)


def _alone(catalog: str, alone: Sequence[Alone], judged: int) -> Iterator[str]:
    yield ""
    if not alone:
        yield wrapped(f"Every judged id of {catalog} stands in a pair.")
        return
    yield wrapped(f"In no pair: {len(alone)} of {judged} judged ids of {catalog}")
    silent = [item.requirement.id for item in alone if item.stated is None]
    for item in alone:
        if item.stated:
            note = f" {item.stated.note}" if item.stated.note else ""
            said = f"{item.requirement.title}. {', '.join(item.stated.sources)}: no counterpart.{note}"
            yield row(f"  {item.requirement.id}", said, 34)
    if silent:
        yield wrapped(f"nobody says whether there is a counterpart: {', '.join(silent)}", 4, "  ")
