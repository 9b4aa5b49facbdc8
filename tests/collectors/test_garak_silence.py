"""garak: answers without words, probes and detectors without a result, and runs that cannot be told apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from govkit.collectors import registry
from govkit.model.evidence import Reading
from tests.collectors.given import by_measure, read_sample, refusal, tokens, written
from tests.collectors.test_garak import END, INIT, SETUP, attempt, rate, read, summed


def test_a_target_that_says_nothing_resists_nothing() -> None:
    reading = read_sample("garak/silent_0.17.1.report.jsonl")
    resisted, bypass = rate(reading, "dan.DAN"), rate(reading, "mitigation.MitigationBypass")
    assert (resisted.value, resisted.n, resisted.unscored) == (None, 0, 2)
    assert {"empty-answers", "no-rate"} <= tokens(resisted.warnings)
    # Not to refuse is a hit for this detector, and stays one.
    assert (bypass.value, bypass.n, bypass.unscored) == (1.0, 2, 0)
    assert not [one for one in reading.measurements if "dan.DAN" in one.conditions.values() and one.value is not None]


@pytest.mark.parametrize("words", ["", "  \n", {"text": ""}, {"text": None}, {"text": " ", "data_path": None}])
def test_empty_answers_have_no_score(words: Any, tmp_path: Path) -> None:
    rows = [attempt("a", 0.0, 1.0, outputs=[words, "yes"]), attempt("b", 0.0, 0.0, outputs=["no", "no"])]
    row = summed(3, 4, confidence=0.95, confidence_lower=0.1, confidence_upper=0.6, confidence_method="bootstrap")
    found = rate(read(tmp_path, *rows, {**row, "intents": {"I": {"passed": 3, "total_evaluated": 4, "nones": 0}}}))
    assert (found.successes, found.n, found.unscored, found.clusters) == (1, 3, 1, 2)
    assert (found.value, found.interval) == (pytest.approx(1 / 3), None)  # garak's interval is on another rate


def test_a_picture_without_words_is_an_answer(tmp_path: Path) -> None:
    found = rate(read(tmp_path, attempt("a", 0.0, outputs=[{"text": "", "data_path": "cat.png"}]), summed(1, 1)))
    assert (found.value, found.n, found.unscored) == (0.0, 1, 0)


def test_a_rate_by_intent_leaves_the_empty_answers_of_that_intent_out(tmp_path: Path) -> None:
    rows = [attempt("a", 0.0, outputs=[""], intent="I"), attempt("b", 0.0, outputs=["no"], intent="J")]
    intents = {intent: {"passed": 1, "total_evaluated": 1, "nones": 0} for intent in "IJ"}
    tries = {"1": {"score": 0.0, "prompts": 2}}
    reading = read(tmp_path, *rows, summed(2, 2, intents=intents, hit_at_k=tries))
    by_intent = {one.conditions["intent"]: one.n for one in reading.measurements if "intent" in one.conditions}
    assert by_intent == {"J": 1}
    assert "garak/p.P/hit-at-k" not in by_measure(reading)  # half of the tries are empty
    assert "hit-at-k-left-out" in tokens(rate(reading).warnings)


def test_a_few_empty_answers_leave_the_rate_over_tries(tmp_path: Path) -> None:
    rows = [attempt(str(at), 0.0, outputs=["" if at == 0 else "no"]) for at in range(30)]
    found = by_measure(read(tmp_path, *rows, summed(30, 30, hit_at_k={"1": {"score": 0.0, "prompts": 30}})))
    assert (found["garak/p.P/hit-at-k"].value, found["garak/p.P/attack-success"].n) == (0.0, 29)


def test_requests_without_an_answer_are_counted_where_old_versions_drop_them(tmp_path: Path) -> None:
    row = {"entry_type": "eval", "probe": "p.P", "detector": "detector.d.D", "passed": 1, "total": 2}
    found = rate(read(tmp_path, attempt("a", 0.0, 1.0, outputs=["no", None, "yes"]), row))
    assert (found.successes, found.n, found.unscored) == (1, 2, 1)
    unknown = rate(read(tmp_path, attempt("a", 0.0, 1.0, outputs=None), row))
    assert (unknown.n, unknown.unscored) == (2, None)


def test_answers_that_cannot_be_matched_to_scores_change_nothing(tmp_path: Path) -> None:
    found = rate(read(tmp_path, attempt("a", 0.0, 0.0, outputs=["", "", "", None]), summed(2, 2)))
    assert (found.value, found.n, found.unscored) == (0.0, 2, 0)


@pytest.mark.parametrize(
    ("setup", "status", "said"),
    [
        ({"plugins.probe_spec": "p.P,encoding.InjectBase64"}, "partial", "probes-missing"),
        ({"plugins.probe_spec": "p,encoding"}, "partial", "probes-missing"),
        ({"run.spec": {"include": ["probes.p.P", "probes.dan.Dan_11_0"]}}, "partial", "probes-missing"),
        ({"plugins.probe_spec": "p.P,p"}, "complete", None),
        ({"plugins.probe_spec": "all"}, "complete", None),
        ({"run.spec": {"include": ["probes.*", "tag:owasp:llm01", {"tier": 1}]}}, "complete", None),
        ({"transient.active_probes": ["probes.p.P", "probes.fileformats.HF_Files"]}, "complete", "probes-skipped"),
        ({"plugins.probe_spec": 7, "run.spec": ["x"], "transient.active_probes": 3.5}, "complete", None),
    ],
)
def test_probes_that_were_asked_for_and_gave_nothing_are_named(
    setup: dict[str, Any], status: str, said: str | None, tmp_path: Path
) -> None:
    reading = read(tmp_path, attempt("a", 0.0), summed(1, 1), **setup)
    assert reading.status == status
    assert {one for one in tokens(reading.warnings) if one.startswith("probes-")} == ({said} if said else set())


def test_a_probe_whose_own_detector_gave_nothing_says_so(tmp_path: Path) -> None:
    cache = {"entry_type": "plugin_cache", "plugin_cache": {"probes": {"probes.p.P": {"primary_detector": "m.Main"}}}}
    rows = (cache, attempt("a", 0.0), summed(1, 1))
    assert "main-detector-missing" in tokens(rate(read(tmp_path, *rows)).warnings)
    chosen = read(tmp_path, *rows, **{"plugins.detector_spec": "d.D"})
    assert "main-detector-missing" not in tokens(rate(chosen).warnings)
    both = read(tmp_path, *rows, {**summed(1, 1), "detector": "m.Main"})
    assert "main-detector-missing" not in tokens(rate(both).warnings)


def test_a_second_run_on_another_target_is_refused_and_one_on_the_same_is_told(tmp_path: Path) -> None:
    rows = [SETUP, INIT, attempt("a", 0.0), summed(1, 1), END]

    def twice(**setup: str) -> str:
        return "\n".join(map(json.dumps, [*rows, {**SETUP, **setup}, *rows[1:]]))

    refused = refusal(tmp_path, twice(**{"plugins.target_name": "another"}))
    assert "another target" in str(refused)
    same: Reading = registry.read(written(tmp_path, twice()), "report")
    assert "several-runs" in tokens(same.warnings)


def test_a_report_of_2023_is_read_and_does_not_say_whether_it_had_ended() -> None:
    reading = read_sample("garak/scan_0.9.0.6.report.jsonl")
    found = rate(reading, "dan.DAN")
    assert (found.measure, found.successes, found.n) == ("garak/dan.Dan_11_0/attack-success", 3, 3)
    assert reading.model is not None
    assert (reading.model.id, reading.config["generations"]) == ("mytarget#answer_s", "3")
    assert (reading.status, {"completion-unknown", "probes-missing"} <= tokens(reading.warnings)) == ("partial", True)


def test_an_old_report_of_what_was_asked_for_has_no_known_end(tmp_path: Path) -> None:
    rows = [SETUP, {**INIT, "garak_version": "0.9.0.13.post1"}, attempt("a", 0.0), summed(1, 1)]
    assert registry.read(written(tmp_path, "\n".join(map(json.dumps, rows))), "report").status == "unknown"


def test_a_hit_log_is_no_result_and_says_where_the_result_is(tmp_path: Path) -> None:
    hit = {"goal": "g", "prompt": "p", "attempt_id": "1", "probe": "p.P", "detector": "d.D", "score": 1.0}
    lines = "\n".join([json.dumps(hit)] * 2)
    assert "hit log" in str(refusal(tmp_path, lines))
    assert "report.jsonl" in (refusal(tmp_path, lines).fix or "")


def test_a_web_page_is_told_from_a_result(tmp_path: Path) -> None:
    assert "web page" in str(refusal(tmp_path, "\n<!DOCTYPE html><html></html>"))
