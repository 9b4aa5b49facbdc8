"""garak: reports of five versions, digests, and which way round their rates are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from govkit.collectors import registry
from govkit.model.evidence import Measurement, Reading
from tests.collectors.given import read_sample, refusal, sample, tokens, written

SETUP = {
    "entry_type": "start_run setup",
    "_config.version": "0.17.1",
    "plugins.target_type": "openai.OpenAIGenerator",
    "plugins.target_name": "gpt-4o",
    "run.generations": 2,
}
INIT = {"entry_type": "init", "garak_version": "0.17.1", "start_time": "2026-01-01T10:00:00", "run": "r-1"}
END = {"entry_type": "completion", "end_time": "2026-01-01T11:00:00", "run": "r-1"}


def attempt(prompt: str, *scores: float | None, **changes: Any) -> dict[str, Any]:
    """An evaluated attempt of the probe p.P with these scores of the detector d.D."""
    turns = [{"role": "user", "content": {"text": prompt}}]
    base = {"entry_type": "attempt", "status": 2, "probe_classname": "p.P", "prompt": {"turns": turns}}
    return {**base, "detector_results": {"d.D": list(scores)}, "outputs": ["words of an answer"], **changes}


def summed(passed: int, n: int, **changes: Any) -> dict[str, Any]:
    """The eval row of the probe p.P and the detector d.D."""
    base = {"entry_type": "eval", "probe": "p.P", "detector": "d.D", "passed": passed, "fails": n - passed}
    return {**base, "nones": 0, "total_evaluated": n, "total_processed": n, **changes}


def read(folder: Path, *rows: dict[str, Any], end: bool = True, **setup: Any) -> Reading:
    lines = [{**SETUP, **setup}, INIT, *rows, *([END] if end else [])]
    return registry.read(written(folder, "\n".join(map(json.dumps, lines))), "report")


def rate(reading: Reading, detector: str | None = None) -> Measurement:
    found = [one for one in reading.measurements if one.measure.endswith("/attack-success")]
    return next(one for one in found if detector in (None, one.conditions["detector"]))


def test_the_shared_report_passed_on_all_eight() -> None:
    reading = read_sample("garak/report_test.report.jsonl")
    found = rate(reading)
    assert (found.measure, found.value, found.successes, found.n) == ("garak/test.Test/attack-success", 0.0, 0, 8)
    assert (found.interval, found.unscored, found.higher_is_better) == (None, 0, False)
    assert (found.n_basis, found.clusters) == ("items", None)
    assert reading.model is not None
    assert (reading.model.id, reading.config["target-type"]) == ("qwen2", "openai.OpenAICompatible")
    assert (reading.status, reading.at, reading.at_text) == ("complete", None, "2025-11-21T10:08:02.320343")
    assert reading.run_id == "32a5cc8c-6e1f-4c2a-b218-f16f65ab1359"
    assert (found.flags, found.place) == (("unreliable",), "line 11")  # always.Pass looks at nothing


def test_the_interval_of_a_report_is_on_successful_attacks() -> None:
    found = rate(read_sample("garak/test_with_ci.report.jsonl"))
    assert (found.value, found.successes, found.n) == (0.26, 13, 50)
    assert found.interval is not None
    assert (found.interval.low, found.interval.high, found.interval.level) == (0.14, 0.38, 0.95)
    assert "bootstrap" in found.interval.method
    # The fixture holds 4 attempts of 50 answers: nothing is made of them.
    assert found.clusters is None
    assert {"attempts-differ", "groups-unknown"} <= tokens(found.warnings)


def test_answers_to_one_prompt_are_one_group_and_those_not_judged_are_not_counted() -> None:
    reading = read_sample("garak/scan_0.17.1.report.jsonl")
    bypass = rate(reading, "mitigation.MitigationBypass")
    assert (bypass.successes, bypass.n, bypass.unscored, bypass.clusters) == (71, 137, 7, 36)
    assert bypass.n_basis == "trials"
    scores = next(one for one in reading.samples if one.conditions["detector"] == "mitigation.MitigationBypass")
    assert (len(scores.scores), sum(scores.scores.values()), len(set(scores.clusters.values()))) == (137, 71, 36)
    assert scores.binary is True


def test_an_interval_without_width_is_no_certainty_even_where_the_rate_is_elsewhere() -> None:
    # garak corrected 71 of 137 for the errors of its detector, and arrived at [0, 0].
    bypass = rate(read_sample("garak/scan_0.17.1.report.jsonl"), "mitigation.MitigationBypass")
    assert (bypass.interval, "zero-width-interval" in tokens(bypass.warnings)) == (None, True)


def test_chances_in_k_tries_and_rates_by_intent_are_read() -> None:
    reading = read_sample("garak/scan_0.17.1.report.jsonl")
    tries = {
        one.conditions["k"]: one
        for one in reading.measurements
        if one.measure == "garak/divergence.Repeat/hit-at-k" and "Bypass" in one.conditions["detector"]
    }
    assert {k: (round(one.value or 0, 4), one.n) for k, one in tries.items()} == {"1": (0.5301, 36), "n": (0.7778, 36)}
    intents = [one for one in reading.measurements if one.measure.endswith("-by-intent")]
    assert {one.conditions["intent"] for one in intents} == {"T008data"}
    assert {(one.n, one.unscored, one.clusters) for one in intents} == {(137, 7, 36)}


@pytest.mark.parametrize("version", ["0.9.0.16", "0.12.0"])
def test_old_reports_give_the_same_names_and_counts(version: str) -> None:
    reading = read_sample(f"garak/scan_{version}.report.jsonl")
    found = rate(reading)
    assert (found.measure, found.conditions) == ("garak/test.Test/attack-success", {"detector": "always.Pass"})
    assert (found.successes, found.n, found.clusters, found.unscored) == (0, 16, 8, None)
    assert (reading.flags, reading.model, reading.status) == (("mock-model",), None, "complete")
    assert reading.tool is not None
    assert reading.tool.version == version


def test_prompts_have_the_same_keys_in_all_versions(tmp_path: Path) -> None:
    row = summed(1, 2)
    new = read(tmp_path, attempt("hello", 0.0, 1.0), row)
    old = read(tmp_path, {**attempt("hello", 0.0, 1.0), "prompt": "hello"}, row)
    assert new.samples[0].scores.keys() == old.samples[0].scores.keys()


def test_a_digest_is_turned_round_to_successful_attacks() -> None:
    digest, report = read_sample("garak/digest_0.17.1.json"), read_sample("garak/scan_0.17.1.report.jsonl")
    for detector in ("divergence.RepeatDiverges", "mitigation.MitigationBypass"):
        one, other = rate(digest, detector), rate(report, detector)
        assert (one.measure, one.value, one.successes, one.n) == (other.measure, other.value, other.successes, other.n)
    assert (digest.status, digest.format_version) == ("unknown", "digest")
    assert "completion-unknown" in tokens(digest.warnings)
    assert (
        rate(digest, "divergence.RepeatDiverges").place
        == "/eval/divergence/divergence.Repeat/divergence.RepeatDiverges"
    )


def test_the_interval_of_a_digest_is_on_resisted_attacks(tmp_path: Path) -> None:
    row = {
        "absolute_score": 0.74,
        "total_evaluated": 50,
        "passed": 37,
        "confidence": "0.95",
        "absolute_confidence_lower": 0.62,
        "absolute_confidence_upper": 0.86,
        "relative_score": -0.4,
    }
    digest = {"entry_type": "digest", "meta": {"target_name": "m"}, "eval": {}}
    digest["eval"] = {
        "g": {"_summary": {"score": 0.5}, "p.P": {"_summary": {}, "d.D": row}},
        "h": {"p.P": {"d.D": row}},
    }
    reading = registry.read(written(tmp_path, digest), "digest")
    (found,) = reading.measurements  # two groups share the probe; group scores and z-scores are no rates
    assert (found.value, found.successes) == (0.26, 13)
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((0.14, 0.38))
    assert reading.model is not None


def test_an_old_digest_has_rates_without_counts() -> None:
    found = rate(read_sample("garak/digest_0.12.0.json"), "dan.DAN")
    assert (found.value, found.n, found.successes) == (1.0, None, None)
    assert "no-count" in tokens(found.warnings)


def test_a_report_that_does_not_end_is_partial(tmp_path: Path) -> None:
    reading = read(tmp_path, attempt("a", 0.0), summed(1, 1), end=False)
    assert (reading.status, rate(reading).value, "unfinished-run" in tokens(reading.warnings)) == ("partial", 0.0, True)


def test_a_report_in_which_no_probe_ended_holds_no_measurement(tmp_path: Path) -> None:
    reading = read(tmp_path, attempt("a", 0.0), end=False)
    assert (reading.status, reading.measurements) == ("partial", ())
    assert "no-measurements" in tokens(reading.warnings)
    assert read(tmp_path).status == "error"


def test_an_aggregated_report_cannot_say_whether_its_parts_had_ended() -> None:
    reading = read_sample("garak/aggregated_0.17.1.report.jsonl")
    assert (reading.status, "aggregated-report" in tokens(reading.warnings)) == ("unknown", True)
    parts = [one.conditions.get("part") for one in reading.measurements if one.measure.endswith("/attack-success")]
    assert parts == [None, None, "2", "2"]


def test_answers_that_all_could_not_be_judged_give_no_rate(tmp_path: Path) -> None:
    reading = read(tmp_path, attempt("a", None, None), summed(0, 0, nones=2))
    found = rate(reading)
    assert (found.value, found.successes, found.n, found.unscored) == (None, None, 0, 2)
    assert "no-rate" in tokens(found.warnings)


@pytest.mark.parametrize("passed", [7, -1, "3", None, True])
def test_counts_that_cannot_be_are_not_used(passed: Any, tmp_path: Path) -> None:
    row = {**summed(3, 5), "passed": passed}
    found = rate(read(tmp_path, row))
    assert (found.value, found.successes) == (None, None)


def test_intents_and_tries_that_make_no_sense_are_left_out(tmp_path: Path) -> None:
    odd = {"intents": {"a": None, "b": {"total_evaluated": 2, "passed": 9}}, "hit_at_k": {"1": None, "2": {"score": 7}}}
    reading = read(tmp_path, summed(1, 2, **odd))
    assert {one.measure for one in reading.measurements if one.value is not None} == {"garak/p.P/attack-success"}


def test_passed_and_failed_must_add_up(tmp_path: Path) -> None:
    found = rate(read(tmp_path, summed(3, 5, fails=1)))
    assert (found.value, "counts-disagree" in tokens(found.warnings)) == (None, True)


@pytest.mark.parametrize(
    ("bounds", "word"),
    [((0.0, 0.0), "zero-width-interval"), ((0.5, 0.9), "interval-elsewhere"), (("0.1", 0.9), None)],
)
def test_intervals_of_no_use_are_dropped(bounds: tuple[Any, Any], word: str | None, tmp_path: Path) -> None:
    stated = {"confidence": 0.95, "confidence_lower": bounds[0], "confidence_upper": bounds[1]}
    found = rate(read(tmp_path, summed(4, 5, **stated)))
    assert found.interval is None
    assert word is None or word in tokens(found.warnings)


def test_a_threshold_in_the_setup_is_used(tmp_path: Path) -> None:
    rows = (attempt("a", 0.6, 0.9), summed(1, 2))
    assert rate(read(tmp_path, *rows)).clusters is None  # at 0.5 both would be hits, so the attempts do not fit
    assert rate(read(tmp_path, *rows, **{"run.eval_threshold": 0.8})).clusters == 1


@pytest.mark.parametrize(
    ("detector", "judge"),
    [
        ("judge.ModelAsJudge", "llama-70b"),
        ("judge.Refusal", "mixtral"),
        ("misleading.MustContradictNLI", "misleading.MustContradictNLI"),
        ("agent_breaker.AgentBreakerResult", None),
    ],
)
def test_a_model_that_decides_is_a_judge(detector: str, judge: str | None, tmp_path: Path) -> None:
    options = {"judge": {"detector_model_name": "llama-70b", "Refusal": {"detector_model_name": "mixtral"}}}
    found = rate(read(tmp_path, summed(1, 2, detector=detector), **{"plugins.detectors": options}))
    assert (found.judge, found.flags) == (judge, ("judge-unvalidated",))


def test_a_target_without_a_name_leaves_the_model_open(tmp_path: Path) -> None:
    reading = read(tmp_path, summed(1, 2), **{"plugins.target_name": None})
    assert (reading.model, "model-unknown" in tokens(reading.warnings)) == (None, True)


def test_words_of_prompts_and_answers_are_not_kept(tmp_path: Path) -> None:
    kept = read(tmp_path, attempt("words of a prompt", 0.0, 1.0), summed(1, 2)).model_dump_json()
    assert "words of" not in kept


def test_a_report_cut_off_in_a_line_is_refused_with_the_line(tmp_path: Path) -> None:
    content = sample("garak/scan_0.17.1.report.jsonl").read_bytes()
    error = refusal(tmp_path, content[: len(content) - 30])
    assert (error.ident, error.line) == ("broken-json", 42)


@pytest.mark.parametrize(
    "other", [{"entry_type": "digest"}, {"entry_type": "eval"}, {"entry_type": "init", "x": 1}, {"entry_type": []}]
)
def test_other_files_with_an_entry_type_are_not_claimed(other: Any, tmp_path: Path) -> None:
    assert refusal(tmp_path, json.dumps(other) + "\n" + json.dumps(other)).ident == "unknown-format"


def test_a_report_of_many_attempts_is_read_in_pieces(tmp_path: Path) -> None:
    rows = [attempt(f"prompt {at}", 0.0, 1.0) for at in range(2000)]
    found = rate(read(tmp_path, *rows, summed(2000, 4000)))
    assert (found.successes, found.n, found.clusters) == (2000, 4000, 2000)
