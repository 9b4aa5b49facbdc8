"""Records of every shape that the models allow, for properties that must hold for all of them."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple, get_args
from uuid import UUID

from hypothesis import strategies as st

from govkit.model.catalog import (
    Basis,
    Catalog,
    Confidence,
    Mapping,
    Milestone,
    Pair,
    Parameter,
    Property,
    Rationale,
    Relationship,
    Requirement,
    Source,
    Style,
)
from govkit.model.control import Control, Criterion
from govkit.model.profile import Profile, Rule
from govkit.oscal.naming import NAMESPACE

VISIBLE = st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp"))


def names(longest: int = 12) -> st.SearchStrategy[str]:
    """Ids and titles: one line, visible characters."""
    drawn = st.text(VISIBLE, min_size=1, max_size=longest).map(str.strip).filter(bool)
    return drawn | st.sampled_from(
        ["6.1.2", "A.6.2.4", "a.6.2.4", "MEASURE 2.3", "Art. 9(2)(a)", "_", "-", "é", "json"]
    )


def texts() -> st.SearchStrategy[str]:
    """Prose, blanks and odd line breaks included."""
    odd = st.sampled_from(
        ["two\nlines", " edge ", "\t", "a\u2028b", "x\x85y", "\ufeffz", "in the remarks", "{}", "null"]
    )
    return st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20) | odd


def days() -> st.SearchStrategy[date]:
    # From 2000: the pattern of NIST's schema has no leap day in a year that begins with 19.
    return st.dates(date(2000, 1, 1), date(2999, 12, 31))


def optional(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def some(strategy: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=most).map(tuple)


def properties() -> st.SearchStrategy[Property]:
    """Of others and ours; plain ones and ones that OSCAL would refuse."""
    uuid = st.uuids(version=4).map(str) | st.just(str(UUID(int=1))) | names()
    return st.builds(
        Property,
        name=names()
        | st.sampled_from(["label", "sort-id", "alt-identifier", "kind", "oscal-id", "foreign-property", "wording"]),
        value=texts() | names(),
        ns=optional(names() | st.sampled_from([NAMESPACE, "http://csrc.nist.gov/ns/oscal", "https://example.org/ns"])),
        class_=optional(names()),
        group=optional(names()),
        uuid=optional(uuid),
        remarks=optional(texts()),
    )


def sources() -> st.SearchStrategy[Source]:
    free = optional(st.text(max_size=8) | texts())
    return st.builds(Source, id=names(), ref=texts(), commit=free, checked=free, what=free)


def parameters() -> st.SearchStrategy[Parameter]:
    return st.builds(
        Parameter,
        id=names(),
        label=optional(names()),
        values=some(texts()),
        choices=some(texts()),
        props=some(properties(), 2),
    )


def requirements(ids: list[str]) -> st.SearchStrategy[tuple[Requirement, ...]]:
    """One for each id; parents and relations lead anywhere, also in circles and to nothing."""
    known = st.sampled_from(ids) | names() if ids else names()
    return st.tuples(
        *(
            st.builds(
                Requirement,
                id=st.just(ident),
                aliases=some(names()),
                kind=names() | st.sampled_from(["clause", "control", "category", "subcategory", "risk"]),
                parent=optional(known),
                title=names(),
                summary=texts(),
                expected_evidence=some(texts(), 2),
                documented_information=optional(st.sampled_from(["document", "no"])),
                related=some(known),
                roles=some(names()),
                applies_from=st.dictionaries(names(), days(), max_size=2),
                amended_by=optional(texts()),
                text=optional(texts()),
                params=some(parameters(), 2),
                props=some(properties(), 2),
            )
            for ident in ids
        )
    )


def criteria() -> st.SearchStrategy[Criterion]:
    numbers = st.floats(allow_nan=False, allow_infinity=False)
    bars = st.fixed_dictionaries({}) | st.one_of(
        st.fixed_dictionaries({"at_least": numbers}),
        st.fixed_dictionaries({"between": st.tuples(numbers, numbers).map(sorted).map(tuple)}),
        st.fixed_dictionaries({"reported": st.just(True)}),
    )
    rest = st.fixed_dictionaries(
        {"id": st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)?", fullmatch=True), "title": names(), "measure": names()},
        optional={
            "where": st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2),
            "unit": st.sampled_from(["count", "percent"]),
            "min_n": st.integers(1, 9),
            "confidence": st.floats(0.5, 1, exclude_min=True, exclude_max=True),
            "higher_is_better": st.booleans(),
            "source": texts(),
        },
    )
    return st.tuples(rest, bars).map(lambda pair: Criterion(**pair[0], **pair[1]))


def controls(ids: list[str]) -> st.SearchStrategy[tuple[Control, ...]]:
    return st.tuples(
        *(
            st.builds(
                Control,
                id=st.just(ident),
                title=names(),
                theme=names(),
                summary=texts(),
                expected_evidence=some(texts(), 2),
                method=st.sampled_from(["TEST", "EXAMINE"]),
                applies_to=some(st.sampled_from(["agent", "ranker"]), 2),
                requirements=some(names(), 2),
                criteria=st.lists(criteria(), max_size=2, unique_by=lambda item: item.id).map(tuple),
                owner=optional(names()),
            )
            for ident in ids
        )
    )


@st.composite
def catalogs(draw: st.DrawFn) -> Catalog:
    ids = draw(st.lists(names(), max_size=6, unique=True))
    split = draw(st.integers(0, len(ids)))
    return Catalog(
        id="c-1",
        title=draw(names()),
        publisher=draw(names()),
        edition=draw(names()),
        published=draw(days() | st.just(date(1789, 8, 26))),
        as_of=draw(days()),
        licence=draw(texts()),
        status=draw(texts()),
        sources=draw(st.lists(sources(), min_size=1, max_size=2).map(tuple)),
        notes=draw(some(texts())),
        judged=draw(optional(some(names()))),
        roles=draw(st.dictionaries(names(), texts(), max_size=2)),
        routes=draw(st.dictionaries(names(), texts(), max_size=2)),
        calendar=draw(some(st.builds(Milestone, on=days(), what=texts()), 2)),
        props=draw(some(properties(), 2)),
        counts=draw(st.dictionaries(names(), st.integers(0, 9), max_size=3)),
        requirements=draw(requirements(ids[:split])),
        controls=draw(controls(ids[split:])),
    )


def small_catalog(ident: str, ids: list[str]) -> Catalog:
    """Entries of every level, none below another."""
    kinds = ("control", "clause")
    entries = [Requirement(id=name, kind=kinds[n % 2], title=name, summary="s") for n, name in enumerate(ids)]
    return Catalog(
        id=ident,
        title=ident,
        publisher="p",
        edition="1",
        published=date(2026, 1, 1),
        as_of=date(2026, 1, 1),
        licence="l",
        status="s",
        sources=(Source(id="S1", ref="r"),),
        counts={},
        requirements=tuple(entries),
    )


class Crosswalk(NamedTuple):
    mapping: Mapping
    source: Catalog
    target: Catalog


@st.composite
def mappings(draw: st.DrawFn) -> Crosswalk:
    """A mapping, and catalogs that hold most of its ends."""
    ids = draw(st.lists(names(), min_size=1, max_size=4, unique=True))
    ends = st.sampled_from(ids) | names()
    cited = draw(st.lists(sources(), min_size=1, max_size=2).map(tuple))
    pairs = st.builds(
        Pair,
        source=ends,
        target=ends,
        relationship=st.sampled_from(get_args(Relationship)),
        target_as_printed=optional(names()),
        sources=some(st.sampled_from([source.id for source in cited]) | names()),
        agreement=optional(st.integers(1, 9)),
        confidence=optional(st.sampled_from(get_args(Confidence))),
        note=optional(texts()),
        rationale=optional(st.sampled_from(get_args(Rationale))),
        property_=optional(st.sampled_from(["example-of", "precedes"])),
        basis=optional(st.sampled_from(get_args(Basis))),
        reviewed_by=some(names()),
        props=some(properties(), 2),
    )
    mapping = Mapping(
        id=draw(names()),
        title=draw(names()),
        source="one",
        target=draw(st.sampled_from(["one", "two"])),
        style=draw(st.sampled_from(get_args(Style))),
        as_of=draw(days()),
        licence=draw(texts()),
        status=draw(texts()),
        basis=draw(st.sampled_from(get_args(Basis))),
        reviewed_by=draw(some(names())),
        disclosure=draw(optional(texts())),
        sources=cited,
        counts=draw(st.dictionaries(names(), st.integers(0, 9), max_size=2)),
        gaps=draw(st.dictionaries(st.sampled_from(["source", "target"]), some(ends), max_size=2)),
        rationale=draw(optional(st.sampled_from(get_args(Rationale)))),
        props=draw(some(properties(), 2)),
        pairs=draw(st.lists(pairs, min_size=1, max_size=4).map(tuple)),
    )
    one = small_catalog("one", ids)
    return Crosswalk(mapping, one, one if mapping.target == "one" else small_catalog("two", ids))


class Chosen(NamedTuple):
    profile: Profile
    catalogs: dict[str, Catalog]
    named: dict[str, list[str]]


@st.composite
def profiles(draw: st.DrawFn) -> Chosen:
    """A profile, the catalogs of its rules, and what each rule names."""
    short = draw(st.lists(names(), min_size=1, max_size=4, unique=True))
    ids = {
        name: [f"{name} {count} {item}"[:200].strip() for count, item in enumerate(short)] for name in ("one", "two")
    }
    rule = st.builds(
        Rule,
        id=st.from_regex(r"[a-z0-9]+", fullmatch=True),
        catalog=st.sampled_from(["one", "two"]),
        include=st.just(("*",)) | some(names()),
        exclude=some(names()),
        roles=some(st.sampled_from(["provider", "deployer"]), 2),
        kinds=some(st.sampled_from(["agent", "ranker"]), 2),
        tiers=some(st.sampled_from(["minimal", "high"]), 2),
        binding=st.booleans(),
        reason=texts(),
        otherwise=optional(texts()),
        sources=some(names()),
    )
    everything = Rule(id="a-1", catalog="one", reason="r")
    rules = (everything, *draw(st.lists(rule, max_size=3, unique_by=lambda item: item.id)))
    profile = Profile(
        id="p-1",
        title=draw(names()),
        publisher=draw(names()),
        edition=draw(names()),
        as_of=draw(days()),
        licence=draw(texts()),
        status=draw(texts()),
        summary=draw(texts()),
        sources=draw(st.lists(sources(), min_size=1, max_size=2).map(tuple)),
        set_parameters=draw(st.dictionaries(names(), some(texts()), max_size=2)),
        props=draw(some(properties(), 2)),
        rules=rules,
    )
    named = {item.id: draw(st.lists(st.sampled_from(ids[item.catalog]), max_size=3)) for item in rules}
    return Chosen(profile, {name: small_catalog(name, found) for name, found in ids.items()}, named)
