"""MLflow: the latest value of every metric, how its run ended, and nothing that MLflow does not know."""

from __future__ import annotations

import json
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from govkit.collectors import mlflow_runs, registry
from govkit.errors import CollectorError
from govkit.files import digest_of
from govkit.model.evidence import Measurement, Reading
from tests.collectors.given import read_as, read_sample, refusal, sample, tokens

OLD, EMPTY, NEW, RUN, ODD = (
    f"mlflow/{name}"
    for name in ("mlruns_2.4.2", "empty_2.x.db", "store_3.17.2.db", "run_3.17.2.json", "run_odd_3.17.2.json")
)
AT = 1767225900000


EVALUATION = "mlflow/evaluation_3.17.2.db"


def of(reading: Reading, run: str) -> dict[str, Measurement]:
    """Metrics of the run with this name, by key."""
    found = [one for one in reading.measurements if one.conditions.get("run-name") == run]
    return {one.measure.split("/", 2)[2]: one for one in found}


def folder(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def described(**changes: object) -> str:
    told = {
        "run_id": "r1",
        "run_name": "one",
        "experiment_id": "'7'",
        "status": 3,
        "start_time": AT - 1000,
        "end_time": AT + 1000,
        "lifecycle_stage": "active",
    } | changes
    return "".join(f"{key}: {value}\n" for key, value in told.items())


def a_run(root: Path, metrics: dict[str, str], **changes: object) -> Reading:
    files = {"meta.yaml": described(**changes)} | {f"metrics/{key}": text for key, text in metrics.items()}
    return registry.read(folder(root / "run", files), "run")


def test_a_real_file_store() -> None:
    reading = read_sample(OLD)
    assert len(reading.measurements) == 12
    accuracy = of(reading, "ambitious-perch-131")["accuracy"]
    assert accuracy.measure == "mlflow/Default/accuracy"
    assert (accuracy.value, accuracy.n, accuracy.unit, accuracy.higher_is_better) == (
        0.7917555081734187,
        None,
        None,
        None,
    )
    assert accuracy.place == "0/7e39ad345168421d9746ddfdbbd49e44/metrics/accuracy line 1"
    assert accuracy.conditions["run"] == "7e39ad345168421d9746ddfdbbd49e44"
    assert of(reading, "wistful-hawk-385")["timestamp"].value == 1745508836.736073
    assert tokens(accuracy.warnings) == {"no-count"}
    assert (reading.status, reading.at) == ("complete", datetime(2025, 4, 24, 17, 53, 40, 893000, UTC))
    assert tokens(reading.warnings) == {"no-measurements"}
    assert reading.tool is not None
    assert reading.tool.version == "2.4.2"


def test_a_store_without_runs_is_no_error() -> None:
    reading = read_sample(EMPTY)
    assert (reading.measurements, reading.status, tokens(reading.warnings)) == ((), "unknown", {"no-measurements"})
    assert reading.format_version == "sqlite 97727af70f4d"


def test_every_run_says_how_it_ended() -> None:
    reading = read_sample(NEW)
    ended = {name: of(reading, name)["accuracy"].status for name in ("release-1.1", "crashed", "stopped", "going on")}
    assert ended == {"release-1.1": "complete", "crashed": "error", "stopped": "cancelled", "going on": None}
    assert reading.status == "partial"
    assert "failed-run" in tokens(of(reading, "crashed")["accuracy"].warnings)
    assert [warning for warning in reading.warnings if "crashed" in warning] == ["failed-run: run crashed is FAILED"]


def test_deleted_runs_and_experiments_are_left_out_and_counted() -> None:
    reading = read_sample(NEW)
    assert "deleted-runs: 2 deleted run(s) are left out" in reading.warnings
    assert not of(reading, "thrown away")
    assert {one.measure.split("/")[1] for one in reading.measurements} == {"fraud", "scratch"}


def test_names_of_people_are_not_kept() -> None:
    for name in (OLD, NEW, RUN):
        text = read_sample(name).model_dump_json()
        assert not [word for word in ("ada@", "/ada", '"ada"', "/home", "/Users") if word in text]


def test_the_latest_value_is_the_one_with_the_highest_step_then_time_then_value() -> None:
    for reading in (read_sample(NEW), read_sample(ODD)):
        odd = of(reading, "odd numbers") or {one.measure.split("/", 2)[2]: one for one in reading.measurements}
        assert (odd["tie"].value, odd["back"].value) == (2, 5)
        assert "latest-value" in tokens(odd["back"].warnings)


def test_what_is_no_number_stays_none_in_every_kind_of_store(tmp_path: Path) -> None:
    files = {"nan": f"{AT} nan 0\n", "inf": f"{AT} inf 0\n", "minus-inf": f"{AT} -inf 0\n"}
    for reading in (read_sample(NEW), read_sample(ODD), a_run(tmp_path, files)):
        found = [one for one in reading.measurements if one.measure.split("/", 2)[2] in files]
        assert [(one.value, tokens(one.warnings)) for one in found] == [(None, {"not-a-number", "no-count"})] * 3


def test_a_metric_logged_after_the_run_had_ended_is_flagged() -> None:
    found = of(read_sample(NEW), "release-1.0")
    assert found["accuracy_later"].flags == ("edited-after-run",)
    assert found["accuracy"].flags == ()


def test_a_metric_logged_with_its_dataset_names_it() -> None:
    found = of(read_sample(NEW), "release-1.1")
    one = found["accuracy_on_model"]
    assert one.dataset is not None
    assert (one.dataset.id, one.dataset.revision) == ("held-out", "d1g3st")
    assert found["accuracy"].dataset is None
    assert found["eval/f1"].measure == "mlflow/fraud/eval/f1"


def test_one_run_needs_no_name_to_be_told_apart() -> None:
    reading = read_sample(RUN)
    assert {one.measure: one.value for one in reading.measurements} == {
        "mlflow/1/accuracy": 0.9, "mlflow/1/loss": 0.3, "mlflow/1/eval/f1": 0.81, "mlflow/1/accuracy_on_model": 0.91,
    }  # fmt: skip
    assert {str(one.conditions) for one in reading.measurements} == {"{}"}
    assert (reading.run_id, reading.status) == ("d54b31a026da4190ab3dbd1dffd29664", "complete")
    assert reading.config == {
        "test_rows": "2000", "learning_rate": "0.1", "model": "gbm", "run name": "release-1.1",
        "source commit": "4f2b9c0d1e", "source": "train.py", "datasets": "held-out d1g3st for eval",
    }  # fmt: skip
    assert reading.measurements[0].place == "/run/data/metrics/0"


def test_a_folder_may_be_a_store_an_experiment_or_a_run() -> None:
    root = sample(OLD)
    store, experiment = registry.read(root, "mlruns"), registry.read(root / "0", "0")
    run = registry.read(root / "0" / "7e39ad345168421d9746ddfdbbd49e44", "run")
    assert [one.value for one in store.measurements] == [one.value for one in experiment.measurements]
    assert {one.measure for one in experiment.measurements} == {one.measure for one in store.measurements}
    assert [(one.measure, one.place) for one in run.measurements][:1] == [
        ("mlflow/0/accuracy", "metrics/accuracy line 1")
    ]
    assert run.run_id == "7e39ad345168421d9746ddfdbbd49e44"


def test_lines_of_two_three_and_five_fields(tmp_path: Path) -> None:
    lines = {
        "two": f"{AT} 0.5\n",
        "three": f"{AT} 0.5 3\n{AT + 1} 0.25 2\n",
        "five": f"{AT} 0.5 3 held-out d1g3st\n{AT + 9} 0.75 1 held-out d1g3st\n",
        "blanks": f"{AT} 0.5 0 held out set d1g3st\n",
        "deep/er/key": f"{AT} 1e-3 0\n",
    }
    found = {one.measure.removeprefix("mlflow/7/"): one for one in a_run(tmp_path, lines).measurements}
    assert {key: one.value for key, one in found.items()} == {
        "two": 0.5, "three": 0.5, "five": 0.5, "blanks": 0.5, "deep/er/key": 0.001,
    }  # fmt: skip
    assert [(one.dataset.id, one.dataset.revision) for one in found.values() if one.dataset] == [
        ("held out set", "d1g3st"), ("held-out", "d1g3st"),
    ]  # fmt: skip
    assert "of 2 values" in " ".join(found["three"].warnings)


def test_of_values_logged_at_one_moment_infinity_is_the_largest_and_nan_larger_than_none(tmp_path: Path) -> None:
    lines = {
        "infinite": f"{AT} 5 0\n{AT} inf 0\n",
        "least": f"{AT} -inf 0\n{AT} -5 0\n",
        "nan-first": f"{AT} nan 0\n{AT} 0.9 0\n",
        "nan-last": f"{AT} 0.9 0\n{AT} nan 0\n",
    }
    found = {one.measure.rpartition("/")[2]: one.value for one in a_run(tmp_path, lines).measurements}
    assert found == {"infinite": None, "least": -5, "nan-first": None, "nan-last": 0.9}


@pytest.mark.parametrize("text", ["", "\n", f"{AT} 0.5 0 name\n", f"{AT} x 0\n", f"{AT} 0.5 0\nx y z\n", "0.5\n"])
def test_a_history_that_cannot_be_read_gives_no_value(text: str, tmp_path: Path) -> None:
    (one,) = a_run(tmp_path, {"accuracy": text}).measurements
    assert one.value is None
    assert {"not-a-number", "broken-line"} & tokens(one.warnings)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (1, "partial"),
        (2, "partial"),
        (3, "complete"),
        (4, "error"),
        (5, "cancelled"),
        (9, "partial"),
        ("FINISHED", "complete"),
        ("null", "unknown"),
    ],
)
def test_the_status_of_a_run_in_files(status: object, expected: str, tmp_path: Path) -> None:
    assert a_run(tmp_path, {"accuracy": f"{AT} 1 0\n"}, status=status).status == expected


def test_a_run_deleted_in_files_is_left_out(tmp_path: Path) -> None:
    reading = a_run(tmp_path, {"accuracy": f"{AT} 1 0\n"}, lifecycle_stage="deleted")
    assert (reading.measurements, tokens(reading.warnings)) == ((), {"deleted-runs", "no-measurements"})


def test_models_and_datasets_of_version_3_are_named(tmp_path: Path) -> None:
    root = folder(
        tmp_path / "mlruns",
        {
            "7/meta.yaml": "artifact_location: /x\nexperiment_id: '7'\nlifecycle_stage: active\nname: fraud\n",
            "7/r1/meta.yaml": described(),
            "7/r1/metrics/accuracy": f"{AT} 0.5 0\n",
            "7/r1/inputs/i1/meta.yaml": "source_type: DATASET\nsource_id: d1\ntags:\n  mlflow.data.context: eval\n",
            "7/datasets/d1/meta.yaml": "name: held-out\ndigest: abc\n",
            "7/models/m-1/meta.yaml": "model_id: m-1\nname: gbm\nsource_run_id: r1\nlifecycle_stage: active\n",
            "7/models/m-1/artifacts/meta.yaml": "model_id: m-2\nsource_run_id: r1\n",
            "models/registered/meta.yaml": "name: registered\n",
        },
    )
    reading = registry.read(root, "mlruns")
    assert reading.measurements[0].measure == "mlflow/fraud/accuracy"
    assert reading.config["datasets"] == "held-out abc for eval"
    assert reading.model is not None
    assert (reading.model.id, reading.model.revision) == ("gbm", "m-1")


def test_artifacts_are_never_opened(tmp_path: Path) -> None:
    root = folder(
        tmp_path / "run",
        {
            "meta.yaml": described(),
            "artifacts/model/meta.yaml": "!!python/object/apply:os.system ['false']\n",
            "artifacts/model/model.pkl": "no pickle",
        },
    )
    (root / "artifacts" / "model" / "model.pkl").chmod(0)
    assert registry.read(root, "run").run_id == "r1"


def test_a_description_that_is_broken_refuses_the_store_with_its_name(tmp_path: Path) -> None:
    root = folder(
        tmp_path / "s", {"0/a/meta.yaml": described(), "0/b/meta.yaml": "a: [\nexperiment_id: lifecycle_stage:"}
    )
    with pytest.raises(CollectorError, match=r"0/b/meta\.yaml") as caught:
        registry.read(root, "s", format="mlflow")
    assert caught.value.ident == "broken-yaml"


def test_nothing_is_written_into_a_store(tmp_path: Path) -> None:
    store = tmp_path / "mlruns"
    shutil.copytree(sample(OLD), store)
    database = tmp_path / "mlflow.db"
    shutil.copy(sample(NEW), database)
    before = (digest_of(store), digest_of(database), database.stat().st_mtime_ns, sorted(tmp_path.rglob("*")))
    for path in (store, database):
        registry.read(path, path.name)
    assert before == (digest_of(store), digest_of(database), database.stat().st_mtime_ns, sorted(tmp_path.rglob("*")))


def test_a_name_of_a_file_is_not_taken_for_an_option_of_sqlite(tmp_path: Path) -> None:
    odd = tmp_path / "a?mode=rwc&x=#%41.db"
    shutil.copy(sample(EMPTY), odd)
    assert registry.read(odd, "e").format == "mlflow"
    assert sorted(tmp_path.iterdir()) == [odd]


def test_a_store_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    content = sample(NEW).read_bytes()
    for share in (0.02, 0.3, 0.9):
        error = refusal(tmp_path, content[: int(len(content) * share)])
        assert (error.ident, "again" in error.fix) == ("unreadable-evidence", True)


def tables(path: Path, *statements: str) -> Path:
    with sqlite3.connect(path) as database:
        for statement in statements:
            database.execute(statement)
    database.close()
    return path


SMALLEST = (
    "CREATE TABLE alembic_version (version_num)",
    "CREATE TABLE runs (run_uuid, name, status, start_time, end_time, lifecycle_stage, experiment_id)",
    "CREATE TABLE latest_metrics (key, value, timestamp, step, is_nan, run_uuid)",
)


def test_other_databases_are_not_claimed(tmp_path: Path) -> None:
    other = tables(tmp_path / "o.db", "CREATE TABLE runs (a)", "CREATE TABLE alembic_version (a)")
    with pytest.raises(CollectorError) as caught:
        registry.read(other, "o.db")
    assert (caught.value.ident, "SQLite" in caught.value.what) == ("unknown-format", True)
    with pytest.raises(CollectorError, match="latest_metrics"):
        registry.read(other, "o.db", format="mlflow")


def test_a_view_in_place_of_a_table_is_not_run(tmp_path: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS key FROM n"
    trap = tables(tmp_path / "t.db", *SMALLEST[:2], f"CREATE VIEW latest_metrics AS {endless}")
    with pytest.raises(CollectorError, match="latest_metrics"):
        registry.read(trap, "t.db", format="mlflow")


@pytest.mark.parametrize("value", ["'0.5'", "x'00ff'", "NULL", "1e999", "9223372036854775807"])
def test_odd_values_in_a_column_crash_nothing(value: str, tmp_path: Path) -> None:
    store = tables(
        tmp_path / "s.db",
        *SMALLEST,
        f"INSERT INTO runs VALUES ('r', {value}, {value}, {value}, {value}, {value}, {value})",
        f"INSERT INTO latest_metrics VALUES ('k', {value}, {value}, {value}, {value}, 'r')",
        f"INSERT INTO latest_metrics VALUES ({value}, {value}, {value}, {value}, {value}, {value})",
    )
    reading = registry.read(store, "s.db")
    assert [one.value for one in reading.measurements] in ([None], [9223372036854775807.0])


def test_more_runs_than_anybody_means_are_refused(tmp_path: Path) -> None:
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) INSERT INTO "
    count = mlflow_runs.MOST_VALUES + 1
    fill = many.format(count) + "latest_metrics SELECT i, 0.5, 0, 0, 0, 'r' FROM n"
    with pytest.raises(CollectorError) as caught:
        registry.read(tables(tmp_path / "m.db", *SMALLEST, fill), "m.db")
    assert caught.value.ident == "too-large"


def answer(**changes: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(sample(RUN).read_text())
    document["run"]["info"] |= changes
    return document


def test_answers_of_a_search_and_saved_ones_name_their_experiment(tmp_path: Path) -> None:
    run = answer()["run"]
    found = read_as(tmp_path, "mlflow", {"runs": [run, run], "next_page_token": "x"})
    assert "limited-run" in tokens(found.warnings)
    saved = {"schema": "govkit.mlflow-runs/1", "experiments": {"1": "fraud"}, "runs": [run]}
    assert read_as(tmp_path, "mlflow", saved).measurements[0].measure == "mlflow/fraud/accuracy"
    assert "newer govkit" in refusal(tmp_path, {**saved, "schema": "govkit.mlflow-runs/2"}).fix


def test_whole_numbers_may_be_text_as_the_protocol_allows(tmp_path: Path) -> None:
    reading = read_as(tmp_path, "mlflow", answer(start_time="1767225600000", end_time="1767226000000"))
    assert reading.at == datetime(2026, 1, 1, 0, 6, 40, tzinfo=UTC)


def test_a_history_must_end_in_the_value(tmp_path: Path) -> None:
    document = answer()
    values = [{"value": 0.4, "timestamp": AT + 1, "step": 1}, {"value": 0.3, "timestamp": AT + 2, "step": 2}]
    document["run"]["history"] = {"loss": values}
    agreed = read_as(tmp_path, "mlflow", document).measurements[1]
    assert (agreed.value, "of 2 values" in " ".join(agreed.warnings)) == (0.3, True)
    values.append({"value": 0.9, "timestamp": AT + 3, "step": 3})
    conflict = read_as(tmp_path, "mlflow", document).measurements[1]
    assert (conflict.value, "history-conflict" in tokens(conflict.warnings)) == (None, True)


def test_wrong_types_anywhere_in_an_answer_do_not_crash(tmp_path: Path) -> None:
    for value in (None, 1, "x", [], [1], {}, {"a": 1}):
        for key in ("data", "inputs", "outputs", "history"):
            document = answer()
            document["run"][key] = value
            read_as(tmp_path, "mlflow", document)
        for key in ("run_name", "status", "start_time", "experiment_id", "lifecycle_stage"):
            read_as(tmp_path, "mlflow", answer(**{key: value}))


@pytest.mark.parametrize(
    "content", [{"run": {}}, {"runs": [{"info": {}}]}, {"runs": [{"tool": {}}]}, {"run": {"info": 1}}]
)
def test_other_json_is_not_claimed(content: Any, tmp_path: Path) -> None:
    assert refusal(tmp_path, content).ident == "unknown-format"


def test_a_folder_of_something_else_is_not_claimed(tmp_path: Path) -> None:
    other = folder(tmp_path / "o", {"meta.yaml": "a: 1\n", "x/meta.yaml": "name: y\n"})
    with pytest.raises(CollectorError) as caught:
        registry.read(other, "o")
    assert caught.value.ident == "unknown-format"


def means(reading: Reading) -> dict[str, Measurement]:
    return {one.measure.split("/")[2]: one for one in reading.measurements}


def test_an_evaluation_counts_the_items_behind_its_means() -> None:
    found = means(read_sample(EVALUATION))
    exact = found["exact"]
    assert exact.measure == "mlflow/support bot/exact/mean"
    assert (exact.value, exact.successes, exact.n, exact.planned, exact.errors) == (0.5, 2, 4, 4, 0)
    assert (exact.unit, exact.n_basis, exact.judge, exact.flags) == ("proportion", "items", None, ())
    assert "no-count" not in tokens(exact.warnings)
    assert (found["length"].successes, found["length"].n, found["length"].unit) == (None, 4, None)


def test_items_on_which_a_scorer_crashed_are_missing_from_its_mean() -> None:
    broken = means(read_sample(EVALUATION))["broken"]
    assert (broken.value, broken.successes, broken.n, broken.errors, broken.planned, broken.missing) == (
        1,
        3,
        3,
        1,
        4,
        1,
    )


def test_a_model_that_judges_is_named() -> None:
    judged = means(read_sample(EVALUATION))["judged"]
    assert (judged.judge, judged.flags, judged.successes, judged.n) == ("openai:/gpt-9", (), 3, 4)


def test_an_answer_that_crashed_and_was_scored_all_the_same_is_told() -> None:
    warnings = means(read_sample(EVALUATION))["judged"].warnings
    assert "failed-items: 1 of 4 answers ended in an error, and were scored all the same" in warnings


def test_scores_of_single_items_are_kept_by_a_hash_of_their_input() -> None:
    reading = read_sample(EVALUATION)
    found = {one.measure.split("/")[2]: one for one in reading.samples}
    assert sorted(found["exact"].scores.values()) == [0, 0, 1, 1]
    assert (found["exact"].binary, found["length"].binary) == (True, False)
    assert found["exact"].scores.keys() == found["judged"].scores.keys() > found["broken"].scores.keys()
    text = reading.model_dump_json()
    assert not [word for word in ("Paris", "Saturn", "capital", "because", 'crashed"') if word in text]


def changed(folder: Path, *statements: str) -> Reading:
    path = folder / "changed.db"
    shutil.copy(sample(EVALUATION), path)
    return registry.read(tables(path, *statements), "changed.db")


def test_scores_that_were_changed_afterwards_do_not_give_the_count(tmp_path: Path) -> None:
    edited = means(changed(tmp_path, "UPDATE assessments SET value = 'true' WHERE name = 'exact'"))["exact"]
    assert (edited.value, edited.n, edited.successes) == (0.5, None, None)
    assert {"assessments-differ", "no-count"} <= tokens(edited.warnings)
    columns = "trace_id, name, assessment_type, value, created_timestamp, last_updated_timestamp, source_type"
    twice = (
        f"INSERT INTO assessments (assessment_id, valid, {columns}) SELECT 'x' || assessment_id, {{}}, {columns} "
        "FROM assessments WHERE name = 'exact' LIMIT 1"
    )
    assert means(changed(tmp_path, twice.format("1")))["exact"].n is None
    assert means(changed(tmp_path, twice.format("0")))["exact"].n == 4


def test_a_judge_without_a_name_is_flagged(tmp_path: Path) -> None:
    judged = means(changed(tmp_path, "UPDATE assessments SET source_id = NULL WHERE name = 'judged'"))["judged"]
    assert (judged.judge, judged.flags, judged.n) == (None, ("judge-unvalidated",), 4)


def test_an_evaluation_whose_scores_are_elsewhere_may_have_had_a_judge(tmp_path: Path) -> None:
    for one in changed(tmp_path, "DELETE FROM assessments").measurements:
        assert (one.flags, one.n) == (("judge-unvalidated",), None)
        assert "judge-unknown" in tokens(one.warnings)
    plain = changed(tmp_path, "DELETE FROM assessments", "DELETE FROM tags WHERE key = 'mlflow.runType'")
    assert {one.flags for one in plain.measurements} == {()}
    tagged = answer()
    tagged["run"]["data"]["tags"].append({"key": "mlflow.runType", "value": "genai_evaluate"})
    tagged["run"]["data"]["metrics"][0]["key"] = "correct/mean"
    told = read_as(tmp_path, "mlflow", tagged).measurements
    assert [one.flags for one in told][:2] == [("judge-unvalidated",), ()]


TABLE = '[{"path": "eval_results_table.json", "type": "table"}]'


@pytest.mark.parametrize(
    ("tag", "key", "flagged"),
    [
        (("mlflow.runType", "genai_evaluate"), "correctness/mean", True),
        (("mlflow.runType", "genai_evaluate"), "correctness/share_of_best", True),
        (("mlflow.run.isEval", "true"), "correctness/mean", True),
        (("mlflow.run.isEval", "true"), "accuracy", False),
        (("mlflow.loggedArtifacts", TABLE), "politeness/v1/mean", True),
        (("mlflow.loggedArtifacts", TABLE), "answer_similarity/v1/p90", True),
        (("mlflow.loggedArtifacts", TABLE), "toxicity/v1/ratio", True),
        (("mlflow.loggedArtifacts", TABLE), "exact_match/v1", False),
        (("mlflow.loggedArtifacts", TABLE), "rougeL/v1/mean", False),
        (("mlflow.loggedArtifacts", TABLE), "example_count", False),
        (("mlflow.loggedArtifacts", "[]"), "val/mean", False),
    ],
)
def test_scores_a_model_may_have_given_in_every_version(
    tag: tuple[str, str], key: str, flagged: bool, tmp_path: Path
) -> None:
    tagged = answer()
    tagged["run"]["data"]["tags"].append({"key": tag[0], "value": tag[1]})
    tagged["run"]["data"]["metrics"][0]["key"] = key
    told = read_as(tmp_path, "mlflow", tagged).measurements[0]
    assert told.flags == (("judge-unvalidated",) if flagged else ())
    assert ("judge-unknown" in tokens(told.warnings)) is flagged


def test_calls_of_a_judge_that_were_traced_are_no_items(tmp_path: Path) -> None:
    beside = (
        "INSERT INTO trace_request_metadata (key, value, request_id) SELECT key, value, 'tr-judge' "
        "FROM trace_request_metadata WHERE key = 'mlflow.sourceRun' LIMIT 1"
    )
    marked = (
        "CREATE TABLE trace_tags (key TEXT, value TEXT, request_id TEXT)",
        "INSERT INTO trace_tags SELECT DISTINCT 'mlflow.eval.requestId', 'x', trace_id FROM assessments",
    )
    counts = [(one.n, one.planned, one.unscored) for one in (
        means(changed(tmp_path, beside))["exact"], means(changed(tmp_path, beside, *marked))["exact"]
    )]  # fmt: skip
    assert counts == [(4, 5, 1), (4, 4, 0)]


def test_inputs_that_cannot_be_told_apart_give_no_scores_of_items(tmp_path: Path) -> None:
    same = "UPDATE trace_request_metadata SET value = 'x' WHERE key = 'mlflow.traceInputs'"
    cut = "UPDATE trace_request_metadata SET value = printf('%0300d', rowid) WHERE key = 'mlflow.traceInputs'"
    for statement in (same, cut):
        reading = changed(tmp_path, statement)
        assert (reading.samples, means(reading)["exact"].n) == ((), 4)
