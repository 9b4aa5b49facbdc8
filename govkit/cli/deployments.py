"""`govkit deployments`: options of deployment and releases beside each other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from govkit.cli.ending import harmless
from govkit.cli.invocation import Invocation, instant

if TYPE_CHECKING:
    from govkit.model.deployment import DeploymentRules

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def deployments(
    ctx: typer.Context,
    versions: Annotated[
        list[str] | None, typer.Argument(metavar="[RELEASE]...", help="Versions or tags; all releases without one.")
    ] = None,
    measure: Annotated[
        list[str] | None,
        typer.Option("--measure", metavar="NAME[,KEY=VALUE]...", help="A measure of quality to show; repeatable."),
    ] = None,
    sources: Annotated[bool, typer.Option("--sources", help="Name file, digest and formula of every value.")] = False,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Compare as of this date or instant.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one row a value as CSV.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the table as JSON (govkit.deployments/1).")] = False,
) -> None:
    """Compare options of deployment: latency, throughput, cost, energy, memory and quality of each.

    An option is what the evidence says about deployment, region, hardware, precision and quantisation; values under
    another load are marked as not comparable. Cost comes from evidence, or is computed from the prices in govkit.yaml,
    with its formula. Reads the project and its bound evidence; writes nothing; decides nothing.

    Example: govkit deployments 1.0 1.1 --measure inspect/qa/accuracy --sources
    """
    from govkit.assess.deployments import deployments as compared
    from govkit.cli.judging import find_release, open_here
    from govkit.export.deployments import deployments_csv, deployments_text
    from govkit.gather import gather

    invocation: Invocation = ctx.obj
    if as_csv and as_json:
        raise typer.BadParameter("choose one of --json and --csv")
    opened = open_here(invocation)
    project = opened.project
    names = versions or [release.version for release in project.releases] or [""]
    releases = list({(found := find_release(project, name)).version: found for name in names}.values())
    gathered = gather(project, opened.root, opened.history, releases=releases)
    for problem in (*gathered.problems, *opened.history.problems):
        invocation.note(str(problem))
    rules = _with(project.deployments, measure or [])
    table = compared(project, gathered.evidence, releases, instant(as_of), rules)
    if as_json:
        document = table.model_dump(mode="json", by_alias=True, exclude_none=True)
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    elif as_csv:
        typer.echo(deployments_csv(table), nl=False)
    else:
        typer.echo(harmless(deployments_text(table, sources=sources)))


def _with(rules: DeploymentRules, asked: list[str]) -> DeploymentRules:
    """The project's rules, with the measures asked for beside its own."""
    from govkit.model.deployment import WantedMeasure

    more = []
    for text in asked:
        name, *pairs = (part.strip() for part in text.split(","))
        where = dict(pair.partition("=")[::2] for pair in pairs)
        if not name or any("=" not in pair for pair in pairs):
            raise typer.BadParameter(
                f"{text!r} names no measure; write NAME, or NAME,KEY=VALUE", param_hint="--measure"
            )
        more.append(WantedMeasure(measure=name, where=where))
    return rules.model_copy(update={"measures": (*rules.measures, *(one for one in more if one not in rules.measures))})
