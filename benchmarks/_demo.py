"""The example project, made once for a benchmark."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from _timing import GOVKIT, process

from govkit.catalogs.loading import shipped_library
from govkit.cli.demo import DATES
from govkit.project import load_project

EXAMPLE = "clinic-outreach"
AS_OF = DATES[EXAMPLE]


@contextmanager
def demo() -> Iterator[tuple[Path, tuple[str, ...]]]:
    """A folder with the example, and its releases, oldest first; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="govkit-bench-") as name:
        folder = Path(name) / EXAMPLE
        print(f"the example is made in {process([*GOVKIT, 'demo', folder, '--example', EXAMPLE]):.2f} s")
        project = load_project(folder, shipped_library())
        yield folder, tuple(release.version for release in project.releases)
