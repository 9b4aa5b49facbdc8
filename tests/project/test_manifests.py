"""Manifests of releases: digests that tie files to a release."""

from __future__ import annotations

from pathlib import Path

import pytest

from govkit.catalogs.loading import Library, shipped_library
from govkit.errors import InputError, Problem
from govkit.model.project import KnownDataset, Project
from govkit.project import load_project

MAIN = """\
organisation: {name: Org}
systems:
  - {id: s, name: System, kind: classifier, purpose: Tests., owner: A}
"""
DIGEST = "a" * 64


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped_library()


def loaded(root: Path, library: Library, manifest: bytes | None, name: str = "evidence/1.0/SHA256SUMS") -> Project:
    (root / "govkit.yaml").write_text(MAIN, encoding="utf-8")
    (root / "releases.yaml").write_text(
        f"""
- version: "1.0"
  manifest: {name}
  evidence:
    - {{path: other.json, sha256: {"b" * 64}}}
""",
        encoding="utf-8",
    )
    if manifest is not None:
        (root / "evidence" / "1.0").mkdir(parents=True)
        (root / "evidence" / "1.0" / "SHA256SUMS").write_bytes(manifest)
    return load_project(root, library)


def problems(root: Path, library: Library, manifest: bytes | None, **more: str) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        loaded(root, library, manifest, **more)
    return caught.value.problems


def test_a_manifest_adds_to_what_the_release_lists(tmp_path: Path, library: Library) -> None:
    text = f"# made by sha256sum\n{DIGEST}  results.json\n\n{'c' * 64} *../data.csv\n"
    made = loaded(tmp_path, library, text.encode())
    listed = [(item.path, item.sha256[:1]) for item in made.releases[0].evidence]
    assert listed == [("other.json", "b"), ("evidence/1.0/results.json", "a"), ("evidence/data.csv", "c")]
    assert "evidence/1.0/SHA256SUMS" in [source.path for source in made.files], "it is one of the inputs"


@pytest.mark.parametrize(
    "line",
    [
        "results.json",
        f"{DIGEST} results.json",
        f"{DIGEST}  ../../../etc/passwd",
        f"{DIGEST}  /etc/passwd",
        f"{DIGEST[1:]}  a",
    ],
)
def test_a_line_that_is_no_digest_of_a_file_here(tmp_path: Path, library: Library, line: str) -> None:
    found = problems(tmp_path, library, f"{DIGEST}  fine.json\n{line}\n".encode())
    assert [(p.ident, p.where.path, p.where.line) for p in found] == [("bad-manifest", "evidence/1.0/SHA256SUMS", 2)]


def test_a_manifest_that_is_no_text_or_not_there(tmp_path: Path, library: Library) -> None:
    assert [p.ident for p in problems(tmp_path, library, b"\xff\xfe")] == ["bad-manifest"]
    (gone,) = problems(tmp_path, library, None, name="nowhere.txt")
    assert (gone.ident, gone.where.path, gone.where.line) == ("missing-file", "releases.yaml", 3)
    (out,) = problems(tmp_path, library, None, name="../SHA256SUMS")
    assert out.ident == "outside-project"


def test_datasets_have_other_names(tmp_path: Path, library: Library) -> None:
    (tmp_path / "govkit.yaml").write_text(MAIN + "datasets:\n  - {id: a, also: [b, c]}\n", encoding="utf-8")
    assert load_project(tmp_path, library).datasets == (KnownDataset(id="a", also=("b", "c")),)
    (tmp_path / "govkit.yaml").write_text(MAIN + "datasets:\n  - {id: a}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_project(tmp_path, library)
    assert [p.ident for p in caught.value.problems] == ["missing-entry"]
