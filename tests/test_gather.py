"""Bindings become evidence; failures are isolated, records are immutable, and what the project adds comes last."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from govkit.agreements import Agreed, Asked
from govkit.catalogs.loading import shipped_library
from govkit.gather import Collected, Gathered, Gatherer, gather
from govkit.history.repository import History
from govkit.processes import SHARED_FROM
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


def gatherer(root: Path, bindings: str, *, write: bool) -> Gatherer:
    (root / "govkit.yaml").write_text(
        "organisation: {name: Org}\nsystems:\n  - {id: s, name: S, kind: classifier, purpose: P., owner: A}\n"
        f"evidence:\n{bindings}"
    )
    project = load_project(root, shipped_library())
    return Gatherer(project, root, History.open(root), collected=NOW if write else None)


def gathered(root: Path, bindings: str) -> Gathered:
    made = gatherer(root, bindings, write=False)
    return gather(made.project, root, made.history, releases=())


def collected(
    root: Path, bindings: str, known: Mapping[Asked, Agreed] | None = None, *, write: bool = True
) -> list[Collected]:
    made = gatherer(root, bindings, write=write)
    return list(made.collect(made.files(), {}, known or {}))


def agreed(found: Iterable[Collected]) -> dict[Asked, Agreed]:
    return {Asked(one.path, None, "mapping.yaml"): one.agreed for one in found if one.agreed}


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
    first = collected(root, PER_RELEASE)
    records = sorted((root / "records" / "evidence").glob("*.json"))
    before = [path.read_bytes() for path in records]
    again = collected(root, PER_RELEASE)
    assert [(one.written, one.problems) for one in first] == [(True, ())] * 2
    assert [one._replace(written=True) for one in again] == first
    assert [one.written for one in again] == [False] * 2
    assert before == [path.read_bytes() for path in records]
    assert len(before) == 2


def test_a_changed_file_gets_a_record_of_its_own(root: Path) -> None:
    collected(root, PER_RELEASE)
    (root / "evidence" / "1" / "result.json").write_text('{"score": 0.6, "n": 101}')
    assert [one.written for one in collected(root, PER_RELEASE)] == [True, False]
    assert len(list((root / "records" / "evidence").glob("*.json"))) == 3


def test_a_damaged_record_is_told_and_stays(root: Path) -> None:
    collected(root, PER_RELEASE)
    for damage in ("{}", "[]", "null", "{", '{"evidence": []}', '{"evidence": {}}', ""):
        record = min((root / "records" / "evidence").glob("*.json"))
        record.write_text(damage)
        found = collected(root, PER_RELEASE)
        assert [problem.ident for one in found for problem in one.problems] == ["bad-record"], damage
        assert [one.values for one in found] == [1, 1]
        assert record.read_text() == damage, "what was tampered with stays where it is"


FORGED = (('"value": 0.5', '"value": 0.99'), ('"unit": "proportion"', '"unit": "percent"'), ('"n": 10', '"n": 90'))


@pytest.mark.parametrize(("said", "forged"), FORGED)
def test_a_record_never_speaks_in_the_files_place(root: Path, said: str, forged: str) -> None:
    """Somebody writes a better number into a record, with the right digest; the file says 0.5."""
    first = collected(root, PER_RELEASE)
    sound = gathered(root, PER_RELEASE)
    for record in (root / "records" / "evidence").glob("*.json"):
        assert said in record.read_text()
        record.write_text(record.read_text().replace(said, forged))
    assert gathered(root, PER_RELEASE) == sound
    for found in (
        collected(root, PER_RELEASE),
        collected(root, PER_RELEASE, agreed(first)),
        collected(root, PER_RELEASE, agreed(first), write=False),
    ):
        told = [(problem.ident, "does not say what" in problem.what) for one in found for problem in one.problems]
        assert told == [("bad-record", True)] * 2
        assert not agreed(found)


@pytest.mark.parametrize(
    ("said", "forged"),
    [
        ('"schema": "govkit.evidence/1"', '"schema": "govkit.evidence/9"'),
        ('"size": ', '"size": -'),
        ('"sha256": "', '"sha256": "0'),
    ],
)
def test_all_of_a_record_is_looked_at(root: Path, said: str, forged: str) -> None:
    collected(root, PER_RELEASE)
    for record in (root / "records" / "evidence").glob("*.json"):
        record.write_text(record.read_text().replace(said, forged, 1))
    assert [p.ident for one in collected(root, PER_RELEASE) for p in one.problems] == ["bad-record"] * 2


def test_a_record_written_in_another_way_says_the_same(root: Path) -> None:
    collected(root, PER_RELEASE)
    for record in (root / "records" / "evidence").glob("*.json"):
        record.write_text(json.dumps(json.loads(record.read_text())).replace("0.5", "5e-1"))
    assert [(one.problems, one.written) for one in collected(root, PER_RELEASE)] == [((), False)] * 2


def test_what_agreed_is_not_read_again_and_the_answer_is_the_same(root: Path) -> None:
    first = collected(root, PER_RELEASE)
    known = agreed(first)
    assert len(known) == 2
    assert collected(root, PER_RELEASE, known) == [one._replace(written=False) for one in first]
    # What it was told is taken as it is, which shows that nothing was read.
    told = {asked: one._replace(format="told", values=77) for asked, one in known.items()}
    assert [(one.format, one.values) for one in collected(root, PER_RELEASE, told)] == [("told", 77)] * 2


def test_a_file_of_the_same_size_and_time_is_another_file(root: Path) -> None:
    known = agreed(collected(root, PER_RELEASE))
    path = root / "evidence" / "1" / "result.json"
    before = path.stat()
    path.write_text(path.read_text().replace("0.5", "0.9"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert [one.written for one in collected(root, PER_RELEASE, known)] == [True, False]


def test_another_mapping_reads_anew(root: Path) -> None:
    known = agreed(collected(root, PER_RELEASE))
    (root / "mapping.yaml").write_text(MAPPING.replace("measure: score", "measure: other"))
    assert [one.written for one in collected(root, PER_RELEASE, known)] == [True, True]


def test_a_record_that_is_gone_is_written_again(root: Path) -> None:
    known = agreed(collected(root, PER_RELEASE))
    min((root / "records" / "evidence").glob("*.json")).unlink()
    assert sorted(one.written for one in collected(root, PER_RELEASE, known)) == [False, True]


def test_many_files_are_shared_and_come_in_order(root: Path) -> None:
    for number in range(SHARED_FROM + 50):
        (root / "evidence" / "1" / f"{number:03}.json").write_text(json.dumps({"score": number / 1000, "n": 1000}))
    found = collected(root, PER_RELEASE)
    assert [one.path for one in found] == sorted(one.path for one in found)
    assert len(found) == SHARED_FROM + 52
    assert all(one.written and one.values == 1 for one in found)
    assert len({one.sha256 for one in found}) == len(found)


def test_the_record_holds_the_reading_and_the_binding_comes_last(root: Path) -> None:
    collected(root, PER_RELEASE)
    bound = PER_RELEASE.replace("}\n", ", rename: {score: mine/score}, conditions: {slice: all}, dataset: {id: d}}\n")
    assert not any(one.written for one in collected(root, bound)), "a binding changes nothing that was read"
    reading = gathered(root, bound).evidence[0].reading
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


@pytest.mark.parametrize("odd", ["a\x1b[31mb", "a\nb", "a\u202eb", "a\x9bb", "a\udcffb"])
def test_a_name_nobody_can_see_is_evidence_that_cannot_be_read(root: Path, odd: str) -> None:
    (root / "evidence/1" / odd).write_text("{}")
    found = gathered(root, '  - {path: "evidence/1/*", mapping: mapping.yaml, release: "1"}\n')
    assert [one.ident for one in found.problems] == ["bad-path"]
    bad = next(one for one in found.evidence if one.problem)
    assert bad.path == f"evidence/1/a[U+{ord(odd[1]):04X}]{odd[2:]}"
    assert len(found.evidence) == 2


def test_a_long_path_and_one_that_ends_in_a_blank_stay_as_they_are(root: Path) -> None:
    folder = root / "evidence/1" / ("run:" + "x" * 180) / ("y" * 180)
    folder.mkdir(parents=True)
    (folder / "z ").write_text(json.dumps({"score": 0.5, "n": 10}))
    found = gathered(root, '  - {path: "evidence/1/*/*/*", mapping: mapping.yaml, release: "1"}\n')
    assert found.problems == ()
    assert [(root / one.path).read_text() for one in found.evidence] == ['{"score": 0.5, "n": 10}']
