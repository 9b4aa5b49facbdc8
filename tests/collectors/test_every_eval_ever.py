"""Every Eval Ever records and samples."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from govkit.collectors import registry
from govkit.model.evidence import Measurement, Reading
from tests.collectors.given import only, read_as, read_sample, refusal, sample, tokens

LEADERBOARD = "every_eval_ever/llama-pro-8b_0.2.0.json"
LIMITED = "every_eval_ever/ai2_arc_qwen2.5-0.5b_0.2.0.json"
DEMO = "every_eval_ever/demo"
EPOCHS = "5f030150-9848-4fa3-bee2-83bf263c8a03"
STEM = "f3a1c0de-4b2e-4c1a-9f6d-1b7e5a2c8d40"


def record(result: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """The record of 0.3.0, with its first result changed."""
    document: dict[str, Any] = json.loads(sample(f"{DEMO}/{STEM}.json").read_text())
    del document["detailed_evaluation_results"]
    for key, value in (result or {}).items():
        document["evaluation_results"][0].setdefault(key, {}).update(value)
    return {**document, **more}


def read(folder: Path, result: dict[str, Any] | None = None, **more: Any) -> Reading:
    return read_as(folder, "every-eval-ever", record(result, **more))


def with_uncertainty(folder: Path, **uncertainty: Any) -> Measurement:
    return only(read(folder, {"score_details": {"uncertainty": uncertainty}}))


def test_a_leaderboard_gives_scores_without_n_or_date() -> None:
    reading = read_sample(LEADERBOARD)
    values = {one.measure: one.value for one in reading.measurements}
    assert values == {
        "every-eval-ever/IFEval": 0.4486,
        "every-eval-ever/BBH": 0.4224,
        "every-eval-ever/MATH Level 5": 0.0249,
        "every-eval-ever/GPQA": 0.2743,
        "every-eval-ever/MUSR": 0.419,
        "every-eval-ever/MMLU-PRO": 0.1946,
    }
    assert {(one.n, one.unit, one.higher_is_better, one.stderr) for one in reading.measurements} == {
        (None, None, True, None)
    }
    assert {"documentation", "no-date", "model-unpinned"} == tokens(reading.warnings)
    assert (reading.at, reading.status, reading.flags, reading.tool) == (None, "unknown", (), None)
    assert reading.measurements[0].dataset is not None
    assert (reading.measurements[0].dataset.id, reading.measurements[0].dataset.also) == ("google/IFEval", ("IFEval",))


def test_a_limited_run_is_partial() -> None:
    reading = read_sample(LIMITED)
    one = only(reading)
    assert (one.measure, one.conditions["dataset"]) == ("every-eval-ever/choice", "ai2_arc")
    assert (one.value, one.n, one.planned, one.interval) == (0.3333333333333333, 3, 2376, None)
    assert {"limited-run", "n-from-samples", "interval-level-unknown"} == tokens(one.warnings)
    assert reading.status == "partial"
    assert reading.at == datetime.fromtimestamp(1761001924, UTC)


def test_a_record_says_direction_unit_and_bounds(tmp_path: Path) -> None:
    one = only(read(tmp_path))
    assert (one.measure, one.value, one.unit) == ("every-eval-ever/demo-source.demo_bench/accuracy", 0.75, "proportion")
    assert (one.successes, one.higher_is_better) == (None, True)
    lower = only(read(tmp_path, {"metric_config": {"lower_is_better": True, "metric_unit": "ms"}}))
    assert (lower.higher_is_better, lower.unit) == (False, "ms")
    odd = only(read(tmp_path, {"metric_config": {"lower_is_better": "no", "metric_unit": "elo"}}))
    assert (odd.higher_is_better, odd.unit, odd.conditions["unit"]) == (None, None, "elo")


@pytest.mark.parametrize(
    ("bounds", "value"),
    [
        ({"min_score": "-Infinity", "max_score": "Infinity"}, 0.75),
        ({"min_score": None, "max_score": None}, 0.75),
        ({"min_score": 0, "max_score": 0.5}, None),
        ({"min_score": 0.8, "max_score": 1}, None),
    ],
)
def test_a_score_outside_its_own_bounds_has_no_value(bounds: Any, value: float | None, tmp_path: Path) -> None:
    one = only(read(tmp_path, {"metric_config": bounds}))
    assert one.value == value
    assert ("bad-value" in tokens(one.warnings)) == (value is None)


def test_an_unknown_level_is_no_score(tmp_path: Path) -> None:
    levels = {"score_type": "levels", "level_names": ["low", "high"], "has_unknown_level": True, "min_score": None}
    one = only(read(tmp_path, {"metric_config": levels, "score_details": {"score": -1}}))
    assert (one.value, "level-unknown" in tokens(one.warnings)) == (None, True)


def test_uncertainty_as_stated(tmp_path: Path) -> None:
    one = with_uncertainty(
        tmp_path,
        standard_error={"value": 0.0217, "method": "analytic"},
        confidence_interval={"lower": 0.7, "upper": 0.8, "confidence_level": 0.95, "method": "wilson"},
        num_samples=400,
    )
    assert (one.stderr, one.stderr_method, one.n, one.n_basis) == (0.0217, "analytic", 400, "items")
    assert one.interval is not None
    assert (one.interval.low, one.interval.high, one.interval.level) == (0.7, 0.8, 0.95)
    assert one.interval.method == "wilson"
    assert one.warnings == ()


def test_a_bootstrap_without_draws_is_not_believed(tmp_path: Path) -> None:
    error = {"value": 0.02, "method": "bootstrap"}
    doubtful = with_uncertainty(tmp_path, standard_error=error, num_samples=400)
    assert (doubtful.stderr, doubtful.stderr_method) == (0.02, None)
    assert tokens(doubtful.warnings) == {"stderr-method-unclear"}
    drawn = with_uncertainty(tmp_path, standard_error=error, num_samples=400, num_bootstrap_samples=1000)
    assert (drawn.stderr_method, drawn.warnings) == ("bootstrap", ())
    other = with_uncertainty(tmp_path, standard_error={"value": 0.02, "method": "jackknife"}, num_samples=400)
    assert (other.stderr, other.stderr_method) == (0.02, None)


@pytest.mark.parametrize(
    ("interval", "token"),
    [
        ({"lower": 0.75, "upper": 0.75, "confidence_level": 0.95}, "zero-width"),
        ({"lower": 0.8, "upper": 0.9, "confidence_level": 0.95}, "bad-interval"),
        ({"lower": 0.7, "upper": 0.8}, "interval-level-unknown"),
        ({"lower": 0.7, "upper": 0.8, "confidence_level": 1}, "interval-level-unknown"),
        ({"lower": "a"}, "bad-interval"),
    ],
)
def test_intervals_that_say_nothing_are_dropped(interval: Any, token: str, tmp_path: Path) -> None:
    one = with_uncertainty(tmp_path, confidence_interval=interval, num_samples=9)
    assert (one.interval, token in tokens(one.warnings)) == (None, True)


@pytest.mark.parametrize("error", [0, 0.0, None, float("nan"), "0.02"])
def test_a_standard_error_of_0_is_missing(error: Any, tmp_path: Path) -> None:
    assert (
        with_uncertainty(tmp_path, standard_error={"value": error, "method": "analytic"}, num_samples=9).stderr is None
    )


def test_only_binary_scores_have_successes(tmp_path: Path) -> None:
    n = {"uncertainty": {"num_samples": 400}}
    one = only(read(tmp_path, {"metric_config": {"score_type": "binary"}, "score_details": n}))
    assert (one.successes, one.unit) == (300, "proportion")
    assert only(read(tmp_path, {"score_details": n})).successes is None
    spread = {"uncertainty": {"num_samples": 400, "standard_error": {"value": 0.2}}}
    odd = only(read(tmp_path, {"metric_config": {"score_type": "binary"}, "score_details": spread}))
    assert odd.successes is None


def test_first_party_is_self_reported(tmp_path: Path) -> None:
    source = record()["source_metadata"]
    reading = read(tmp_path, source_metadata={**source, "evaluator_relationship": "first_party"})
    assert (reading.flags, "self-reported" in tokens(reading.warnings)) == (("self-reported",), True)
    for other in ("third_party", "collaborative", "other"):
        assert read(tmp_path, source_metadata={**source, "evaluator_relationship": other}).flags == ()


def test_a_judge_is_named_and_unvalidated(tmp_path: Path) -> None:
    judges = [{"model_info": {"name": "J", "id": "org/judge"}}, {"model_info": {"name": "K"}}]
    scoring = {"llm_scoring": {"judges": judges, "input_prompt": "SECRET"}}
    reading = read(tmp_path, {"metric_config": scoring})
    one = only(reading)
    assert (one.judge, one.flags) == ("org/judge, K", ("judge-unvalidated",))
    assert "SECRET" not in reading.model_dump_json()


def test_when_the_record_was_made_is_no_date_of_the_run(tmp_path: Path) -> None:
    document = record()
    del document["evaluation_timestamp"]
    reading = read_as(tmp_path, "every-eval-ever", document)
    assert (reading.at, "no-date" in tokens(reading.warnings)) == (None, True)
    odd = read(tmp_path, evaluation_timestamp="last Tuesday")
    assert (odd.at, odd.at_text) == (None, "last Tuesday")
    iso = read(tmp_path, evaluation_timestamp="2026-01-02T03:04:05Z")
    assert iso.at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_a_total_beside_its_parts_is_told(tmp_path: Path) -> None:
    result = record()["evaluation_results"][0]
    names = ["MMLU", "MMLU - anatomy", "MMLU - law", "GPQA"]
    several = [{**result, "evaluation_name": one, "evaluation_result_id": one} for one in names]
    reading = read_as(tmp_path, "every-eval-ever", {**record(), "evaluation_results": several})
    (said,) = [one for one in reading.warnings if one.startswith("overall-and-parts")]
    assert "'MMLU'" in said
    assert "'GPQA'" not in said
    twice = read_as(tmp_path, "every-eval-ever", {**record(), "evaluation_results": [result, result]})
    assert "duplicate-result" in tokens(twice.warnings)


def test_a_path_is_no_name_of_a_data_set(tmp_path: Path) -> None:
    source = {"source_type": "hf_dataset", "hf_repo": "/Users/ann/cache/GAIA", "dataset_name": "GAIA"}
    reading = read(tmp_path, {"source_data": source})
    assert only(reading).dataset is not None
    assert "ann" not in str(only(reading).dataset)


@pytest.mark.parametrize("version", ["0.0.1", "0.9.0"])
def test_other_versions_are_read_with_a_warning(version: str, tmp_path: Path) -> None:
    reading = read(tmp_path, schema_version=version)
    assert ("unknown-version" in tokens(reading.warnings), only(reading).value) == (True, 0.75)


def test_parameters_are_conditions(tmp_path: Path) -> None:
    changed = {
        "metric_config": {"metric_parameters": {"k": 5, "strict": True, "none": None}},
        "generation_config": {"generation_args": {"temperature": 0.5, "prompt_template": "SECRET"}},
    }
    conditions = only(read(tmp_path, changed)).conditions
    assert conditions == {"k": "5", "strict": "true", "temperature": "0.5", "dataset": "demo_bench"}


# A record and its samples


def row(number: int, value: float, **more: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(sample(f"{DEMO}/{STEM}_samples.jsonl").read_text())
    scored = {"score": value, "is_correct": value == 1}
    return {**document, "sample_id": f"s{number}", "sample_hash": f"{number:064x}", "evaluation": scored, **more}


def folder_of(folder: Path, rows: list[dict[str, Any]], **details: Any) -> Reading:
    """A folder with the record, and these rows as its samples."""
    place = folder / "run"
    place.mkdir()
    lines = "".join(json.dumps(one) + "\n" for one in rows).encode()
    (place / f"{STEM}_samples.jsonl").write_bytes(lines)
    document = json.loads(sample(f"{DEMO}/{STEM}.json").read_text())
    checked = {"checksum": hashlib.sha256(lines).hexdigest(), "total_rows": len(rows), **details}
    document["detailed_evaluation_results"].update(checked)
    (place / f"{STEM}.json").write_text(json.dumps(document))
    return registry.read(place, "run")


def test_samples_of_the_record_give_n_and_scores(tmp_path: Path) -> None:
    reading = folder_of(tmp_path, [row(i, float(i != 0)) for i in range(4)])
    one = only(reading)
    assert (one.value, one.n, one.n_basis, one.clusters) == (0.75, 4, "items", None)
    assert one.warnings == ()
    (scores,) = reading.samples
    assert (scores.measure, scores.binary, sorted(scores.scores.values())) == (one.measure, True, [0.0, 1.0, 1.0, 1.0])
    assert "2 + 2" not in reading.model_dump_json()


def test_rows_of_one_sample_are_a_group(tmp_path: Path) -> None:
    again = [row(number, value) for number, value in ((0, 1.0), (0, 0.0), (1, 1.0), (1, 1.0))]
    assert (only(folder_of(tmp_path, again)).n, only(registry.read(tmp_path / "run", "run")).clusters) == (4, 2)


def test_samples_with_another_mean_are_not_used() -> None:
    reading = registry.read(sample(DEMO), "demo")
    one = only(reading)
    assert (one.value, one.n, reading.samples) == (0.75, None, ())
    assert {"samples-differ", "no-count"} == tokens(one.warnings)


def test_samples_that_were_changed_are_not_used(tmp_path: Path) -> None:
    reading = folder_of(tmp_path, [row(i, float(i != 0)) for i in range(4)], checksum="0" * 64)
    assert (reading.samples, reading.flags) == ((), ("edited-after-run",))
    assert "checksum-differs" in tokens(reading.warnings)
    assert only(reading).n is None


def test_a_checksum_may_be_md5_or_missing(tmp_path: Path) -> None:
    rows = [row(i, float(i != 0)) for i in range(4)]
    lines = "".join(json.dumps(one) + "\n" for one in rows).encode()
    made = hashlib.md5(lines, usedforsecurity=False).hexdigest()
    assert only(folder_of(tmp_path, rows, checksum=made, hash_algorithm="md5")).n == 4
    other = tmp_path / "other"
    other.mkdir()
    reading = folder_of(other, rows, checksum=None)
    assert (only(reading).n, "no-checksum" in tokens(reading.warnings)) == (4, True)


def test_missing_rows_and_other_runs_are_told(tmp_path: Path) -> None:
    rows = [row(i, float(i != 0)) for i in range(4)]
    reading = folder_of(tmp_path, rows, total_rows=5)
    assert (reading.status, "samples-incomplete" in tokens(reading.warnings)) == ("partial", True)
    for number, odd in enumerate(({"model_id": "other"}, {"evaluation_id": "other"})):
        place = tmp_path / str(number)
        place.mkdir()
        foreign = folder_of(place, [{**one, **odd} for one in rows])
        assert (foreign.samples, "samples-of-another-run" in tokens(foreign.warnings)) == ((), True)


def test_a_record_alone_says_that_its_samples_are_not_read() -> None:
    reading = read_sample(f"{DEMO}/{STEM}.json")
    assert "samples-not-read" in tokens(reading.warnings)


def test_samples_alone_are_counted(tmp_path: Path) -> None:
    rows = [row(0, 1.0), row(1, 0.0, error="timed out"), row(2, 0.5)]
    reading = read_as(tmp_path, "every-eval-ever", "".join(json.dumps(one) + "\n" for one in rows))
    one = only(reading)
    assert (one.measure, one.value, one.n, one.successes) == (
        "every-eval-ever/demo-source.demo_bench/correct",
        pytest.approx(1 / 3),
        3,
        1,
    )
    assert {"rows-with-errors"} == tokens(one.warnings)
    assert [(found.measure.rpartition("/")[2], found.binary) for found in reading.samples] == [
        ("correct", True),
        ("score", False),
    ]
    assert (reading.model and reading.model.id, reading.status) == ("demo-org/demo-model", "unknown")
    assert "timed out" not in reading.model_dump_json()


def test_a_broken_row_is_named(tmp_path: Path) -> None:
    broken = refusal(tmp_path, json.dumps(row(0, 1.0)) + '\n{"sample_id": 1}\n', "every-eval-ever")
    assert broken.line == 2


@pytest.mark.parametrize(
    "lookalike",
    [
        {"schema_version": "0.3.0", "evaluation_results": [], "model_info": {}},
        {"schema_version": 3, "evaluation_id": "a", "evaluation_results": [], "model_info": {}},
        {"evaluation_id": "a", "sample_id": "b"},
    ],
)
def test_lookalikes_are_not_claimed(lookalike: Any, tmp_path: Path) -> None:
    assert refusal(tmp_path, lookalike).ident == "unknown-format"
    assert refusal(tmp_path, lookalike, "every-eval-ever").ident == "unreadable-evidence"


def test_epochs_are_no_further_samples_and_the_size_of_the_data_may_stand_among_the_details() -> None:
    reading = read_sample("every_eval_ever/epochs")
    one = only(reading)
    assert (one.value, one.n, one.planned, one.stderr) == (0.75, 2, 100, 0.25)
    assert {"repeated-samples", "limited-run"} <= tokens(one.warnings)
    assert not {"count-conflict", "samples-differ"} & tokens(one.warnings)
    assert reading.status == "partial"
    (scores,) = reading.samples
    assert sorted(scores.scores.values()) == [0.5, 0.5, 1.0, 1.0]


def test_rows_that_are_called_correct_with_half_a_point_give_no_share() -> None:
    """The converter of 0.3.0 calls every score above 0 correct: 4 of 4 here, where the record says 0.75."""
    reading = read_sample(f"every_eval_ever/epochs/{EPOCHS}_samples.jsonl")
    one = only(reading)
    assert (one.value, one.successes, one.n) == (None, None, 4)
    assert "correct-unclear" in tokens(one.warnings)
    assert [kept.measure for kept in reading.samples] == ["every-eval-ever/match:accuracy/score"]


def test_sample_ids_as_a_text_count_as_a_list_does(tmp_path: Path) -> None:
    def counted(ids: Any, **details: str) -> Measurement:
        data = {"sample_ids": ids, "additional_details": details} if ids else {"additional_details": details}
        changed = record({"score_details": {"uncertainty": {"num_samples": 4}}})
        changed["evaluation_results"][0]["source_data"] = {"dataset_name": "d", "source_type": "other", **data}
        return only(read_as(tmp_path, "every-eval-ever", changed))

    assert counted(["1", "2"]).n == counted(None, sample_ids="1,2").n == counted(["1", "2", "1", "2"]).n == 2
    assert counted(None, sample_ids="1,2,3,4").n == counted(None).n == 4
    assert counted(None, samples_number="9").planned == 9
    assert counted(None, samples_number="many").planned is None


@pytest.mark.parametrize(
    ("details", "kind", "token"),
    [
        ({"revision": "main"}, "mutable", "mutable-revision"),
        ({"revision": "ab" * 20}, "sha", None),
        ({"revision": "v2"}, "unknown", None),
        ({"revision": "v2", "revision_kind": "tag"}, "tag", None),
        ({}, "unknown", "model-unpinned"),
    ],
)
def test_a_branch_is_no_revision_that_stays(
    details: dict[str, str], kind: str, token: str | None, tmp_path: Path
) -> None:
    about = {"name": "m", "id": "org/m", "additional_details": details}
    reading = read(tmp_path, model_info=about)
    assert reading.model is not None
    assert (reading.model.revision, reading.model.revision_kind) == (details.get("revision"), kind)
    assert tokens(reading.warnings) & {"mutable-revision", "model-unpinned"} == ({token} if token else set())
