"""`govkit coverage`: which requirements the controls in use reach."""

from __future__ import annotations

import json
from typing import Annotated, Literal, NamedTuple

import typer

from govkit.catalogs.covering import reach
from govkit.catalogs.loading import Library, shipped_library
from govkit.cli.completing import catalog_ids
from govkit.cli.invocation import Invocation
from govkit.errors import InputError, Place
from govkit.export.catalog_json import coverage_document
from govkit.export.catalog_text import coverage_text
from govkit.model.control import Control
from govkit.model.tailored import Tailored, over_systems
from govkit.validation import unknown

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def coverage(
    ctx: typer.Context,
    framework: Annotated[
        str | None, typer.Option("--framework", help="Only this catalog.", autocompletion=catalog_ids)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON (govkit.coverage/1).")] = False,
) -> None:
    """Count which requirements the controls in use reach.

    Reads the project's govkit.yaml and controls.yaml; without a project it counts, in one line a catalog, what the
    shipped baseline controls reach. Writes nothing. Reached means that a control claims the requirement, not that there
    is evidence. What the project's profile puts out is not counted; it is listed with the profile's reasons.

    Example: govkit coverage --framework iso-42001-2023
    """
    use = _in_use(ctx.obj)
    claimed = use.library.claims(use.controls)
    reaches = [
        reach(use.library.catalogs[name], claimed, use.profile, use.tailored, use.decided)
        for name in _chosen(framework, use)
    ]
    if as_json:
        typer.echo(json.dumps(coverage_document(use.basis, reaches), indent=2, ensure_ascii=False))
        return
    brief = use.basis == "baseline" and framework is None
    typer.echo("\n".join(coverage_text(use.basis, len(use.controls), reaches, brief=brief)))


class Use(NamedTuple):
    """What is counted."""

    basis: Literal["project", "baseline"]
    library: Library
    controls: tuple[Control, ...]
    in_scope: tuple[str, ...]
    """Catalogs whose requirements are counted unless another is asked for."""
    profile: str | None
    tailored: dict[str, Tailored]
    """Full id to what the profile says of all systems together."""
    decided: frozenset[str]
    """Full ids with a line in the statement, which goes before the profile."""


def _in_use(invocation: Invocation) -> Use:
    """The project's controls and frameworks; without a project all that is shipped."""
    if not (invocation.root / "govkit.yaml").is_file():
        library = shipped_library()
        return Use(
            "baseline", library, tuple(library.controls().values()), tuple(library.catalogs), None, {}, frozenset()
        )
    from govkit.cli.judging import open_here

    opened = open_here(invocation)
    project = opened.project
    in_scope = tuple(framework.id for framework in project.frameworks)
    decided = frozenset(line.requirement for line in project.statement.lines) if project.statement else frozenset()
    profile = project.profile.id if project.profile else None
    return Use("project", opened.library, project.controls, in_scope, profile, over_systems(project.tailored), decided)


def _chosen(framework: str | None, use: Use) -> list[str]:
    """The catalogs to count: those in scope, or the one asked for; raises InputError with the nearest one."""
    known = [name for name, catalog in use.library.catalogs.items() if catalog.leaves()]
    if framework is None:
        return [name for name in known if name in use.in_scope]
    if framework not in known:
        raise InputError([unknown(framework, known, Place("--framework"), "catalog", f"choose {', '.join(known)}")])
    return [framework]
