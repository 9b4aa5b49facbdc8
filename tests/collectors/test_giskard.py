"""Giskard: findings are counted, and an empty list is not taken for a look."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govkit.collectors import registry
from tests.collectors.given import read_sample, refusal, tokens, written


def test_findings_are_counted_by_detector_and_level() -> None:
    reading = read_sample("giskard/scan_2.19.2.json")
    found = {(one.measure, one.conditions["level"]): one for one in reading.measurements}
    assert found["giskard/PerformanceBiasDetector/findings", "major"].value == 1
    assert found["giskard/SpuriousCorrelationDetector/findings", "minor"].value == 2
    assert [found["giskard/findings", level].value for level in ("major", "medium", "minor")] == [2, 0, 2]
    assert {(one.unit, one.n, one.higher_is_better) for one in reading.measurements} == {("count", None, False)}
    place = found["giskard/OverconfidenceDetector/findings", "major"].place
    assert place == "/OverconfidenceDetector/major"


def test_that_nothing_was_found_is_not_shown_to_mean_that_somebody_looked() -> None:
    reading = read_sample("giskard/scan_2.19.2.json")
    assert reading.status == "unknown"
    assert tokens(reading.warnings) == {"nothing-found", "completion-unknown", "model-unknown"}
    assert "6 detectors" in reading.warnings[0]


def test_the_sentences_are_not_kept() -> None:
    assert "income" not in read_sample("giskard/scan_2.19.2.json").model_dump_json()


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"FaceDetector": {"score": 0.4}},
        {"FaceDetector": {"major": [1]}},
        {"FaceDetector": []},
        {"weather": {"major": ["rain"]}},
        {"ADetector": {"major": ["x"]}, "summary": "text"},
    ],
)
def test_other_objects_are_not_claimed(other: Any, tmp_path: Path) -> None:
    assert refusal(tmp_path, other).ident == "unknown-format"


def test_a_detector_of_ones_own_is_read_beside_the_others(tmp_path: Path) -> None:
    reading = registry.read(written(tmp_path, {"BiasDetector": {}, "my check": {"info": ["a"]}}), "scan")
    found = {(one.measure, one.conditions["level"]): one.value for one in reading.measurements}
    assert found["giskard/my check/findings", "info"] == 1
    assert found["giskard/findings", "info"] == 1
