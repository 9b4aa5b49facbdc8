"""`govkit init`: a new project."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, get_args

import typer
from pydantic import ValidationError

from govkit.catalogs.loading import Library, shipped_library
from govkit.cli.completing import words_of
from govkit.cli.invocation import Invocation
from govkit.errors import InputError, Place, Problem
from govkit.export.columns import wrapped
from govkit.files import write_atomic
from govkit.history.repository import History
from govkit.model.control import SystemKind
from govkit.model.project import Project, Role, Tier
from govkit.model.tailored import counted
from govkit.project import Tag, open_project
from govkit.starting import FILES, ReleaseStart, Start, starting_files
from govkit.validation import problems_of, unknown
from govkit.yaml_lines import Document

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)

MEANINGS: dict[str, str] = {
    "classifier": "sorts cases into classes, or says yes or no",
    "regressor": "estimates a number",
    "ranker": "puts things in an order, or recommends them",
    "generator": "writes text or code, makes images, sound or video",
    "agent": "acts by itself through tools",
    "general-purpose": "a model for many uses that others build on",
    "provider": "you offer the system to others",
    "deployer": "you run it in your own work",
    "developer": "you build it for somebody else",
    "user": "you use what somebody else runs",
    "minimal": "a nuisance at most",
    "limited": "people lose time, money or a service",
    "high": "people are harmed or treated unfairly",
}


@app.command()
def init(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Option("--name", help="Your organisation.")] = None,
    system: Annotated[str | None, typer.Option("--system", help="What the AI system is called.")] = None,
    kind: Annotated[
        str | None,
        typer.Option("--kind", help=f"One of {', '.join(get_args(SystemKind))}.", autocompletion=words_of(SystemKind)),
    ] = None,
    role: Annotated[
        str | None,
        typer.Option("--role", help=f"Yours: one of {', '.join(get_args(Role))}.", autocompletion=words_of(Role)),
    ] = None,
    tier: Annotated[
        str | None,
        typer.Option(
            "--tier",
            help=f"How much can go wrong: one of {', '.join(get_args(Tier))}.",
            autocompletion=words_of(Tier),
        ),
    ] = None,
    frameworks: Annotated[
        str | None,
        typer.Option("--frameworks", help="Catalogs in scope, ids with commas between; else those proposed."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; take the defaults.")] = False,
) -> None:
    """Start a governance project in this folder.

    On a terminal it asks for the system's name and then three questions: what kind of system it is, what your role is,
    how much can go wrong for people. From the answers it proposes frameworks, controls, common risks and, where the
    answer is plain, lines of the Statement of Applicability. Reads the tags of a git repository, if there is one.
    Writes govkit.yaml, controls.yaml, soa.yaml, risks.yaml and releases.yaml; when one of them is there already, writes
    nothing and exits 3. Decides nothing for you: what is open says "Not decided yet", and proposals are marked.

    Example: govkit init --system "Ticket router" --kind classifier --yes
    """
    invocation: Invocation = ctx.obj
    root = invocation.root
    _refuse_existing(root)
    asked = Questions(root, ask=not yes and sys.stdin.isatty())
    library = shipped_library()
    start = _start(
        {
            "frameworks": _frameworks(frameworks, library),
            "organisation": "Not named yet" if name is None else name,
            "system": asked.text(system, "What is the system called?"),
            "kind": asked.choice(kind, "Which kind of system is it?", SystemKind, "classifier", "--kind"),
            "role": asked.choice(role, "What is your role?", Role, "provider", "--role"),
            "tier": asked.choice(tier, "How much can go wrong for people?", Tier, "limited", "--tier"),
        }
    )
    history = History.open(root) if root.is_dir() else None
    _write(root, starting_files(start, library, _releases(history)))
    tags = [Tag(tag.name, tag.commit, tag.at) for tag in history.tags()] if history else []
    project = open_project(root, library, tags).project
    if asked.assumed:
        invocation.note(f"assumed: {', '.join(asked.assumed)}; all of it can be changed in govkit.yaml")
    for line in _report(root, start, project):
        typer.echo(line)


class Questions:
    """Answers from options, else from the person at the terminal, else the default."""

    def __init__(self, root: Path, *, ask: bool) -> None:
        self.root, self.ask = root, ask
        self.assumed: list[str] = []

    def text(self, given: str | None, question: str) -> str:
        """A name; the folder's name is the default."""
        return self._answer(given, question, self.root.resolve().name or "AI system", None, "--system")

    def choice(self, given: str | None, question: str, choices: Any, default: str, option: str) -> str:
        """One of a few words, each explained on the terminal; there the first letters of one are enough."""
        words: tuple[str, ...] = get_args(choices)

        def check(answer: str) -> str:
            begun = answer.strip().lower()
            fitting = [word for word in words if begun and word.startswith(begun)]
            if begun in words:
                return begun
            if len(fitting) > 1:
                raise typer.BadParameter(f"{begun} may be {' or '.join(fitting)}: write more of it")
            if not fitting:
                raise typer.BadParameter(f"choose one of {', '.join(words)}; its first letters are enough")
            return fitting[0]

        listed = "\n".join([question, *(f"  {word}: {MEANINGS[word]}" for word in words), "  answer"])
        return self._answer(given, listed, default, check, option)

    def _answer(
        self, given: str | None, question: str, default: str, check: Callable[[str], str] | None, option: str
    ) -> str:
        if given is not None:
            return given
        if self.ask:
            return str(typer.prompt(question, default=default, value_proc=check, err=True))
        self.assumed.append(f"{option} {default}")
        return default


def _refuse_existing(root: Path) -> None:
    there = [name for name in FILES if (root / name).exists() or (root / name).is_symlink()]
    fix = "nothing was written; start in another folder with `govkit -C FOLDER init`, or move this file away"
    if there:
        raise InputError([Problem(Place(name), "file-exists", "is there already", fix) for name in there])


def _frameworks(written: str | None, library: Library) -> tuple[str, ...] | None:
    """The catalogs named, each once; raises InputError for those there are none of."""
    if written is None:
        return None
    names = tuple(dict.fromkeys(name.strip() for name in written.split(",") if name.strip()))
    known = [name for name, catalog in library.catalogs.items() if catalog.requirements]
    wrong = [name for name in names if name not in known]
    if wrong:
        listing = f"choose among {', '.join(known)}"
        raise InputError([unknown(name, known, Place("--frameworks"), "catalog", listing) for name in wrong])
    return names


def _start(answers: dict[str, Any]) -> Start:
    try:
        return Start.model_validate(answers)
    except ValidationError as error:
        found = problems_of(error, Document("init", answers, {}), (), Start)
        raise InputError(Problem(Place("init"), one.ident, one.what, one.fix) for one in found) from error


def _releases(history: History | None) -> ReleaseStart:
    """The pattern of tags that look like versions, with or without a leading v, whichever is more common."""
    names = [tag.name for tag in history.tags()] if history else []
    dressed = [name for name in names if re.match(r"v\d", name)]
    bare = [name for name in names if re.match(r"\d", name)]
    pattern = None
    if dressed or bare:
        pattern = "v[0-9]*" if len(dressed) >= len(bare) else "[0-9]*"
    return ReleaseStart(pattern, history.head() if history else None)


def _write(root: Path, files: dict[str, bytes]) -> None:
    """All files or none."""
    written: list[Path] = []
    try:
        for name, content in files.items():
            write_atomic(root / name, content)
            written.append(root / name)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        what = f"cannot write here: {error.strerror}"
        fix = "check the permissions of the folder; nothing was written"
        raise InputError([Problem(Place(root.as_posix()), "unwritable-file", what, fix)]) from error


def _report(root: Path, start: Start, project: Project) -> Iterator[str]:
    """What was written, and what to do next."""
    where = "" if root == Path() else f"-C {root.as_posix()} "
    release = project.releases[-1].version if project.releases else "RELEASE"
    yield f"Wrote {', '.join(FILES)}."
    yield (
        f"{len(project.controls)} controls in use, {len(project.undecided)} undecided, {len(project.risks)} starter "
        f"risks, {len(project.releases)} release{'s' * (len(project.releases) != 1)}. Nothing is evidenced yet."
    )
    yield ""
    chosen = ", ".join(use.id for use in project.frameworks) or "none"
    yield wrapped(f"Frameworks {'proposed' if start.frameworks is None else 'in scope'}: {chosen}", 2)
    for profile in (project.profile,) if project.profile else ():
        counts = counted(project.tailored[project.systems[0].id].values())
        said = f"of {sum(counts)} requirements {counts.binding} bind, {counts.guidance} guidance, {counts.out} out"
        yield wrapped(f"Profile {'proposed' if start.frameworks is None else 'in use'}: {profile.id}; {said}", 2)
        position = f"--role {start.role} --kind {start.kind} --tier {start.tier}"
        yield f"  govkit show {profile.id} {position}   says why"
    yield ""
    yield "Next"
    yield '  1. Look for "Not written yet", "Not named yet" and "Not decided yet" in these files and fill them in.'
    steps = {
        "check": "names every mistake at once",
        "add RESULTS.json": "binds a result file as evidence",
        f"assess {release}": "judges the release; `--all` lists every check",
        "soa": "shows what the Statement of Applicability lacks",
    }
    width = max(map(len, steps))
    for number, (words, does) in enumerate(steps.items(), start=2):
        yield f"  {number}. govkit {where}{words:{width}}   {does}"
    yield "  6. Commit the files: dates, authors and approvals are read from git."
