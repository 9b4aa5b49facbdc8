"""`govkit check`: the project, the shipped catalogs, or OSCAL documents; all problems at once."""

from __future__ import annotations

from typing import Annotated

import typer

from govkit.cli.invocation import Invocation

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def check(
    ctx: typer.Context,
    what: Annotated[list[str] | None, typer.Argument(help="Paths of OSCAL documents; without: this project.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON (govkit.check/1, govkit.document-check/1).")
    ] = False,
) -> None:
    """Read every file of the project and list all problems; or check OSCAL documents.

    Without an argument it reads govkit.yaml, the files beside it, and every bound evidence file. What git cannot tell
    (no repository, shallow history) is said, but is not an error.

    With the path of an OSCAL document (JSON or YAML) it holds the document against NIST's schema, follows every
    reference in it, and compares the digests it states with the files beside it. Documents named together count as
    known to each other. Nothing outside the folder of a document is read, nothing is fetched. Every question has three
    answers: it holds, it is broken, it cannot be told; the last is counted and explained, and is never a pass.

    Writes nothing. Exits 3 when something is wrong.

    Example: govkit check

    Example: govkit check results.json catalog.json
    """
    invocation: Invocation = ctx.obj
    if what:
        from govkit.cli.check_documents import check_documents, read_documents

        check_documents(read_documents(what), as_json=as_json)
    else:
        from govkit.cli.check_project import check_project

        check_project(invocation, as_json=as_json)
