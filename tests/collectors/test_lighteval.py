"""lighteval results."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from govkit.collectors import registry
from govkit.model.evidence import Measurement, Reading
from tests.collectors.given import by_measure, read_as, read_sample, refusal, sample, tokens, written

GPT2 = "lighteval/results_gpt2_gsm8k.json"
RECENT = "lighteval/results_0.13.json"
MIXED = "lighteval/results_0.10.0_mixed.json"
GROUP = "lighteval/results_0.13.0_group.json"


def read(folder: Path, change: Any, name: str = RECENT) -> Reading:
    """The sample after a change made to it."""
    document = json.loads(sample(name).read_text())
    change(document)
    return read_as(folder, "lighteval", document)


def anatomy(reading: Reading) -> Measurement:
    return by_measure(reading)["lighteval/mmlu:anatomy/acc"]


def test_the_documented_result_is_partial_and_of_one_document() -> None:
    reading = read_sample(GPT2)
    found = by_measure(reading)
    qem = found["lighteval/lighteval|gsm8k/qem"]
    assert (qem.value, qem.unit, qem.n, qem.planned, qem.successes) == (0.0, "proportion", 1, 1319, 0)
    assert (qem.higher_is_better, qem.conditions) == (True, {"few-shot": "0", "task-version": "0"})
    assert qem.dataset is not None
    assert (qem.dataset.id, qem.dataset.split) == ("gsm8k:main", "test")
    assert (qem.stderr, tokens(qem.warnings)) == (None, {"zero-stderr"})
    assert found["lighteval/lighteval|gsm8k/maj@8"].unit is None
    assert (reading.status, reading.model and reading.model.revision_kind) == ("partial", "sha")
    assert reading.tool is not None
    assert reading.tool.version == "commit 203045a8431bc9b77245c9998e05fc54509ea07f"
    assert (reading.at, reading.at_text) == (None, None)
    assert {"limited-run", "no-date"} == tokens(reading.warnings)


def test_minus_one_document_is_an_unknown_count() -> None:
    reading = read_sample(RECENT)
    assert (anatomy(reading).value, anatomy(reading).n, anatomy(reading).planned) == (0.6, None, None)
    assert "no-count" in tokens(anatomy(reading).warnings)
    astronomy = by_measure(reading)["lighteval/mmlu:astronomy/acc"]
    assert (astronomy.n, astronomy.stderr, astronomy.stderr_method) == (152, 0.0373544, "analytic")
    assert reading.status == "complete"


def test_the_standard_error_of_averages_is_dropped() -> None:
    found = by_measure(read_sample(RECENT))
    for measure, kind in (("lighteval/mmlu:_average/acc", "average"), ("lighteval/all/acc", "all")):
        one = found[measure]
        assert (one.value, one.stderr, one.n, one.unit) == (0.65, None, None, None)
        assert one.conditions["aggregate"] == kind
        assert tokens(one.warnings) == {"averaged-stderr"}


def test_the_bootstrap_error_of_what_is_no_mean_is_dropped() -> None:
    f1 = by_measure(read_sample(RECENT))["lighteval/sst2/f1"]
    assert (f1.value, f1.stderr, f1.unit) == (0.91, None, None)
    assert {"wrong-stderr", "not-a-mean"} <= tokens(f1.warnings)
    assert f1.conditions["aggregation"].startswith("CorpusLevelF1Score")


def test_the_largest_of_all_documents_is_not_taken_for_a_rate() -> None:
    em = by_measure(read_sample(RECENT))["lighteval/drop/em"]
    assert (em.value, em.unit, em.successes, em.stderr) == (1.0, None, None, None)
    assert (em.conditions["aggregation"], em.higher_is_better) == ("max", True)
    assert "not-a-mean" in tokens(em.warnings)


def test_scores_of_a_judge_are_flagged() -> None:
    one = by_measure(read_sample(RECENT))["lighteval/simpleqa/simpleqa_judge"]
    assert (one.flags, one.stderr) == (("judge-unvalidated",), 0.02)
    assert anatomy(read_sample(RECENT)).flags == ()


def test_a_metric_that_a_task_does_not_have_is_no_score_of_0() -> None:
    """`multi:x` has accuracies, `multi:y` exact matches: lighteval gives the second an accuracy of 0, and averages."""
    found = by_measure(read_sample(MIXED))
    for measure in ("lighteval/custom|multi:y/acc", "lighteval/custom|multi:_average/acc"):
        assert (found[measure].value, found[measure].unit, found[measure].successes) == (None, None, None)
        assert "filled-in" in tokens(found[measure].warnings)
    one, other = found["lighteval/custom|multi:x/acc"], found["lighteval/custom|multi:y/em"]
    assert [(each.value, each.successes, each.n) for each in (one, other)] == [(0.325, 13, 40), (12 / 17, 12, 17)]
    assert (found["lighteval/all/acc"].value, tokens(found["lighteval/all/acc"].warnings)) == (
        0.325,
        {"averaged-stderr"},
    )


def test_a_score_of_0_that_a_task_does_have_stays(tmp_path: Path) -> None:
    def failed(document: dict[str, Any]) -> None:
        document["results"]["mmlu:anatomy|5"] = {"acc": 0.0, "acc_stderr": 0.0}
        document["results"]["mmlu:_average|5"] = {"acc": 0.35, "acc_stderr": 0.02}

    found = by_measure(read(tmp_path, failed))
    assert found["lighteval/mmlu:anatomy/acc"].value == 0
    assert found["lighteval/mmlu:_average/acc"].value == 0.35


def test_real_results_of_0_13_hold_no_counts_and_the_version_with_the_task() -> None:
    found = by_measure(read_sample(GROUP))
    one = found["lighteval/mc:one/acc"]
    assert (one.value, one.stderr, one.n, one.unit) == (0.325, pytest.approx(0.075), None, "proportion")
    assert one.conditions == {"few-shot": "0", "task-version": "1"}
    assert found["lighteval/mc:_average/acc"].value == pytest.approx(
        (one.value + (found["lighteval/mc:two/acc"].value or 0)) / 2
    )


def test_documents_asked_several_times_are_not_more_documents(tmp_path: Path) -> None:
    def seeded(document: dict[str, Any]) -> None:
        document["config_general"]["num_fewshot_seeds"] = 3

    one = by_measure(read(tmp_path, seeded, MIXED))["lighteval/custom|multi:x/acc"]
    assert (one.value, one.n, one.stderr, one.successes) == (0.325, 40, None, None)
    assert (one.conditions["few-shot-seeds"], "repeated-documents" in tokens(one.warnings)) == ("3", True)


def test_a_task_without_a_result_is_told(tmp_path: Path) -> None:
    def dropped(document: dict[str, Any]) -> None:
        del document["results"]["custom|multi:y|0"]

    def emptied(document: dict[str, Any]) -> None:
        document["results"]["custom|multi:y|0"] = None

    for change in (dropped, emptied):
        warnings = read(tmp_path, change, MIXED).warnings
        assert "no-result: 1 task(s) that were asked for have no result: custom|multi:y" in warnings
    assert "no-result" not in tokens(read_sample(MIXED).warnings)


def test_a_run_without_any_result_has_no_known_end(tmp_path: Path) -> None:
    reading = read(tmp_path, lambda d: d.update(results={}), MIXED)
    assert (reading.status, reading.measurements) == ("unknown", ())
    assert {"no-result", "no-measurements"} <= tokens(reading.warnings)


@pytest.mark.parametrize("category", ["6", "7"])
def test_a_judge_that_only_the_category_shows_is_flagged_also_in_averages(category: str, tmp_path: Path) -> None:
    def judged(document: dict[str, Any]) -> None:
        document["config_tasks"]["custom|multi:x"]["metric"][0]["category"] = category

    found = by_measure(read(tmp_path, judged, MIXED))
    assert found["lighteval/custom|multi:x/acc"].flags == ("judge-unvalidated",)
    assert found["lighteval/all/acc"].flags == ("judge-unvalidated",)
    assert found["lighteval/custom|multi:y/em"].flags == ()


def test_where_the_configuration_says_nothing_the_error_is_not_used(tmp_path: Path) -> None:
    reading = read(tmp_path, lambda d: d["config_tasks"].update({"mmlu:anatomy|5": "LM Harness task"}))
    one = anatomy(reading)
    assert (one.value, one.stderr, one.unit, one.higher_is_better, one.dataset) == (0.6, None, None, None, None)
    assert {"unclear-stderr", "no-count"} == tokens(one.warnings)


def test_older_keys_carry_suite_and_truncation(tmp_path: Path) -> None:
    def older(document: dict[str, Any]) -> None:
        document["results"] = {"leaderboard|arc:challenge|25|0": {"acc": 0.5}}
        document["config_tasks"] = {"leaderboard|arc:challenge|25": {"effective_num_docs": 10, "original_num_docs": 10}}

    one = by_measure(read(tmp_path, older))["lighteval/leaderboard|arc:challenge/acc"]
    assert (one.conditions, one.n) == ({"few-shot": "25"}, 10)


def test_successes_need_an_error_that_fits(tmp_path: Path) -> None:
    def counted(stderr: float) -> Any:
        def change(document: dict[str, Any]) -> None:
            document["results"] = {"mmlu:anatomy|5": {"acc": 0.6, "acc_stderr": stderr}}
            document["config_tasks"]["mmlu:anatomy|5"].update(original_num_docs=136, effective_num_docs=135)

        return change

    assert anatomy(read(tmp_path, counted(0.0423))).successes == 81
    assert anatomy(read(tmp_path, counted(0.02))).successes is None
    assert read(tmp_path, counted(0.0423)).status == "partial"


@pytest.mark.parametrize(("limit", "status"), [(10, "partial"), (0, "partial"), ("ten", "partial"), (None, "complete")])
def test_a_limit_makes_the_run_partial(limit: Any, status: str, tmp_path: Path) -> None:
    assert read(tmp_path, lambda d: d["config_general"].update(max_samples=limit)).status == status


def test_a_limit_that_left_nothing_out_is_complete(tmp_path: Path) -> None:
    def whole(document: dict[str, Any]) -> None:
        document["config_general"]["max_samples"] = 1000
        document["results"] = {"mmlu:astronomy|5": {"acc": 0.5}}

    assert read(tmp_path, whole).status == "complete"


def test_the_model_is_named_as_far_as_the_file_does(tmp_path: Path) -> None:
    reading = read_sample(RECENT)
    assert reading.model is not None
    assert (reading.model.id, reading.model.revision, reading.model.revision_kind) == ("org/model", "main", "mutable")
    assert "mutable-revision" in tokens(reading.warnings)
    assert reading.tool is not None
    assert reading.tool.version is None
    assert reading.config["generation temperature"] == "0.0"
    dummy = read(tmp_path, lambda d: d["config_general"].update(model_name="dummy"))
    assert (dummy.flags, "mock-model" in tokens(dummy.warnings)) == (("mock-model",), True)
    nameless = read(tmp_path, lambda d: d["config_general"].update(model_name=None, model_config="text"))
    assert (nameless.model, "model-unknown" in tokens(nameless.warnings)) == (None, True)


@pytest.mark.parametrize("raw", [float("nan"), "0.6", None, True, []])
def test_values_that_are_no_numbers_stay_none(raw: Any, tmp_path: Path) -> None:
    one = anatomy(read(tmp_path, lambda d: d["results"]["mmlu:anatomy|5"].update(acc=raw)))
    assert (one.value, "not-a-number" in tokens(one.warnings)) == (None, True)


def test_other_results_are_not_claimed(tmp_path: Path) -> None:
    for content in ({"config_general": {}, "results": {}}, {"config_general": {}, "config_tasks": [], "results": {}}):
        assert refusal(tmp_path, content).ident == "unknown-format"


@pytest.mark.parametrize("name", ["details_0.13.parquet", "details_0.6.parquet"])
def test_a_file_of_single_documents_is_refused_with_the_name_of_the_result(name: str, tmp_path: Path) -> None:
    error = refusal(tmp_path, sample(f"lighteval/{name}").read_bytes())
    assert (error.ident, "of lighteval" in error.what) == ("unknown-format", True)
    assert "results_<time>.json" in error.fix


def test_another_parquet_file_is_no_file_of_lighteval(tmp_path: Path) -> None:
    error = refusal(tmp_path, b"PAR1" + b"\0" * 2_000_000 + b"metric" + b"PAR1")
    assert ("a Parquet file" in error.what, "lighteval" in error.what) == (True, False)


def test_single_documents_are_mapped_as_the_page_shows(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "collectors.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```yaml\n(format: jsonl\ntool: lighteval\n.*?)```", page, flags=re.DOTALL)
    mapping, details = written(tmp_path, shown, "mapping.yaml"), "lighteval/details_0.13.jsonl"
    reading = registry.read(sample(details), details, mapping=mapping, mapping_shown="mapping.yaml")
    (scores,) = reading.samples
    assert (scores.measure, scores.binary) == ("lighteval/gsm8k/extractive_match", True)
    assert sorted(scores.scores.values()) == [0, 0, 1, 1, 1, 1]
    assert "Question" not in reading.model_dump_json()
