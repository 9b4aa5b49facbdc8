"""Files of one's own, read as a mapping file says; mistakes in mapping and evidence are told with their place."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from govkit.collectors import registry
from govkit.errors import CollectorError, InputError
from govkit.model.evidence import Measurement, Reading
from tests.collectors.given import only, sample, tokens, written

EVALUATION = {
    "release": "1.1",
    "evaluated_at": "2026-07-13T09:00:00Z",
    "state": "ok",
    "model": {"name": "outreach", "sha256": "sha256:" + "A" * 64},
    "metrics": {
        "recall": {
            "value": 0.75,
            "k": 300,
            "n": 400,
            "interval": {"low": 0.7, "high": 0.79, "level": 0.9, "method": "Wilson"},
        },
        "auc": {"value": 0.71, "n": 400},
        "empty": {"value": None, "k": 0, "n": 0, "interval": None},
    },
    "groups": {
        "limitation": {
            "no": {"recall": {"value": 0.8, "k": 80, "n": 100}},
            "yes": {"recall": {"value": 0.5, "k": 5, "n": 10}},
        },
        "age/years": {"65+": {"recall": {"value": 0.25, "k": 5, "n": 20}}},
    },
    "components": [{"license": "MIT"}, {"license": "GPL-3.0"}, {"license": "BSD-3-Clause", "ok": True}],
    "psi": {"age": 0.01, "income": 0.2},
    "percent": {"value": 12.5, "se": 1.5, "text": "18.50"},
}
TABLE = "item,group,label,prediction,correct,score\na,x,1,1,1,0.9\nb,x,1,0,0,0.4\nc,y,0,0,1,0.1\nd,y,1,1,1,0.8\n"


def read(folder: Path, mapping: str, evidence: Any = None) -> Reading:
    """The reading of some evidence (the evaluation above by default) under a mapping given as YAML."""
    path = written(folder, EVALUATION if evidence is None else evidence)
    return registry.read(path, "e", mapping=written(folder, mapping, "mapping.yaml"), mapping_shown="mapping.yaml")


def one(folder: Path, entry: str, head: str = "format: json", evidence: Any = None) -> Measurement:
    return only(read(folder, f"{head}\nmeasurements:\n  - {{measure: m, {entry}}}\n", evidence))


def missing(folder: Path, mapping: str, evidence: Any = None) -> CollectorError:
    with pytest.raises(CollectorError) as caught:
        read(folder, mapping, evidence)
    return caught.value


def mistakes(folder: Path, mapping: str) -> list[tuple[int, str, str]]:
    with pytest.raises(InputError) as caught:
        read(folder, mapping)
    assert {problem.where.path for problem in caught.value.problems} == {"mapping.yaml"}
    assert all(problem.fix for problem in caught.value.problems)
    return [(problem.where.line, problem.ident, problem.what) for problem in caught.value.problems]


WHOLE = """
format: json
tool: {name: our evaluation, version: {pointer: /release}}
model: {id: {pointer: /model/name}, sha256: {pointer: /model/sha256}, revision: "1.1", revision_kind: tag}
dataset: {id: held out, split: test}
at: /evaluated_at
status: {pointer: /state, complete: [ok]}
defaults: {unit: proportion, value: /value, n: /n, successes: /k, interval: /interval}
measurements:
  - measure: performance/score
    each: /metrics/recall
    higher_is_better: true
    conditions: {metric: recall, release: {pointer: "#/release"}}
"""


def test_one_value_with_everything_that_belongs_to_it(tmp_path: Path) -> None:
    reading = read(tmp_path, WHOLE)
    found = only(reading)
    assert (found.value, found.successes, found.n, found.n_basis, found.unit) == (0.75, 300, 400, "items", "proportion")
    assert found.interval is not None
    assert (found.interval.low, found.interval.level, found.interval.method) == (0.7, 0.9, "Wilson")
    assert found.conditions == {"metric": "recall", "release": "1.1"}
    assert found.higher_is_better is True
    assert found.place == "/metrics/recall/value"
    assert found.at == reading.at == datetime(2026, 7, 13, 9, tzinfo=UTC)
    assert found.dataset is not None
    assert (found.dataset.id, found.dataset.split) == ("held out", "test")
    assert reading.model is not None
    assert (reading.model.sha256, reading.model.revision_kind) == ("a" * 64, "tag")
    assert reading.tool is not None
    assert (reading.tool.version, reading.status, reading.format_version) == ("1.1", "complete", "json")
    assert reading.warnings == found.warnings == ()


def test_stars_become_conditions(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        """
format: json
measurements:
  - measure: fairness/true-positive-rate
    each: /groups/*/*/recall
    key_as: [question, group]
    value: /value
    n: /n
    successes: /k
""",
    )
    assert [(found.conditions["question"], found.conditions["group"], found.n) for found in reading.measurements] == [
        ("limitation", "no", 100),
        ("limitation", "yes", 10),
        ("age/years", "65+", 20),
    ]
    assert reading.measurements[2].place == "/groups/age~1years/65+/recall/value"


def test_a_star_can_name_the_measure(tmp_path: Path) -> None:
    reading = read(
        tmp_path, 'format: json\nmeasurements: [{measure: "drift/{input}", each: "/psi/*", key_as: input, value: ""}]'
    )
    assert [(found.measure, found.value, found.conditions) for found in reading.measurements] == [
        ("drift/age", 0.01, {}),
        ("drift/income", 0.2, {}),
    ]


def test_counting_gives_k_of_n(tmp_path: Path) -> None:
    found = one(
        tmp_path, "successes: {count: /components, where: {/license: [MIT, BSD-3-Clause]}}, n: {count: /components}"
    )
    assert (found.value, found.successes, found.n, found.place) == (2 / 3, 2, 3, "/components")
    found = one(tmp_path, 'value: {}, n: {count: "/groups/*/*"}'.replace("value: {}", "value: /psi/age"))
    assert (found.value, found.n) == (0.01, 3)


def test_true_in_a_mapping_is_true_in_the_file(tmp_path: Path) -> None:
    entry = "successes: {count: /components, where: {/ok: true}}, n: {count: /components}"
    components = [{"ok": True}, {"ok": False}, {"ok": None}]
    assert one(tmp_path, entry, evidence={"components": components}).successes == 1


def test_scaling_and_its_warning(tmp_path: Path) -> None:
    found = one(tmp_path, "value: /percent/value, stderr: /percent/se, scale: 0.01, unit: proportion")
    assert (found.value, found.stderr) == (0.125, 0.015)
    assert tokens(found.warnings) == {"scaled"}


@pytest.mark.parametrize(("unit", "whole"), [("percent", 100), ("points", 100), ("proportion", 1)])
def test_counts_give_the_value_in_its_unit_and_agree_with_it_there(tmp_path: Path, unit: str, whole: int) -> None:
    """7 of 8 are 87.5 %, or 0.875."""
    stated = {"k": 7, "n": 8, "value": 0.875 * whole, "other": 0.875 * (101 - whole)}
    counts = f"n: /n, unit: {unit}"
    computed = one(tmp_path, f"successes: /k, {counts}", evidence=stated)
    assert (computed.value, computed.successes) == (0.875 * whole, 7)
    assert one(tmp_path, f"value: /value, successes: /k, {counts}", evidence=stated).successes == 7
    assert one(tmp_path, f"value: /value, k_of_n: true, {counts}", evidence=stated).successes == 7
    doubtful = one(tmp_path, f"value: /other, successes: /k, {counts}", evidence=stated)
    assert (doubtful.successes, tokens(doubtful.warnings)) == (None, {"count-conflict"})


def test_rows_that_are_right_or_wrong_give_a_percentage(tmp_path: Path) -> None:
    """3 of 4 rows are right."""
    mapping = "format: csv\nsamples: {measure: m, score: correct, summary: true, unit: percent}"
    found = only(read(tmp_path, mapping, TABLE))
    assert (found.value, found.successes, found.n) == (75.0, 3, 4)


def test_a_count_written_in_the_mapping_is_flagged(tmp_path: Path) -> None:
    found = one(tmp_path, "value: /metrics/auc/value, n: 400")
    assert (found.n, tokens(found.warnings)) == (400, {"count-from-mapping"})


def test_text_is_a_number_only_when_the_mapping_says_so(tmp_path: Path) -> None:
    found = one(tmp_path, "value: /percent/text")
    assert (found.value, tokens(found.warnings)) == (None, {"not-a-number"})
    assert one(tmp_path, "value: /percent/text", "format: json\ntext_numbers: true").value == 18.5
    robust = json.loads(sample("robustbench/Xiao2020Enhancing.json").read_text())
    assert (
        one(tmp_path, "value: /autoattack_acc, unit: percent", "format: json\ntext_numbers: true", robust).value == 18.5
    )


def test_null_and_nan_are_no_values(tmp_path: Path) -> None:
    head = "format: json\ndefaults: {value: /value, n: /n, successes: /k, interval: /interval}"
    found = one(tmp_path, "each: /metrics/empty", head)
    assert (found.value, found.n, found.successes, found.interval) == (None, 0, None, None)
    found = one(tmp_path, "value: /a", evidence='{"a": NaN}')
    assert (found.value, tokens(found.warnings)) == (None, {"not-a-number"})


@pytest.mark.parametrize(
    ("part", "token"),
    [
        ({"value": 0.5, "k": 300, "n": 400}, "count-conflict"),
        ({"value": 0.75, "k": 500, "n": 400}, "count-conflict"),
        ({"value": 0.75, "n": 400, "interval": {"low": 0.8, "high": 0.9}}, "bad-interval"),
        ({"value": 0.75, "n": 400, "interval": {"low": 0.75, "high": 0.75}}, "bad-interval"),
        ({"value": 0.75, "n": 400, "se": 0}, "zero-stderr"),
    ],
)
def test_a_file_that_contradicts_itself_loses_what_is_in_doubt(
    part: dict[str, Any], token: str, tmp_path: Path
) -> None:
    whole = {"k": None, "interval": None, "se": None, **part}
    found = one(tmp_path, "value: /value, n: /n, successes: /k, interval: /interval, stderr: /se", evidence=whole)
    assert found.value == part["value"]
    assert (found.successes, found.interval, found.stderr) == (None, None, None)
    assert token in tokens(found.warnings)


def test_ends_of_an_interval_one_by_one(tmp_path: Path) -> None:
    part = {"value": 0.5, "low": 0.4, "high": 0.6}
    found = one(
        tmp_path, "value: /value, interval: {low: /low, high: /high, level: 0.9, method: bootstrap}", evidence=part
    )
    assert found.interval is not None
    assert (found.interval.low, found.interval.level, found.interval.method) == (0.4, 0.9, "bootstrap")


def test_a_reference_that_leads_nowhere_names_both_files(tmp_path: Path) -> None:
    error = missing(tmp_path, "format: json\nmeasurements:\n  - measure: a\n    value: /metrics/recal/value\n")
    assert error.ident == "missing-value"
    assert error.pointer == "/metrics/recal/value"
    assert "it ends at /metrics" in error.what
    assert "did you mean 'recall'?" in error.what
    assert "mapping.yaml:3" in error.fix
    error = missing(tmp_path, "format: json\nmeasurements: [{measure: a, each: /nothing/*, value: /x}]")
    assert "/nothing/*" in error.what
    for head in ("at: /x", "model: {id: {pointer: /x}}", "status: /x", "dataset: {id: {pointer: /metrics}}"):
        error = missing(tmp_path, f"format: json\n{head}\nmeasurements: [{{measure: a, value: /percent/value}}]")
        assert error.ident == "missing-value"


def test_an_optional_entry_may_be_missing(tmp_path: Path) -> None:
    mapping = "format: json\nmeasurements:\n"
    mapping += "  - {measure: a, value: /x, optional: true}\n  - {measure: b, each: /x/*, value: /y, optional: true}\n"
    mapping += "  - {measure: c, value: /percent/value}\n"
    reading = read(tmp_path, mapping)
    assert [found.measure for found in reading.measurements] == ["c"]
    assert [warning.split(":")[0] for warning in reading.warnings] == ["left-out", "left-out"]


def test_a_default_the_file_does_not_have_is_not_stated(tmp_path: Path) -> None:
    head = "format: json\ndefaults: {value: /value, n: /n, successes: /k, interval: /interval, stderr: /se}"
    found = one(tmp_path, "each: /metrics/auc", head)
    assert (found.value, found.n, found.successes, found.interval, found.warnings) == (0.71, 400, None, None, ())
    error = missing(tmp_path, f"{head}\nmeasurements: [{{measure: a, each: /psi}}]")
    assert error.pointer == "/psi/value"


def test_a_digest_must_be_one(tmp_path: Path) -> None:
    error = missing(
        tmp_path,
        "format: json\nmodel: {id: a, sha256: {pointer: /release}}\nmeasurements: [{measure: a, value: /psi/age}]",
    )
    assert "is not a SHA-256 digest" in error.what


def test_how_the_run_ended(tmp_path: Path) -> None:
    tail = "\nmeasurements: [{measure: a, value: /percent/value}]"
    assert read(tmp_path, "format: json" + tail).status == "unknown"
    assert read(tmp_path, "format: json\nstatus: complete" + tail).status == "complete"
    stated = "format: json\nstatus: {pointer: /state, error: [ok]}"
    assert read(tmp_path, stated + tail).status == "error"
    reading = read(tmp_path, "format: json\nstatus: /state" + tail)
    assert (reading.status, tokens(reading.warnings)) == ("partial", {"unknown-status"})


def test_a_naive_date_keeps_its_words(tmp_path: Path) -> None:
    reading = read(
        tmp_path, "format: json\nat: /t\nmeasurements: [{measure: a, value: /v}]", {"t": "2026-01-01T10:00", "v": 1}
    )
    assert (reading.at, only(reading).at, only(reading).at_text) == (None, None, "2026-01-01T10:00")


SAMPLES = """
format: csv
status: complete
dataset: people
samples:
  - measure: performance/score
    key: item
    score: correct
    summary: true
    conditions: {metric: accuracy}
  - measure: fairness/true-positive-rate
    key: item
    score: prediction
    where: {label: 1}
    by: {group: group}
"""


def test_a_table_gives_scores_summaries_and_groups(tmp_path: Path) -> None:
    reading = read(tmp_path, SAMPLES, TABLE)
    overall, first, second = reading.measurements
    assert (overall.value, overall.successes, overall.n, overall.unit) == (0.75, 3, 4, "proportion")
    assert (overall.conditions, overall.place) == ({"metric": "accuracy"}, "line 2 to 5")
    assert (first.conditions, first.successes, first.n) == ({"group": "x"}, 1, 2)
    assert (second.conditions, second.successes, second.n) == ({"group": "y"}, 1, 1)
    assert overall.dataset is not None
    scores, positives = reading.samples
    assert (scores.binary, len(scores.scores), len(positives.scores)) == (True, 4, 3)
    assert positives.conditions == {}


def test_items_keep_their_key_across_formats_and_orders(tmp_path: Path) -> None:
    table = read(tmp_path, SAMPLES, TABLE).samples[0].scores
    rows = [{"item": key, "correct": value} for key, value in (("d", 1), ("c", True), ("b", 0), ("a", 1.0))]
    samples = "[{measure: performance/score, key: /item, score: /correct%s}]"
    lines = read(tmp_path, f"format: jsonl\nsamples: {samples % ''}", "\n".join(map(json.dumps, rows)))
    whole = read(tmp_path, f"format: json\nsamples: {samples % ', each: /rows/*'}", {"rows": rows})
    assert table == lines.samples[0].scores == whole.samples[0].scores


def test_scores_that_are_not_zero_or_one_give_a_mean(tmp_path: Path) -> None:
    reading = read(tmp_path, "format: csv\nsamples: {measure: m, score: score, summary: true}", TABLE)
    found = only(reading)
    assert (found.value, found.n, found.successes, found.unit) == (pytest.approx(0.55), 4, None, None)
    assert found.stderr == pytest.approx(0.1848422, abs=1e-6)
    assert reading.samples == ()


def test_scores_from_comparing_texts(tmp_path: Path) -> None:
    equal = "format: csv\nsamples: {measure: m, score: {of: prediction, same_as: label}, summary: true}"
    assert only(read(tmp_path, equal, TABLE)).successes == 3
    among = "format: csv\nsamples: {measure: m, score: {of: group, equals: [y, z]}, summary: true}"
    assert only(read(tmp_path, among, TABLE)).successes == 2


def test_python_truths_in_a_table_are_scores(tmp_path: Path) -> None:
    found = only(
        read(tmp_path, "format: csv\nsamples: {measure: m, score: ok, summary: true}", "ok\nTrue\nFalse\nTrue\n")
    )
    assert (found.successes, found.n) == (2, 3)


def test_rows_of_one_item_count_once(tmp_path: Path) -> None:
    table = "item,correct\na,1\na,0\nb,1\n"
    reading = read(tmp_path, "format: csv\nsamples: {measure: m, key: item, score: correct, summary: true}", table)
    assert (only(reading).n, only(reading).value, only(reading).successes) == (2, 0.75, None)
    assert tokens(reading.warnings) == {"repeated-items"}


def test_a_row_without_score_is_counted_and_one_without_key_refused(tmp_path: Path) -> None:
    mapping = "format: csv\nsamples: {measure: m, key: item, score: correct, summary: true}"
    reading = read(tmp_path, mapping, "item,correct\na,1\nb,\nc,nan\n")
    assert (only(reading).n, tokens(reading.warnings)) == (1, {"unscored-items"})
    assert "no key at line 3" in missing(tmp_path, mapping, "item,correct\na,1\n,1\n").what
    assert "no row gives a score" in missing(tmp_path, mapping, "item,correct\n").what


def test_every_row_of_a_table_can_be_a_measurement(tmp_path: Path) -> None:
    mapping = """
format: csv
delimiter: ";"
measurements:
  - measure: performance/score
    where: {split: test}
    value: f1
    n: count
    conditions: {model: {column: name}}
"""
    table = "name;split;f1;count\na;test;0.5;10\nb;train;0.9;90\nc;test;;\n"
    first, second = read(tmp_path, mapping, table).measurements
    assert (first.value, first.n, first.conditions, first.place) == (0.5, 10, {"model": "a"}, "line 2")
    assert (second.value, second.n, tokens(second.warnings)) == (None, None, {"not-a-number"})
    assert "did you mean 'f1'?" in missing(tmp_path, mapping.replace("f1", "f11"), table).what


def test_rows_of_json_lines_can_be_measurements(tmp_path: Path) -> None:
    mapping = "format: jsonl\nat: /t\nmeasurements: [{measure: m, value: /v, where: {/k: [a]}}]"
    rows = [{"k": "a", "v": 1, "t": "2026-01-01T00:00:00Z"}, {"k": "b", "v": 2}, {"k": "a", "v": 3}]
    reading = read(tmp_path, mapping, "\n".join(map(json.dumps, rows)))
    assert [(found.value, found.place) for found in reading.measurements] == [(1.0, "line 1#/v"), (3.0, "line 3#/v")]
    assert reading.at is not None


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ("a,a\n1,2\n", "two columns are called 'a'"),
        ("a,b\n1\n", "has 1 cells, and the header has 2"),
        ('a,b\n"1,2\n', "broken table"),
        (b"a,b\n\xff,2\n", "not UTF-8"),
        ("", "is empty"),
    ],
)
def test_a_broken_table_is_refused(table: Any, what: str, tmp_path: Path) -> None:
    assert what in missing(tmp_path, "format: csv\nmeasurements: [{measure: m, value: b}]", table).what


def test_broken_json_is_refused_with_its_line(tmp_path: Path) -> None:
    tail = "\nmeasurements: [{measure: m, value: /a}]"
    error = missing(tmp_path, "format: json" + tail, '{"a":\n')
    assert (error.ident, error.line) == ("broken-json", 2)
    error = missing(tmp_path, "format: jsonl" + tail, '{"a": 1}\n{"a"\n')
    assert (error.ident, error.line) == ("broken-json", 2)


@pytest.mark.parametrize(
    ("mapping", "line", "ident", "what"),
    [
        ("format: json\nmeasurments: []\n", 2, "unknown-key", "measurments"),
        ("format: xml\nmeasurements: [{measure: m, value: /a}]", 1, "bad-value", "xml"),
        ("format: json\n", 1, "missing-entry", "reads nothing"),
        ("format: json\nmeasurements:\n- measure: m\n", 3, "missing-entry", "neither `value`"),
        ("format: json\nmeasurements:\n- value: /m\n", 3, "missing-entry", "measure is missing"),
        ("format: json\nmeasurements:\n- measure: m\n  value: a.b\n", 4, "bad-pointer", "'a.b' is not a JSON pointer"),
        ("format: json\nmeasurements:\n- {measure: m, value: /a, unit: percnt}\n", 3, "bad-value", "percnt"),
        ("format: csv\nmeasurements:\n- measure: m\n  each: /a\n  value: b\n", 4, "bad-value", "`each` is for JSON"),
        (
            "format: json\nmeasurements:\n- {measure: m, each: /a/*, key_as: [a, b], value: /c}",
            3,
            "bad-value",
            "2 keys",
        ),
        ('format: json\nmeasurements:\n- {measure: "{b}", each: /a/*, key_as: a, value: /c}', 3, "bad-value", "{b}"),
        ("format: json\nstatus: fine\nmeasurements: [{measure: m, value: /a}]", 2, "bad-value", "'fine'"),
        ("format: json\nsamples:\n- {measure: m, key: /a, score: /b}", 3, "bad-value", "`each` names the items"),
        ("format: csv\ndelimiter: ab\nmeasurements: [{measure: m, value: a}]", 2, "bad-value", "delimiter"),
    ],
)
def test_a_mistake_in_a_mapping_is_told_with_its_line(
    mapping: str, line: int, ident: str, what: str, tmp_path: Path
) -> None:
    found = mistakes(tmp_path, mapping)
    assert any(place == line and said == ident and what in text for place, said, text in found), found


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    mapping = "format: json\nstatus: fine\nmeasurements:\n- {measure: a, value: b}\n- {measure: c}\n"
    assert [line for line, _, _ in mistakes(tmp_path, mapping)] == [2, 4, 5]


def test_a_mapping_that_is_missing_or_broken(tmp_path: Path) -> None:
    path = written(tmp_path, EVALUATION)
    with pytest.raises(InputError) as caught:
        registry.read(path, "e", mapping=tmp_path / "nowhere.yaml", mapping_shown="nowhere.yaml")
    assert caught.value.problems[0].ident == "missing-file"
    assert mistakes(tmp_path, "format: [")[0][1] == "broken-yaml"
    assert mistakes(tmp_path, "- a\n")[0][1] == "bad-value"


def test_the_example_in_the_documentation_is_read(tmp_path: Path) -> None:
    from textwrap import dedent

    from govkit.collectors import mapped

    assert mapped.__doc__ is not None
    block = mapped.__doc__.split("belongs to it:\n")[1].split("\nReferences.")[0]
    evidence = {**EVALUATION, "model": {"name": "m", "sha256": "b" * 64}, "test_set": {"sha256": "c" * 64}}
    reading = read(tmp_path, dedent(block), evidence)
    assert [found.measure for found in reading.measurements][:2] == ["performance/score", "fairness/true-positive-rate"]
    assert reading.measurements[-1].measure == "licence/components-cleared"
    assert (reading.measurements[-1].successes, reading.measurements[-1].n) == (1, 3)


def test_an_entry_may_say_what_is_missing_grouped_and_judged(tmp_path: Path) -> None:
    given = {
        "k": 90, "n": 100, "all": 110, "failed": 4, "blank": 6, "passages": ["a", "b", "a"], "se": 0.05,
        "judge": "org/judge-1", "run": "r-7", "temperature": 0.2,
    }  # fmt: skip
    reading = read(
        tmp_path,
        "format: json\nflags: [self-reported]\n"
        "run_id: {pointer: /run}\nconfig: {temperature: {pointer: /temperature}}\n"
        "measurements:\n"
        "  - {measure: m, successes: /k, n: /n, planned: /all, errors: /failed, unscored: /blank,\n"
        "     clusters: {count: /passages}, stderr: /se, stderr_method: bootstrap, judge: {pointer: /judge}}\n"
        "  - {measure: q, value: /se, n: /n, quantile: 0.99, clusters: 12, planned: 100}\n",
        given,
    )
    first, second = reading.measurements
    assert (first.planned, first.errors, first.unscored, first.missing, first.clusters) == (110, 4, 6, 10, 3)
    assert (first.stderr_method, first.judge) == ("bootstrap", "org/judge-1")
    assert (second.quantile, second.clusters, second.planned, second.judge) == (0.99, 12, 100, None)
    assert (reading.flags, reading.run_id, reading.config) == (("self-reported",), "r-7", {"temperature": "0.2"})


def test_a_flag_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, "format: json\nflags: [selfreported]\nmeasurements: [{measure: m, value: /n}]\n", {"n": 1})
    assert [p.ident for p in caught.value.problems] == ["bad-value"]


GROUPED = "item,passage,lang,score\na,p1,en,1\nb,p1,en,0\nc,p2,de,1\nd,,de,1\ne,p2,de,\nf,p3,fr,\n"


def test_rows_say_what_they_hang_together_by_and_which_have_no_score(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        "format: csv\nsamples:\n  {measure: m, key: item, score: score, cluster: passage, judge: j, summary: true,"
        " by: [lang]}\n",
        GROUPED,
    )
    found = {one.conditions.get("lang", "all"): (one.n, one.unscored, one.clusters) for one in reading.measurements}
    assert found == {"all": (4, 2, 3), "en": (2, 0, 1), "de": (2, 1, 2)}
    assert {one.judge for one in reading.measurements} == {"j"}
    groups = reading.samples[0].clusters
    assert (len(reading.samples[0].scores), len(groups), len(set(groups.values()))) == (4, 3, 2)
    assert "p1" not in str(reading), "only hashes are kept"
