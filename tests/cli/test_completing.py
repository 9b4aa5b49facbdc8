"""What the shell offers after a TAB, asked as bash asks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("govkit sh", ["show"]),
        ("govkit show iso", ["iso-42001-2023", "iso-42001-2023__eu-ai-act-2026"]),
        ("govkit map nist-ai-rmf-1.0 eu", ["eu-ai-act-2026"]),
        ("govkit check by", ["by-position-2026"]),
        ("govkit export oscal ai", ["ai-verify-2.0"]),
        ("govkit coverage --framework eu", ["eu-ai-act-2026"]),
        ("govkit import x.json --texts-for iso", ["iso-42001-2023"]),
        ("govkit init --kind gen", ["generator", "general-purpose"]),
        ("govkit show by-position-2026 --tier h", ["high"]),
        ("govkit show zz", []),
    ],
)
def test_a_tab_offers_what_fits(tmp_path: Path, line: str, offered: list[str]) -> None:
    asked = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split()) - 1),
        "_GOVKIT_COMPLETE": "complete_bash",
    }
    command = [sys.executable, "-c", "import sys; sys.argv = ['govkit']; from govkit.cli.entry import run; run()"]
    run = subprocess.run(command, cwd=tmp_path, env=asked, capture_output=True, text=True, timeout=60, check=False)
    assert run.stdout.split() == offered
