"""HELM runs: folders, and statistics alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from govkit.collectors import helm_metrics, registry
from govkit.collectors.helm_state import requests
from govkit.collectors.source import opened
from govkit.errors import CollectorError
from govkit.model.evidence import Measurement, Reading
from tests.collectors.given import by_measure, read_as, read_sample, refusal, sample, tokens, written

RUN = "helm/mmlu-philosophy-gpt2"
ROBUST = {"name": "robustness", "robustness": True, "fairness": False, "computed_on": "worst"}
TYPOS = {"name": "misspellings", "robustness": True, "fairness": False, "computed_on": "perturbed"}


def stat(metric: str, mean: float | None, *, count: int = 1, **context: Any) -> dict[str, Any]:
    """One statistic as HELM writes it."""
    base = {"name": {"name": metric, "split": "test", **context}, "count": count, "sum": (mean or 0) * count}
    return base if mean is None else {**base, "mean": mean, "stddev": 0.0}


def spec(**changes: Any) -> dict[str, Any]:
    """A small run specification."""
    adapter = {"method": "generation", "model": "org/model", "max_train_instances": 0, "num_train_trials": 1}
    return {
        "name": "toy:model=org_model",
        "scenario_spec": {"class_name": "x.ToyScenario", "args": {}},
        "adapter_spec": {**adapter, **changes.pop("adapter", {})},
        "metric_specs": [],
        **changes,
    }


def scored(instance: str, *stats: dict[str, Any], trial: int = 0, **more: Any) -> dict[str, Any]:
    """The statistics of one instance."""
    return {"instance_id": instance, "train_trial_index": trial, "stats": list(stats), **more}


def run(folder: Path, stats: list[Any], single: list[Any] | None = None, **changes: Any) -> Reading:
    """What is read from a run's folder with these files."""
    files = {"run_spec.json": spec(**changes), "scenario.json": {}, "scenario_state.json": {}, "stats.json": stats}
    files["per_instance_stats.json"] = single or []
    place = folder / "run"
    place.mkdir()
    for name, content in files.items():
        (place / name).write_text(json.dumps(content))
    return registry.read(place, "run")


def exact(reading: Reading) -> Measurement:
    return by_measure(reading)["helm/toy/exact_match"]


def test_n_is_the_instances_of_the_same_split_and_not_the_count_of_trials() -> None:
    reading = read_sample(RUN)
    found = {(one.measure, one.conditions["split"]): one for one in reading.measurements}
    test, valid = found["helm/mmlu/exact_match", "test"], found["helm/mmlu/exact_match", "valid"]
    assert (test.value, test.n, test.n_basis, test.successes) == (pytest.approx(1 / 9), 9, "items", 1)
    assert (valid.value, valid.n, valid.successes) == (0.0, 1, 0)
    assert (test.unit, test.higher_is_better, test.planned) == ("proportion", True, 9)
    assert test.place == "stats.json/2/mean"
    assert json.loads(sample(f"{RUN}/stats.json").read_text())[2]["mean"] == test.value


def test_the_standard_error_is_computed_from_the_instances_and_said_to_be() -> None:
    test = next(one for one in read_sample(RUN).measurements if one.conditions["split"] == "test")
    # One of nine right: the deviation is 1/3, over the root of 9.
    assert test.stderr == pytest.approx(1 / 9)
    assert "stderr-computed" in tokens(test.warnings)
    valid = next(one for one in read_sample(RUN).measurements if one.conditions["split"] == "valid")
    assert (valid.stderr, "zero-stderr" in tokens(valid.warnings)) == (None, True)


def test_the_scores_of_single_instances_are_kept_by_hash() -> None:
    reading = read_sample(RUN)
    kept = {(one.measure, one.conditions["split"]): one for one in reading.samples}
    test = kept["helm/mmlu/exact_match", "test"]
    assert (test.binary, len(test.scores), sum(test.scores.values())) == (True, 9, 1.0)
    assert all(len(key) == 32 for key in test.scores)
    assert "id147" not in reading.model_dump_json()


def test_the_folder_names_scenario_model_and_date() -> None:
    reading = read_sample(RUN)
    assert reading.model is not None
    assert (reading.model.id, reading.model.revision) == ("openai/gpt2", None)
    assert (reading.status, reading.at) == ("complete", datetime(2025, 11, 5, 15, 2, 2, tzinfo=UTC))
    assert reading.run_id == "mmlu:subject=philosophy,method=multiple_choice_joint,model=openai_gpt2"
    assert reading.config["model_deployment"] == "huggingface/gpt2"
    conditions = {"subject": "philosophy", "method": "multiple_choice_joint", "few-shot": "5", "split": "test"}
    assert reading.measurements[0].conditions == conditions
    assert tokens(reading.warnings) == {"no-perturbation", "model-unpinned", "drawn-sample"}


def test_bookkeeping_is_no_result() -> None:
    words = (
        "exact_match",
        "quasi_exact_match",
        "quasi_exact_match@5",
        "prefix_exact_match",
        "quasi_prefix_exact_match",
    )
    assert {one.measure for one in read_sample(RUN).measurements} == {f"helm/mmlu/{word}" for word in words}
    for word in ("num_output_tokens", "finish_reason_length", "inference_runtime", "logprob_per_byte", "max_prob"):
        assert helm_metrics.is_bookkeeping(word)
    assert not any(helm_metrics.is_bookkeeping(word) for word in helm_metrics.HIGHER | helm_metrics.LOWER)


def test_the_lists_of_metrics_do_not_overlap() -> None:
    sets = (helm_metrics.HIGHER, helm_metrics.LOWER, helm_metrics.UNSTATED)
    assert sum(map(len, sets)) == len(frozenset().union(*sets))
    assert helm_metrics.higher_is_better("toxic_frac") is False
    assert helm_metrics.higher_is_better("NDCG@10") is True
    assert helm_metrics.higher_is_better("air_category_1_2_score") is True
    assert helm_metrics.higher_is_better("bias_metric:mode=associations,demographic_category=race") is False
    assert helm_metrics.higher_is_better("edit_similarity") is None


def test_a_metric_that_no_schema_lists_is_read_and_said_to_be_unlisted(tmp_path: Path) -> None:
    one = by_measure(run(tmp_path, [stat("num_instances", 2), stat("art_score", 0.875)]))["helm/toy/art_score"]
    assert (one.value, one.n, one.higher_is_better, one.unit) == (0.875, 2, None, None)
    assert "unlisted-metric" in tokens(one.warnings)


def test_perplexity_is_a_result_of_language_modelling_only(tmp_path: Path) -> None:
    stats = [stat("num_instances", 5), stat("perplexity", 8.5)]
    reading = run(tmp_path, stats, adapter={"method": "language_modeling"})
    assert by_measure(reading)["helm/toy/perplexity"].higher_is_better is False
    (tmp_path / "other").mkdir()
    assert run(tmp_path / "other", stats).measurements == ()


def test_rows_of_perturbations_are_dropped_when_none_was_run(tmp_path: Path) -> None:
    stats = [stat("num_instances", 4), stat("exact_match", 0.5), stat("exact_match", 0.5, perturbation=ROBUST)]
    reading = run(tmp_path, stats)
    assert len(reading.measurements) == 1
    assert "no-perturbation: 1 statistics repeat" in " ".join(reading.warnings)


PERTURBED = [
    stat("num_instances", 4),
    stat("num_instances", 3, perturbation=TYPOS),
    stat("exact_match", 0.5),
    stat("exact_match", 1 / 3, perturbation=TYPOS),
    stat("exact_match", 0.25, perturbation=ROBUST),
    stat("exact_match", 0.4, perturbation={**TYPOS, "computed_on": "original"}),
]


def test_perturbations_that_were_run_are_conditions_with_their_own_counts(tmp_path: Path) -> None:
    found = run(tmp_path, PERTURBED).measurements
    assert [(one.conditions.get("perturbation"), one.conditions.get("computed-on"), one.n) for one in found] == [
        (None, None, 4),
        ("misspellings", "perturbed", 3),
        ("robustness", "worst", 4),
        ("misspellings", "original", 3),
    ]


def test_a_run_with_a_perturbation_gives_each_value_its_own_instances() -> None:
    reading = read_sample("helm/simple-mcqa-filler")
    found = [one for one in reading.measurements if one.measure == "helm/simple_mcqa/exact_match"]
    said = [
        (one.conditions.get("perturbation"), one.conditions.get("computed-on"), one.successes, one.n) for one in found
    ]
    assert said == [
        (None, None, 7, 12),
        ("filler_words insert_prob=0.3", "perturbed", 2, 11),
        ("robustness", "worst", 2, 12),
        ("filler_words insert_prob=0.3", "original", 6, 11),
        ("filler_words insert_prob=0.3", "worst", 1, 11),
    ]


def test_the_worst_of_a_kind_of_which_nothing_was_run_is_no_evidence_for_it() -> None:
    reading = read_sample("helm/simple-mcqa-filler")
    assert "fairness" not in {one.conditions.get("perturbation") for one in reading.measurements}
    assert "2 statistics repeat others under the names fairness" in " ".join(reading.warnings)


def test_perturbations_of_one_name_are_told_apart_by_their_settings(tmp_path: Path) -> None:
    some = [stat("exact_match", share, perturbation={**TYPOS, "prob": share}) for share in (0.1, 0.5)]
    found = run(tmp_path, some).measurements
    assert [one.conditions["perturbation"] for one in found] == ["misspellings prob=0.1", "misspellings prob=0.5"]


def test_the_worst_of_what_should_be_low_is_the_best_and_has_no_value(tmp_path: Path) -> None:
    stats = [*PERTURBED, stat("toxic_frac", 0.1), stat("toxic_frac", 0.05, perturbation=ROBUST)]
    worst = [one for one in run(tmp_path, stats).measurements if one.measure.endswith("toxic_frac")][1]
    assert (worst.value, "worst-is-best" in tokens(worst.warnings)) == (None, True)


def test_scores_of_perturbed_instances_are_left_out(tmp_path: Path) -> None:
    single = [
        scored("a", stat("exact_match", 1)),
        scored("b", stat("exact_match", 0)),
        scored("a", stat("exact_match", 0, perturbation=TYPOS), perturbation=TYPOS),
        scored("b", stat("exact_match", 0), perturbation=TYPOS),
    ]
    reading = run(tmp_path, [stat("num_instances", 2), stat("exact_match", 0.5)], single)
    assert (exact(reading).n, exact(reading).successes) == (2, 1)
    assert sorted(reading.samples[0].scores.values()) == [0.0, 1.0]


def test_instances_that_do_not_give_the_value_are_not_used(tmp_path: Path) -> None:
    single = [scored("a", stat("exact_match", 1)), scored("b", stat("exact_match", 1))]
    reading = run(tmp_path, [stat("num_instances", 2), stat("exact_match", 0.5)], single)
    one = exact(reading)
    assert (one.n, one.stderr, reading.samples) == (2, None, ())
    assert "samples-differ" in tokens(one.warnings)


def test_instances_without_a_score_are_missing_from_n_and_not_from_the_plan(tmp_path: Path) -> None:
    single = [scored("a", stat("exact_match", 1)), scored("b", stat("exact_match", 0)), scored("c")]
    one = exact(run(tmp_path, [stat("num_instances", 3), stat("exact_match", 0.5)], single))
    assert (one.n, one.planned, one.missing, one.successes) == (2, 3, 1, 1)


def test_several_trials_are_averaged_per_instance_and_have_no_successes(tmp_path: Path) -> None:
    single = [
        scored("a", stat("exact_match", 1), trial=0),
        scored("a", stat("exact_match", 0), trial=1),
        scored("b", stat("exact_match", 1), trial=0),
        scored("b", stat("exact_match", 1), trial=1),
    ]
    stats = [stat("num_instances", 2, count=2), stat("exact_match", 0.75, count=2)]
    reading = run(tmp_path, stats, single, adapter={"num_train_trials": 2})
    one = exact(reading)
    assert (one.value, one.n, one.successes, one.stderr) == (0.75, 2, None, 0.25)
    assert sorted(reading.samples[0].scores.values()) == [0.5, 1.0]
    assert not reading.samples[0].binary
    assert "several-trials" in tokens(reading.warnings)


def test_a_statistic_of_no_trial_has_no_value(tmp_path: Path) -> None:
    one = exact(run(tmp_path, [stat("num_instances", 2), stat("exact_match", None, count=0)]))
    assert (one.value, "nothing-to-count" in tokens(one.warnings)) == (None, True)


def test_a_metric_that_was_asked_for_and_is_gone_is_told(tmp_path: Path) -> None:
    asked = [{"class_name": "x", "args": {"names": ["exact_match", "f1_score"]}}]
    reading = run(tmp_path, [stat("exact_match", 0.5)], metric_specs=asked)
    assert "metric-missing: asked for and not there, as HELM drops what is no number: f1_score" in reading.warnings
    assert "no-count" in tokens(exact(reading).warnings)


def test_scores_of_a_judge_are_flagged_and_compared_ones_are_not(tmp_path: Path) -> None:
    annotators = [{"class_name": "helm.benchmark.annotation.wildbench_annotator.WildBenchAnnotator", "args": {}}]
    stats = [stat("num_instances", 2), stat("wildbench_score", 7.5), stat("exact_match", 0.5)]
    found = by_measure(run(tmp_path, stats, annotators=annotators))
    assert found["helm/toy/wildbench_score"].flags == ("judge-unvalidated",)
    assert found["helm/toy/exact_match"].flags == ()
    (tmp_path / "sql").mkdir()
    by_code = [{"class_name": "helm.benchmark.annotation.spider_annotator.SpiderAnnotator", "args": {}}]
    found = by_measure(run(tmp_path / "sql", [stat("execution_accuracy", 0.5)], annotators=by_code))
    assert found["helm/toy/execution_accuracy"].flags == ()


def test_failed_requests_make_the_run_partial(tmp_path: Path) -> None:
    run(tmp_path, [stat("exact_match", 0.5)])
    state = {"request_states": [{"result": {"success": ok, "embedding": [], "error": "x"}} for ok in (True, False)]}
    (tmp_path / "run" / "scenario_state.json").write_text(json.dumps(state))
    reading = registry.read(tmp_path / "run", "run")
    assert (reading.status, "failed-run: 1 of 2 requests failed" in " ".join(reading.warnings)) == ("partial", True)


def test_a_run_without_all_its_files_is_not_known_to_be_complete(tmp_path: Path) -> None:
    run(tmp_path, [stat("exact_match", 0.5)])
    (tmp_path / "run" / "per_instance_stats.json").unlink()
    reading = registry.read(tmp_path / "run", "run")
    assert (reading.status, "files-missing" in tokens(reading.warnings)) == ("unknown", True)


def test_times_are_found_in_a_large_file_wherever_a_piece_ends(tmp_path: Path) -> None:
    entry = {"result": {"success": True, "embedding": [], "request_datetime": 1762354922}}
    prompt = {"prompt": 'say "request_datetime": 1999999999, and "success": false, "embedding": no'}
    for padding in (0, 1 << 20, (1 << 20) - 40, (1 << 20) - 75, (2 << 20) - 10):
        text = json.dumps({"x": "y" * padding, "a": [prompt, entry, entry, prompt]}, indent=2)
        found = requests(opened(written(tmp_path, text), "e"))
        assert (found.last, found.made, found.failed) == (datetime(2025, 11, 5, 15, 2, 2, tzinfo=UTC), 2, 0)


def test_statistics_alone_name_neither_scenario_nor_model() -> None:
    reading = read_sample(f"{RUN}/stats.json")
    assert (reading.format_version, reading.model, reading.at, reading.status) == ("stats", None, None, "unknown")
    first = reading.measurements[0]
    assert (first.measure, first.n, first.successes, first.stderr) == ("helm/exact_match", 9, 1, None)
    assert {"scenario-unknown", "no-perturbation"} == tokens(reading.warnings)


def test_values_that_are_no_numbers_stay_none(tmp_path: Path) -> None:
    for raw in (float("nan"), "0.5", None):
        content = [stat("num_instances", 2), {**stat("exact_match", 0.5), "mean": raw}]
        one = by_measure(read_as(tmp_path, "helm", content))["helm/exact_match"]
        assert (one.value, one.successes) == (None, None)


def test_other_files_of_a_run_and_other_folders_are_not_claimed(tmp_path: Path) -> None:
    for file in ("run_spec.json", "scenario_state.json", "per_instance_stats.json"):
        with pytest.raises(CollectorError) as caught:
            registry.identify(sample(f"{RUN}/{file}"), file)
        assert (caught.value.ident, "folder" in caught.value.fix) == ("unknown-format", True)
    (tmp_path / "run_spec.json").write_text(json.dumps(spec()))
    assert refusal_of(tmp_path) == "unknown-format"
    (tmp_path / "stats.json").write_text("[]")
    (tmp_path / "run_spec.json").write_text("[]")
    assert refusal_of(tmp_path) == "unknown-format"
    with pytest.raises(CollectorError) as forced:
        registry.read(tmp_path, "e", format="helm")
    assert forced.value.ident == "unreadable-evidence"
    assert refusal(tmp_path, [{"name": "x", "count": 1, "sum": 2}]).ident == "unknown-format"


def refusal_of(folder: Path) -> str:
    with pytest.raises(CollectorError) as caught:
        registry.identify(folder, "e")
    return caught.value.ident
