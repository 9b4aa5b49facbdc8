"""`govkit export eee`: records that fit the schema, say nothing the evidence does not, and read back as they were."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govkit.collectors import registry
from govkit.collectors.every_eval_ever_results import one as read_result
from govkit.export.eee import eee_records, loss_lines
from govkit.export.eee_result import result, why_not
from govkit.files import parse_json
from govkit.model.evidence import DatasetRef, Evidence, Interval, Measurement, ModelRef, Reading
from govkit.model.project import Artefact, Release
from tests.cli.making import done, git, govkit, problems, write
from tests.collectors.given import sample

SCHEMA = parse_json(sample("every_eval_ever_schema/eval.schema.json").read_bytes())
VALIDATOR = jsonschema_rs.validator_for(SCHEMA)
LM_EVAL = "lm_eval/results_2026-01-21T03-44-18.458309.json"
PROJECT = """organisation: {name: Example Ltd}
systems:
  - {id: s, name: S, kind: generator, role: deployer, tier: limited, purpose: Answers., owner: Ada}
evidence:
  - {path: "evidence/*", release: "1"}
"""
RELEASES = """releases:
  - version: "1"
    artefacts:
      - {kind: model, id: our-model}
"""


def fits(record: dict[str, Any]) -> None:
    """The record is valid."""
    errors = [f"{list(error.instance_path)}: {error.message}" for error in VALIDATOR.iter_errors(record)]
    assert errors == []


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one result of lm-evaluation-harness, committed at a known time."""
    folder = tmp_path / "project"
    write(folder, "govkit.yaml", PROJECT)
    write(folder, "releases.yaml", RELEASES)
    write(folder, "controls.yaml", "use: []\n")
    (folder / "evidence").mkdir()
    shutil.copy(sample(LM_EVAL), folder / "evidence" / "results.json")
    return folder


def committed(folder: Path) -> None:
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "evidence", "--date", "2026-02-01T10:00:00+00:00")


def printed(folder: Path, *more: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done(folder, "export", "eee", "1", *more).splitlines()]


def test_a_result_becomes_a_valid_record(project: Path) -> None:
    (record,) = printed(project, "--as-of", "2026-02-01T10:00:00+00:00")
    fits(record)
    assert record["schema_version"] == "0.3.0"
    assert record["retrieved_timestamp"] == "1769940000"
    assert record["source_metadata"]["source_organization_name"] == "Example Ltd"
    assert record["source_metadata"]["evaluator_relationship"] == "other"
    assert record["eval_library"]["name"] == "lm-evaluation-harness"
    assert record["model_info"]["additional_details"]["deployment_type"] == "unknown"
    first = record["evaluation_results"][0]
    assert first["metric_config"]["metric_id"] == "exact_match"
    assert first["source_data"]["source_type"] == "other"
    assert "min_score" not in first["metric_config"]


def test_reading_a_record_gives_the_values_back(project: Path, tmp_path: Path) -> None:
    before = registry.read(sample(LM_EVAL), "before")
    done(project, "export", "eee", "1", "--output", tmp_path / "eee", "--as-of", "2026-02-01")
    (file,) = (tmp_path / "eee").iterdir()
    after = registry.read(file, "after")
    assert after.format == "every-eval-ever"
    same = (
        "value",
        "unit",
        "higher_is_better",
        "n",
        "n_basis",
        "successes",
        "stderr",
        "stderr_method",
        "interval",
        "at",
    )
    written = [one for one in before.measurements if one.higher_is_better is not None]
    assert written
    assert [one.model_dump(include=set(same)) for one in after.measurements] == [
        one.model_dump(include=set(same)) for one in written
    ]
    assert [f"every-eval-ever/{one.measure}" for one in written] == [one.measure for one in after.measurements]
    assert (after.model, after.at, after.tool) == (before.model, before.at, before.tool)
    assert [one.dataset for one in after.measurements] == [one.dataset for one in written]


def test_the_same_evidence_gives_the_same_bytes(project: Path, tmp_path: Path) -> None:
    committed(project)
    assert done(project, "export", "eee", "1") == done(project, "export", "eee", "1")
    for name in ("a", "b"):
        done(project, "export", "eee", "1", "--output", tmp_path / name)
    (first,), (second,) = ((tmp_path / name).iterdir() for name in ("a", "b"))
    assert (first.name, first.read_bytes()) == (second.name, second.read_bytes())
    assert first.name.startswith("lm-eval_")


def test_without_any_date_a_file_is_left_out(project: Path) -> None:
    document = json.loads((project / "evidence" / "results.json").read_text())
    del document["date"]
    write(project, "evidence/results.json", json.dumps(document))
    (problem,) = problems(project, "export", "eee", "1")
    assert problem.ident == "nothing-to-export"
    assert "no date known" in govkit(project, "export", "eee", "1").stderr
    assert len(printed(project, "--as-of", "2026-02-01")) == 1


def test_what_is_left_out_is_told(project: Path) -> None:
    write(project, "evidence/note.md", "---\ndocument: note\ntitle: A note\nowner: Ada\nversion: 1\n---\nWords.\n")
    write(project, "evidence/broken.json", "{")
    write(project, "evidence/robust.json", sample("robustbench/Xiao2020Enhancing.json").read_text())
    shown = govkit(project, "export", "eee", "1", "--as-of", "2026-02-01").stderr
    assert "left out: 1 file: document or statement, not a test result" in shown
    assert "left out: 1 file: could not be read" in shown
    assert "not stated, so 'unknown' or 'other'" in shown


def test_a_release_without_results_is_refused(project: Path) -> None:
    (project / "evidence" / "results.json").unlink()
    (problem,) = problems(project, "export", "eee", "1")
    assert problem.ident == "nothing-to-export"
    (unknown,) = problems(project, "export", "eee", "2")
    assert unknown.ident == "unknown-release"


# Single records


RELEASE = Release(version="1", system="s", date=datetime(2026, 1, 2, tzinfo=UTC))


def evidence(*measurements: Measurement, path: str = "e.json", **reading: Any) -> Evidence:
    told = {"format": "f", "collector": "f", "collector_version": "1", "status": "complete", **reading}
    told.setdefault("model", ModelRef(id="org/m"))
    return Evidence(path=path, sha256="a" * 64, size=1, release="1", reading=Reading(measurements=measurements, **told))


def record(item: Evidence, release: Release = RELEASE) -> dict[str, Any]:
    (made,) = eee_records(release, [item], "Example Ltd").records
    fits(made.record)
    return made.record


VALUE = Measurement(measure="f/task/acc", value=0.5, higher_is_better=True)


@pytest.mark.parametrize(
    "odd",
    [
        VALUE.model_copy(update={"value": None}),
        VALUE.model_copy(update={"higher_is_better": None}),
        VALUE.model_copy(update={"status": "error"}),
        VALUE.model_copy(update={"status": "cancelled"}),
        VALUE.model_copy(update={"flags": ("mock-model",)}),
    ],
)
def test_values_that_say_nothing_are_left_out(odd: Measurement) -> None:
    found = eee_records(RELEASE, [evidence(odd, VALUE)], "Example Ltd")
    assert (found.values, sum(found.values_left_out.values())) == (1, 1)
    assert len(found.records[0].record["evaluation_results"]) == 1


@pytest.mark.parametrize("odd", [{"status": "error"}, {"status": "cancelled"}, {"flags": ("mock-model",)}])
def test_runs_that_say_nothing_are_left_out(odd: dict[str, Any]) -> None:
    found = eee_records(RELEASE, [evidence(VALUE, **odd)], "Example Ltd")
    assert (found.records, found.values) == ((), 0)
    assert any("no value in it" in line for line in loss_lines(found))


def test_a_partial_run_stays_partial(tmp_path: Path) -> None:
    limited = VALUE.model_copy(update={"n": 10, "n_basis": "items", "planned": 100, "flags": ("judge-unvalidated",)})
    item = evidence(limited, status="partial", flags=("edited-after-run",))
    again = registry.read(write(tmp_path, "r.json", json.dumps(record(item))), "r.json")
    (one,) = again.measurements
    assert (again.status, again.flags) == ("partial", ("edited-after-run",))
    assert (one.n, one.planned, one.flags) == (10, 100, ("judge-unvalidated",))


def test_self_reported_scores_stay_so(tmp_path: Path) -> None:
    made = record(evidence(VALUE, flags=("self-reported",)))
    assert made["source_metadata"]["evaluator_relationship"] == "first_party"
    assert made["source_metadata"]["source_type"] == "documentation"
    again = registry.read(write(tmp_path, "r.json", json.dumps(made)), "r.json")
    assert again.flags == ("self-reported",)


def test_the_project_names_a_model_the_file_does_not() -> None:
    model = Artefact(kind="model", id="ours", sha256="b" * 64)
    release = RELEASE.model_copy(update={"artefacts": (model,)})
    made = record(evidence(VALUE, model=None), release)
    assert made["model_info"]["id"] == "ours"
    assert "the project" in made["model_info"]["additional_details"]["named_by"]
    for artefacts in ((), (model, model)):
        several = RELEASE.model_copy(update={"artefacts": artefacts})
        assert eee_records(several, [evidence(VALUE, model=None)], "Example Ltd").records == ()


def test_only_results_of_the_release_are_written() -> None:
    items = [evidence(VALUE), evidence(VALUE, path="git:abc"), evidence(VALUE, method="EXAMINE")]
    other = [item.model_copy(update={"release": release}) for item in items[:1] for release in (None, "2")]
    assert len(eee_records(RELEASE, [*items, *other], "Example Ltd").records) == 1


def test_two_files_with_the_same_bytes_are_two_records() -> None:
    found = eee_records(RELEASE, [evidence(VALUE), evidence(VALUE, path="f.json")], "Example Ltd")
    assert [made.name for made in found.records] == ["f_aaaaaaaaaaaa.json", "f_aaaaaaaaaaaa_2.json"]


def test_a_record_that_is_exported_again_keeps_its_names_and_its_source(tmp_path: Path) -> None:
    first = registry.read(sample("every_eval_ever/demo/f3a1c0de-4b2e-4c1a-9f6d-1b7e5a2c8d40.json"), "r")
    item = Evidence(path="r.json", sha256="c" * 64, size=1, release="1", reading=first)
    made = record(item)
    assert made["source_metadata"]["evaluator_relationship"] == "third_party"
    assert made["source_metadata"]["source_type"] == "documentation"
    again = registry.read(write(tmp_path, "r.json", json.dumps(made)), "r.json")
    assert [one.measure for one in again.measurements] == [one.measure for one in first.measurements]


NUMBER = st.floats(-1e9, 1e9, allow_nan=False)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30)


@st.composite
def measured(draw: st.DrawFn) -> Measurement:
    value = draw(NUMBER)
    n = draw(st.none() | st.integers(2, 10**9))
    width = draw(st.floats(0.001, 1e3))
    interval = Interval(low=value - width, high=value + width, level=draw(st.floats(0.01, 0.99)), method="wilson")
    return Measurement(
        measure=draw(st.sampled_from(["f/task/acc", "f/a/b/c", "alone"])),
        value=value,
        unit=draw(st.sampled_from([None, "proportion", "percent", "ms", "tokens-per-s"])),
        higher_is_better=draw(st.booleans()),
        n=n,
        n_basis=None if n is None else draw(st.sampled_from(["items", "trials", "requests", "records"])),
        stderr=draw(st.none() | st.floats(1e-9, 1e6)),
        interval=draw(st.none() | st.just(interval)),
        conditions=draw(st.dictionaries(TEXT, TEXT, max_size=3)),
        dataset=draw(st.none() | st.builds(DatasetRef, id=TEXT, split=st.none() | TEXT, revision=st.none() | TEXT)),
    )


@given(measured())
def test_any_value_fits_the_schema_and_reads_back(one: Measurement) -> None:
    assert why_not(one) is None
    made = result(one, {})
    fits({**record(evidence(VALUE)), "evaluation_results": [made]})
    again = read_result(json.loads(json.dumps(made)), "")
    kept = ("value", "unit", "higher_is_better", "n", "n_basis", "stderr", "interval", "dataset")
    expected = one.model_dump(include=set(kept))
    if one.dataset and one.dataset.id == "unknown":
        expected["dataset"] = None
    assert again.model_dump(include=set(kept)) == expected
    assert one.conditions.items() <= again.conditions.items()


def texts(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    else:
        yield value


def test_no_key_stands_without_a_value() -> None:
    assert None not in list(texts(record(evidence(VALUE, at=datetime(2026, 1, 1, tzinfo=UTC)))))
