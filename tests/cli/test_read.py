"""`govkit read`: the whole command, as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).resolve().parent.parent / "data"
SAMPLES = [
    path
    for folder in ("lm_eval", "inspect_log", "great_expectations", "croissant")
    for path in sorted((DATA / folder).iterdir())
    if path.name != "README.md"
]
KEYS = {
    "schema", "path", "sha256", "size", "format", "format_version", "confidence", "collector", "collector_version",
    "tool", "model", "status", "flags", "run_id", "method", "at", "at_text", "config", "measurements", "samples",
    "warnings", "problems",
}  # fmt: skip
MEASUREMENT_KEYS = {
    "measure", "value", "unit", "higher_is_better", "n", "n_basis", "stderr", "interval", "conditions", "dataset", "at",
    "warnings", "successes", "place",
}  # fmt: skip


def govkit(*arguments: str | Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "govkit", *map(str, arguments)]
    root = Path(__file__).resolve().parent.parent.parent
    surroundings = {**os.environ, "PYTHONPATH": str(root), "COLUMNS": "100"}
    return subprocess.run(command, cwd=folder or root, capture_output=True, text=True, check=False, env=surroundings)


def document(*arguments: str | Path) -> dict[str, Any]:
    run = govkit("read", "--json", *arguments)
    found: dict[str, Any] = json.loads(run.stdout)
    assert run.returncode == (3 if found["problems"] else 0), run.stderr
    return found


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_sample_gives_one_document(path: Path) -> None:
    found = document(path)
    assert found.keys() == KEYS
    assert (found["schema"], found["problems"]) == ("govkit.reading/1", [])
    assert 0 < found["confidence"] <= 1
    assert len(found["sha256"]) == 64
    assert found["size"] == path.stat().st_size
    for measurement in found["measurements"]:
        assert measurement.keys() >= MEASUREMENT_KEYS


def test_an_unknown_file_still_gives_the_document_and_one_problem() -> None:
    run = govkit("read", "--json", DATA / "recognised" / "NOT_evidently_lookalike.json")
    found = json.loads(run.stdout)
    assert run.returncode == 3
    assert found.keys() == KEYS
    assert (found["format"], found["confidence"], found["measurements"]) == (None, None, [])
    (problem,) = found["problems"]
    assert (problem["ident"], "--mapping" in problem["fix"]) == ("unknown-format", True)
    assert "[unknown-format]" in run.stderr
    assert "fix:" in run.stderr
    assert "Traceback" not in run.stderr


def test_the_table_for_people_lines_up() -> None:
    run = govkit("read", DATA / "lm_eval" / "results_2026-01-21T03-44-18.458309.json")
    lines = run.stdout.splitlines()
    header = next(line for line in lines if line.startswith("measure "))
    row = next(line for line in lines if line.startswith("lm-eval/math_rephrased_full/exact_match"))
    assert row.index("2/5000") == header.index("n  ")
    assert "se 0.0002828 analytic" in row
    assert "0.0001097 to 0.001457 (95 %, Wilson)" in row, "what govkit computes stands beside what the tool says"
    assert "model     RylanSchaeffer/" in run.stdout
    assert any(line.startswith("  zero-stderr: ") for line in lines)
    assert run.stderr == ""


def test_one_item_is_not_several() -> None:
    run = govkit("read", DATA / "deepeval" / "latest_test_run.json")
    assert "scores of 1 single item for deepeval/test-cases/pass-rate" in run.stdout


def test_a_mapping_reads_a_table_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("item,correct\na,1\nb,0\n")
    (tmp_path / "m.yaml").write_text("format: csv\nsamples: {measure: x/y, key: item, score: correct, summary: true}\n")
    run = govkit("read", "p.csv", "--mapping", "m.yaml", folder=tmp_path)
    assert run.returncode == 0
    assert "x/y" in run.stdout
    assert "1/2" in run.stdout
    assert "scores of 2 single items for x/y" in run.stdout
    found = document(tmp_path / "p.csv", "--mapping", tmp_path / "m.yaml")
    assert (found["format"], found["confidence"]) == ("mapped", None)
    assert found["samples"] == [{"measure": "x/y", "conditions": {}, "binary": True, "items": 2}]


def test_the_tools_numbers_and_govkits_stand_side_by_side(tmp_path: Path) -> None:
    given = '{"k": 90, "n": 100, "se": 0.06, "mean": 0.5}'
    (tmp_path / "r.json").write_text(given)
    (tmp_path / "m.yaml").write_text(
        "format: json\nmeasurements:\n"
        "  - {measure: a/rate, successes: /k, n: /n, stderr: /se, unit: proportion}\n"
        "  - {measure: a/mean, value: /mean}\n"
    )
    rate, mean = document(tmp_path / "r.json", "--mapping", tmp_path / "m.yaml")["measurements"]
    assert rate["stderr"] == 0.06
    assert rate["computed"]["interval"]["method"] == "Wilson, as of 25.25 independent items"
    assert rate["computed"]["notes"][0].startswith("stderr-inconsistent: the tool's standard error is 0.06")
    assert mean["computed"] == {"interval": None, "notes": []}


def test_without_scipy_what_needs_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "scipy.py").write_text("raise ImportError('not here')\n")
    (tmp_path / "r.json").write_text('{"mean": 0.5, "se": 0.1, "n": 20}')
    (tmp_path / "m.yaml").write_text(
        "format: json\nmeasurements:\n  - {measure: a/mean, value: /mean, stderr: /se, n: /n}\n"
    )
    root = Path(__file__).resolve().parent.parent.parent
    surroundings = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{root}"}
    command = [sys.executable, "-m", "govkit", "read", "r.json", "--mapping", "m.yaml"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=surroundings)
    assert run.returncode == 0, run.stderr
    assert "not-computed: exact and small-sample intervals need SciPy; pip install 'govkit[stats]'" in run.stdout


def test_a_wrong_mapping_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("item,correct\na,1\n")
    (tmp_path / "m.yaml").write_text("format: csv\nsampels: []\n")
    found = document(tmp_path / "p.csv", "--mapping", tmp_path / "m.yaml")
    first = found["problems"][0]
    assert (first["where"]["line"], first["ident"]) == (2, "unknown-key")
    assert found["format"] is None


def test_a_missing_file_and_a_wrong_format_name_are_problems(tmp_path: Path) -> None:
    found = document(tmp_path / "nowhere.json")
    assert [problem["ident"] for problem in found["problems"]] == ["missing-file"]
    found = document(DATA / "croissant" / "mnist_1.1.json", "--format", "croisant")
    assert [problem["ident"] for problem in found["problems"]] == ["unknown-collector"]
    found = document(DATA / "croissant" / "mnist_1.1.json", "--format", "inspect")
    assert [problem["ident"] for problem in found["problems"]] == ["unreadable-evidence"]


def test_help_says_what_is_read_and_gives_an_example() -> None:
    text = govkit("read", "--help").stdout
    for word in ("FILE", "--json", "--format", "--mapping", "Example: govkit read results.json", "Writes nothing"):
        assert word in text


@pytest.mark.skipif(sys.platform == "win32", reason="such names cannot be made there")
def test_no_name_of_a_file_steers_the_terminal(tmp_path: Path) -> None:
    import pty

    (tmp_path / "a\x1b]0;owned\x07\x9b31m\u202eb.json").write_text("{")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "govkit", "read", next(tmp_path.iterdir()).name]
    root = Path(__file__).resolve().parents[2]
    path = os.pathsep.join(filter(None, (str(root), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"}
    done = subprocess.run(command, cwd=tmp_path, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    shown = os.read(ours, 65_536).decode().replace("\r\n", "\n")
    os.close(ours)
    assert done.returncode == 3
    assert "broken-json" in shown
    assert [character for character in shown if not character.isprintable() and character != "\n"] == []
