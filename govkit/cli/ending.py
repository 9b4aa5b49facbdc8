"""How every run ends: one message for each kind of error, and its exit code. Needs no command-line library."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence

from govkit.errors import ExitCode, GovkitError, InputError


def ended(work: Callable[[], None], arguments: Sequence[str]) -> None:
    """Do the work; an error becomes its message on stderr (and JSON on stdout where it was asked for) and exit code."""
    # A command is short and makes many records that live to its end: looking for garbage often costs a tenth of it.
    gc.set_threshold(100_000)
    try:
        work()
        sys.stdout.flush()
    except InputError as error:
        _tell_problems(error, as_json="--json" in arguments)
        sys.exit(error.exit_code)
    except GovkitError as error:
        print(f"govkit: {harmless(str(error))}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our stdout (head, less) closed early; that is its right.
        sys.stderr.close()
        sys.exit(ExitCode.DONE)


def harmless(text: str) -> str:
    """The text without what would steer a terminal: names in a user's files may hold escape sequences."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def _tell_problems(error: InputError, *, as_json: bool) -> None:
    if as_json:
        from govkit.export.problems_json import problems_json

        print(problems_json(error.problems))
    for problem in error.problems:
        print(harmless(str(problem)), file=sys.stderr)
    count = len(error.problems)
    print(f"govkit: {count} problem{'s' * (count != 1)}", file=sys.stderr)
