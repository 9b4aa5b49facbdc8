"""The part of `govkit check` that reads a project: every file, every bound evidence file."""

from __future__ import annotations

import json

import typer

from govkit.cli.invocation import Invocation
from govkit.cli.judging import open_here
from govkit.errors import InputError
from govkit.export.problems_json import problem_json
from govkit.gather import Gatherer
from govkit.report.words import counted


def check_project(invocation: Invocation, *, as_json: bool) -> None:
    """Print what the project holds; raises InputError with every Problem."""
    opened = open_here(invocation)
    gatherer = Gatherer(opened.project, opened.root, opened.history)
    files = gatherer.files()
    for one in invocation.progress(gatherer.collect(files, {}, {}), len(files), "reading evidence"):
        if one.format:
            invocation.detail(f"{one.path}: {one.format} ({one.values} values)")
    problems = tuple(dict.fromkeys(gatherer.problems))
    project = opened.project
    counts = {
        "controls": len(project.controls),
        "undecided": len(project.undecided),
        "risks": len(project.risks),
        "releases": len(project.releases),
        "evidence": len(files),
    }
    if as_json:
        notes = [problem_json(problem) for problem in opened.history.problems]
        found = [problem_json(problem) for problem in sorted(problems)]
        document = {"schema": "govkit.check/1", "counts": counts, "problems": found, "notes": notes}
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        for note in opened.history.problems:
            invocation.note(str(note))
        typer.echo(
            f"{counted(counts['controls'], 'control')} in use ({counts['undecided']} undecided), "
            f"{counted(counts['risks'], 'risk')}, {counted(counts['releases'], 'release')}, "
            f"{counted(counts['evidence'], 'evidence file')}"
        )
    if problems:
        if as_json:
            raise typer.Exit(InputError.exit_code)
        raise InputError(problems)
