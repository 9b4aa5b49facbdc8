"""The compiled copies: current, the same bytes each time, and never believed against the YAML."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from govkit.catalogs.compiling import compile_folder, compiled, sources
from govkit.catalogs.loading import load_library
from govkit.catalogs.reading import compiled_path, read
from govkit.errors import InputError
from govkit.files import shipped
from tests.catalogs.builders import CATALOG, FILES, write

SHIPPED = list(sources(shipped("frameworks")))


@pytest.mark.parametrize(("path", "model"), SHIPPED, ids=[f"{p.parent.name}/{p.stem}" for p, _ in SHIPPED])
def test_the_committed_compiled_file_is_current(path: Path, model: type) -> None:
    """Fails after an edit of the YAML: run `python -m govkit.catalogs.compiling` and commit the result."""
    assert compiled_path(path).read_bytes() == compiled(read(path, path.name), model)


def test_no_compiled_file_is_left_without_its_yaml() -> None:
    assert {compiled_path(path) for path, _ in SHIPPED} == set(shipped("frameworks").glob("*/*.json"))


def test_compiling_twice_changes_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path)
    assert {path.relative_to(folder).as_posix() for path in compile_folder(folder)} == {
        name.replace(".yaml", ".json") for name in FILES
    }
    assert compile_folder(folder) == []


def test_both_forms_give_the_same_library(tmp_path: Path) -> None:
    folder = write(tmp_path)
    before = load_library(folder, "f")
    compile_folder(folder)
    assert load_library(folder, "f") == before


def test_the_compiled_form_spares_the_parsing(tmp_path: Path) -> None:
    folder = write(tmp_path)
    compile_folder(folder)
    code = (
        "import sys; from pathlib import Path; from govkit.catalogs.loading import load_library;"
        "assert len(load_library(Path(sys.argv[1]), 'f').catalogs) == 3; assert 'ruamel.yaml' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, str(folder)], check=True)


def test_the_shipped_catalogs_load_without_the_yaml_reader() -> None:
    """Every command waits for this; parsing the YAML takes several times as long."""
    code = (
        "import sys; from govkit.catalogs.loading import shipped_library; shipped_library();"
        "assert 'ruamel.yaml' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).resolve().parents[2])


def test_an_edit_of_the_yaml_counts_at_once(tmp_path: Path) -> None:
    folder = write(tmp_path)
    compile_folder(folder)
    write(folder, toy=CATALOG.replace("title: No sharp edges", "title: No edges"))
    requirement = load_library(folder, "f").requirement("toy-1.0:T 1")
    assert requirement is not None
    assert requirement.title == "No edges"


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"schema": "govkit.compiled/1"}', b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_compiled_file_is_passed_over(tmp_path: Path, content: bytes) -> None:
    folder = write(tmp_path)
    before = load_library(folder, "f")
    (folder / "toy-1.0/catalog.json").write_bytes(content)
    assert load_library(folder, "f") == before


def test_a_compiled_file_is_checked_like_the_yaml(tmp_path: Path) -> None:
    """Its digest is right and its content is not: the Problem carries the line of the YAML."""
    folder = write(tmp_path)
    compile_folder(folder)
    path = folder / "house/catalog.json"
    path.write_bytes(path.read_bytes().replace(b"toy-1.0:T 1", b"toy-1.0:T 7"))
    with pytest.raises(InputError) as raised:
        load_library(folder, "f")
    assert [(str(p.where), p.ident) for p in raised.value.problems] == [
        ("f/house/catalog.yaml:17:20", "unknown-requirement")
    ]


def test_a_compiled_record_with_unknown_keys_is_passed_over(tmp_path: Path) -> None:
    folder = write(tmp_path)
    compile_folder(folder)
    path = folder / "toy-1.0/catalog.json"
    found = json.loads(path.read_bytes())
    found["record"]["requirements"][0]["weight"] = 3
    path.write_text(json.dumps(found), encoding="utf-8")
    assert len(load_library(folder, "f").full_ids()) == 5


def test_nothing_is_compiled_from_a_folder_with_a_problem(tmp_path: Path) -> None:
    folder = write(tmp_path, toy=CATALOG.replace("rule: 2}", "rule: 9}"))
    with pytest.raises(InputError):
        compile_folder(folder)
    assert list(folder.glob("*/*.json")) == []
