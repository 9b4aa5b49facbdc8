"""Where a process starts. `govkit check FILE ...` goes to its work at once; everything else through main.py.

Loading the command-line library takes longer than the check of a large document, and such checks run on every commit.
Only the plainest form comes this way: the word, paths of files, perhaps --json. Both ways end in the same function.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

FORMAT = ".json"


def run() -> None:
    """Run the command line of this process."""
    arguments = sys.argv[1:]
    paths = documents(arguments)
    if paths:
        _check(paths, arguments)
    else:
        from govkit.cli import main

        main.run()


def _check(paths: Sequence[str], arguments: Sequence[str]) -> None:
    import gc
    import os

    from govkit.cli.check_documents import check_documents, read_documents
    from govkit.cli.ending import ended

    gc.disable()  # documents are trees: nothing in them points back, and looking for it takes a tenth of the time
    read = read_documents(paths)
    ended(lambda: check_documents(read, as_json="--json" in arguments), arguments)
    sys.stderr.flush()
    os._exit(0)  # taking a large document apart only to leave takes as long as holding it against its schema


def documents(arguments: Sequence[str]) -> tuple[str, ...]:
    """The files of a `check` that names nothing else; empty when main.py must look at the arguments."""
    if not arguments or arguments[0] != "check":
        return ()
    paths = tuple(word for word in arguments[1:] if word != "--json")
    plain = all(path.endswith(FORMAT) and not path.startswith("-") and Path(path).is_file() for path in paths)
    return paths if plain else ()
