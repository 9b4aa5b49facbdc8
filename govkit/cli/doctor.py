"""`govkit doctor`: what this machine has and lacks, and how to get it. The project is not looked at."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import platform
import re
import sys
import warnings
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from govkit.errors import ExitCode

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)

OLDEST_GIT = (2, 25)
"""Source: git's release notes; trailers in a log format, and refusing bare repositories, need no more."""

_SYSTEM_LIBRARIES = {
    "linux": "apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "darwin": "brew install pango harfbuzz",
    "win32": "in MSYS2: pacman -S mingw-w64-ucrt-x86_64-pango",
}
"""Source: tried on a bare Debian 12 with WeasyPrint 70; for the others, WeasyPrint's documentation."""


class Part(NamedTuple):
    """One thing govkit uses, and whether it is there."""

    name: str
    needed_for: str
    found: str | None
    """Version, or what there is; None when it is missing."""
    good: bool
    fix: str | None = None


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON (govkit.doctor/1).")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 4 when anything is missing or too old.")] = False,
) -> None:
    """Say what this machine has and lacks for govkit, and how to get it.

    Looks at Python, git, packages and system libraries; reads no project and writes nothing. Exits 0 unless --strict.

    Example: govkit doctor
    """
    parts = list(examined())
    if as_json:
        listed = [part._asdict() | ({"fix": None} if part.good else {}) for part in parts]
        good = all(part.good for part in parts)
        typer.echo(json.dumps({"schema": "govkit.doctor/1", "good": good, "parts": listed}, indent=2))
    else:
        for part in parts:
            typer.echo(
                f"{'ok' if part.good else 'LACKS':<6}{part.name:<18}{part.found or 'missing':<22}{part.needed_for}"
            )
            if part.fix and not part.good:
                typer.echo(f"      fix: {part.fix}")
    if strict and not all(part.good for part in parts):
        raise typer.Exit(ExitCode.SURROUNDINGS)


def examined() -> Iterator[Part]:
    """Every part, needed ones first."""
    yield _python()
    yield _git()
    # Asked for its dependency: GitPython itself refuses to be imported where there is no git program.
    yield _package("GitPython", "gitdb", "dates, authors, approvals", "pip install gitpython")
    yield _yaml_reader()
    yield _inspect_logs()
    yield _package("scipy", "scipy.special", "some intervals and paired tests", "pip install 'govkit[stats]'")
    oscal = "pip install 'govkit[oscal]'"
    yield _package("jsonschema-rs", "jsonschema_rs", "OSCAL documents against their schemas", oscal)
    yield from _renderer()


def _python() -> Part:
    good = sys.version_info >= (3, 11)
    return Part("Python", "everything", platform.python_version(), good, "install Python 3.11 or newer")


def _git() -> Part:
    from govkit.history.calls import GitFailed, GitMissing, run

    needed_for, fix = "dates, authors, approvals", "install git 2.25 or newer (apt-get install git, brew install git)"
    try:
        said = run(Path(), ["version"]).stdout.decode("utf-8", "replace")
    except (GitMissing, GitFailed):
        return Part("git", needed_for, None, False, fix)
    numbers = re.search(r"(\d+)\.(\d+)(?:\.\d+)*", said)
    if numbers is None:
        return Part("git", needed_for, "unknown version", False, fix)
    return Part("git", needed_for, numbers[0], (int(numbers[1]), int(numbers[2])) >= OLDEST_GIT, fix)


def _package(name: str, module: str, needed_for: str, fix: str) -> Part:
    """A package counts as there when it can be imported: a broken installation has a version too."""
    try:
        importlib.import_module(module)
        return Part(name, needed_for, installed_version(name), True)
    except PackageNotFoundError:
        return Part(name, needed_for, "unknown version", True)
    except ImportError:
        return Part(name, needed_for, None, False, fix)


def _yaml_reader() -> Part:
    needed_for, fix = "reading YAML five times faster", "pip install ruamel.yaml.clib"
    try:
        importlib.import_module("_ruamel_yaml")
    except ImportError:
        return Part("YAML C reader", needed_for, None, False, fix)
    return Part("YAML C reader", needed_for, "there", True)


def _inspect_logs() -> Part:
    if sys.version_info >= (3, 14):
        return Part("Zstandard", "Inspect logs", "part of Python", True)
    return _package("zstandard", "zstandard", "Inspect logs", "pip install zstandard")


def _renderer() -> Iterator[Part]:
    """WeasyPrint, the system libraries under it, and the one that makes PDF files the same every time."""
    fix = _SYSTEM_LIBRARIES.get(sys.platform, "install Pango and HarfBuzz with its subset library")
    # WeasyPrint prints to standard output when a library is missing, and warns of some.
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            libraries = importlib.import_module("weasyprint.text.ffi")
        except ImportError:
            yield Part("WeasyPrint", "PDF reports", None, False, f"pip install 'govkit[pdf]', then {fix}")
            return
        except OSError as error:
            lacking = re.search(r"lib[\w.+-]+", str(error))
            yield Part("WeasyPrint", "PDF reports", f"without {lacking[0] if lacking else 'a library'}", False, fix)
            return
    yield Part("WeasyPrint", "PDF reports", installed_version("weasyprint"), True)
    subset = getattr(libraries, "harfbuzz_subset", None) is not None
    yield Part("harfbuzz-subset", "the same PDF bytes each time", "there" if subset else None, subset, fix)
