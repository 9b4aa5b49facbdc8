"""`govkit add`: recognise files and bind them as evidence."""

from __future__ import annotations

import glob
import os.path
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from govkit.assess.question import has_conditions
from govkit.cli.ending import harmless
from govkit.cli.invocation import Invocation
from govkit.cli.judging import Opened, find_release, open_here
from govkit.collectors import registry
from govkit.editing import appended
from govkit.errors import CollectorError, ExitCode, InputError, Place, Problem
from govkit.export.added import Added, added_json, added_lines
from govkit.files import inside, read_bytes, write_atomic
from govkit.gather import Found, Gatherer
from govkit.model.base import seen
from govkit.model.control import Criterion
from govkit.model.evidence import Reading
from govkit.model.project import Binding, Project
from govkit.project import MAIN
from govkit.validation import problems_of
from govkit.yaml_lines import Document, load_yaml

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)

ORGANISATION_WIDE = frozenset({"document", "register", "attestation"})
"""Formats that hold for the organisation, unless a control in use asks for one per release."""


@app.command()
def add(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Result files inside the project.")],
    release: Annotated[
        str | None, typer.Option("--release", "-r", help="Release the files are about; the only one if there is one.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", metavar="MAPPING", help="Read JSON or CSV as this mapping file says.")
    ] = None,
    format: Annotated[
        str | None, typer.Option("--format", help="Use this collector; else the content decides.")
    ] = None,
    dataset: Annotated[
        str | None, typer.Option("--dataset", metavar="ID", help="The data the values were measured on.")
    ] = None,
    model_sha256: Annotated[
        str | None, typer.Option("--model-sha256", metavar="DIGEST", help="Digest of the model that was measured.")
    ] = None,
    condition: Annotated[
        list[str] | None,
        typer.Option(
            "--condition", metavar="KEY=VALUE", help="Under which it was measured: hardware=H100. Repeatable."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Recognise the files, and write nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON (govkit.add/1).")] = False,
) -> None:
    """Recognise result files and bind them as evidence.

    Reads each FILE, recognised by content and not by name. Writes one entry per file under `evidence:` in govkit.yaml;
    every other line of it stays as it was. Exits 3 when a file cannot be read or lies outside the project; the others
    are bound all the same.

    Example: govkit add evidence/1.2/load.json --release 1.2 --condition hardware=H100
    """
    invocation: Invocation = ctx.obj
    opened = open_here(invocation)
    options = _options(opened.root, mapping, format, dataset, model_sha256, _conditions(condition or []))
    version = find_release(opened.project, release).version if release is not None else None
    adding = Adding(opened, version, options, dry_run=dry_run)
    for file in files:
        adding.file(file)
    problems = tuple(sorted(set(adding.problems)))
    written = adding.write()
    if as_json:
        typer.echo(added_json(adding.found, problems, written=written))
        if problems:
            raise typer.Exit(ExitCode.FILES)
        return
    for item in adding.found:
        for line in added_lines(item):
            typer.echo(harmless(line))
    if dry_run:
        invocation.note("nothing was written (--dry-run)")
    if problems:
        raise InputError(problems)


class Adding:
    """Files on their way into govkit.yaml; what is wrong with one does not hold up the others."""

    def __init__(self, opened: Opened, release: str | None, options: dict[str, Any], *, dry_run: bool) -> None:
        self.opened, self.release, self.options, self.dry_run = opened, release, options, dry_run
        self.bound = Gatherer(opened.project, opened.root, opened.history).files()
        self.found: list[Added] = []
        self.entries: list[dict[str, Any]] = []
        self.problems: list[Problem] = []

    def file(self, file: Path) -> None:
        """One file recognised and put on the list, or the Problem that prevents it."""
        try:
            path = _relative(self.opened.root, file)
            if any(item.path == path for item in self.found):
                return
            earlier = _bound_earlier(self.bound, path, self.release)
            added = self._already(earlier) if earlier else self._new(path)
        except InputError as error:
            self.problems.extend(error.problems)
            return
        self.found.append(added)

    def _already(self, earlier: Found) -> Added:
        project, root = self.opened.project, self.opened.root
        spots = load_yaml(read_bytes(root / MAIN, shown=MAIN), MAIN)
        place = spots.place(("evidence", project.bindings.index(earlier.binding)))
        return Added(earlier.path, "already-bound", earlier.release, f"{place.path}:{place.line}")

    def _new(self, path: str) -> Added:
        target = inside(self.opened.root, path)
        sniffed = None
        mapping = self.options.get("mapping")
        try:
            if mapping is None and "format" not in self.options:
                sniffed = registry.identify(target, path)
            reading = registry.read(
                target,
                path,
                format=sniffed.format if sniffed else self.options.get("format"),
                mapping=inside(self.opened.root, mapping) if mapping else None,
                mapping_shown=mapping,
            )
        except CollectorError as error:
            raise InputError([_with_way_out(error.problem(path))]) from error
        looking = _looking(self.opened.project, reading, self.options.get("conditions", {}))
        release = self.release or _only_release(self.opened.project, reading, looking.values(), path)
        entry = {"path": glob.escape(path), **self.options, **({"release": release} if release else {})}
        self.entries.append(entry)
        status: Any = "would-bind" if self.dry_run else "bound"
        confidence, reason = (sniffed.confidence, sniffed.reason) if sniffed else (None, None)
        return Added(path, status, release, None, reading, confidence, reason, tuple(looking))

    def write(self) -> bool:
        """Put all entries into govkit.yaml at once; False when there is nothing to write."""
        if self.dry_run or not self.entries:
            return False
        path = (self.opened.root / MAIN).resolve()
        content = read_bytes(path, shown=MAIN)
        for entry in self.entries:
            content = appended(content, ("evidence",), entry, shown=MAIN)
        try:
            write_atomic(path, content)
        except OSError as error:
            what, fix = f"cannot be written: {error.strerror}", "check the permissions of the file and its folder"
            raise InputError([Problem(Place(MAIN), "unwritable-file", what, fix)]) from error
        return True


def _relative(root: Path, file: Path) -> str:
    """The path as the project writes it; a path that is not there as given is looked for in the project's folder."""
    given = file if file.exists() or not (root / file).exists() else root / file
    top, target = Path(os.path.abspath(root)), Path(os.path.abspath(given))  # noqa: PTH100  (links are followed second)
    for base, path in ((top, target), (top.resolve(), target.resolve())):
        if path.is_relative_to(base):
            relative = path.relative_to(base).as_posix()
            if "{release}" in relative:
                what = "the name holds {release}, which stands for every release in a binding"
                raise InputError([Problem(Place(relative), "bad-path", what, "rename the file")])
            inside(root, relative)
            if seen(relative) != relative:
                what = "the name of this file holds characters that nobody can see, or that are no text"
                fix = "give the file a name of visible characters"
                raise InputError([Problem(Place(seen(relative)), "bad-path", what, fix)])
            return relative
    shown = file.as_posix()
    fix = f"copy it into the project, for example to evidence/{file.name}, and add that: what is outside is not in git"
    raise InputError([Problem(Place(shown), "outside-project", "lies outside the project", fix)])


def _conditions(asked: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in asked:
        key, sign, value = (part.strip() for part in text.partition("="))
        if not (key and sign and value):
            raise typer.BadParameter(f"{text!r} states nothing; write KEY=VALUE", param_hint="--condition")
        if found.setdefault(key, value) != value:
            raise typer.BadParameter(f"{key} is stated twice: {found[key]}, {value}", param_hint="--condition")
    return found


def _options(
    root: Path,
    mapping: Path | None,
    format: str | None,
    dataset: str | None,
    model_sha256: str | None,
    conditions: dict[str, str],
) -> dict[str, Any]:
    """The part of the entries that all files share, checked."""
    options: dict[str, Any] = {}
    if format is not None:
        options["format"] = format
    if mapping is not None:
        options["mapping"] = _relative(root, mapping)
    if dataset is not None:
        options["dataset"] = {"id": dataset}
    if model_sha256 is not None:
        options["model_sha256"] = model_sha256
    if conditions:
        options["conditions"] = conditions
    try:
        Binding.model_validate({"path": "file", **options})
    except ValidationError as error:
        found = problems_of(error, Document("add", options, {}), (), Binding)
        raise InputError(Problem(Place("add"), one.ident, one.what, one.fix) for one in found) from error
    return options


def _bound_earlier(bound: Iterable[Found], path: str, release: str | None) -> Found | None:
    """The entry that binds the file already, for this release or for all."""
    return next((b for b in bound if b.path == path and (release is None or b.release in (release, None))), None)


def _with_way_out(problem: Problem) -> Problem:
    if problem.ident != "unknown-format":
        return problem
    fix = f"{problem.fix}; then `govkit add {problem.where.path} --mapping MAPPING.yaml`"
    return Problem(problem.where, problem.ident, problem.what, fix)


def _looking(project: Project, reading: Reading, stated: dict[str, str]) -> dict[str, Criterion]:
    """`CONTROL/criterion` to each criterion in use that looks at one of the measurements."""
    from fnmatch import fnmatchcase

    return {
        f"{control.id}/{criterion.id}": criterion
        for control in project.controls
        for criterion in control.criteria
        if any(
            fnmatchcase(item.measure, criterion.measure)
            and has_conditions({**stated, **item.conditions}, criterion.where)
            for item in reading.measurements
        )
    }


def _only_release(project: Project, reading: Reading, looking: Iterable[Criterion], path: str) -> str | None:
    """The project's only release; none for what holds for the whole organisation; else the choice is the person's."""
    per_release = any(criterion.release != "any" for criterion in looking)
    if reading.format in ORGANISATION_WIDE and not per_release:
        return None
    versions = [item.version for item in project.releases]
    if len(versions) == 1:
        return versions[0]
    if not versions:
        fix = 'add one to releases.yaml (version, tag, baseline), or `from_tags: "v*"` to read them from git'
        raise InputError([Problem(Place("releases.yaml"), "no-release", "this project has no release yet", fix)])
    what = "is evidence for one release, and the project has several"
    fix = f"say which with --release: {', '.join(versions)}"
    raise InputError([Problem(Place(path), "release-needed", what, fix)])
