"""What agreed before is believed only where nobody else can have written it, and only for the very same code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from govkit import agreements
from govkit.agreements import Agreed, Agreements, Asked, code_digest

KNOWN = {
    Asked("evidence/a.json", None, None): Agreed("a" * 64, None, "b" * 64, "lm-eval", 3),
    Asked("evidence/b.csv", "mapped", "map.yaml"): Agreed("c" * 64, "d" * 64, "e" * 64, "mapped", 0),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def kept(tmp_path: Path, root: Path) -> Path:
    """The file that holds what agreed in the project."""
    made = Agreements(tmp_path / "cache", root)
    assert made.keep(KNOWN)
    assert made.path is not None
    return made.path


def loaded(tmp_path: Path, root: Path) -> dict[Asked, Agreed]:
    return Agreements(tmp_path / "cache", root).load()


def test_what_is_kept_comes_back(tmp_path: Path, root: Path) -> None:
    path = kept(tmp_path, root)
    before = path.read_bytes()
    assert loaded(tmp_path, root) == KNOWN
    Agreements(tmp_path / "cache", root).keep(dict(reversed(KNOWN.items())))
    assert path.read_bytes() == before


def test_another_project_has_its_own(tmp_path: Path, root: Path) -> None:
    kept(tmp_path, root)
    assert loaded(tmp_path, tmp_path) == {}


def test_other_code_agreed_to_nothing(tmp_path: Path, root: Path) -> None:
    path = kept(tmp_path, root)
    path.write_text(path.read_text().replace(code_digest(), "0" * 64))
    assert loaded(tmp_path, root) == {}


def test_the_digest_of_the_code_knows_the_packages_that_read(monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_digest()
    assert code_digest() == before
    monkeypatch.setattr(agreements, "READERS", agreements.READERS[1:])
    assert code_digest() != before


@pytest.mark.parametrize("damage", ["", "{}", "[]", "\x00", '{"schema": "govkit.agreements/2"}', "cut"])
def test_a_damaged_file_agreed_to_nothing(tmp_path: Path, root: Path, damage: str) -> None:
    path = kept(tmp_path, root)
    path.write_text(path.read_text()[:-9] if damage == "cut" else damage)
    assert loaded(tmp_path, root) == {}


def test_a_value_of_another_kind_is_refused(tmp_path: Path, root: Path) -> None:
    path = kept(tmp_path, root)
    document = json.loads(path.read_text())
    document["agreed"][0][1][0] = "not a digest"
    path.write_text(json.dumps(document))
    assert loaded(tmp_path, root) == {}


@pytest.mark.parametrize("mode", [0o666, 0o620])
def test_what_others_may_write_is_not_believed(tmp_path: Path, root: Path, mode: int) -> None:
    path = kept(tmp_path, root)
    path.chmod(mode)
    assert loaded(tmp_path, root) == {}
    path.chmod(0o600)
    assert loaded(tmp_path, root) == KNOWN
    path.parent.chmod(0o777)
    assert loaded(tmp_path, root) == {}


def test_a_link_is_not_believed(tmp_path: Path, root: Path) -> None:
    path = kept(tmp_path, root)
    moved = path.rename(tmp_path / "elsewhere.json")
    path.symlink_to(moved)
    assert loaded(tmp_path, root) == {}


def test_nothing_is_kept_inside_the_project(root: Path, tmp_path: Path) -> None:
    """Whoever sends a project could send agreements with it."""
    inside = Agreements(root / ".cache", root)
    assert (inside.path, inside.keep(KNOWN), inside.load()) == (None, False, {})
    (tmp_path / "link").symlink_to(root)
    assert Agreements(tmp_path / "link" / "cache", root).path is None
    assert Agreements(None, root).load() == {}
    assert Agreements(tmp_path / "cache", root, plugins=True).path is None


def test_a_place_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path, root: Path) -> None:
    (tmp_path / "cache").write_text("a file, not a folder")
    assert Agreements(tmp_path / "cache", root).keep(KNOWN) is False
    assert loaded(tmp_path, root) == {}
