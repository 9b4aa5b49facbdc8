"""Our own checker has nothing to object to in what we write: every reference of every document leads somewhere."""

from __future__ import annotations

from pathlib import Path

from govkit.oscal.checking import check_documents
from govkit.oscal.documents import read_document
from govkit.oscal.following import Given
from tests.oscal.exports import every_export


def test_all_exports_hold_together(tmp_path: Path) -> None:
    for item in every_export():
        (tmp_path / f"{item.ident}.json").write_bytes(item.content)
    given = [Given(path, read_document(path, shown=path.name)) for path in sorted(tmp_path.iterdir())]
    found = check_documents(given, lambda _: None)
    assert [problem for item in found for problem in item.problems()] == []
    assert [note for item in found for note in item.notes] == []
    assert [place for item in found for answer in item.answers for place in answer.unclear] == []
