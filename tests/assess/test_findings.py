"""Controls, requirements, coverage, residual risk, acceptances and the gate."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from govkit.assess.differences import Judged, differences
from govkit.model.assessment import Assessment, Finding, Reason, State
from govkit.model.control import Control
from govkit.model.evidence import Evidence
from govkit.model.project import Applicability, Declined, Project, Statement
from govkit.model.risk import Acceptance, Reduction, Risk, Treatment
from tests.assess.builders import (
    AS_OF,
    assessed,
    catalog,
    control,
    counted,
    criterion,
    evidence,
    in_scope,
    project,
    question,
    unreadable,
)

BAR = criterion(at_least=0.8, interval="required")
GOOD = evidence(counted(900, 1000))
BAD = evidence(counted(700, 1000))


def finding(made: Assessment, subject: str) -> Finding:
    return next(item for item in made.findings if item.subject == subject)


def claiming(ident: str = "C-1", *requirements: str, **changes: Any) -> Control:
    return control(ident, BAR, requirements=requirements or ("std:R 1.1", "std:R 1.2"), **changes)


def scoped(*controls: Control, **changes: Any) -> Project:
    return project(*controls, frameworks=in_scope(changes.pop("gate", True)), **changes)


def test_a_control_without_criteria_is_not_satisfied() -> None:
    made = assessed(project(control("C-1")))
    assert (finding(made, "C-1").state, finding(made, "C-1").reason) == ("not-satisfied", "no-criterion")


def test_advisory_criteria_alone_satisfy_nothing() -> None:
    made = assessed(project(control("C-1", criterion(at_least=0.8, severity="advisory"))), GOOD)
    assert finding(made, "C-1").reason == "no-criterion"


def test_an_advisory_miss_does_not_break_a_control() -> None:
    advisory = criterion(id="wish", at_least=0.99, severity="advisory")
    made = assessed(project(control("C-1", BAR, advisory)), GOOD)
    assert finding(made, "C-1").state == "satisfied"


def test_the_most_conservative_reason_is_told() -> None:
    missing = criterion(id="other", measure="m/other", at_least=0.5)
    made = assessed(project(control("C-1", missing, BAR)), BAD)
    assert finding(made, "C-1").reason == "bar-missed"


def test_a_requirement_needs_every_control_that_claims_it() -> None:
    second = control("C-2", criterion(measure="m/other", at_least=0.5), requirements=("std:R 1.1",))
    made = assessed(scoped(claiming(), second), GOOD)
    assert finding(made, "std:R 1.1").state == "not-satisfied"
    assert finding(made, "std:R 1.2").state == "satisfied"


def test_a_requirement_nobody_claims_is_not_satisfied() -> None:
    made = assessed(scoped(claiming("C-1", "std:R 1.1")), GOOD)
    assert finding(made, "std:R 1.2").reason == "no-control"
    assert not made.gate.open


def test_silence_in_the_statement_excludes_nothing() -> None:
    silent = assessed(scoped(claiming("C-1", "std:R 1.1"), statement=Statement(version="1")), GOOD)
    assert finding(silent, "std:R 1.2").state == "not-satisfied"
    line = Applicability(requirement="std:R 1.2", necessary=False, reason="No such thing here.")
    excluded = assessed(scoped(claiming("C-1", "std:R 1.1"), statement=Statement(version="1", lines=(line,))), GOOD)
    assert (finding(excluded, "std:R 1.2").state, finding(excluded, "std:R 1.2").reason) == (
        "not-applicable",
        "excluded",
    )
    assert excluded.gate.open


def test_a_clause_cannot_be_excluded() -> None:
    items = tuple(
        item.model_copy(update={"kind": "subclause"}) if item.parent else item for item in catalog().requirements
    )
    line = Applicability(requirement="std:R 1.2", necessary=False, reason="We would rather not.")
    asked = question(scoped(claiming("C-1", "std:R 1.1"), statement=Statement(version="1", lines=(line,))), GOOD)
    from dataclasses import replace

    from govkit.assess.assessing import assess

    made = assess(replace(asked, catalogs={"std": catalog(requirements=items)}))
    assert finding(made, "std:R 1.2").state == "not-satisfied"


def test_parents_show_counts_only() -> None:
    made = assessed(scoped(claiming("C-1", "std:R 1.1")), GOOD)
    row = next(item for item in made.coverage if item.catalog == "std")
    assert (row.satisfied, row.not_satisfied, row.by_parent) == (1, 1, {"R 1": (1, 1, 0)})
    assert not [item for item in made.findings if item.subject == "std:R 1"]


def test_a_framework_that_does_not_gate_is_only_reported() -> None:
    made = assessed(scoped(claiming("C-1", "std:R 1.1"), gate=False), GOOD)
    assert finding(made, "std:R 1.2").state == "not-satisfied"
    assert made.gate.open


def test_a_control_with_only_a_comparison_does_not_apply_to_the_first_release() -> None:
    change = control("C-2", criterion(of="change", at_least=-0.01), requirements=("std:R 1.1",))
    first = evidence(counted(900, 1000), release="1.0")
    made = assessed(scoped(claiming(), change), first, release="1.0")
    assert finding(made, "C-2").state == "not-applicable"
    assert finding(made, "std:R 1.1").state == "satisfied"


def risk(*controls: Reduction, **changes: Any) -> Risk:
    base: dict[str, Any] = {
        "id": "R-1", "title": "Something fails", "cause": "c", "event": "e", "consequence": "k", "affected": "people",
        "likelihood": 4, "impact": 4, "controls": controls, "owner": "O",
        "treatment": Treatment(option="mitigate", plan="p", owner="O"),
    }  # fmt: skip
    return Risk.model_validate({**base, **changes})


LOWERS = Reduction(control="C-1", reduces="likelihood", steps=3)


def test_only_a_satisfied_control_moves_a_risk() -> None:
    held = assessed(project(control("C-1", BAR), risks=(risk(LOWERS),)), GOOD).risks[0]
    assert (held.likelihood, held.level, held.moved_by) == (1, "moderate", ("C-1",))
    failed = assessed(project(control("C-1", BAR), risks=(risk(LOWERS),)), BAD).risks[0]
    assert (failed.likelihood, failed.level, failed.not_holding) == (4, "high", ("C-1",))


def test_likelihood_and_impact_never_fall_below_one() -> None:
    deep = Reduction(control="C-1", reduces="impact", steps=9)
    assert assessed(project(control("C-1", BAR), risks=(risk(deep),)), GOOD).risks[0].impact == 1


def test_a_risk_above_appetite_closes_the_gate_until_someone_accepts_it() -> None:
    made = assessed(project(control("C-1", BAR), risks=(risk(),)), GOOD)
    assert [reason.reason for reason in made.gate.because] == ["risk-above-appetite"]
    accepted = assessed(project(control("C-1", BAR), risks=(risk(),), acceptances=(acceptance(covers=()),)), GOOD)
    assert accepted.gate.open
    assert accepted.gate.accepted == ("R-1",)


def acceptance(**changes: Any) -> Acceptance:
    base: dict[str, Any] = {
        "risk": "R-1", "release": "2.0", "by": "Dr A", "at": AS_OF - timedelta(days=1),
        "until": date(2026, 12, 31), "reason": "for now", "likelihood": 4, "impact": 4, "level": "high",
        "covers": ("C-1",), "evidence": (BAD.sha256,),
    }  # fmt: skip
    if changes.get("covers") == ():
        base["evidence"] = ()
    return Acceptance.model_validate({**base, **changes})


def accepted(*found: Evidence, **changes: Any) -> Assessment:
    made = scoped(claiming(), risks=(risk(LOWERS),), acceptances=(acceptance(**changes),))
    return assessed(made, *found)


def test_a_valid_acceptance_covers_its_control_and_what_follows_from_it() -> None:
    made = accepted(BAD)
    assert made.risks[0].acceptances[0].state == "valid"
    assert made.gate.open
    assert finding(made, "C-1").state == "not-satisfied"
    assert finding(made, "C-1").accepted == ("R-1",)
    assert finding(made, "std:R 1.1").accepted == ("R-1",)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"until": date(2026, 11, 19)}, "expired"),
        ({"level": "moderate"}, "residual-rose"),
        ({"evidence": ("9" * 64,)}, "evidence-changed"),
        ({"release": "1.0"}, "other-release"),
        ({"at": AS_OF + timedelta(days=1)}, "not-yet"),
    ],
)
def test_an_acceptance_that_no_longer_fits_covers_nothing(changes: dict[str, Any], state: str) -> None:
    made = accepted(BAD, **changes)
    assert made.risks[0].acceptances[0].state == state
    assert not made.gate.open


def test_an_acceptance_of_one_control_does_not_cover_another() -> None:
    other = control("C-2", criterion(measure="m/other", at_least=0.5), requirements=("std:R 1.1",))
    made = assessed(scoped(claiming(), other, risks=(risk(LOWERS),), acceptances=(acceptance(),)), BAD)
    assert finding(made, "std:R 1.1").accepted == ()
    assert not made.gate.open


def test_a_finding_that_disappeared_closes_the_gate() -> None:
    extra = control("C-9", criterion(id="gone", at_least=0.1))
    then = assessed(project(control("C-1", BAR), extra), evidence(counted(900, 1000), release="1.0"), release="1.0")
    now = assessed(project(control("C-1", BAR)), GOOD, previous=then)
    assert now.gone == ("C-9/gone",)
    assert [reason.reason for reason in now.gate.because] == ["finding-gone"]
    declined = project(control("C-1", BAR), declined=(Declined(id="C-9", reason="no longer made"),))
    assert assessed(declined, GOOD, previous=then).gate.open


def test_nothing_judged_is_never_open() -> None:
    assert not assessed(project()).gate.open


def test_what_moved_since_the_baseline_is_listed() -> None:
    before = evidence(counted(900, 1000), release="1.0", path="old.json")
    made = assessed(project(control("C-1", BAR)), BAD, before)
    moved = {(item.subject, item.direction) for item in made.differences}
    assert ("C-1/score", "worse") in moved
    assert ("C-1", "worse") in moved


def test_a_bad_result_that_is_not_measured_again_is_no_better() -> None:
    before = evidence(counted(700, 1000), release="1.0", path="old.json")
    made = assessed(project(control("C-1", BAR)), before)
    moved = {item.subject: (item.before, item.after, item.direction) for item in made.differences}
    assert moved["C-1/score"] == ("not-met", "not-judged", "worse")


def test_a_control_that_is_put_aside_is_no_better() -> None:
    def judged(state: State) -> Judged:
        reason: Reason = "excluded" if state == "not-applicable" else "bar-missed"
        item = Finding(subject="C-1", kind="control", catalog="c", title="Tested", state=state, reason=reason)
        return (), (item,), ()

    (found,) = differences(judged("not-satisfied"), judged("not-applicable"))
    assert found.direction == "moved"
    (found,) = differences(judged("satisfied"), judged("not-applicable"))
    assert found.direction == "worse"


def test_every_file_is_listed_whether_it_counted_or_not() -> None:
    made = assessed(project(control("C-1", BAR)), GOOD, unreadable(), evidence(path="unused.json"))
    listed = {item.path: (item.checks, item.problem is not None) for item in made.evidence}
    assert listed == {
        "results.json": (("C-1/score",), False),
        "broken.json": ((), True),
        "unused.json": ((), False),
    }


def test_the_order_of_files_changes_nothing() -> None:
    found = (
        evidence(counted(900, 1000, at=AS_OF - timedelta(days=20)), path="a.json"),
        evidence(counted(890, 1000, at=AS_OF - timedelta(days=20)), path="b.json"),
        unreadable(),
    )
    made = scoped(claiming())
    assert assessed(made, *found).model_dump_json() == assessed(made, *reversed(found)).model_dump_json()


def test_an_assessment_survives_being_written_and_read() -> None:
    made = accepted(BAD)
    assert Assessment.model_validate_json(made.model_dump_json()) == made


def test_the_digest_of_inputs_moves_with_every_input() -> None:
    made = scoped(claiming())
    digests = {
        assessed(made, GOOD).inputs_digest,
        assessed(made, BAD, GOOD).inputs_digest,
        assessed(made, GOOD, as_of=AS_OF + timedelta(days=1)).inputs_digest,
        assessed(made, GOOD, release="1.0").inputs_digest,
    }
    assert len(digests) == 4
