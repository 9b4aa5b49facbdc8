"""`govkit map`: as text, JSON, CSV and SSSOM, from either side, and where there is nothing."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner, Result

from govkit.catalogs.loading import shipped_library
from govkit.cli.main import app
from govkit.errors import ExitCode, InputError, Problem
from govkit.model.crosswalk import INVERSE
from tests.catalogs.builders import CATALOG, MAPPING, SECOND

NIST, PROFILE, ISO, ACT = "nist-ai-rmf-1.0", "nist-ai-600-1", "iso-42001-2023", "eu-ai-act-2026"


def call(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["-C", str(folder), "map", *words])


def text(folder: Path, *words: str) -> str:
    result = call(folder, *words)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def document(folder: Path, *words: str) -> dict[str, Any]:
    found = json.loads(text(folder, *words, "--json"))
    assert isinstance(found, dict)
    return found


def refused(folder: Path, *words: str) -> Problem:
    result = call(folder, *words)
    assert isinstance(result.exception, InputError), (result.output, result.exception)
    assert result.exception.exit_code == ExitCode.FILES
    assert result.stdout == ""
    (problem,) = result.exception.problems
    return problem


def rows(folder: Path, *words: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text(folder, *words, "--csv"), newline="")))


def sssom(folder: Path, *words: str) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Metadata and rows of an SSSOM file, read by its own rules: comment lines are YAML, the rest is TSV."""
    lines = text(folder, *words, "--sssom").splitlines(keepends=True)
    split = next(index for index, line in enumerate(lines) if not line.startswith("#"))
    metadata = YAML(typ="safe").load("".join(line[1:] for line in lines[:split]))
    return metadata, list(csv.DictReader(io.StringIO("".join(lines[split:]), newline=""), delimiter="\t"))


def test_without_argument_it_lists_every_mapping_with_its_readings(tmp_path: Path) -> None:
    found = document(tmp_path)
    assert found["schema"] == "govkit.mappings/1"
    assert {item["id"] for item in found["mappings"]} == set(shipped_library().mappings)
    act = next(item for item in found["mappings"] if item["id"] == f"{NIST}__{ACT}")
    assert act["readings"] == [{"readings": 1, "pairs": 54}, {"readings": 2, "pairs": 16}]
    assert len(act["sha256"]) == 64
    shown = text(tmp_path)
    assert "54 of 70 pairs rest on one reading, 16 on two; reviewed by nobody" in shown
    assert "never chained" in " ".join(shown.split())
    assert max(len(line) for line in shown.splitlines()) <= 100


def test_one_catalog_lists_the_mappings_that_touch_it(tmp_path: Path) -> None:
    found = {item["id"] for item in document(tmp_path, "iso", "42001")["mappings"]}
    assert found == {f"{NIST}__{ISO}", f"{ISO}__{ACT}"}


@pytest.mark.parametrize(
    "words",
    [
        (NIST, ACT),
        ("nist ai rmf", "eu ai act"),
        ("nist", "ai", "rmf", "eu", "ai", "act"),
        ("NIST-AI-RMF", "eu-ai-act"),
        (f"{NIST} {ACT}",),
        (f"{NIST}__{ACT}",),
    ],
)
def test_catalogs_are_named_by_id_or_by_words(tmp_path: Path, words: tuple[str, ...]) -> None:
    found = document(tmp_path, *words)
    assert (found["schema"], found["source"], found["target"]) == ("govkit.mapping/1", NIST, ACT)
    assert (found["turned"], len(found["pairs"])) == (False, 70)


def test_the_text_says_first_how_much_rests_on_one_reading(tmp_path: Path) -> None:
    shown = text(tmp_path, NIST, ACT)
    plain = " ".join(shown.split())
    for part in (
        "54 of 70 pairs rest on one reading, 16 on two. Reviewed by nobody.",
        "Style concept; basis: derived",
        "Known as of 2026-11-23",
        "5d8d9323bddd1c233d290968150409f34faa4793",
        "In no pair: 32 of 72 judged ids of nist-ai-rmf-1.0",
        "In no pair: 14 of 36 judged ids of eu-ai-act-2026",
        "Art. 43 Conformity assessment. P: no counterpart.",
        "nobody says whether there is a counterpart: Art. 4a, Art. 8,",
        "never chained",
    ):
        assert part in plain, part
    lines = shown.splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("GOVERN 2.2 "))
    assert lines[start + 1].split() == ["related", "Art.", "4", "AI", "literacy"]
    assert lines[start + 2].strip() == "confidence medium, 2 readings (P, Q)"
    assert shown.index("54 of 70") < shown.index("GOVERN 1.1")
    assert max(len(line) for line in lines) <= 100


def test_every_shipped_mapping_is_shown_from_both_sides(tmp_path: Path) -> None:
    for found in shipped_library().mappings.values():
        there, back = document(tmp_path, found.source, found.target), document(tmp_path, found.target, found.source)
        assert (there["turned"], back["turned"]) == (False, True)
        one = {(p["source"], p["relationship"], p["target"]) for p in there["pairs"]}
        other = {(p["target"], INVERSE[p["relationship"]], p["source"]) for p in back["pairs"]}
        assert one == other
        assert len(one) == found.counts["pairs"]
        assert there["unmapped"]["source"] == back["unmapped"]["target"]
        for words in ((found.source, found.target), (found.target, found.source)):
            assert max(len(line) for line in text(tmp_path, *words).splitlines()) <= 100
            rows(tmp_path, *words)
            sssom(tmp_path, *words)


def test_a_turned_mapping_says_so_and_turns_the_words(tmp_path: Path) -> None:
    shown = text(tmp_path, NIST, PROFILE)
    assert f"Stored as {PROFILE} > {NIST}; shown turned round, relationship words too." in shown
    assert "parent of  GV-1.1-001" in shown
    assert "child of" not in shown.partition("GOVERN 1.1 ")[2].partition("In no pair")[0]
    assert "child of  GOVERN 1.1 " in text(tmp_path, PROFILE, NIST)
    assert f"Every judged id of {PROFILE} stands in a pair." in shown


def test_json_lists_what_is_alone_and_who_says_so(tmp_path: Path) -> None:
    found = document(tmp_path, ISO, ACT)
    alone = {item["id"]: item["stated"] for item in found["unmapped"]["target"]}
    assert [name for name, stated in alone.items() if stated] == ["Art. 43", "Art. 47", "Art. 48", "Art. 49"]
    assert alone["Art. 49"]["sources"] == ["P"]
    assert alone["Art. 17"] is None
    assert found["judged"] == {"source": 70, "target": 36}
    pair = next(item for item in found["pairs"] if (item["source"], item["target"]) == ("10.2", "Art. 73"))
    assert (pair["confidence"], pair["agreement"], pair["sources"]) == ("low", 1, ["P"])
    assert pair["note"]
    assert pair["target_title"] == "Reporting of serious incidents"


def test_csv_has_a_row_a_pair_and_a_row_for_each_id_alone(tmp_path: Path) -> None:
    raw = call(tmp_path, ISO, NIST, "--csv").stdout_bytes
    assert raw.count(b"\r\n") == raw.count(b"\n") == 280 + 5 + 1
    found = rows(tmp_path, ISO, NIST)
    pairs, alone = [row for row in found if row["relationship"]], [row for row in found if not row["relationship"]]
    assert (len(pairs), {row["source"] for row in alone}) == (280, {"4.2", "6.3", "7.5.1", "7.5.2", "8.1"})
    assert {row["target"] for row in alone} == {""}
    assert "nobody says" in alone[0]["note"]
    assert {(row["source_catalog"], row["target_catalog"], row["basis"]) for row in found[:280]} == {
        (ISO, NIST, "published")
    }
    printed = next(row for row in pairs if (row["source"], row["target"]) == ("A.8.5", "MANAGE 4.3"))
    assert (printed["printed_as"], printed["sources"]) == ("B.8.5", "S1; S2-group; S3")


def test_sssom_says_what_the_mapping_says_and_no_more(tmp_path: Path) -> None:
    metadata, found = sssom(tmp_path, NIST, ACT)
    assert set(metadata["curie_map"]) == {"GOVKIT", NIST, ACT}
    assert metadata["license"] == "https://w3id.org/sssom/license/unspecified"
    assert metadata["mapping_set_id"].endswith(f"/mapping/{NIST}__{ACT}")
    assert (metadata["mapping_set_version"], metadata["creator_label"]) == ("2026-11-23", ["govkit"])
    assert (metadata["subject_source_version"], "sssom_version" in metadata) == ("1.0", False)
    assert "54 of 70 pairs rest on one reading, 16 on two" in metadata["comment"]
    assert "Art. 4a" in metadata["comment"]
    pairs = [row for row in found if row["subject_id"] != "sssom:NoTermFound"]
    assert len(pairs) == 70
    assert {row["predicate_id"] for row in found} == {"skos:relatedMatch"}
    assert {row["mapping_justification"] for row in found} == {"semapv:UnspecifiedMatching"}
    assert [row["object_id"] for row in found if row not in pairs] == [f"{ACT}:Art.%20{n}" for n in (43, 47, 48)]
    # No column is empty, none is SSSOM's numeric confidence, and reviewers are named only when there are some.
    assert not {"confidence", "reviewer_label", "predicate_modifier"} & set(found[0])
    assert all(any(row[name] for row in found) for name in found[0])
    both = next(row for row in pairs if row["subject_id"] == f"{NIST}:GOVERN%202.2")
    assert (both["ext_readings"], both["ext_agreement"], both["ext_confidence"]) == ("P, Q", "2", "medium")


def test_sssom_is_canonical(tmp_path: Path) -> None:
    raw = call(tmp_path, PROFILE, NIST, "--sssom").stdout_bytes
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert raw.startswith(b"#curie_map:\n")
    metadata, found = sssom(tmp_path, PROFILE, NIST)
    keys = list(metadata["curie_map"])
    assert keys == sorted(keys)
    ordered = [tuple(row.values()) for row in found]
    assert ordered == sorted(ordered)
    used = {prefix for row in found for prefix in re.findall(r"^([^:]+):", row["subject_id"] + "\n", re.MULTILINE)}
    assert used <= {*keys, "sssom"}
    defined = [item["slot_name"] for item in metadata["extension_definitions"]]
    assert defined == [name for name in found[0] if name.startswith("ext_")]


def test_sssom_of_a_turned_tree_is_an_inversion_with_narrower_ends(tmp_path: Path) -> None:
    metadata, found = sssom(tmp_path, NIST, PROFILE)
    assert metadata["sssom_version"] == "1.1"
    assert metadata["mapping_set_id"].endswith("/turned")
    assert {row["predicate_id"] for row in found} == {"skos:narrowMatch"}
    assert {row["mapping_justification"] for row in found} == {"semapv:MappingInversion"}
    assert sum(row["object_id"] == "sssom:NoTermFound" for row in found) == 23
    assert {row["predicate_id"] for row in sssom(tmp_path, PROFILE, NIST)[1]} == {"skos:broadMatch"}


def test_where_there_is_no_mapping_none_is_made_over_a_third_catalog(tmp_path: Path) -> None:
    problem = refused(tmp_path, PROFILE, ACT)
    assert problem.ident == "no-crosswalk"
    assert problem.what == f"there is no mapping between {PROFILE} and {ACT}"
    assert f"{PROFILE} is mapped with {NIST}, owasp-llm-2026; {ACT} is mapped with {ISO}, {NIST}" in problem.fix
    assert "never chained" in problem.fix


def test_a_catalog_is_not_mapped_to_itself(tmp_path: Path) -> None:
    assert refused(tmp_path, ISO, ISO).ident == "no-crosswalk"


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("nist", ACT), "nist-ai-600-1, nist-ai-rmf-1.0 fit"),
        (("owasp", "llm"), "owasp-llm-2026, owasp-llm-2025 fit"),
        (("nist-ai-rfm-1.0",), "names neither"),
        (("zzz", "yyy"), "names neither"),
    ],
)
def test_what_is_not_clear_is_not_guessed(tmp_path: Path, words: tuple[str, ...], part: str) -> None:
    problem = refused(tmp_path, *words)
    assert problem.ident == "unknown-catalog"
    assert part in problem.what


def test_a_misspelt_name_is_answered_with_the_nearest(tmp_path: Path) -> None:
    assert "did you mean 'nist-ai-rmf-1.0'" in refused(tmp_path, "nist-ai-rfm-1.0").fix


@pytest.mark.parametrize("asked", ["\x1b[31m", "é" * 5_000, "a " * 5_000, ":", "__", "[", "-- x"])
def test_what_fits_nothing_is_a_problem_not_a_crash(tmp_path: Path, asked: str) -> None:
    refused(tmp_path, "--", asked)
    refused(tmp_path, "--", asked, asked)


@pytest.mark.parametrize("words", [("--json", "--csv"), ("--csv", "--sssom"), ("--csv",), ("--sssom", ISO)])
def test_a_table_is_of_one_mapping_in_one_form(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert call(tmp_path, *words).exit_code == ExitCode.USAGE


def project(folder: Path, mapping: str, play: str = SECOND) -> Path:
    (folder / "govkit.yaml").write_text(
        "organisation: {name: Example Ltd}\n"
        "systems:\n"
        "  - {id: triage, name: Triage, kind: classifier, purpose: Sorts letters., owner: Ada}\n"
        "frameworks: [{id: toy-1.0, path: toy}, {id: play-2, path: play}]\n",
        encoding="utf-8",
    )
    for name, catalog in (("toy", CATALOG), ("play", play)):
        (folder / name).mkdir()
        (folder / name / "catalog.yaml").write_text(catalog, encoding="utf-8")
    (folder / "play" / "mappings").mkdir()
    (folder / "play" / "mappings" / "own.yaml").write_text(mapping, encoding="utf-8")
    return folder


TYPED = (
    MAPPING.replace("style: concept", "style: supportive")
    .replace("basis: published", "basis: govkit\nreviewed_by: [Ada Example]")
    .replace("licence: Facts.", "licence: https://creativecommons.org/publicdomain/zero/1.0/")
    .replace("note: In bold.}", "relationship: supports, property: integral-to, note: In bold.}")
    .replace("confidence: low}", "confidence: low, relationship: contrary, reviewed_by: ['Bo | Co']}")
)


def test_a_mapping_of_the_project_is_shown_with_its_types(tmp_path: Path) -> None:
    root = project(tmp_path, TYPED)
    assert "supports (integral to)  P.1" in text(root, "toy", "play")
    turned = text(root, "play", "toy")
    assert "is supported by (integral to)  T 1" in turned
    assert "Reviewed by Ada Example." in turned
    assert "contrary  T 2" in turned
    assert "reviewed by Bo | Co" in turned
    metadata, found = sssom(root, "toy", "play")
    assert metadata["license"] == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert [row["mapping_justification"] for row in found] == ["semapv:ManualMappingCuration"] * 2
    assert [row["predicate_id"] for row in found] == ["skos:relatedMatch", "skos:mappingRelation"]
    assert [row["reviewer_label"] for row in found] == ["Ada Example", "Ada Example|Bo \\| Co"]
    assert [row.get("ext_manner") for row in found] == ["integral-to", ""]


def test_a_pair_that_says_none_is_negated_in_sssom(tmp_path: Path) -> None:
    none = (
        MAPPING.replace("confidence: low}", "confidence: low, relationship: none}")
        .replace("gaps: {source: []", "gaps: {source: [T 2]")
        .replace("target: [P.2]}", "target: [P.2]}\nunmatched: {target: [{id: P.2, sources: [S1], note: Not in it.}]}")
    )
    root = project(tmp_path, none)
    found = {row["subject_id"]: row for row in sssom(root, "toy", "play")[1]}
    assert found["toy-1.0:T%202"]["predicate_modifier"] == "Not"
    assert found["toy-1.0:T%201"]["predicate_modifier"] == ""
    assert found["sssom:NoTermFound"]["comment"] == "Not in it."
    assert "none  P.1" in text(root, "toy", "play")
    assert [item["id"] for item in document(root, "toy", "play")["unmapped"]["source"]] == ["T 2"]


def test_readings_that_nobody_recorded_are_said_to_be_unknown(tmp_path: Path) -> None:
    silent = MAPPING.replace(", agreement: 1", "")
    root = project(tmp_path, silent)
    assert "for none of 2 pairs is it recorded how many readings show it. Reviewed by nobody." in text(
        root, "toy", "play"
    )
    assert document(root, "toy", "play")["readings"] == [{"readings": None, "pairs": 2}]
    one = MAPPING.replace(", agreement: 1, confidence: low", ", confidence: low")
    (root / "play" / "mappings" / "own.yaml").write_text(one, encoding="utf-8")
    assert "1 of 2 pairs rests on one reading, for 1 the number is not recorded" in text(root, "toy", "play")


def test_two_mappings_between_the_same_catalogs_are_told_apart(tmp_path: Path) -> None:
    root = project(tmp_path, MAPPING)
    (root / "play" / "mappings" / "other.yaml").write_text(MAPPING.replace("id: toy-1.0__play-2", "id: other"), "utf-8")
    problem = refused(root, "toy", "play")
    assert (problem.ident, "toy-1.0__play-2" in problem.what) == ("ambiguous-mapping", True)
    assert document(root, "other")["id"] == "other"


HOSTILE = '"=cmd(1)\\t\\e[31m\\n#x: y \\" | z"'


def test_hostile_words_make_no_cell_no_line_and_no_formula(tmp_path: Path) -> None:
    play = SECOND.replace("title: Safe play", f"title: {HOSTILE}").replace("\\t\\e[31m\\n", "")
    note = MAPPING.replace("note: In bold.", f"note: {HOSTILE}").replace("status: Draft.", f"status: {HOSTILE}")
    root = project(tmp_path, note, play)
    shown = text(root, "toy", "play")
    assert "\x1b" not in shown
    cells = rows(root, "toy", "play")
    assert cells[0]["target_title"].startswith("'=cmd(1)")
    assert cells[0]["note"].startswith("'=cmd(1)")
    metadata, found = sssom(root, "toy", "play")
    assert len(found) == 2
    assert found[0]["comment"] == '=cmd(1) [31m #x: y " | z'
    assert "x" not in metadata
    assert metadata["mapping_set_description"].startswith("=cmd(1)")


def test_catalog_ids_that_cannot_be_prefixes_still_give_valid_ones(tmp_path: Path) -> None:
    digit = SECOND.replace("id: play-2", "id: 2play")
    mapping = MAPPING.replace("target: play-2", "target: 2play")
    root = project(tmp_path, mapping, digit)
    content = (root / "govkit.yaml").read_text("utf-8").replace("id: play-2", "id: 2play")
    (root / "govkit.yaml").write_text(content, encoding="utf-8")
    metadata, found = sssom(root, "toy", "2play")
    assert set(metadata["curie_map"]) == {"GOVKIT", "toy-1.0", "c_2play"}
    assert found[0]["object_id"] == "c_2play:P.1"
