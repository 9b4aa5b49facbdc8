"""Mappings over MLflow runs: counts from parameters, one run picked by name, and how it ended."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from govkit.collectors import registry
from govkit.errors import CollectorError, InputError
from govkit.model.evidence import Measurement, Reading
from tests.collectors.given import only, sample, tokens, written

STORE, ANSWER, FILES = "mlflow/store_3.17.2.db", "mlflow/run_3.17.2.json", "mlflow/mlruns_2.4.2"
DOCUMENTED = Path(__file__).resolve().parent.parent.parent / "docs" / "mapping.md"


def read(folder: Path, mapping: str, evidence: str = STORE) -> Reading:
    path = written(folder, "format: mlflow\n" + mapping, "mapping.yaml")
    return registry.read(sample(evidence), evidence, mapping=path, mapping_shown="mapping.yaml")


def entry(folder: Path, rest: str, evidence: str = STORE) -> Measurement:
    return only(read(folder, f"measurements:\n  - {{measure: m, {rest}}}\n", evidence))


def refused(folder: Path, mapping: str, evidence: str = STORE) -> CollectorError:
    with pytest.raises(CollectorError) as caught:
        read(folder, mapping, evidence)
    return caught.value


CHOSEN = "where: {/run_name: release-1.1}"


@pytest.mark.parametrize("evidence", [STORE, ANSWER])
def test_a_count_may_come_from_a_parameter(evidence: str, tmp_path: Path) -> None:
    one = entry(
        tmp_path, f"{CHOSEN}, value: /metrics/accuracy, n: /params/test_rows, k_of_n: true, unit: proportion", evidence
    )
    assert (one.value, one.successes, one.n, one.n_basis) == (0.9, 1800, 2000, "items")
    assert tokens(one.warnings) == {"count-from-parameter"}
    assert one.conditions == {}
    assert one.at is not None
    assert one.place in (
        "/run/data/metrics/0",
        "latest_metrics where run_uuid = d54b31a026da4190ab3dbd1dffd29664 and key = accuracy",
    )


def test_a_share_that_is_no_whole_number_out_of_the_parameter_loses_its_successes(tmp_path: Path) -> None:
    one = entry(
        tmp_path, "where: {/run_name: release-1.0}, value: /metrics/accuracy, n: /params/test_rows, k_of_n: true"
    )
    assert (one.successes, one.n) == (1275, 1500)
    odd = entry(tmp_path, f"{CHOSEN}, value: /metrics/eval~1f1, n: 7, k_of_n: true")
    assert (odd.value, odd.successes) == (0.81, None)
    assert tokens(odd.warnings) == {"count-from-mapping", "count-conflict"}


def test_several_runs_that_fit_are_told_apart(tmp_path: Path) -> None:
    reading = read(
        tmp_path, "measurements: [{measure: m, where: {/experiment: fraud}, value: /metrics/accuracy, optional: true}]"
    )
    assert tokens(reading.warnings) == {"left-out"}
    named = "[release-1.1, release-1.0, crashed]"
    reading = read(tmp_path, f"measurements: [{{measure: m, where: {{/run_name: {named}}}, value: /metrics/accuracy}}]")
    assert {one.conditions["run-name"]: one.status for one in reading.measurements} == {
        "release-1.1": "complete", "release-1.0": "complete", "crashed": "error",
    }  # fmt: skip
    assert reading.status == "partial"


def test_how_a_run_ended_is_the_runs_word_not_the_mappings(tmp_path: Path) -> None:
    mapping = "status: complete\nmeasurements: [{measure: m, where: {/run_name: crashed}, value: /metrics/accuracy}]"
    reading = read(tmp_path, mapping)
    assert (reading.status, only(reading).status) == ("error", "error")
    assert "failed-run" in tokens(only(reading).warnings)


def test_what_is_wrong_with_a_value_stays_wrong_under_a_mapping(tmp_path: Path) -> None:
    late = entry(tmp_path, "where: {/run_name: release-1.0}, value: /metrics/accuracy_later")
    assert late.flags == ("edited-after-run",)
    odd = entry(tmp_path, "where: {/run_name: odd numbers}, value: /metrics/inf")
    assert odd.value is None


def test_the_count_of_an_evaluation_is_taken_where_the_mapping_gives_none(tmp_path: Path) -> None:
    one = entry(tmp_path, "value: /metrics/judged~1mean, unit: proportion", "mlflow/evaluation_3.17.2.db")
    assert (one.successes, one.n, one.planned, one.judge) == (3, 4, 4, "openai:/gpt-9")
    own = entry(tmp_path, "value: /metrics/judged~1mean, n: 8, judge: m", "mlflow/evaluation_3.17.2.db")
    assert (own.n, own.successes, own.judge) == (8, None, "m")


def test_a_run_without_what_is_asked_for_does_not_fit(tmp_path: Path) -> None:
    one = entry(tmp_path, "where: {/params/learning_rate: '0.1'}, value: /metrics/accuracy")
    assert one.value == 0.9
    assert (
        refused(tmp_path, "measurements: [{measure: m, where: {/params/none: x}, value: /metrics/accuracy}]").ident
        == "missing-value"
    )


def test_a_metric_or_parameter_that_is_missing_refuses_the_file(tmp_path: Path) -> None:
    error = refused(tmp_path, f"measurements: [{{measure: m, {CHOSEN}, value: /metrics/acuracy}}]")
    assert (error.ident, "did you mean 'accuracy'?" in error.what) == ("missing-value", True)
    assert refused(tmp_path, f"measurements: [{{measure: m, {CHOSEN}, value: /metrics/accuracy, n: /params/x}}]")


def test_a_parameter_that_is_no_count_is_refused(tmp_path: Path) -> None:
    error = refused(
        tmp_path, f"measurements: [{{measure: m, {CHOSEN}, value: /metrics/accuracy, n: /params/learning_rate}}]"
    )
    assert "no whole number" in error.what


def test_what_holds_for_the_whole_file_is_read_from_the_one_run_that_fits(tmp_path: Path) -> None:
    chosen = f"run_id: {{pointer: /run_id}}\nmodel: {{id: {{pointer: /params/model}}}}\ndefaults: {{{CHOSEN}}}\n"
    reading = read(tmp_path, chosen + "measurements: [{measure: m, value: /metrics/accuracy}]")
    assert reading.run_id == "d54b31a026da4190ab3dbd1dffd29664"
    assert reading.model is not None
    assert reading.model.id == "gbm"
    several = "run_id: {pointer: /run_id}\nmeasurements: [{measure: m, value: /metrics/accuracy}]"
    assert "8 runs fit" in refused(tmp_path, several).what


def test_a_folder_is_mapped_too(tmp_path: Path) -> None:
    one = entry(tmp_path, "where: {/run_name: likeable-pug-34}, value: /metrics/recall, unit: proportion", FILES)
    assert (one.value, one.place) == (0.4786096256684492, "0/e31756f7fe5b4a45bab6cc8563fcdf33/metrics/recall line 1")


def test_names_of_people_cannot_be_mapped(tmp_path: Path) -> None:
    head = f"defaults: {{{CHOSEN}}}\nconfig: {{user: {{pointer: /tags/mlflow.user}}}}\n"
    assert (
        refused(tmp_path, head + "measurements: [{measure: m, value: /metrics/accuracy}]", ANSWER).ident
        == "missing-value"
    )


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("samples: {measure: m, key: /a, score: /b}", "no scores of single items"),
        ("measurements: [{measure: m, each: /metrics/*, value: ''}]", "`each` is for JSON"),
        ("measurements: [{measure: m, value: /metrics/a, k_of_n: true}]", "takes successes from the value and n"),
        (
            "measurements: [{measure: m, value: /metrics/a, n: 5, successes: /params/k, k_of_n: true}]",
            "takes successes",
        ),
        ("measurements: [{measure: m, value: metrics/a}]", "not a JSON pointer"),
    ],
)
def test_mistakes_in_such_a_mapping(mapping: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, mapping)
    assert said in str(caught.value)


def test_the_example_in_the_documentation_is_read(tmp_path: Path) -> None:
    part = DOCUMENTED.read_text().split("## MLflow runs", 1)[1]
    (example,) = re.findall(r"```yaml\n(.*?)```", part.split("\n## ")[0], flags=re.DOTALL)
    path = written(tmp_path, example, "mapping.yaml")
    reading = registry.read(sample(STORE), "mlflow.db", mapping=path, mapping_shown="mapping.yaml")
    found = {
        one.measure: (one.value, one.successes, one.n, one.unit, one.higher_is_better) for one in reading.measurements
    }
    assert found == {
        "performance/score": (0.9, 1800, 2000, "proportion", True),
        "performance/f1": (0.81, None, 2000, "score", True),
    }
    assert {one.dataset.id for one in reading.measurements if one.dataset} == {"held-out tickets"}
    assert (reading.status, reading.run_id) == ("complete", "d54b31a026da4190ab3dbd1dffd29664")
