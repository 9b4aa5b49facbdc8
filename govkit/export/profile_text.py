"""Profiles for the terminal: their rules, and what is in and out for one position, with reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Dict

from govkit.export.columns import plural, row, wrapped
from govkit.model.catalog import Catalog
from govkit.model.profile import Position, Profile, Rule
from govkit.model.tailored import Alike, Tailored, alike, counted


def profiles_text(profiles: Iterable[Profile]) -> Iterator[str]:
    """What profiles there are."""
    for profile in profiles:
        yield ""
        yield f"  {profile.id}"
        yield wrapped(f"{profile.title}, edition {profile.edition} ({profile.publisher})", 4)
        number = f"{plural(len(profile.rules), 'rule')} over {plural(len(profile.catalogs()), 'catalog')}"
        yield wrapped(f"{number}; state of knowledge {profile.as_of}", 4)
        yield wrapped(profile.status, 12, "    Status: ")


def profile_text(profile: Profile, catalogs: Dict[str, Catalog]) -> Iterator[str]:
    """The profile and its rules, by catalog."""
    yield from _head(profile)
    for name in profile.catalogs():
        yield f"\n{name}  {catalogs[name].title}"
        for rule in profile.rules:
            if rule.catalog == name:
                yield from _rule(rule)
    yield "\n" + wrapped(
        f"What no rule names is out. `govkit show {profile.id} --role ROLE --kind KIND --tier TIER` says what is in "
        "and out for one position."
    )


def _head(profile: Profile) -> Iterator[str]:
    yield profile.id
    yield wrapped(f"{profile.title}, edition {profile.edition} ({profile.publisher})", 4)
    yield wrapped(profile.summary, 4)
    yield wrapped(profile.status, 12, "    Status: ")
    yield wrapped(profile.licence, 13, "    Licence: ")
    for source in profile.sources:
        what = f" ({source.what})" if source.what else ""
        yield wrapped(f"{source.id}: {source.ref}{what}", 12, "    Source: " if source is profile.sources[0] else None)
    for name, values in profile.set_parameters.items():
        yield wrapped(f"{name}: {', '.join(values)}", 12, "    Sets parameter ")


def _rule(rule: Rule) -> Iterator[str]:
    names = "everything" if rule.include == ("*",) else ", ".join(rule.include)
    without = f" without {', '.join(rule.exclude)}" if rule.exclude else ""
    yield row(f"  {rule.id}", f"{names}{without}", 30, "" if rule.binding else "guidance")
    conditions = [
        f"{noun} {', '.join(words)}"
        for noun, words in (("role", rule.roles), ("kind", rule.kinds), ("tier", rule.tiers))
        if words
    ]
    yield wrapped(f"for {'; '.join(conditions)}" if conditions else "for everybody", 6)
    yield wrapped(f"{rule.reason} [{', '.join(rule.sources)}]" if rule.sources else rule.reason, 6)


def position_text(
    profile: Profile, position: Position, catalogs: Dict[str, Catalog], tailored: Dict[str, Tailored]
) -> Iterator[str]:
    """What is in and out for one position, by catalog, with the reason of every group of requirements."""
    yield profile.id
    yield wrapped(f"{profile.title}, edition {profile.edition} ({profile.publisher})", 4)
    yield wrapped(profile.status, 12, "    Status: ")
    yield f"\nPosition: role {position.role}, kind {position.kind}, tier {position.tier}"
    total = counted(tailored.values())
    yield f"  {total.binding} in and binding, {total.guidance} in as guidance, {total.out} out"
    groups = alike(tailored)
    for name in profile.catalogs():
        mine = groups.get(name, ())
        yield f"\n{name}  {catalogs[name].title}"
        if not mine:
            yield "  nothing in it is judged"
        yield from groups_text(mine, whole=sum(len(group.ids) for group in mine))


def groups_text(groups: Sequence[Alike], indent: int = 2, *, whole: int | None = None) -> Iterator[str]:
    """Groups of requirements of one catalog: in or out, how many, the rules, the reasons, the ids.

    With `whole`, the number there is in all, counts are told out of it, and ids only where they are not all.
    """
    for group in groups:
        said, ids = group.said, group.ids
        word = "in, binding" if said.binding else "in, as guidance" if said.included else "out"
        by = f"  [{', '.join(said.rules)}]" if said.rules else ""
        of = f" of {whole}" if whole else ""
        yield wrapped(f"{word}: {len(ids)}{of}{by}", indent + 4, " " * indent)
        for reason in said.reasons:
            yield wrapped(reason, indent + 4)
        if len(ids) != whole:
            yield wrapped(", ".join(ids), indent + 4)
