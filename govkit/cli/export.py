"""`govkit export`: what govkit knows in formats that other tools read, and what became of each value on the way."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from govkit.catalogs.installed import with_installed
from govkit.catalogs.loading import Library, folded
from govkit.catalogs.searching import catalogs_named, profiles_named, two_named
from govkit.catalogs.tailoring import named
from govkit.cli.between import between
from govkit.cli.completing import record_ids
from govkit.cli.invocation import Invocation, instant
from govkit.cli.libraries import known_here
from govkit.errors import InputError, Place, Problem
from govkit.files import nearest, readable_json, write_atomic
from govkit.model.catalog import Catalog, Mapping
from govkit.model.profile import Profile
from govkit.oscal.exporting import Exported, exported_catalog, exported_mapping, exported_profile, worded
from govkit.oscal.loss import loss_document, loss_text

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)


class Form(StrEnum):
    """How the document is written."""

    json = "json"
    yaml = "yaml"


@app.callback()
def export() -> None:
    """Write catalogs, mappings and profiles, or the results of a release, in the format of other tools.

    Reads the shipped catalogs and, inside a project, the project's own; for results the evidence of a release.

    Example: govkit export oscal iso-42001-2023 --output iso-42001-2023.json
    """


@app.command()
def oscal(
    ctx: typer.Context,
    what: Annotated[
        list[str] | None,
        typer.Argument(
            help="Id of a catalog, mapping or profile; or the ids of two catalogs.", autocompletion=record_ids
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here; else stdout.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every catalog, mapping and profile, as ID.json in the folder of --output.")
    ] = False,
    form: Annotated[Form, typer.Option("--format", help="JSON or YAML.")] = Form.json,
    loss: Annotated[
        str | None,
        typer.Option("--loss", metavar="FILE", help="Write the loss report (govkit.loss/1) here; - is stdout."),
    ] = None,
    with_text: Annotated[
        bool,
        typer.Option("--with-text", help="Include the source's own words, also from your copies. Check their licence."),
    ] = False,
) -> None:
    """Write a catalog, mapping or profile as OSCAL 1.2.3.

    Reads the shipped catalogs and, inside a project, the project's own. Writes FILE (replacing it) or stdout. The same
    record gives the same bytes. On stderr it says how every value is carried: in OSCAL's own fields, in govkit's
    namespace, or not at all; --loss lists it field by field. The words of a standard stay out without --with-text. A
    mapping or profile expects its catalogs beside it as ID.json. Exits 3 when there is nothing of that name.

    Example: govkit export oscal nist-ai-rmf-1.0 iso-42001-2023 --output crosswalk.json --loss loss.json

    Example: govkit export oscal --all --output oscal/
    """
    if bool(what) == everything:
        raise typer.BadParameter("name what to write, or say --all")
    if everything and (output is None or loss is not None):
        raise typer.BadParameter("--all writes files into the folder that --output names, and no loss report")
    if loss == "-" and output is None:
        raise typer.BadParameter("--loss - needs --output: stdout holds one document")
    invocation: Invocation = ctx.obj
    library = known_here(invocation)
    if everything and output is not None:
        _write_all(invocation, library, output, form, with_text)
        return
    made = _exported(invocation, library, what or [], form, with_text)
    found = made.loss()
    if output is None:
        typer.echo(made.content, nl=False)
    else:
        _write(output, made.content)
        invocation.note(f"wrote {output}")
    if loss == "-":
        typer.echo(readable_json(loss_document(found)), nl=False)
    elif loss is not None:
        _write(Path(loss), readable_json(loss_document(found)))
    invocation.note(f"{made.ident}: {loss_text(found)}")


@app.command()
def eee(
    ctx: typer.Context,
    release: Annotated[str, typer.Argument(help="Version or tag of the release.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FOLDER", help="Write one file per record here; else stdout."),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="When the records are made; else when the evidence was committed.")
    ] = None,
) -> None:
    """Write the test results of a release as Every Eval Ever records, schema 0.3.0.

    Reads the project and the evidence of the release; each file becomes one record. Writes FORMAT_DIGEST.json into
    FOLDER (replacing it), or one record per line to stdout. The same evidence gives the same bytes. Nothing is
    invented: a value whose direction nobody stated is left out, and what the evidence does not say is unknown. On
    stderr it says what was left out. Prompts and answers are in no record. Exits 3 when there is nothing to write.

    Example: govkit export eee 1.2 --output eee/
    """
    from govkit.cli.judging import find_release, open_here
    from govkit.export.eee import eee_records, loss_lines
    from govkit.gather import gather

    invocation: Invocation = ctx.obj
    opened = open_here(invocation)
    asked = find_release(opened.project, release)
    gathered = gather(opened.project, opened.root, opened.history, releases=[asked])
    when = instant(as_of) if as_of else None
    found = eee_records(asked, gathered.evidence, opened.project.organisation.name, when)
    for line in loss_lines(found):
        invocation.note(line)
    if not found.records:
        what = f"no evidence of release {asked.version} can be written as a record"
        fix = "bind test results to it in govkit.yaml; what was left out, and why, is listed above"
        raise InputError([Problem(Place("govkit.yaml"), "nothing-to-export", what, fix)])
    for made in found.records:
        if output is None:
            typer.echo(json.dumps(made.record, ensure_ascii=False, allow_nan=False))
        else:
            _write(output / made.name, readable_json(made.record))
            invocation.note(f"wrote {output / made.name}")


def _write_all(invocation: Invocation, library: Library, folder: Path, form: Form, with_text: bool) -> None:
    """Everything that is known here, made before the first file is written."""
    idents = [*library.catalogs, *library.mappings, *library.profiles]
    made = [
        _exported(invocation, library, [ident], form, with_text)
        for ident in invocation.progress(idents, len(idents), "writing")
    ]
    for item in made:
        _write(folder / f"{item.ident}.{form.value}", item.content)
    invocation.note(f"wrote {len(made)} documents into {folder}")


def _exported(invocation: Invocation, library: Library, what: list[str], form: Form, with_text: bool) -> Exported:
    """The document of what is asked for, from the catalogs here; else from those of installed packages."""
    for known in (library, with_installed(library)):
        found = _meant(known, what)
        if isinstance(found, Catalog):
            return exported_catalog(_with_copies(invocation, known, found, with_text), form.value, with_text=with_text)
        if isinstance(found, Mapping):
            return exported_mapping(found, known.catalogs[found.source], known.catalogs[found.target], form.value)
        if found is not None:
            chosen = {rule.id: named(rule, known.catalogs[rule.catalog]) for rule in found.rules}
            return exported_profile(found, known.catalogs, chosen, form.value)
    raise InputError([_unknown(library, " ".join(what))])


def _meant(library: Library, what: list[str]) -> Catalog | Mapping | Profile | None:
    asked = folded(" ".join(what))
    if asked in library.mappings or asked in library.profiles:
        return library.mappings.get(asked) or library.profiles[asked]
    two = two_named(library, what)
    if two is not None:
        return between(library, *two, "govkit export oscal")
    fitting = catalogs_named(library, asked) or profiles_named(library, asked)
    if len(fitting) > 1:
        what_fits = f"{asked[:80]!r} may be {', '.join(fitting)}"
        raise InputError([Problem(Place(asked[:80]), "unknown-id", what_fits, "write the id in full")])
    return library.catalogs.get(fitting[0]) or library.profiles[fitting[0]] if fitting else None


def _with_copies(invocation: Invocation, library: Library, catalog: Catalog, with_text: bool) -> Catalog:
    """The catalog with the words of the user's own copies, if they are asked for."""
    texts = {name: words for name, words in library.texts.items() if name.startswith(f"{catalog.id}:")}
    if not texts or with_text:
        return worded(catalog, texts)
    invocation.note(f"{len(texts):,} texts from your own copies are left out; --with-text includes them")
    return catalog


def _write(path: Path, content: bytes) -> None:
    try:
        write_atomic(path, content)
    except OSError as error:
        fix = "name a file in a folder that you may write to"
        what = f"cannot be written: {error.strerror}"
        raise InputError([Problem(Place(path.as_posix()), "unwritable-file", what, fix)]) from error


def _unknown(library: Library, asked: str) -> Problem:
    known = (*library.catalogs, *library.mappings, *library.profiles)
    near = nearest(asked, known)
    hint = f"did you mean {near[0]!r}? " if near else ""
    what = f"there is no catalog, mapping or profile called {asked[:80]!r}"
    return Problem(Place(asked[:80]), "unknown-id", what, f"{hint}`govkit show` lists them")
