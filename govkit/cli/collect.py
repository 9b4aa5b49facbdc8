"""`govkit collect`: read all bound evidence into immutable records."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from govkit.agreements import Agreements
from govkit.cli.invocation import Invocation, cache_folder, instant
from govkit.cli.judging import open_here
from govkit.collectors.registry import has_plugins
from govkit.errors import InputError
from govkit.export.problems_json import problem_json
from govkit.gather import Collected, Gatherer, asked_of
from govkit.report.words import counted

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def collect(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was read as JSON (govkit.collect/1).")] = False,
    anew: Annotated[
        bool, typer.Option("--anew", help="Read every file again, whatever this machine has read.")
    ] = False,
) -> None:
    """Read all bound evidence into immutable records.

    Reads every file bound in govkit.yaml. Writes one JSON per file and digest below records/evidence; only what a newer
    collector reads takes the place of what an older one read: two branches that both collected merge without conflict.
    Files that cannot be read are listed as problems (exit 3); the others are still recorded.

    Where there is much to read, digests of files and records that were read and agree are kept in this user's cache
    (~/.cache/govkit), and what has not changed by a byte is not read again. check, assess and report never look there.

    Example: govkit collect
    """
    invocation: Invocation = ctx.obj
    opened = open_here(invocation)
    gatherer = Gatherer(opened.project, opened.root, opened.history, collected=instant(None))
    files = gatherer.files()
    commits = opened.history.file_commits(gatherer.paths(files)) if opened.history.available else {}
    kept = Agreements(cache_folder() if gatherer.is_much(files) else None, opened.root, plugins=has_plugins())
    known = {} if anew else kept.load()
    found: list[Collected] = []
    for one in invocation.progress(gatherer.collect(files, commits, known), len(files), "reading evidence"):
        found.append(one)
        if one.format:
            invocation.detail(f"{one.path}: {one.format}, {one.values} values, sha256 {one.sha256[:12]}")
    agreed = {asked_of(item): one.agreed for item, one in zip(files, found, strict=True) if one.agreed}
    if agreed != known:
        kept.keep(agreed)
    written = sum(one.written for one in found)
    problems = tuple(dict.fromkeys(gatherer.problems))
    if as_json:
        document = {
            "schema": "govkit.collect/1",
            "written": written,
            "evidence": [_row(item) for item in found],
            "problems": [problem_json(problem) for problem in sorted(problems)],
        }
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
        if problems:
            raise typer.Exit(InputError.exit_code)
        return
    values = sum(one.values for one in found)
    said = (counted(len(found), "evidence file"), counted(values, "value"), counted(written, "new record"))
    typer.echo(", ".join(said))
    if problems:
        raise InputError(problems)


def _row(item: Collected) -> dict[str, object]:
    return {
        "path": item.path,
        "sha256": item.sha256,
        "release": item.release,
        "commit": item.commit,
        "format": item.format,
        "measurements": item.values,
    }
