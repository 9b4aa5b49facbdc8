"""RobustBench model records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govkit.model.evidence import Measurement, Reading
from tests.collectors.given import by_measure, read_as, read_sample, refusal, tokens

XIAO = "robustbench/Xiao2020Enhancing.json"


def record(**changes: Any) -> dict[str, Any]:
    """A small record of the Linf leaderboard."""
    base = {"link": "l", "name": "paper", "dataset": "cifar10", "eps": "8/255", "clean_acc": "90.0", "reported": "60"}
    return {**base, "autoattack_acc": "50.0", **changes}


def robust(folder: Path, **changes: Any) -> Measurement:
    return by_measure(read_as(folder, "robustbench", record(**changes)))["robustbench/cifar10/robust-accuracy"]


def values(reading: Reading) -> list[tuple[str, float | None, str | None]]:
    return [(one.measure.removeprefix("robustbench/"), one.value, one.unit) for one in reading.measurements]


def test_the_unreliable_sample_is_flagged_and_its_lowest_accuracy_taken() -> None:
    reading = read_sample(XIAO)
    assert values(reading) == [
        ("cifar10/clean-accuracy", 79.28, "percent"),
        ("cifar10/robust-accuracy", 7.4, "percent"),
        ("cifar10/reported-robust-accuracy", 52.4, "percent"),
    ]
    assert reading.flags == ("unreliable",)
    found = by_measure(reading)
    lowest = found["robustbench/cifar10/robust-accuracy"]
    assert (lowest.place, lowest.conditions, lowest.higher_is_better) == ("/external", {"eps": "0.031"}, True)
    assert "lowest-of-several: the lowest of autoattack_acc 18.5, external 7.4" in lowest.warnings
    assert found["robustbench/cifar10/reported-robust-accuracy"].flags == ("self-reported",)
    assert {one.n for one in reading.measurements} == {None}
    assert {"text-number", "no-count"} <= tokens(lowest.warnings)


def test_what_only_the_path_says_is_said_to_be_unknown() -> None:
    reading = read_sample(XIAO)
    assert reading.model is None
    assert tokens(reading.warnings) == {"model-unknown", "published-model", "threat-model-unknown", "unreliable"}
    assert "threat-model-unknown" not in tokens(read_sample("robustbench/Tian2022Deeper_DeiT-B.json").warnings)
    assert not any("threat" in key for one in reading.measurements for key in one.conditions)


def test_corruptions_have_their_own_measures_and_an_empty_text_is_no_number() -> None:
    reading = read_sample("robustbench/Tian2022Deeper_DeiT-B.json")
    assert [(one.measure, one.conditions, one.value, one.higher_is_better) for one in reading.measurements] == [
        ("robustbench/imagenet/clean-accuracy", {}, 80.32, True),
        ("robustbench/imagenet/corruptions-accuracy", {"corruptions": "2d"}, 62.88, True),
        ("robustbench/imagenet/corruptions-accuracy", {"corruptions": "3d"}, 64.32, True),
        ("robustbench/imagenet/corruptions-error", {"corruptions": "2d"}, 47.06, False),
        ("robustbench/imagenet/corruptions-error", {"corruptions": "3d"}, 49.84, False),
    ]


def test_a_number_that_is_no_text_has_no_unit() -> None:
    clean = by_measure(read_sample("robustbench/AlexNet.json"))["robustbench/imagenet/clean-accuracy"]
    assert (clean.value, clean.unit) == (0.5538, None)
    assert "unit-unclear" in tokens(clean.warnings)


def test_records_of_2020_name_autoattack_otherwise() -> None:
    lowest = by_measure(read_sample("robustbench/Alayrac2019Labels.json"))["robustbench/cifar10/robust-accuracy"]
    assert (lowest.value, lowest.place) == (56.01, "/AA+")


def test_accuracies_that_cannot_be_compared_have_no_lowest(tmp_path: Path) -> None:
    for odd in ({"external": 0.4}, {"external": "about 40"}):
        one = robust(tmp_path, **odd)
        assert (one.value, "lowest-unknown" in tokens(one.warnings)) == (None, True)
    assert robust(tmp_path, external="").value == 50.0
    assert robust(tmp_path, external=None).value == 50.0


@pytest.mark.parametrize("raw", ["52,4", "52.4 %", "~50", "nan", "1e2", "", "٥٠", "50" * 5])
def test_text_that_is_no_plain_number_is_not_guessed_at(raw: str, tmp_path: Path) -> None:
    found = by_measure(read_as(tmp_path, "robustbench", record(clean_acc=raw)))
    clean = found.get("robustbench/cifar10/clean-accuracy")
    assert clean is None if raw == "" else clean is not None and clean.value is None


def test_more_than_a_hundred_percent_is_refused_for_accuracies_only(tmp_path: Path) -> None:
    changed = record(clean_acc="101", corruptions_mce="120.5")
    found = by_measure(read_as(tmp_path, "robustbench", changed))
    assert found["robustbench/cifar10/clean-accuracy"].value is None
    assert found["robustbench/cifar10/corruptions-error"].value == 120.5


@pytest.mark.parametrize(("raw", "flags"), [(True, ("unreliable",)), ("yes", ("unreliable",)), (False, ()), (None, ())])
def test_whatever_is_said_of_reliability_other_than_no_is_a_flag(
    raw: Any, flags: tuple[str, ...], tmp_path: Path
) -> None:
    assert read_as(tmp_path, "robustbench", record(unreliable=raw)).flags == flags


def test_lookalikes_are_not_claimed(tmp_path: Path) -> None:
    for content in ({"clean_acc": 0.9, "autoattack_acc": 0.5}, {"link": "l", "autoattack_acc": "1"}):
        assert refusal(tmp_path, content).ident == "unknown-format"


def test_what_authors_state_of_corrupted_images_is_no_robust_accuracy(tmp_path: Path) -> None:
    corrupted = {**record(), "corruptions_acc": "85.04", "reported": "85.0", "eps": "8/255"}
    del corrupted["autoattack_acc"]
    found = by_measure(read_as(tmp_path, "robustbench", corrupted))
    stated = found["robustbench/cifar10/reported-corruptions-accuracy"]
    assert (stated.value, stated.flags, stated.conditions) == (85.0, ("self-reported",), {})
    assert "robustbench/cifar10/reported-robust-accuracy" not in found


def test_the_accuracy_of_a_newer_autoattack_counts_too(tmp_path: Path) -> None:
    empty = {"autoattack_acc": "", "AA": "", "AA+": "", "AA_new": "53.74"}
    assert (robust(tmp_path, **empty).value, robust(tmp_path, **empty).place) == (53.74, "/AA_new")
    assert robust(tmp_path, AA="60.1", AA_new="48.2").value == 48.2


def test_a_text_that_says_null_states_nothing(tmp_path: Path) -> None:
    found = by_measure(read_as(tmp_path, "robustbench", record(reported="null")))
    assert "robustbench/cifar10/reported-robust-accuracy" not in found


@pytest.mark.parametrize(("dataset", "doubted"), [("cifar10", True), ("cifar100", False), ("imagenet", False)])
def test_records_of_corruptions_may_name_the_wrong_dataset(dataset: str, doubted: bool, tmp_path: Path) -> None:
    reading = read_as(tmp_path, "robustbench", record(dataset=dataset, corruptions_acc="56.72"))
    assert ("dataset-doubtful" in tokens(reading.warnings)) is doubted
