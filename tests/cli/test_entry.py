"""The short way to the check of documents does what the ordinary way does, and takes only what it understands."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from govkit.cli.entry import documents
from tests.oscal.builders import assessed, catalog, uuid, with_value, written


def ran(module: str, *words: str | Path) -> tuple[int, bytes, bytes]:
    script = f"import sys; from {module} import run; run()"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, words)], capture_output=True, check=False, env=environment
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_both_ways_say_the_same(options: tuple[str, ...], tmp_path: Path) -> None:
    broken = with_value(assessed(), "/assessment-results/results/0/findings/0/related-risks/0/risk-uuid", uuid("x"))
    files = [written(tmp_path, catalog(), "catalog.json"), written(tmp_path, broken, "results.json")]
    (tmp_path / "none.json").write_text("[]")
    for words in (files[:1], files, [*files, tmp_path / "none.json"]):
        assert documents(["check", *map(str, words), *options])
        short = ran("govkit.cli.entry", "check", *words, *options)
        assert short == ran("govkit.cli.main", "check", *words, *options)
        assert short[0] == (0 if words == files[:1] else 3)


def test_only_the_plainest_form_comes_this_way(tmp_path: Path) -> None:
    file = str(written(tmp_path, catalog()))
    assert documents(["check", file]) == (file,)
    assert documents(["check", "--json", file, file]) == (file, file)
    other = tmp_path / "catalog.txt"
    other.write_text("{}")
    for words in (
        [], ["check"], ["check", "--json"], ["read", file], ["-C", ".", "check", file], ["check", file, "--help"],
        ["check", "--frameworks"], ["check", str(tmp_path)], ["check", file, "nist-ai-rmf-1.0"], ["check", str(other)],
        ["check", file, "gone.json"],
    ):  # fmt: skip
        assert documents(words) == ()
