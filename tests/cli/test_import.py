"""`govkit import`, from the file to a project that uses what it made."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from govkit.cli.importing import _write
from govkit.errors import InputError
from govkit.files import write_together
from govkit.importing.planning import Plan
from tests.cli.making import document, done, files, govkit, problems, write

DATA = Path(__file__).resolve().parent.parent / "data/importing"
ATLAS, PLAYBOOK = DATA / "mitre_atlas_4.5.2.yaml", DATA / "nist_playbook.json"
DATES = ("--set", "published=2023-10-25", "--as-of", "2026-11-23")
MAIN = """\
organisation: {name: Example Ltd}
systems:
  - {id: s, name: System, kind: classifier, purpose: Sorts letters., owner: Ada}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, "govkit.yaml", MAIN)
    return tmp_path


def use(project: Path, printed: str) -> None:
    """Adds to govkit.yaml what the command said should be added."""
    lines = printed.partition("Add to govkit.yaml\n")[2]
    write(project, "govkit.yaml", MAIN + "".join(f"{line[2:]}\n" for line in lines.splitlines()))


def test_a_catalog_is_written_with_its_source_and_used(project: Path) -> None:
    printed = done(project, "import", ATLAS, *DATES)
    assert "Catalog mitre-atlas-4.5.2" in printed
    assert set(files(project)) == {
        "govkit.yaml",
        "catalogs/mitre-atlas-4.5.2/catalog.yaml",
        "catalogs/mitre-atlas-4.5.2/SOURCE.md",
    }
    page = (project / "catalogs/mitre-atlas-4.5.2/SOURCE.md").read_text(encoding="utf-8")
    content = ATLAS.read_bytes()
    for part in (
        "mitre_atlas_4.5.2.yaml",
        hashlib.sha256(content).hexdigest(),
        f"{len(content)} bytes",
        "MITRE ATLAS YAML, version 4.5.2",
        "state of knowledge: 2026-11-23",
        "1 tactic, 2 technique, 1 sub-technique, 1 mitigation",
        "1 case studies",
    ):
        assert part in page
    use(project, printed)
    assert document(project, "check")["problems"] == []
    assert "In the words of the source" in done(project, "show", "AML.T0000")
    assert "text" not in document(project, "show", "AML.T0000")
    assert document(project, "show", "AML.T0000", "--with-text")["text"].startswith("Adversaries may search")


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        done(tmp_path / name, "import", ATLAS, *DATES)
        made.append(files(tmp_path / name))
    assert made[0] == made[1]


def test_words_are_laid_over_the_shipped_catalog(project: Path) -> None:
    printed = done(project, "import", PLAYBOOK, "--texts-for", "nist-ai-rmf-1.0", "--as-of", "2026-06-11")
    assert "Words for 2 requirements" in printed
    use(project, printed)
    shown = done(project, "show", "GOVERN 1.3")
    assert "Text from your licensed copy" in shown
    assert "Processes and procedures are in place" in shown
    assert "older than the publication" in shown
    assert document(project, "check")["problems"] == []


def test_a_mapping_is_used_without_a_catalog_of_its_own(project: Path) -> None:
    guide = write(
        project,
        "guide.yaml",
        "curie_map: {a: 'https://example.org/a/', b: 'https://example.org/b/'}\n"
        "license: mine\n"
        "mapping_date: 2026-01-02\n"
        "govkit: {catalogs: {a: nist-ai-rmf-1.0, b: iso-42001-2023}}\n",
    )
    columns = "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
    row = "a:MS-2.3\tskos:closeMatch\tb:A.6.2.4\tsemapv:ManualMappingCuration\n"
    given = write(project, "given.tsv", columns + row)
    printed = done(project, "import", given, "--mapping", guide, "--as", "my-pairs")
    assert (project / "catalogs/my-pairs/mappings/my-pairs.yaml").is_file()
    use(project, printed)
    mapped = document(project, "show", "MS-2.3")["mapped"]
    assert [m["id"] for m in mapped if m["mapping"] == "my-pairs"] == ["iso-42001-2023:A.6.2.4"]


def test_json_tells_everything_and_holds_no_words(project: Path) -> None:
    found = document(project, "import", ATLAS, *DATES, "--dry-run")
    assert found["schema"] == "govkit.import/1"
    assert (found["written"], found["format"]) == (False, "MITRE ATLAS YAML")
    assert found["catalog"] == {
        "id": "mitre-atlas-4.5.2",
        "counts": {"tactic": 1, "technique": 2, "sub-technique": 1, "mitigation": 1},
    }
    assert [item["count"] for item in found["dropped"]] == [1, 2]
    assert "Adversaries may search" not in json.dumps(found)
    assert set(files(project)) == {"govkit.yaml"}


def test_nothing_is_written_over_unless_asked(project: Path) -> None:
    done(project, "import", ATLAS, *DATES)
    before = files(project)
    found = problems(project, "import", ATLAS, *DATES, "--licence", "Another")
    assert [(str(p.where), p.ident) for p in found] == [
        ("catalogs/mitre-atlas-4.5.2/SOURCE.md", "file-exists"),
        ("catalogs/mitre-atlas-4.5.2/catalog.yaml", "file-exists"),
    ]
    assert files(project) == before
    use(project, done(project, "import", ATLAS, *DATES, "--licence", "Another", "--replace"))
    written = "catalogs/mitre-atlas-4.5.2/catalog.yaml"
    assert files(project)[written] != before[written]
    done(project, "import", ATLAS, *DATES, "--replace")
    assert document(project, "check")["problems"] == []


def test_other_files_of_the_folder_are_left_alone(project: Path) -> None:
    kept = write(project, "catalogs/mitre-atlas-4.5.2/notes.md", "mine")
    done(project, "import", ATLAS, *DATES, "--replace")
    assert kept.read_text(encoding="utf-8") == "mine"


def test_what_an_earlier_import_made_and_this_one_does_not_is_told(project: Path) -> None:
    columns = "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
    head = (
        "#curie_map: {nist-ai-rmf-1.0: 'https://a.example/', iso-42001-2023: 'https://b.example/'}\n"
        "#license: mine\n#mapping_date: 2026-01-02\n"
    )
    close, broad = (
        f"nist-ai-rmf-1.0:MS-2.{n}\tskos:{word}Match\tiso-42001-2023:A.6.2.4\tsemapv:ManualMappingCuration\n"
        for n, word in ((3, "close"), (5, "broad"))
    )
    given = write(project, "given.tsv", head + columns + close + broad)
    done(project, "import", given, "--as", "pairs", "--into", "catalogs/pairs")
    made = files(project)
    assert len([name for name in made if name.startswith("catalogs/pairs/mappings/")]) == 2
    kept = write(project, "catalogs/pairs/mappings/own.yaml", "mine: true\n")
    write(project, "given.tsv", head + columns + close)
    told = problems(project, "import", given, "--as", "pairs", "--into", "catalogs/pairs", "--replace")
    assert {p.ident for p in told} == {"file-exists"}
    assert len(told) == 2
    for problem in told:
        (project / str(problem.where)).unlink()
    done(project, "import", given, "--as", "pairs", "--into", "catalogs/pairs", "--replace")
    assert kept.is_file()


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--set", "publishd=2020-01-01"), ("--set", "unknown-key")),
        (("--set", "published"), ("--set", "bad-value")),
        (("--expect", "technique=many"), ("--expect", "bad-value")),
        (("--expect", "technique=3"), ("--expect", "wrong-count")),
        (("--as", "Not A Slug"), (ATLAS.as_posix(), "bad-value")),
        (("--as", "nist-ai-rmf-1.0"), ("--as", "duplicate-id")),
        (("--into", "../out"), ("../out/catalog.yaml", "outside-project")),
        (("--into", "/out"), ("/out/catalog.yaml", "outside-project")),
        (("--format", "oskal"), ("--format", "unknown-format")),
        (("--mapping", "nowhere.yaml"), ("nowhere.yaml", "missing-file")),
        (("--texts-for", "nowhere"), ("--texts-for", "unknown-catalog")),
    ],
)
def test_options_that_are_wrong(project: Path, options: tuple[str, ...], found: tuple[str, str]) -> None:
    told = problems(project, "import", ATLAS, *DATES, *options)
    assert (str(told[0].where), told[0].ident) == found
    assert set(files(project)) == {"govkit.yaml"}


@pytest.mark.parametrize("name", ["nowhere.yaml", "."])
def test_files_that_are_none(project: Path, name: str) -> None:
    found = problems(project, "import", project / name)
    assert found[0].ident in ("missing-file", "not-a-file")


def test_it_works_outside_a_project_and_beside_a_broken_one(tmp_path: Path) -> None:
    done(tmp_path, "import", ATLAS, *DATES)
    write(tmp_path, "broken/govkit.yaml", "organisation: [")
    result = govkit(tmp_path / "broken", "import", ATLAS, *DATES)
    assert result.exit_code == 0
    assert "only the shipped catalogs" in result.stderr


def test_a_folder_that_is_a_link_out_of_the_project_is_not_written_to(project: Path, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (project / "catalogs").symlink_to(outside)
    assert [p.ident for p in problems(project, "import", ATLAS, *DATES)] == ["outside-project"]
    assert list(outside.iterdir()) == []


def test_all_files_are_written_or_none(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "before")
    (tmp_path / "b.txt").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_together({tmp_path / "a.txt": b"after", tmp_path / "new/c.txt": b"new", tmp_path / "b.txt": b"no"})
    assert files(tmp_path) == {"a.txt": b"before"}
    assert not (tmp_path / "new").exists()
    write_together({tmp_path / "a.txt": b"after", tmp_path / "new/c.txt": b"new"})
    assert files(tmp_path) == {"a.txt": b"after", "new/c.txt": b"new"}


def test_a_folder_that_cannot_be_written_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "file", "in the way")
    plan = Plan("file/below", {"catalog.yaml": b"x"}, "")
    with pytest.raises(InputError) as raised:
        _write(tmp_path, plan, replace=False, dry_run=False)
    assert [p.ident for p in raised.value.problems] == ["unwritable-file"]


def test_an_imported_catalog_can_be_installed_as_it_is(project: Path, tmp_path: Path) -> None:
    """What was written is a whole catalog folder: moved elsewhere in the project, it still loads."""
    done(project, "import", ATLAS, *DATES)
    shutil.move(project / "catalogs/mitre-atlas-4.5.2", project / "own")
    write(project, "govkit.yaml", MAIN + "frameworks:\n  - {id: mitre-atlas-4.5.2, path: own}\n")
    assert document(project, "check")["problems"] == []
