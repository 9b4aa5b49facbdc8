"""Files and folders are read late, in pieces, and never through a link."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from govkit.collectors.source import HEAD_BYTES, Source, opened
from govkit.errors import CollectorError, InputError
from govkit.files import digest_of


def made(folder: Path, content: bytes) -> Source:
    path = folder / "evidence"
    path.write_bytes(content)
    return opened(path, "evidence")


def test_rows_are_numbered_as_the_file_numbers_them(tmp_path: Path) -> None:
    source = made(tmp_path, b'\xef\xbb\xbf{"a": 1}\n\n  \n{"a": 2}')
    assert list(source.rows()) == [(1, {"a": 1}), (4, {"a": 2})]


def test_a_broken_row_is_named_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(CollectorError) as caught:
        list(made(tmp_path, b'{"a": 1}\n{"a":').rows())
    assert (caught.value.ident, caught.value.line) == ("broken-json", 2)


def test_the_first_row_is_seen_beyond_the_head(tmp_path: Path) -> None:
    row = json.dumps({"text": "x" * (2 * HEAD_BYTES)}).encode()
    source = made(tmp_path, row + b"\n" + row)
    assert source.first_row == json.loads(row)
    assert source.has_rows
    assert source.document is None


@pytest.mark.parametrize("content", [b'{"a": 1}', b'{"a": 1}\n\n', b'{\n "a": 1\n}\n'])
def test_one_document_is_no_list_of_rows(content: bytes, tmp_path: Path) -> None:
    source = made(tmp_path, content)
    assert not source.has_rows
    assert source.document == {"a": 1}


def test_a_folder_has_the_digest_that_sha256sum_gives(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    (folder / "metrics").mkdir(parents=True)
    (folder / "meta.yaml").write_text("a: 1\n")
    (folder / "metrics" / "accuracy").write_text("1 0.9 0\n")
    command = "find . -type f -printf '%P\\n' | LC_ALL=C sort | xargs -d '\\n' sha256sum | sha256sum"
    printed = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=True)
    assert digest_of(folder).sha256 == printed.stdout.split()[0]
    assert digest_of(folder).size == len("a: 1\n") + len("1 0.9 0\n")


def test_a_folder_gives_its_files_and_no_others(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("secret")
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "a").write_text("one")
    source = opened(folder, "run")
    member = source.member("a")
    assert member is not None
    assert (member.content, member.shown) == (b"one", "run/a")
    assert source.member("../outside") is None
    assert source.members == ("a",)


def test_a_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("secret")
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "a").symlink_to(tmp_path / "outside")
    with pytest.raises(InputError) as caught:
        opened(folder, "run")
    assert caught.value.problems[0].ident == "not-a-file"
