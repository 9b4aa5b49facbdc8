"""`govkit doctor`: says what is there, what is missing, and how to get it."""

from __future__ import annotations

import ctypes
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.making import document, done, govkit


def parts(folder: Path) -> dict[str, dict[str, Any]]:
    return {part["name"]: part for part in document(folder, "doctor")["parts"]}


def test_what_this_machine_has(tmp_path: Path) -> None:
    found = document(tmp_path, "doctor")
    assert found["schema"] == "govkit.doctor/1"
    listed = {part["name"]: part for part in found["parts"]}
    assert listed["Python"]["found"] == ".".join(map(str, sys.version_info[:3]))
    assert listed["git"]["good"]
    assert (
        listed["git"]["found"] in subprocess.run(["git", "version"], capture_output=True, text=True, check=True).stdout
    )
    assert listed["GitPython"]["good"]
    assert all(part["fix"] is None for part in listed.values() if part["good"])
    assert found["good"] == all(part["good"] for part in listed.values())


def test_one_line_for_each_part(tmp_path: Path) -> None:
    lines = done(tmp_path, "doctor").splitlines()
    assert [line.split()[1] for line in lines if line.startswith(("ok", "LACKS"))][:2] == ["Python", "git"]


# None in sys.modules is how Python itself marks a module that cannot be imported.
@pytest.mark.parametrize(
    ("module", "name", "fix"),
    [
        ("scipy.special", "scipy", "govkit[stats]"),
        ("jsonschema_rs", "jsonschema-rs", "govkit[oscal]"),
        ("zstandard", "zstandard", "zstandard"),
        ("_ruamel_yaml", "YAML C reader", "ruamel.yaml.clib"),
        ("weasyprint.text.ffi", "WeasyPrint", "govkit[pdf]"),
    ],
)
def test_a_missing_package_and_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, name: str, fix: str
) -> None:
    if name == "zstandard" and sys.version_info >= (3, 14):
        pytest.skip("part of Python since 3.14")
    monkeypatch.setitem(sys.modules, module, None)
    found = parts(tmp_path)[name]
    assert (found["good"], found["found"]) == (False, None)
    assert fix in found["fix"]
    result = govkit(tmp_path, "doctor", "--strict")
    assert result.exit_code == 4
    assert f"LACKS {name}" in result.stdout
    assert govkit(tmp_path, "doctor").exit_code == 0


def test_a_machine_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = parts(tmp_path)
    assert (found["git"]["good"], found["git"]["found"]) == (False, None)
    assert "install git" in found["git"]["fix"]
    assert found["GitPython"]["good"]


@pytest.mark.parametrize(("version", "good"), [("2.25.0", True), ("2.24.9", False), ("10.0", True), ("one", False)])
def test_a_git_that_is_too_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, good: bool) -> None:
    program = tmp_path / "git"
    program.write_text(f"#!/bin/sh\necho git version {version}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert parts(tmp_path)["git"]["good"] == good


@pytest.mark.skipif(sys.platform != "linux", reason="hides a library as the dynamic linker of Linux finds it")
def test_a_missing_system_library_is_named_and_nothing_else_is_printed(tmp_path: Path) -> None:
    try:
        ctypes.CDLL("libpango-1.0.so.0")
    except OSError:
        hidden = ""
    else:
        hidden = "pango"
    # A fresh interpreter in which the loader does not find the library: WeasyPrint then prints advice of its own.
    script = (
        "import cffi, sys; real = cffi.FFI.dlopen\n"
        f"def dlopen(self, name, flags=0):\n    if {hidden!r} and {hidden!r} in name: "
        "raise OSError(f'cannot load library {name!r}')\n    return real(self, name, flags)\n"
        "cffi.FFI.dlopen = dlopen; sys.argv = ['govkit', 'doctor', '--json', '--strict']\n"
        "from govkit.cli.entry import run; run()"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    result = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 4, result.stderr
    found = {part["name"]: part for part in json.loads(result.stdout)["parts"]}["WeasyPrint"]
    assert found["found"].startswith("without lib")
    assert "apt-get install -y --no-install-recommends libpango-1.0-0" in found["fix"]
