"""(catalogs, profile, position) → for every judged requirement: in or out, binding or not, and why. Pure.

Where two rules disagree, the one that brings in wins, and the one that binds. What no rule names is out, and says so.
A clause of a management-system standard is in whatever a profile says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from govkit.model.catalog import ALWAYS_BINDING, Catalog, Requirement
from govkit.model.profile import Position, Profile, Rule
from govkit.model.tailored import Tailored

UNNAMED = "No rule of the profile names it."
GLOB_SIGNS = frozenset("*?[")
CLAUSE = "A clause of a management-system standard binds whatever a profile says."


def tailor(profile: Profile, catalogs: Mapping[str, Catalog], position: Position) -> dict[str, Tailored]:
    """Full id of every judged requirement to what the profile says; only of given catalogs that the profile names."""
    found: dict[str, Tailored] = {}
    for name in profile.catalogs():
        catalog = catalogs.get(name)
        if catalog is None:
            continue
        rules = [(rule, named(rule, catalog)) for rule in profile.rules if rule.catalog == name]
        for leaf in catalog.leaves():
            speaking = [rule for rule, ids in rules if leaf.id in ids]
            found[f"{name}:{leaf.id}"] = _said(leaf, speaking, position)
    return found


def _said(leaf: Requirement, speaking: Sequence[Rule], position: Position) -> Tailored:
    fitting = [rule for rule in speaking if fits(rule, position)]
    if fitting:
        binding = leaf.kind in ALWAYS_BINDING or any(rule.binding for rule in fitting)
        return _tailored(True, binding, fitting, [rule.reason for rule in fitting])
    if leaf.kind in ALWAYS_BINDING:
        return Tailored(included=True, binding=True, reasons=(CLAUSE,))
    return _tailored(False, False, speaking, [why_not(rule, position) for rule in speaking] or [UNNAMED])


def _tailored(included: bool, binding: bool, rules: Sequence[Rule], reasons: Iterable[str]) -> Tailored:
    return Tailored(
        included=included,
        binding=binding,
        reasons=tuple(dict.fromkeys(reasons)),
        rules=tuple(rule.id for rule in rules),
        sources=tuple(dict.fromkeys(source for rule in rules for source in rule.sources)),
    )


def fits(rule: Rule, position: Position) -> bool:
    """True when the rule is for somebody in this position."""
    return (
        (not rule.roles or position.role in rule.roles)
        and (not rule.kinds or position.kind in rule.kinds)
        and (not rule.tiers or position.tier in rule.tiers)
    )


def why_not(rule: Rule, position: Position) -> str:
    """Why the rule is not for this position, in one or more sentences; it must not fit."""
    return " ".join([*_conditions(rule, position), *([rule.otherwise] if rule.otherwise else [])])


def _conditions(rule: Rule, position: Position) -> Iterator[str]:
    if rule.roles and position.role not in rule.roles:
        yield f"Meant for {_listed(f'{role}s' for role in rule.roles)}; the role here is {position.role}."
    if rule.kinds and position.kind not in rule.kinds:
        kinds = (f"{kind} systems" if kind == "general-purpose" else f"{kind}s" for kind in rule.kinds)
        yield f"Meant for {_listed(kinds)}; the kind of system here is {position.kind}."
    if rule.tiers and position.tier not in rule.tiers:
        yield f"Meant for tier {_listed(rule.tiers, 'or')}; the tier here is {position.tier}."


def _listed(words: Iterable[str], last: str = "and") -> str:
    *most, end = words
    return f"{', '.join(most)} {last} {end}" if most else end


def named(rule: Rule, catalog: Catalog) -> frozenset[str]:
    """Ids of the entries of its catalog that the rule names: a group brings everything below it."""
    above = {item.id: item.parent for item in catalog.requirements}
    included, excluded = matching(rule.include, above), matching(rule.exclude, above)
    return frozenset(i for i in above if _below(i, included, above) and not _below(i, excluded, above))


def matching(patterns: Iterable[str], ids: Iterable[str]) -> frozenset[str]:
    """The ids that are one of the patterns or fit one; upper and lower case differ."""
    ids, found = frozenset(ids), set[str]()
    for pattern in patterns:
        found |= {pattern} & ids or {i for i in ids if is_glob(pattern) and fnmatchcase(i, pattern)}
    return frozenset(found)


def is_glob(pattern: str) -> bool:
    """Whether it may fit more than itself."""
    return not GLOB_SIGNS.isdisjoint(pattern)


def _below(ident: str, chosen: frozenset[str], above: Mapping[str, str | None]) -> bool:
    """Whether an entry, or one above it, was chosen; ends also where parents run in a circle."""
    at: str | None = ident
    for _ in range(len(above)):
        if at is None or at in chosen:
            break
        at = above.get(at)
    return at in chosen
