"""Where a process starts. `govkit check FILE ...` goes to its work at once; everything else through main.py.

Loading the command-line library takes longer than the check of a large document, and such checks run on every commit.
Only the plainest form comes this way: the word, paths of files, perhaps --json. Both ways end in the same function.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

FORMATS = (".json", ".yaml", ".yml")


def run() -> None:
    """Run the command line of this process."""
    arguments = sys.argv[1:]
    paths = documents(arguments)
    if paths:
        from govkit.cli.check_documents import check_documents
        from govkit.cli.ending import ended

        ended(lambda: check_documents(paths, as_json="--json" in arguments), arguments)
    else:
        from govkit.cli import main

        main.run()


def documents(arguments: Sequence[str]) -> tuple[str, ...]:
    """The files of a `check` that names nothing else; empty when main.py must look at the arguments."""
    if not arguments or arguments[0] != "check":
        return ()
    paths = tuple(word for word in arguments[1:] if word != "--json")
    plain = all(path.endswith(FORMATS) and not path.startswith("-") and Path(path).is_file() for path in paths)
    return paths if plain else ()
