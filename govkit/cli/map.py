"""`govkit map`: the pairs between two catalogs, from either side, and on what they rest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated

import typer

from govkit.catalogs.installed import with_installed
from govkit.catalogs.loading import Library, folded
from govkit.catalogs.searching import LONGEST, catalogs_named, two_named
from govkit.cli.between import between, touching
from govkit.cli.completing import record_ids
from govkit.cli.libraries import known_here
from govkit.errors import InputError, Place, Problem
from govkit.export import mapping_json, mapping_text
from govkit.files import nearest
from govkit.model.catalog import Mapping
from govkit.model.crosswalk import Crosswalk, crosswalk

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)


@app.command(name="map")
def map_(
    ctx: typer.Context,
    what: Annotated[
        list[str] | None, typer.Argument(help="Two catalogs, one catalog, or a mapping.", autocompletion=record_ids)
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON (govkit.mapping/1, a list as govkit.mappings/1).")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one mapping as CSV, for spreadsheets.")] = False,
    as_sssom: Annotated[bool, typer.Option("--sssom", help="Print one mapping as SSSOM/TSV, for programs.")] = False,
) -> None:
    """Show the pairs between two catalogs, and how much rests on one reading.

    Reads the shipped catalogs and mappings and, inside a project, the project's own. Writes nothing. Without an
    argument it lists the mappings, with one catalog those that touch it. Catalogs may be named by id or by some of its
    words (nist ai rmf, "iso 42001"). A mapping is stored in one direction and shown in the one you ask for.

    A pair says where the same evidence may help again; it makes no verdict. Where two catalogs have no mapping, none is
    made up by way of a third: that exits 3.

    Example: govkit map nist-ai-rmf-1.0 eu-ai-act-2026

    Example: govkit map "iso 42001" "eu ai act" --csv
    """
    if as_json + as_csv + as_sssom > 1:
        raise typer.BadParameter("choose one of --json, --csv and --sssom")
    library = known_here(ctx.obj)
    parts = [part[: LONGEST + 1] for part in what or () if part.strip()]
    try:
        found = _found(library, parts)
    except InputError:
        grown = with_installed(library)
        if grown is library:
            raise
        library, found = grown, _found(grown, parts)
    if isinstance(found, Crosswalk):
        typer.echo(_printed(library, found, as_json=as_json, as_csv=as_csv, as_sssom=as_sssom), nl=False)
    elif as_csv or as_sssom:
        raise typer.BadParameter("--csv and --sssom print one mapping: name two catalogs, or a mapping")
    elif as_json:
        document = mapping_json.mappings_document(found, library.digests)
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(mapping_text.mappings_text(found)))


def _found(library: Library, parts: Sequence[str]) -> Crosswalk | tuple[Mapping, ...]:
    """One mapping in the direction asked for, or those that fit; raises InputError when none can be meant."""
    asked = " ".join(parts)
    if not parts:
        return tuple(library.mappings.values())
    if folded(asked) in library.mappings:
        mapping = library.mappings[folded(asked)]
        return crosswalk(mapping, library.catalogs[mapping.source], library.catalogs[mapping.target])
    two = two_named(library, parts)
    if two is not None:
        return crosswalk(between(library, *two, "govkit map"), *(library.catalogs[name] for name in two))
    named = catalogs_named(library, asked)
    if len(named) != 1:
        raise InputError([_unclear(library, parts, named)])
    return touching(library, named[0])


def _unclear(library: Library, parts: Sequence[str], named: Sequence[str]) -> Problem:
    """Nothing, or more than one thing, can be meant."""
    asked = " ".join(parts)[:LONGEST]
    several = list(named) or next((found for part in parts if len(found := catalogs_named(library, part)) > 1), [])
    if several:
        what = f"{asked!r} is not clear: {', '.join(several)} fit"
        return Problem(Place("govkit map"), "unknown-catalog", what, "write one id in full")
    near = nearest(asked, [*library.catalogs, *library.mappings], count=2)
    hint = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
    what = f"{asked!r} names neither two catalogs nor a mapping"
    fix = f"{hint}catalogs: {', '.join(library.catalogs)}; `govkit map` lists the mappings"
    return Problem(Place("govkit map"), "unknown-catalog", what, fix)


def _printed(library: Library, found: Crosswalk, *, as_json: bool, as_csv: bool, as_sssom: bool) -> str:
    if as_json:
        document = mapping_json.crosswalk_document(found, library.digests.get(found.mapping.id))
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    if as_csv:
        from govkit.export.mapping_csv import crosswalk_csv

        return crosswalk_csv(found)
    if as_sssom:
        from govkit.export.mapping_sssom import crosswalk_sssom

        return crosswalk_sssom(found)
    return "\n".join(mapping_text.crosswalk_text(found)) + "\n"
