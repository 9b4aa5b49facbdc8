"""A leak takes down every result on the data, whatever the data is called there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from govkit.model.assessment import Check
from govkit.model.evidence import DatasetRef, Evidence
from govkit.model.project import KnownDataset, Policy
from tests.assess.builders import AS_OF, assessed, control, counted, criterion, evidence, later, measurement, project

DIGEST = "d" * 64


def audit(value: float = 0.2, *, measure: str = "dataset/test-train-overlap", **changes: Any) -> Evidence:
    given = {"dataset": DatasetRef(id="gsm8k", sha256=DIGEST), "higher_is_better": False, **changes}
    release = given.pop("release", "2.0")
    return evidence(measurement(value, measure=measure, **given), path="audit.json", release=release)


def judged(found: Evidence, leak: Evidence, datasets: tuple[KnownDataset, ...] = (), **changes: Any) -> Check:
    wanted = criterion(measure="*", at_least=0.8, where={"kind": "score"})
    made = project(control("C-1", wanted), datasets=datasets, **changes)
    return assessed(made, found, leak).checks[0]


def words(made: Check) -> set[str]:
    return {warning.partition(":")[0] for warning in made.warnings}


def score(dataset: DatasetRef | None = None, /, *, measure: str = "m/score", **conditions: str) -> Evidence:
    return evidence(counted(990, 1000, measure=measure, dataset=dataset, conditions={"kind": "score", **conditions}))


@pytest.mark.parametrize(
    ("found", "link"),
    [
        (score(DatasetRef(id="gsm8k")), "(audit.json), so no result"),
        (score(DatasetRef(id="our copy", sha256=DIGEST)), "which is the same file as our copy"),
        (score(DatasetRef(id="our name", also=("gsm8k",))), "which this result names as gsm8k"),
        (score(task="gsm8k"), "which this result names as gsm8k"),
        (score(dataset="gsm8k"), "which this result names as gsm8k"),
        (score(DatasetRef(id="hub/gsm8k"), benchmark="gsm8k"), "which this result names as gsm8k"),
        (score(DatasetRef(id="hub/gsm8k"), measure="lm-eval/gsm8k/exact_match"), "which this result names as gsm8k"),
    ],
)
def test_a_result_is_found_by_id_digest_or_the_name_of_its_task(found: Evidence, link: str) -> None:
    made = judged(found, audit())
    assert (made.outcome, made.reason) == ("not-judged", "contaminated")
    assert link in made.explanation
    assert made.explanation.startswith("20.0% of the items of gsm8k were found in the training data (audit.json)")
    assert [(item.path, item.role) for item in made.used][-1] == ("audit.json", "defeater")


@pytest.mark.parametrize(
    ("leaked", "found"),
    [
        ("GSM8K", score(DatasetRef(id="gsm8k"))),
        ("gsm-8k", score(DatasetRef(id="gsm_8k"))),
        ("openai/gsm8k", score(DatasetRef(id="gsm8k"))),
        ("gsm8k", score(DatasetRef(id="openai/gsm8k"))),
        ("https://huggingface.co/datasets/openai/gsm8k", score(DatasetRef(id="openai/gsm8k"))),
        ("gsm8k", score(DatasetRef(id="gsm8k", split="test", revision="b"))),
        ("gsm8k", score(data="GSM8K")),
        ("gsm8k", score(measure="m/gsm8k")),
        ("gsm8k", evidence(counted(990, 1000, read_as="m/gsm8k/em", dataset=None, conditions={"kind": "score"}))),
    ],
)
def test_another_spelling_publisher_part_or_name_is_no_other_data(leaked: str, found: Evidence) -> None:
    assert judged(found, audit(dataset=DatasetRef(id=leaked))).reason == "contaminated"


@pytest.mark.parametrize("other", ["other/gsm8k", "gsm8k-hard", "gsm"])
def test_names_that_are_only_alike_are_not_the_same(other: str) -> None:
    leak = audit(dataset=DatasetRef(id="openai/gsm8k"))
    made = judged(score(DatasetRef(id=other)), leak)
    assert (made.outcome, words(made) & {"overlap-unlinked"}) == ("met", set())


def test_a_result_that_names_no_data_may_rest_on_what_leaked() -> None:
    assert "overlap-unlinked" in words(judged(score(), audit()))
    assert "overlap-unlinked" in words(judged(score(DatasetRef(id="mmlu")), audit(dataset=None)))
    assert "overlap-unlinked" not in words(judged(score(), audit(0.0)))


def test_a_leak_is_not_dated_away() -> None:
    """Into the future, where results of tests are held to the day they were committed."""
    found, at = score(DatasetRef(id="gsm8k")), AS_OF + timedelta(days=300)
    hidden = audit(at=at).model_copy(update={"committed": AS_OF - timedelta(days=3)})
    assert judged(found, later(hidden, method="EXAMINE")).reason == "contaminated"
    made = judged(found, audit(at=at))
    assert (made.outcome, "later-results" in words(made)) == ("met", True)


def test_a_result_of_no_release_is_one_of_the_release_that_is_judged() -> None:
    found = score(DatasetRef(id="gsm8k")).model_copy(update={"release": None})
    made = project(control("C-1", criterion(measure="m/score", at_least=0.8, release="any")))
    assert assessed(made, found, audit()).checks[0].reason == "contaminated"


@pytest.mark.parametrize("called", [DatasetRef(id="hub/gsm8k:main"), DatasetRef(id="gsm8k-cot")])
def test_names_the_project_calls_the_same_are_the_same(called: DatasetRef) -> None:
    known = (KnownDataset(id="hub/gsm8k:main", also=("gsm8k", "gsm8k-cot")),)
    assert judged(score(called), audit()).outcome == "met"
    made = judged(score(called), audit(), known)
    assert made.reason == "contaminated"
    assert f"which the project also calls {called.id}" in made.explanation


@pytest.mark.parametrize(
    "found", [score(DatasetRef(id="mmlu", sha256="e" * 64)), score(), score(task="mmlu"), score(language="gsm8k")]
)
def test_other_data_stays(found: Evidence) -> None:
    assert judged(found, audit()).outcome == "met"


def test_a_leak_may_name_its_data_by_a_condition() -> None:
    by_condition = audit(dataset=None, conditions={"dataset": "gsm8k"})
    assert judged(score(DatasetRef(id="gsm8k")), by_condition).reason == "contaminated"


def test_a_leak_of_another_release_is_not_one_of_this() -> None:
    assert judged(score(DatasetRef(id="gsm8k")), audit(release="1.0")).outcome == "met"
    assert judged(score(DatasetRef(id="gsm8k")), audit(release=None)).reason == "contaminated"


def test_what_the_policy_allows_is_no_leak() -> None:
    found = score(DatasetRef(id="gsm8k"))
    assert judged(found, audit(0.009)).outcome == "met"
    assert judged(found, audit(), policy=Policy(contamination_at_most=0.5)).outcome == "met"
    other = Policy(contamination_measure="audit/leak")
    assert judged(found, audit(measure="audit/leak"), policy=other).reason == "contaminated"
