"""What is wrong in a profile: rules that lead nowhere, say nothing new, or rest on nothing. Reads nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import product
from operator import or_
from typing import NamedTuple, get_args

from govkit.catalogs.reading import Origin, Parsed
from govkit.catalogs.tailoring import fits, is_glob, matching, named
from govkit.errors import Problem
from govkit.model.catalog import Catalog
from govkit.model.control import SystemKind
from govkit.model.profile import Position, Profile, Rule
from govkit.model.project import Role, Tier
from govkit.validation import duplicates, unknown
from govkit.yaml_lines import Path as Spot

MAX_RULES, MAX_PATTERNS = 500, 5_000
"""Most rules of a profile, and most ids and globs in all of them; every rule is held against all others.

Source: govkit judgement; the largest shipped profile has 33 rules with 126 ids and globs."""

POSITIONS = tuple(product(get_args(Role), get_args(SystemKind), get_args(Tier)))


class Spoken(NamedTuple):
    """A rule with what it names and for whom, as bits: one for each judged requirement, one for each position."""

    rule: Rule
    spot: Spot
    ids: int
    positions: int


def profile_problems(profile: Parsed[Profile], catalogs: Mapping[str, Catalog], unread: bool) -> list[Problem]:
    """What is wrong in one profile, held against the catalogs; `unread` says that some catalog is broken."""
    origin, rules = profile.origin, profile.entries["rules"].good
    found: list[Problem] = []
    if profile.record is not None and not rules:
        fix = "write one under `rules:`: a catalog, and why it is worth looking at"
        found.append(Problem(origin.place(), "empty-profile", "the profile has no rule", fix))
    patterns = sum(len(rule.include) + len(rule.exclude) for rule, _ in rules)
    if len(rules) > MAX_RULES or patterns > MAX_PATTERNS:
        what = f"the profile has {len(rules)} rules with {patterns} ids and globs"
        fix = f"keep to {MAX_RULES} rules and {MAX_PATTERNS} ids and globs; name groups instead of what is below them"
        return [Problem(origin.place("rules"), "too-many-rules", what, fix)]
    if len({rule.id for rule, _ in rules}) < len(rules):
        found += duplicates([(rule.id, origin.place(*spot, "id")) for rule, spot in rules], "rule")
    declared = {source.id for source in profile.record.sources} if profile.record else None
    used = {rule.catalog for rule, _ in rules} & catalogs.keys()
    bits = {name: {leaf.id: 1 << n for n, leaf in enumerate(catalogs[name].leaves())} for name in used}
    spoken: dict[str, list[Spoken]] = {}
    for rule, spot in rules:
        for index, name in enumerate(rule.sources):
            if declared is not None and name not in declared:
                place = origin.place(*spot, "sources", index)
                found.append(unknown(name, declared, place, "source", "see `sources:` of the profile"))
        catalog = catalogs.get(rule.catalog)
        if catalog is not None:
            ids = named(rule, catalog)
            found += _patterns(origin, rule, spot, catalog, ids)
            judged = sum(bit for name, bit in bits[rule.catalog].items() if name in ids)
            spoken.setdefault(rule.catalog, []).append(Spoken(rule, spot, judged, _positions(rule)))
        elif not unread:
            listing = f"known: {', '.join(catalogs)}"
            found.append(unknown(rule.catalog, catalogs, origin.place(*spot, "catalog"), "catalog", listing))
    for others in spoken.values():
        found += _shadowed(origin, others)
    return [*found, *_parameters(profile, catalogs)]


def _patterns(origin: Origin, rule: Rule, spot: Spot, catalog: Catalog, ids: frozenset[str]) -> Iterator[Problem]:
    """Ids the catalog does not have, globs that fit nothing, and a rule that takes out all it brings in."""
    known = [item.id for item in catalog.requirements]
    listing = f"`govkit show {catalog.id}` lists them"
    lost = False
    for key, patterns in (("include", rule.include), ("exclude", rule.exclude)):
        for index, pattern in enumerate(patterns):
            if matching([pattern], known):
                continue
            lost = True
            place = origin.place(*spot, key, index) if key in rule.model_fields_set else origin.place(*spot)
            if is_glob(pattern):
                what = f"{pattern!r} fits no entry of {catalog.id}"
                yield Problem(place, "empty-pattern", what, f"correct it or remove it; {listing}")
            else:
                yield unknown(pattern, known, place, "requirement", listing)
    if not ids and not lost:
        fix = "remove the rule, or what its `exclude` takes out too much"
        yield Problem(origin.place(*spot), "empty-rule", f"the rule {rule.id} names nothing", fix)


def _shadowed(origin: Origin, rules: Sequence[Spoken]) -> Iterator[Problem]:
    """Rules without which every requirement would be in, and bind, for the same positions; the later one is told."""
    alive = list(rules)
    for mine in reversed(rules):
        others = [
            item
            for item in alive
            if item is not mine
            and (item.rule.binding or not mine.rule.binding)
            and item.ids & mine.ids
            and item.positions & mine.positions
        ]
        if mine.ids and _covered(mine, others):
            alive.remove(mine)
            names = ", ".join(item.rule.id for item in others)
            what = f"the rule {mine.rule.id} changes nothing: {names} bring in all that it names"
            yield Problem(origin.place(*mine.spot), "shadowed-rule", what, "remove it, or name what only it is for")


def _covered(mine: Spoken, others: Sequence[Spoken]) -> bool:
    if mine.ids & ~_together(others):
        return False  # the cheap question first: whoever it is for
    asked = (1 << n for n in range(len(POSITIONS)) if mine.positions >> n & 1)
    return not any(mine.ids & ~_together(item for item in others if item.positions & one) for one in asked)


def _together(rules: Iterable[Spoken]) -> int:
    return reduce(or_, (item.ids for item in rules), 0)


def _positions(rule: Rule) -> int:
    """The positions a rule is for, as bits."""
    return sum(1 << number for number, each in enumerate(POSITIONS) if fits(rule, Position(*each)))


def _parameters(profile: Parsed[Profile], catalogs: Mapping[str, Catalog]) -> Iterator[Problem]:
    record = profile.record
    if record is None or not record.set_parameters or not set(record.catalogs()) <= catalogs.keys():
        return
    known = {p.id for name in record.catalogs() for r in catalogs[name].requirements for p in r.params}
    for name in record.set_parameters:
        if name not in known:
            place = profile.origin.place("set_parameters", name)
            yield unknown(name, known, place, "parameter", "parameters stand at the requirements of the catalogs")
