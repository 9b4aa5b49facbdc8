"""Inspect logs: packed both ways, cut short, edited, judged by a model, and hostile."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from govkit.collectors import inspect_archive, inspect_edits, inspect_rows, inspect_status, inspect_stream
from govkit.collectors.inspect_scores import score_value
from govkit.model.evidence import Reading
from tests.collectors.given import only, read_as, read_sample, refusal, sample, tokens


def log(**changes: Any) -> dict[str, Any]:
    """A small finished log."""
    base: dict[str, Any] = {
        "version": 2,
        "status": "success",
        "eval": {
            "task": "qa",
            "task_version": 1,
            "task_attribs": {"technical_requirement": "Fairness", "long": "x" * 200, "number": 3},
            "created": "2026-01-01T00:00:00+00:00",
            "dataset": {"name": "qa-set", "samples": 4, "sample_ids": [1, 2, 3, 4]},
            "model": "acme/m",
            "config": {"epochs": 1},
            "packages": {"inspect_ai": "0.3.285"},
        },
        "results": {
            "total_samples": 4,
            "completed_samples": 4,
            "scores": [
                {
                    "name": "match",
                    "scorer": "match",
                    "scored_samples": 4,
                    "unscored_samples": 0,
                    "metrics": {
                        "accuracy": {"name": "accuracy", "value": 0.75},
                        "stderr": {"name": "stderr", "value": 0.25},
                    },
                }
            ],
        },
        "stats": {"completed_at": "2026-01-01T01:00:00+00:00"},
        "samples": [
            {"id": ident, "epoch": 1, "scores": {"match": {"value": "C" if ident > 1 else "I"}}}
            for ident in (1, 2, 3, 4)
        ],
    }
    return {**base, **changes}


def scores(**changes: Any) -> dict[str, Any]:
    """Results with one score changed."""
    whole = log()["results"]
    return {**whole, "scores": [{**whole["scores"][0], **changes}]}


def read(folder: Path, **changes: Any) -> Reading:
    return read_as(folder, "inspect", log(**changes))


def repacked(name: str, keep: tuple[str, ...], **replace: bytes) -> bytes:
    """A sample archive with only some members, some of them replaced."""
    stream = io.BytesIO()
    with zipfile.ZipFile(sample(name)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member.startswith(keep):
                new.writestr(member, replace.get(member.split("/")[-1].split(".")[0], old.read(member)))
    return stream.getvalue()


def test_deflate_and_zstandard_give_the_same_reading() -> None:
    plain = read_sample("inspect_log/popularity_deflate.eval")
    packed = read_sample("inspect_log/popularity_zstd.eval")
    assert plain == packed
    one = only(plain)
    assert (one.measure, one.value, one.n, one.successes) == ("inspect/popularity/accuracy", 0.8, 10, 8)
    assert one.stderr == pytest.approx(0.13333, abs=1e-5)
    assert one.place == "header.json#/results/scores/0/metrics/accuracy"
    assert one.dataset is not None
    assert one.dataset.id == "popularity"
    assert plain.at == datetime(2025, 2, 11, 20, 18, 8, tzinfo=UTC)


def test_a_limited_run_is_partial() -> None:
    reading = read_sample("inspect_log/popularity_deflate.eval")
    assert reading.status == "partial"
    assert "limited by limit to 10 of 100 samples" in reading.warnings[0]


def test_a_limit_that_cut_nothing_leaves_the_run_complete(tmp_path: Path) -> None:
    evaluated = {**log()["eval"], "config": {"limit": 1000}}
    assert read(tmp_path, eval=evaluated).status == "complete"


def test_epochs_do_not_multiply_the_count() -> None:
    one = only(read_sample("inspect_log/epochs2_limit2.eval"))
    assert (one.value, one.n, one.stderr, one.successes) == (0.75, 2, 0.25, None)
    assert one.conditions["epochs"] == "2"


def test_a_mean_alone_has_no_uncertainty() -> None:
    reading = read_sample("inspect_log/cvebench_mean_only.json")
    one = only(reading)
    assert (one.measure, one.n, one.stderr, one.interval, one.unit) == ("inspect/cvebench/mean", 78, None, None, None)
    assert one.value == pytest.approx(0.70513, abs=1e-5)
    assert reading.status == "complete"
    assert "2 of 80 samples ended in an error" in " ".join(reading.warnings)


def test_a_cancelled_run_keeps_its_value_and_its_status() -> None:
    reading = read_sample("inspect_log/cancelled_no-samples.json")
    assert (reading.status, only(reading).value) == ("cancelled", 0.6666666666666666)
    assert {"failed-run", "limited-run"} <= tokens(reading.warnings)


def test_intervals_and_slices_of_the_newest_logs() -> None:
    reading = read_sample("inspect_log/grouped_ci.json")
    whole, first, second = reading.measurements
    assert whole.interval is not None
    assert whole.interval.method == "Wilson (as Inspect reports it)"
    assert (round(whole.interval.low, 3), round(whole.interval.high, 3)) == (0.3, 0.903)
    assert {one.conditions["g"] for one in (first, second)} == {"a", "b"}
    assert {(one.measure, one.n, one.successes) for one in (first, second)} == {("inspect/grouped_task/accuracy", 3, 2)}
    assert whole.conditions["technical_requirement"] == "Fairness - Absence of Bias"
    assert "g" not in whole.conditions


def test_a_scorer_with_two_scores_gives_two_measures() -> None:
    reading = read_sample("inspect_log/two_scores_two_epochs.json")
    accuracy, mean = reading.measurements
    assert (accuracy.conditions["score"], accuracy.n, accuracy.successes) == ("x", 6, None)
    assert (mean.measure, mean.value, mean.stderr) == ("inspect/multi_task/mean", 0.3, None)
    assert [(one.conditions["score"], one.binary, len(one.scores)) for one in reading.samples] == [
        ("x", False, 6),
        ("y", False, 6),
    ]


def test_nothing_scored_is_no_value() -> None:
    reading = read_sample("inspect_log/nothing_scored.json")
    one = only(reading)
    assert (one.value, one.n, one.missing, reading.status) == (None, 0, one.planned, "complete")
    assert "not-a-number" in tokens(one.warnings)
    assert reading.samples == ()


def test_a_failed_sample_beyond_the_share_that_may_be_lost() -> None:
    reading = read_sample("inspect_log/one_sample_failed.json")
    one = only(reading)
    assert (reading.status, one.n, one.planned, one.errors) == ("complete", 5, 6, 1)
    assert "lost-samples" in tokens(reading.warnings)


def test_an_archive_without_a_header_is_an_unfinished_run(tmp_path: Path) -> None:
    content = repacked("inspect_log/popularity_deflate.eval", ("_journal/",))
    reading = read_as(tmp_path, "inspect", content)
    assert (reading.status, reading.measurements) == ("partial", ())
    assert {"unfinished-run", "no-measurements"} <= tokens(reading.warnings)
    assert "scored 10 samples" in reading.warnings[0]
    assert reading.model is not None
    assert reading.model.id == "openai/gpt-4o-mini"


def test_scores_come_from_summaries_where_nothing_was_reduced(tmp_path: Path) -> None:
    whole = only(read_sample("inspect_log/popularity_deflate.eval"))
    content = repacked("inspect_log/popularity_deflate.eval", ("header", "summaries"))
    reading = read_as(tmp_path, "inspect", content)
    assert only(reading) == whole
    assert reading.samples == read_sample("inspect_log/popularity_deflate.eval").samples


def test_samples_in_chunks_are_not_needed(tmp_path: Path) -> None:
    stream = io.BytesIO(repacked("inspect_log/popularity_deflate.eval", ("header", "summaries", "reductions")))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("samples/1_epoch_1/sample.json", "not read")
    assert only(read_as(tmp_path, "inspect", stream.getvalue())).n == 10


def test_the_count_falls_back_step_by_step(tmp_path: Path) -> None:
    stated = read(tmp_path, results=scores(scored_samples=3), samples=[])
    assert (only(stated).n, only(stated).warnings) == (3, ())
    counted = read(tmp_path, results=scores(scored_samples=None))
    assert only(counted).n == 4
    evaluated = {**log()["eval"], "config": {"epochs": 2}}
    divided = read(tmp_path, eval=evaluated, results=scores(scored_samples=None), samples=[])
    assert (only(divided).n, tokens(only(divided).warnings)) == (2, {"estimated-count"})
    without = {**scores(scored_samples=None), "completed_samples": None}
    planned = read(tmp_path, results=without, samples=[])
    assert (only(planned).n, tokens(only(planned).warnings)) == (4, {"estimated-count"})
    nowhere = read(tmp_path, results=without, samples=[], eval={**log()["eval"], "dataset": {}})
    assert (only(nowhere).n, tokens(only(nowhere).warnings)) == (None, {"no-count"})


def test_a_standard_error_of_zero_or_from_one_sample_is_missing(tmp_path: Path) -> None:
    metrics = {"accuracy": {"value": 1.0}, "stderr": {"value": 0.0}}
    zero = only(read(tmp_path, results=scores(metrics=metrics)))
    assert (zero.stderr, tokens(zero.warnings)) == (None, {"zero-stderr"})
    one = only(read(tmp_path, results=scores(scored_samples=1), samples=[]))
    assert (one.n, one.stderr, tokens(one.warnings)) == (1, None, {"zero-stderr"})


def test_a_standard_deviation_stands_in_for_the_error(tmp_path: Path) -> None:
    metrics = {"mean": {"value": 2.5}, "std": {"value": 1.0}}
    one = only(read(tmp_path, results=scores(metrics=metrics)))
    assert (one.stderr, tokens(one.warnings)) == (0.5, {"stderr-from-std"})


def test_a_clustered_error_is_named(tmp_path: Path) -> None:
    metrics = {"mean": {"value": 2.5}, "stderr": {"value": 0.1, "params": {"cluster": "passage"}}}
    assert tokens(only(read(tmp_path, results=scores(metrics=metrics))).warnings) == {"clustered"}


def test_partial_credit_gives_no_successes(tmp_path: Path) -> None:
    samples = [{"id": ident, "scores": {"match": {"value": letter}}} for ident, letter in enumerate("CPPC")]
    one = only(read(tmp_path, samples=samples))
    assert (one.value, one.successes) == (0.75, None)


def test_scores_nobody_can_read_are_said_and_not_taken_as_zero(tmp_path: Path) -> None:
    samples = [{"id": ident, "scores": {"match": {"value": raw}}} for ident, raw in enumerate(["C", "C", "C", "maybe"])]
    reading = read(tmp_path, samples=samples)
    assert (only(reading).successes, tokens(only(reading).warnings)) == (None, {"unscored-items"})
    assert list(reading.samples[0].scores.values()) == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("raw", "value"),
    [("C", 1.0), ("I", 0.0), ("P", 0.5), ("N", 0.0), ("Yes", 1.0), ("false", 0.0), ("0.5", 0.5), (True, 1.0), (2, 2.0)]
    + [(raw, None) for raw in ("maybe", "nan", "inf", None, {}, [], float("nan"))],
)
def test_scores_are_counted_as_inspect_counts_them(raw: Any, value: float | None) -> None:
    assert score_value(raw) == value


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"invalidated": True}, "partial"),
        ({"log_updates": [{"edits": []}]}, "complete"),
        ({"config_updates": [{}]}, "complete"),
    ],
)
def test_a_log_edited_after_the_run_says_so(change: dict[str, Any], status: str, tmp_path: Path) -> None:
    reading = read(tmp_path, **change)
    assert reading.status == status
    assert "edited-after-run" in tokens(reading.warnings)


@pytest.mark.parametrize(
    ("said", "status"), [("error", "error"), ("started", "partial"), ("new", "partial"), (None, "unknown")]
)
def test_how_a_run_ended(said: Any, status: str, tmp_path: Path) -> None:
    assert read(tmp_path, status=said).status == status


@pytest.mark.parametrize(
    ("change", "judge"),
    [
        ({"params": {"grader_model": "openai/gpt-x"}}, "openai/gpt-x"),
        ({"params": {"model": ["a/b", "c/d"]}}, "a/b, c/d"),
        ({"params": {"model": {"model": "a/b", "config": {}}}}, "a/b"),
        ({"params": {"model": [{"model": "a/b"}, {"model": "c/d"}]}}, "a/b, c/d"),
        ({"scorer": "model_graded_qa", "params": {}}, "the evaluated model itself"),
    ],
)
def test_a_judge_model_is_named(change: dict[str, Any], judge: str, tmp_path: Path) -> None:
    reading = read(tmp_path, results=scores(**change))
    assert only(reading).conditions["judge"] == judge
    assert "judge-model" in tokens(reading.warnings)


def test_no_judge_no_warning(tmp_path: Path) -> None:
    reading = read(tmp_path)
    assert "judge" not in only(reading).conditions
    assert tokens(reading.warnings) == {"model-unpinned"}


def test_short_texts_of_the_task_are_conditions(tmp_path: Path) -> None:
    stated = only(read(tmp_path)).conditions
    assert stated == {"scorer": "match", "task-version": "1", "technical_requirement": "Fairness"}


def test_no_path_of_a_home_folder_is_repeated(tmp_path: Path) -> None:
    evaluated = {**log()["eval"], "dataset": {"location": "/home/somebody/data/set.csv"}}
    reading = read(tmp_path, eval=evaluated)
    assert "somebody" not in reading.model_dump_json()
    assert only(reading).dataset is not None


def test_a_naive_date_keeps_its_words(tmp_path: Path) -> None:
    reading = read(tmp_path, stats={"completed_at": "2026-01-01T01:00:00"})
    assert (reading.at, reading.at_text) == (None, "2026-01-01T01:00:00")
    assert only(reading).at_text == "2026-01-01T01:00:00"


def test_nan_in_a_log_is_no_value(tmp_path: Path) -> None:
    text = json.dumps(log()).replace("0.75", "NaN").replace('"value": 0.25', '"value": Infinity')
    one = only(read_as(tmp_path, "inspect", text))
    assert (one.value, one.stderr) == (None, None)


def test_a_version_of_the_future_is_read_with_a_warning(tmp_path: Path) -> None:
    for version in (3, "3", [2]):
        reading = read(tmp_path, version=version)
        assert "unknown-version" in tokens(reading.warnings)
        assert only(reading).value == 0.75
    without = {key: value for key, value in log().items() if key != "version"}
    assert "unknown-version" not in tokens(read_as(tmp_path, "inspect", without).warnings)


def test_the_oldest_shape_with_one_scorer_is_read(tmp_path: Path) -> None:
    results = {"scorer": {"name": "match"}, "metrics": {"accuracy": {"name": "accuracy", "value": 0.75}}}
    one = only(read(tmp_path, results={**results, "completed_samples": 4}))
    assert (one.measure, one.value, one.n) == ("inspect/qa/accuracy", 0.75, 4)


def test_wrong_types_anywhere_do_not_crash(tmp_path: Path) -> None:
    odd: list[Any] = [None, 1, "x", [], [1], {}, {"a": 1}]
    for key in ("status", "version", "results", "stats", "samples", "reductions", "plan", "invalidated", "log_updates"):
        for value in odd:
            read(tmp_path, **{key: value})
    for key in log()["eval"]:
        for value in odd:
            read(tmp_path, eval={**log()["eval"], key: value})
    for key in log()["results"]["scores"][0]:
        for value in odd:
            read(tmp_path, results=scores(**{key: value}))


def test_broken_and_foreign_archives_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, repacked("inspect_log/epochs2_limit2.eval", ("samples/",))).ident == "unknown-format"
    content = repacked("inspect_log/epochs2_limit2.eval", ("header",), header=b'{"status": ')
    assert refusal(tmp_path, content).ident == "broken-json"
    content = repacked("inspect_log/epochs2_limit2.eval", ("header",), header=b"[]")
    assert refusal(tmp_path, content).ident == "unreadable-evidence"


def test_a_mock_model_measures_nothing(tmp_path: Path) -> None:
    base = log()
    reading = read(tmp_path, eval={**base["eval"], "model": "mockllm/model"})
    assert reading.flags == ("mock-model",)
    assert "mock-model" in tokens(reading.warnings)


def test_an_edited_log_is_flagged(tmp_path: Path) -> None:
    assert read(tmp_path, log_updates=[{"edits": []}]).flags == ("edited-after-run",)
    assert read(tmp_path).flags == ()


def test_a_score_given_by_a_model_is_flagged_at_the_score(tmp_path: Path) -> None:
    one = only(read(tmp_path, results=scores(scorer="model_graded_qa", params={"grader_model": "acme/judge"})))
    assert (one.judge, one.flags) == ("acme/judge", ("judge-unvalidated",))


def test_what_was_planned_failed_and_stayed_unscored_is_counted(tmp_path: Path) -> None:
    results = scores(scored_samples=2, unscored_samples=1)
    one = only(read(tmp_path, results={**results, "total_samples": 4, "completed_samples": 3}))
    assert (one.planned, one.n, one.errors, one.unscored, one.missing) == (4, 2, 1, 1, 2)


def test_settings_of_the_run_are_kept(tmp_path: Path) -> None:
    base = log()
    evaluated = {**base["eval"], "run_id": "R1", "model_generate_config": {"temperature": 0.0, "seed": 7, "other": "x"}}
    reading = read(tmp_path, eval=evaluated)
    assert (reading.run_id, reading.config) == ("R1", {"epochs": "1", "temperature": "0.0", "seed": "7"})


def test_a_large_list_is_read_in_pieces_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {name: read_sample(f"inspect_log/popularity_{name}.eval") for name in ("deflate", "zstd")}
    monkeypatch.setattr("govkit.collectors.inspect_stream.STREAMED_BYTES", 10)
    for name, reading in whole.items():
        assert read_sample(f"inspect_log/popularity_{name}.eval") == reading


def test_a_score_that_somebody_edited_is_told_by_the_sample_alone() -> None:
    reading = read_sample("inspect_log/edited_score.eval")
    assert (only(reading).value, reading.flags) == (0.8, ("edited-after-run", "mock-model"))
    assert any("edited the scores of 1 sample" in warning for warning in reading.warnings)


def test_what_only_speaks_of_provenance_is_no_edit(tmp_path: Path) -> None:
    talk = json.dumps({"id": 0, "scores": {"match": {"value": "C", "history": []}}, "store": {"provenance": "x"}})
    content = repacked("inspect_log/edited_score.eval", ("header", "samples/0"), **{"0_epoch_1": talk.encode()})
    assert read_as(tmp_path, "inspect", content).flags == ("mock-model",)


def test_a_log_too_large_to_search_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspect_edits, "SEARCHED_BYTES", 10)
    reading = read_sample("inspect_log/edited_score.eval")
    assert reading.flags == ("mock-model",)
    assert "edits-unknown" in tokens(reading.warnings)


def test_a_word_that_is_no_score_is_unscored_although_inspect_counts_it_as_zero() -> None:
    reading = read_sample("inspect_log/unreadable_score.json")
    one = only(reading)
    assert (one.value, one.n, one.successes, one.unscored, one.missing) == (0.9, 10, None, 1, 1)
    assert "unscored-items" in tokens(one.warnings)
    assert len(reading.samples[0].scores) == 9


def test_samples_stopped_by_a_limit_are_said() -> None:
    reading = read_sample("inspect_log/stopped_by_limit.json")
    assert "stopped-samples: 10 of 10 samples were stopped by a limit (message 10) and scored" in reading.warnings
    whole = [{"id": 1, "scores": {"match": {"value": "C"}}, "limit": {"type": "token", "limit": 5.0}}, {"id": 2}]
    assert inspect_status.standing(
        inspect_archive.Log(log(), (), inspect_rows.Rows(frozenset()).all(whole), True, "")
    ).warnings == ("stopped-samples: 1 of 2 samples were stopped by a limit (token 1) and scored",)


def test_slices_and_their_sum_have_their_own_counts() -> None:
    reading = read_sample("inspect_log/grouped_all.json")
    first, second, whole = reading.measurements
    assert [(one.value, one.n, one.missing) for one in (first, second)] == [(1.0, 5, 0), (0.4, 5, 0)]
    assert (whole.value, whole.n, whole.stderr, whole.stderr_method) == (0.7, 10, 0.3, "clustered")
    assert "grp" not in whole.conditions
    assert [one.conditions for one in reading.samples] == [whole.conditions]


def grouped(**changes: Any) -> dict[str, Any]:
    document = json.loads(sample("inspect_log/grouped_all.json").read_text())
    for metric in document["results"]["scores"][0]["metrics"].values():
        metric["params"].update(changes if "group_key" in metric["params"] else {})
    return dict(document)


def test_a_mean_of_slices_is_named_and_has_no_count(tmp_path: Path) -> None:
    whole = read_as(tmp_path, "inspect", grouped(all="groups")).measurements[-1]
    assert (whole.value, whole.n, whole.conditions["aggregate"]) == (0.7, None, "mean of slices")
    assert "no-count" in tokens(whole.warnings)


def test_slices_with_names_from_a_template_are_found(tmp_path: Path) -> None:
    document = grouped(name_template="topic {group_name}!")
    metrics = document["results"]["scores"][0]["metrics"]
    for key in ("a", "b"):
        metrics[key]["name"] = f"topic {key}!"
    first, second, _ = read_as(tmp_path, "inspect", document).measurements
    assert [(one.conditions["grp"], one.n) for one in (first, second)] == [("topic a!", 5), ("topic b!", 5)]


def test_a_sum_of_slices_beside_the_same_metric_is_not_said_twice(tmp_path: Path) -> None:
    document = grouped()
    document["results"]["scores"][0]["metrics"]["accuracy"] = {"name": "accuracy", "value": 0.7}
    found = read_as(tmp_path, "inspect", document).measurements
    assert [one.conditions.get("grp") for one in found] == ["a", "b", None]


def changed_samples(change: Callable[[dict[str, Any]], None], *keep: str) -> bytes:
    """An archive whose first sample was changed; of a run that ended on 25 November 2026 at 22:00."""
    with zipfile.ZipFile(sample("inspect_log/edited_score.eval")) as old:
        member = next(name for name in old.namelist() if name.startswith("samples/0"))
        whole = json.loads(old.read(member))
    for one in whole["scores"].values():
        one["history"] = []
    whole["events"] = []
    change(whole)
    content = json.dumps(whole, indent=2).encode()
    return repacked(
        "inspect_log/edited_score.eval", ("header", "summaries", "reductions", *keep), **{"0_epoch_1": content}
    )


def ended() -> datetime:
    with zipfile.ZipFile(sample("inspect_log/edited_score.eval")) as archive:
        return datetime.fromisoformat(json.loads(archive.read("header.json"))["stats"]["completed_at"])


def with_history(whole: dict[str, Any]) -> None:
    """As `edit_score` leaves it where nobody was named as the author."""
    score = next(iter(whole["scores"].values()))
    score["history"] = [{"value": "I"}, {"value": "C", "answer": "UNCHANGED"}]


def with_edit_event(whole: dict[str, Any]) -> None:
    whole["events"] = [{"event": "score_edit", "score_name": "match", "edit": {"value": "C"}}]


def with_scoring(whole: dict[str, Any], *, after: float) -> None:
    moment = (ended() + timedelta(seconds=after)).isoformat()
    whole["events"] = [{"timestamp": moment, "working_start": 1.0, "event": "score", "score": {"value": "C"}}]


LATE = partial(with_scoring, after=60)
IN_TIME = partial(with_scoring, after=-1)


@pytest.mark.parametrize("streamed", [inspect_stream.STREAMED_BYTES, 10])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (with_history, "edited the scores of 1 sample"),
        (with_edit_event, "edited the scores of 1 sample"),
        (LATE, "scored after the run had ended"),
        (IN_TIME, None),
    ],
)
def test_changes_after_the_run_are_found_in_the_samples(
    change: Callable[[dict[str, Any]], None],
    said: str | None,
    streamed: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (inspect_stream, inspect_edits):
        monkeypatch.setattr(module, "STREAMED_BYTES", streamed)
    reading = read_as(tmp_path, "inspect", changed_samples(change, "samples/0"))
    assert ("edited-after-run" in reading.flags) == (said is not None)
    assert any(said is not None and said in one for one in reading.warnings) == (said is not None)


def test_a_mark_that_is_cut_in_two_by_the_pieces_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (inspect_stream, inspect_edits):
        monkeypatch.setattr(module, "STREAMED_BYTES", 10)
    monkeypatch.setattr(inspect_edits, "_PIECE", 7)
    for change in (with_history, with_edit_event, LATE):
        reading = read_as(tmp_path, "inspect", changed_samples(change, "samples/0"))
        assert "edited-after-run" in reading.flags


def test_a_sample_in_pieces_is_searched_in_its_shell_and_events(tmp_path: Path) -> None:
    base = repacked("inspect_log/edited_score.eval", ("header", "summaries", "reductions"))
    shell = {"id": 0, "epoch": 1, "scores": {"match": {"value": "C", "history": [{"value": "I"}]}}}
    late = {"timestamp": (ended() + timedelta(hours=1)).isoformat(), "event": "score", "score": {"value": "C"}}
    pieces = {"sample.json": shell, "events/0.json": [late], "events/1000.json": [{"event": "score_edit"}]}
    for name, content in pieces.items():
        stream = io.BytesIO(base)
        with zipfile.ZipFile(stream, "a") as archive:
            archive.writestr(f"samples/0_epoch_1/{name}", json.dumps(content))
        assert "edited-after-run" in read_as(tmp_path, "inspect", stream.getvalue()).flags


def test_what_only_talks_of_edits_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def talk(whole: dict[str, Any]) -> None:
        whole["store"] = {"history": [{"event": "score_edit"}], "events": [{"event": "score_edit"}]}
        whole["messages"] = [{"role": "user", "content": '"history": [{"value": 1}], "event": "score_edit"'}]

    for streamed in (inspect_stream.STREAMED_BYTES, 10):
        monkeypatch.setattr(inspect_edits, "STREAMED_BYTES", streamed)
        assert read_as(tmp_path, "inspect", changed_samples(talk, "samples/0")).flags == ("mock-model",)


def test_a_json_log_is_searched_as_well(tmp_path: Path) -> None:
    late = {"timestamp": "2026-01-01T02:00:00+00:00", "event": "score", "score": {"value": "C"}}
    scored = {"id": 1, "scores": {"match": {"value": "C"}}, "events": [late]}
    assert read(tmp_path, samples=[scored]).flags == ("edited-after-run",)
    in_time = {**scored, "events": [{**late, "timestamp": "2026-01-01T00:30:00+00:00"}]}
    assert read(tmp_path, samples=[in_time]).flags == ()


def test_a_log_without_samples_says_that_edits_cannot_be_told(tmp_path: Path) -> None:
    assert "edits-unknown" in tokens(read(tmp_path, samples=[]).warnings)
    content = repacked("inspect_log/edited_score.eval", ("header", "summaries", "reductions"))
    assert "edits-unknown" in tokens(read_as(tmp_path, "inspect", content).warnings)


def test_samples_are_not_touched_where_nothing_was_scored(tmp_path: Path) -> None:
    header = json.dumps(log(results=None)).encode()
    content = repacked("inspect_log/edited_score.eval", ("header",), header=header)
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("samples/0_epoch_1.json", "{broken")
    reading = read_as(tmp_path, "inspect", stream.getvalue())
    assert (reading.measurements, "edits-unknown" in tokens(reading.warnings)) == ((), False)


def test_a_scorer_that_was_not_planned_is_said(tmp_path: Path) -> None:
    planned = {**log()["eval"], "scorers": [{"name": "pkg/includes"}]}
    reading = read(tmp_path, eval=planned)
    assert ("scorer-unplanned" in tokens(reading.warnings), reading.flags) == (True, ())
    for name in ("match", "pkg/match", "match1"):
        planned = {**log()["eval"], "scorers": [{"name": name}]}
        assert "scorer-unplanned" not in tokens(read(tmp_path, eval=planned).warnings)


def test_an_error_that_is_only_rounding_is_none(tmp_path: Path) -> None:
    metrics = {"accuracy": {"value": 2 / 3}, "stderr": {"value": 3.7e-17}}
    one = only(read(tmp_path, results=scores(metrics=metrics)))
    assert (one.stderr, tokens(one.warnings)) == (None, {"zero-stderr"})


def test_nan_and_reduced_scores_are_the_same_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    summaries = [
        {
            "id": ident,
            "epoch": 1,
            "scores": {"match": {"value": raw, "metadata": {"odd": [float("nan"), -float("inf")]}}},
        }
        for ident, raw in enumerate([float("nan"), "C", {"a": 1.0, "b": 0}, [1, 2], "NaN, or: NaN ", None])
    ]
    reduced = [
        {"scorer": "other", "samples": [{"sample_id": 7, "value": 1}]},
        {
            "scorer": "match",
            "reducer": "mean",
            "samples": [{"value": one["scores"]["match"]["value"], "sample_id": one["id"]} for one in summaries],
        },
    ]
    for members in ({"summaries": summaries}, {"summaries": summaries, "reductions": reduced}):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("header.json", json.dumps({key: one for key, one in log().items() if key != "samples"}))
            for name, content in members.items():
                archive.writestr(f"{name}.json", json.dumps(content))
        whole = read_as(tmp_path, "inspect", stream.getvalue())
        with monkeypatch.context() as patched:
            patched.setattr(inspect_stream, "STREAMED_BYTES", 10)
            for piece in (64, 65, 71, 97, 1 << 20):
                patched.setattr(inspect_stream, "_PIECE", piece)
                assert read_as(tmp_path, "inspect", stream.getvalue()) == whole


def test_too_many_samples_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspect_rows, "MOST_ROWS", 3)
    assert refusal(tmp_path, json.dumps(log()).encode()).ident == "too-large"
