"""Catalogs of installed packages: found when asked for, never imported, and named when they are wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from govkit.catalogs.installed import with_installed
from govkit.catalogs.loading import Library
from govkit.errors import InputError, SurroundingsError
from tests.catalogs.builders import CATALOG, MAPPING, SECOND, loaded

Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Puts a package with an entry point where Python finds it; it fails when it is imported."""
    place = tmp_path / "site"

    def put(value: str = "acme_catalogs.data", name: str = "acme", **files: str) -> Path:
        package = place / f"{name}_catalogs"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("raise SystemExit('imported')", encoding="utf-8")
        about = place / f"{name}_catalogs-1.2.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}-catalogs\nVersion: 1.2\n", encoding="utf-8"
        )
        (about / "entry_points.txt").write_text(f"[govkit.frameworks]\n{name} = {value}\n", encoding="utf-8")
        for path, text in files.items():
            target = package / "data" / f"{path.replace('__', '/')}.yaml"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        monkeypatch.syspath_prepend(str(place))
        return package

    return put


SMALL = SECOND.replace("id: play-2", "id: acme-1").replace("P.1", "Q.1").replace("P.2", "Q.2")


def grown(folder: Path) -> Library:
    return with_installed(loaded(folder / "shipped"))


def test_without_such_a_package_the_library_stays_the_same(tmp_path: Path) -> None:
    library = loaded(tmp_path)
    assert with_installed(library) is library


def test_catalogs_and_mappings_of_a_package_join_the_library(tmp_path: Path, install: Install) -> None:
    pairs = "pairs:\n  - {source: T 1, target: Q.1}\n"
    mapping = MAPPING.partition("counts:")[0].replace("toy-1.0__play-2", "toy-1.0__acme-1").replace("play-2", "acme-1")
    install(one__catalog=SMALL, mappings__m=f"{mapping}counts: {{pairs: 1}}\n{pairs}")
    library = grown(tmp_path)
    assert set(library.catalogs) == {"toy-1.0", "play-2", "house", "acme-1"}
    assert [mapped.other for mapped in library.mapped("acme-1:Q.1")] == ["toy-1.0:T 1"]
    assert "acme_catalogs" not in sys.modules


def test_the_catalogs_may_lie_beside_a_module(tmp_path: Path, install: Install) -> None:
    package = install("acme_catalogs.data.catalogs", one__catalog=SMALL)
    (package / "data/catalogs.py").write_text("raise SystemExit", encoding="utf-8")
    assert "acme-1" in grown(tmp_path).catalogs


def test_a_problem_names_the_package_and_the_line(tmp_path: Path, install: Install) -> None:
    install(one__catalog=SMALL.replace("{rule: 2}", "{rule: 3}"))
    with pytest.raises(InputError) as raised:
        grown(tmp_path)
    assert [(str(p.where), p.ident) for p in raised.value.problems] == [
        ("acme-catalogs:one/catalog.yaml:11:10", "wrong-count")
    ]


def test_a_package_cannot_take_the_place_of_a_shipped_catalog(tmp_path: Path, install: Install) -> None:
    install(one__catalog=CATALOG)
    with pytest.raises(InputError) as raised:
        grown(tmp_path)
    assert [p.ident for p in raised.value.problems] == ["duplicate-id"]


@pytest.mark.parametrize("value", ["nowhere", "nowhere.at.all", "acme_catalogs.other", "acme_catalogs:data", "a b", ""])
def test_a_package_that_points_nowhere(tmp_path: Path, install: Install, value: str) -> None:
    install(value, one__catalog=SMALL)
    with pytest.raises(SurroundingsError, match="acme-catalogs"):
        grown(tmp_path)


def test_a_package_without_a_catalog(tmp_path: Path, install: Install) -> None:
    install("acme_catalogs", one__catalog=SMALL)
    with pytest.raises(SurroundingsError, match="acme-catalogs announces catalogs in acme_catalogs, and there is none"):
        grown(tmp_path)


def test_packages_are_read_in_the_order_of_their_names(tmp_path: Path, install: Install) -> None:
    install("zeta_catalogs.data", "zeta", one__catalog=SMALL.replace("acme-1", "zeta-1"))
    install(one__catalog=SMALL)
    assert list(grown(tmp_path).catalogs)[-2:] == ["acme-1", "zeta-1"]
