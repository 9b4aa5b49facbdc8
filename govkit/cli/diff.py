"""`govkit diff`: what moved between two releases."""

from __future__ import annotations

import json
import textwrap
from typing import Annotated

import typer

from govkit.assess.differences import differences
from govkit.cli.invocation import Invocation, instant
from govkit.cli.judging import find_release, judge_opened, open_here
from govkit.model.assessment import Difference

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)

_HEADINGS = {
    "worse": "Worse",
    "gone": "No longer judged",
    "moved": "Moved",
    "new": "New",
    "better": "Better",
    "same": "Same outcome",
}


@app.command()
def diff(
    ctx: typer.Context,
    before: Annotated[str, typer.Argument(help="Version or tag of the earlier release.")],
    after: Annotated[str, typer.Argument(help="Version or tag of the later release.")],
    as_of: Annotated[str | None, typer.Option("--as-of", help="Judge both as of this date or instant.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the differences as JSON (govkit.diff/1).")] = False,
) -> None:
    """Compare two releases: checks, controls and risks that moved.

    Judges both releases now, under the same bars. When the earlier one is the baseline of the later one, git also tells
    which checks, risks and settings are gone or moved since. Reads the project, its evidence and git; writes nothing.
    Exits 0 whatever the difference; `govkit assess` is what judges.

    Example: govkit diff 1.0 1.1
    """
    invocation: Invocation = ctx.obj
    opened = open_here(invocation)
    when = instant(as_of)
    old, new = (
        judge_opened(opened, find_release(opened.project, version), when).assessment for version in (before, after)
    )
    moved = differences((old.checks, old.findings, old.risks), (new.checks, new.findings, new.risks))
    if new.baseline == old.release:
        known = {item.subject for item in moved}
        moved += [d for d in new.differences if d.direction == "moved"]
        moved += [d for d in new.differences if d.direction == "gone" and d.subject not in known]
    if as_json:
        document = {
            "schema": "govkit.diff/1",
            "before": {"release": old.release, "gate_open": old.gate.open},
            "after": {"release": new.release, "gate_open": new.gate.open},
            "differences": [item.model_dump(mode="json") for item in moved],
        }
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    typer.echo(f"{old.release} (gate {_word(old.gate.open)}) -> {new.release} (gate {_word(new.gate.open)})")
    for direction, heading in _HEADINGS.items():
        _section(heading, [item for item in moved if item.direction == direction])
    if not moved:
        typer.echo("nothing moved")


def _word(gate_open: bool) -> str:
    return "open" if gate_open else "closed"


def _section(heading: str, items: list[Difference]) -> None:
    if not items:
        return
    typer.echo(f"\n{heading}")
    for item in items:
        head = f"  {item.kind} {item.subject}: {item.before} -> {item.after}"
        typer.echo(head)
        typer.echo(textwrap.fill(item.text, 100, initial_indent="    ", subsequent_indent="    "))
