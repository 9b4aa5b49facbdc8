"""`govkit bars`: who set each bar, when, whether it moved, and whether it came before the result."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from govkit.cli.ending import harmless
from govkit.cli.invocation import Invocation

if TYPE_CHECKING:
    from govkit.cli.judging import Opened
    from govkit.export.bars import Result
    from govkit.model.assessment import BarSet
    from govkit.model.project import Release

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def bars(
    ctx: typer.Context,
    version: Annotated[str, typer.Argument(metavar="RELEASE", help="Version or tag of the release.")],
    moved: Annotated[bool, typer.Option("--moved", help="Only bars that moved since the baseline release.")] = False,
    late: Annotated[bool, typer.Option("--late", help="Only bars that are not known to precede the result.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON (govkit.bars/1).")] = False,
) -> None:
    """List every bar: who set it, when, in which commit, whether it moved, and how it stands to the newest result.

    Reads the project, every committed version of its controls file and of govkit.yaml (the policy is part of every
    bar), and the bound evidence; writes nothing. A bar the project leaves to the catalog counts as set when its
    control came into use.

    Example: govkit bars 1.2 --late
    """
    from govkit.cli.judging import find_release, open_here
    from govkit.export.bars import bars_document, bars_listed, bars_text
    from govkit.history.bars import bars_of
    from govkit.history.policy import policy_set
    from govkit.project import MAIN

    invocation: Invocation = ctx.obj
    opened = open_here(invocation)
    project, history = opened.project, opened.history
    release = find_release(project, version)
    baseline = project.release(release.baseline) if release.baseline else None
    found = bars_of(history, project.controls_file, project.controls, baseline)
    policy = policy_set(history, MAIN, baseline)
    compared = baseline is not None and history.release_commit(baseline) is not None
    listed = bars_listed(project.controls, found, _results(opened, release, found))
    if moved:
        listed = [bar for bar in listed if bar.set and bar.set.moved_since]
    if late:
        listed = [bar for bar in listed if bar.result is not None and bar.result.standing != "before"]
    for problem in history.problems:
        invocation.note(str(problem))
    if as_json:
        document = bars_document(listed, release, policy, history.available)
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        typer.echo(harmless(bars_text(listed, release, policy, compared)))


def _results(opened: Opened, release: Release, found: dict[str, BarSet]) -> dict[str, Result]:
    """The newest result of every criterion, and how the bar stands to it."""
    from govkit.assess.order import newest_result, order_of
    from govkit.assess.question import Pool
    from govkit.export.bars import Result
    from govkit.gather import gather
    from govkit.history.lines import on_this_line

    gathered = gather(opened.project, opened.root, opened.history, releases=[release])
    found = on_this_line(opened.history, found, gathered.evidence)
    pool = Pool(gathered.evidence, datetime.max.replace(tzinfo=UTC))
    results = {}
    for control in opened.project.controls:
        for criterion in control.criteria:
            key = f"{control.id}/{criterion.id}"
            newest = newest_result(pool, criterion, release)
            if newest is not None:
                order = order_of(newest, found.get(key))
                results[key] = Result(newest.evidence.path, newest.observed, order.standing, order.text)
    return results
