"""Results stated on the Hugging Face Hub: model cards and `.eval_results` files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from govkit.collectors import registry
from govkit.model.evidence import Measurement
from tests.collectors.given import by_measure, only, read_as, read_sample, refusal, sample, tokens, written

CARD = "hugging_face/sample_simple_model_index.md"
RESULTS = "hugging_face/eval_results.yaml"

FRONT = """---
license: mit
model-index:
- name: {name}
  results:
  - task: {{type: text-classification}}
    dataset: {{type: imdb, name: IMDB}}
    metrics:
    - {{type: accuracy, value: {value}}}
---
# A card
"""


def card(value: str, name: str = "m") -> str:
    """A card with one value, written as in YAML."""
    return FRONT.format(name=name, value=value)


def one(folder: Path, value: str) -> Measurement:
    return only(read_as(folder, "hugging-face", card(value)))


def test_the_sample_card_gives_both_values_and_says_what_nobody_knows() -> None:
    reading = read_sample(CARD)
    accuracy, f1 = reading.measurements
    assert (accuracy.measure, accuracy.value) == ("hugging-face/beans/accuracy", 0.9)
    assert (f1.measure, f1.value) == ("hugging-face/beans/f1", 0.66)
    assert f1.dataset is not None
    assert (f1.dataset.id, f1.dataset.split) == ("beans", "test")
    assert f1.dataset.revision == "5503434ddd753f426f4b38109466949a1217c2bb"
    assert f1.conditions == {
        "task": "image-classification",
        "config": "default",
        "split": "test",
        "args": "date=20220120",
    }
    assert {(m.unit, m.n, m.successes, m.stderr, m.higher_is_better) for m in (accuracy, f1)} == {(None,) * 5}
    assert tokens(accuracy.warnings) == {"unit-unclear", "no-count"}
    assert (accuracy.place, f1.place) == ("line 22", "line 35")
    assert sample(CARD).read_text().splitlines()[34].endswith("value: 0.66")
    assert reading.model is not None
    assert (reading.model.id, reading.model.revision) == ("my-cool-model", None)
    assert (reading.at, reading.at_text, reading.status) == (None, None, "unknown")


def test_every_value_is_self_reported() -> None:
    for name in (CARD, RESULTS):
        assert read_sample(name).flags == ("self-reported",)


def test_a_token_verifies_nothing_here_and_is_not_kept(tmp_path: Path) -> None:
    text = card("0.9, verified: true, verifyToken: eyJhbGciOiJF.eyJoYXNoIjoiZ.abcdefgh")
    reading = read_as(tmp_path, "hugging-face", text)
    assert reading.flags == ("self-reported",)
    assert "token-not-checked" in tokens(reading.warnings)
    assert "eyJ" not in reading.model_dump_json()
    assert "token-not-checked" in tokens(read_sample(RESULTS).warnings)
    assert "nobody-signed" not in read_sample(RESULTS).model_dump_json()


@pytest.mark.parametrize("raw", ['"20.0 ± 1.2"', '"20.0±1.2"', '"20.0 +/- 1.2"'])
def test_a_value_with_its_spread_is_read_and_the_spread_is_not_used(raw: str, tmp_path: Path) -> None:
    found = one(tmp_path, raw)
    assert (found.value, found.stderr, found.interval) == (20.0, None, None)
    assert "text-number" in tokens(found.warnings)


@pytest.mark.parametrize("raw", ['"0.9"', '"about 20.0 ± 1.2"', '"20.0 ± 1.2 %"', "92%", ".nan", "null", "[1]", "true"])
def test_other_text_is_no_number(raw: str, tmp_path: Path) -> None:
    found = one(tmp_path, raw)
    assert (found.value, "not-a-number" in tokens(found.warnings)) == (None, True)


def test_a_card_is_recognised_only_with_a_valid_model_index(tmp_path: Path) -> None:
    assert registry.identify(written(tmp_path, card("1")), "e").version == "model-index"
    for text in (
        "---\nlicense: mit\n---\n# Card\n",
        "---\nmodel-index:\n- name: m\n  results: []\n---\n",
        "---\nmodel-index:\n- name: m\n---\n",
        card("1").replace("dataset: {type: imdb, name: IMDB}", "dataset: {type: imdb}"),
        card("1").replace("task: {type: text-classification}", "task: {}"),
        card("1").replace("- name: m", "- title: m"),
        card("1").replace(", value: 1", ""),
        card("1").replace("license: mit", "license: [mit"),
        card("1").replace("---\n# A card", "# A card"),
        "# A card\n" + card("1"),
    ):
        error = refusal(tmp_path, text)
        assert error.ident == "unknown-format", text


def test_an_invalid_card_says_in_which_line_when_the_format_is_named(tmp_path: Path) -> None:
    nameless = card("1").replace("dataset: {type: imdb, name: IMDB}", "dataset: {type: imdb}")
    assert "line 6 names no dataset" in refusal(tmp_path, nameless, "hugging-face").what
    broken = refusal(tmp_path, card("1").replace("license: mit", "license: [mit"), "hugging-face")
    assert (broken.ident, broken.line) == ("broken-yaml", 3)
    assert "states no result" in refusal(tmp_path, "---\nmodel-index:\n- name: m\n---\n", "hugging-face").what
    assert refusal(tmp_path, "---\na: 1\n---\n", "hugging-face").ident == "unreadable-evidence"


def test_a_valid_result_beside_an_invalid_one_is_read_and_the_other_told(tmp_path: Path) -> None:
    more = "  - task: {type: x}\n    metrics:\n    - {type: accuracy, value: 1}\n---\n# A card"
    reading = read_as(tmp_path, "hugging-face", card("0.5").replace("---\n# A card", more))
    assert only(reading).value == 0.5
    assert (
        "invalid-result: the result in line 10 names no dataset with type and name, and is left out" in reading.warnings
    )


def test_a_card_about_several_models_says_which_value_is_whose(tmp_path: Path) -> None:
    second = card("0.7", "n").split("model-index:\n")[1]
    reading = read_as(tmp_path, "hugging-face", card("0.5").replace("---\n# A card\n", second))
    assert reading.model is None
    assert [(m.conditions["model"], m.value) for m in reading.measurements] == [("m", 0.5), ("n", 0.7)]
    assert "several-models" in tokens(reading.warnings)


def test_metrics_of_one_type_are_told_apart_by_their_names(tmp_path: Path) -> None:
    text = card("1").replace("    - {type: accuracy, value: 1}", "    - {type: wer, value: 1, name: Test WER (+LM)}")
    assert only(read_as(tmp_path, "hugging-face", text)).conditions["metric-name"] == "Test WER (+LM)"


def test_a_very_long_front_matter_is_recognised(tmp_path: Path) -> None:
    entry = "    - {type: accuracy, value: 1, name: n%d}\n"
    rows = "".join(entry % number for number in range(3000))
    text = card("1").replace("    - {type: accuracy, value: 1}\n", rows)
    assert len(text) > 100_000
    reading = registry.read(written(tmp_path, text), "README.md")
    assert (reading.format, len(reading.measurements)) == ("hugging-face", 3000)


def test_yaml_that_would_construct_something_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path, card("!!python/object/apply:os.system [ls]"), "hugging-face")
    assert (error.ident, error.line) == ("yaml-tag", 9)


def test_the_list_of_results_is_read_in_its_three_shapes() -> None:
    reading = read_sample(RESULTS)
    assert [(m.measure, m.value) for m in reading.measurements] == [
        ("hugging-face/cais/hle/default", 20.9),
        ("hugging-face/Idavidrein/gpqa/gpqa_diamond", 0.412),
        ("hugging-face/Idavidrein/gpqa/gpqa_main", None),
        ("hugging-face/openslr/librispeech_asr/clean/wer", 0.034),
        ("hugging-face/openslr/librispeech_asr/clean/cost", 1.5),
    ]
    found = by_measure(reading)
    hle = found["hugging-face/cais/hle/default"]
    assert hle.at == datetime(2026, 1, 15, 10, 30, tzinfo=UTC)
    assert hle.conditions == {"notes": "no-tools", "source": "https://example.invalid/spaces/traces"}
    assert hle.dataset is not None
    assert hle.dataset.revision == "5503434ddd753f426f4b38109466949a1217c2bb"
    main = found["hugging-face/Idavidrein/gpqa/gpqa_main"]
    assert main.dataset is not None
    assert main.dataset.split == "train"
    assert "somebody" not in reading.model_dump_json()
    assert reading.model is None
    assert {"model-unknown", "invalid-result", "stated-results"} <= tokens(reading.warnings)
    assert "the entry in line 30 names no dataset" in " ".join(reading.warnings)


def test_a_day_without_a_zone_is_no_instant(tmp_path: Path) -> None:
    reading = read_as(tmp_path, "hugging-face", '- dataset: {id: a/b, task_id: c}\n  value: 1\n  date: "2026-05-23"\n')
    assert (reading.at, reading.at_text, only(reading).at_text) == (None, "2026-05-23", "2026-05-23")


def test_other_lists_are_not_claimed(tmp_path: Path) -> None:
    for text in ("- dataset: {id: a}\n", "- value: 1\n  dataset: x\n", "dataset: {id: a}\nvalue: 1\n", "- a\n- b\n"):
        assert refusal(tmp_path, text).ident == "unknown-format"
    assert refusal(tmp_path, "- value: 1\n", "hugging-face").ident == "unreadable-evidence"


def test_data_sets_of_one_type_are_told_apart_by_their_names(tmp_path: Path) -> None:
    def named(called: str) -> Measurement:
        return only(read_as(tmp_path, "hugging-face", card("1").replace("name: IMDB", f"name: {called}")))

    assert "dataset-name" not in named("IMDB").conditions
    other = named("IMDB (second half)")
    assert other.conditions["dataset-name"] == "IMDB (second half)"
    assert other.dataset is not None
    assert (other.dataset.id, other.dataset.also) == ("imdb", ("IMDB (second half)",))


def test_train_and_validation_are_two_series(tmp_path: Path) -> None:
    text = card("1").replace("name: IMDB", "name: IMDB, split: train")
    assert only(read_as(tmp_path, "hugging-face", text)).conditions["split"] == "train"
    listed = "- dataset: {id: a/b, task_id: c, split: train}\n  value: 1\n"
    assert only(read_as(tmp_path, "hugging-face", listed)).conditions["split"] == "train"


def test_what_the_hub_library_writes_is_read() -> None:
    reading = read_sample("hugging_face/card_2.4.0.md")
    first, *middle, zero, five = reading.measurements
    assert (first.value, zero.value, five.value) == (0.9123, 0.9123, 0.5)
    assert first.conditions["args"] == "b=[1,2], num_few_shot=25"
    assert (first.conditions["metric-config"], first.conditions["metric-args"]) == ("default", "average=macro")
    # The library itself puts results that differ in their arguments alone under the first of them.
    assert zero.conditions == five.conditions == {"task": "text-classification"}
    values = {one.measure.rpartition("/")[2]: one.value for one in middle}
    assert values == {
        **dict.fromkeys(("f1", "loss", "dict", "list", "inf", "bool")),
        "tiny": 1e-07,
        "big": 1e12,
        "pm": 20.0,
        "tok": 0.9123,
    }
    assert reading.model is not None
    assert reading.model.id == "org/ünïcode model 🤖"


def test_a_configuration_that_is_also_the_argument_is_told_once(tmp_path: Path) -> None:
    text = card("1").replace("name: IMDB", "name: IMDB, config: plain, args: plain")
    assert only(read_as(tmp_path, "hugging-face", text)).conditions == {
        "task": "text-classification",
        "config": "plain",
    }


def test_a_card_without_results_says_what_a_result_must_have(tmp_path: Path) -> None:
    error = refusal(tmp_path, "---\nmodel-index:\n- name: m\n  results: []\n---\n")
    assert "states no result" in error.what
    assert "--format hugging-face" in error.fix
