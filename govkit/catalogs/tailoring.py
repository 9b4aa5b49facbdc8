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
    return _tailored(False, False, speaking, why_not(speaking, position) or (UNNAMED,))


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
    return not any(misfits(rule, position))


def misfits(rule: Rule, position: Position) -> tuple[bool, bool, bool]:
    """Whether the rule is meant for another role, another kind of system, another tier."""
    return (
        bool(rule.roles) and position.role not in rule.roles,
        bool(rule.kinds) and position.kind not in rule.kinds,
        bool(rule.tiers) and position.tier not in rule.tiers,
    )


def why_not(rules: Sequence[Rule], position: Position) -> tuple[str, ...]:
    """Why none of the rules is for this position; those that fail on the same conditions share a sentence.

    A rule that fails on more than another one does adds nothing but its own `otherwise`: the nearest miss is told.
    """
    failing = [(misfits(rule, position), rule) for rule in rules]
    nearest = [which for which, _ in failing if not any(_less(other, which) for other, _ in failing)]
    told: dict[tuple[bool, ...], tuple[str, ...]] = {}
    for which in dict.fromkeys(nearest):
        alike = [rule for other, rule in failing if other == which]
        further = (rule.otherwise for other, rule in failing if other == which or _less(which, other))
        told[which] = (*_conditions(alike, which, position), *_once(text for text in further if text))
    return tuple(" ".join(sentences) for sentences in told.values())


def _once(texts: Iterable[str]) -> list[str]:
    """Each text, without those that another one holds."""
    found = list(dict.fromkeys(texts))
    return [text for text in found if not any(text != other and text in other for other in found)]


def _less(one: Sequence[bool], other: Sequence[bool]) -> bool:
    """Whether one fails on fewer conditions, all of which the other fails on, too."""
    return one != other and all(theirs or not mine for mine, theirs in zip(one, other, strict=True))


def _conditions(rules: Sequence[Rule], failing: tuple[bool, bool, bool], position: Position) -> Iterator[str]:
    """For whom the rules are meant, in the conditions that fail; each condition over all the rules together."""
    role, kind, tier = failing
    if role:
        meant = _listed(dict.fromkeys(f"{word}s" for rule in rules for word in rule.roles))
        yield f"Meant for {meant}; the role here is {position.role}."
    if kind:
        kinds = dict.fromkeys(word for rule in rules for word in rule.kinds)
        meant = _listed(f"{word} systems" if word == "general-purpose" else f"{word}s" for word in kinds)
        yield f"Meant for {meant}; the kind of system here is {position.kind}."
    if tier:
        meant = _listed(dict.fromkeys(word for rule in rules for word in rule.tiers), "or")
        yield f"Meant for tier {meant}; the tier here is {position.tier}."


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
