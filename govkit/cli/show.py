"""`govkit show`: what the catalogs hold, by name or by words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

from govkit.catalogs.installed import with_installed
from govkit.catalogs.loading import Library, folded
from govkit.catalogs.searching import LONGEST, another_edition, catalogs_named, profiles_named, search
from govkit.cli.applies import Asked, applies
from govkit.cli.completing import record_ids, words_of
from govkit.cli.libraries import here
from govkit.cli.show_profile import profile_answer
from govkit.errors import InputError, Place, Problem
from govkit.export import catalog_json, catalog_text, entry_text, mapping_json, mapping_text
from govkit.export.standing import standing_document, standing_in, standing_text
from govkit.files import nearest
from govkit.model.catalog import Hit, Mapping
from govkit.model.control import SystemKind
from govkit.model.crosswalk import crosswalk
from govkit.model.profile import Profile
from govkit.model.project import Role, Tier

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)

REQUIREMENT = "govkit.requirement/1"

MOST_HITS = 12
"""Hits shown as text; `--json` gives all. Source: govkit judgement, half a screen."""

_ID_LIKE = re.compile(r"[^\s:]+:.+|[a-z]*\.?(?:[ .-]?[a-z]+)?[ .-]?\(?[0-9]+[a-z]?(?:[.-][0-9]+)*\)?", re.IGNORECASE)
"""A text that is meant as an id: a catalog in front, or a word with a number behind (`Art. 98`, `Annex III(9)`)."""


What = Annotated[
    list[str] | None, typer.Argument(help="A catalog, an id, or words to search for.", autocompletion=record_ids)
]
ForRole = Annotated[
    str | None,
    typer.Option("--role", help="Of a catalog or profile: what applies to this role.", autocompletion=words_of(Role)),
]
On = Annotated[str | None, typer.Option("--on", help="Of a catalog: what applies on this day; else today.")]
ByRoute = Annotated[str | None, typer.Option("--route", help="Of a catalog: only what applies by this route.")]
ForKind = Annotated[
    str | None,
    typer.Option("--kind", help="Of a profile: for this kind of system.", autocompletion=words_of(SystemKind)),
]
AtTier = Annotated[
    str | None,
    typer.Option("--tier", help="Of a profile: when this much can go wrong.", autocompletion=words_of(Tier)),
]
WithText = Annotated[
    bool, typer.Option("--with-text", help="With --json: include the source's own words, also from your copies.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON (govkit.catalog/1 and others).")]


@app.command()
def show(
    ctx: typer.Context,
    what: What = None,
    role: ForRole = None,
    on: On = None,
    route: ByRoute = None,
    kind: ForKind = None,
    tier: AtTier = None,
    with_text: WithText = False,
    as_json: AsJson = False,
) -> None:
    """Show a catalog, profile, requirement or control; search by words.

    Reads the shipped catalogs and, inside a project, the project's own. Writes nothing. Without an argument it lists
    the catalogs, the mappings between them and the profiles. Ids may be written in full (nist-ai-rmf-1.0:MEASURE 2.3),
    as printed (MEASURE 2.3) or short (MS-2.3); inside a project the answer says whether it is in or out there, and why.
    The id of a mapping shows its pairs, as `govkit map` does. Kinds of
    documents (ai-policy) and measures (performance/score) are explained, too.
    Catalogs of installed packages are looked at when nothing else fits. Words from a licensed copy (`overlay:`
    in govkit.yaml) are shown on the screen; JSON leaves them out unless --with-text asks for them. Exits 3 when nothing
    fits.

    With --role, --on or --route it sorts the entries of a catalog by whether they apply to that role, on that day, by
    that route (govkit.applicable/1). A law states such things, most standards do not. This is no legal advice.

    A profile is shown with its rules; with --role, --kind and --tier it says what is in and out for that position, and
    why (govkit.profile/1).

    Example: govkit show MEASURE 2.3

    Example: govkit show eu-ai-act --role deployer --on 2027-12-02

    Example: govkit show by-position-2026 --role deployer --kind agent --tier high
    """
    known, options = here(ctx.obj), Asked(role, on, route)
    library = known.library
    asked = " ".join(what or ()).strip()
    profile = _profile(library, asked, exact=not (role or kind or tier))
    if (profile and (on or route)) or (not profile and (kind or tier)):
        raise typer.BadParameter("--on and --route go with a catalog, --kind and --tier with a profile")
    if profile:
        document, lines = profile_answer(library, profile, (role, kind, tier))
    else:
        document, lines = _here_or_installed(library, asked, options, with_text)
        full_id = f"{document['catalog']['id']}:{document['id']}" if document["schema"] == REQUIREMENT else ""
        if known.project and full_id:
            standing = standing_in(known.project, full_id)
            document |= {"here": standing_document(standing)}
            lines = (*lines, *standing_text(standing))
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False) if as_json else "\n".join(lines))


def _profile(library: Library, asked: str, *, exact: bool) -> Profile | None:
    """The profile that is meant, when no catalog is; one word alone is rather something to search for."""
    short = not exact or len(re.split(r"[ -]", asked)) > 1
    named = profiles_named(library, asked) if short and not catalogs_named(library, asked) else [folded(asked)]
    return library.profiles.get(named[0]) if len(named) == 1 else None


Answer = tuple[dict[str, Any], Iterable[str]]
"""The same as JSON and as lines of text."""


def _here_or_installed(library: Library, asked: str, options: Asked, with_text: bool) -> Answer:
    """The answer from the catalogs here; when nothing fits, or all are to be listed, from installed ones too."""
    try:
        return _asked(library if asked else with_installed(library), asked, options, with_text)
    except InputError:
        grown = with_installed(library)
        if grown is library:
            raise
        return _asked(grown, asked, options, with_text)


def _asked(library: Library, asked: str, options: Asked, with_text: bool) -> Answer:
    return _applies(library, asked, options) if options.anything() else _answer(library, asked, with_text)


def _answer(library: Library, asked: str, with_text: bool = False) -> Answer:
    if not asked:
        catalogs, mappings = tuple(library.catalogs.values()), tuple(library.mappings.values())
        profiles = tuple(library.profiles.values())
        document = catalog_json.catalogs_document(catalogs, mappings, profiles, library.digests)
        return document, catalog_text.catalogs_text(catalogs, mappings, profiles)
    named = catalogs_named(library, asked)
    if len(named) == 1:
        catalog, claims = library.catalogs[named[0]], library.claims(library.controls().values())
        document = catalog_json.catalog_document(catalog, claims, library.digests.get(catalog.id))
        return document, catalog_text.catalog_text(catalog, claims)
    if named:
        return _found(asked, [_as_hit(library, name) for name in named])
    found = library.resolve(asked)
    if len(found) == 1:
        name = found[0]
        return _control(library, name) if name in library.controls() else _requirement(library, name, with_text)
    if found:
        return _found(asked, [_as_hit(library, name) for name in sorted(found, key=library.superseded)])
    if folded(asked) in library.mappings:
        return _mapping(library, library.mappings[folded(asked)])
    explained = _explained(library, asked)
    if explained:
        return explained
    if len(asked) > LONGEST or _ID_LIKE.fullmatch(asked) or another_edition(library, asked):
        raise InputError([_unknown(library, asked)])
    hits = search(library, asked)
    if not hits:
        raise InputError([_unknown(library, asked)])
    return _found(asked, hits)


def _applies(library: Library, asked: str, options: Asked) -> Answer:
    """What applies by one catalog; raises InputError unless exactly one was named."""
    named = catalogs_named(library, asked)
    if len(named) == 1:
        return applies(library.catalogs[named[0]], options)
    dated = ", ".join(name for name, catalog in library.catalogs.items() if catalog.roles or catalog.routes)
    may_be = f"may mean {' or '.join(named)}" if named else "is no catalog"
    what = f"{asked[:LONGEST]!r} {may_be}; --role, --on and --route ask what applies by one catalog"
    fix = f"name one of those that state roles or dates: {dated}"
    raise InputError([Problem(Place("govkit show"), "not-a-catalog", what, fix)])


def _requirement(library: Library, full_id: str, with_text: bool) -> Answer:
    catalog, requirement = library.catalogs[full_id.partition(":")[0]], library.requirement(full_id)
    assert requirement is not None  # `resolve` names only what there is
    claims, mapped = library.claims(library.controls().values()), library.mapped(full_id)
    controls = [library.controls()[name] for name in claims.get(full_id, ())]
    wording = library.texts.get(full_id)
    document = catalog_json.requirement_document(catalog, requirement, claims, mapped)
    if with_text:
        document |= catalog_json.text_document(requirement, wording)
    return document, entry_text.requirement_text(catalog, requirement, controls, mapped, wording)


def _mapping(library: Library, mapping: Mapping) -> Answer:
    """One mapping in the direction in which it is stored."""
    seen = crosswalk(mapping, library.catalogs[mapping.source], library.catalogs[mapping.target])
    return mapping_json.crosswalk_document(seen, library.digests.get(mapping.id)), mapping_text.crosswalk_text(seen)


def _control(library: Library, name: str) -> Answer:
    control = library.controls()[name]
    home = next(catalog.id for catalog in library.catalogs.values() if control in catalog.controls)
    titles = {full: r.title for full in control.requirements if (r := library.requirement(full))}
    document = catalog_json.control_document(control, home, library.measures)
    return document, entry_text.control_text(control, home, titles, library.measures)


def _explained(library: Library, asked: str) -> Answer | None:
    """What a kind of document, register or attestation holds, or what a measure means."""
    titles = {name: control.title for name, control in library.controls().items()}
    kinds = library.kinds_named(folded(asked))
    if kinds:
        return catalog_json.kind_document(folded(asked), kinds), entry_text.kind_text(kinds, titles)
    meaning = library.measures.get(asked)
    if meaning:
        return catalog_json.measure_document(asked, meaning), entry_text.measure_text(asked, meaning, titles)
    return None


def _as_hit(library: Library, name: str) -> Hit:
    if name in library.catalogs:
        catalog = library.catalogs[name]
        return Hit(name, "catalog", f"{catalog.title}, edition {catalog.edition}", catalog.publisher, 1)
    requirement = library.requirement(name)
    if requirement is not None:
        return Hit(name, "requirement", requirement.title, requirement.summary, 1)
    control = library.controls()[name]
    return Hit(name, "control", control.title, control.summary, 1)


def _found(asked: str, hits: Sequence[Hit]) -> Answer:
    return catalog_json.search_document(asked, hits), catalog_text.search_text(asked, hits, MOST_HITS)


def _unknown(library: Library, asked: str) -> Problem:
    """Nothing has that name, and nothing speaks of it; the nearest names are offered."""
    asked = asked if len(asked) <= LONGEST else f"{asked[:60]}..."
    bare = asked.partition(":")[2].strip() or asked
    near = another_edition(library, asked) or nearest(asked, [*library.known_names(), *library.full_ids()], count=3)
    near = near or nearest(bare, library.known_names(), count=3)
    hint = f"did you mean {', '.join(map(repr, near))}? " if near else ""
    fix = f"{hint}`govkit show` lists the catalogs, `govkit show WORDS` searches titles and summaries"
    return Problem(Place(asked), "unknown-id", f"there is nothing called {asked!r}", fix)
