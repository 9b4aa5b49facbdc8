"""The entry point: global options, commands loaded only when called, and what happens to errors."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperGroup

from govkit.cli.ending import ended
from govkit.cli.invocation import Invocation


class Entry(NamedTuple):
    """A command: where its `app` lives, and its line in the overview."""

    module: str
    summary: str


SECTIONS: dict[str, dict[str, Entry]] = {
    "Start": {
        "demo": Entry("demo", "Make an example project with a git history, ready to assess."),
        "init": Entry("init", "Start a governance project in this folder."),
        "check": Entry("check", "Check the project, a catalog, or OSCAL documents; list all problems."),
        "doctor": Entry("doctor", "Say what this machine has and lacks for govkit, and how to get it."),
    },
    "Evidence": {
        "add": Entry("add", "Recognise a result file and bind it as evidence."),
        "collect": Entry("collect", "Read all bound evidence into immutable records."),
        "fetch": Entry("fetch", "Ask a server for results and keep its answer as evidence."),
        "read": Entry("read", "Show what a collector reads from a file; needs no project."),
    },
    "Judgement": {
        "assess": Entry("assess", "Judge a release and say whether its gate is open."),
        "diff": Entry("diff", "Compare two releases: checks, controls and risks that moved."),
        "trace": Entry("trace", "Follow one id from requirement to file, digest and commit, and back."),
        "deployments": Entry("deployments", "Compare options of deployment: latency, cost, energy, memory, quality."),
        "bars": Entry("bars", "List every bar: who set it, when, in which commit, and whether it moved."),
    },
    "Risk and applicability": {
        "risk": Entry("risk", "List, show and accept risks."),
        "soa": Entry("soa", "Show the Statement of Applicability and what it lacks."),
    },
    "Catalogs": {
        "show": Entry("show", "Show a catalog, requirement or control; search by words."),
        "map": Entry("map", "Show the pairs between two catalogs, and how much rests on one reading."),
        "import": Entry("importing", "Make a catalog or mappings from somebody else's file."),
        "coverage": Entry("coverage", "Count which requirements the controls in use reach."),
        "export": Entry(
            "export", "Write catalogs, mappings and results in the formats of other tools (OSCAL, Every Eval Ever)."
        ),
    },
    "Reports": {
        "report": Entry("report", "Write the assessment of a release as PDF and HTML."),
    },
}
COMMANDS: dict[str, Entry] = {name: entry for section in SECTIONS.values() for name, entry in section.items()}


class LazyGroup(TyperGroup):
    """Imports the module of a command only when that command is called: `--help` stays fast."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  (signature is typer's)
        """Names in the order of the overview."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """The command, imported now."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command = typer.main.get_command(importlib.import_module(f"govkit.cli.{entry.module}").app)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """The overview, from the table above: no command is imported for it."""
        for section, entries in SECTIONS.items():
            with formatter.section(section):
                formatter.write_dl([(name, entry.summary) for name, entry in entries.items()])


app = typer.Typer(
    cls=LazyGroup,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from govkit import __version__

        typer.echo(f"govkit {__version__}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    project: Annotated[
        Path, typer.Option("--project", "-C", help="Project folder (holds govkit.yaml).", show_default="this folder")
    ] = Path(),
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no notes on stderr.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Name every file and its collector.")] = False,
    version: Annotated[  # noqa: ARG001  (handled by its callback)
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Evidence-based governance of AI models: catalogs, evidence, judgement, risk register, reports.

    Results go to stdout, everything else to stderr. Exit codes: 0 done and gate open, 2 usage, 3 the files are wrong or
    there is nothing to assess, 4 git, a missing package or the renderer failed, 10 the gate is closed, 1 a bug.
    """
    ctx.obj = Invocation(root=project, quiet=quiet, verbose=verbose)


def run() -> None:
    """Run the command line; every error ends in one message and the exit code of its kind."""
    arguments = sys.argv[1:]
    ended(lambda: app(args=arguments, prog_name="govkit"), arguments)
