"""A profile in the judgement: what it puts out, what it makes guidance, and what wins over it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from govkit.assess.assessing import assess, inputs_digest
from govkit.model.assessment import Assessment, Finding
from govkit.model.project import Applicability, Project, Statement
from govkit.model.tailored import Alike, ProfileInUse, Tailored, alike, counted, over_systems
from tests.assess.builders import assessed, catalog, control, criterion, evidence, in_scope, project, question
from tests.assess.builders import counted as k_of_n

PROFILE = ProfileInUse(id="p-1", title="P", edition="1", status="Draft.", sha256="a" * 64)
IN = Tailored(included=True, binding=True, reasons=("Everybody.",), rules=("all",))
GUIDANCE = Tailored(included=True, binding=False, reasons=("Worth a look.",), rules=("look",))
OUT = Tailored(included=False, binding=False, reasons=("Meant for providers.",), rules=("build",))
GOOD = evidence(k_of_n(900, 1000))
ONE = control("C-1", criterion(at_least=0.8), requirements=("std:R 1.1",))


def tailored(said: dict[str, Tailored], **changes: Any) -> Project:
    """One control that holds and claims R 1.1; nothing claims R 1.2."""
    return project(ONE, frameworks=in_scope(), profile=PROFILE, tailored={"s": said}, **changes)


def statement(necessary: bool) -> Statement:
    line = Applicability(requirement="std:R 1.2", necessary=necessary, reason="Decided by the board.")
    return Statement(version="1", lines=(line,))


def second(made: Assessment) -> Finding:
    return next(item for item in made.findings if item.subject == "std:R 1.2")


def test_what_the_profile_puts_out_closes_no_gate_and_says_why() -> None:
    made = assessed(tailored({"std:R 1.1": IN, "std:R 1.2": OUT}), GOOD)
    found = second(made)
    assert (found.state, found.reason, found.tailored) == ("not-applicable", "out-of-profile", OUT)
    assert made.gate.open
    assert made.profile == PROFILE
    row = next(item for item in made.coverage if item.catalog == "std")
    assert (row.satisfied, row.not_satisfied, row.not_applicable) == (1, 0, 1)


def test_without_the_profile_the_same_project_is_closed() -> None:
    assert not assessed(project(ONE, frameworks=in_scope()), GOOD).gate.open


def test_guidance_is_judged_and_closes_no_gate() -> None:
    made = assessed(tailored({"std:R 1.2": GUIDANCE}), GOOD)
    assert (second(made).state, second(made).reason, second(made).guidance) == ("not-satisfied", "no-control", True)
    assert made.gate.open


def test_what_binds_closes_the_gate() -> None:
    made = assessed(tailored({"std:R 1.2": IN}), GOOD)
    assert [item.subject for item in made.gate.because] == ["std:R 1.2"]


def test_what_the_profile_does_not_speak_of_binds() -> None:
    made = assessed(tailored({}), GOOD)
    assert (second(made).state, second(made).tailored) == ("not-satisfied", None)
    assert not made.gate.open


def test_a_line_that_says_necessary_wins_over_out_and_over_guidance() -> None:
    for said in (OUT, GUIDANCE):
        made = assessed(tailored({"std:R 1.2": said}, statement=statement(True)), GOOD)
        assert (second(made).state, second(made).guidance) == ("not-satisfied", False)
        assert not made.gate.open


def test_a_line_that_excludes_wins_over_in() -> None:
    made = assessed(tailored({"std:R 1.2": IN}, statement=statement(False)), GOOD)
    assert (second(made).state, second(made).reason) == ("not-applicable", "excluded")


def test_a_clause_is_judged_whatever_a_profile_says() -> None:
    items = tuple(
        item.model_copy(update={"kind": "subclause"}) if item.parent else item for item in catalog().requirements
    )
    asked = question(tailored({"std:R 1.2": OUT}), GOOD)
    made = assess(replace(asked, catalogs={"std": catalog(requirements=items)}))
    assert second(made).state == "not-satisfied"
    assert not made.gate.open


def test_without_a_profile_an_assessment_is_written_as_before() -> None:
    text = assessed(project(ONE, frameworks=in_scope()), GOOD).model_dump_json(exclude_none=True)
    assert '"profile"' not in text
    assert '"tailored"' not in text


def test_the_profile_belongs_to_the_inputs() -> None:
    plain = inputs_digest(question(project(ONE, frameworks=in_scope()), GOOD))
    first = inputs_digest(question(tailored({}), GOOD))
    other = tailored({}).model_copy(update={"profile": PROFILE.model_copy(update={"sha256": "b" * 64})})
    assert len({plain, first, inputs_digest(question(other, GOOD))}) == 3


def test_alike_ones_are_told_together_what_binds_first() -> None:
    said = {"std:R 2": OUT, "std:R 1": GUIDANCE, "two:X": IN, "std:R 3": IN, "std:R 4": OUT}
    assert alike(said) == {
        "std": (Alike(said=IN, ids=("R 3",)), Alike(said=GUIDANCE, ids=("R 1",)), Alike(said=OUT, ids=("R 2", "R 4"))),
        "two": (Alike(said=IN, ids=("X",)),),
    }
    assert counted(said.values()) == (2, 1, 2)


def test_over_all_systems_in_wins_and_reasons_name_their_system() -> None:
    found = over_systems({"a": {"std:R": OUT, "std:Q": OUT}, "b": {"std:R": GUIDANCE, "std:Q": OUT}})
    assert found["std:Q"] == OUT
    assert found["std:R"] == Tailored(included=True, binding=False, reasons=("b: Worth a look.",), rules=("look",))
    both = over_systems({"a": {"std:R": GUIDANCE}, "b": {"std:R": IN}})["std:R"]
    assert (both.binding, both.reasons) == (True, ("a: Worth a look.", "b: Everybody."))
