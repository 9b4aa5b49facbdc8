"""A leak takes down every result on the data, whatever the data is called there."""

from __future__ import annotations

from typing import Any

import pytest

from govkit.model.assessment import Check
from govkit.model.evidence import DatasetRef, Evidence
from govkit.model.project import KnownDataset, Policy
from tests.assess.builders import assessed, control, counted, criterion, evidence, measurement, project

DIGEST = "d" * 64


def audit(value: float = 0.2, *, measure: str = "dataset/test-train-overlap", **changes: Any) -> Evidence:
    given = {"dataset": DatasetRef(id="gsm8k", sha256=DIGEST), "higher_is_better": False, **changes}
    release = given.pop("release", "2.0")
    return evidence(measurement(value, measure=measure, **given), path="audit.json", release=release)


def judged(found: Evidence, leak: Evidence, datasets: tuple[KnownDataset, ...] = (), **changes: Any) -> Check:
    wanted = criterion(measure="*", at_least=0.8, where={"kind": "score"})
    made = project(control("C-1", wanted), datasets=datasets, **changes)
    return assessed(made, found, leak).checks[0]


def score(data: DatasetRef | None = None, *, measure: str = "m/score", **conditions: str) -> Evidence:
    return evidence(counted(990, 1000, measure=measure, dataset=data, conditions={"kind": "score", **conditions}))


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
