"""Writes docs/commands/: one page for each command, from what `--help` prints. `make docs` runs it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import typer
from typer.testing import CliRunner

from govkit.cli.main import COMMANDS, SECTIONS, app

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "commands"
NOTE = "<!-- Written by `make docs` from --help; edit the command, not this page. -->"
COLUMNS = "100"


def helped(*names: str) -> str:
    """What `govkit NAMES --help` prints on a terminal of a fixed width."""
    terminal = {"COLUMNS": COLUMNS, "TERMINAL_WIDTH": COLUMNS, "NO_COLOR": "1", "TERM": "dumb"}
    result = CliRunner(env=terminal).invoke(app, [*names, "--help"], prog_name="govkit")
    if result.exit_code != 0:
        raise SystemExit(f"govkit {' '.join(names)} --help failed: {result.output or result.exception!r}")
    return "\n".join(line.rstrip() for line in result.stdout.strip().splitlines())


def parts(name: str) -> list[str]:
    """The subcommands of a command, in the order of its overview."""
    root = typer.main.get_command(app)
    command = root.get_command(typer.Context(root), name)  # type: ignore[attr-defined]
    return list(getattr(command, "commands", {}))


def page(name: str) -> str:
    """The page of one command."""
    lines = [NOTE, f"# govkit {name}", "", COMMANDS[name].summary, "", "```", helped(name), "```"]
    for part in parts(name):
        lines += ["", f"## govkit {name} {part}", "", "```", helped(name, part), "```"]
    return "\n".join([*lines, ""])


def overview() -> Iterator[str]:
    """Lines of the page that lists all commands."""
    yield from (NOTE, "# Commands", "", "Results go to stdout, everything else to stderr.")
    yield "[Exit codes](../exit-codes.md) are the same for every command."
    for section, entries in SECTIONS.items():
        yield from ("", f"## {section}", "", "| command | what it does |", "|---|---|")
        yield from (f"| [{name}]({name}.md) | {entry.summary} |" for name, entry in entries.items())
    yield from ("", "## Options of every command", "", "```", helped(), "```", "")


def pages() -> dict[str, str]:
    """File name to text, as it should be."""
    return {"README.md": "\n".join(overview())} | {f"{name}.md": page(name) for name in COMMANDS}


def main() -> None:
    """Write every page, and remove those of commands that are gone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for path in FOLDER.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
