"""`govkit check` of catalogs, mappings and profiles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from govkit.catalogs.loading import shipped_library
from govkit.cli.main import app
from govkit.errors import ExitCode, InputError
from tests.catalogs.builders import CATALOG, MAPPING, SECOND, write
from tests.oscal.builders import catalog, written

NIST, ISO = "nist-ai-rmf-1.0", "iso-42001-2023"


def check(folder: Path, *words: str | Path) -> Result:
    return CliRunner().invoke(app, ["-C", str(folder), "check", *map(str, words)])


def text(folder: Path, *words: str | Path) -> str:
    result = check(folder, *words)
    assert result.exit_code == ExitCode.DONE, (result.output, result.exception)
    return result.stdout


def document(folder: Path, *words: str | Path) -> dict[str, Any]:
    found = json.loads(text(folder, *words, "--json"))
    assert found["schema"] == "govkit.framework-check/1"
    return dict(found)


def idents(result: Result) -> list[str]:
    assert isinstance(result.exception, InputError), result.output
    return [problem.ident for problem in result.exception.problems]


def test_one_screen_answers_for_a_catalog(tmp_path: Path) -> None:
    shown = text(tmp_path, NIST)
    assert len(shown.splitlines()) < 70
    for part in (
        "National Institute of Standards and Technology",
        "published 2023-01-26",
        "@ f990d7b1b9a9",
        "counts stated are counts found: function 4, category 19, subcategory 72, characteristic 7",
        "hierarchy is sound",
        "byte for byte",
        "What nobody checked",
        "SHA-256",
        "Licence",
    ):
        assert part in " ".join(shown.split()), part


def test_a_mapping_shows_gaps_readings_and_reviewers(tmp_path: Path) -> None:
    shown = text(tmp_path, f"{NIST}__{ISO}")
    assert "280 pairs of 72 source ids with 65 target ids" in shown
    assert "5 of 70 judged ids have no pair: 4.2, 6.3, 7.5.1, 7.5.2, 8.1" in " ".join(shown.split())
    assert "not said  somebody reviewed it: nobody" in shown


@pytest.mark.parametrize(
    ("words", "name"), [(("iso", "42001"), ISO), (("nist ai rmf",), NIST), (("ISO-42001-2023",), ISO)]
)
def test_short_forms_are_understood(words: tuple[str, ...], name: str, tmp_path: Path) -> None:
    assert [one["id"] for one in document(tmp_path, *words)["frameworks"]] == [name]


def test_everything_shipped_is_looked_into(tmp_path: Path) -> None:
    found = document(tmp_path, "--frameworks")["frameworks"]
    assert {one["id"] for one in found} == set(shipped_library().files)
    assert {item["said"] for one in found for item in one["looked"]} <= {"holds", "not-said"}
    iso = next(one for one in found if one["id"] == ISO)
    assert (iso["type"], iso["publisher"], len(iso["sha256"])) == ("catalog", "ISO/IEC JTC 1/SC 42", 64)
    assert iso["not_checked"]
    assert "0 are broken" in " ".join(text(tmp_path, "--frameworks").split())


def test_several_end_in_a_table_with_the_state_of_knowledge_of_each(tmp_path: Path) -> None:
    lines = text(tmp_path, NIST, f"{NIST}__{ISO}").splitlines()
    table = lines[lines.index("as of       holds  broken  not said") + 1 :]
    assert table[0].split() == ["2026-11-23", "10", "-", "-", NIST, "(catalog)"]
    assert table[1].split() == ["2026-11-23", "12", "-", "1", f"{NIST}__{ISO}", "(mapping)"]


def test_what_holds_is_said_to_hold_of_the_file(tmp_path: Path) -> None:
    end = " ".join(text(tmp_path, NIST).splitlines()[-2:])
    assert "All 10 answers hold. They are about this file, not about the publication behind it." in end


def test_a_folder_of_ones_own_is_looked_into(tmp_path: Path) -> None:
    folder = write(tmp_path / "own")
    for path in (folder / "toy-1.0", folder / "toy-1.0" / "catalog.yaml"):
        found = document(tmp_path, path)["frameworks"]
        assert [(one["id"], one["not_checked"]) for one in found] == [("toy-1.0", None)]
        assert found[0]["looked"][0]["found"] == "read from the YAML; it has no compiled copy"


def test_a_folder_that_does_not_add_up_is_refused_whole(tmp_path: Path) -> None:
    folder = write(tmp_path / "own", toy=CATALOG.replace("rule: 2}", "rule: 7}").replace("parent: T,", "parent: X,"))
    result = check(tmp_path, folder / "toy-1.0")
    assert sorted(idents(result)) == ["unknown-requirement", "wrong-count"]
    assert result.stdout == ""
    broken = write(tmp_path / "other", toy=CATALOG.replace("licence: Public domain.\n", ""))
    assert idents(check(tmp_path, broken / "toy-1.0")) == ["missing-entry"]
    as_json = check(tmp_path, broken / "toy-1.0", "--json")
    assert idents(as_json) == ["missing-entry"]


def test_a_mapping_of_ones_own_is_held_against_known_catalogs(tmp_path: Path) -> None:
    ours = MAPPING.replace("toy-1.0__play-2", "mine").replace("source: toy-1.0", f"source: {NIST}")
    ours = ours.replace("target: play-2", f"target: {ISO}").replace("source: T 1", "source: GOVERN 1.1")
    ours = ours.replace("source: T 2", "source: GOVERN 1.2").replace("target: P.1", "target: A.2.2")
    ours = ours.replace("gaps: {source: [], target: [P.2]}\n", "")
    path = tmp_path / "mine.yaml"
    path.write_text(ours)
    assert [one["id"] for one in document(tmp_path, path)["frameworks"]] == ["mine"]
    path.write_text(ours.replace("A.2.2", "A.2.9", 1))
    assert "unknown-requirement" in idents(check(tmp_path, path))


def test_a_project_names_its_own_catalogs_by_id(tmp_path: Path) -> None:
    (tmp_path / "play").mkdir()
    (tmp_path / "play" / "catalog.yaml").write_text(SECOND)
    (tmp_path / "govkit.yaml").write_text(
        "organisation: {name: X}\nsystems:\n  - {id: s, name: S, purpose: p, owner: o, kind: classifier}\n"
        "frameworks:\n  - {id: play-2, path: play}\n"
    )
    result = check(tmp_path, "play-2")
    assert result.exit_code == ExitCode.DONE, (result.output, result.exception)
    assert "play/catalog.yaml" in result.stdout
    (tmp_path / "play" / "catalog.yaml").write_text(SECOND.replace("rule: 2", "rule: 3"))
    assert idents(check(tmp_path, "play-2")) == ["wrong-count"]
    assert "frameworks/iso-42001-2023" in text(tmp_path, ISO)


def test_unknown_names_offer_the_nearest(tmp_path: Path) -> None:
    result = check(tmp_path, "iso-42001-2032")
    assert idents(result) == ["unknown-id"]
    assert isinstance(result.exception, InputError)
    assert ISO in result.exception.problems[0].fix


def test_catalogs_and_documents_do_not_mix(tmp_path: Path) -> None:
    assert check(tmp_path, NIST, written(tmp_path, catalog())).exit_code == ExitCode.USAGE
    assert check(tmp_path, "--frameworks", NIST).exit_code == ExitCode.USAGE


def test_an_oscal_document_in_yaml_is_taken_for_one(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(json.dumps(catalog()))
    assert "fits the schema" in text(tmp_path, path)
    (tmp_path / "c.yaml").write_text("words: 1\n")
    assert idents(check(tmp_path, path)) == ["not-oscal"]
