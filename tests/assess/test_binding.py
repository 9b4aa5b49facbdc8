"""A file is evidence for a release by its bytes or the model's digest, never by a name."""

from __future__ import annotations

from typing import Any

import pytest

from govkit.model.assessment import Check
from govkit.model.evidence import Evidence, ModelRef
from govkit.model.project import Artefact, Listed, Policy, Release
from tests.assess.builders import assessed, control, counted, criterion, evidence, measurement, project

AT_LEAST = criterion(at_least=0.8, interval="required")
MODEL = "a" * 64


def judged(found: Evidence, policy: Policy | None = None, *, wanted: Any = AT_LEAST, **release: Any) -> Check:
    """For a release whose model has the digest MODEL, unless it says otherwise."""
    given = {"artefacts": (Artefact(kind="model", id="m", sha256=MODEL),), **release}
    releases = (Release(version="1.0", system="s"), Release(version="2.0", system="s", baseline="1.0", **given))
    made = project(control("C-1", wanted), policy=policy or Policy(), releases=releases)
    return assessed(made, found).checks[0]


def listed(found: Evidence, sha256: str | None = None) -> dict[str, Any]:
    return {"evidence": (Listed(path=found.path, sha256=sha256 or found.sha256),)}


def test_the_word_of_the_project_suffices_by_default() -> None:
    assert judged(evidence(counted(900, 1000))).outcome == "met"


def test_a_file_about_another_model_is_not_evidence_whatever_the_binding_says() -> None:
    other = judged(evidence(counted(900, 1000), artefact_sha256="b" * 64))
    assert (other.outcome, other.reason) == ("not-judged", "wrong-release")
    assert "bbbbbbbbbbbb" in other.explanation
    assert judged(evidence(counted(900, 1000), artefact_sha256=MODEL)).outcome == "met"
    assert judged(evidence(counted(900, 1000), artefact_sha256="b" * 64), artefacts=()).outcome == "met"


@pytest.mark.parametrize("binding", ["digest", "manifest"])
def test_a_stricter_policy_asks_for_more_than_a_word(binding: Any) -> None:
    found, policy = evidence(counted(900, 1000)), Policy(binding=binding)
    assert judged(found, policy).reason == "not-bound"
    assert judged(found, policy, **listed(found)).outcome == "met"
    by_digest = judged(evidence(counted(900, 1000), artefact_sha256=MODEL), policy)
    assert by_digest.outcome == ("met" if binding == "digest" else "not-judged")


def test_documents_and_git_are_not_about_a_model() -> None:
    paper = evidence(measurement(1, unit="count", higher_is_better=None), method="EXAMINE")
    wanted = criterion(equals=1, interval="ignore")
    assert judged(paper, Policy(binding="manifest"), wanted=wanted).outcome == "met"


def test_a_file_that_changed_after_it_was_listed_is_refused_under_every_policy() -> None:
    found = evidence(counted(900, 1000), artefact_sha256=MODEL)
    made = judged(found, **listed(found, "c" * 64))
    assert (made.outcome, made.reason) == ("not-judged", "not-bound")
    assert "another digest" in made.explanation


def test_a_listed_file_belongs_to_the_release_that_lists_it() -> None:
    found = evidence(counted(900, 1000), release=None)
    assert judged(found).reason == "wrong-release"
    assert judged(found, **listed(found)).outcome == "met"


def test_a_criterion_for_any_release_asks_for_no_binding() -> None:
    wanted = criterion(at_least=0.8, release="any")
    assert (
        judged(evidence(counted(900, 1000), release=None), Policy(binding="manifest"), wanted=wanted).outcome == "met"
    )


def test_a_revision_that_can_move_is_told_and_can_be_refused() -> None:
    moving = ModelRef(id="org/model", revision="main", revision_kind="mutable")
    found = evidence(counted(900, 1000), model=moving)
    made = judged(found)
    assert made.outcome == "met"
    assert [
        w for w in made.warnings if w.startswith("mutable-revision: results.json names its model as org/model at main")
    ]
    strict = Policy(mutable_revision="refuse")
    assert judged(found, strict).reason == "not-bound"
    assert judged(found, strict, **listed(found)).reason == "not-bound", "the bytes do not say which model it was"
    certain = judged(evidence(counted(900, 1000), model=moving, artefact_sha256=MODEL), strict)
    assert (certain.outcome, certain.warnings) == ("met", judged(evidence(counted(900, 1000))).warnings)
    fixed = ModelRef(id="org/model", revision="f" * 40, revision_kind="sha")
    assert judged(evidence(counted(900, 1000), model=fixed), strict).outcome == "met"


def test_that_any_release_will_do_does_not_change_what_the_release_lists() -> None:
    found = evidence(counted(900, 1000))
    anyone = criterion(at_least=0.8, release="any")
    assert judged(found, wanted=anyone, **listed(found, "c" * 64)).reason == "not-bound"
    assert judged(found, wanted=anyone, **listed(found)).outcome == "met"


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (ModelRef(id="m"), False),
        (ModelRef(id="m", revision="v2"), False),
        (ModelRef(id="m", revision="v1"), True),
        (ModelRef(id="another"), True),
    ],
)
def test_a_file_that_names_another_model_is_told(model: ModelRef, told: bool) -> None:
    artefacts = (Artefact(kind="model", id="m", revision="v2", sha256=MODEL),)
    found = evidence(counted(900, 1000), model=model)
    made = judged(found, artefacts=artefacts)
    assert made.outcome == "met"
    assert any(warning.startswith("model-differs") for warning in made.warnings) == told
    settled = judged(found.model_copy(update={"artefact_sha256": MODEL}), artefacts=artefacts)
    assert not any(warning.startswith("model-differs") for warning in settled.warnings)


def test_the_digest_of_another_model_is_told_where_any_release_will_do() -> None:
    found = evidence(counted(900, 1000), artefact_sha256="b" * 64, model=ModelRef(id="m", sha256="b" * 64))
    made = judged(found, wanted=criterion(at_least=0.8, release="any"))
    assert any(warning.startswith("model-differs") for warning in made.warnings)
