"""`govkit import`: a catalog or mappings from somebody else's file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from govkit.cli.completing import catalog_ids
from govkit.cli.invocation import Invocation
from govkit.cli.libraries import known_here
from govkit.errors import InputError, Place, Problem
from govkit.export.imported import Outcome, import_json, import_lines
from govkit.files import inside, nearest, write_together
from govkit.importing.asked import HEAD, Asked, described, option
from govkit.importing.planning import Plan, plan_records, plan_texts
from govkit.importing.registry import read
from govkit.importing.source import opened
from govkit.importing.texts import lay_over

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)


Given = Annotated[Path, typer.Argument(metavar="FILE", help="A catalog, a profile or mappings.")]
AsId = Annotated[str | None, typer.Option("--as", metavar="ID", help="Id of the catalog or mapping.")]
Into = Annotated[
    str | None, typer.Option("--into", metavar="FOLDER", help="Folder in the project.", show_default="catalogs/ID")
]
Description = Annotated[
    Path | None, typer.Option("--mapping", metavar="YAML", help="Says which column is what, or what prefixes mean.")
]
Licence = Annotated[str | None, typer.Option("--licence", help="What may be done with the content.")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="State of knowledge, if the file has none.")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help=f"What else the file does not say: {', '.join(HEAD)}."),
]
CatalogOf = Annotated[
    list[str] | None, typer.Option("--catalog", metavar="NAME=ID", help="Which catalog here a mapping means by NAME.")
]
Expect = Annotated[
    list[str] | None, typer.Option("--expect", metavar="LEVEL=N", help="How many entries of a level there must be.")
]
Only = Annotated[str | None, typer.Option("--only", metavar="NAME", help="One of several parts of the file.")]
TextsFor = Annotated[
    str | None,
    typer.Option(
        "--texts-for",
        metavar="CATALOG",
        help="Only lay the words over a catalog that is here.",
        autocompletion=catalog_ids,
    ),
]
Format = Annotated[str | None, typer.Option("--format", help="Use this format; else the content decides.")]
Replace = Annotated[bool, typer.Option("--replace", help="Write over files of an earlier import.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and check everything, and write nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the outcome as JSON (govkit.import/1).")]


@app.command(name="import")
def import_(
    ctx: typer.Context,
    file: Given,
    as_id: AsId = None,
    into: Into = None,
    mapping: Description = None,
    licence: Licence = None,
    as_of: AsOf = None,
    set_: Set = None,
    catalog: CatalogOf = None,
    expect: Expect = None,
    only: Only = None,
    texts_for: TextsFor = None,
    format: Format = None,
    replace: Replace = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Make a catalog or mappings from somebody else's file.

    Reads FILE, recognised by content and not by name: OSCAL catalogs, profiles and mapping collections, CISO Assistant
    libraries, SSSOM mappings, the Playbook and CPRT exports of NIST, MITRE ATLAS, and tables with --mapping. Fetches
    nothing. Writes catalog.yaml, mappings/*.yaml or profile.yaml, and SOURCE.md (which file it was, what was left out)
    into FOLDER, or with --texts-for one overlay file: all of them or none. Changes no other file; it prints what to
    add to govkit.yaml. Exits 3 when anything in the file is not understood.

    Example: govkit import ATLAS.yaml --as atlas-whole --dry-run
    """
    invocation: Invocation = ctx.obj
    asked = Asked(
        library=known_here(invocation),
        id=as_id,
        head={**_pairs("set", set_, HEAD), **_given(licence=licence, as_of=as_of)},
        catalogs=_pairs("catalog", catalog),
        expected=_numbers(expect),
        only=only,
        texts_only=texts_for is not None,
        described=described(mapping, mapping.as_posix()) if mapping is not None else None,
    )
    if not file.exists():
        fix = "check the path; it counts from the folder you are in, also with -C"
        raise InputError([Problem(Place(file.as_posix()), "missing-file", "there is no such file", fix)])
    imported = read(opened(file, file.as_posix()), asked, format)
    texts = None
    if texts_for is not None:
        laid = lay_over(imported, texts_for, asked.library)
        imported, texts = laid.imported, len(laid.overlay.texts)
        plan = plan_texts(imported, laid.overlay, into, asked.library)
    else:
        plan = plan_records(imported, into, asked.library, invocation.root)
    names = _write(invocation.root, plan, replace=replace, dry_run=dry_run)
    outcome = Outcome(imported, plan.folder, names, plan.lines, texts, not dry_run)
    typer.echo(import_json(outcome) if as_json else "\n".join(import_lines(outcome)))
    if dry_run:
        invocation.note("nothing was written (--dry-run)")


def _write(root: Path, plan: Plan, *, replace: bool, dry_run: bool) -> list[str]:
    """Where the files lie, relative to the project; raises InputError when one is there and may not be replaced."""
    names = [f"{plan.folder}/{name}" for name in plan.files]
    paths = {inside(root, name): content for name, content in zip(names, plan.files.values(), strict=True)}
    there = [name for name, path in zip(names, paths, strict=True) if path.exists()]
    if there and not replace:
        fix = "name another folder with `--into`, or write over it with `--replace`"
        what = "is there already; nothing was written"
        raise InputError([Problem(Place(name), "file-exists", what, fix) for name in there])
    if not dry_run:
        try:
            write_together(paths)
        except OSError as error:
            what, fix = (
                f"cannot be written: {error.strerror}; nothing was written",
                "check the permissions of the folder",
            )
            raise InputError([Problem(Place(plan.folder), "unwritable-file", what, fix)]) from error
    return names


def _given(**options: str | None) -> dict[str, str]:
    return {key: value for key, value in options.items() if value is not None}


def _pairs(name: str, given: list[str] | None, known: tuple[str, ...] | None = None) -> dict[str, str]:
    """KEY=VALUE options; raises InputError for one that is none, or whose key is not known."""
    found: dict[str, str] = {}
    problems = []
    for item in given or ():
        key, sign, value = item.partition("=")
        if not sign or not key.strip() or not value.strip():
            what, fix = f"{item[:60]!r} is not of the form KEY=VALUE", f"write `--{name} KEY=VALUE`"
            problems.append(Problem(option(name), "bad-value", what, fix))
        elif known is not None and key.strip() not in known:
            near = nearest(key.strip(), known)
            fix = f"{f'did you mean {near[0]!r}? ' if near else ''}known: {', '.join(known)}"
            problems.append(Problem(option(name), "unknown-key", f"the key {key[:60]!r} is not known", fix))
        else:
            found[key.strip()] = value.strip()
    if problems:
        raise InputError(problems)
    return found


def _numbers(given: list[str] | None) -> dict[str, int]:
    found = _pairs("expect", given)
    wrong = [item for item in found.items() if not item[1].isascii() or not item[1].isdigit()]
    if wrong:
        fix = "write the number of entries: `--expect subcategory=72`"
        raise InputError([Problem(option("expect"), "bad-value", f"{v[:40]!r} is no number", fix) for _, v in wrong])
    return {key: int(value[:9]) for key, value in found.items()}
