"""`govkit check`: the project, the shipped catalogs, or OSCAL documents; all problems at once."""

from __future__ import annotations

from typing import Annotated

import typer

from govkit.cli.completing import record_ids
from govkit.cli.invocation import Invocation

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def check(
    ctx: typer.Context,
    what: Annotated[
        list[str] | None,
        typer.Argument(
            help="Ids or paths of catalogs, mappings, profiles; or paths of OSCAL documents.", autocompletion=record_ids
        ),
    ] = None,
    frameworks: Annotated[
        bool, typer.Option("--frameworks", help="Look into every catalog, mapping and profile that comes with govkit.")
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print JSON (govkit.check/1, govkit.framework-check/1, govkit.document-check/1)."),
    ] = False,
) -> None:
    """Check the project; or a catalog, mapping or profile; or OSCAL documents. List all problems.

    Without an argument it reads govkit.yaml, the files beside it, and every bound evidence file. What git cannot tell
    (no repository, shallow history) is said, but is not an error.

    With the id (or folder, or file) of a catalog, mapping or profile it prints one screen: publisher, edition, licence,
    every source, what was counted again in the file and held against what the file states, and what nobody checked.

    With the path of an OSCAL document (JSON or YAML) it holds the document against NIST's schema, follows every
    reference in it, and compares the digests it states with the files beside it. Documents named together count as
    known to each other. Nothing outside the folder of a document is read, nothing is fetched. Every question has three
    answers: it holds, it is broken, it cannot be told; the last is counted and explained, and is never a pass.

    Writes nothing. Exits 3 when something is broken.

    Example: govkit check

    Example: govkit check nist-ai-rmf-1.0

    Example: govkit check results.json catalog.json
    """
    invocation: Invocation = ctx.obj
    if frameworks:
        from govkit.cli.check_frameworks import check_shipped

        if what:
            raise typer.BadParameter("--frameworks takes no names: it looks into everything that comes with govkit")
        check_shipped(invocation, as_json=as_json)
    elif what:
        _named(invocation, what, as_json=as_json)
    else:
        from govkit.cli.check_project import check_project

        check_project(invocation, as_json=as_json)


def _named(invocation: Invocation, what: list[str], *, as_json: bool) -> None:
    from govkit.cli.check_documents import check_documents, read_documents
    from govkit.cli.check_frameworks import are_frameworks, check_frameworks

    kinds = set(are_frameworks(what))
    if kinds == {True, False}:
        raise typer.BadParameter("name catalogs, mappings and profiles, or OSCAL documents, and not both at once")
    if kinds == {True}:
        check_frameworks(invocation, what, as_json=as_json)
    else:
        check_documents(read_documents(what), as_json=as_json)
