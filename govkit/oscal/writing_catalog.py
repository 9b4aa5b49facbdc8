"""Catalog → OSCAL catalog. Every field is carried; docs/oscal.md says where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from govkit.errors import InputError, Place, Problem
from govkit.model.catalog import Catalog, Parameter, Requirement
from govkit.oscal.heads import YEARS, Order, Writing, day, metadata, publisher, whole, written_day
from govkit.oscal.layout import Branch, layout
from govkit.oscal.naming import NAMESPACE, Named, identifiers, is_token, token
from govkit.oscal.properties import Json, encoded, kebab, marker, prop
from govkit.oscal.writing_controls import offered

OWN_WORDS = "own-words"
"""The statement is govkit's summary."""
VERBATIM = "verbatim"
"""The statement is the standard's text."""

OSCAL_ID = "oscal-id"
"""Property of a requirement that came with another identifier than its printed id would give."""

HEAD = frozenset({"id", "title", "publisher", "edition", "published", "as_of", "sources", "requirements", "controls"})
NATIVE = frozenset(
    {"id", "aliases", "kind", "parent", "title", "summary", "expected_evidence", "related", "text", "params", "props"}
)
NAMES = frozenset(map(kebab, Requirement.model_fields))
CATALOG_NAMES = frozenset(map(kebab, Catalog.model_fields))
PARAMETER_NAMES = frozenset(map(kebab, Parameter.model_fields))

NO_TEXT = "Statements are summaries in the catalog's own words. The text of the publication is not included."


def catalog_document(catalog: Catalog) -> Json:
    """The catalog as an OSCAL 1.2.3 document: plain dicts, the same for the same catalog.

    Raises InputError when two entries have one id, or a date cannot be said in OSCAL.
    """
    _check(catalog)
    writing = Writing("catalog", catalog, catalog.id)
    tokens = identifiers_of(catalog.requirements)
    writing.ids.taken |= set(tokens.values())
    for source in catalog.sources:
        writing.source(source)
    order = Order(len(catalog.requirements) + len(catalog.controls))
    writer = _Writer(writing, tokens, {entry.id: order.next() for entry in catalog.requirements})
    made: dict[str, list[Json]] = {"controls": [], "groups": []}
    for branch in layout(catalog):
        made["groups" if branch.group else "controls"].append(writer.entry(branch))
    made["groups"] += offered(writing, catalog.controls, order)
    return whole("catalog", writing, {"metadata": _metadata(writing, catalog), **made})


def identifiers_of(requirements: Iterable[Requirement]) -> dict[str, str]:
    """Id as printed → OSCAL identifier in the catalog. An identifier that a requirement came with is kept."""
    return identifiers(Named(entry.id, entry.kind, given_identifier(entry)) for entry in requirements)


def given_identifier(requirement: Requirement) -> str | None:
    """The OSCAL identifier it came with, if that differs from what its id would give."""
    return next((p.value for p in requirement.props if (p.ns, p.name) == (NAMESPACE, OSCAL_ID)), None)


def statement_id(identifier: str) -> str:
    """The id of the statement of a control; findings of assessments point at it."""
    return f"{identifier}_smt"


def overview_id(identifier: str) -> str:
    """The id of the text of a group."""
    return f"{identifier}_ovw"


def _check(catalog: Catalog) -> None:
    names = [*(entry.id for entry in catalog.requirements), *(control.id for control in catalog.controls)]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        fix = "give one another id; `govkit check` names the lines"
        what = f"the id {twice[0]!r} stands twice, and an OSCAL document needs each once"
        raise InputError([Problem(Place(catalog.id), "duplicate-id", what, fix)])


def _metadata(writing: Writing, catalog: Catalog) -> Json:
    head: dict[str, Any] = {"title": catalog.title, "version": catalog.edition}
    head["last-modified"] = written_day(catalog.as_of, catalog.id, "as_of")
    leave = HEAD | {"props"}
    if catalog.published.year in YEARS:
        head["published"] = day(catalog.published)
    else:
        leave -= {"published"}
    props = [*encoded(catalog, leave), *writing.foreign(catalog.props, CATALOG_NAMES)]
    silent = catalog.requirements and all(entry.text is None for entry in catalog.requirements)
    return metadata(writing, {**head, **publisher(writing, catalog.publisher)}, props, NO_TEXT if silent else None)


class _Writer:
    """Writes the entries of one catalog."""

    def __init__(self, writing: Writing, tokens: dict[str, str], order: dict[str, str]) -> None:
        self.writing, self.tokens, self.order = writing, tokens, order

    def entry(self, branch: Branch) -> Json:
        """A group or control, with what stands below it."""
        entry, identifier = branch.entry, self.tokens[branch.entry.id]
        known = all(name in self.tokens for name in entry.related)
        leave = NATIVE - ({"parent"} if not branch.nested else set()) - (set() if known else {"related"})
        leave -= set() if is_token(entry.kind) else {"kind"}
        made: Json = {
            "id": identifier,
            "class": entry.kind if is_token(entry.kind) else token(entry.kind),
            "title": entry.title,
            "params": [self.parameter(item) for item in entry.params],
            "props": [*self.names(entry), *encoded(entry, leave), *self.writing.foreign(entry.props, NAMES)],
            "links": [{"href": f"#{self.tokens[name]}", "rel": "related"} for name in entry.related if known],
            "parts": [*self.wording(entry, identifier, branch.group), *self.evidence(entry, identifier)],
            "groups": [self.entry(item) for item in branch.below if item.group],
            "controls": [self.entry(item) for item in branch.below if not item.group],
        }
        return {key: value for key, value in made.items() if value != []}

    def names(self, entry: Requirement) -> list[Json]:
        """Printed id, place in the catalog, other names: properties that OSCAL knows."""
        other = [{"name": "alt-identifier", "value": name} for name in entry.aliases]
        return [{"name": "label", "value": entry.id}, {"name": "sort-id", "value": self.order[entry.id]}, *other]

    def wording(self, entry: Requirement, identifier: str, group: bool) -> list[Json]:
        """The statement: the text of the publication where it may be shown, else our summary of it."""
        name = "overview" if group else "statement"
        ident = self.writing.ids.take(overview_id(identifier) if group else statement_id(identifier))
        said = marker("wording", OWN_WORDS if entry.text is None else VERBATIM)
        made: Json = {"id": ident, "name": name, "props": [said], "prose": entry.text or entry.summary}
        if entry.text is None:
            return [made]
        ident = self.writing.ids.take(f"{identifier}_sum")
        return [made, {"id": ident, "name": "summary", "ns": NAMESPACE, "prose": entry.summary}]

    def evidence(self, entry: Requirement, identifier: str) -> list[Json]:
        """What a reader would expect to be shown, one part each."""
        take = self.writing.ids.take
        return [
            {"id": take(f"{identifier}_evi-{n}"), "name": "expected-evidence", "ns": NAMESPACE, "prose": text}
            for n, text in enumerate(entry.expected_evidence, start=1)
        ]

    def parameter(self, item: Parameter) -> Json:
        """A value left open, under its own id when OSCAL takes it."""
        identifier = self.writing.ids.take(item.id if is_token(item.id) else token(item.id))
        leave = {"label", "props"} | ({"id"} if identifier == item.id else set())
        made: Json = {"id": identifier}
        if item.label is not None:
            made["label"] = item.label
        made |= parameter_values(item.values, item.choices, leave)
        props = [*encoded(item, leave), *self.writing.foreign(item.props, PARAMETER_NAMES)]
        return {**made, "props": props} if props else made


def parameter_values(values: tuple[str, ...], choices: tuple[str, ...], leave: set[str]) -> Json:
    """Values or choices as OSCAL has them; adds to `leave` what is carried so. OSCAL takes one of the two."""
    if values and all(prop("values", value)["value"] == value for value in values):
        leave.add("values")
        return {"values": list(values)}
    if not values and choices and all("\n" not in choice for choice in choices):
        leave.add("choices")
        return {"select": {"choice": list(choices)}}
    return {}
