"""lm-evaluation-harness: aggregate results of three generations, and per-sample files."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from govkit.collectors import registry
from govkit.model.evidence import Measurement, Reading
from tests.collectors.given import by_measure, only, read_as, read_sample, refusal, sample, tokens

RESULTS = "lm_eval/results_2026-01-21T03-44-18.458309.json"
SAMPLES = "lm_eval/samples_math_perturbed_full_2026-01-21T03-44-18.458309.jsonl"
LEGACY = "lm_eval/legacy_v03_pythia-160m_step143000.json"


def result(**changes: Any) -> dict[str, Any]:
    """A small 0.4 result with one task."""
    base: dict[str, Any] = {
        "results": {"arc": {"alias": "arc", "acc,none": 0.75, "acc_stderr,none": 0.0435194139889245}},
        "configs": {"arc": {"dataset_path": "ai2_arc", "dataset_name": "ARC-Easy", "test_split": "test"}},
        "versions": {"arc": 1.0},
        "n-shot": {"arc": 0},
        "higher_is_better": {"arc": {"acc": True}},
        "n-samples": {"arc": {"original": 100, "effective": 100}},
        "config": {"model": "hf", "model_args": "pretrained=a/b", "model_sha": "1" * 40, "limit": None},
        "date": 1768964383.8593218,
        "lm_eval_version": "0.4.9.2",
    }
    return {**base, **changes}


def read(folder: Path, **changes: Any) -> Reading:
    return read_as(folder, "lm-eval", result(**changes))


def test_the_sample_gives_both_tasks_with_their_counts() -> None:
    reading = read_sample(RESULTS)
    found = by_measure(reading)
    perturbed = found["lm-eval/math_perturbed_full/exact_match"]
    rephrased = found["lm-eval/math_rephrased_full/exact_match"]
    assert (perturbed.value, perturbed.n, perturbed.n_basis, perturbed.successes) == (0.0, 5000, "items", 0)
    assert (rephrased.value, rephrased.n, rephrased.successes) == (0.0004, 5000, 2)
    assert rephrased.stderr == pytest.approx(2.828e-4, rel=1e-3)
    assert {one.unit for one in reading.measurements} == {"proportion"}
    assert {one.higher_is_better for one in reading.measurements} == {True}
    assert perturbed.conditions == {"filter": "none", "few-shot": "0", "task-version": "1.0"}
    assert perturbed.place == "/results/math_perturbed_full/exact_match,none"
    assert perturbed.dataset is not None
    assert (perturbed.dataset.id, perturbed.dataset.split) == ("stellaathena/math_perturbed_5000", "test")


def test_a_standard_error_of_zero_is_missing_and_said() -> None:
    perturbed = by_measure(read_sample(RESULTS))["lm-eval/math_perturbed_full/exact_match"]
    assert perturbed.stderr is None
    assert tokens(perturbed.warnings) == {"zero-stderr"}


def test_the_sample_names_model_commit_tool_and_date() -> None:
    reading = read_sample(RESULTS)
    assert reading.model is not None
    assert (reading.model.revision, reading.model.revision_kind) == ("82047f5e5d5245c1b3a4cd75ad98aa441d6487cd", "sha")
    assert reading.tool is not None
    assert (reading.tool.name, reading.tool.version) == ("lm-evaluation-harness", "0.4.9.2")
    assert reading.at == datetime(2026, 1, 21, 2, 59, 43, 859322, UTC)
    assert reading.status == "complete"


def test_the_legacy_sample_has_values_and_no_counts() -> None:
    reading = read_sample(LEGACY)
    found = by_measure(reading)
    accuracy = found["lm-eval/hendrycksTest-clinical_knowledge/acc"]
    assert (accuracy.value, accuracy.n, accuracy.successes) == (0.24150943396226415, None, None)
    assert accuracy.stderr == pytest.approx(0.02634148037111837)
    assert "no-count" in tokens(accuracy.warnings)
    assert accuracy.higher_is_better is None
    assert found["lm-eval/crows_pairs_english/likelihood_difference"].unit is None
    assert reading.model is not None
    assert (reading.model.id, reading.model.revision) == ("EleutherAI/pythia-v1.1-160m", "step143000")
    assert (reading.at, reading.at_text) == (None, None)
    assert reading.format_version == "0.3"


def test_the_per_sample_file_gives_scores_and_its_own_row_count() -> None:
    reading = read_sample(SAMPLES)
    rows = only(reading)
    assert (rows.measure, rows.value, rows.unit) == ("lm-eval/math_perturbed_full/sample-rows", 4.0, "count")
    (scores,) = reading.samples
    assert scores.measure == "lm-eval/math_perturbed_full/exact_match"
    assert (scores.conditions, scores.binary, len(scores.scores)) == ({"filter": "none"}, True, 4)
    assert all(len(key) == 32 for key in scores.scores)
    assert "vertical asymptotes" not in reading.model_dump_json()


def test_scores_of_two_releases_meet_on_the_same_items(tmp_path: Path) -> None:
    before = read_sample(SAMPLES).samples[0].scores
    lines = sample(SAMPLES).read_text().splitlines()
    other = [{**json.loads(line), "resps": [["other"]], "exact_match": 1.0} for line in reversed(lines)]
    name = Path(SAMPLES).name
    after = read_as(tmp_path, "lm-eval", "\n".join(map(json.dumps, other)), name).samples[0].scores
    assert before.keys() == after.keys()
    assert set(after.values()) == {1.0}


def test_the_same_document_under_two_filters_is_two_sets_of_scores(tmp_path: Path) -> None:
    row = {"doc_id": 0, "target": "", "resps": [], "filtered_resps": [], "doc_hash": "h", "metrics": ["em"], "em": 1}
    rows = [{**row, "filter": "strict"}, {**row, "filter": "flexible", "em": 0}, {**row, "filter": "strict", "em": 0}]
    reading = read_as(tmp_path, "lm-eval", "\n".join(map(json.dumps, rows)))
    assert [(one.conditions["filter"], len(one.scores)) for one in reading.samples] == [("flexible", 1), ("strict", 2)]
    assert "task-unknown" in tokens(reading.warnings)
    assert reading.samples[0].measure == "lm-eval/samples/em"


def test_a_row_cut_off_in_the_middle_is_refused_with_its_line(tmp_path: Path) -> None:
    content = sample(SAMPLES).read_bytes()
    error = refusal(tmp_path, content[: len(content) - 300])
    assert (error.ident, error.line) == ("broken-json", 4)
    error = refusal(tmp_path, content + b'{"doc_id": 9}\n')
    assert (error.ident, error.line) == ("unreadable-evidence", 5)


def test_rows_without_a_number_are_counted_not_guessed(tmp_path: Path) -> None:
    row = {"doc_id": 0, "target": "", "resps": [], "filtered_resps": [], "doc": {"q": 1}, "acc": "1.0"}
    reading = read_as(tmp_path, "lm-eval", json.dumps(row))
    assert reading.samples == ()
    assert "unscored-items" in tokens(reading.warnings)


def test_missing_and_odd_standard_errors(tmp_path: Path) -> None:
    for raw, token in (("N/A", None), ("0.04", "not-a-number"), (float("nan"), "not-a-number"), (-1, "bad-stderr")):
        row = {"acc,none": 0.75, "acc_stderr,none": raw}
        one = only(read(tmp_path, results={"arc": row}))
        assert (one.value, one.stderr) == (0.75, None)
        assert tokens(one.warnings) == (set() if token is None else {token})


@pytest.mark.parametrize("raw", [float("nan"), float("inf"), "0.75", True, {"mean": 1}])
def test_a_value_that_is_no_number_stays_none(raw: Any, tmp_path: Path) -> None:
    reading = read(tmp_path, results={"arc": {"acc,none": raw, "acc_norm,none": 0.5}})
    found = by_measure(reading)
    assert found["lm-eval/arc/acc_norm"].value == 0.5
    if "lm-eval/arc/acc" in found:
        assert found["lm-eval/arc/acc"].value is None
        assert found["lm-eval/arc/acc"].successes is None
        assert "not-a-number" in tokens(found["lm-eval/arc/acc"].warnings)


def test_a_null_direction_is_unknown(tmp_path: Path) -> None:
    assert only(read(tmp_path, higher_is_better={"arc": {"acc": None}})).higher_is_better is None
    assert only(read(tmp_path, higher_is_better=None)).higher_is_better is None


GROUP = {
    "results": {
        "mmlu": {"alias": "mmlu", "acc,none": 0.5, "acc_stderr,none": 0.01},
        "stem": {"alias": " - stem", "acc,none": 0.5, "acc_stderr,none": "N/A"},
        "a": {"alias": "  - a", "acc,none": 0.4, "acc_stderr,none": 0.16329931618554522},
        "b": {"alias": "  - b", "acc,none": 0.6, "acc_stderr,none": 0.11239029738980327},
        "empty_group": {" ": " ", "alias": "empty_group"},
    },
    "groups": {"mmlu": {"alias": "mmlu", "acc,none": 0.5, "acc_stderr,none": 0.01}},
    "group_subtasks": {"mmlu": ["stem", "b"], "stem": ["a", "b"], "a": [], "b": [], "empty_group": []},
    "n-samples": {"a": {"original": 10, "effective": 10}, "b": {"original": 20, "effective": 20}},
    "versions": {"a": 1, "b": 1},
    "configs": {},
    "config": {"limit": None},
}


def test_a_group_counts_each_of_its_leaves_once(tmp_path: Path) -> None:
    found = by_measure(read_as(tmp_path, "lm-eval", GROUP))
    assert {measure: one.n for measure, one in found.items()} == {
        "lm-eval/mmlu/acc": 30,
        "lm-eval/stem/acc": 30,
        "lm-eval/a/acc": 10,
        "lm-eval/b/acc": 20,
    }
    group = found["lm-eval/mmlu/acc"]
    assert (group.conditions["aggregate"], group.successes, group.stderr) == ("group", None, 0.01)
    assert found["lm-eval/a/acc"].successes == 4


def test_a_groups_own_count_is_preferred(tmp_path: Path) -> None:
    results = {**GROUP["results"], "mmlu": {"acc,none": 0.5, "sample_count": {"acc,none": 29}}}
    assert by_measure(read_as(tmp_path, "lm-eval", {**GROUP, "results": results}))["lm-eval/mmlu/acc"].n == 29


def test_a_group_inside_itself_or_without_leaf_counts_has_no_count(tmp_path: Path) -> None:
    looping = {**GROUP, "group_subtasks": {"mmlu": ["stem"], "stem": ["mmlu", "a"]}}
    assert by_measure(read_as(tmp_path, "lm-eval", looping))["lm-eval/mmlu/acc"].n == 10
    unknown = {**GROUP, "n-samples": {"a": {"original": 10, "effective": 10}}}
    assert by_measure(read_as(tmp_path, "lm-eval", unknown))["lm-eval/mmlu/acc"].n is None


def test_a_limited_run_is_partial_unless_nothing_was_left_out(tmp_path: Path) -> None:
    config = {**result()["config"], "limit": 10.0}
    cut = read(tmp_path, config=config, **{"n-samples": {"arc": {"original": 2000, "effective": 100}}})
    assert (cut.status, tokens(cut.warnings)) == ("partial", {"limited-run"})
    whole = read(tmp_path, config=config)
    assert (whole.status, tokens(whole.warnings)) == ("complete", {"limited-run"})
    uncounted = read(tmp_path, config=config, **{"n-samples": None})
    assert uncounted.status == "partial"


def test_fewer_items_without_a_limit_are_noticed(tmp_path: Path) -> None:
    reading = read(tmp_path, **{"n-samples": {"arc": {"original": 2000, "effective": 100}}})
    assert reading.status == "partial"
    assert "arc 100 of 2000" in reading.warnings[0]


def test_a_branch_is_not_a_revision(tmp_path: Path) -> None:
    config = {"model_args": {"pretrained": "a/b", "peft": "c/d"}, "model_sha": "", "model_revision": "main"}
    reading = read(tmp_path, config=config)
    assert reading.model is not None
    assert (reading.model.revision, reading.model.revision_kind) == ("main", "mutable")
    assert tokens(reading.warnings) == {"mutable-revision", "adapter"}
    assert tokens(read(tmp_path, config={"model": "local"}).warnings) == {"model-unpinned"}


def test_successes_need_a_standard_error_that_fits_zero_and_one(tmp_path: Path) -> None:
    # `acc` of truthfulqa_mc2 is a probability per item: its spread is smaller than that of right and wrong.
    assert only(read(tmp_path, results={"arc": {"acc,none": 0.75, "acc_stderr,none": 0.02}})).successes is None
    assert only(read(tmp_path)).successes == 75
    assert only(read(tmp_path, results={"arc": {"acc,none": 0.7512}})).successes is None
    assert only(read(tmp_path, results={"arc": {"bleu,none": 0.75}})).successes is None
    median = {"arc": {"metric_list": [{"metric": "acc", "aggregation": "median"}]}}
    assert only(read(tmp_path, configs=median)).successes is None


def test_a_placeholder_metric_is_no_measure(tmp_path: Path) -> None:
    reading = read(tmp_path, results={"arc": {"alias": "arc", "bypass,none": 999, "bypass_stderr,none": "N/A"}})
    assert reading.measurements == ()
    assert "no-measurements" in tokens(reading.warnings)


def test_an_unknown_version_is_read_and_named(tmp_path: Path) -> None:
    reading = read(tmp_path, lm_eval_version="9.9", newer_key={"x": 1})
    assert reading.tool is not None
    assert (reading.tool.version, only(reading).value) == ("9.9", 0.75)


def test_the_bigscience_list_is_read(tmp_path: Path) -> None:
    rows = [
        {"task_name": "wic", "prompt_name": "GPT-3", "acc": 0.5, "acc_stderr": 0.019810331932097542, "subset": None},
        {"task_name": "wic", "prompt_name": "GPT-3", "acc_norm": 0.4, "dataset_path": "super_glue"},
    ]
    reading = read_as(tmp_path, "lm-eval", {"results": rows, "config": {"model": "hf", "limit": None}})
    first, second = reading.measurements
    assert (first.measure, first.value, first.n) == ("lm-eval/wic/acc", 0.5, None)
    assert (first.conditions["prompt"], first.place) == ("GPT-3", "/results/0/acc")
    assert second.dataset is not None
    assert second.dataset.id == "super_glue"
    assert reading.format_version == "bigscience"


def test_wrong_types_anywhere_do_not_crash(tmp_path: Path) -> None:
    odd: list[Any] = [None, 1, "x", [], [1], {"arc": 1}, {"arc": None}, {"arc": []}]
    for key in ("configs", "versions", "n-shot", "higher_is_better", "n-samples", "group_subtasks", "groups", "date"):
        for value in odd:
            if key == "versions" and not isinstance(value, dict):
                continue
            found: list[Measurement] = list(read(tmp_path, **{key: value}).measurements)
            assert found[0].value == 0.75


def test_a_dummy_model_measures_nothing(tmp_path: Path) -> None:
    document = json.loads(sample("lm_eval/results_2026-01-21T03-44-18.458309.json").read_text())
    document["config"]["model"] = "dummy"
    reading = read_as(tmp_path, "lm-eval", document)
    assert reading.flags == ("mock-model",)


def test_seeds_and_limits_are_kept_as_settings() -> None:
    reading = read_sample("lm_eval/results_2026-01-21T03-44-18.458309.json")
    assert {"random_seed", "numpy_seed", "torch_seed", "fewshot_seed"} <= reading.config.keys()
    assert {one.planned for one in reading.measurements} == {5000}


@pytest.mark.parametrize("odd", [[], {}, ["dummy"], 1.5, None, True])
def test_a_model_of_an_odd_kind_is_no_crash(odd: Any, tmp_path: Path) -> None:
    assert read(tmp_path, config={**result()["config"], "model": odd}).flags == ()


def test_rows_that_do_not_name_their_filter_are_one_series_for_each() -> None:
    reading = read_sample("lm_eval/samples_local_gen_0.4.5.jsonl")
    assert [(one.value, one.conditions["filter"]) for one in reading.measurements] == [
        (5, "unnamed 1"),
        (5, "unnamed 2"),
    ]
    assert [len(one.scores) for one in reading.samples] == [5, 5]
    assert reading.samples[0].scores.keys() & reading.samples[1].scores.keys() == set()
    assert "filter-unknown" in tokens(reading.warnings)


def test_rows_in_a_list_are_read() -> None:
    reading = read_sample("lm_eval/samples_0.4.0_list.jsonl")
    assert [(one.value, one.conditions["filter"]) for one in reading.measurements] == [
        (4, "unnamed 1"),
        (4, "unnamed 2"),
    ]
    assert "task-unknown" in tokens(reading.warnings)


def test_a_row_in_a_list_that_is_none_is_refused(tmp_path: Path) -> None:
    rows = json.loads(sample("lm_eval/samples_0.4.0_list.jsonl").read_text())
    assert refusal(tmp_path, [rows[0], {"doc_id": 1}]).ident == "unreadable-evidence"


def test_a_group_of_0_4_0_is_known_by_its_own_list() -> None:
    found = by_measure(read_sample("lm_eval/results_0.4.0_group.json"))
    group, task = found["lm-eval/local_group/acc"], found["lm-eval/local_mc_a/acc"]
    assert (group.value, group.n, group.conditions["aggregate"]) == (0.3125, None, "group")
    assert "task-version" not in group.conditions
    assert "aggregate" not in task.conditions


def test_data_read_from_files_is_named_after_them() -> None:
    found = by_measure(read_sample("lm_eval/results_0.4.11_group.json"))
    named = {one.measure: one.dataset.id for one in found.values() if one.dataset}
    assert named["lm-eval/local_gen/exact_match"] == "gen.jsonl"
    assert named["lm-eval/local_mc_a/acc"] == "mc.jsonl"
    assert (found["lm-eval/local_group/acc"].n, found["lm-eval/local_group/acc"].value) == (80, 0.375)


def test_a_reader_of_files_without_a_file_is_no_dataset(tmp_path: Path) -> None:
    assert only(read(tmp_path, configs={"arc": {"dataset_path": "json"}})).dataset is None
    several = {"data_files": ["https://example.org/b.csv", "C:\\data\\a.csv"]}
    chosen = only(read(tmp_path, configs={"arc": {"dataset_path": "csv", "dataset_kwargs": several}})).dataset
    assert chosen is not None
    assert chosen.id == "a.csv+b.csv"


def test_a_mean_that_leaves_items_out_says_so(tmp_path: Path) -> None:
    rows = {"arc": {"rouge1,none": 0.7, "rouge1_stderr,none": 0.01}}
    skipping = {"arc": {"metric_list": [{"metric": "rouge1", "aggregation": "nanmean"}]}}
    one = only(read(tmp_path, results=rows, configs=skipping))
    assert (tokens(one.warnings), one.stderr_method) == ({"unscored-items"}, "bootstrap")


def test_results_without_settings_are_read_by_their_counts(tmp_path: Path) -> None:
    given = result()
    del given["config"]
    reading = read_as(tmp_path, "lm-eval", given)
    assert (only(reading).n, reading.status) == (100, "unknown")
    assert registry.identify(tmp_path / "evidence", "evidence").format == "lm-eval"


def test_rows_inside_a_result_are_kept_as_scores(tmp_path: Path) -> None:
    row = {"doc_id": 0, "target": "", "resps": [], "filtered_resps": [], "filter": "none", "metrics": ["acc"]}
    rows = [{**row, "doc_hash": "a", "acc": 1.0}, {**row, "doc_hash": "b", "acc": 0.0}, {**row, "doc_hash": "c"}, 7]
    (scores,) = read(tmp_path, samples={"arc": rows, "other": None}).samples
    assert (scores.measure, sorted(scores.scores.values()), scores.binary) == ("lm-eval/arc/acc", [0.0, 1.0], True)
