"""Bindings become evidence; failures are isolated, records are immutable, and what the project adds comes last."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from govkit.catalogs.loading import shipped_library
from govkit.gather import Gathered, gather
from govkit.history.repository import History
from govkit.project import load_project

MAPPING = """\
format: json
status: complete
measurements:
  - {measure: score, value: /score, n: /n, unit: proportion, higher_is_better: true}
"""
NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    (tmp_path / "releases.yaml").write_text("releases:\n  - {version: '1'}\n  - {version: '2', baseline: '1'}\n")
    for release in ("1", "2"):
        folder = tmp_path / "evidence" / release
        folder.mkdir(parents=True)
        (folder / "result.json").write_text(json.dumps({"score": 0.5, "n": 100 + int(release)}))
    return tmp_path


def gathered(root: Path, bindings: str, *, collect: bool = False) -> Gathered:
    (root / "govkit.yaml").write_text(
        "organisation: {name: Org}\nsystems:\n  - {id: s, name: S, kind: classifier, purpose: P., owner: A}\n"
        f"evidence:\n{bindings}"
    )
    project = load_project(root, shipped_library())
    return gather(project, root, History.open(root), releases=(), collected=NOW if collect else None)


PER_RELEASE = "  - {path: 'evidence/{release}/*.json', mapping: mapping.yaml}\n"


def test_one_binding_serves_every_release(root: Path) -> None:
    found = gathered(root, PER_RELEASE)
    assert [(item.path, item.release) for item in found.evidence] == [
        ("evidence/1/result.json", "1"),
        ("evidence/2/result.json", "2"),
    ]
    assert found.problems == ()


def test_a_broken_file_is_a_problem_and_the_rest_goes_on(root: Path) -> None:
    (root / "evidence" / "1" / "result.json").write_text('{"score": 0.5, "n"')
    found = gathered(root, PER_RELEASE)
    broken, sound = found.evidence
    assert broken.reading is None
    assert broken.problem is not None
    assert broken.problem.where.path == "evidence/1/result.json"
    assert sound.reading is not None
    assert len(found.problems) == 1


def test_a_binding_without_a_file_is_told(root: Path) -> None:
    found = gathered(root, "  - {path: evidence/none.json, release: '1'}\n")
    assert [problem.ident for problem in found.problems] == ["missing-file"]


def test_records_are_written_once_and_never_changed(root: Path) -> None:
    first = gathered(root, PER_RELEASE, collect=True)
    records = sorted((root / "records" / "evidence").glob("*.json"))
    before = [path.read_bytes() for path in records]
    again = gathered(root, PER_RELEASE, collect=True)
    assert (first.written, again.written, len(records)) == (2, 0, 2)
    assert before == [path.read_bytes() for path in records]
    assert first.evidence == again.evidence


def test_a_changed_file_gets_a_record_of_its_own(root: Path) -> None:
    gathered(root, PER_RELEASE, collect=True)
    (root / "evidence" / "1" / "result.json").write_text('{"score": 0.6, "n": 101}')
    assert gathered(root, PER_RELEASE, collect=True).written == 1
    assert len(list((root / "records" / "evidence").glob("*.json"))) == 3


def test_a_damaged_record_is_told_and_the_file_read_again(root: Path) -> None:
    sound = gathered(root, PER_RELEASE, collect=True)
    record = next((root / "records" / "evidence").glob("*.json"))
    record.write_text("{}")
    found = gathered(root, PER_RELEASE, collect=True)
    assert [problem.ident for problem in found.problems] == ["bad-record"]
    assert found.evidence == sound.evidence
    assert record.read_text() == "{}", "what was tampered with stays where it is"


def test_a_record_never_speaks_in_the_files_place(root: Path) -> None:
    """Somebody writes a better number into a record, with the right digest; the file says 0.5."""
    sound = gathered(root, PER_RELEASE, collect=True)
    for record in (root / "records" / "evidence").glob("*.json"):
        record.write_text(record.read_text().replace('"value": 0.5', '"value": 0.99'))
    assert gathered(root, PER_RELEASE).evidence == sound.evidence
    told = gathered(root, PER_RELEASE, collect=True)
    assert told.evidence == sound.evidence
    assert [(p.ident, "does not say what" in p.what) for p in told.problems] == [("bad-record", True)] * 2


def test_the_record_holds_the_reading_and_the_binding_comes_last(root: Path) -> None:
    gathered(root, PER_RELEASE, collect=True)
    bound = PER_RELEASE.replace("}\n", ", rename: {score: mine/score}, conditions: {slice: all}, dataset: {id: d}}\n")
    found = gathered(root, bound, collect=True)
    assert found.written == 0, "a binding changes nothing that was read"
    reading = found.evidence[0].reading
    assert reading is not None
    measured = reading.measurements[0]
    assert (measured.measure, measured.conditions, measured.dataset and measured.dataset.id) == (
        "mine/score",
        {"slice": "all"},
        "d",
    )


def test_directions_and_units_fill_gaps_and_overrule_nothing(root: Path) -> None:
    (root / "mapping.yaml").write_text(MAPPING.replace(", higher_is_better: true", ""))
    silent = PER_RELEASE.replace("}\n", ", directions: {'sc*': false}, units: {score: percent}}\n")
    reading = gathered(root, silent).evidence[0].reading
    assert reading is not None
    assert (reading.measurements[0].higher_is_better, reading.measurements[0].unit) == (False, "proportion")
    told = "from-binding: the project's word, not the file's: that lower is better"
    assert reading.measurements[0].warnings == (told,)


NAMED = MAPPING + "model: {id: m, sha256: {pointer: /model}}\ndataset: {id: hub/set, sha256: {pointer: /data}}\n"


def test_what_the_file_says_about_model_and_data_is_never_lost(root: Path) -> None:
    (root / "mapping.yaml").write_text(NAMED)
    told = {"score": 0.5, "n": 100, "model": "a" * 64, "data": "d" * 64}
    (root / "evidence" / "1" / "result.json").write_text(json.dumps(told))
    bound = f"dataset: {{id: our set, split: test, sha256: {'e' * 64}}}, model_sha256: {'b' * 64}"
    (one,) = gathered(root, f"  - {{path: evidence/1/result.json, mapping: mapping.yaml, {bound}}}\n").evidence
    assert one.reading is not None
    assert one.artefact_sha256 == "a" * 64, "the project cannot say that it was another model"
    assert [warning.partition(":")[0] for warning in one.reading.warnings] == ["digest-conflict"]
    dataset = one.reading.measurements[0].dataset
    assert dataset is not None
    assert (dataset.id, dataset.also, dataset.split, dataset.sha256) == ("our set", ("hub/set",), "test", "d" * 64)
    assert one.reading.model is not None
    assert one.reading.model.sha256 == "a" * 64


def test_the_project_fills_in_the_digest_of_a_model_the_file_does_not_give(root: Path) -> None:
    bound = f"  - {{path: evidence/1/result.json, mapping: mapping.yaml, model_sha256: {'b' * 64}}}\n"
    (one,) = gathered(root, bound).evidence
    assert one.artefact_sha256 == "b" * 64
    assert one.reading is not None
    assert one.reading.warnings[0].startswith("from-binding: the digest of the model, bbbbbbbbbbbb, is the project's")


def test_a_binding_adds_conditions_and_never_overrules_one(root: Path) -> None:
    """A file about adults cannot be bound as one about children."""
    (root / "mapping.yaml").write_text(MAPPING.replace("n: /n", "n: /n, conditions: {group: {pointer: /group}}"))
    (root / "evidence" / "1" / "result.json").write_text('{"score": 0.5, "n": 100, "group": "adults"}')
    bound = "conditions: {group: children, site: Bonn}"
    (one,) = gathered(root, f"  - {{path: evidence/1/result.json, mapping: mapping.yaml, {bound}}}\n").evidence
    assert one.reading is not None
    (measured,) = one.reading.measurements
    assert measured.conditions == {"group": "adults", "site": "Bonn"}
    assert list(measured.warnings) == [
        "from-binding: the project's word, not the file's: site = Bonn",
        "condition-conflict: the binding gives group as children, the file as adults; the file's counts",
    ]


def test_a_test_cannot_be_bound_as_a_document(root: Path) -> None:
    """What is examined needs no items and no interval; a test stays a test."""
    bound = "  - {path: evidence/1/result.json, mapping: mapping.yaml, method: EXAMINE}\n"
    (one,) = gathered(root, bound).evidence
    assert one.reading is not None
    assert one.reading.method == "TEST"
    assert [warning.partition(":")[0] for warning in one.reading.warnings] == ["method-conflict"]
    (root / "mapping.yaml").write_text(f"method: EXAMINE\n{MAPPING}")
    (one,) = gathered(root, bound.replace("EXAMINE", "INTERVIEW")).evidence
    assert one.reading is not None
    assert (one.reading.method, one.reading.warnings) == ("INTERVIEW", ())


def test_a_renamed_value_says_what_the_file_calls_it(root: Path) -> None:
    bound = PER_RELEASE.replace("}\n", ", rename: {score: dataset/quality}}\n")
    reading = gathered(root, bound).evidence[0].reading
    assert reading is not None
    measured = reading.measurements[0]
    assert (measured.measure, measured.read_as) == ("dataset/quality", "score")
    assert measured.warnings == (
        "from-binding: the project's word, not the file's: the name (in the file it is score)",
    )


def test_a_version_that_looks_like_a_pattern_matches_only_its_own_folder(root: Path) -> None:
    (root / "releases.yaml").write_text("releases:\n  - {version: '1'}\n  - {version: '*', baseline: '1'}\n")
    found = gathered(root, PER_RELEASE)
    assert [(item.path, item.release) for item in found.evidence] == [("evidence/1/result.json", "1")]


def test_a_listed_file_that_was_taken_away_is_told(root: Path) -> None:
    listed = f"{{path: evidence/2/result.json, sha256: {'a' * 64}}}, {{path: evidence/2/gone.json, sha256: {'a' * 64}}}"
    (root / "releases.yaml").write_text(
        f"releases:\n  - {{version: '1'}}\n  - {{version: '2', evidence: [{listed}]}}\n"
    )
    found = gathered(root, PER_RELEASE)
    assert [(p.ident, p.where.path) for p in found.problems] == [("missing-file", "evidence/2/gone.json")]
    out = f"{{path: ../secret.json, sha256: {'a' * 64}}}"
    (root / "releases.yaml").write_text(f"releases:\n  - {{version: '1', evidence: [{out}]}}\n  - {{version: '2'}}\n")
    assert [p.ident for p in gathered(root, PER_RELEASE).problems] == ["outside-project"]
