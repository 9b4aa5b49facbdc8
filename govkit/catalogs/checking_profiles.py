"""What is wrong in a profile: rules that lead nowhere, say nothing new, or rest on nothing. Reads nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple, get_args

from govkit.catalogs.reading import Origin, Parsed
from govkit.catalogs.tailoring import is_glob, matching, named
from govkit.errors import Problem
from govkit.model.catalog import Catalog
from govkit.model.control import SystemKind
from govkit.model.profile import Profile, Rule
from govkit.model.project import Role, Tier
from govkit.validation import duplicates, unknown
from govkit.yaml_lines import Path as Spot


class Spoken(NamedTuple):
    """A rule with what it names."""

    rule: Rule
    spot: Spot
    ids: frozenset[str]
    """Only those that are judged."""


def profile_problems(profile: Parsed[Profile], catalogs: Mapping[str, Catalog], unread: bool) -> list[Problem]:
    """What is wrong in one profile, held against the catalogs; `unread` says that some catalog is broken."""
    origin, rules = profile.origin, profile.entries["rules"].good
    found: list[Problem] = []
    if profile.record is not None and not rules:
        fix = "write one under `rules:`: a catalog, and why it is worth looking at"
        found.append(Problem(origin.place(), "empty-profile", "the profile has no rule", fix))
    if len({rule.id for rule, _ in rules}) < len(rules):
        found += duplicates([(rule.id, origin.place(*spot, "id")) for rule, spot in rules], "rule")
    declared = {source.id for source in profile.record.sources} if profile.record else None
    used = {rule.catalog for rule, _ in rules} & catalogs.keys()
    judged = {name: {leaf.id for leaf in catalogs[name].leaves()} for name in used}
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
            spoken.setdefault(rule.catalog, []).append(Spoken(rule, spot, ids & judged[rule.catalog]))
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
        others = [item for item in alive if item is not mine and (item.rule.binding or not mine.rule.binding)]
        if mine.ids and _covered(mine, others):
            alive.remove(mine)
            names = ", ".join(item.rule.id for item in others if item.ids & mine.ids)
            what = f"the rule {mine.rule.id} changes nothing: {names} bring in all that it names"
            yield Problem(origin.place(*mine.spot), "shadowed-rule", what, "remove it, or name what only it is for")


def _covered(mine: Spoken, others: Sequence[Spoken]) -> bool:
    if not mine.ids <= frozenset().union(*(item.ids for item in others)):
        return False  # the cheap question first: whoever it is for
    return all(
        mine.ids <= frozenset().union(*(item.ids for item in others if _is_for(item.rule, *position)))
        for position in product(*_positions(mine.rule))
    )


def _positions(rule: Rule) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The roles, kinds and tiers a rule is for."""
    return rule.roles or get_args(Role), rule.kinds or get_args(SystemKind), rule.tiers or get_args(Tier)


def _is_for(rule: Rule, role: str, kind: str, tier: str) -> bool:
    roles, kinds, tiers = _positions(rule)
    return role in roles and kind in kinds and tier in tiers


def _parameters(profile: Parsed[Profile], catalogs: Mapping[str, Catalog]) -> Iterator[Problem]:
    record = profile.record
    if record is None or not record.set_parameters or not set(record.catalogs()) <= catalogs.keys():
        return
    known = {p.id for name in record.catalogs() for r in catalogs[name].requirements for p in r.params}
    for name in record.set_parameters:
        if name not in known:
            place = profile.origin.place("set_parameters", name)
            yield unknown(name, known, place, "parameter", "parameters stand at the requirements of the catalogs")
