"""Lists of catalogs, one catalog, search results and coverage for the terminal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Dict
from typing import Literal

from govkit.export.applicable import words_text
from govkit.export.catalog_json import Claims
from govkit.export.columns import plural, row, wrapped
from govkit.export.mapping_text import readings_sentence, reviewers
from govkit.export.profile_text import groups_text, profiles_text
from govkit.model.catalog import Catalog, Hit, Mapping, Requirement
from govkit.model.control import Control
from govkit.model.profile import Profile
from govkit.model.reach import Reach


def catalogs_text(
    catalogs: Sequence[Catalog], mappings: Sequence[Mapping], profiles: Sequence[Profile]
) -> Iterator[str]:
    """What is there, with edition, state of knowledge and licence."""
    yield "Catalogs"
    for catalog in catalogs:
        yield f"\n  {catalog.id}{f' (superseded by {catalog.superseded_by})' if catalog.superseded_by else ''}"
        yield wrapped(f"{catalog.title}, edition {catalog.edition}", 4)
        yield wrapped(f"{_counted(catalog)}; state of knowledge {catalog.as_of}", 4)
        yield wrapped(_first_sentence(catalog.licence), 13, "    Licence: ")
    yield ""
    yield "Mappings between them"
    for mapping in mappings:
        yield ""
        yield f"  {mapping.id}"
        yield wrapped(mapping.title, 4)
        sources, targets = {pair.source for pair in mapping.pairs}, {pair.target for pair in mapping.pairs}
        ids = f"{plural(len(mapping.pairs), 'pair')} of {plural(len(sources), 'id')} with {len(targets)}"
        weak = sum(pair.confidence == "low" for pair in mapping.pairs)
        low = f", {weak} of low confidence" if weak else ""
        style = f"{mapping.style} style, {mapping.basis}; state of knowledge {mapping.as_of}"
        yield wrapped(f"{ids}{low}; {style}", 4)
        yield wrapped(f"{readings_sentence(mapping)}; reviewed by {reviewers(mapping)}", 4)
        yield wrapped(_first_sentence(mapping.licence), 13, "    Licence: ")
    if profiles:
        yield "\nProfiles over them"
        yield from profiles_text(profiles)
    yield ""
    yield wrapped(
        "`govkit show CATALOG` lists what is in it, `govkit show ID` one entry, `govkit show WORDS` searches."
        " `govkit map A B` shows the pairs between two catalogs."
    )


def _head(catalog: Catalog) -> Iterator[str]:
    yield wrapped(f"{catalog.title}, edition {catalog.edition} ({catalog.publisher}, {catalog.published})", 4)
    yield wrapped(f"{_counted(catalog)}; state of knowledge {catalog.as_of}", 4)
    yield wrapped(catalog.licence, 13, "    Licence: ")


def _counted(catalog: Catalog) -> str:
    """`4 functions, 19 categories`, and the controls on offer."""
    kinds = Counter(item.kind for item in catalog.requirements)
    counted = [plural(number, kind) for kind, number in kinds.items()]
    if catalog.controls:
        counted.append(f"{plural(len(catalog.controls), 'control')} on offer")
    return ", ".join(counted)


def _first_sentence(text: str) -> str:
    """Enough for a list; one entry alone is shown with the rest."""
    return re.split(r"(?<=\.) (?=[A-Z])", text, maxsplit=1)[0]


def catalog_text(catalog: Catalog, claims: Claims) -> Iterator[str]:
    """Everything in a catalog: requirements under their parents, then the controls it offers under their themes."""
    yield catalog.id
    yield from _head(catalog)
    yield wrapped(catalog.status, 12, "    Status: ")
    for source in catalog.sources:
        yield wrapped(f"{source.id}: {source.ref}", 12, "    Source: " if source is catalog.sources[0] else None)
    yield from _entries(catalog, claims)
    yield from _themes(catalog.controls)
    yield from _bindings(catalog)


def _entries(catalog: Catalog, claims: Claims) -> Iterator[str]:
    below: dict[str | None, list[Requirement]] = {}
    for item in catalog.requirements:
        below.setdefault(item.parent, []).append(item)
    judged = {leaf.id for leaf in catalog.leaves()}

    def count(item: Requirement) -> str:
        found = claims.get(f"{catalog.id}:{item.id}", ())
        return plural(len(found), "control") if item.id in judged or found else ""

    top = below.get(None, [])
    grouping = {item.kind for item in top if item.id in below}
    last = None
    for item in top:
        described = item.kind not in grouping and not catalog.judges(item.kind)
        if item.kind in grouping or item.kind != last:
            yield ""
        if described and item.kind != last:
            yield f"{plural(2, item.kind).removeprefix('2 ').capitalize()}: described, not judged"
        last = item.kind
        if described:
            widest = max(len(other.id) for other in top if other.kind == item.kind)
            yield row(f"  {item.id}", item.title, max(22, widest + 4))
        else:
            yield from _tree(item, below, count, 0)


def _bindings(catalog: Catalog) -> Iterator[str]:
    """To whom a catalog speaks, by which routes and from when, if it says so."""
    yield from words_text("Roles: who must act", catalog.roles)
    yield from words_text("Routes: what a date depends on", catalog.routes)
    if catalog.calendar:
        yield "\nCalendar"
    for milestone in catalog.calendar:
        yield row(f"  {milestone.on}", milestone.what, 14)
    if catalog.roles:
        example = f"govkit show {catalog.id} --role {next(iter(catalog.roles))} --on {catalog.as_of}"
        yield "\n" + wrapped(f"`{example}` sorts by what applies to one role on one day.")


def _tree(
    item: Requirement, below: Dict[str | None, list[Requirement]], count: Callable[[Requirement], str], depth: int
) -> Iterator[str]:
    yield row(f"{'  ' * depth}{item.id}", item.title, 22, count(item))
    for child in below.get(item.id, ()):
        yield from _tree(child, below, count, depth + 1)


def _themes(controls: Iterable[Control]) -> Iterator[str]:
    themes: dict[str, list[Control]] = {}
    for control in controls:
        themes.setdefault(control.theme, []).append(control)
    for theme, found in themes.items():
        yield f"\n{theme[0].upper()}{theme[1:]}"
        for control in found:
            claims, bars = plural(len(control.requirements), "requirement"), plural(len(control.criteria), "criterion")
            yield row(f"  {control.id}", control.title, 18, f"{claims:>15}  {bars:<11}")


def search_text(query: str, hits: Sequence[Hit], most: int) -> Iterator[str]:
    """The best hits, each as id, title and summary."""
    fit = "entry fits" if len(hits) == 1 else "entries fit"
    ranked = ", best first" if len({hit.score for hit in hits}) > 1 else ""
    yield f"{len(hits)} {fit} {query!r}{ranked}"
    for hit in hits[:most]:
        yield ""
        yield row(f"  {hit.id}", hit.title, 34)
        yield wrapped(hit.summary, 6)
    if len(hits) > most:
        yield f"\n... and {len(hits) - most} more; another word narrows it, `--json` gives all."


def coverage_text(
    basis: Literal["project", "baseline"], controls: int, reaches: Iterable[Reach], *, brief: bool
) -> Iterator[str]:
    """How many judged requirements the controls reach, by catalog; unless brief also by part, and which they do not."""
    which = "in use" if basis == "project" else "of the shipped baseline"
    yield f"Requirements that the {controls} control{'s' * (controls != 1)} {which} reach{'es' * (controls == 1)}"
    listed = tuple(reaches)
    # One that no control reaches is told in a line; asked for alone, it is shown whole.
    untouched = [reach for reach in listed if not reach.reached and len(listed) > 1]
    if brief:
        yield ""
    for reach in listed:
        if reach not in untouched:
            yield from [_share(reach)] if brief else ["", *_reach(reach)]
    if untouched:
        yield "\nNo control reaches anything of these; `--framework ID` lists what they ask"
    for reach in untouched:
        yield _share(reach)
        yield from _in_profile(reach)
    yield "\nReached means that a control claims it, not that there is evidence."
    if brief:
        yield "`govkit coverage --framework ID` counts by part and lists what is not reached."


def _reach(reach: Reach) -> Iterator[str]:
    yield _share(reach)
    flat = all(part.total == 1 for part in reach.parts)
    for part in () if flat else reach.parts:
        yield row(f"{part.reached:>8} of {part.total:>3}  {part.id}", part.title, 36)
    if reach.unreached:
        yield wrapped(f"not reached: {', '.join(reach.unreached)}", 12, "      ")
    yield from _in_profile(reach)


def _in_profile(reach: Reach) -> Iterator[str]:
    """What the project's profile does to the catalog, with its reasons."""
    if reach.tailored is None:
        return
    decided = reach.tailored.decided
    if not reach.tailored.groups and not decided:
        said = "does not speak of this catalog: everything in it applies"
        yield wrapped(f"profile {reach.tailored.profile} {said}", 12, "      ")
        return
    yield wrapped(f"profile {reach.tailored.profile}; what it puts out is not counted above", 12, "      ")
    whole = sum(len(group.ids) for group in reach.tailored.groups)
    yield from groups_text(reach.tailored.groups, 8, whole=whole)
    if decided:
        have = f"{decided} more {'have' if decided > 1 else 'has'} a line"
        yield wrapped(f"{have} in the Statement of Applicability, which goes before the profile", 12, " " * 8)


def _share(reach: Reach) -> str:
    return wrapped(f"{reach.title} ({reach.catalog})", 13, f"{reach.reached:>4} of {reach.total:>3}  ")
